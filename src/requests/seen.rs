//! Which of many requests somebody may see, in two queries however many they are.

use super::access;
use super::store::{self, AssignmentRow, RequestRow};
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
    let is_seen = |request: &RequestRow| {
        let assignments = assignments.get(&request.id).map(Vec::as_slice).unwrap_or_default();
        access::audience(actor, request, assignments).is_some()
    };
    let seen = requests.into_iter().filter(is_seen);
    Ok(seen
        .map(|request| (request.id, SeenRequest { number: request.number, title: request.title }))
        .collect())
}
