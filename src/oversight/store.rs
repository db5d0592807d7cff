//! The rows of this room: what was told to whom.

use super::Subject;
use crate::db::schema::alarms;
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
    /// When the step fell due.
    pub(super) due_at: Instant,
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

/// Writes an alarm down. False where it is there already.
pub(super) fn insert(conn: &mut Conn, at: Instant, alarm: Alarm<'_>) -> Result<bool, Fault> {
    let row = OrIgnore(diesel::insert_into(alarms::table).values((
        alarms::id.eq(Id::new(at)),
        alarms::clock_id.eq(alarm.subject.clock),
        alarms::request_id.eq(alarm.subject.request),
        alarms::step.eq(alarm.step),
        alarms::due_version.eq(alarm.subject.due_version),
        alarms::recipient_id.eq(alarm.recipient),
        alarms::due_at.eq(alarm.due_at),
        alarms::raised_at.eq(at),
    )));
    Ok(row.execute(conn)? == 1)
}
