//! Reading a chain as a story: what was written of one subject, oldest first.

use crate::db::Conn;
use crate::db::schema::{journal, personal_data};
use crate::domain::ids::{Id, Instant};
use crate::domain::lifecycle::Capacity;
use crate::fault::Fault;
use diesel::prelude::*;
use serde_json::{Map, Value};
use std::collections::HashMap;

/// One entry of a chain as it reads, with the personal facts put back where they have not been erased.
#[derive(Debug, Clone, PartialEq)]
pub struct Written {
    /// Its number in the chain, from 1.
    pub seq: i32,
    /// When.
    pub at: Instant,
    /// Who; nobody when the program acted by itself.
    pub actor: Option<Id>,
    /// In what capacity.
    pub capacity: Capacity,
    /// Which act.
    pub act: String,
    /// What else was told. A personal fact that was erased is `null`.
    pub detail: Map<String, Value>,
}

type Row = (i32, Instant, Option<Id>, String, String, String);

/// The entries of `subject` after the sequence `after_seq` (0 for all), at most `limit`, in their order: two queries.
pub fn entries(conn: &mut Conn, subject: Id, after_seq: i32, limit: usize) -> Result<Vec<Written>, Fault> {
    let rows: Vec<Row> = journal::table
        .filter(journal::subject_id.eq(subject))
        .filter(journal::seq.gt(after_seq))
        .order(journal::seq)
        .limit(i64::try_from(limit).map_err(Fault::internal)?)
        .select((
            journal::seq,
            journal::at,
            journal::actor_id,
            journal::capacity,
            journal::act,
            journal::detail,
        ))
        .load(conn)?;
    let mut entries = rows.into_iter().map(read).collect::<Result<Vec<Written>, Fault>>()?;
    put_back(conn, &mut entries)?;
    Ok(entries)
}

fn read((seq, at, actor, capacity, act, text): Row) -> Result<Written, Fault> {
    let capacity = Capacity::from_code(&capacity)
        .ok_or_else(|| Fault::internal(format_args!("the journal holds a capacity {capacity:?}")))?;
    let mut told: Map<String, Value> = serde_json::from_str(&text).map_err(Fault::internal)?;
    let detail = match told.remove("detail") {
        Some(Value::Object(detail)) => detail,
        _ => Map::new(),
    };
    Ok(Written { seq, at, actor, capacity, act, detail })
}

fn put_back(conn: &mut Conn, entries: &mut [Written]) -> Result<(), Fault> {
    let facts = || entries.iter().flat_map(|entry| entry.detail.values());
    let digests: Vec<String> = facts().filter_map(digest_of).map(str::to_owned).collect();
    if digests.is_empty() {
        return Ok(());
    }
    let kept: HashMap<String, String> = personal_data::table
        .filter(personal_data::digest.eq_any(digests))
        .select((personal_data::digest, personal_data::value))
        .load(conn)?
        .into_iter()
        .collect();
    for fact in entries.iter_mut().flat_map(|entry| entry.detail.values_mut()) {
        if let Some(digest) = digest_of(fact) {
            *fact = kept.get(digest).cloned().map_or(Value::Null, Value::String);
        }
    }
    Ok(())
}

/// The digest that stands for a personal fact; `None` for any other.
fn digest_of(fact: &Value) -> Option<&str> {
    fact.as_object().filter(|fact| fact.len() == 1)?.get("personal")?.as_str()
}
