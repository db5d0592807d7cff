//! Reading a chain again and finding where it was altered.

use super::link;
use crate::db::Conn;
use crate::db::schema::journal;
use crate::domain::ids::{Id, Instant};
use crate::fault::Fault;
use diesel::prelude::*;
use serde_json::Value;

/// The first entry of a chain that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Break {
    /// The sequence at which the chain no longer holds.
    pub seq: i32,
    /// In what way.
    pub why: &'static str,
}

/// What of an entry is compared: sequence, instant, actor, capacity, act, text, the hash before it, its own.
pub(super) type Row = (i32, Instant, Option<Id>, String, String, String, String, String);

/// The columns of a [`Row`].
pub(super) const ROW: (
    journal::seq,
    journal::at,
    journal::actor_id,
    journal::capacity,
    journal::act,
    journal::detail,
    journal::previous_hash,
    journal::hash,
) = (
    journal::seq,
    journal::at,
    journal::actor_id,
    journal::capacity,
    journal::act,
    journal::detail,
    journal::previous_hash,
    journal::hash,
);

/// What is said of a chain that is shorter or longer than its subject has it.
pub(super) const ENDS_ELSEWHERE: &str = "the chain ends elsewhere than its subject says";

/// Reads the whole chain of `subject` and compares it with the end its row holds. Gives the first break, or `None`
/// when the chain is whole.
pub fn verify(conn: &mut Conn, subject: Id, seq: i32, head: &str) -> Result<Option<Break>, Fault> {
    let rows: Vec<Row> =
        journal::table.filter(journal::subject_id.eq(subject)).order(journal::seq).select(ROW).load(conn)?;
    let mut previous = String::new();
    let mut expected = 1;
    for row in rows {
        if let Some(why) = broken(&row, expected, &previous) {
            return Ok(Some(Break { seq: expected, why }));
        }
        previous = row.7;
        expected += 1;
    }
    let end_differs = seq != expected - 1 || head != previous;
    Ok(end_differs.then_some(Break { seq: expected, why: ENDS_ELSEWHERE }))
}

/// Why an entry does not hold in its place; `None` where it does.
pub(super) fn broken(row: &Row, expected: i32, previous: &str) -> Option<&'static str> {
    let (seq, at, actor, capacity, act, text, before, hash) = row;
    if *seq != expected {
        return Some("an entry is missing");
    }
    if before != previous {
        return Some("the entry does not follow the one before it");
    }
    if *hash != link(previous, text) {
        return Some("the entry's text was altered");
    }
    let told: Value = serde_json::from_str(text).unwrap_or(Value::Null);
    let field = |name: &str| told.get(name).cloned().unwrap_or(Value::Null);
    let same = field("at") == at.micros()
        && field("act") == *act
        && field("capacity") == *capacity
        && field("actor") == serde_json::to_value(actor).unwrap_or(Value::Null);
    (!same).then_some("the entry's columns differ from its text")
}
