//! The calendars of the district: versioned documents, the newest version of a name holding.

use super::digest_of;
use super::memo::Memo;
use super::register::Register;
use super::rights::keeper;
use crate::db::schema::calendars;
use crate::db::{Conn, Json, direct};
use crate::domain::actor::Actor;
use crate::domain::calendar::{Calendar, CalendarError, Day, Spec, SpecError};
use crate::domain::ids::{Id, Instant};
use crate::fault::{Code, Fault};
use crate::journal::Detail;
use crate::web::IfMatch;
use chrono::{Days, NaiveDate};
use diesel::prelude::*;
use serde_json::Value;
use std::sync::Arc;

/// Calendars kept ready to count: the present ones, and those that clocks under way were started with.
static READY: Memo<Calendar> = Memo::new(32);

/// The most days one question may ask for: a leap year.
const MOST_DAYS: u64 = 366;

/// One version of a calendar, as stored.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable)]
#[diesel(table_name = calendars)]
pub struct CalendarVersion {
    /// Its row.
    pub id: Id,
    /// The calendar's name.
    pub name: String,
    /// Counted from 1.
    pub version: i32,
    /// The calendar as written down.
    pub document: Json<Spec>,
    /// SHA-256 of the document, in hexadecimal.
    pub digest: String,
    /// When it was made.
    pub created_at: Instant,
    /// Who made it; nobody for the seed.
    pub created_by: Option<Id>,
}

/// The version `version` of the calendar `name`, ready to count. It fails as internal where there is none: whoever
/// asks holds a reference to it.
pub fn calendar_version(conn: &mut Conn, name: &str, version: i32) -> Result<Arc<Calendar>, Fault> {
    let digest: Option<String> = calendars::table
        .filter(calendars::name.eq(name))
        .filter(calendars::version.eq(version))
        .select(calendars::digest)
        .first(conn)
        .optional()?;
    let digest = digest.ok_or_else(|| missing(name, version))?;
    ready(conn, name, version, &digest)
}

/// The newest version of the calendar `name` and its number.
pub(super) fn newest(conn: &mut Conn, name: &str) -> Result<(Arc<Calendar>, i32), Fault> {
    let newest = calendars::table
        .filter(calendars::name.eq(name))
        .order(calendars::version.desc())
        .select((calendars::version, calendars::digest))
        .limit(1);
    let found: Option<(i32, String)> = direct::only(conn, newest)?;
    let (version, digest) =
        found.ok_or_else(|| Fault::internal(format_args!("there is no calendar {name:?}")))?;
    Ok((ready(conn, name, version, &digest)?, version))
}

/// The document of a version, the newest where none is asked for. A name or a version that does not exist is not
/// found.
pub fn read_calendar(conn: &mut Conn, name: &str, version: Option<i32>) -> Result<CalendarVersion, Fault> {
    let of_name = calendars::table.filter(calendars::name.eq(name)).select(CalendarVersion::as_select());
    let found = match version {
        Some(version) => of_name.filter(calendars::version.eq(version)).first(conn),
        None => of_name.order(calendars::version.desc()).first(conn),
    };
    found.optional()?.ok_or_else(Fault::hidden)
}

/// Each date from `from` to `to`, both included, as the newest version of the calendar `name` has it; at most a year.
pub fn days(conn: &mut Conn, name: &str, from: NaiveDate, to: NaiveDate) -> Result<(i32, Vec<Day>), Fault> {
    let is_known = diesel::select(diesel::dsl::exists(calendars::table.filter(calendars::name.eq(name))))
        .get_result::<bool>(conn)?;
    if !is_known {
        return Err(Fault::hidden());
    }
    if to < from {
        return Err(Fault::field(Code::DateTooEarly, "?to").with("earliest", from));
    }
    let latest = from.checked_add_days(Days::new(MOST_DAYS - 1)).unwrap_or(NaiveDate::MAX);
    if to > latest {
        return Err(Fault::field(Code::DateTooLate, "?to").with("latest", latest));
    }
    let (calendar, version) = newest(conn, name)?;
    let days = from.iter_days().take_while(|date| *date <= to).map(|date| calendar.day(date)).collect();
    Ok((version, days))
}

/// The newest version of every calendar there is, by name.
pub(super) fn newest_of_all(conn: &mut Conn) -> Result<Vec<CalendarVersion>, Fault> {
    calendar_names(conn)?.iter().map(|name| read_calendar(conn, name, None)).collect()
}

/// The name of every calendar there is, in order.
pub fn calendar_names(conn: &mut Conn) -> Result<Vec<String>, Fault> {
    Ok(calendars::table.select(calendars::name).distinct().order(calendars::name).load(conn)?)
}

/// Makes `document` the next version of the calendar `name`. New clocks are counted by it from the same moment; whoever
/// calls recounts those under way, in the same transaction. A document that says what the newest version says changes
/// nothing.
///
/// Only an administrator or a leader of the office may. It must name the version it was made from (`if_match`), and must
/// be a calendar that opens again and stays in its zone (`calendar_invalid`, with the place).
pub fn amend_calendar(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    if_match: &IfMatch,
    name: &str,
    document: &Value,
) -> Result<CalendarVersion, Fault> {
    let capacity = keeper(conn, at, actor)?;
    let held = Register::Calendars.hold(conn, at)?;
    let present = read_calendar(conn, name, None)?;
    if_match.demand(present.version)?;
    let spec = checked(document, at, &present.document.0)?;
    let digest = digest_of(&serde_json::to_value(&spec).map_err(Fault::internal)?);
    if digest == present.digest {
        return Ok(present);
    }
    let version = present.version.saturating_add(1);
    let made: CalendarVersion = diesel::insert_into(calendars::table)
        .values((
            calendars::id.eq(Id::new(at)),
            calendars::name.eq(name),
            calendars::version.eq(version),
            calendars::document.eq(Json(spec)),
            calendars::digest.eq(&digest),
            calendars::created_at.eq(at),
            calendars::created_by.eq(actor.person),
        ))
        .returning(calendars::all_columns)
        .get_result(conn)?;
    let detail = Detail::none().with("calendar", name).with("version", version).with("digest", digest);
    held.record(conn, at, (actor, capacity), "calendar_amended", detail)?;
    Ok(made)
}

/// `document` as a calendar that can follow `present`, or `calendar_invalid` with the place of the first thing wrong in
/// it.
fn checked(document: &Value, at: Instant, present: &Spec) -> Result<Spec, Fault> {
    let refused = |pointer: &str, detail: String| {
        Fault::field(Code::CalendarInvalid, pointer.to_owned()).with("detail", detail)
    };
    let (spec, calendar) = Spec::from_json(document.clone())
        .map_err(|SpecError { pointer, detail }| refused(&pointer, detail))?;
    if spec.zone != present.zone {
        // Every time the program shows is in this zone, of requests that have ended too.
        return Err(refused("/zone", format!("a calendar stays in its zone, {}", present.zone)));
    }
    if calendar.next_opening(at).is_none() {
        return Err(refused("/hours", CalendarError::NeverOpen.detail()));
    }
    Ok(spec)
}

fn ready(conn: &mut Conn, name: &str, version: i32, digest: &str) -> Result<Arc<Calendar>, Fault> {
    READY.get(digest, || {
        let Json(document): Json<Value> = calendars::table
            .filter(calendars::name.eq(name))
            .filter(calendars::version.eq(version))
            .select(calendars::document)
            .first(conn)?;
        let wrong =
            |detail: String| Fault::internal(format!("calendar {name:?}, version {version}: {detail}"));
        let spec: Spec = serde_json::from_value(document).map_err(|error| wrong(error.to_string()))?;
        Calendar::build(&spec).map_err(|error| wrong(error.detail()))
    })
}

fn missing(name: &str, version: i32) -> Fault {
    Fault::internal(format_args!("there is no version {version} of the calendar {name:?}"))
}
