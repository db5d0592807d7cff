//! Who in a unit has its part, as a request shows it to that unit and to the office.

use super::Reader;
use crate::db::Conn;
use crate::domain::ids::Id;
use crate::fault::Fault;
use crate::people;
use crate::requests::access::{self, Audience};
use crate::requests::store::AssignmentRow;
use std::collections::HashMap;

impl Reader<'_> {
    /// Whether the reader is told who in the unit has a part.
    pub(super) fn knows_handler(&self, assignment: &AssignmentRow) -> bool {
        self.audience == Audience::Office || access::is_in(&self.reach, assignment)
    }

    /// The names of the handlers the reader is told.
    pub(super) fn handlers(&self, conn: &mut Conn) -> Result<HashMap<Id, String>, Fault> {
        let told = self.assignments.iter().filter(|assignment| self.knows_handler(assignment));
        let handlers: Vec<Id> = told.filter_map(|assignment| assignment.handler_id).collect();
        if handlers.is_empty() { Ok(HashMap::new()) } else { people::person_names(conn, &handlers) }
    }
}
