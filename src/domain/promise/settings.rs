//! The figures of the book that are no clock's own length: acts ask for them.

use super::length::{Length, TimeOfDay};
use serde::{Deserialize, Serialize};

/// Figures the acts of the flow ask the book for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// From this hour "the same day" is the next working day, where a rule names no hour of its own.
    pub same_day_cut_off: TimeOfDay,
    /// What a unit has at least after its answer is sent back; what was left of its limit, where that is longer.
    /// Working time.
    pub send_back_reprieve: Length,
    /// When the office calls a company after release.
    pub follow_up: FollowUp,
    /// After a conclusion by lapse: how long a bad rating still opens a callback, and so a rework.
    pub late_rating: Length,
    /// After so many progress reports without a moved milestone the matter climbs the ladder.
    pub unmoved_reports: u32,
    /// When a company counts as not to be reached.
    pub unreached: Unreached,
    /// Until when a unit may ask to return a request.
    pub returns: Returns,
}

/// When the office calls a company after release. A good rating makes the call needless in either case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FollowUp {
    /// `"always"`: the follow-up clock starts at release.
    Always,
    /// `{ after_silence = { working_days = 5 } }`: it starts when so long nothing was heard.
    AfterSilence(Length),
}

/// What a unit must have tried before a contact clock ends as `unreached`; a message left is needed besides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unreached {
    /// How many tries in all.
    pub tries: u32,
    /// In how many different half-days (morning or afternoon).
    pub half_days: u32,
}

/// The limits of asking for a return (退单). All that are named hold together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Returns {
    /// Not after the unit's contact clock is past due.
    pub before_contact_limit: bool,
    /// Not after the unit has reached the company.
    pub before_reached_contact: bool,
    /// Not later than this after the dispatch, counted from the next day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<Length>,
    /// Not without saying what it rests on.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ground_needed: bool,
    /// From this return of one request on, the ruling is a joint one, kept as a precedent.
    pub joint_ruling_from: u32,
}
