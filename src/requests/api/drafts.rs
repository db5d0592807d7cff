//! Drafting a unit's answer.

use super::{checked, shown};
use crate::attachments::Files;
use crate::domain::answer::{Answer, Milestone, OtherDoor};
use crate::domain::ids::Id;
use crate::domain::words::Outcome;
use crate::fault::Fault;
use crate::people::Act;
use crate::requests;
use crate::requests::views::RequestView;
use crate::web::problem::WriteProblems;
use crate::web::{Body, Fields, Key};
use actix_web::{HttpResponse, post};
use serde::Deserialize;
use utoipa::ToSchema;

/// A unit's answer, and the files that go with it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DraftRequest {
    /// Which of the four it is.
    outcome: Outcome,
    /// What the company reads.
    #[schema(max_length = 5000)]
    public_text: String,
    /// What only staff read.
    #[serde(default)]
    #[schema(max_length = 5000)]
    internal_note: Option<String>,
    /// Solved: what shows that it is, a line each.
    #[serde(default)]
    #[schema(schema_with = crate::domain::limits::evidence)]
    evidence: Vec<String>,
    /// Explained: the law or the policy it rests on.
    #[serde(default)]
    #[schema(max_length = 5000)]
    ground: Option<String>,
    /// Promised: what is done by when.
    #[serde(default)]
    #[schema(max_items = 20)]
    milestones: Vec<Milestone>,
    /// Cannot: why.
    #[serde(default)]
    #[schema(max_length = 5000)]
    why: Option<String>,
    /// Cannot: where else the company can turn.
    #[serde(default)]
    other_door: Option<OtherDoor>,
    /// The files that go with it, all of them: the caller's own uploads, and what goes with the draft already. Left out,
    /// they stay as they are.
    #[schema(max_items = 50)]
    attachments: Option<Vec<Id>>,
}

/// Drafts the unit's answer. The company sees it, and its files, when the office releases it.
#[utoipa::path(tag = "assignments", request_body = DraftRequest, security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 200, body = RequestView), WriteProblems))]
#[post("/assignments/{id}/draft")]
pub(crate) async fn draft(
    act: Act,
    Key(id): Key,
    Body(form): Body<DraftRequest>,
) -> Result<HttpResponse, Fault> {
    let content = checked(Answer {
        outcome: form.outcome,
        public_text: form.public_text,
        internal_note: form.internal_note,
        evidence: form.evidence,
        ground: form.ground,
        milestones: form.milestones,
        why: form.why,
        other_door: form.other_door,
    })?;
    let mut fields = Fields::new();
    let files = form.attachments.map(|ids| Files::named(&mut fields, ids, &act.context.config.attachments));
    fields.finish()?;
    shown(act, id, move |conn, at, actor| requests::draft(conn, at, actor, id, &content, files.as_ref()))
        .await
}
