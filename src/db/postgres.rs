//! PostgreSQL: two bounded sets of connections, one that reads and one that writes.

use super::connection::Conn;
use super::error::{DbError, is_conflict, outcome_unknown, unavailable};
use super::meeting::{MeetingPoints, with_hook};
use super::pool::{Patience, Pool};
use super::settings::Settings;
use super::url::Server;
use crate::fault::{Code, Fault};
use diesel::PgConnection;
use diesel::connection::{Connection, SimpleConnection};
use std::sync::Arc;
use std::time::Duration;

/// How often a closure is run again after a deadlock or a serialization failure.
const RUNS_AGAIN: u32 = 5;

/// A server. Nothing is connected until it is needed, so the program starts while the server is down.
pub(super) struct Postgres {
    server: Server,
    readers: Arc<Pool>,
    writers: Arc<Pool>,
}

impl Postgres {
    /// Prepares the two pools; connects to nothing.
    pub(super) fn open(server: Server, settings: &Settings) -> Self {
        let longest = Duration::from_millis(settings.answer_milliseconds);
        let pool = |size, fault| {
            let server = server.clone();
            let (statement, lock) =
                (settings.statement_timeout_milliseconds, settings.lock_timeout_milliseconds);
            let open = Box::new(move || connect(&server, statement, lock));
            Pool::new(open, size, settings.queue, Patience { longest, fault })
        };
        let readers = pool(settings.readers, unavailable::<&str>);
        let writers = pool(settings.writers, outcome_unknown::<&str>);
        Self { server, readers, writers }
    }

    /// The connections that read.
    pub(super) const fn readers(&self) -> &Arc<Pool> {
        &self.readers
    }

    /// The connections that write.
    pub(super) const fn writers(&self) -> &Arc<Pool> {
        &self.writers
    }

    /// A connection of its own, outside the pools and without time limits, for migrations.
    pub(super) fn connect(&self) -> Result<Conn, DbError> {
        connect(&self.server, 0, 0)
    }

    /// Lets nobody in any more; what runs comes to its end.
    pub(super) fn close(&self) {
        self.readers.close();
        self.writers.close();
    }
}

fn connect(server: &Server, statement_timeout: u32, lock_timeout: u32) -> Result<Conn, DbError> {
    let unreachable = |why: String| DbError::Unreachable {
        shown: server.shown().to_owned(),
        why: server.without_secrets(&why),
    };
    let mut conn =
        PgConnection::establish(&server.to_connect_by()).map_err(|error| unreachable(error.to_string()))?;
    // What is acknowledged is on the disk, whatever the server's own default is; a stricter one stays.
    // Messages in English where the role may choose, for a deadlock is told by its words.
    conn.batch_execute(&format!(
        "SET TimeZone = 'UTC'; \
         SET standard_conforming_strings = on; \
         SET default_transaction_isolation = 'read committed'; \
         SET statement_timeout = {statement_timeout}; \
         SET lock_timeout = {lock_timeout}; \
         SET idle_in_transaction_session_timeout = 60000; \
         DO $$ BEGIN IF current_setting('synchronous_commit') = 'off' THEN \
         PERFORM set_config('synchronous_commit', 'on', false); END IF; END $$; \
         DO $$ BEGIN PERFORM set_config('lc_messages', 'C', false); \
         EXCEPTION WHEN insufficient_privilege THEN NULL; END $$"
    ))
    .map_err(|error| unreachable(error.to_string()))?;
    Ok(Conn::Postgres(conn))
}

/// Runs a closure over one snapshot of the database: what is committed meanwhile is not seen.
pub(super) fn read<T>(
    pool: &Pool,
    hook: Option<&MeetingPoints>,
    work: impl FnOnce(&mut Conn) -> Result<T, Fault>,
) -> Result<T, Fault> {
    let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
    let mut conn = pool.begin(|conn| conn.begin(begin, begin))?;
    let result = with_hook(hook, || work(&mut conn));
    if conn.roll_back_to(0).is_ok() {
        pool.give_back(conn);
    }
    result
}

/// Runs a closure in a transaction and commits it; runs it again where it collided with another transaction.
pub(super) fn write<T>(
    pool: &Pool,
    hook: Option<&MeetingPoints>,
    work: impl Fn(&mut Conn) -> Result<T, Fault>,
) -> Result<T, Fault> {
    let mut run = 0;
    loop {
        match attempt(pool, hook, &work) {
            Err(fault) if run < RUNS_AGAIN && is_conflict(&fault) => {
                std::thread::sleep(pause(run));
                run += 1;
            }
            outcome => return outcome,
        }
    }
}

fn attempt<T>(
    pool: &Pool,
    hook: Option<&MeetingPoints>,
    work: impl Fn(&mut Conn) -> Result<T, Fault>,
) -> Result<T, Fault> {
    let mut conn = pool.begin(|conn| conn.begin("BEGIN", "BEGIN"))?;
    let result = with_hook(hook, || work(&mut conn));
    let result = match result {
        Ok(value) => match conn.commit() {
            Ok(()) => Ok(value),
            // An error on a connection that still answers is a refusal; on a dead one the commit may have taken.
            Err(error) if conn.roll_back_to(0).is_ok() => Err(Fault::from(error)),
            Err(error) => return Err(outcome_unknown(error)),
        },
        // A server that turned read-only, or is going down: the next call asks for a connection anew.
        Err(fault) if fault.code == Code::DatabaseUnavailable || conn.roll_back_to(0).is_err() => {
            return Err(fault);
        }
        Err(fault) => Err(fault),
    };
    pool.give_back(conn);
    result
}

/// Some milliseconds, more at each run and never the same for two that collided.
fn pause(run: u32) -> Duration {
    let most = 10_u32 << run.min(5);
    let chance = getrandom::u32().unwrap_or(most);
    Duration::from_micros(u64::from(most) * 500 + u64::from(chance % (most * 500)))
}
