//! Letters of the ladder: a clock runs out, or has. They stand alone, for many who read them cannot open a link.

use super::due::{self, Due};
use super::kinds::Kind;
use crate::db::Conn;
use crate::db::schema::clocks;
use crate::domain::ids::{Id, Instant};
use crate::fault::{Code, Fault, Language};
use crate::mail::{Letter, Reader, Sheet};
use crate::requests::access::Audience;
use crate::requests::{store, visible};
use chrono::TimeDelta;
use diesel::prelude::*;
use serde_json::{Value, json};

/// Told so long after it fell due, an alarm is late, and says by how much.
pub const LATE: TimeDelta = TimeDelta::minutes(15);

/// The clock a letter is about, where it names one.
pub(super) fn clock_of(payload: &Value) -> Option<Id> {
    payload.get("clock").and_then(Value::as_str).and_then(Id::parse)
}

/// Whether what `payload` of a notice warns of was done meanwhile, or has another date.
pub(super) fn is_moot(conn: &mut Conn, payload: &Value) -> Result<bool, Fault> {
    let due_version = payload.get("due_version").and_then(Value::as_i64);
    let (Some(clock), Some(due_version)) = (clock_of(payload), due_version) else { return Ok(false) };
    let stands = clocks::table.find(clock).filter(clocks::stopped_at.is_null());
    let present: Option<i32> = stands.select(clocks::due_version).first(conn).optional()?;
    Ok(present.map(i64::from) != Some(due_version))
}

/// The letter to one who supervises or leads the unit that holds a clock, of a request that they do not see: nothing of the
/// request but its number.
pub(super) fn bare(
    conn: &mut Conn,
    reader: &Reader<'_>,
    kind: &Kind,
    request: Id,
    payload: &Value,
) -> Result<Option<Letter>, Fault> {
    let (Some(clock), Some(request)) = (clock_of(payload), store::request(conn, request)?) else {
        return Ok(None);
    };
    let Some(due) = due::of(conn, reader, Audience::Unit, request.id, Some(clock))? else { return Ok(None) };
    let headline = headline(reader, kind, Some(&due));
    let subject = format!("[{}] {} {} – {headline}", due.light, request.number, due.short);
    let mut sheet = Sheet::new(reader.language, reader.name.to_owned(), headline)
        .fact(reader.say("诉求编号", "Request"), &request.number);
    if let Some(unit) = &due.unit {
        sheet = sheet.fact(reader.say("承办单位", "Unit"), unit);
    }
    Ok(Some(Letter { subject, sheet: of_due(sheet, reader, &due) }))
}

/// `sheet` with what is due.
pub(super) fn of_due(sheet: Sheet, reader: &Reader<'_>, due: &Due) -> Sheet {
    sheet
        .fact(reader.say("时限", "Due"), format!("{} {}", due.light, due.long))
        .fact(reader.say("剩余时间", "Time left"), &due.left)
        .fact(reader.say("依据", "Why"), &due.why)
}

/// One alarm of many, as a fact with its label: the request's number, and what is due. `None` where it is done meanwhile, has
/// another date, or is not for the reader any more.
pub fn line(
    conn: &mut Conn,
    reader: &Reader<'_>,
    (request, clock, due_version): (Id, Id, i32),
) -> Result<Option<(String, String)>, Fault> {
    let payload = json!({ "clock": clock, "due_version": due_version });
    let Some(row) = store::request(conn, request)? else { return Ok(None) };
    if is_moot(conn, &payload)? {
        return Ok(None);
    }
    let audience = match visible(conn, reader.actor, request) {
        Err(fault) if fault.code == Code::NotFound => Audience::Unit,
        visible => visible?.1,
    };
    let Some(due) = due::of(conn, reader, audience, request, Some(clock))? else { return Ok(None) };
    let unit = due.unit.map(|unit| format!("{unit} ")).unwrap_or_default();
    let separator = reader.say("，", ", ");
    Ok(Some((row.number, format!("[{}] {unit}{}{separator}{}", due.light, due.short, due.left))))
}

/// What a letter says in one sentence; of the last time to ask for an extension, when that is.
pub(super) fn headline(reader: &Reader<'_>, kind: &Kind, due: Option<&Due>) -> String {
    let words = kind.headline(reader.language).to_owned();
    let ask_by = due.and_then(|due| due.ask_by).filter(|_| kind.code == "last_time_to_ask");
    let Some(ask_by) = ask_by else { return words };
    let day = |at: Instant| at.day_in(reader.zone);
    if day(ask_by) != day(reader.at) {
        return format!("{words}{}{}", reader.say("：", ": "), reader.time(ask_by));
    }
    let hour = ask_by.utc().with_timezone(&reader.zone).format("%H:%M");
    match reader.language {
        Language::Chinese => format!("{words}：今天 {hour} 前"),
        Language::English => format!("{words}: today until {hour}"),
    }
}

/// `sheet` with by how much it comes late, where whoever tells of lights was held up.
pub(super) fn lateness(mut sheet: Sheet, reader: &Reader<'_>, payload: &Value) -> Sheet {
    let instant = |name: &str| payload.get(name).and_then(Value::as_i64).and_then(Instant::from_micros);
    let (Some(due), Some(raised)) = (instant("tell_at"), instant("raised_at")) else { return sheet };
    sheet.notes.extend(late(reader, due, raised));
    sheet
}

/// By how much what was to be told at `due` and is told at `raised` comes late; `None` where it does not.
pub fn late(reader: &Reader<'_>, due: Instant, raised: Instant) -> Option<String> {
    let late = Some(raised.since(due)).filter(|late| *late > LATE)?;
    let (due, hours, minutes) = (reader.time(due), late.num_hours(), late.num_minutes() % 60);
    Some(match reader.language {
        Language::Chinese => format!("本提醒本应于 {due} 发出，迟了 {hours} 小时 {minutes} 分。"),
        Language::English => format!("This was to be told at {due}; it comes {hours} h {minutes} min late."),
    })
}
