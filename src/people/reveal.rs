//! A number asked for by one of the staff from whom it is masked: with a reason, and written down.

use super::act::Resource;
use super::companies::{self, Company};
use super::company_users;
use super::persons::{self, Person};
use super::rights;
use crate::db::Conn;
use crate::domain::actor::Actor;
use crate::domain::ids::{Id, Instant};
use crate::fault::{Code, Fault};
use crate::journal::{self, Detail, Entry, SubjectKind};

/// The act in the journal.
const ACT: &str = "reveal_phone";

/// A company's number as acts are about it.
pub(super) const COMPANY: Resource = Resource {
    version: companies::COMPANY.version,
    seen: |conn, at, actor, id| {
        companies::visible_company(conn, at, actor, id)?;
        rights::or_denied(rights::reveals_company(actor)).map(drop)
    },
};

/// A person's number as acts are about it.
pub(super) const PERSON: Resource = Resource {
    version: persons::PERSON.version,
    seen: |conn, _, actor, id| {
        persons::visible_person(conn, actor, id)?;
        rights::or_hidden(rights::keeper(actor)).map(drop)
    },
};

/// A company whose number one of those who may read every company asks for. The company's journal says who, when and why.
///
/// Fails with `phone_not_masked` for who sees it whole anyway.
pub(super) fn reveal_phone_of_company(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    id: Id,
    reason: &str,
) -> Result<Company, Fault> {
    companies::visible_company(conn, at, actor, id)?;
    if rights::calls_company(actor, company_users::is_user(conn, at, actor, id)?) {
        return Err(Fault::new(Code::PhoneNotMasked));
    }
    let capacity = rights::or_denied(rights::reveals_company(actor))?;
    let company = companies::locked(conn, id)?;
    let mut chain = company.chain();
    let detail = Detail::none().personal("reason", Some(reason));
    let subject = (SubjectKind::Company, id);
    journal::record(conn, &mut chain, Entry { subject, at, actor, capacity, act: ACT, detail })?;
    companies::store_chain(conn, id, chain)?;
    Ok(company)
}

/// The same of a person, by an administrator.
pub(super) fn reveal_phone_of_person(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    id: Id,
    reason: &str,
) -> Result<Person, Fault> {
    persons::visible_person(conn, actor, id)?;
    if actor.person == Some(id) {
        return Err(Fault::new(Code::PhoneNotMasked));
    }
    let capacity = rights::or_hidden(rights::keeper(actor))?;
    let person = persons::locked(conn, id)?.ok_or_else(Fault::hidden)?;
    let mut chain = person.chain();
    let detail = Detail::none().personal("reason", Some(reason));
    let subject = (SubjectKind::Person, id);
    journal::record(conn, &mut chain, Entry { subject, at, actor, capacity, act: ACT, detail })?;
    persons::store_chain(conn, id, chain)?;
    Ok(person)
}
