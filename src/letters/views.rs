//! A row of the outbox as the API shows it. Addresses are masked; what a letter says is not shown at all.

use crate::db::Conn;
use crate::domain::ids::Id;
use crate::fault::Fault;
use crate::outbox::{NoticeChannel, OutboxState, Row};
use crate::people;
use crate::web::LocalTime;
use chrono_tz::Tz;
use serde::Serialize;
use std::collections::HashMap;
use utoipa::ToSchema;

/// A letter, or what becomes one.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OutboxView {
    /// Its id.
    pub(super) id: Id,
    /// Which letter.
    #[schema(example = "dispatched_to_you")]
    kind: String,
    /// By which way.
    channel: NoticeChannel,
    /// Where it stands.
    state: OutboxState,
    /// The person it goes to.
    #[serde(skip_serializing_if = "Option::is_none")]
    person: Option<AddresseeView>,
    /// The unit whose people it goes to.
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<AddresseeView>,
    /// The request it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<Id>,
    /// When it was written.
    created_at: LocalTime,
    /// From when it was to be sent.
    due_at: LocalTime,
    /// When it is looked at next, for one being sent the end of its lease; missing when it has come to its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_at: Option<LocalTime>,
    /// How often it was tried.
    attempts: i32,
    /// How often nobody knew whether it had arrived.
    doubts: i32,
    /// Why it waits or was given up: unreachable, deferred, refused, uncertain, no_address, no_recipient, not_active,
    /// not_for_recipient, unknown_kind, failed, or never_sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// What the server said last.
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<String>,
    /// When it came to its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<LocalTime>,
}

/// To whom.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct AddresseeView {
    /// The id of the person or the unit.
    id: Id,
    /// The name.
    name: String,
    /// The address, masked; missing where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "w***@example.org")]
    address: Option<String>,
}

/// The rows with their recipients by name. Two queries, however many they are.
pub(super) fn shown(conn: &mut Conn, rows: Vec<Row>, zone: Tz) -> Result<Vec<OutboxView>, Fault> {
    let persons: Vec<Id> = rows.iter().filter_map(|row| row.person).collect();
    let units: Vec<Id> = rows.iter().filter_map(|row| row.unit).collect();
    let persons = people::addresses(conn, &persons)?;
    let units: HashMap<Id, (String, Option<String>)> =
        people::units(conn, &units)?.into_iter().map(|(id, unit)| (id, (unit.name, unit.email))).collect();
    let named = |id: Option<Id>, names: &HashMap<Id, (String, Option<String>)>| {
        let (id, (name, address)) = id.and_then(|id| Some((id, names.get(&id)?.clone())))?;
        Some(AddresseeView { id, name, address: address.as_deref().map(masked) })
    };
    let time = |at| LocalTime::new(at, zone);
    let view = |row: Row| OutboxView {
        id: row.id,
        kind: row.kind,
        channel: row.channel,
        state: row.state,
        person: named(row.person, &persons),
        unit: named(row.unit, &units),
        request: row.request,
        created_at: time(row.created_at),
        due_at: time(row.due_at),
        next_at: row.next_at.map(time),
        attempts: row.attempts,
        doubts: row.doubts,
        reason: row.reason,
        answer: row.answer,
        ended_at: row.ended_at.map(time),
    };
    Ok(rows.into_iter().map(view).collect())
}

/// An address of which the domain and the first character are seen.
fn masked(address: &str) -> String {
    let (local, domain) = address.rsplit_once('@').unwrap_or((address, ""));
    format!("{}***@{domain}", local.chars().take(1).collect::<String>())
}
