//! The rows of this room: what was told to whom.

use super::Subject;
use crate::db::schema::{alarm_digests, alarms};
use crate::db::{Conn, OrIgnore};
use crate::domain::ids::{Id, Instant};
use crate::fault::Fault;
use diesel::prelude::*;

/// One step told to one recipient.
#[derive(Debug, Clone, Copy)]
pub(super) struct Alarm<'a> {
    pub(super) subject: Subject,
    pub(super) step: &'a str,
    /// A person, or a unit in which there is nobody.
    pub(super) recipient: Id,
    /// When the step fell due, and when it was to be told.
    pub(super) due_at: Instant,
    pub(super) tell_at: Instant,
}

/// The steps told of a clock for its due date.
pub(super) fn told(conn: &mut Conn, subject: Subject) -> Result<Vec<String>, Fault> {
    Ok(alarms::table
        .filter(alarms::clock_id.eq(subject.clock))
        .filter(alarms::due_version.eq(subject.due_version))
        .select(alarms::step)
        .distinct()
        .load(conn)?)
}

/// Whether this alarm is written down already.
pub(super) fn is_told(conn: &mut Conn, alarm: Alarm<'_>) -> Result<bool, Fault> {
    let same = alarms::table
        .filter(alarms::clock_id.eq(alarm.subject.clock))
        .filter(alarms::step.eq(alarm.step))
        .filter(alarms::recipient_id.eq(alarm.recipient))
        .filter(alarms::due_version.eq(alarm.subject.due_version));
    Ok(diesel::select(diesel::dsl::exists(same)).get_result(conn)?)
}

/// When alarms were told singly to this recipient after `since`, the earliest first.
pub(super) fn told_singly(conn: &mut Conn, recipient: Id, since: Instant) -> Result<Vec<Instant>, Fault> {
    Ok(alarms::table
        .filter(alarms::recipient_id.eq(recipient))
        .filter(alarms::digest_id.is_null())
        .filter(alarms::raised_at.gt(since))
        .order(alarms::raised_at)
        .select(alarms::raised_at)
        .load(conn)?)
}

/// The digest that is to be sent to this recipient after `at`.
pub(super) fn open_digest(
    conn: &mut Conn,
    at: Instant,
    recipient: Id,
    at_any_hour: bool,
) -> Result<Option<Id>, Fault> {
    Ok(alarm_digests::table
        .filter(alarm_digests::recipient_id.eq(recipient))
        .filter(alarm_digests::due_at.gt(at))
        .filter(alarm_digests::at_any_hour.eq(at_any_hour))
        .order(alarm_digests::due_at)
        .select(alarm_digests::id)
        .first(conn)
        .optional()?)
}

/// Opens a digest to be sent at `due_at`.
pub(super) fn insert_digest(
    conn: &mut Conn,
    at: Instant,
    recipient: Id,
    (due_at, at_any_hour): (Instant, bool),
) -> Result<Id, Fault> {
    let id = Id::new(at);
    diesel::insert_into(alarm_digests::table)
        .values((
            alarm_digests::id.eq(id),
            alarm_digests::recipient_id.eq(recipient),
            alarm_digests::at_any_hour.eq(at_any_hour),
            alarm_digests::created_at.eq(at),
            alarm_digests::due_at.eq(due_at),
        ))
        .execute(conn)?;
    Ok(id)
}

/// One alarm of a digest: what it is about, when it was to be told and when it was raised.
pub(super) type Gathered = (Id, Id, i32, Instant, Instant);

/// The alarms of a digest in the order in which they were to be told.
pub(super) fn gathered(conn: &mut Conn, digest: Id) -> Result<Vec<Gathered>, Fault> {
    Ok(alarms::table
        .filter(alarms::digest_id.eq(digest))
        .order((alarms::tell_at, alarms::id))
        .select((
            alarms::request_id,
            alarms::clock_id,
            alarms::due_version,
            alarms::tell_at,
            alarms::raised_at,
        ))
        .load(conn)?)
}

/// Writes an alarm down. False where it is there already.
pub(super) fn insert(
    conn: &mut Conn,
    at: Instant,
    alarm: Alarm<'_>,
    digest: Option<Id>,
) -> Result<bool, Fault> {
    let row = OrIgnore(diesel::insert_into(alarms::table).values((
        alarms::id.eq(Id::new(at)),
        alarms::clock_id.eq(alarm.subject.clock),
        alarms::request_id.eq(alarm.subject.request),
        alarms::step.eq(alarm.step),
        alarms::due_version.eq(alarm.subject.due_version),
        alarms::recipient_id.eq(alarm.recipient),
        alarms::due_at.eq(alarm.due_at),
        alarms::raised_at.eq(at),
        alarms::tell_at.eq(alarm.tell_at),
        alarms::digest_id.eq(digest),
    )));
    Ok(row.execute(conn)? == 1)
}
