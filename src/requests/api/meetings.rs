//! Joint meetings.

use super::{LINE, TEXT, shown};
use crate::domain::ids::{Id, Instant};
use crate::fault::Fault;
use crate::people::Act;
use crate::requests::views::RequestView;
use crate::requests::{self, Held, MeetingDate, MeetingOf};
use crate::web::problem::WriteProblems;
use crate::web::{Body, Fields, Key};
use actix_web::{HttpResponse, post};
use serde::Deserialize;
use utoipa::ToSchema;

/// The most units at one table.
const UNITS: usize = 50;
/// The most dates fixed at one meeting.
const DATES: usize = 20;

/// A meeting to be convened.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MeetingRequest {
    /// The units asked to come.
    #[schema(max_items = 50)]
    units: Vec<Id>,
    /// When; in the future.
    planned_at: Instant,
    /// What is to be settled, at most 5000 characters.
    #[schema(max_length = 5000)]
    agenda: String,
}

/// Convenes a joint meeting about a request, by the office.
#[utoipa::path(tag = "requests", request_body = MeetingRequest, security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 200, body = RequestView), WriteProblems))]
#[post("/requests/{id}/meetings")]
pub(crate) async fn convene_meeting(
    act: Act,
    Key(id): Key,
    Body(form): Body<MeetingRequest>,
) -> Result<HttpResponse, Fault> {
    let mut fields = Fields::new();
    fields.at_most("/units", form.units.len(), UNITS);
    let agenda = fields.text("/agenda", &form.agenda, TEXT);
    fields.finish()?;
    let command = MeetingOf { units: form.units, planned_at: form.planned_at, agenda };
    shown(act, id, move |conn, at, actor| requests::convene_meeting(conn, at, actor, id, &command)).await
}

/// What a meeting came to.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MinutesRequest {
    /// The units that came.
    #[schema(max_items = 50)]
    present: Vec<Id>,
    /// The minutes, at most 5000 characters.
    #[schema(max_length = 5000)]
    minutes: String,
    /// The unit fixed as the lead; it gets the request by a re-dispatch.
    lead: Option<Id>,
    /// The dates fixed; the company is told them.
    #[serde(default)]
    #[schema(max_items = 20)]
    dates: Vec<MeetingDate>,
    /// What was ruled, at most 5000 characters.
    #[schema(max_length = 5000)]
    ruling: Option<String>,
}

/// Records a joint meeting that was held, by the office, once.
#[utoipa::path(tag = "requests", request_body = MinutesRequest, security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 200, body = RequestView), WriteProblems))]
#[post("/meetings/{id}/minutes")]
pub(crate) async fn record_meeting(
    act: Act,
    Key(id): Key,
    Body(form): Body<MinutesRequest>,
) -> Result<HttpResponse, Fault> {
    let mut fields = Fields::new();
    fields.at_most("/present", form.present.len(), UNITS);
    fields.at_most("/dates", form.dates.len(), DATES);
    let date = |(index, date): (usize, MeetingDate)| MeetingDate {
        what: fields.line(&format!("/dates/{index}/what"), &date.what, LINE),
        by: date.by,
    };
    let dates = form.dates.into_iter().enumerate().map(date).collect();
    let command = Held {
        present: form.present,
        minutes: fields.text("/minutes", &form.minutes, TEXT),
        lead: form.lead,
        dates,
        ruling: fields.optional_text("/ruling", form.ruling.as_deref(), TEXT),
    };
    fields.finish()?;
    shown(act, id, move |conn, at, actor| requests::record_meeting(conn, at, actor, id, &command)).await
}
