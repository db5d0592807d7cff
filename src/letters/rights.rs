//! Who may do what with the outbox.

use crate::domain::actor::Actor;
use crate::domain::words::Role;

/// Whether `actor` may look into the outbox: administrators and auditors.
pub(super) fn reads(actor: &Actor) -> bool {
    actor.has_role(Role::Admin) || actor.has_role(Role::Auditor)
}

/// Whether `actor` may have a row of it sent again: administrators.
pub(super) fn retries(actor: &Actor) -> bool {
    actor.has_role(Role::Admin)
}
