//! A number is asked for.

use super::Reason;
use crate::domain::ids::Id;
use crate::fault::Fault;
use crate::people::Act;
use crate::requests;
use crate::requests::views::RequestView;
use crate::web::problem::WriteProblems;
use crate::web::{Body, Key, Rendered};
use actix_web::{HttpResponse, post};

/// Shows the company's numbers whole, by one of the staff from whom they are masked, with a reason. It is written down.
#[utoipa::path(tag = "requests", request_body = Reason, security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 200, body = RequestView), WriteProblems))]
#[post("/requests/{id}/reveal-phone")]
pub(crate) async fn reveal_phone(
    act: Act,
    Key(id): Key,
    Body(form): Body<Reason>,
) -> Result<HttpResponse, Fault> {
    let (reason, zone) = (form.checked()?, act.context.zone);
    act.on(requests::PHONES, id, move |conn, at, actor| {
        let view = requests::reveal_phone(conn, at, actor, zone, id, &reason)?;
        Ok(Rendered::ok(&view)?.version(view.version))
    })
    .await
}
