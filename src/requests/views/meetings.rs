//! Joint meetings and precedents as they are shown.

use super::NamedCode;
use crate::db::Conn;
use crate::domain::ids::Id;
use crate::fault::Fault;
use crate::people::{self, Unit};
use crate::requests::access::Audience;
use crate::requests::store::{self, MeetingDate, MeetingRow, RequestRow};
use crate::web::LocalTime;
use chrono_tz::Tz;
use serde::Serialize;
use std::collections::HashMap;
use utoipa::ToSchema;

/// A joint meeting.
#[derive(Debug, Serialize, ToSchema)]
pub struct MeetingView {
    /// Its id.
    pub id: Id,
    /// When it was convened.
    pub convened_at: LocalTime,
    /// When it is to be held.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub planned_at: Option<LocalTime>,
    /// What is to be settled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agenda: Option<String>,
    /// The units asked to come; once it was held, those that came.
    pub units: Vec<NamedCode>,
    /// When it was recorded as held.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub held_at: Option<LocalTime>,
    /// The minutes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minutes: Option<String>,
    /// The unit fixed as the lead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lead: Option<NamedCode>,
    /// The dates fixed.
    pub dates: Vec<MeetingDate>,
    /// What was ruled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ruling: Option<String>,
}

/// A precedent.
#[derive(Debug, Serialize, ToSchema)]
pub struct PrecedentView {
    /// The unit that answers for such matters.
    pub unit: NamedCode,
    /// Which matters, and why it.
    pub text: String,
    /// When it was ruled.
    pub ruled_at: LocalTime,
}

/// The meetings about a request that one reader may see, with the units they name.
pub(super) struct Meetings {
    rows: Vec<MeetingRow>,
    units: HashMap<Id, Unit>,
}

impl Meetings {
    /// None for the company, nor before anything was done after the filing.
    pub(super) fn of(conn: &mut Conn, request: &RequestRow, audience: Audience) -> Result<Self, Fault> {
        if audience == Audience::Company || request.version <= 1 {
            return Ok(Self { rows: Vec::new(), units: HashMap::new() });
        }
        let rows = store::meetings_of(conn, request.id)?;
        let named =
            |row: &MeetingRow| row.present.0.iter().copied().chain(row.lead_unit_id).collect::<Vec<_>>();
        let ids: Vec<Id> = rows.iter().flat_map(named).collect();
        let units = if ids.is_empty() { HashMap::new() } else { people::units(conn, &ids)? };
        Ok(Self { rows, units })
    }

    /// Whether one was convened and is not recorded yet.
    pub(super) fn is_one_planned(&self) -> bool {
        self.rows.iter().any(|row| row.held_at.is_none())
    }

    /// All of them, the oldest first.
    pub(super) fn shown(&self, zone: Tz) -> Vec<MeetingView> {
        self.rows.iter().map(|row| self.view(zone, row)).collect()
    }

    fn view(&self, zone: Tz, row: &MeetingRow) -> MeetingView {
        let time = |at| LocalTime::new(at, zone);
        MeetingView {
            id: row.id,
            convened_at: time(row.convened_at),
            planned_at: row.planned_at.map(time),
            agenda: row.agenda.clone(),
            units: row.present.0.iter().filter_map(|unit| self.unit(*unit)).collect(),
            held_at: row.held_at.map(time),
            minutes: row.minutes.clone(),
            lead: row.lead_unit_id.and_then(|unit| self.unit(unit)),
            dates: row.dates.as_ref().map(|dates| dates.0.clone()).unwrap_or_default(),
            ruling: row.ruling.clone(),
        }
    }

    fn unit(&self, id: Id) -> Option<NamedCode> {
        let unit = self.units.get(&id)?;
        Some(NamedCode { id, code: unit.code.clone(), name: unit.name.clone() })
    }
}
