//! Long-running matters: their plan, the ruling on it, the weekly reports; and a first report where one is promised.

use super::{LINE, TEXT, shown};
use crate::domain::answer::Milestone;
use crate::domain::ids::Id;
use crate::fault::{Code, Fault};
use crate::people::Act;
use crate::requests::views::RequestView;
use crate::requests::{self, AskPlan, EchoText, Progress, Report, RulePlan};
use crate::web::problem::WriteProblems;
use crate::web::{Body, Fields, Key};
use actix_web::{HttpResponse, post};
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;

/// A plan asked for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlanRequest {
    /// The last day, after today and at most 366 days from it: the plan ends at its close, or at the close of the next
    /// working day where it is off.
    #[serde(deserialize_with = "crate::domain::day::required")]
    ends_on: NaiveDate,
    /// What the company reads once the plan is granted, at most 5000 characters.
    #[schema(max_length = 5000)]
    public_text: String,
    /// What is done by when: 1 to 20, each after today and none after the last day.
    #[schema(max_items = 20)]
    milestones: Vec<Milestone>,
}

/// Asks to report every week until a plan's end, by the lead's signer.
#[utoipa::path(tag = "assignments", request_body = PlanRequest, security(("bearer" = [])),
    params(("id" = Id, Path)), responses((status = 200, body = RequestView), WriteProblems))]
#[post("/assignments/{id}/plan")]
pub(crate) async fn ask_plan(
    act: Act,
    Key(id): Key,
    Body(form): Body<PlanRequest>,
) -> Result<HttpResponse, Fault> {
    let mut fields = Fields::new();
    fields.at_most("/milestones", form.milestones.len(), 20);
    let mut milestones = form.milestones;
    for (place, milestone) in milestones.iter_mut().enumerate() {
        milestone.what = fields.line(&format!("/milestones/{place}/what"), &milestone.what, LINE);
    }
    let command = AskPlan {
        ends_on: form.ends_on,
        public_text: fields.text("/public_text", &form.public_text, TEXT),
        milestones,
    };
    fields.finish()?;
    shown(act, id, move |conn, at, actor| requests::ask_plan(conn, at, actor, id, &command)).await
}

/// A ruling on a plan.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlanRulingRequest {
    /// Whether it is granted.
    granted: bool,
    /// Why, at most 5000 characters; told to the lead.
    #[schema(max_length = 5000)]
    reason: String,
    /// With a granted plan, each echo once, at most 100.
    #[serde(default)]
    #[schema(max_items = 100)]
    echoes: Vec<EchoTextRequest>,
}

/// What an echo's company reads of the plan.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EchoTextRequest {
    /// The echo.
    request: Id,
    /// Its own text, at most 5000 characters; nothing of the other company.
    #[schema(max_length = 5000)]
    public_text: String,
}

/// Rules on a plan, by the office.
#[utoipa::path(tag = "assignments", request_body = PlanRulingRequest, security(("bearer" = [])),
    params(("id" = Id, Path)), responses((status = 200, body = RequestView), WriteProblems))]
#[post("/plans/{id}/ruling")]
pub(crate) async fn rule_plan(
    act: Act,
    Key(id): Key,
    Body(form): Body<PlanRulingRequest>,
) -> Result<HttpResponse, Fault> {
    let mut fields = Fields::new();
    fields.at_most("/echoes", form.echoes.len(), 100);
    let echoes = form.echoes.iter().enumerate();
    let command = RulePlan {
        granted: form.granted,
        reason: fields.text("/reason", &form.reason, TEXT),
        echoes: echoes
            .map(|(index, echo)| EchoText {
                request: echo.request,
                public_text: fields.text(&format!("/echoes/{index}/public_text"), &echo.public_text, TEXT),
            })
            .collect(),
    };
    fields.finish()?;
    shown(act, id, move |conn, at, actor| requests::rule_plan(conn, at, actor, id, &command)).await
}

/// A week's report. It carries exactly one of `moved`, `why_not` and `waiting`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProgressRequest {
    /// What the company reads, at most 5000 characters.
    #[schema(max_length = 5000)]
    public_text: String,
    /// The milestones that are done now, by their positions in the plan: one at least, at most 20.
    #[serde(default)]
    #[schema(schema_with = crate::domain::limits::positions)]
    moved: Vec<i32>,
    /// Why nothing moved, at most 5000 characters; for staff only.
    #[schema(max_length = 5000)]
    why_not: Option<String>,
    /// What is waited for; for staff only.
    waiting: Option<WaitingRequest>,
}

/// What a matter waits for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WaitingRequest {
    /// Until which day, after today and at most 366 days from it.
    #[serde(deserialize_with = "crate::domain::day::required")]
    until: NaiveDate,
    /// What for, at most 5000 characters.
    #[schema(max_length = 5000)]
    ground: String,
}

impl ProgressRequest {
    fn checked(self) -> Result<Report, Fault> {
        let mut fields = Fields::new();
        fields.at_most("/moved", self.moved.len(), 20);
        let public_text = fields.text("/public_text", &self.public_text, TEXT);
        let why_not = fields.optional_text("/why_not", self.why_not.as_deref(), TEXT);
        let waiting = self.waiting.map(|waiting| Progress::Waiting {
            until: waiting.until,
            ground: fields.text("/waiting/ground", &waiting.ground, TEXT),
        });
        let moved = Some(self.moved).filter(|moved| !moved.is_empty());
        let given = [moved.map(Progress::Moved), why_not.map(Progress::WhyNot), waiting];
        let mut given = given.into_iter().flatten();
        let progress = match (given.next(), given.next()) {
            (Some(only), None) => Some(only),
            _ => {
                fields.refuse(Code::ProgressNeedsOne, "/moved");
                None
            }
        };
        fields.finish()?;
        let progress = progress.ok_or_else(|| Fault::field(Code::ProgressNeedsOne, "/moved"))?;
        Ok(Report { public_text, progress })
    }
}

/// Reports on a long-running matter, by the lead.
#[utoipa::path(tag = "assignments", request_body = ProgressRequest, security(("bearer" = [])),
    params(("id" = Id, Path)), responses((status = 200, body = RequestView), WriteProblems))]
#[post("/assignments/{id}/progress")]
pub(crate) async fn report(
    act: Act,
    Key(id): Key,
    Body(form): Body<ProgressRequest>,
) -> Result<HttpResponse, Fault> {
    let command = form.checked()?;
    shown(act, id, move |conn, at, actor| requests::report(conn, at, actor, id, &command)).await
}

/// A first report.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PreliminaryRequest {
    /// Where the matter stands, for the company; at most 5000 characters.
    #[schema(max_length = 5000)]
    public_text: String,
}

/// Tells the company where its matter stands, by the lead, where the promise book promises that.
#[utoipa::path(tag = "assignments", request_body = PreliminaryRequest, security(("bearer" = [])),
    params(("id" = Id, Path)), responses((status = 200, body = RequestView), WriteProblems))]
#[post("/assignments/{id}/preliminary")]
pub(crate) async fn preliminary(
    act: Act,
    Key(id): Key,
    Body(form): Body<PreliminaryRequest>,
) -> Result<HttpResponse, Fault> {
    let mut fields = Fields::new();
    let text = fields.text("/public_text", &form.public_text, TEXT);
    fields.finish()?;
    shown(act, id, move |conn, at, actor| requests::preliminary(conn, at, actor, id, &text)).await
}
