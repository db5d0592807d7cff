//! Dates as callers write them: RFC 3339 `full-date` of the years 1 to 9999, nothing looser.
//!
//! chrono also reads blanks, signs and years of six digits; the two databases keep those differently or not at all.

use chrono::{Datelike, NaiveDate};
use serde::de::Error;
use serde::{Deserialize, Deserializer};

/// The words of the error when a text is no such date; what reads a body tells it apart by them.
pub const NO_DATE: &str = "not a date written YYYY-MM-DD";

/// The date written `YYYY-MM-DD` (RFC 3339 §5.6), or `None`.
pub fn parse(text: &str) -> Option<NaiveDate> {
    let is_shaped = text.len() == 10
        && text.bytes().enumerate().all(|(place, byte)| match place {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    let date: Option<NaiveDate> = if is_shaped { text.parse().ok() } else { None };
    date.filter(|date| date.year() > 0)
}

/// Reads a date that must be there.
pub fn required<'de, D: Deserializer<'de>>(deserializer: D) -> Result<NaiveDate, D::Error> {
    let text = String::deserialize(deserializer)?;
    parse(&text).ok_or_else(|| D::Error::custom(NO_DATE))
}

/// Reads a date that may be missing or null; beside `#[serde(default)]`.
pub fn optional<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<NaiveDate>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?;
    text.map(|text| parse(&text).ok_or_else(|| D::Error::custom(NO_DATE))).transpose()
}

/// As [`optional`], telling a date that is missing from one that is null; beside `#[serde(default)]`.
pub fn told<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<NaiveDate>>, D::Error> {
    optional(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn a_date_has_ten_characters_and_is_a_day_there_was() {
        assert!(parse("2026-09-24").is_some() && parse("9999-12-31").is_some());
        for text in [
            "",
            "2026-9-24",
            " 2026-09-24",
            "+2026-09-24",
            "2026-02-30",
            "0000-01-01",
            "+262142-12-31",
            "２０２６-09-24",
        ] {
            assert!(parse(text).is_none(), "{text:?}");
        }
    }
}
