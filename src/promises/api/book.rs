//! The promise book and the calendars.

use crate::fault::Fault;
use crate::people::Caller;
use crate::promises;
use crate::promises::views::{BookVersionView, BookView, CalendarDaysView, CalendarView};
use crate::web::problem::{ReadProblems, WriteProblems};
use crate::web::{At, Body, Context, IfMatch, Name, Page, PageQuery, Query, etag};
use actix_web::{HttpRequest, HttpResponse, get, put};
use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::Value;
use utoipa::IntoParams;

/// Which version to read.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct VersionQuery {
    /// The version; the newest where it is missing.
    #[param(minimum = 1, maximum = 2147483647)]
    version: Option<i32>,
}

/// Read the promise book
///
/// The present version, or the one asked for. The `ETag` is the version.
#[utoipa::path(
    tag = "promises",
    params(VersionQuery),
    responses((status = 200, body = BookView), ReadProblems),
    security(("bearer" = []))
)]
#[get("/promises")]
pub(crate) async fn read_book(
    context: Context,
    _reader: Caller,
    Query(query): Query<VersionQuery>,
) -> Result<HttpResponse, Fault> {
    let row = context.db.read(move |conn| promises::read_book(conn, query.version)).await?;
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
    let (before, limit) = (page.place::<i32>("book versions")?, page.limit()?);
    let rows = context.db.read(move |conn| promises::book_versions(conn, before, limit)).await?;
    Ok(rows.map(|row| BookVersionView::new(row, context.zone)).answer(&request))
}

/// Change the promise book
///
/// The body becomes the next version: for administrators and leaders of the office. New clocks run by it, those under
/// way keep the rule they were started with. A wrong book is `book_invalid`, with a pointer to the place.
#[utoipa::path(
    tag = "promises",
    request_body(content = Object, description = "The book as `document` of GET /promises shows it.", content_type = "application/json"),
    responses((status = 200, body = BookView), WriteProblems),
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
        context.db.write(move |conn| promises::replace_book(conn, at, &actor, &if_match, &document)).await?;
    let tag = etag(row.version);
    Ok(HttpResponse::Ok().insert_header(tag).json(BookView::new(row, context.zone)))
}

/// Read a calendar
///
/// The newest version, or the one asked for. The `ETag` is the version.
#[utoipa::path(
    tag = "promises",
    params(("name" = String, Path, max_length = 64, description = "The calendar's name, such as `cn`."), VersionQuery),
    responses((status = 200, body = CalendarView), ReadProblems),
    security(("bearer" = []))
)]
#[get("/calendars/{name}")]
pub(crate) async fn read_calendar(
    context: Context,
    _reader: Caller,
    Name(name): Name,
    Query(query): Query<VersionQuery>,
) -> Result<HttpResponse, Fault> {
    let row = context.db.read(move |conn| promises::read_calendar(conn, &name, query.version)).await?;
    let tag = etag(row.version);
    Ok(HttpResponse::Ok().insert_header(tag).json(CalendarView::new(row, context.zone)))
}

/// Which dates to read.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct DaysQuery {
    /// The first date.
    #[serde(deserialize_with = "crate::domain::day::required")]
    from: NaiveDate,
    /// The last date, included; at most 366 dates in all.
    #[serde(deserialize_with = "crate::domain::day::required")]
    to: NaiveDate,
}

/// List the days of a calendar
///
/// Each date: working or not, the hours, and why.
#[utoipa::path(
    tag = "promises",
    params(("name" = String, Path, max_length = 64, description = "The calendar's name, such as `cn`."), DaysQuery),
    responses((status = 200, body = CalendarDaysView), ReadProblems),
    security(("bearer" = []))
)]
#[get("/calendars/{name}/days")]
pub(crate) async fn list_calendar_days(
    context: Context,
    _reader: Caller,
    Name(name): Name,
    Query(query): Query<DaysQuery>,
) -> Result<HttpResponse, Fault> {
    let asked = name.clone();
    let (version, days) =
        context.db.read(move |conn| promises::days(conn, &asked, query.from, query.to)).await?;
    Ok(HttpResponse::Ok().insert_header(etag(version)).json(CalendarDaysView { name, version, days }))
}
