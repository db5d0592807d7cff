//! The one connection type: an enum over the two databases, and the transaction steps both share.

#![expect(missing_docs, reason = "the derive writes public helper types without words")]

use diesel::connection::{AnsiTransactionManager, Connection, SimpleConnection, TransactionManager};
use diesel::{PgConnection, QueryResult, SqliteConnection};

/// A connection inside a transaction that [`super::Db::read`] or [`super::Db::write`] opened.
///
/// Use it as any diesel connection. Rooms never match on the variants: what differs between the databases lives in
/// this folder. `conn.transaction(…)` inside makes a savepoint.
#[derive(diesel::MultiConnection)]
pub enum Conn {
    /// The embedded database.
    Sqlite(SqliteConnection),
    /// PostgreSQL.
    Postgres(PgConnection),
}

impl Conn {
    /// Begins a transaction with each database's own statement.
    pub(super) fn begin(&mut self, sqlite: &str, postgres: &str) -> QueryResult<()> {
        match self {
            Self::Sqlite(conn) => AnsiTransactionManager::begin_transaction_sql(conn, sqlite),
            Self::Postgres(conn) => AnsiTransactionManager::begin_transaction_sql(conn, postgres),
        }
    }

    /// Begins a savepoint inside the open transaction.
    pub(super) fn savepoint(&mut self) -> QueryResult<()> {
        <Self as Connection>::TransactionManager::begin_transaction(self)
    }

    /// Releases savepoints until the connection is at `depth`, which is 1 or more; what they hold is kept.
    pub(super) fn release_to(&mut self, depth: u32) -> QueryResult<()> {
        while self.depth()? > depth {
            <Self as Connection>::TransactionManager::commit_transaction(self)?;
        }
        Ok(())
    }

    /// Commits the transaction with any savepoint left open in it.
    ///
    /// PostgreSQL answers `COMMIT` of a transaction in which a statement failed with a silent rollback; the statement
    /// before it turns that into an error.
    pub(super) fn commit(&mut self) -> QueryResult<()> {
        self.release_to(1)?;
        match self {
            Self::Sqlite(conn) => AnsiTransactionManager::commit_transaction(conn),
            Self::Postgres(conn) => conn.batch_execute("SELECT 1; COMMIT"),
        }
    }

    /// How deep in transactions and savepoints the connection is; an error when it is beyond repair.
    pub(super) fn depth(&mut self) -> QueryResult<u32> {
        let status = <Self as Connection>::TransactionManager::transaction_manager_status_mut(self);
        Ok(status.transaction_depth()?.map_or(0, std::num::NonZeroU32::get))
    }

    /// Rolls back until the connection is at `depth`; an error means that it can no longer be used.
    pub(super) fn roll_back_to(&mut self, depth: u32) -> QueryResult<()> {
        while self.depth()? > depth {
            <Self as Connection>::TransactionManager::rollback_transaction(self)?;
        }
        Ok(())
    }

    /// Whether the connection can serve again: alive and outside any transaction.
    pub(super) fn is_idle(&mut self) -> bool {
        matches!(self.depth(), Ok(0))
    }
}
