//! The office rules on a return (退单裁定): refused, it is as if never asked; granted, the unit leaves or gets another
//! role, and the ruling may change the request's other units with it. The later returns of one request are ruled on
//! jointly, and that ruling is kept as a precedent.

use super::access;
use super::dispatch::to_dispatch;
use super::echoes::release_echoes;
use super::handle::of_assignment;
use super::matter::Matter;
use super::precedents::{PrecedentOf, keep_precedent};
use super::redispatch::{Change, leave, reshape};
use super::release;
use super::store::{self, AskRuling, ClockRow, RequestRow, ReturnRow};
use crate::db::Conn;
use crate::domain::actor::Actor;
use crate::domain::ids::{Id, Instant};
use crate::domain::lifecycle::{self, AssignmentAct, Capacity, RequestAct};
use crate::domain::words::{AssignmentState, ClockKind, RequestState};
use crate::fault::{Code, Fault};
use crate::outbox::Recipient;

/// A ruling on a return.
#[derive(Debug, Clone)]
pub struct RulingOf {
    /// Whether it is granted.
    pub granted: bool,
    /// Why.
    pub reason: String,
    /// Which units have the request from now on, where the ruling says so at once. A role for the returning unit keeps
    /// it on the request.
    pub change: Change,
    /// What a joint ruling leaves for the next dispatch of its category.
    pub precedent: Option<PrecedentOf>,
}

/// Rules on an open return, by the office, once and for all. Where a granted one leaves no unit that leads the office has
/// its time to dispatch again; where it leaves no unit at all the request is with the office as before its first dispatch,
/// but what the company was promised runs on.
///
/// Fails with `no_return`, `change_not_here`, `precedent_needed`, `precedent_not_here`, and as a re-dispatch does for the
/// change.
pub fn rule_return(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    id: Id,
    command: &RulingOf,
) -> Result<RequestRow, Fault> {
    let request = store::request_of_return(conn, id)?.ok_or_else(Fault::hidden)?;
    let mut matter = Matter::open(conn, at, actor, request)?;
    let mut row = seen(&mut matter, id)?;
    let place = matter.assignments.iter().position(|part| part.id == row.assignment_id);
    let index = place.ok_or_else(|| Fault::internal("a return without its assignment"))?;
    let capacity = matter.act_on(index, AssignmentAct::RuleReturn)?;
    if row.ruled_at.is_some() {
        return Err(Fault::new(Code::NoReturn));
    }
    if !command.granted && !command.change.is_empty() {
        return Err(Fault::new(Code::ChangeNotHere));
    }
    let of_ruling = |clock: &ClockRow| {
        clock.assignment_id == Some(row.assignment_id)
            && matches!(clock.kind, ClockKind::ReturnRuling | ClockKind::JointRuling)
    };
    let is_joint =
        |clock: &ClockRow| clock.is_open() && of_ruling(clock) && clock.kind == ClockKind::JointRuling;
    match (&command.precedent, matter.clocks.iter().any(is_joint)) {
        (Some(precedent), true) => keep_precedent(&mut matter, precedent)?,
        (None, true) => return Err(Fault::field(Code::PrecedentNeeded, "/precedent")),
        (Some(_), false) => return Err(Fault::field(Code::PrecedentNotHere, "/precedent")),
        (None, false) => {}
    }
    matter.stop(of_ruling)?;
    let ruling = if command.granted { AskRuling::Granted } else { AskRuling::Refused };
    (row.ruled_at, row.ruled_by, row.ruling) = (Some(at), Some(matter.person()?), Some(ruling));
    row.ruling_reason = Some(command.reason.clone());
    store::update_return(matter.conn, &row)?;

    let stays = command.change.roles.iter().any(|role| role.assignment == row.assignment_id);
    if command.granted && !stays {
        step(&mut matter, index, AssignmentAct::Return)?;
        leave(&mut matter, index)?;
    } else {
        back(&mut matter, index)?;
    }
    let unit = matter.assignment(index)?.unit_id;
    let letter = if command.granted { "return_granted" } else { "return_refused" };
    matter.notify(letter, Recipient::Unit(unit), &id.to_string())?;
    let echoes = if command.granted && command.change.is_empty() {
        without_it(&mut matter, &id.to_string())?
    } else {
        Vec::new()
    };
    let detail = of_assignment(&matter, index)?
        .with("return", id.to_string())
        .with("granted", command.granted)
        .personal("reason", Some(&command.reason));
    let ruled = matter.close(capacity, "rule_return", detail)?;
    if command.change.is_empty() {
        release_echoes(conn, at, actor, &echoes)?;
        return Ok(ruled);
    }
    reshape(conn, at, actor, request, (&command.reason, Some(id)), &command.change)
}

/// The return meant; hidden from whoever may not see it.
fn seen(matter: &mut Matter<'_>, id: Id) -> Result<ReturnRow, Fault> {
    let rows = store::returns_of(matter.conn, matter.request.id)?;
    let row = rows.into_iter().find(|row| row.id == id).ok_or_else(Fault::hidden)?;
    let audience = access::audience(matter.actor, &matter.request, &matter.assignments);
    let sees = |audience| access::sees_return(audience, &matter.actor.reach(), &matter.assignments, &row);
    if audience.is_some_and(sees) { Ok(row) } else { Err(Fault::hidden()) }
}

/// Moves the part at `index` by a consequence of the ruling.
fn step(matter: &mut Matter<'_>, index: usize, act: AssignmentAct) -> Result<(), Fault> {
    if let Some(part) = matter.assignments.get_mut(index) {
        part.state = lifecycle::assignment(part.state, part.part, act, Capacity::System)?;
        part.returning_from = None;
    }
    Ok(())
}

/// The part stands where it stood before the return was asked.
fn back(matter: &mut Matter<'_>, index: usize) -> Result<(), Fault> {
    let act = match matter.assignment(index)?.returning_from {
        Some(AssignmentState::Drafted) => AssignmentAct::BackToDrafted,
        Some(AssignmentState::Signed) => AssignmentAct::BackToSigned,
        _ => AssignmentAct::BackToDispatched,
    };
    step(matter, index, act)
}

/// What follows for the request where a unit left and no other was put in its place. While papers are waited for, it
/// follows when they come. Gives the echoes that are answered with it.
fn without_it(matter: &mut Matter<'_>, mark: &str) -> Result<Vec<Id>, Fault> {
    if matter.request.state != RequestState::InProgress {
        return Ok(Vec::new());
    }
    if matter.lead().is_some() {
        return release::answered_if_whole(matter);
    }
    if !matter.is_with_units() {
        matter.follow(RequestAct::BackToOffice)?;
    }
    to_dispatch(matter, mark)?;
    Ok(Vec::new())
}
