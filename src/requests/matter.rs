//! One request under the hand of one act: its row locked, all that belongs to it at hand.
//!
//! An act opens a [`Matter`], asks the state machines through it, changes what it must, and closes it; closing
//! writes the request's row, the lights' dates and the journal entry. Nothing is written of an act that fails.

use super::access::{self, Audience};
use super::charges;
use super::history;
use super::search;
use super::store::{self, AnswerRow, AskRuling, AssignmentRow, ClockRow, OriginRow, RequestRow};
use crate::db::{self, Conn};
use crate::domain::actor::Actor;
use crate::domain::decline::DeclineGround;
use crate::domain::ids::{Id, Instant};
use crate::domain::lifecycle::{self, AssignmentAct, Capacity, RequestAct};
use crate::domain::promise::Holder;
use crate::domain::refusal::{Refusal, RefusalCode};
use crate::domain::words::{Part, RequestState};
use crate::fault::Fault;
use crate::journal::{self, Chain, Detail, Entry, SubjectKind};
use crate::outbox::{self, Notice, NoticeChannel, Recipient};
use crate::people::{self, Company, Unit};
use crate::promises::{self, Category, Terms};
use serde_json::json;

/// One request and all that an act may need of it.
pub(super) struct Matter<'a> {
    pub(super) conn: &'a mut Conn,
    pub(super) at: Instant,
    pub(super) actor: &'a Actor,
    pub(super) request: RequestRow,
    pub(super) category: Option<Category>,
    pub(super) assignments: Vec<AssignmentRow>,
    as_read: Vec<AssignmentRow>,
    clocks_as_read: Vec<ClockRow>,
    pub(super) clocks: Vec<ClockRow>,
    pub(super) office: Unit,
    pub(super) terms: Terms,
    /// The limit of an upper level's order, where the request came with one.
    pub(super) limit_at: Option<Instant>,
    /// Whether somebody filed it on the company's behalf, and who of the company confirmed it.
    pub(super) origin: Option<OriginRow>,
    /// Whether what the index of words has of it is out of date.
    reworded: bool,
    /// Its company, where this act files it.
    filed_for: Option<Company>,
}

/// What is known of a request that is being filed: nothing of it has to be read.
pub(super) struct Filing {
    pub(super) request: RequestRow,
    pub(super) company: Company,
    pub(super) category: Option<Category>,
    pub(super) office: Unit,
    pub(super) terms: Terms,
    pub(super) origin: Option<OriginRow>,
}

impl<'a> Matter<'a> {
    /// Locks the request and reads what belongs to it. What `actor` may not see is [`Fault::hidden`].
    pub(super) fn open(conn: &'a mut Conn, at: Instant, actor: &'a Actor, id: Id) -> Result<Self, Fault> {
        let (request, assignments) = lock(conn, id)?;
        access::audience_of(conn, actor, &request, &assignments)?.ok_or_else(Fault::hidden)?;
        Self::read(conn, at, actor, request, assignments)
    }

    /// As [`Matter::open`], for what befalls a request from outside it, as an echo from its master: `actor` need not see it.
    pub(super) fn open_unseen(
        conn: &'a mut Conn,
        at: Instant,
        actor: &'a Actor,
        id: Id,
    ) -> Result<Self, Fault> {
        let (request, assignments) = lock(conn, id)?;
        Self::read(conn, at, actor, request, assignments)
    }

    /// A request that `actor` files now, its row just written.
    pub(super) fn filed(conn: &'a mut Conn, at: Instant, actor: &'a Actor, filing: Filing) -> Self {
        let Filing { request, company, category, office, terms, origin } = filing;
        Self {
            conn,
            at,
            actor,
            request,
            category,
            assignments: Vec::new(),
            as_read: Vec::new(),
            clocks_as_read: Vec::new(),
            clocks: Vec::new(),
            office,
            terms,
            limit_at: origin.as_ref().and_then(|origin| origin.limit_at),
            origin,
            reworded: false,
            filed_for: Some(company),
        }
    }

    fn read(
        conn: &'a mut Conn,
        at: Instant,
        actor: &'a Actor,
        request: RequestRow,
        assignments: Vec<AssignmentRow>,
    ) -> Result<Self, Fault> {
        let clocks = store::clocks_of(conn, request.id)?;
        let office = people::office(conn, at)?;
        let terms = promises::terms(conn, &office.calendar)?;
        let category = match request.category_id {
            Some(category) => promises::category(conn, category)?,
            None => None,
        };
        let origin = store::origin(conn, request.id)?;
        Ok(Self {
            as_read: assignments.clone(),
            clocks_as_read: clocks.clone(),
            reworded: false,
            filed_for: None,
            limit_at: origin.as_ref().and_then(|origin| origin.limit_at),
            conn,
            at,
            actor,
            request,
            category,
            assignments,
            clocks,
            office,
            terms,
            origin,
        })
    }

    /// As [`Matter::open`], of the request an assignment belongs to; gives the assignment's place too. A unit that may
    /// not see the assignment does not learn that it exists, nor does the company of who assists.
    pub(super) fn open_assignment(
        conn: &'a mut Conn,
        at: Instant,
        actor: &'a Actor,
        id: Id,
    ) -> Result<(Self, usize), Fault> {
        let request = store::request_of_assignment(conn, id)?.ok_or_else(Fault::hidden)?;
        let matter = Self::open(conn, at, actor, request)?;
        let audience = access::audience(actor, &matter.request, &matter.assignments);
        let (is_company, reach) = (audience == Some(Audience::Company), actor.reach());
        let is_shown = |assignment: &AssignmentRow| {
            !is_company || assignment.part != Part::Assist || reach.contains(&assignment.unit_id)
        };
        let meant = |assignment: &AssignmentRow| assignment.id == id && is_shown(assignment);
        let index = matter.assignments.iter().position(meant);
        Ok((matter, index.ok_or_else(Fault::hidden)?))
    }

    /// The assignment at `index`.
    pub(super) fn assignment(&self, index: usize) -> Result<&AssignmentRow, Fault> {
        self.assignments.get(index).ok_or_else(|| Fault::internal("no such assignment at hand"))
    }

    /// Asks the request's machine whether the actor may do `act` now, and moves the request to its next state. Gives
    /// the capacity in which it is done.
    pub(super) fn act(&mut self, act: RequestAct) -> Result<Capacity, Fault> {
        let (capacity, next) = judge(self.actor, &self.request, act)?;
        self.request.state = next;
        Ok(capacity)
    }

    /// Moves the request to its next state by what follows of the act, which is the program's deed.
    pub(super) fn follow(&mut self, act: RequestAct) -> Result<(), Fault> {
        self.request.state = lifecycle::request(self.request.state, act, Capacity::System)?;
        Ok(())
    }

    /// As [`Matter::act`], of the assignment at `index`.
    pub(super) fn act_on(&mut self, index: usize, act: AssignmentAct) -> Result<Capacity, Fault> {
        let assignment = self.assignment(index)?;
        let capacities = access::capacities_on(self.actor, &self.request, &self.assignments, assignment);
        let (capacity, next) = first_allowed(&capacities, |capacity| {
            lifecycle::assignment(assignment.state, assignment.part, act, capacity)
        })?;
        if let Some(assignment) = self.assignments.get_mut(index) {
            assignment.state = next;
        }
        Ok(capacity)
    }

    /// The person who acts. The program itself makes no contact and signs nothing.
    pub(super) fn person(&self) -> Result<Id, Fault> {
        self.actor.person.ok_or_else(Fault::denied)
    }

    /// The live lead of this cycle.
    pub(super) fn lead(&self) -> Option<&AssignmentRow> {
        self.assignments.iter().find(|assignment| {
            assignment.part == Part::Lead && assignment.is_live() && assignment.cycle == self.request.cycle
        })
    }

    /// The terms under which a unit's own clocks run: its calendar may differ from the office's.
    pub(super) fn terms_of_unit(&mut self, unit: Id) -> Result<Terms, Fault> {
        let unit =
            people::unit(self.conn, unit)?.ok_or_else(|| Fault::internal("a unit on a request is gone"))?;
        if unit.calendar == self.terms.calendar_name {
            return Ok(self.terms.clone());
        }
        promises::terms(self.conn, &unit.calendar)
    }

    /// Puts a notice about this request into the outbox, once for each `mark`.
    pub(super) fn notify(&mut self, kind: &'static str, to: Recipient, mark: &str) -> Result<(), Fault> {
        let recipient = to.id();
        let notice = Notice {
            kind,
            channel: NoticeChannel::Mail,
            to,
            request: Some(self.request.id),
            dedup: format!("{kind}:{}:{recipient}:{mark}", self.request.id),
            payload: json!({ "number": self.request.number, "about": mark }),
        };
        outbox::put(self.conn, self.at, notice)
    }

    /// Those of the company who have to do with it: who filed it, or confirmed what was filed on its behalf; until somebody
    /// confirmed that, all its users.
    pub(super) fn of_company(&mut self) -> Result<Vec<Id>, Fault> {
        match &self.origin {
            None => Ok(vec![self.request.filed_by]),
            Some(OriginRow { confirmed_by: Some(person), .. }) => Ok(vec![*person]),
            Some(_) => people::users_of(self.conn, self.at, self.request.company_id),
        }
    }

    /// As [`Matter::notify`], to those of the company who have to do with it.
    pub(super) fn notify_company(&mut self, kind: &'static str, mark: &str) -> Result<(), Fault> {
        let persons = self.of_company()?;
        persons.into_iter().try_for_each(|person| self.notify(kind, Recipient::Person(person), mark))
    }

    /// Writes a new answer.
    pub(super) fn insert_answer(&mut self, answer: &AnswerRow) -> Result<(), Fault> {
        self.reworded = true;
        store::insert_answer(self.conn, answer)
    }

    /// Writes an answer's changes.
    pub(super) fn update_answer(&mut self, answer: &AnswerRow) -> Result<(), Fault> {
        self.reworded = true;
        store::update_answer(self.conn, answer)
    }

    /// Says why it is declined, or that it no longer is.
    pub(super) fn set_ground(&mut self, ground: Option<(DeclineGround, &str)>) {
        self.reworded = true;
        self.request.ground = ground.map(|(ground, _)| ground.code().to_owned());
        self.request.ground_text = ground.map(|(_, text)| text.to_owned());
    }

    /// Stores the assignments as they stand now. An act that takes a role from one unit and gives it to another stores the
    /// taking first: there is one live lead.
    pub(super) fn store_assignments(&mut self) -> Result<(), Fault> {
        for (index, assignment) in self.assignments.iter_mut().enumerate() {
            let its_own = |clock: &&ClockRow| clock.assignment_id == Some(assignment.id);
            (assignment.warn_at, assignment.due_at) = least(self.clocks.iter().filter(its_own));
            let as_read = self.as_read.get(index);
            let units = |row: &AssignmentRow| (row.unit_id, row.section_id);
            self.reworded |= as_read.map(units) != Some(units(assignment));
            if as_read != Some(assignment) {
                assignment.version = assignment.version.saturating_add(1);
                store::update_assignment(self.conn, assignment)?;
            }
        }
        self.as_read.clone_from(&self.assignments);
        Ok(())
    }

    /// Whatever the unit of an assignment asked for and nobody has ruled on is moot.
    pub(super) fn drop_asked(&mut self, assignment: Id) -> Result<(), Fault> {
        let (request, at) = (self.request.id, self.at);
        let is_open = |its: Id, ruled_at: Option<Instant>| its == assignment && ruled_at.is_none();
        for mut row in store::returns_of(self.conn, request)? {
            if is_open(row.assignment_id, row.ruled_at) {
                (row.ruled_at, row.ruling) = (Some(at), Some(AskRuling::Moot));
                store::update_return(self.conn, &row)?;
            }
        }
        for mut row in store::extensions_of(self.conn, request)? {
            if is_open(row.assignment_id, row.ruled_at) {
                (row.ruled_at, row.ruling) = (Some(at), Some(AskRuling::Moot));
                store::update_extension(self.conn, &row)?;
            }
        }
        for mut row in store::plans_of(self.conn, request)? {
            if is_open(row.assignment_id, row.ruled_at) {
                (row.ruled_at, row.ruling) = (Some(at), Some(AskRuling::Moot));
                store::update_plan(self.conn, &row)?;
            }
        }
        Ok(())
    }

    /// Whether a unit has it, or had it to its end, in this cycle.
    pub(super) fn is_with_units(&self) -> bool {
        let cycle = self.request.cycle;
        self.assignments.iter().any(|assignment| assignment.is_live() && assignment.cycle == cycle)
    }

    /// Ends the act: stores the assignments and the request with its least dates, writes the journal, and indexes what was
    /// worded anew.
    pub(super) fn close(
        mut self,
        capacity: Capacity,
        act: &'static str,
        detail: Detail,
    ) -> Result<RequestRow, Fault> {
        self.finish(capacity, act, detail)?;
        Ok(self.request)
    }

    /// As [`Matter::close`], and the matter stays at hand.
    pub(super) fn finish(
        &mut self,
        capacity: Capacity,
        act: &'static str,
        detail: Detail,
    ) -> Result<(), Fault> {
        self.store_assignments()?;
        charges::keep(self.conn, &self.clocks_as_read, &self.clocks, self.at)?;
        history::keep(self.conn, &self.clocks_as_read, &self.clocks, self.at)?;
        let of = |holder_is_company: bool| {
            self.clocks.iter().filter(move |clock| (clock.holder == Holder::Company) == holder_is_company)
        };
        let promised = |clock: &&ClockRow| charges::is_facing(clock);
        let request = &mut self.request;
        (request.company_warn_at, request.company_due_at) = least(of(true).filter(promised));
        (request.staff_warn_at, request.staff_due_at) = least(of(false));
        request.version = request.version.saturating_add(1);
        if let Some(company) = &self.filed_for {
            search::index_filed(self.conn, request, company)?;
            self.record(capacity, act, detail)?;
            return store::complete_request(self.conn, &self.request);
        }
        if self.reworded {
            search::index(self.conn, request)?;
        }
        self.record(capacity, act, detail)?;
        store::update_request(self.conn, &self.request)
    }

    /// Ends an act that changes nothing of the request but its journal: its version stays.
    pub(super) fn note(
        mut self,
        capacity: Capacity,
        act: &'static str,
        detail: Detail,
    ) -> Result<RequestRow, Fault> {
        self.record(capacity, act, detail)?;
        store::update_request(self.conn, &self.request)?;
        Ok(self.request)
    }

    /// Writes an entry into the journal. The request's row, which holds the journal's end, is to be stored afterwards.
    pub(super) fn record(
        &mut self,
        capacity: Capacity,
        act: &'static str,
        detail: Detail,
    ) -> Result<(), Fault> {
        let request = &mut self.request;
        let mut chain = Chain { seq: request.journal_seq, head: request.journal_head.clone() };
        let subject = (SubjectKind::Request, request.id);
        let entry = Entry { subject, at: self.at, actor: self.actor, capacity, act, detail };
        journal::record(self.conn, &mut chain, entry)?;
        (request.journal_seq, request.journal_head) = (chain.seq, chain.head);
        Ok(())
    }
}

/// Locks the request and reads its assignments.
fn lock(conn: &mut Conn, id: Id) -> Result<(RequestRow, Vec<AssignmentRow>), Fault> {
    let request = lock_row(conn, id)?;
    Ok((request, store::assignments_of(conn, id)?))
}

fn lock_row(conn: &mut Conn, id: Id) -> Result<RequestRow, Fault> {
    db::meet("request to be locked");
    let request = store::lock_request(conn, id)?.ok_or_else(Fault::hidden)?;
    db::meet("request locked");
    Ok(request)
}

/// Locks the request until the transaction ends and gives the version it is in.
pub(super) fn version(conn: &mut Conn, id: Id) -> Result<i32, Fault> {
    Ok(lock_row(conn, id)?.version)
}

/// The earliest warning and the earliest due date among open clocks that run.
fn least<'c>(clocks: impl Iterator<Item = &'c ClockRow>) -> (Option<Instant>, Option<Instant>) {
    let running: Vec<&ClockRow> = clocks.filter(|clock| clock.is_open()).collect();
    let warn_at = running.iter().filter_map(|clock| clock.warn_at).min();
    let due_at = running.iter().filter_map(|clock| clock.due_at).min();
    (warn_at, due_at)
}

/// What the request's machine says to `act` by `actor` on a request as it was read: the capacity and the next state.
pub(super) fn judge(
    actor: &Actor,
    request: &RequestRow,
    act: RequestAct,
) -> Result<(Capacity, RequestState), Fault> {
    let capacities = access::capacities(actor, request);
    first_allowed(&capacities, |capacity| lifecycle::request(request.state, act, capacity))
}

/// The first capacity that may act, with what its act leads to; else the refusal that says most. Whoever sees the
/// request without any capacity on it is refused as a mere reader is.
fn first_allowed<State>(
    capacities: &[Capacity],
    judge: impl Fn(Capacity) -> Result<State, Refusal>,
) -> Result<(Capacity, State), Fault> {
    let capacities = if capacities.is_empty() { &[Capacity::Auditor] } else { capacities };
    let mut refused: Option<Refusal> = None;
    for capacity in capacities {
        match judge(*capacity) {
            Ok(next) => return Ok((*capacity, next)),
            Err(refusal) => {
                if refused.as_ref().is_none_or(|earlier| earlier.code == RefusalCode::NotYours) {
                    refused = Some(refusal);
                }
            }
        }
    }
    Err(refused.map_or_else(Fault::denied, Fault::from))
}
