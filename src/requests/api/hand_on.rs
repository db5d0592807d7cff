//! Handing a part on inside its unit.

use super::shown;
use crate::domain::ids::Id;
use crate::fault::Fault;
use crate::people::Act;
use crate::requests::views::RequestView;
use crate::requests::{self, HandOn};
use crate::web::problem::WriteProblems;
use crate::web::{Body, Key};
use actix_web::{HttpResponse, post};
use serde::Deserialize;
use utoipa::ToSchema;

/// Who has it from now on; at least one of the two.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct HandOnRequest {
    /// A handler of the unit, or of one below it.
    person: Option<Id>,
    /// A unit below it.
    section: Option<Id>,
}

/// Hands a part to a person or a section of the unit.
#[utoipa::path(tag = "assignments", request_body = HandOnRequest, security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 200, body = RequestView), WriteProblems))]
#[post("/assignments/{id}/hand-on")]
pub(crate) async fn hand_on(
    act: Act,
    Key(id): Key,
    Body(form): Body<HandOnRequest>,
) -> Result<HttpResponse, Fault> {
    let command = HandOn { person: form.person, section: form.section };
    shown(act, id, move |conn, at, actor| requests::hand_on(conn, at, actor, id, command)).await
}
