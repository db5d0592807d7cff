//! The real application, started in this process on a free port, on a database of its own, with a clock that stands
//! still until a scenario moves it.
//!
//! A scenario is a function that takes the application; `on_both!` makes two tests of it:
//!
//! ```ignore
//! use crate::support::app::{TestApp, on_both};
//!
//! async fn a_company_may_not_see_the_people(app: &mut TestApp) {
//!     app.set_time("2026-09-28T10:00:00+08:00");
//!     app.as_("chemical").get("/people").await.problem(403, "not_allowed");
//!     let path = format!("/people/{}", app.district.person("admin"));
//!     app.as_("chemical").get(&path).await.problem(404, "not_found");
//! }
//!
//! on_both!(in the sample district: a_company_may_not_see_the_people);
//! ```

use super::client::Client;
use super::place::{Database, Place};
use super::sample::Sample;
use super::sessions::Sessions;
use diesel::prelude::*;
use onedoor::app::{App, Running};
use onedoor::config::{self, Config};
use onedoor::db::schema::{companies, persons, requests, units};
use onedoor::db::{Conn, MeetingPoints};
use onedoor::domain::ids::{Id, Instant};
use onedoor::fault::Fault;
use onedoor::runner::Loop;
use onedoor::time::Time;
use onedoor::web::Context;
use onedoor::{audit, letters, people, promises};
use std::net::SocketAddr;

/// When every scenario begins: the hard request of the flow is filed then, on a Thursday.
pub(crate) const BEGIN: &str = "2026-09-24T16:40:00+08:00";

/// One running application.
pub(crate) struct TestApp {
    /// What its handlers reach: database, time, settings.
    pub(crate) context: Context,
    pub(crate) place: Place,
    /// The ids of what the sample district holds.
    pub(crate) district: &'static Sample,
    altered_by_hand: bool,
    sessions: Sessions,
    running: Option<Running>,
    client: Client,
}

/// Runs `scenario` on an application of its own, in which nobody and nothing is known, then checks that nothing was
/// left behind that should not be.
pub(crate) fn run(database: Database, scenario: impl AsyncFnOnce(&mut TestApp)) {
    if let Some(place) = Place::migrated(database) {
        run_in(place, scenario);
    }
}

/// The same where the sample district stands.
pub(crate) fn run_in_the_sample_district(database: Database, scenario: impl AsyncFnOnce(&mut TestApp)) {
    if let Some(place) = Place::with_district(database) {
        run_in(place, scenario);
    }
}

fn run_in(place: Place, scenario: impl AsyncFnOnce(&mut TestApp)) {
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

/// Makes of each scenario a test on SQLite and a test on PostgreSQL. A scenario begins in an empty house, which nobody
/// has used; after `in the sample district:`, with all that `onedoor::district` builds.
macro_rules! on_both {
    (in the sample district: $($scenario:ident),+ $(,)?) => {
        $crate::support::app::on_both!(@run_in_the_sample_district $($scenario),+);
    };
    (@$run:ident $($scenario:ident),+) => {
        $(mod $scenario {
            use crate::support::{app, place::Database};

            #[test]
            fn sqlite() {
                app::$run(Database::Sqlite, super::$scenario);
            }

            #[test]
            fn postgres() {
                app::$run(Database::Postgres, super::$scenario);
            }
        })+
    };
    ($($scenario:ident),+ $(,)?) => {
        $crate::support::app::on_both!(@run $($scenario),+);
    };
}
pub(crate) use on_both;

/// The instant an RFC 3339 text means.
pub(crate) fn instant(text: &str) -> Instant {
    serde_json::from_value(text.into()).expect("an RFC 3339 time")
}

/// The settings of a test in `place`, whose folder takes the letters and the attachments: the defaults, a free port, one
/// thread that serves.
pub(crate) fn settings(place: &Place) -> Config {
    let mut config = config::load(None).expect("the defaults are right");
    config.database.url.clone_from(&place.url);
    config.mail.folder = place.folder.path().join("mail");
    config.attachments.folder = place.folder.path().join("attachments");
    config.server.listen = ([127, 0, 0, 1], 0).into();
    config.server.workers = 1;
    config.server.shutdown_seconds = 5;
    // A scenario of months is not about new passwords.
    config.accounts.password_days = 0;
    config.metrics.listen = None;
    // The clock stands still, so nobody's count would ever go down.
    let limits = &mut config.limits;
    (limits.person_per_second, limits.company_per_second, limits.address_per_second) = (0, 0, 0);
    config
}

/// What has a higher version than acts: each raises it by one at most.
fn versions(conn: &mut Conn) -> Result<Vec<String>, Fault> {
    let mut findings = Vec::new();
    macro_rules! look_at {
        ($($table:ident),+) => {$(
            let other = $table::table.filter($table::version.gt($table::journal_seq)).select($table::id);
            for id in other.load::<Id>(conn)? {
                findings.push(format!("{} {id} has a higher version than acts", stringify!($table)));
            }
        )+};
    }
    look_at!(requests, companies, persons, units);
    Ok(findings)
}

impl TestApp {
    async fn start(place: Place) -> Self {
        let time = Time::simulated(instant(BEGIN), 0);
        let running = App::new(settings(&place), time).without_loops().start().await;
        let running = running.expect("the application starts");
        let context = running.context.clone();
        Self {
            district: place.district,
            altered_by_hand: false,
            sessions: Sessions::new(context.clone()),
            client: Client::new(format!("http://{}", running.address)),
            running: Some(running),
            context,
            place,
        }
    }

    /// Stops the application and starts it again on the same data, with settings changed by `change`.
    pub(crate) async fn restart(&mut self, change: impl FnOnce(&mut Config)) {
        let mut config = settings(&self.place);
        change(&mut config);
        self.stop().await;
        let running = App::new(config, self.context.time.clone()).without_loops().start().await;
        self.take(running.expect("the application starts again"));
    }

    /// The same with `hook` run at the named points of its transactions.
    pub(crate) async fn restart_with(&mut self, hook: MeetingPoints) {
        self.restart_changed_with(|_| {}, hook).await;
    }

    /// Both: settings changed by `change`, and `hook` run at the named points.
    pub(crate) async fn restart_changed_with(
        &mut self,
        change: impl FnOnce(&mut Config),
        hook: MeetingPoints,
    ) {
        let mut config = settings(&self.place);
        change(&mut config);
        self.stop().await;
        let app = App::new(config, self.context.time.clone()).with_meeting_points(hook);
        self.take(app.without_loops().start().await.expect("the application starts again"));
    }

    /// Goes on with this application.
    fn take(&mut self, running: Running) {
        self.context = running.context.clone();
        self.sessions = Sessions::new(self.context.clone());
        self.client = Client::new(format!("http://{}", running.address));
        self.running = Some(running);
    }

    /// A second application on the same database, and a client of it that has not logged in.
    pub(crate) async fn replica(&self) -> (Running, Client) {
        let app = App::new(settings(&self.place), self.context.time.clone()).without_loops();
        let running = app.start().await.expect("a second application starts");
        let client = Client::new(format!("http://{}", running.address));
        (running, client)
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.running.as_ref().expect("it runs").address
    }

    /// Where it serves `/metrics`.
    pub(crate) fn metrics(&self) -> SocketAddr {
        self.running.as_ref().and_then(|running| running.metrics).expect("it serves numbers")
    }

    /// A token of the person with this user name.
    pub(crate) async fn token(&self, username: &str) -> String {
        self.sessions.token(username).await
    }

    async fn stop(&mut self) {
        if let Some(running) = self.running.take() {
            running.stop().await;
        }
    }

    /// Moves the clock to this RFC 3339 time.
    pub(crate) fn set_time(&self, at: &str) {
        self.context.time.set(instant(at));
    }

    /// A client that has not logged in.
    pub(crate) fn stranger(&self) -> Client {
        self.client.clone()
    }

    /// A client of the person with this user name; see `onedoor::district` for the accounts there are.
    pub(crate) fn as_(&self, username: &str) -> Client {
        self.client.as_person(username, &self.sessions)
    }

    /// Says that the scenario alters rows behind the application's back, so that they need not hold afterwards.
    pub(crate) fn alters_rows_by_hand(&mut self) {
        self.altered_by_hand = true;
    }

    /// Does one step of the loop with this name.
    pub(crate) async fn step(&self, name: &str) {
        let loops: Vec<Loop> = onedoor::loops::all(&self.context);
        let one = loops.iter().find(|one| one.name == name).expect("a loop of that name");
        one.step().await.expect("the step succeeds");
    }

    /// What must hold after every scenario: every open clock is what its facts give, and every journal is whole,
    /// with its heads.
    async fn finish(mut self) {
        let today = self.context.time.now().utc().with_timezone(&self.context.zone).date_naive();
        let findings = self.context.db.read(move |conn| {
            let mut findings = people::check(conn)?;
            findings.extend(promises::check(conn, today)?);
            findings.extend(onedoor::requests::check(conn)?);
            findings.extend(onedoor::supervision::check(conn)?);
            findings.extend(letters::check(conn)?);
            findings.extend(versions(conn)?);
            audit::verify(conn, &[], &mut |finding| findings.push(finding.line))?;
            Ok(findings)
        });
        let mut findings = findings.await.expect("the data can be checked");
        // Next year's notice has not come, and an empty house has no duty table: neither was left behind.
        findings
            .retain(|finding| !finding.contains("the notice of") && !finding.contains("no row of the duty"));
        assert!(self.altered_by_hand || findings.is_empty(), "something was left behind: {findings:#?}");
        self.stop().await;
    }
}
