//! The units of a request changed while it is under way (改派): parts added, taken away, given another role.

use super::echoes::release_echoes;
use super::matter::Matter;
use super::parts::{Named, PartOf, check_named, contacts, send_to, start_clocks_of, start_contact_of};
use super::release;
use super::store::{self, AssignmentRow, ClockRow, RedispatchRow, RequestRow};
use crate::db::Conn;
use crate::domain::actor::Actor;
use crate::domain::ids::{Id, Instant};
use crate::domain::lifecycle::{AssignmentAct, RequestAct};
use crate::domain::promise::Holder;
use crate::domain::words::{ClockKind, Part};
use crate::fault::{Code, Fault};
use crate::journal::Detail;
use crate::outbox::Recipient;
use crate::web::Fields;
use serde_json::json;

/// Another role for a unit that has the request.
#[derive(Debug, Clone)]
pub struct RoleOf {
    /// Its assignment.
    pub assignment: Id,
    /// What it is to be.
    pub part: Part,
    /// A branch that is told to contact the company itself.
    pub told_to_contact: bool,
}

/// A change of the units that have a request.
#[derive(Debug, Clone, Default)]
pub struct Change {
    /// Units that are added.
    pub parts: Vec<PartOf>,
    /// Assignments that are taken away.
    pub close: Vec<Id>,
    /// Other roles for units that stay.
    pub roles: Vec<RoleOf>,
}

impl Change {
    /// Whether nothing is to change.
    pub(super) fn is_empty(&self) -> bool {
        self.parts.is_empty() && self.close.is_empty() && self.roles.is_empty()
    }
}

/// Changes the units of a request under way, by the office. Afterwards exactly one unit leads. The clocks the company
/// is shown never start again; an open clock of the office to dispatch stops.
///
/// Fails with `nothing_changed`, `assignment_twice` and `not_in_rework`, as a dispatch does for units that may not have
/// it, and with `already_approved` where an answer waits for the office: that is sent back first.
pub fn redispatch(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    request: Id,
    (reason, change): (&str, &Change),
) -> Result<RequestRow, Fault> {
    reshape(conn, at, actor, request, (reason, None), change)
}

/// As [`redispatch`], also where a granted return brings the change.
pub(super) fn reshape(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    request: Id,
    (reason, granted_return): (&str, Option<Id>),
    change: &Change,
) -> Result<RequestRow, Fault> {
    let mut matter = Matter::open(conn, at, actor, request)?;
    let capacity = matter.act(RequestAct::Redispatch)?;
    if matter.request.cycle > 1 {
        return Err(Fault::new(Code::NotInRework));
    }
    let Found { close, roles } = checked(&mut matter, change)?;
    let mark = redispatched(&mut matter, reason, granted_return)?.to_string();
    matter.stop(|clock| clock.kind == ClockKind::Dispatch)?;
    for index in close {
        take_away(&mut matter, index, &mark)?;
    }
    // There is one live lead: whoever leads no longer is stored before whoever leads from now on.
    let (leads, others): (Vec<_>, Vec<_>) = roles.into_iter().partition(|(_, role)| role.part == Part::Lead);
    for (index, role) in others {
        change_part(&mut matter, index, role, &mark)?;
    }
    matter.store_assignments()?;
    for (index, role) in leads {
        change_part(&mut matter, index, role, &mark)?;
    }
    for part in &change.parts {
        send_to(&mut matter, part)?;
    }
    matter.notify_company("redispatched", &mark)?;
    let echoes = release::answered_if_whole(&mut matter)?;
    let live = matter.assignments.iter().filter(|row| row.is_live() && row.cycle == matter.request.cycle);
    let parts: Vec<_> = live.map(|row| json!({ "unit": row.unit_id, "part": row.part })).collect();
    // Why a return was granted is between the office and whom the return concerns.
    let reason = Some(reason).filter(|_| granted_return.is_none());
    let detail = Detail::none().with("parts", parts).personal("reason", reason);
    let redispatched = matter.close(capacity, "redispatch", detail)?;
    release_echoes(conn, at, actor, &echoes)?;
    Ok(redispatched)
}

/// Writes down that the units of a request were changed, why, and by which return; gives the row's id.
pub(super) fn redispatched(
    matter: &mut Matter<'_>,
    reason: &str,
    granted_return: Option<Id>,
) -> Result<Id, Fault> {
    let row = RedispatchRow {
        id: Id::new(matter.at),
        request_id: matter.request.id,
        return_id: granted_return,
        reason: reason.to_owned(),
        by_person_id: matter.person()?,
        at: matter.at,
    };
    store::insert_redispatch(matter.conn, &row)?;
    Ok(row.id)
}

/// The places of the assignments a change names.
struct Found<'c> {
    /// What is taken away.
    close: Vec<usize>,
    /// What gets another role, and which.
    roles: Vec<(usize, &'c RoleOf)>,
}

/// Refuses a change that names what is not there, or would leave the request without exactly one lead.
fn checked<'c>(matter: &mut Matter<'_>, change: &'c Change) -> Result<Found<'c>, Fault> {
    if change.is_empty() {
        return Err(Fault::new(Code::NothingChanged));
    }
    let mut fields = Fields::new();
    let mut met: Vec<Id> = Vec::new();
    let mut close = Vec::new();
    for (index, id) in change.close.iter().enumerate() {
        close.extend(place(matter, &mut fields, &mut met, *id, &format!("/close/{index}")));
    }
    let (mut roles, mut named) = (Vec::new(), Vec::new());
    for (index, role) in change.roles.iter().enumerate() {
        let pointer = format!("/roles/{index}");
        let unit_pointer = format!("{pointer}/assignment");
        let Some(place) = place(matter, &mut fields, &mut met, role.assignment, &unit_pointer) else {
            continue;
        };
        let row = matter.assignment(place)?;
        if (row.part, row.told_to_contact) == (role.part, role.told_to_contact) {
            fields.refuse(Code::NothingChanged, format!("{pointer}/part"));
        }
        let (unit, part, told_to_contact) = (row.unit_id, role.part, role.told_to_contact);
        named.push(Named { unit, part, told_to_contact, pointer, unit_pointer });
        roles.push((place, role));
    }
    let here = |row: &&AssignmentRow| {
        row.is_live() && row.cycle == matter.request.cycle && !change.close.contains(&row.id)
    };
    let stay: Vec<Id> = matter.assignments.iter().filter(here).map(|row| row.unit_id).collect();
    let unchanged = |row: &&AssignmentRow| row.part == Part::Lead && !met.contains(&row.id);
    let leads = matter.assignments.iter().filter(here).filter(unchanged).count()
        + change.parts.iter().filter(|part| part.part == Part::Lead).count()
        + change.roles.iter().filter(|role| role.part == Part::Lead).count();
    if leads != 1 {
        fields.refuse(Code::LeadNeeded, "/parts");
    }
    check_named(matter, &mut fields, &Named::all(&change.parts), &stay)?;
    check_named(matter, &mut fields, &named, &[])?;
    fields.finish()?;
    Ok(Found { close, roles })
}

/// The place of an assignment of this cycle that is named for the first time.
fn place(
    matter: &Matter<'_>,
    fields: &mut Fields,
    met: &mut Vec<Id>,
    id: Id,
    pointer: &str,
) -> Option<usize> {
    if met.contains(&id) {
        fields.refuse(Code::AssignmentTwice, pointer);
        return None;
    }
    met.push(id);
    let cycle = matter.request.cycle;
    let place = matter.assignments.iter().position(|row| row.id == id && row.cycle == cycle);
    if place.is_none() {
        fields.refuse_with(Code::ReferenceUnknown, pointer, vec![("what", "assignment".to_owned())]);
    }
    place
}

/// Takes the part at `index` from its unit.
fn take_away(matter: &mut Matter<'_>, index: usize, mark: &str) -> Result<(), Fault> {
    matter.act_on(index, AssignmentAct::Close)?;
    leave(matter, index)?;
    let unit = matter.assignment(index)?.unit_id;
    matter.notify("taken_away", Recipient::Unit(unit), mark)
}

/// What follows for a part whose unit has it no more: what the unit asked for is moot, what it owes ends.
pub(super) fn leave(matter: &mut Matter<'_>, index: usize) -> Result<(), Fault> {
    let at = matter.at;
    if let Some(row) = matter.assignments.get_mut(index) {
        (row.closed_at, row.returning_from) = (Some(at), None);
    }
    let id = matter.assignment(index)?.id;
    matter.drop_asked(id)?;
    end_clocks(matter, id, |_| false)
}

/// Gives the part at `index` another role, now. A contact it owes in both roles runs on as it is; everything else the
/// old role owed ends, and what the new one owes begins. A branch that is only told to contact, or no longer, keeps its
/// time to answer.
fn change_part(matter: &mut Matter<'_>, index: usize, role: &RoleOf, mark: &str) -> Result<(), Fault> {
    matter.act_on(index, AssignmentAct::ChangePart)?;
    let Some(row) = matter.assignments.get_mut(index) else { return Ok(()) };
    let is_same_part = row.part == role.part;
    (row.part, row.told_to_contact) = (role.part, role.told_to_contact);
    let row = row.clone();
    let still_contacts = contacts(row.part, row.told_to_contact);
    end_clocks(
        matter,
        row.id,
        |clock| {
            if clock.kind == ClockKind::Contact { still_contacts } else { is_same_part }
        },
    )?;
    let holder = if row.part == Part::Lead { Holder::Lead } else { Holder::Branch };
    let kept = |clock: &&mut ClockRow| {
        clock.is_open() && clock.kind == ClockKind::Contact && clock.assignment_id == Some(row.id)
    };
    for clock in matter.clocks.iter_mut().filter(kept) {
        clock.holder = holder;
        store::update_clock(matter.conn, clock)?;
    }
    start_contact_of(matter, &row)?;
    if !is_same_part {
        matter.drop_asked(row.id)?;
        start_clocks_of(matter, &row)?;
    }
    matter.notify("role_changed", Recipient::Unit(row.unit_id), mark)
}

/// Ends what an assignment still owes, but what `keeps` picks: void, and late where it is past due. A contact the
/// company contests is ruled on all the same; the call the office makes itself waits for the next lead.
fn end_clocks(
    matter: &mut Matter<'_>,
    assignment: Id,
    keeps: impl Fn(&ClockRow) -> bool,
) -> Result<(), Fault> {
    let of_part = |clock: &ClockRow| clock.assignment_id == Some(assignment);
    let is_offices = |clock: &&mut ClockRow| {
        clock.is_open()
            && of_part(clock)
            && clock.kind == ClockKind::Contact
            && clock.holder == Holder::Office
    };
    for clock in matter.clocks.iter_mut().filter(is_offices) {
        clock.assignment_id = None;
        store::update_clock(matter.conn, clock)?;
    }
    matter.void(|clock| of_part(clock) && clock.kind != ClockKind::ContestRuling && !keeps(clock))
}
