//! Sending a request to its units, and what the duty table suggests.

use super::access;
use super::clocks::Start;
use super::file::usable_category;
use super::matter::Matter;
use super::parts::{Named, PartOf, check_named, send_to};
use super::redispatch::redispatched;
use super::store::{self, AskRuling, RequestRow, ReturnRow};
use crate::db::Conn;
use crate::domain::actor::Actor;
use crate::domain::ids::{Id, Instant};
use crate::domain::lifecycle::RequestAct;
use crate::domain::promise::Holder;
use crate::domain::words::{ClockKind, Pace, Part};
use crate::fault::{Code, Fault};
use crate::journal::Detail;
use crate::outbox::Recipient;
use crate::people;
use crate::promises::{self, Duty};
use crate::web::Fields;
use serde_json::json;

/// A dispatch.
#[derive(Debug, Clone)]
pub struct Dispatch {
    /// The category, where it is not attached yet or another is right.
    pub category: Option<Id>,
    /// How long the matter needs; by default what the duty table's row says.
    pub pace: Option<Pace>,
    /// The units: exactly one lead.
    pub parts: Vec<PartOf>,
}

/// Sends a request to its units, by the office: stops the office's clock and starts the clocks of each part, and, the
/// first time, those the company is shown.
///
/// Fails with `lead_needed`, `unit_twice`, `category_needed`, for units that are not valid today, and where the
/// confidence or a complaint about conduct forbids the unit.
pub fn dispatch(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    request: Id,
    command: &Dispatch,
) -> Result<RequestRow, Fault> {
    let mut matter = Matter::open(conn, at, actor, request)?;
    let capacity = matter.act(RequestAct::Dispatch)?;
    let today = matter.terms.calendar.local_date(at);
    if let Some(category) = command.category {
        matter.category = Some(usable_category(matter.conn, category, today)?);
    }
    let category = matter.category.clone().ok_or_else(|| Fault::new(Code::CategoryNeeded))?;
    matter.request.category_id = Some(category.id);
    check_parts(&mut matter, &command.parts)?;
    let duty = promises::duty(matter.conn, category.id, today)?;
    let pace = command.pace.or(duty.map(|duty| duty.pace)).unwrap_or(Pace::Ordinary);
    matter.request.pace = Some(pace);
    matter.stop(|clock| clock.kind == ClockKind::Dispatch)?;
    if matter.request.dispatched_at.is_none() {
        first_dispatch(&mut matter)?;
        matter.notify_company("dispatched", "dispatched")?;
    } else {
        dispatched_anew(&mut matter)?;
    }
    for part in &command.parts {
        send_to(&mut matter, part)?;
    }
    let parts: Vec<_> =
        command.parts.iter().map(|part| json!({ "unit": part.unit, "part": part.part })).collect();
    let detail =
        Detail::none().with("category", category.code).with("pace", pace.code()).with("parts", parts);
    matter.close(capacity, "dispatch", detail)
}

/// With the first dispatch begins what the company is promised, and never again.
pub(super) fn first_dispatch(matter: &mut Matter<'_>) -> Result<(), Fault> {
    if matter.request.dispatched_at.is_some() {
        return Ok(());
    }
    matter.request.dispatched_at = Some(matter.at);
    matter.start(Start::of(ClockKind::CompanyContact, Holder::Company))?;
    matter.start(Start::of(ClockKind::CompanyFeedback, Holder::Company))
}

/// Gives the office its time to find a unit, unless it has it already.
pub(super) fn to_dispatch(matter: &mut Matter<'_>, mark: &str) -> Result<(), Fault> {
    if matter.has_open(ClockKind::Dispatch) {
        return Ok(());
    }
    matter.start(Start::of(ClockKind::Dispatch, Holder::Office))?;
    matter.notify("to_dispatch", Recipient::Unit(matter.office.id), mark)
}

/// A dispatch after every unit gave the request back is the re-dispatch that the last granted return brought; the company
/// is told so, and what it was promised is promised no second time.
fn dispatched_anew(matter: &mut Matter<'_>) -> Result<(), Fault> {
    let request = matter.request.id;
    let counted: Vec<_> =
        store::redispatches_of(matter.conn, request)?.iter().map(|row| row.return_id).collect();
    let brought =
        |row: &ReturnRow| row.ruling == Some(AskRuling::Granted) && !counted.contains(&Some(row.id));
    if let Some(granted) = store::returns_of(matter.conn, request)?.into_iter().rfind(brought) {
        redispatched(matter, &granted.ruling_reason.unwrap_or_default(), Some(granted.id))?;
    }
    let mark = format!("dispatched in version {}", matter.request.version);
    matter.notify_company("dispatched", &mark)
}

fn check_parts(matter: &mut Matter<'_>, parts: &[PartOf]) -> Result<(), Fault> {
    let mut fields = Fields::new();
    if parts.iter().filter(|part| part.part == Part::Lead).count() != 1 {
        fields.refuse(Code::LeadNeeded, "/parts");
    }
    let named: Vec<Named> = Named::all(parts);
    check_named(matter, &mut fields, &named, &[])?;
    fields.finish()
}

/// What the duty table says of a request's category today, for the office; `None` when no row fits.
pub fn suggestion(conn: &mut Conn, at: Instant, actor: &Actor, request: Id) -> Result<Option<Duty>, Fault> {
    if !access::dispatches(actor) {
        return Err(Fault::hidden());
    }
    let row = store::request(conn, request)?.ok_or_else(Fault::hidden)?;
    let office = people::office(conn, at)?;
    let today = promises::terms(conn, &office.calendar)?.calendar.local_date(at);
    match row.category_id {
        Some(category) => promises::duty(conn, category, today),
        None => Ok(None),
    }
}
