//! Plans and reports as the API shows them.

use super::asked::Asked;
use super::{Audience, Reader};
use crate::domain::ids::{Id, Instant};
use crate::requests::access;
use crate::requests::store::{AskRuling, PlanRow};
use crate::web::LocalTime;
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

/// A long-running matter's plan. Before it is granted only the office, the auditor and the lead see it.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlanView {
    /// Its id.
    pub id: Id,
    /// The assignment that carries it.
    pub assignment: Id,
    /// When it ends.
    pub ends_at: LocalTime,
    /// What the company reads.
    pub public_text: String,
    /// What is done by when.
    pub milestones: Vec<MilestoneView>,
    /// When it was asked for.
    pub asked_at: LocalTime,
    /// What became of it; missing while it waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ruling: Option<AskRuling>,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ruled_at: Option<LocalTime>,
    /// Why; for staff only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ruling_reason: Option<String>,
    /// How many of the last reports in a row moved nothing; for staff only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unmoved: Option<usize>,
}

/// A milestone of a plan.
#[derive(Debug, Serialize, ToSchema)]
pub struct MilestoneView {
    /// Its place in the plan, counted from 1.
    pub position: i32,
    /// What is done.
    pub what: String,
    /// By which day.
    pub by: NaiveDate,
    /// When it was reported done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub done_at: Option<LocalTime>,
}

/// A week's report. One that answers for several weeks stands there once for each.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProgressView {
    /// Which week of the plan it answers for, counted from 1.
    pub period: i32,
    /// What the company reads.
    pub public_text: String,
    /// The milestones it reported done, by their positions.
    pub moved: Vec<i32>,
    /// Why nothing moved; for staff only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why_not: Option<String>,
    /// What is waited for; for staff only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waiting: Option<WaitingView>,
    /// When it was made.
    pub reported_at: LocalTime,
}

/// What a matter waits for.
#[derive(Debug, Serialize, ToSchema)]
pub struct WaitingView {
    /// Until which day.
    pub until: NaiveDate,
    /// What for.
    pub ground: String,
}

/// A first report of where the matter stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct PreliminaryView {
    /// What the company reads.
    pub public_text: String,
    /// When it was made.
    pub reported_at: LocalTime,
}

/// The newest plan the reader may see.
pub(super) fn plan(reader: &Reader<'_>, asked: &Asked) -> Option<PlanView> {
    let is_staff = reader.audience != Audience::Company;
    let is_seen = |row: &&PlanRow| access::sees_plan(reader.audience, &reader.reach, reader.assignments, row);
    let row = asked.plans.iter().rfind(is_seen)?;
    let milestones = asked.milestones.iter().filter(|milestone| milestone.plan_id == row.id);
    Some(PlanView {
        id: row.id,
        assignment: row.assignment_id,
        ends_at: reader.time(row.ends_at),
        public_text: row.public_text.clone(),
        milestones: milestones
            .map(|milestone| MilestoneView {
                position: milestone.position,
                what: milestone.title.clone(),
                by: milestone.due_on,
                done_at: milestone.done_at.map(|at| reader.time(at)),
            })
            .collect(),
        asked_at: reader.time(row.asked_at),
        ruling: row.ruling,
        ruled_at: row.ruled_at.map(|at| reader.time(at)),
        ruling_reason: row.ruling_reason.clone().filter(|_| is_staff),
        unmoved: is_staff.then(|| unmoved(asked, row.id)),
    })
}

/// How many of a plan's last reports moved nothing. A report that answers for several weeks is one.
fn unmoved(asked: &Asked, plan: Id) -> usize {
    let of_plan = asked.reports.iter().rev().filter(|report| report.plan_id == plan);
    let mut made: Vec<Instant> =
        of_plan.take_while(|report| !report.moved).map(|report| report.reported_at).collect();
    made.dedup();
    made.len()
}

/// The weekly reports, the oldest first. Everybody on the request reads them; why nothing moved stays with the staff.
pub(super) fn progress(reader: &Reader<'_>, asked: &Asked) -> Vec<ProgressView> {
    let is_staff = reader.audience != Audience::Company;
    let moved_by = |plan: Id, at: Instant| {
        let moved = asked.milestones.iter().filter(move |one| one.plan_id == plan && one.done_at == Some(at));
        moved.map(|milestone| milestone.position).collect()
    };
    asked
        .reports
        .iter()
        .map(|report| ProgressView {
            period: report.period,
            public_text: report.public_text.clone(),
            moved: moved_by(report.plan_id, report.reported_at),
            why_not: report.why_not.clone().filter(|_| is_staff),
            waiting: report
                .waiting_until
                .zip(report.waiting_ground.clone())
                .filter(|_| is_staff)
                .map(|(until, ground)| WaitingView { until, ground }),
            reported_at: reader.time(report.reported_at),
        })
        .collect()
}

/// The first reports, the oldest first.
pub(super) fn preliminary(reader: &Reader<'_>, asked: &Asked) -> Vec<PreliminaryView> {
    asked
        .preliminaries
        .iter()
        .map(|row| PreliminaryView {
            public_text: row.public_text.clone(),
            reported_at: reader.time(row.reported_at),
        })
        .collect()
}
