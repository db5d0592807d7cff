//! A statement that may have to wait for another transaction, and how long it does.

use super::connection::Conn;
use crate::fault::Fault;
use diesel::QueryResult;
use diesel::connection::SimpleConnection;
use diesel::result::{DatabaseErrorKind, Error};
use std::time::Duration;

/// Runs `work`, whose statement waits at most so long for a row another transaction holds; `None` where that was too
/// short. The transaction can do nothing more then: return a fault. What comes later in it waits no longer either.
///
/// On SQLite, whose one writer is alone, nothing is waited for.
pub fn waiting_at_most<T>(
    conn: &mut Conn,
    wait: Duration,
    work: impl FnOnce(&mut Conn) -> QueryResult<T>,
) -> Result<Option<T>, Fault> {
    if let Conn::Postgres(conn) = conn {
        conn.batch_execute(&format!("SET LOCAL lock_timeout = {}", wait.as_millis()))?;
    }
    match work(conn) {
        Err(Error::DatabaseError(DatabaseErrorKind::Unknown, information))
            if ["lock timeout", "锁超时"].iter().any(|word| information.message().contains(word)) =>
        {
            Ok(None)
        }
        done => Ok(Some(done?)),
    }
}
