//! What the office takes back or puts right: a decline, a category, a released text.

use super::{Reason, TEXT, checked_at, shown};
use crate::domain::answer::Answer;
use crate::domain::ids::Id;
use crate::fault::{Code, Fault};
use crate::people::Act;
use crate::requests::views::RequestView;
use crate::requests::{self, Correction};
use crate::web::problem::WriteProblems;
use crate::web::{Body, Fields, Key};
use actix_web::{HttpResponse, post};
use serde::Deserialize;
use utoipa::ToSchema;

/// Takes a decline back, by the office; the company is told the reason.
#[utoipa::path(tag = "requests", request_body = Reason, security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 200, body = RequestView), WriteProblems))]
#[post("/requests/{id}/undo-decline")]
pub(crate) async fn undo_decline(
    act: Act,
    Key(id): Key,
    Body(form): Body<Reason>,
) -> Result<HttpResponse, Fault> {
    let reason = form.checked()?;
    let undo = move |conn: &mut _, at, actor: &_| requests::undo_decline(conn, at, actor, id, &reason);
    shown(act, id, undo).await
}

/// A correction: `category`, or `answer` with `content`, or both.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CorrectionRequest {
    /// Why; the company is told. At most 5000 characters.
    #[schema(max_length = 5000)]
    reason: String,
    /// The sub-class that is right.
    category: Option<Id>,
    /// The released answer that is to read otherwise.
    answer: Option<Id>,
    /// The whole of it as it should read; its milestones as they were released.
    content: Option<Answer>,
}

impl CorrectionRequest {
    fn checked(self) -> Result<Correction, Fault> {
        let mut fields = Fields::new();
        let reason = fields.text("/reason", &self.reason, TEXT);
        let mut lacks = |field: &'static str| {
            fields.refuse_with(Code::MissingField, format!("/{field}"), vec![("field", field.to_owned())]);
        };
        let answer = match (self.answer, self.content) {
            (Some(answer), Some(content)) => Some((answer, content)),
            (Some(_), None) => {
                lacks("content");
                None
            }
            (None, Some(_)) => {
                lacks("answer");
                None
            }
            (None, None) => None,
        };
        let answer = answer.map(|(id, content)| (id, checked_at(&mut fields, "/content", content)));
        fields.finish()?;
        Ok(Correction { reason, category: self.category, answer })
    }
}

/// Corrects the category or a released text, by the office. A new revision is released at once and the old one is kept;
/// commitments stay as they were made.
#[utoipa::path(tag = "requests", request_body = CorrectionRequest, security(("bearer" = [])),
    params(("id" = Id, Path)), responses((status = 200, body = RequestView), WriteProblems))]
#[post("/requests/{id}/correct")]
pub(crate) async fn correct(
    act: Act,
    Key(id): Key,
    Body(form): Body<CorrectionRequest>,
) -> Result<HttpResponse, Fault> {
    let command = form.checked()?;
    let correct = move |conn: &mut _, at, actor: &_| requests::correct(conn, at, actor, id, &command);
    shown(act, id, correct).await
}
