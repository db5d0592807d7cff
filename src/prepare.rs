//! What must stand before the first request: every migration, and the first data.

use crate::db::DbError;
use crate::fault::Fault;
use crate::promises;
use crate::web::Context;
use std::fmt;

/// Why it does not stand yet.
#[derive(Debug)]
pub enum Unprepared {
    /// The database cannot be reached or migrated.
    Database(DbError),
    /// The first data could not be written.
    FirstData(Fault),
}

impl fmt::Display for Unprepared {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Database(error) => error.fmt(formatter),
            Self::FirstData(fault) => write!(formatter, "the first data could not be written: {fault}"),
        }
    }
}

impl std::error::Error for Unprepared {}

impl From<Unprepared> for Fault {
    fn from(error: Unprepared) -> Self {
        match error {
            Unprepared::Database(error) => error.into(),
            Unprepared::FirstData(fault) => fault,
        }
    }
}

/// Applies what migrations are missing and writes the first data, unless that was done before.
pub async fn prepare(context: &Context) -> Result<(), Unprepared> {
    if context.prepared.is_set() {
        return Ok(());
    }
    for name in context.db.migrate_pending().await.map_err(Unprepared::Database)? {
        tracing::info!(name, "migration applied");
    }
    let at = context.time.now();
    context.db.write(move |conn| promises::seed(conn, at)).await.map_err(Unprepared::FirstData)?;
    context.prepared.set();
    Ok(())
}
