//! One running clock: from its facts to its dates.
//!
//! A clock stores what happened to it ([`Facts`]) beside the dates that follow from it ([`Dates`]). [`dates`] derives
//! the second from the first, so a clock can be computed anew at any time: after a calendar was amended, or to check
//! that nothing drifted.

use super::calendar::{self, Calendar, CalendarError};
use super::ids::Instant;
use super::promise::{self, Rule, Warn};
use chrono::{Datelike, Weekday};
use serde::{Deserialize, Serialize};

/// What happened to a clock since its start.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Facts {
    /// The date an act named, for rules whose length is `until`, and the date of a weekly report's period.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Instant>,
    /// When it stood still.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pauses: Vec<Pause>,
    /// Granted new dates, in the order of granting.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extensions: Vec<Granted>,
    /// When its stop was taken back, and how much working time the holder has at least from then.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reprieves: Vec<Reprieve>,
    /// The latest instant it may be due, whatever else was granted: the limit an upper level's order brought.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_later_than: Option<Instant>,
    /// When it was past due, before its date was moved or its stop taken back: what was red stays red in the record.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reds: Vec<Red>,
    /// Whether its red is nobody's: the company was called in good faith on a number on file that is old.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub excused: bool,
    /// Until when the company's silence is waited for before the office calls it; gone once it has to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub silent_until: Option<Instant>,
    /// Which week of a plan it is, counted from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<i32>,
}

/// A time during which a clock was past due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Red {
    /// The due date it had then.
    pub from: Instant,
    /// Until when.
    pub until: Instant,
}

/// A time during which a clock stood still.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// From when.
    pub from: Instant,
    /// Until when; `None` while it still stands still.
    pub until: Option<Instant>,
}

/// A granted new date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Granted {
    /// When it was granted.
    pub at: Instant,
    /// The new date.
    pub until: Instant,
}

/// A stop taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reprieve {
    /// When.
    pub at: Instant,
    /// The least working time from then, in minutes.
    pub working_minutes: u32,
}

/// The dates of a running clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dates {
    /// The last instant that is in time.
    pub due_at: Instant,
    /// From when the light is yellow.
    pub warn_at: Instant,
    /// Until when an extension may be asked; `None` where the rule knows none.
    pub ask_by: Option<Instant>,
    /// Whether a day was counted whose year has no notice yet.
    pub provisional: bool,
}

/// The dates of a clock that started at `start` under `rule` and to which `facts` happened; `None` while it stands
/// still, or where the rule promises nothing.
///
/// # Errors
/// What the calendar cannot count: it is never open, or the date lies outside its years.
pub fn dates(
    calendar: &Calendar,
    start: Instant,
    rule: &Rule,
    facts: &Facts,
) -> Result<Option<Dates>, CalendarError> {
    let (Some(length), false) = (length(rule, facts), facts.stands_still()) else {
        return Ok(None);
    };
    let pauses = facts.ended_pauses();
    let counted = match (rule.length, facts.until) {
        (Some(promise::Length::Weekly { weekday, at }), Some(until)) => {
            in_week_of(calendar, weekday, at, until)?
        }
        _ => calendar.due(start, &length, &pauses)?,
    };
    let (mut due_at, mut provisional) = (counted.at, counted.provisional);
    for granted in &facts.extensions {
        // What stood still before the granting was known to whoever granted.
        let after: Vec<_> = pauses
            .iter()
            .filter(|(_, to)| *to > granted.at)
            .map(|(from, to)| ((*from).max(granted.at), *to))
            .collect();
        let stood = working_seconds_within(calendar, &after, granted.until)?;
        let moved = match stood {
            0 => calendar.due(granted.at, &calendar::Length::Until(granted.until), &[])?,
            seconds => calendar.add_working_seconds(granted.until, seconds)?,
        };
        (due_at, provisional) = (moved.at, moved.provisional);
    }
    for reprieve in &facts.reprieves {
        let least = calendar.add_working_seconds(reprieve.at, u64::from(reprieve.working_minutes) * 60)?;
        if least.at > due_at {
            (due_at, provisional) = (least.at, least.provisional);
        }
    }
    if let Some(limit) = facts.no_later_than.filter(|limit| *limit < due_at) {
        (due_at, provisional) =
            (limit, calendar.provisional(calendar.local_date(start), calendar.local_date(limit)));
    }
    let warn_at = warning(calendar, start, due_at, rule, &pauses)?;
    let ask_by = rule
        .extendable
        .as_ref()
        .and_then(|extension| close_before(calendar, due_at, extension.ask_by_working_days));
    Ok(Some(Dates { due_at, warn_at, ask_by, provisional }))
}

/// When `length` ends that began at `start`, counted as a rule without further words is; `None` where it names no date of
/// its own.
///
/// # Errors
/// As [`dates`].
pub fn end_of(
    calendar: &Calendar,
    start: Instant,
    length: promise::Length,
) -> Result<Option<Instant>, CalendarError> {
    let rule = Rule { length: Some(length), ..Rule::default() };
    Ok(dates(calendar, start, &rule, &Facts::default())?.map(|dates| dates.due_at))
}

/// How long a clock under `rule` runs, as the calendar counts it; `None` where the rule promises nothing, or where
/// the act has not named its date.
pub fn length(rule: &Rule, facts: &Facts) -> Option<calendar::Length> {
    use calendar::Length as Counted;
    use promise::Length as Promised;
    Some(match rule.length.filter(|_| !rule.off)? {
        Promised::WorkingDays(days) => Counted::WorkingDays { days, counting: counting(rule) },
        Promised::WorkingMinutes(minutes) => Counted::WorkingSeconds(u64::from(minutes) * 60),
        Promised::Minutes(minutes) => Counted::Minutes(i64::from(minutes)),
        Promised::Days(days) => Counted::Days(days),
        Promised::SameDay { cut_off } => Counted::SameDay {
            cut_off: cut_off.map_or_else(calendar::default_cut_off, promise::TimeOfDay::naive),
        },
        Promised::Weekly { .. } | Promised::Until => Counted::Until(facts.until?),
    })
}

/// The weekly date of the week `until` lies in, as the calendar has it now: an amended one may move it to another day.
fn in_week_of(
    calendar: &Calendar,
    weekday: Weekday,
    at: promise::TimeOfDay,
    until: Instant,
) -> Result<calendar::Due, CalendarError> {
    let days = i64::from(calendar.local_date(until).weekday().num_days_from_monday());
    // Half a day before that week's Monday at the same hour: after the date of the week before, whichever day it was.
    let before = until.plus(-chrono::TimeDelta::hours(days * 24 + 12));
    calendar.weekly(weekday, at.naive(), before)
}

fn counting(rule: &Rule) -> calendar::Counting {
    match rule.counting() {
        promise::Counting::NextDay => calendar::Counting::A,
        promise::Counting::MovedReceipt => {
            calendar::Counting::B { cut_off: rule.cut_off.map(promise::TimeOfDay::naive) }
        }
    }
}

/// When the light turns yellow. A close that lies before the start would make it yellow from the beginning: then
/// half of the time is taken.
fn warning(
    calendar: &Calendar,
    start: Instant,
    due_at: Instant,
    rule: &Rule,
    pauses: &[(Instant, Instant)],
) -> Result<Instant, CalendarError> {
    let natural = matches!(rule.length, Some(promise::Length::Minutes(_) | promise::Length::Days(_)));
    let share = |percent: u32| {
        if natural {
            let gone = due_at.since(start).num_seconds() * i64::from(percent) / 100;
            return Ok(start.plus(chrono::TimeDelta::seconds(gone)));
        }
        let whole = seconds(calendar.working_seconds_outside(start, due_at, pauses)?);
        Ok(calendar.due(start, &working(whole * u64::from(percent) / 100), pauses)?.at)
    };
    match rule.warning() {
        Some(Warn::PercentGone(percent)) => share(percent),
        Some(Warn::MinutesLeft(minutes)) if natural => {
            Ok(due_at.plus(chrono::TimeDelta::minutes(-i64::from(minutes))).max(start))
        }
        Some(Warn::MinutesLeft(minutes)) => {
            let whole = seconds(calendar.working_seconds_outside(start, due_at, pauses)?);
            Ok(calendar.due(start, &working(whole.saturating_sub(u64::from(minutes) * 60)), pauses)?.at)
        }
        Some(Warn::WorkingDaysLeft(days)) => match close_before(calendar, due_at, days) {
            Some(close) if close > start => Ok(close),
            _ => share(50),
        },
        None => share(50),
    }
}

fn working(seconds: u64) -> calendar::Length {
    calendar::Length::WorkingSeconds(seconds)
}

fn seconds(signed: i64) -> u64 {
    u64::try_from(signed).unwrap_or(0)
}

/// The close of the working day so many before the day of `at`.
fn close_before(calendar: &Calendar, at: Instant, working_days: u32) -> Option<Instant> {
    let mut date = calendar.local_date(at);
    for _ in 0..working_days {
        date = calendar.previous_working_day(date)?;
    }
    calendar.close_of(date)
}

fn working_seconds_within(
    calendar: &Calendar,
    pauses: &[(Instant, Instant)],
    end: Instant,
) -> Result<u64, CalendarError> {
    pauses.iter().filter(|(from, _)| *from < end).try_fold(0, |sum: u64, (from, until)| {
        Ok(sum.saturating_add(seconds(calendar.working_seconds(*from, *until)?)))
    })
}

impl Facts {
    /// Whether it was past due before its date was moved or its stop taken back.
    pub const fn was_late(&self) -> bool {
        !self.reds.is_empty()
    }

    /// Whether it stands still now.
    pub fn stands_still(&self) -> bool {
        self.pauses.iter().any(|pause| pause.until.is_none())
    }

    /// The facts as they were when it came to stand still.
    #[must_use]
    pub fn before_standing_still(&self) -> Self {
        let Some(since) = self.pauses.iter().find(|pause| pause.until.is_none()).map(|pause| pause.from)
        else {
            return self.clone();
        };
        let mut facts = self.clone();
        facts.pauses.retain(|pause| pause.until.is_some());
        facts.extensions.retain(|granted| granted.at < since);
        facts.reprieves.retain(|reprieve| reprieve.at < since);
        facts
    }

    fn ended_pauses(&self) -> Vec<(Instant, Instant)> {
        self.pauses.iter().filter_map(|pause| Some((pause.from, pause.until?))).collect()
    }
}

#[cfg(test)]
mod tests;
