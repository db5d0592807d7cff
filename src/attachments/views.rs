//! A file as the API shows it.

use super::store::{AttachedTo, Attachment};
use crate::domain::ids::Id;
use crate::web::LocalTime;
use chrono_tz::Tz;
use serde::Serialize;
use utoipa::ToSchema;

/// A file.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AttachmentView {
    /// Its id.
    pub id: Id,
    /// What it is called.
    pub name: String,
    /// Its media type, told by what is in it.
    pub media_type: String,
    /// Its size, in bytes.
    pub size: i64,
    /// The SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// When it was brought.
    pub uploaded_at: LocalTime,
    /// Whether there may be a small picture of it.
    pub thumbnail: bool,
    /// The request it is attached to; missing for an upload that is attached to nothing yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<Id>,
    /// To what of the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attached_to: Option<AttachedTo>,
    /// Which papers, message or answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<Id>,
}

impl AttachmentView {
    /// The file `row` with times in `zone`.
    pub fn of(row: &Attachment, zone: Tz) -> Self {
        Self {
            id: row.id,
            name: row.name.clone(),
            media_type: row.file_type.media_type().to_owned(),
            size: row.size,
            sha256: row.sha256.clone(),
            uploaded_at: LocalTime::new(row.uploaded_at, zone),
            thumbnail: row.file_type.is_picture(),
            request: row.request_id,
            attached_to: row.place,
            subject: row.subject_id,
        }
    }
}

/// Uploads.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct UploadsView {
    /// Each, in the order it came.
    pub(super) items: Vec<AttachmentView>,
}

impl UploadsView {
    pub(super) fn of(rows: &[Attachment], zone: Tz) -> Self {
        Self { items: rows.iter().map(|row| AttachmentView::of(row, zone)).collect() }
    }
}
