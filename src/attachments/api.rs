//! Uploads: bringing files, seeing one's own, giving one up.

use super::upload::{Received, Uploads, record};
use super::views::UploadsView;
use super::{Attachment, oldest_draft, store, sweep};
use crate::db::Conn;
use crate::domain::actor::Actor;
use crate::domain::ids::{Id, Instant};
use crate::fault::{Code, Fault};
use crate::people::{Act, Caller, Resource};
use crate::web::problem::{ReadProblems, WriteProblems};
use crate::web::{At, BodyDigest, Context, Key, Rendered};
use actix_multipart::Multipart;
use actix_web::{HttpMessage, HttpRequest, HttpResponse, delete, get, post, web};
use std::sync::Arc;
use std::time::Duration;
use utoipa::ToSchema;

/// Files, each a part named `file` with a file name.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "only the document shows it: the parts are read as they stream in")]
pub(crate) struct UploadRequest {
    /// The files.
    #[schema(schema_with = crate::domain::limits::files)]
    file: Vec<Vec<u8>>,
}

/// Brings files: all are taken, or none. They are attached by the act that names their ids.
#[utoipa::path(tag = "attachments", security(("bearer" = [])),
    request_body(content = UploadRequest, content_type = "multipart/form-data"),
    responses(
        (status = 201, body = UploadsView),
        (status = 408, description = "It took too long.", body = crate::web::problem::Problem,
            content_type = "application/problem+json"),
        (status = 507, description = "There is no room left.", body = crate::web::problem::Problem,
            content_type = "application/problem+json"),
        WriteProblems,
    ))]
#[post("/uploads")]
pub(crate) async fn upload(
    act: Act,
    uploads: web::Data<Uploads>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Fault> {
    let person = act.actor.person.ok_or_else(Fault::denied)?;
    if !request.content_type().eq_ignore_ascii_case("multipart/form-data") {
        return Err(Fault::new(Code::MultipartNeeded));
    }
    let _room = uploads.begin()?;
    let (config, zone) = (Arc::clone(&act.context.config), act.context.zone);
    let settings = &config.attachments;
    let mut received = Received::new(act.context.objects.clone(), act.at, person);
    let taking = received.take(Multipart::new(request.headers(), payload), settings);
    let taken = tokio::time::timeout(Duration::from_secs(settings.upload_seconds), taking).await;
    let too_slow = |_| Err(Fault::new(Code::UploadTooSlow).with("seconds", settings.upload_seconds));
    if let Err(fault) = taken.unwrap_or_else(too_slow) {
        received.discard().await;
        return Err(fault);
    }
    received.tell(BodyDigest::of(&request), BodyDigest::begin(&request));
    let files = received.files.clone();
    received.settle();
    let recorded = act.create(of_oneself, move |conn, at, actor| {
        record(conn, at, actor, &files, &config.attachments)?;
        Rendered::created(&UploadsView::of(&files, zone))
    });
    match recorded.await {
        Ok(answer) if Rendered::is_replay(&answer) => {
            received.discard().await;
            Ok(answer)
        }
        Ok(answer) => Ok(answer),
        Err(fault) if fault.code == Code::OutcomeUnknown => Err(fault),
        Err(fault) => {
            received.discard().await;
            Err(fault)
        }
    }
}

/// One's own uploads are seen by oneself, whose key it is.
fn of_oneself(_: &mut Conn, _: Instant, _: &Actor, _: Id) -> Result<(), Fault> {
    Ok(())
}

/// One's own uploads that are attached to nothing yet.
#[utoipa::path(tag = "attachments", security(("bearer" = [])),
    responses((status = 200, body = UploadsView), ReadProblems))]
#[get("/uploads")]
pub(crate) async fn list_uploads(
    context: Context,
    Caller(actor): Caller,
    At(at): At,
) -> Result<HttpResponse, Fault> {
    let person = actor.person.ok_or_else(Fault::denied)?;
    let since = oldest_draft(at, context.config.attachments.draft_hours);
    let rows = context.db.read(move |conn| store::waiting_of(conn, person, since)).await?;
    Ok(HttpResponse::Ok().json(UploadsView::of(&rows, context.zone)))
}

/// Gives up an upload that is attached to nothing yet, by who brought it.
#[utoipa::path(tag = "attachments", security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 204), WriteProblems))]
#[delete("/uploads/{id}")]
pub(crate) async fn give_up_upload(act: Act, Key(id): Key) -> Result<HttpResponse, Fault> {
    let context = act.context.clone();
    let file = context.db.read(move |conn| store::find(conn, id)).await?.ok_or_else(Fault::hidden)?;
    let given_up = act.on(UPLOAD, id, move |conn, _, actor| {
        own(conn, actor, id)?;
        store::delete_waiting(conn, id)?;
        Ok(Rendered::nothing())
    });
    let answer = given_up.await?;
    // The row is gone, so it is given up: what the store does not let go now is swept.
    if let Err(fault) = sweep::remove(&context.objects, &file).await {
        tracing::warn!(%fault, "an upload given up is still in the store; it is swept later");
    }
    Ok(answer)
}

/// An upload as acts are about it. It is never changed, so it has no version.
const UPLOAD: Resource =
    Resource { version: |_, _| Ok(None), seen: |conn, _, actor, id| own(conn, actor, id) };

/// Fails unless the file is the actor's own and attached to nothing; locks it.
fn own(conn: &mut Conn, actor: &Actor, id: Id) -> Result<(), Fault> {
    let is_own = |file: &Attachment| actor.person == Some(file.uploaded_by) && file.request_id.is_none();
    store::lock(conn, id)?.filter(is_own).map(drop).ok_or_else(Fault::hidden)
}
