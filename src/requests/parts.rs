//! What a unit's part of a request is made of: who may have it, its assignment, its clocks. Dispatch and re-dispatch
//! both give parts.

use super::clocks::Start;
use super::matter::Matter;
use super::store::{self, AssignmentRow, ClockRow};
use crate::domain::ids::Id;
use crate::domain::promise::Holder;
use crate::domain::words::{AssignmentState, ClockKind, ClockOutcome, Confidence, Part};
use crate::fault::{Code, Fault};
use crate::outbox::Recipient;
use crate::people::{self, Unit};
use crate::web::Fields;

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

/// A unit that is to have the request, and where the command names it.
#[derive(Debug)]
pub(super) struct Named {
    /// The unit.
    pub(super) unit: Id,
    /// What it is to be.
    pub(super) part: Part,
    /// Whether it is to contact the company as a branch.
    pub(super) told_to_contact: bool,
    /// Where the part stands in the body.
    pub(super) pointer: String,
    /// Where the unit stands in it.
    pub(super) unit_pointer: String,
}

impl Named {
    /// The units of a dispatch, or those that are added.
    pub(super) fn all(parts: &[PartOf]) -> Vec<Self> {
        let named = |(index, part): (usize, &PartOf)| Self {
            unit: part.unit,
            part: part.part,
            told_to_contact: part.told_to_contact,
            pointer: format!("/parts/{index}"),
            unit_pointer: format!("/parts/{index}/unit"),
        };
        parts.iter().enumerate().map(named).collect()
    }
}

/// Refuses units that may not have the request: those [`check_units`] refuses, or in a part the confidence forbids. `there`
/// are the units that have it and keep it.
pub(super) fn check_named(
    matter: &mut Matter<'_>,
    fields: &mut Fields,
    named: &[Named],
    there: &[Id],
) -> Result<(), Fault> {
    let units: Vec<(String, Id)> = named.iter().map(|one| (one.unit_pointer.clone(), one.unit)).collect();
    check_units(matter, fields, &units, there)?;
    let confidence = matter.request.confidence;
    for one in named {
        if one.part == Part::Branch && confidence != Confidence::Open {
            fields.refuse(Code::HiddenTakesNoBranch, format!("{}/part", one.pointer));
        }
        if one.told_to_contact && confidence == Confidence::Sealed {
            fields.refuse(Code::SealedTakesNoContact, format!("{}/told_to_contact", one.pointer));
        } else if one.told_to_contact && one.part != Part::Branch {
            fields.refuse(Code::OnlyBranchIsTold, format!("{}/told_to_contact", one.pointer));
        }
    }
    Ok(())
}

/// Refuses units, each with its place in the body, that are not known or not valid today, named twice or among `there`, or
/// complained about.
pub(super) fn check_units(
    matter: &mut Matter<'_>,
    fields: &mut Fields,
    named: &[(String, Id)],
    there: &[Id],
) -> Result<(), Fault> {
    let ids: Vec<Id> = named.iter().map(|(_, unit)| *unit).collect();
    let units = people::units(matter.conn, &ids)?;
    let accused = match matter.request.conduct_unit_id {
        Some(unit) => people::unit(matter.conn, unit)?,
        None => None,
    };
    let today = matter.terms.calendar.local_date(matter.at);
    for (index, (pointer, id)) in named.iter().enumerate() {
        let what = || vec![("what", "unit".to_owned())];
        let known = units.get(id);
        match known {
            None => fields.refuse_with(Code::ReferenceUnknown, pointer, what()),
            Some(unit) if !unit.is_valid_on(today) => {
                fields.refuse_with(Code::ReferenceNotValid, pointer, what());
            }
            Some(_) => {}
        }
        if ids.iter().take(index).chain(there).any(|other| other == id) {
            fields.refuse(Code::UnitTwice, pointer);
        }
        let is_of = |accused: &Unit| known.is_some_and(|unit| unit.is_within(accused));
        if accused.as_ref().is_some_and(is_of) {
            fields.refuse(Code::ConductComplaint, pointer);
        }
    }
    Ok(())
}

/// Sends the request to one unit: its assignment, its clocks, its letter.
pub(super) fn send_to(matter: &mut Matter<'_>, part: &PartOf) -> Result<(), Fault> {
    let row = AssignmentRow {
        id: Id::new(matter.at),
        request_id: matter.request.id,
        unit_id: part.unit,
        part: part.part,
        cycle: matter.request.cycle,
        state: AssignmentState::Dispatched,
        returning_from: None,
        told_to_contact: part.told_to_contact,
        handler_id: None,
        section_id: None,
        note: part.note.clone(),
        dispatched_by: matter.person()?,
        dispatched_at: matter.at,
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
    start_contact_of(matter, &row)?;
    start_clocks_of(matter, &row)?;
    matter.notify("dispatched_to_you", Recipient::Unit(row.unit_id), &row.id.to_string())?;
    matter.assignments.push(row);
    Ok(())
}

/// Whether a unit in this part contacts the company.
pub(super) const fn contacts(part: Part, told_to_contact: bool) -> bool {
    match part {
        Part::Lead => true,
        Part::Branch => told_to_contact,
        Part::Assist => false,
    }
}

/// Starts the clock of the contact this part owes. There is one for each assignment, whatever roles it has one after the
/// other; only one that was void before it was due leaves room for another. On a sealed request the office makes the
/// contact and owns its clock: one, whoever leads.
pub(super) fn start_contact_of(matter: &mut Matter<'_>, row: &AssignmentRow) -> Result<(), Fault> {
    if !contacts(row.part, row.told_to_contact) {
        return Ok(());
    }
    let stands = |clock: &&mut ClockRow| {
        clock.kind == ClockKind::Contact
            && (clock.assignment_id == Some(row.id) || clock.holder == Holder::Office)
            && clock.outcome != Some(ClockOutcome::Void)
    };
    if let Some(clock) = matter.clocks.iter_mut().rfind(stands) {
        if clock.is_open() {
            clock.assignment_id = Some(row.id);
            store::update_clock(matter.conn, clock)?;
        }
        return Ok(());
    }
    if matter.request.confidence == Confidence::Sealed {
        let contact = Start::of(ClockKind::Contact, Holder::Office);
        return matter.start(Start { assignment: Some(row.id), ..contact });
    }
    let holder = if row.part == Part::Lead { Holder::Lead } else { Holder::Branch };
    matter.start(Start::of_part(ClockKind::Contact, holder, row))
}

/// Starts the other clocks of one part (flow: clocks).
pub(super) fn start_clocks_of(matter: &mut Matter<'_>, row: &AssignmentRow) -> Result<(), Fault> {
    let its_own = |kind, holder| Start::of_part(kind, holder, row);
    match row.part {
        Part::Lead => {
            matter.start(its_own(ClockKind::Preliminary, Holder::Lead))?;
            matter.start(its_own(ClockKind::Feedback, Holder::Lead))?;
            matter.start(its_own(ClockKind::Conclusion, Holder::Lead))
        }
        Part::Branch => matter.start(its_own(ClockKind::Feedback, Holder::Branch)),
        Part::Assist => matter.start(its_own(ClockKind::Assist, Holder::Assist)),
    }
}
