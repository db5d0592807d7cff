//! Drafting a unit's answer, with the files that go with it.

use super::attached;
use super::handle::{answers_to, complete, drafted, of_assignment};
use super::matter::Matter;
use super::store::{AnswerState, RequestRow};
use crate::attachments::{self, AttachedTo, Attachment, Files};
use crate::db::{Conn, Json};
use crate::domain::actor::Actor;
use crate::domain::answer::Answer;
use crate::domain::ids::{Id, Instant};
use crate::domain::lifecycle::AssignmentAct;
use crate::fault::Fault;
use crate::journal::Detail;

/// Writes the unit's answer, or a new revision of it. `files` are all that go with it; `None` leaves them as they are.
/// What went with a revision that was given back goes with the next one.
pub fn draft(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    assignment: Id,
    content: &Answer,
    files: Option<&Files>,
) -> Result<RequestRow, Fault> {
    let (mut matter, index) = Matter::open_assignment(conn, at, actor, assignment)?;
    let capacity = matter.act_on(index, AssignmentAct::Draft)?;
    complete(content, &matter.terms.calendar, at)?;
    let revisions = answers_to(&mut matter, assignment)?;
    let person = matter.person()?;
    let last = revisions.last();
    let standing = last.filter(|answer| answer.state == AnswerState::Drafted);
    let answer = match standing.cloned() {
        Some(mut answer) => {
            answer.outcome = content.outcome;
            answer.content = Json(content.clone());
            (answer.drafted_by, answer.drafted_at, answer.reason) = (person, at, None);
            matter.update_answer(&answer)?;
            answer.id
        }
        None => {
            let answer = drafted(&matter, Some(assignment), person, content, last);
            matter.insert_answer(&answer)?;
            if let Some(given_back) = last.filter(|last| last.state == AnswerState::SentBack) {
                attachments::hang_over(matter.conn, matter.request.id, given_back.id, answer.id)?;
            }
            answer.id
        }
    };
    let detail = of_assignment(&matter, index)?
        .with("outcome", content.outcome.code())
        .personal("text", Some(&content.public_text));
    let detail = match files {
        Some(files) => only(&mut matter, files, answer, detail)?,
        None => detail,
    };
    matter.close(capacity, "draft", detail)
}

/// Lets `files` and no others go with the answer.
fn only(matter: &mut Matter<'_>, files: &Files, answer: Id, detail: Detail) -> Result<Detail, Fault> {
    let of_answer = |file: &Attachment| file.subject_id == Some(answer);
    let held = attachments::of_request(matter.conn, matter.request.id)?;
    let (stay, go): (Vec<_>, Vec<_>) =
        held.into_iter().filter(of_answer).partition(|file| files.name(file.id));
    attachments::take_off(matter.conn, &go)?;
    let stay: Vec<Id> = stay.iter().map(|file| file.id).collect();
    attached::hang(matter, &files.without(&stay), AttachedTo::Answer, Some(answer), detail)
}
