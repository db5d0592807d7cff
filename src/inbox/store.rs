//! The rows of the inboxes.

use crate::db::schema::{inbox, outbox};
use crate::db::{Backend, Conn, Json, OrIgnore};
use crate::domain::ids::{Id, Instant};
use crate::fault::Fault;
use diesel::prelude::*;
use serde_json::Value;

/// An item with the notice it tells of.
#[derive(Debug, Clone, Queryable)]
pub(super) struct Item {
    pub(super) id: Id,
    pub(super) created_at: Instant,
    pub(super) read_at: Option<Instant>,
    pub(super) kind: String,
    pub(super) request: Option<Id>,
    pub(super) payload: Json<Value>,
}

/// The columns of an [`Item`].
const ITEM: (
    inbox::id,
    inbox::created_at,
    inbox::read_at,
    outbox::kind,
    outbox::request_id,
    outbox::payload,
) = (inbox::id, inbox::created_at, inbox::read_at, outbox::kind, outbox::request_id, outbox::payload);

/// Puts a notice into a person's inbox, once.
pub(super) fn insert(conn: &mut Conn, at: Instant, person: Id, notice: Id) -> Result<(), Fault> {
    OrIgnore(diesel::insert_into(inbox::table).values((
        inbox::id.eq(Id::new(at)),
        inbox::person_id.eq(person),
        inbox::notice_id.eq(notice),
        inbox::created_at.eq(at),
        inbox::read_at.eq(None::<Instant>),
    )))
    .execute(conn)?;
    Ok(())
}

/// Up to `limit` items of `person` older than `before`, the newest first; with `unread` only those not read yet.
pub(super) fn page(
    conn: &mut Conn,
    person: Id,
    unread: bool,
    before: Option<Id>,
    limit: i64,
) -> Result<Vec<Item>, Fault> {
    let mut query = inbox::table
        .inner_join(outbox::table)
        .filter(inbox::person_id.eq(person))
        .order(inbox::id.desc())
        .limit(limit)
        .select(ITEM)
        .into_boxed::<Backend>();
    if unread {
        query = query.filter(inbox::read_at.is_null());
    }
    if let Some(before) = before {
        query = query.filter(inbox::id.lt(before));
    }
    Ok(query.load(conn)?)
}

/// The item with this id, if it is the person's.
pub(super) fn find(conn: &mut Conn, person: Id, id: Id) -> Result<Option<Item>, Fault> {
    Ok(inbox::table
        .inner_join(outbox::table)
        .filter(inbox::id.eq(id))
        .filter(inbox::person_id.eq(person))
        .select(ITEM)
        .first(conn)
        .optional()?)
}

/// Notes that an item was read, the first time.
pub(super) fn mark(conn: &mut Conn, at: Instant, id: Id) -> Result<(), Fault> {
    let unread = inbox::table.filter(inbox::id.eq(id)).filter(inbox::read_at.is_null());
    diesel::update(unread).set(inbox::read_at.eq(Some(at))).execute(conn)?;
    Ok(())
}

/// Notes of every item of `person` up to `id` that it was read, the first time.
pub(super) fn mark_up_to(conn: &mut Conn, at: Instant, person: Id, id: Id) -> Result<(), Fault> {
    let unread = inbox::table
        .filter(inbox::person_id.eq(person))
        .filter(inbox::id.le(id))
        .filter(inbox::read_at.is_null());
    diesel::update(unread).set(inbox::read_at.eq(Some(at))).execute(conn)?;
    Ok(())
}
