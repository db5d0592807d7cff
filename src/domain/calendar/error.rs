//! Why a calendar cannot be built, or a date cannot be counted.

use std::fmt;

/// Why a calendar cannot be built, or a date cannot be counted. The text says what was found and what is allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CalendarError {
    /// The zone is not a name of the IANA time zone database.
    UnknownZone(String),
    /// A date is not written `YYYY-MM-DD`, or does not exist.
    BadDate(String),
    /// A time of day is not written `HH:MM` (or `HH:MM:SS`), or is past `24:00`.
    BadTime(String),
    /// An interval does not end after it begins.
    BadInterval(String),
    /// Two intervals of one day overlap.
    OverlappingHours(String),
    /// A season's bounds are not two `MM-DD` or two `YYYY-MM-DD`, or end before they begin.
    BadSeason(String),
    /// A make-up day names no weekday, or both a weekday and hours.
    BadMakeUpDay(String),
    /// The same date is given twice with different content.
    DuplicateDay(String),
    /// More intervals in one day, or more seasons, than a calendar may have.
    TooMany(String),
    /// A pause ends before it begins.
    BadPause(String),
    /// There is no opening to count to.
    NeverOpen,
    /// The answer, or the question, lies outside the years a calendar can count.
    OutOfRange(String),
}

impl CalendarError {
    /// The stable code of this error, in snake case.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UnknownZone(_) => "unknown_zone",
            Self::BadDate(_) => "bad_date",
            Self::BadTime(_) => "bad_time",
            Self::BadInterval(_) => "bad_interval",
            Self::OverlappingHours(_) => "overlapping_hours",
            Self::BadSeason(_) => "bad_season",
            Self::BadMakeUpDay(_) => "bad_make_up_day",
            Self::DuplicateDay(_) => "duplicate_day",
            Self::TooMany(_) => "too_many",
            Self::BadPause(_) => "bad_pause",
            Self::NeverOpen => "never_open",
            Self::OutOfRange(_) => "out_of_range",
        }
    }

    /// What was found and what is allowed, in plain English.
    pub fn detail(&self) -> String {
        match self {
            Self::UnknownZone(zone) => format!("{zone:?} is not a zone of the IANA time zone database"),
            Self::BadDate(date) => format!("{date:?} is not a date; write YYYY-MM-DD"),
            Self::BadTime(time) => format!("{time:?} is not a time of day; write HH:MM from 00:00 to 24:00"),
            Self::BadInterval(interval) => format!("{interval} does not end after it begins"),
            Self::OverlappingHours(place) => format!("two intervals overlap: {place}"),
            Self::BadSeason(season) => {
                format!("{season} is not a season; write both ends as MM-DD, or both as YYYY-MM-DD in order")
            }
            Self::BadMakeUpDay(day) => {
                format!("{day}: write either hours, or a weekday from mon to sun after `as`, or neither")
            }
            Self::DuplicateDay(date) => format!("{date} is given twice with different content"),
            Self::BadPause(pause) => format!("the pause {pause} ends before it begins"),
            Self::NeverOpen => "the calendar has no opening after that moment".to_owned(),
            Self::TooMany(what) | Self::OutOfRange(what) => what.clone(),
        }
    }
}

impl fmt::Display for CalendarError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.detail())
    }
}
