//! The REST handlers of this room.

use super::views::{
    BookVersionView, BookView, CalendarDaysView, CalendarView, CategoriesView, CategoryView, DutyView,
};
use super::{CategoryChange, CategoryCode, NewCategory, NewDuty};
use crate::domain::ids::{Id, Instant};
use crate::domain::words::Pace;
use crate::fault::{Code, Fault};
use crate::people::Caller;
use crate::web::problem::{ConditionProblems, ReadProblems, WriteProblems};
use crate::web::{At, Body, Context, Fields, IfMatch, Key, Page, PageQuery, Query, etag};
use actix_web::{HttpRequest, HttpResponse, get, patch, post, put, web};
use chrono::NaiveDate;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

/// The longest name of a category, in characters.
const MOST_NAME: usize = 60;
/// The most units that may assist in one row.
const MOST_ASSISTS: usize = 20;

/// Which version to read.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct VersionQuery {
    /// The version; the newest where it is missing.
    version: Option<i32>,
}

/// Read the promise book
///
/// The present version, or the one asked for. The `ETag` is the version.
#[utoipa::path(
    tag = "promises",
    params(VersionQuery),
    responses((status = 200, body = BookView, headers(("ETag" = String, description = "The version."))), ReadProblems),
    security(("bearer" = []))
)]
#[get("/promises")]
pub(crate) async fn read_book(
    context: Context,
    _reader: Caller,
    Query(query): Query<VersionQuery>,
) -> Result<HttpResponse, Fault> {
    let row = context.db.read(move |conn| super::read_book(conn, query.version)).await?;
    let tag = etag(row.version);
    Ok(HttpResponse::Ok().insert_header(tag).json(BookView::new(row, context.zone)))
}

/// A page of the book's versions.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct VersionsQuery {
    /// The cursor a page before this one gave as `next`.
    cursor: Option<String>,
    /// How many items at most: 1 to 100, 20 by default.
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: Option<u32>,
}

/// List the versions of the promise book
///
/// The newest first.
#[utoipa::path(
    tag = "promises",
    params(VersionsQuery),
    responses((status = 200, body = Page<BookVersionView>), ReadProblems),
    security(("bearer" = []))
)]
#[get("/promises/versions")]
pub(crate) async fn list_book_versions(
    context: Context,
    _reader: Caller,
    Query(query): Query<VersionsQuery>,
    request: HttpRequest,
) -> Result<HttpResponse, Fault> {
    let page = PageQuery { cursor: query.cursor, limit: query.limit };
    let (before, limit) = (page.place::<i32>()?, page.limit()?);
    let rows = context.db.read(move |conn| super::book_versions(conn, before, limit)).await?;
    Ok(rows.map(|row| BookVersionView::new(row, context.zone)).answer(&request))
}

/// Change the promise book
///
/// The body becomes the next version: for administrators and leaders of the office. New clocks run by it, those under
/// way keep the rule they were started with. A wrong book is `book_invalid`, with a pointer to the place.
#[utoipa::path(
    tag = "promises",
    params(("If-Match" = String, Header, description = "The ETag of the version it was made from.")),
    request_body(content = Object, description = "The book as `document` of GET /promises shows it.", content_type = "application/json"),
    responses((status = 200, body = BookView, headers(("ETag" = String, description = "The new version."))), WriteProblems, ConditionProblems),
    security(("bearer" = []))
)]
#[put("/promises")]
pub(crate) async fn replace_book(
    context: Context,
    Caller(actor): Caller,
    At(at): At,
    if_match: IfMatch,
    Body(document): Body<Value>,
) -> Result<HttpResponse, Fault> {
    let row =
        context.db.write(move |conn| super::replace_book(conn, at, &actor, &if_match, &document)).await?;
    let tag = etag(row.version);
    Ok(HttpResponse::Ok().insert_header(tag).json(BookView::new(row, context.zone)))
}

/// Read a calendar
///
/// The newest version, or the one asked for.
#[utoipa::path(
    tag = "promises",
    params(("name" = String, Path, description = "The calendar's name, such as `cn`."), VersionQuery),
    responses((status = 200, body = CalendarView, headers(("ETag" = String, description = "The version."))), ReadProblems),
    security(("bearer" = []))
)]
#[get("/calendars/{name}")]
pub(crate) async fn read_calendar(
    context: Context,
    _reader: Caller,
    name: web::Path<String>,
    Query(query): Query<VersionQuery>,
) -> Result<HttpResponse, Fault> {
    let row = context.db.read(move |conn| super::read_calendar(conn, &name, query.version)).await?;
    let tag = etag(row.version);
    Ok(HttpResponse::Ok().insert_header(tag).json(CalendarView::new(row, context.zone)))
}

/// Which dates to read.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct DaysQuery {
    /// The first date.
    from: NaiveDate,
    /// The last date, included; at most 366 dates in all.
    to: NaiveDate,
}

/// List the days of a calendar
///
/// Each date: working or not, the hours, and why.
#[utoipa::path(
    tag = "promises",
    params(("name" = String, Path, description = "The calendar's name, such as `cn`."), DaysQuery),
    responses((status = 200, body = CalendarDaysView), ReadProblems),
    security(("bearer" = []))
)]
#[get("/calendars/{name}/days")]
pub(crate) async fn list_calendar_days(
    context: Context,
    _reader: Caller,
    name: web::Path<String>,
    Query(query): Query<DaysQuery>,
) -> Result<HttpResponse, Fault> {
    let name = name.into_inner();
    let asked = name.clone();
    let (version, days) =
        context.db.read(move |conn| super::days(conn, &asked, query.from, query.to)).await?;
    Ok(HttpResponse::Ok().json(CalendarDaysView { name, version, days }))
}

/// List the categories
///
/// The classes that hold today, each with its sub-classes.
#[utoipa::path(
    tag = "categories",
    responses((status = 200, body = CategoriesView), ReadProblems),
    security(("bearer" = []))
)]
#[get("/categories")]
pub(crate) async fn list_categories(
    context: Context,
    _reader: Caller,
    At(at): At,
) -> Result<HttpResponse, Fault> {
    let on = today(&context, at);
    let classes = context.db.read(move |conn| super::category_tree(conn, on)).await?;
    Ok(HttpResponse::Ok().json(CategoriesView::new(on, classes)))
}

/// A category to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateCategory {
    /// `class`, or `class.sub_class` for a sub-class of a class that exists; lower-case letters, digits, underscores.
    #[schema(max_length = 80, example = "utilities.water")]
    code: String,
    /// Its Chinese name.
    #[schema(max_length = 60)]
    name: String,
    /// Its English name.
    #[schema(max_length = 60)]
    name_en: Option<String>,
    /// Its place among its like; behind the last where it is missing.
    #[schema(minimum = 1, maximum = 1000)]
    position: Option<i32>,
    /// The first day it holds; today where it is missing.
    valid_from: Option<NaiveDate>,
}

impl CreateCategory {
    /// The command, or every wrong field.
    fn checked(&self, today: NaiveDate) -> Result<NewCategory, Fault> {
        let mut fields = Fields::new();
        let code = CategoryCode::parse(&self.code);
        if code.is_none() {
            fields.refuse(Code::CategoryCodeInvalid, "/code");
        }
        let name = fields.line("/name", &self.name, MOST_NAME);
        let name_en = fields.optional_line("/name_en", self.name_en.as_deref(), MOST_NAME);
        check_position(&mut fields, self.position);
        fields.finish()?;
        let code = code.ok_or_else(|| Fault::field(Code::CategoryCodeInvalid, "/code"))?;
        let valid_from = self.valid_from.unwrap_or(today);
        Ok(NewCategory { code, name, name_en, position: self.position, valid_from })
    }
}

/// Add a category
///
/// For administrators. The code of a sub-class begins with that of its class.
#[utoipa::path(
    tag = "categories",
    request_body = CreateCategory,
    responses((status = 201, body = CategoryView, headers(("ETag" = String, description = "The version."))), WriteProblems),
    security(("bearer" = []))
)]
#[post("/categories")]
pub(crate) async fn create_category(
    context: Context,
    Caller(actor): Caller,
    At(at): At,
    Body(form): Body<CreateCategory>,
) -> Result<HttpResponse, Fault> {
    let command = form.checked(today(&context, at))?;
    let row = context.db.write(move |conn| super::create_category(conn, at, &actor, &command)).await?;
    Ok(HttpResponse::Created().insert_header(etag(row.version)).json(CategoryView::from(row)))
}

/// What is to become different; what is missing stays as it is, and `null` takes away.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AmendCategory {
    /// Its Chinese name.
    #[schema(max_length = 60)]
    name: Option<String>,
    /// Its English name.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 60)]
    name_en: Option<Option<String>>,
    /// Its place among its like.
    #[schema(minimum = 1, maximum = 1000)]
    position: Option<i32>,
    /// The first day it no longer holds. A class that ends takes its sub-classes with it.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<NaiveDate>)]
    valid_until: Option<Option<NaiveDate>>,
}

impl AmendCategory {
    /// The command, or every wrong field.
    fn checked(&self) -> Result<CategoryChange, Fault> {
        let mut fields = Fields::new();
        let name = self.name.as_deref().map(|name| fields.line("/name", name, MOST_NAME));
        let name_en =
            self.name_en.as_ref().map(|name| fields.optional_line("/name_en", name.as_deref(), MOST_NAME));
        check_position(&mut fields, self.position);
        fields.finish()?;
        Ok(CategoryChange { name, name_en, position: self.position, valid_until: self.valid_until })
    }
}

/// Change a category
///
/// Rename it, move it, or set when it ends: for administrators.
#[utoipa::path(
    tag = "categories",
    params(
        ("id" = Id, Path, description = "The category."),
        ("If-Match" = String, Header, description = "The version it was read in, as an ETag.")
    ),
    request_body = AmendCategory,
    responses((status = 200, body = CategoryView, headers(("ETag" = String, description = "The new version."))), WriteProblems, ConditionProblems),
    security(("bearer" = []))
)]
#[patch("/categories/{id}")]
pub(crate) async fn amend_category(
    context: Context,
    Caller(actor): Caller,
    At(at): At,
    Key(id): Key,
    if_match: IfMatch,
    Body(form): Body<AmendCategory>,
) -> Result<HttpResponse, Fault> {
    let change = form.checked()?;
    let row =
        context.db.write(move |conn| super::amend_category(conn, at, &actor, id, &if_match, &change)).await?;
    Ok(HttpResponse::Ok().insert_header(etag(row.version)).json(CategoryView::from(row)))
}

/// Which rows of the duty table to read.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct DutyQuery {
    /// The day on which they hold; today where it is missing.
    on: Option<NaiveDate>,
    /// The cursor a page before this one gave as `next`.
    cursor: Option<String>,
    /// How many items at most: 1 to 100, 20 by default.
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: Option<u32>,
}

/// Read the duty table
///
/// The rows that hold on a day, by the categories' codes: for staff.
#[utoipa::path(
    tag = "categories",
    params(DutyQuery),
    responses((status = 200, body = Page<DutyView>), ReadProblems),
    security(("bearer" = []))
)]
#[get("/duty-table")]
pub(crate) async fn list_duties(
    context: Context,
    Caller(actor): Caller,
    At(at): At,
    Query(query): Query<DutyQuery>,
    request: HttpRequest,
) -> Result<HttpResponse, Fault> {
    let on = query.on.unwrap_or_else(|| today(&context, at));
    let page = PageQuery { cursor: query.cursor, limit: query.limit };
    let (after, limit) = (page.place::<String>()?, page.limit()?);
    let lines =
        context.db.read(move |conn| super::duty_table(conn, &actor, on, after.as_deref(), limit)).await?;
    Ok(lines.map(DutyView::from).answer(&request))
}

/// A row of the duty table to be added.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddDuty {
    /// The category.
    category_id: Id,
    /// The unit that answers for the whole.
    lead: Id,
    /// The units that help it.
    #[serde(default)]
    #[schema(max_items = 20)]
    assists: Vec<Id>,
    /// How long such a matter needs as a rule; `ordinary` where it is missing.
    pace: Option<Pace>,
    /// The code of the unit that keeps the row true; the lead's where it is missing.
    #[schema(max_length = 60)]
    owner: Option<String>,
    /// The first day it holds: today, where it is missing, or later.
    valid_from: Option<NaiveDate>,
}

impl AddDuty {
    /// The command, or every wrong field.
    fn checked(self, today: NaiveDate) -> Result<NewDuty, Fault> {
        let mut fields = Fields::new();
        fields.at_most("/assists", self.assists.len(), MOST_ASSISTS);
        let owner = fields.optional_line("/owner", self.owner.as_deref(), MOST_NAME);
        fields.finish()?;
        Ok(NewDuty {
            category: self.category_id,
            lead: self.lead,
            assists: self.assists,
            pace: self.pace.unwrap_or(Pace::Ordinary),
            owner,
            valid_from: self.valid_from.unwrap_or(today),
        })
    }
}

/// Add a row to the duty table
///
/// For administrators and the office. The row that stands holds for the last time the day before.
#[utoipa::path(
    tag = "categories",
    request_body = AddDuty,
    responses((status = 201, body = DutyView), WriteProblems),
    security(("bearer" = []))
)]
#[post("/duty-table")]
pub(crate) async fn add_duty(
    context: Context,
    Caller(actor): Caller,
    At(at): At,
    Body(form): Body<AddDuty>,
) -> Result<HttpResponse, Fault> {
    let today = today(&context, at);
    let command = form.checked(today)?;
    let line = context.db.write(move |conn| super::add_duty(conn, at, &actor, today, &command)).await?;
    Ok(HttpResponse::Created().json(DutyView::from(line)))
}

/// The office's date at `at`.
fn today(context: &Context, at: Instant) -> NaiveDate {
    at.utc().with_timezone(&context.zone).date_naive()
}

fn check_position(fields: &mut Fields, position: Option<i32>) {
    if position.is_some_and(|position| !(1..=1000).contains(&position)) {
        let values = vec![("least", "1".to_owned()), ("most", "1000".to_owned())];
        fields.refuse_with(Code::OutOfRange, "/position", values);
    }
}

/// Tells a member that is `null` from one that is missing.
fn given<'de, D, T>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::deserialize(deserializer).map(Some)
}
