//! What supervision does to a request and needs to know of it. The orders themselves are kept by the room above: it drafts,
//! numbers and judges; here the clock of a reply runs, and the request's journal tells of it.
//!
//! That clock outlives the part it is about, and the request: a unit owes its reply until it is accepted or the order is
//! void.

use super::clocks::Start;
use super::matter::Matter;
use super::store::{self, AssignmentRow, ClockRow};
use crate::db::Conn;
use crate::db::schema::{assignments, clocks, requests};
use crate::domain::actor::Actor;
use crate::domain::ids::{Id, Instant};
use crate::domain::lifecycle::Capacity;
use crate::domain::promise::Holder;
use crate::domain::words::{ClockKind, ClockOutcome, Confidence, Part};
use crate::fault::Fault;
use crate::journal::Detail;
use crate::people;
use crate::promises;
use diesel::prelude::*;

/// A request as supervision speaks of it.
#[derive(Debug, Clone)]
pub struct Supervised {
    /// Its id.
    pub id: Id,
    /// Its number.
    pub number: String,
    /// One line.
    pub title: String,
    /// The name of its category.
    pub category: Option<String>,
    /// Who may know who filed.
    pub confidence: Confidence,
    /// The cycle it is in.
    pub cycle: i32,
}

/// The request with this id, whoever asks.
pub fn supervised(conn: &mut Conn, request: Id) -> Result<Option<Supervised>, Fault> {
    let Some(row) = store::request(conn, request)? else { return Ok(None) };
    let category = match row.category_id {
        Some(category) => promises::category(conn, category)?.map(|category| category.name),
        None => None,
    };
    let (id, number, title) = (row.id, row.number, row.title);
    Ok(Some(Supervised { id, number, title, category, confidence: row.confidence, cycle: row.cycle }))
}

/// Who answers for a matter: a unit with its part, or the office itself, which has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answerable {
    /// The request.
    pub request: Id,
    /// The part.
    pub assignment: Option<Id>,
    /// The unit.
    pub unit: Id,
}

/// Those who answer for a request in its present cycle: the lead and the branches, or where there is no lead the office.
pub fn answerable(conn: &mut Conn, at: Instant, request: Id, cycle: i32) -> Result<Vec<Answerable>, Fault> {
    let mut parts = store::assignments_of(conn, request)?;
    parts.retain(|part| part.cycle == cycle && part.is_live() && part.part != Part::Assist);
    if !parts.iter().any(|part| part.part == Part::Lead) {
        let office = Answerable { request, assignment: None, unit: people::office(conn, at)?.id };
        return Ok(vec![office]);
    }
    let answerable =
        |part: AssignmentRow| Answerable { request, assignment: Some(part.id), unit: part.unit_id };
    Ok(parts.into_iter().map(answerable).collect())
}

/// The unit that has this part, whoever asks.
pub fn answerable_for(conn: &mut Conn, assignment: Id) -> Result<Option<Answerable>, Fault> {
    let found: Option<(Id, Id)> = assignments::table
        .find(assignment)
        .select((assignments::request_id, assignments::unit_id))
        .first(conn)
        .optional()?;
    Ok(found.map(|(request, unit)| Answerable { request, assignment: Some(assignment), unit }))
}

/// Whether the unit still has this part.
pub fn is_live(conn: &mut Conn, assignment: Id) -> Result<bool, Fault> {
    let row: Option<AssignmentRow> = assignments::table.find(assignment).first(conn).optional()?;
    Ok(row.is_some_and(|row| row.is_live()))
}

/// A clock of a unit or of the office that is past due.
#[derive(Debug, Clone, Copy)]
pub struct LateClock {
    /// Its holder.
    pub holder: Answerable,
    /// Which.
    pub kind: ClockKind,
    /// When it was due.
    pub due_at: Instant,
}

/// The clock with this id where it is open and past due at `at` and its holder can be supervised for it: not the company's,
/// and not the reply to an order.
pub fn late_clock(conn: &mut Conn, at: Instant, clock: Id) -> Result<Option<LateClock>, Fault> {
    let found: Option<ClockRow> = clocks::table
        .find(clock)
        .filter(clocks::stopped_at.is_null())
        .filter(clocks::due_at.lt(at))
        .filter(clocks::holder.ne(Holder::Company))
        .filter(clocks::kind.ne(ClockKind::SupervisionReply))
        .first(conn)
        .optional()?;
    Ok(found.and_then(|row| {
        let (unit, due_at) = (row.holder_unit_id?, row.due_at?);
        let holder = Answerable { request: row.request_id, assignment: row.assignment_id, unit };
        Some(LateClock { holder, kind: row.kind, due_at })
    }))
}

/// What becomes of the clock of a reply.
#[derive(Debug, Clone, Copy)]
pub enum ReplyClock {
    /// It starts, until a date.
    Start(Answerable, Instant),
    /// It is met by a reply made then.
    Met(Id, Instant),
    /// It is asked for no more.
    Void(Id),
    /// It runs on.
    Runs,
}

/// Does this to the clock of a reply and writes `act` into the request's journal. Gives the clock that was started; none
/// where the promise book promises none. Whether `actor` may is judged by the caller.
pub fn supervise(
    conn: &mut Conn,
    at: Instant,
    (actor, capacity): (&Actor, Capacity),
    request: Id,
    clock: ReplyClock,
    (act, detail): (&'static str, Detail),
) -> Result<Option<Id>, Fault> {
    let mut matter = Matter::open_unseen(conn, at, actor, request)?;
    let mut started = None;
    match clock {
        ReplyClock::Start(of, until) => {
            let before = matter.clocks.len();
            let start = start_of(&matter, of);
            matter.start(Start { until: Some(until), ..start })?;
            started = matter.clocks.get(before).map(|clock| clock.id);
        }
        ReplyClock::Met(id, as_of) => matter.stop_as_of(|clock| clock.id == id, as_of)?,
        ReplyClock::Void(id) => matter.void_reply(id)?,
        ReplyClock::Runs => {
            matter.note(capacity, act, detail)?;
            return Ok(None);
        }
    }
    matter.close(capacity, act, detail)?;
    Ok(started)
}

fn start_of(matter: &Matter<'_>, of: Answerable) -> Start {
    let part = matter.assignments.iter().find(|part| Some(part.id) == of.assignment);
    let Some(row) = part else { return Start::of(ClockKind::SupervisionReply, Holder::Office) };
    let holder = match row.part {
        Part::Lead => Holder::Lead,
        Part::Branch => Holder::Branch,
        Part::Assist => Holder::Assist,
    };
    Start { unit: Some(of.unit), ..Start::of_part(ClockKind::SupervisionReply, holder, row) }
}

/// How the clock of a reply stands: when it warns, is due, and how it ended.
#[derive(Debug, Clone, Copy, Queryable)]
pub struct ReplyTime {
    /// The clock.
    pub id: Id,
    /// When it turns yellow.
    pub warn_at: Option<Instant>,
    /// When it is due.
    pub due_at: Option<Instant>,
    /// How it ended.
    pub outcome: Option<ClockOutcome>,
}

/// The clocks with these ids.
pub fn reply_times(conn: &mut Conn, ids: &[Id]) -> Result<Vec<ReplyTime>, Fault> {
    let wanted = clocks::table.filter(clocks::id.eq_any(ids.to_vec()));
    Ok(wanted.select((clocks::id, clocks::warn_at, clocks::due_at, clocks::outcome)).load(conn)?)
}

/// The numbers of the requests with these ids.
pub fn numbers_of(conn: &mut Conn, ids: &[Id]) -> Result<Vec<(Id, String)>, Fault> {
    let wanted = requests::table.filter(requests::id.eq_any(ids.to_vec()));
    Ok(wanted.select((requests::id, requests::number)).load(conn)?)
}
