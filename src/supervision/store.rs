//! The rows of this room, and the queries that read and write them.

use crate::db::schema::{
    supervision_copies, supervision_numbers, supervision_orders, supervision_replies, supervision_steps,
};
use crate::db::{self, Conn, OrIgnore, stored_as_text};
use crate::domain::ids::{Id, Instant};
use crate::domain::lifecycle::Capacity;
use crate::domain::supervision::{self, OrderGround, OrderLevel, OrderState, Step};
use crate::domain::words::ClockKind;
use crate::fault::{Code, Fault};
use crate::journal::Chain;
use crate::requests::Answerable;
use diesel::prelude::*;

stored_as_text!(OrderGround, OrderLevel, OrderState, Step, Capacity);

/// A supervision order.
#[derive(Debug, Clone, Queryable, Insertable, AsChangeset)]
#[diesel(table_name = supervision_orders, treat_none_as_null = true)]
pub struct OrderRow {
    /// Its id.
    pub id: Id,
    /// The request it is about.
    pub request_id: Id,
    /// The part it is about; the office has none.
    pub assignment_id: Option<Id>,
    /// The unit it is to.
    pub unit_id: Id,
    pub(super) ground: OrderGround,
    pub(super) cause: String,
    pub(super) late_clock: Option<ClockKind>,
    pub(super) late_since: Option<Instant>,
    /// Where it stands.
    pub state: OrderState,
    pub(super) level: OrderLevel,
    pub(super) matter: String,
    pub(super) demand: String,
    pub(super) reply_by: Option<Instant>,
    pub(super) drafted_at: Instant,
    pub(super) drafted_by: Option<Id>,
    pub(super) prefix: Option<String>,
    pub(super) year: Option<i32>,
    pub(super) sequence: Option<i32>,
    pub(super) days_late: Option<i32>,
    pub(super) issuing_unit_id: Option<Id>,
    pub(super) issued_as: Option<Capacity>,
    pub(super) issued_by: Option<Id>,
    pub(super) issued_at: Option<Instant>,
    pub(super) clock_id: Option<Id>,
    pub(super) ended_at: Option<Instant>,
    pub(super) ended_by: Option<Id>,
    pub(super) end_reason: Option<String>,
    /// Rises with every act.
    pub version: i32,
    pub(super) journal_seq: i32,
    pub(super) journal_head: String,
}

impl OrderRow {
    /// Its number as it is written, once it is signed.
    pub fn number(&self) -> Option<String> {
        let (prefix, year, sequence) = (self.prefix.as_deref()?, self.year?, self.sequence?);
        Some(supervision::number(prefix, year, sequence))
    }

    /// Who owes the reply.
    pub(super) const fn answerable(&self) -> Answerable {
        Answerable { request: self.request_id, assignment: self.assignment_id, unit: self.unit_id }
    }

    pub(super) fn chain(&self) -> Chain {
        Chain { seq: self.journal_seq, head: self.journal_head.clone() }
    }
}

/// A reply, and what was ruled on it.
#[derive(Debug, Clone, Queryable, Insertable, AsChangeset)]
#[diesel(table_name = supervision_replies, treat_none_as_null = true)]
pub(super) struct ReplyRow {
    pub(super) id: Id,
    pub(super) order_id: Id,
    pub(super) text: String,
    pub(super) replied_by: Id,
    pub(super) replied_at: Instant,
    pub(super) accepted: Option<bool>,
    pub(super) reason: Option<String>,
    pub(super) ruled_by: Option<Id>,
    pub(super) ruled_at: Option<Instant>,
}

/// Writes a draft. False where there is one for the same ground and cause.
pub(super) fn insert(conn: &mut Conn, row: &OrderRow) -> Result<bool, Fault> {
    Ok(OrIgnore(diesel::insert_into(supervision_orders::table).values(row)).execute(conn)? == 1)
}

/// Writes an order's changes.
pub(super) fn update(conn: &mut Conn, row: &OrderRow) -> Result<(), Fault> {
    diesel::update(supervision_orders::table.find(row.id)).set(row).execute(conn)?;
    Ok(())
}

/// The order with this id.
pub(super) fn order(conn: &mut Conn, id: Id) -> Result<Option<OrderRow>, Fault> {
    Ok(supervision_orders::table.filter(supervision_orders::id.eq(id)).first(conn).optional()?)
}

/// The request an order is about.
pub(super) fn request_of(conn: &mut Conn, id: Id) -> Result<Option<Id>, Fault> {
    let order = supervision_orders::table.filter(supervision_orders::id.eq(id));
    Ok(order.select(supervision_orders::request_id).first(conn).optional()?)
}

/// The next number of this prefix in this year. The counter stays locked until the transaction ends, and an act that
/// fails gives its number back: no number is given twice, and none is left out.
pub(super) fn next_number(conn: &mut Conn, prefix: &str, year: i32) -> Result<i32, Fault> {
    use supervision_numbers::dsl;
    let first = diesel::insert_into(dsl::supervision_numbers);
    OrIgnore(first.values((dsl::prefix.eq(prefix), dsl::year.eq(year), dsl::last.eq(0)))).execute(conn)?;
    let counter = dsl::supervision_numbers.filter(dsl::prefix.eq(prefix)).filter(dsl::year.eq(year));
    diesel::update(counter).set(dsl::last.eq(dsl::last + 1)).execute(conn)?;
    let counter = dsl::supervision_numbers.filter(dsl::prefix.eq(prefix)).filter(dsl::year.eq(year));
    Ok(counter.select(dsl::last).first(conn)?)
}

/// The units that get copies of these orders: order and unit.
pub(super) fn copies_of(conn: &mut Conn, orders: &[Id]) -> Result<Vec<(Id, Id)>, Fault> {
    let of_orders = supervision_copies::table.filter(supervision_copies::order_id.eq_any(orders.to_vec()));
    let columns = (supervision_copies::order_id, supervision_copies::unit_id);
    Ok(of_orders.select(columns).order(columns).load(conn)?)
}

/// Makes these the units that get a copy.
pub(super) fn set_copies(conn: &mut Conn, order: Id, units: &[Id]) -> Result<(), Fault> {
    let present = supervision_copies::table.filter(supervision_copies::order_id.eq(order));
    diesel::delete(present).execute(conn)?;
    for unit in units {
        let row = (supervision_copies::order_id.eq(order), supervision_copies::unit_id.eq(*unit));
        db::unique(
            diesel::insert_into(supervision_copies::table).values(row).execute(conn),
            Code::CopyTwice,
        )?;
    }
    Ok(())
}

/// The replies to an order, the oldest first.
pub(super) fn replies_of(conn: &mut Conn, order: Id) -> Result<Vec<ReplyRow>, Fault> {
    let of_order = supervision_replies::table.filter(supervision_replies::order_id.eq(order));
    Ok(of_order.order((supervision_replies::replied_at, supervision_replies::id)).load(conn)?)
}

/// Writes a new reply.
pub(super) fn insert_reply(conn: &mut Conn, row: &ReplyRow) -> Result<(), Fault> {
    diesel::insert_into(supervision_replies::table).values(row).execute(conn)?;
    Ok(())
}

/// Writes what was ruled on a reply.
pub(super) fn update_reply(conn: &mut Conn, row: &ReplyRow) -> Result<(), Fault> {
    diesel::update(supervision_replies::table.find(row.id)).set(row).execute(conn)?;
    Ok(())
}

/// A step on a matter. A talk is summoned with it, and held later.
#[derive(Debug, Clone, Queryable, Insertable, AsChangeset)]
#[diesel(table_name = supervision_steps, treat_none_as_null = true)]
pub struct StepRow {
    /// Its id.
    pub id: Id,
    pub(super) request_id: Id,
    pub(super) assignment_id: Option<Id>,
    pub(super) unit_id: Id,
    pub(super) cycle: i32,
    pub(super) step: Step,
    pub(super) order_id: Option<Id>,
    pub(super) words: Option<String>,
    pub(super) taken_by: Id,
    pub(super) taken_at: Instant,
    pub(super) planned_at: Option<Instant>,
    pub(super) place: Option<String>,
    pub(super) held_at: Option<Instant>,
    pub(super) outcome: Option<String>,
    pub(super) recorded_by: Option<Id>,
    pub(super) recorded_at: Option<Instant>,
}

/// The step with this id.
pub(super) fn step(conn: &mut Conn, id: Id) -> Result<Option<StepRow>, Fault> {
    Ok(supervision_steps::table.filter(supervision_steps::id.eq(id)).first(conn).optional()?)
}

/// The order a talk is about, where the step with this id is a talk.
pub(super) fn order_of_talk(conn: &mut Conn, id: Id) -> Result<Option<Id>, Fault> {
    Ok(step(conn, id)?.filter(|row| row.step == Step::Talk).and_then(|row| row.order_id))
}

/// The steps on a request, in their order.
pub(super) fn steps_of(conn: &mut Conn, request: Id) -> Result<Vec<StepRow>, Fault> {
    let of_request = supervision_steps::table.filter(supervision_steps::request_id.eq(request));
    Ok(of_request.order((supervision_steps::taken_at, supervision_steps::id)).load(conn)?)
}

/// The last step on the matter of `row`, unless it was about an order that is over.
pub(super) fn last_step(conn: &mut Conn, row: &StepRow) -> Result<Option<Step>, Fault> {
    let of_matter = |other: &StepRow| other.unit_id == row.unit_id && other.cycle == row.cycle;
    let Some(last) = steps_of(conn, row.request_id)?.into_iter().rfind(of_matter) else { return Ok(None) };
    let is_over = match last.order_id {
        Some(id) => order(conn, id)?.is_none_or(|order| order.ended_at.is_some()),
        None => false,
    };
    Ok((!is_over).then_some(last.step))
}

/// Writes a new step.
pub(super) fn insert_step(conn: &mut Conn, row: &StepRow) -> Result<(), Fault> {
    diesel::insert_into(supervision_steps::table).values(row).execute(conn)?;
    Ok(())
}

/// Writes what became of a talk.
pub(super) fn update_step(conn: &mut Conn, row: &StepRow) -> Result<(), Fault> {
    diesel::update(supervision_steps::table.find(row.id)).set(row).execute(conn)?;
    Ok(())
}
