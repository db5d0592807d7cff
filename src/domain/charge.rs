//! Who is charged for a red clock a company sees, and how long it was red.
//!
//! A red always has somebody who answers for it: [`charge`] shares out the late working time, [`red_days`] counts the
//! days of one clock.

use super::calendar::{Calendar, CalendarError};
use super::ids::{Id, Instant};
use std::collections::{BTreeMap, BTreeSet};

/// Who answers for late time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Charged {
    /// The office, which dispatched.
    Office,
    /// This unit.
    Unit(Id),
    /// Nobody: whoever was past due is excused.
    Nobody,
}

/// A time during which a clock was past due: from its due instant on, and no longer at the instant it was stopped, or
/// is looked at. It is empty where it does not end after it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Late {
    /// The due instant, which itself is in time.
    pub from: Instant,
    /// The stop.
    pub until: Instant,
}

/// A time during which an internal clock was past due, and who answers for that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    /// Who held the clock; [`Charged::Nobody`] where the holder is excused.
    pub by: Charged,
    /// When it was past due.
    pub late: Late,
}

/// What one party is charged with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Charge {
    /// The party.
    pub to: Charged,
    /// Late working time, in whole seconds, at least one.
    pub working_seconds: i64,
}

/// Shares out the working time in which a company-facing clock was late (`facing`, however its parts overlap) among
/// the holders of the same request's `internal` clocks that were past due at that time.
///
/// Holders who were late at once are each charged the whole of that time, so the charges may add up to more than was
/// late. An excused holder takes no charge from the others: [`Charged::Nobody`] is charged only the time in which all
/// who were past due are excused. Where nobody was past due, the office is charged. Of internal lateness only what
/// lies inside `facing` matters.
///
/// Charges come with the office first, then units in the order of their ids, then nobody; a party without a whole
/// second of working time has none.
///
/// # Errors
/// What the calendar cannot count: late time outside its years.
pub fn charge(calendar: &Calendar, facing: &[Late], internal: &[Held]) -> Result<Vec<Charge>, CalendarError> {
    let all = facing.iter().copied().chain(internal.iter().map(|held| held.late));
    let edges: BTreeSet<Instant> = all.flat_map(|late| [late.from, late.until]).collect();
    // Between one edge and the next nobody begins or ceases to be late.
    let mut shares: BTreeMap<Charged, Vec<(Instant, Instant)>> = BTreeMap::new();
    for (from, until) in edges.iter().copied().zip(edges.iter().copied().skip(1)) {
        if facing.iter().any(|late| late.covers(from, until)) {
            for party in answering(internal, from, until) {
                shares.entry(party).or_default().push((from, until));
            }
        }
    }
    let mut charges = Vec::with_capacity(shares.len());
    for (to, spans) in shares {
        let working_seconds = calendar.working_seconds_in(&spans)?;
        if working_seconds > 0 {
            charges.push(Charge { to, working_seconds });
        }
    }
    Ok(charges)
}

/// Times past due one after the other, in their order: what is told twice, or overlaps, is one.
pub fn joined(mut late: Vec<Late>) -> Vec<Late> {
    late.sort_unstable_by_key(|late| late.from);
    let mut joined: Vec<Late> = Vec::with_capacity(late.len());
    for next in late {
        match joined.last_mut() {
            Some(last) if next.from <= last.until => last.until = last.until.max(next.until),
            _ => joined.push(next),
        }
    }
    joined
}

/// How many red days a clock has that was past due in `late`, from its due instant to its stop or until it is looked at,
/// and stood `still` in between: the working days after the date it was due on, the day of the stop included, but those
/// on which it stood still. None on the due date itself, however late; none while only days off have passed.
///
/// # Errors
/// What the calendar cannot count: a date outside its years.
pub fn red_days(calendar: &Calendar, late: Late, still: &[(Instant, Instant)]) -> Result<u32, CalendarError> {
    let mut counted = calendar.last_date(late.from);
    let mut days: u32 = 0;
    for red in late.outside(still) {
        if red.from > late.from {
            let before = calendar.local_date(red.from).pred_opt();
            counted = before.map_or(counted, |before| counted.max(before));
        }
        let through = calendar.local_date(red.until);
        days = days.saturating_add(calendar.working_days(counted, through)?);
        counted = counted.max(through);
    }
    Ok(days)
}

/// Who answers for the stretch `from` to `until`, in which nobody's lateness begins or ends.
fn answering(internal: &[Held], from: Instant, until: Instant) -> BTreeSet<Charged> {
    let mut parties: BTreeSet<Charged> =
        internal.iter().filter(|held| held.late.covers(from, until)).map(|held| held.by).collect();
    if parties.is_empty() {
        parties.insert(Charged::Office);
    } else if parties.len() > 1 {
        parties.remove(&Charged::Nobody);
    }
    parties
}

impl Late {
    /// What of it lies outside the times in which the clock stood `still`, in order.
    pub fn outside(self, still: &[(Instant, Instant)]) -> Vec<Self> {
        let mut left = vec![self];
        for (from, until) in still {
            let apart = |late: Self| {
                [Self { until: late.until.min(*from), ..late }, Self { from: late.from.max(*until), ..late }]
            };
            left = left.into_iter().flat_map(apart).filter(|late| late.from < late.until).collect();
        }
        left
    }

    /// Whether all of the time from `from` to `until`, which is not empty, lies in this.
    fn covers(&self, from: Instant, until: Instant) -> bool {
        self.from <= from && until <= self.until
    }
}

#[cfg(test)]
mod tests;
