//! The lights of one request under the eye of whoever tells people of them.
//!
//! A [`Watch`] holds the request's row locked: while it is open nobody stops a clock, and what was stopped before is not shown
//! to it. It writes down what a light has turned to and what was told of it, and says when to look again.

use super::history::{self, Turn};
use super::matter::Matter;
use super::store::{self, AssignmentRow, ClockRow};
use crate::db::Conn;
use crate::db::schema::clocks;
use crate::domain::actor::Actor;
use crate::domain::calendar::Calendar;
use crate::domain::ids::{Id, Instant};
use crate::domain::ladder::Running;
use crate::domain::lifecycle::Capacity;
use crate::domain::promise::Holder;
use crate::fault::Fault;
use crate::journal::Detail;
use crate::people;
use crate::promises;
use diesel::prelude::*;
use std::sync::Arc;

/// One request whose lights are looked at.
pub struct Watch<'a>(Matter<'a>);

/// A clock that runs and is to be looked at.
#[derive(Debug, Clone)]
pub struct Watched {
    /// Its id.
    pub id: Id,
    /// Its dates, and whose it is.
    pub running: Running,
    /// Rises when its due date moves.
    pub due_version: i32,
    /// The calendar it runs by.
    pub calendar: Arc<Calendar>,
    /// The unit that holds it; none where the company does.
    pub unit: Option<Id>,
    /// The person the unit's part was handed to.
    pub handler: Option<Id>,
    /// The section it was handed to.
    pub section: Option<Id>,
}

/// The requests with a clock to be looked at by `at`, at most `limit`, what waited longest first: one look into an index
/// where there is none.
pub fn to_watch(conn: &mut Conn, at: Instant, limit: i64) -> Result<Vec<Id>, Fault> {
    let due = clocks::table.filter(clocks::next_at.le(at)).order(clocks::next_at).limit(limit);
    let mut requests: Vec<Id> = Vec::new();
    for request in due.select(clocks::request_id).load(conn)? {
        if !requests.contains(&request) {
            requests.push(request);
        }
    }
    Ok(requests)
}

/// Has every open clock looked at anew, as the ladder has changed.
pub fn look_again(conn: &mut Conn, at: Instant) -> Result<(), Fault> {
    let later = clocks::table.filter(clocks::stopped_at.is_null()).filter(clocks::due_at.is_not_null());
    let later = later.filter(clocks::next_at.is_null().or(clocks::next_at.gt(at)));
    diesel::update(later).set(clocks::next_at.eq(Some(at))).execute(conn)?;
    Ok(())
}

impl<'a> Watch<'a> {
    /// Locks the request.
    pub fn open(conn: &'a mut Conn, at: Instant, program: &'a Actor, request: Id) -> Result<Self, Fault> {
        Ok(Self(Matter::open_unseen(conn, at, program, request)?))
    }

    /// The transaction.
    pub const fn conn(&mut self) -> &mut Conn {
        self.0.conn
    }

    /// The request.
    pub const fn request(&self) -> Id {
        self.0.request.id
    }

    /// Its number.
    pub fn number(&self) -> &str {
        &self.0.request.number
    }

    /// The office.
    pub const fn office(&self) -> &people::Unit {
        &self.0.office
    }

    /// The unit that leads it.
    pub fn lead(&self) -> Option<Id> {
        self.0.lead().map(|lead| lead.unit_id)
    }

    /// Those of the company who have to do with it.
    pub fn company(&mut self) -> Result<Vec<Id>, Fault> {
        self.0.of_company()
    }

    /// The clocks that run and are to be looked at by `through`.
    pub fn clocks(&mut self, through: Instant) -> Result<Vec<Watched>, Fault> {
        let is_due =
            |clock: &&ClockRow| clock.is_open() && clock.next_at.is_some_and(|next_at| next_at <= through);
        let due: Vec<ClockRow> = self.0.clocks.iter().filter(is_due).cloned().collect();
        due.iter().filter_map(|clock| self.watched(clock).transpose()).collect()
    }

    fn watched(&mut self, clock: &ClockRow) -> Result<Option<Watched>, Fault> {
        let (Some(warn_at), Some(due_at)) = (clock.warn_at, clock.due_at) else { return Ok(None) };
        let its_own = |part: &&AssignmentRow| Some(part.id) == clock.assignment_id;
        let part = self.0.assignments.iter().find(its_own);
        let (handler, section) =
            (part.and_then(|part| part.handler_id), part.and_then(|part| part.section_id));
        let running = Running {
            kind: clock.kind,
            holder: clock.holder,
            urgency: self.0.request.urgency,
            since: clock.dates_since(),
            warn_at,
            ask_by: clock.ask_by,
            due_at,
        };
        Ok(Some(Watched {
            id: clock.id,
            running,
            due_version: clock.due_version,
            calendar: promises::calendar_version(self.0.conn, &clock.calendar, clock.calendar_version)?,
            unit: clock
                .holder_unit_id
                .or_else(|| (clock.holder == Holder::Office).then_some(self.0.office.id)),
            handler,
            section,
        }))
    }

    /// Writes down, once, what the light of a clock had turned to by `through`.
    pub fn turn(&mut self, clock: &Watched, through: Instant) -> Result<(), Fault> {
        let running = &clock.running;
        for (turn, at) in [(Turn::Yellow, running.warn_at.max(running.since)), (Turn::Red, running.red_at())]
        {
            let Some(row) = self.0.clocks.iter().find(|row| row.id == clock.id) else { continue };
            if at <= through && history::turned(self.0.conn, self.0.at, row, (turn, at), None)? {
                let detail = self.of_clock(clock).with("light", turn.code()).with("since", at.to_string());
                self.0.record(Capacity::System, "light_turned", detail)?;
            }
        }
        Ok(())
    }

    /// Writes down that a step of the ladder was told to these.
    pub fn told(&mut self, clock: &Watched, step: &str, to: &[Id], due_at: Instant) -> Result<(), Fault> {
        let to: Vec<String> = to.iter().map(Id::to_string).collect();
        let detail =
            self.of_clock(clock).with("step", step).with("to", to).with("due_at", due_at.to_string());
        self.0.record(Capacity::System, "alarm", detail)
    }

    /// What an entry says of a clock. What units are told is no affair of the company's.
    fn of_clock(&self, clock: &Watched) -> Detail {
        let row = self.0.clocks.iter().find(|row| row.id == clock.id);
        let part =
            row.and_then(|row| self.0.assignments.iter().find(|part| Some(part.id) == row.assignment_id));
        let detail = Detail::none().with("inside", true).with("clock", clock.running.kind.code());
        match part {
            Some(part) => detail.with("assignment", part.id.to_string()).with("part", part.part.code()),
            None => detail,
        }
    }

    /// When this clock is to be looked at next: at `next`, or as its light turns if that is before.
    pub fn look_next(
        &mut self,
        clock: &Watched,
        through: Instant,
        next: Option<Instant>,
    ) -> Result<(), Fault> {
        let turns = [clock.running.warn_at, clock.running.red_at()].into_iter().filter(|at| *at > through);
        let next = turns.chain(next).min();
        let Some(row) = self.0.clocks.iter_mut().find(|row| row.id == clock.id) else { return Ok(()) };
        row.next_at = next;
        store::update_clock(self.0.conn, row)
    }

    /// Ends it: the request's journal is written; its version stays.
    pub fn close(self) -> Result<(), Fault> {
        store::update_request(self.0.conn, &self.0.request)
    }
}
