//! One year of a calendar laid out day by day, with running sums, so that no question walks over days.

use super::hours::WallSpan;
use super::rules::Rules;
use super::zone::{self, Edge};
use chrono::{Datelike, Days, NaiveDate, NaiveTime};

/// The first year a calendar counts in.
pub const FIRST_YEAR: i32 = 1970;
/// The last year a calendar counts in.
pub const LAST_YEAR: i32 = 2199;

const MICROS: i64 = 1_000_000;

/// A stretch of open time in microseconds since 1970, with the open time of the year before it.
#[derive(Debug, Clone, Copy)]
struct Span {
    open: i64,
    close: i64,
    before: i64,
}

/// A working day: its date, first opening and last closing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct WorkingDay {
    pub(super) date: NaiveDate,
    pub(super) opening: i64,
    pub(super) close: i64,
}

/// One year, in the zone of its calendar.
#[derive(Debug)]
pub(super) struct Year {
    /// Open time in order, none overlapping.
    spans: Vec<Span>,
    working: Vec<WorkingDay>,
    /// For each day of the year, how many working days there are up to and including it.
    through: Vec<usize>,
    /// Open microseconds of the whole year.
    pub(super) total: i64,
}

impl Year {
    /// Lays out `year`, which must lie between [`FIRST_YEAR`] and [`LAST_YEAR`].
    pub(super) fn lay_out(rules: &Rules, year: i32) -> Self {
        let mut laid = Self { spans: Vec::new(), working: Vec::new(), through: Vec::new(), total: 0 };
        let first = NaiveDate::from_yo_opt(year, 1).unwrap_or(NaiveDate::MIN);
        let mut offsets = Offsets::new(rules, first);
        for date in first.iter_days().take_while(|date| date.year() == year) {
            let steady = offsets.next_day(date);
            let hours = rules.day(date).hours;
            laid.add_day(rules, date, &hours, steady);
        }
        laid
    }

    fn add_day(&mut self, rules: &Rules, date: NaiveDate, hours: &[WallSpan], steady: Option<i32>) {
        let mut opening = None;
        for span in hours {
            let Some((open, close)) = instants(rules, date, *span, steady) else { continue };
            // Where a clock put back shows an interval's end twice, the next one begins no earlier than that end.
            let open = self.spans.last().map_or(open, |last| open.max(last.close));
            if open >= close {
                continue;
            }
            opening.get_or_insert(open);
            self.spans.push(Span { open, close, before: self.total });
            self.total += close - open;
        }
        if let (Some(opening), Some(last)) = (opening, self.spans.last()) {
            self.working.push(WorkingDay { date, opening, close: last.close });
        }
        self.through.push(self.working.len());
    }

    /// Whether `at` is open: from an opening on, and before its closing.
    pub(super) fn is_open(&self, at: i64) -> bool {
        self.span_at(at).is_some_and(|span| at < span.close)
    }

    /// Open microseconds of this year before `at`.
    pub(super) fn open_before(&self, at: i64) -> i64 {
        self.span_at(at).map_or(0, |span| span.before + at.min(span.close) - span.open)
    }

    /// The instant at which this year's open time reaches `micros`, which is above 0 and at most `total`: a closing
    /// time rather than the opening after it.
    pub(super) fn reaching(&self, micros: i64) -> Option<i64> {
        let place = self.spans.partition_point(|span| span.before + (span.close - span.open) < micros);
        self.spans.get(place).map(|span| span.open + micros - span.before)
    }

    /// The first opening at or after `at`, or `at` itself if open.
    pub(super) fn next_opening(&self, at: i64) -> Option<i64> {
        let place = self.spans.partition_point(|span| span.close <= at);
        self.spans.get(place).map(|span| span.open.max(at))
    }

    /// How many working days this year has up to and including `date`, a date of this year.
    pub(super) fn working_through(&self, date: NaiveDate) -> usize {
        usize::try_from(date.ordinal0())
            .ok()
            .and_then(|day| self.through.get(day))
            .copied()
            .unwrap_or(self.working.len())
    }

    /// The working day with this number in the year, the first being 1.
    pub(super) fn working_day(&self, number: usize) -> Option<WorkingDay> {
        number.checked_sub(1).and_then(|place| self.working.get(place)).copied()
    }

    /// `date` if it is a working day of this year.
    pub(super) fn working_on(&self, date: NaiveDate) -> Option<WorkingDay> {
        self.working_day(self.working_through(date)).filter(|day| day.date == date)
    }

    /// The number of working days.
    pub(super) fn working_days(&self) -> usize {
        self.working.len()
    }

    fn span_at(&self, at: i64) -> Option<&Span> {
        let after = self.spans.partition_point(|span| span.open <= at);
        after.checked_sub(1).and_then(|place| self.spans.get(place))
    }
}

/// Opening and closing of `span` in microseconds since 1970; `steady` is the zone's offset in seconds where it does
/// not change around `date`.
fn instants(rules: &Rules, date: NaiveDate, span: WallSpan, steady: Option<i32>) -> Option<(i64, i64)> {
    match steady {
        Some(offset) => {
            let midnight = date.and_time(NaiveTime::MIN).and_utc().timestamp() - i64::from(offset);
            let at = |seconds: u32| (midnight + i64::from(seconds)) * MICROS;
            Some((at(span.open), at(span.close)))
        }
        None => Some((
            zone::wall_micros(rules.zone, date, span.open, Edge::Opening)?,
            zone::wall_micros(rules.zone, date, span.close, Edge::Closing)?,
        )),
    }
}

/// The zone's offsets around one date after another: a day far from any change needs no look-up of its own.
struct Offsets<'rules> {
    rules: &'rules Rules,
    /// At 00:00 UTC of the day before the date, of the date, and of the two days after it: no local time of the date
    /// lies outside, as no zone is further than 14 hours from UTC.
    around: [i32; 4],
}

impl<'rules> Offsets<'rules> {
    fn new(rules: &'rules Rules, first: NaiveDate) -> Self {
        let at = |days: u64| {
            let start = first.checked_sub_days(Days::new(2)).unwrap_or(first);
            offset(rules, start.checked_add_days(Days::new(days)).unwrap_or(first))
        };
        Self { rules, around: [at(0), at(1), at(2), at(3)] }
    }

    /// Moves on to `date`, the day after the last one; its offset if that does not change around it.
    fn next_day(&mut self, date: NaiveDate) -> Option<i32> {
        let [_, second, third, fourth] = self.around;
        let newest = date.checked_add_days(Days::new(2)).map_or(fourth, |day| offset(self.rules, day));
        self.around = [second, third, fourth, newest];
        self.around.iter().all(|offset| *offset == newest).then_some(newest)
    }
}

fn offset(rules: &Rules, date: NaiveDate) -> i32 {
    zone::offset_seconds(rules.zone, date.and_time(NaiveTime::MIN))
}
