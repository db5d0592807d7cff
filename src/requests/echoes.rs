//! What an act on a master does to its echoes: they are reached in its contacts, answered with it, or free again where it
//! ends without an answer.
//!
//! The caller has the master's row locked; so its echoes stay its echoes.

use super::access::{self, Audience};
use super::dispatch::to_dispatch;
use super::extension_ruling::move_on;
use super::handle::{Contact, complete};
use super::matter::Matter;
use super::release::{answered, answered_if_whole, commit_to, waits_for_texts};
use super::store::{self, AnswerRow, AnswerState, AssignmentRow, ContactRow, MessageRow, RequestRow};
use crate::db::Conn;
use crate::domain::actor::Actor;
use crate::domain::ids::{Id, Instant};
use crate::domain::lifecycle::{Capacity, RequestAct};
use crate::domain::words::{AssignmentState, ClockKind, Part, RequestState};
use crate::fault::{Code, Fault};
use crate::journal::Detail;
use crate::web::Fields;

/// What stands as the outcome of a contact made together with that of the master; what came of that is the other
/// company's affair.
const TOGETHER: &str = "并案一并联系";

/// The text confirmed for an echo and not released yet.
pub(super) fn text_of(conn: &mut Conn, echo: &RequestRow) -> Result<Option<AnswerRow>, Fault> {
    let waits = |answer: &AnswerRow| {
        answer.assignment_id.is_none() && answer.cycle == echo.cycle && answer.state == AnswerState::Approved
    };
    Ok(store::answers_of(conn, echo.id)?.into_iter().rfind(waits))
}

/// The echoes that are to be answered with this request, locked, in the order of their ids. Each must have its text; else
/// `echo_answer_missing`, with the numbers.
pub(super) fn ready(matter: &mut Matter<'_>) -> Result<Vec<Id>, Fault> {
    let echoes = store::lock_echoes(matter.conn, matter.request.id)?;
    let missing = without_text(matter, &echoes)?;
    if missing.is_empty() {
        Ok(echoes.iter().map(|echo| echo.id).collect())
    } else {
        Err(Fault::new(Code::EchoAnswerMissing).with("numbers", missing.join(", ")))
    }
}

/// Whether an echo of this request, all of them locked, has no text that it could be answered with.
pub(super) fn lacks_text(matter: &mut Matter<'_>) -> Result<bool, Fault> {
    let echoes = store::lock_echoes(matter.conn, matter.request.id)?;
    Ok(!without_text(matter, &echoes)?.is_empty())
}

/// The numbers of those of the echoes without a text that still holds: a day it promises may have passed since.
fn without_text<'e>(matter: &mut Matter<'_>, echoes: &'e [RequestRow]) -> Result<Vec<&'e str>, Fault> {
    let mut missing = Vec::new();
    for echo in echoes {
        let text = text_of(matter.conn, echo)?;
        let holds = |text: AnswerRow| complete(&text.content.0, &matter.terms.calendar, matter.at).is_ok();
        if !text.is_some_and(holds) {
            missing.push(echo.number.as_str());
        }
    }
    Ok(missing)
}

/// Locks the master of an echo, before the echo itself; `None` where it is no echo.
pub(super) fn lock_master(conn: &mut Conn, echo: Id) -> Result<Option<Id>, Fault> {
    let echo = store::request(conn, echo)?.filter(|row| row.state == RequestState::Merged);
    let Some(master) = echo.and_then(|row| row.master_id) else { return Ok(None) };
    Ok(store::lock_request(conn, master)?.map(|row| row.id))
}

/// Answers a master whose answer was whole and waited for its echoes' texts alone, where it has them all now. It is the
/// program's deed.
pub(super) fn answer_waiting(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    master: Option<Id>,
) -> Result<(), Fault> {
    let Some(master) = master else { return Ok(()) };
    let program = Actor::system();
    let mut matter = Matter::open_unseen(conn, at, &program, master)?;
    if !waits_for_texts(&matter) || lacks_text(&mut matter)? {
        return Ok(());
    }
    matter.stop(|clock| clock.kind == ClockKind::Dispatch)?;
    let echoes = answered_if_whole(&mut matter)?;
    matter.close(Capacity::System, "release_last", Detail::none())?;
    release_echoes(conn, at, actor, &echoes)
}

/// Gives each of these echoes its own answer, after their master's was released by what `actor` did.
pub(super) fn release_echoes(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    echoes: &[Id],
) -> Result<(), Fault> {
    let program = Actor::system();
    for echo in echoes {
        let mut matter = Matter::open_unseen(conn, at, &program, *echo)?;
        let capacity = matter.act(RequestAct::ReleaseEcho)?;
        let text = text_of(matter.conn, &matter.request)?;
        let mut answer = text.ok_or_else(|| Fault::internal("an echo that was ready has no text"))?;
        answer.state = AnswerState::Released;
        // A company whose papers brought its own answer on has released nothing of another's.
        let office = actor.person.filter(|_| access::dispatches(actor));
        (answer.released_by, answer.released_at) = (office.or(answer.approved_by), Some(at));
        matter.update_answer(&answer)?;
        commit_to(&mut matter, &answer)?;
        answered(&mut matter)?;
        let detail = Detail::none()
            .with("outcome", answer.outcome.code())
            .personal("text", Some(&answer.content.0.public_text));
        matter.close(capacity, "release_echo", detail)?;
    }
    Ok(())
}

/// Gives every echo of a request that ended without an answer back to the office, with a new time to dispatch it; its
/// company is told. What was confirmed as its text is set aside.
///
/// It is the program's deed, not the ending one's: a company that withdraws does not act on another's request. Call it
/// after the master's own act, in the same transaction.
pub fn free_echoes(conn: &mut Conn, at: Instant, master: Id) -> Result<(), Fault> {
    let program = Actor::system();
    for echo in store::lock_echoes(conn, master)? {
        let mut matter = Matter::open_unseen(conn, at, &program, echo.id)?;
        let capacity = matter.act(RequestAct::BackFromMerge)?;
        leave_master(&mut matter)?;
        let mark = echo.version.to_string();
        matter.notify_company("back_from_merge", &mark)?;
        to_dispatch(&mut matter, &mark)?;
        matter.close(capacity, "back_from_merge", Detail::none())?;
    }
    Ok(())
}

/// It is no echo any more: what was confirmed as its text is set aside.
pub(super) fn leave_master(matter: &mut Matter<'_>) -> Result<(), Fault> {
    if matter.request.master_id.is_none() {
        return Ok(());
    }
    if let Some(mut answer) = text_of(matter.conn, &matter.request)? {
        answer.state = AnswerState::SentBack;
        matter.update_answer(&answer)?;
    }
    matter.request.master_id = None;
    Ok(())
}

/// An echo whose company was reached in a contact on its master.
#[derive(Debug, Clone)]
pub struct EchoReached {
    /// The echo.
    pub request: Id,
    /// With whom.
    pub whom: String,
    /// The number called.
    pub number: Option<String>,
}

/// Refuses echoes of a contact that reached nobody, one named twice, and those that are none of this request or of whom the
/// caller may not know who filed.
pub(super) fn check_echoes(matter: &mut Matter<'_>, contact: &Contact) -> Result<(), Fault> {
    if contact.echoes.is_empty() {
        return Ok(());
    }
    if !contact.reached {
        return Err(Fault::field(Code::EchoesNotReached, "/echoes"));
    }
    let audience = access::audience(matter.actor, &matter.request, &matter.assignments);
    let echoes = store::lock_echoes(matter.conn, matter.request.id)?;
    let mut fields = Fields::new();
    for (index, reached) in contact.echoes.iter().enumerate() {
        let pointer = format!("/echoes/{index}/request");
        let is_twice = contact.echoes.iter().take(index).any(|earlier| earlier.request == reached.request);
        let knows =
            |echo: &RequestRow| audience.is_some_and(|audience| audience.knows_filer(echo.confidence));
        match echoes.iter().find(|echo| echo.id == reached.request) {
            _ if is_twice => fields.refuse(Code::EchoTwice, pointer),
            Some(echo) if knows(echo) => {}
            Some(_) if audience == Some(Audience::Lead) => {
                fields.refuse(Code::SealedTakesNoContact, pointer);
            }
            _ => fields.refuse_with(Code::ReferenceUnknown, pointer, vec![("what", "request".to_owned())]),
        }
    }
    fields.finish()
}

/// Writes down on each echo that its company was reached in this contact on the master: what it was promised as a first
/// contact is met.
pub(super) fn reach_echoes(
    conn: &mut Conn,
    at: Instant,
    (actor, capacity): (&Actor, Capacity),
    contact: &ContactRow,
    echoes: &[EchoReached],
) -> Result<(), Fault> {
    let mut in_order: Vec<&EchoReached> = echoes.iter().collect();
    in_order.sort_by_key(|reached| reached.request);
    for reached in in_order {
        let mut matter = Matter::open_unseen(conn, at, actor, reached.request)?;
        let row = ContactRow {
            id: Id::new(at),
            request_id: reached.request,
            assignment_id: None,
            claimed_at: contact.claimed_at.filter(|claimed| *claimed >= matter.request.filed_at),
            whom: reached.whom.clone(),
            number: reached.number.clone(),
            message_left: false,
            outcome: TOGETHER.to_owned(),
            ..contact.clone()
        };
        store::insert_contact(matter.conn, &row)?;
        matter.stop(|clock| clock.kind == ClockKind::CompanyContact)?;
        let detail = Detail::none()
            .with("unit", row.unit_id.to_string())
            .with("means", row.means)
            .with("reached", true)
            .personal("whom", Some(&row.whom))
            .personal("number", row.number.as_deref())
            .personal("outcome", Some(&row.outcome));
        matter.close(capacity, "contact", detail)?;
    }
    Ok(())
}

/// What an echo's company is to read of its master's plan. Nothing of the master may stand in it.
#[derive(Debug, Clone)]
pub struct EchoText {
    /// The echo.
    pub request: Id,
    /// What its company reads.
    pub public_text: String,
}

/// Refuses a granted plan without a text for each echo, a refused one with any, an echo named twice, and those that are none
/// of this request.
pub(super) fn check_texts(matter: &mut Matter<'_>, granted: bool, texts: &[EchoText]) -> Result<(), Fault> {
    if !granted {
        let none = texts.is_empty();
        return if none { Ok(()) } else { Err(Fault::field(Code::EchoTextNotHere, "/echoes")) };
    }
    let echoes = store::lock_echoes(matter.conn, matter.request.id)?;
    let mut fields = Fields::new();
    for (index, text) in texts.iter().enumerate() {
        let pointer = format!("/echoes/{index}/request");
        if texts.iter().take(index).any(|earlier| earlier.request == text.request) {
            fields.refuse(Code::EchoTwice, pointer);
        } else if !echoes.iter().any(|echo| echo.id == text.request) {
            fields.refuse_with(Code::ReferenceUnknown, pointer, vec![("what", "request".to_owned())]);
        }
    }
    let lacks = |echo: &&RequestRow| !texts.iter().any(|text| text.request == echo.id);
    let missing: Vec<&str> = echoes.iter().filter(lacks).map(|echo| echo.number.as_str()).collect();
    if !missing.is_empty() {
        fields.refuse_with(Code::EchoTextMissing, "/echoes", vec![("numbers", missing.join(", "))]);
    }
    fields.finish()
}

/// Tells the company of each echo, in its own text, that its matter takes until `ends_at`: its answer is promised for then,
/// where that is later. The weekly reports are the master's company's; the office writes to the others.
pub(super) fn plan_echoes(
    conn: &mut Conn,
    at: Instant,
    (actor, capacity): (&Actor, Capacity),
    ends_at: Instant,
    texts: &[EchoText],
) -> Result<(), Fault> {
    let mut in_order: Vec<&EchoText> = texts.iter().collect();
    in_order.sort_by_key(|text| text.request);
    for text in in_order {
        let mut matter = Matter::open_unseen(conn, at, actor, text.request)?;
        move_on(&mut matter, |clock| clock.kind == ClockKind::CompanyFeedback, ends_at)?;
        let row = MessageRow {
            id: Id::new(at),
            request_id: text.request,
            from_person_id: matter.person()?,
            from_company: false,
            at,
            text: text.public_text.clone(),
        };
        store::insert_message(matter.conn, &row)?;
        matter.notify_company("long_running", &row.id.to_string())?;
        let until = matter.terms.calendar.rfc3339(ends_at);
        let detail = Detail::none().with("until", until).personal("text", Some(&text.public_text));
        matter.close(capacity, "echo_plan", detail)?;
    }
    Ok(())
}

/// The parts a rework of this request may blame: the released leads and branches of its cycle, and, where it was answered
/// as an echo, those of its master whose answer that was. The office's word to a unit stays with the master.
pub(super) fn blamable(matter: &mut Matter<'_>) -> Result<Vec<AssignmentRow>, Fault> {
    let is_released =
        |row: &&AssignmentRow| row.part != Part::Assist && row.state == AssignmentState::Accepted;
    let cycle = matter.request.cycle;
    let own = matter.assignments.iter().filter(is_released).filter(|row| row.cycle == cycle);
    let mut rows: Vec<AssignmentRow> = own.cloned().collect();
    if let (Some(master), Some(answered_at)) = (matter.request.master_id, matter.request.answered_at) {
        let of_master = store::assignments_of(matter.conn, master)?;
        let in_it = |row: &&AssignmentRow| {
            is_released(row) && row.accepted_at.is_some_and(|accepted_at| accepted_at <= answered_at)
        };
        let last = of_master.iter().filter(in_it).map(|row| row.cycle).max();
        let of_answer = of_master.iter().filter(in_it).filter(|row| Some(row.cycle) == last);
        rows.extend(of_answer.map(|row| AssignmentRow { note: None, ..row.clone() }));
    }
    Ok(rows)
}
