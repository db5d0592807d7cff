//! The shape of a head in JSON.

use super::Head;
use crate::web::LocalTime;
use chrono::NaiveDate;
use chrono_tz::Tz;
use serde::Serialize;
use utoipa::ToSchema;

/// The head of the journal of one day.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct HeadView {
    /// Counted from 1.
    pub(super) number: i32,
    /// The day it closes.
    day: NaiveDate,
    /// When it was taken.
    taken_at: LocalTime,
    /// Whether it is the day's last.
    closes: bool,
    /// How many chains moved since the head before it.
    chains: i32,
    /// The hash of the head before it; missing for the first.
    #[serde(skip_serializing_if = "String::is_empty")]
    previous_hash: String,
    /// The head: SHA-256, in hexadecimal.
    hash: String,
}

impl HeadView {
    /// `head` as shown in `zone`.
    pub(super) fn new(head: Head, zone: Tz) -> Self {
        let Head { number, day, taken_at, closes, chains, previous_hash, hash } = head;
        Self { number, day, taken_at: LocalTime::new(taken_at, zone), closes, chains, previous_hash, hash }
    }
}
