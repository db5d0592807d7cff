//! The REST handlers of this room.

pub(crate) mod book;
pub(crate) mod categories;
pub(crate) mod duties;

use crate::domain::ids::Instant;
use crate::web::Context;
use chrono::NaiveDate;

/// The longest name of a category or code of a unit, in characters.
const MOST_NAME: usize = 60;

/// The office's date at `at`.
fn today(context: &Context, at: Instant) -> NaiveDate {
    at.day_in(context.zone)
}
