//! The ladder over HTTP.

use super::replace_ladder as replace;
use super::views::LadderView;
use crate::fault::Fault;
use crate::people::Caller;
use crate::promises;
use crate::web::problem::{ReadProblems, WriteProblems};
use crate::web::{At, Body, Context, IfMatch, Query, etag};
use actix_web::{HttpResponse, get, put};
use serde::Deserialize;
use serde_json::Value;
use utoipa::IntoParams;

/// Which version to read.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct LadderQuery {
    /// The version; the newest where it is missing.
    #[param(minimum = 1, maximum = 2147483647)]
    version: Option<i32>,
}

/// Read the ladder
///
/// Who is told what when a clock runs out, for staff. The present version, or the one asked for. The `ETag` is the version.
#[utoipa::path(
    tag = "oversight",
    params(LadderQuery),
    responses((status = 200, body = LadderView, headers(("ETag" = String, description = "The version."))), ReadProblems),
    security(("bearer" = []))
)]
#[get("/ladder")]
pub(crate) async fn read_ladder(
    context: Context,
    Caller(actor): Caller,
    Query(query): Query<LadderQuery>,
) -> Result<HttpResponse, Fault> {
    let row = context.db.read(move |conn| promises::read_ladder(conn, &actor, query.version)).await?;
    let tag = etag(row.version);
    Ok(HttpResponse::Ok().insert_header(tag).json(LadderView::new(row, context.zone)))
}

/// Change the ladder
///
/// The body becomes the next version: for administrators and leaders of the office. It holds at once, for clocks under way
/// too; a step with a new name tells nothing of what was due before. A wrong ladder is `ladder_invalid`, with a pointer to the
/// place.
#[utoipa::path(
    tag = "oversight",
    request_body(content = Object, description = "The ladder as `document` of GET /ladder shows it.", content_type = "application/json"),
    responses((status = 200, body = LadderView), WriteProblems),
    security(("bearer" = []))
)]
#[put("/ladder")]
pub(crate) async fn replace_ladder(
    context: Context,
    Caller(actor): Caller,
    At(at): At,
    if_match: IfMatch,
    Body(document): Body<Value>,
) -> Result<HttpResponse, Fault> {
    let row = context.db.write(move |conn| replace(conn, at, &actor, &if_match, &document)).await?;
    let tag = etag(row.version);
    Ok(HttpResponse::Ok().insert_header(tag).json(LadderView::new(row, context.zone)))
}
