//! Returns and re-dispatches as they are shown.

use super::{PartView, Reader};
use crate::db::Conn;
use crate::domain::ids::{Id, Instant};
use crate::domain::lifecycle::AssignmentAct;
use crate::domain::words::ClockKind;
use crate::fault::Fault;
use crate::people;
use crate::promises;
use crate::requests::access;
use crate::requests::returns::not_returnable;
use crate::requests::store::{
    self, AskRuling, AssignmentRow, ClockRow, ContactRow, RequestRow, ReturnCause, ReturnRow,
};
use crate::web::LocalTime;
use serde::Serialize;
use utoipa::ToSchema;

/// A return asked for.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReturnView {
    /// Its id.
    pub id: Id,
    /// The assignment that was to be given back.
    pub assignment: Id,
    /// Why.
    pub cause: ReturnCause,
    /// In words.
    pub reason: String,
    /// What it rests on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ground: Option<String>,
    /// When it was asked.
    pub asked_at: LocalTime,
    /// When it was ruled on, or became moot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ruled_at: Option<LocalTime>,
    /// The ruling.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ruling: Option<AskRuling>,
    /// Why it was ruled so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ruling_reason: Option<String>,
    /// Whether the ruling is a joint one, which is kept as a precedent.
    pub joint: bool,
}

/// What was given back of a request, and how often its units were changed.
pub(super) struct Returned {
    pub(super) redispatches: usize,
    returns: Vec<ReturnRow>,
}

impl Returned {
    /// Nothing before the first dispatch.
    pub(super) fn of(conn: &mut Conn, request: &RequestRow) -> Result<Self, Fault> {
        if request.dispatched_at.is_none() {
            return Ok(Self { redispatches: 0, returns: Vec::new() });
        }
        let redispatches = store::redispatches_of(conn, request.id)?.len();
        Ok(Self { redispatches, returns: store::returns_of(conn, request.id)? })
    }

    /// The returns the reader may see.
    pub(super) fn shown(&self, reader: &Reader<'_>, clocks: &[ClockRow]) -> Vec<ReturnView> {
        let sees =
            |row: &&ReturnRow| access::sees_return(reader.audience, &reader.reach, reader.assignments, row);
        self.returns.iter().filter(sees).map(|row| view(reader, clocks, row)).collect()
    }
}

fn view(reader: &Reader<'_>, clocks: &[ClockRow], row: &ReturnRow) -> ReturnView {
    let of_it = |clock: &ClockRow| {
        clock.kind == ClockKind::JointRuling
            && clock.assignment_id == Some(row.assignment_id)
            && clock.started_at == row.asked_at
    };
    ReturnView {
        id: row.id,
        assignment: row.assignment_id,
        cause: row.cause,
        reason: row.reason.clone(),
        ground: row.ground.clone(),
        asked_at: reader.time(row.asked_at),
        ruled_at: row.ruled_at.map(|at| reader.time(at)),
        ruling: row.ruling,
        ruling_reason: row.ruling_reason.clone(),
        joint: clocks.iter().any(of_it),
    }
}

/// Takes the return from the acts offered on parts that may not be given back any more.
pub(super) fn only_returnable(
    conn: &mut Conn,
    at: Instant,
    parts: &mut [PartView],
    (assignments, clocks, contacts): (&[AssignmentRow], &[ClockRow], &[ContactRow]),
) -> Result<(), Fault> {
    for part in parts.iter_mut().filter(|part| part.possible.contains(&AssignmentAct::AskReturn)) {
        let Some(row) = assignments.iter().find(|row| row.id == part.id) else { continue };
        let Some(unit) = people::unit(conn, row.unit_id)? else { continue };
        let terms = promises::terms(conn, &unit.calendar)?;
        if not_returnable(&terms, at, row, clocks, contacts)?.is_some() {
            part.possible.retain(|act| *act != AssignmentAct::AskReturn);
        }
    }
    Ok(())
}
