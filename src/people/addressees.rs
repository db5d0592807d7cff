//! To whom letters go: who answers for a unit, and as whom a person or a unit's mailbox reads.

use super::memberships;
use super::persons::{self, Person};
use super::units::{self, Unit};
use super::words::{PersonState, UnitKind};
use crate::db::Conn;
use crate::db::schema::{memberships as membership_table, persons as person_table, units as unit_table};
use crate::domain::actor::{Actor, Place, Standing};
use crate::domain::ids::{Id, Instant};
use crate::domain::words::Role;
use crate::fault::Fault;
use chrono::NaiveDate;
use diesel::prelude::*;
use std::collections::{HashMap, HashSet};

/// Those who answer for `unit` at `at` and have an address: its handlers, signers and dispatchers, or where it has none
/// those of the nearest unit above it; who has been there longest first.
pub fn people_of_unit(conn: &mut Conn, at: Instant, unit: &Unit) -> Result<Vec<Id>, Fault> {
    let roles = [Role::Handler, Role::Signer, Role::Dispatcher];
    let mut held = holding(conn, at, paths_to(&unit.path), &roles)?;
    held.retain(|(_, _, address)| address.is_some());
    Ok(nearest(held))
}

/// Those who answer for `unit` at `at`, with an address or without: as [`people_of_unit`].
pub fn staff_of_unit(conn: &mut Conn, at: Instant, unit: &Unit) -> Result<Vec<Id>, Fault> {
    let roles = [Role::Handler, Role::Signer, Role::Dispatcher];
    Ok(nearest(holding(conn, at, paths_to(&unit.path), &roles)?))
}

/// Those active who hold `role` in `unit` at `at`, or where it has none those of the nearest unit above it; who has been
/// there longest first.
pub fn holders_of_role(conn: &mut Conn, at: Instant, unit: &Unit, role: Role) -> Result<Vec<Id>, Fault> {
    Ok(nearest(holding(conn, at, paths_to(&unit.path), &[role])?))
}

/// Those active who hold `role` at `at` in the district `unit` is of.
pub fn holders_in_district(conn: &mut Conn, at: Instant, unit: &Unit, role: Role) -> Result<Vec<Id>, Fault> {
    let district = paths_to(&unit.path).into_iter().take(1).collect();
    Ok(nearest(holding(conn, at, district, &[role])?))
}

/// Who holds one of `roles` at `at` in the units with these paths: the path, and the person's address. Who has been there
/// longest comes first.
fn holding(
    conn: &mut Conn,
    at: Instant,
    paths: Vec<String>,
    roles: &[Role],
) -> Result<Vec<(Id, String, Option<String>)>, Fault> {
    Ok(membership_table::table
        .inner_join(unit_table::table)
        .inner_join(person_table::table)
        .filter(unit_table::path.eq_any(paths))
        .filter(membership_table::role.eq_any(roles.to_vec()))
        .filter(membership_table::valid_from.le(at))
        .filter(membership_table::valid_until.is_null().or(membership_table::valid_until.gt(at)))
        .filter(person_table::state.eq(PersonState::Active))
        .order((membership_table::created_at, membership_table::id))
        .select((membership_table::person_id, unit_table::path, person_table::email))
        .load(conn)?)
}

/// Those of the longest path, each once.
fn nearest(held: Vec<(Id, String, Option<String>)>) -> Vec<Id> {
    let nearest = held.iter().map(|(_, path, _)| path.len()).max();
    let mut people: Vec<Id> = Vec::new();
    for (person, path, _) in held {
        if Some(path.len()) == nearest && !people.contains(&person) {
            people.push(person);
        }
    }
    people
}

/// The active persons who hold `role` at `at`, wherever, and have an address; who has held it longest first.
pub fn addressees_with_role(conn: &mut Conn, at: Instant, role: Role) -> Result<Vec<Id>, Fault> {
    let mut held: Vec<Id> = membership_table::table
        .inner_join(person_table::table)
        .filter(membership_table::role.eq(role))
        .filter(membership_table::valid_from.le(at))
        .filter(membership_table::valid_until.is_null().or(membership_table::valid_until.gt(at)))
        .filter(person_table::state.eq(PersonState::Active))
        .filter(person_table::email.is_not_null())
        .order((membership_table::created_at, membership_table::id))
        .select(membership_table::person_id)
        .load(conn)?;
    let mut known = HashSet::new();
    held.retain(|person| known.insert(*person));
    Ok(held)
}

/// The paths from the root down to `path`: `/a/`, `/a/b/`.
fn paths_to(path: &str) -> Vec<String> {
    path.match_indices('/').skip(1).filter_map(|(end, _)| path.get(..=end)).map(str::to_owned).collect()
}

/// The person with this id, and who they are at `at`, which is `today` at the office.
pub fn reader(
    conn: &mut Conn,
    at: Instant,
    today: NaiveDate,
    person: Id,
) -> Result<Option<(Person, Actor)>, Fault> {
    let Some(person) = persons::person(conn, person)? else { return Ok(None) };
    let actor = memberships::actor(conn, at, today, person.id)?;
    Ok(Some((person, actor)))
}

/// The name and the address of those of the persons named that there are, by id.
pub fn addresses(conn: &mut Conn, ids: &[Id]) -> Result<HashMap<Id, (String, Option<String>)>, Fault> {
    let rows: Vec<(Id, String, Option<String>)> = person_table::table
        .filter(person_table::id.eq_any(ids.to_vec()))
        .select((person_table::id, person_table::name, person_table::email))
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, name, address)| (id, (name, address))).collect())
}

/// As whom a unit's mailbox reads: as one who handles in the unit, or dispatches in the office. It is nobody, so no act
/// can be done in its name.
pub fn mailbox_of_unit(conn: &mut Conn, unit: &Unit) -> Result<Actor, Fault> {
    let role = if unit.kind == UnitKind::Office { Role::Dispatcher } else { Role::Handler };
    let (from, end) = units::below(&unit.path);
    let scope = unit_table::table.filter(unit_table::path.ge(from).and(unit_table::path.lt(end)));
    let scope: Vec<Id> = scope.select(unit_table::id).load(conn)?;
    let place = Place::Unit { unit: unit.id, scope };
    Ok(Actor { person: Some(unit.id), standings: vec![Standing { role, place }] })
}

#[cfg(test)]
mod tests {
    use super::paths_to;

    #[test]
    fn the_paths_to_a_unit_are_those_of_the_units_above_it_and_its_own() {
        assert_eq!(
            paths_to("/district/bureau/section/"),
            ["/district/", "/district/bureau/", "/district/bureau/section/"]
        );
        assert!(paths_to("").is_empty());
    }
}
