//! The acts on one order.

use super::{TEXT, shown};
use crate::domain::ids::Id;
use crate::fault::Fault;
use crate::people::Act;
use crate::requests::api::Reason;
use crate::supervision;
use crate::supervision::views::OrderSheet;
use crate::web::problem::WriteProblems;
use crate::web::{Body, Empty, Fields, Key};
use actix_web::{HttpResponse, post};
use serde::Deserialize;
use utoipa::ToSchema;

/// Sign a draft
///
/// An ordinary one by the office, or a supervisor or a leader over the unit; a key one by these; a listed one by a leader. It
/// gets its number, and the unit's time to reply starts.
#[utoipa::path(tag = "supervision", security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 200, body = OrderSheet), WriteProblems))]
#[post("/supervision-orders/{id}/issue")]
pub(crate) async fn issue_order(act: Act, Key(id): Key, _: Empty) -> Result<HttpResponse, Fault> {
    let settings = act.context.config.supervision.clone();
    shown(act, id, move |conn, at, actor| supervision::issue(conn, at, actor, id, &settings)).await
}

/// Drop a draft
///
/// It is never signed, for a reason.
#[utoipa::path(tag = "supervision", request_body = Reason, security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 200, body = OrderSheet), WriteProblems))]
#[post("/supervision-orders/{id}/drop")]
pub(crate) async fn drop_order(
    act: Act,
    Key(id): Key,
    Body(form): Body<Reason>,
) -> Result<HttpResponse, Fault> {
    let reason = form.checked()?;
    shown(act, id, move |conn, at, actor| supervision::drop_draft(conn, at, actor, id, &reason)).await
}

/// Make an order void
///
/// By who may sign it, for a reason; its number is given to no other.
#[utoipa::path(tag = "supervision", request_body = Reason, security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 200, body = OrderSheet), WriteProblems))]
#[post("/supervision-orders/{id}/void")]
pub(crate) async fn void_order(
    act: Act,
    Key(id): Key,
    Body(form): Body<Reason>,
) -> Result<HttpResponse, Fault> {
    let reason = form.checked()?;
    shown(act, id, move |conn, at, actor| supervision::void(conn, at, actor, id, &reason)).await
}

/// A reply to an order.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Reply {
    /// The reply, at most 5000 characters.
    #[schema(max_length = 5000)]
    text: String,
}

/// Reply to an order
///
/// By the unit's signer.
#[utoipa::path(tag = "supervision", request_body = Reply, security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 200, body = OrderSheet), WriteProblems))]
#[post("/supervision-orders/{id}/reply")]
pub(crate) async fn reply_order(
    act: Act,
    Key(id): Key,
    Body(form): Body<Reply>,
) -> Result<HttpResponse, Fault> {
    let mut fields = Fields::new();
    let text = fields.text("/text", &form.text, TEXT);
    fields.finish()?;
    shown(act, id, move |conn, at, actor| supervision::reply(conn, at, actor, id, &text)).await
}

/// Accept a reply
///
/// By who may sign the order, which is over with that.
#[utoipa::path(tag = "supervision", security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 200, body = OrderSheet), WriteProblems))]
#[post("/supervision-orders/{id}/accept")]
pub(crate) async fn accept_reply(act: Act, Key(id): Key, _: Empty) -> Result<HttpResponse, Fault> {
    shown(act, id, move |conn, at, actor| supervision::accept(conn, at, actor, id)).await
}

/// Send a reply back
///
/// By who may sign the order, for a reason; the time to reply runs on.
#[utoipa::path(tag = "supervision", request_body = Reason, security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 200, body = OrderSheet), WriteProblems))]
#[post("/supervision-orders/{id}/send-back")]
pub(crate) async fn send_back_reply(
    act: Act,
    Key(id): Key,
    Body(form): Body<Reason>,
) -> Result<HttpResponse, Fault> {
    let reason = form.checked()?;
    shown(act, id, move |conn, at, actor| supervision::send_back(conn, at, actor, id, &reason)).await
}
