//! A first report of where the matter stands, where the promise book promises one.

use super::handle::of_assignment;
use super::matter::Matter;
use super::store::{self, ClockRow, PreliminaryRow, RequestRow};
use crate::db::Conn;
use crate::domain::actor::Actor;
use crate::domain::ids::{Id, Instant};
use crate::domain::lifecycle::AssignmentAct;
use crate::domain::words::ClockKind;
use crate::fault::{Code, Fault};

/// Tells the company where its matter stands, by the lead. Fails with `no_preliminary` where none is owed.
pub fn preliminary(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    assignment: Id,
    public_text: &str,
) -> Result<RequestRow, Fault> {
    let (mut matter, index) = Matter::open_assignment(conn, at, actor, assignment)?;
    let capacity = matter.act_on(index, AssignmentAct::Preliminary)?;
    if !is_owed(assignment, &matter.clocks) {
        return Err(Fault::new(Code::NoPreliminary));
    }
    let row = PreliminaryRow {
        id: Id::new(at),
        request_id: matter.request.id,
        assignment_id: assignment,
        public_text: public_text.to_owned(),
        reported_by: matter.person()?,
        reported_at: at,
    };
    store::insert_preliminary(matter.conn, &row)?;
    matter.stop(|clock| is_of(assignment, clock))?;
    matter.notify_company("preliminary", &row.id.to_string())?;
    let detail = of_assignment(&matter, index)?.personal("text", Some(public_text));
    matter.close(capacity, "preliminary", detail)
}

/// Whether the lead owes a first report.
pub(super) fn is_owed(assignment: Id, clocks: &[ClockRow]) -> bool {
    clocks.iter().any(|clock| clock.is_open() && is_of(assignment, clock))
}

fn is_of(assignment: Id, clock: &ClockRow) -> bool {
    clock.kind == ClockKind::Preliminary && clock.assignment_id == Some(assignment)
}
