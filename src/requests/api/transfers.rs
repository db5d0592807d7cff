//! Misconduct handed to discipline inspection.

use super::{LINE, TEXT, shown};
use crate::domain::ids::Id;
use crate::fault::Fault;
use crate::people::Act;
use crate::requests::views::RequestView;
use crate::requests::{self, AskTransfer};
use crate::web::problem::WriteProblems;
use crate::web::{Body, Empty, Fields, Key};
use actix_web::{HttpResponse, post};
use serde::Deserialize;
use utoipa::ToSchema;

/// A transfer and its first signature.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TransferRequest {
    /// The number of the letter.
    #[schema(max_length = 200)]
    letter_number: String,
    /// Why, for the office and the auditor alone; at most 5000 characters.
    #[schema(max_length = 5000)]
    reason: String,
}

/// Signs first under handing a request to discipline inspection, by the office.
#[utoipa::path(tag = "requests", request_body = TransferRequest, security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 200, body = RequestView), WriteProblems))]
#[post("/requests/{id}/ask-transfer")]
pub(crate) async fn ask_transfer(
    act: Act,
    Key(id): Key,
    Body(form): Body<TransferRequest>,
) -> Result<HttpResponse, Fault> {
    let mut fields = Fields::new();
    let command = AskTransfer {
        letter_number: fields.line("/letter_number", &form.letter_number, LINE),
        reason: fields.text("/reason", &form.reason, TEXT),
    };
    fields.finish()?;
    let ask = move |conn: &mut _, at, actor: &_| requests::ask_transfer(conn, at, actor, id, &command);
    shown(act, id, ask).await
}

/// Signs second, by another of the office: the request is handed over.
#[utoipa::path(tag = "requests", security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 200, body = RequestView), WriteProblems))]
#[post("/requests/{id}/transfer")]
pub(crate) async fn transfer(act: Act, Key(id): Key, _: Empty) -> Result<HttpResponse, Fault> {
    shown(act, id, move |conn, at, actor| requests::transfer(conn, at, actor, id)).await
}
