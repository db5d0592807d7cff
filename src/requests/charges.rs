//! Who is charged for the red of what the company was promised (flow: who is charged).

use super::clocks::uncountable;
use super::store::{self, ChargeRow, ClockRow, Party};
use crate::db::Conn;
use crate::domain::calendar::{Calendar, CalendarError};
use crate::domain::charge::{self, Charge, Charged, Held, Late};
use crate::domain::ids::{Id, Instant};
use crate::domain::promise::Holder;
use crate::domain::words::ClockKind;
use crate::fault::Fault;
use crate::promises;

/// Whether a clock is a promise to the company, whose red is charged to whoever was late behind it.
pub(super) const fn is_facing(clock: &ClockRow) -> bool {
    matches!(clock.kind, ClockKind::CompanyContact | ClockKind::CompanyFeedback)
}

/// The times during which a clock was late, until its stop or until `at`.
pub(super) fn late_times(clock: &ClockRow, at: Instant) -> Vec<Late> {
    charge::late_times(&clock.facts.0, clock.due_at, clock.stopped_at.unwrap_or(at))
}

/// Who is charged for the red of `facing` at `at`, with the working time each; nobody where it was never past due.
pub(super) fn of_clock(
    calendar: &Calendar,
    facing: &ClockRow,
    clocks: &[ClockRow],
    at: Instant,
) -> Result<Vec<Charge>, CalendarError> {
    let late = late_times(facing, at);
    if late.is_empty() {
        return Ok(Vec::new());
    }
    if facing.kind == ClockKind::CompanyContact && facing.facts.0.excused {
        let all = late.iter().map(|late| Held { by: Charged::Nobody, late: *late }).collect::<Vec<_>>();
        return charge::charge(calendar, &late, &all);
    }
    // That a number on file was old excuses who called, not who has not answered.
    let answers_for = |clock: &&ClockRow| {
        clock.holder != Holder::Company
            && (facing.kind == ClockKind::CompanyContact || !clock.facts.0.excused)
    };
    let internal: Vec<Held> = clocks
        .iter()
        .filter(answers_for)
        .flat_map(|clock| late_times(clock, at).into_iter().map(|late| Held { by: charged(clock), late }))
        .collect();
    charge::charge(calendar, &late, &internal)
}

fn charged(clock: &ClockRow) -> Charged {
    match clock.holder_unit_id {
        _ if clock.facts.0.excused => Charged::Nobody,
        Some(unit) if clock.holder != Holder::Office => Charged::Unit(unit),
        _ => Charged::Office,
    }
}

/// Keeps for statistics who is charged for what the company was promised and has stopped, after an act that found the
/// clocks of a request as they were `before`: whatever changes a clock may change who was late behind another. Of a clock
/// whose stop was taken back nothing is kept.
pub(super) fn keep(
    conn: &mut Conn,
    before: &[ClockRow],
    clocks: &[ClockRow],
    at: Instant,
) -> Result<(), Fault> {
    if before == clocks {
        return Ok(());
    }
    for facing in clocks.iter().filter(|clock| is_facing(clock)) {
        let was = before.iter().find(|clock| clock.id == facing.id);
        if was.is_some_and(|was| is_late(was, at) && !was.is_open()) {
            store::delete_charges_of(conn, facing.id)?;
        }
        if let Some(stopped_at) = facing.stopped_at.filter(|_| is_late(facing, at)) {
            keep_of(conn, facing, clocks, (stopped_at, at))?;
        }
    }
    Ok(())
}

fn is_late(clock: &ClockRow, at: Instant) -> bool {
    !late_times(clock, at).is_empty()
}

fn keep_of(
    conn: &mut Conn,
    facing: &ClockRow,
    clocks: &[ClockRow],
    (stopped_at, at): (Instant, Instant),
) -> Result<(), Fault> {
    let calendar = promises::calendar_version(conn, &facing.calendar, facing.calendar_version)?;
    let charges = of_clock(&calendar, facing, clocks, at).map_err(|error| uncountable(&error))?;
    for charge in charges {
        let (party, unit_id) = party(charge.to);
        let row = ChargeRow {
            id: Id::new(at),
            clock_id: facing.id,
            request_id: facing.request_id,
            party,
            unit_id,
            working_seconds: charge.working_seconds,
            stopped_at,
        };
        store::insert_charge(conn, &row)?;
    }
    Ok(())
}

/// How a party is stored and shown.
pub(super) const fn party(charged: Charged) -> (Party, Option<Id>) {
    match charged {
        Charged::Office => (Party::Office, None),
        Charged::Unit(unit) => (Party::Unit, Some(unit)),
        Charged::Nobody => (Party::Nobody, None),
    }
}
