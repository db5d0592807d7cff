//! Appeals against ratings over HTTP.

use crate::domain::ids::Id;
use crate::fault::Fault;
use crate::people::{Act, Caller};
use crate::ratings::{self, AppealRow};
use crate::requests::api::{Reason, write};
use crate::requests::{AskRuling, Audience};
use crate::web::problem::{ReadProblems, WriteProblems};
use crate::web::{Body, Context, Fields, Key, LocalTime, Rendered};
use actix_web::{HttpResponse, get, post};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A ruling on an appeal.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AppealRuling {
    /// Whether the rating does not count against the unit.
    granted: bool,
    /// Why; the company reads it. At most 5000 characters.
    #[schema(max_length = 5000)]
    reason: String,
}

/// An appeal.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AppealView {
    /// Its id.
    id: Id,
    /// The rating it is against.
    rating: Id,
    /// The part whose unit appeals.
    assignment: Id,
    /// Why it should not count; for staff only.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// When it was asked.
    asked_at: LocalTime,
    /// The ruling.
    #[serde(skip_serializing_if = "Option::is_none")]
    ruling: Option<AskRuling>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    ruling_reason: Option<String>,
    /// When it was ruled.
    #[serde(skip_serializing_if = "Option::is_none")]
    ruled_at: Option<LocalTime>,
}

impl AppealView {
    fn new(row: AppealRow, for_staff: bool, zone: Tz) -> Self {
        Self {
            id: row.id,
            rating: row.rating_id,
            assignment: row.assignment_id,
            reason: Some(row.reason).filter(|_| for_staff),
            asked_at: LocalTime::new(row.asked_at, zone),
            ruling: row.ruling,
            ruling_reason: row.ruling_reason,
            ruled_at: row.ruled_at.map(|at| LocalTime::new(at, zone)),
        }
    }
}

/// Appeals against the rating of a released part, by its unit's signer.
#[utoipa::path(tag = "ratings", request_body = Reason, security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 201, body = AppealView), WriteProblems))]
#[post("/assignments/{id}/appeal")]
pub(crate) async fn appeal(act: Act, Key(id): Key, Body(form): Body<Reason>) -> Result<HttpResponse, Fault> {
    let reason = form.checked()?;
    let zone = act.context.zone;
    write(act, id, move |conn, at, actor| {
        let row = ratings::appeal(conn, at, actor, id, &reason)?;
        Rendered::created(&AppealView::new(row, true, zone))
    })
    .await
}

/// Rules on an appeal, by the office.
#[utoipa::path(tag = "ratings", request_body = AppealRuling, security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 200, body = AppealView), WriteProblems))]
#[post("/appeals/{id}/ruling")]
pub(crate) async fn rule_on_appeal(
    act: Act,
    Key(id): Key,
    Body(form): Body<AppealRuling>,
) -> Result<HttpResponse, Fault> {
    let mut fields = Fields::new();
    let reason = fields.text("/reason", &form.reason, 5000);
    fields.finish()?;
    let granted = form.granted;
    let zone = act.context.zone;
    act.on(ratings::APPEAL, id, move |conn, at, actor| {
        let row = ratings::rule_on_appeal(conn, at, actor, id, granted, &reason)?;
        Rendered::ok(&AppealView::new(row, true, zone))
    })
    .await
}

/// The appeals against a request's ratings, the oldest first; the company sees those that are ruled on.
#[utoipa::path(tag = "ratings", security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 200, body = [AppealView]), ReadProblems))]
#[get("/requests/{id}/appeals")]
pub(crate) async fn list_appeals(
    context: Context,
    Caller(actor): Caller,
    Key(id): Key,
) -> Result<HttpResponse, Fault> {
    let (rows, audience) = context.db.read(move |conn| ratings::appeals(conn, &actor, id)).await?;
    let (for_staff, zone) = (audience != Audience::Company, context.zone);
    let views: Vec<AppealView> = rows.into_iter().map(|row| AppealView::new(row, for_staff, zone)).collect();
    Ok(HttpResponse::Ok().json(views))
}
