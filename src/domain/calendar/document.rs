//! A calendar read from a document somebody wrote, and the place of the first thing wrong in it.

use super::count::Calendar;
use super::error::CalendarError;
use super::hours;
use super::rules::Rules;
use super::spec::{Season, Spec, Week};
use serde_json::Value;
use serde_path_to_error::{Path, Segment};
use std::collections::BTreeMap;

/// What is wrong with a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpecError {
    /// Where, as a JSON pointer (RFC 6901).
    pub pointer: String,
    /// What was found and what is allowed, in plain English.
    pub detail: String,
}

impl Spec {
    /// Reads and checks a calendar in JSON, the form that is stored and that the API speaks; gives it as written and
    /// ready to count.
    ///
    /// # Errors
    /// [`SpecError`] names the smallest part that is wrong and what is allowed there.
    pub fn from_json(document: Value) -> Result<(Self, Calendar), SpecError> {
        let spec: Self = serde_path_to_error::deserialize(document).map_err(|error| SpecError {
            pointer: pointer_of(error.path()),
            detail: error.inner().to_string(),
        })?;
        match Calendar::build(&spec) {
            Ok(calendar) => Ok((spec, calendar)),
            Err(error) => Err(placed(&spec, &error)),
        }
    }
}

fn pointer_of(path: &Path) -> String {
    let mut pointer = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => pointer.push_str(&format!("/{index}")),
            Segment::Map { key } => pointer.push_str(&format!("/{}", escaped(key))),
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    pointer
}

fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// The first fault of `spec` with its place: each part is read with nothing beside it but the zone. `whole` is the
/// fault of the whole, told without a place if no part has one alone.
fn placed(spec: &Spec, whole: &CalendarError) -> SpecError {
    let bare = || Spec { zone: spec.zone.clone(), ..Spec::default() };
    let one_date = |date: &String, intervals| BTreeMap::from([(date.clone(), Vec::clone(intervals))]);
    let of_zone = || Some(("/zone".to_owned(), Rules::read(&bare()).err()?));
    let of_week = || week_fault("/hours", &spec.hours);
    let of_seasons = || {
        let (index, error) = first_in(&spec.seasons, |seasons| Spec { seasons: seasons.to_vec(), ..bare() })?;
        let pointer = format!("/seasons/{index}");
        let hours = |season: &Season| week_fault(&format!("{pointer}/hours"), &season.hours);
        Some(spec.seasons.get(index).and_then(hours).unwrap_or((pointer, error)))
    };
    let of_days_off = || {
        let (index, error) = first_in(&spec.days_off, |days| Spec { days_off: days.to_vec(), ..bare() })?;
        Some((format!("/days_off/{index}"), error))
    };
    let of_make_up_days = || {
        let (index, error) =
            first_in(&spec.make_up_days, |days| Spec { make_up_days: days.to_vec(), ..bare() })?;
        Some((format!("/make_up_days/{index}"), error))
    };
    let of_special_hours = || {
        spec.special_hours.iter().find_map(|(date, intervals)| {
            let part = Spec { special_hours: one_date(date, intervals), ..bare() };
            Some((format!("/special_hours/{}", escaped(date)), Rules::read(&part).err()?))
        })
    };
    let of_breaks = || {
        spec.breaks.iter().find_map(|(date, intervals)| {
            let part = Spec { breaks: one_date(date, intervals), ..bare() };
            Some((format!("/breaks/{}", escaped(date)), Rules::read(&part).err()?))
        })
    };
    let found = of_zone()
        .or_else(of_week)
        .or_else(of_seasons)
        .or_else(of_days_off)
        .or_else(of_make_up_days)
        .or_else(of_special_hours)
        .or_else(of_breaks);
    let (pointer, error) = found.unwrap_or_else(|| (String::new(), whole.clone()));
    SpecError { pointer, detail: error.detail() }
}

/// The first weekday below `pointer` whose hours are wrong.
fn week_fault(pointer: &str, week: &Week) -> Option<(String, CalendarError)> {
    let days = [
        ("mon", &week.mon),
        ("tue", &week.tue),
        ("wed", &week.wed),
        ("thu", &week.thu),
        ("fri", &week.fri),
        ("sat", &week.sat),
        ("sun", &week.sun),
    ];
    days.into_iter()
        .find_map(|(day, intervals)| Some((format!("{pointer}/{day}"), hours::read(day, intervals).err()?)))
}

/// The index of the item at which a list becomes wrong, itself or against one before it, and how.
fn first_in<T>(items: &[T], part: impl Fn(&[T]) -> Spec) -> Option<(usize, CalendarError)> {
    let fault_of = |count| items.get(..count).and_then(|items| Rules::read(&part(items)).err());
    fault_of(items.len())?;
    // A list that is wrong stays wrong with every item more, so the place is found by halving.
    let (mut right, mut wrong) = (0, items.len());
    while wrong - right > 1 {
        let middle = right.midpoint(wrong);
        if fault_of(middle).is_some() {
            wrong = middle;
        } else {
            right = middle;
        }
    }
    Some((wrong - 1, fault_of(wrong)?))
}

#[cfg(test)]
mod tests {
    use super::Spec;
    use serde_json::{Value, json};

    fn refusal(change: impl FnOnce(&mut Value)) -> (String, String) {
        let mut document = json!({
            "zone": "Asia/Shanghai",
            "hours": { "mon": [["09:00", "17:00"]] },
            "seasons": [{ "from": "06-01", "to": "08-31", "hours": { "mon": [["08:00", "16:00"]] } }],
            "days_off": ["2026-10-01", { "date": "2026-10-02", "name": "国庆节" }],
            "make_up_days": [{ "date": "2026-10-10" }],
        });
        assert!(Spec::from_json(document.clone()).is_ok());
        change(&mut document);
        let error = Spec::from_json(document).unwrap_err();
        (error.pointer, error.detail)
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        type Change = fn(&mut Value);
        let cases: [(Change, &str); 16] = [
            (|document| *document = json!([]), ""),
            (|document| document["no_such_field"] = json!(1), "/no_such_field"),
            (|document| document["hours"]["mon"] = json!("9 to 5"), "/hours/mon"),
            (|document| document["days_off"][1]["day"] = json!(1), "/days_off/1/day"),
            (|document| document["zone"] = json!("Mars/Olympus"), "/zone"),
            (|document| document["hours"]["tue"] = json!([["12:00", "09:00"]]), "/hours/tue"),
            (|document| document["seasons"][0]["to"] = json!("13-01"), "/seasons/0"),
            (|document| document["seasons"][0]["hours"]["fri"] = json!([["8", "9"]]), "/seasons/0/hours/fri"),
            (|document| document["seasons"] = json!(vec![&document["seasons"][0]; 65]), "/seasons/64"),
            (|document| document["days_off"][0] = json!("2026-02-30"), "/days_off/0"),
            (
                |document| document["days_off"] = json!(["2026-10-01", { "date": "2026-10-02", "name": "国庆节" }, { "date": "2026-10-02", "name": "中秋节" }]),
                "/days_off/2",
            ),
            (|document| document["make_up_days"][0]["as"] = json!("someday"), "/make_up_days/0"),
            (|document| document["special_hours"] = json!({ "2026-1-1": [] }), "/special_hours/2026-1-1"),
            (|document| document["special_hours"] = json!({ "1/1~": [] }), "/special_hours/1~11~0"),
            (
                |document| document["breaks"] = json!({ "2026-10-12": [["9:00", "10:00"]] }),
                "/breaks/2026-10-12",
            ),
            (|document| document["announced"] = json!(["2026"]), "/announced/0"),
        ];
        for (change, pointer) in cases {
            let (found, detail) = refusal(change);
            assert_eq!(found, pointer, "{detail}");
            assert!(!detail.is_empty());
        }
    }
}
