//! The steps of supervision on one matter, a unit's share in one cycle: a reminder, an urging, an order, a talk. They are
//! recorded in their order; once an order is over, the next step begins anew.

use super::held::{Held, ORDER, visible};
use super::rights;
use super::store::{self, StepRow};
use crate::db::Conn;
use crate::domain::actor::Actor;
use crate::domain::ids::{Id, Instant};
use crate::domain::supervision::{OrderAct, Step};
use crate::fault::{Code, Fault};
use crate::journal::Detail;
use crate::outbox::{self, Notice, NoticeChannel, Recipient};
use crate::people::Resource;
use crate::requests::{self, Answerable, Audience, ReplyClock};
use chrono::TimeDelta;
use serde_json::json;

/// How far ahead a talk may be planned, in days.
const FARTHEST: i64 = 366;

/// A talk as acts are about it: it has the version of its order.
pub const TALK: Resource = Resource {
    version: |conn, id| match store::order_of_talk(conn, id)? {
        Some(order) => (ORDER.version)(conn, order),
        None => Ok(None),
    },
    seen: |conn, _, actor, id| {
        let order = store::order_of_talk(conn, id)?.ok_or_else(Fault::hidden)?;
        visible(conn, actor, order).map(drop)
    },
};

/// What a unit is told before there is an order.
#[derive(Debug, Clone)]
pub struct Reminder {
    /// `false` reminds, `true` urges.
    pub urges: bool,
    /// In words.
    pub words: Option<String>,
}

/// Reminds or urges the unit that has this part, by the office or by who is over the unit; the unit has a letter.
///
/// Fails with `assignment_over` where it no longer has it, and with `step_passed` once a heavier step was taken.
pub fn remind(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    assignment: Id,
    reminder: &Reminder,
) -> Result<StepRow, Fault> {
    let to = requests::answerable_for(conn, assignment)?.ok_or_else(Fault::hidden)?;
    let (_, audience) = requests::visible(conn, actor, to.request)?;
    if audience == Audience::Company {
        return Err(Fault::hidden());
    }
    let capacity = rights::prepares(actor, to.unit).ok_or_else(Fault::denied)?;
    (requests::REQUEST.version)(conn, to.request)?;
    if !requests::is_live(conn, assignment)? {
        return Err(Fault::new(Code::AssignmentOver));
    }
    let (step, act, letter) = if reminder.urges {
        (Step::Urge, "chase", "supervision_urge")
    } else {
        (Step::Remind, "remind", "supervision_remind")
    };
    let person = actor.person.ok_or_else(Fault::denied)?;
    let row = StepRow { words: reminder.words.clone(), ..fresh(conn, at, person, to, step)? };
    take(conn, &row)?;
    let detail = Detail::none()
        .with("assignment", assignment.to_string())
        .with("unit", to.unit.to_string())
        .personal("words", reminder.words.as_deref());
    requests::supervise(conn, at, (actor, capacity), to.request, ReplyClock::Runs, (act, detail))?;
    let notice = Notice {
        kind: letter,
        channel: NoticeChannel::Mail,
        to: Recipient::Unit(to.unit),
        request: Some(to.request),
        dedup: format!("{letter}:{}", row.id),
        payload: json!({ "step": row.id }),
    };
    outbox::put(conn, at, notice)?;
    Ok(row)
}

/// Records that an order was signed, as a step on its matter.
pub(super) fn ordered(held: &mut Held<'_>) -> Result<(), Fault> {
    let (person, to) = (held.person()?, held.row.answerable());
    let row = fresh(held.conn, held.at, person, to, Step::Order)?;
    take(held.conn, &StepRow { order_id: Some(held.row.id), ..row })
}

/// A talk to be held.
#[derive(Debug, Clone)]
pub struct Summons {
    /// When.
    pub planned_at: Instant,
    /// Where.
    pub place: Option<String>,
    /// What it is about.
    pub words: String,
}

/// Summons the unit to a talk about a signed order, by who may sign it; the unit has a letter.
///
/// Fails with `not_in_future` and `date_too_late`, and with `order_not_issued` and `order_over`.
pub fn summon(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    order: Id,
    summons: &Summons,
) -> Result<StepRow, Fault> {
    let mut held = Held::open(conn, at, actor, order)?;
    let capacity = rights::signs(actor, held.row.level, held.row.unit_id).ok_or_else(Fault::denied)?.capacity;
    let latest = at.plus(TimeDelta::days(FARTHEST));
    if summons.planned_at <= at {
        return Err(Fault::field(Code::NotInFuture, "/planned_at"));
    }
    if summons.planned_at > latest {
        return Err(Fault::field(Code::DateTooLate, "/planned_at").with("latest", latest));
    }
    held.act(OrderAct::Summon)?;
    let (person, to) = (held.person()?, held.row.answerable());
    let row = StepRow {
        order_id: Some(order),
        words: Some(summons.words.clone()),
        planned_at: Some(summons.planned_at),
        place: summons.place.clone(),
        ..fresh(held.conn, at, person, to, Step::Talk)?
    };
    take(held.conn, &row)?;
    let of_request = held.detail();
    let act = ("summon_talk", of_request);
    requests::supervise(held.conn, at, (actor, capacity), to.request, ReplyClock::Runs, act)?;
    held.notify("talk_summoned", Recipient::Unit(to.unit))?;
    let detail = Detail::none().with("talk", row.id.to_string()).personal("words", row.words.as_deref());
    held.close(capacity, "summon_talk", detail)?;
    Ok(row)
}

/// What a talk came to.
#[derive(Debug, Clone)]
pub struct TalkHeld {
    /// When it was held.
    pub held_at: Instant,
    /// What came of it.
    pub outcome: String,
}

/// Records a talk that was held, once, by who may sign its order.
///
/// Fails with `talk_recorded`, and at the field for a date before the summons or to come.
pub fn record_talk(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    id: Id,
    talk: &TalkHeld,
) -> Result<StepRow, Fault> {
    let order = store::order_of_talk(conn, id)?.ok_or_else(Fault::hidden)?;
    let held = Held::open(conn, at, actor, order)?;
    let capacity = rights::signs(actor, held.row.level, held.row.unit_id).ok_or_else(Fault::denied)?.capacity;
    let mut row = store::step(held.conn, id)?.ok_or_else(Fault::hidden)?;
    if talk.held_at > at {
        return Err(Fault::field(Code::DateTooLate, "/held_at").with("latest", at));
    }
    if talk.held_at < row.taken_at {
        return Err(Fault::field(Code::DateTooEarly, "/held_at").with("earliest", row.taken_at));
    }
    if row.held_at.is_some() {
        return Err(Fault::new(Code::TalkRecorded));
    }
    (row.held_at, row.outcome) = (Some(talk.held_at), Some(talk.outcome.clone()));
    (row.recorded_by, row.recorded_at) = (Some(held.person()?), Some(at));
    store::update_step(held.conn, &row)?;
    let (request, of_request) = (held.row.request_id, held.detail());
    let act = ("record_talk", of_request);
    requests::supervise(held.conn, at, (actor, capacity), request, ReplyClock::Runs, act)?;
    let detail = Detail::none().with("talk", id.to_string()).personal("outcome", Some(&talk.outcome));
    held.close(capacity, "record_talk", detail)?;
    Ok(row)
}

/// The steps on a request that `actor` may see, in their order: those over a unit all of its, a unit its own.
pub fn steps(conn: &mut Conn, actor: &Actor, request: Id) -> Result<Vec<StepRow>, Fault> {
    let (_, audience) = requests::visible(conn, actor, request)?;
    if audience == Audience::Company {
        return Err(Fault::hidden());
    }
    let mut rows = store::steps_of(conn, request)?;
    rows.retain(|row| rights::sight(actor, row.unit_id, &[]).is_some());
    Ok(rows)
}

fn fresh(conn: &mut Conn, at: Instant, person: Id, to: Answerable, step: Step) -> Result<StepRow, Fault> {
    let request = requests::supervised(conn, to.request)?.ok_or_else(Fault::hidden)?;
    Ok(StepRow {
        id: Id::new(at),
        request_id: to.request,
        assignment_id: to.assignment,
        unit_id: to.unit,
        cycle: request.cycle,
        step,
        order_id: None,
        words: None,
        taken_by: person,
        taken_at: at,
        planned_at: None,
        place: None,
        held_at: None,
        outcome: None,
        recorded_by: None,
        recorded_at: None,
    })
}

/// Records a step where it may follow the last one on its matter. The request is locked.
fn take(conn: &mut Conn, row: &StepRow) -> Result<(), Fault> {
    let last = store::last_step(conn, row)?;
    if row.step.may_follow(last) {
        return store::insert_step(conn, row);
    }
    Err(Fault::new(Code::StepPassed).with("step", last.map_or("none", Step::code)))
}
