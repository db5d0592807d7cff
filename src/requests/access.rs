//! Who is what on one request, and so what they may see of it and do to it.

use super::store::{
    self, AnswerRow, AnswerState, AskRuling, AssignmentRow, ClockRow, ExtensionRow, PlanRow, RequestRow,
    ReturnRow,
};
use crate::db::Conn;
use crate::domain::actor::Actor;
use crate::domain::ids::Id;
use crate::domain::lifecycle::Capacity;
use crate::domain::promise::Holder;
use crate::domain::words::{AssignmentState, ClockKind, Confidence, Part, Role};
use crate::fault::Fault;

/// For whom a request is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// The company that filed it.
    Company,
    /// The office, the auditor and the program itself.
    Office,
    /// The unit that leads.
    Lead,
    /// Another unit on it, and those over it.
    Unit,
}

/// What `actor` may see of a request, or `None` where it is hidden from them altogether. Whoever is several things on
/// one request sees it as the one that sees most. A specialist reads what he or she filed as its company does.
pub(super) fn audience(
    actor: &Actor,
    request: &RequestRow,
    assignments: &[AssignmentRow],
) -> Option<Audience> {
    let reach = actor.reach();
    let reaches = |assignment: &&AssignmentRow| is_in(&reach, assignment);
    if actor.reads_everything() {
        Some(Audience::Office)
    } else if actor.acts_for(request.company_id) {
        Some(Audience::Company)
    } else if assignments
        .iter()
        .filter(reaches)
        .any(|assignment| assignment.part == Part::Lead && assignment.is_live())
    {
        Some(Audience::Lead)
    } else if assignments.iter().any(|assignment| reaches(&assignment)) {
        Some(Audience::Unit)
    } else if filed_for(actor, request) {
        Some(Audience::Company)
    } else {
        None
    }
}

/// As [`audience`], and a leader who was told of the request directly sees it as its lead does, before any unit has it.
pub(super) fn audience_of(
    conn: &mut Conn,
    actor: &Actor,
    request: &RequestRow,
    assignments: &[AssignmentRow],
) -> Result<Option<Audience>, Fault> {
    let audience = audience(actor, request, assignments);
    let Some(person) = actor.person.filter(|_| audience.is_none() && actor.has_role(Role::Leader)) else {
        return Ok(audience);
    };
    Ok(store::was_told(conn, person, request.id)?.then_some(Audience::Lead))
}

/// In what capacity `actor` reports a request to the leaders: of the office, or as the specialist who filed it.
pub(super) fn reports_as(actor: &Actor, request: &RequestRow) -> Option<Capacity> {
    if actor.is_office() {
        return Some(Capacity::Dispatcher);
    }
    filed_for(actor, request).then_some(Capacity::Specialist)
}

/// Whether `actor` is the specialist who filed it for its company.
fn filed_for(actor: &Actor, request: &RequestRow) -> bool {
    specialist(actor) == Some(request.filed_by) && !request.channel.is_of_company()
}

/// The person who reads what he or she filed for companies, where `actor` is a specialist.
pub(super) fn specialist(actor: &Actor) -> Option<Id> {
    actor.person.filter(|_| actor.has_role(Role::Specialist))
}

/// Whether every request is seen: by the office, the auditor and the program itself.
pub(super) fn sees_all(actor: &Actor) -> bool {
    actor.reads_everything()
}

/// Whether `actor` is of the office, which dispatches, and what it goes by is its affair alone.
pub(super) fn dispatches(actor: &Actor) -> bool {
    actor.is_office()
}

/// In what capacity `actor` confirms that a promise was kept: of the company before the office; `None` for all others.
pub(super) fn keeps_promises(actor: &Actor, request: &RequestRow) -> Option<Capacity> {
    let held =
        [(actor.acts_for(request.company_id), Capacity::Company), (actor.is_office(), Capacity::Dispatcher)];
    held.into_iter().find_map(|(is_held, capacity)| is_held.then_some(capacity))
}

/// Whether `actor` is one whose word it is to rule as `role` over a unit: the office, or who holds the role over it.
pub(super) fn rules_as(actor: &Actor, role: Role, unit: Id) -> bool {
    if role == Role::Dispatcher { actor.is_office() } else { actor.has_role_over(role, unit) }
}

/// Whether `actor` handles in this unit as a whole, and not in one of its sections alone.
pub(super) fn handles_in(actor: &Actor, unit: Id) -> bool {
    actor.has_role_over(Role::Handler, unit)
}

/// In what capacity `actor` files for a company: as its own user before all else; `None` where it is nobody's to file.
pub(super) fn files_as(actor: &Actor, company: Id) -> Option<Capacity> {
    if actor.acts_for(company) {
        return Some(Capacity::Company);
    }
    let held =
        [(actor.is_office(), Capacity::Dispatcher), (actor.has_role(Role::Specialist), Capacity::Specialist)];
    held.into_iter().find_map(|(is_held, capacity)| is_held.then_some(capacity))
}

impl Audience {
    /// Whether who filed may be shown: flow, confidence.
    pub const fn knows_filer(self, confidence: Confidence) -> bool {
        match (self, confidence) {
            (Self::Company | Self::Office, _) | (_, Confidence::Open) | (Self::Lead, Confidence::Hidden) => {
                true
            }
            (Self::Unit, Confidence::Hidden) | (Self::Lead | Self::Unit, Confidence::Sealed) => false,
        }
    }
}

/// Whether `actor`, who sees the request as `audience` does, must call its company and so sees its numbers whole: its own
/// side knows them; the office; and who handles for the lead, or for a branch that is told to contact, until its answer
/// is accepted. Of a sealed request it is the office alone.
pub(super) fn must_call(
    audience: Audience,
    actor: &Actor,
    request: &RequestRow,
    assignments: &[AssignmentRow],
) -> bool {
    let calls = |assignment: &AssignmentRow| {
        let is_told = assignment.part == Part::Lead || assignment.told_to_contact;
        let has_it = assignment.is_live() && assignment.state != AssignmentState::Accepted;
        is_told && has_it && handles(actor, assignment)
    };
    match audience {
        Audience::Company => true,
        Audience::Office => actor.is_system() || actor.is_office(),
        Audience::Lead | Audience::Unit => {
            request.confidence != Confidence::Sealed && assignments.iter().any(calls)
        }
    }
}

/// In what capacity `actor` asks for a number that is masked from all who need not call: that of the staff who may know
/// who filed, by their share before their rank. `None` for everybody else.
pub(super) fn reveals_as(
    actor: &Actor,
    request: &RequestRow,
    assignments: &[AssignmentRow],
) -> Option<Capacity> {
    let audience = audience(actor, request, assignments)?;
    if audience == Audience::Company || !audience.knows_filer(request.confidence) {
        return None;
    }
    let on_share = |assignment| capacities_on(actor, request, assignments, assignment);
    let mut held = assignments.iter().flat_map(on_share).chain(everywhere(actor));
    held.find(|capacity| !matches!(capacity, Capacity::Company | Capacity::Admin))
}

/// Whether `actor` handles the share: in its unit, or in the section that has it.
fn handles(actor: &Actor, assignment: &AssignmentRow) -> bool {
    handles_in(actor, assignment.unit_id) || assignment.section_id.is_some_and(|id| handles_in(actor, id))
}

/// Whether a clock is shown: to the company what it is promised, holds itself, or waits for after a release; to a unit
/// that does not lead the same and its own; to the office and the lead all.
pub(super) fn sees_clock(
    audience: Audience,
    reach: &[Id],
    assignments: &[AssignmentRow],
    clock: &ClockRow,
) -> bool {
    let of_company =
        clock.holder == Holder::Company || matches!(clock.kind, ClockKind::Rework | ClockKind::Commitment);
    match audience {
        Audience::Office | Audience::Lead => true,
        Audience::Company => of_company,
        Audience::Unit => of_company || clock.assignment_id.is_some_and(|id| is_own(reach, assignments, id)),
    }
}

/// Whether `actor` supervises or leads the unit that holds a clock, so that what is late of it is told to them even of a
/// request they do not see.
pub(super) fn oversees(actor: &Actor, clock: &ClockRow) -> bool {
    let over = |unit| actor.has_role_over(Role::Supervisor, unit) || actor.has_role_over(Role::Leader, unit);
    clock.holder_unit_id.is_some_and(over)
}

/// Whether an extension of a clock of this kind is shown: to the office and the lead every one, to a unit its own, to the
/// company what was granted of a date it sees.
pub(super) fn sees_extension(
    audience: Audience,
    reach: &[Id],
    assignments: &[AssignmentRow],
    asked: &ExtensionRow,
    kind: ClockKind,
) -> bool {
    let part = assignments.iter().find(|part| part.id == asked.assignment_id).map(|part| part.part);
    match audience {
        Audience::Office | Audience::Lead => true,
        Audience::Company => {
            asked.ruling == Some(AskRuling::Granted) && part.is_some_and(|part| is_company_told(kind, part))
        }
        Audience::Unit => is_own(reach, assignments, asked.assignment_id),
    }
}

/// Whether the company is told that a date moved: of what it sees, and of the lead's answer, with which its own moves.
pub(super) const fn is_company_told(kind: ClockKind, part: Part) -> bool {
    match kind {
        ClockKind::Rework | ClockKind::Commitment => true,
        ClockKind::Feedback => matches!(part, Part::Lead),
        _ => false,
    }
}

/// Whether a plan is shown: to the office and the lead every one, to its own unit, and to everybody once it is granted.
pub(super) fn sees_plan(
    audience: Audience,
    reach: &[Id],
    assignments: &[AssignmentRow],
    plan: &PlanRow,
) -> bool {
    match audience {
        Audience::Office | Audience::Lead => true,
        _ if plan.ruling == Some(AskRuling::Granted) => true,
        Audience::Company => false,
        Audience::Unit => is_own(reach, assignments, plan.assignment_id),
    }
}

/// How much of an answer is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    /// Nothing.
    Nothing,
    /// What the company reads too.
    Public,
    /// Everything, with the internal note and why it was given back.
    Whole,
}

/// How much of an answer is shown: the office sees all; a unit its own; the lead also what assisting units have
/// approved; everybody what was released, and what a corrected text took the place of.
pub(super) fn sees_answer(
    audience: Audience,
    reach: &[Id],
    assignments: &[AssignmentRow],
    answer: &AnswerRow,
) -> Shown {
    let of_assist =
        || assignments.iter().any(|part| Some(part.id) == answer.assignment_id && part.part == Part::Assist);
    let own = || answer.assignment_id.is_some_and(|id| is_own(reach, assignments, id));
    let for_lead = || audience == Audience::Lead && answer.state != AnswerState::Drafted && of_assist();
    match audience {
        Audience::Office => Shown::Whole,
        Audience::Lead | Audience::Unit if own() || for_lead() => Shown::Whole,
        _ if matches!(answer.state, AnswerState::Released | AnswerState::Corrected) => Shown::Public,
        _ => Shown::Nothing,
    }
}

/// Whether what other systems call it is shown: to staff who may know who filed, for the number leads to that.
pub(super) fn sees_outside(audience: Audience, confidence: Confidence) -> bool {
    audience != Audience::Company && audience.knows_filer(confidence)
}

/// Whether a withdrawal asked for is shown: to the company, the office and the lead.
pub(super) fn sees_withdrawal(audience: Audience) -> bool {
    audience != Audience::Unit
}

/// Whether a transfer to discipline inspection is shown before and beside the state it leads to: to the office and the
/// auditor, for it may be about a unit.
pub(super) fn sees_transfer(audience: Audience) -> bool {
    audience == Audience::Office
}

impl Audience {
    /// Whether a master shows its echoes: to those who answer and call for all of them together. Of whom, and whom to call,
    /// is shown as the echo's own confidence lets it.
    pub(super) const fn sees_echoes(self) -> bool {
        matches!(self, Self::Office | Self::Lead)
    }

    /// Whether an echo shows its master: what another company filed is no affair of its own company, nor of the units it
    /// was taken from.
    pub(super) const fn sees_master(self) -> bool {
        matches!(self, Self::Office)
    }
}

/// Whether a return is shown: to the office and the lead all, to another unit its own, to the company none.
pub(super) fn sees_return(
    audience: Audience,
    reach: &[Id],
    assignments: &[AssignmentRow],
    asked: &ReturnRow,
) -> bool {
    match audience {
        Audience::Office | Audience::Lead => true,
        Audience::Unit => is_own(reach, assignments, asked.assignment_id),
        Audience::Company => false,
    }
}

/// Whether an assignment is of a unit in reach, or was handed on to one.
pub(super) fn is_own(reach: &[Id], assignments: &[AssignmentRow], id: Id) -> bool {
    assignments.iter().any(|assignment| assignment.id == id && is_in(reach, assignment))
}

/// Whether an assignment is of one of these units, or was handed on to one.
pub(super) fn is_in(units: &[Id], assignment: &AssignmentRow) -> bool {
    units.contains(&assignment.unit_id) || assignment.section_id.is_some_and(|id| units.contains(&id))
}

/// Whether what the company and the office write to each other is shown.
pub(super) const fn reads_messages(audience: Audience) -> bool {
    match audience {
        Audience::Company | Audience::Office => true,
        Audience::Lead | Audience::Unit => false,
    }
}

/// The capacities of `actor` on the request as a whole.
pub(super) fn capacities(actor: &Actor, request: &RequestRow) -> Vec<Capacity> {
    let mut capacities = everywhere(actor);
    if actor.acts_for(request.company_id) {
        capacities.insert(0, Capacity::Company);
    }
    capacities
}

/// The capacities of `actor` on one assignment of the request.
pub(super) fn capacities_on(
    actor: &Actor,
    request: &RequestRow,
    assignments: &[AssignmentRow],
    assignment: &AssignmentRow,
) -> Vec<Capacity> {
    let over = |role: Role| actor.has_role_over(role, assignment.unit_id);
    let leads = assignments.iter().any(|other| {
        other.part == Part::Lead
            && other.is_live()
            && other.cycle == assignment.cycle
            && other.id != assignment.id
            && handles(actor, other)
    });
    let mut capacities = capacities(actor, request);
    let held = [
        (handles(actor, assignment), Capacity::Handler),
        (over(Role::Signer), Capacity::Signer),
        (leads, Capacity::Lead),
        (over(Role::Supervisor), Capacity::Supervisor),
        (over(Role::Leader), Capacity::Leader),
    ];
    capacities.extend(held.into_iter().filter_map(|(is_held, capacity)| is_held.then_some(capacity)));
    capacities
}

fn everywhere(actor: &Actor) -> Vec<Capacity> {
    let held = [
        (actor.is_system(), Capacity::System),
        (actor.is_office(), Capacity::Dispatcher),
        (actor.has_role(Role::Auditor), Capacity::Auditor),
        (actor.has_role(Role::Admin), Capacity::Admin),
    ];
    held.into_iter().filter_map(|(is_held, capacity)| is_held.then_some(capacity)).collect()
}
