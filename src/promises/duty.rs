//! The duty table (职责清单): which unit answers for which category, from when to when.
//!
//! A category has at most one row on any day. A new row ends the one that stands, so the past keeps telling who
//! answered then.

use super::register::Register;
use super::rights;
use super::{Category, category};
use crate::db::Conn;
use crate::db::schema::{categories, duties, duty_assists};
use crate::domain::actor::Actor;
use crate::domain::ids::{Id, Instant};
use crate::domain::words::Pace;
use crate::fault::{Code, Fault};
use crate::journal::Detail;
use crate::people::{self, Unit};
use crate::web::{Fields, Page, one_more};
use chrono::NaiveDate;
use diesel::prelude::*;
use std::collections::HashMap;

/// Who answers for a category on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duty {
    /// The unit that answers for the whole (主办).
    pub lead: Id,
    /// The units that help it (协办).
    pub assists: Vec<Id>,
    /// How long such a matter needs as a rule.
    pub pace: Pace,
    /// The code of the unit that keeps the row true and is asked when it is disputed.
    pub owner: String,
}

/// One row of the duty table, with those it names.
#[derive(Debug, Clone)]
pub struct DutyLine {
    /// Its row.
    pub id: Id,
    /// The category.
    pub category: Category,
    /// The unit that answers for the whole.
    pub lead: Unit,
    /// The units that help it.
    pub assists: Vec<Unit>,
    /// How long such a matter needs as a rule.
    pub pace: Pace,
    /// The code of the unit that keeps the row true.
    pub owner: String,
    /// The first day it holds.
    pub valid_from: NaiveDate,
    /// The first day it no longer holds; without one it does not end.
    pub valid_until: Option<NaiveDate>,
}

/// A row to be added.
#[derive(Debug, Clone)]
pub struct NewDuty {
    /// For which category.
    pub category: Id,
    /// The unit that answers for the whole.
    pub lead: Id,
    /// The units that help it.
    pub assists: Vec<Id>,
    /// How long such a matter needs as a rule.
    pub pace: Pace,
    /// The code of the unit that keeps the row true; the lead's own where none is given.
    pub owner: Option<String>,
    /// The first day it holds.
    pub valid_from: NaiveDate,
}

#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = duties)]
pub(super) struct Row {
    pub(super) id: Id,
    pub(super) category_id: Id,
    pub(super) lead_unit_id: Id,
    pace: Pace,
    owner: String,
    valid_from: NaiveDate,
    valid_until: Option<NaiveDate>,
}

/// Who answers for the category on this day. `None` when no row fits: an outcome the office decides on, no error.
pub fn duty(conn: &mut Conn, category_id: Id, on: NaiveDate) -> Result<Option<Duty>, Fault> {
    let row: Option<Row> = duties::table
        .filter(duties::category_id.eq(category_id))
        .filter(duties::valid_from.le(on))
        .filter(duties::valid_until.is_null().or(duties::valid_until.gt(on)))
        .order(duties::valid_from.desc())
        .select(Row::as_select())
        .first(conn)
        .optional()?;
    let Some(row) = row else { return Ok(None) };
    let assists = assists_of(conn, &[row.id])?.remove(&row.id).unwrap_or_default();
    Ok(Some(Duty { lead: row.lead_unit_id, assists, pace: row.pace, owner: row.owner }))
}

/// Whether a row of the duty table is seen: by staff, as all of it.
pub(super) fn is_seen(_: &mut Conn, _: Instant, actor: &Actor, _: Id) -> Result<(), Fault> {
    seen_by(actor)
}

fn seen_by(actor: &Actor) -> Result<(), Fault> {
    if rights::is_of_staff(actor) { Ok(()) } else { Err(Fault::hidden()) }
}

/// The rows that hold on this day, by the category's code, those after the code `after`. Only staff may read them.
pub fn duty_table(
    conn: &mut Conn,
    actor: &Actor,
    on: NaiveDate,
    after: Option<&str>,
    limit: usize,
) -> Result<Page<DutyLine>, Fault> {
    seen_by(actor)?;
    let rows: Vec<(Row, Category)> = duties::table
        .inner_join(categories::table)
        .filter(duties::valid_from.le(on))
        .filter(duties::valid_until.is_null().or(duties::valid_until.gt(on)))
        .filter(categories::valid_from.le(on))
        .filter(categories::valid_until.is_null().or(categories::valid_until.gt(on)))
        .filter(categories::code.gt(after.unwrap_or_default()))
        .order(categories::code)
        .limit(one_more(limit))
        .select((Row::as_select(), Category::as_select()))
        .load(conn)?;
    let page = Page::cut(rows, limit, "duty table", |(_, category)| category.code.clone())?;
    Ok(Page { items: lines(conn, page.items)?, next: page.next })
}

/// The rows that hold on this day, and the units assisting each.
pub(super) fn rows_on(conn: &mut Conn, on: NaiveDate) -> Result<Vec<(Row, Vec<Id>)>, Fault> {
    let rows: Vec<Row> = duties::table
        .filter(duties::valid_from.le(on))
        .filter(duties::valid_until.is_null().or(duties::valid_until.gt(on)))
        .select(Row::as_select())
        .load(conn)?;
    let ids: Vec<Id> = rows.iter().map(|row| row.id).collect();
    let mut assists = assists_of(conn, &ids)?;
    Ok(rows
        .into_iter()
        .map(|row| (assists.remove(&row.id).unwrap_or_default(), row))
        .map(|(of, row)| (row, of))
        .collect())
}

/// Adds a row from `command.valid_from` on, which is `today` or later. The row that stands then holds for the last time
/// the day before; a row planned for later stays, and the new one holds until then.
///
/// An administrator or the office may. The category and every unit must hold on that day, no unit may appear twice,
/// and two rows of a category cannot begin on one day.
pub fn add_duty(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    today: NaiveDate,
    command: &NewDuty,
) -> Result<DutyLine, Fault> {
    let capacity = rights::keeper_of_duties(actor)?;
    let held = Register::DutyTable.hold(conn, at)?;
    let category = category(conn, command.category)?;
    let owner = check_names(conn, today, command, category.as_ref())?;
    let Some(category) = category else {
        return Err(Fault::internal("a category was checked and is not there"));
    };
    let valid_until = make_room(conn, command)?;
    let row = insert(conn, at, command, &owner, valid_until)?;
    let detail = Detail::none()
        .with("duty", row.id.to_string())
        .with("category", category.code.as_str())
        .with("lead", command.lead.to_string())
        .with("assists", command.assists.iter().map(ToString::to_string).collect::<Vec<_>>())
        .with("pace", command.pace.code())
        .with("owner", owner)
        .with("valid_from", command.valid_from.to_string());
    held.record(conn, at, (actor, capacity), "duty_added", detail)?;
    let line = lines(conn, vec![(row, category)])?.pop();
    line.ok_or_else(|| Fault::internal("the duty row just added cannot be read"))
}

/// Checks all that `command` names; gives the owner's code.
fn check_names(
    conn: &mut Conn,
    today: NaiveDate,
    command: &NewDuty,
    category: Option<&Category>,
) -> Result<String, Fault> {
    let mut fields = Fields::new();
    let from = command.valid_from;
    if from < today {
        fields.refuse_with(Code::DateTooEarly, "/valid_from", vec![("earliest", today.to_string())]);
    }
    let judge = |holds: Option<bool>| match holds {
        None => Some(Code::ReferenceUnknown),
        Some(false) => Some(Code::ReferenceNotValid),
        Some(true) => None,
    };
    if let Some(code) = judge(category.map(|category| category.is_valid_on(from))) {
        fields.refuse_with(code, "/category_id", vec![("what", "category".to_owned())]);
    }
    let mut named = vec![("/lead".to_owned(), command.lead)];
    named.extend(
        (0..).zip(&command.assists).map(|(place, unit): (usize, _)| (format!("/assists/{place}"), *unit)),
    );
    let ids: Vec<Id> = named.iter().map(|(_, unit)| *unit).collect();
    let units = people::units(conn, &ids)?;
    let holds = |unit: &Unit| unit.is_valid_on(from);
    for (place, (pointer, id)) in named.iter().enumerate() {
        if let Some(code) = judge(units.get(id).map(holds)) {
            fields.refuse_with(code, pointer, vec![("what", "unit".to_owned())]);
        }
        if ids.iter().take(place).any(|earlier| earlier == id) {
            fields.refuse(Code::UnitTwice, pointer);
        }
    }
    let owner = match &command.owner {
        Some(code) => people::unit_by_code(conn, code)?,
        None => units.get(&command.lead).cloned(),
    };
    if let (Some(_), Some(code)) = (&command.owner, judge(owner.as_ref().map(holds))) {
        fields.refuse_with(code, "/owner", vec![("what", "unit".to_owned())]);
    }
    fields.finish()?;
    Ok(owner.map(|unit| unit.code).unwrap_or_default())
}

/// Ends the row that stands on the new one's first day; gives the new one's end where a later row is planned.
fn make_room(conn: &mut Conn, command: &NewDuty) -> Result<Option<NaiveDate>, Fault> {
    let of_category = || duties::table.filter(duties::category_id.eq(command.category));
    let from = command.valid_from;
    let next: Option<NaiveDate> = of_category()
        .filter(duties::valid_from.ge(from))
        .order(duties::valid_from)
        .select(duties::valid_from)
        .first(conn)
        .optional()?;
    if next == Some(from) {
        return Err(Fault::new(Code::AlreadyExists).with("what", "duty row"));
    }
    let stands = of_category()
        .filter(duties::valid_from.lt(from))
        .filter(duties::valid_until.is_null().or(duties::valid_until.gt(from)));
    diesel::update(stands).set(duties::valid_until.eq(from)).execute(conn)?;
    Ok(next)
}

/// Writes the row and its assists; nothing is checked here.
pub(super) fn insert(
    conn: &mut Conn,
    at: Instant,
    command: &NewDuty,
    owner: &str,
    valid_until: Option<NaiveDate>,
) -> Result<Row, Fault> {
    let row = Row {
        id: Id::new(at),
        category_id: command.category,
        lead_unit_id: command.lead,
        pace: command.pace,
        owner: owner.to_owned(),
        valid_from: command.valid_from,
        valid_until,
    };
    diesel::insert_into(duties::table)
        .values((
            duties::id.eq(row.id),
            duties::category_id.eq(row.category_id),
            duties::lead_unit_id.eq(row.lead_unit_id),
            duties::pace.eq(row.pace),
            duties::owner.eq(&row.owner),
            duties::valid_from.eq(row.valid_from),
            duties::valid_until.eq(row.valid_until),
            duties::created_at.eq(at),
        ))
        .execute(conn)?;
    for unit in &command.assists {
        diesel::insert_into(duty_assists::table)
            .values((
                duty_assists::id.eq(Id::new(at)),
                duty_assists::duty_id.eq(row.id),
                duty_assists::unit_id.eq(*unit),
            ))
            .execute(conn)?;
    }
    Ok(row)
}

/// The units assisting each of these rows. The order in which a row was written is not kept: they are equals.
fn assists_of(conn: &mut Conn, duty_ids: &[Id]) -> Result<HashMap<Id, Vec<Id>>, Fault> {
    let pairs: Vec<(Id, Id)> = duty_assists::table
        .filter(duty_assists::duty_id.eq_any(duty_ids))
        .order((duty_assists::duty_id, duty_assists::unit_id))
        .select((duty_assists::duty_id, duty_assists::unit_id))
        .load(conn)?;
    let mut found: HashMap<Id, Vec<Id>> = HashMap::new();
    for (duty, unit) in pairs {
        found.entry(duty).or_default().push(unit);
    }
    Ok(found)
}

/// `rows` with the units they name.
fn lines(conn: &mut Conn, rows: Vec<(Row, Category)>) -> Result<Vec<DutyLine>, Fault> {
    let ids: Vec<Id> = rows.iter().map(|(row, _)| row.id).collect();
    let mut assists = assists_of(conn, &ids)?;
    let named: Vec<Id> =
        rows.iter().map(|(row, _)| row.lead_unit_id).chain(assists.values().flatten().copied()).collect();
    let units = people::units(conn, &named)?;
    let unit = |id: &Id| {
        units.get(id).cloned().ok_or_else(|| Fault::internal("a duty row names a unit that is not there"))
    };
    rows.into_iter()
        .map(|(row, category)| {
            let assists = assists.remove(&row.id).unwrap_or_default();
            Ok(DutyLine {
                id: row.id,
                category,
                lead: unit(&row.lead_unit_id)?,
                assists: assists.iter().map(unit).collect::<Result<_, _>>()?,
                pace: row.pace,
                owner: row.owner,
                valid_from: row.valid_from,
                valid_until: row.valid_until,
            })
        })
        .collect()
}
