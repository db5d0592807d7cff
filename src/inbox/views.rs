//! The inbox as the API shows it.

use crate::domain::ids::Id;
use crate::web::LocalTime;
use serde::Serialize;
use utoipa::ToSchema;

/// One thing somebody was told.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InboxItem {
    /// Its id.
    pub(super) id: Id,
    /// Which notice: the name its letter has too.
    #[schema(example = "dispatched_to_you")]
    pub(super) kind: String,
    /// What has happened or is wanted, in the caller's language.
    pub(super) words: String,
    /// The request it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) request: Option<InboxRequest>,
    /// When it came.
    pub(super) created_at: LocalTime,
    /// When it was read; missing as long as it is unread.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) read_at: Option<LocalTime>,
}

/// A request by its number.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InboxRequest {
    /// Its id.
    pub(super) id: Id,
    /// Its number.
    #[schema(example = "QS202609240001")]
    pub(super) number: String,
    /// Its title.
    pub(super) title: String,
}

/// How many items are unread.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Unread {
    /// How many; no more than 1000 are counted.
    pub(super) unread: usize,
    /// Whether there may be more than were counted.
    pub(super) or_more: bool,
}
