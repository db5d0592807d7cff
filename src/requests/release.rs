//! What becomes of an approved answer: released by the office, taken in by the lead, or sent back.

use super::clocks::Start;
use super::conclude::begin_rating;
use super::echoes::{ready, release_echoes};
use super::handle::{give_back, last_answer, of_assignment};
use super::matter::Matter;
use super::moot::drop_all;
use super::store::{
    self, AnswerRow, AnswerState, AssignmentRow, ClockRow, CommitmentRow, CommitmentState, RequestRow,
};
use super::withdrawal;
use crate::db::Conn;
use crate::domain::actor::Actor;
use crate::domain::ids::{Id, Instant};
use crate::domain::lifecycle::{self, AssignmentAct, Capacity, RequestAct};
use crate::domain::promise::{Holder, Length};
use crate::domain::words::{AssignmentState, ClockKind, Part, RequestState};
use crate::fault::{Code, Fault};
use crate::outbox::Recipient;

/// Gives an approved answer to the company, by the office. When it was the last live part the request is answered:
/// the company's feedback is met, its time to rate begins, and each of its echoes gets its own answer.
///
/// Fails with `echo_answer_missing` where the last part would be released before every echo has its text.
pub fn release(conn: &mut Conn, at: Instant, actor: &Actor, assignment: Id) -> Result<RequestRow, Fault> {
    let (mut matter, index) = Matter::open_assignment(conn, at, actor, assignment)?;
    let capacity = matter.act_on(index, AssignmentAct::Release)?;
    let mut answer = last_answer(&mut matter, assignment)?;
    answer.state = AnswerState::Released;
    (answer.released_by, answer.released_at) = (Some(matter.person()?), Some(at));
    matter.update_answer(&answer)?;
    accepted(&mut matter, index);
    matter.stop(|clock| {
        clock.assignment_id == Some(assignment)
            && matches!(clock.kind, ClockKind::Release | ClockKind::Conclusion)
    })?;
    settle(&mut matter, assignment)?;
    commit_to(&mut matter, &answer)?;
    if matter.assignment(index)?.part == Part::Lead {
        close_parts(&mut matter, |part| part == Part::Assist)?;
    }
    let echoes = answered_if_whole(&mut matter)?;
    let detail = of_assignment(&matter, index)?.with("outcome", answer.outcome.code());
    let released = matter.close(capacity, "release", detail)?;
    release_echoes(conn, at, actor, &echoes)?;
    Ok(released)
}

/// Where every part of the answer is with the company, the request is answered. Where the office still has a unit to find,
/// the answer is not whole. Gives the echoes that are answered with it, once this act is closed.
pub(super) fn answered_if_whole(matter: &mut Matter<'_>) -> Result<Vec<Id>, Fault> {
    if matter.has_open(ClockKind::Dispatch) || !is_whole(matter) {
        return Ok(Vec::new());
    }
    matter.follow(RequestAct::ReleaseLast)?;
    let echoes = ready(matter)?;
    answered(matter)?;
    Ok(echoes)
}

/// Whether every part of the answer is with the company, in this cycle.
pub(super) fn is_whole(matter: &Matter<'_>) -> bool {
    let cycle = matter.request.cycle;
    let own = |other: &&AssignmentRow| other.part != Part::Assist && other.cycle == cycle;
    let mut parts = matter.assignments.iter().filter(own);
    let waits = parts.clone().any(|other| other.state.is_open());
    !waits && parts.any(|other| other.state == AssignmentState::Accepted)
}

/// Whether no unit is needed for a request to lead it: one leads, or, in the second cycle, only what was blamed is done
/// again.
pub(super) fn is_led(matter: &Matter<'_>) -> bool {
    matter.request.cycle > 1 || matter.lead().is_some()
}

/// Whether a request under way is answered once its echoes have their texts: its answer is whole and no unit is to be
/// found.
pub(super) fn waits_for_texts(matter: &Matter<'_>) -> bool {
    matter.request.state == RequestState::InProgress
        && matter.has_open(ClockKind::Dispatch)
        && is_led(matter)
        && is_whole(matter)
}

/// The part is done: its unit contacts nobody and reports nothing any more, and what it asked for is moot. What the company
/// was promised as a first contact is not over with one part.
fn settle(matter: &mut Matter<'_>, assignment: Id) -> Result<(), Fault> {
    let ruling = |kind| matches!(kind, ClockKind::ExtensionRuling | ClockKind::PlanRuling);
    let deed = |kind| matches!(kind, ClockKind::Contact | ClockKind::Progress | ClockKind::Preliminary);
    let of_part = |clock: &ClockRow| clock.assignment_id == Some(assignment);
    if matter.clocks.iter().any(|clock| of_part(clock) && clock.is_open() && ruling(clock.kind)) {
        matter.drop_asked(assignment)?;
    }
    matter.void(|clock| of_part(clock) && (ruling(clock.kind) || deed(clock.kind)))
}

fn accepted(matter: &mut Matter<'_>, index: usize) {
    let at = matter.at;
    if let Some(assignment) = matter.assignments.get_mut(index) {
        assignment.accepted_at = Some(at);
    }
}

/// The role of the open parts that `which` picks is over: what they still owe is void.
pub(super) fn close_parts(matter: &mut Matter<'_>, which: impl Fn(Part) -> bool) -> Result<(), Fault> {
    let at = matter.at;
    let mut closed = Vec::new();
    let open = |other: &AssignmentRow| other.state.is_open() && which(other.part);
    for assignment in matter.assignments.iter_mut().filter(|other| open(other)) {
        assignment.state =
            lifecycle::assignment(assignment.state, assignment.part, AssignmentAct::Close, Capacity::System)?;
        assignment.closed_at = Some(at);
        closed.push(assignment.id);
    }
    for assignment in &closed {
        matter.drop_asked(*assignment)?;
    }
    matter.void(|clock| clock.assignment_id.is_some_and(|id| closed.contains(&id)))
}

/// The request is over while units have it: their parts are closed, what runs is void, and they are told by `letter`.
pub(super) fn end_with_units(matter: &mut Matter<'_>, letter: &'static str) -> Result<(), Fault> {
    let live = matter.assignments.iter().filter(|assignment| assignment.is_live());
    let units: Vec<Id> = live.map(|assignment| assignment.unit_id).collect();
    close_parts(matter, |_| true)?;
    drop_all(matter)?;
    matter.request.ended_at = Some(matter.at);
    matter.void(|_| true)?;
    units.into_iter().try_for_each(|unit| matter.notify(letter, Recipient::Unit(unit), letter))
}

/// The whole answer is with the company: its feedback is met and its time to rate begins, after the last commitment
/// where there is one.
pub(super) fn answered(matter: &mut Matter<'_>) -> Result<(), Fault> {
    matter.request.answered_at = Some(matter.at);
    withdrawal::make_moot(matter)?;
    matter.stop(|clock| clock.kind == ClockKind::CompanyFeedback)?;
    matter.void(|clock| {
        matches!(clock.kind, ClockKind::CompanyContact | ClockKind::Contact | ClockKind::Preliminary)
    })?;
    if !matter.has_open(ClockKind::Commitment) {
        begin_rating(matter)?;
    }
    matter.notify_company("answered", &format!("cycle {}", matter.request.cycle))
}

/// Makes the dated milestones of a released answer commitments, each with its clock, due by their days.
pub(super) fn commit_to(matter: &mut Matter<'_>, answer: &AnswerRow) -> Result<(), Fault> {
    let unit = matter.assignments.iter().find(|assignment| Some(assignment.id) == answer.assignment_id).map(
        |assignment| {
            (assignment.unit_id, if assignment.part == Part::Lead { Holder::Lead } else { Holder::Branch })
        },
    );
    for (position, milestone) in (1..).zip(&answer.content.0.milestones) {
        let due_at = matter.terms.calendar.close_by(milestone.by);
        let due_at = due_at.ok_or_else(|| Fault::new(Code::InvalidDate))?;
        let row = CommitmentRow {
            id: Id::new(matter.at),
            request_id: matter.request.id,
            answer_id: answer.id,
            assignment_id: answer.assignment_id,
            position,
            title: milestone.what.clone(),
            due_at,
            state: CommitmentState::Open,
            ended_at: None,
            ended_by: None,
        };
        store::insert_commitment(matter.conn, &row)?;
        let holder = unit.map_or(Holder::Office, |(_, holder)| holder);
        matter.start(Start {
            unit: unit.map(|(unit, _)| unit),
            assignment: answer.assignment_id,
            commitment: Some(row.id),
            until: Some(due_at),
            ..Start::of(ClockKind::Commitment, holder)
        })?;
    }
    Ok(())
}

/// Takes in an assisting unit's answer, by the lead.
pub fn accept(conn: &mut Conn, at: Instant, actor: &Actor, assignment: Id) -> Result<RequestRow, Fault> {
    let (mut matter, index) = Matter::open_assignment(conn, at, actor, assignment)?;
    let capacity = matter.act_on(index, AssignmentAct::Accept)?;
    let mut answer = last_answer(&mut matter, assignment)?;
    answer.state = AnswerState::Accepted;
    matter.update_answer(&answer)?;
    accepted(&mut matter, index);
    matter.stop(|clock| clock.assignment_id == Some(assignment) && clock.kind == ClockKind::Assist)?;
    settle(&mut matter, assignment)?;
    let detail = of_assignment(&matter, index)?;
    matter.close(capacity, "accept", detail)
}

/// Sends an approved answer back to its unit with a reason: by the office, or by the lead where it is an assist's.
/// The unit's clock runs on as if it had never stopped, with at least the promise book's reprieve; the company's does
/// not move.
pub fn send_back(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    assignment: Id,
    reason: &str,
) -> Result<RequestRow, Fault> {
    let (mut matter, index) = Matter::open_assignment(conn, at, actor, assignment)?;
    let capacity = matter.act_on(index, AssignmentAct::SendBack)?;
    let answer = give_back(&mut matter, assignment, reason)?;
    let approved_at = matter.assignment(index)?.answered_at;
    if let Some(assignment) = matter.assignments.get_mut(index) {
        assignment.answered_at = None;
    }
    let reprieve = match matter.terms.book.settings().send_back_reprieve {
        Length::WorkingMinutes(minutes) => minutes,
        _ => 0,
    };
    let of_part = move |clock: &ClockRow| clock.assignment_id == Some(assignment);
    matter.stop(|clock| of_part(clock) && clock.kind == ClockKind::Release)?;
    // What a granted plan met stays met.
    let met_by_plan = |clock: &ClockRow| !clock.is_open() && clock.stopped_at != approved_at;
    matter.reprieve(
        |clock| {
            of_part(clock)
                && !met_by_plan(clock)
                && matches!(clock.kind, ClockKind::Feedback | ClockKind::Rework | ClockKind::Assist)
        },
        reprieve,
    )?;
    let unit = matter.assignment(index)?.unit_id;
    matter.notify("sent_back", Recipient::Unit(unit), &answer.id.to_string())?;
    let detail = of_assignment(&matter, index)?.personal("reason", Some(reason));
    matter.close(capacity, "send_back", detail)
}
