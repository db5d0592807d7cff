//! Orders as they are shown.

use super::held::visible;
use super::rights;
use super::step_views::{self, StepView};
use super::store::{self, OrderRow, ReplyRow};
use crate::db::Conn;
use crate::domain::actor::Actor;
use crate::domain::ids::{Id, Instant};
use crate::domain::lifecycle::Capacity;
use crate::domain::light::Light;
use crate::domain::supervision::{OrderAct, OrderGround, OrderLevel, OrderState, Step};
use crate::domain::words::{ClockKind, ClockOutcome};
use crate::fault::Fault;
use crate::people::{self, Unit};
use crate::requests::views::NamedCode;
use crate::requests::{self, ReplyTime};
use crate::web::LocalTime;
use chrono_tz::Tz;
use serde::Serialize;
use std::collections::HashMap;
use utoipa::ToSchema;

/// A supervision order in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrderView {
    /// Its id.
    pub id: Id,
    /// Its number, once it is signed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "区督字〔2026〕12号")]
    pub number: Option<String>,
    /// Where it stands.
    pub state: OrderState,
    /// How much weight it has.
    pub level: OrderLevel,
    /// Why it was drafted.
    pub ground: OrderGround,
    /// The request it is about.
    pub request: Id,
    /// That request's number.
    pub request_number: String,
    /// The part it is about; an order to the office has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assignment: Option<Id>,
    /// The matter in one line.
    pub matter: String,
    /// The unit it is to.
    pub unit: NamedCode,
    /// What is past due, and since when: the old limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overdue: Option<OverdueView>,
    /// What is demanded.
    pub demand: String,
    /// When the reply is due.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_by: Option<LocalTime>,
    /// The light of the time to reply, while it runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub light: Option<Light>,
    /// How the time to reply ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<ClockOutcome>,
    /// The units that get a copy.
    pub copies: Vec<NamedCode>,
    /// When it was drafted.
    pub drafted_at: LocalTime,
    /// Who drafted it, where that was not a rule.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drafted_by: Option<String>,
    /// Who signed it, and when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issued: Option<IssuedView>,
    /// When it was accepted, dropped or made void.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<LocalTime>,
    /// Who did that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_by: Option<String>,
    /// Why it was dropped or made void.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_reason: Option<String>,
    /// Rises with every act.
    pub version: i32,
}

/// What is past due.
#[derive(Debug, Serialize, ToSchema)]
pub struct OverdueView {
    /// Which clock.
    pub clock: ClockKind,
    /// When it was due.
    pub due_at: LocalTime,
    /// How many working days it was past due when the order was signed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days: Option<i32>,
}

/// A signature under an order.
#[derive(Debug, Serialize, ToSchema)]
pub struct IssuedView {
    /// When.
    pub at: LocalTime,
    /// Who signed.
    pub by: String,
    /// In what capacity.
    pub capacity: Option<Capacity>,
    /// For which unit.
    pub unit: Option<NamedCode>,
}

/// A supervision order as a sheet of its own.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrderSheet {
    /// The order.
    #[serde(flatten)]
    pub order: OrderView,
    /// The replies, the oldest first.
    pub replies: Vec<ReplyView>,
    /// The talks about it, the oldest first.
    pub talks: Vec<StepView>,
    /// What the reader may do to it now.
    pub possible: Vec<OrderAct>,
}

/// A reply, and what was ruled on it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReplyView {
    /// Its id.
    pub id: Id,
    /// The reply.
    pub text: String,
    /// Who replied.
    pub replied_by: String,
    /// When.
    pub replied_at: LocalTime,
    /// Whether it was accepted; missing while it waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accepted: Option<bool>,
    /// Why it was sent back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// When it was ruled on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ruled_at: Option<LocalTime>,
}

/// The order with this id as `actor` sees it at `at`; what they may not see is [`Fault::hidden`].
pub fn sheet(conn: &mut Conn, at: Instant, actor: &Actor, zone: Tz, id: Id) -> Result<OrderSheet, Fault> {
    let (row, _) = visible(conn, actor, id)?;
    let replies = store::replies_of(conn, id)?;
    let persons: Vec<Id> = replies.iter().map(|reply| reply.replied_by).collect();
    let names = people::person_names(conn, &persons)?;
    let replies = replies.into_iter().map(|reply| ReplyView::new(reply, &names, zone)).collect();
    let mut talks = store::steps_of(conn, row.request_id)?;
    talks.retain(|step| step.step == Step::Talk && step.order_id == Some(id));
    let talks = step_views::shown(conn, zone, talks)?;
    let possible = possible(actor, &row);
    let order = shown(conn, at, zone, vec![row])?.pop().ok_or_else(Fault::hidden)?;
    Ok(OrderSheet { order, replies, talks, possible })
}

/// What `actor`, who sees the order, may do to it now.
fn possible(actor: &Actor, row: &OrderRow) -> Vec<OrderAct> {
    let may = |act: OrderAct| match act {
        OrderAct::Change | OrderAct::Drop => rights::prepares(actor, row.unit_id).is_some(),
        OrderAct::Reply => rights::replies(actor, row.unit_id).is_some(),
        OrderAct::Issue | OrderAct::SendBack | OrderAct::Accept | OrderAct::Void | OrderAct::Summon => {
            rights::signs(actor, row.level, row.unit_id).is_some()
        }
    };
    let now = |act: &OrderAct| row.state.after(*act).is_ok() && may(*act);
    OrderAct::ALL.iter().copied().filter(now).collect()
}

/// These orders as they are shown at `at`, in their order.
pub fn shown(conn: &mut Conn, at: Instant, zone: Tz, rows: Vec<OrderRow>) -> Result<Vec<OrderView>, Fault> {
    let names = Names::of(conn, &rows)?;
    Ok(rows.into_iter().map(|row| names.view(at, zone, row)).collect())
}

/// What the orders of a page refer to, each kind read in one query.
struct Names {
    copies: HashMap<Id, Vec<Id>>,
    units: HashMap<Id, Unit>,
    persons: HashMap<Id, String>,
    requests: HashMap<Id, String>,
    times: HashMap<Id, ReplyTime>,
}

impl Names {
    fn of(conn: &mut Conn, rows: &[OrderRow]) -> Result<Self, Fault> {
        let ids: Vec<Id> = rows.iter().map(|row| row.id).collect();
        let mut copies: HashMap<Id, Vec<Id>> = HashMap::new();
        for (order, unit) in store::copies_of(conn, &ids)? {
            copies.entry(order).or_default().push(unit);
        }
        let of_rows = rows.iter().flat_map(|row| row.issuing_unit_id.into_iter().chain([row.unit_id]));
        let units: Vec<Id> = of_rows.chain(copies.values().flatten().copied()).collect();
        let persons = rows.iter().flat_map(|row| [row.drafted_by, row.issued_by, row.ended_by]);
        let persons: Vec<Id> = persons.flatten().collect();
        let requests: Vec<Id> = rows.iter().map(|row| row.request_id).collect();
        let clocks: Vec<Id> = rows.iter().filter_map(|row| row.clock_id).collect();
        Ok(Self {
            copies,
            units: people::units(conn, &units)?,
            persons: people::person_names(conn, &persons)?,
            requests: requests::numbers_of(conn, &requests)?.into_iter().collect(),
            times: requests::reply_times(conn, &clocks)?.into_iter().map(|time| (time.id, time)).collect(),
        })
    }

    fn unit(&self, id: Id) -> NamedCode {
        let (code, name) =
            self.units.get(&id).map(|unit| (unit.code.clone(), unit.name.clone())).unwrap_or_default();
        NamedCode { id, code, name }
    }

    fn person(&self, id: Id) -> String {
        self.persons.get(&id).cloned().unwrap_or_default()
    }

    fn view(&self, at: Instant, zone: Tz, row: OrderRow) -> OrderView {
        let time = |at| LocalTime::new(at, zone);
        let runs = row.clock_id.and_then(|clock| self.times.get(&clock));
        let light = runs.filter(|clock| clock.outcome.is_none()).and_then(|clock| {
            let due_at = clock.due_at?;
            Some(Light::of(clock.warn_at.unwrap_or(due_at), due_at, at))
        });
        let overdue = row.late_clock.zip(row.late_since);
        let issued = row.issued_by.zip(row.issued_at).map(|(by, at)| IssuedView {
            at: time(at),
            by: self.person(by),
            capacity: row.issued_as,
            unit: row.issuing_unit_id.map(|unit| self.unit(unit)),
        });
        let copies = self.copies.get(&row.id).map(Vec::as_slice).unwrap_or_default();
        OrderView {
            number: row.number(),
            state: row.state,
            level: row.level,
            ground: row.ground,
            request: row.request_id,
            request_number: self.requests.get(&row.request_id).cloned().unwrap_or_default(),
            assignment: row.assignment_id,
            unit: self.unit(row.unit_id),
            overdue: overdue.map(|(clock, since)| OverdueView {
                clock,
                due_at: time(since),
                days: row.days_late,
            }),
            reply_by: row.reply_by.map(time),
            light,
            outcome: runs.and_then(|clock| clock.outcome),
            copies: copies.iter().map(|unit| self.unit(*unit)).collect(),
            drafted_at: time(row.drafted_at),
            drafted_by: row.drafted_by.map(|person| self.person(person)),
            issued,
            ended_at: row.ended_at.map(time),
            ended_by: row.ended_by.map(|person| self.person(person)),
            version: row.version,
            id: row.id,
            matter: row.matter,
            demand: row.demand,
            end_reason: row.end_reason,
        }
    }
}

impl ReplyView {
    fn new(row: ReplyRow, names: &HashMap<Id, String>, zone: Tz) -> Self {
        Self {
            id: row.id,
            text: row.text,
            replied_by: names.get(&row.replied_by).cloned().unwrap_or_default(),
            replied_at: LocalTime::new(row.replied_at, zone),
            accepted: row.accepted,
            reason: row.reason,
            ruled_at: row.ruled_at.map(|at| LocalTime::new(at, zone)),
        }
    }
}
