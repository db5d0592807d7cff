//! A number is asked for.

use super::{Reason, ok, write};
use crate::domain::ids::Id;
use crate::fault::Fault;
use crate::people::Caller;
use crate::requests;
use crate::requests::views::RequestView;
use crate::web::problem::WriteProblems;
use crate::web::{At, Body, Context, Key};
use actix_web::{HttpResponse, post};

/// Shows the company's numbers whole, by one of the staff from whom they are masked, with a reason. It is written down.
#[utoipa::path(tag = "requests", request_body = Reason, security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 200, body = RequestView), WriteProblems))]
#[post("/requests/{id}/reveal-phone")]
pub(crate) async fn reveal_phone(
    context: Context,
    Caller(actor): Caller,
    At(at): At,
    Key(id): Key,
    Body(form): Body<Reason>,
) -> Result<HttpResponse, Fault> {
    let (reason, zone) = (form.checked()?, context.zone);
    let view = write(&context, at, actor, id, move |conn, actor| {
        requests::reveal_phone(conn, at, actor, zone, id, &reason)
    })
    .await?;
    Ok(ok(&view))
}
