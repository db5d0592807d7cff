//! Ratings over HTTP.

pub(crate) mod appeals;
pub(crate) mod follow_ups;

use super::{Callback, CallbackRow, Rate, RatingRow, Ruling};
use crate::domain::ids::{Id, Instant};
use crate::domain::rating::{RatingLevel, RatingReason};
use crate::fault::{Code, Fault};
use crate::people::{Act, Caller};
use crate::requests::api::write;
use crate::web::problem::{ReadProblems, WriteProblems};
use crate::web::{Body, Context, Fields, Key, LocalTime, Rendered};
use actix_web::{HttpResponse, get, post};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A rating to be given.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RateRequest {
    /// Of the five levels; the last two are bad and are called back.
    level: RatingLevel,
    /// Whether a unit was in contact with you.
    reached: bool,
    /// Whether the matter was solved.
    solved: bool,
    /// Why not better.
    #[serde(default)]
    #[schema(max_items = 5)]
    reasons: Vec<RatingReason>,
    /// In your own words, at most 2000 characters.
    #[schema(max_length = 2000)]
    words: Option<String>,
}

/// A rating.
#[derive(Debug, Serialize, ToSchema)]
pub struct RatingView {
    /// Its id.
    pub id: Id,
    /// The cycle it is of.
    pub cycle: i32,
    /// The level.
    pub level: RatingLevel,
    /// 5 to 1.
    pub score: i32,
    /// Whether it is called back.
    pub bad: bool,
    /// Whether the company was reached.
    pub reached: bool,
    /// Whether it was solved.
    pub solved: bool,
    /// Why not better.
    pub reasons: Vec<RatingReason>,
    /// In the company's words; missing where the reader may not know who filed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
    /// When.
    pub rated_at: LocalTime,
}

impl RatingView {
    fn new(row: RatingRow, zone: Tz) -> Self {
        Self {
            id: row.id,
            cycle: row.cycle,
            level: row.level,
            score: row.level.score(),
            bad: row.level.is_bad(),
            reached: row.reached,
            solved: row.solved,
            reasons: row.reasons.0,
            words: row.words,
            rated_at: LocalTime::new(row.rated_at, zone),
        }
    }
}

/// Rates an answered request, by its company, once per cycle.
#[utoipa::path(tag = "ratings", request_body = RateRequest, security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 201, body = RatingView), WriteProblems))]
#[post("/requests/{id}/rating")]
pub(crate) async fn rate(
    act: Act,
    Key(id): Key,
    Body(form): Body<RateRequest>,
) -> Result<HttpResponse, Fault> {
    let mut fields = Fields::new();
    fields.at_most("/reasons", form.reasons.len(), RatingReason::ALL.len());
    for (index, reason) in form.reasons.iter().enumerate() {
        if form.reasons.iter().take(index).any(|earlier| earlier == reason) {
            fields.refuse(Code::ReasonTwice, format!("/reasons/{index}"));
        }
    }
    let command = Rate {
        level: form.level,
        reached: form.reached,
        solved: form.solved,
        reasons: form.reasons,
        words: fields.optional_text("/words", form.words.as_deref(), 2000),
    };
    fields.finish()?;
    let zone = act.context.zone;
    write(act, id, move |conn, at, actor| {
        let row = crate::ratings::rate(conn, at, actor, id, &command)?;
        Rendered::created(&RatingView::new(row, zone))
    })
    .await
}

/// The ratings of a request, first cycle first.
#[utoipa::path(tag = "ratings", security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 200, body = [RatingView]), ReadProblems))]
#[get("/requests/{id}/rating")]
pub(crate) async fn ratings(
    context: Context,
    Caller(actor): Caller,
    Key(id): Key,
) -> Result<HttpResponse, Fault> {
    let rows = context.db.read(move |conn| crate::ratings::ratings(conn, &actor, id)).await?;
    let views: Vec<RatingView> = rows.into_iter().map(|row| RatingView::new(row, context.zone)).collect();
    Ok(HttpResponse::Ok().json(views))
}

/// A call-back and its ruling.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CallbackRequest {
    /// What the call found out; for staff only. At most 5000 characters.
    #[schema(max_length = 5000)]
    findings: String,
    /// The ruling.
    ruling: Ruling,
    /// What the company is told, with the ground. At most 5000 characters.
    #[schema(max_length = 5000)]
    public_text: String,
    /// The assignments that are to be done again; none when it is explained.
    #[serde(default)]
    #[schema(max_items = 20)]
    blamed: Vec<Id>,
    /// The date of a dated fix.
    until: Option<Instant>,
}

/// A call-back's ruling.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CallbackView {
    /// Its id.
    id: Id,
    /// The cycle whose rating was called back.
    cycle: i32,
    /// The ruling.
    ruling: Option<Ruling>,
    /// What the company is told.
    public_text: Option<String>,
    /// What the call found out; for staff that may know who filed.
    #[serde(skip_serializing_if = "Option::is_none")]
    findings: Option<String>,
    /// When it was ruled.
    ruled_at: Option<LocalTime>,
}

impl CallbackView {
    fn new(row: CallbackRow, zone: Tz) -> Self {
        Self {
            id: row.id,
            cycle: row.cycle,
            ruling: row.ruling,
            public_text: row.public_text,
            findings: row.findings,
            ruled_at: row.ruled_at.map(|at| LocalTime::new(at, zone)),
        }
    }
}

/// Calls back a bad rating and rules on it, by the office: rework, a dated fix, or an explanation.
#[utoipa::path(tag = "ratings", request_body = CallbackRequest, security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 201, body = CallbackView), WriteProblems))]
#[post("/requests/{id}/callback")]
pub(crate) async fn rule(
    act: Act,
    Key(id): Key,
    Body(form): Body<CallbackRequest>,
) -> Result<HttpResponse, Fault> {
    let mut fields = Fields::new();
    fields.at_most("/blamed", form.blamed.len(), 20);
    let command = Callback {
        findings: fields.text("/findings", &form.findings, 5000),
        ruling: form.ruling,
        public_text: fields.text("/public_text", &form.public_text, 5000),
        blamed: form.blamed,
        until: form.until,
    };
    fields.finish()?;
    let zone = act.context.zone;
    write(act, id, move |conn, at, actor| {
        let row = crate::ratings::rule(conn, at, actor, id, &command)?;
        Rendered::created(&CallbackView::new(row, zone))
    })
    .await
}

/// The rulings on a request's call-backs, the oldest first.
#[utoipa::path(tag = "ratings", security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 200, body = [CallbackView]), ReadProblems))]
#[get("/requests/{id}/callback")]
pub(crate) async fn callbacks(
    context: Context,
    Caller(actor): Caller,
    Key(id): Key,
) -> Result<HttpResponse, Fault> {
    let rows = context.db.read(move |conn| crate::ratings::callbacks(conn, &actor, id)).await?;
    let views: Vec<CallbackView> = rows.into_iter().map(|row| CallbackView::new(row, context.zone)).collect();
    Ok(HttpResponse::Ok().json(views))
}
