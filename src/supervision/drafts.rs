//! Drafts: an order that a rule wants, or somebody, and that nobody has signed.
//!
//! A rule drafts in the transaction in which its fact arises, once for each unit, ground and cause: the clock that is past
//! due, or the cycle in which the company was not content.

use super::held::{self, Held};
use super::rights;
use super::store::{self, OrderRow};
use crate::db::Conn;
use crate::domain::actor::Actor;
use crate::domain::ids::{Id, Instant};
use crate::domain::lifecycle::Capacity;
use crate::domain::supervision::{OrderAct, OrderGround, OrderLevel, OrderState};
use crate::domain::words::{ClockKind, Confidence, Role};
use crate::fault::{Code, Fault, Language};
use crate::journal::Detail;
use crate::outbox::Recipient;
use crate::people;
use crate::promises;
use crate::requests::letters::name_of_clock;
use crate::requests::{self, Answerable, Supervised};
use crate::web::{Fields, IfMatch};
use chrono::TimeDelta;

/// How far ahead a reply may be asked for, in days.
const FARTHEST: i64 = 366;

/// Drafts an order to the holder of a clock that is past due, once for each clock. Nothing where there is nothing to
/// supervise: the clock has stopped or is not due, or is the company's, or that of a reply.
pub fn draft_overdue(conn: &mut Conn, at: Instant, clock: Id) -> Result<(), Fault> {
    let Some(late) = requests::late_clock(conn, at, clock)? else { return Ok(()) };
    let what = name_of_clock(late.kind, Language::Chinese);
    let draft = Draft {
        ground: OrderGround::Overdue,
        cause: format!("clock {clock}"),
        late: Some((late.kind, late.due_at)),
        demand: format!("该事项“{what}”已超期。请立即办理，并书面说明超期原因、办理情况和办结时间。"),
    };
    drafted(conn, at, late.holder, draft)
}

/// Drafts an order to each of those who answer for a request whose company is not content, once for each cycle.
pub fn draft_discontent(
    conn: &mut Conn,
    at: Instant,
    request: Id,
    cycle: i32,
    ground: OrderGround,
) -> Result<(), Fault> {
    let demand = match ground {
        OrderGround::BadAgain => "重办后企业仍不满意。请核实原因、限期整改，并书面回复整改情况。",
        _ => "企业在回访中表示不满意。请核实原因、限期整改，并书面回复整改情况。",
    };
    for unit in requests::answerable(conn, at, request, cycle)? {
        let (cause, demand) = (format!("cycle {cycle}"), demand.to_owned());
        drafted(conn, at, unit, Draft { ground, cause, late: None, demand })?;
    }
    Ok(())
}

/// What a rule wants.
struct Draft {
    ground: OrderGround,
    cause: String,
    late: Option<(ClockKind, Instant)>,
    demand: String,
}

fn drafted(conn: &mut Conn, at: Instant, to: Answerable, draft: Draft) -> Result<(), Fault> {
    let Some(request) = requests::supervised(conn, to.request)? else { return Ok(()) };
    let mut row = fresh(at, to, &request, draft);
    if !store::insert(conn, &row)? {
        return Ok(());
    }
    let program = Actor::system();
    let detail = Detail::none().with("ground", row.ground.code()).with("cause", row.cause.clone());
    held::record(conn, at, (&program, Capacity::System), &mut row, ("draft_order", detail))?;
    tell(conn, at, &row)
}

fn fresh(at: Instant, to: Answerable, request: &Supervised, draft: Draft) -> OrderRow {
    OrderRow {
        id: Id::new(at),
        request_id: to.request,
        assignment_id: to.assignment,
        unit_id: to.unit,
        ground: draft.ground,
        cause: draft.cause,
        late_clock: draft.late.map(|(kind, _)| kind),
        late_since: draft.late.map(|(_, due_at)| due_at),
        state: OrderState::Draft,
        level: OrderLevel::Ordinary,
        matter: matter(request),
        demand: draft.demand,
        reply_by: None,
        drafted_at: at,
        drafted_by: None,
        prefix: None,
        year: None,
        sequence: None,
        days_late: None,
        issuing_unit_id: None,
        issued_as: None,
        issued_by: None,
        issued_at: None,
        clock_id: None,
        ended_at: None,
        ended_by: None,
        end_reason: None,
        version: 1,
        journal_seq: 0,
        journal_head: String::new(),
    }
}

/// The matter in one line. Of a confidential request it gives away no more than the category.
pub(super) fn matter(request: &Supervised) -> String {
    let number = &request.number;
    match (request.confidence, &request.category) {
        (Confidence::Open, _) => format!("{number} {}", request.title),
        (Confidence::Hidden | Confidence::Sealed, Some(category)) => {
            format!("{number} {category}（保密诉求）")
        }
        (Confidence::Hidden | Confidence::Sealed, None) => format!("{number}（保密诉求）"),
    }
}

/// A draft waits for whoever may sign it: the office, and the supervisors over the unit.
fn tell(conn: &mut Conn, at: Instant, row: &OrderRow) -> Result<(), Fault> {
    let office = people::office(conn, at)?;
    if office.id != row.unit_id {
        held::notify(conn, at, row, "order_drafted", Recipient::Unit(office.id))?;
    }
    let above = people::unit(conn, row.unit_id)?.and_then(|unit| unit.parent_id);
    let Some(above) = above else { return Ok(()) };
    let Some(above) = people::unit(conn, above)? else { return Ok(()) };
    for person in people::holders_of_role(conn, at, &above, Role::Supervisor)? {
        held::notify(conn, at, row, "order_drafted", Recipient::Person(person))?;
    }
    Ok(())
}

/// An order to be drafted by hand.
#[derive(Debug, Clone)]
pub struct NewOrder {
    /// The part whose unit it is to.
    pub assignment: Id,
    /// How much weight it has.
    pub level: OrderLevel,
    /// What is demanded.
    pub demand: String,
    /// When the reply is due; counted from the signature where it is missing.
    pub reply_by: Option<Instant>,
    /// The units that get a copy.
    pub copies: Vec<Id>,
}

/// Drafts an order by hand, by the office or by who is over the unit.
///
/// Fails at the field for an assignment that the actor does not see, a date that is past or too far, and copies that cannot
/// be.
pub fn draft_by_hand(conn: &mut Conn, at: Instant, actor: &Actor, new: &NewOrder) -> Result<OrderRow, Fault> {
    if !rights::prepares_any(actor) {
        return Err(Fault::denied());
    }
    let unknown = || Fault::field(Code::ReferenceUnknown, "/assignment").with("what", "assignment").noted();
    let to = requests::answerable_for(conn, new.assignment)?.ok_or_else(unknown)?;
    requests::visible(conn, actor, to.request).map_err(|fault| match fault.code {
        Code::NotFound => unknown(),
        _ => fault,
    })?;
    let capacity = rights::prepares(actor, to.unit).ok_or_else(Fault::denied)?;
    let request = requests::supervised(conn, to.request)?.ok_or_else(unknown)?;
    let mut fields = Fields::new();
    check_date(&mut fields, at, new.reply_by);
    check_copies(conn, at, &mut fields, (to.unit, &request), &new.copies)?;
    fields.finish()?;
    let id = Id::new(at);
    let draft = Draft {
        ground: OrderGround::ByHand,
        cause: format!("order {id}"),
        late: None,
        demand: new.demand.clone(),
    };
    let mut row = OrderRow {
        id,
        level: new.level,
        reply_by: new.reply_by,
        drafted_by: actor.person,
        ..fresh(at, to, &request, draft)
    };
    store::insert(conn, &row)?;
    store::set_copies(conn, id, &new.copies)?;
    let detail = Detail::none().with("ground", row.ground.code()).with("level", row.level.code());
    held::record(conn, at, (actor, capacity), &mut row, ("draft_order", detail))?;
    tell(conn, at, &row)?;
    Ok(row)
}

/// What is to become different of a draft; what is `None` stays.
#[derive(Debug, Clone, Default)]
pub struct OrderChange {
    /// How much weight it has.
    pub level: Option<OrderLevel>,
    /// The matter in one line.
    pub matter: Option<String>,
    /// What is demanded.
    pub demand: Option<String>,
    /// When the reply is due.
    pub reply_by: Option<Instant>,
    /// The units that get a copy, all of them.
    pub copies: Option<Vec<Id>>,
}

/// Changes a draft of the version `if_match` names, by the office or by who is over the unit. Fails with `not_a_draft`, and
/// at the fields as [`draft_by_hand`] does.
pub fn change(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    id: Id,
    (if_match, change): (&IfMatch, &OrderChange),
) -> Result<OrderRow, Fault> {
    let mut held = Held::open(conn, at, actor, id)?;
    let capacity = rights::prepares(actor, held.row.unit_id).ok_or_else(Fault::denied)?;
    if_match.demand(held.row.version)?;
    let request = requests::supervised(held.conn, held.row.request_id)?.ok_or_else(Fault::hidden)?;
    let mut fields = Fields::new();
    check_date(&mut fields, at, change.reply_by);
    if let Some(copies) = &change.copies {
        check_copies(held.conn, at, &mut fields, (held.row.unit_id, &request), copies)?;
    }
    fields.finish()?;
    held.act(OrderAct::Change)?;
    if let Some(copies) = &change.copies {
        store::set_copies(held.conn, id, copies)?;
        held.copies.clone_from(copies);
    }
    let row = &mut held.row;
    row.level = change.level.unwrap_or(row.level);
    row.reply_by = change.reply_by.or(row.reply_by);
    if let Some(matter) = &change.matter {
        row.matter.clone_from(matter);
    }
    if let Some(demand) = &change.demand {
        row.demand.clone_from(demand);
    }
    let copies: Vec<String> = held.copies.iter().map(Id::to_string).collect();
    let detail = Detail::none()
        .with("level", held.row.level.code())
        .with("copies", copies)
        .personal("matter", change.matter.as_deref())
        .personal("demand", change.demand.as_deref());
    held.close(capacity, "change_order", detail)
}

/// Drops a draft: it is never signed, and says why. By the office or by who is over the unit.
pub fn drop_draft(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    id: Id,
    reason: &str,
) -> Result<OrderRow, Fault> {
    let mut held = Held::open(conn, at, actor, id)?;
    let capacity = rights::prepares(actor, held.row.unit_id).ok_or_else(Fault::denied)?;
    held.act(OrderAct::Drop)?;
    held.row.ended_at = Some(at);
    held.row.ended_by = Some(held.person()?);
    held.row.end_reason = Some(reason.to_owned());
    held.close(capacity, "drop_order", Detail::none().personal("reason", Some(reason)))
}

fn check_date(fields: &mut Fields, at: Instant, reply_by: Option<Instant>) {
    let latest = at.plus(TimeDelta::days(FARTHEST));
    match reply_by {
        Some(reply_by) if reply_by <= at => fields.refuse(Code::NotInFuture, "/reply_by"),
        Some(reply_by) if reply_by > latest => {
            fields.refuse_with(Code::DateTooLate, "/reply_by", vec![("latest", latest.to_string())]);
        }
        _ => {}
    }
}

fn check_copies(
    conn: &mut Conn,
    at: Instant,
    fields: &mut Fields,
    (to, request): (Id, &Supervised),
    copies: &[Id],
) -> Result<(), Fault> {
    let known = people::units(conn, copies)?;
    let office = people::office(conn, at)?;
    let today = promises::terms(conn, &office.calendar)?.calendar.local_date(at);
    for (index, copy) in copies.iter().enumerate() {
        let pointer = format!("/copies/{index}");
        let what = || vec![("what", "unit".to_owned())];
        match known.get(copy) {
            None => fields.refuse_with(Code::ReferenceUnknown, pointer, what()),
            Some(unit) if !unit.is_valid_on(today) => {
                fields.refuse_with(Code::ReferenceNotValid, pointer, what());
            }
            Some(_) if request.confidence != Confidence::Open => fields.refuse(Code::CopyNotHere, pointer),
            Some(_) if *copy == to => fields.refuse(Code::CopyToUnit, pointer),
            Some(_) if copies.iter().take(index).any(|earlier| earlier == copy) => {
                fields.refuse(Code::CopyTwice, pointer);
            }
            Some(_) => {}
        }
    }
    Ok(())
}
