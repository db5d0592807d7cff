//! One rule of the book: which clocks it sets, for which requests, how long they run, and what may move them.

use super::length::{Length, TimeOfDay};
use crate::domain::words::{Channel, ClockKind, Kind, Pace, Role, Urgency};
use serde::{Deserialize, Serialize};

vocabulary! {
    /// Whose clock it is.
    pub enum Holder {
        /// The company-facing promise, or the company's own time (企业).
        Company = "company",
        /// The Business Environment Office (营商办).
        Office = "office",
        /// The leading unit (主办).
        Lead = "lead",
        /// A unit with its own part (分办).
        Branch = "branch",
        /// A unit that helps the lead (协办).
        Assist = "assist",
    }
}

vocabulary! {
    /// How working days are counted from a receipt (Civil Code, art. 201 and 203).
    pub enum Counting {
        /// From the day after the calendar date of the receipt, whatever its hour (次日起).
        NextDay = "A",
        /// A receipt on a day off, or at or after the rule's cut-off, is first moved to the next working day, then
        /// counted as A.
        MovedReceipt = "B",
    }
}

vocabulary! {
    /// What may stop a clock for a while.
    pub enum PauseCause {
        /// The office waits for papers of the company (补充材料).
        Supplement = "supplement",
    }
}

/// When the yellow light comes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Warn {
    /// At the close of the working day so many before the due day: 1 is the last close before it.
    WorkingDaysLeft(u32),
    /// When so many hundredths of the time from start to due are gone: working time, or natural time where the limit
    /// is natural ([`Length::Minutes`], [`Length::Days`]). From 1 to 99.
    PercentGone(u32),
    /// When so many minutes are left, of the same kind of time.
    MinutesLeft(u32),
}

/// Whether and by how much a clock may be extended (延期).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Extension {
    /// How many working days before the due day it must be asked at the latest.
    pub ask_by_working_days: u32,
    /// The most one extension may add, in working days.
    pub at_most_working_days: u32,
    /// How many may be granted in the ordinary way.
    pub times: u32,
    /// Who alone may grant one more after those; absent: nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second_by: Option<Role>,
    /// Who must agree to an ordinary one, in this order.
    #[serde(default = "the_office")]
    pub approved_by: Vec<Role>,
}

fn the_office() -> Vec<Role> {
    vec![Role::Dispatcher]
}

/// One rule of the book. A match list that is empty fits everything.
///
/// It is also the snapshot a running clock keeps, so it reads and writes on its own.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// The clocks this rule sets.
    pub clocks: Vec<ClockKind>,
    /// Whose clocks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holders: Vec<Holder>,
    /// What the company wants.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<Kind>,
    /// How pressing it is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub urgencies: Vec<Urgency>,
    /// Category codes; a class (`utilities`) also fits its sub-classes (`utilities.water`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<String>,
    /// The way it came in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub channels: Vec<Channel>,
    /// How long the matter itself needs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub paces: Vec<Pace>,
    /// How long the clocks run; absent only where `off`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub length: Option<Length>,
    /// The district promises no such clock: none is started.
    #[serde(default, skip_serializing_if = "is_false")]
    pub off: bool,
    /// How working days are counted; absent: [`Counting::NextDay`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counting: Option<Counting>,
    /// With counting B: the hour from which a receipt counts as the next working day's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cut_off: Option<TimeOfDay>,
    /// When the light turns yellow; absent: [`Rule::warning`] tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warn: Option<Warn>,
    /// How it may be extended; absent: not at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extendable: Option<Extension>,
    /// What may pause it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pausable_by: Vec<PauseCause>,
    /// The sentence of the published procedure this rule keeps, for whoever asks why a date is what it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basis: Option<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands the field over by reference")]
fn is_false(value: &bool) -> bool {
    !*value
}

/// What is asked of the book: one clock of one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Case<'a> {
    /// Which clock.
    pub clock: ClockKind,
    /// Whose.
    pub holder: Holder,
    /// What the company wants.
    pub kind: Kind,
    /// How pressing it is.
    pub urgency: Urgency,
    /// The category's code, or `None` while the request has none: only rules that name no category fit then.
    pub category: Option<&'a str>,
    /// The way it came in.
    pub channel: Channel,
    /// How long the matter itself needs.
    pub pace: Pace,
}

impl Rule {
    /// Whether this rule sets the clock of `case`.
    pub fn fits(&self, case: &Case<'_>) -> bool {
        let category =
            || case.category.is_some_and(|code| self.categories.iter().any(|named| is_within(code, named)));
        self.clocks.contains(&case.clock)
            && any_or(&self.holders, &case.holder)
            && any_or(&self.kinds, &case.kind)
            && any_or(&self.urgencies, &case.urgency)
            && any_or(&self.channels, &case.channel)
            && any_or(&self.paces, &case.pace)
            && (self.categories.is_empty() || category())
    }

    /// How working days are counted under this rule.
    pub fn counting(&self) -> Counting {
        self.counting.unwrap_or(Counting::NextDay)
    }

    /// When the light turns yellow: what the rule says, else the flow's default, which is one working day left, and
    /// half of the time gone for limits of one working day or less. `None` only where the clock is off.
    ///
    /// For [`Length::Until`] the date is not known here: where the last close before it is not after the start, the
    /// caller takes half of the time instead.
    pub fn warning(&self) -> Option<Warn> {
        let length = self.length?;
        Some(self.warn.unwrap_or(if is_short(length) {
            Warn::PercentGone(50)
        } else {
            Warn::WorkingDaysLeft(1)
        }))
    }
}

/// Whether a limit is of one working day or less, taking eight hours for a day's office time.
fn is_short(length: Length) -> bool {
    match length {
        Length::WorkingDays(number) | Length::Days(number) => number == 1,
        Length::WorkingMinutes(number) => number <= 8 * 60,
        Length::Minutes(number) => number <= 24 * 60,
        Length::SameDay { .. } => true,
        Length::Weekly { .. } | Length::Until => false,
    }
}

fn any_or<Word: PartialEq>(list: &[Word], word: &Word) -> bool {
    list.is_empty() || list.contains(word)
}

/// Whether the category `code` is `named` or a sub-class of it.
pub(super) fn is_within(code: &str, named: &str) -> bool {
    code.strip_prefix(named).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}
