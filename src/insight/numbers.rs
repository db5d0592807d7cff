//! What Prometheus is told of the work: counted on covering indexes, of what is open and waiting only.

use super::store::{self, Shown};
use crate::db::Conn;
use crate::db::schema::outbox;
use crate::domain::ids::Instant;
use crate::fault::Fault;
use crate::outbox::OutboxState;
use diesel::dsl::min;
use diesel::prelude::*;

/// How much is open and waits.
#[derive(Debug, Clone)]
pub struct Numbers {
    /// Open clocks by what they show.
    pub clocks: Vec<(&'static str, i64)>,
    /// Notices that wait to be sent.
    pub outbox_waiting: i64,
    /// Notices given up.
    pub outbox_parked: i64,
    /// When the oldest notice that waits was written.
    pub outbox_oldest: Option<Instant>,
}

/// The numbers at `at`.
pub fn numbers(conn: &mut Conn, at: Instant) -> Result<Numbers, Fault> {
    let clocks = Shown::ALL.iter().map(|shown| Ok((shown.word(), store::count_open(conn, *shown, at)?)));
    let clocks = clocks.collect::<Result<_, Fault>>()?;
    let in_state = |state: OutboxState| outbox::table.filter(outbox::state.eq(state.code()));
    Ok(Numbers {
        clocks,
        outbox_waiting: in_state(OutboxState::Waiting).count().get_result(conn)?,
        outbox_parked: in_state(OutboxState::Parked).count().get_result(conn)?,
        outbox_oldest: in_state(OutboxState::Waiting).select(min(outbox::created_at)).get_result(conn)?,
    })
}
