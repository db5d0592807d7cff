//! Whether what this room keeps still holds, for `onedoor check`.

use crate::db::Conn;
use crate::db::schema::{companies, persons, units};
use crate::domain::ids::Id;
use crate::fault::Fault;
use crate::journal;
use diesel::prelude::*;

/// How many rows are read at a time.
const BATCH: i64 = 500;

/// The end of a journal: whose it is, how many entries it has, and the digest of the last.
type End = (Id, i32, String);

/// Up to [`BATCH`] ends of the journals kept in `$table`, by id, after the one given.
macro_rules! ends_in {
    ($table:ident) => {
        |conn: &mut Conn, after: Option<Id>| -> QueryResult<Vec<End>> {
            let ends = $table::table
                .select(($table::id, $table::journal_seq, $table::journal_head))
                .order($table::id)
                .limit(BATCH)
                .into_boxed();
            match after {
                Some(after) => ends.filter($table::id.gt(after)).load(conn),
                None => ends.load(conn),
            }
        }
    };
}

/// What does not hold, one line each; nothing when all is well: the journal of every unit, person and company.
pub fn check(conn: &mut Conn) -> Result<Vec<String>, Fault> {
    let mut findings = Vec::new();
    check_journals(conn, "unit", ends_in!(units), &mut findings)?;
    check_journals(conn, "person", ends_in!(persons), &mut findings)?;
    check_journals(conn, "company", ends_in!(companies), &mut findings)?;
    Ok(findings)
}

fn check_journals(
    conn: &mut Conn,
    kind: &str,
    ends: impl Fn(&mut Conn, Option<Id>) -> QueryResult<Vec<End>>,
    findings: &mut Vec<String>,
) -> Result<(), Fault> {
    let mut after = None;
    loop {
        let batch = ends(conn, after)?;
        let Some((last, ..)) = batch.last() else { return Ok(()) };
        after = Some(*last);
        for (id, seq, head) in &batch {
            if let Some(broken) = journal::verify(conn, *id, *seq, head)? {
                findings.push(format!("journal of {kind} {id}: entry {}: {}", broken.seq, broken.why));
            }
        }
    }
}
