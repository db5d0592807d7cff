//! Requests answered together: merging, and an echo's own text.

use super::{LINE, TEXT, checked, phone, shown};
use crate::domain::answer::Answer;
use crate::domain::ids::Id;
use crate::fault::Fault;
use crate::people::Act;
use crate::requests::views::RequestView;
use crate::requests::{self, EchoReached, Merge};
use crate::web::problem::WriteProblems;
use crate::web::{Body, Fields, Key};
use actix_web::{HttpResponse, post};
use serde::Deserialize;
use utoipa::ToSchema;

/// The most echoes one contact names.
const ECHOES: usize = 100;

/// A merging.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MergeRequest {
    /// The request it is to be answered with.
    master: Id,
    /// Why the two are one matter, at most 5000 characters; for the office only.
    #[schema(max_length = 5000)]
    reason: String,
}

/// Makes a request an echo of another, by the office.
#[utoipa::path(tag = "requests", request_body = MergeRequest, security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 200, body = RequestView), WriteProblems))]
#[post("/requests/{id}/merge")]
pub(crate) async fn merge(
    act: Act,
    Key(id): Key,
    Body(form): Body<MergeRequest>,
) -> Result<HttpResponse, Fault> {
    let mut fields = Fields::new();
    let command = Merge { master: form.master, reason: fields.text("/reason", &form.reason, TEXT) };
    fields.finish()?;
    shown(act, id, move |conn, at, actor| requests::merge(conn, at, actor, id, &command)).await
}

/// Confirms an echo's own text, by the office; it is released with its master's answer.
#[utoipa::path(tag = "requests", request_body = Answer, security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 200, body = RequestView), WriteProblems))]
#[post("/requests/{id}/echo-answer")]
pub(crate) async fn echo_answer(
    act: Act,
    Key(id): Key,
    Body(form): Body<Answer>,
) -> Result<HttpResponse, Fault> {
    let content = checked(form)?;
    shown(act, id, move |conn, at, actor| requests::echo_answer(conn, at, actor, id, &content)).await
}

/// An echo whose company was reached in a contact on its master.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EchoContact {
    /// The echo.
    request: Id,
    /// With whom of its company.
    #[schema(max_length = 200)]
    whom: String,
    /// The number called.
    #[schema(max_length = 200)]
    number: Option<String>,
}

/// Checks the echoes of a contact.
pub(super) fn reached(fields: &mut Fields, echoes: Vec<EchoContact>) -> Vec<EchoReached> {
    fields.at_most("/echoes", echoes.len(), ECHOES);
    let checked = echoes.into_iter().enumerate().map(|(index, echo)| {
        let number = phone(fields, &format!("/echoes/{index}/number"), echo.number.as_deref());
        EchoReached {
            request: echo.request,
            whom: fields.line(&format!("/echoes/{index}/whom"), &echo.whom, LINE),
            number: number.map(|phone| phone.as_str().to_owned()),
        }
    });
    checked.collect()
}
