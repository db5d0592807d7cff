//! What was filed for a company.

use super::{act, ok};
use crate::domain::ids::Id;
use crate::fault::Fault;
use crate::people::Caller;
use crate::requests;
use crate::requests::views::RequestView;
use crate::web::problem::WriteProblems;
use crate::web::{At, Context, Empty, Key};
use actix_web::{HttpResponse, post};

/// Confirms what was filed for the company, by one of its users, once.
#[utoipa::path(tag = "requests", security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 200, body = RequestView), WriteProblems))]
#[post("/requests/{id}/confirm")]
pub(crate) async fn confirm(
    context: Context,
    Caller(actor): Caller,
    At(at): At,
    Key(id): Key,
    _: Empty,
) -> Result<HttpResponse, Fault> {
    let view =
        act(&context, at, actor, id, move |conn, actor| requests::confirm(conn, at, actor, id)).await?;
    Ok(ok(&view))
}
