//! Which of many requests somebody may see, in two queries however many they are.

use super::access;
use super::store::{self, AssignmentRow};
use crate::db::Conn;
use crate::domain::actor::Actor;
use crate::domain::ids::Id;
use crate::fault::Fault;
use std::collections::HashMap;

/// A request as a line in a list of other things names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenRequest {
    /// Its number.
    pub number: String,
    /// Its title.
    pub title: String,
}

/// Those of the requests named that `actor` may see, by id.
pub fn seen_among(conn: &mut Conn, actor: &Actor, ids: &[Id]) -> Result<HashMap<Id, SeenRequest>, Fault> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let requests = store::requests_among(conn, ids)?;
    let mut assignments: HashMap<Id, Vec<AssignmentRow>> = HashMap::new();
    for assignment in store::assignments_among(conn, ids)? {
        assignments.entry(assignment.request_id).or_default().push(assignment);
    }
    let mut seen = HashMap::new();
    for request in requests {
        let assignments = assignments.get(&request.id).map(Vec::as_slice).unwrap_or_default();
        if access::audience_of(conn, actor, &request, assignments)?.is_some() {
            seen.insert(request.id, SeenRequest { number: request.number, title: request.title });
        }
    }
    Ok(seen)
}
