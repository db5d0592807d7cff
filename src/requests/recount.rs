//! A calendar is amended: the clocks that run by it are counted anew, and their requests say so.

use super::access::{self, Audience};
use super::clocks::{keep_red, recompute, uncountable};
use super::matter::Matter;
use super::store::{self, ClockRow, CommitmentRow};
use crate::db::schema::{answers, clocks, commitments};
use crate::db::{Conn, Json};
use crate::domain::actor::Actor;
use crate::domain::answer::Answer;
use crate::domain::calendar::CalendarError;
use crate::domain::ids::{Id, Instant};
use crate::domain::lifecycle::Capacity;
use crate::domain::promise::FollowUp;
use crate::domain::timer;
use crate::fault::Fault;
use crate::journal::Detail;
use crate::promises::{self, Terms};
use chrono::NaiveDate;
use diesel::prelude::*;

/// How many requests are looked up at a time.
const BATCH: i64 = 200;

/// Lets every open clock that runs by an older version of the calendar `name` run by the newest; its dates follow from
/// its facts. Each request with a clock whose dates are others now has one entry more in its journal. Gives the number
/// of those clocks.
///
/// Only whoever may amend a calendar may. It fails with `calendar_cannot_count` where the newest version cannot bring a
/// clock to its end.
pub fn recount(conn: &mut Conn, at: Instant, actor: &Actor, name: &str) -> Result<usize, Fault> {
    let capacity = promises::keeper(conn, at, actor)?;
    let terms = promises::terms(conn, name)?;
    let (mut moved, mut after) = (0_usize, None);
    loop {
        let batch = requests_behind(conn, name, terms.calendar_version, after, BATCH)?;
        let Some(last) = batch.last() else { return Ok(moved) };
        after = Some(*last);
        for request in batch {
            moved = moved.saturating_add(recount_one(conn, at, (actor, capacity), request, &terms)?);
        }
    }
}

/// As [`recount`], by the program itself and of every calendar: a clock that was started while the next version was
/// being written down runs by the one before it.
pub fn catch_up(conn: &mut Conn, at: Instant) -> Result<(), Fault> {
    for name in promises::calendar_names(conn)? {
        recount(conn, at, &Actor::system(), &name)?;
    }
    Ok(())
}

fn recount_one(
    conn: &mut Conn,
    at: Instant,
    (actor, capacity): (&Actor, Capacity),
    request: Id,
    terms: &Terms,
) -> Result<usize, Fault> {
    let mut matter = Matter::open_unseen(conn, at, actor, request)?;
    let is_behind = |clock: &ClockRow| {
        clock.is_open()
            && clock.calendar == terms.calendar_name
            && clock.calendar_version < terms.calendar_version
    };
    let (mut moved, mut is_shown) = (0_usize, false);
    for clock in matter.clocks.iter_mut().filter(|clock| is_behind(clock)) {
        let before = clock.clone();
        clock.calendar_version = terms.calendar_version;
        count_facts(matter.conn, clock, terms)?;
        recompute(matter.conn, clock)?;
        if clock.due_at != before.due_at {
            let mut was = before.clone();
            keep_red(&mut was, at);
            clock.facts.0.reds = was.facts.0.reds;
        }
        if dates(clock) != dates(&before) {
            moved = moved.saturating_add(1);
            is_shown |= access::sees_clock(Audience::Company, &[], &[], clock);
        } else if clock.facts.0.silent_until == before.facts.0.silent_until {
            (clock.next_at, clock.lapse_at) = (before.next_at, before.lapse_at);
        }
        store::update_clock(matter.conn, clock)?;
    }
    if moved > 0 {
        let detail =
            Detail::none().with("calendar", &*terms.calendar_name).with("version", terms.calendar_version);
        let detail = if is_shown { detail } else { detail.with("inside", true) };
        matter.close(capacity, "calendar_amended", detail)?;
    }
    Ok(moved)
}

/// Takes a clock's own facts anew where they were read off the calendar: a commitment ends at the close of its
/// milestone's day, or of the next working day where that is off (Civil Code, article 203); a silence is waited for in
/// working days.
fn count_facts(conn: &mut Conn, clock: &mut ClockRow, terms: &Terms) -> Result<(), Fault> {
    let calendar = &terms.calendar;
    let counted = |error: CalendarError| uncountable(&error);
    if let (Some(_), FollowUp::AfterSilence(silence)) =
        (clock.facts.0.silent_until, terms.book.settings().follow_up)
    {
        clock.facts.0.silent_until = timer::end_of(calendar, clock.started_at, silence).map_err(counted)?;
    }
    if let Some(commitment) = clock.commitment_id
        && let Some((mut row, day)) = with_day(conn, commitment)?
    {
        let due_at = calendar.close_by(day).ok_or_else(|| uncountable(&CalendarError::NeverOpen))?;
        if clock.facts.0.until == Some(row.due_at) {
            row.due_at = due_at;
            store::update_commitment(conn, &row)?;
        }
        clock.facts.0.until = Some(due_at);
    }
    Ok(())
}

/// What is shown of when a clock ends.
fn dates(clock: &ClockRow) -> (Option<Instant>, Option<Instant>, Option<Instant>, bool) {
    (clock.due_at, clock.warn_at, clock.ask_by, clock.provisional)
}

/// The requests after `after`, in the order of their ids, with an open clock that runs by a version of the calendar
/// `name` before `version`.
fn requests_behind(
    conn: &mut Conn,
    name: &str,
    version: i32,
    after: Option<Id>,
    limit: i64,
) -> Result<Vec<Id>, Fault> {
    let mut query = clocks::table
        .filter(clocks::stopped_at.is_null())
        .filter(clocks::calendar.eq(name))
        .filter(clocks::calendar_version.lt(version))
        .select(clocks::request_id)
        .distinct()
        .order(clocks::request_id)
        .limit(limit)
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(clocks::request_id.gt(after));
    }
    Ok(query.load(conn)?)
}

/// The commitment with this id, and the day by which its milestone was promised.
fn with_day(conn: &mut Conn, id: Id) -> Result<Option<(CommitmentRow, NaiveDate)>, Fault> {
    let Some(row) = commitments::table.find(id).first::<CommitmentRow>(conn).optional()? else {
        return Ok(None);
    };
    let Json(answer): Json<Answer> =
        answers::table.find(row.answer_id).select(answers::content).first(conn)?;
    let place = usize::try_from(row.position).unwrap_or_default().checked_sub(1);
    let day = place.and_then(|place| answer.milestones.get(place)).map(|milestone| milestone.by);
    Ok(day.map(|day| (row, day)))
}
