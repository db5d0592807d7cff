//! The ladder: who is told what, and when, while a clock runs out and after it has.
//!
//! A [`Ladder`] is a list of [`Step`]s. Every step that fits a clock falls due at instants that follow from the clock's
//! dates ([`Ladder::climb`]). Only a deed stops the climb: a clock that has stopped is not asked about. It is read from
//! TOML (the seed) or JSON (the stored version, the API) and checked whole at reading.

mod check;
mod climb;
#[cfg(test)]
mod tests;

pub use climb::{Climb, Rung, Running};

use super::promise::Holder;
use super::words::{ClockKind, Urgency};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

vocabulary! {
    /// Who is told.
    pub enum Tell {
        /// Who has the matter in hand: the person or section it was handed to, else the handlers of the unit that holds the
        /// clock; of the office, its dispatchers (经办人).
        Handler = "handler",
        /// The signers of the unit that holds the clock; of the office, its dispatchers (审签人).
        Signer = "signer",
        /// The signers of the unit that leads the request (主办审签人).
        LeadSigner = "lead_signer",
        /// The office's dispatchers (营商办).
        Office = "office",
        /// The supervisors nearest above the unit that holds the clock (督查).
        Supervisor = "supervisor",
        /// The leaders nearest above it (分管领导).
        Leader = "leader",
        /// The leaders of the whole district (区领导).
        DistrictLeader = "district_leader",
        /// Those of the company who have to do with the request (企业).
        Company = "company",
    }
}

/// When a step falls due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// So much working time before the last moment to ask for an extension; never, where none can be asked for.
    BeforeAskBy(Before),
    /// As the light turns yellow.
    Yellow,
    /// As it turns red: at once after the due date.
    Red,
    /// As so many working days of red begin, counted from the next working day after the due date.
    RedDays(Spaced),
    /// So many natural minutes after the due date, day and night.
    RedMinutes(Spaced),
}

/// How long before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Before {
    /// Working minutes.
    pub working_minutes: u32,
}

/// How long after, and how often again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spaced {
    /// After so many, in the unit of what it spaces.
    pub after: u32,
    /// And again after each so many more, until the deed is done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every: Option<u32>,
}

/// One step. It fits the clocks that every condition fits; a condition that is empty fits everything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Its stable name: what was told is known by it.
    pub name: String,
    /// Which clocks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clocks: Vec<ClockKind>,
    /// Whose.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holders: Vec<Holder>,
    /// Of how pressing requests.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub urgencies: Vec<Urgency>,
    /// When.
    pub when: When,
    /// Whom.
    pub tell: Vec<Tell>,
}

/// When many alarms to one person become one letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Digest {
    /// So many go singly.
    pub more_than: u32,
    /// Within so many minutes.
    pub within_minutes: u32,
}

/// The document as it is spelt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    title: String,
    /// The urgencies that are told at any hour; all else waits for the office to open.
    at_any_hour: Vec<Urgency>,
    digest: Digest,
    steps: Vec<Step>,
}

/// A ladder that has been checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ladder(Written);

/// Why a text is no ladder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LadderError {
    /// Where, as a JSON pointer (RFC 6901); empty for the whole text.
    pub pointer: String,
    /// What is wrong and what is allowed.
    pub detail: String,
}

impl fmt::Display for LadderError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.pointer, self.detail)
    }
}

impl Ladder {
    /// Reads and checks a ladder in TOML, the form of `config/ladder.toml`.
    ///
    /// # Errors
    /// [`LadderError`] names the place and what is allowed there.
    pub fn from_toml(text: &str) -> Result<Self, LadderError> {
        let whole =
            |error: toml::de::Error| LadderError { pointer: String::new(), detail: error.to_string() };
        let table: toml::Table = text.parse().map_err(whole)?;
        Self::read(toml::Value::Table(table))
    }

    /// Reads and checks a ladder in JSON, the form that is stored and that the API speaks.
    ///
    /// # Errors
    /// [`LadderError`] names the place and what is allowed there.
    pub fn from_json(value: serde_json::Value) -> Result<Self, LadderError> {
        Self::read(value)
    }

    fn read<'de, Source: Deserializer<'de>>(source: Source) -> Result<Self, LadderError> {
        let written: Written = serde_path_to_error::deserialize(source).map_err(|error| LadderError {
            pointer: check::pointer(error.path()),
            detail: error.inner().to_string().trim_end().to_owned(),
        })?;
        check::ladder(&written)?;
        Ok(Self(written))
    }

    /// Its steps, in their order.
    pub fn steps(&self) -> &[Step] {
        &self.0.steps
    }

    /// When many alarms become one letter.
    pub const fn digest(&self) -> Digest {
        self.0.digest
    }

    /// Whether what is as pressing as this is told at any hour.
    pub fn is_told_at_any_hour(&self, urgency: Urgency) -> bool {
        self.0.at_any_hour.contains(&urgency)
    }
}

impl Step {
    /// Whether it fits a clock of this kind and holder, of a request as pressing as this.
    pub fn fits(&self, clock: ClockKind, holder: Holder, urgency: Urgency) -> bool {
        (self.clocks.is_empty() || self.clocks.contains(&clock))
            && (self.holders.is_empty() || self.holders.contains(&holder))
            && (self.urgencies.is_empty() || self.urgencies.contains(&urgency))
    }
}

impl Serialize for Ladder {
    fn serialize<Target: Serializer>(&self, target: Target) -> Result<Target::Ok, Target::Error> {
        self.0.serialize(target)
    }
}
