//! Categories: classes of matters, and the sub-classes requests are filed under.

use super::holds_on;
use super::register::Register;
use super::rights;
use crate::db::schema::categories;
use crate::db::{Conn, unique};
use crate::domain::actor::Actor;
use crate::domain::ids::{Id, Instant};
use crate::fault::{Code, Fault};
use crate::journal::Detail;
use crate::web::IfMatch;
use chrono::NaiveDate;
use diesel::prelude::*;
use std::collections::{BTreeSet, HashMap, HashSet};

/// The longest code of a category.
const MOST_CODE: usize = 80;

/// A class, or a sub-class of one.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = categories)]
pub struct Category {
    /// Its row.
    pub id: Id,
    /// Its stable code: `utilities`, `utilities.water`.
    pub code: String,
    /// Its class; a class has none.
    pub parent_id: Option<Id>,
    /// Its Chinese name.
    pub name: String,
    /// Its English name.
    pub name_en: Option<String>,
    /// Its place among its like, from the first.
    pub position: i32,
    /// The first day requests may be filed under it.
    pub valid_from: NaiveDate,
    /// The first day it no longer holds; without one it does not end.
    pub valid_until: Option<NaiveDate>,
    /// Rises with each change.
    pub version: i32,
}

impl Category {
    /// Whether requests may be filed under it on this day.
    pub fn is_valid_on(&self, on: NaiveDate) -> bool {
        holds_on(self.valid_from, self.valid_until, on)
    }
}

/// A category code in its two forms, `class` and `class.sub_class`: lower-case letters, digits and underscores, each
/// part beginning with a letter, 80 characters at most.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CategoryCode(String);

impl CategoryCode {
    /// Reads a code; anything else is `None`.
    pub fn parse(text: &str) -> Option<Self> {
        let is_word = |part: &str| {
            part.starts_with(|first: char| first.is_ascii_lowercase())
                && part
                    .chars()
                    .all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_')
        };
        let fits = text.len() <= MOST_CODE && text.split('.').count() <= 2 && text.split('.').all(is_word);
        fits.then(|| Self(text.to_owned()))
    }

    /// The code as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The code of the class a sub-class belongs to; `None` for a class.
    pub fn class(&self) -> Option<&str> {
        self.0.split_once('.').map(|(class, _)| class)
    }
}

/// A class with its sub-classes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Class {
    /// The class.
    pub class: Category,
    /// Its sub-classes, in their places.
    pub sub_classes: Vec<Category>,
}

/// A category to be made.
#[derive(Debug, Clone)]
pub struct NewCategory {
    /// Its code, which also says which class it belongs to.
    pub code: CategoryCode,
    /// Its Chinese name.
    pub name: String,
    /// Its English name.
    pub name_en: Option<String>,
    /// Its place; behind the last of its like where none is given.
    pub position: Option<i32>,
    /// The first day it holds.
    pub valid_from: NaiveDate,
}

/// What is to become different; `None` leaves a thing as it is.
#[derive(Debug, Clone, Default)]
pub struct CategoryChange {
    /// Its Chinese name.
    pub name: Option<String>,
    /// Its English name, or none any more.
    pub name_en: Option<Option<String>>,
    /// Its place among its like.
    pub position: Option<i32>,
    /// The first day it no longer holds, or that it has no end.
    pub valid_until: Option<Option<NaiveDate>>,
}

/// The category with this id, valid or not.
pub fn category(conn: &mut Conn, id: Id) -> Result<Option<Category>, Fault> {
    Ok(categories::table.find(id).select(Category::as_select()).first(conn).optional()?)
}

/// The category with this code, valid or not.
pub fn category_by_code(conn: &mut Conn, code: &str) -> Result<Option<Category>, Fault> {
    let of_code = categories::table.filter(categories::code.eq(code));
    Ok(of_code.select(Category::as_select()).first(conn).optional()?)
}

/// The categories with these ids, by id.
pub fn categories(conn: &mut Conn, ids: &[Id]) -> Result<HashMap<Id, Category>, Fault> {
    let rows: Vec<Category> =
        categories::table.filter(categories::id.eq_any(ids)).select(Category::as_select()).load(conn)?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// The ids of this category and of its sub-classes, ended ones too; none where there is no such category.
pub fn within(conn: &mut Conn, category: Id) -> Result<Vec<Id>, Fault> {
    let it_or_below = categories::id.eq(category).nullable().or(categories::parent_id.eq(category));
    Ok(categories::table.filter(it_or_below).order(categories::id).select(categories::id).load(conn)?)
}

/// The classes valid on this day, each with its sub-classes valid that day.
pub fn category_tree(conn: &mut Conn, on: NaiveDate) -> Result<Vec<Class>, Fault> {
    let rows: Vec<Category> = categories::table
        .filter(categories::valid_from.le(on))
        .filter(categories::valid_until.is_null().or(categories::valid_until.gt(on)))
        .order((categories::position, categories::code))
        .select(Category::as_select())
        .load(conn)?;
    let (classes, sub_classes): (Vec<Category>, Vec<Category>) =
        rows.into_iter().partition(|row| row.parent_id.is_none());
    let with_own = |class: Category| {
        let own = |row: &&Category| row.parent_id == Some(class.id);
        Class { sub_classes: sub_classes.iter().filter(own).cloned().collect(), class }
    };
    Ok(classes.into_iter().map(with_own).collect())
}

/// Which of these codes no category has, in their order.
pub(super) fn unknown_codes<'a>(
    conn: &mut Conn,
    codes: impl Iterator<Item = &'a str>,
) -> Result<Vec<String>, Fault> {
    let asked: BTreeSet<&str> = codes.collect();
    if asked.is_empty() {
        return Ok(Vec::new());
    }
    let known: HashSet<String> =
        categories::table.select(categories::code).load::<String>(conn)?.into_iter().collect();
    Ok(asked.into_iter().filter(|code| !known.contains(*code)).map(str::to_owned).collect())
}

/// Makes a category. Only an administrator may; the class its code names must exist and hold on its first day, and no
/// other category may have the code.
pub fn create_category(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    command: &NewCategory,
) -> Result<Category, Fault> {
    let capacity = rights::keeper_of_categories(actor)?;
    let held = Register::Categories.hold(conn, at)?;
    let parent_id = match command.code.class() {
        None => None,
        Some(class) => {
            let class = category_by_code(conn, class)?
                .ok_or_else(|| Fault::field(Code::ReferenceUnknown, "/code").with("what", "class"))?;
            if !class.is_valid_on(command.valid_from) {
                return Err(Fault::field(Code::ReferenceNotValid, "/code").with("what", "class"));
            }
            Some(class.id)
        }
    };
    let position = match command.position {
        Some(position) => position,
        None => next_position(conn, parent_id)?,
    };
    let result = diesel::insert_into(categories::table)
        .values((
            categories::id.eq(Id::new(at)),
            categories::code.eq(command.code.as_str()),
            categories::parent_id.eq(parent_id),
            categories::name.eq(&command.name),
            categories::name_en.eq(&command.name_en),
            categories::position.eq(position),
            categories::valid_from.eq(command.valid_from),
            categories::version.eq(1),
        ))
        .returning(categories::all_columns)
        .get_result(conn);
    let made: Category =
        unique(result, Code::AlreadyExists).map_err(|fault| fault.with("what", "category"))?;
    held.record(conn, at, (actor, capacity), "category_created", told(&made))?;
    Ok(made)
}

/// Whether a category is seen: by everyone, if there is one.
pub(super) fn is_seen(conn: &mut Conn, _: Instant, _: &Actor, id: Id) -> Result<(), Fault> {
    category(conn, id)?.map(drop).ok_or_else(Fault::hidden)
}

/// Renames a category, moves it, or sets when it ends. Only an administrator may, and must name the version changed.
///
/// A class that ends takes its sub-classes with it; a sub-class does not outlive its class.
pub fn amend_category(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    id: Id,
    if_match: &IfMatch,
    change: &CategoryChange,
) -> Result<Category, Fault> {
    let capacity = rights::keeper_of_categories(actor)?;
    let held = Register::Categories.hold(conn, at)?;
    let present = category(conn, id)?.ok_or_else(Fault::hidden)?;
    if_match.demand(present.version)?;
    let valid_until = change.valid_until.unwrap_or(present.valid_until);
    if change.valid_until.is_some() {
        check_end(conn, &present, valid_until)?;
    }
    let amended: Category = diesel::update(categories::table.find(id))
        .set((
            categories::name.eq(change.name.as_ref().unwrap_or(&present.name)),
            categories::name_en.eq(change.name_en.as_ref().unwrap_or(&present.name_en)),
            categories::position.eq(change.position.unwrap_or(present.position)),
            categories::valid_until.eq(valid_until),
            categories::version.eq(present.version.saturating_add(1)),
        ))
        .returning(categories::all_columns)
        .get_result(conn)?;
    if let Some(end) = change.valid_until.flatten() {
        let outlives = categories::valid_until.is_null().or(categories::valid_until.gt(end));
        diesel::update(categories::table.filter(categories::parent_id.eq(id)).filter(outlives))
            .set((categories::valid_until.eq(end), categories::version.eq(categories::version + 1)))
            .execute(conn)?;
    }
    held.record(conn, at, (actor, capacity), "category_amended", told(&amended))?;
    Ok(amended)
}

/// Refuses an end before the beginning, and one of a sub-class after that of its class.
fn check_end(conn: &mut Conn, present: &Category, valid_until: Option<NaiveDate>) -> Result<(), Fault> {
    if valid_until.is_some_and(|end| end < present.valid_from) {
        let fault = Fault::field(Code::DateTooEarly, "/valid_until");
        return Err(fault.with("earliest", present.valid_from));
    }
    let class = match present.parent_id {
        Some(class) => category(conn, class)?,
        None => None,
    };
    match class.and_then(|class| class.valid_until) {
        Some(latest) if valid_until.is_none_or(|end| end > latest) => {
            Err(Fault::field(Code::DateTooLate, "/valid_until").with("latest", latest))
        }
        _ => Ok(()),
    }
}

fn next_position(conn: &mut Conn, parent_id: Option<Id>) -> Result<i32, Fault> {
    let positions = categories::table.order(categories::position.desc()).select(categories::position);
    let last: Option<i32> = match parent_id {
        Some(class) => positions.filter(categories::parent_id.eq(class)).first(conn),
        None => positions.filter(categories::parent_id.is_null()).first(conn),
    }
    .optional()?;
    Ok(last.map_or(1, |last| last.saturating_add(1)))
}

fn told(row: &Category) -> Detail {
    Detail::none()
        .with("category", row.id.to_string())
        .with("code", row.code.as_str())
        .with("name", row.name.as_str())
        .with("name_en", row.name_en.clone())
        .with("position", row.position)
        .with("valid_from", row.valid_from.to_string())
        .with("valid_until", row.valid_until.map(|end| end.to_string()))
}

#[cfg(test)]
mod tests {
    use super::CategoryCode;

    #[test]
    fn a_code_names_a_class_or_a_sub_class_of_one() {
        let class_of = |text: &str| CategoryCode::parse(text).map(|code| code.class().map(str::to_owned));
        assert_eq!(class_of("utilities"), Some(None));
        assert_eq!(class_of("utilities.water_2"), Some(Some("utilities".to_owned())));
        let long = "a".repeat(81);
        for wrong in
            ["", ".", "a.", ".a", "a.b.c", "Utilities", "2fast", "a.2b", "供水", "a b", long.as_str()]
        {
            assert_eq!(class_of(wrong), None, "{wrong:?}");
        }
    }
}
