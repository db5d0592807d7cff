//! The shapes of this room in JSON.

use crate::domain::ids::Instant;
use crate::promises::LadderVersion;
use crate::web::LocalTime;
use chrono_tz::Tz;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// One version of the ladder.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LadderView {
    /// Counted from 1; the `ETag` carries it.
    version: i32,
    /// When it was made.
    created_at: LocalTime,
    /// The ladder: `title`, `at_any_hour`, `digest`, `steps`. Put back changed, it becomes the next version.
    #[schema(value_type = Object)]
    document: Value,
    /// From when each step is known, by its name: what was due before is not told.
    #[schema(value_type = Object)]
    since: BTreeMap<String, LocalTime>,
}

impl LadderView {
    /// `row` as shown in `zone`.
    pub(super) fn new(row: LadderVersion, zone: Tz) -> Self {
        let shown = |at: Instant| LocalTime::new(at, zone);
        Self {
            version: row.version,
            created_at: shown(row.created_at),
            document: row.document.0,
            since: row.since.0.into_iter().map(|(step, at)| (step, shown(at))).collect(),
        }
    }
}
