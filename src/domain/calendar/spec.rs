//! A calendar as it is written down: the one shape of configuration files, of the database, and of the API.
//!
//! Dates and times stay text here, so that a wrong one is named by [`Calendar::build`](super::Calendar::build) with
//! its own code and not as a fault of the file.

use serde::de::{MapAccess, Visitor, value::MapAccessDeserializer};
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;
use utoipa::ToSchema;

/// One interval of a day, `["09:00", "12:00"]`: open from the first, closed at the second. `24:00` may end one.
pub type WallInterval = [String; 2];

/// A calendar as written down. Only `zone` must be given; what is missing is empty, and a day without hours is closed.
///
/// What holds on one date, from the strongest: a day off; special hours; a make-up day; the first season that covers
/// the date; `hours`. Breaks are then cut out of whatever holds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// A name of the IANA time zone database, such as `Asia/Shanghai`.
    #[schema(max_length = 64)]
    pub zone: String,
    /// The hours of each weekday.
    #[serde(default)]
    pub hours: Week,
    /// Parts of the year with other hours; where two overlap the first listed holds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 64)]
    pub seasons: Vec<Season>,
    /// Days off: `"2026-10-01"`, or `{date, name}`.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "dates_or_tables")]
    #[schema(max_items = 10000)]
    pub days_off: Vec<DayOff>,
    /// Days worked in exchange for others (调休): `"2026-10-10"`, or `{date, hours | as, name}`.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "dates_or_tables")]
    #[schema(max_items = 10000)]
    pub make_up_days: Vec<MakeUpDay>,
    /// Hours of single dates, which make the date a working day; an empty list closes it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(schema_with = super::limits::intervals_by_date)]
    pub special_hours: BTreeMap<String, Vec<WallInterval>>,
    /// Intervals of single dates in which it is closed.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(schema_with = super::limits::intervals_by_date)]
    pub breaks: BTreeMap<String, Vec<WallInterval>>,
    /// The years whose days off and make-up days have been announced. Dates counted through any other year are
    /// provisional; where no year is named here, none is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(schema_with = super::limits::years)]
    pub announced: Vec<i32>,
}

/// Hours by weekday; a weekday without any is closed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Week {
    /// Monday.
    #[schema(schema_with = super::limits::intervals)]
    pub mon: Vec<WallInterval>,
    /// Tuesday.
    #[schema(schema_with = super::limits::intervals)]
    pub tue: Vec<WallInterval>,
    /// Wednesday.
    #[schema(schema_with = super::limits::intervals)]
    pub wed: Vec<WallInterval>,
    /// Thursday.
    #[schema(schema_with = super::limits::intervals)]
    pub thu: Vec<WallInterval>,
    /// Friday.
    #[schema(schema_with = super::limits::intervals)]
    pub fri: Vec<WallInterval>,
    /// Saturday.
    #[schema(schema_with = super::limits::intervals)]
    pub sat: Vec<WallInterval>,
    /// Sunday.
    #[schema(schema_with = super::limits::intervals)]
    pub sun: Vec<WallInterval>,
}

/// A part of the year with its own week, which replaces `hours` whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Season {
    /// The first day: `MM-DD` for every year, or `YYYY-MM-DD` once.
    #[schema(max_length = 10)]
    pub from: String,
    /// The last day, included, in the same form; a yearly season may run over the year's end.
    #[schema(max_length = 10)]
    pub to: String,
    /// The hours of each weekday in this season.
    pub hours: Week,
}

/// A date on which it is closed, whatever else is said of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DayOff {
    /// `YYYY-MM-DD`.
    #[schema(format = Date)]
    pub date: String,
    /// The holiday it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 65536)]
    pub name: Option<String>,
}

/// A date that is worked though its weekday is not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MakeUpDay {
    /// `YYYY-MM-DD`.
    #[schema(format = Date)]
    pub date: String,
    /// Its own hours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = super::limits::intervals)]
    pub hours: Option<Vec<WallInterval>>,
    /// The weekday whose hours it has, `mon` to `sun`; Monday where neither this nor `hours` is given.
    #[serde(default, rename = "as", skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 3)]
    pub weekday: Option<String>,
    /// The holiday it makes up for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 65536)]
    pub name: Option<String>,
}

/// What one year's notice of the State Council says (`config/calendar/cn-YYYY.toml`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    /// The year it arranges.
    pub year: i32,
    /// Where the notice, and what amended it, is published.
    #[serde(default)]
    pub sources: Vec<String>,
    /// Its days off.
    #[serde(default, deserialize_with = "dates_or_tables")]
    pub days_off: Vec<DayOff>,
    /// Its make-up days.
    #[serde(default, deserialize_with = "dates_or_tables")]
    pub make_up_days: Vec<MakeUpDay>,
}

impl Spec {
    /// Takes in one year's notice: what was known of that year's days before (an older notice, or the days off by
    /// law) is dropped, and the year counts as announced.
    pub fn announce(&mut self, notice: Notice) {
        let of_year =
            |date: &str| date.split('-').next().and_then(|year| year.parse().ok()) == Some(notice.year);
        self.days_off.retain(|day| !of_year(&day.date));
        self.make_up_days.retain(|day| !of_year(&day.date));
        self.days_off.extend(notice.days_off);
        self.make_up_days.extend(notice.make_up_days);
        if !self.announced.contains(&notice.year) {
            self.announced.push(notice.year);
        }
    }
}

impl From<String> for DayOff {
    fn from(date: String) -> Self {
        Self { date, name: None }
    }
}

impl From<String> for MakeUpDay {
    fn from(date: String) -> Self {
        Self { date, hours: None, weekday: None, name: None }
    }
}

/// Reads a list whose items are bare dates or tables; written out instead of an untagged enum, whose errors do not
/// say which field is wrong.
fn dates_or_tables<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: From<String> + Deserialize<'de>,
{
    let items: Vec<DateOrTable<T>> = Vec::deserialize(deserializer)?;
    Ok(items.into_iter().map(|item| item.0).collect())
}

struct DateOrTable<T>(T);

impl<'de, T: From<String> + Deserialize<'de>> Deserialize<'de> for DateOrTable<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(DateOrTableVisitor(PhantomData)).map(Self)
    }
}

struct DateOrTableVisitor<T>(PhantomData<T>);

impl<'de, T: From<String> + Deserialize<'de>> Visitor<'de> for DateOrTableVisitor<T> {
    type Value = T;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a date, or a table with a date")
    }

    fn visit_str<E>(self, date: &str) -> Result<T, E> {
        Ok(T::from(date.to_owned()))
    }

    fn visit_map<A: MapAccess<'de>>(self, table: A) -> Result<T, A::Error> {
        T::deserialize(MapAccessDeserializer::new(table))
    }
}
