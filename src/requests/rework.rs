//! After a bad rating: parts done again in the second cycle, or the matter explained.

use super::access;
use super::clocks::Start;
use super::conclude::ended;
use super::echoes::blamable;
use super::matter::Matter;
use super::store::{self, AssignmentRow, RequestRow};
use crate::db::Conn;
use crate::domain::actor::Actor;
use crate::domain::ids::{Id, Instant};
use crate::domain::lifecycle::{self, Capacity, RequestAct};
use crate::domain::promise::Holder;
use crate::domain::words::{AssignmentState, ClockKind, Confidence, Part, RequestState};
use crate::fault::{Code, Fault};
use crate::journal::Detail;
use crate::outbox::Recipient;
use crate::web::Fields;

/// The last cycle a request may come into.
const CYCLES: i32 = 2;

/// What is to be done again.
#[derive(Debug, Clone)]
pub struct Rework {
    /// The assignments of this cycle that are blamed; of an echo, those of its master that answered it too.
    pub blamed: Vec<Id>,
    /// The date, where the ruling names one; else the promise book's length holds.
    pub until: Option<Instant>,
}

/// Has the blamed parts done again, by the office's ruling on an open call-back: the request goes on in cycle 2 and
/// each blamed unit has its clock, which the company sees.
///
/// An echo goes its own way from here on: the blamed units of its master have it as a request of its own.
///
/// Fails with `no_callback`, `cycles_used_up`, `blamed_needed` and `not_blamable`, and where an echo would get two leads,
/// a unit twice or, being confidential, a branch.
pub fn rework(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    request: Id,
    command: &Rework,
    detail: Detail,
) -> Result<RequestRow, Fault> {
    let mut matter = Matter::open(conn, at, actor, request)?;
    let capacity = matter.act(RequestAct::Rework)?;
    let person = matter.person()?;
    called_back(&mut matter)?;
    if matter.request.cycle >= CYCLES {
        return Err(Fault::new(Code::CyclesUsedUp));
    }
    let blamed = blamed(&mut matter, &command.blamed)?;
    matter.request.cycle = matter.request.cycle.saturating_add(1);
    (matter.request.answered_at, matter.request.ended_at) = (None, None);
    matter.void(|clock| matches!(clock.kind, ClockKind::RatingWindow | ClockKind::FollowUp))?;
    for before in blamed {
        let row = AssignmentRow {
            id: Id::new(at),
            request_id: request,
            cycle: matter.request.cycle,
            state: AssignmentState::Dispatched,
            dispatched_by: person,
            dispatched_at: at,
            signed_at: None,
            answered_at: None,
            accepted_at: None,
            closed_at: None,
            version: 0,
            handed_on_at: None,
            ..before
        };
        store::insert_assignment(matter.conn, &row)?;
        let holder = if row.part == Part::Lead { Holder::Lead } else { Holder::Branch };
        let rework = Start::of_part(ClockKind::Rework, holder, &row);
        matter.start(Start { until: command.until, ..rework })?;
        matter.notify("to_rework", Recipient::Unit(row.unit_id), &row.id.to_string())?;
        matter.assignments.push(row);
    }
    matter.notify_company("reworked", "reworked")?;
    matter.close(capacity, "rework", detail)
}

/// Ends the open call-back, which every ruling on it does.
fn called_back(matter: &mut Matter<'_>) -> Result<(), Fault> {
    if !matter.has_open(ClockKind::Callback) {
        return Err(Fault::new(Code::NoCallback));
    }
    matter.stop(|clock| clock.kind == ClockKind::Callback)
}

/// The parts blamed. Those of an echo are its master's too, so that here as in a dispatch there is one lead, each unit
/// once, and no branch where the request is confidential.
fn blamed(matter: &mut Matter<'_>, ids: &[Id]) -> Result<Vec<AssignmentRow>, Fault> {
    let mut fields = Fields::new();
    if ids.is_empty() {
        fields.refuse(Code::BlamedNeeded, "/blamed");
    }
    let blamable = blamable(matter)?;
    let takes_branches = matter.request.confidence == Confidence::Open;
    let mut rows: Vec<AssignmentRow> = Vec::new();
    for (index, id) in ids.iter().enumerate() {
        let pointer = format!("/blamed/{index}");
        match blamable.iter().find(|row| row.id == *id) {
            None => fields.refuse(Code::NotBlamable, pointer),
            Some(row) if rows.iter().any(|earlier| earlier.id == row.id) => {
                fields.refuse(Code::NotBlamable, pointer);
            }
            Some(row) if rows.iter().any(|earlier| earlier.unit_id == row.unit_id) => {
                fields.refuse(Code::UnitTwice, pointer);
            }
            Some(row) if row.part == Part::Branch && !takes_branches => {
                fields.refuse(Code::HiddenTakesNoBranch, pointer);
            }
            Some(row) if row.part == Part::Lead && rows.iter().any(|earlier| earlier.part == Part::Lead) => {
                fields.refuse(Code::LeadNeeded, pointer);
            }
            Some(row) => rows.push(row.clone()),
        }
    }
    fields.finish()?;
    Ok(rows)
}

/// Ends an open call-back with an explanation, by the office; the request is concluded unless a commitment is open.
/// The words for the company are kept with the ruling.
pub fn explained(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    request: Id,
    detail: Detail,
) -> Result<RequestRow, Fault> {
    let mut matter = Matter::open(conn, at, actor, request)?;
    if !access::dispatches(actor) {
        return Err(Fault::new(Code::NotYours).noted());
    }
    called_back(&mut matter)?;
    // What was rated late is concluded already.
    if matter.request.state != RequestState::Concluded {
        let concluded = lifecycle::request(matter.request.state, RequestAct::Conclude, Capacity::Dispatcher)?;
        if !matter.has_open(ClockKind::Commitment) {
            matter.request.state = concluded;
            ended(&mut matter)?;
        }
    }
    let mark = format!("version {}", matter.request.version);
    matter.notify_company("explained", &mark)?;
    matter.close(Capacity::Dispatcher, "explain", detail)
}
