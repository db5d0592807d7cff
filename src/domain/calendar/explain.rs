//! A due date explained: each day counted or skipped, and why.

use super::count::Calendar;
use super::day::Day;
use super::due::{Counting, Due, Length};
use super::error::CalendarError;
use super::rules::DayKind;
use super::spec::WallInterval;
use crate::domain::ids::Instant;
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

vocabulary! {
    /// What counting made of one day.
    pub enum Reason {
        /// The day of the start, which is not counted (Civil Code, article 201).
        StartNotCounted = "start_not_counted",
        /// The start falls on a day off and is moved to the next working day.
        StartOnDayOff = "start_on_day_off",
        /// The start falls at or after the cut-off and is moved to the next working day.
        StartAfterCutOff = "start_after_cut_off",
        /// The start was moved here; as the day of the start it is not counted.
        StartMovedHere = "start_moved_here",
        /// Counted: as a working day, or for its open time.
        Counted = "counted",
        /// Not open, so skipped.
        Skipped = "skipped",
        /// Open, but no open time of it is left: the start comes after it, or pauses cover it.
        NothingLeft = "nothing_left",
        /// The limit ends with this day without counting any.
        EndsHere = "ends_here",
        /// Its open time makes up for time lost in pauses.
        MakesUpPause = "makes_up_pause",
        /// Natural time runs on every day.
        Natural = "natural",
        /// The end is a fixed instant.
        Fixed = "fixed",
    }
}

/// One day of an explanation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct DayNote {
    /// The date in the calendar's zone.
    #[schema(value_type = String, format = Date)]
    pub date: NaiveDate,
    /// Why it is open or closed.
    pub kind: DayKind,
    /// The holiday it belongs to, as off or as make-up day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its hours on the wall clock, breaks cut out; none when closed.
    #[schema(value_type = Vec<Vec<String>>)]
    pub hours: Vec<WallInterval>,
    /// What counting made of it.
    pub reason: Reason,
    /// Which working day of the limit it is, the first being 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<u32>,
    /// For limits in working time, how many seconds of it were counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds: Option<i64>,
    /// Whether its year's days off have not been announced yet.
    pub provisional: bool,
}

/// A due date, and the days that led to it in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// When the limit ends.
    pub due: Due,
    /// For limits in working time, each day from the start to the end; for natural ones the first and the last.
    pub days: Vec<DayNote>,
}

impl Calendar {
    /// Why `length`, started at `from` and paused in `pauses`, ends when it does. Fails as [`Calendar::due`].
    pub fn explain(
        &self,
        from: Instant,
        length: &Length,
        pauses: &[(Instant, Instant)],
    ) -> Result<Explanation, CalendarError> {
        let due = self.due(from, length, pauses)?;
        let days = match *length {
            Length::WorkingDays { days, counting } => self.counted_days(from, length, days, counting, due)?,
            Length::SameDay { cut_off } => {
                self.counted_days(from, length, 0, Counting::B { cut_off: Some(cut_off) }, due)?
            }
            Length::WorkingSeconds(_) => self.counted_time(from, due, pauses)?,
            Length::Minutes(_) | Length::Days(_) => {
                let mut dates = vec![self.local_date(from), self.local_date(due.at)];
                dates.dedup();
                dates.into_iter().map(|date| self.natural_note(date, Reason::Natural)).collect()
            }
            Length::Until(at) => vec![self.natural_note(self.local_date(at), Reason::Fixed)],
        };
        Ok(Explanation { due, days })
    }

    fn counted_days(
        &self,
        from: Instant,
        length: &Length,
        days: u32,
        counting: Counting,
        due: Due,
    ) -> Result<Vec<DayNote>, CalendarError> {
        let first = self.local_date(from);
        let start = self.start_date(from, counting)?;
        let unpaused = self.last_date(self.unpaused(from, length)?.at);
        let last = self.last_date(due.at).max(first);
        let mut number = 0;
        let notes = first.iter_days().take_while(|date| *date <= last).map(|date| {
            let working = self.is_working_day(date);
            let reason = if date > unpaused {
                if working { Reason::MakesUpPause } else { Reason::Skipped }
            } else if date == start && days > 0 {
                if date == first { Reason::StartNotCounted } else { Reason::StartMovedHere }
            } else if date == unpaused && days == 0 {
                Reason::EndsHere
            } else if date == first {
                if working { Reason::StartAfterCutOff } else { Reason::StartOnDayOff }
            } else if working {
                Reason::Counted
            } else {
                Reason::Skipped
            };
            let mut note = self.note(date, reason);
            if reason == Reason::Counted {
                number += 1;
                note.number = Some(number);
            }
            note
        });
        Ok(notes.collect())
    }

    fn counted_time(
        &self,
        from: Instant,
        due: Due,
        pauses: &[(Instant, Instant)],
    ) -> Result<Vec<DayNote>, CalendarError> {
        let first = self.local_date(from);
        let last = self.last_date(due.at).max(first);
        let mut notes = Vec::new();
        for date in first.iter_days().take_while(|date| *date <= last) {
            let mut note = self.note(date, Reason::Skipped);
            if let (Some(opening), Some(close)) = (self.opening_of(date), self.close_of(date)) {
                let (opening, close) = (opening.max(from), close.min(due.at));
                let seconds =
                    if opening < close { self.working_seconds_outside(opening, close, pauses)? } else { 0 };
                note.reason = if seconds > 0 { Reason::Counted } else { Reason::NothingLeft };
                note.seconds = Some(seconds);
            }
            notes.push(note);
        }
        if let Some(note) = notes.last_mut().filter(|note| note.seconds == Some(0)) {
            note.reason = Reason::EndsHere;
        }
        Ok(notes)
    }

    fn note(&self, date: NaiveDate, reason: Reason) -> DayNote {
        let Day { kind, name, hours, provisional, .. } = self.day(date);
        DayNote { date, kind, name, hours, reason, number: None, seconds: None, provisional }
    }

    /// A day whose being announced or not changes nothing.
    fn natural_note(&self, date: NaiveDate, reason: Reason) -> DayNote {
        DayNote { provisional: false, ..self.note(date, reason) }
    }
}
