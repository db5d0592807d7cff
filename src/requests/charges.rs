//! Who is charged for the red of what the company was promised (flow: who is charged).

use super::store::{self, ChargeRow, ClockRow, Party};
use crate::db::Conn;
use crate::domain::calendar::{Calendar, CalendarError};
use crate::domain::charge::{self, Charge, Charged, Held, Late};
use crate::domain::ids::{Id, Instant};
use crate::domain::promise::Holder;
use crate::domain::words::ClockKind;
use crate::fault::Fault;

/// Whether a clock is a promise to the company, whose red is charged to whoever was late behind it.
pub(super) const fn is_facing(clock: &ClockRow) -> bool {
    matches!(clock.kind, ClockKind::CompanyContact | ClockKind::CompanyFeedback)
}

/// The times from a due date of a clock to its stop, or until `at`, in their order.
pub(super) fn past_due(clock: &ClockRow, at: Instant) -> Vec<Late> {
    let until = clock.stopped_at.unwrap_or(at);
    let before = clock.facts.0.reds.iter().map(|red| Late { from: red.from, until: red.until });
    let last = clock.due_at.filter(|due_at| *due_at < until).map(|from| Late { from, until });
    // A date may have been moved to one that had passed as well: no time is red twice.
    charge::joined(before.chain(last).collect())
}

/// When a clock stood still: then it shows no red, and nobody is late.
pub(super) fn still(clock: &ClockRow, at: Instant) -> Vec<(Instant, Instant)> {
    clock.facts.0.pauses.iter().map(|pause| (pause.from, pause.until.unwrap_or(at))).collect()
}

/// The times during which a clock was past due and did not stand still, until its stop or until `at`.
pub(super) fn late_times(clock: &ClockRow, at: Instant) -> Vec<Late> {
    let still = still(clock, at);
    past_due(clock, at).into_iter().flat_map(|late| late.outside(&still)).collect()
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
    if facing.facts.0.excused {
        let all = late.iter().map(|late| Held { by: Charged::Nobody, late: *late }).collect::<Vec<_>>();
        return charge::charge(calendar, &late, &all);
    }
    let internal: Vec<Held> = clocks
        .iter()
        .filter(|clock| clock.holder != Holder::Company)
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

/// Keeps for statistics who was charged for a clock that has stopped; of one whose stop was taken back nothing is kept.
pub(super) fn keep(
    conn: &mut Conn,
    calendar: &Calendar,
    facing: &ClockRow,
    clocks: &[ClockRow],
    at: Instant,
) -> Result<(), Fault> {
    store::delete_charges_of(conn, facing.id)?;
    let Some(stopped_at) = facing.stopped_at else { return Ok(()) };
    let charges =
        of_clock(calendar, facing, clocks, at).map_err(|error| super::clocks::uncountable(&error))?;
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
