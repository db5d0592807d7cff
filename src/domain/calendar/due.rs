//! When a limit ends: the lengths a limit may have, the two ways of counting days, and pauses.

use super::count::{self, Calendar};
use super::days::LAST_YEAR;
use super::error::CalendarError;
use super::zone::{self, Edge};
use crate::domain::ids::Instant;
use chrono::{Datelike, Days, NaiveDate, NaiveTime, TimeDelta};

const MICROS: i64 = 1_000_000;

/// When a limit ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// The last instant that is still in time.
    pub at: Instant,
    /// Whether a date that was counted lies in a year whose days have not been announced.
    pub provisional: bool,
}

/// How working days are counted from a start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counting {
    /// The day something starts is not counted, whatever the hour (Civil Code, article 201).
    A,
    /// A start on a day off, or at or after the cut-off, is first moved to the next working day; then as A.
    B {
        /// The wall-clock time from which a start belongs to the next working day.
        cut_off: Option<NaiveTime>,
    },
}

/// How long something may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Length {
    /// The close of the so-manyth working day (Civil Code, articles 201 and 203). With 0 days, the close of the
    /// start's own working day, or of the next where it is off.
    WorkingDays {
        /// How many.
        days: u32,
        /// From when.
        counting: Counting,
    },
    /// So many seconds of open time. With none, the start if open, else the next opening.
    WorkingSeconds(u64),
    /// The close of the start's own working day; of the next one when the start is on a day off, or at or after the
    /// cut-off.
    SameDay {
        /// The wall-clock time from which a start belongs to the next working day.
        cut_off: NaiveTime,
    },
    /// So many natural minutes, day and night.
    Minutes(i64),
    /// The same wall-clock time so many calendar days later.
    Days(u32),
    /// A fixed instant, which no pause moves.
    Until(Instant),
}

/// The cut-off of same-day limits where none is given: 15:00.
pub fn default_cut_off() -> NaiveTime {
    NaiveTime::MIN + TimeDelta::hours(15)
}

impl Calendar {
    /// When `length`, started at `from`, ends.
    ///
    /// Time in `pauses` is not counted, in any order and however they overlap: of working time, open time inside
    /// them; of natural minutes and days, natural time. A limit in working days, or for the same day, first ends at
    /// its close and then moves on by the open time that lies in pauses before it. Only what lies after `from`
    /// matters.
    ///
    /// Fails with `never_open`, `out_of_range` or `bad_pause`.
    pub fn due(
        &self,
        from: Instant,
        length: &Length,
        pauses: &[(Instant, Instant)],
    ) -> Result<Due, CalendarError> {
        let pauses = merged(from, pauses)?;
        match *length {
            Length::WorkingDays { .. } | Length::SameDay { .. } => {
                let unpaused = self.unpaused(from, length)?;
                let lost = self.lost(Time::Working, from, unpaused.at, &pauses)?;
                if lost == 0 {
                    return Ok(unpaused);
                }
                let at = self.walk(Time::Working, unpaused.at, lost, &pauses)?;
                Ok(self.worked(from, at))
            }
            Length::WorkingSeconds(seconds) => {
                let Some(budget) =
                    i64::try_from(seconds).ok().and_then(|seconds| seconds.checked_mul(MICROS))
                else {
                    return Err(count::too_far());
                };
                if budget == 0 {
                    return self.unpaused(from, length);
                }
                let at = self.walk(Time::Working, from, budget, &pauses)?;
                Ok(self.worked(from, at))
            }
            Length::Minutes(_) | Length::Days(_) => {
                let unpaused = self.unpaused(from, length)?;
                let lost = self.lost(Time::Natural, from, unpaused.at, &pauses)?;
                let at = self.walk(Time::Natural, unpaused.at, lost, &pauses)?;
                Ok(Due { at, provisional: false })
            }
            Length::Until(_) => self.unpaused(from, length),
        }
    }

    /// The close of the `days`-th working day after `from`, counted by `rule`.
    pub fn close_after_working_days(
        &self,
        from: Instant,
        days: u32,
        rule: Counting,
    ) -> Result<Due, CalendarError> {
        let start = self.start_date(from, rule)?;
        self.close_counted(from, start, days)
    }

    /// The close of the working day of `from`, or of the next one when `from` is on a day off, or at or after
    /// `cut_off` by the calendar's wall clock.
    pub fn same_day(&self, from: Instant, cut_off: NaiveTime) -> Result<Due, CalendarError> {
        self.close_after_working_days(from, 0, Counting::B { cut_off: Some(cut_off) })
    }

    /// The instant at which `seconds` of open time have passed since `from`. A budget that ends exactly at closing
    /// time ends there; an empty one is `from` itself if open, else the next opening.
    pub fn add_working_seconds(&self, from: Instant, seconds: u64) -> Result<Due, CalendarError> {
        self.due(from, &Length::WorkingSeconds(seconds), &[])
    }

    /// `from` moved by natural minutes. Never provisional.
    pub fn natural_minutes(&self, from: Instant, minutes: i64) -> Result<Due, CalendarError> {
        let by = TimeDelta::try_minutes(minutes).ok_or_else(count::too_far)?;
        let at = count::shifted(self, from, by)?;
        Ok(Due { at, provisional: false })
    }

    /// The same wall-clock time `days` calendar days after `from`: where the clock shows it twice the earlier, where
    /// it skips it the first instant after. Never provisional.
    pub fn natural_days(&self, from: Instant, days: u32) -> Result<Due, CalendarError> {
        let wall = zone::wall_clock(self.zone(), from);
        let at = if days == 0 {
            from
        } else {
            wall.checked_add_days(Days::new(u64::from(days)))
                .filter(|wall| wall.year() <= LAST_YEAR)
                .and_then(|wall| zone::instant_micros(self.zone(), wall, Edge::Opening))
                .and_then(Instant::from_micros)
                .ok_or_else(count::too_far)?
        };
        Ok(Due { at: count::within(self, from, at)?, provisional: false })
    }

    /// Working seconds from `from` to `to` that lie in no pause. Fails as [`Calendar::working_seconds`], or with
    /// `bad_pause`.
    pub fn working_seconds_outside(
        &self,
        from: Instant,
        to: Instant,
        pauses: &[(Instant, Instant)],
    ) -> Result<i64, CalendarError> {
        let all = self.working_micros(from, to)?;
        let lost = self.lost(Time::Working, from, to, &merged(from, pauses)?)?;
        Ok((all - lost) / MICROS)
    }

    /// The end of `length` as if there were no pauses.
    pub(super) fn unpaused(&self, from: Instant, length: &Length) -> Result<Due, CalendarError> {
        match *length {
            Length::WorkingDays { days, counting } => self.close_after_working_days(from, days, counting),
            Length::SameDay { cut_off } => self.same_day(from, cut_off),
            Length::WorkingSeconds(0) => {
                count::within(self, from, from)?;
                let at = self.next_opening(from).ok_or(CalendarError::NeverOpen)?;
                Ok(Due { at, provisional: self.provisional(self.local_date(from), self.local_date(at)) })
            }
            Length::WorkingSeconds(_) => self.due(from, length, &[]),
            Length::Minutes(minutes) => self.natural_minutes(from, minutes),
            Length::Days(days) => self.natural_days(from, days),
            Length::Until(at) => Ok(Due { at, provisional: false }),
        }
    }

    /// The date from which days are counted: the local date of `from`, moved to the next working day where `rule`
    /// says so.
    pub(super) fn start_date(&self, from: Instant, rule: Counting) -> Result<NaiveDate, CalendarError> {
        let wall = zone::wall_clock(self.zone(), from);
        let date = wall.date();
        match rule {
            Counting::A => Ok(date),
            Counting::B { cut_off } => {
                let too_late = cut_off.is_some_and(|cut_off| wall.time() >= cut_off);
                if self.is_working_day(date) && !too_late {
                    Ok(date)
                } else {
                    self.working_day_after(date, 1).map(|day| day.date)
                }
            }
        }
    }

    fn close_counted(&self, from: Instant, start: NaiveDate, days: u32) -> Result<Due, CalendarError> {
        let last = match (days, self.working_on(start)) {
            (0, Some(day)) => day,
            (days, _) => self.working_day_after(start, days.max(1))?,
        };
        let at = Instant::from_micros(last.close).ok_or_else(count::too_far)?;
        Ok(Due { at, provisional: self.provisional(self.local_date(from), last.date) })
    }

    /// A due date reached by counting working time: the last date counted is the one in which that time ran out,
    /// even where that is 24:00.
    fn worked(&self, from: Instant, at: Instant) -> Due {
        Due { at, provisional: self.provisional(self.local_date(from), self.last_date(at)) }
    }

    /// How much of `time` from `from` to `to` lies in `pauses`.
    fn lost(
        &self,
        time: Time,
        from: Instant,
        to: Instant,
        pauses: &[(Instant, Instant)],
    ) -> Result<i64, CalendarError> {
        let mut lost = 0;
        for (begin, end) in pauses {
            let (begin, end) = ((*begin).max(from), (*end).min(to));
            if begin < end {
                lost += self.between(time, begin, end)?;
            }
        }
        Ok(lost)
    }

    /// The instant at which `budget` microseconds of `time` outside `pauses` have passed since `from`; `from` itself
    /// when there are none to pass.
    fn walk(
        &self,
        time: Time,
        from: Instant,
        budget: i64,
        pauses: &[(Instant, Instant)],
    ) -> Result<Instant, CalendarError> {
        let mut at = from;
        let mut left = budget;
        for (begin, end) in pauses.iter().filter(|(_, end)| *end > from) {
            let reached = self.advance(time, at, left)?;
            if reached <= *begin {
                return Ok(reached);
            }
            left -= if *begin > at { self.between(time, at, *begin)? } else { 0 };
            at = *end;
        }
        self.advance(time, at, left)
    }

    fn advance(&self, time: Time, at: Instant, budget: i64) -> Result<Instant, CalendarError> {
        match time {
            _ if budget == 0 => Ok(at),
            Time::Working => self.add_working_micros(at, budget),
            Time::Natural => count::shifted(self, at, TimeDelta::microseconds(budget)),
        }
    }

    fn between(&self, time: Time, from: Instant, to: Instant) -> Result<i64, CalendarError> {
        match time {
            Time::Working => self.working_micros(from, to),
            Time::Natural => Ok(to.micros() - from.micros()),
        }
    }
}

/// The time a pause takes away.
#[derive(Debug, Clone, Copy)]
enum Time {
    Working,
    Natural,
}

/// The pauses after `from`, in order, none overlapping or empty.
fn merged(from: Instant, pauses: &[(Instant, Instant)]) -> Result<Vec<(Instant, Instant)>, CalendarError> {
    if let Some((begin, end)) = pauses.iter().find(|(begin, end)| end < begin) {
        return Err(CalendarError::BadPause(format!("{begin} to {end}")));
    }
    let mut ordered: Vec<_> = pauses
        .iter()
        .map(|(begin, end)| ((*begin).max(from), *end))
        .filter(|(begin, end)| begin < end)
        .collect();
    ordered.sort_unstable();
    let mut merged: Vec<(Instant, Instant)> = Vec::with_capacity(ordered.len());
    for (begin, end) in ordered {
        match merged.last_mut() {
            Some(last) if begin <= last.1 => last.1 = last.1.max(end),
            _ => merged.push((begin, end)),
        }
    }
    Ok(merged)
}
