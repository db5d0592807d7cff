//! The company asks for haste.

use super::{act, ok};
use crate::domain::ids::Id;
use crate::fault::Fault;
use crate::people::Caller;
use crate::requests;
use crate::requests::views::RequestView;
use crate::web::problem::WriteProblems;
use crate::web::{At, Body, Context, Fields, Key};
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
    context: Context,
    Caller(actor): Caller,
    At(at): At,
    Key(id): Key,
    Body(form): Body<UrgeRequest>,
) -> Result<HttpResponse, Fault> {
    let mut fields = Fields::new();
    let words = fields.optional_text("/words", form.words.as_deref(), WORDS);
    fields.finish()?;
    let view = act(&context, at, actor, id, move |conn, actor| {
        requests::urge(conn, at, actor, id, words.as_deref())
    })
    .await?;
    Ok(ok(&view))
}
