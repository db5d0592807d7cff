//! A unit hands its part to a person or a section of its own (转承办人).

use super::access;
use super::handle::of_assignment;
use super::matter::Matter;
use super::store::RequestRow;
use crate::db::Conn;
use crate::domain::actor::{Actor, Place, Standing};
use crate::domain::ids::{Id, Instant};
use crate::domain::lifecycle::AssignmentAct;
use crate::domain::words::Role;
use crate::fault::{Code, Fault};
use crate::outbox::Recipient;
use crate::people::{self, Unit};
use crate::web::Fields;

/// Who has it from now on. Whoever is not named has it no longer.
#[derive(Debug, Clone, Copy)]
pub struct HandOn {
    /// A handler of the unit, or of one below it.
    pub person: Option<Id>,
    /// A unit below it.
    pub section: Option<Id>,
}

/// Hands a part on inside its unit, by a handler, and by one of the section that has it inside the section. It moves no
/// clock. A person of a section brings the section along.
///
/// Fails with `nobody_named` and `not_of_this_unit`, for a section that is not valid today, and for one whose conduct is
/// complained about.
pub fn hand_on(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    assignment: Id,
    command: HandOn,
) -> Result<RequestRow, Fault> {
    let (mut matter, index) = Matter::open_assignment(conn, at, actor, assignment)?;
    let capacity = matter.act_on(index, AssignmentAct::HandOn)?;
    let its = matter.assignment(index)?;
    let (unit, of_section) = (its.unit_id, its.section_id);
    let home = if access::handles_in(actor, unit) { unit } else { of_section.unwrap_or(unit) };
    let post = check(&mut matter, home, command)?;
    let section = command.section.or(post.filter(|post| *post != unit));
    if let Some(row) = matter.assignments.get_mut(index) {
        (row.handler_id, row.section_id, row.handed_on_at) = (command.person, section, Some(at));
    }
    let to = command.person.map(Recipient::Person).or(section.map(Recipient::Unit));
    let mark = format!("{assignment} {}", matter.request.version);
    if let Some(to) = to {
        matter.notify("handed_on", to, &mark)?;
    }
    let detail = of_assignment(&matter, index)?
        .with("handler", command.person.map(|id| id.to_string()))
        .with("section", section.map(|id| id.to_string()));
    matter.close(capacity, "hand_on", detail)
}

/// Checks that who is named is of `home`; gives where the person is.
fn check(matter: &mut Matter<'_>, home: Id, command: HandOn) -> Result<Option<Id>, Fault> {
    let mut fields = Fields::new();
    let home = people::unit(matter.conn, home)?;
    let home = home.ok_or_else(|| Fault::internal("a unit on a request is gone"))?;
    let accused = match matter.request.conduct_unit_id {
        Some(accused) => people::unit(matter.conn, accused)?,
        None => None,
    };
    let is_accused = |unit: &Unit| accused.as_ref().is_some_and(|accused| unit.is_within(accused));
    if command.person.is_none() && command.section.is_none() {
        fields.refuse(Code::NobodyNamed, "/person");
    }
    let post = match command.person {
        Some(person) => post(matter, &home, person)?,
        None => None,
    };
    match &post {
        None if command.person.is_some() => fields.refuse(Code::NotOfThisUnit, "/person"),
        Some(post) if is_accused(post) => fields.refuse(Code::ConductComplaint, "/person"),
        _ => {}
    }
    if let Some(id) = command.section {
        let today = matter.terms.calendar.local_date(matter.at);
        match people::unit(matter.conn, id)?.filter(|below| below.id != home.id && below.is_within(&home)) {
            None => fields.refuse(Code::NotOfThisUnit, "/section"),
            Some(below) if !below.is_valid_on(today) => {
                fields.refuse_with(Code::ReferenceNotValid, "/section", vec![("what", "unit".to_owned())]);
            }
            Some(below) if is_accused(&below) => fields.refuse(Code::ConductComplaint, "/section"),
            Some(_) => {}
        }
    }
    fields.finish()?;
    Ok(post.map(|post| post.id))
}

/// Where a person is a handler: in the unit itself, else in one below it; `None` where they are none there.
fn post(matter: &mut Matter<'_>, home: &Unit, person: Id) -> Result<Option<Unit>, Fault> {
    let today = matter.terms.calendar.local_date(matter.at);
    if !people::person(matter.conn, person)?.is_some_and(|person| person.is_active()) {
        return Ok(None);
    }
    let handles = |standing: Standing| match standing.place {
        Place::Unit { unit, .. } if standing.role == Role::Handler => Some(unit),
        Place::Unit { .. } | Place::Company(_) | Place::House => None,
    };
    let standings = people::actor(matter.conn, matter.at, today, person)?.standings;
    let posts: Vec<Id> = standings.into_iter().filter_map(handles).collect();
    let units = people::units(matter.conn, &posts)?;
    let within = units.into_values().filter(|unit| unit.is_within(home));
    Ok(within.min_by_key(|unit| (unit.id != home.id, unit.id)))
}
