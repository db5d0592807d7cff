//! Messages between the company and the office.

use super::{TEXT, write};
use crate::attachments::Files;
use crate::domain::ids::Id;
use crate::fault::Fault;
use crate::people::{Act, Caller};
use crate::requests::{self, LastMessage, MessageView, NewMessage};
use crate::web::problem::{ReadProblems, WriteProblems};
use crate::web::{Body, Context, Fields, Key, Page, PageQuery, Query, Rendered};
use actix_web::{HttpRequest, HttpResponse, get, post};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

/// A message to be written.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MessageRequest {
    /// At most 5000 characters.
    #[schema(max_length = 5000)]
    text: String,
    /// The files that come with it: the ids of the caller's own uploads.
    #[serde(default)]
    #[schema(max_items = 50)]
    attachments: Vec<Id>,
}

/// Writes to the other side, by the company or the office.
#[utoipa::path(tag = "requests", request_body = MessageRequest, security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 201, body = MessageView), WriteProblems))]
#[post("/requests/{id}/messages")]
pub(crate) async fn write_message(
    act: Act,
    Key(id): Key,
    Body(form): Body<MessageRequest>,
) -> Result<HttpResponse, Fault> {
    let mut fields = Fields::new();
    let new = NewMessage {
        text: fields.text("/text", &form.text, TEXT),
        files: Files::named(&mut fields, form.attachments, &act.context.config.attachments),
    };
    fields.finish()?;
    let zone = act.context.zone;
    write(act, id, move |conn, at, actor| {
        Rendered::created(&requests::write_message(conn, at, actor, zone, id, &new)?)
    })
    .await
}

/// What a list of messages takes.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct MessagesQuery {
    /// The cursor a page before this one gave as `next`.
    cursor: Option<String>,
    /// How many items at most: 1 to 100, 20 by default.
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: Option<u32>,
}

/// What the company and the office wrote to each other, oldest first.
#[utoipa::path(tag = "requests", security(("bearer" = [])), params(("id" = Id, Path), MessagesQuery),
    responses((status = 200, body = Page<MessageView>), ReadProblems))]
#[get("/requests/{id}/messages")]
pub(crate) async fn messages(
    context: Context,
    Caller(actor): Caller,
    Key(id): Key,
    Query(query): Query<MessagesQuery>,
    request: HttpRequest,
) -> Result<HttpResponse, Fault> {
    let zone = context.zone;
    let page = PageQuery { cursor: query.cursor, limit: query.limit };
    let (after, limit) = (page.place::<LastMessage>("messages")?, page.limit()?);
    let page = context.db.read(move |conn| requests::messages(conn, &actor, zone, id, after, limit)).await?;
    Ok(page.answer(&request))
}
