//! Who may change what is promised to all: the book and the calendars.

use crate::db::Conn;
use crate::domain::actor::Actor;
use crate::domain::ids::Instant;
use crate::domain::lifecycle::Capacity;
use crate::domain::words::Role;
use crate::fault::Fault;
use crate::people;

/// In what capacity the actor may change the book or a calendar: as administrator, or as leader of the office or a unit
/// above it. Refused for all others.
pub fn keeper(conn: &mut Conn, at: Instant, actor: &Actor) -> Result<Capacity, Fault> {
    if actor.is_system() {
        return Ok(Capacity::System);
    }
    if actor.holds(Role::Admin) {
        return Ok(Capacity::Admin);
    }
    if actor.holds(Role::Leader) {
        let office = people::office(conn, at)?;
        if actor.holds_over(Role::Leader, office.id) {
            return Ok(Capacity::Leader);
        }
    }
    Err(Fault::denied())
}
