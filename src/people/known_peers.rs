//! From where a person has logged in before: there, what others try elsewhere does not hold them up.

use crate::db::Conn;
use crate::db::schema::known_peers;
use crate::domain::ids::{Id, Instant};
use crate::fault::Fault;
use chrono::TimeDelta;
use diesel::prelude::*;

/// How old the note of the last log-in may grow.
const KNOWN_FOR: TimeDelta = TimeDelta::days(30);

/// Whether `person` has logged in from the address with this digest within 30 days.
pub(super) fn is_known(conn: &mut Conn, at: Instant, person: Id, peer: &str) -> Result<bool, Fault> {
    let known = known_peers::table.find((person, peer)).filter(known_peers::last_at.gt(at.plus(-KNOWN_FOR)));
    Ok(diesel::select(diesel::dsl::exists(known)).get_result(conn)?)
}

/// Notes that `person` was let in from the address with this digest.
pub(super) fn note(conn: &mut Conn, at: Instant, person: Id, peer: &str) -> Result<(), Fault> {
    diesel::delete(known_peers::table.find((person, peer))).execute(conn)?;
    let row = (known_peers::person_id.eq(person), known_peers::peer.eq(peer), known_peers::last_at.eq(at));
    crate::db::OrIgnore(diesel::insert_into(known_peers::table).values(row)).execute(conn)?;
    Ok(())
}

/// Sweeps out the addresses nobody came from within 30 days.
pub(super) fn sweep(conn: &mut Conn, at: Instant) -> Result<(), Fault> {
    diesel::delete(known_peers::table.filter(known_peers::last_at.le(at.plus(-KNOWN_FOR)))).execute(conn)?;
    Ok(())
}
