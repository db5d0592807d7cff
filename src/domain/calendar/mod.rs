//! Working time: which days and hours are open, and when a limit counted in them ends.
//!
//! [`Spec`] is a calendar as written down (configuration, database, API); [`Calendar`] is the same, checked and ready
//! to count. [`Length`] is how long something may take, [`Calendar::due`] says when that is over, and
//! [`Calendar::explain`] says why, day by day; [`Calendar::weekly`] gives the dates of a weekly report. Everything here
//! is a pure function of its arguments. How days are laid out and why: `docs/adr/0004-working-time.md`.

mod count;
mod day;
mod days;
mod document;
mod due;
mod error;
mod explain;
mod hours;
mod limits;
mod rules;
mod spec;
mod weekly;
mod zone;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

pub use count::Calendar;
pub use day::Day;
pub use days::{FIRST_YEAR, LAST_YEAR};
pub use document::SpecError;
pub use due::{Counting, Due, Length, default_cut_off};
pub use error::CalendarError;
pub use explain::{DayNote, Explanation, Reason};
pub use rules::DayKind;
pub use spec::{DayOff, MakeUpDay, Notice, Season, Spec, WallInterval, Week};
