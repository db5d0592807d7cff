//! The settings of the database.

use super::error::DbError;
use serde::{Deserialize, Serialize};

/// How to reach the database and how much of it to use. Every number is checked by [`Settings::check`].
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// `sqlite:path/to/file.db` or `postgres://user:password@host,host/name?option=value`.
    pub url: String,
    /// Most connections that read at once, 1 to 256.
    pub readers: u32,
    /// Most connections that write at once on PostgreSQL, 1 to 256; SQLite has one writer whatever this says.
    pub writers: u32,
    /// Most calls waiting for a connection, 1 to 65536; one more is answered "overloaded".
    pub queue: usize,
    /// Longest wait for a connection, in milliseconds, 1 to 60000.
    pub wait_milliseconds: u64,
    /// How long SQLite waits for a lock of a foreign process (a backup), in milliseconds, 0 to 60000.
    pub busy_timeout_milliseconds: u32,
    /// Longest wait for the answer of a database that was asked, in milliseconds, 1000 to 600000. Beyond it a PostgreSQL
    /// server, or the way to it, is taken for dead; what was asked of SQLite comes to its end, and nobody hears of it.
    pub answer_milliseconds: u64,
    /// Longest statement on PostgreSQL, in milliseconds; 0 is no limit.
    pub statement_timeout_milliseconds: u32,
    /// Longest wait for a lock on PostgreSQL, in milliseconds; 0 is no limit.
    pub lock_timeout_milliseconds: u32,
    /// Whether SQLite's writer puts the writes that wait into one commit. Off, every write has its own, which only a
    /// comparison needs.
    pub group_commit: bool,
    /// Whether a SQLite file that is not there is made; never read from configuration.
    #[serde(skip)]
    pub create: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            url: "sqlite:onedoor.db".to_owned(),
            readers: 8,
            writers: 8,
            queue: 1024,
            wait_milliseconds: 1000,
            busy_timeout_milliseconds: 5000,
            answer_milliseconds: 35_000,
            statement_timeout_milliseconds: 30_000,
            lock_timeout_milliseconds: 5000,
            group_commit: true,
            create: false,
        }
    }
}

impl Settings {
    /// Refuses a number outside its range, naming the key and the range.
    pub fn check(&self) -> Result<(), DbError> {
        let refuse = |key, allowed| Err(DbError::Setting { key, allowed });
        if !(1..=256).contains(&self.readers) {
            return refuse("readers", "1 to 256");
        }
        if !(1..=256).contains(&self.writers) {
            return refuse("writers", "1 to 256");
        }
        if !(1..=65_536).contains(&self.queue) {
            return refuse("queue", "1 to 65536");
        }
        if !(1..=60_000).contains(&self.wait_milliseconds) {
            return refuse("wait_milliseconds", "1 to 60000");
        }
        if !(1000..=600_000).contains(&self.answer_milliseconds) {
            return refuse("answer_milliseconds", "1000 to 600000");
        }
        if self.busy_timeout_milliseconds > 60_000 {
            return refuse("busy_timeout_milliseconds", "0 to 60000");
        }
        Ok(())
    }
}
