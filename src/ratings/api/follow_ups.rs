//! Follow-up calls over HTTP.

use crate::domain::ids::Id;
use crate::domain::rating::RatingLevel;
use crate::fault::Fault;
use crate::people::{Act, Caller};
use crate::ratings::{self, Call, FollowUpRow};
use crate::requests::api::write;
use crate::web::problem::{ReadProblems, WriteProblems};
use crate::web::{Body, Context, Fields, Key, LocalTime, Rendered};
use actix_web::{HttpResponse, get, post};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A call to be recorded.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FollowUpRequest {
    /// Whether somebody of the company answered; the next three are told then, and only then.
    reached: bool,
    /// Whether a unit was in contact.
    contacted: Option<bool>,
    /// Whether it was solved; what was not is called back.
    solved: Option<bool>,
    /// How satisfied the company is.
    satisfied: Option<RatingLevel>,
    /// What else was said, at most 2000 characters.
    #[schema(max_length = 2000)]
    words: Option<String>,
}

/// A follow-up call.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FollowUpView {
    /// Its id.
    id: Id,
    /// The cycle it is about.
    cycle: i32,
    /// When it was made.
    called_at: LocalTime,
    /// Whether somebody of the company answered.
    reached: bool,
    /// Whether a unit was in contact.
    #[serde(skip_serializing_if = "Option::is_none")]
    contacted: Option<bool>,
    /// Whether it was solved.
    #[serde(skip_serializing_if = "Option::is_none")]
    solved: Option<bool>,
    /// How satisfied the company is.
    #[serde(skip_serializing_if = "Option::is_none")]
    satisfied: Option<RatingLevel>,
    /// What else was said.
    #[serde(skip_serializing_if = "Option::is_none")]
    words: Option<String>,
}

impl FollowUpView {
    fn new(row: FollowUpRow, zone: Tz) -> Self {
        Self {
            id: row.id,
            cycle: row.cycle,
            called_at: LocalTime::new(row.called_at, zone),
            reached: row.valid,
            contacted: row.contacted,
            solved: row.solved,
            satisfied: row.satisfied,
            words: row.words,
        }
    }
}

/// Records a call to a company that has not rated, by the office.
#[utoipa::path(tag = "ratings", request_body = FollowUpRequest, security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 201, body = FollowUpView), WriteProblems))]
#[post("/requests/{id}/follow-up")]
pub(crate) async fn follow_up(
    act: Act,
    Key(id): Key,
    Body(form): Body<FollowUpRequest>,
) -> Result<HttpResponse, Fault> {
    let mut fields = Fields::new();
    let call = Call {
        reached: form.reached,
        contacted: form.contacted,
        solved: form.solved,
        satisfied: form.satisfied,
        words: fields.optional_text("/words", form.words.as_deref(), 2000),
    };
    fields.finish()?;
    let zone = act.context.zone;
    write(act, id, move |conn, at, actor| {
        let row = ratings::follow_up(conn, at, actor, id, &call)?;
        Rendered::created(&FollowUpView::new(row, zone))
    })
    .await
}

/// The calls about a request, the oldest first, for the office and the company.
#[utoipa::path(tag = "ratings", security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 200, body = [FollowUpView]), ReadProblems))]
#[get("/requests/{id}/follow-up")]
pub(crate) async fn list_follow_ups(
    context: Context,
    Caller(actor): Caller,
    Key(id): Key,
) -> Result<HttpResponse, Fault> {
    let rows = context.db.read(move |conn| ratings::follow_ups(conn, &actor, id)).await?;
    let views: Vec<FollowUpView> = rows.into_iter().map(|row| FollowUpView::new(row, context.zone)).collect();
    Ok(HttpResponse::Ok().json(views))
}
