//! Identifiers and instants: the two values everything else is keyed and ordered by.

use chrono::{DateTime, Datelike, NaiveDate, SubsecRound, TimeDelta, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use uuid::Uuid;

/// A point in time, to the microsecond, in UTC.
///
/// Both databases keep microseconds, so a finer value would not survive a round trip: [`Instant::new`] cuts it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, utoipa::ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, format = DateTime)]
pub struct Instant(DateTime<Utc>);

impl Instant {
    /// The instant of `moment`, cut to the microsecond.
    pub fn new(moment: DateTime<Utc>) -> Self {
        Self(moment.trunc_subsecs(6))
    }

    /// The day it is then in `zone`.
    pub fn day_in(self, zone: Tz) -> NaiveDate {
        self.0.with_timezone(&zone).date_naive()
    }

    /// The instant as chrono knows it.
    pub const fn utc(self) -> DateTime<Utc> {
        self.0
    }

    /// Microseconds since 1970-01-01T00:00:00Z.
    pub const fn micros(self) -> i64 {
        self.0.timestamp_micros()
    }

    /// The instant so many microseconds after 1970-01-01T00:00:00Z, or `None` outside chrono's years.
    pub fn from_micros(micros: i64) -> Option<Self> {
        DateTime::from_timestamp_micros(micros).map(Self)
    }

    /// This instant moved by `delta`; at the ends of chrono's years it stays where it is.
    pub fn plus(self, delta: TimeDelta) -> Self {
        self.0.checked_add_signed(delta).map_or(self, Self::new)
    }

    /// The time from `earlier` to this instant, negative when `earlier` is the later one.
    pub fn since(self, earlier: Self) -> TimeDelta {
        self.0 - earlier.0
    }
}

impl<'de> Deserialize<'de> for Instant {
    /// Takes the years 1 to 9999: RFC 3339 §5.6 writes a year with four digits, and PostgreSQL keeps no year far before.
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let moment = DateTime::<chrono::FixedOffset>::deserialize(deserializer)?.to_utc();
        if (1..=9999).contains(&moment.year()) {
            return Ok(Self::new(moment));
        }
        Err(serde::de::Error::custom("a time outside the years 1 to 9999"))
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true))
    }
}

/// The identifier of any row: a UUID of version 7 (RFC 9562 §5.7), so that ids follow the order of creation.
///
/// Read from text it is the hyphenated form only (RFC 9562 §4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, utoipa::ToSchema)]
#[serde(transparent)]
#[schema(value_type = Uuid)]
pub struct Id(Uuid);

/// The bits of an id that count (RFC 9562 §6.2, method 1): enough for four million million ids of one process.
const COUNTER_BITS: u8 = 42;

impl Id {
    /// A new id whose time part is `at`. A counter follows it, so that ids one process makes for one instant are in
    /// the order they were made; the rest is random, so that those of several processes differ.
    pub fn new(at: Instant) -> Self {
        static MADE: AtomicU64 = AtomicU64::new(0);
        let counter = MADE.fetch_add(1, Ordering::Relaxed) & ((1 << COUNTER_BITS) - 1);
        let seconds = u64::try_from(at.0.timestamp()).unwrap_or(0);
        let nanoseconds = at.0.timestamp_subsec_nanos();
        let moment = uuid::Timestamp::from_unix_time(seconds, nanoseconds, counter.into(), COUNTER_BITS);
        Self(Uuid::new_v7(moment))
    }

    /// The id with these 128 bits.
    pub const fn from_uuid(uuid: Uuid) -> Self {
        Self(uuid)
    }

    /// The id as a UUID.
    pub const fn uuid(self) -> Uuid {
        self.0
    }

    /// Reads the hyphenated form of RFC 9562 §4; anything else is `None`.
    pub fn parse(text: &str) -> Option<Self> {
        Uuid::try_parse(text).ok().filter(|_| text.len() == 36).map(Self)
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not an id"))
    }
}

impl fmt::Display for Id {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::{Id, Instant};
    use serde_json::json;

    #[test]
    fn ids_of_one_instant_are_in_the_order_they_were_made_and_those_of_a_later_one_follow() {
        let at = Instant::from_micros(1_790_239_200_123_456).unwrap();
        let later = at.plus(chrono::TimeDelta::milliseconds(1));
        let ids: Vec<Id> = (0..9999).map(|_| Id::new(at)).chain([Id::new(later)]).collect();
        assert!(ids.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(ids.iter().all(|id| id.uuid().get_version_num() == 7));
    }

    #[test]
    fn a_time_is_read_in_years_of_four_digits_only() {
        let read = |text: &str| serde_json::from_value::<Instant>(json!(text)).is_ok();
        assert!(read("2026-09-24T16:40:00+08:00") && read("9999-12-31T00:00:00Z"));
        for text in ["+12026-01-01T00:00:00Z", "-4800-01-01T00:00:00Z", "0000-01-01T00:00:00Z", "24.9.2026"] {
            assert!(!read(text), "{text}");
        }
    }
}
