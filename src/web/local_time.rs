//! Times as the API shows them: RFC 3339 with the office's offset.

use crate::domain::ids::Instant;
use chrono::{DateTime, SecondsFormat};
use chrono_tz::Tz;
use serde::{Serialize, Serializer};

/// An instant with the offset the office has at that time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LocalTime(DateTime<Tz>);

impl LocalTime {
    /// `at` as clocks show it in `zone`.
    pub fn new(at: Instant, zone: Tz) -> Self {
        Self(at.utc().with_timezone(&zone))
    }

    /// The instant it shows.
    pub fn instant(self) -> Instant {
        Instant::new(self.0.to_utc())
    }
}

impl std::fmt::Display for LocalTime {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0.to_rfc3339_opts(SecondsFormat::AutoSi, false))
    }
}

impl Serialize for LocalTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl utoipa::PartialSchema for LocalTime {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .format(Some(utoipa::openapi::SchemaFormat::KnownFormat(utoipa::openapi::KnownFormat::DateTime)))
            .description(Some("RFC 3339, with the office's offset"))
            .into()
    }
}

impl utoipa::ToSchema for LocalTime {}
