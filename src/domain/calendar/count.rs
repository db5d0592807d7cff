//! A calendar ready to count: days and hours, forward and back, in a few look-ups.

use super::days::{FIRST_YEAR, LAST_YEAR, WorkingDay, Year};
use super::error::CalendarError;
use super::rules::Rules;
use super::spec::Spec;
use super::zone;
use crate::domain::ids::Instant;
use chrono::{Datelike, NaiveDate, TimeDelta};
use chrono_tz::Tz;
use std::sync::OnceLock;

/// How many years ahead of its start a limit may end.
const HORIZON_YEARS: i32 = 50;

/// A checked calendar. It counts between [`FIRST_YEAR`] and [`LAST_YEAR`]; each year is laid out when first asked
/// for, and kept.
#[derive(Debug)]
pub struct Calendar {
    pub(super) rules: Rules,
    years: Vec<OnceLock<Box<Year>>>,
}

impl Calendar {
    /// Checks `spec`; fails with the first thing found wrong in it. A calendar that is never open is no error until
    /// something is counted in it.
    pub fn build(spec: &Spec) -> Result<Self, CalendarError> {
        let years = (FIRST_YEAR..=LAST_YEAR).map(|_| OnceLock::new()).collect();
        Ok(Self { rules: Rules::read(spec)?, years })
    }

    /// The calendar's time zone.
    pub const fn zone(&self) -> Tz {
        self.rules.zone
    }

    /// The date the calendar's wall clock shows at `at`.
    pub fn local_date(&self, at: Instant) -> NaiveDate {
        zone::wall_clock(self.rules.zone, at).date()
    }

    /// The date that ends at or holds `at`: a close at 24:00 belongs to the day it closes.
    pub fn last_date(&self, at: Instant) -> NaiveDate {
        self.local_date(at.plus(TimeDelta::microseconds(-1)))
    }

    /// `at` with the calendar's offset at that instant, in RFC 3339.
    pub fn rfc3339(&self, at: Instant) -> String {
        zone::rfc3339(self.rules.zone, at)
    }

    /// Whether it is open at `at`: from the instant of opening on, and no longer at the instant of closing. Outside
    /// the years counted it is closed.
    pub fn is_open(&self, at: Instant) -> bool {
        self.year_at(at).is_some_and(|(_, year)| year.is_open(at.micros()))
    }

    /// Whether `date` has any open time.
    pub fn is_working_day(&self, date: NaiveDate) -> bool {
        self.working_on(date).is_some()
    }

    /// The first opening on `date`; `None` on a day that is not a working day.
    pub fn opening_of(&self, date: NaiveDate) -> Option<Instant> {
        self.working_on(date).and_then(|day| Instant::from_micros(day.opening))
    }

    /// The last closing on `date`; `None` on a day that is not a working day.
    pub fn close_of(&self, date: NaiveDate) -> Option<Instant> {
        self.working_on(date).and_then(|day| Instant::from_micros(day.close))
    }

    /// The last closing on `date`, or on the next working day where it is off (Civil Code, article 203); `None` outside
    /// the years counted.
    pub fn close_by(&self, date: NaiveDate) -> Option<Instant> {
        self.close_of(date).or_else(|| self.close_of(self.next_working_day(date)?))
    }

    /// `at` itself if open, else the first opening after it; `None` where there is none.
    pub fn next_opening(&self, at: Instant) -> Option<Instant> {
        let (start, _) = self.year_at(at)?;
        (start..=last_year(start))
            .find_map(|number| self.year(number)?.next_opening(at.micros()))
            .and_then(Instant::from_micros)
    }

    /// The last working day before `date`; `None` where there is none.
    pub fn previous_working_day(&self, date: NaiveDate) -> Option<NaiveDate> {
        let year = self.year(date.year())?;
        let earlier = year.working_through(date) - usize::from(year.working_on(date).is_some());
        if let Some(day) = year.working_day(earlier) {
            return Some(day.date);
        }
        (FIRST_YEAR..date.year()).rev().find_map(|number| {
            let year = self.year(number)?;
            year.working_day(year.working_days()).map(|day| day.date)
        })
    }

    /// The first working day after `date`; `None` where there is none.
    pub fn next_working_day(&self, date: NaiveDate) -> Option<NaiveDate> {
        self.working_day_after(date, 1).ok().map(|day| day.date)
    }

    /// Real elapsed working seconds from `from` to `to`, whole ones; negative when `to` is the earlier.
    ///
    /// Fails with `out_of_range` where either lies outside the years counted.
    pub fn working_seconds(&self, from: Instant, to: Instant) -> Result<i64, CalendarError> {
        self.working_micros(from, to).map(|micros| micros / 1_000_000)
    }

    /// Working seconds in all of `spans` together, whole ones. Time in several of them counts in each.
    ///
    /// Fails as [`Calendar::working_seconds`].
    pub fn working_seconds_in(&self, spans: &[(Instant, Instant)]) -> Result<i64, CalendarError> {
        let micros =
            spans.iter().try_fold(0, |sum, (from, to)| Ok(sum + self.working_micros(*from, *to)?))?;
        Ok(micros / 1_000_000)
    }

    /// How many working days come after `after`, up to and including `through`; none where `through` is no later.
    ///
    /// Fails with `out_of_range` where either lies outside the years counted.
    pub fn working_days(&self, after: NaiveDate, through: NaiveDate) -> Result<u32, CalendarError> {
        let first = self.year(after.year()).ok_or_else(|| outside_date(after))?;
        let last = self.year(through.year()).ok_or_else(|| outside_date(through))?;
        if through <= after {
            return Ok(0);
        }
        let between = (after.year()..through.year()).filter_map(|number| self.year(number));
        let before: usize = between.map(Year::working_days).sum();
        let days = before + last.working_through(through) - first.working_through(after);
        u32::try_from(days).map_err(|_| too_far())
    }

    /// Whether a date counted from `from` to `to`, both included, lies in a year whose days have not been announced.
    /// Never, for a calendar that names no announced years.
    pub fn provisional(&self, from: NaiveDate, to: NaiveDate) -> bool {
        self.rules.provisional(from, to)
    }

    /// As [`Calendar::working_seconds`], in microseconds.
    pub(super) fn working_micros(&self, from: Instant, to: Instant) -> Result<i64, CalendarError> {
        if to < from {
            return self.working_micros(to, from).map(|micros| -micros);
        }
        let (first, first_year) = self.year_at(from).ok_or_else(|| outside(from))?;
        let (last, last_year) = self.year_at(to).ok_or_else(|| outside(to))?;
        let between: i64 = (first..last).filter_map(|number| self.year(number)).map(|year| year.total).sum();
        Ok(between + last_year.open_before(to.micros()) - first_year.open_before(from.micros()))
    }

    /// The instant at which `budget` microseconds of open time, above 0, have passed since `from`.
    pub(super) fn add_working_micros(&self, from: Instant, budget: i64) -> Result<Instant, CalendarError> {
        let (start, year) = self.year_at(from).ok_or_else(|| outside(from))?;
        let already = year.open_before(from.micros());
        let mut target = already.checked_add(budget).ok_or_else(too_far)?;
        let mut seen_open = false;
        for number in start..=last_year(start) {
            let Some(year) = self.year(number) else { break };
            if target <= year.total {
                return year.reaching(target).and_then(Instant::from_micros).ok_or_else(too_far);
            }
            seen_open |= year.total > if number == start { already } else { 0 };
            target -= year.total;
        }
        Err(nothing_found(start, seen_open))
    }

    /// The working day that is the `number`-th after `date`; `number` is at least 1.
    pub(super) fn working_day_after(
        &self,
        date: NaiveDate,
        number: u32,
    ) -> Result<WorkingDay, CalendarError> {
        let start = date.year();
        let already = self.year(start).ok_or_else(|| outside_date(date))?.working_through(date);
        let mut target = usize::try_from(number).unwrap_or(usize::MAX).saturating_add(already);
        let mut seen_open = false;
        for number in start..=last_year(start) {
            let Some(year) = self.year(number) else { break };
            if let Some(day) = year.working_day(target) {
                return Ok(day);
            }
            seen_open |= year.working_days() > if number == start { already } else { 0 };
            target -= year.working_days();
        }
        Err(nothing_found(start, seen_open))
    }

    /// `date` if it is a working day.
    pub(super) fn working_on(&self, date: NaiveDate) -> Option<WorkingDay> {
        self.year(date.year())?.working_on(date)
    }

    /// The local year of `at`, if it is counted.
    fn year_at(&self, at: Instant) -> Option<(i32, &Year)> {
        let number = self.local_date(at).year();
        self.year(number).map(|year| (number, year))
    }

    fn year(&self, number: i32) -> Option<&Year> {
        let place = usize::try_from(number.checked_sub(FIRST_YEAR)?).ok()?;
        let laid = self.years.get(place)?.get_or_init(|| Box::new(Year::lay_out(&self.rules, number)));
        Some(laid)
    }
}

/// The error of an instant outside the years counted.
pub(super) fn outside(at: Instant) -> CalendarError {
    CalendarError::OutOfRange(format!("{at} lies outside the years {FIRST_YEAR} to {LAST_YEAR}"))
}

/// The error of a limit that ends too late.
pub(super) fn too_far() -> CalendarError {
    CalendarError::OutOfRange(format!(
        "it would end more than {HORIZON_YEARS} years after its start, or after {LAST_YEAR}"
    ))
}

/// `at` moved by natural time, if that is within the horizon and the years counted.
pub(super) fn shifted(calendar: &Calendar, at: Instant, by: TimeDelta) -> Result<Instant, CalendarError> {
    let moved = at.utc().checked_add_signed(by).map(Instant::new).ok_or_else(too_far)?;
    within(calendar, at, moved)
}

/// `end`, if it is within the horizon of `start` and both are within the years counted.
pub(super) fn within(calendar: &Calendar, start: Instant, end: Instant) -> Result<Instant, CalendarError> {
    let (first, last) = (calendar.local_date(start).year(), calendar.local_date(end).year());
    if !(FIRST_YEAR..=LAST_YEAR).contains(&first) {
        return Err(outside(start));
    }
    if (FIRST_YEAR..=last_year(first)).contains(&last) { Ok(end) } else { Err(too_far()) }
}

/// The error of a search from the year `start` that found no end: too far for a calendar that opens at all.
fn nothing_found(start: i32, seen_open: bool) -> CalendarError {
    if seen_open || start == LAST_YEAR { too_far() } else { CalendarError::NeverOpen }
}

fn outside_date(date: NaiveDate) -> CalendarError {
    CalendarError::OutOfRange(format!("{date} lies outside the years {FIRST_YEAR} to {LAST_YEAR}"))
}

/// The last year a limit begun in `start` may end in.
fn last_year(start: i32) -> i32 {
    start.saturating_add(HORIZON_YEARS).min(LAST_YEAR)
}
