//! Who files for a company, and who says so.

use super::companies;
use super::memberships::{self, Membership};
use super::persons::{self, NewPerson, Person};
use super::rights;
use crate::db::Conn;
use crate::domain::actor::{Actor, Place};
use crate::domain::ids::{Id, Instant};
use crate::domain::lifecycle::Capacity;
use crate::domain::words::Role;
use crate::fault::{Code, Fault};

/// Whether `actor` is a user of the company, whatever its state.
pub(super) fn is_user(conn: &mut Conn, at: Instant, actor: &Actor, company: Id) -> Result<bool, Fault> {
    actor.person.map_or(Ok(false), |person| memberships::is_in_company(conn, at, person, company))
}

/// The persons who file for the company at `at`, who has been with it longest first.
pub fn users_of(conn: &mut Conn, at: Instant, company: Id) -> Result<Vec<Id>, Fault> {
    let users = memberships::of_company(conn, at, company)?;
    Ok(users.into_iter().map(|membership| membership.person_id).collect())
}

/// The capacity in which `actor` keeps the users of a company: the office's, or that of its first user, who has been
/// with it longest of those still there. `None` for all others.
pub(super) fn keeper_of_users(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    company: Id,
) -> Result<Option<Capacity>, Fault> {
    if let Some(capacity) = rights::office(actor) {
        return Ok(Some(capacity));
    }
    if !rights::is_user(actor, company) {
        return Ok(None);
    }
    let users = memberships::of_company(conn, at, company)?;
    let is_first = users.first().is_some_and(|first| Some(first.person_id) == actor.person);
    Ok(is_first.then_some(Capacity::Company))
}

/// Who becomes a user of a company.
#[derive(Debug, Clone)]
pub enum NewUser {
    /// Somebody not known here yet.
    New(Box<NewPerson>),
    /// A person already here, whom only the office may name.
    Known(Id),
}

/// Adds a user to a company: by the office, or by the company's first user.
pub fn add_user(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    id: Id,
    user: &NewUser,
) -> Result<(Membership, Person), Fault> {
    companies::visible_company(conn, at, actor, id)?;
    let capacity = rights::or_denied(keeper_of_users(conn, at, actor, id)?)?;
    let person = match user {
        NewUser::New(person) => persons::insert(conn, at, actor, capacity, Id::new(at), "/person", person)?,
        NewUser::Known(_) if capacity == Capacity::Company => return Err(Fault::denied()),
        NewUser::Known(person) => persons::person(conn, *person)?
            .ok_or_else(|| Fault::field(Code::ReferenceUnknown, "/person_id").with("what", "person"))?,
    };
    let place = (Role::Company, &Place::Company(id));
    let membership = memberships::add(conn, at, actor, capacity, person.id, place)?;
    Ok((membership, person))
}

/// The users of a company, for those who may see it.
pub(super) fn users(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    id: Id,
) -> Result<Vec<(Membership, String)>, Fault> {
    companies::visible_company(conn, at, actor, id)?;
    let users = memberships::of_company(conn, at, id)?;
    let ids: Vec<Id> = users.iter().map(|membership| membership.person_id).collect();
    let mut names = persons::person_names(conn, &ids)?;
    let named = |membership: Membership| {
        let name = names.remove(&membership.person_id).unwrap_or_default();
        (membership, name)
    };
    Ok(users.into_iter().map(named).collect())
}
