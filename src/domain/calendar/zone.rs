//! From the wall clock of a zone to instants, where clocks are put forward and back.

use super::hours::DAY_SECONDS;
use crate::domain::ids::Instant;
use chrono::{DateTime, Datelike, MappedLocalTime, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeZone};
use chrono_tz::{GapInfo, Tz};

/// Which of two instants is meant where the wall clock shows a time twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Edge {
    /// The earlier one.
    Opening,
    /// The later one.
    Closing,
}

/// The instant, in microseconds, at which the wall clock of `zone` shows `wall`. A time that is skipped is the first
/// instant after the gap. `None` at the ends of chrono's years.
pub(super) fn instant_micros(zone: Tz, wall: NaiveDateTime, edge: Edge) -> Option<i64> {
    let moment = match zone.from_local_datetime(&wall) {
        MappedLocalTime::Single(moment) => moment,
        MappedLocalTime::Ambiguous(one, other) if edge == Edge::Opening => one.min(other),
        MappedLocalTime::Ambiguous(one, other) => one.max(other),
        MappedLocalTime::None => GapInfo::new(&wall, &zone)?.end?,
    };
    Some(moment.timestamp_micros())
}

/// The instant, in microseconds, so many seconds after 00:00 of `date` on the wall clock. `24:00` is where the next
/// date begins.
pub(super) fn wall_micros(zone: Tz, date: NaiveDate, seconds: u32, edge: Edge) -> Option<i64> {
    if seconds >= DAY_SECONDS {
        return instant_micros(zone, date.succ_opt()?.and_time(NaiveTime::MIN), Edge::Opening);
    }
    let time = NaiveTime::from_num_seconds_from_midnight_opt(seconds, 0)?;
    instant_micros(zone, date.and_time(time), edge)
}

/// Seconds the wall clock of `zone` is ahead of UTC when UTC shows `utc`.
pub(super) fn offset_seconds(zone: Tz, utc: NaiveDateTime) -> i32 {
    zone.offset_from_utc_datetime(&utc).fix().local_minus_utc()
}

/// What the wall clock of `zone` shows at `at`; at the ends of chrono's years, UTC.
pub(super) fn wall_clock(zone: Tz, at: Instant) -> NaiveDateTime {
    let utc = at.utc().naive_utc();
    let offset = zone.offset_from_utc_datetime(&utc).fix();
    utc.checked_add_offset(offset).unwrap_or(utc)
}

/// `at` with the offset of `zone` at that instant, in RFC 3339; in UTC at the ends of chrono's years.
pub(super) fn rfc3339(zone: Tz, at: Instant) -> String {
    let years = 1..=9998;
    if !years.contains(&at.utc().year()) {
        return at.to_string();
    }
    let moment: DateTime<Tz> = at.utc().with_timezone(&zone);
    moment.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, false)
}
