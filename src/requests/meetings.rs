//! Joint meetings (会商): how hard matters and disputed duties are settled at one table. Convened with an agenda, then
//! recorded: who came, what was said, which unit is fixed as the lead, and by which dates. The lead fixed there gets the
//! request by a re-dispatch.

use super::access::{self, Audience};
use super::matter::Matter;
use super::parts::check_units;
use super::store::{self, MeetingDate, MeetingRow, RequestRow};
use crate::db::{Conn, Json};
use crate::domain::actor::Actor;
use crate::domain::ids::{Id, Instant};
use crate::domain::lifecycle::RequestAct;
use crate::fault::{Code, Fault};
use crate::journal::Detail;
use crate::outbox::Recipient;
use crate::web::Fields;
use chrono::TimeDelta;

/// How far ahead a meeting may be planned, in days.
const FARTHEST: i64 = 366;

/// A meeting to be convened.
#[derive(Debug, Clone)]
pub struct MeetingOf {
    /// The units asked to come.
    pub units: Vec<Id>,
    /// When.
    pub planned_at: Instant,
    /// What is to be settled.
    pub agenda: String,
}

/// What a meeting came to.
#[derive(Debug, Clone)]
pub struct Held {
    /// The units that came.
    pub present: Vec<Id>,
    /// The minutes.
    pub minutes: String,
    /// The unit fixed as the lead.
    pub lead: Option<Id>,
    /// The dates fixed; the company is told them.
    pub dates: Vec<MeetingDate>,
    /// What was ruled.
    pub ruling: Option<String>,
}

/// Convenes a joint meeting about a request that is not answered yet, by the office. The company is told when it is.
///
/// Fails with `units_needed`, `not_in_future`, `date_too_late`, and for units that are not valid today, named twice, or
/// complained about.
pub fn convene_meeting(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    request: Id,
    command: &MeetingOf,
) -> Result<RequestRow, Fault> {
    let mut matter = Matter::open(conn, at, actor, request)?;
    let capacity = matter.act(RequestAct::ConveneMeeting)?;
    let mut fields = Fields::new();
    let latest = at.plus(TimeDelta::days(FARTHEST));
    if command.planned_at <= at {
        fields.refuse(Code::NotInFuture, "/planned_at");
    } else if command.planned_at > latest {
        let latest = matter.terms.calendar.rfc3339(latest);
        fields.refuse_with(Code::DateTooLate, "/planned_at", vec![("latest", latest)]);
    }
    if command.units.is_empty() {
        fields.refuse(Code::UnitsNeeded, "/units");
    }
    check_units(&mut matter, &mut fields, &numbered("/units", &command.units), &[])?;
    fields.finish()?;
    let row = MeetingRow {
        id: Id::new(at),
        request_id: request,
        convened_by: matter.person()?,
        convened_at: at,
        held_at: None,
        present: Json(command.units.clone()),
        minutes: None,
        lead_unit_id: None,
        ruling: None,
        planned_at: Some(command.planned_at),
        agenda: Some(command.agenda.clone()),
        dates: None,
    };
    store::insert_meeting(matter.conn, &row)?;
    for unit in &command.units {
        matter.notify("meeting_convened", Recipient::Unit(*unit), &row.id.to_string())?;
    }
    let detail = Detail::none()
        .with("meeting", row.id.to_string())
        .with("planned_at", matter.terms.calendar.rfc3339(command.planned_at))
        .personal("agenda", Some(&command.agenda));
    matter.close(capacity, "convene_meeting", detail)
}

/// Records a meeting that was held, once, by the office. The company is told the dates fixed, not the minutes.
///
/// Fails with `already_held`, and as [`convene_meeting`] does for the units.
pub fn record_meeting(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    id: Id,
    command: &Held,
) -> Result<RequestRow, Fault> {
    let request = store::request_of_meeting(conn, id)?.ok_or_else(Fault::hidden)?;
    let mut matter = Matter::open(conn, at, actor, request)?;
    if access::audience(actor, &matter.request, &matter.assignments) == Some(Audience::Company) {
        return Err(Fault::hidden());
    }
    let capacity = matter.act(RequestAct::RecordMeeting)?;
    let meetings = store::meetings_of(matter.conn, request)?;
    let mut row = meetings.into_iter().find(|row| row.id == id).ok_or_else(Fault::hidden)?;
    if row.held_at.is_some() {
        return Err(Fault::new(Code::AlreadyHeld));
    }
    let mut fields = Fields::new();
    if command.present.is_empty() {
        fields.refuse(Code::UnitsNeeded, "/present");
    }
    check_units(&mut matter, &mut fields, &numbered("/present", &command.present), &[])?;
    let lead: Vec<(String, Id)> = command.lead.iter().map(|lead| ("/lead".to_owned(), *lead)).collect();
    check_units(&mut matter, &mut fields, &lead, &[])?;
    fields.finish()?;
    row.held_at = Some(at);
    row.present = Json(command.present.clone());
    row.minutes = Some(command.minutes.clone());
    row.lead_unit_id = command.lead;
    row.ruling.clone_from(&command.ruling);
    row.dates = Some(Json(command.dates.clone()));
    store::update_meeting(matter.conn, &row)?;
    let dates: Vec<String> = command.dates.iter().map(|date| format!("{} {}", date.by, date.what)).collect();
    let detail = Detail::none()
        .with("meeting", id.to_string())
        .personal("dates", Some(dates.join("\n").as_str()).filter(|dates| !dates.is_empty()))
        .personal("minutes", Some(&command.minutes))
        .personal("ruling", command.ruling.as_deref());
    matter.close(capacity, "record_meeting", detail)
}

/// Units with the place of each in the body.
fn numbered(pointer: &str, units: &[Id]) -> Vec<(String, Id)> {
    units.iter().enumerate().map(|(index, unit)| (format!("{pointer}/{index}"), *unit)).collect()
}
