//! Files of a request: hung on it or on what belongs to it, and who sees each.

use super::access::{self, Audience, Shown};
use super::matter::Matter;
use super::store::{self, AnswerRow, AssignmentRow, RequestRow};
use crate::attachments::{self, AttachedTo, Attachment, Files, Target};
use crate::db::Conn;
use crate::domain::actor::Actor;
use crate::domain::ids::{Id, Instant};
use crate::domain::lifecycle::RequestAct;
use crate::fault::Fault;
use crate::journal::Detail;

/// Attaches files to a request that is open, by its company or the office.
pub fn attach(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    request: Id,
    files: &Files,
) -> Result<RequestRow, Fault> {
    let mut matter = Matter::open(conn, at, actor, request)?;
    let capacity = matter.act(RequestAct::Attach)?;
    let detail = hang(&mut matter, files, AttachedTo::Request, None, Detail::none())?;
    matter.close(capacity, "attach", detail)
}

/// Hangs `files` on what the act of `matter` made, and says in its `detail` which they are.
pub(super) fn hang(
    matter: &mut Matter<'_>,
    files: &Files,
    place: AttachedTo,
    subject: Option<Id>,
    detail: Detail,
) -> Result<Detail, Fault> {
    let target = Target { request: matter.request.id, place, subject };
    let hung = attachments::attach(matter.conn, matter.at, matter.actor, files, target)?;
    Ok(if hung.is_empty() { detail } else { detail.with("attachments", attachments::told(&hung)) })
}

/// Who asks for the files of one request, and what is known of it.
pub(super) struct Viewer<'a> {
    pub(super) audience: Audience,
    pub(super) reach: &'a [Id],
    pub(super) request: &'a RequestRow,
    pub(super) assignments: &'a [AssignmentRow],
    pub(super) answers: &'a [AnswerRow],
}

impl Viewer<'_> {
    /// Whether a file is shown: with what it hangs on. What came with the request, with papers or later may tell who filed,
    /// and is for those who may know that.
    pub(super) fn sees(&self, file: &Attachment) -> bool {
        match file.place {
            Some(AttachedTo::Request | AttachedTo::Supplement) => {
                self.audience.knows_filer(self.request.confidence)
            }
            Some(AttachedTo::Message) => access::reads_messages(self.audience),
            Some(AttachedTo::Answer) => self.answers.iter().any(|answer| {
                let shown = access::sees_answer(self.audience, self.reach, self.assignments, answer);
                Some(answer.id) == file.subject_id && shown != Shown::Nothing
            }),
            None => false,
        }
    }
}

/// The file with this id, where `actor` may see it: an upload is its bringer's own, everything else is seen with what it
/// hangs on. Else it is hidden.
pub fn attachment(conn: &mut Conn, actor: &Actor, id: Id) -> Result<Attachment, Fault> {
    let file = attachments::attachment(conn, id)?.ok_or_else(Fault::hidden)?;
    let Some(request) = file.request_id else {
        let is_own = actor.person == Some(file.uploaded_by);
        return if is_own { Ok(file) } else { Err(Fault::hidden()) };
    };
    let request = store::request(conn, request)?.ok_or_else(Fault::hidden)?;
    let assignments = store::assignments_of(conn, request.id)?;
    let audience = access::audience_of(conn, actor, &request, &assignments)?.ok_or_else(Fault::hidden)?;
    let answers = match file.place {
        Some(AttachedTo::Answer) => store::answers_of(conn, request.id)?,
        _ => Vec::new(),
    };
    let reach = actor.reach();
    let viewer =
        Viewer { audience, reach: &reach, request: &request, assignments: &assignments, answers: &answers };
    if viewer.sees(&file) { Ok(file) } else { Err(Fault::hidden()) }
}
