//! How often the company asked for haste, as a request shows it.

use super::Reader;
use crate::domain::ids::Instant;
use crate::requests::store::UrgeRow;
use crate::web::LocalTime;
use serde::Serialize;
use utoipa::ToSchema;

/// How often the company asked for haste.
#[derive(Debug, Serialize, ToSchema)]
pub struct UrgesView {
    /// How often.
    pub count: usize,
    /// When it did so last.
    pub last_at: LocalTime,
}

impl Reader<'_> {
    /// How often the company asked for haste; `None` where it never did.
    pub(super) fn urges(&self, urges: &[UrgeRow]) -> Option<UrgesView> {
        let last = urges.last()?;
        Some(UrgesView { count: urges.len(), last_at: self.time(last.at) })
    }

    /// Whether the company asked for haste today, as the office counts days.
    pub(super) fn is_urged_today(&self, urges: &[UrgeRow]) -> bool {
        let day = |at: Instant| at.day_in(self.zone);
        urges.last().is_some_and(|last| day(last.at) == day(self.at))
    }
}
