//! One order under the hand of one act: its request locked, the act judged and written down.

use super::rights::{self, Sight};
use super::store::{self, OrderRow};
use crate::db::Conn;
use crate::domain::actor::Actor;
use crate::domain::ids::{Id, Instant};
use crate::domain::lifecycle::Capacity;
use crate::domain::supervision::{OrderAct, OrderState};
use crate::fault::{Code, Fault};
use crate::journal::{self, Detail, Entry, SubjectKind};
use crate::outbox::{self, Notice, NoticeChannel, Recipient};
use crate::people::Resource;
use crate::requests;
use serde_json::json;

/// An order as acts are about it. Acts on it lock its request first, as every act on a request does.
pub const ORDER: Resource = Resource {
    version: |conn, id| {
        lock(conn, id)?;
        Ok(store::order(conn, id)?.map(|order| order.version))
    },
    seen: |conn, _, actor, id| visible(conn, actor, id).map(drop),
};

/// The order with this id and the units that get copies of it; what `actor` may not see is [`Fault::hidden`].
pub(super) fn visible(conn: &mut Conn, actor: &Actor, id: Id) -> Result<(OrderRow, Vec<Id>), Fault> {
    let row = store::order(conn, id)?.ok_or_else(Fault::hidden)?;
    let copies: Vec<Id> = store::copies_of(conn, &[id])?.into_iter().map(|(_, unit)| unit).collect();
    let is_signed = !matches!(row.state, OrderState::Draft | OrderState::Dropped);
    match rights::sight(actor, row.unit_id, &copies) {
        Some(Sight::Whole) => Ok((row, copies)),
        Some(Sight::Issued) if is_signed => Ok((row, copies)),
        _ => Err(Fault::hidden()),
    }
}

fn lock(conn: &mut Conn, id: Id) -> Result<(), Fault> {
    if let Some(request) = store::request_of(conn, id)? {
        (requests::REQUEST.version)(conn, request)?;
    }
    Ok(())
}

/// One order and what an act needs of it.
pub(super) struct Held<'a> {
    pub(super) conn: &'a mut Conn,
    pub(super) at: Instant,
    pub(super) actor: &'a Actor,
    pub(super) row: OrderRow,
    pub(super) copies: Vec<Id>,
}

impl<'a> Held<'a> {
    /// Locks the order and reads it. What `actor` may not see is [`Fault::hidden`].
    pub(super) fn open(conn: &'a mut Conn, at: Instant, actor: &'a Actor, id: Id) -> Result<Self, Fault> {
        visible(conn, actor, id)?;
        lock(conn, id)?;
        let (row, copies) = visible(conn, actor, id)?;
        Ok(Self { conn, at, actor, row, copies })
    }

    /// Moves the order to its next state, or says why that cannot be now.
    pub(super) fn act(&mut self, act: OrderAct) -> Result<(), Fault> {
        self.row.state = self.row.state.after(act).map_err(|refusal| {
            Code::from_code(refusal.code()).map_or_else(|| Fault::internal(refusal.code()), Fault::new)
        })?;
        Ok(())
    }

    /// The person who acts.
    pub(super) fn person(&self) -> Result<Id, Fault> {
        self.actor.person.ok_or_else(Fault::denied)
    }

    /// Puts a letter about the order into the outbox, once for each of its versions.
    pub(super) fn notify(&mut self, kind: &'static str, to: Recipient) -> Result<(), Fault> {
        notify(self.conn, self.at, &self.row, kind, to)
    }

    /// What a request's journal says of an act on this order.
    pub(super) fn detail(&self) -> Detail {
        let detail = Detail::none().with("order", self.row.number());
        let detail = detail.with("unit", self.row.unit_id.to_string());
        match self.row.assignment_id {
            Some(assignment) => detail.with("assignment", assignment.to_string()),
            None => detail,
        }
    }

    /// Ends the act: writes the order and its journal.
    pub(super) fn close(
        mut self,
        capacity: Capacity,
        act: &'static str,
        detail: Detail,
    ) -> Result<OrderRow, Fault> {
        self.row.version = self.row.version.saturating_add(1);
        record(self.conn, self.at, (self.actor, capacity), &mut self.row, (act, detail))?;
        Ok(self.row)
    }
}

/// The letters to units that get copies. Such a unit may not see the request, so they are about the order alone.
const TO_COPIES: &[&str] = &["supervision_copy", "copy_voided"];

/// Puts a letter about an order into the outbox, once for each version the order had.
pub(super) fn notify(
    conn: &mut Conn,
    at: Instant,
    row: &OrderRow,
    kind: &'static str,
    to: Recipient,
) -> Result<(), Fault> {
    let recipient = to.id();
    let notice = Notice {
        kind,
        channel: NoticeChannel::Mail,
        to,
        request: (!TO_COPIES.contains(&kind)).then_some(row.request_id),
        dedup: format!("{kind}:{}:{recipient}:{}", row.id, row.version),
        payload: json!({ "order": row.id }),
    };
    outbox::put(conn, at, notice)
}

/// Writes an act into the order's journal, and the order.
pub(super) fn record(
    conn: &mut Conn,
    at: Instant,
    (actor, capacity): (&Actor, Capacity),
    row: &mut OrderRow,
    (act, detail): (&'static str, Detail),
) -> Result<(), Fault> {
    let mut chain = row.chain();
    let entry = Entry { subject: (SubjectKind::Order, row.id), at, actor, capacity, act, detail };
    journal::record(conn, &mut chain, entry)?;
    (row.journal_seq, row.journal_head) = (chain.seq, chain.head);
    store::update(conn, row)
}
