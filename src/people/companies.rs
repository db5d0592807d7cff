//! Companies: registered ones with a unified social credit code, and those that have none.

use super::act::Resource;
use super::company_users;
use super::memberships;
use super::persons::{self, NewPerson, Person};
use super::rights;
use super::words::{CompanySize, CompanyStanding, CompanyState};
use crate::db::schema::companies;
use crate::db::{Conn, direct, for_update, unique};
use crate::domain::actor::{Actor, Place};
use crate::domain::ids::{Id, Instant};
use crate::domain::lifecycle::Capacity;
use crate::domain::phone::Phone;
use crate::domain::uscc::Uscc;
use crate::domain::words::Role;
use crate::fault::{Code, Fault};
use crate::journal::{self, Chain, Detail, Entry, SubjectKind};
use crate::web::one_more;
use diesel::prelude::*;
use std::collections::HashMap;

/// A company as stored.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Company {
    /// Its id.
    pub id: Id,
    /// Its unified social credit code, where it is registered.
    pub uscc: Option<String>,
    /// Its name.
    pub name: String,
    /// What kind of body it is.
    pub standing: CompanyStanding,
    /// Whether it may use the service.
    pub state: CompanyState,
    /// How large it is.
    pub size: Option<CompanySize>,
    /// Its trade.
    pub industry: Option<String>,
    /// Its street, town or park.
    pub street: Option<String>,
    /// Whom to ask for.
    pub contact_name: Option<String>,
    /// Where to call.
    pub contact_phone: Option<String>,
    /// When it was registered here.
    pub created_at: Instant,
    /// Rises with every change.
    pub version: i32,
    journal_seq: i32,
    journal_head: String,
}

impl Company {
    /// The end of its chain in the journal.
    pub(super) fn chain(&self) -> Chain {
        Chain { seq: self.journal_seq, head: self.journal_head.clone() }
    }
}

/// A company to be registered here.
#[derive(Debug, Clone)]
pub struct NewCompany {
    /// Its unified social credit code: there if and only if it is registered.
    pub uscc: Option<Uscc>,
    /// Its name.
    pub name: String,
    /// What kind of body it is.
    pub standing: CompanyStanding,
    /// How large it is.
    pub size: Option<CompanySize>,
    /// Its trade.
    pub industry: Option<String>,
    /// Its street, town or park.
    pub street: Option<String>,
    /// Whom to ask for.
    pub contact_name: Option<String>,
    /// Where to call.
    pub contact_phone: Option<Phone>,
}

/// The company with this id.
pub fn company(conn: &mut Conn, id: Id) -> Result<Option<Company>, Fault> {
    Ok(direct::only(conn, companies::table.filter(companies::id.eq(id)))?)
}

/// Those of the companies named that there are, by id.
pub fn companies(conn: &mut Conn, ids: &[Id]) -> Result<HashMap<Id, Company>, Fault> {
    let rows: Vec<Company> = companies::table.filter(companies::id.eq_any(ids.to_vec())).load(conn)?;
    Ok(rows.into_iter().map(|company| (company.id, company)).collect())
}

/// The company `actor` files for: a user one's own, the office and a specialist any that is active. A user of a company
/// that waits for approval is told so; to everyone else the company is hidden.
pub fn filing_company(conn: &mut Conn, at: Instant, actor: &Actor, id: Id) -> Result<Company, Fault> {
    let company = company(conn, id)?.ok_or_else(Fault::hidden)?;
    if rights::is_user(actor, id) {
        return Ok(company);
    }
    if company.state == CompanyState::Pending && company_users::is_user(conn, at, actor, id)? {
        return Err(Fault::new(Code::CompanyPending).noted());
    }
    if !rights::files_for_any(actor) {
        return Err(Fault::hidden());
    }
    match company.state {
        CompanyState::Active => Ok(company),
        CompanyState::Pending | CompanyState::Disabled => {
            Err(Fault::new(Code::ReferenceNotValid).with("what", "company"))
        }
    }
}

/// The company with this id as `actor` may see it: its own users whatever its state, the office, specialists, auditors
/// and administrators. To everyone else it is hidden.
pub(super) fn visible_company(conn: &mut Conn, at: Instant, actor: &Actor, id: Id) -> Result<Company, Fault> {
    let company = company(conn, id)?.ok_or_else(Fault::hidden)?;
    if rights::reads_companies(actor) || company_users::is_user(conn, at, actor, id)? {
        return Ok(company);
    }
    Err(Fault::hidden())
}

/// A company as acts are about it.
pub(super) const COMPANY: Resource = Resource {
    version: |conn, id| {
        let row = for_update(companies::table.filter(companies::id.eq(id)).select(companies::version));
        Ok(row.first(conn).optional()?)
    },
    seen: |conn, at, actor, id| visible_company(conn, at, actor, id).map(drop),
};

/// What a list of companies is narrowed by.
#[derive(Debug, Clone, Default)]
pub(super) struct CompanyFilter {
    pub(super) state: Option<CompanyState>,
    pub(super) uscc: Option<Uscc>,
}

/// Up to `limit` companies and one more, in the order they came, after the one given.
pub(super) fn page(
    conn: &mut Conn,
    actor: &Actor,
    filter: &CompanyFilter,
    after: Option<Id>,
    limit: usize,
) -> Result<Vec<Company>, Fault> {
    if !rights::reads_companies(actor) {
        return Err(Fault::denied());
    }
    let mut query = companies::table.order(companies::id).into_boxed();
    if let Some(state) = filter.state {
        query = query.filter(companies::state.eq(state));
    }
    if let Some(uscc) = &filter.uscc {
        query = query.filter(companies::uscc.eq(uscc.as_str().to_owned()));
    }
    if let Some(after) = after {
        query = query.filter(companies::id.gt(after));
    }
    Ok(query.limit(one_more(limit)).load(conn)?)
}

/// A company and its first user, registered together.
#[derive(Debug, Clone)]
pub struct Registration {
    /// The company.
    pub company: NewCompany,
    /// Its first user.
    pub person: NewPerson,
}

/// A company registers itself and its first user, who becomes the actor of it. It begins in `state`.
pub(super) fn register(
    conn: &mut Conn,
    at: Instant,
    registration: &Registration,
    state: CompanyState,
) -> Result<(Company, Person), Fault> {
    let actor = Actor { person: Some(Id::new(at)), standings: Vec::new() };
    with_first_user(conn, at, (&actor, Capacity::Company), &registration.company, state, &registration.person)
}

/// The office registers a company, with its first user where one is named. It is active at once.
pub fn create_company(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    new: &NewCompany,
    first_user: Option<&NewPerson>,
) -> Result<(Company, Option<Person>), Fault> {
    let capacity = rights::or_denied(rights::office(actor))?;
    match first_user {
        Some(user) => {
            let (company, person) =
                with_first_user(conn, at, (actor, capacity), new, CompanyState::Active, user)?;
            Ok((company, Some(person)))
        }
        None => Ok((insert(conn, at, (actor, capacity), "", new, CompanyState::Active)?, None)),
    }
}

fn with_first_user(
    conn: &mut Conn,
    at: Instant,
    (actor, capacity): (&Actor, Capacity),
    company: &NewCompany,
    state: CompanyState,
    person: &NewPerson,
) -> Result<(Company, Person), Fault> {
    let company = insert(conn, at, (actor, capacity), "/company", company, state)?;
    let id = if capacity == Capacity::Company { actor.person } else { None };
    let person = persons::insert(conn, at, actor, capacity, id.unwrap_or(Id::new(at)), "/person", person)?;
    memberships::add(conn, at, actor, capacity, person.id, (Role::Company, &Place::Company(company.id)))?;
    Ok((company, person))
}

fn insert(
    conn: &mut Conn,
    at: Instant,
    (actor, capacity): (&Actor, Capacity),
    place: &str,
    new: &NewCompany,
    state: CompanyState,
) -> Result<Company, Fault> {
    let id = Id::new(at);
    let uscc = new.uscc.as_ref().map(Uscc::as_str);
    let contact_phone = new.contact_phone.as_ref().map(Phone::as_str);
    let mut chain = Chain::empty();
    let detail = Detail::none()
        .with("uscc", uscc)
        .with("name", new.name.as_str())
        .with("standing", new.standing.code())
        .with("state", state.code())
        .personal("contact_name", new.contact_name.as_deref())
        .personal("contact_phone", contact_phone);
    let subject = (SubjectKind::Company, id);
    journal::record(
        conn,
        &mut chain,
        Entry { subject, at, actor, capacity, act: "register_company", detail },
    )?;
    let inserted = diesel::insert_into(companies::table)
        .values((
            companies::id.eq(id),
            companies::uscc.eq(uscc),
            companies::name.eq(&new.name),
            companies::standing.eq(new.standing),
            companies::state.eq(state),
            companies::size.eq(new.size),
            companies::industry.eq(&new.industry),
            companies::street.eq(&new.street),
            companies::contact_name.eq(&new.contact_name),
            companies::contact_phone.eq(contact_phone),
            companies::created_at.eq(at),
            companies::version.eq(1),
            companies::journal_seq.eq(chain.seq),
            companies::journal_head.eq(chain.head),
        ))
        .returning(companies::all_columns)
        .get_result(conn);
    unique(inserted, Code::CompanyExists).map_err(|fault| match fault.code {
        Code::CompanyExists => Fault::field(Code::CompanyExists, format!("{place}/uscc")),
        _ => fault,
    })
}

/// Lets a company use the service: one that waits for approval, or one that was shut out.
pub fn approve_company(conn: &mut Conn, at: Instant, actor: &Actor, id: Id) -> Result<Company, Fault> {
    change_state(conn, at, actor, id, (CompanyState::Active, "approve_company"))
}

/// Shuts a company out: its users may still log in, but act for it no more.
pub fn disable_company(conn: &mut Conn, at: Instant, actor: &Actor, id: Id) -> Result<Company, Fault> {
    change_state(conn, at, actor, id, (CompanyState::Disabled, "disable_company"))
}

fn change_state(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    id: Id,
    (state, act): (CompanyState, &'static str),
) -> Result<Company, Fault> {
    let Some(capacity) = rights::office(actor) else {
        visible_company(conn, at, actor, id)?;
        return Err(Fault::denied());
    };
    let company = locked(conn, id)?;
    if company.state == state {
        return Ok(company);
    }
    let mut chain = company.chain();
    let detail = Detail::none().with("before", company.state.code()).with("after", state.code());
    let subject = (SubjectKind::Company, id);
    journal::record(conn, &mut chain, Entry { subject, at, actor, capacity, act, detail })?;
    Ok(diesel::update(companies::table.filter(companies::id.eq(id)))
        .set((
            companies::state.eq(state),
            companies::version.eq(company.version.saturating_add(1)),
            companies::journal_seq.eq(chain.seq),
            companies::journal_head.eq(chain.head),
        ))
        .returning(companies::all_columns)
        .get_result(conn)?)
}

/// Stores the end of a company's chain after an act that changed nothing else of it.
pub(super) fn store_chain(conn: &mut Conn, id: Id, chain: Chain) -> Result<(), Fault> {
    diesel::update(companies::table.filter(companies::id.eq(id)))
        .set((companies::journal_seq.eq(chain.seq), companies::journal_head.eq(chain.head)))
        .execute(conn)?;
    Ok(())
}

/// The company with this id, locked.
pub(super) fn locked(conn: &mut Conn, id: Id) -> Result<Company, Fault> {
    let found = for_update(companies::table.filter(companies::id.eq(id))).get_result(conn).optional()?;
    found.ok_or_else(Fault::hidden)
}
