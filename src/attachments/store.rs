//! The rows of this room.

use crate::db::schema::attachments as table;
use crate::db::{Conn, for_update, stored_as_text};
use crate::domain::file_type::FileType;
use crate::domain::ids::{Id, Instant};
use crate::fault::Fault;
use diesel::prelude::*;

vocabulary! {
    /// What of a request a file is attached to.
    pub enum AttachedTo {
        /// The request itself, as it was filed or later.
        Request = "request",
        /// Papers the company brought.
        Supplement = "supplement",
        /// A message.
        Message = "message",
        /// One revision of an answer.
        Answer = "answer",
    }
}

stored_as_text!(AttachedTo);

/// A file.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, AsChangeset, Insertable)]
#[diesel(table_name = table, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct Attachment {
    /// Its id.
    pub id: Id,
    /// Who brought it.
    pub uploaded_by: Id,
    /// When.
    pub uploaded_at: Instant,
    /// What it is called: for show only.
    pub name: String,
    /// What it is, by its content.
    pub file_type: FileType,
    /// Its size, in bytes.
    pub size: i64,
    /// The SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// The request it is attached to.
    pub request_id: Option<Id>,
    /// To what of the request.
    pub place: Option<AttachedTo>,
    /// The papers, the message or the answer.
    pub subject_id: Option<Id>,
    /// Since when.
    pub attached_at: Option<Instant>,
}

impl Attachment {
    /// Its version: 1 as it was brought, 2 since it was attached.
    pub const fn version(&self) -> i32 {
        if self.attached_at.is_some() { 2 } else { 1 }
    }

    /// The name of its object: the day it came, and its id.
    pub(super) fn object(&self) -> String {
        object_of(self.id, self.uploaded_at)
    }

    /// The name of its small picture's object.
    pub(super) fn thumbnail(&self) -> String {
        format!("{}.{THUMBNAIL}", self.object())
    }

    /// Its size as the store counts.
    pub(super) fn bytes(&self) -> u64 {
        u64::try_from(self.size).unwrap_or(0)
    }
}

/// How the name of a small picture's object ends.
const THUMBNAIL: &str = "thumbnail";

/// The name of the object of the file `id` that came at `at`.
pub(super) fn object_of(id: Id, at: Instant) -> String {
    format!("{}/{id}", folder_of(at))
}

/// Under what the objects of one day lie.
pub(super) fn folder_of(at: Instant) -> String {
    at.utc().format("%Y/%m/%d").to_string()
}

/// The file an object belongs to, by its name; `None` for what is none of ours.
pub(super) fn file_of(object: &str) -> Option<Id> {
    let name = object.rsplit('/').next()?;
    Id::parse(name.strip_suffix(THUMBNAIL).and_then(|name| name.strip_suffix('.')).unwrap_or(name))
}

pub(super) fn insert(conn: &mut Conn, row: &Attachment) -> Result<(), Fault> {
    diesel::insert_into(table::table).values(row).execute(conn)?;
    Ok(())
}

pub(super) fn update(conn: &mut Conn, row: &Attachment) -> Result<(), Fault> {
    diesel::update(table::table.find(row.id)).set(row).execute(conn)?;
    Ok(())
}

pub(super) fn find(conn: &mut Conn, id: Id) -> Result<Option<Attachment>, Fault> {
    Ok(table::table.find(id).first(conn).optional()?)
}

pub(super) fn lock(conn: &mut Conn, id: Id) -> Result<Option<Attachment>, Fault> {
    Ok(for_update(table::table.filter(table::id.eq(id))).first(conn).optional()?)
}

/// The files of one request, in the order they came.
pub(super) fn of_request(conn: &mut Conn, request: Id) -> Result<Vec<Attachment>, Fault> {
    Ok(table::table.filter(table::request_id.eq(request)).order(table::id).load(conn)?)
}

/// What a person brought after `since` and attached to nothing, in the order it came.
pub(super) fn waiting_of(conn: &mut Conn, person: Id, since: Instant) -> Result<Vec<Attachment>, Fault> {
    let of_person = table::table.filter(table::uploaded_by.eq(person).and(table::request_id.is_null()));
    Ok(of_person.filter(table::uploaded_at.gt(since)).order(table::id).load(conn)?)
}

/// What came before `until` and is attached to nothing, the oldest first, at most so many.
pub(super) fn waiting_before(conn: &mut Conn, until: Instant, most: i64) -> Result<Vec<Attachment>, Fault> {
    let waiting = table::table.filter(table::request_id.is_null().and(table::uploaded_at.le(until)));
    Ok(waiting.order((table::uploaded_at, table::id)).limit(most).load(conn)?)
}

/// Deletes a file that is attached to nothing; tells whether it was there.
pub(super) fn delete_waiting(conn: &mut Conn, id: Id) -> Result<bool, Fault> {
    let waiting = table::table.filter(table::id.eq(id).and(table::request_id.is_null()));
    Ok(diesel::delete(waiting).execute(conn)? > 0)
}

/// Those of `ids` that are files here.
pub(super) fn known(conn: &mut Conn, ids: &[Id]) -> Result<Vec<Id>, Fault> {
    Ok(table::table.filter(table::id.eq_any(ids.to_vec())).select(table::id).load(conn)?)
}

/// The files after `after`, by id, at most so many.
pub(super) fn after(conn: &mut Conn, after: Option<Id>, most: i64) -> Result<Vec<Attachment>, Fault> {
    let mut query = table::table.into_boxed();
    if let Some(after) = after {
        query = query.filter(table::id.gt(after));
    }
    Ok(query.order(table::id).limit(most).load(conn)?)
}
