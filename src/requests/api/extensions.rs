//! More time, asked for and ruled on.

use super::{TEXT, shown};
use crate::domain::ids::{Id, Instant};
use crate::fault::Fault;
use crate::people::Act;
use crate::requests::views::RequestView;
use crate::requests::{self, AskExtension, RuleExtension};
use crate::web::problem::WriteProblems;
use crate::web::{Body, Fields, Key};
use actix_web::{HttpResponse, post};
use serde::Deserialize;
use utoipa::ToSchema;

/// A later date asked for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExtensionRequest {
    /// An open clock of this assignment: its feedback, conclusion, rework, assist, or one of its commitments.
    clock: Id,
    /// The new date.
    until: Instant,
    /// Why more time is needed, at most 5000 characters.
    #[schema(max_length = 5000)]
    reason: String,
    /// The law or the rule it rests on, at most 5000 characters.
    #[schema(max_length = 5000)]
    ground: String,
}

/// Asks for a later date of one of the part's clocks.
#[utoipa::path(tag = "assignments", request_body = ExtensionRequest, security(("bearer" = [])),
    params(("id" = Id, Path)), responses((status = 200, body = RequestView), WriteProblems))]
#[post("/assignments/{id}/extension")]
pub(crate) async fn ask_extension(
    act: Act,
    Key(id): Key,
    Body(form): Body<ExtensionRequest>,
) -> Result<HttpResponse, Fault> {
    let mut fields = Fields::new();
    let command = AskExtension {
        clock: form.clock,
        until: form.until,
        reason: fields.text("/reason", &form.reason, TEXT),
        ground: fields.text("/ground", &form.ground, TEXT),
    };
    fields.finish()?;
    shown(act, id, move |conn, at, actor| requests::ask_extension(conn, at, actor, id, &command)).await
}

/// A word on extensions.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExtensionRulingRequest {
    /// Whether they are granted.
    granted: bool,
    /// Why, at most 5000 characters; where the company is told of the new date, it is told this too.
    #[schema(max_length = 5000)]
    reason: String,
    /// Other extensions asked for on the same request that are ruled on by the same word, at most 20.
    #[serde(default)]
    #[schema(max_items = 20)]
    together: Vec<Id>,
}

/// Rules on an extension, by the role whose turn it is.
#[utoipa::path(tag = "assignments", request_body = ExtensionRulingRequest, security(("bearer" = [])),
    params(("id" = Id, Path)), responses((status = 200, body = RequestView), WriteProblems))]
#[post("/extensions/{id}/ruling")]
pub(crate) async fn rule_extension(
    act: Act,
    Key(id): Key,
    Body(form): Body<ExtensionRulingRequest>,
) -> Result<HttpResponse, Fault> {
    let mut fields = Fields::new();
    fields.at_most("/together", form.together.len(), 20);
    let command = RuleExtension {
        granted: form.granted,
        reason: fields.text("/reason", &form.reason, TEXT),
        together: form.together,
    };
    fields.finish()?;
    shown(act, id, move |conn, at, actor| requests::rule_extension(conn, at, actor, id, &command)).await
}
