//! The settings of supervision orders.

use super::within;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Supervision orders.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Supervision {
    /// Working days a unit has to reply where an order names no date.
    pub reply_working_days: u32,
    /// What the numbers of a unit's orders begin with, by its code.
    pub prefixes: BTreeMap<String, String>,
}

/// What is wrong with these settings: the key, and why.
pub(super) fn check(supervision: &Supervision) -> Result<(), (&'static str, String)> {
    within("supervision.reply_working_days", supervision.reply_working_days, 1..=60)?;
    let is_wrong = |prefix: &&String| {
        let length = prefix.chars().count();
        !(1..=40).contains(&length) || prefix.chars().any(|one| one.is_control() || "〔〕".contains(one))
    };
    match supervision.prefixes.values().find(is_wrong) {
        Some(prefix) => {
            Err(("supervision.prefixes", format!("{prefix:?} is no prefix of 1 to 40 characters")))
        }
        None => Ok(()),
    }
}
