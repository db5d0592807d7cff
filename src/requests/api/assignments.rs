//! The acts on one unit's share of a request.

use super::merging::{self, EchoContact};
use super::{LINE, PARTS, Reason, TEXT, phone, shown};
use crate::db::Conn;
use crate::domain::actor::Actor;
use crate::domain::ids::{Id, Instant};
use crate::fault::Fault;
use crate::people::Act;
use crate::requests::views::RequestView;
use crate::requests::{self, Contact, ContactMeans};
use crate::web::problem::WriteProblems;
use crate::web::{Body, Empty, Fields, Key};
use actix_web::{HttpResponse, post};
use serde::Deserialize;
use utoipa::ToSchema;

/// A contact, or a try at one.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ContactRequest {
    /// With whom.
    #[schema(max_length = 200)]
    whom: String,
    /// How.
    means: ContactMeans,
    /// The number called.
    #[schema(max_length = 200)]
    number: Option<String>,
    /// Whether somebody of the company was reached.
    reached: bool,
    /// Whether a message was left; false by default.
    #[serde(default)]
    message_left: bool,
    /// What came of it.
    #[schema(max_length = 5000)]
    outcome: String,
    /// When it was made, if not just now; only shown, never counted.
    claimed_at: Option<Instant>,
    /// The other assignments it was made for: the lead or branches that were told to contact. It stops their contact clocks
    /// too; signed for is only the one that records it.
    #[serde(default)]
    #[schema(max_items = 20)]
    joint_with: Vec<Id>,
    /// The echoes of the request whose companies were reached in the same contact.
    #[serde(default)]
    #[schema(max_items = 100)]
    echoes: Vec<EchoContact>,
}

/// Records a contact with the company.
#[utoipa::path(tag = "assignments", request_body = ContactRequest, security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 200, body = RequestView), WriteProblems))]
#[post("/assignments/{id}/contact")]
pub(crate) async fn contact(
    act: Act,
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
    shown(act, id, move |conn, at, actor| requests::contact(conn, at, actor, id, &command)).await
}

/// Gives a draft back to the handler, by the unit's signer.
#[utoipa::path(tag = "assignments", request_body = Reason, security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 200, body = RequestView), WriteProblems))]
#[post("/assignments/{id}/return-draft")]
pub(crate) async fn return_draft(
    act: Act,
    Key(id): Key,
    Body(form): Body<Reason>,
) -> Result<HttpResponse, Fault> {
    let reason = form.checked()?;
    shown(act, id, move |conn, at, actor| requests::return_draft(conn, at, actor, id, &reason)).await
}

/// Sends an approved answer back to its unit.
#[utoipa::path(tag = "assignments", request_body = Reason, security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 200, body = RequestView), WriteProblems))]
#[post("/assignments/{id}/send-back")]
pub(crate) async fn send_back(
    act: Act,
    Key(id): Key,
    Body(form): Body<Reason>,
) -> Result<HttpResponse, Fault> {
    let reason = form.checked()?;
    shown(act, id, move |conn, at, actor| requests::send_back(conn, at, actor, id, &reason)).await
}

/// Takes an assignment in hand.
#[utoipa::path(tag = "assignments", security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 200, body = RequestView), WriteProblems))]
#[post("/assignments/{id}/sign")]
pub(crate) async fn sign(act: Act, Key(id): Key, _: Empty) -> Result<HttpResponse, Fault> {
    shown(act, id, move |conn, at, actor| requests::sign(conn, at, actor, id)).await
}

/// Signs the unit's answer.
#[utoipa::path(tag = "assignments", security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 200, body = RequestView), WriteProblems))]
#[post("/assignments/{id}/approve")]
pub(crate) async fn approve(act: Act, Key(id): Key, _: Empty) -> Result<HttpResponse, Fault> {
    let separate_signer = act.context.config.requests.separate_signer;
    let approve =
        move |conn: &mut Conn, at, actor: &Actor| requests::approve(conn, at, actor, id, separate_signer);
    shown(act, id, approve).await
}

/// Takes in an assisting unit's answer, by the lead.
#[utoipa::path(tag = "assignments", security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 200, body = RequestView), WriteProblems))]
#[post("/assignments/{id}/accept")]
pub(crate) async fn accept(act: Act, Key(id): Key, _: Empty) -> Result<HttpResponse, Fault> {
    shown(act, id, move |conn, at, actor| requests::accept(conn, at, actor, id)).await
}

/// Gives an approved answer to the company, by the office.
#[utoipa::path(tag = "assignments", security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 200, body = RequestView), WriteProblems))]
#[post("/assignments/{id}/release")]
pub(crate) async fn release(act: Act, Key(id): Key, _: Empty) -> Result<HttpResponse, Fault> {
    shown(act, id, move |conn, at, actor| requests::release(conn, at, actor, id)).await
}
