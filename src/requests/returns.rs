//! A unit asks to give its part back (退单): until when it may, and who is to rule on it.

use super::clocks::{Start, uncountable};
use super::handle::of_assignment;
use super::matter::Matter;
use super::parts::contacts;
use super::store::{
    self, AskRuling, AssignmentRow, ClockRow, ContactRow, ContactStanding, RequestRow, ReturnCause, ReturnRow,
};
use crate::db::Conn;
use crate::domain::actor::Actor;
use crate::domain::ids::{Id, Instant};
use crate::domain::lifecycle::AssignmentAct;
use crate::domain::promise::Holder;
use crate::domain::timer;
use crate::domain::words::{ClockKind, Part};
use crate::fault::{Code, Fault};
use crate::outbox::Recipient;
use crate::promises::Terms;

/// A return to be asked for.
#[derive(Debug, Clone)]
pub struct ReturnOf {
    /// Why.
    pub cause: ReturnCause,
    /// In words.
    pub reason: String,
    /// What it rests on.
    pub ground: Option<String>,
}

/// Asks to give a part back, by its unit's handler. Every clock runs on, and the office has its time to rule: alone, or,
/// from the promise book's count of returns of one request on, jointly. Every return asked counts that was neither
/// refused nor moot.
///
/// Fails with `return_too_late`, `return_after_contact` and `not_in_rework`, and with `return_ground_needed` where the
/// promise book wants one.
pub fn ask_return(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    assignment: Id,
    command: &ReturnOf,
) -> Result<RequestRow, Fault> {
    let (mut matter, index) = Matter::open_assignment(conn, at, actor, assignment)?;
    let before = matter.assignment(index)?.clone();
    let capacity = matter.act_on(index, AssignmentAct::AskReturn)?;
    let contacts = store::contacts_of(matter.conn, before.request_id)?;
    let terms = matter.terms_of_unit(before.unit_id)?;
    if let Some(code) = not_returnable(&terms, at, &before, &matter.clocks, &contacts)? {
        return Err(Fault::new(code));
    }
    if terms.book.settings().returns.ground_needed && command.ground.is_none() {
        return Err(Fault::field(Code::ReturnGroundNeeded, "/ground"));
    }
    let is_joint = command.cause == ReturnCause::DutyDisputed || is_later(&mut matter)?;
    if let Some(row) = matter.assignments.get_mut(index) {
        row.returning_from = Some(before.state);
    }
    let row = ReturnRow {
        id: Id::new(at),
        request_id: before.request_id,
        assignment_id: assignment,
        cause: command.cause,
        reason: command.reason.clone(),
        ground: command.ground.clone(),
        asked_by: matter.person()?,
        asked_at: at,
        ruled_by: None,
        ruled_at: None,
        ruling: None,
        ruling_reason: None,
    };
    store::insert_return(matter.conn, &row)?;
    let kind = if is_joint { ClockKind::JointRuling } else { ClockKind::ReturnRuling };
    matter.start(Start { assignment: Some(assignment), ..Start::of(kind, Holder::Office) })?;
    matter.notify("return_asked", Recipient::Unit(matter.office.id), &row.id.to_string())?;
    let detail = of_assignment(&matter, index)?
        .with("return", row.id.to_string())
        .with("cause", row.cause.code())
        .personal("reason", Some(&row.reason))
        .personal("ground", row.ground.as_deref());
    matter.close(capacity, "ask_return", detail)
}

/// Whether the next return of this request is one of those that are ruled on jointly whatever their cause.
fn is_later(matter: &mut Matter<'_>) -> Result<bool, Fault> {
    let from = matter.terms.book.settings().returns.joint_ruling_from;
    let counts = |row: &&ReturnRow| !matches!(row.ruling, Some(AskRuling::Refused | AskRuling::Moot));
    let asked = store::returns_of(matter.conn, matter.request.id)?.iter().filter(counts).count();
    Ok(u32::try_from(asked).is_ok_and(|asked| asked.saturating_add(1) >= from))
}

/// Why a part may not be given back at `at`, by the promise book of its unit's `terms`; `None` where it may. `clocks` and
/// `contacts` are those of its request.
pub(super) fn not_returnable(
    terms: &Terms,
    at: Instant,
    part: &AssignmentRow,
    clocks: &[ClockRow],
    contacts: &[ContactRow],
) -> Result<Option<Code>, Fault> {
    let settings = terms.book.settings().returns;
    if part.cycle > 1 {
        return Ok(Some(Code::NotInRework));
    }
    // What the company contests is no contact only once it is ruled so.
    let reached = |contact: &&ContactRow| {
        let is_offices = contact.assignment_id == Some(part.id) && contact.unit_id != part.unit_id;
        contact.is_for(part.id)
            && !is_offices
            && contact.reached
            && contact.standing != ContactStanding::Struck
    };
    if settings.before_reached_contact && contacts.iter().any(|contact| reached(&contact)) {
        return Ok(Some(Code::ReturnAfterContact));
    }
    let is_past = |limit: Option<Instant>| limit.is_some_and(|limit| at > limit);
    if settings.before_contact_limit && is_past(contact_limit(part, clocks)) {
        return Ok(Some(Code::ReturnTooLate));
    }
    let Some(within) = settings.within else { return Ok(None) };
    let limit = timer::end_of(&terms.calendar, part.dispatched_at, within);
    Ok(is_past(limit.map_err(|error| uncountable(&error))?).then_some(Code::ReturnTooLate))
}

/// By when the unit must have reached the company, or, where it need not, must have answered.
fn contact_limit(part: &AssignmentRow, clocks: &[ClockRow]) -> Option<Instant> {
    let own = |kind: ClockKind| {
        let is_own = |clock: &&ClockRow| {
            clock.assignment_id == Some(part.id) && clock.holder_unit_id == Some(part.unit_id)
        };
        clocks.iter().filter(is_own).rfind(|clock| clock.kind == kind)
    };
    let contact = own(ClockKind::Contact).filter(|_| contacts(part.part, part.told_to_contact));
    let answer = if part.part == Part::Assist { ClockKind::Assist } else { ClockKind::Feedback };
    contact.or_else(|| own(answer))?.due_at
}
