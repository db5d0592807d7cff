//! One date of a calendar as people read it: open or closed, which hours, and why.

use super::count::Calendar;
use super::hours;
use super::rules::DayKind;
use super::spec::WallInterval;
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

/// One date of a calendar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Day {
    /// The date in the calendar's zone.
    #[schema(value_type = String, format = Date)]
    pub date: NaiveDate,
    /// Whether it has any open time.
    pub working: bool,
    /// Why it is open or closed.
    pub kind: DayKind,
    /// The holiday it belongs to, as off or as make-up day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its hours on the wall clock, breaks cut out; none when closed.
    #[schema(value_type = Vec<Vec<String>>)]
    pub hours: Vec<WallInterval>,
    /// Whether its year's days off have not been announced yet.
    pub provisional: bool,
}

impl Calendar {
    /// What holds on `date`. Outside the years counted every date is closed.
    pub fn day(&self, date: NaiveDate) -> Day {
        let rule = self.rules.day(date);
        let working = self.is_working_day(date);
        let hours = rule.hours.iter().filter(|_| working);
        Day {
            date,
            working,
            kind: if working || rule.hours.is_empty() { rule.kind } else { DayKind::Closed },
            name: rule.name.map(str::to_owned),
            hours: hours.map(|span| [hours::clock_text(span.open), hours::clock_text(span.close)]).collect(),
            provisional: self.provisional(date, date),
        }
    }
}
