//! What the office puts right in what was told already (更正): the category, or a released text. The old one is kept.

use super::file::usable_category;
use super::handle::complete;
use super::matter::Matter;
use super::store::{self, AnswerRow, AnswerState, RequestRow};
use crate::db::{Conn, Json};
use crate::domain::actor::Actor;
use crate::domain::answer::Answer;
use crate::domain::ids::{Id, Instant};
use crate::domain::lifecycle::RequestAct;
use crate::fault::{Code, Fault};
use crate::journal::Detail;
use crate::outbox::Recipient;

/// A correction: of the category, of a released answer, or of both.
#[derive(Debug, Clone)]
pub struct Correction {
    /// Why; the company is told.
    pub reason: String,
    /// The sub-class that is right.
    pub category: Option<Id>,
    /// The answer, and the whole of it as it should read.
    pub answer: Option<(Id, Answer)>,
}

/// Corrects what was released, by the office. A corrected answer is a new revision, released at once; the one before it
/// is kept and marked. Clocks keep the rule they started with, and commitments stay as they were made.
///
/// Fails with `not_answered_yet` where nothing is released, `nothing_to_correct`, `not_released_yet`, `answer_replaced`,
/// `milestones_stand`, and for an answer that lacks what its outcome must carry.
pub fn correct(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    request: Id,
    command: &Correction,
) -> Result<RequestRow, Fault> {
    let mut matter = Matter::open(conn, at, actor, request)?;
    let capacity = matter.act(RequestAct::Correct)?;
    let answers = store::answers_of(matter.conn, request)?;
    if !undue(&answers).is_empty() {
        return Err(Fault::new(Code::NotAnsweredYet));
    }
    if command.category.is_none() && command.answer.is_none() {
        return Err(Fault::new(Code::NothingToCorrect));
    }
    let mut detail = Detail::none().personal("text", Some(&command.reason));
    if let Some(category) = command.category {
        if matter.request.category_id == Some(category) {
            return Err(Fault::field(Code::NothingToCorrect, "/category"));
        }
        let today = matter.terms.calendar.local_date(at);
        let category = usable_category(matter.conn, category, today)?;
        let before = matter.category.as_ref().map(|before| before.code.clone());
        detail = detail.with("category", category.code.clone()).with("before", before);
        matter.request.category_id = Some(category.id);
        matter.category = Some(category);
    }
    if let Some((id, content)) = &command.answer {
        let row = rewrite(&mut matter, &answers, *id, content, &command.reason)?;
        detail = detail
            .with("answer", row.id.to_string())
            .with("revision", row.revision)
            .personal("public_text", Some(&content.public_text));
    }
    let mark = format!("corrected after {}", matter.request.journal_seq);
    matter.notify_company("corrected", &mark)?;
    matter.close(capacity, "correct", detail)
}

/// Puts a new revision in the place of a released answer, and tells the unit whose answer it is.
fn rewrite(
    matter: &mut Matter<'_>,
    answers: &[AnswerRow],
    id: Id,
    content: &Answer,
    reason: &str,
) -> Result<AnswerRow, Fault> {
    let (at, person) = (matter.at, matter.person()?);
    let found = answers.iter().find(|answer| answer.id == id);
    let unknown = || Fault::field(Code::ReferenceUnknown, "/answer").with("what", "answer");
    let mut old = found.cloned().ok_or_else(unknown)?;
    match old.state {
        AnswerState::Released => {}
        AnswerState::Corrected => return Err(Fault::new(Code::AnswerReplaced)),
        AnswerState::Drafted | AnswerState::Approved | AnswerState::Accepted | AnswerState::SentBack => {
            return Err(Fault::new(Code::NotReleasedYet));
        }
    }
    if old.content.0 == *content {
        return Err(Fault::field(Code::NothingToCorrect, "/content"));
    }
    if old.content.0.milestones != content.milestones {
        return Err(Fault::field(Code::MilestonesStand, "/content/milestones"));
    }
    // Judged by the day it was released on: what was promised then may lie in the past by now.
    let released_at = old.released_at.unwrap_or(at);
    complete(content, &matter.terms.calendar, released_at).map_err(below_content)?;
    let of_same =
        |answer: &&AnswerRow| answer.assignment_id == old.assignment_id && answer.cycle == old.cycle;
    let last = answers.iter().filter(of_same).map(|answer| answer.revision).max().unwrap_or(old.revision);
    let row = AnswerRow {
        id: Id::new(at),
        revision: last.saturating_add(1),
        outcome: content.outcome,
        content: Json(content.clone()),
        drafted_by: person,
        drafted_at: at,
        approved_by: Some(person),
        approved_at: Some(at),
        released_by: Some(person),
        released_at: Some(at),
        reason: None,
        ..old.clone()
    };
    matter.insert_answer(&row)?;
    (old.state, old.reason) = (AnswerState::Corrected, Some(reason.to_owned()));
    matter.update_answer(&old)?;
    let of_unit = |part: &&store::AssignmentRow| Some(part.id) == row.assignment_id;
    let unit = matter.assignments.iter().find(of_unit).map(|part| part.unit_id);
    if let Some(unit) = unit {
        matter.notify("answer_corrected", Recipient::Unit(unit), &row.id.to_string())?;
    }
    Ok(row)
}

/// The same fault of an answer that stands below `/content`.
fn below_content(mut fault: Fault) -> Fault {
    for field in &mut fault.fields {
        field.pointer = format!("/content{}", field.pointer);
    }
    fault
}

/// What is not to be done while nothing of the answer is with the company: correcting it.
pub(super) fn undue(answers: &[AnswerRow]) -> &'static [RequestAct] {
    let is_released = answers.iter().any(|answer| answer.state == AnswerState::Released);
    if is_released { &[] } else { &[RequestAct::Correct] }
}
