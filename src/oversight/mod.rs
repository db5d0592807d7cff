//! Oversight: people are told as a clock runs out and after it has, until the deed is done.
//!
//! The loop [`watch`] finds by index the clocks that are to be looked at, and looks at one request in each transaction: it
//! writes down what lights have turned to, asks the ladder which steps are due, and puts a letter to each recipient into the
//! outbox, once for each step and due date. What was missed while nothing ran is caught up in order. Several replicas may run
//! it: a request's row is locked while it is looked at, and a unique index has the last word. See docs/adr/0013.

pub(crate) mod api;
mod digest;
pub mod letters;
mod raise;
mod recipients;
mod store;
mod views;

pub use digest::DIGEST;
pub use raise::raise;

use crate::db::Conn;
use crate::domain::actor::Actor;
use crate::domain::ids::{Id, Instant};
use crate::fault::Fault;
use crate::promises::{self, LadderVersion};
use crate::requests;
use crate::web::{Context, IfMatch};
use chrono::TimeDelta;
use serde_json::Value;
use std::collections::HashSet;

/// How many clocks are looked up at a time.
const BATCH: i64 = 200;

/// One step: looks at every clock that is to be looked at. A request that cannot be looked at holds up no other, and is
/// tried again in the next step.
pub async fn watch(context: Context) -> Result<(), Fault> {
    if !context.prepared.is_set() {
        return Ok(());
    }
    let (mut seen, mut failed) = (HashSet::new(), None);
    loop {
        let at = context.time.now();
        let through = at.plus(-TimeDelta::seconds(i64::from(context.config.oversight.settle_seconds)));
        let mut due = context.db.read(move |conn| requests::to_watch(conn, through, BATCH)).await?;
        due.retain(|request| seen.insert(*request));
        if due.is_empty() {
            return failed.map_or(Ok(()), Err);
        }
        for request in due {
            match context.db.write(move |conn| raise(conn, at, through, request)).await {
                Ok(raised) => raised.iter().for_each(|step| context.meter.alarm(step)),
                Err(fault) => {
                    tracing::error!(%request, %fault, "the lights of a request cannot be looked at");
                    failed = Some(fault);
                }
            }
        }
    }
}

/// Makes `document` the next version of the ladder, which holds for every open clock at once. Fails as
/// [`promises::replace_ladder`] does.
pub fn replace_ladder(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    if_match: &IfMatch,
    document: &Value,
) -> Result<LadderVersion, Fault> {
    let (row, is_new) = promises::replace_ladder(conn, at, actor, if_match, document)?;
    if is_new {
        requests::look_again(conn, at)?;
    }
    Ok(row)
}

/// What an alarm is about: a clock, by its due date.
#[derive(Debug, Clone, Copy)]
struct Subject {
    request: Id,
    clock: Id,
    due_version: i32,
}
