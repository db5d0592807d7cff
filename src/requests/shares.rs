//! Conditions on a request by the shares that units have, or had, in it.
//!
//! A condition that holds for few shares is looked up by an index of theirs; one that holds for many is tested of one
//! request after another, by `assignments_by_request_id`.

use super::list::ListLight;
use super::narrow::Condition;
use crate::db::schema::{assignments, requests};
use crate::db::tested;
use crate::domain::ids::{Id, Instant};
use crate::domain::words::{AssignmentState, Part};
use chrono::DateTime;
use diesel::dsl::{exists, not};
use diesel::prelude::*;

/// The assignments of `$units`, or handed on to one of them; as [`access::is_in`].
macro_rules! of_units {
    ($units:expr) => {
        assignments::unit_id.eq_any($units.to_vec()).or(assignments::section_id.eq_any($units.to_vec()))
    };
}

/// On which one of `$units` has, or had, a share for which each condition holds: tested of each request.
macro_rules! with_share_of {
    ($units:expr $(, $condition:expr)*) => {
        exists(
            assignments::table
                .filter(assignments::request_id.eq(requests::id))
                .filter(tested(of_units!($units)))
                $(.filter(tested($condition)))*,
        )
    };
}

/// The same, looked up by the shares: for conditions that hold for few of them.
macro_rules! by_share_of {
    ($units:expr $(, $condition:expr)*) => {
        requests::id.eq_any(
            assignments::table
                .filter(of_units!($units))
                $(.filter($condition))*
                .select(assignments::request_id),
        )
    };
}

/// On which none of `$units` has, or had, such a share.
macro_rules! without_share_of {
    ($units:expr $(, $condition:expr)*) => {
        not(with_share_of!($units $(, $condition)*))
    };
}

/// Shares that have a due date: as a span, which an index by date is looked up by.
macro_rules! runs {
    () => {
        assignments::due_at.ge(Instant::new(DateTime::UNIX_EPOCH))
    };
}

/// On which one of `units` has, or had, a share: looked up, or tested where they have many.
pub(super) fn of(units: &[Id], many: bool) -> Condition {
    if many { tested_for(units) } else { Box::new(by_share_of!(units).nullable()) }
}

/// On which one of `units` has, or had, a share; for use among other conditions.
pub(super) fn tested_for(units: &[Id]) -> Condition {
    Box::new(with_share_of!(units).nullable())
}

/// Which one of `units` leads now.
pub(super) fn led_by(units: &[Id]) -> Condition {
    let leads = with_share_of!(
        units,
        assignments::part.eq(Part::Lead),
        assignments::state.ne_all([AssignmentState::Returned, AssignmentState::Closed])
    );
    Box::new(leads.nullable())
}

/// On which a clock of one of `units` runs.
pub(super) fn that_run(units: &[Id]) -> Condition {
    Box::new(by_share_of!(units, runs!()).nullable())
}

/// The light of the least dates of the shares of `units` in one request.
pub(super) fn lit(units: &[Id], light: ListLight, as_of: Instant) -> Condition {
    let is_red = assignments::due_at.lt(as_of);
    let warns = assignments::warn_at.le(as_of);
    match light {
        ListLight::Red => Box::new(by_share_of!(units, is_red).nullable()),
        ListLight::Yellow => {
            Box::new(by_share_of!(units, warns).and(without_share_of!(units, is_red)).nullable())
        }
        ListLight::Green => Box::new(
            by_share_of!(units, runs!())
                .and(without_share_of!(units, warns))
                .and(without_share_of!(units, is_red))
                .nullable(),
        ),
        ListLight::None => Box::new(with_share_of!(units).and(without_share_of!(units, runs!())).nullable()),
    }
}

/// Of which the least due date of the shares of `units` is at or after `from`.
pub(super) fn due_from(units: &[Id], from: Instant) -> Condition {
    let earlier = assignments::due_at.lt(from);
    Box::new(by_share_of!(units, runs!()).and(without_share_of!(units, earlier)).nullable())
}

/// Of which the least due date of the shares of `units` is before `before`.
pub(super) fn due_before(units: &[Id], before: Instant) -> Condition {
    Box::new(by_share_of!(units, assignments::due_at.lt(before)).nullable())
}
