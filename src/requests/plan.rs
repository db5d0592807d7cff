//! A long-running matter (长期事项): the lead plans it, the office rules, and the weekly reports begin.

use super::access;
use super::clocks::Start;
use super::echoes::{EchoText, check_texts, plan_echoes};
use super::extend::drop_of_stopped;
use super::extension_ruling::move_on;
use super::handle::of_assignment;
use super::matter::Matter;
use super::progress::{next_week, start_period};
use super::store::{self, AskRuling, AssignmentRow, ClockRow, MilestoneRow, PlanRow, RequestRow};
use crate::db::Conn;
use crate::domain::actor::Actor;
use crate::domain::answer::Milestone;
use crate::domain::calendar::Calendar;
use crate::domain::ids::{Id, Instant};
use crate::domain::lifecycle::AssignmentAct;
use crate::domain::promise::Holder;
use crate::domain::words::ClockKind;
use crate::fault::{Code, Fault};
use crate::outbox::Recipient;
use crate::web::Fields;
use chrono::{Days, NaiveDate};

/// The longest a plan may run, and a report may wait for something, in days.
pub(super) const LONGEST: u64 = 366;

/// A plan asked for.
#[derive(Debug, Clone)]
pub struct AskPlan {
    /// Its last day: the plan ends at its close, or at the close of the next working day where it is off.
    pub ends_on: NaiveDate,
    /// What the company reads once it is granted.
    pub public_text: String,
    /// What is done by when.
    pub milestones: Vec<Milestone>,
}

/// Asks to report every week until a plan's end instead of answering by the feedback limit, by the lead's signer.
///
/// Fails with `plan_pending`, `plan_running` and `nothing_to_plan`, and for the fields with
/// `plan_milestones_needed`, `not_in_future`, `date_too_late` and `invalid_date`.
pub fn ask_plan(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    assignment: Id,
    command: &AskPlan,
) -> Result<RequestRow, Fault> {
    let (mut matter, index) = Matter::open_assignment(conn, at, actor, assignment)?;
    let capacity = matter.act_on(index, AssignmentAct::AskPlan)?;
    let unit = matter.assignment(index)?.unit_id;
    let calendar = matter.terms_of_unit(unit)?.calendar;
    let ends_at = check(&calendar, at, command)?;
    let plans = store::plans_of(matter.conn, matter.request.id)?;
    may_be_asked(assignment, &matter.clocks, &plans)?;
    let row = PlanRow {
        id: Id::new(at),
        request_id: matter.request.id,
        assignment_id: assignment,
        ends_at,
        public_text: command.public_text.clone(),
        asked_by: matter.person()?,
        asked_at: at,
        ruled_by: None,
        ruled_at: None,
        ruling: None,
        ruling_reason: None,
    };
    store::insert_plan(matter.conn, &row)?;
    for (position, milestone) in (1..).zip(&command.milestones) {
        let milestone = MilestoneRow {
            id: Id::new(at),
            plan_id: row.id,
            position,
            title: milestone.what.clone(),
            due_on: milestone.by,
            done_at: None,
        };
        store::insert_milestone(matter.conn, &milestone)?;
    }
    let ruling = Start::of(ClockKind::PlanRuling, Holder::Office);
    matter.start(Start { assignment: Some(assignment), ..ruling })?;
    matter.notify("plan_asked", Recipient::Unit(matter.office.id), &row.id.to_string())?;
    let detail = of_assignment(&matter, index)?
        .with("ends_on", command.ends_on.to_string())
        .personal("text", Some(&command.public_text));
    matter.close(capacity, "ask_plan", detail)
}

/// Refuses dates that are over, lie too far off or after the plan's end; gives the instant at which it ends.
fn check(calendar: &Calendar, at: Instant, command: &AskPlan) -> Result<Instant, Fault> {
    let today = calendar.local_date(at);
    let latest = today.checked_add_days(Days::new(LONGEST)).unwrap_or(today);
    let mut fields = Fields::new();
    let mut check = |pointer: String, date: NaiveDate, latest: NaiveDate| {
        if date <= today {
            fields.refuse(Code::NotInFuture, pointer);
        } else if date > latest {
            fields.refuse_with(Code::DateTooLate, pointer, vec![("latest", latest.to_string())]);
        }
    };
    check("/ends_on".to_owned(), command.ends_on, latest);
    for (place, milestone) in command.milestones.iter().enumerate() {
        check(format!("/milestones/{place}/by"), milestone.by, command.ends_on);
    }
    if command.milestones.is_empty() {
        fields.refuse(Code::PlanMilestonesNeeded, "/milestones");
    }
    fields.finish()?;
    calendar.close_by(command.ends_on).ok_or_else(|| Fault::field(Code::InvalidDate, "/ends_on"))
}

/// Whether a plan may be asked for this assignment: one at a time, and only while its answer is owed.
pub(super) fn may_be_asked(assignment: Id, clocks: &[ClockRow], plans: &[PlanRow]) -> Result<(), Fault> {
    let waits = |plan: &PlanRow| plan.assignment_id == assignment && plan.ruling.is_none();
    let runs = |kinds: &[ClockKind]| {
        let is_open = |clock: &ClockRow| clock.assignment_id == Some(assignment) && clock.is_open();
        clocks.iter().any(|clock| is_open(clock) && kinds.contains(&clock.kind))
    };
    if plans.iter().any(waits) {
        Err(Fault::new(Code::PlanPending))
    } else if runs(&[ClockKind::Progress]) {
        Err(Fault::new(Code::PlanRunning))
    } else if !runs(&[ClockKind::Feedback, ClockKind::Rework]) {
        Err(Fault::new(Code::NothingToPlan))
    } else {
        Ok(())
    }
}

/// A ruling on a plan.
#[derive(Debug, Clone)]
pub struct RulePlan {
    /// Whether it is granted.
    pub granted: bool,
    /// Why; told to the lead.
    pub reason: String,
    /// What the company of each echo reads, where it is granted.
    pub echoes: Vec<EchoText>,
}

/// Rules on a plan, by the office. Granted: the lead's feedback is met as of the asking, the conclusion, or a rework,
/// moves to the plan's end where that is later, the company is given the plan's public text, which meets its own
/// feedback, and the first weekly report falls due; each echo's company is given its own text, and waits for its answer
/// until the plan's end. Refused: all is as if it had not been asked.
///
/// Fails with `already_ruled`, and for the echoes with `echo_text_missing`, `echo_text_not_here` and `echo_twice`.
pub fn rule_plan(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    plan: Id,
    command: &RulePlan,
) -> Result<RequestRow, Fault> {
    let request = store::request_of_plan(conn, plan)?.ok_or_else(Fault::hidden)?;
    let mut matter = Matter::open(conn, at, actor, request)?;
    let mut row = seen(&mut matter, plan)?.ok_or_else(Fault::hidden)?;
    let its = |assignment: &AssignmentRow| assignment.id == row.assignment_id;
    let index = matter.assignments.iter().position(its).ok_or_else(Fault::hidden)?;
    let capacity = matter.act_on(index, AssignmentAct::RulePlan)?;
    if row.ruling.is_some() {
        return Err(Fault::new(Code::AlreadyRuled));
    }
    check_texts(&mut matter, command.granted, &command.echoes)?;
    row.ruling = Some(if command.granted { AskRuling::Granted } else { AskRuling::Refused });
    (row.ruled_by, row.ruled_at) = (Some(matter.person()?), Some(at));
    row.ruling_reason = Some(command.reason.clone());
    store::update_plan(matter.conn, &row)?;
    let of_part = |clock: &ClockRow| clock.assignment_id == Some(row.assignment_id);
    matter.stop(|clock| of_part(clock) && clock.kind == ClockKind::PlanRuling)?;
    let lead = matter.assignment(index)?.clone();
    if command.granted {
        matter.stop_as_of(|clock| of_part(clock) && clock.kind == ClockKind::Feedback, row.asked_at)?;
        let outer = |clock: &ClockRow| matches!(clock.kind, ClockKind::Conclusion | ClockKind::Rework);
        move_on(&mut matter, |clock| of_part(clock) && outer(clock), row.ends_at)?;
        matter.stop(|clock| clock.kind == ClockKind::CompanyFeedback)?;
        drop_of_stopped(&mut matter, lead.id)?;
        let first = next_week(lead.id, &matter.clocks);
        start_period(&mut matter, &lead, first, at, None)?;
        matter.notify_company("long_running", &row.id.to_string())?;
    }
    matter.notify("plan_ruled", Recipient::Unit(lead.unit_id), &row.id.to_string())?;
    let detail = of_assignment(&matter, index)?
        .with("plan", row.id.to_string())
        .with("granted", command.granted)
        .personal("reason", Some(&command.reason));
    let ruled = matter.close(capacity, "rule_plan", detail)?;
    plan_echoes(conn, at, (actor, capacity), row.ends_at, &command.echoes)?;
    Ok(ruled)
}

/// The plan with this id, where the actor may see it.
fn seen(matter: &mut Matter<'_>, id: Id) -> Result<Option<PlanRow>, Fault> {
    let rows = store::plans_of(matter.conn, matter.request.id)?;
    let Some(audience) = access::audience(matter.actor, &matter.request, &matter.assignments) else {
        return Ok(None);
    };
    let reach = matter.actor.reach();
    let is_seen = |row: &PlanRow| access::sees_plan(audience, &reach, &matter.assignments, row);
    Ok(rows.into_iter().find(|row| row.id == id && is_seen(row)))
}
