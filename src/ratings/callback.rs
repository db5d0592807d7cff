//! The call-back of a bad rating (差评回访): the office calls the company, finds out, and rules.

use super::store::{self, CallbackRow};
use crate::db::Conn;
use crate::domain::actor::Actor;
use crate::domain::ids::{Id, Instant};
use crate::fault::{Code, Fault};
use crate::journal::Detail;
use crate::requests::{self, Rework};
use chrono::TimeDelta;

/// The longest time a dated fix may take, in days.
const LONGEST: i64 = 366;

vocabulary! {
    /// What the office rules after calling back.
    pub enum Ruling {
        /// The blamed parts are done again within the promise book's time.
        Rework = "rework",
        /// The blamed parts are done again by a date named here.
        Dated = "dated",
        /// There is no ground for a rework; the company is told why.
        Explained = "explained",
    }
}

/// A call-back and its ruling.
#[derive(Debug, Clone)]
pub struct Callback {
    /// What the call found out; for staff only.
    pub findings: String,
    /// The ruling.
    pub ruling: Ruling,
    /// What the company is told, with the ground.
    pub public_text: String,
    /// The assignments that are blamed; empty when it is explained.
    pub blamed: Vec<Id>,
    /// The date of a dated fix.
    pub until: Option<Instant>,
}

/// Rules on the open call-back of a request, by the office, and carries the ruling out. One that is ruled on is over.
///
/// Fails with `until_needed`, `until_not_here`, `not_in_future` and `date_too_late` for the date, and as
/// [`requests::rework`] does.
pub fn rule(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    request: Id,
    command: &Callback,
) -> Result<CallbackRow, Fault> {
    check(at, command)?;
    let blamed: Vec<String> = command.blamed.iter().map(Id::to_string).collect();
    let detail = Detail::none()
        .with("ruling", command.ruling.code())
        .with("blamed", blamed)
        .personal("text", Some(&command.public_text))
        .personal("findings", Some(&command.findings));
    let (before, _) = requests::visible(conn, actor, request)?;
    match command.ruling {
        Ruling::Rework | Ruling::Dated => {
            let rework = Rework { blamed: command.blamed.clone(), until: command.until };
            requests::rework(conn, at, actor, request, &rework, detail)?;
        }
        Ruling::Explained => {
            requests::explained(conn, at, actor, request, detail)?;
        }
    }
    let person = actor.person.ok_or_else(Fault::denied)?;
    let row = CallbackRow {
        id: Id::new(at),
        request_id: request,
        cycle: before.cycle,
        called_by: Some(person),
        called_at: Some(at),
        findings: Some(command.findings.clone()),
        ruling: Some(command.ruling),
        ruled_by: Some(person),
        ruled_at: Some(at),
        public_text: Some(command.public_text.clone()),
    };
    store::insert_callback(conn, &row)?;
    Ok(row)
}

fn check(at: Instant, command: &Callback) -> Result<(), Fault> {
    let latest = at.plus(TimeDelta::days(LONGEST));
    match (command.ruling, command.until) {
        (Ruling::Dated, None) => Err(Fault::field(Code::UntilNeeded, "/until")),
        (Ruling::Dated, Some(until)) if until <= at => Err(Fault::field(Code::NotInFuture, "/until")),
        (Ruling::Dated, Some(until)) if until > latest => {
            Err(Fault::field(Code::DateTooLate, "/until").with("latest", latest))
        }
        (Ruling::Rework | Ruling::Explained, Some(_)) => Err(Fault::field(Code::UntilNotHere, "/until")),
        (Ruling::Explained, None) if !command.blamed.is_empty() => {
            Err(Fault::field(Code::BlamedNotHere, "/blamed"))
        }
        _ => Ok(()),
    }
}

/// The rulings on a request's call-backs, the oldest first; what was found out only for staff that may know who filed.
pub fn callbacks(conn: &mut Conn, actor: &Actor, request: Id) -> Result<Vec<CallbackRow>, Fault> {
    let (seen, audience) = requests::visible(conn, actor, request)?;
    let mut rows = store::callbacks_of(conn, request)?;
    if audience == requests::Audience::Company || !audience.knows_filer(seen.confidence) {
        for row in &mut rows {
            row.findings = None;
        }
    }
    Ok(rows)
}
