//! The unit's reply to an order, and the ruling on it.

use super::held::Held;
use super::rights;
use super::store::{self, OrderRow, ReplyRow};
use crate::db::Conn;
use crate::domain::actor::Actor;
use crate::domain::ids::{Id, Instant};
use crate::domain::supervision::OrderAct;
use crate::fault::Fault;
use crate::journal::Detail;
use crate::outbox::Recipient;
use crate::requests::{self, ReplyClock};

/// Replies to a signed order, by the unit's signer; the one who signed it is told. The time to reply runs on until the reply
/// is accepted.
///
/// Fails with `reply_waits` while one waits for its ruling, and with `order_over`.
pub fn reply(conn: &mut Conn, at: Instant, actor: &Actor, id: Id, text: &str) -> Result<OrderRow, Fault> {
    let mut held = Held::open(conn, at, actor, id)?;
    let capacity = rights::replies(actor, held.row.unit_id).ok_or_else(Fault::denied)?;
    held.act(OrderAct::Reply)?;
    let row = ReplyRow {
        id: Id::new(at),
        order_id: id,
        text: text.to_owned(),
        replied_by: held.person()?,
        replied_at: at,
        accepted: None,
        reason: None,
        ruled_by: None,
        ruled_at: None,
    };
    store::insert_reply(held.conn, &row)?;
    let (request, of_request) = (held.row.request_id, held.detail());
    let act = ("reply_order", of_request);
    requests::supervise(held.conn, at, (actor, capacity), request, ReplyClock::Runs, act)?;
    if let Some(signer) = held.row.issued_by {
        held.notify("order_replied", Recipient::Person(signer))?;
    }
    held.close(capacity, "reply_order", Detail::none().personal("text", Some(text)))
}

/// Accepts the reply that waits, by who may sign the order: it is over, and the unit's time to reply is met by that reply.
///
/// Fails with `no_reply` and `order_over`.
pub fn accept(conn: &mut Conn, at: Instant, actor: &Actor, id: Id) -> Result<OrderRow, Fault> {
    rule(conn, at, actor, id, None)
}

/// Sends the reply that waits back, with a reason, by who may sign the order. The time to reply runs on, due when it was.
///
/// Fails with `no_reply` and `order_over`.
pub fn send_back(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    id: Id,
    reason: &str,
) -> Result<OrderRow, Fault> {
    rule(conn, at, actor, id, Some(reason))
}

fn rule(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    id: Id,
    sent_back: Option<&str>,
) -> Result<OrderRow, Fault> {
    let mut held = Held::open(conn, at, actor, id)?;
    let capacity = rights::signs(actor, held.row.level, held.row.unit_id).ok_or_else(Fault::denied)?.capacity;
    let (act, told, letter) = match sent_back {
        None => (OrderAct::Accept, "accept_reply", "reply_accepted"),
        Some(_) => (OrderAct::SendBack, "send_back_reply", "reply_sent_back"),
    };
    held.act(act)?;
    let waits = store::replies_of(held.conn, id)?.into_iter().rfind(|reply| reply.accepted.is_none());
    let mut reply = waits.ok_or_else(|| Fault::internal("an order that was replied to has a reply"))?;
    reply.accepted = Some(sent_back.is_none());
    reply.reason = sent_back.map(str::to_owned);
    (reply.ruled_by, reply.ruled_at) = (Some(held.person()?), Some(at));
    store::update_reply(held.conn, &reply)?;
    let clock = match (sent_back, held.row.clock_id) {
        (None, Some(clock)) => ReplyClock::Met(clock, reply.replied_at),
        _ => ReplyClock::Runs,
    };
    if sent_back.is_none() {
        (held.row.ended_at, held.row.ended_by) = (Some(at), Some(held.person()?));
    }
    let (request, of_request) = (held.row.request_id, held.detail());
    requests::supervise(held.conn, at, (actor, capacity), request, clock, (told, of_request))?;
    held.notify(letter, Recipient::Unit(held.row.unit_id))?;
    held.close(capacity, told, Detail::none().personal("reason", sent_back))
}
