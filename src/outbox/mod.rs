//! The outbox: every effect on the world is a row here, written in the transaction of its cause.
//!
//! Nothing is sent from inside a transaction. A room puts notices in by [`put`] and knows no worker; a worker takes rows
//! by [`claim`], keeps them by [`renew`] and says by [`settle`] what became of them. It knows no feature.
//!
//! Beside its letter each notice is handed out once to all other places it is told in: [`to_hand_out`], [`handed_out`].

mod handing;
mod list;
mod queue;

pub use handing::{hand_out_later, handed_out, is_any_to_hand_out, to_hand_out};
pub use list::{Wanted, again, chains, find, keep_chain, page};
pub use queue::{LEASE, Row, Settled, claim, renew, settle, spread};

use crate::db::schema::outbox;
use crate::db::{Conn, Json, OrIgnore, direct, stored_as_text};
use crate::domain::ids::{Id, Instant};
use crate::fault::Fault;
use diesel::prelude::*;
use serde_json::Value;

vocabulary! {
    /// By which way a notice goes out.
    pub enum NoticeChannel {
        /// E-mail.
        Mail = "mail",
        /// The in-app inbox.
        Inbox = "inbox",
        /// A webhook.
        Webhook = "webhook",
    }
}

vocabulary! {
    /// Where a row of the outbox stands.
    pub enum OutboxState {
        /// Waits to be sent, for the first time or again.
        Waiting = "waiting",
        /// In the hands of a worker.
        Sending = "sending",
        /// Sent, but nobody knows whether it arrived; it is sent again as the same letter.
        Uncertain = "uncertain",
        /// Sent, and the answer recorded.
        Sent = "sent",
        /// Was to a unit, and went on as one row for each of its people.
        Spread = "spread",
        /// Given up, with its reason.
        Parked = "parked",
        /// Not sent: what it was to warn of was done before its turn came.
        Moot = "moot",
    }
}

stored_as_text!(NoticeChannel, OutboxState);

/// To whom a notice goes. A unit's people are looked up when it is sent, so that a change of staff is honoured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recipient {
    /// One person.
    Person(Id),
    /// Those who answer for a unit.
    Unit(Id),
}

impl Recipient {
    /// The id of the person or of the unit.
    pub const fn id(self) -> Id {
        match self {
            Self::Person(id) | Self::Unit(id) => id,
        }
    }
}

/// One effect to come.
#[derive(Debug, Clone)]
pub struct Notice {
    /// Which letter: a stable name.
    pub kind: &'static str,
    /// By which way.
    pub channel: NoticeChannel,
    /// To whom.
    pub to: Recipient,
    /// The request it is about.
    pub request: Option<Id>,
    /// What makes it the same notice as another: written once however often it is put.
    pub dedup: String,
    /// What the letter needs to know.
    pub payload: Value,
}

/// Puts `notice` into the outbox, due at once. One with the same `dedup` is left as it is.
pub fn put(conn: &mut Conn, at: Instant, notice: Notice) -> Result<(), Fault> {
    put_for(conn, at, at, notice)
}

/// As [`put`], to be sent from `due_at` on.
pub fn put_for(conn: &mut Conn, at: Instant, due_at: Instant, notice: Notice) -> Result<(), Fault> {
    let Notice { kind, channel, to, request, dedup, payload } = notice;
    insert(
        conn,
        Fresh {
            kind,
            channel,
            to,
            request,
            dedup,
            payload: Json(payload),
            created_at: at,
            due_at,
            hand_out_at: Some(due_at),
        },
    )
}

/// A row that nobody has tried to send yet.
struct Fresh<'a> {
    kind: &'a str,
    channel: NoticeChannel,
    to: Recipient,
    request: Option<Id>,
    dedup: String,
    payload: Json<Value>,
    created_at: Instant,
    due_at: Instant,
    hand_out_at: Option<Instant>,
}

/// Writes a row to be sent from when it is due. One with the same `dedup` is left as it is.
fn insert(conn: &mut Conn, row: Fresh<'_>) -> Result<(), Fault> {
    let (person, unit) = match row.to {
        Recipient::Person(id) => (Some(id), None),
        Recipient::Unit(id) => (None, Some(id)),
    };
    let insert = OrIgnore(diesel::insert_into(outbox::table).values((
        outbox::id.eq(Id::new(row.created_at)),
        outbox::kind.eq(row.kind),
        outbox::channel.eq(row.channel),
        outbox::recipient_id.eq(person),
        outbox::recipient_unit_id.eq(unit),
        outbox::request_id.eq(row.request),
        outbox::dedup.eq(row.dedup),
        outbox::payload.eq(row.payload),
        outbox::state.eq(OutboxState::Waiting),
        outbox::created_at.eq(row.created_at),
        outbox::due_at.eq(row.due_at),
        outbox::attempts.eq(0),
        outbox::next_at.eq(Some(row.due_at)),
        outbox::fence.eq(0),
        outbox::doubts.eq(0),
        outbox::journal_seq.eq(0),
        outbox::journal_head.eq(""),
        outbox::hand_out_at.eq(row.hand_out_at),
    )));
    direct::run(conn, insert)?;
    Ok(())
}
