//! Who may look at the heads of the journal.

use crate::domain::actor::Actor;
use crate::domain::words::Role;

/// Whether `actor` may: auditors and administrators.
pub(super) fn reads(actor: &Actor) -> bool {
    actor.has_role(Role::Auditor) || actor.has_role(Role::Admin)
}
