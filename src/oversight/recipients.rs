//! Who is told of a step: looked up in the moment it is told, so that a change of staff is honoured.

use crate::domain::ids::{Id, Instant};
use crate::domain::ladder::Tell;
use crate::domain::promise::Holder;
use crate::domain::words::Role;
use crate::fault::Fault;
use crate::outbox::Recipient;
use crate::people::{self, Unit};
use crate::requests::{Watch, Watched};

/// Those whom a step tells of a clock, each once; where there is nobody, the unit that holds it, or the office.
pub(super) fn of(
    watch: &mut Watch<'_>,
    at: Instant,
    clock: &Watched,
    tell: &[Tell],
) -> Result<Vec<Recipient>, Fault> {
    let mut people: Vec<Id> = Vec::new();
    for one in tell {
        for person in named(watch, at, clock, *one)? {
            if !people.contains(&person) {
                people.push(person);
            }
        }
    }
    if people.is_empty() {
        let office = watch.office().id;
        return Ok(vec![Recipient::Unit(clock.unit.unwrap_or(office))]);
    }
    Ok(people.into_iter().map(Recipient::Person).collect())
}

fn named(watch: &mut Watch<'_>, at: Instant, clock: &Watched, tell: Tell) -> Result<Vec<Id>, Fault> {
    let office = watch.office().clone();
    let of_office = clock.running.holder == Holder::Office;
    let unit = match clock.unit {
        Some(unit) => people::unit(watch.conn(), unit)?,
        None => None,
    };
    // What the company was promised, the office answers for.
    let unit = unit.unwrap_or_else(|| office.clone());
    let dispatchers =
        |watch: &mut Watch<'_>| people::holders_of_role(watch.conn(), at, &office, Role::Dispatcher);
    match tell {
        Tell::Office => dispatchers(watch),
        Tell::Handler | Tell::Signer if of_office => dispatchers(watch),
        Tell::Handler => handlers(watch, at, clock, &unit),
        Tell::Signer => people::holders_of_role(watch.conn(), at, &unit, Role::Signer),
        Tell::LeadSigner => match watch.lead() {
            Some(lead) => of_unit(watch, at, lead, Role::Signer),
            None => Ok(Vec::new()),
        },
        Tell::Supervisor => people::holders_of_role(watch.conn(), at, &unit, Role::Supervisor),
        Tell::Leader => people::holders_of_role(watch.conn(), at, &unit, Role::Leader),
        Tell::DistrictLeader => people::holders_in_district(watch.conn(), at, &unit, Role::Leader),
        Tell::Company => watch.company(),
    }
}

/// The person a part was handed to while he or she is there, else the handlers of the section, else those of the unit.
fn handlers(watch: &mut Watch<'_>, at: Instant, clock: &Watched, unit: &Unit) -> Result<Vec<Id>, Fault> {
    if let Some(handler) = clock.handler
        && people::person(watch.conn(), handler)?.is_some_and(|person| person.is_active())
    {
        return Ok(vec![handler]);
    }
    match clock.section {
        Some(section) => of_unit(watch, at, section, Role::Handler),
        None => people::holders_of_role(watch.conn(), at, unit, Role::Handler),
    }
}

fn of_unit(watch: &mut Watch<'_>, at: Instant, unit: Id, role: Role) -> Result<Vec<Id>, Fault> {
    match people::unit(watch.conn(), unit)? {
        Some(unit) => people::holders_of_role(watch.conn(), at, &unit, role),
        None => Ok(Vec::new()),
    }
}
