//! Who may do what in this room, and in what capacity it is then done.

use crate::domain::actor::Actor;
use crate::domain::ids::Id;
use crate::domain::lifecycle::Capacity;
use crate::domain::words::Role;
use crate::fault::Fault;

/// The capacity in which `actor` keeps people and units: an administrator's, or the program's own. `None` for all
/// others.
pub(super) fn keeper(actor: &Actor) -> Option<Capacity> {
    if actor.is_system() {
        return Some(Capacity::System);
    }
    actor.has_role(Role::Admin).then_some(Capacity::Admin)
}

/// The capacity in which `actor` keeps companies: the office's, or the program's own. `None` for all others.
pub(super) fn office(actor: &Actor) -> Option<Capacity> {
    if actor.is_system() {
        return Some(Capacity::System);
    }
    actor.is_office().then_some(Capacity::Dispatcher)
}

/// Whether `actor` holds one of `roles`, which need a second factor to log in.
pub(super) fn needs_second_factor(actor: &Actor, roles: &[Role]) -> bool {
    roles.iter().any(|role| actor.has_role(*role))
}

/// Whether `actor` acts for a company as one of its own users.
pub(super) fn is_user(actor: &Actor, company: Id) -> bool {
    actor.acts_for(company)
}

/// Whether `actor` may file for any company: the office, and a specialist who visits it.
pub(super) fn files_for_any(actor: &Actor) -> bool {
    actor.is_office() || actor.has_role(Role::Specialist)
}

/// Whether `actor` may read every company: a specialist too, who visits them and files for them.
pub(super) fn reads_companies(actor: &Actor) -> bool {
    actor.reads_everything() || actor.has_role(Role::Admin) || actor.has_role(Role::Specialist)
}

/// Whether `actor`, who sees a company, must call it or is of it, and so sees its number whole: its own users, of whom
/// `is_user` says whether this is one, and the office.
pub(super) fn calls_company(actor: &Actor, is_user: bool) -> bool {
    is_user || actor.is_office() || actor.is_system()
}

/// The capacity in which `actor`, who sees a company and not its number, asks for that.
pub(super) fn reveals_company(actor: &Actor) -> Option<Capacity> {
    let held = [
        (Role::Specialist, Capacity::Specialist),
        (Role::Auditor, Capacity::Auditor),
        (Role::Admin, Capacity::Admin),
    ];
    held.into_iter().find_map(|(role, capacity)| actor.has_role(role).then_some(capacity))
}

/// The capacity, or the refusal of what may be seen but not done.
pub(super) fn or_denied(capacity: Option<Capacity>) -> Result<Capacity, Fault> {
    capacity.ok_or_else(Fault::denied)
}

/// The capacity, or the refusal of what may not even be seen.
pub(super) fn or_hidden(capacity: Option<Capacity>) -> Result<Capacity, Fault> {
    capacity.ok_or_else(Fault::hidden)
}
