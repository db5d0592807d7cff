//! Papers asked of the company.

use super::{Reason, TEXT, shown};
use crate::attachments::Files;
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
    act: Act,
    Key(id): Key,
    Body(form): Body<AskInfo>,
) -> Result<HttpResponse, Fault> {
    let text = form.checked()?;
    shown(act, id, move |conn, at, actor| requests::ask_info(conn, at, actor, id, &text)).await
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
    #[schema(max_items = 50)]
    attachments: Vec<Id>,
}

/// Brings the papers, by the company.
#[utoipa::path(tag = "requests", request_body = Supplement, security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 200, body = RequestView), WriteProblems))]
#[post("/requests/{id}/supplement")]
pub(crate) async fn supplement(
    act: Act,
    Key(id): Key,
    Body(form): Body<Supplement>,
) -> Result<HttpResponse, Fault> {
    let mut fields = Fields::new();
    let text = fields.text("/answer", &form.answer, TEXT);
    let files = Files::named(&mut fields, form.attachments, &act.context.config.attachments);
    fields.finish()?;
    shown(act, id, move |conn, at, actor| requests::supplement(conn, at, actor, id, &text, &files)).await
}

/// Goes on without the papers, by the office; the company is told the reason.
#[utoipa::path(tag = "requests", request_body = Reason, security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 200, body = RequestView), WriteProblems))]
#[post("/requests/{id}/go-on")]
pub(crate) async fn go_on(act: Act, Key(id): Key, Body(form): Body<Reason>) -> Result<HttpResponse, Fault> {
    let text = form.checked()?;
    shown(act, id, move |conn, at, actor| requests::go_on(conn, at, actor, id, &text)).await
}
