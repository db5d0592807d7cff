//! What the district promises, and who answers for what: calendars, the promise book, the ladder, categories, the duty table.
//!
//! Clocks are started by [`terms`] and read again by [`calendar_version`]; requests are filed under a [`Category`], and
//! [`duty`] proposes who handles them. [`seed`] fills an empty database, [`seed_sample`] adds the sample district's
//! categories and duty table, [`check`] tells what is missing. Versions are never changed: a change makes the next one.
//! Clocks under way keep the rule of the book they were started with; when a calendar is amended they are recounted by
//! the requests room.

pub mod api;
mod book;
mod calendars;
mod categories;
mod check;
mod duty;
mod ladder;
pub mod letters;
mod memo;
mod register;
mod rights;
mod seed;
mod terms;
mod views;

pub use book::{BookVersion, book_versions, read_book, replace_book};
pub use calendars::{CalendarVersion, amend_calendar, calendar_names, calendar_version, days, read_calendar};
pub use categories::{
    Category, CategoryChange, CategoryCode, Class, NewCategory, amend_category, categories, category,
    category_by_code, category_tree, create_category, within,
};
pub use check::check;
pub use duty::{Duty, DutyLine, NewDuty, add_duty, duty, duty_table};
pub use ladder::{LadderVersion, Rungs, read_ladder, replace_ladder, rungs};
pub use rights::keeper;
pub use seed::{seed, seed_sample};
pub use terms::{Terms, terms};
pub use views::CalendarView;

use crate::domain::hexadecimal;
use chrono::NaiveDate;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// SHA-256 of a document's text with its members in order, in hexadecimal: the same on both databases.
fn digest_of(document: &Value) -> String {
    hexadecimal(&Sha256::digest(document.to_string()))
}

/// Whether `on` lies in a validity: from its first day on, and before the first day it no longer holds.
fn holds_on(valid_from: NaiveDate, valid_until: Option<NaiveDate>, on: NaiveDate) -> bool {
    valid_from <= on && valid_until.is_none_or(|end| on < end)
}
