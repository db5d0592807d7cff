//! How a worker takes rows and says what became of them.
//!
//! A row is claimed with a short lease. Each claim raises the row's fence; what a worker says of a row counts only while
//! the fence is still the one of its claim, so a worker that stalled and lost its lease changes nothing any more. A row
//! whose lease ended was perhaps sent: it is claimed again as one in doubt.

use super::{Fresh, NoticeChannel, OutboxState, Recipient, insert};
use crate::db::schema::outbox;
use crate::db::{Conn, Json, skip_locked};
use crate::domain::ids::{Id, Instant};
use crate::fault::Fault;
use chrono::TimeDelta;
use diesel::prelude::*;
use serde_json::Value;

/// How long a claim holds without a heartbeat.
pub const LEASE: TimeDelta = TimeDelta::seconds(60);

diesel::alias! {
    const EARLIER: Alias<Earlier> = outbox as earlier;
}

/// A row of the outbox as stored.
#[derive(Debug, Clone, Queryable)]
pub struct Row {
    /// Its id, and the letter's.
    pub id: Id,
    /// Which letter.
    pub kind: String,
    /// By which way.
    pub channel: NoticeChannel,
    /// The person it goes to.
    pub person: Option<Id>,
    /// The unit whose people it goes to.
    pub unit: Option<Id>,
    /// The request it is about.
    pub request: Option<Id>,
    /// What makes it the same notice as another.
    pub dedup: String,
    /// What the letter needs to know.
    pub payload: Json<Value>,
    /// Where it stands.
    pub state: OutboxState,
    /// When it was written.
    pub created_at: Instant,
    /// From when it was to be sent.
    pub due_at: Instant,
    /// How often it was tried.
    pub attempts: i32,
    /// Why it waits or was given up: a code.
    pub reason: Option<String>,
    /// When to look at it next, for one being sent the end of the lease; `None` when it has come to an end.
    pub next_at: Option<Instant>,
    /// Raised by each claim.
    pub fence: i32,
    /// How often nobody knew whether it had arrived.
    pub doubts: i32,
    /// What the server said last.
    pub answer: Option<String>,
    /// When it came to an end.
    pub ended_at: Option<Instant>,
    pub(super) journal_seq: i32,
    pub(super) journal_head: String,
    /// Since when it waits to be handed out; `None` when it was.
    pub hand_out_at: Option<Instant>,
}

impl Row {
    /// Its version, which each claim, each outcome and each act of a person raise.
    pub fn version(&self) -> i32 {
        let raised = self.fence.saturating_add(self.journal_seq).saturating_mul(2);
        raised.saturating_add(i32::from(self.state != OutboxState::Sending))
    }
}

/// What is to be recorded of a claimed row.
#[derive(Debug, Clone)]
pub struct Settled {
    /// Where it stands now.
    pub state: OutboxState,
    /// When to look at it next; `None` ends it.
    pub next_at: Option<Instant>,
    /// Why it waits or was given up.
    pub reason: Option<&'static str>,
    /// What the server said.
    pub answer: Option<String>,
    /// Whether this was a try that counts.
    pub tried: bool,
    /// Whether nobody knows whether it arrived.
    pub in_doubt: bool,
}

/// Claims the first row of `channel` that is to be sent by `at`: the one due first, then the oldest. A row waits while an
/// earlier one about the same request to the same person has not come to its end. Takes one row of an index. The row it gives
/// still says since when it was to be looked at.
pub fn claim(conn: &mut Conn, at: Instant, channel: NoticeChannel) -> Result<Option<Row>, Fault> {
    let earlier = EARLIER
        .filter(EARLIER.field(outbox::recipient_id).eq(outbox::recipient_id))
        .filter(EARLIER.field(outbox::request_id).eq(outbox::request_id))
        .filter(EARLIER.field(outbox::channel).eq(outbox::channel))
        .filter(EARLIER.field(outbox::next_at).is_not_null())
        .filter(EARLIER.field(outbox::id).lt(outbox::id));
    let due = outbox::table
        .filter(outbox::channel.eq(channel))
        .filter(outbox::next_at.is_not_null())
        .filter(outbox::next_at.le(at))
        .filter(diesel::dsl::not(diesel::dsl::exists(earlier)))
        .order((outbox::next_at, outbox::id))
        .limit(1);
    let Some(mut row) = skip_locked(due).load::<Row>(conn)?.pop() else { return Ok(None) };
    // Whoever had it may have sent it before the lease ended.
    row.doubts = row.doubts.saturating_add(i32::from(row.state == OutboxState::Sending));
    row.fence = row.fence.saturating_add(1);
    row.state = OutboxState::Sending;
    diesel::update(outbox::table.find(row.id))
        .set((
            outbox::state.eq(row.state),
            outbox::fence.eq(row.fence),
            outbox::doubts.eq(row.doubts),
            outbox::next_at.eq(Some(at.plus(LEASE))),
        ))
        .execute(conn)?;
    Ok(Some(row))
}

/// A heartbeat: the lease of a claimed row holds on from `at`. Whether the claim still stands.
pub fn renew(conn: &mut Conn, at: Instant, claimed: &Row) -> Result<bool, Fault> {
    let mine = outbox::table
        .find(claimed.id)
        .filter(outbox::fence.eq(claimed.fence))
        .filter(outbox::state.eq(OutboxState::Sending));
    Ok(diesel::update(mine).set(outbox::next_at.eq(Some(at.plus(LEASE)))).execute(conn)? == 1)
}

/// Records what became of a claimed row. Whether the claim still stood: where it did not, nothing is changed.
pub fn settle(conn: &mut Conn, at: Instant, claimed: &Row, settled: &Settled) -> Result<bool, Fault> {
    let mine = outbox::table
        .find(claimed.id)
        .filter(outbox::fence.eq(claimed.fence))
        .filter(outbox::state.eq(OutboxState::Sending));
    let ended_at = settled.next_at.is_none().then_some(at);
    let changed = diesel::update(mine)
        .set((
            outbox::state.eq(settled.state),
            outbox::next_at.eq(settled.next_at),
            outbox::attempts.eq(claimed.attempts.saturating_add(i32::from(settled.tried))),
            outbox::doubts.eq(claimed.doubts.saturating_add(i32::from(settled.in_doubt))),
            outbox::reason.eq(settled.reason),
            outbox::answer.eq(&settled.answer),
            outbox::ended_at.eq(ended_at),
        ))
        .execute(conn)?;
    Ok(changed == 1)
}

/// Makes of a claimed row to a unit one row for each of `persons`, each to be sent and retried alone, in the place the
/// row had in the queue. Whether the claim still stood.
pub fn spread(conn: &mut Conn, at: Instant, claimed: &Row, persons: &[Id]) -> Result<bool, Fault> {
    let ended = Settled {
        state: OutboxState::Spread,
        next_at: None,
        reason: None,
        answer: None,
        tried: false,
        in_doubt: false,
    };
    if !settle(conn, at, claimed, &ended)? {
        return Ok(false);
    }
    for person in persons {
        let row = Fresh {
            kind: &claimed.kind,
            channel: claimed.channel,
            to: Recipient::Person(*person),
            request: claimed.request,
            dedup: format!("{}:{person}", claimed.dedup),
            payload: claimed.payload.clone(),
            created_at: claimed.created_at,
            due_at: claimed.due_at,
            hand_out_at: None,
        };
        insert(conn, row)?;
    }
    Ok(true)
}
