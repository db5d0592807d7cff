//! The shapes of this room in JSON.

use super::{BookVersion, CalendarVersion, Category, Class, DutyLine};
use crate::domain::calendar::{Day, Spec};
use crate::domain::ids::{Id, Instant};
use crate::domain::words::Pace;
use crate::people::Unit;
use crate::web::LocalTime;
use chrono::NaiveDate;
use chrono_tz::Tz;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// One version of the promise book.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BookView {
    /// Counted from 1; the `ETag` carries it.
    version: i32,
    /// When it was made.
    created_at: LocalTime,
    /// The book: `title`, `settings`, `rules`. Put back changed, it becomes the next version.
    #[schema(value_type = Object)]
    document: Value,
}

impl BookView {
    /// `row` as shown in `zone`.
    pub(super) fn new(row: BookVersion, zone: Tz) -> Self {
        Self {
            version: row.version,
            created_at: LocalTime::new(row.created_at, zone),
            document: row.document.0,
        }
    }
}

/// One version of the promise book in the list of them.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BookVersionView {
    /// Counted from 1.
    version: i32,
    /// When it was made.
    created_at: LocalTime,
}

impl BookVersionView {
    /// The version and when it was made, as shown in `zone`.
    pub(super) fn new((version, at): (i32, Instant), zone: Tz) -> Self {
        Self { version, created_at: LocalTime::new(at, zone) }
    }
}

/// One version of a calendar.
#[derive(Debug, Serialize, ToSchema)]
pub struct CalendarView {
    /// Its name.
    name: String,
    /// Counted from 1.
    version: i32,
    /// When it was made.
    created_at: LocalTime,
    /// The years whose days off have been announced; dates in other years are provisional.
    announced: Vec<i32>,
    /// The calendar as written down. Put back changed, it becomes the next version.
    document: Spec,
}

impl CalendarView {
    /// `row` as shown in `zone`.
    pub fn new(row: CalendarVersion, zone: Tz) -> Self {
        Self {
            name: row.name,
            version: row.version,
            created_at: LocalTime::new(row.created_at, zone),
            announced: row.document.0.announced.clone(),
            document: row.document.0,
        }
    }
}

/// Dates of a calendar, one after another.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CalendarDaysView {
    /// The calendar's name.
    pub(super) name: String,
    /// Its version.
    pub(super) version: i32,
    /// Each date asked for.
    pub(super) days: Vec<Day>,
}

/// A category.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CategoryView {
    /// Its id.
    id: Id,
    /// Its stable code: `utilities`, `utilities.water`.
    code: String,
    /// Its Chinese name.
    name: String,
    /// Its English name.
    #[serde(skip_serializing_if = "Option::is_none")]
    name_en: Option<String>,
    /// Its place among its like.
    position: i32,
    /// The first day it holds.
    valid_from: NaiveDate,
    /// The first day it no longer holds; missing while it does not end.
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_until: Option<NaiveDate>,
    /// Rises with each change; a change names it in `If-Match`.
    version: i32,
}

impl From<Category> for CategoryView {
    fn from(row: Category) -> Self {
        Self {
            id: row.id,
            code: row.code,
            name: row.name,
            name_en: row.name_en,
            position: row.position,
            valid_from: row.valid_from,
            valid_until: row.valid_until,
            version: row.version,
        }
    }
}

/// A class of categories.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ClassView {
    /// The class itself.
    #[serde(flatten)]
    class: CategoryView,
    /// Its sub-classes, in their places.
    sub_classes: Vec<CategoryView>,
}

/// The categories of a day.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CategoriesView {
    /// The day.
    on: NaiveDate,
    /// The classes that hold then, in their places.
    classes: Vec<ClassView>,
}

impl CategoriesView {
    /// The classes that hold on the day `on`.
    pub(super) fn new(on: NaiveDate, classes: Vec<Class>) -> Self {
        let view = |Class { class, sub_classes }| ClassView {
            class: CategoryView::from(class),
            sub_classes: sub_classes.into_iter().map(CategoryView::from).collect(),
        };
        Self { on, classes: classes.into_iter().map(view).collect() }
    }
}

/// A category or a unit that a row names.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct NamedView {
    /// Its id.
    id: Id,
    /// Its stable code.
    code: String,
    /// Its Chinese name.
    name: String,
    /// Its English name.
    #[serde(skip_serializing_if = "Option::is_none")]
    name_en: Option<String>,
}

impl From<Unit> for NamedView {
    fn from(unit: Unit) -> Self {
        Self { id: unit.id, code: unit.code, name: unit.name, name_en: unit.name_en }
    }
}

impl From<Category> for NamedView {
    fn from(category: Category) -> Self {
        Self { id: category.id, code: category.code, name: category.name, name_en: category.name_en }
    }
}

/// One row of the duty table.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DutyView {
    /// Its id.
    id: Id,
    /// The category.
    category: NamedView,
    /// The unit that answers for the whole (主办).
    lead: NamedView,
    /// The units that help it (协办).
    assists: Vec<NamedView>,
    /// How long such a matter needs as a rule.
    pace: Pace,
    /// The code of the unit that keeps the row true.
    owner: String,
    /// The first day it holds.
    valid_from: NaiveDate,
    /// The first day it no longer holds; missing while it does not end.
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_until: Option<NaiveDate>,
}

impl From<DutyLine> for DutyView {
    fn from(line: DutyLine) -> Self {
        Self {
            id: line.id,
            category: line.category.into(),
            lead: line.lead.into(),
            assists: line.assists.into_iter().map(NamedView::from).collect(),
            pace: line.pace,
            owner: line.owner,
            valid_from: line.valid_from,
            valid_until: line.valid_until,
        }
    }
}
