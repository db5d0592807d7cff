//! The weekly report of a long-running matter (周报): what moved, why nothing did, or what is waited for.

use super::clocks::{Start, uncountable};
use super::handle::of_assignment;
use super::matter::Matter;
use super::plan::LONGEST;
use super::store::{self, AskRuling, AssignmentRow, ClockRow, PlanRow, ProgressReportRow, RequestRow};
use crate::db::Conn;
use crate::domain::actor::Actor;
use crate::domain::ids::{Id, Instant};
use crate::domain::lifecycle::AssignmentAct;
use crate::domain::promise::{Holder, Length};
use crate::domain::words::{ClockKind, Role};
use crate::fault::{Code, Fault};
use crate::outbox::Recipient;
use crate::people;
use crate::web::Fields;
use chrono::{Days, NaiveDate};

/// A week's report.
#[derive(Debug, Clone)]
pub struct Report {
    /// What the company reads: one text, made by the lead from all parts.
    pub public_text: String,
    /// What came of the plan.
    pub progress: Progress,
}

/// What came of a plan in a week.
#[derive(Debug, Clone)]
pub enum Progress {
    /// These milestones are done, by their positions in the plan.
    Moved(Vec<i32>),
    /// None is, and why.
    WhyNot(String),
    /// None is, for something is waited for.
    Waiting {
        /// Until when.
        until: NaiveDate,
        /// What for.
        ground: String,
    },
}

/// Reports, by the lead. A report answers for every week that is past due and unreported, or, where none is, for the
/// current one; the next week's clock starts where none runs.
///
/// Fails with `no_plan` and `progress_reported`, and for the fields with `milestone_unknown`, `milestone_done`,
/// `not_in_future` and `date_too_late`.
pub fn report(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    assignment: Id,
    command: &Report,
) -> Result<RequestRow, Fault> {
    let (mut matter, index) = Matter::open_assignment(conn, at, actor, assignment)?;
    let capacity = matter.act_on(index, AssignmentAct::Report)?;
    let lead = matter.assignment(index)?.clone();
    let plans = store::plans_of(matter.conn, matter.request.id)?;
    let runs = |plan: &&PlanRow| plan.assignment_id == assignment && plan.ruling == Some(AskRuling::Granted);
    let plan = plans.iter().rfind(runs).ok_or_else(|| Fault::new(Code::NoPlan))?;
    // Each week that has begun has its clock, whether or not time has come round to starting it.
    open_next_period(&mut matter)?;
    let weeks = answered_for(assignment, &matter.clocks, at).map_err(|due_at| not_again(&matter, due_at))?;
    let weeks: Vec<(Id, i32)> =
        weeks.into_iter().filter_map(|clock| Some((clock.id, clock.facts.0.period?))).collect();
    let moved = move_milestones(&mut matter, plan.id, &command.progress)?;
    check_waiting(&mut matter, &lead, &command.progress)?;
    let (why_not, waiting) = match &command.progress {
        Progress::Moved(_) => (None, None),
        Progress::WhyNot(why) => (Some(why.as_str()), None),
        Progress::Waiting { until, ground } => (None, Some((*until, ground.as_str()))),
    };
    let person = matter.person()?;
    for (clock, period) in &weeks {
        let row = ProgressReportRow {
            id: Id::new(at),
            plan_id: plan.id,
            request_id: matter.request.id,
            clock_id: *clock,
            period: *period,
            public_text: command.public_text.clone(),
            moved: !moved.is_empty(),
            why_not: why_not.map(str::to_owned),
            waiting_until: waiting.map(|(until, _)| until),
            waiting_ground: waiting.map(|(_, ground)| ground.to_owned()),
            reported_by: person,
            reported_at: at,
        };
        store::insert_progress_report(matter.conn, &row)?;
    }
    matter.stop(|clock| weeks.iter().any(|(id, _)| *id == clock.id))?;
    start_next(&mut matter, &lead)?;
    climb(&mut matter, &lead, plan.id)?;
    let periods: Vec<i32> = weeks.iter().map(|(_, period)| *period).collect();
    matter.notify_company("progress", &format!("{} {periods:?}", plan.id))?;
    let detail = of_assignment(&matter, index)?
        .with("periods", periods)
        .with("moved", moved)
        .personal("text", Some(&command.public_text))
        .personal("why_not", why_not)
        .personal("ground", waiting.map(|(_, ground)| ground));
    matter.close(capacity, "report", detail)
}

/// So many reports in a row that moved no milestone go up the ladder: to those who supervise the unit, and each so many
/// further ones to those who lead it too. A report that waits until a date, with its ground, begins the count anew.
fn climb(matter: &mut Matter<'_>, lead: &AssignmentRow, plan: Id) -> Result<(), Fault> {
    let reports = store::progress_reports_of(matter.conn, matter.request.id)?;
    let mut of_plan: Vec<&ProgressReportRow> =
        reports.iter().filter(|report| report.plan_id == plan).collect();
    of_plan.sort_by_key(|report| report.period);
    let is_unmoved = |report: &&&ProgressReportRow| !report.moved && report.waiting_until.is_none();
    // A report that answers for several weeks is one.
    let mut made: Vec<Instant> =
        of_plan.iter().rev().take_while(is_unmoved).map(|report| report.reported_at).collect();
    made.dedup();
    let unmoved = made.len();
    let least = usize::try_from(matter.terms.book.settings().unmoved_reports).unwrap_or(usize::MAX);
    if unmoved == 0 || !unmoved.is_multiple_of(least.max(1)) {
        return Ok(());
    }
    let Some(unit) = people::unit(matter.conn, lead.unit_id)? else { return Ok(()) };
    let roles = [Role::Supervisor, Role::Leader];
    let told = if unmoved == least { 1 } else { roles.len() };
    let mark = format!("{plan} {}", of_plan.last().map_or(0, |report| report.period));
    for role in roles.into_iter().take(told) {
        for person in people::holders_of_role(matter.conn, matter.at, &unit, role)? {
            matter.notify("unmoved", Recipient::Person(person), &mark)?;
        }
    }
    Ok(())
}

/// The open clocks a report made at `at` answers for. Fails with the date of the week that is reported already, where
/// the next one has not begun; with `None` where no report is owed at all.
pub(super) fn answered_for(
    assignment: Id,
    clocks: &[ClockRow],
    at: Instant,
) -> Result<Vec<&ClockRow>, Option<Instant>> {
    let open: Vec<&ClockRow> = weeks_of(assignment, clocks).filter(|clock| clock.is_open()).collect();
    let missed: Vec<&ClockRow> = open.iter().copied().filter(|clock| is_missed(clock, at)).collect();
    if !missed.is_empty() {
        return Ok(missed);
    }
    let current = open.iter().filter_map(|clock| clock.facts.0.period).min().ok_or(None)?;
    let before = weeks_of(assignment, clocks).filter(|clock| clock.facts.0.period < Some(current));
    match before.filter_map(|clock| clock.due_at).max() {
        Some(due_at) if due_at >= at => Err(Some(due_at)),
        _ => Ok(open),
    }
}

fn weeks_of(assignment: Id, clocks: &[ClockRow]) -> impl Iterator<Item = &ClockRow> {
    let its =
        move |clock: &&ClockRow| clock.kind == ClockKind::Progress && clock.assignment_id == Some(assignment);
    clocks.iter().filter(its)
}

fn is_missed(clock: &ClockRow, at: Instant) -> bool {
    clock.is_open() && clock.due_at.is_some_and(|due_at| due_at < at)
}

fn not_again(matter: &Matter<'_>, due_at: Option<Instant>) -> Fault {
    match due_at {
        Some(due_at) => {
            Fault::new(Code::ProgressReported).with("due_at", matter.terms.calendar.rfc3339(due_at))
        }
        None => Fault::new(Code::NoPlan),
    }
}

/// Marks the milestones a report names as done; gives their positions.
fn move_milestones(matter: &mut Matter<'_>, plan: Id, progress: &Progress) -> Result<Vec<i32>, Fault> {
    let Progress::Moved(positions) = progress else { return Ok(Vec::new()) };
    let mut milestones = store::milestones_of(matter.conn, &[plan])?;
    let mut fields = Fields::new();
    for (place, position) in positions.iter().enumerate() {
        let pointer = format!("/moved/{place}");
        match milestones.iter_mut().find(|milestone| milestone.position == *position) {
            None => fields.refuse(Code::MilestoneUnknown, pointer),
            Some(milestone) if milestone.done_at.is_some() => fields.refuse(Code::MilestoneDone, pointer),
            Some(milestone) => {
                milestone.done_at = Some(matter.at);
                store::update_milestone(matter.conn, milestone)?;
            }
        }
    }
    fields.finish()?;
    Ok(positions.clone())
}

fn check_waiting(matter: &mut Matter<'_>, lead: &AssignmentRow, progress: &Progress) -> Result<(), Fault> {
    let Progress::Waiting { until, .. } = progress else { return Ok(()) };
    let today = matter.terms_of_unit(lead.unit_id)?.calendar.local_date(matter.at);
    let latest = today.checked_add_days(Days::new(LONGEST)).unwrap_or(today);
    if *until <= today {
        Err(Fault::field(Code::NotInFuture, "/waiting/until"))
    } else if *until > latest {
        Err(Fault::field(Code::DateTooLate, "/waiting/until").with("latest", latest))
    } else {
        Ok(())
    }
}

/// Starts the clock of the week after the last one reported, where none runs.
fn start_next(matter: &mut Matter<'_>, lead: &AssignmentRow) -> Result<(), Fault> {
    if weeks_of(lead.id, &matter.clocks).any(ClockRow::is_open) {
        return Ok(());
    }
    let last = weeks_of(lead.id, &matter.clocks).filter_map(|clock| clock.due_at).max();
    let due_at = last.ok_or_else(|| Fault::new(Code::NoPlan))?;
    let next = next_week(lead.id, &matter.clocks);
    start_period(matter, lead, next, due_at, None)
}

fn week(clock: &ClockRow) -> Option<(i32, Instant)> {
    Some((clock.facts.0.period?, clock.due_at?))
}

/// The number of the week after the last of an assignment; a unit that leads again after another role counts on.
pub(super) fn next_week(assignment: Id, clocks: &[ClockRow]) -> i32 {
    let last = weeks_of(assignment, clocks).filter_map(|clock| clock.facts.0.period).max();
    last.unwrap_or(0).saturating_add(1)
}

/// Starts the clock of one week's report: due at the first weekly date after `after`, so that late reports move no later
/// ones.
pub(super) fn start_period(
    matter: &mut Matter<'_>,
    lead: &AssignmentRow,
    period: i32,
    after: Instant,
    from: Option<Instant>,
) -> Result<(), Fault> {
    let terms = matter.terms_of_unit(lead.unit_id)?;
    let rule = matter.rule(&terms, ClockKind::Progress, Holder::Lead);
    let Some(Length::Weekly { weekday, at }) = rule.and_then(|rule| rule.length) else {
        return Err(Fault::internal("the promise book knows no weekly report"));
    };
    let due = terms.calendar.weekly(weekday, at.naive(), after).map_err(|error| uncountable(&error))?;
    let week = Start::of_part(ClockKind::Progress, Holder::Lead, lead);
    matter.start(Start { until: Some(due.at), from, period: Some(period), ..week })
}

/// A missed report still opens the next week: starts the clock of every week that has begun since, each from the date
/// that was missed. Gives whether there was one to start.
pub(super) fn open_next_period(matter: &mut Matter<'_>) -> Result<bool, Fault> {
    let mut opened = false;
    while let Some((lead, (period, due_at))) = last_missed(matter) {
        start_period(matter, &lead, period.saturating_add(1), due_at, Some(due_at))?;
        opened = true;
    }
    let at = matter.at;
    let waits = |clock: &ClockRow| clock.kind == ClockKind::Progress && is_missed(clock, at);
    for clock in matter.clocks.iter_mut().filter(|clock| waits(clock) && clock.lapse_at.is_some()) {
        // Time has nothing more to do about it.
        clock.lapse_at = None;
        store::update_clock(matter.conn, clock)?;
    }
    Ok(opened)
}

/// A lead whose last week is past due, and that week.
fn last_missed(matter: &Matter<'_>) -> Option<(AssignmentRow, (i32, Instant))> {
    matter.assignments.iter().find_map(|lead| {
        let last = weeks_of(lead.id, &matter.clocks).max_by_key(|clock| clock.facts.0.period)?;
        is_missed(last, matter.at).then(|| week(last)).flatten().map(|week| (lead.clone(), week))
    })
}
