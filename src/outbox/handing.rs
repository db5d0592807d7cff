//! How a notice is handed out, once, to every place it is told in beside its letter.
//!
//! Whoever hands it out does so in the transaction that notes it, so nothing is told twice and nothing is left out.

use super::Row;
use crate::db::schema::outbox;
use crate::db::{Conn, skip_locked};
use crate::domain::ids::{Id, Instant};
use crate::fault::Fault;
use diesel::prelude::*;

/// Whether a notice waits to be handed out at `at`. One look at an index.
pub fn is_any_to_hand_out(conn: &mut Conn, at: Instant) -> Result<bool, Fault> {
    let waiting = outbox::table.filter(outbox::hand_out_at.is_not_null()).filter(outbox::hand_out_at.le(at));
    Ok(diesel::select(diesel::dsl::exists(waiting)).get_result(conn)?)
}

/// Up to `limit` notices that wait to be handed out at `at`, the oldest first, locked. Those another worker has are left
/// out.
pub fn to_hand_out(conn: &mut Conn, at: Instant, limit: i64) -> Result<Vec<Row>, Fault> {
    let waiting = outbox::table
        .filter(outbox::hand_out_at.is_not_null())
        .filter(outbox::hand_out_at.le(at))
        .order((outbox::hand_out_at, outbox::id))
        .limit(limit);
    Ok(skip_locked(waiting).load(conn)?)
}

/// Notes that a notice was handed out.
pub fn handed_out(conn: &mut Conn, id: Id) -> Result<(), Fault> {
    wait_until(conn, id, None)
}

/// Lets a notice that could not be handed out wait until `at`, and hold up no other.
pub fn hand_out_later(conn: &mut Conn, id: Id, at: Instant) -> Result<(), Fault> {
    wait_until(conn, id, Some(at))
}

fn wait_until(conn: &mut Conn, id: Id, at: Option<Instant>) -> Result<(), Fault> {
    diesel::update(outbox::table.find(id)).set(outbox::hand_out_at.eq(at)).execute(conn)?;
    Ok(())
}
