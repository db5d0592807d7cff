//! How long a promise runs, as the book spells it: data only. Counting it out on a calendar is the calendar's work.

use chrono::{NaiveTime, Weekday};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The longest limit in working days: about one year.
pub const MOST_WORKING_DAYS: u32 = 250;
/// The longest limit in natural days: one year.
pub const MOST_DAYS: u32 = 366;
/// The longest limit in natural minutes: one year.
pub const MOST_MINUTES: u32 = MOST_DAYS * 24 * 60;
/// The longest limit in working minutes: [`MOST_WORKING_DAYS`] of eight hours.
pub const MOST_WORKING_MINUTES: u32 = MOST_WORKING_DAYS * 8 * 60;

/// An hour of the office's day, to the minute, spelt `15:00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TimeOfDay(NaiveTime);

impl TimeOfDay {
    /// The hour as chrono knows it; its seconds are always zero.
    pub const fn naive(self) -> NaiveTime {
        self.0
    }

    /// Reads `HH:MM` from `00:00` to `23:59`; anything else is `None`.
    pub fn parse(text: &str) -> Option<Self> {
        NaiveTime::parse_from_str(text, "%H:%M").ok().filter(|_| text.len() == 5).map(Self)
    }
}

impl TryFrom<String> for TimeOfDay {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text)
            .ok_or_else(|| format!("`{text}` is no hour of the day: write HH:MM, as in \"15:00\""))
    }
}

impl From<TimeOfDay> for String {
    fn from(hour: TimeOfDay) -> Self {
        hour.to_string()
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.0.format("%H:%M"))
    }
}

/// How long a clock runs. Every number is at least 1 and at most one year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub enum Length {
    /// `{ working_days = 3 }`: to the close of the third working day.
    WorkingDays(u32),
    /// `{ working_minutes = 240 }`: minutes of office time only.
    WorkingMinutes(u32),
    /// `{ minutes = 120 }`: natural minutes, day and night.
    Minutes(u32),
    /// `{ days = 7 }`: natural days, days off included.
    Days(u32),
    /// `{ same_day = true, cut_off = "15:00" }`: to the close of the start's own working day; of the next one when the
    /// start is on a day off, or at or after the cut-off.
    SameDay {
        /// The hour from which the next working day's close holds. In a rule a [`super::Book`] hands out it is always
        /// there: where the rule is silent, the book's own setting has been filled in.
        cut_off: Option<TimeOfDay>,
    },
    /// `{ weekday = "Fri", at = "12:00" }`: this hour of each week; where that day is off, of the week's last working
    /// day; a week without a working day has none.
    Weekly {
        /// The day of the week.
        weekday: Weekday,
        /// The hour of that day.
        at: TimeOfDay,
    },
    /// `{ until = true }`: the act that starts the clock names its date.
    Until,
}

/// The spelling of [`Length`]: one key says which, the others belong to it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    working_days: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    working_minutes: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    minutes: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    days: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    same_day: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cut_off: Option<TimeOfDay>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    weekday: Option<Weekday>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    at: Option<TimeOfDay>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    until: Option<bool>,
}

const ALLOWED: &str = "write exactly one of { working_days = N }, { working_minutes = N }, { minutes = N }, { days = N }, \
    { same_day = true } (with cut_off = \"HH:MM\" if wanted), { weekday = \"Fri\", at = \"HH:MM\" } or { until = true }";

impl TryFrom<Written> for Length {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let numbers = [
            written
                .working_days
                .map(|n| bounded("working_days", n, MOST_WORKING_DAYS).map(Self::WorkingDays)),
            written
                .working_minutes
                .map(|n| bounded("working_minutes", n, MOST_WORKING_MINUTES).map(Self::WorkingMinutes)),
            written.minutes.map(|n| bounded("minutes", n, MOST_MINUTES).map(Self::Minutes)),
            written.days.map(|n| bounded("days", n, MOST_DAYS).map(Self::Days)),
        ];
        let same_day = match (written.same_day, written.cut_off) {
            (Some(true), cut_off) => Some(Ok(Self::SameDay { cut_off })),
            (None, None) => None,
            _ => Some(Err(ALLOWED.to_owned())),
        };
        let weekly = match (written.weekday, written.at) {
            (Some(weekday), Some(at)) => Some(Ok(Self::Weekly { weekday, at })),
            (None, None) => None,
            _ => Some(Err(ALLOWED.to_owned())),
        };
        let until = written.until.map(|until| if until { Ok(Self::Until) } else { Err(ALLOWED.to_owned()) });
        let mut given = numbers.into_iter().chain([same_day, weekly, until]).flatten();
        match (given.next(), given.next()) {
            (Some(only), None) => only,
            _ => Err(ALLOWED.to_owned()),
        }
    }
}

/// `number` where it is from 1 to `most`; otherwise what is allowed under `key`.
fn bounded(key: &str, number: u32, most: u32) -> Result<u32, String> {
    if (1..=most).contains(&number) {
        Ok(number)
    } else {
        Err(format!("{key} = {number} is not allowed: write 1 to {most}"))
    }
}

impl From<Length> for Written {
    fn from(length: Length) -> Self {
        let none = Self::default();
        match length {
            Length::WorkingDays(number) => Self { working_days: Some(number), ..none },
            Length::WorkingMinutes(number) => Self { working_minutes: Some(number), ..none },
            Length::Minutes(number) => Self { minutes: Some(number), ..none },
            Length::Days(number) => Self { days: Some(number), ..none },
            Length::SameDay { cut_off } => Self { same_day: Some(true), cut_off, ..none },
            Length::Weekly { weekday, at } => Self { weekday: Some(weekday), at: Some(at), ..none },
            Length::Until => Self { until: Some(true), ..none },
        }
    }
}
