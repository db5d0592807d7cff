//! Where a request comes from that was filed for its company.

use super::Reader;
use crate::requests::access;
use crate::requests::store::{OriginRow, OutsideNumberRow};
use crate::web::LocalTime;
use serde::Serialize;
use utoipa::ToSchema;

/// That it was filed for the company.
#[derive(Debug, Serialize, ToSchema)]
pub struct OnBehalf {
    /// When one of the company's users confirmed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confirmed_at: Option<LocalTime>,
}

/// What another system calls a request.
#[derive(Debug, Serialize, ToSchema)]
pub struct OutsideNumber {
    /// The system.
    pub system: String,
    /// Its number there.
    pub number: String,
}

/// Where it comes from, as far as the reader may see it.
pub(super) fn on_behalf(reader: &Reader<'_>, origin: Option<&OriginRow>) -> Option<OnBehalf> {
    origin.map(|origin| OnBehalf { confirmed_at: origin.confirmed_at.map(|at| reader.time(at)) })
}

/// What other systems call it, as far as the reader may see it.
pub(super) fn outside(reader: &Reader<'_>, rows: Vec<OutsideNumberRow>) -> Vec<OutsideNumber> {
    if !access::sees_outside(reader.audience, reader.request.confidence) {
        return Vec::new();
    }
    rows.into_iter().map(|row| OutsideNumber { system: row.system, number: row.number }).collect()
}
