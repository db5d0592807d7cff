//! More time (延期): a unit asks for a later date, and waits for those the promise book names to rule on it.

use super::clocks::{Start, uncountable};
use super::handle::of_assignment;
use super::matter::Matter;
use super::store::{self, AskRuling, ClockRow, ExtensionRow, RequestRow};
use crate::db::Conn;
use crate::domain::actor::Actor;
use crate::domain::calendar::Counting;
use crate::domain::ids::{Id, Instant};
use crate::domain::lifecycle::AssignmentAct;
use crate::domain::promise::{Extension, Holder};
use crate::domain::words::{ClockKind, Role};
use crate::fault::{Code, Fault};
use crate::outbox::Recipient;

/// A later date asked for.
#[derive(Debug, Clone)]
pub struct AskExtension {
    /// The clock it is asked for.
    pub clock: Id,
    /// The new date.
    pub until: Instant,
    /// Why.
    pub reason: String,
    /// The law or the rule it rests on.
    pub ground: String,
}

/// Asks for a later date of one of the part's clocks, by its unit. Until it is ruled on the clock runs as before.
///
/// Fails with `not_extendable`, `clock_stopped`, `clock_paused`, `extension_pending`, `extensions_used_up` and
/// `extension_too_late` for the clock, and for the date with `not_in_future`, `date_too_early` and `date_too_late`.
pub fn ask_extension(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    assignment: Id,
    command: &AskExtension,
) -> Result<RequestRow, Fault> {
    let (mut matter, index) = Matter::open_assignment(conn, at, actor, assignment)?;
    let capacity = matter.act_on(index, AssignmentAct::AskExtension)?;
    let unit = matter.assignment(index)?.unit_id;
    let its = |clock: &&ClockRow| clock.id == command.clock && clock.assignment_id == Some(assignment);
    let unknown = || Fault::field(Code::ReferenceUnknown, "/clock").with("what", "clock");
    let clock = matter.clocks.iter().find(its).cloned().ok_or_else(unknown)?;
    let rows = store::extensions_of(matter.conn, matter.request.id)?;
    let level = askable(&matter, &clock, &rows)?;
    check_date(&mut matter, unit, &clock, command.until)?;
    let row = ExtensionRow {
        id: Id::new(at),
        request_id: matter.request.id,
        assignment_id: assignment,
        clock_id: clock.id,
        until: command.until,
        reason: command.reason.clone(),
        ground: command.ground.clone(),
        level,
        asked_by: matter.person()?,
        asked_at: at,
        ruled_by: None,
        ruled_at: None,
        ruling: None,
        ruling_reason: None,
    };
    store::insert_extension(matter.conn, &row)?;
    let ruling = Start::of(ClockKind::ExtensionRuling, Holder::Office);
    matter.start(Start { assignment: Some(assignment), ..ruling })?;
    pass_on(&mut matter, unit, &row)?;
    let detail = of_assignment(&matter, index)?
        .with("clock", clock.kind.code())
        .with("until", matter.terms.calendar.rfc3339(command.until))
        .personal("reason", Some(&command.reason))
        .personal("ground", Some(&command.ground));
    matter.close(capacity, "ask_extension", detail)
}

/// Who rules first on an extension of this clock asked now, or why none may be asked.
fn askable(matter: &Matter<'_>, clock: &ClockRow, rows: &[ExtensionRow]) -> Result<Role, Fault> {
    let level = may_be_asked(clock, rows)?;
    match clock.ask_by {
        Some(ask_by) if matter.at > ask_by => {
            let ask_by = matter.terms.calendar.rfc3339(ask_by);
            Err(Fault::new(Code::ExtensionTooLate).with("ask_by", ask_by))
        }
        _ => Ok(level),
    }
}

/// As [`askable`], whatever the hour.
fn may_be_asked(clock: &ClockRow, rows: &[ExtensionRow]) -> Result<Role, Fault> {
    let refused = |code| Err(Fault::new(code));
    let Some(extension) = &clock.rule.0.extendable else { return refused(Code::NotExtendable) };
    if !clock.is_open() {
        return refused(Code::ClockStopped);
    }
    if clock.due_at.is_none() {
        return refused(Code::ClockPaused);
    }
    if rows.iter().any(|row| row.clock_id == clock.id && row.ruling.is_none()) {
        return refused(Code::ExtensionPending);
    }
    judges(extension, clock, rows).first().copied().ok_or_else(|| Fault::new(Code::ExtensionsUsedUp))
}

/// Whether an extension of this clock could be asked at `at`.
pub(super) fn could_be_asked(clock: &ClockRow, rows: &[ExtensionRow], at: Instant) -> bool {
    clock.ask_by.is_none_or(|ask_by| at <= ask_by) && may_be_asked(clock, rows).is_ok()
}

/// The roles that rule on the next extension of a clock, in their order; none where no more may be granted.
pub(super) fn judges(extension: &Extension, clock: &ClockRow, rows: &[ExtensionRow]) -> Vec<Role> {
    let granted =
        rows.iter().filter(|row| row.clock_id == clock.id && row.ruling == Some(AskRuling::Granted));
    match u32::try_from(granted.count()) {
        Ok(granted) if granted < extension.times => extension.approved_by.clone(),
        Ok(granted) if granted == extension.times => extension.second_by.into_iter().collect(),
        _ => Vec::new(),
    }
}

/// A new date lies after the old one, and neither further off than the promise book lets it nor past an upper level's
/// limit.
fn check_date(matter: &mut Matter<'_>, unit: Id, clock: &ClockRow, until: Instant) -> Result<(), Fault> {
    let (Some(extension), Some(due_at)) = (&clock.rule.0.extendable, clock.due_at) else {
        return Err(Fault::new(Code::NotExtendable));
    };
    let calendar = matter.terms_of_unit(unit)?.calendar;
    let latest = calendar
        .close_after_working_days(due_at, extension.at_most_working_days, Counting::A)
        .map_err(|error| uncountable(&error))?
        .at;
    let latest = clock.facts.0.no_later_than.map_or(latest, |limit| limit.min(latest));
    if until <= matter.at {
        Err(Fault::field(Code::NotInFuture, "/until"))
    } else if until <= due_at {
        Err(Fault::field(Code::DateTooEarly, "/until").with("earliest", calendar.rfc3339(due_at)))
    } else if until > latest {
        Err(Fault::field(Code::DateTooLate, "/until").with("latest", calendar.rfc3339(latest)))
    } else {
        Ok(())
    }
}

/// Tells those whose turn it is.
pub(super) fn pass_on(matter: &mut Matter<'_>, unit: Id, row: &ExtensionRow) -> Result<(), Fault> {
    let to = if row.level == Role::Dispatcher { matter.office.id } else { unit };
    matter.notify("extension_asked", Recipient::Unit(to), &format!("{} {}", row.id, row.level.code()))
}

/// The office's open clock to rule on this extension: the one that started with the asking.
pub(super) fn ruling_of(matter: &Matter<'_>, row: &ExtensionRow) -> Option<Id> {
    let its = |clock: &&ClockRow| {
        clock.kind == ClockKind::ExtensionRuling
            && clock.is_open()
            && clock.assignment_id == Some(row.assignment_id)
            && clock.started_at == row.asked_at
    };
    matter.clocks.iter().find(its).map(|clock| clock.id)
}

/// No more time is needed of clocks of this assignment that have stopped: what was asked of them is moot.
pub(super) fn drop_of_stopped(matter: &mut Matter<'_>, assignment: Id) -> Result<(), Fault> {
    if !matter.has_open(ClockKind::ExtensionRuling) {
        return Ok(());
    }
    for mut row in store::extensions_of(matter.conn, matter.request.id)? {
        let is_over = !matter.clocks.iter().any(|clock| clock.id == row.clock_id && clock.is_open());
        if row.assignment_id == assignment && row.ruling.is_none() && is_over {
            (row.ruled_at, row.ruling) = (Some(matter.at), Some(AskRuling::Moot));
            store::update_extension(matter.conn, &row)?;
            if let Some(ruling) = ruling_of(matter, &row) {
                matter.void(|clock| clock.id == ruling)?;
            }
        }
    }
    Ok(())
}
