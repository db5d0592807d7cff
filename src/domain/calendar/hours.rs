//! The hours of one day on the wall clock: read, checked, put in order, and with breaks cut out.

use super::error::CalendarError;
use super::spec::WallInterval;
use chrono::NaiveDate;

/// Seconds from 00:00 to 24:00 on the wall clock.
pub(super) const DAY_SECONDS: u32 = 86_400;

/// Intervals, or breaks, one day may have: enough for one an hour, and a bound on what a hostile calendar costs.
pub(super) const MOST_INTERVALS: usize = 24;

/// Seconds after 00:00 on the wall clock: open from `open`, closed at `close` (at most [`DAY_SECONDS`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct WallSpan {
    pub(super) open: u32,
    pub(super) close: u32,
}

/// The hours of one day in order, none overlapping, none touching.
pub(super) type DayHours = Vec<WallSpan>;

/// Reads the intervals of one day; `place` names it in an error. Intervals that touch become one.
pub(super) fn read(place: &str, intervals: &[WallInterval]) -> Result<DayHours, CalendarError> {
    let mut spans = read_any(place, intervals)?;
    spans.sort_by_key(|span| span.open);
    let mut hours: DayHours = Vec::with_capacity(spans.len());
    for span in spans {
        match hours.last_mut() {
            Some(last) if span.open < last.close => {
                return Err(CalendarError::OverlappingHours(format!(
                    "{place}, at {}",
                    clock_text(span.open)
                )));
            }
            Some(last) if span.open == last.close => last.close = span.close,
            _ => hours.push(span),
        }
    }
    Ok(hours)
}

/// Reads intervals that may overlap and come in any order (breaks).
pub(super) fn read_any(place: &str, intervals: &[WallInterval]) -> Result<Vec<WallSpan>, CalendarError> {
    if intervals.len() > MOST_INTERVALS {
        return Err(CalendarError::TooMany(format!("{place} has more than {MOST_INTERVALS} intervals")));
    }
    intervals
        .iter()
        .map(|[open, close]| {
            let span = WallSpan { open: seconds(open)?, close: seconds(close)? };
            if span.open < span.close {
                Ok(span)
            } else {
                Err(CalendarError::BadInterval(format!("{place}: {open} to {close}")))
            }
        })
        .collect()
}

/// `hours` without the parts that lie in `breaks`.
pub(super) fn without(hours: &[WallSpan], breaks: &[WallSpan]) -> DayHours {
    let mut left = hours.to_vec();
    for pause in breaks {
        left = left
            .into_iter()
            .flat_map(|span| {
                let before = WallSpan { open: span.open, close: span.close.min(pause.open) };
                let after = WallSpan { open: span.open.max(pause.close), close: span.close };
                [before, after].into_iter().filter(|part| part.open < part.close)
            })
            .collect();
    }
    left
}

/// Reads `YYYY-MM-DD`, four digits and two and two.
pub(super) fn date(text: &str) -> Result<NaiveDate, CalendarError> {
    let well_formed = text.len() == 10
        && text.bytes().enumerate().all(|(place, byte)| match place {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    NaiveDate::parse_from_str(text, "%Y-%m-%d")
        .ok()
        .filter(|_| well_formed)
        .ok_or_else(|| CalendarError::BadDate(short(text)))
}

/// The first characters of `text`, enough to recognise it in an error.
pub(super) fn short(text: &str) -> String {
    text.chars().take(40).collect()
}

/// `HH:MM`, or `HH:MM:SS` where there are seconds.
pub(super) fn clock_text(seconds: u32) -> String {
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if second == 0 { format!("{hour:02}:{minute:02}") } else { format!("{hour:02}:{minute:02}:{second:02}") }
}

/// Reads `HH:MM` or `HH:MM:SS`, up to `24:00`, as seconds after 00:00.
fn seconds(text: &str) -> Result<u32, CalendarError> {
    let bad = || CalendarError::BadTime(short(text));
    let mut total = 0;
    let mut parts = 0;
    for (part, (unit, limit)) in text.split(':').zip([(3600, 24), (60, 59), (1, 59)]) {
        if part.len() != 2 || !part.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(bad());
        }
        let value: u32 = part.parse().map_err(|_| bad())?;
        if value > limit {
            return Err(bad());
        }
        total += value * unit;
        parts += 1;
    }
    let all_read = parts >= 2 && text.split(':').count() == parts;
    if all_read && total <= DAY_SECONDS { Ok(total) } else { Err(bad()) }
}
