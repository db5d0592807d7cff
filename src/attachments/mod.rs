//! Files: brought first, and attached to a request or to something of it afterwards.
//!
//! An upload is a file that is attached to nothing yet; only who brought it sees it, and after some hours it is swept.
//! [`attach`] hangs it on something; from then on whoever sees that sees the file, which the rooms that have such things
//! judge. The bytes lie in the store of objects: they are written before the row that speaks of them, so what a fault
//! leaves behind is bytes without a row, which [`sweep`] finds.

pub(crate) mod api;
mod check;
mod content;
mod names;
mod ooxml;
pub(crate) mod parsers;
mod sniff;
mod store;
mod sweep;
mod text;
mod thumbnail;
mod upload;
mod views;

pub use check::{Look, check};
pub use content::content;
pub use store::{AttachedTo, Attachment};
pub use sweep::sweep;
pub use thumbnail::{Pictures, thumbnail};
pub use upload::Uploads;
pub use views::AttachmentView;

use crate::config;
use crate::db::Conn;
use crate::domain::actor::Actor;
use crate::domain::ids::{Id, Instant};
use crate::fault::{Code, Fault, FieldFault};
use crate::web::Fields;
use chrono::TimeDelta;
use serde_json::{Value, json};

/// Files to be attached by an act, and how many are allowed.
#[derive(Debug, Clone, Default)]
pub struct Files {
    /// Each with its place in the body.
    ids: Vec<(usize, Id)>,
    limits: Limits,
}

/// How many files of how many bytes.
#[derive(Debug, Clone, Copy, Default)]
struct Limits {
    files: usize,
    bytes: u64,
    draft_hours: u32,
}

/// What of which request files are attached to.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// The request.
    pub request: Id,
    /// What of it.
    pub place: AttachedTo,
    /// The papers, the message or the answer.
    pub subject: Option<Id>,
}

impl Files {
    /// No files.
    pub fn none() -> Self {
        Self::default()
    }

    /// The files named at `/attachments`; what is too many or named twice is refused there.
    pub fn named(fields: &mut Fields, ids: Vec<Id>, settings: &config::Attachments) -> Self {
        fields.at_most("/attachments", ids.len(), settings.files);
        for (index, id) in ids.iter().enumerate().take(settings.files) {
            if ids.iter().take(index).any(|earlier| earlier == id) {
                fields.refuse(Code::AttachmentTwice, format!("/attachments/{index}"));
            }
        }
        let limits = Limits {
            files: settings.request_files,
            bytes: settings.request_bytes,
            draft_hours: settings.draft_hours,
        };
        Self { ids: ids.into_iter().enumerate().collect(), limits }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// Whether the file `id` is among them.
    pub fn name(&self, id: Id) -> bool {
        self.ids.iter().any(|(_, named)| *named == id)
    }

    /// The others, without `ids`.
    #[must_use]
    pub fn without(&self, ids: &[Id]) -> Self {
        let others = self.ids.iter().filter(|(_, id)| !ids.contains(id)).copied();
        Self { ids: others.collect(), limits: self.limits }
    }
}

/// Attaches `files`, each of which `actor` must have brought and not used. The caller holds the request's row locked.
/// Gives them in the order they were named.
///
/// Fails at each file that is none of the actor's uploads, and with `request_full` where they would be too many or too
/// large for one request.
pub fn attach(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    files: &Files,
    target: Target,
) -> Result<Vec<Attachment>, Fault> {
    if files.is_empty() {
        return Ok(Vec::new());
    }
    let (mut found, mut faults) = (Vec::new(), Vec::new());
    for (index, id) in &files.ids {
        let oldest = oldest_draft(at, files.limits.draft_hours);
        let usable = |file: &Attachment| {
            actor.person == Some(file.uploaded_by) && file.request_id.is_none() && file.uploaded_at > oldest
        };
        match store::lock(conn, *id)?.filter(usable) {
            Some(file) => found.push(file),
            None => faults.push(FieldFault {
                pointer: format!("/attachments/{index}"),
                code: Code::ReferenceUnknown,
                values: vec![("what", "attachment".to_owned())],
            }),
        }
    }
    if !faults.is_empty() {
        return Err(Fault::fields(faults));
    }
    let held = store::of_request(conn, target.request)?;
    let bytes: u64 = held.iter().chain(&found).map(Attachment::bytes).sum();
    if held.len().saturating_add(found.len()) > files.limits.files || bytes > files.limits.bytes {
        let full = Fault::new(Code::RequestFull).with("files", files.limits.files);
        return Err(full.with("bytes", files.limits.bytes));
    }
    for file in &mut found {
        file.request_id = Some(target.request);
        (file.place, file.subject_id) = (Some(target.place), target.subject);
        file.attached_at = Some(at);
        store::update(conn, file)?;
    }
    Ok(found)
}

/// Hangs what is attached to one subject of a request on another one, as to the next revision of an answer.
pub fn hang_over(conn: &mut Conn, request: Id, from: Id, to: Id) -> Result<(), Fault> {
    for mut file in of_request(conn, request)? {
        if file.subject_id == Some(from) {
            file.subject_id = Some(to);
            store::update(conn, &file)?;
        }
    }
    Ok(())
}

/// Takes files off what they are attached to: they are uploads again of whoever brought them, until they are swept.
pub fn take_off(conn: &mut Conn, files: &[Attachment]) -> Result<(), Fault> {
    for file in files {
        let loose =
            Attachment { request_id: None, place: None, subject_id: None, attached_at: None, ..file.clone() };
        store::update(conn, &loose)?;
    }
    Ok(())
}

/// The files of one request, in the order they came. Whether the reader may see each is for the caller to judge.
pub fn of_request(conn: &mut Conn, request: Id) -> Result<Vec<Attachment>, Fault> {
    store::of_request(conn, request)
}

/// The file with this id, whatever it is attached to: whether the reader may see it is for the caller to judge.
pub fn attachment(conn: &mut Conn, id: Id) -> Result<Option<Attachment>, Fault> {
    store::find(conn, id)
}

/// What the journal says of files: which, and the digest of each.
pub fn told(files: &[Attachment]) -> Value {
    files.iter().map(|file| json!({ "id": file.id, "sha256": file.sha256 })).collect()
}

/// The instant before which an upload is kept no longer.
fn oldest_draft(at: Instant, hours: u32) -> Instant {
    at.plus(TimeDelta::hours(-i64::from(hours)))
}
