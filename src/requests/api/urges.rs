//! The company asks for haste.

use super::shown;
use crate::domain::ids::Id;
use crate::fault::Fault;
use crate::people::Act;
use crate::requests;
use crate::requests::views::RequestView;
use crate::web::problem::WriteProblems;
use crate::web::{Body, Fields, Key};
use actix_web::{HttpResponse, post};
use serde::Deserialize;
use utoipa::ToSchema;

/// The most characters of what is said with it.
const WORDS: usize = 500;

/// Haste is asked for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UrgeRequest {
    /// Why, at most 500 characters.
    #[schema(max_length = 500)]
    words: Option<String>,
}

/// Asks for haste, by the company, once a day.
#[utoipa::path(tag = "requests", request_body = UrgeRequest, security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 200, body = RequestView), WriteProblems))]
#[post("/requests/{id}/urge")]
pub(crate) async fn urge(
    act: Act,
    Key(id): Key,
    Body(form): Body<UrgeRequest>,
) -> Result<HttpResponse, Fault> {
    let mut fields = Fields::new();
    let words = fields.optional_text("/words", form.words.as_deref(), WORDS);
    fields.finish()?;
    shown(act, id, move |conn, at, actor| requests::urge(conn, at, actor, id, words.as_deref())).await
}
