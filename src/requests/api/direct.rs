//! Direct reports to the leaders.

use super::{TEXT, write};
use crate::db::Conn;
use crate::domain::ids::Id;
use crate::fault::Fault;
use crate::people::{self, Act, Caller};
use crate::requests::{self, DirectReport};
use crate::web::problem::{ReadProblems, WriteProblems};
use crate::web::{Body, Context, Fields, Key, LocalTime, Rendered};
use actix_web::{HttpResponse, get, post};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A report to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DirectReportForm {
    /// Why the matter is urgent or major, at most 5000 characters.
    #[schema(max_length = 5000)]
    words: String,
}

/// A leader told of a request.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DirectReportView {
    /// Its id.
    id: Id,
    /// The leader's name.
    to: String,
    /// Who reported; missing where the filing itself did.
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<String>,
    /// When.
    at: LocalTime,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    words: Option<String>,
}

fn shown(conn: &mut Conn, zone: Tz, rows: Vec<DirectReport>) -> Result<Vec<DirectReportView>, Fault> {
    let persons: Vec<Id> =
        rows.iter().flat_map(|row| row.by_person_id.into_iter().chain([row.to_person_id])).collect();
    let names = people::person_names(conn, &persons)?;
    let name = |person: &Id| names.get(person).cloned().unwrap_or_default();
    let view = |row: DirectReport| DirectReportView {
        id: row.id,
        to: name(&row.to_person_id),
        by: row.by_person_id.as_ref().map(name),
        at: LocalTime::new(row.at, zone),
        words: row.words,
    };
    Ok(rows.into_iter().map(view).collect())
}

/// Report a request to the leaders
///
/// At once, beside its route, by the office or by the specialist who filed it. Urgent requests and emergencies are reported
/// as they are filed.
#[utoipa::path(tag = "supervision", request_body = DirectReportForm, security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 201, body = [DirectReportView]), WriteProblems))]
#[post("/requests/{id}/direct-reports")]
pub(crate) async fn report_directly(
    act: Act,
    Key(id): Key,
    Body(form): Body<DirectReportForm>,
) -> Result<HttpResponse, Fault> {
    let mut fields = Fields::new();
    let words = fields.text("/words", &form.words, TEXT);
    fields.finish()?;
    let zone = act.context.zone;
    write(act, id, move |conn, at, actor| {
        let rows = requests::report_directly(conn, at, actor, id, &words)?;
        Rendered::created(&shown(conn, zone, rows)?)
    })
    .await
}

/// List the direct reports of a request
///
/// The oldest first, for the office, the auditor and the leaders who were told.
#[utoipa::path(tag = "supervision", security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 200, body = [DirectReportView]), ReadProblems))]
#[get("/requests/{id}/direct-reports")]
pub(crate) async fn list_direct_reports(
    context: Context,
    Caller(actor): Caller,
    Key(id): Key,
) -> Result<HttpResponse, Fault> {
    let zone = context.zone;
    let read = context.db.read(move |conn| {
        let rows = requests::direct_reports(conn, &actor, id)?;
        shown(conn, zone, rows)
    });
    Ok(HttpResponse::Ok().json(read.await?))
}
