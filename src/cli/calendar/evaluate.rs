//! One case of `calendar eval`: a line of JSON in, a line of JSON out.

use super::asked::{Asked, Problem, instant};
use crate::calendars;
use crate::domain::calendar::{Calendar, Spec};
use crate::domain::ids::Instant;
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::VecDeque;
use std::sync::Arc;

/// Calendars kept from case to case: cases that share one often follow each other.
const KEPT_CALENDARS: usize = 8;

/// Every field a case may have.
const FIELDS: &[&str] = &[
    "id",
    "calendar",
    "op",
    "from",
    "to",
    "at",
    "working_days",
    "working_minutes",
    "working_seconds",
    "same_day",
    "minutes",
    "days",
    "rule",
    "cut_off",
    "paused",
];

/// Answers one case after another.
#[derive(Debug, Default)]
pub(super) struct Evaluator {
    /// The calendars of the last cases as written and as built, the last first.
    recent: VecDeque<(Value, Arc<Calendar>)>,
}

#[derive(Debug, Serialize)]
struct Line {
    id: Value,
    #[serde(flatten)]
    answer: Answer,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Answer {
    Due { due: String, provisional: bool },
    Elapsed { working_seconds: i64 },
    Open { open: bool },
    Error { error: Fault },
}

#[derive(Debug, Serialize)]
struct Fault {
    code: &'static str,
    detail: String,
}

impl Evaluator {
    /// The answer to one line, without a line's end: the case's own id with a result or an error. What is not JSON
    /// has the id `null`.
    pub(super) fn answer(&mut self, line: &[u8]) -> String {
        match serde_json::from_slice(line) {
            Ok(Value::Object(mut case)) => {
                let id = case.remove("id").unwrap_or(Value::Null);
                written(id, self.evaluate(&case))
            }
            Ok(_) => written(Value::Null, Err(Problem::new("invalid_case", "a case is a JSON object"))),
            Err(error) => written(Value::Null, Err(Problem::new("invalid_json", error.to_string()))),
        }
    }

    /// The answer to a line of more than `longest` bytes.
    pub(super) fn refuse_long_line(&self, longest: u64) -> String {
        let problem = Problem::new("line_too_long", format!("a line has at most {longest} bytes"));
        written(Value::Null, Err(problem))
    }

    fn evaluate(&mut self, case: &Map<String, Value>) -> Result<Answer, Problem> {
        if let Some(unknown) = case.keys().find(|field| !FIELDS.contains(&field.as_str())) {
            return Err(Problem::new("unknown_field", format!("{unknown:?} is not a field of a case")));
        }
        let calendar = self.calendar(required(case, "calendar")?)?;
        match required_text(case, "op")? {
            "due" => {
                let due = calendar.due(moment(case, "from")?, &asked(case)?.length()?, &pauses(case)?)?;
                Ok(Answer::Due { due: calendar.rfc3339(due.at), provisional: due.provisional })
            }
            "elapsed" => {
                let (from, to) = (moment(case, "from")?, moment(case, "to")?);
                let working_seconds = calendar.working_seconds_outside(from, to, &pauses(case)?)?;
                Ok(Answer::Elapsed { working_seconds })
            }
            "open" => Ok(Answer::Open { open: calendar.is_open(moment(case, "at")?) }),
            other => Err(Problem::new("unknown_op", format!("{other:?} is none of due, elapsed, open"))),
        }
    }

    fn calendar(&mut self, written: &Value) -> Result<Arc<Calendar>, Problem> {
        if let Some(place) = self.recent.iter().position(|(known, _)| known == written) {
            if let Some(found) = self.recent.remove(place) {
                self.recent.push_front(found);
            }
        } else {
            let built = Arc::new(build(written)?);
            self.recent.push_front((written.clone(), built));
            self.recent.truncate(KEPT_CALENDARS);
        }
        let newest = self.recent.front().map(|(_, calendar)| Arc::clone(calendar));
        newest.ok_or_else(|| missing("calendar"))
    }
}

fn build(written: &Value) -> Result<Calendar, Problem> {
    match written {
        Value::String(name) => Ok(calendars::by_name(name)?),
        Value::Object(_) => {
            let spec: Spec = serde_path_to_error::deserialize(written).map_err(|error| {
                let detail = error.inner().to_string();
                let code = if detail.starts_with("unknown field") {
                    "unknown_field"
                } else if detail.starts_with("missing field") {
                    "missing_field"
                } else {
                    "wrong_type"
                };
                Problem::new(code, format!("calendar.{}: {detail}", error.path()))
            })?;
            Ok(Calendar::build(&spec)?)
        }
        _ => Err(wrong_type("calendar", "a name, or an object")),
    }
}

fn written(id: Value, result: Result<Answer, Problem>) -> String {
    let answer = result.unwrap_or_else(|problem| Answer::Error {
        error: Fault { code: problem.code, detail: problem.detail },
    });
    // A line of JSON values and text always has a JSON form.
    serde_json::to_string(&Line { id, answer }).unwrap_or_default()
}

fn asked(case: &Map<String, Value>) -> Result<Asked, Problem> {
    Ok(Asked {
        working_days: number(case, "working_days")?,
        working_minutes: number(case, "working_minutes")?,
        working_seconds: number(case, "working_seconds")?,
        same_day: match given(case, "same_day") {
            None => false,
            Some(Value::Bool(same_day)) => *same_day,
            Some(_) => return Err(wrong_type("same_day", "true or false")),
        },
        minutes: number(case, "minutes")?,
        days: number(case, "days")?,
        rule: text(case, "rule")?.map(str::to_owned),
        cut_off: text(case, "cut_off")?.map(str::to_owned),
    })
}

fn pauses(case: &Map<String, Value>) -> Result<Vec<(Instant, Instant)>, Problem> {
    let wrong = || wrong_type("paused", "a list of pairs [from, to]");
    let Some(paused) = given(case, "paused") else { return Ok(Vec::new()) };
    let pairs = paused.as_array().ok_or_else(wrong)?;
    pairs
        .iter()
        .map(|pair| match pair.as_array().map(Vec::as_slice) {
            Some([Value::String(from), Value::String(to)]) => Ok((instant(from)?, instant(to)?)),
            _ => Err(wrong()),
        })
        .collect()
}

/// A length's number: whole, and not below 0.
fn number(case: &Map<String, Value>, field: &str) -> Result<Option<u64>, Problem> {
    given(case, field)
        .map(|value| {
            value.as_u64().ok_or_else(|| {
                Problem::new("bad_length", format!("{field} is a whole number from 0 to {}", u64::MAX))
            })
        })
        .transpose()
}

fn moment(case: &Map<String, Value>, field: &str) -> Result<Instant, Problem> {
    instant(required_text(case, field)?)
}

fn required_text<'case>(case: &'case Map<String, Value>, field: &str) -> Result<&'case str, Problem> {
    text(case, field)?.ok_or_else(|| missing(field))
}

fn text<'case>(case: &'case Map<String, Value>, field: &str) -> Result<Option<&'case str>, Problem> {
    given(case, field).map(|value| value.as_str().ok_or_else(|| wrong_type(field, "text"))).transpose()
}

fn required<'case>(case: &'case Map<String, Value>, field: &str) -> Result<&'case Value, Problem> {
    given(case, field).ok_or_else(|| missing(field))
}

/// A field that is there; `null` says that it is not.
fn given<'case>(case: &'case Map<String, Value>, field: &str) -> Option<&'case Value> {
    case.get(field).filter(|value| !value.is_null())
}

fn missing(field: &str) -> Problem {
    Problem::new("missing_field", format!("{field:?} is missing"))
}

fn wrong_type(field: &str, wanted: &str) -> Problem {
    Problem::new("wrong_type", format!("{field} must be {wanted}"))
}
