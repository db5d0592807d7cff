//! A request's timeline: its journal, told to the company or to staff.

use super::access::{self, Audience};
use super::store::{self, AssignmentRow};
use super::told::{Told, is_for_office, is_of_own_part, told, told_to_office};
use super::views::NamedCode;
use super::visible;
use crate::db::Conn;
use crate::domain::actor::Actor;
use crate::domain::ids::Id;
use crate::domain::lifecycle::Capacity;
use crate::domain::words::Part;
use crate::fault::{Fault, Language};
use crate::journal::{self, Written};
use crate::people::{self, Unit};
use crate::web::{Cursor, LocalTime, Page};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use utoipa::ToSchema;

/// Where a page ends.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Until {
    seq: i32,
}

/// One act of a request's story.
#[derive(Debug, Serialize, ToSchema)]
pub struct TimelineEntry {
    /// Its number in the request's journal. A reader who is not told of every act sees gaps.
    pub seq: i32,
    /// When.
    pub at: LocalTime,
    /// Which act.
    #[schema(example = "dispatch")]
    pub act: String,
    /// In what capacity it was done.
    pub capacity: Capacity,
    /// The unit whose share it was about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<NamedCode>,
    /// Who did it: for staff only, and not where it would tell who filed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// What else was told; `null` where a personal fact has been erased.
    #[schema(value_type = Object)]
    pub detail: Map<String, Value>,
    /// The act in the caller's language.
    pub words: String,
}

/// The acts on a request after `after`, oldest first, as much of them as `actor` may see.
pub fn timeline(
    conn: &mut Conn,
    actor: &Actor,
    (zone, language): (Tz, Language),
    request: Id,
    after: Option<Until>,
    limit: usize,
) -> Result<Page<TimelineEntry>, Fault> {
    let (request, audience) = visible(conn, actor, request)?;
    let after = after.map_or(0, |until| until.seq);
    let assignments = store::assignments_of(conn, request.id)?;
    let listener = Listener { audience, reach: actor.reach(), assignments };
    let (entries, next) = tellable(conn, request.id, &listener, after, limit)?;
    let units: Vec<Id> = entries.iter().flat_map(units_in).collect();
    let persons: Vec<Id> = entries.iter().filter_map(|entry| entry.actor).collect();
    let teller = Teller {
        zone,
        language,
        audience,
        knows_filer: audience.knows_filer(request.confidence),
        units: people::units(conn, &units)?,
        persons: people::person_names(conn, &persons)?,
    };
    let items = entries.into_iter().map(|entry| teller.tell(entry)).collect();
    Ok(Page { items, next: next.map(|seq| Cursor::write("timeline", &Until { seq })).transpose()? })
}

/// Whom entries are told.
struct Listener {
    audience: Audience,
    reach: Vec<Id>,
    assignments: Vec<AssignmentRow>,
}

/// Up to `limit` entries that are told to this listener, and after which to go on where there are more.
fn tellable(
    conn: &mut Conn,
    request: Id,
    listener: &Listener,
    mut after: i32,
    limit: usize,
) -> Result<(Vec<Written>, Option<i32>), Fault> {
    let batch = limit.saturating_add(1);
    let mut told = Vec::new();
    loop {
        let entries = journal::entries(conn, request, after, batch)?;
        let is_last = entries.len() < batch;
        after = entries.last().map_or(after, |entry| entry.seq);
        told.extend(entries.into_iter().filter(|entry| listener.is_told(entry)));
        if told.len() > limit {
            told.truncate(limit);
            let next = told.last().map(|entry| entry.seq);
            return Ok((told, next));
        }
        if is_last {
            return Ok((told, None));
        }
    }
}

impl Listener {
    fn is_told(&self, entry: &Written) -> bool {
        let of_assist = || entry.detail.get("part").is_some_and(|part| *part == Part::Assist.code());
        let inside = || entry.detail.get("inside") == Some(&Value::Bool(true));
        match self.audience {
            Audience::Office => true,
            Audience::Lead => !is_for_office(&entry.act),
            Audience::Unit => {
                !is_for_office(&entry.act) && (!is_of_own_part(&entry.act) || self.is_of_own(entry))
            }
            Audience::Company => {
                told(&entry.act).is_some_and(|told| told.company.is_some()) && !of_assist() && !inside()
            }
        }
    }

    /// Whether an entry is about a part of a unit in reach, or about several of which one is.
    fn is_of_own(&self, entry: &Written) -> bool {
        let together = entry.detail.get("together").and_then(Value::as_array);
        let parts = together.into_iter().flatten().chain(entry.detail.get("assignment"));
        parts.filter_map(id_in).any(|part| access::is_own(&self.reach, &self.assignments, part))
    }
}

fn units_in(entry: &Written) -> Vec<Id> {
    let parts = entry.detail.get("parts").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let of_parts = parts.iter().filter_map(|part| part.get("unit"));
    of_parts.chain(entry.detail.get("unit")).filter_map(id_in).collect()
}

fn id_in(value: &Value) -> Option<Id> {
    value.as_str().and_then(Id::parse)
}

/// Tells entries to one reader.
struct Teller {
    zone: Tz,
    language: Language,
    audience: Audience,
    knows_filer: bool,
    units: HashMap<Id, Unit>,
    persons: HashMap<Id, String>,
}

impl Teller {
    fn tell(&self, mut entry: Written) -> TimelineEntry {
        let row = told(&entry.act);
        let unit = entry.detail.get("unit").and_then(id_in).and_then(|unit| self.unit(unit));
        if let Some(parts) = entry.detail.get_mut("parts") {
            *parts = self.parts(parts);
        }
        let of_office = if self.audience == Audience::Office { told_to_office(&entry.act) } else { &[] };
        let tells = |key: &str| of_office.contains(&key) || row.is_some_and(|row| self.tells(row, key));
        entry.detail.retain(|key, _| tells(key));
        let of_company = matches!(entry.capacity, Capacity::Company | Capacity::Specialist);
        let named = self.audience != Audience::Company && (self.knows_filer || !of_company);
        TimelineEntry {
            seq: entry.seq,
            at: LocalTime::new(entry.at, self.zone),
            capacity: entry.capacity,
            unit,
            person: entry.actor.filter(|_| named).and_then(|person| self.persons.get(&person)).cloned(),
            detail: entry.detail,
            words: row.map_or_else(|| entry.act.clone(), |row| row.words(self.language).to_owned()),
            act: entry.act,
        }
    }

    fn tells(&self, row: &Told, key: &str) -> bool {
        match self.audience {
            Audience::Company => row.company.is_some_and(|keys| keys.contains(&key)),
            Audience::Office | Audience::Lead | Audience::Unit => {
                row.staff.contains(&key) || (self.knows_filer && row.of_filer.contains(&key))
            }
        }
    }

    /// The units of a dispatch by name; for the company the lead alone.
    fn parts(&self, parts: &Value) -> Value {
        let is_shown = |part: &&Value| {
            self.audience != Audience::Company || part.get("part") == Some(&json!(Part::Lead))
        };
        let named = |part: &Value| {
            let unit = part.get("unit").and_then(id_in).and_then(|unit| self.unit(unit));
            json!({ "unit": unit, "part": part.get("part") })
        };
        parts.as_array().into_iter().flatten().filter(is_shown).map(named).collect()
    }

    fn unit(&self, id: Id) -> Option<NamedCode> {
        let unit = self.units.get(&id)?;
        Some(NamedCode { id, code: unit.code.clone(), name: unit.name.clone() })
    }
}
