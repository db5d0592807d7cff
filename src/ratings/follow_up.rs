//! The follow-up (回访): the office, never the department, calls a company that has not rated, and asks whether it was
//! contacted, whether it was solved, and whether it is satisfied.

use crate::db::Conn;
use crate::db::schema::follow_ups;
use crate::domain::actor::Actor;
use crate::domain::ids::{Id, Instant};
use crate::domain::rating::RatingLevel;
use crate::domain::supervision::OrderGround;
use crate::fault::{Code, Fault};
use crate::journal::Detail;
use crate::requests::{self, FollowedUp};
use crate::supervision;
use crate::web::Fields;
use diesel::prelude::*;

/// A call.
#[derive(Debug, Clone)]
pub struct Call {
    /// Whether somebody of the company answered. Only such calls are valid, and count in statistics.
    pub reached: bool,
    /// Whether a unit was in contact with the company; told by a valid call alone, as the next two are.
    pub contacted: Option<bool>,
    /// Whether it was solved.
    pub solved: Option<bool>,
    /// How satisfied the company is.
    pub satisfied: Option<RatingLevel>,
    /// What else was said.
    pub words: Option<String>,
}

/// A call as it is kept.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = follow_ups, treat_none_as_default_value = false)]
pub struct FollowUpRow {
    /// Its id.
    pub id: Id,
    /// The request it is about.
    pub request_id: Id,
    /// The cycle it is about.
    pub cycle: i32,
    /// Who called.
    pub called_by: Id,
    /// When.
    pub called_at: Instant,
    /// Whether somebody answered.
    pub valid: bool,
    /// Whether a unit was in contact.
    pub contacted: Option<bool>,
    /// Whether it was solved.
    pub solved: Option<bool>,
    /// How satisfied.
    pub satisfied: Option<RatingLevel>,
    /// What else was said.
    pub words: Option<String>,
}

/// Records a follow-up call about an answered request, by the office. What was not solved is called back as a bad rating is;
/// a company that is not content drafts a supervision order.
///
/// Fails with `missing_field` where a valid call lacks an answer, `not_of_this_call` where another has one.
pub fn follow_up(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    request: Id,
    call: &Call,
) -> Result<FollowUpRow, Fault> {
    let detail = Detail::none()
        .with("reached", call.reached)
        .with("contacted", call.contacted)
        .with("solved", call.solved)
        .with("satisfied", call.satisfied.map(RatingLevel::code))
        .personal("words", call.words.as_deref());
    let unsolved = call.reached && call.solved == Some(false);
    requests::visible(conn, actor, request)?;
    check(call)?;
    let after = requests::followed_up(conn, at, actor, request, FollowedUp { unsolved }, detail)?;
    let row = FollowUpRow {
        id: Id::new(at),
        request_id: request,
        cycle: after.cycle,
        called_by: actor.person.ok_or_else(Fault::denied)?,
        called_at: at,
        valid: call.reached,
        contacted: call.contacted,
        solved: call.solved,
        satisfied: call.satisfied,
        words: call.words.clone(),
    };
    diesel::insert_into(follow_ups::table).values(&row).execute(conn)?;
    if unsolved || row.satisfied.is_some_and(RatingLevel::is_bad) {
        supervision::draft_discontent(conn, at, request, row.cycle, OrderGround::Unhappy)?;
    }
    Ok(row)
}

fn check(call: &Call) -> Result<(), Fault> {
    let mut fields = Fields::new();
    let told = [
        ("contacted", call.contacted.is_some()),
        ("solved", call.solved.is_some()),
        ("satisfied", call.satisfied.is_some()),
    ];
    for (name, is_told) in told {
        match (call.reached, is_told) {
            (true, false) => {
                let field = vec![("field", name.to_owned())];
                fields.refuse_with(Code::MissingField, format!("/{name}"), field);
            }
            (false, true) => fields.refuse(Code::NotOfThisCall, format!("/{name}")),
            _ => {}
        }
    }
    fields.finish()
}

/// The calls about a request, the oldest first, for the office and the company itself; hidden from all others.
pub fn follow_ups(conn: &mut Conn, actor: &Actor, request: Id) -> Result<Vec<FollowUpRow>, Fault> {
    let (_, audience) = requests::visible(conn, actor, request)?;
    if !matches!(audience, requests::Audience::Office | requests::Audience::Company) {
        return Err(Fault::hidden());
    }
    let of_request = follow_ups::table.filter(follow_ups::request_id.eq(request));
    Ok(of_request.order((follow_ups::called_at, follow_ups::id)).load(conn)?)
}
