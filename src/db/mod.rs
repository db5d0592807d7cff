//! The database kit: one query text for SQLite and PostgreSQL, and two verbs.
//!
//! A room asks by [`Db::read`] and changes by [`Db::write`]; each runs its closure inside one transaction on a [`Conn`].
//! Only this folder knows which database that is. What it knows of the differences:
//! - [`sql`] has the SQL types for `diesel::table!`; [`Json`] keeps a value as a JSON document;
//! - [`OrIgnore`], [`for_update`], [`skip_locked`], [`steady`] and [`tested`] are the query nodes the shared connection
//!   lacks;
//! - [`direct`] runs what every request asks, [`Conn`] all the rest;
//! - [`search`] keeps and asks the index of words;
//! - [`waiting_at_most`] bounds the wait for another transaction;
//! - [`unique`] names a broken unique constraint;
//! - [`meet`] marks a point where tests make transactions meet.
//!
//! A write's closure may run more than once (a deadlock on PostgreSQL, a neighbour's full disk on SQLite): fix its
//! instant and its ids outside, and have no effect in it but rows. After a failed statement return the fault, or take a
//! savepoint (`conn.transaction(…)`) before the statement: PostgreSQL takes no further one.

mod allowance;
mod connection;
pub mod direct;
mod error;
mod load;
mod meeting;
mod migrate;
mod nodes;
mod patience;
mod pool;
mod postgres;
pub mod schema;
pub mod search;
mod settings;
mod sqlite;
mod types;
mod url;
mod words;
mod writer;

pub use connection::{Conn, MultiBackend as Backend};
pub use error::{DbError, unique};
pub use load::{Load, PoolLoad};
pub use meeting::{MeetingPoints, meet};
pub use migrate::MigrationState;
pub use nodes::{
    Locking, OrIgnore, Skipping, Steady, Tested, Waiting, for_update, skip_locked, steady, tested,
};
pub use patience::waiting_at_most;
pub use settings::Settings;
pub use types::{Json, sql};
pub use url::check as check_url;
pub(crate) use words::stored_as_text;

use crate::fault::Fault;
use allowance::Allowance;
use postgres::Postgres;
use sqlite::Sqlite;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use url::Address;

/// A database. Cloning is cheap; all clones share the connections.
#[derive(Clone)]
pub struct Db {
    shared: Arc<Shared>,
    allowance: Allowance,
    hook: Option<MeetingPoints>,
}

struct Shared {
    inner: Inner,
    /// Whether every migration was found applied.
    migrated: AtomicBool,
}

/// Which database it is: asked in this folder only.
enum Inner {
    Sqlite(Sqlite),
    Postgres(Postgres),
}

impl fmt::Debug for Db {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Db")
    }
}

impl Db {
    /// Opens the database the settings name.
    ///
    /// A SQLite file is taken for this process alone; it is made only if `settings.create` is set, and never its
    /// folder. A PostgreSQL server is not asked yet: it may be down. Migrations are not run.
    pub fn open(settings: &Settings) -> Result<Self, DbError> {
        Self::open_by(settings, Sqlite::open)
    }

    /// As [`Db::open`], to read only: a SQLite file is not taken, so that another process may have it and go on serving.
    pub fn open_to_read(settings: &Settings) -> Result<Self, DbError> {
        Self::open_by(settings, Sqlite::open_to_read)
    }

    fn open_by(
        settings: &Settings,
        file: impl FnOnce(&std::path::Path, &str, &Settings) -> Result<Sqlite, DbError>,
    ) -> Result<Self, DbError> {
        settings.check()?;
        let inner = match Address::parse(&settings.url)? {
            Address::Sqlite { path, shown } => Inner::Sqlite(file(&path, &shown, settings)?),
            Address::Postgres(server) => Inner::Postgres(Postgres::open(server, settings)),
        };
        let allowance = Allowance::each(Duration::from_millis(settings.wait_milliseconds));
        let shared = Arc::new(Shared { inner, migrated: AtomicBool::new(false) });
        Ok(Self { shared, allowance, hook: None })
    }

    /// Runs `work` over one consistent snapshot; it can change nothing.
    ///
    /// Faults of its own: overloaded when no connection comes free in time, database unavailable.
    pub async fn read<T, F>(&self, work: F) -> Result<T, Fault>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn) -> Result<T, Fault> + Send + 'static,
    {
        let hook = self.hook.clone();
        match self.inner() {
            Inner::Sqlite(sqlite) => {
                sqlite
                    .readers()
                    .run(&self.allowance, move |pool| sqlite::read(pool, hook.as_ref(), work))
                    .await
            }
            Inner::Postgres(postgres) => {
                postgres
                    .readers()
                    .run(&self.allowance, move |pool| postgres::read(pool, hook.as_ref(), work))
                    .await
            }
        }
    }

    /// Runs `work` in a transaction, commits it if it succeeds, rolls it back if it fails or panics, and answers after
    /// that. It may run more than once, and never two at once for one call.
    ///
    /// Faults of its own: overloaded when the queue is full or its turn does not come in time, database unavailable
    /// (nothing was done), outcome unknown (a commit failed). Dropped before its turn, `work` never runs; dropped
    /// later, it comes to its end.
    pub async fn write<T, F>(&self, work: F) -> Result<T, Fault>
    where
        T: Send + 'static,
        F: Fn(&mut Conn) -> Result<T, Fault> + Send + Sync + 'static,
    {
        let hook = self.hook.clone();
        match self.inner() {
            Inner::Sqlite(sqlite) => sqlite.writer().run(&self.allowance, work, hook).await,
            Inner::Postgres(postgres) => {
                postgres
                    .writers()
                    .run(&self.allowance, move |pool| postgres::write(pool, hook.as_ref(), work))
                    .await
            }
        }
    }

    /// The same database for one request: all its calls together wait for their turns no longer than one call may.
    #[must_use]
    pub fn for_one_request(&self) -> Self {
        Self { allowance: self.allowance.together(), ..self.clone() }
    }

    /// What `turn` gives, which is waited for as the turn of a call is: overloaded where it does not come in time.
    pub async fn wait_for<T>(&self, turn: impl Future<Output = T>) -> Result<T, Fault> {
        self.allowance.expect(turn, "too many wait for one another").await
    }

    /// As [`Db::read`], on the calling thread. For the command line; never from async code.
    pub fn read_blocking<T, F>(&self, work: F) -> Result<T, Fault>
    where
        F: FnOnce(&mut Conn) -> Result<T, Fault>,
    {
        match self.inner() {
            Inner::Sqlite(sqlite) => sqlite::read(sqlite.readers(), self.hook.as_ref(), work),
            Inner::Postgres(postgres) => postgres::read(postgres.readers(), self.hook.as_ref(), work),
        }
    }

    /// As [`Db::write`], blocking the calling thread. For the command line; never from async code, where it panics.
    pub fn write_blocking<T, F>(&self, work: F) -> Result<T, Fault>
    where
        T: Send + 'static,
        F: Fn(&mut Conn) -> Result<T, Fault> + Send + Sync + 'static,
    {
        match self.inner() {
            Inner::Sqlite(sqlite) => sqlite.writer().run_blocking(work, self.hook.clone()),
            Inner::Postgres(postgres) => postgres::write(postgres.writers(), self.hook.as_ref(), work),
        }
    }

    /// The same database with `hook` run at the points marked by [`meet`]. For tests of races.
    #[must_use]
    pub fn with_meeting_points(&self, hook: MeetingPoints) -> Self {
        Self { hook: Some(hook), ..self.clone() }
    }

    /// How busy its connections are.
    pub fn load(&self) -> Load {
        match self.inner() {
            Inner::Sqlite(sqlite) => Load {
                readers: sqlite.readers().load(),
                writers: PoolLoad {
                    size: 1,
                    in_use: sqlite.writer().in_use(),
                    waiting: sqlite.writer().waiting(),
                },
            },
            Inner::Postgres(postgres) => {
                Load { readers: postgres.readers().load(), writers: postgres.writers().load() }
            }
        }
    }

    /// From now on the number of writes in each commit of the embedded database goes into `batches`.
    pub fn record_batches(&self, batches: metrics::Histogram) {
        if let Inner::Sqlite(sqlite) = self.inner() {
            sqlite.writer().record_batches(batches);
        }
    }

    /// Finishes the writes that wait, then closes. Every later call is "database unavailable". Blocks until done.
    pub fn close(&self) {
        match self.inner() {
            Inner::Sqlite(sqlite) => sqlite.close(),
            Inner::Postgres(postgres) => postgres.close(),
        }
    }

    fn inner(&self) -> &Inner {
        &self.shared.inner
    }

    fn is_migrated(&self) -> bool {
        self.shared.migrated.load(Ordering::Acquire)
    }

    fn set_migrated(&self, migrated: bool) {
        self.shared.migrated.store(migrated, Ordering::Release);
    }
}
