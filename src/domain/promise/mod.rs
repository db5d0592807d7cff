//! The promise book: what a district promises, as data.
//!
//! A [`Book`] is an ordered list of [`Rule`]s and a few [`Settings`]. Ask it with [`Book::rule_for`]: for each clock
//! the first rule that fits is the promise. It is read from TOML (the seed) or JSON (the stored version, the API),
//! checked whole at reading, and written back without loss. A [`Rule`] also stands alone: a running clock keeps the
//! one it was started with.

mod check;
mod clocks;
mod error;
mod length;
mod rule;
mod settings;
#[cfg(test)]
mod tests;

pub use clocks::{holders, may_be_extended, may_be_off, may_be_paused};
pub use error::BookError;
pub use length::{Length, MOST_DAYS, MOST_MINUTES, MOST_WORKING_DAYS, MOST_WORKING_MINUTES, TimeOfDay};
pub use rule::{Case, Counting, Extension, Holder, PauseCause, Rule, Warn};
pub use settings::{FollowUp, Returns, Settings, Unreached};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_path_to_error::{Path, Segment};

/// A promise book that has been checked: every rule can be kept and reached, and for every clock and holder of the
/// flow some rule fits, whatever the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Book {
    written: Written,
    effective: Vec<Rule>,
}

/// The book as it is spelt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    title: String,
    settings: Settings,
    rules: Vec<Rule>,
}

impl Book {
    /// Reads and checks a book in TOML, the form of `config/promises.toml`.
    ///
    /// # Errors
    /// [`BookError`] names the rule, the key and what is allowed there.
    pub fn from_toml(text: &str) -> Result<Self, BookError> {
        let whole = |detail: String| BookError::Unreadable { pointer: String::new(), rule: None, detail };
        let table: toml::Table = text.parse().map_err(|error: toml::de::Error| whole(error.to_string()))?;
        Self::read(toml::Value::Table(table))
    }

    /// Reads and checks a book in JSON, the form that is stored and that the API speaks.
    ///
    /// # Errors
    /// [`BookError`] names the rule, the key and what is allowed there.
    pub fn from_json(value: serde_json::Value) -> Result<Self, BookError> {
        Self::read(value)
    }

    fn read<'de, Source: Deserializer<'de>>(source: Source) -> Result<Self, BookError> {
        let written: Written = serde_path_to_error::deserialize(source).map_err(|error| {
            let (pointer, rule) = place(error.path());
            BookError::Unreadable { pointer, rule, detail: error.inner().to_string().trim_end().to_owned() }
        })?;
        check::book(&written.title, &written.settings, &written.rules)?;
        let effective = written.rules.iter().map(|rule| complete(rule, &written.settings)).collect();
        Ok(Self { written, effective })
    }

    /// What the book is called.
    pub fn title(&self) -> &str {
        &self.written.title
    }

    /// The figures acts ask for.
    pub const fn settings(&self) -> &Settings {
        &self.written.settings
    }

    /// The rules in their order, each complete: what the settings say for it has been filled in.
    pub fn rules(&self) -> &[Rule] {
        &self.effective
    }

    /// The promise for one clock of one request: the first rule that fits, complete and ready to be kept as the
    /// clock's snapshot. It may say that there is none ([`Rule::off`]).
    ///
    /// `None` only where the flow knows no such holder of such a clock.
    pub fn rule_for(&self, case: &Case<'_>) -> Option<&Rule> {
        self.numbered_rule_for(case).map(|(_, rule)| rule)
    }

    /// As [`Book::rule_for`], with the rule's number in the book, counted from 1, for an explanation.
    pub fn numbered_rule_for(&self, case: &Case<'_>) -> Option<(usize, &Rule)> {
        (1..).zip(&self.effective).find(|(_, rule)| rule.fits(case))
    }

    /// Every category code the rules name, in their order, so that whoever keeps the categories can check them.
    pub fn categories(&self) -> impl Iterator<Item = &str> {
        self.effective.iter().flat_map(|rule| &rule.categories).map(String::as_str)
    }
}

impl Serialize for Book {
    fn serialize<Target: Serializer>(&self, target: Target) -> Result<Target::Ok, Target::Error> {
        self.written.serialize(target)
    }
}

impl<'de> Deserialize<'de> for Book {
    fn deserialize<Source: Deserializer<'de>>(source: Source) -> Result<Self, Source::Error> {
        Self::read(source).map_err(serde::de::Error::custom)
    }
}

/// `rule` with the book's own cut-off where it promises the same day and names none.
fn complete(rule: &Rule, settings: &Settings) -> Rule {
    let length = match rule.length {
        Some(Length::SameDay { cut_off: None }) => {
            Some(Length::SameDay { cut_off: Some(settings.same_day_cut_off) })
        }
        other => other,
    };
    Rule { length, ..rule.clone() }
}

/// A path as a JSON pointer, and the number of the rule it lies in.
fn place(path: &Path) -> (String, Option<usize>) {
    let mut pointer = String::new();
    let mut rule = None;
    for segment in path {
        match segment {
            Segment::Seq { index } => {
                if pointer == "/rules" {
                    rule = Some(index + 1);
                }
                pointer.push_str(&format!("/{index}"));
            }
            Segment::Map { key } => pointer.push_str(&format!("/{key}")),
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    (pointer, rule)
}
