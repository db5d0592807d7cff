//! What an empty database begins with.

use super::categories::{Category, category_by_code};
use super::duty::{self, NewDuty};
use super::register::Register;
use super::{book, digest_of, ladder};
use crate::calendars as compiled_in;
use crate::db::schema::{books, calendars, categories, duties};
use crate::db::{Conn, Json, OrIgnore};
use crate::domain::ids::{Id, Instant};
use crate::fault::Fault;
use crate::people;
use crate::seed::{self, CategorySeed, DutySeed};
use chrono::NaiveDate;
use diesel::prelude::*;
use std::collections::HashMap;

/// Version 1 of each calendar compiled in, of the promise book and of the ladder, where there is no version yet. It may run at every
/// start, of several processes at once: whoever comes second changes nothing.
pub fn seed(conn: &mut Conn, at: Instant) -> Result<(), Fault> {
    for register in Register::ALL {
        register.open(conn, at)?;
    }
    for name in compiled_in::NAMES {
        seed_calendar(conn, at, name)?;
    }
    if book::newest_row(conn)?.is_none() {
        let book = seed::promises().map_err(Fault::internal)?;
        let document = serde_json::to_value(&book).map_err(Fault::internal)?;
        OrIgnore(diesel::insert_into(books::table).values((
            books::id.eq(Id::new(at)),
            books::version.eq(1),
            books::digest.eq(digest_of(&document)),
            books::document.eq(Json(document)),
            books::created_at.eq(at),
        )))
        .execute(conn)?;
    }
    ladder::seed(conn, at)
}

fn seed_calendar(conn: &mut Conn, at: Instant, name: &str) -> Result<(), Fault> {
    let of_name = calendars::table.filter(calendars::name.eq(name));
    if diesel::select(diesel::dsl::exists(of_name)).get_result(conn)? {
        return Ok(());
    }
    let spec = compiled_in::spec(name).map_err(Fault::internal)?;
    let document = serde_json::to_value(&spec).map_err(Fault::internal)?;
    OrIgnore(diesel::insert_into(calendars::table).values((
        calendars::id.eq(Id::new(at)),
        calendars::name.eq(name),
        calendars::version.eq(1),
        calendars::digest.eq(digest_of(&document)),
        calendars::document.eq(Json(document)),
        calendars::created_at.eq(at),
    )))
    .execute(conn)?;
    Ok(())
}

/// The sample district's categories and duty table, for the demo and the tests. Its units must be there. What exists
/// is left as it is.
pub fn seed_sample(conn: &mut Conn, at: Instant) -> Result<(), Fault> {
    let rows = seed::duty().map_err(Fault::internal)?;
    let valid_from = rows.iter().map(|row| row.valid_from).min().unwrap_or_default();
    let all = seed::categories().map_err(Fault::internal)?;
    let mut places: HashMap<Option<&str>, i32> = HashMap::new();
    for category in &all {
        let place = places.entry(category.parent.as_deref()).or_default();
        *place += 1;
        seed_category(conn, at, category, *place, valid_from)?;
    }
    for row in &rows {
        seed_duty(conn, at, row)?;
    }
    Ok(())
}

fn seed_category(
    conn: &mut Conn,
    at: Instant,
    seed: &CategorySeed,
    position: i32,
    valid_from: NaiveDate,
) -> Result<(), Fault> {
    let parent_id = match &seed.parent {
        Some(code) => Some(existing(conn, code)?.id),
        None => None,
    };
    OrIgnore(diesel::insert_into(categories::table).values((
        categories::id.eq(Id::new(at)),
        categories::code.eq(&seed.code),
        categories::parent_id.eq(parent_id),
        categories::name.eq(&seed.zh),
        categories::name_en.eq(&seed.en),
        categories::position.eq(position),
        categories::valid_from.eq(valid_from),
        categories::version.eq(1),
    )))
    .execute(conn)?;
    Ok(())
}

fn seed_duty(conn: &mut Conn, at: Instant, row: &DutySeed) -> Result<(), Fault> {
    let category = existing(conn, &row.category)?.id;
    let of_category = duties::table.filter(duties::category_id.eq(category));
    if diesel::select(diesel::dsl::exists(of_category)).get_result(conn)? {
        return Ok(());
    }
    let command = NewDuty {
        category,
        lead: unit(conn, &row.lead)?,
        assists: row.assists.iter().map(|code| unit(conn, code)).collect::<Result<_, _>>()?,
        pace: row.pace,
        owner: Some(row.owner.clone()),
        valid_from: row.valid_from,
    };
    duty::insert(conn, at, &command, &row.owner, None)?;
    Ok(())
}

fn existing(conn: &mut Conn, code: &str) -> Result<Category, Fault> {
    let missing =
        || Fault::internal(format_args!("the sample names the category {code:?}, which is not there"));
    category_by_code(conn, code)?.ok_or_else(missing)
}

fn unit(conn: &mut Conn, code: &str) -> Result<Id, Fault> {
    let missing = || Fault::internal(format_args!("the sample names the unit {code:?}, which is not there"));
    Ok(people::unit_by_code(conn, code)?.ok_or_else(missing)?.id)
}
