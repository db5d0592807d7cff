//! Letters about what is promised.

use crate::fault::Language;
use crate::mail::{Letter, Reader, Sheet};
use serde_json::Value;

/// What that letter is about, in one sentence.
pub fn headline_of_missing_year(payload: &Value, language: Language) -> Option<String> {
    let year = payload.get("year").and_then(Value::as_i64)?;
    Some(match language {
        Language::Chinese => format!("请录入 {year} 年的放假安排"),
        Language::English => format!("The days off of {year} are missing; please enter them"),
    })
}

/// The letter that asks for the days off of a year (kind `calendar_year_missing`), which the payload names as `year`.
pub fn calendar_year_missing(reader: &Reader<'_>, payload: &Value) -> Option<Letter> {
    let year = payload.get("year").and_then(Value::as_i64)?;
    let headline = headline_of_missing_year(payload, reader.language)?;
    let why = reader.say(
        "国务院通知录入之前，该年内的时限均为暂定",
        "until the State Council's notice is entered, every date in that year is provisional",
    );
    let sheet = Sheet::new(reader.language, reader.name.to_owned(), headline.clone())
        .fact(reader.say("年份", "Year"), year.to_string())
        .fact(reader.say("原因", "Why"), why)
        .link(reader.say("工作日历", "The calendar"), format!("{}/calendars", reader.base_url));
    Some(Letter { subject: headline, sheet })
}
