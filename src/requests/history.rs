//! The history of lights (flow: what was red stays red in the record): when a clock went yellow, when it went red, and how
//! many working days it was red. Rows are added and never changed.
//!
//! Two write it: whoever looks at the lights as time passes, and each act that stops a clock or moves its dates, of what had
//! turned by then. So it is whole however late anybody looks.

use super::clocks::uncountable;
use super::store::ClockRow;
use crate::db::schema::light_history;
use crate::db::{Conn, OrIgnore, stored_as_text};
use crate::domain::ids::{Id, Instant};
use crate::domain::light::Light;
use crate::fault::Fault;
use crate::promises;
use diesel::prelude::*;

vocabulary! {
    /// What happened to a light.
    pub enum Turn {
        /// It went yellow.
        Yellow = "yellow",
        /// It went red.
        Red = "red",
        /// It was red, and is no more.
        Over = "over",
    }
}

stored_as_text!(Turn);

/// Writes down that a light turned at `turned_at`. Whether it was not written down before.
pub(super) fn turned(
    conn: &mut Conn,
    at: Instant,
    clock: &ClockRow,
    (turn, turned_at): (Turn, Instant),
    red_days: Option<i32>,
) -> Result<bool, Fault> {
    let row = OrIgnore(diesel::insert_into(light_history::table).values((
        light_history::id.eq(Id::new(at)),
        light_history::clock_id.eq(clock.id),
        light_history::request_id.eq(clock.request_id),
        light_history::light.eq(turn),
        light_history::at.eq(turned_at),
        light_history::recorded_at.eq(at),
        light_history::red_days.eq(red_days),
    )));
    Ok(row.execute(conn)? == 1)
}

/// Writes down what the lights of a request had turned to by `at`, of each clock that an act has stopped or given other
/// dates: the clocks are given as they were `before`, and as they are.
pub(super) fn keep(
    conn: &mut Conn,
    before: &[ClockRow],
    clocks: &[ClockRow],
    at: Instant,
) -> Result<(), Fault> {
    for was in before.iter().filter(|was| was.is_open()) {
        let Some(now) = clocks.iter().find(|clock| clock.id == was.id) else { continue };
        let is_moved = (now.due_at, now.warn_at) != (was.due_at, was.warn_at);
        if now.is_open() && !is_moved {
            continue;
        }
        let end = now.stopped_at.unwrap_or(at);
        if let Some(yellow_at) =
            was.warn_at.map(|at| at.max(was.dates_since())).filter(|yellow| *yellow <= end)
        {
            turned(conn, at, was, (Turn::Yellow, yellow_at), None)?;
        }
        if let Some(due_at) = was.due_at.filter(|due_at| *due_at < end) {
            turned(conn, at, was, (Turn::Red, Light::red_from(due_at)), None)?;
            let days = red_days(conn, was, due_at, end)?;
            turned(conn, at, was, (Turn::Over, end), Some(days))?;
        }
    }
    Ok(())
}

/// How many working days a clock that was due at `due_at` was red until `end`: counted from the next working day.
fn red_days(conn: &mut Conn, clock: &ClockRow, due_at: Instant, end: Instant) -> Result<i32, Fault> {
    let calendar = promises::calendar_version(conn, &clock.calendar, clock.calendar_version)?;
    let days = calendar.working_days(calendar.last_date(due_at), calendar.local_date(end));
    days.map(|days| i32::try_from(days).unwrap_or(i32::MAX)).map_err(|error| uncountable(&error))
}
