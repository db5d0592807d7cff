//! The acts on one unit's share of a request.

use super::merging::{self, EchoContact};
use super::{LINE, PARTS, Reason, TEXT, act, ok, phone};
use crate::db::Conn;
use crate::domain::actor::Actor;
use crate::domain::ids::{Id, Instant};
use crate::fault::Fault;
use crate::people::Caller;
use crate::requests::views::RequestView;
use crate::requests::{self, Contact, ContactMeans};
use crate::web::problem::WriteProblems;
use crate::web::{At, Body, Context, Empty, Fields, Key};
use actix_web::{HttpResponse, post};
use serde::Deserialize;
use utoipa::ToSchema;

/// A contact, or a try at one.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ContactRequest {
    /// With whom.
    whom: String,
    /// How.
    means: ContactMeans,
    /// The number called.
    number: Option<String>,
    /// Whether somebody of the company was reached.
    reached: bool,
    /// Whether a message was left; false by default.
    #[serde(default)]
    message_left: bool,
    /// What came of it.
    outcome: String,
    /// When it was made, if not just now; only shown, never counted.
    claimed_at: Option<Instant>,
    /// The other assignments it was made for: the lead or branches that were told to contact. It stops their contact clocks
    /// too; signed for is only the one that records it.
    #[serde(default)]
    joint_with: Vec<Id>,
    /// The echoes of the request whose companies were reached in the same contact.
    #[serde(default)]
    echoes: Vec<EchoContact>,
}

/// Records a contact with the company.
#[utoipa::path(tag = "assignments", request_body = ContactRequest, security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 200, body = RequestView), WriteProblems))]
#[post("/assignments/{id}/contact")]
pub(crate) async fn contact(
    context: Context,
    Caller(actor): Caller,
    At(at): At,
    Key(id): Key,
    Body(form): Body<ContactRequest>,
) -> Result<HttpResponse, Fault> {
    let mut fields = Fields::new();
    fields.at_most("/joint_with", form.joint_with.len(), PARTS);
    let number = phone(&mut fields, "/number", form.number.as_deref());
    let command = Contact {
        whom: fields.line("/whom", &form.whom, LINE),
        means: form.means,
        number: number.map(|phone| phone.as_str().to_owned()),
        reached: form.reached,
        message_left: form.message_left,
        outcome: fields.text("/outcome", &form.outcome, TEXT),
        claimed_at: form.claimed_at,
        joint_with: form.joint_with,
        echoes: merging::reached(&mut fields, form.echoes),
    };
    fields.finish()?;
    let view =
        act(&context, at, actor, id, move |conn, actor| requests::contact(conn, at, actor, id, &command))
            .await?;
    Ok(ok(&view))
}

/// Gives a draft back to the handler, by the unit's signer.
#[utoipa::path(tag = "assignments", request_body = Reason, security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 200, body = RequestView), WriteProblems))]
#[post("/assignments/{id}/return-draft")]
pub(crate) async fn return_draft(
    context: Context,
    Caller(actor): Caller,
    At(at): At,
    Key(id): Key,
    Body(form): Body<Reason>,
) -> Result<HttpResponse, Fault> {
    let reason = form.checked()?;
    let view =
        act(&context, at, actor, id, move |conn, actor| requests::return_draft(conn, at, actor, id, &reason))
            .await?;
    Ok(ok(&view))
}

/// Sends an approved answer back to its unit.
#[utoipa::path(tag = "assignments", request_body = Reason, security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 200, body = RequestView), WriteProblems))]
#[post("/assignments/{id}/send-back")]
pub(crate) async fn send_back(
    context: Context,
    Caller(actor): Caller,
    At(at): At,
    Key(id): Key,
    Body(form): Body<Reason>,
) -> Result<HttpResponse, Fault> {
    let reason = form.checked()?;
    let view =
        act(&context, at, actor, id, move |conn, actor| requests::send_back(conn, at, actor, id, &reason))
            .await?;
    Ok(ok(&view))
}

/// Takes an assignment in hand.
#[utoipa::path(tag = "assignments", security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 200, body = RequestView), WriteProblems))]
#[post("/assignments/{id}/sign")]
pub(crate) async fn sign(
    context: Context,
    Caller(actor): Caller,
    At(at): At,
    Key(id): Key,
    _: Empty,
) -> Result<HttpResponse, Fault> {
    let view = act(&context, at, actor, id, move |conn, actor| requests::sign(conn, at, actor, id)).await?;
    Ok(ok(&view))
}

/// Signs the unit's answer.
#[utoipa::path(tag = "assignments", security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 200, body = RequestView), WriteProblems))]
#[post("/assignments/{id}/approve")]
pub(crate) async fn approve(
    context: Context,
    Caller(actor): Caller,
    At(at): At,
    Key(id): Key,
    _: Empty,
) -> Result<HttpResponse, Fault> {
    let separate_signer = context.config.requests.separate_signer;
    let approve =
        move |conn: &mut Conn, actor: &Actor| requests::approve(conn, at, actor, id, separate_signer);
    let view = act(&context, at, actor, id, approve).await?;
    Ok(ok(&view))
}

/// Takes in an assisting unit's answer, by the lead.
#[utoipa::path(tag = "assignments", security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 200, body = RequestView), WriteProblems))]
#[post("/assignments/{id}/accept")]
pub(crate) async fn accept(
    context: Context,
    Caller(actor): Caller,
    At(at): At,
    Key(id): Key,
    _: Empty,
) -> Result<HttpResponse, Fault> {
    let view = act(&context, at, actor, id, move |conn, actor| requests::accept(conn, at, actor, id)).await?;
    Ok(ok(&view))
}

/// Gives an approved answer to the company, by the office.
#[utoipa::path(tag = "assignments", security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 200, body = RequestView), WriteProblems))]
#[post("/assignments/{id}/release")]
pub(crate) async fn release(
    context: Context,
    Caller(actor): Caller,
    At(at): At,
    Key(id): Key,
    _: Empty,
) -> Result<HttpResponse, Fault> {
    let view =
        act(&context, at, actor, id, move |conn, actor| requests::release(conn, at, actor, id)).await?;
    Ok(ok(&view))
}
