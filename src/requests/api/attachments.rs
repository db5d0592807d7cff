//! Files of requests.

use super::shown;
use crate::attachments::{self, AttachmentView, Files, Pictures};
use crate::domain::ids::Id;
use crate::fault::Fault;
use crate::people::{Act, Caller};
use crate::requests;
use crate::requests::views::RequestView;
use crate::web::problem::{Problem, ReadProblems, WriteProblems};
use crate::web::{Body, Context, Fields, Key, etag};
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use serde::Deserialize;
use utoipa::ToSchema;

/// Files to be attached.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AttachRequest {
    /// The ids of the caller's own uploads.
    #[schema(min_items = 1, max_items = 50)]
    attachments: Vec<Id>,
}

/// Attaches files to a request that is open, by its company or the office.
#[utoipa::path(tag = "attachments", request_body = AttachRequest, security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 200, body = RequestView), WriteProblems))]
#[post("/requests/{id}/attachments")]
pub(crate) async fn attach(
    act: Act,
    Key(id): Key,
    Body(form): Body<AttachRequest>,
) -> Result<HttpResponse, Fault> {
    let mut fields = Fields::new();
    fields.at_least_one("/attachments", form.attachments.len());
    let files = Files::named(&mut fields, form.attachments, &act.context.config.attachments);
    fields.finish()?;
    shown(act, id, move |conn, at, actor| requests::attach(conn, at, actor, id, &files)).await
}

/// What is known of a file.
#[utoipa::path(tag = "attachments", security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 200, body = AttachmentView), ReadProblems))]
#[get("/attachments/{id}")]
pub(crate) async fn show_attachment(
    context: Context,
    Caller(actor): Caller,
    Key(id): Key,
) -> Result<HttpResponse, Fault> {
    let file = context.db.read(move |conn| requests::attachment(conn, &actor, id)).await?;
    Ok(HttpResponse::Ok().insert_header(etag(file.version())).json(AttachmentView::of(&file, context.zone)))
}

/// The file itself, to be saved; `Range` and `If-Range` are honoured.
#[utoipa::path(tag = "attachments", security(("bearer" = [])), params(("id" = Id, Path)),
    responses(
        (status = 200, description = "The whole file.", body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 206, description = "The range asked for.", body = Vec<u8>,
            content_type = "application/octet-stream"),
        (status = 416, description = "The range lies outside.", body = Problem,
            content_type = "application/problem+json"),
        (status = 507, description = "There is no room left.", body = Problem,
            content_type = "application/problem+json"),
        ReadProblems,
    ))]
#[get("/attachments/{id}/content")]
pub(crate) async fn attachment_content(
    context: Context,
    Caller(actor): Caller,
    Key(id): Key,
    request: HttpRequest,
) -> Result<HttpResponse, Fault> {
    let file = context.db.read(move |conn| requests::attachment(conn, &actor, id)).await?;
    attachments::content(&context.objects, &file, &request).await
}

/// A small picture of a picture, as JPEG, at most 320 pixels a side.
#[utoipa::path(tag = "attachments", security(("bearer" = [])), params(("id" = Id, Path)),
    responses(
        (status = 200, description = "The small picture.", body = Vec<u8>, content_type = "image/jpeg"),
        (status = 507, description = "There is no room left.", body = Problem,
            content_type = "application/problem+json"),
        ReadProblems,
    ))]
#[get("/attachments/{id}/thumbnail")]
pub(crate) async fn attachment_thumbnail(
    context: Context,
    pictures: web::Data<Pictures>,
    Caller(actor): Caller,
    Key(id): Key,
) -> Result<HttpResponse, Fault> {
    let file = context.db.read(move |conn| requests::attachment(conn, &actor, id)).await?;
    attachments::thumbnail(&context.objects, &pictures, &file, &context.config.attachments).await
}
