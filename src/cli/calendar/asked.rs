//! What was asked: one length out of several spellings, and why it cannot be answered.

use crate::calendars::LoadError;
use crate::domain::calendar::{CalendarError, Counting, Length, default_cut_off};
use crate::domain::ids::Instant;
use chrono::{DateTime, NaiveTime};
use clap::Args;

/// Characters of a detail that are kept: it may quote what was sent.
const DETAIL_CHARACTERS: usize = 300;

/// Why a question has no answer: a stable code, and what was found.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Problem {
    pub(super) code: &'static str,
    pub(super) detail: String,
}

impl Problem {
    pub(super) fn new(code: &'static str, detail: impl AsRef<str>) -> Self {
        Self { code, detail: detail.as_ref().chars().take(DETAIL_CHARACTERS).collect() }
    }
}

impl From<CalendarError> for Problem {
    fn from(error: CalendarError) -> Self {
        Self::new(error.code(), error.detail())
    }
}

impl From<LoadError> for Problem {
    fn from(error: LoadError) -> Self {
        Self::new(error.code(), error.to_string())
    }
}

/// How long: exactly one of the lengths, with the rule and the cut-off that some of them take.
#[derive(Debug, Default, Args)]
pub(super) struct Asked {
    /// The close of the so-manyth working day.
    #[arg(long)]
    pub(super) working_days: Option<u64>,
    /// So many minutes of open time.
    #[arg(long)]
    pub(super) working_minutes: Option<u64>,
    /// So many seconds of open time.
    #[arg(long)]
    pub(super) working_seconds: Option<u64>,
    /// The close of the same day, or of the next working day from the cut-off on.
    #[arg(long)]
    pub(super) same_day: bool,
    /// So many natural minutes.
    #[arg(long)]
    pub(super) minutes: Option<u64>,
    /// The same time so many natural days later.
    #[arg(long)]
    pub(super) days: Option<u64>,
    /// How working days are counted, A or B; A where it is not said.
    #[arg(long)]
    pub(super) rule: Option<String>,
    /// For rule B and the same day: the time from which a start belongs to the next working day, as HH:MM.
    #[arg(long)]
    pub(super) cut_off: Option<String>,
}

impl Asked {
    /// The one length asked for.
    pub(super) fn length(&self) -> Result<Length, Problem> {
        let cut_off = self.cut_off.as_deref().map(time).transpose()?;
        let counting = match self.rule.as_deref() {
            None | Some("A") => Counting::A,
            Some("B") => Counting::B { cut_off },
            Some(other) => return Err(Problem::new("unknown_rule", format!("{other:?} is neither A nor B"))),
        };
        let mut lengths = Vec::new();
        if let Some(days) = self.working_days {
            lengths.push(Length::WorkingDays { days: count_of_days(days)?, counting });
        }
        if let Some(minutes) = self.working_minutes {
            let seconds = minutes.checked_mul(60).ok_or_else(|| too_long(minutes))?;
            lengths.push(Length::WorkingSeconds(seconds));
        }
        if let Some(seconds) = self.working_seconds {
            lengths.push(Length::WorkingSeconds(seconds));
        }
        if self.same_day {
            lengths.push(Length::SameDay { cut_off: cut_off.unwrap_or_else(default_cut_off) });
        }
        if let Some(minutes) = self.minutes {
            lengths.push(Length::Minutes(i64::try_from(minutes).map_err(|_| too_long(minutes))?));
        }
        if let Some(days) = self.days {
            lengths.push(Length::Days(count_of_days(days)?));
        }
        match lengths.as_slice() {
            [length] => Ok(*length),
            [] => Err(Problem::new("missing_length", format!("give one of {LENGTHS}"))),
            _ => Err(Problem::new("several_lengths", format!("give only one of {LENGTHS}"))),
        }
    }
}

const LENGTHS: &str = "working_days, working_minutes, working_seconds, same_day, minutes, days";

/// Reads RFC 3339.
pub(super) fn instant(text: &str) -> Result<Instant, Problem> {
    DateTime::parse_from_rfc3339(text).map(|moment| Instant::new(moment.to_utc())).map_err(|_| {
        Problem::new("bad_instant", format!("{text:?} is not an instant; write 2026-09-28T10:00:00+08:00"))
    })
}

/// Reads `HH:MM` or `HH:MM:SS`.
fn time(text: &str) -> Result<NaiveTime, Problem> {
    let format = match text.len() {
        5 => "%H:%M",
        _ => "%H:%M:%S",
    };
    NaiveTime::parse_from_str(text, format).ok().filter(|_| matches!(text.len(), 5 | 8)).ok_or_else(|| {
        Problem::new("bad_time", format!("{text:?} is not a time of day; write HH:MM before 24:00"))
    })
}

fn count_of_days(days: u64) -> Result<u32, Problem> {
    u32::try_from(days).map_err(|_| too_long(days))
}

fn too_long(length: u64) -> Problem {
    Problem::new("out_of_range", format!("{length} is more than can be counted"))
}
