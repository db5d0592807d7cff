//! Taking back what units have.

use super::{LINE, Reason, TEXT, shown};
use crate::domain::ids::Id;
use crate::fault::Fault;
use crate::people::Act;
use crate::requests::views::RequestView;
use crate::requests::{self, WithdrawalCall};
use crate::web::problem::WriteProblems;
use crate::web::{Body, Fields, Key};
use actix_web::{HttpResponse, post};
use serde::Deserialize;
use utoipa::ToSchema;

/// Asks to take a request back that units have, by its company; the office calls.
#[utoipa::path(tag = "requests", request_body = Reason, security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 200, body = RequestView), WriteProblems))]
#[post("/requests/{id}/ask-withdrawal")]
pub(crate) async fn ask_withdrawal(
    act: Act,
    Key(id): Key,
    Body(form): Body<Reason>,
) -> Result<HttpResponse, Fault> {
    let reason = form.checked()?;
    let ask = move |conn: &mut _, at, actor: &_| requests::ask_withdrawal(conn, at, actor, id, &reason);
    shown(act, id, ask).await
}

/// What the company said when the office called about its withdrawal.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WithdrawalCallRequest {
    /// Whether it does take it back.
    confirmed: bool,
    /// With whom the office spoke.
    #[schema(max_length = 200)]
    whom: String,
    /// What came of it, at most 5000 characters.
    #[schema(max_length = 5000)]
    words: String,
}

/// Records the call about a withdrawal asked for, by the office: confirmed, the request is withdrawn; else it goes on.
#[utoipa::path(tag = "requests", request_body = WithdrawalCallRequest, security(("bearer" = [])),
    params(("id" = Id, Path)), responses((status = 200, body = RequestView), WriteProblems))]
#[post("/requests/{id}/confirm-withdrawal")]
pub(crate) async fn confirm_withdrawal(
    act: Act,
    Key(id): Key,
    Body(form): Body<WithdrawalCallRequest>,
) -> Result<HttpResponse, Fault> {
    let mut fields = Fields::new();
    let call = WithdrawalCall {
        confirmed: form.confirmed,
        whom: fields.line("/whom", &form.whom, LINE),
        words: fields.text("/words", &form.words, TEXT),
    };
    fields.finish()?;
    let confirm = move |conn: &mut _, at, actor: &_| requests::confirm_withdrawal(conn, at, actor, id, &call);
    shown(act, id, confirm).await
}
