//! Returns, rulings on them, and changes of the units that have a request.

use super::requests::{PartRequest, parts};
use super::{PARTS, TEXT, shown};
use crate::db::Conn;
use crate::domain::actor::Actor;
use crate::domain::ids::Id;
use crate::domain::words::Part;
use crate::fault::Fault;
use crate::people::Act;
use crate::requests::views::RequestView;
use crate::requests::{self, Change, PrecedentOf, ReturnCause, ReturnOf, RoleOf, RulingOf};
use crate::web::problem::WriteProblems;
use crate::web::{Body, Fields, Key};
use actix_web::{HttpResponse, post};
use serde::Deserialize;
use utoipa::ToSchema;

/// A return to be asked for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReturnRequest {
    /// Why.
    cause: ReturnCause,
    /// In words, at most 5000 characters.
    #[schema(max_length = 5000)]
    reason: String,
    /// What it rests on, at most 5000 characters.
    #[schema(max_length = 5000)]
    ground: Option<String>,
}

/// Asks to give a part back, by its unit's handler.
#[utoipa::path(tag = "assignments", request_body = ReturnRequest, security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 200, body = RequestView), WriteProblems))]
#[post("/assignments/{id}/return")]
pub(crate) async fn ask_return(
    act: Act,
    Key(id): Key,
    Body(form): Body<ReturnRequest>,
) -> Result<HttpResponse, Fault> {
    let mut fields = Fields::new();
    let command = ReturnOf {
        cause: form.cause,
        reason: fields.text("/reason", &form.reason, TEXT),
        ground: fields.optional_text("/ground", form.ground.as_deref(), TEXT),
    };
    fields.finish()?;
    shown(act, id, move |conn, at, actor| requests::ask_return(conn, at, actor, id, &command)).await
}

/// Another role for a unit that has the request.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RoleRequest {
    /// Its assignment.
    assignment: Id,
    /// What it is to be.
    part: Part,
    /// A branch that contacts the company itself; false by default.
    #[serde(default)]
    told_to_contact: bool,
}

/// The change of units a body names.
fn change(fields: &mut Fields, added: Vec<PartRequest>, close: Vec<Id>, roles: Vec<RoleRequest>) -> Change {
    fields.at_most("/close", close.len(), PARTS);
    fields.at_most("/roles", roles.len(), PARTS);
    let role = |role: RoleRequest| RoleOf {
        assignment: role.assignment,
        part: role.part,
        told_to_contact: role.told_to_contact,
    };
    Change { parts: parts(fields, added), close, roles: roles.into_iter().map(role).collect() }
}

/// What a joint ruling leaves for the next dispatch of its category.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PrecedentRequest {
    /// The unit that answers for such matters.
    unit: Id,
    /// Which matters, and why it; at most 5000 characters.
    #[schema(max_length = 5000)]
    text: String,
}

/// A ruling on a return.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RulingRequest {
    /// Whether it is granted.
    granted: bool,
    /// Why, at most 5000 characters.
    #[schema(max_length = 5000)]
    reason: String,
    /// Units that are added, where it is granted.
    #[serde(default)]
    #[schema(max_items = 20)]
    parts: Vec<PartRequest>,
    /// Assignments that are taken away, where it is granted. The returning one goes without being named.
    #[serde(default)]
    #[schema(max_items = 20)]
    close: Vec<Id>,
    /// Other roles, where it is granted. A role for the returning unit keeps it on the request.
    #[serde(default)]
    #[schema(max_items = 20)]
    roles: Vec<RoleRequest>,
    /// With a joint ruling, and only there.
    precedent: Option<PrecedentRequest>,
}

/// Rules on a return, by the office; the ruling is final.
#[utoipa::path(tag = "assignments", request_body = RulingRequest, security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 200, body = RequestView), WriteProblems))]
#[post("/returns/{id}/ruling")]
pub(crate) async fn rule_return(
    act: Act,
    Key(id): Key,
    Body(form): Body<RulingRequest>,
) -> Result<HttpResponse, Fault> {
    let mut fields = Fields::new();
    let command = RulingOf {
        granted: form.granted,
        reason: fields.text("/reason", &form.reason, TEXT),
        change: change(&mut fields, form.parts, form.close, form.roles),
        precedent: form.precedent.map(|precedent| PrecedentOf {
            unit: precedent.unit,
            text: fields.text("/precedent/text", &precedent.text, TEXT),
        }),
    };
    fields.finish()?;
    shown(act, id, move |conn, at, actor| requests::rule_return(conn, at, actor, id, &command)).await
}

/// A change of the units that have a request.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RedispatchRequest {
    /// Why, at most 5000 characters.
    #[schema(max_length = 5000)]
    reason: String,
    /// Units that are added.
    #[serde(default)]
    #[schema(max_items = 20)]
    parts: Vec<PartRequest>,
    /// Assignments that are taken away.
    #[serde(default)]
    #[schema(max_items = 20)]
    close: Vec<Id>,
    /// Other roles for units that stay.
    #[serde(default)]
    #[schema(max_items = 20)]
    roles: Vec<RoleRequest>,
}

/// Changes the units of a request under way, by the office.
#[utoipa::path(tag = "requests", request_body = RedispatchRequest, security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 200, body = RequestView), WriteProblems))]
#[post("/requests/{id}/redispatch")]
pub(crate) async fn redispatch(
    act: Act,
    Key(id): Key,
    Body(form): Body<RedispatchRequest>,
) -> Result<HttpResponse, Fault> {
    let mut fields = Fields::new();
    let reason = fields.text("/reason", &form.reason, TEXT);
    let change = change(&mut fields, form.parts, form.close, form.roles);
    fields.finish()?;
    let redispatch = move |conn: &mut Conn, at, actor: &Actor| {
        requests::redispatch(conn, at, actor, id, (&reason, &change))
    };
    shown(act, id, redispatch).await
}
