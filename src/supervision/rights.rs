//! Who may do what with supervision orders.
//!
//! Who is over a unit holds a supervisor's or a leader's role in a unit above it, never in the unit itself: nobody signs an
//! order to their own unit. The office signs ordinary orders to departments, and those over it sign the orders to it.

use crate::domain::actor::Actor;
use crate::domain::ids::Id;
use crate::domain::lifecycle::Capacity;
use crate::domain::supervision::OrderLevel;
use crate::domain::words::Role;

/// How much of an order is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sight {
    /// Everything, drafts too.
    Whole,
    /// Once it is signed.
    Issued,
}

/// Whose orders somebody sees.
#[derive(Debug, Clone)]
pub(super) struct Reach {
    /// All of them.
    pub(super) everything: bool,
    /// The units they are over.
    pub(super) over: Vec<Id>,
    /// The units whose orders, and whose copies, they see once they are signed.
    pub(super) own: Vec<Id>,
}

/// The signature that somebody puts under an order.
#[derive(Debug, Clone, Copy)]
pub(super) struct Signature {
    /// In what capacity.
    pub(super) capacity: Capacity,
    /// For which unit.
    pub(super) unit: Id,
}

/// Whose orders `actor` sees: the office and the auditor all, others those of the units they are over, and of their own.
pub(super) fn reach(actor: &Actor) -> Reach {
    let over = [Role::Supervisor, Role::Leader].into_iter().flat_map(|role| actor.below(role));
    Reach { everything: actor.reads_everything(), over: over.collect(), own: actor.reach() }
}

/// How much of an order to `unit` with copies to `copies` is shown to `actor`; `None` where it is hidden.
pub(super) fn sight(actor: &Actor, unit: Id, copies: &[Id]) -> Option<Sight> {
    let reach = reach(actor);
    if reach.everything || reach.over.contains(&unit) {
        return Some(Sight::Whole);
    }
    let is_own = reach.own.contains(&unit) || copies.iter().any(|copy| reach.own.contains(copy));
    is_own.then_some(Sight::Issued)
}

/// The signature `actor` may put under an order of this level to `unit`, the lightest there is.
pub(super) fn signs(actor: &Actor, level: OrderLevel, unit: Id) -> Option<Signature> {
    signatures(actor, unit).into_iter().find(|signature| level.is_signed_by(signature.capacity))
}

/// In what capacity `actor` drafts an order to `unit`, changes or drops a draft, and reminds the unit.
pub(super) fn prepares(actor: &Actor, unit: Id) -> Option<Capacity> {
    signatures(actor, unit).first().map(|signature| signature.capacity)
}

/// Whether there is any unit to which `actor` could draft an order.
pub(super) fn prepares_any(actor: &Actor) -> bool {
    actor.is_office()
        || [Role::Supervisor, Role::Leader].into_iter().any(|role| !actor.below(role).is_empty())
}

fn signatures(actor: &Actor, unit: Id) -> Vec<Signature> {
    let office = actor.unit_of(Role::Dispatcher).filter(|office| *office != unit);
    let held = [
        (Capacity::Dispatcher, office),
        (Capacity::Supervisor, actor.holds_above(Role::Supervisor, unit)),
        (Capacity::Leader, actor.holds_above(Role::Leader, unit)),
    ];
    held.into_iter().filter_map(|(capacity, unit)| Some(Signature { capacity, unit: unit? })).collect()
}

/// In what capacity `actor` replies for `unit`: its signer, or the office for itself.
pub(super) fn replies(actor: &Actor, unit: Id) -> Option<Capacity> {
    if actor.has_role_over(Role::Signer, unit) {
        return Some(Capacity::Signer);
    }
    (actor.unit_of(Role::Dispatcher) == Some(unit)).then_some(Capacity::Dispatcher)
}
