//! Sending a request to its units, and what the duty table suggests.

use super::clocks::Start;
use super::file::usable_category;
use super::matter::Matter;
use super::store::{self, AssignmentRow, RequestRow};
use crate::db::Conn;
use crate::domain::actor::Actor;
use crate::domain::ids::{Id, Instant};
use crate::domain::lifecycle::RequestAct;
use crate::domain::promise::Holder;
use crate::domain::words::{AssignmentState, ClockKind, Confidence, Pace, Part};
use crate::fault::{Code, Fault};
use crate::journal::Detail;
use crate::outbox::Recipient;
use crate::people::{self, Unit};
use crate::promises::{self, Duty};
use crate::web::Fields;
use serde_json::json;

/// One unit to send it to.
#[derive(Debug, Clone)]
pub struct PartOf {
    /// The unit.
    pub unit: Id,
    /// What it is on the request.
    pub part: Part,
    /// A branch that is told to contact the company itself.
    pub told_to_contact: bool,
    /// A word to the unit.
    pub note: Option<String>,
}

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
    let person = matter.person()?;
    if let Some(category) = command.category {
        matter.category = Some(usable_category(matter.conn, at, category)?);
    }
    let category = matter.category.clone().ok_or_else(|| Fault::new(Code::CategoryNeeded))?;
    matter.request.category_id = Some(category.id);
    check_parts(&mut matter, &command.parts)?;
    let today = matter.terms.calendar.local_date(at);
    let duty = promises::duty(matter.conn, category.id, today)?;
    let pace = command.pace.or(duty.map(|duty| duty.pace)).unwrap_or(Pace::Ordinary);
    matter.request.pace = Some(pace);
    matter.stop(|clock| clock.kind == ClockKind::Dispatch)?;
    first_dispatch(&mut matter)?;
    for part in &command.parts {
        let row = AssignmentRow {
            id: Id::new(at),
            request_id: request,
            unit_id: part.unit,
            part: part.part,
            cycle: matter.request.cycle,
            state: AssignmentState::Dispatched,
            returning_from: None,
            told_to_contact: part.told_to_contact,
            handler_id: None,
            section_id: None,
            note: part.note.clone(),
            dispatched_by: person,
            dispatched_at: at,
            signed_at: None,
            answered_at: None,
            accepted_at: None,
            closed_at: None,
            warn_at: None,
            due_at: None,
            version: 0,
            handed_on_at: None,
        };
        store::insert_assignment(matter.conn, &row)?;
        start_clocks_of(&mut matter, &row)?;
        matter.notify("dispatched_to_you", Recipient::Unit(row.unit_id), &row.id.to_string())?;
        matter.assignments.push(row);
    }
    matter.notify_company("dispatched", "dispatched")?;
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

/// Starts the clocks of one part (flow: clocks). On a sealed request the office makes the contact and owns its clock.
fn start_clocks_of(matter: &mut Matter<'_>, row: &AssignmentRow) -> Result<(), Fault> {
    let its_own = |kind, holder| Start::of_part(kind, holder, row);
    match row.part {
        Part::Lead => {
            if matter.request.confidence == Confidence::Sealed {
                let contact = Start::of(ClockKind::Contact, Holder::Office);
                matter.start(Start { assignment: Some(row.id), ..contact })?;
            } else {
                matter.start(its_own(ClockKind::Contact, Holder::Lead))?;
            }
            matter.start(its_own(ClockKind::Preliminary, Holder::Lead))?;
            matter.start(its_own(ClockKind::Feedback, Holder::Lead))?;
            matter.start(its_own(ClockKind::Conclusion, Holder::Lead))
        }
        Part::Branch => {
            if row.told_to_contact {
                matter.start(its_own(ClockKind::Contact, Holder::Branch))?;
            }
            matter.start(its_own(ClockKind::Feedback, Holder::Branch))
        }
        Part::Assist => matter.start(its_own(ClockKind::Assist, Holder::Assist)),
    }
}

fn check_parts(matter: &mut Matter<'_>, parts: &[PartOf]) -> Result<(), Fault> {
    let mut fields = Fields::new();
    if parts.iter().filter(|part| part.part == Part::Lead).count() != 1 {
        fields.refuse(Code::LeadNeeded, "/parts");
    }
    let ids: Vec<Id> = parts.iter().map(|part| part.unit).collect();
    let units = people::units(matter.conn, &ids)?;
    let accused = match matter.request.conduct_unit_id {
        Some(unit) => people::unit(matter.conn, unit)?,
        None => None,
    };
    let today = matter.terms.calendar.local_date(matter.at);
    for (index, part) in parts.iter().enumerate() {
        let pointer = format!("/parts/{index}/unit");
        let unit = || vec![("what", "unit".to_owned())];
        match units.get(&part.unit) {
            None => fields.refuse_with(Code::ReferenceUnknown, &pointer, unit()),
            Some(known) if !known.is_valid_on(today) => {
                fields.refuse_with(Code::ReferenceNotValid, &pointer, unit());
            }
            Some(_) => {}
        }
        if parts.iter().take(index).any(|earlier| earlier.unit == part.unit) {
            fields.refuse(Code::UnitTwice, &pointer);
        }
        let is_of = |accused: &Unit| units.get(&part.unit).is_some_and(|unit| unit.is_within(accused));
        if accused.as_ref().is_some_and(is_of) {
            fields.refuse(Code::ConductComplaint, &pointer);
        }
        let confidence = matter.request.confidence;
        if part.part == Part::Branch && confidence != Confidence::Open {
            fields.refuse(Code::HiddenTakesNoBranch, format!("/parts/{index}/part"));
        }
        if part.told_to_contact && confidence == Confidence::Sealed {
            fields.refuse(Code::SealedTakesNoContact, format!("/parts/{index}/told_to_contact"));
        } else if part.told_to_contact && part.part != Part::Branch {
            fields.refuse(Code::OnlyBranchIsTold, format!("/parts/{index}/told_to_contact"));
        }
    }
    fields.finish()
}

/// What the duty table says of a request's category today, for the office; `None` when no row fits.
pub fn suggestion(conn: &mut Conn, at: Instant, actor: &Actor, request: Id) -> Result<Option<Duty>, Fault> {
    if !actor.is_office() {
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
