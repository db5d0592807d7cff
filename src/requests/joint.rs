//! A contact one unit makes for several: which parts may be in it.

use super::matter::Matter;
use super::store::AssignmentRow;
use crate::domain::ids::Id;
use crate::domain::lifecycle::{self, AssignmentAct, Capacity};
use crate::domain::words::Part;
use crate::fault::{Code, Fault};
use crate::web::Fields;

/// The parts named in `joint_with` for a contact recorded on `assignment` in `capacity`. Each is one that could contact
/// the company itself now, the lead or a told branch, and is named once. The office calls for itself alone.
///
/// Fails with `cannot_join` at each that is none.
pub(super) fn joined(
    matter: &Matter<'_>,
    assignment: Id,
    capacity: Capacity,
    joint_with: &[Id],
) -> Result<Vec<AssignmentRow>, Fault> {
    let contacts = |row: &&AssignmentRow| {
        let judged =
            lifecycle::assignment(row.state, row.part, AssignmentAct::Contact, Capacity::Handler).is_ok();
        judged
            && (row.part == Part::Lead || row.told_to_contact)
            && row.cycle == matter.request.cycle
            && row.id != assignment
            && capacity == Capacity::Handler
    };
    let mut fields = Fields::new();
    let mut rows = Vec::new();
    for (index, id) in joint_with.iter().enumerate() {
        let is_twice = joint_with.iter().take(index).any(|earlier| earlier == id);
        match matter.assignments.iter().filter(contacts).find(|row| row.id == *id && !is_twice) {
            Some(row) => rows.push(row.clone()),
            None => fields.refuse(Code::CannotJoin, format!("/joint_with/{index}")),
        }
    }
    fields.finish()?;
    Ok(rows)
}
