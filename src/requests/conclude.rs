//! How a request ends well: commitments kept, a good rating, a conclusion.

use super::access;
use super::clocks::{Start, uncountable};
use super::contest;
use super::extend::drop_of_stopped;
use super::handle::of_assignment;
use super::matter::Matter;
use super::store::{self, ClockRow, CommitmentState, RequestRow};
use crate::db::Conn;
use crate::domain::actor::Actor;
use crate::domain::ids::{Id, Instant};
use crate::domain::lifecycle::{AssignmentAct, RequestAct};
use crate::domain::promise::{FollowUp, Holder};
use crate::domain::rating::RatingLevel;
use crate::domain::timer;
use crate::domain::words::{ClockKind, ClockOutcome, RequestState};
use crate::fault::{Code, Fault};
use crate::journal::Detail;
use crate::outbox::Recipient;

/// Confirms that a commitment was kept, by the company or the office. After the last one the time to rate begins, or,
/// where the company has rated already and no call-back is open, the request is concluded.
pub fn keep(conn: &mut Conn, at: Instant, actor: &Actor, commitment: Id) -> Result<RequestRow, Fault> {
    let request = store::request_of_commitment(conn, commitment)?.ok_or_else(Fault::hidden)?;
    let mut matter = Matter::open(conn, at, actor, request)?;
    let capacity =
        access::keeps_promises(actor, &matter.request).ok_or_else(|| Fault::new(Code::NotYours).noted())?;
    let mut row = store::commitments_of(matter.conn, request)?
        .into_iter()
        .find(|row| row.id == commitment)
        .ok_or_else(Fault::hidden)?;
    match row.state {
        CommitmentState::Open => {}
        CommitmentState::Kept => return Err(Fault::new(Code::AlreadyKept)),
        CommitmentState::Dropped => return Err(Fault::new(Code::AlreadyEnded)),
    }
    row.state = CommitmentState::Kept;
    (row.ended_at, row.ended_by) = (Some(at), Some(matter.person()?));
    store::update_commitment(matter.conn, &row)?;
    matter.stop(|clock| clock.commitment_id == Some(commitment))?;
    if let Some(assignment) = row.assignment_id {
        drop_of_stopped(&mut matter, assignment)?;
    }
    if matter.request.state == RequestState::Answered && !matter.has_open(ClockKind::Commitment) {
        if !is_rated(&matter) {
            begin_rating(&mut matter)?;
        } else if !matter.has_open(ClockKind::Callback) {
            concluded(&mut matter)?;
        }
    }
    let detail = Detail::none().with("commitment", commitment.to_string());
    matter.close(capacity, "keep", detail)
}

/// The company's time to rate begins, and where the book has the office call after every release, its time to call.
pub(super) fn begin_rating(matter: &mut Matter<'_>) -> Result<(), Fault> {
    matter.start(Start::of(ClockKind::RatingWindow, Holder::Company))?;
    match matter.terms.book.settings().follow_up {
        FollowUp::Always => matter.start(Start::of(ClockKind::FollowUp, Holder::Office)),
        FollowUp::AfterSilence(_) => Ok(()),
    }
}

/// Whether the company has rated this cycle: that alone meets its time to rate.
fn is_rated(matter: &Matter<'_>) -> bool {
    is_met(matter, ClockKind::RatingWindow)
}

/// Whether a clock of this kind was met in this cycle, be it late.
fn is_met(matter: &Matter<'_>, kind: ClockKind) -> bool {
    let of_cycle = |clock: &&ClockRow| clock.kind == kind && clock.cycle == matter.request.cycle;
    let mut clocks = matter.clocks.iter().filter(of_cycle);
    clocks.any(|clock| matches!(clock.outcome, Some(ClockOutcome::Met | ClockOutcome::Late)))
}

/// Ends an answered request, by the company or the office. Refused while a commitment or a call-back is open.
pub fn conclude(conn: &mut Conn, at: Instant, actor: &Actor, request: Id) -> Result<RequestRow, Fault> {
    let mut matter = Matter::open(conn, at, actor, request)?;
    let capacity = matter.act(RequestAct::Conclude)?;
    if matter.has_open(ClockKind::Commitment) {
        return Err(Fault::new(Code::CommitmentOpen));
    }
    if matter.has_open(ClockKind::Callback) {
        return Err(Fault::new(Code::CallbackOpen));
    }
    ended(&mut matter)?;
    matter.close(capacity, "conclude", Detail::none())
}

/// As [`conclude`], as what follows of something else.
pub(super) fn concluded(matter: &mut Matter<'_>) -> Result<(), Fault> {
    matter.follow(RequestAct::Conclude)?;
    ended(matter)
}

/// The request is over: nothing of it runs on.
pub(super) fn ended(matter: &mut Matter<'_>) -> Result<(), Fault> {
    matter.request.ended_at = Some(matter.at);
    contest::make_moot(matter)?;
    matter.void(|_| true)?;
    matter.notify_company("concluded", &format!("cycle {}", matter.request.cycle))
}

/// What a rating does to its request. The rating itself is kept by the ratings room, in the same transaction.
#[derive(Debug, Clone, Copy)]
pub struct Rated {
    /// The level.
    pub level: RatingLevel,
    /// Whether the company says it was solved.
    pub solved: bool,
}

/// Carries out a rating on its request, by the company: the time to rate ends, and the office need not call a company that
/// has spoken; a bad one, or «not solved», starts the office's clock to call back; a good one concludes the request unless a
/// commitment is open. A request concluded because nobody rated it may still be rated for a while; what else was concluded
/// may not: `rating_window_over`.
pub fn rated(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    request: Id,
    rated: Rated,
    detail: Detail,
) -> Result<RequestRow, Fault> {
    let mut matter = Matter::open(conn, at, actor, request)?;
    let capacity = matter.act(RequestAct::Rate)?;
    let is_concluded = matter.request.state == RequestState::Concluded;
    if is_concluded && !may_be_rated_late(&matter)? {
        return Err(Fault::new(Code::RatingWindowOver));
    }
    if !is_concluded && !matter.has_open(ClockKind::RatingWindow) {
        // Rated while a commitment is open, or late while a call-back is: the time to rate begins and ends here, and not
        // again with the commitment.
        matter.start(Start::of(ClockKind::RatingWindow, Holder::Company))?;
    }
    matter.stop(|clock| clock.kind == ClockKind::RatingWindow)?;
    matter.void(|clock| clock.kind == ClockKind::FollowUp)?;
    if rated.level.is_bad() || !rated.solved {
        // The office is to call already where the company said so before.
        if !matter.has_open(ClockKind::Callback) {
            call_back(&mut matter)?;
        }
    } else if !is_concluded && !matter.has_open(ClockKind::Commitment) {
        concluded(&mut matter)?;
    }
    matter.close(capacity, "rate", detail)
}

/// The office is to call back and to rule.
fn call_back(matter: &mut Matter<'_>) -> Result<(), Fault> {
    matter.start(Start::of(ClockKind::Callback, Holder::Office))?;
    let mark = format!("version {}", matter.request.version);
    matter.notify("bad_rating", Recipient::Unit(matter.office.id), &mark)
}

/// Whether the request was concluded because nobody rated it, not longer ago than the promise book has it.
fn may_be_rated_late(matter: &Matter<'_>) -> Result<bool, Fault> {
    let of_cycle =
        |clock: &&ClockRow| clock.kind == ClockKind::RatingWindow && clock.cycle == matter.request.cycle;
    let mut windows = matter.clocks.iter().filter(of_cycle);
    let lapsed = windows.any(|clock| clock.outcome == Some(ClockOutcome::Lapsed));
    let Some(ended_at) = matter.request.ended_at.filter(|_| lapsed) else { return Ok(false) };
    let length = matter.terms.book.settings().late_rating;
    let latest =
        timer::end_of(&matter.terms.calendar, ended_at, length).map_err(|error| uncountable(&error))?;
    Ok(latest.is_some_and(|latest| matter.at <= latest))
}

/// The company's silence is waited for no longer.
pub(super) fn end_silence(matter: &mut Matter<'_>) -> Result<(), Fault> {
    let waits = |clock: &&mut ClockRow| clock.is_open() && clock.facts.0.silent_until.is_some();
    for clock in matter.clocks.iter_mut().filter(waits) {
        clock.facts.0.silent_until = None;
        clock.lapse_at = clock.due_at;
        store::update_clock(matter.conn, clock)?;
    }
    Ok(())
}

/// Whether the office has called the company in this cycle.
pub(super) fn is_called(matter: &Matter<'_>) -> bool {
    is_met(matter, ClockKind::FollowUp)
}

/// What a follow-up call does to its request. The call itself is kept by the ratings room, in the same transaction.
#[derive(Debug, Clone, Copy)]
pub struct FollowedUp {
    /// Whether the company was reached and said that it is not solved.
    pub unsolved: bool,
}

/// Carries out a call to a company that has not rated, by the office: its time to call is met; what was not solved is called
/// back as a bad rating is.
///
/// Fails with `already_rated` once the company has rated this cycle.
pub fn followed_up(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    request: Id,
    call: FollowedUp,
    detail: Detail,
) -> Result<RequestRow, Fault> {
    let mut matter = Matter::open(conn, at, actor, request)?;
    let capacity = matter.act(RequestAct::FollowUp)?;
    if is_rated(&matter) {
        return Err(Fault::new(Code::AlreadyRated));
    }
    if !matter.has_open(ClockKind::FollowUp) {
        // Called before it was silent for so long: the time to call begins and ends here, and not again with its silence.
        matter.start(Start::of(ClockKind::FollowUp, Holder::Office))?;
    }
    matter.stop(|clock| clock.kind == ClockKind::FollowUp)?;
    end_silence(&mut matter)?;
    if call.unsolved && !matter.has_open(ClockKind::Callback) {
        call_back(&mut matter)?;
    }
    matter.close(capacity, "follow_up", detail)
}

/// Writes down that a unit asks that the rating of its released part not count against it, by its signer. Gives the request
/// and the cycle of the part. The appeal itself is kept by the ratings room, in the same transaction.
pub fn appealed(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    assignment: Id,
    reason: &str,
) -> Result<(RequestRow, i32), Fault> {
    let (mut matter, index) = Matter::open_assignment(conn, at, actor, assignment)?;
    let capacity = matter.act_on(index, AssignmentAct::Appeal)?;
    let cycle = matter.assignment(index)?.cycle;
    let mark = format!("appeal {assignment}");
    matter.notify("appeal_asked", Recipient::Unit(matter.office.id), &mark)?;
    let detail = of_assignment(&matter, index)?.personal("reason", Some(reason));
    Ok((matter.close(capacity, "appeal", detail)?, cycle))
}

/// Writes down what the office rules on an appeal; the unit and the company are told.
pub fn appeal_ruled(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    assignment: Id,
    granted: bool,
    reason: &str,
) -> Result<RequestRow, Fault> {
    let (mut matter, index) = Matter::open_assignment(conn, at, actor, assignment)?;
    let capacity = matter.act_on(index, AssignmentAct::RuleAppeal)?;
    let (unit, mark) = (matter.assignment(index)?.unit_id, format!("appeal {assignment}"));
    matter.notify("appeal_ruled", Recipient::Unit(unit), &mark)?;
    matter.notify_company("appeal_ruled", &mark)?;
    let detail = of_assignment(&matter, index)?.with("granted", granted).personal("text", Some(reason));
    matter.close(capacity, "rule_appeal", detail)
}
