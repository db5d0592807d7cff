//! The steps on a matter: reminders, urgings, talks.

use super::{LINE, TEXT};
use crate::domain::ids::{Id, Instant};
use crate::fault::Fault;
use crate::people::{Act, Caller};
use crate::requests::REQUEST;
use crate::supervision::step_views::{self, StepView};
use crate::supervision::{self, ORDER, Reminder, Summons, TALK, TalkHeld};
use crate::web::problem::{ReadProblems, WriteProblems};
use crate::web::{Body, Context, Fields, Key, Rendered};
use actix_web::{HttpResponse, get, post};
use serde::Deserialize;
use utoipa::ToSchema;

/// A step before there is an order.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReminderForm {
    /// Whether the unit is urged, where it is not only reminded.
    urges: bool,
    /// In words, at most 5000 characters.
    #[schema(max_length = 5000)]
    words: Option<String>,
}

/// Remind or urge a unit
///
/// By the office, or by a supervisor or a leader over the unit; no step goes back behind the last one.
#[utoipa::path(tag = "supervision", request_body = ReminderForm, security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 201, body = StepView), WriteProblems))]
#[post("/assignments/{id}/reminders")]
pub(crate) async fn remind(
    act: Act,
    Key(id): Key,
    Body(form): Body<ReminderForm>,
) -> Result<HttpResponse, Fault> {
    let mut fields = Fields::new();
    let words = fields.optional_text("/words", form.words.as_deref(), TEXT);
    fields.finish()?;
    let (reminder, zone) = (Reminder { urges: form.urges, words }, act.context.zone);
    act.on(REQUEST, id, move |conn, at, actor| {
        let row = supervision::remind(conn, at, actor, id, &reminder)?;
        Rendered::created(&step_views::one(conn, zone, row)?)
    })
    .await
}

/// A talk to be held.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SummonsForm {
    /// When; in the future.
    planned_at: Instant,
    /// Where, at most 200 characters.
    #[schema(max_length = 200)]
    place: Option<String>,
    /// What it is about, at most 5000 characters.
    #[schema(max_length = 5000)]
    words: String,
}

/// Summon a unit to a talk
///
/// About a signed order, by who may sign it.
#[utoipa::path(tag = "supervision", request_body = SummonsForm, security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 201, body = StepView), WriteProblems))]
#[post("/supervision-orders/{id}/talks")]
pub(crate) async fn summon_talk(
    act: Act,
    Key(id): Key,
    Body(form): Body<SummonsForm>,
) -> Result<HttpResponse, Fault> {
    let mut fields = Fields::new();
    let summons = Summons {
        planned_at: form.planned_at,
        place: fields.optional_line("/place", form.place.as_deref(), LINE),
        words: fields.text("/words", &form.words, TEXT),
    };
    fields.finish()?;
    let zone = act.context.zone;
    act.on(ORDER, id, move |conn, at, actor| {
        let row = supervision::summon(conn, at, actor, id, &summons)?;
        Rendered::created(&step_views::one(conn, zone, row)?)
    })
    .await
}

/// What a talk came to.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TalkForm {
    /// When it was held.
    held_at: Instant,
    /// What came of it, at most 5000 characters.
    #[schema(max_length = 5000)]
    outcome: String,
}

/// Record a talk
///
/// Once, by who may sign its order.
#[utoipa::path(tag = "supervision", request_body = TalkForm, security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 200, body = StepView), WriteProblems))]
#[post("/supervision-talks/{id}/outcome")]
pub(crate) async fn record_talk(
    act: Act,
    Key(id): Key,
    Body(form): Body<TalkForm>,
) -> Result<HttpResponse, Fault> {
    let mut fields = Fields::new();
    let talk = TalkHeld { held_at: form.held_at, outcome: fields.text("/outcome", &form.outcome, TEXT) };
    fields.finish()?;
    let zone = act.context.zone;
    act.on(TALK, id, move |conn, at, actor| {
        let row = supervision::record_talk(conn, at, actor, id, &talk)?;
        Rendered::ok(&step_views::one(conn, zone, row)?)
    })
    .await
}

/// List the steps on a request
///
/// In their order; a unit sees its own, the company none.
#[utoipa::path(tag = "supervision", security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 200, body = [StepView]), ReadProblems))]
#[get("/requests/{id}/supervision")]
pub(crate) async fn list_steps(
    context: Context,
    Caller(actor): Caller,
    Key(id): Key,
) -> Result<HttpResponse, Fault> {
    let zone = context.zone;
    let read = context.db.read(move |conn| {
        let rows = supervision::steps(conn, &actor, id)?;
        step_views::shown(conn, zone, rows)
    });
    Ok(HttpResponse::Ok().json(read.await?))
}
