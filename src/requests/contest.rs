//! A contact of which the company says that it was none: contested once, ruled on by the office, and what the clocks do
//! that it had stopped.

use super::clocks::Start;
use super::matter::Matter;
use super::store::{
    self, AnswerRow, AssignmentRow, ClockRow, ContactRow, ContactStanding, ContestRow, ContestRuling,
    RequestRow,
};
use crate::db::Conn;
use crate::domain::actor::Actor;
use crate::domain::ids::{Id, Instant};
use crate::domain::lifecycle::RequestAct;
use crate::domain::promise::Holder;
use crate::domain::words::{ClockKind, ClockOutcome, RequestState};
use crate::fault::{Code, Fault};
use crate::journal::Detail;
use crate::outbox::Recipient;
use std::collections::BTreeSet;

/// Why a contact cannot be contested, whoever wants to; `None` where it can. An answer that is there settles the contacts
/// of its cycle.
pub(super) fn refusal(
    request: &RequestRow,
    assignments: &[AssignmentRow],
    contests: &[ContestRow],
    contact: &ContactRow,
) -> Option<Code> {
    let its = assignments.iter().find(|assignment| Some(assignment.id) == contact.assignment_id);
    // An echo is reached by its master's units, without parts of its own; and it is one in its first cycle only.
    let cycle = its.map_or(1, |assignment| assignment.cycle);
    if !contact.reached {
        Some(Code::NobodyReached)
    } else if contests.iter().any(|contest| contest.contact_id == contact.id) {
        Some(Code::AlreadyContested)
    } else if cycle < request.cycle {
        Some(Code::AlreadyAnswered)
    } else {
        None
    }
}

/// Contests a reached contact, by the company: the clocks it stopped are disputed, and the office has its time to rule.
///
/// Fails with `nobody_reached`, and with `already_contested` also once it is ruled on.
pub fn contest(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    contact: Id,
    reason: &str,
) -> Result<RequestRow, Fault> {
    let request = store::request_of_contact(conn, contact)?.ok_or_else(Fault::hidden)?;
    let mut matter = Matter::open(conn, at, actor, request)?;
    let capacity = matter.act(RequestAct::Contest)?;
    let mut contacts = store::contacts_of(matter.conn, request)?;
    let contests = store::contests_of(matter.conn, request)?;
    let contact = one(&mut contacts, contact)?;
    if let Some(code) = refusal(&matter.request, &matter.assignments, &contests, contact) {
        return Err(Fault::new(code));
    }
    let row = ContestRow {
        id: Id::new(at),
        contact_id: contact.id,
        request_id: request,
        by_person_id: matter.person()?,
        at,
        reason: reason.to_owned(),
        ruled_at: None,
        ruled_by: None,
        ruling: None,
        ruling_reason: None,
    };
    store::insert_contest(matter.conn, &row)?;
    contact.standing = ContactStanding::Contested;
    store::update_standing(matter.conn, contact)?;
    let contact = contact.clone();
    let stopped = stopped_by(&matter, &contacts, &contact);
    change(&mut matter, &stopped, |clock| clock.disputed = true)?;
    matter.start(Start::of(ClockKind::ContestRuling, Holder::Office))?;
    let mut told = units_in(&matter, &contact);
    told.insert(matter.office.id);
    for unit in told {
        matter.notify("contact_contested", Recipient::Unit(unit), &row.id.to_string())?;
    }
    let detail = of_contact(&contact).personal("words", Some(reason));
    matter.close(capacity, "contest", detail)
}

/// Rules on a contested contact, by the office, with a reason the company reads. Refused, all is as it was. Upheld, the
/// contact is struck, and what it had stopped runs again with its old due date until the next contact that stops it;
/// where the number on file was old, what is late of that is nobody's.
///
/// Fails with `already_ruled`.
pub fn rule_contest(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    contest: Id,
    ruling: ContestRuling,
    reason: &str,
) -> Result<RequestRow, Fault> {
    let request = store::request_of_contest(conn, contest)?.ok_or_else(Fault::hidden)?;
    let mut matter = Matter::open(conn, at, actor, request)?;
    let capacity = matter.act(RequestAct::RuleContest)?;
    let mut contests = store::contests_of(matter.conn, request)?;
    let row = contests.iter_mut().find(|row| row.id == contest).ok_or_else(Fault::hidden)?;
    if row.ruled_at.is_some() {
        return Err(Fault::new(Code::AlreadyRuled));
    }
    (row.ruled_at, row.ruled_by) = (Some(at), Some(matter.person()?));
    (row.ruling, row.ruling_reason) = (Some(ruling), Some(reason.to_owned()));
    store::update_contest(matter.conn, row)?;
    let mut contacts = store::contacts_of(matter.conn, request)?;
    let contact = one(&mut contacts, row.contact_id)?.clone();
    let stopped = stopped_by(&matter, &contacts, &contact);
    let standing = match ruling {
        ContestRuling::Refused => ContactStanding::Standing,
        ContestRuling::Upheld | ContestRuling::OldNumber => ContactStanding::Struck,
    };
    let ruled = one(&mut contacts, contact.id)?;
    ruled.standing = standing;
    store::update_standing(matter.conn, ruled)?;
    match ruling {
        ContestRuling::Refused => change(&mut matter, &stopped, |clock| clock.disputed = false)?,
        ContestRuling::Upheld => run_again(&mut matter, &contacts, &stopped)?,
        ContestRuling::OldNumber => {
            change(&mut matter, &stopped, |clock| clock.facts.0.excused = true)?;
            run_again(&mut matter, &contacts, &stopped)?;
        }
    }
    let waits = |clock: &&ClockRow| {
        clock.kind == ClockKind::ContestRuling && clock.started_at == row.at && clock.is_open()
    };
    let waited = matter.clocks.iter().find(waits).map(|clock| clock.id);
    matter.stop(|clock| Some(clock.id) == waited)?;
    matter.notify_company("contest_ruled", &contest.to_string())?;
    for unit in units_in(&matter, &contact) {
        matter.notify("contest_ruled", Recipient::Unit(unit), &contest.to_string())?;
    }
    let detail = of_contact(&contact).with("ruling", ruling.code()).personal("text", Some(reason));
    matter.close(capacity, "rule_contest", detail)
}

/// A contest nobody has ruled on is moot once the request is over: its contact stands, and no clock is disputed any more.
pub(super) fn make_moot(matter: &mut Matter<'_>) -> Result<(), Fault> {
    let mut contests = store::contests_of(matter.conn, matter.request.id)?;
    contests.retain(|row| row.ruled_at.is_none());
    if contests.is_empty() {
        return Ok(());
    }
    let mut contacts = store::contacts_of(matter.conn, matter.request.id)?;
    for mut row in contests {
        row.ruled_at = Some(matter.at);
        store::update_contest(matter.conn, &row)?;
        let contact = one(&mut contacts, row.contact_id)?;
        contact.standing = ContactStanding::Standing;
        store::update_standing(matter.conn, contact)?;
    }
    let disputed: Vec<Id> =
        matter.clocks.iter().filter(|clock| clock.disputed).map(|clock| clock.id).collect();
    change(matter, &disputed, |clock| clock.disputed = false)
}

fn one(contacts: &mut [ContactRow], id: Id) -> Result<&mut ContactRow, Fault> {
    contacts.iter_mut().find(|contact| contact.id == id).ok_or_else(Fault::hidden)
}

fn of_contact(contact: &ContactRow) -> Detail {
    Detail::none()
        .with("contact", contact.id.to_string())
        .with("assignment", contact.assignment_id.map(|id| id.to_string()))
        .with("unit", contact.unit_id.to_string())
}

/// The unit that made a contact, and those for which it was made too.
fn units_in(matter: &Matter<'_>, contact: &ContactRow) -> BTreeSet<Id> {
    let joined = contact.joint_with.iter().flat_map(|with| &with.0);
    let of_part = |id: &Id| matter.assignments.iter().find(|part| part.id == *id).map(|part| part.unit_id);
    joined.filter_map(of_part).chain([contact.unit_id]).collect()
}

fn change(matter: &mut Matter<'_>, clocks: &[Id], with: impl Fn(&mut ClockRow)) -> Result<(), Fault> {
    for clock in matter.clocks.iter_mut().filter(|clock| clocks.contains(&clock.id)) {
        with(clock);
        store::update_clock(matter.conn, clock)?;
    }
    Ok(())
}

/// Whether a contact is of the kind that stops a clock, as `handle::contact` has it.
fn stops(matter: &Matter<'_>, contact: &ContactRow, clock: &ClockRow) -> bool {
    let is_by_unit = matter
        .assignments
        .iter()
        .any(|part| Some(part.id) == contact.assignment_id && part.unit_id == contact.unit_id);
    let is_its_kind = match clock.kind {
        ClockKind::CompanyContact => true,
        // The office makes the one call it owes, whoever leads.
        ClockKind::Contact if clock.holder == Holder::Office => true,
        ClockKind::Contact => is_by_unit && clock.assignment_id.is_some_and(|part| contact.is_for(part)),
        _ => false,
    };
    is_its_kind
        && contact.reached
        && contact.standing != ContactStanding::Struck
        && contact.at >= clock.started_at
}

/// The earliest contact, of those that are not struck, that stops a clock.
fn first<'c>(matter: &Matter<'_>, contacts: &'c [ContactRow], clock: &ClockRow) -> Option<&'c ContactRow> {
    contacts.iter().find(|contact| stops(matter, contact, clock))
}

/// The clocks that a contact stopped.
fn stopped_by(matter: &Matter<'_>, contacts: &[ContactRow], contact: &ContactRow) -> Vec<Id> {
    let is_stopped = |clock: &&ClockRow| {
        clock.stopped_at == Some(contact.at)
            && matches!(clock.outcome, Some(ClockOutcome::Met | ClockOutcome::Late))
            && first(matter, contacts, clock).is_some_and(|first| first.id == contact.id)
    };
    matter.clocks.iter().filter(is_stopped).map(|clock| clock.id).collect()
}

/// Lets clocks whose contact was struck run again, due when they were, up to the next contact that stops them. What
/// would have ended before that, with the answer or with its part, has ended then.
fn run_again(matter: &mut Matter<'_>, contacts: &[ContactRow], clocks: &[Id]) -> Result<(), Fault> {
    matter.reopen(|clock| clocks.contains(&clock.id))?;
    let answers = store::answers_of(matter.conn, matter.request.id)?;
    let ends: Vec<(Id, Option<Instant>, Option<ContactRow>)> = matter
        .clocks
        .iter()
        .filter(|clock| clocks.contains(&clock.id))
        .map(|clock| {
            let over_at = over_at(matter, &answers, clock);
            let next = first(matter, contacts, clock);
            let in_time = next.filter(|next| over_at.is_none_or(|over_at| next.at <= over_at));
            (clock.id, over_at, in_time.cloned())
        })
        .collect();
    for (id, over_at, next) in ends {
        let is_contested = next.as_ref().is_some_and(|next| next.standing == ContactStanding::Contested);
        change(matter, &[id], |clock| clock.disputed = is_contested)?;
        match (next, over_at) {
            (Some(next), _) => matter.stop_as_of(|clock| clock.id == id, next.at)?,
            (None, Some(over_at)) => matter.void_as_of(|clock| clock.id == id, over_at)?,
            (None, None) => wait_for_lead(matter, id)?,
        }
    }
    Ok(())
}

/// A call of the office that is owed again is owed for whoever leads now, or for the next who will.
fn wait_for_lead(matter: &mut Matter<'_>, clock: Id) -> Result<(), Fault> {
    let lead = matter.lead().map(|lead| lead.id);
    let is_offices = |row: &&mut ClockRow| {
        row.id == clock && row.kind == ClockKind::Contact && row.holder == Holder::Office
    };
    for row in matter.clocks.iter_mut().filter(is_offices) {
        row.assignment_id = lead;
        store::update_clock(matter.conn, row)?;
    }
    Ok(())
}

/// When a contact clock ends without any contact: with the answer of its cycle, or earlier with its part. The office's
/// own call outlasts that, and is owed no more of a request that is merged.
fn over_at(matter: &Matter<'_>, answers: &[AnswerRow], clock: &ClockRow) -> Option<Instant> {
    let of_cycle = matter.assignments.iter().filter(|part| part.cycle == clock.cycle);
    let answered_at = if clock.cycle == matter.request.cycle {
        matter.request.answered_at
    } else {
        // An echo has its own answer, without any part; what corrected it later is not what answered it.
        let own =
            answers.iter().filter(|answer| answer.assignment_id.is_none() && answer.cycle == clock.cycle);
        let own_at = own.filter_map(|answer| answer.released_at).min();
        of_cycle.clone().filter_map(|part| part.accepted_at).chain(own_at).max()
    };
    let outlasts = clock.holder == Holder::Office && matter.request.state != RequestState::Merged;
    let mut its = of_cycle.filter(|part| Some(part.id) == clock.assignment_id && !outlasts);
    let part_over_at = its.next().and_then(|part| {
        let left_at = || (!part.is_live()).then(|| part.closed_at.unwrap_or(matter.at));
        part.accepted_at.or_else(left_at)
    });
    [answered_at, part_over_at].into_iter().flatten().min()
}
