//! Signing an order, which numbers it and starts the unit's time to reply; and making it void.

use super::held::Held;
use super::rights;
use super::steps;
use super::store::{self, OrderRow};
use crate::config::Supervision;
use crate::db::Conn;
use crate::domain::actor::Actor;
use crate::domain::ids::{Id, Instant};
use crate::domain::promise::Length;
use crate::domain::supervision::OrderAct;
use crate::domain::timer;
use crate::fault::{Code, Fault};
use crate::journal::Detail;
use crate::outbox::Recipient;
use crate::people::{self, Unit};
use crate::promises;
use crate::requests::{self, ReplyClock};
use chrono::Datelike;

/// Signs a draft, by whom its level wants: it gets the next number of the issuing unit's prefix in this year, the unit and
/// those who get copies are told, and the unit's time to reply starts.
///
/// Fails with `not_a_draft`, and with `reply_by_passed` where the date the draft names is over.
pub fn issue(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    id: Id,
    settings: &Supervision,
) -> Result<OrderRow, Fault> {
    let mut held = Held::open(conn, at, actor, id)?;
    let signature = rights::signs(actor, held.row.level, held.row.unit_id).ok_or_else(Fault::denied)?;
    held.act(OrderAct::Issue)?;
    let missing = || Fault::internal("a unit of an order is gone");
    let unit = people::unit(held.conn, held.row.unit_id)?.ok_or_else(missing)?;
    let issuer = people::unit(held.conn, signature.unit)?.ok_or_else(missing)?;
    let terms = promises::terms(held.conn, &unit.calendar)?;
    let reply_by = match held.row.reply_by {
        Some(reply_by) if reply_by <= at => return Err(Fault::new(Code::ReplyByPassed)),
        Some(reply_by) => reply_by,
        None => timer::end_of(&terms.calendar, at, Length::WorkingDays(settings.reply_working_days))
            .map_err(|error| Fault::new(Code::CalendarCannotCount).with("detail", error.detail()))?
            .ok_or_else(|| Fault::internal("a length in working days has an end"))?,
    };
    let today = terms.calendar.local_date(at);
    let prefix = prefix(settings, &issuer);
    let row = &mut held.row;
    row.days_late = match row.late_since {
        Some(since) => {
            let days = terms.calendar.working_days(terms.calendar.local_date(since), today);
            let days =
                days.map_err(|error| Fault::new(Code::CalendarCannotCount).with("detail", error.detail()))?;
            Some(i32::try_from(days).map_err(Fault::internal)?)
        }
        None => None,
    };
    row.reply_by = Some(reply_by);
    (row.issuing_unit_id, row.issued_as) = (Some(issuer.id), Some(signature.capacity));
    (row.issued_by, row.issued_at) = (actor.person, Some(at));
    row.sequence = Some(store::next_number(held.conn, &prefix, today.year())?);
    (row.prefix, row.year) = (Some(prefix), Some(today.year()));
    let of_request = held.detail().with("reply_by", terms.calendar.rfc3339(reply_by));
    let start = ReplyClock::Start(held.row.answerable(), reply_by);
    let (signer, request) = ((actor, signature.capacity), held.row.request_id);
    held.row.clock_id =
        requests::supervise(held.conn, at, signer, request, start, ("issue_order", of_request))?;
    steps::ordered(&mut held)?;
    held.notify("supervision_order", Recipient::Unit(unit.id))?;
    for copy in held.copies.clone() {
        held.notify("supervision_copy", Recipient::Unit(copy))?;
    }
    let detail = Detail::none()
        .with("number", held.row.number())
        .with("level", held.row.level.code())
        .with("reply_by", terms.calendar.rfc3339(reply_by))
        .personal("demand", Some(&held.row.demand.clone()));
    held.close(signature.capacity, "issue_order", detail)
}

/// What the numbers of this unit's orders begin with.
fn prefix(settings: &Supervision, issuer: &Unit) -> String {
    settings.prefixes.get(&issuer.code).cloned().unwrap_or_else(|| format!("{}督字", issuer.name))
}

/// Makes a signed order void, with a reason, by who may sign it; nobody owes a reply any more, and its number is given to no
/// other.
pub fn void(conn: &mut Conn, at: Instant, actor: &Actor, id: Id, reason: &str) -> Result<OrderRow, Fault> {
    let mut held = Held::open(conn, at, actor, id)?;
    let signature = rights::signs(actor, held.row.level, held.row.unit_id).ok_or_else(Fault::denied)?;
    held.act(OrderAct::Void)?;
    held.row.ended_at = Some(at);
    held.row.ended_by = Some(held.person()?);
    held.row.end_reason = Some(reason.to_owned());
    let clock = held.row.clock_id.map_or(ReplyClock::Runs, ReplyClock::Void);
    let (signer, request) = ((actor, signature.capacity), held.row.request_id);
    let of_request = held.detail();
    requests::supervise(held.conn, at, signer, request, clock, ("void_order", of_request))?;
    held.notify("order_voided", Recipient::Unit(held.row.unit_id))?;
    for copy in held.copies.clone() {
        held.notify("copy_voided", Recipient::Unit(copy))?;
    }
    held.close(signature.capacity, "void_order", Detail::none().personal("reason", Some(reason)))
}
