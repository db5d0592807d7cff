//! The loop that hands notices out. Each is a transaction's work: the items and the note that it was handed out.

use super::store;
use crate::db::Conn;
use crate::domain::ids::{Id, Instant};
use crate::fault::{Fault, Language};
use crate::letters;
use crate::outbox::{self, Row};
use crate::web::Context;
use crate::{people, requests};
use chrono::{NaiveDate, TimeDelta};
use diesel::Connection;

/// How many notices go in one transaction.
const BATCH: i64 = 20;

/// How long a notice that could not be handed out waits.
const REST: TimeDelta = TimeDelta::minutes(1);

/// One step: hands out every notice that waits.
pub async fn hand_out(context: Context) -> Result<(), Fault> {
    if !context.prepared.is_set() {
        return Ok(());
    }
    let (at, zone) = (context.time.now(), context.zone);
    let today = at.day_in(zone);
    while context.db.read(move |conn| outbox::is_any_to_hand_out(conn, at)).await? {
        let handed_out = context.db.write(move |conn| hand_out_some(conn, at, today)).await?;
        // What another replica has under its hands is no work of this one.
        if handed_out == 0 {
            break;
        }
    }
    Ok(())
}

/// Hands out the oldest notices; how many. One that cannot be is tried again later.
fn hand_out_some(conn: &mut Conn, at: Instant, today: NaiveDate) -> Result<usize, Fault> {
    let rows = outbox::to_hand_out(conn, at, BATCH)?;
    for row in &rows {
        let done = conn.transaction(|conn| {
            hand_out_one(conn, (at, today), row)?;
            outbox::handed_out(conn, row.id)
        });
        if let Err(fault) = done {
            tracing::error!(id = %row.id, kind = row.kind, %fault, "a notice could not be handed out");
            outbox::hand_out_later(conn, row.id, at.plus(REST))?;
        }
    }
    Ok(rows.len())
}

fn hand_out_one(conn: &mut Conn, (at, today): (Instant, NaiveDate), row: &Row) -> Result<(), Fault> {
    if letters::headline(&row.kind, row.request, &row.payload.0, Language::Chinese).is_none() {
        return Ok(());
    }
    for person in recipients(conn, at, row)? {
        let Some((person, actor)) = people::reader(conn, at, today, person)? else { continue };
        let is_told = match row.request {
            Some(request) => requests::seen_among(conn, &actor, &[request])?.contains_key(&request),
            None => true,
        };
        if is_told && person.is_active() {
            store::insert(conn, at, person.id, row.id)?;
        }
    }
    Ok(())
}

/// Whom a notice is for: a person, or those who answer for a unit now.
fn recipients(conn: &mut Conn, at: Instant, row: &Row) -> Result<Vec<Id>, Fault> {
    match (row.person, row.unit) {
        (Some(person), _) => Ok(vec![person]),
        (None, Some(unit)) => match people::unit(conn, unit)? {
            Some(unit) => people::staff_of_unit(conn, at, &unit),
            None => Ok(Vec::new()),
        },
        (None, None) => Ok(Vec::new()),
    }
}
