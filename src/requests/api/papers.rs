//! Papers asked of the company.

use super::{Reason, TEXT, act, ok};
use crate::attachments::Files;
use crate::db::Conn;
use crate::domain::actor::Actor;
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

/// Papers to be asked for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AskInfo {
    /// One complete list, at most 5000 characters.
    #[schema(max_length = 5000)]
    list: String,
}

impl AskInfo {
    fn checked(&self) -> Result<String, Fault> {
        let mut fields = Fields::new();
        let text = fields.text("/list", &self.list, TEXT);
        fields.finish()?;
        Ok(text)
    }
}

/// Asks the company for papers, by the office.
#[utoipa::path(tag = "requests", request_body = AskInfo, security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 200, body = RequestView), WriteProblems))]
#[post("/requests/{id}/ask-info")]
pub(crate) async fn ask_info(
    context: Context,
    Caller(actor): Caller,
    At(at): At,
    Key(id): Key,
    Body(form): Body<AskInfo>,
) -> Result<HttpResponse, Fault> {
    let text = form.checked()?;
    let view =
        act(&context, at, actor, id, move |conn, actor| requests::ask_info(conn, at, actor, id, &text))
            .await?;
    Ok(ok(&view))
}

/// The papers, in words and files.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Supplement {
    /// At most 5000 characters.
    #[schema(max_length = 5000)]
    answer: String,
    /// The files: the ids of the caller's own uploads.
    #[serde(default)]
    attachments: Vec<Id>,
}

/// Brings the papers, by the company.
#[utoipa::path(tag = "requests", request_body = Supplement, security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 200, body = RequestView), WriteProblems))]
#[post("/requests/{id}/supplement")]
pub(crate) async fn supplement(
    context: Context,
    Caller(actor): Caller,
    At(at): At,
    Key(id): Key,
    Body(form): Body<Supplement>,
) -> Result<HttpResponse, Fault> {
    let mut fields = Fields::new();
    let text = fields.text("/answer", &form.answer, TEXT);
    let files = Files::named(&mut fields, form.attachments, &context.config.attachments);
    fields.finish()?;
    let bring =
        move |conn: &mut Conn, actor: &Actor| requests::supplement(conn, at, actor, id, &text, &files);
    Ok(ok(&act(&context, at, actor, id, bring).await?))
}

/// Goes on without the papers, by the office; the company is told the reason.
#[utoipa::path(tag = "requests", request_body = Reason, security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 200, body = RequestView), WriteProblems))]
#[post("/requests/{id}/go-on")]
pub(crate) async fn go_on(
    context: Context,
    Caller(actor): Caller,
    At(at): At,
    Key(id): Key,
    Body(form): Body<Reason>,
) -> Result<HttpResponse, Fault> {
    let text = form.checked()?;
    let view =
        act(&context, at, actor, id, move |conn, actor| requests::go_on(conn, at, actor, id, &text)).await?;
    Ok(ok(&view))
}
