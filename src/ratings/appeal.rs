//! The appeal (申诉): a unit asks that a wrong or malicious rating not count against it. A ruling changes what is counted;
//! the rating is never hidden.

use super::store::{self, RatingRow};
use crate::db::schema::appeals;
use crate::db::{self, Conn};
use crate::domain::actor::Actor;
use crate::domain::ids::{Id, Instant};
use crate::fault::{Code, Fault};
use crate::people::Resource;
use crate::requests::{self, AskRuling, Audience};
use diesel::prelude::*;

/// An appeal, and what the office ruled on it.
#[derive(Debug, Clone, Queryable, Insertable, AsChangeset)]
#[diesel(table_name = appeals, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct AppealRow {
    /// Its id.
    pub id: Id,
    /// The rating it is against.
    pub rating_id: Id,
    /// The request that was rated.
    pub request_id: Id,
    /// The part whose unit appeals.
    pub assignment_id: Id,
    /// Why it should not count.
    pub reason: String,
    /// Who asked.
    pub asked_by: Id,
    /// When.
    pub asked_at: Instant,
    /// The ruling.
    pub ruling: Option<AskRuling>,
    /// Why; the company reads it.
    pub ruling_reason: Option<String>,
    /// Who ruled.
    pub ruled_by: Option<Id>,
    /// When.
    pub ruled_at: Option<Instant>,
}

/// An appeal as acts are about it: it has the version of its request, and is seen by who sees that.
pub const APPEAL: Resource = Resource {
    version: |conn, id| match request_of(conn, id)? {
        Some(request) => (requests::REQUEST.version)(conn, request),
        None => Ok(None),
    },
    seen: |conn, at, actor, id| {
        let request = request_of(conn, id)?.ok_or_else(Fault::hidden)?;
        (requests::REQUEST.seen)(conn, at, actor, request)
    },
};

fn request_of(conn: &mut Conn, appeal: Id) -> Result<Option<Id>, Fault> {
    Ok(appeals::table.find(appeal).select(appeals::request_id).first(conn).optional()?)
}

/// Appeals against the rating of the cycle in which this part was released, by the unit's signer, once.
///
/// Fails with `not_rated`, `nothing_to_appeal` for a good rating, and `already_appealed`.
pub fn appeal(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    assignment: Id,
    reason: &str,
) -> Result<AppealRow, Fault> {
    let (request, cycle) = requests::appealed(conn, at, actor, assignment, reason)?;
    let rating = store::of_cycle(conn, request.id, cycle)?.ok_or_else(|| Fault::new(Code::NotRated))?;
    if !is_bad(&rating) {
        return Err(Fault::new(Code::NothingToAppeal));
    }
    let row = AppealRow {
        id: Id::new(at),
        rating_id: rating.id,
        request_id: request.id,
        assignment_id: assignment,
        reason: reason.to_owned(),
        asked_by: actor.person.ok_or_else(Fault::denied)?,
        asked_at: at,
        ruling: None,
        ruling_reason: None,
        ruled_by: None,
        ruled_at: None,
    };
    db::unique(diesel::insert_into(appeals::table).values(&row).execute(conn), Code::AlreadyAppealed)?;
    Ok(row)
}

fn is_bad(rating: &RatingRow) -> bool {
    rating.level.is_bad() || !rating.solved
}

/// Rules on an appeal, by the office, with a reason the company reads. A ruling is final: `already_ruled`.
pub fn rule_on_appeal(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    id: Id,
    granted: bool,
    reason: &str,
) -> Result<AppealRow, Fault> {
    let assignment: Option<Id> =
        appeals::table.find(id).select(appeals::assignment_id).first(conn).optional()?;
    requests::appeal_ruled(conn, at, actor, assignment.ok_or_else(Fault::hidden)?, granted, reason)?;
    let mut row: AppealRow = appeals::table.find(id).first(conn)?;
    if row.ruled_at.is_some() {
        return Err(Fault::new(Code::AlreadyRuled));
    }
    row.ruling = Some(if granted { AskRuling::Granted } else { AskRuling::Refused });
    row.ruling_reason = Some(reason.to_owned());
    (row.ruled_by, row.ruled_at) = (Some(actor.person.ok_or_else(Fault::denied)?), Some(at));
    diesel::update(appeals::table.find(id)).set(&row).execute(conn)?;
    Ok(row)
}

/// The appeals against the ratings of a request, the oldest first, and for whom they are shown: the company sees those
/// that are ruled on.
pub fn appeals(conn: &mut Conn, actor: &Actor, request: Id) -> Result<(Vec<AppealRow>, Audience), Fault> {
    let (_, audience) = requests::visible(conn, actor, request)?;
    let of_request = appeals::table.filter(appeals::request_id.eq(request));
    let mut rows: Vec<AppealRow> = of_request.order((appeals::asked_at, appeals::id)).load(conn)?;
    rows.retain(|row| audience != Audience::Company || row.ruled_at.is_some());
    Ok((rows, audience))
}
