//! `calendar explain`: the days of one due date as lines of text.

use super::asked::{Problem, instant};
use super::{Asked, Question};
use crate::calendars;
use crate::domain::calendar::{DayKind, DayNote, Reason};
use chrono::{Datelike, Weekday};
use std::fmt::Write;

/// The explanation of `question`, a line for each day and one for the due date.
pub(super) fn text(question: &Question) -> Result<String, Problem> {
    let calendar = calendars::by_name(&question.calendar)?;
    let from = instant(&question.from)?;
    let explanation = calendar.explain(from, &question.asked.length()?, &[])?;
    let mut lines = format!(
        "calendar {} in {}, from {}\n",
        question.calendar,
        calendar.zone().name(),
        calendar.rfc3339(from)
    );
    for day in &explanation.days {
        // Writing to a string cannot fail.
        let _ = writeln!(lines, "{}", line(day, &question.asked));
    }
    let mark = if explanation.due.provisional {
        "  provisional: it counts dates of a year whose days off have not been announced"
    } else {
        ""
    };
    let _ = writeln!(lines, "due {}{mark}", calendar.rfc3339(explanation.due.at));
    Ok(lines)
}

fn line(day: &DayNote, asked: &Asked) -> String {
    let hours: Vec<_> = day.hours.iter().map(|[open, close]| format!("{open}-{close}")).collect();
    let hours = if hours.is_empty() { "closed".to_owned() } else { hours.join(" ") };
    let mark = if day.provisional { "  provisional" } else { "" };
    format!("{} {}  {:<24} {}: {}{mark}", day.date, day.date.weekday(), hours, made_of(day, asked), kind(day))
}

fn made_of(day: &DayNote, asked: &Asked) -> String {
    match (day.reason, day.number, day.seconds) {
        (Reason::Counted, Some(number), _) => {
            format!("counted {number} of {}", asked.working_days.unwrap_or_default())
        }
        (Reason::Counted, _, Some(seconds)) => format!("counted {}", duration(seconds)),
        (Reason::Counted, ..) => "counted".to_owned(),
        (Reason::StartNotCounted, ..) => "day of the start, not counted".to_owned(),
        (Reason::StartOnDayOff, ..) => "start moved to the next working day, as this is off".to_owned(),
        (Reason::StartAfterCutOff, ..) => {
            "start moved to the next working day, as it is at or after the cut-off".to_owned()
        }
        (Reason::StartMovedHere, ..) => "start moved here, not counted".to_owned(),
        (Reason::Skipped, ..) => "skipped".to_owned(),
        (Reason::NothingLeft, ..) => "no open time left".to_owned(),
        (Reason::EndsHere, ..) => "ends with this day".to_owned(),
        (Reason::MakesUpPause, ..) => "makes up for a pause".to_owned(),
        (Reason::Natural, ..) => "natural time".to_owned(),
        (Reason::Fixed, ..) => "fixed".to_owned(),
    }
}

fn kind(day: &DayNote) -> String {
    let word = match day.kind {
        DayKind::Working => "working day",
        DayKind::MakeUp => "make-up working day",
        DayKind::SpecialHours => "special hours",
        DayKind::Weekend if matches!(day.date.weekday(), Weekday::Sat | Weekday::Sun) => "weekend",
        DayKind::Weekend => "closed on this weekday",
        DayKind::DayOff => "day off",
        DayKind::Closed => "closed on this date",
    };
    day.name.as_ref().map_or_else(|| word.to_owned(), |name| format!("{word}, {name}"))
}

fn duration(seconds: i64) -> String {
    format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}
