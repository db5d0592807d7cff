//! The settings of whoever looks at the lights.

use super::within;
use serde::Deserialize;

/// Who looks at the lights.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Oversight {
    /// Seconds for which an act that was sent in time may still be on its way: people are told of a light no sooner.
    pub settle_seconds: u32,
}

/// The first of these settings that is out of its range, with what is allowed.
pub(super) fn check(oversight: &Oversight) -> Result<(), (&'static str, String)> {
    within("oversight.settle_seconds", oversight.settle_seconds, 0..=600)
}
