//! One door, one answer (并案): a request becomes an echo of another, and is given its own text.
//!
//! Whatever touches a master and its echoes locks the master first and then the echoes by id, so that an echo never has
//! echoes, nor a master an answer that its echoes lack.

use super::dispatch::first_dispatch;
use super::echoes::{answer_waiting, lock_master, text_of};
use super::handle::{complete, drafted};
use super::matter::{Matter, judge};
use super::release::close_parts;
use super::store::{self, AnswerRow, AnswerState, ClockRow, RequestRow};
use super::visible;
use super::withdrawal::pending;
use crate::db::{Conn, Json};
use crate::domain::actor::Actor;
use crate::domain::answer::Answer;
use crate::domain::ids::{Id, Instant};
use crate::domain::lifecycle::RequestAct;
use crate::domain::words::{ClockKind, RequestState};
use crate::fault::{Code, Fault, FieldFault};
use crate::journal::Detail;

/// A merging.
#[derive(Debug, Clone)]
pub struct Merge {
    /// The request it is to be answered with.
    pub master: Id,
    /// Why the two are one matter; for the office only.
    pub reason: String,
}

/// Makes a request an echo of another, by the office: the units it is with are done with it, and what its company was
/// promised runs on.
///
/// Fails with `merged_into_itself`, `has_echoes`, `withdrawal_pending` while the office is to call about one, `past_merging`
/// once its company has had an answer or a plan, `conduct_complaint` where the other request could be given to the unit complained about, and at `/master` as its
/// machine refuses.
pub fn merge(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    request: Id,
    command: &Merge,
) -> Result<RequestRow, Fault> {
    // Who may not merge it at all learns nothing of the other request.
    let (before, _) = visible(conn, actor, request)?;
    judge(actor, &before, RequestAct::Merge)?;
    if command.master == request {
        return Err(Fault::field(Code::MergedIntoItself, "/master"));
    }
    let reason = Some(command.reason.as_str());
    let mut master = Matter::open(conn, at, actor, command.master).map_err(|fault| match fault.code {
        Code::NotFound => Fault::field(Code::ReferenceUnknown, "/master").with("what", "request").noted(),
        _ => fault,
    })?;
    let capacity = master.act(RequestAct::TakeEcho).map_err(of_master)?;
    if before.conduct_unit_id.is_some() && before.conduct_unit_id != master.request.conduct_unit_id {
        return Err(Fault::field(Code::ConductComplaint, "/master"));
    }
    let detail = Detail::none().with("echo", before.number).personal("reason", reason);
    let master = master.close(capacity, "take_echo", detail)?;

    let mut matter = Matter::open(conn, at, actor, request)?;
    let capacity = matter.act(RequestAct::Merge)?;
    if !store::echoes_of(matter.conn, request)?.is_empty() {
        return Err(Fault::new(Code::HasEchoes));
    }
    if pending(&store::withdrawals_of(matter.conn, request)?).is_some() {
        return Err(Fault::new(Code::WithdrawalPending));
    }
    close_parts(&mut matter, |_| true)?;
    matter.stop(|clock| clock.kind == ClockKind::Dispatch)?;
    matter.void(|clock| !runs_on(clock.kind))?;
    first_dispatch(&mut matter)?;
    if is_past_merging(&matter.request, &matter.clocks) {
        return Err(Fault::new(Code::PastMerging));
    }
    matter.request.master_id = Some(master.id);
    let mark = matter.request.version.to_string();
    matter.notify_company("merged", &mark)?;
    let detail = Detail::none().with("master", master.number).personal("reason", reason);
    matter.close(capacity, "merge", detail)
}

/// Why the master takes no echo is told at the field that names it.
fn of_master(mut refusal: Fault) -> Fault {
    let (code, values) = (refusal.code, refusal.values.clone());
    refusal.fields = vec![FieldFault { pointer: "/master".to_owned(), code, values }];
    refusal.possible.clear();
    refusal
}

/// What goes on on an echo: what its company was promised, in a released part too, and what it waits for the office to
/// rule on.
const fn runs_on(kind: ClockKind) -> bool {
    matches!(
        kind,
        ClockKind::CompanyContact
            | ClockKind::CompanyFeedback
            | ClockKind::Commitment
            | ClockKind::ContestRuling
    )
}

/// Whether nothing the company was promised is left that could bring an echo on: it was answered before, or has a plan.
pub(super) fn is_past_merging(request: &RequestRow, clocks: &[ClockRow]) -> bool {
    let kept_by = RequestState::Merged.kept_open_by();
    request.dispatched_at.is_some()
        && !clocks.iter().any(|clock| clock.is_open() && kept_by.contains(&clock.kind))
}

/// Confirms an echo's own text, by the office; it goes out with the master's answer, and until then another may take its
/// place. Nothing of the master may stand in it. A master that waited for nothing else is answered with it.
pub fn echo_answer(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    request: Id,
    content: &Answer,
) -> Result<RequestRow, Fault> {
    let master = lock_master(conn, request)?;
    let mut matter = Matter::open(conn, at, actor, request)?;
    let capacity = matter.act(RequestAct::EchoAnswer)?;
    let person = matter.person()?;
    complete(content, &matter.terms.calendar, at)?;
    match text_of(matter.conn, &matter.request)? {
        Some(mut answer) => {
            (answer.outcome, answer.content) = (content.outcome, Json(content.clone()));
            (answer.drafted_by, answer.drafted_at) = (person, at);
            (answer.approved_by, answer.approved_at) = (Some(person), Some(at));
            matter.update_answer(&answer)?;
        }
        None => {
            let earlier = store::answers_of(matter.conn, request)?;
            let last = earlier.iter().rfind(|answer| answer.assignment_id.is_none());
            let answer = AnswerRow {
                state: AnswerState::Approved,
                approved_by: Some(person),
                approved_at: Some(at),
                ..drafted(&matter, None, person, content, last)
            };
            matter.insert_answer(&answer)?;
        }
    }
    let detail =
        Detail::none().with("outcome", content.outcome.code()).personal("text", Some(&content.public_text));
    let confirmed = matter.close(capacity, "echo_answer", detail)?;
    answer_waiting(conn, at, actor, master)?;
    Ok(confirmed)
}
