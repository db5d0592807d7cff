//! Amending a calendar: the promises room keeps it, this room's clocks run by it.

use crate::domain::calendar::Spec;
use crate::fault::Fault;
use crate::people::Caller;
use crate::promises::{self, CalendarView};
use crate::requests;
use crate::web::problem::WriteProblems;
use crate::web::{At, Body, Context, IfMatch, Name, etag};
use actix_web::{HttpResponse, put};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// A calendar after a change.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AmendedCalendar {
    /// Its newest version.
    #[serde(flatten)]
    calendar: CalendarView,
    /// How many open clocks have other dates than before.
    moved: usize,
}

/// Amend a calendar
///
/// The body becomes the next version: for administrators and leaders of the office. Every open clock that runs by the
/// calendar is counted anew at once, and its request says so; what has stopped stays as it was. A wrong document is
/// `calendar_invalid`, with a pointer to the place; one by which a running clock has no end is `calendar_cannot_count`.
#[utoipa::path(
    tag = "promises",
    params(
        ("name" = String, Path, max_length = 64, description = "The calendar's name, such as `cn`.")
    ),
    request_body(content = Spec, description = "The calendar as `document` of GET /calendars/{name} shows it.", content_type = "application/json"),
    responses((status = 200, body = AmendedCalendar), WriteProblems),
    security(("bearer" = []))
)]
#[put("/calendars/{name}")]
pub(crate) async fn amend_calendar(
    context: Context,
    Caller(actor): Caller,
    At(at): At,
    Name(name): Name,
    if_match: IfMatch,
    Body(document): Body<Value>,
) -> Result<HttpResponse, Fault> {
    let amended = context.db.write(move |conn| {
        let row = promises::amend_calendar(conn, at, &actor, &if_match, &name, &document)?;
        let moved = requests::recount(conn, at, &actor, &name)?;
        Ok((row, moved))
    });
    let (row, moved) = amended.await?;
    let tag = etag(row.version);
    let calendar = CalendarView::new(row, context.zone);
    Ok(HttpResponse::Ok().insert_header(tag).json(AmendedCalendar { calendar, moved }))
}
