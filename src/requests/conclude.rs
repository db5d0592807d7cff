//! How a request ends well: commitments kept, a good rating, a conclusion.

use super::clocks::Start;
use super::extend::drop_of_stopped;
use super::matter::Matter;
use super::store::{self, ClockRow, CommitmentState, RequestRow};
use crate::db::Conn;
use crate::domain::actor::Actor;
use crate::domain::ids::{Id, Instant};
use crate::domain::lifecycle::{self, Capacity, RequestAct};
use crate::domain::promise::Holder;
use crate::domain::rating::RatingLevel;
use crate::domain::words::{ClockKind, ClockOutcome, RequestState};
use crate::fault::{Code, Fault};
use crate::journal::Detail;
use crate::outbox::Recipient;

/// Confirms that a commitment was kept, by the company or the office. After the last one the time to rate begins, or,
/// where the company has rated already and no call-back is open, the request is concluded.
pub fn keep(conn: &mut Conn, at: Instant, actor: &Actor, commitment: Id) -> Result<RequestRow, Fault> {
    let request = store::request_of_commitment(conn, commitment)?.ok_or_else(Fault::hidden)?;
    let mut matter = Matter::open(conn, at, actor, request)?;
    let capacity = if actor.is_of_company(matter.request.company_id) {
        Capacity::Company
    } else if actor.is_office() {
        Capacity::Dispatcher
    } else {
        return Err(Fault::new(Code::NotYours));
    };
    let mut row = store::commitments_of(matter.conn, request)?
        .into_iter()
        .find(|row| row.id == commitment)
        .ok_or_else(Fault::hidden)?;
    if row.state != CommitmentState::Open {
        return Err(Fault::new(Code::AlreadyKept));
    }
    row.state = CommitmentState::Kept;
    (row.ended_at, row.ended_by) = (Some(at), Some(matter.person()?));
    store::update_commitment(matter.conn, &row)?;
    matter.stop(|clock| clock.commitment_id == Some(commitment))?;
    if let Some(assignment) = row.assignment_id {
        drop_of_stopped(&mut matter, assignment)?;
    }
    if matter.request.state == RequestState::Answered && !has_open(&matter, ClockKind::Commitment) {
        if !is_rated(&matter) {
            matter.start(Start::of(ClockKind::RatingWindow, Holder::Company))?;
        } else if !has_open(&matter, ClockKind::Callback) {
            matter.request.state =
                lifecycle::request(matter.request.state, RequestAct::Conclude, Capacity::System)?;
            ended(&mut matter)?;
        }
    }
    let detail = Detail::none().with("commitment", commitment.to_string());
    matter.close(capacity, "keep", detail)
}

/// Whether the company has rated this cycle: that alone meets its time to rate.
fn is_rated(matter: &Matter<'_>) -> bool {
    let of_cycle =
        |clock: &&ClockRow| clock.kind == ClockKind::RatingWindow && clock.cycle == matter.request.cycle;
    let mut windows = matter.clocks.iter().filter(of_cycle);
    windows.any(|clock| matches!(clock.outcome, Some(ClockOutcome::Met | ClockOutcome::Late)))
}

/// Whether a clock of this kind is open.
pub(super) fn has_open(matter: &Matter<'_>, kind: ClockKind) -> bool {
    matter.clocks.iter().any(|clock| clock.kind == kind && clock.is_open())
}

/// Ends an answered request, by the company or the office. Refused while a commitment or a call-back is open.
pub fn conclude(conn: &mut Conn, at: Instant, actor: &Actor, request: Id) -> Result<RequestRow, Fault> {
    let mut matter = Matter::open(conn, at, actor, request)?;
    let capacity = matter.act(RequestAct::Conclude)?;
    if has_open(&matter, ClockKind::Commitment) {
        return Err(Fault::new(Code::CommitmentOpen));
    }
    if has_open(&matter, ClockKind::Callback) {
        return Err(Fault::new(Code::CallbackOpen));
    }
    ended(&mut matter)?;
    matter.close(capacity, "conclude", Detail::none())
}

/// The request is over: nothing of it runs on.
pub(super) fn ended(matter: &mut Matter<'_>) -> Result<(), Fault> {
    matter.request.ended_at = Some(matter.at);
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

/// Carries out a rating on its request, by the company: the time to rate ends; a bad one, or «not solved», starts the
/// office's clock to call back; a good one concludes the request unless a commitment is open. Gives the request and
/// the cycle that was rated.
///
/// Fails with `rating_window_over` after a conclusion.
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
    if matter.request.state == RequestState::Concluded {
        return Err(Fault::new(Code::RatingWindowOver));
    }
    if !has_open(&matter, ClockKind::RatingWindow) {
        // Rated while a commitment is open: the time to rate begins and ends here, and not again with the commitment.
        matter.start(Start::of(ClockKind::RatingWindow, Holder::Company))?;
    }
    matter.stop(|clock| clock.kind == ClockKind::RatingWindow)?;
    if rated.level.is_bad() || !rated.solved {
        matter.start(Start::of(ClockKind::Callback, Holder::Office))?;
        matter.notify(
            "bad_rating",
            Recipient::Unit(matter.office.id),
            &format!("cycle {}", matter.request.cycle),
        )?;
    } else if !has_open(&matter, ClockKind::Commitment) {
        matter.request.state =
            lifecycle::request(matter.request.state, RequestAct::Conclude, Capacity::System)?;
        ended(&mut matter)?;
    }
    matter.close(capacity, "rate", detail)
}
