//! What was filed for a company.

use super::shown;
use crate::domain::ids::Id;
use crate::fault::Fault;
use crate::people::Act;
use crate::requests;
use crate::requests::views::RequestView;
use crate::web::problem::WriteProblems;
use crate::web::{Empty, Key};
use actix_web::{HttpResponse, post};

/// Confirms what was filed for the company, by one of its users, once.
#[utoipa::path(tag = "requests", security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 200, body = RequestView), WriteProblems))]
#[post("/requests/{id}/confirm")]
pub(crate) async fn confirm(act: Act, Key(id): Key, _: Empty) -> Result<HttpResponse, Fault> {
    shown(act, id, move |conn, at, actor| requests::confirm(conn, at, actor, id)).await
}
