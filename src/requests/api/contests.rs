//! Contested contacts, and the rulings on them.

use super::{Reason, TEXT, shown};
use crate::domain::ids::Id;
use crate::fault::Fault;
use crate::people::Act;
use crate::requests::views::RequestView;
use crate::requests::{self, ContestRuling};
use crate::web::problem::WriteProblems;
use crate::web::{Body, Fields, Key};
use actix_web::{HttpResponse, post};
use serde::Deserialize;
use utoipa::ToSchema;

/// Says that a contact was none, by the company.
#[utoipa::path(tag = "requests", request_body = Reason, security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 200, body = RequestView), WriteProblems))]
#[post("/contacts/{id}/contest")]
pub(crate) async fn contest(act: Act, Key(id): Key, Body(form): Body<Reason>) -> Result<HttpResponse, Fault> {
    let reason = form.checked()?;
    shown(act, id, move |conn, at, actor| requests::contest(conn, at, actor, id, &reason)).await
}

/// A ruling on a contested contact.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RuleContest {
    /// The ruling.
    ruling: ContestRuling,
    /// Why; the company reads it. At most 5000 characters.
    #[schema(max_length = 5000)]
    reason: String,
}

/// Rules on a contested contact, by the office.
#[utoipa::path(tag = "requests", request_body = RuleContest, security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 200, body = RequestView), WriteProblems))]
#[post("/contests/{id}/ruling")]
pub(crate) async fn rule_contest(
    act: Act,
    Key(id): Key,
    Body(form): Body<RuleContest>,
) -> Result<HttpResponse, Fault> {
    let mut fields = Fields::new();
    let reason = fields.text("/reason", &form.reason, TEXT);
    fields.finish()?;
    shown(act, id, move |conn, at, actor| requests::rule_contest(conn, at, actor, id, form.ruling, &reason))
        .await
}
