//! Steps as they are shown.

use super::store::StepRow;
use crate::db::Conn;
use crate::domain::ids::Id;
use crate::domain::supervision::Step;
use crate::fault::Fault;
use crate::people;
use crate::requests::views::NamedCode;
use crate::web::LocalTime;
use chrono_tz::Tz;
use serde::Serialize;
use utoipa::ToSchema;

/// A step of supervision.
#[derive(Debug, Serialize, ToSchema)]
pub struct StepView {
    /// Its id.
    pub id: Id,
    /// Which.
    pub step: Step,
    /// The unit it is taken with.
    pub unit: NamedCode,
    /// The part it is about; the office has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assignment: Option<Id>,
    /// The order, of an order and a talk.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<Id>,
    /// In words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
    /// Who took it.
    pub by: String,
    /// When.
    pub at: LocalTime,
    /// When a talk is to be held.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub planned_at: Option<LocalTime>,
    /// Where.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// When it was held.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub held_at: Option<LocalTime>,
    /// What came of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
}

/// These steps as they are shown, in their order.
pub fn shown(conn: &mut Conn, zone: Tz, rows: Vec<StepRow>) -> Result<Vec<StepView>, Fault> {
    let units: Vec<Id> = rows.iter().map(|row| row.unit_id).collect();
    let persons: Vec<Id> = rows.iter().map(|row| row.taken_by).collect();
    let (units, persons) = (people::units(conn, &units)?, people::person_names(conn, &persons)?);
    let view = |row: StepRow| {
        let time = |at| LocalTime::new(at, zone);
        let unit = units.get(&row.unit_id);
        let (code, name) = unit.map(|unit| (unit.code.clone(), unit.name.clone())).unwrap_or_default();
        StepView {
            id: row.id,
            step: row.step,
            unit: NamedCode { id: row.unit_id, code, name },
            assignment: row.assignment_id,
            order: row.order_id,
            words: row.words,
            by: persons.get(&row.taken_by).cloned().unwrap_or_default(),
            at: time(row.taken_at),
            planned_at: row.planned_at.map(time),
            place: row.place,
            held_at: row.held_at.map(time),
            outcome: row.outcome,
        }
    };
    Ok(rows.into_iter().map(view).collect())
}

/// One of them.
pub fn one(conn: &mut Conn, zone: Tz, row: StepRow) -> Result<StepView, Fault> {
    shown(conn, zone, vec![row])?.pop().ok_or_else(Fault::hidden)
}
