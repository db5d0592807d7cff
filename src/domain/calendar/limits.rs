//! How the OpenAPI document tells the limits of what stands in a calendar's lists.

use super::hours::MOST_INTERVALS;
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, Type};

/// The years whose days are announced.
pub(super) fn years() -> ArrayBuilder {
    let year =
        ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(i32::MIN)).maximum(Some(i32::MAX));
    let words = "The years whose days off and make-up days have been announced.";
    ArrayBuilder::new().items(year).max_items(Some(10_000)).description(Some(words))
}

/// Intervals of a day, such as `[["09:00", "12:00"]]`.
pub(super) fn intervals() -> ArrayBuilder {
    let time =
        ObjectBuilder::new().schema_type(Type::String).pattern(Some("^([01][0-9]|2[0-4]):[0-5][0-9]$"));
    let interval = ArrayBuilder::new().items(time).min_items(Some(2)).max_items(Some(2));
    let words = "Intervals: open from the first time, closed at the second; `24:00` may end one.";
    let list = ArrayBuilder::new().items(interval).max_items(Some(MOST_INTERVALS));
    list.description(Some(words))
}

/// The same by date.
pub(super) fn intervals_by_date() -> ObjectBuilder {
    ObjectBuilder::new()
        .additional_properties(Some(intervals()))
        .description(Some("Intervals of single dates, `YYYY-MM-DD`."))
}
