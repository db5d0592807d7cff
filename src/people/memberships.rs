//! Memberships: a person's roles in units and companies, from–to, several at once.
//!
//! Administrators and auditors hold their role in the whole house, a dispatcher in the office, other staff in a unit
//! and all below it, a company's user in a company.

use super::act::Resource;
use super::companies::{self, Company};
use super::company_users;
use super::persons::{self, Person};
use super::rights;
use super::rules::Audience;
use super::units::{self, Unit};
use super::words::{CompanyState, UnitKind};
use crate::db::schema::{companies as company_table, memberships, units as unit_table};
use crate::db::{Backend, Conn, direct, for_update};
use crate::domain::actor::{Actor, Place, Standing};
use crate::domain::ids::{Id, Instant};
use crate::domain::lifecycle::Capacity;
use crate::domain::words::Role;
use crate::fault::{Code, Fault};
use crate::journal::{self, Detail, Entry, SubjectKind};
use chrono::NaiveDate;
use diesel::prelude::*;

/// A membership as stored.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Membership {
    /// Its id.
    pub id: Id,
    /// Whose it is.
    pub person_id: Id,
    /// The unit, where it is in one.
    pub unit_id: Option<Id>,
    /// The company, where it is in one.
    pub company_id: Option<Id>,
    /// The role.
    pub role: Role,
    /// From when it holds.
    pub valid_from: Instant,
    /// From when it no longer holds.
    pub valid_until: Option<Instant>,
    /// When it was granted.
    pub created_at: Instant,
}

/// What of a membership and its place decides whether it gives a standing.
type Held = (Membership, Option<String>, Option<NaiveDate>, Option<NaiveDate>, Option<CompanyState>);

/// The actor `person` is at `at`, which is `today` at the office: with the standings in valid units and active
/// companies. Two queries, however many they are. Whether the person may log in is not asked.
pub fn actor(conn: &mut Conn, at: Instant, today: NaiveDate, person: Id) -> Result<Actor, Fault> {
    let memberships = memberships::table
        .left_join(unit_table::table)
        .left_join(company_table::table)
        .filter(memberships::person_id.eq(person))
        .filter(memberships::valid_from.le(at))
        .filter(memberships::valid_until.is_null().or(memberships::valid_until.gt(at)))
        .order(memberships::id)
        .select((
            memberships::all_columns,
            unit_table::path.nullable(),
            unit_table::valid_from.nullable(),
            unit_table::valid_until.nullable(),
            company_table::state.nullable(),
        ));
    let held: Vec<Held> = direct::all(conn, memberships)?;
    let tree = below(conn, held.iter().filter_map(|held| held.1.as_deref()))?;
    let standings = held.into_iter().filter_map(|held| standing(held, today, &tree)).collect();
    Ok(Actor { person: Some(person), standings })
}

fn standing(
    (membership, path, from, until, company): Held,
    today: NaiveDate,
    tree: &[(Id, String)],
) -> Option<Standing> {
    let role = membership.role;
    let place = match (membership.unit_id, membership.company_id) {
        (Some(unit), _) => {
            let path = path?;
            let is_valid = from.is_some_and(|from| from <= today) && until.is_none_or(|until| today < until);
            let scope =
                tree.iter().filter(|(_, other)| other.starts_with(&path)).map(|(id, _)| *id).collect();
            is_valid.then_some(Place::Unit { unit, scope })?
        }
        (None, Some(id)) => (company == Some(CompanyState::Active)).then_some(Place::Company(id))?,
        (None, None) => Place::House,
    };
    Some(Standing { role, place })
}

/// The ids and paths of all units at or below these paths; ended ones too, whose records remain.
fn below<'a>(conn: &mut Conn, paths: impl Iterator<Item = &'a str>) -> Result<Vec<(Id, String)>, Fault> {
    let mut query = unit_table::table.select((unit_table::id, unit_table::path)).into_boxed::<Backend>();
    let mut any = false;
    for path in paths {
        let (from, end) = units::below(path);
        query = query.or_filter(unit_table::path.ge(from).and(unit_table::path.lt(end)));
        any = true;
    }
    if any { Ok(query.load(conn)?) } else { Ok(Vec::new()) }
}

/// The memberships of `person` that hold or will hold after `at`, in the order they were granted.
pub(super) fn of_person(conn: &mut Conn, at: Instant, person: Id) -> Result<Vec<Membership>, Fault> {
    Ok(memberships::table
        .filter(memberships::person_id.eq(person))
        .filter(memberships::valid_until.is_null().or(memberships::valid_until.gt(at)))
        .order((memberships::created_at, memberships::id))
        .load(conn)?)
}

/// The memberships in `company` that hold at `at`, in the order they were granted.
pub(super) fn of_company(conn: &mut Conn, at: Instant, company: Id) -> Result<Vec<Membership>, Fault> {
    Ok(memberships::table
        .filter(memberships::company_id.eq(company))
        .filter(memberships::valid_until.is_null().or(memberships::valid_until.gt(at)))
        .order((memberships::created_at, memberships::id))
        .load(conn)?)
}

/// Whose rules for passwords `person` is under: staff, unless all that the person holds at `at` is in companies.
pub(super) fn audience(conn: &mut Conn, at: Instant, person: Id) -> Result<Audience, Fault> {
    let held = of_person(conn, at, person)?;
    let files_only = !held.is_empty() && held.iter().all(|membership| membership.role == Role::Company);
    Ok(if files_only { Audience::Company } else { Audience::Staff })
}

/// Whether `person` holds a membership in `company` at `at`.
pub(super) fn is_in_company(conn: &mut Conn, at: Instant, person: Id, company: Id) -> Result<bool, Fault> {
    let held = memberships::table
        .filter(memberships::company_id.eq(company))
        .filter(memberships::person_id.eq(person))
        .filter(memberships::valid_until.is_null().or(memberships::valid_until.gt(at)));
    Ok(diesel::select(diesel::dsl::exists(held)).get_result(conn)?)
}

/// Gives `person` a staff role, from now on. `today` is the day it is at the office.
pub fn grant(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    today: NaiveDate,
    person: Id,
    (role, unit): (Role, Option<Id>),
) -> Result<Membership, Fault> {
    let capacity = rights::or_hidden(rights::keeper(actor))?;
    let place = match (role, unit) {
        (Role::Company, _) => return Err(Fault::field(Code::RoleNotHere, "/role")),
        (Role::Admin | Role::Auditor, None) => Place::House,
        (Role::Admin | Role::Auditor, Some(_)) => return Err(Fault::field(Code::RoleNotHere, "/unit_id")),
        (_, None) => return Err(Fault::field(Code::MissingField, "/unit_id").with("field", "unit_id")),
        (_, Some(id)) => {
            let unit = valid_unit(conn, id, today)?;
            if role == Role::Dispatcher && unit.kind != UnitKind::Office {
                return Err(Fault::field(Code::RoleNotHere, "/unit_id"));
            }
            Place::Unit { unit: id, scope: Vec::new() }
        }
    };
    add(conn, at, actor, capacity, person, (role, &place))
}

fn valid_unit(conn: &mut Conn, id: Id, today: NaiveDate) -> Result<Unit, Fault> {
    let unit = units::unit(conn, id)?
        .ok_or_else(|| Fault::field(Code::ReferenceUnknown, "/unit_id").with("what", "unit"))?;
    if unit.is_valid_on(today) {
        return Ok(unit);
    }
    Err(Fault::field(Code::ReferenceNotValid, "/unit_id").with("what", "unit"))
}

/// Adds a membership and writes it into the person's chain. The rights and the place have been judged.
pub(super) fn add(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    capacity: Capacity,
    person: Id,
    (role, place): (Role, &Place),
) -> Result<Membership, Fault> {
    let person = persons::locked(conn, person)?.ok_or_else(Fault::hidden)?;
    let (unit, company) = match place {
        Place::House => (None, None),
        Place::Company(id) => (None, Some(*id)),
        Place::Unit { unit, .. } => (Some(*unit), None),
    };
    let held = of_person(conn, at, person.id)?;
    let same =
        |other: &Membership| other.role == role && other.unit_id == unit && other.company_id == company;
    if held.iter().any(same) {
        return Err(Fault::new(Code::AlreadyExists).with("what", "membership"));
    }
    write_down(conn, at, (actor, capacity), &person, ("grant_membership", role, unit, company))?;
    Ok(diesel::insert_into(memberships::table)
        .values((
            memberships::id.eq(Id::new(at)),
            memberships::person_id.eq(person.id),
            memberships::unit_id.eq(unit),
            memberships::company_id.eq(company),
            memberships::role.eq(role),
            memberships::valid_from.eq(at),
            memberships::created_at.eq(at),
        ))
        .returning(memberships::all_columns)
        .get_result(conn)?)
}

/// Ends a membership at once: of staff by an administrator, of a company's user by the office or the company's first
/// user. One that has ended stays as it is. The last administrator's cannot be ended.
pub fn end_membership(conn: &mut Conn, at: Instant, actor: &Actor, id: Id) -> Result<(), Fault> {
    let found: Option<Membership> =
        memberships::table.filter(memberships::id.eq(id)).first(conn).optional()?;
    let membership = found.ok_or_else(Fault::hidden)?;
    let capacity = match membership.company_id {
        Some(company) => company_users::keeper_of_users(conn, at, actor, company)?,
        None => rights::keeper(actor),
    };
    let capacity = rights::or_hidden(capacity)?;
    if membership.role == Role::Admin {
        let admins = lock_admins(conn, at)?;
        let is_theirs = admins.contains(&membership.person_id);
        if is_theirs && !persons::any_other_active(conn, &admins, membership.person_id)? {
            return Err(Fault::new(Code::LastAdmin));
        }
    }
    let person = persons::locked(conn, membership.person_id)?.ok_or_else(Fault::hidden)?;
    let holding = memberships::table
        .filter(memberships::id.eq(id))
        .filter(memberships::valid_until.is_null().or(memberships::valid_until.gt(at)));
    if diesel::update(holding).set(memberships::valid_until.eq(at)).execute(conn)? == 0 {
        return Ok(());
    }
    let Membership { role, unit_id, company_id, .. } = membership;
    write_down(conn, at, (actor, capacity), &person, ("end_membership", role, unit_id, company_id))
}

/// A membership as acts are about one: it has the version of its person, who is shown with it.
pub(super) const MEMBERSHIP: Resource = Resource {
    version: |conn, id| match person_of(conn, id)? {
        Some(person) => (persons::PERSON.version)(conn, person),
        None => Ok(None),
    },
    seen: |conn, at, actor, id| {
        let person = person_of(conn, id)?.ok_or_else(Fault::hidden)?;
        (persons::PERSON.seen)(conn, at, actor, person)
    },
};

fn person_of(conn: &mut Conn, membership: Id) -> Result<Option<Id>, Fault> {
    Ok(memberships::table.find(membership).select(memberships::person_id).first(conn).optional()?)
}

/// The administrators at `at`, their memberships locked: two cannot remove each other in the same moment.
pub(super) fn lock_admins(conn: &mut Conn, at: Instant) -> Result<Vec<Id>, Fault> {
    let admins: Vec<Membership> = for_update(
        memberships::table
            .filter(memberships::role.eq(Role::Admin))
            .filter(memberships::valid_until.is_null().or(memberships::valid_until.gt(at)))
            .order(memberships::id),
    )
    .load(conn)?;
    Ok(admins.into_iter().map(|membership| membership.person_id).collect())
}

fn write_down(
    conn: &mut Conn,
    at: Instant,
    (actor, capacity): (&Actor, Capacity),
    person: &Person,
    (act, role, unit, company): (&'static str, Role, Option<Id>, Option<Id>),
) -> Result<(), Fault> {
    let mut chain = person.chain();
    let detail = Detail::none()
        .with("role", role.code())
        .with("unit", unit.map(|id| id.to_string()))
        .with("company", company.map(|id| id.to_string()));
    let subject = (SubjectKind::Person, person.id);
    journal::record(conn, &mut chain, Entry { subject, at, actor, capacity, act, detail })?;
    persons::store_change(conn, person.id, chain)
}

/// The companies and units these memberships are in.
pub(super) fn places(
    conn: &mut Conn,
    memberships: &[Membership],
) -> Result<(Vec<Unit>, Vec<Company>), Fault> {
    let of = |id: fn(&Membership) -> Option<Id>| memberships.iter().filter_map(id).collect::<Vec<_>>();
    let units = units::units(conn, &of(|membership| membership.unit_id))?;
    let companies = companies::companies(conn, &of(|membership| membership.company_id))?;
    Ok((units.into_values().collect(), companies.into_values().collect()))
}
