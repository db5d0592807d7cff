//! Precedents (先例): which unit answers for a matter whose duty was disputed, kept from joint rulings and shown at the
//! next dispatch of the category.

use super::access;
use super::matter::Matter;
use super::store::{self, PrecedentRow};
use super::views::{NamedCode, PrecedentView};
use crate::db::Conn;
use crate::domain::actor::Actor;
use crate::domain::ids::Id;
use crate::fault::{Code, Fault};
use crate::people;
use crate::web::LocalTime;
use chrono_tz::Tz;

/// How many are shown.
const SHOWN: i64 = 5;

/// What a joint ruling leaves.
#[derive(Debug, Clone)]
pub struct PrecedentOf {
    /// The unit that answers for such matters.
    pub unit: Id,
    /// Which matters, and why it.
    pub text: String,
}

/// Keeps a precedent under the request's category.
pub(super) fn keep_precedent(matter: &mut Matter<'_>, precedent: &PrecedentOf) -> Result<(), Fault> {
    let refused = |code| Fault::field(code, "/precedent/unit").with("what", "unit");
    let today = matter.terms.calendar.local_date(matter.at);
    let unit = people::unit(matter.conn, precedent.unit)?.ok_or_else(|| refused(Code::ReferenceUnknown))?;
    if !unit.is_valid_on(today) {
        return Err(refused(Code::ReferenceNotValid));
    }
    let row = PrecedentRow {
        id: Id::new(matter.at),
        category_id: matter.request.category_id.ok_or_else(|| Fault::new(Code::CategoryNeeded))?,
        request_id: matter.request.id,
        unit_id: precedent.unit,
        text: precedent.text.clone(),
        ruled_at: matter.at,
    };
    store::insert_precedent(matter.conn, &row)
}

/// The newest precedents of a request's category, for the office.
pub fn precedents(
    conn: &mut Conn,
    actor: &Actor,
    zone: Tz,
    request: Id,
) -> Result<Vec<PrecedentView>, Fault> {
    if !access::dispatches(actor) {
        return Err(Fault::hidden());
    }
    let request = store::request(conn, request)?.ok_or_else(Fault::hidden)?;
    let Some(category) = request.category_id else { return Ok(Vec::new()) };
    let rows = store::precedents_of(conn, category, SHOWN)?;
    let ids: Vec<Id> = rows.iter().map(|row| row.unit_id).collect();
    let units = people::units(conn, &ids)?;
    let shown = |row: PrecedentRow| {
        let unit = units.get(&row.unit_id)?;
        let unit = NamedCode { id: unit.id, code: unit.code.clone(), name: unit.name.clone() };
        Some(PrecedentView { unit, text: row.text, ruled_at: LocalTime::new(row.ruled_at, zone) })
    };
    Ok(rows.into_iter().filter_map(shown).collect())
}
