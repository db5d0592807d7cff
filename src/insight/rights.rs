//! Whose clocks one may count.

use super::store::Scope;
use crate::domain::actor::Actor;
use crate::domain::ids::Id;
use crate::fault::Fault;

/// What the board of `actor` counts: for the office and the auditor all staff, for a unit's people what they reach; of
/// `unit` alone where one is named. Denied to those who have no board; a unit out of reach is hidden.
pub(super) fn scope(actor: &Actor, unit: Option<Id>) -> Result<Scope, Fault> {
    let reach = actor.reach();
    match unit {
        Some(unit) if actor.reads_everything() || reach.contains(&unit) => Ok(Scope::Units(vec![unit])),
        None if actor.reads_everything() => Ok(Scope::Staff),
        None if !reach.is_empty() => Ok(Scope::Units(reach)),
        Some(_) if !reach.is_empty() => Err(Fault::hidden()),
        _ => Err(Fault::denied()),
    }
}
