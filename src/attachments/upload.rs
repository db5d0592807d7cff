//! Taking files: each streams into the store while it is counted, hashed and looked at. All are kept or none.

use super::names;
use super::sniff::Sniffer;
use super::store::{self, Attachment};
use super::{oldest_draft, store::object_of};
use crate::config;
use crate::db::{Conn, meet};
use crate::domain::actor::Actor;
use crate::domain::file_type::FileType;
use crate::domain::hexadecimal;
use crate::domain::ids::{Id, Instant};
use crate::fault::{Code, Fault};
use crate::objects::{Objects, Writer};
use crate::people;
use crate::web::BodyDigest;
use actix_multipart::{Field, Multipart, MultipartError};
use futures_util::StreamExt;
use sha2::{Digest, Sha256};
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The name every part of an upload has.
const PART: &str = "file";

/// Seconds after which one more upload is tried again.
const RETRY_AFTER: u32 = 5;

/// How many uploads this process takes at a time. Clones share the count.
#[derive(Debug, Clone)]
pub struct Uploads(Arc<Semaphore>);

impl Uploads {
    /// Room for so many.
    pub fn new(most: usize) -> Self {
        Self(Arc::new(Semaphore::new(most)))
    }

    /// Room for one, or `overloaded`.
    pub(super) fn begin(&self) -> Result<OwnedSemaphorePermit, Fault> {
        let overloaded = |_| Fault::new(Code::Overloaded).retry_after(RETRY_AFTER);
        Arc::clone(&self.0).try_acquire_owned().map_err(overloaded)
    }
}

/// What has come of an upload so far. Dropped before it is settled, everything is taken out of the store again.
pub(super) struct Received {
    objects: Objects,
    writer: Option<Writer>,
    at: Instant,
    person: Id,
    pub(super) files: Vec<Attachment>,
    begun: Vec<Id>,
    is_settled: bool,
}

impl Received {
    pub(super) const fn new(objects: Objects, at: Instant, person: Id) -> Self {
        Self { objects, writer: None, at, person, files: Vec::new(), begun: Vec::new(), is_settled: false }
    }

    /// Takes every file of `parts`.
    ///
    /// Fails at the file that is too large, empty or of no type taken; when there are none or too many; when the body is
    /// no whole multipart/form-data; and when the store does.
    pub(super) async fn take(
        &mut self,
        mut parts: Multipart,
        settings: &config::Attachments,
    ) -> Result<(), Fault> {
        while let Some(part) = parts.next().await {
            let part = part.map_err(|error| broken(&error))?;
            let index = self.files.len();
            if index == settings.files {
                return Err(Fault::field(Code::TooMany, format!("/{PART}")).with("most", settings.files));
            }
            self.take_one(part, index, settings).await?;
        }
        if self.files.is_empty() {
            return Err(Fault::field(Code::FileNeeded, format!("/{PART}")));
        }
        Ok(())
    }

    async fn take_one(
        &mut self,
        mut part: Field,
        index: usize,
        settings: &config::Attachments,
    ) -> Result<(), Fault> {
        let name = part.name().unwrap_or_default().to_owned();
        if name != PART {
            let pointer = format!("/{}", name.replace('~', "~0").replace('/', "~1"));
            return Err(Fault::field(Code::UnknownField, pointer).with("field", name));
        }
        let refuse = |code: Code| Fault::field(code, format!("/{PART}/{index}"));
        let sent = part.content_disposition().and_then(|sent| {
            let extended =
                sent.get_filename_ext().map(|name| String::from_utf8_lossy(&name.value).into_owned());
            extended.or_else(|| sent.get_filename().map(ToOwned::to_owned))
        });
        let id = Id::new(self.at);
        self.begun.push(id);
        let writer = self.writer.insert(self.objects.writer(&object_of(id, self.at)));
        let (mut size, mut digest, mut sniffer) = (0_u64, Sha256::new(), Sniffer::default());
        while let Some(bytes) = part.next().await {
            let bytes = bytes.map_err(|error| broken(&error))?;
            size = size.saturating_add(u64::try_from(bytes.len()).map_err(Fault::internal)?);
            if size > settings.file_bytes {
                return Err(refuse(Code::FileTooLarge).with("most", settings.file_bytes));
            }
            digest.update(&bytes);
            sniffer.feed(&bytes);
            writer.put(bytes).await?;
        }
        if size == 0 {
            return Err(refuse(Code::FileEmpty));
        }
        let taken = sniffer.file_type().filter(|known| settings.types.contains(known));
        let file_type =
            taken.ok_or_else(|| refuse(Code::FileTypeRefused).with("types", spelt(&settings.types)))?;
        writer.finish().await?;
        self.writer = None;
        self.files.push(Attachment {
            id,
            uploaded_by: self.person,
            uploaded_at: self.at,
            name: names::clean(sent.as_deref().unwrap_or_default(), file_type),
            file_type,
            size: i64::try_from(size).map_err(Fault::internal)?,
            sha256: hexadecimal(&digest.finalize()),
            request_id: None,
            place: None,
            subject_id: None,
            attached_at: None,
        });
        Ok(())
    }

    /// Leaves the digest by which the same upload is known when it is sent again: the files' names and contents, for a
    /// multipart body has another boundary each time.
    pub(super) fn tell(&self, left: BodyDigest, mut digest: Sha256) {
        for file in &self.files {
            digest.update(format!("{}\n{}\n", file.name, file.sha256));
        }
        left.leave(digest);
    }

    /// Leaves everything in the store unless it is discarded. From here on its rows may be written though whoever sent it has
    /// gone: what turns out to be an orphan is swept.
    pub(super) const fn settle(&mut self) {
        self.is_settled = true;
    }

    /// Takes everything out of the store again.
    pub(super) async fn discard(mut self) {
        self.clean_up().await;
    }

    /// Takes out of the store what is not kept. What the store will not let go is swept later.
    fn clean_up(&mut self) -> impl Future<Output = ()> + Send + 'static {
        let (objects, writer) = (self.objects.clone(), self.writer.take());
        let begun: Vec<String> = self.begun.drain(..).map(|id| object_of(id, self.at)).collect();
        async move {
            if let Some(mut writer) = writer
                && let Err(fault) = writer.abort().await
            {
                tracing::warn!(%fault, "an upload was not aborted in order; it is swept later");
            }
            for object in begun {
                if let Err(fault) = objects.delete(&object).await {
                    tracing::warn!(%fault, object, "a refused upload is still in the store; it is swept later");
                }
            }
        }
    }
}

impl Drop for Received {
    fn drop(&mut self) {
        if self.is_settled || self.begun.is_empty() {
            return;
        }
        let cleaning = self.clean_up();
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(cleaning);
        }
    }
}

/// Writes the rows of files that are in the store. Fails with `too_many_drafts` where the person holds too many uploads.
pub(super) fn record(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    files: &[Attachment],
    settings: &config::Attachments,
) -> Result<(), Fault> {
    let person = actor.person.ok_or_else(Fault::denied)?;
    meet("upload to be recorded");
    // Two uploads of one person at once are counted one after the other.
    people::lock_person(conn, person)?.ok_or_else(Fault::denied)?;
    let held = store::waiting_of(conn, person, oldest_draft(at, settings.draft_hours))?.len();
    if held.saturating_add(files.len()) > settings.drafts {
        return Err(Fault::new(Code::TooManyDrafts).with("most", settings.drafts));
    }
    files.iter().try_for_each(|file| store::insert(conn, file))
}

fn spelt(types: &[FileType]) -> String {
    types.iter().map(|known| known.code()).collect::<Vec<_>>().join(", ")
}

fn broken(error: &MultipartError) -> Fault {
    match error {
        MultipartError::ContentTypeMissing
        | MultipartError::ContentTypeParse
        | MultipartError::ContentTypeIncompatible => Fault::new(Code::MultipartNeeded),
        _ => Fault::new(Code::InvalidMultipart).with("detail", error),
    }
}
