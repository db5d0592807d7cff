//! The real application, started in this process on a free port, on a database of its own, with a clock that stands
//! still until a scenario moves it.
//!
//! A scenario is a function that takes the application; `on_both!` makes two tests of it:
//!
//! ```ignore
//! async fn a_stranger_is_told_nothing(app: &mut TestApp) {
//!     app.stranger().get("/me").await.problem(401, "not_logged_in");
//! }
//!
//! on_both!(a_stranger_is_told_nothing);
//! ```

use super::client::Client;
use super::place::{Database, Place};
use diesel::prelude::*;
use onedoor::app::{App, Running};
use onedoor::config::{self, Config};
use onedoor::db::schema::{companies, journal, persons, registers, requests, units};
use onedoor::domain::ids::{Id, Instant};
use onedoor::runner::Loop;
use onedoor::time::Time;
use onedoor::web::Context;
use std::collections::HashMap;

/// When every scenario begins: the hard request of the flow is filed then, on a Thursday.
pub(crate) const BEGIN: &str = "2026-09-24T16:40:00+08:00";

/// One running application.
pub(crate) struct TestApp {
    /// What its handlers reach: database, time, settings.
    pub(crate) context: Context,
    pub(crate) place: Place,
    running: Option<Running>,
    client: Client,
}

/// Runs `scenario` on an application of its own, then checks that nothing was left behind that should not be.
pub(crate) fn run(database: Database, scenario: impl AsyncFnOnce(&mut TestApp)) {
    let Some(place) = Place::migrated(database) else {
        return;
    };
    block_on(async {
        let mut app = TestApp::start(place).await;
        scenario(&mut app).await;
        app.finish().await;
    });
}

/// Runs `work` where an application can be started.
pub(crate) fn block_on<T>(work: impl Future<Output = T>) -> T {
    actix_web::rt::System::new().block_on(work)
}

/// Makes of each scenario a test on SQLite and a test on PostgreSQL.
macro_rules! on_both {
    ($($scenario:ident),+ $(,)?) => {
        $(mod $scenario {
            use crate::support::{app, place::Database};

            #[test]
            fn sqlite() {
                app::run(Database::Sqlite, super::$scenario);
            }

            #[test]
            fn postgres() {
                app::run(Database::Postgres, super::$scenario);
            }
        })+
    };
}
pub(crate) use on_both;

/// The instant an RFC 3339 text means.
pub(crate) fn instant(text: &str) -> Instant {
    serde_json::from_value(text.into()).expect("an RFC 3339 time")
}

/// The settings of a test on the database at `url`: the defaults, a free port, one thread that serves.
pub(crate) fn settings(url: &str) -> Config {
    let mut config = config::load(None).expect("the defaults are right");
    config.database.url = url.to_owned();
    config.server.listen = ([127, 0, 0, 1], 0).into();
    config.server.workers = 1;
    config.server.shutdown_seconds = 5;
    config
}

impl TestApp {
    async fn start(place: Place) -> Self {
        let config = settings(&place.url);
        Self::with(place, config, Time::simulated(instant(BEGIN), 0)).await
    }

    async fn with(place: Place, config: Config, time: Time) -> Self {
        let running = App::new(config, time).without_loops().start().await;
        let running = running.expect("the application starts");
        let client = Client::new(format!("http://{}", running.address));
        Self { context: running.context.clone(), place, running: Some(running), client }
    }

    /// Stops the application and starts it again on the same data, with settings changed by `change`.
    pub(crate) async fn restart(&mut self, change: impl FnOnce(&mut Config)) {
        let mut config = settings(&self.place.url);
        change(&mut config);
        self.stop().await;
        let running = App::new(config, self.context.time.clone()).without_loops().start().await;
        let running = running.expect("the application starts again");
        self.client = Client::new(format!("http://{}", running.address));
        self.context = running.context.clone();
        self.running = Some(running);
    }

    async fn stop(&mut self) {
        if let Some(running) = self.running.take() {
            running.stop().await;
        }
    }

    /// Where the application listens, as `http://127.0.0.1:port`.
    pub(crate) fn root(&self) -> String {
        self.running.as_ref().map(|running| format!("http://{}", running.address)).unwrap_or_default()
    }

    /// Moves the clock to this RFC 3339 time.
    pub(crate) fn set_time(&self, at: &str) {
        self.context.time.set(instant(at));
    }

    /// A client that has not logged in.
    pub(crate) fn stranger(&self) -> Client {
        self.client.clone()
    }

    /// Does one step of the loop with this name.
    pub(crate) async fn step(&self, name: &str) {
        let loops: Vec<Loop> = onedoor::loops::all(&self.context);
        let one = loops.iter().find(|one| one.name == name).expect("a loop of that name");
        one.step().await.expect("the step succeeds");
    }

    /// What must hold after every scenario: every chain of the journal is whole and ends where its subject says.
    async fn finish(mut self) {
        let broken = self.context.db.read(|conn| {
            let mut ends: HashMap<Id, (i32, String)> = HashMap::new();
            macro_rules! ends_of {
                ($($table:ident),+) => {
                    $(ends.extend(
                        $table::table
                            .select(($table::id, $table::journal_seq, $table::journal_head))
                            .load::<(Id, i32, String)>(conn)?
                            .into_iter()
                            .map(|(id, seq, head)| (id, (seq, head))),
                    );)+
                };
            }
            ends_of!(units, persons, companies, registers, requests);
            let mut broken = Vec::new();
            for (subject, (seq, head)) in &ends {
                if let Some(found) = onedoor::journal::verify(conn, *subject, *seq, head)? {
                    broken.push(format!("{subject}: {found:?}"));
                }
            }
            let subjects: Vec<Id> = journal::table.select(journal::subject_id).distinct().load(conn)?;
            broken.extend(
                subjects
                    .into_iter()
                    .filter(|subject| !ends.contains_key(subject))
                    .map(|subject| format!("{subject} has entries and is no subject")),
            );
            Ok(broken)
        });
        let broken = broken.await.expect("the journal can be read");
        assert!(broken.is_empty(), "the journal does not hold: {broken:#?}");
        self.stop().await;
    }
}
