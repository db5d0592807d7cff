//! Insight: what the clocks say now, over all requests at once.
//!
//! It only reads. The board counts open clocks, so its work grows with what is under way and not with what has ended.

pub mod api;
mod numbers;
mod rights;
mod store;
pub mod views;

pub use numbers::{Numbers, numbers};

use crate::db::Conn;
use crate::domain::actor::Actor;
use crate::domain::ids::{Id, Instant};
use crate::domain::light::Light;
use crate::domain::words::ClockKind;
use crate::fault::Fault;
use crate::people;
use chrono::{Days, NaiveTime};
use chrono_tz::Tz;
use std::collections::{BTreeMap, HashMap};
use store::{OpenClock, Scope, Shown};
use views::{BoardClock, BoardList, BoardView, ByClock, ByUnit, Counts};

/// The most clocks each list of the board names.
const NAMED: i64 = 10;

/// The board at `at`: for the office and the auditor of all staff, for a unit's people of the units they reach, and
/// with `unit` of that one. `zone` tells which day is today.
///
/// Fails as denied for those who have no board, companies among them; a unit out of reach is as if there were none.
pub fn board(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    zone: Tz,
    unit: Option<Id>,
) -> Result<BoardView, Fault> {
    let scope = rights::scope(actor, unit)?;
    if let Some(unit) = unit {
        people::unit(conn, unit)?.ok_or_else(Fault::hidden)?;
    }
    let today = today(at, zone)?;
    let mut tally = Tally::default();
    for shown in Shown::ALL {
        for (kind, holder, number) in store::count(conn, &scope, *shown, at)? {
            tally.add(kind, holder, *shown, number);
        }
    }
    for (_, holder, number) in store::count_due(conn, &scope, today)? {
        tally.due_today(holder, number);
    }
    let promised = if scope == Scope::Staff { Some(promised(conn, at)?) } else { None };
    let red = store::first_due(conn, &scope, Shown::Red, at, NAMED)?;
    let yellow = store::first_due(conn, &scope, Shown::Yellow, at, NAMED)?;
    let due_today = store::first_due_within(conn, &scope, today, NAMED)?;
    let namer = Namer::of(conn, at, zone, &tally, [&red, &yellow, &due_today])?;
    let of_unit = unit.map(|unit| format!("&unit={unit}")).unwrap_or_default();
    let list = |clocks: &[OpenClock], filter: String| BoardList {
        clocks: clocks.iter().filter_map(|clock| namer.clock(clock)).collect(),
        link: format!("/api/v1/requests?{filter}{of_unit}"),
    };
    let day = at.day_in(zone);
    Ok(BoardView {
        as_of: namer.time(at),
        counts: tally.all,
        due_today: tally.all_due_today,
        oldest_overdue: red.first().and_then(|clock| namer.clock(clock)),
        promised,
        by_clock: tally
            .by_clock
            .iter()
            .map(|(kind, counts)| ByClock { kind: *kind, counts: *counts })
            .collect(),
        by_unit: namer.by_unit(&tally),
        red: list(&red, "light=red".to_owned()),
        yellow: list(&yellow, "light=yellow".to_owned()),
        due_today_list: list(&due_today, format!("due_from={day}&due_to={day}&sort=due")),
    })
}

/// From the first instant of today to the first of tomorrow.
fn today(at: Instant, zone: Tz) -> Result<(Instant, Instant), Fault> {
    let day = at.day_in(zone);
    let start = |days: u64| {
        let midnight = day.checked_add_days(Days::new(days))?.and_time(NaiveTime::MIN);
        // Where the clocks are put forward at midnight, the day begins when they are.
        let later = midnight.checked_add_signed(chrono::TimeDelta::hours(1))?;
        let local = midnight.and_local_timezone(zone).earliest();
        local.or_else(|| later.and_local_timezone(zone).earliest()).map(|at| Instant::new(at.to_utc()))
    };
    start(0).zip(start(1)).ok_or_else(|| Fault::internal("a day without a beginning"))
}

/// What the companies were promised.
fn promised(conn: &mut Conn, at: Instant) -> Result<Counts, Fault> {
    let mut counts = Counts::default();
    for shown in Shown::ALL {
        for (_, _, number) in store::count(conn, &Scope::Promised, *shown, at)? {
            counts.add(*shown, number);
        }
    }
    Ok(counts)
}

/// The counts, gathered. A clock without a unit is the office's.
#[derive(Debug, Default)]
struct Tally {
    all: Counts,
    all_due_today: i64,
    by_clock: BTreeMap<ClockKind, Counts>,
    by_unit: HashMap<Option<Id>, (Counts, i64)>,
}

impl Tally {
    fn add(&mut self, kind: ClockKind, holder: Option<Id>, shown: Shown, number: i64) {
        self.all.add(shown, number);
        self.by_clock.entry(kind).or_default().add(shown, number);
        self.by_unit.entry(holder).or_default().0.add(shown, number);
    }

    fn due_today(&mut self, holder: Option<Id>, number: i64) {
        self.all_due_today += number;
        self.by_unit.entry(holder).or_default().1 += number;
    }
}

/// The names of what is on the board, each kind read in one query.
struct Namer {
    at: Instant,
    zone: Tz,
    office: people::Unit,
    units: HashMap<Id, people::Unit>,
    requests: HashMap<Id, store::Titled>,
}

impl Namer {
    fn of(
        conn: &mut Conn,
        at: Instant,
        zone: Tz,
        tally: &Tally,
        lists: [&Vec<OpenClock>; 3],
    ) -> Result<Self, Fault> {
        let units: Vec<Id> = tally.by_unit.keys().copied().flatten().collect();
        let requests: Vec<Id> = lists.into_iter().flatten().map(|clock| clock.request_id).collect();
        Ok(Self {
            at,
            zone,
            office: people::office(conn, at)?,
            units: people::units(conn, &units)?,
            requests: store::titled(conn, requests)?,
        })
    }

    fn time(&self, at: Instant) -> crate::web::LocalTime {
        crate::web::LocalTime::new(at, self.zone)
    }

    fn unit(&self, holder: Option<Id>) -> views::UnitName {
        let unit = holder.and_then(|id| self.units.get(&id)).unwrap_or(&self.office);
        views::UnitName { id: unit.id, code: unit.code.clone(), name: unit.name.clone() }
    }

    fn clock(&self, clock: &OpenClock) -> Option<BoardClock> {
        let request = self.requests.get(&clock.request_id)?;
        let (warn_at, due_at) = (clock.warn_at?, clock.due_at?);
        Some(BoardClock {
            request: request.id,
            number: request.number.clone(),
            title: request.title.clone(),
            kind: clock.kind,
            unit: self.unit(clock.holder_unit_id),
            due_at: self.time(due_at),
            light: Light::of(warn_at, due_at, self.at),
        })
    }

    /// The units, those with most red first, then most yellow, then by code.
    fn by_unit(&self, tally: &Tally) -> Vec<ByUnit> {
        let mut rows: Vec<ByUnit> = Vec::new();
        for (holder, (counts, due_today)) in &tally.by_unit {
            let unit = self.unit(*holder);
            // The office holds clocks by its own name too.
            match rows.iter_mut().find(|row| row.unit.id == unit.id) {
                Some(row) => row.take_in(counts, *due_today),
                None => rows.push(ByUnit { unit, counts: *counts, due_today: *due_today }),
            }
        }
        let order = |row: &ByUnit| (-row.counts.red, -row.counts.yellow, row.unit.code.clone());
        rows.sort_by_key(order);
        rows
    }
}
