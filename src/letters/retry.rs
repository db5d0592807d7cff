//! A letter put back by hand, written into the letter's own journal.

use super::rights;
use crate::db::Conn;
use crate::domain::actor::Actor;
use crate::domain::ids::{Id, Instant};
use crate::domain::lifecycle::Capacity;
use crate::fault::Fault;
use crate::journal::{self, Detail, Entry, SubjectKind};
use crate::outbox::{self, Row};

/// Puts a row that was given up or waits back to be sent at once, by an administrator. Fails with `not_retriable` where it
/// is on its way or has arrived.
pub fn retry(conn: &mut Conn, at: Instant, actor: &Actor, id: Id) -> Result<Row, Fault> {
    if !rights::reads(actor) {
        return Err(Fault::hidden());
    }
    outbox::find(conn, id)?.ok_or_else(Fault::hidden)?;
    if !rights::retries(actor) {
        return Err(Fault::denied());
    }
    let (row, mut chain) = outbox::again(conn, at, id)?;
    let detail = Detail::none().with("kind", row.kind.clone()).with("reason", row.reason.clone());
    let subject = (SubjectKind::Letter, id);
    let entry = Entry { subject, at, actor, capacity: Capacity::Admin, act: "retry_letter", detail };
    journal::record(conn, &mut chain, entry)?;
    outbox::keep_chain(conn, id, &chain)?;
    outbox::find(conn, id)?.ok_or_else(Fault::hidden)
}

/// What does not hold, one line each: the journal of every letter that has one.
pub fn check(conn: &mut Conn) -> Result<Vec<String>, Fault> {
    let mut findings = Vec::new();
    for (id, chain) in outbox::chains(conn)? {
        if let Some(broken) = journal::verify(conn, id, chain.seq, &chain.head)? {
            findings.push(format!("journal of letter {id}: entry {}: {}", broken.seq, broken.why));
        }
    }
    Ok(findings)
}
