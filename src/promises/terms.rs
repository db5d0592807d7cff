//! What a new clock is started by: the book and a calendar, both of the newest version.

use super::{book, calendars};
use crate::db::Conn;
use crate::domain::calendar::Calendar;
use crate::domain::promise::Book;
use crate::fault::Fault;
use std::sync::Arc;

/// The terms of new clocks.
#[derive(Debug, Clone)]
pub struct Terms {
    /// The promise book.
    pub book: Arc<Book>,
    /// The calendar, ready to count.
    pub calendar: Arc<Calendar>,
    /// The calendar's name.
    pub calendar_name: String,
    /// The calendar's version, which a clock keeps.
    pub calendar_version: i32,
}

/// The newest book and the newest version of the calendar `calendar_name`.
///
/// Two short queries by index; a document this process has not read yet costs one more. It fails as internal where
/// there is no book or no such calendar.
pub fn terms(conn: &mut Conn, calendar_name: &str) -> Result<Terms, Fault> {
    let book = book::newest(conn)?;
    let (calendar, calendar_version) = calendars::newest(conn, calendar_name)?;
    Ok(Terms { book, calendar, calendar_name: calendar_name.to_owned(), calendar_version })
}
