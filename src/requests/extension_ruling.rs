//! Words on more time asked for (延期审批): each role's in its turn, and what a granted one moves.

use super::access;
use super::clocks;
use super::extend::{judges, pass_on, ruling_of};
use super::handle::of_assignment;
use super::matter::Matter;
use super::store::{self, AskRuling, AssignmentRow, ClockRow, ExtensionRow, ExtensionRulingRow, RequestRow};
use crate::db::Conn;
use crate::domain::actor::Actor;
use crate::domain::ids::{Id, Instant};
use crate::domain::lifecycle::{AssignmentAct, Capacity};
use crate::domain::words::{ClockKind, Part, Role};
use crate::fault::{Code, Fault};
use crate::outbox::Recipient;
use crate::web::Fields;

/// A word on extensions.
#[derive(Debug, Clone)]
pub struct RuleExtension {
    /// Whether they are granted.
    pub granted: bool,
    /// Why; where the company is told of the new date, it is told this too.
    pub reason: String,
    /// Other extensions of the same request, ruled on by the same word.
    pub together: Vec<Id>,
}

/// An extension whose turn has come to whoever rules.
struct Turn {
    row: ExtensionRow,
    /// The place of its assignment.
    index: usize,
    clock: ClockRow,
    /// The role that speaks next; `None` when this word is the last.
    next: Option<Role>,
}

/// Says one role's word on an extension, and on others together with it. Refused once it is refused; granted by one
/// role it goes to the next the promise book names, and the last moves the date.
///
/// Fails with `already_ruled`, `not_your_level`, `clock_stopped` where the clock no longer runs, and
/// `assist_passes_lead` where an assisting unit would answer after the lead must.
pub fn rule_extension(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    extension: Id,
    command: &RuleExtension,
) -> Result<RequestRow, Fault> {
    let request = store::request_of_extension(conn, extension)?.ok_or_else(Fault::hidden)?;
    let mut matter = Matter::open(conn, at, actor, request)?;
    let rows = store::extensions_of(matter.conn, request)?;
    let row = seen(&matter, &rows, extension).ok_or_else(Fault::hidden)?;
    let words = store::extension_rulings_of(matter.conn, request)?;
    let mut turns = vec![turn(&mut matter, &rows, &words, row)?];
    for row in together(&matter, &rows, extension, &command.together)? {
        turns.push(turn(&mut matter, &rows, &words, row)?);
    }
    let last: Vec<&Turn> = turns.iter().filter(|turn| turn.next.is_none()).collect();
    if command.granted {
        check_clocks(&mut matter, &last)?;
    }
    for turn in &turns {
        let word = ExtensionRulingRow {
            id: Id::new(at),
            extension_id: turn.row.id,
            request_id: request,
            role: turn.row.level,
            granted: command.granted,
            reason: command.reason.clone(),
            ruled_by: matter.person()?,
            ruled_at: at,
        };
        store::insert_extension_ruling(matter.conn, &word)?;
        let unit = matter.assignment(turn.index)?.unit_id;
        let mut row = turn.row.clone();
        if let Some(level) = turn.next.filter(|_| command.granted) {
            row.level = level;
            store::update_extension(matter.conn, &row)?;
            pass_on(&mut matter, unit, &row)?;
            continue;
        }
        row.ruling = Some(if command.granted { AskRuling::Granted } else { AskRuling::Refused });
        (row.ruled_by, row.ruled_at) = (Some(matter.person()?), Some(at));
        row.ruling_reason = Some(command.reason.clone());
        store::update_extension(matter.conn, &row)?;
        if let Some(ruling) = ruling_of(&matter, &row) {
            matter.stop(|clock| clock.id == ruling)?;
        }
        if command.granted {
            grant(&mut matter, turn)?;
        }
        matter.notify("extension_ruled", Recipient::Unit(unit), &row.id.to_string())?;
    }
    let ids: Vec<String> = turns.iter().map(|turn| turn.row.id.to_string()).collect();
    let parts: Vec<String> = turns.iter().map(|turn| turn.row.assignment_id.to_string()).collect();
    let first = turns.first().ok_or_else(|| Fault::internal("no extension at hand"))?;
    let capacity = capacity_of(first.row.level)?;
    let detail = of_assignment(&matter, first.index)?
        .with("extensions", ids)
        .with("together", parts)
        .with("clock", first.clock.kind.code())
        .with("until", matter.terms.calendar.rfc3339(first.row.until))
        .with("role", first.row.level.code())
        .with("granted", command.granted)
        .personal("reason", Some(&command.reason));
    matter.close(capacity, "rule_extension", detail)
}

/// The extension with this id, where the actor may see it.
fn seen(matter: &Matter<'_>, rows: &[ExtensionRow], id: Id) -> Option<ExtensionRow> {
    let audience = access::audience(matter.actor, &matter.request, &matter.assignments)?;
    let row = rows.iter().find(|row| row.id == id)?;
    let clock = matter.clocks.iter().find(|clock| clock.id == row.clock_id)?;
    let reach = matter.actor.reach();
    access::sees_extension(audience, &reach, &matter.assignments, row, clock.kind).then(|| row.clone())
}

/// The other extensions ruled on by the same word: each once, and none ruled on before.
fn together(
    matter: &Matter<'_>,
    rows: &[ExtensionRow],
    first: Id,
    ids: &[Id],
) -> Result<Vec<ExtensionRow>, Fault> {
    let mut fields = Fields::new();
    let mut found = Vec::new();
    for (place, id) in ids.iter().enumerate() {
        let pointer = format!("/together/{place}");
        let what = vec![("what", "extension".to_owned())];
        let is_twice = *id == first || ids.iter().take(place).any(|earlier| earlier == id);
        match seen(matter, rows, *id) {
            None => fields.refuse_with(Code::ReferenceUnknown, pointer, what),
            Some(row) if is_twice || row.ruling.is_some() => {
                fields.refuse_with(Code::ReferenceNotValid, pointer, what);
            }
            Some(row) => found.push(row),
        }
    }
    fields.finish()?;
    Ok(found)
}

/// Judges whether the actor may speak on this extension now.
fn turn(
    matter: &mut Matter<'_>,
    rows: &[ExtensionRow],
    words: &[ExtensionRulingRow],
    row: ExtensionRow,
) -> Result<Turn, Fault> {
    let its = |assignment: &AssignmentRow| assignment.id == row.assignment_id;
    let index = matter.assignments.iter().position(its).ok_or_else(Fault::hidden)?;
    matter.act_on(index, AssignmentAct::RuleExtension)?;
    if row.ruling.is_some() {
        return Err(Fault::new(Code::AlreadyRuled));
    }
    if !access::rules_as(matter.actor, row.level, matter.assignment(index)?.unit_id) {
        return Err(Fault::new(Code::NotYourLevel).with("role", row.level.code()));
    }
    let clock = matter.clocks.iter().find(|clock| clock.id == row.clock_id).cloned();
    let clock = clock.ok_or_else(|| Fault::internal("an extension without its clock"))?;
    let judges = clock.rule.0.extendable.as_ref().map(|extension| judges(extension, &clock, rows));
    let spoken = words.iter().filter(|word| word.extension_id == row.id).count();
    let next = judges.unwrap_or_default().get(spoken.saturating_add(1)).copied();
    Ok(Turn { row, index, clock, next })
}

fn capacity_of(role: Role) -> Result<Capacity, Fault> {
    match role {
        Role::Dispatcher => Ok(Capacity::Dispatcher),
        Role::Signer => Ok(Capacity::Signer),
        Role::Leader => Ok(Capacity::Leader),
        Role::Supervisor => Ok(Capacity::Supervisor),
        _ => Err(Fault::internal("an extension waits for a role that rules on none")),
    }
}

/// What is granted must still run, and an assisting unit answers no later than the lead, whose own date may move by the
/// same word.
fn check_clocks(matter: &mut Matter<'_>, last: &[&Turn]) -> Result<(), Fault> {
    if last.iter().any(|turn| !turn.clock.is_open()) {
        return Err(Fault::new(Code::ClockStopped));
    }
    let lead = matter.lead().map(|lead| lead.id);
    let of_lead = |kinds: &[ClockKind]| {
        let its =
            |clock: &&ClockRow| clock.is_open() && clock.assignment_id == lead && kinds.contains(&clock.kind);
        matter.clocks.iter().find(its).cloned()
    };
    // Where a plan was granted the lead's answer is due at the plan's end.
    let answer =
        of_lead(&[ClockKind::Feedback, ClockKind::Rework]).or_else(|| of_lead(&[ClockKind::Conclusion]));
    let Some(answer) = answer.filter(|_| lead.is_some()) else { return Ok(()) };
    let moved = last.iter().filter(|turn| turn.clock.id == answer.id).map(|turn| turn.row.until).max();
    let Some(latest) = due_if_resumed(matter, &answer)?.max(moved) else { return Ok(()) };
    let passes = |turn: &&Turn| turn.clock.kind == ClockKind::Assist && turn.row.until > latest;
    if last.iter().any(passes) {
        let latest = matter.terms.calendar.rfc3339(latest);
        return Err(Fault::new(Code::AssistPassesLead).with("latest", latest));
    }
    Ok(())
}

/// Moves what a granted extension moves: the clock; with the lead's answer what the company was promised; with a
/// commitment its date.
fn grant(matter: &mut Matter<'_>, turn: &Turn) -> Result<(), Fault> {
    let (clock, until) = (&turn.clock, turn.row.until);
    let part = matter.assignment(turn.index)?.part;
    move_on(matter, |other| other.id == clock.id, until)?;
    if clock.kind == ClockKind::Feedback && part == Part::Lead {
        move_on(matter, |other| other.kind == ClockKind::CompanyFeedback, until)?;
    }
    if let Some(commitment) = clock.commitment_id {
        let moved = matter.clocks.iter().find(|other| other.id == clock.id).and_then(|moved| moved.due_at);
        let rows = store::commitments_of(matter.conn, matter.request.id)?;
        for mut row in rows.into_iter().filter(|row| row.id == commitment) {
            row.due_at = moved.unwrap_or(until);
            store::update_commitment(matter.conn, &row)?;
        }
    }
    if access::is_company_told(clock.kind, part) {
        matter.notify_company("extension_granted", &turn.row.id.to_string())?;
    }
    Ok(())
}

/// Moves the due date of the open clocks that `which` picks to `until`, where that is later.
pub(super) fn move_on(
    matter: &mut Matter<'_>,
    which: impl Fn(&ClockRow) -> bool,
    until: Instant,
) -> Result<(), Fault> {
    let open = |clock: &&ClockRow| clock.is_open() && which(clock);
    let clocks: Vec<ClockRow> = matter.clocks.iter().filter(open).cloned().collect();
    for clock in clocks {
        if due_if_resumed(matter, &clock)?.is_some_and(|due_at| due_at < until) {
            matter.extend(|other| other.id == clock.id, until)?;
        }
    }
    Ok(())
}

/// When a clock is due; where it stands still, when it would be if it ran on from now.
fn due_if_resumed(matter: &mut Matter<'_>, clock: &ClockRow) -> Result<Option<Instant>, Fault> {
    let mut running = clock.clone();
    for pause in running.facts.0.pauses.iter_mut().filter(|pause| pause.until.is_none()) {
        pause.until = Some(matter.at);
    }
    clocks::recompute(matter.conn, &mut running)?;
    Ok(running.due_at)
}
