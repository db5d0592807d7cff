//! Who may do what in this room, and in what capacity it is then done.

use crate::domain::actor::Actor;
use crate::domain::lifecycle::Capacity;
use crate::domain::words::Role;
use crate::fault::Fault;

/// The capacity in which `actor` keeps people and units: an administrator's, or the program's own. `None` for all
/// others.
pub(super) fn keeper(actor: &Actor) -> Option<Capacity> {
    if actor.is_system() {
        return Some(Capacity::System);
    }
    actor.holds(Role::Admin).then_some(Capacity::Admin)
}

/// The capacity in which `actor` keeps companies: the office's, or the program's own. `None` for all others.
pub(super) fn office(actor: &Actor) -> Option<Capacity> {
    if actor.is_system() {
        return Some(Capacity::System);
    }
    actor.is_office().then_some(Capacity::Dispatcher)
}

/// Whether `actor` may read every company: a specialist too, who visits them and files for them.
pub(super) fn reads_companies(actor: &Actor) -> bool {
    actor.reads_everything() || actor.holds(Role::Admin) || actor.holds(Role::Specialist)
}

/// The capacity, or the refusal of what may be seen but not done.
pub(super) fn or_denied(capacity: Option<Capacity>) -> Result<Capacity, Fault> {
    capacity.ok_or_else(Fault::denied)
}

/// The capacity, or the refusal of what may not even be seen.
pub(super) fn or_hidden(capacity: Option<Capacity>) -> Result<Capacity, Fault> {
    capacity.ok_or_else(Fault::hidden)
}
