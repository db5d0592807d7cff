//! Starting, stopping and recomputing the clocks of one request.

use super::matter::Matter;
use super::store::{self, AssignmentRow, ClockRow};
use crate::db::{Conn, Json};
use crate::domain::calendar::{Calendar, CalendarError};
use crate::domain::ids::{Id, Instant};
use crate::domain::promise::{FollowUp, Holder, Length, PauseCause, Rule};
use crate::domain::timer::{self, Dates, Facts, Granted, Pause, Red, Reprieve};
use crate::domain::words::{ClockKind, ClockOutcome};
use crate::fault::{Code, Fault};
use crate::promises::{self, Terms};

/// A clock to be started.
#[derive(Debug, Clone, Copy)]
pub(super) struct Start {
    /// Which.
    pub(super) kind: ClockKind,
    /// Whose.
    pub(super) holder: Holder,
    /// The holding unit; the office is its own, the company has none.
    pub(super) unit: Option<Id>,
    /// The assignment it belongs to.
    pub(super) assignment: Option<Id>,
    /// The commitment it belongs to.
    pub(super) commitment: Option<Id>,
    /// The date, where the act names it; it wins over the rule's own length.
    pub(super) until: Option<Instant>,
    /// When it starts, where that is not now.
    pub(super) from: Option<Instant>,
    /// Which week of a plan it is.
    pub(super) period: Option<i32>,
}

impl Start {
    /// A clock of the office, or one the company is shown.
    pub(super) const fn of(kind: ClockKind, holder: Holder) -> Self {
        Self {
            kind,
            holder,
            unit: None,
            assignment: None,
            commitment: None,
            until: None,
            from: None,
            period: None,
        }
    }

    /// A clock of a unit about its assignment.
    pub(super) const fn of_part(kind: ClockKind, holder: Holder, row: &AssignmentRow) -> Self {
        Self { unit: Some(row.unit_id), assignment: Some(row.id), ..Self::of(kind, holder) }
    }
}

impl Matter<'_> {
    /// Starts a clock now by the rule the promise book has for it; none where the book promises none.
    pub(super) fn start(&mut self, start: Start) -> Result<(), Fault> {
        let terms = match start.unit {
            Some(unit) => self.terms_of_unit(unit)?,
            None => self.terms.clone(),
        };
        let Some(mut rule) = self.rule(&terms, start.kind, start.holder) else { return Ok(()) };
        if start.until.is_some() && start.kind != ClockKind::Progress {
            rule.length = Some(Length::Until);
        }
        let started_at = start.from.unwrap_or(self.at);
        let no_later_than = if is_limited(start.kind) { self.limit_at } else { None };
        let facts = Facts {
            until: start.until,
            no_later_than,
            silent_until: self.silent_until(start.kind)?,
            period: start.period,
            ..Facts::default()
        };
        let dates =
            timer::dates(&terms.calendar, started_at, &rule, &facts).map_err(|error| uncountable(&error))?;
        let Some(dates) = dates else { return Ok(()) };
        let row = ClockRow {
            id: Id::new(self.at),
            request_id: self.request.id,
            assignment_id: start.assignment,
            commitment_id: start.commitment,
            kind: start.kind,
            holder: start.holder,
            holder_unit_id: start.unit.or_else(|| (start.holder == Holder::Office).then_some(self.office.id)),
            cycle: self.request.cycle,
            started_at,
            rule: Json(rule),
            calendar: terms.calendar_name,
            calendar_version: terms.calendar_version,
            facts: Json(facts.clone()),
            first_due_at: Some(dates.due_at),
            warn_at: Some(dates.warn_at),
            ask_by: dates.ask_by,
            due_at: Some(dates.due_at),
            due_version: 1,
            provisional: dates.provisional,
            paused_at: None,
            disputed: false,
            stopped_at: None,
            outcome: None,
            next_at: Some(next_look(&terms.calendar, dates)),
            lapse_at: lapse_at(start.kind, &facts, dates),
        };
        store::insert_clock(self.conn, &row)?;
        self.clocks.push(row);
        Ok(())
    }

    /// Until when a clock that is started now waits for the company to break its silence, where the book has the office
    /// call it after some silence.
    fn silent_until(&self, kind: ClockKind) -> Result<Option<Instant>, Fault> {
        match (kind, self.terms.book.settings().follow_up) {
            (ClockKind::RatingWindow, FollowUp::AfterSilence(length)) => {
                timer::end_of(&self.terms.calendar, self.at, length).map_err(|error| uncountable(&error))
            }
            _ => Ok(None),
        }
    }

    /// The rule the book has for a clock of this request, or `None` where none is promised.
    pub(super) fn rule(&self, terms: &Terms, kind: ClockKind, holder: Holder) -> Option<Rule> {
        let case = self.request.case(kind, holder, self.category.as_ref());
        terms.book.rule_for(&case).filter(|rule| !rule.off).cloned()
    }

    /// Whether a clock of this kind is open.
    pub(super) fn has_open(&self, kind: ClockKind) -> bool {
        self.clocks.iter().any(|clock| clock.kind == kind && clock.is_open())
    }

    /// Stops every open clock that `which` picks, now: met when it is not past due, else late.
    pub(super) fn stop(&mut self, which: impl Fn(&ClockRow) -> bool) -> Result<(), Fault> {
        self.stop_as_of(which, self.at)
    }

    /// As [`Matter::stop`], as of an instant that has passed.
    pub(super) fn stop_as_of(
        &mut self,
        which: impl Fn(&ClockRow) -> bool,
        as_of: Instant,
    ) -> Result<(), Fault> {
        let outcome = |clock: &ClockRow, at| {
            if is_late(clock, at) { ClockOutcome::Late } else { ClockOutcome::Met }
        };
        self.end(which, as_of, outcome)
    }

    /// Ends every open clock that `which` picks because the company let its own time pass.
    pub(super) fn lapse(&mut self, which: impl Fn(&ClockRow) -> bool) -> Result<(), Fault> {
        self.end(which, self.at, |_, _| ClockOutcome::Lapsed)
    }

    /// Stops every open clock that `which` picks because the company could not be reached.
    pub(super) fn give_up(&mut self, which: impl Fn(&ClockRow) -> bool) -> Result<(), Fault> {
        self.end(which, self.at, |_, _| ClockOutcome::Unreached)
    }

    /// Ends every open clock that `which` picks without its being asked for any more; one past due closes late. A reply to a
    /// supervision order is asked for until the order is over.
    pub(super) fn void(&mut self, which: impl Fn(&ClockRow) -> bool) -> Result<(), Fault> {
        self.void_as_of(which, self.at)
    }

    /// As [`Matter::void`], as of an instant that has passed.
    pub(super) fn void_as_of(
        &mut self,
        which: impl Fn(&ClockRow) -> bool,
        as_of: Instant,
    ) -> Result<(), Fault> {
        self.end(|clock| clock.kind != ClockKind::SupervisionReply && which(clock), as_of, void_or_late)
    }

    /// Ends the clock of a reply to a supervision order that is void.
    pub(super) fn void_reply(&mut self, id: Id) -> Result<(), Fault> {
        self.end(|clock| clock.id == id, self.at, void_or_late)
    }

    fn end(
        &mut self,
        which: impl Fn(&ClockRow) -> bool,
        at: Instant,
        outcome: impl Fn(&ClockRow, Instant) -> ClockOutcome,
    ) -> Result<(), Fault> {
        for clock in self.clocks.iter_mut().filter(|clock| clock.is_open() && which(clock)) {
            clock.outcome = Some(outcome(clock, at));
            clock.stopped_at = Some(at);
            (clock.next_at, clock.lapse_at) = (None, None);
            store::update_clock(self.conn, clock)?;
        }
        Ok(())
    }

    /// Lets the last clock `which` picks run on as if it had never stopped: due when it was, but with at least
    /// `working_minutes` of working time from now. That it was late stays on record.
    pub(super) fn reprieve(
        &mut self,
        which: impl Fn(&ClockRow) -> bool,
        working_minutes: u32,
    ) -> Result<(), Fault> {
        let at = self.at;
        let Some(clock) = self.clocks.iter_mut().rfind(|clock| which(clock)) else { return Ok(()) };
        keep_red(clock, at);
        (clock.stopped_at, clock.outcome) = (None, None);
        clock.facts.0.reprieves.push(Reprieve { at, working_minutes });
        recompute(self.conn, clock)?;
        store::update_clock(self.conn, clock)
    }

    /// Takes back the stop of every clock that `which` picks: it runs as if it had never stopped, due when it was.
    pub(super) fn reopen(&mut self, which: impl Fn(&ClockRow) -> bool) -> Result<(), Fault> {
        for clock in self.clocks.iter_mut().filter(|clock| !clock.is_open() && which(clock)) {
            (clock.stopped_at, clock.outcome) = (None, None);
            recompute(self.conn, clock)?;
            store::update_clock(self.conn, clock)?;
        }
        Ok(())
    }

    /// Moves the due date of every open clock that `which` picks to `until`.
    pub(super) fn extend(&mut self, which: impl Fn(&ClockRow) -> bool, until: Instant) -> Result<(), Fault> {
        let at = self.at;
        for clock in self.clocks.iter_mut().filter(|clock| clock.is_open() && which(clock)) {
            keep_red(clock, at);
            clock.facts.0.extensions.push(Granted { at, until });
            recompute(self.conn, clock)?;
            store::update_clock(self.conn, clock)?;
        }
        Ok(())
    }

    /// Lets every open clock stand still whose rule says that `cause` may pause it, once in its life.
    pub(super) fn pause(&mut self, cause: PauseCause) -> Result<(), Fault> {
        let at = self.at;
        let may = |clock: &ClockRow| {
            clock.is_open() && clock.facts.0.pauses.is_empty() && clock.rule.0.pausable_by.contains(&cause)
        };
        for clock in self.clocks.iter_mut().filter(|clock| may(clock)) {
            keep_red(clock, at);
            clock.facts.0.pauses.push(Pause { from: at, until: None });
            clock.paused_at = Some(at);
            recompute(self.conn, clock)?;
            store::update_clock(self.conn, clock)?;
        }
        Ok(())
    }

    /// Lets every clock that stands still run on; one that was stopped meanwhile would, were its stop taken back.
    pub(super) fn resume(&mut self) -> Result<(), Fault> {
        let at = self.at;
        for clock in self.clocks.iter_mut().filter(|clock| clock.paused_at.is_some()) {
            let mut before = clock.clone();
            before.facts.0 = clock.facts.0.before_standing_still();
            recompute(self.conn, &mut before)?;
            for pause in clock.facts.0.pauses.iter_mut().filter(|pause| pause.until.is_none()) {
                pause.until = Some(at);
            }
            clock.paused_at = None;
            // Its date has moved only where it is another than before it stood still.
            clock.due_at = before.due_at;
            recompute(self.conn, clock)?;
            store::update_clock(self.conn, clock)?;
        }
        Ok(())
    }
}

/// Whether a clock that ends at `at` ends past due, or was past due before a stop of it was taken back.
fn is_late(clock: &ClockRow, at: Instant) -> bool {
    clock.due_at.is_some_and(|due_at| at > due_at) || clock.facts.0.was_late()
}

/// Puts on record that a clock has been past due until now, before its date is moved or its stop taken back. One that
/// stopped in time was never past due.
pub(super) fn keep_red(clock: &mut ClockRow, at: Instant) {
    let end = clock.stopped_at.unwrap_or(at);
    if let Some(from) = clock.due_at.filter(|due_at| *due_at < end) {
        clock.facts.0.reds.push(Red { from, until: at });
    }
}

fn void_or_late(clock: &ClockRow, at: Instant) -> ClockOutcome {
    if is_late(clock, at) { ClockOutcome::Late } else { ClockOutcome::Void }
}

/// Whether an upper level's limit tightens a clock of this kind: what the company is promised as an answer, and what a
/// unit owes for it.
const fn is_limited(kind: ClockKind) -> bool {
    matches!(kind, ClockKind::CompanyFeedback | ClockKind::Feedback | ClockKind::Conclusion)
}

/// When time itself does something about a clock: where it is the company's to let pass, and where the next week's begins,
/// when it is due, or when the company has been silent for so long.
fn lapse_at(kind: ClockKind, facts: &Facts, dates: Dates) -> Option<Instant> {
    match kind {
        ClockKind::RatingWindow => Some(facts.silent_until.unwrap_or(dates.due_at)),
        ClockKind::Supplement | ClockKind::Progress => Some(dates.due_at),
        _ => None,
    }
}

/// When the lights of a clock are to be looked at first: as it turns yellow, or as the working day opens before the one on
/// which an extension can be asked for last. Whoever looks knows the ladder, and says when to look next.
fn next_look(calendar: &Calendar, dates: Dates) -> Instant {
    let before = dates
        .ask_by
        .and_then(|ask_by| calendar.opening_of(calendar.previous_working_day(calendar.last_date(ask_by))?));
    before.map_or(dates.warn_at, |before| before.min(dates.warn_at))
}

/// Derives a clock's dates from its facts and its calendar's version; `due_version` rises when the due date moves.
pub(super) fn recompute(conn: &mut Conn, clock: &mut ClockRow) -> Result<(), Fault> {
    let calendar = promises::calendar_version(conn, &clock.calendar, clock.calendar_version)?;
    let dates = timer::dates(&calendar, clock.started_at, &clock.rule.0, &clock.facts.0)
        .map_err(|error| uncountable(&error))?;
    let due_at = dates.map(|dates| dates.due_at);
    if due_at.is_some() && due_at != clock.due_at {
        clock.due_version = clock.due_version.saturating_add(1);
    }
    clock.due_at = due_at;
    clock.warn_at = dates.map(|dates| dates.warn_at);
    clock.ask_by = dates.and_then(|dates| dates.ask_by);
    clock.provisional = dates.is_some_and(|dates| dates.provisional);
    let running = dates.filter(|_| clock.is_open());
    clock.next_at = running.map(|dates| next_look(&calendar, dates));
    clock.lapse_at = running.and_then(|dates| lapse_at(clock.kind, &clock.facts.0, dates));
    Ok(())
}

/// The refusal of a date the calendar cannot count.
pub(super) fn uncountable(error: &CalendarError) -> Fault {
    Fault::new(Code::CalendarCannotCount).with("detail", error.detail())
}
