//! Why a text is no promise book, told so that whoever wrote it can mend it.

use super::rule::Holder;
use crate::domain::words::ClockKind;
use std::fmt;

/// Why a text is no promise book. Rules are numbered from 1, in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BookError {
    /// The text is no TOML or JSON, or a key is missing, unknown or of a wrong type.
    Unreadable {
        /// Where, as a JSON pointer (RFC 6901); empty for the whole text.
        pointer: String,
        /// The rule's number, where it is inside one.
        rule: Option<usize>,
        /// What is wrong and what is allowed.
        detail: String,
    },
    /// A rule says something that cannot be kept.
    Rule {
        /// The rule's number.
        number: usize,
        /// Its key.
        key: &'static str,
        /// What is wrong and what is allowed.
        detail: String,
    },
    /// A setting says something that cannot be kept.
    Setting {
        /// Its key under `settings`.
        key: &'static str,
        /// What is wrong and what is allowed.
        detail: String,
    },
    /// Some request would have no promise: no rule without conditions for this clock and holder.
    NoLastResort {
        /// The clock.
        clock: ClockKind,
        /// Whose clock it is.
        holder: Holder,
    },
    /// A rule that can never be the first to fit.
    Unreachable {
        /// The rule's number.
        number: usize,
        /// The clock it will never set.
        clock: ClockKind,
        /// The earlier rules that take all its cases.
        by: Vec<usize>,
    },
}

impl BookError {
    /// The stable code of this error.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "promises_unreadable",
            Self::Rule { .. } => "promise_rule_invalid",
            Self::Setting { .. } => "promise_setting_invalid",
            Self::NoLastResort { .. } => "promise_no_last_resort",
            Self::Unreachable { .. } => "promise_unreachable",
        }
    }

    /// Where in the book, as a JSON pointer (RFC 6901).
    pub fn pointer(&self) -> String {
        match self {
            Self::Unreadable { pointer, .. } => pointer.clone(),
            Self::Rule { number, key, .. } => format!("/rules/{}/{key}", number.saturating_sub(1)),
            Self::Setting { key, .. } => format!("/settings/{key}"),
            Self::NoLastResort { .. } => "/rules".to_owned(),
            Self::Unreachable { number, .. } => format!("/rules/{}", number.saturating_sub(1)),
        }
    }
}

impl fmt::Display for BookError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable { pointer, rule: Some(number), detail } => {
                write!(formatter, "rule {number} ({pointer}): {detail}")
            }
            Self::Unreadable { pointer, rule: None, detail } if pointer.is_empty() => {
                formatter.write_str(detail)
            }
            Self::Unreadable { pointer, rule: None, detail } => write!(formatter, "{pointer}: {detail}"),
            Self::Rule { number, key, detail } => write!(formatter, "rule {number}, key `{key}`: {detail}"),
            Self::Setting { key, detail } => write!(formatter, "settings, key `{key}`: {detail}"),
            Self::NoLastResort { clock, holder } => write!(
                formatter,
                "no rule of last resort for the clock `{}` of `{}`: add a rule for it that names no kinds, urgencies, \
                 categories, channels or paces",
                clock.code(),
                holder.code()
            ),
            Self::Unreachable { number, clock, by } => {
                let by: Vec<String> = by.iter().map(ToString::to_string).collect();
                write!(
                    formatter,
                    "rule {number} can never set the clock `{}`: every case of it is taken before, by rule {}; put the \
                     narrower rule first",
                    clock.code(),
                    by.join(" and ")
                )
            }
        }
    }
}
