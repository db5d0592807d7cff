//! What a unit does with its part: sign, contact, draft, approve.

use super::clocks::Start;
use super::echoes::{EchoReached, check_echoes, reach_echoes};
use super::joint::joined;
use super::matter::Matter;
use super::store::{self, AnswerRow, AnswerState, ClockRow, ContactRow, ContactStanding, RequestRow};
use crate::db::{Conn, Json};
use crate::domain::actor::Actor;
use crate::domain::answer::Answer;
use crate::domain::calendar::Calendar;
use crate::domain::ids::{Id, Instant};
use crate::domain::lifecycle::{AssignmentAct, Capacity};
use crate::domain::promise::Holder;
use crate::domain::words::{ClockKind, Confidence, Part};
use crate::fault::{Code, Fault, FieldFault};
use crate::journal::Detail;
use crate::outbox::Recipient;
use chrono::{NaiveDate, Timelike};
use std::collections::BTreeSet;

/// Takes an assignment in hand. It is shown and stops no clock.
pub fn sign(conn: &mut Conn, at: Instant, actor: &Actor, assignment: Id) -> Result<RequestRow, Fault> {
    let (mut matter, index) = Matter::open_assignment(conn, at, actor, assignment)?;
    let capacity = matter.act_on(index, AssignmentAct::Sign)?;
    signed(&mut matter, index)?;
    let detail = of_assignment(&matter, index)?;
    matter.close(capacity, "sign", detail)
}

fn signed(matter: &mut Matter<'_>, index: usize) -> Result<(), Fault> {
    let (at, person) = (matter.at, matter.person()?);
    if let Some(assignment) = matter.assignments.get_mut(index) {
        assignment.signed_at.get_or_insert(at);
        assignment.handler_id.get_or_insert(person);
    }
    Ok(())
}

/// The journal's detail of an act on an assignment: which, and whose.
pub(super) fn of_assignment(matter: &Matter<'_>, index: usize) -> Result<Detail, Fault> {
    let assignment = matter.assignment(index)?;
    Ok(Detail::none()
        .with("assignment", assignment.id.to_string())
        .with("unit", assignment.unit_id.to_string())
        .with("part", assignment.part.code()))
}

vocabulary! {
    /// How a contact was made.
    pub enum ContactMeans {
        /// By telephone.
        Phone = "phone",
        /// On the spot.
        Visit = "visit",
        /// At a meeting.
        Meeting = "meeting",
        /// In writing.
        Message = "message",
    }
}

/// A contact, or a try at one.
#[derive(Debug, Clone)]
pub struct Contact {
    /// With whom.
    pub whom: String,
    /// How.
    pub means: ContactMeans,
    /// The number called.
    pub number: Option<String>,
    /// Whether somebody of the company was reached.
    pub reached: bool,
    /// Whether a message was left.
    pub message_left: bool,
    /// What came of it.
    pub outcome: String,
    /// When, as the caller says; only shown.
    pub claimed_at: Option<Instant>,
    /// The other parts it was made for.
    pub joint_with: Vec<Id>,
    /// The echoes whose companies were reached too.
    pub echoes: Vec<EchoReached>,
}

/// Records a contact. A reached one stops the contact clock of the assignment, of those it was made for jointly and, made by
/// the lead, a told branch or the office, the company's, and what the companies of the echoes it names were promised. Tries
/// that reach nobody end the contact clock as unreached once the promise book's count is full and a message was left; a try
/// counts for the assignment that records it.
///
/// Fails with `contact_not_told` for a branch that was not told to contact, `sealed_takes_no_contact` and `cannot_join`; for
/// its echoes with `echoes_not_reached`, `echo_twice` and `reference_unknown`.
pub fn contact(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    assignment: Id,
    command: &Contact,
) -> Result<RequestRow, Fault> {
    let (mut matter, index) = Matter::open_assignment(conn, at, actor, assignment)?;
    let capacity = matter.act_on(index, AssignmentAct::Contact)?;
    let its = matter.assignment(index)?.clone();
    check_claim(&matter, command.claimed_at)?;
    let is_sealed = matter.request.confidence == Confidence::Sealed;
    if is_sealed && capacity != Capacity::Dispatcher {
        return Err(Fault::new(Code::SealedTakesNoContact));
    }
    if its.part == Part::Branch && !its.told_to_contact && capacity != Capacity::Dispatcher {
        return Err(Fault::new(Code::ContactNotTold));
    }
    let joined = joined(&matter, its.id, capacity, &command.joint_with)?;
    check_echoes(&mut matter, command)?;
    if capacity != Capacity::Dispatcher {
        signed(&mut matter, index)?;
    }
    let row = ContactRow {
        id: Id::new(at),
        request_id: its.request_id,
        assignment_id: Some(its.id),
        unit_id: if capacity == Capacity::Dispatcher { matter.office.id } else { its.unit_id },
        made_by: matter.person()?,
        at,
        claimed_at: command.claimed_at,
        whom: command.whom.clone(),
        means: command.means.code().to_owned(),
        number: command.number.clone(),
        reached: command.reached,
        message_left: command.message_left,
        joint: !joined.is_empty(),
        outcome: command.outcome.clone(),
        standing: ContactStanding::Standing,
        joint_with: (!joined.is_empty()).then(|| Json(command.joint_with.clone())),
    };
    store::insert_contact(matter.conn, &row)?;
    // What the office reaches by itself is no deed of the unit: that clock stops only where the office holds it.
    let of_part = |clock: &ClockRow| {
        clock.kind == ClockKind::Contact
            && clock.assignment_id == Some(its.id)
            && (capacity != Capacity::Dispatcher || clock.holder == Holder::Office)
    };
    let of_joined = |clock: &ClockRow| {
        clock.kind == ClockKind::Contact && joined.iter().any(|part| Some(part.id) == clock.assignment_id)
    };
    if command.reached {
        matter.stop(|clock| of_part(clock) || of_joined(clock) || clock.kind == ClockKind::CompanyContact)?;
        for part in &joined {
            matter.notify("contacted_jointly", Recipient::Unit(part.unit_id), &row.id.to_string())?;
        }
    } else if is_unreachable(&mut matter, its.id)? {
        // What the company was promised is met by a reached contact only.
        matter.give_up(of_part)?;
    }
    let detail = of_assignment(&matter, index)?
        .with("means", command.means.code())
        .with("reached", command.reached)
        .personal("whom", Some(&command.whom))
        .personal("number", command.number.as_deref())
        .personal("outcome", Some(&command.outcome));
    let detail = match &row.joint_with {
        Some(parts) => detail.with("joint_with", parts.0.iter().map(Id::to_string).collect::<Vec<_>>()),
        None => detail,
    };
    let contacted = matter.close(capacity, "contact", detail)?;
    reach_echoes(conn, at, (actor, capacity), &row, &command.echoes)?;
    Ok(contacted)
}

/// A contact was made after the request was filed and before now, whatever is said.
fn check_claim(matter: &Matter<'_>, claimed: Option<Instant>) -> Result<(), Fault> {
    let calendar = &matter.terms.calendar;
    let filed = matter.request.filed_at;
    match claimed {
        Some(claimed) if claimed > matter.at => {
            Err(Fault::field(Code::DateTooLate, "/claimed_at").with("latest", calendar.rfc3339(matter.at)))
        }
        Some(claimed) if claimed < filed => {
            Err(Fault::field(Code::DateTooEarly, "/claimed_at").with("earliest", calendar.rfc3339(filed)))
        }
        _ => Ok(()),
    }
}

/// Whether enough tries were made in enough different half-days and a message was left.
fn is_unreachable(matter: &mut Matter<'_>, assignment: Id) -> Result<bool, Fault> {
    let needed = matter.terms.book.settings().unreached;
    let zone = matter.terms.calendar.zone();
    let tries: Vec<ContactRow> = store::contacts_of(matter.conn, matter.request.id)?
        .into_iter()
        .filter(|contact| contact.assignment_id == Some(assignment) && !contact.reached)
        .collect();
    let half_days: BTreeSet<(NaiveDate, bool)> = tries
        .iter()
        .map(|contact| {
            let local = contact.at.utc().with_timezone(&zone);
            (local.date_naive(), local.hour() >= 12)
        })
        .collect();
    let enough = |count: usize, needed: u32| u32::try_from(count).is_ok_and(|count| count >= needed);
    Ok(enough(tries.len(), needed.tries)
        && enough(half_days.len(), needed.half_days)
        && tries.iter().any(|contact| contact.message_left))
}

/// Refuses an answer that lacks what its outcome must carry, or promises a day by which the office's calendar cannot
/// count: it could never be released.
pub(super) fn complete(content: &Answer, calendar: &Calendar, at: Instant) -> Result<(), Fault> {
    let mut faults: Vec<FieldFault> = content
        .misses(calendar.local_date(at))
        .into_iter()
        .map(|miss| FieldFault {
            pointer: miss.field,
            code: Code::from_code(miss.code.code()).unwrap_or(Code::Internal),
            values: Vec::new(),
        })
        .collect();
    for (place, milestone) in content.milestones.iter().enumerate() {
        if calendar.close_by(milestone.by).is_none() {
            let pointer = format!("/milestones/{place}/by");
            faults.push(FieldFault { pointer, code: Code::InvalidDate, values: Vec::new() });
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(Fault::fields(faults)) }
}

/// A new answer of this request or one of its parts, as `person` wrote it now, in the revision after `last`.
pub(super) fn drafted(
    matter: &Matter<'_>,
    assignment: Option<Id>,
    person: Id,
    content: &Answer,
    last: Option<&AnswerRow>,
) -> AnswerRow {
    AnswerRow {
        id: Id::new(matter.at),
        request_id: matter.request.id,
        assignment_id: assignment,
        cycle: matter.request.cycle,
        revision: last.map_or(1, |answer| answer.revision.saturating_add(1)),
        state: AnswerState::Drafted,
        outcome: content.outcome,
        content: Json(content.clone()),
        drafted_by: person,
        drafted_at: matter.at,
        approved_by: None,
        approved_at: None,
        released_by: None,
        released_at: None,
        reason: None,
    }
}

/// The revisions of an assignment's answer in this cycle, oldest first.
pub(super) fn answers_to(matter: &mut Matter<'_>, assignment: Id) -> Result<Vec<AnswerRow>, Fault> {
    let cycle = matter.request.cycle;
    let answers = store::answers_of(matter.conn, matter.request.id)?;
    Ok(answers
        .into_iter()
        .filter(|answer| answer.assignment_id == Some(assignment) && answer.cycle == cycle)
        .collect())
}

/// The last revision of an assignment's answer.
pub(super) fn last_answer(matter: &mut Matter<'_>, assignment: Id) -> Result<AnswerRow, Fault> {
    answers_to(matter, assignment)?.pop().ok_or_else(|| Fault::new(Code::NoDraft))
}

/// Signs the unit's answer: its feedback is met and the office's clock to release it starts. An assist's answer goes
/// to the lead instead. Where the settings separate the signer, whoever drafted cannot sign.
pub fn approve(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    assignment: Id,
    separate_signer: bool,
) -> Result<RequestRow, Fault> {
    let (mut matter, index) = Matter::open_assignment(conn, at, actor, assignment)?;
    let capacity = matter.act_on(index, AssignmentAct::Approve)?;
    let person = matter.person()?;
    let mut answer = last_answer(&mut matter, assignment)?;
    if separate_signer && answer.drafted_by == person {
        return Err(Fault::new(Code::SignerIsDrafter));
    }
    complete(&answer.content.0, &matter.terms.calendar, at)?;
    answer.state = AnswerState::Approved;
    (answer.approved_by, answer.approved_at) = (Some(person), Some(at));
    matter.update_answer(&answer)?;
    if let Some(assignment) = matter.assignments.get_mut(index) {
        assignment.answered_at = Some(at);
    }
    let part = matter.assignment(index)?.part;
    if part == Part::Assist {
        let lead = matter.lead().map(|lead| lead.unit_id);
        if let Some(lead) = lead {
            matter.notify("assist_answered", Recipient::Unit(lead), &answer.id.to_string())?;
        }
    } else {
        let of_part = |clock: &ClockRow| clock.assignment_id == Some(assignment);
        matter
            .stop(|clock| of_part(clock) && matches!(clock.kind, ClockKind::Feedback | ClockKind::Rework))?;
        let release = Start::of(ClockKind::Release, Holder::Office);
        matter.start(Start { assignment: Some(assignment), ..release })?;
        matter.notify("to_release", Recipient::Unit(matter.office.id), &answer.id.to_string())?;
    }
    let detail = of_assignment(&matter, index)?.with("revision", answer.revision);
    matter.close(capacity, "approve", detail)
}

/// Gives a draft back to the handler, by the unit's signer, with a reason.
pub fn return_draft(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    assignment: Id,
    reason: &str,
) -> Result<RequestRow, Fault> {
    let (mut matter, index) = Matter::open_assignment(conn, at, actor, assignment)?;
    let capacity = matter.act_on(index, AssignmentAct::ReturnDraft)?;
    give_back(&mut matter, assignment, reason)?;
    let detail = of_assignment(&matter, index)?.personal("reason", Some(reason));
    matter.close(capacity, "return_draft", detail)
}

/// Marks the last revision of an assignment's answer as given back, and why; gives that revision.
pub(super) fn give_back(matter: &mut Matter<'_>, assignment: Id, reason: &str) -> Result<AnswerRow, Fault> {
    let mut answer = last_answer(matter, assignment)?;
    answer.state = AnswerState::SentBack;
    answer.reason = Some(reason.to_owned());
    matter.update_answer(&answer)?;
    Ok(answer)
}
