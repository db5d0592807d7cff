//! Who may read and change what this room keeps: the book and the calendars, the categories, the duty table.

use crate::db::Conn;
use crate::domain::actor::{Actor, Place};
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
    if actor.has_role(Role::Admin) {
        return Ok(Capacity::Admin);
    }
    if actor.has_role(Role::Leader) {
        let office = people::office(conn, at)?;
        if actor.has_role_over(Role::Leader, office.id) {
            return Ok(Capacity::Leader);
        }
    }
    Err(Fault::denied())
}

/// In what capacity the actor may change the ladder: as [`keeper`]. Hidden from those who may not read it.
pub(super) fn keeper_of_ladder(conn: &mut Conn, at: Instant, actor: &Actor) -> Result<Capacity, Fault> {
    if is_of_staff(actor) { keeper(conn, at, actor) } else { Err(Fault::hidden()) }
}

/// In what capacity the actor may change the categories: as administrator. Refused for all others.
pub(super) fn keeper_of_categories(actor: &Actor) -> Result<Capacity, Fault> {
    if actor.is_system() {
        Ok(Capacity::System)
    } else if actor.has_role(Role::Admin) {
        Ok(Capacity::Admin)
    } else {
        Err(Fault::denied())
    }
}

/// Whether the actor may read the duty table and the ladder: whoever has a role anywhere but in a company.
pub(super) fn is_of_staff(actor: &Actor) -> bool {
    let of_the_house = |place: &Place| matches!(place, Place::House | Place::Unit { .. });
    actor.is_system() || actor.standings.iter().any(|standing| of_the_house(&standing.place))
}

/// In what capacity the actor may change the duty table: as administrator or of the office. Hidden from those who may
/// not read it.
pub(super) fn keeper_of_duties(actor: &Actor) -> Result<Capacity, Fault> {
    if actor.is_system() {
        Ok(Capacity::System)
    } else if actor.has_role(Role::Admin) {
        Ok(Capacity::Admin)
    } else if actor.is_office() {
        Ok(Capacity::Dispatcher)
    } else if is_of_staff(actor) {
        Err(Fault::denied())
    } else {
        Err(Fault::hidden())
    }
}
