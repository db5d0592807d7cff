//! The outbox as those who keep the service see it, and a row put back by hand.

use super::queue::Row;
use super::{NoticeChannel, OutboxState};
use crate::db::schema::outbox;
use crate::db::{Conn, for_update};
use crate::domain::ids::{Id, Instant};
use crate::fault::{Code, Fault};
use crate::journal::Chain;
use diesel::prelude::*;

/// Which rows are wanted.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Of this state.
    pub state: Option<OutboxState>,
    /// Of this channel.
    pub channel: Option<NoticeChannel>,
    /// Of this kind.
    pub kind: Option<String>,
    /// About this request.
    pub request: Option<Id>,
}

/// Up to `limit` rows wanted, the newest first, older than `before`.
pub fn page(conn: &mut Conn, wanted: &Wanted, before: Option<Id>, limit: i64) -> Result<Vec<Row>, Fault> {
    let mut query = outbox::table.order(outbox::id.desc()).limit(limit).into_boxed();
    if let Some(state) = wanted.state {
        query = query.filter(outbox::state.eq(state));
    }
    if let Some(channel) = wanted.channel {
        query = query.filter(outbox::channel.eq(channel));
    }
    if let Some(kind) = &wanted.kind {
        query = query.filter(outbox::kind.eq(kind.clone()));
    }
    if let Some(request) = wanted.request {
        query = query.filter(outbox::request_id.eq(request));
    }
    if let Some(before) = before {
        query = query.filter(outbox::id.lt(before));
    }
    Ok(query.load(conn)?)
}

/// The row with this id.
pub fn find(conn: &mut Conn, id: Id) -> Result<Option<Row>, Fault> {
    Ok(outbox::table.find(id).first(conn).optional()?)
}

/// Puts a row that was given up, or waits for its next try, back to be sent at once, as if it had never been tried. Gives
/// the row as it was and the end of its journal. Refused as `not_retriable` where it is on its way or has arrived.
pub fn again(conn: &mut Conn, at: Instant, id: Id) -> Result<(Row, Chain), Fault> {
    let row: Option<Row> = for_update(outbox::table.filter(outbox::id.eq(id))).first(conn).optional()?;
    let row = row.ok_or_else(Fault::hidden)?;
    if !matches!(row.state, OutboxState::Parked | OutboxState::Waiting | OutboxState::Uncertain) {
        return Err(Fault::new(Code::NotRetriable).with("state", row.state.code()));
    }
    diesel::update(outbox::table.find(id))
        .set((
            outbox::state.eq(OutboxState::Waiting),
            outbox::next_at.eq(Some(at)),
            outbox::attempts.eq(0),
            outbox::doubts.eq(0),
            outbox::ended_at.eq(None::<Instant>),
        ))
        .execute(conn)?;
    let chain = Chain { seq: row.journal_seq, head: row.journal_head.clone() };
    Ok((row, chain))
}

/// Stores the end of a row's journal. The row is locked by the same transaction.
pub fn keep_chain(conn: &mut Conn, id: Id, chain: &Chain) -> Result<(), Fault> {
    diesel::update(outbox::table.find(id))
        .set((outbox::journal_seq.eq(chain.seq), outbox::journal_head.eq(&chain.head)))
        .execute(conn)?;
    Ok(())
}

/// The rows that have a journal, with its end.
pub fn chains(conn: &mut Conn) -> Result<Vec<(Id, Chain)>, Fault> {
    let kept = outbox::table.filter(outbox::journal_seq.gt(0)).order(outbox::id);
    let ends: Vec<(Id, i32, String)> =
        kept.select((outbox::id, outbox::journal_seq, outbox::journal_head)).load(conn)?;
    Ok(ends.into_iter().map(|(id, seq, head)| (id, Chain { seq, head })).collect())
}
