//! Many alarms to one person become one letter: what comes too often, and what comes late.

use super::store;
use crate::db::Conn;
use crate::domain::calendar::Calendar;
use crate::domain::ids::{Id, Instant};
use crate::domain::ladder::Digest;
use crate::fault::Fault;
use crate::outbox::{self, Notice, NoticeChannel, Recipient};
use crate::requests::letters::LATE;
use chrono::TimeDelta;
use serde_json::json;

/// The kind of the letter.
pub const DIGEST: &str = "alarm_digest";

/// How long what comes late is gathered.
const GATHER: TimeDelta = TimeDelta::minutes(5);

/// What decides whether an alarm goes singly.
#[derive(Debug, Clone, Copy)]
pub(super) struct Coming<'a> {
    pub(super) digest: Digest,
    /// When it was to be told.
    pub(super) tell_at: Instant,
    /// Whether it is told at any hour; else no letter is due while this calendar is closed.
    pub(super) at_any_hour: bool,
    pub(super) calendar: &'a Calendar,
}

/// The digest that an alarm to `person` goes into at `at`; `None` where it goes singly. The first that comes opens one, with
/// its letter. What is late is gathered for some minutes; what is too much, until the time is over in which the first of
/// those came that went singly.
pub(super) fn gather(
    conn: &mut Conn,
    at: Instant,
    person: Id,
    coming: Coming<'_>,
) -> Result<Option<Id>, Fault> {
    let within = TimeDelta::minutes(i64::from(coming.digest.within_minutes));
    let is_late = at.since(coming.tell_at) > LATE;
    let singly = store::told_singly(conn, person, at.plus(-within))?;
    let most = usize::try_from(coming.digest.more_than).unwrap_or(usize::MAX);
    if !is_late && singly.len() < most {
        return Ok(None);
    }
    if let Some(open) = store::open_digest(conn, at, person, coming.at_any_hour)? {
        return Ok(Some(open));
    }
    let due_at = match singly.first() {
        Some(first) if !is_late => first.plus(within),
        _ => at.plus(GATHER),
    };
    let due_at =
        if coming.at_any_hour { due_at } else { coming.calendar.next_opening(due_at).unwrap_or(due_at) };
    let id = store::insert_digest(conn, at, person, (due_at, coming.at_any_hour))?;
    let notice = Notice {
        kind: DIGEST,
        channel: NoticeChannel::Mail,
        to: Recipient::Person(person),
        request: None,
        dedup: format!("{DIGEST}:{id}"),
        payload: json!({ "digest": id }),
    };
    outbox::put_for(conn, at, due_at, notice)?;
    Ok(Some(id))
}
