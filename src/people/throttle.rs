//! Tries that are counted: after so many in vain each further one must wait, longer every time, and the wait ends by
//! itself.
//!
//! A try is counted before it is judged, so that many at once count as many, and given back where it was not in vain.
//! The counts stand in the database, which all replicas share, under digests alone.

use crate::config::Accounts;
use crate::db::schema::throttles;
use crate::db::{Conn, OrIgnore, for_update};
use crate::domain::ids::Instant;
use crate::fault::{Code, Fault};
use chrono::TimeDelta;
use diesel::prelude::*;

/// What is counted together, and how many tries of it are free.
#[derive(Debug, Clone)]
pub(super) struct Budget {
    /// What it is: a digest.
    pub(super) key: String,
    /// The digest of the log-in name it is about, by which its count can be forgotten.
    pub(super) name: Option<String>,
    /// How many tries may be made before the next one must wait.
    pub(super) free: i32,
}

/// How long one must wait, and when a count is forgotten.
#[derive(Debug, Clone, Copy)]
pub(super) struct Waits {
    first: TimeDelta,
    longest: TimeDelta,
}

#[derive(Debug, Queryable)]
struct Count {
    tries: i32,
    locked_until: Option<Instant>,
    forget_at: Instant,
}

impl Waits {
    /// The waits the settings give.
    pub(super) fn of(settings: &Accounts) -> Self {
        Self {
            first: TimeDelta::seconds(i64::from(settings.first_wait_seconds)),
            longest: TimeDelta::seconds(i64::from(settings.longest_wait_seconds)),
        }
    }

    /// The wait after `tries` of which `free` are free: none, then the first, doubled by each, up to the longest.
    fn after(self, tries: i32, free: i32) -> Option<TimeDelta> {
        let over = u32::try_from(tries.checked_sub(free)?).ok()?;
        let factor = 2_i32.checked_pow(over.min(20)).unwrap_or(i32::MAX);
        Some(self.first.checked_mul(factor).map_or(self.longest, |wait| wait.min(self.longest)))
    }

    /// After how long without a try a count is forgotten: longer than any wait, so that waiting wins nothing.
    fn memory(self) -> TimeDelta {
        self.longest.checked_mul(4).unwrap_or(self.longest).max(TimeDelta::hours(1))
    }
}

/// Counts one try of each of `budgets`, and tells whether one of them was its last free one. Refused as
/// `too_many_attempts` where one must wait; then nothing is counted. Always give them in one order.
pub(super) fn take(conn: &mut Conn, at: Instant, budgets: &[Budget], waits: Waits) -> Result<bool, Fault> {
    let mut counts = Vec::new();
    for budget in budgets {
        counts.push(locked(conn, at, budget)?);
    }
    if let Some(until) =
        counts.iter().filter_map(|count| count.locked_until).filter(|until| at < *until).max()
    {
        let seconds = u32::try_from(until.since(at).num_seconds()).unwrap_or(0).saturating_add(1);
        return Err(Fault::new(Code::TooManyAttempts).retry_after(seconds).with("seconds", seconds));
    }
    let mut was_last = false;
    for (budget, count) in budgets.iter().zip(counts) {
        let tries = if at < count.forget_at { count.tries.saturating_add(1) } else { 1 };
        let wait = waits.after(tries, budget.free);
        was_last |= wait.is_some();
        store(conn, &budget.key, tries, wait.map(|wait| at.plus(wait)), at.plus(waits.memory()))?;
    }
    Ok(was_last)
}

/// Gives one try of each of `budgets` back: it was not in vain. What was tried in vain before it stays counted.
pub(super) fn give_back(conn: &mut Conn, at: Instant, budgets: &[Budget], waits: Waits) -> Result<(), Fault> {
    for budget in budgets {
        let count = locked(conn, at, budget)?;
        let tries = count.tries.saturating_sub(1).max(0);
        let until = waits.after(tries, budget.free).and(count.locked_until);
        store(conn, &budget.key, tries, until, count.forget_at)?;
    }
    Ok(())
}

/// Forgets the count of one budget.
pub(super) fn forget(conn: &mut Conn, budget: &Budget) -> Result<(), Fault> {
    diesel::delete(throttles::table.find(&budget.key)).execute(conn)?;
    Ok(())
}

/// Forgets every count about these log-in names, from wherever they were tried.
pub(super) fn forget_names(conn: &mut Conn, names: Vec<String>) -> Result<(), Fault> {
    diesel::delete(throttles::table.filter(throttles::name.eq_any(names))).execute(conn)?;
    Ok(())
}

/// Sweeps out the counts nobody needs any more.
pub(super) fn sweep(conn: &mut Conn, at: Instant) -> Result<(), Fault> {
    diesel::delete(throttles::table.filter(throttles::forget_at.le(at))).execute(conn)?;
    Ok(())
}

/// The count of this budget, locked; made where there is none.
fn locked(conn: &mut Conn, at: Instant, budget: &Budget) -> Result<Count, Fault> {
    OrIgnore(diesel::insert_into(throttles::table).values((
        throttles::key.eq(&budget.key),
        throttles::name.eq(&budget.name),
        throttles::tries.eq(0),
        throttles::forget_at.eq(at),
    )))
    .execute(conn)?;
    let count = throttles::table.find(&budget.key);
    let columns = (throttles::tries, throttles::locked_until, throttles::forget_at);
    Ok(for_update(count.select(columns)).get_result(conn)?)
}

fn store(
    conn: &mut Conn,
    key: &str,
    tries: i32,
    locked_until: Option<Instant>,
    forget_at: Instant,
) -> Result<(), Fault> {
    diesel::update(throttles::table.find(key))
        .set((
            throttles::tries.eq(tries),
            throttles::locked_until.eq(locked_until),
            throttles::forget_at.eq(forget_at),
        ))
        .execute(conn)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::Waits;
    use chrono::TimeDelta;

    #[test]
    fn the_wait_begins_with_the_last_free_try_doubles_and_is_bounded() {
        let waits = Waits { first: TimeDelta::seconds(30), longest: TimeDelta::seconds(900) };
        let seconds = |tries| waits.after(tries, 5).map(|wait| wait.num_seconds());
        let waited: Vec<_> = [0, 4, 5, 6, 7, 9, 10, 11, 100, i32::MAX].into_iter().map(seconds).collect();
        let wanted = [
            None,
            None,
            Some(30),
            Some(60),
            Some(120),
            Some(480),
            Some(900),
            Some(900),
            Some(900),
            Some(900),
        ];
        assert_eq!(waited, wanted);
        assert!(waits.memory() > waits.longest);
    }
}
