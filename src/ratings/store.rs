//! The rows of ratings.

use super::callback::Ruling;
use crate::db::schema::{callbacks, ratings};
use crate::db::{self, Conn, Json, stored_as_text};
use crate::domain::ids::{Id, Instant};
use crate::domain::rating::{RatingLevel, RatingReason};
use crate::fault::{Code, Fault};
use diesel::prelude::*;

stored_as_text!(Ruling);

/// A rating as it is kept.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = ratings, treat_none_as_default_value = false)]
pub struct RatingRow {
    /// Its id.
    pub id: Id,
    /// The request it is of.
    pub request_id: Id,
    /// The cycle it is of.
    pub cycle: i32,
    /// The level.
    pub level: RatingLevel,
    /// Whether the company was reached.
    pub reached: bool,
    /// Whether it was solved.
    pub solved: bool,
    /// Why not better.
    pub reasons: Json<Vec<RatingReason>>,
    /// In the company's words.
    pub words: Option<String>,
    /// Who rated.
    pub rated_by: Id,
    /// When.
    pub rated_at: Instant,
}

/// Writes a new rating; a second one in the cycle is `already_rated`.
pub(super) fn insert(conn: &mut Conn, row: &RatingRow) -> Result<(), Fault> {
    db::unique(diesel::insert_into(ratings::table).values(row).execute(conn), Code::AlreadyRated)?;
    Ok(())
}

/// The rating of one cycle.
pub(super) fn of_cycle(conn: &mut Conn, request: Id, cycle: i32) -> Result<Option<RatingRow>, Fault> {
    let of_cycle = ratings::table.filter(ratings::request_id.eq(request)).filter(ratings::cycle.eq(cycle));
    Ok(of_cycle.first(conn).optional()?)
}

/// The ratings of a request, first cycle first.
pub(super) fn of_request(conn: &mut Conn, request: Id) -> Result<Vec<RatingRow>, Fault> {
    Ok(ratings::table.filter(ratings::request_id.eq(request)).order(ratings::cycle).load(conn)?)
}

/// The call-back of what the company was not content with, and its ruling.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = callbacks, treat_none_as_default_value = false)]
pub struct CallbackRow {
    /// Its id.
    pub id: Id,
    /// The request it is of.
    pub request_id: Id,
    /// The cycle whose rating was called back.
    pub cycle: i32,
    /// Who called.
    pub called_by: Option<Id>,
    /// When.
    pub called_at: Option<Instant>,
    /// What the call found out.
    pub findings: Option<String>,
    /// The ruling.
    pub ruling: Option<Ruling>,
    /// Who ruled.
    pub ruled_by: Option<Id>,
    /// When.
    pub ruled_at: Option<Instant>,
    /// What the company is told.
    pub public_text: Option<String>,
}

/// Writes a call-back's ruling. A cycle has as many as call-backs were opened in it.
pub(super) fn insert_callback(conn: &mut Conn, row: &CallbackRow) -> Result<(), Fault> {
    diesel::insert_into(callbacks::table).values(row).execute(conn)?;
    Ok(())
}

/// The rulings of a request, the oldest first.
pub(super) fn callbacks_of(conn: &mut Conn, request: Id) -> Result<Vec<CallbackRow>, Fault> {
    let of_request = callbacks::table.filter(callbacks::request_id.eq(request));
    Ok(of_request.order((callbacks::ruled_at, callbacks::id)).load(conn)?)
}
