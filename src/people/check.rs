//! Whether what this room keeps still holds, for `onedoor check`.

use crate::db::Conn;
use crate::db::schema::{companies, persons, units};
use crate::domain::ids::Id;
use crate::fault::Fault;
use crate::journal;
use diesel::prelude::*;

/// What does not hold, one line each; nothing when all is well: the journal of every unit, person and company.
pub fn check(conn: &mut Conn) -> Result<Vec<String>, Fault> {
    let units: Vec<(Id, i32, String)> =
        units::table.select((units::id, units::journal_seq, units::journal_head)).load(conn)?;
    let persons: Vec<(Id, i32, String)> =
        persons::table.select((persons::id, persons::journal_seq, persons::journal_head)).load(conn)?;
    let companies: Vec<(Id, i32, String)> = companies::table
        .select((companies::id, companies::journal_seq, companies::journal_head))
        .load(conn)?;
    let mut findings = Vec::new();
    for (kind, ends) in [("unit", units), ("person", persons), ("company", companies)] {
        for (id, seq, head) in ends {
            if let Some(broken) = journal::verify(conn, id, seq, &head)? {
                findings.push(format!("journal of {kind} {id}: entry {}: {}", broken.seq, broken.why));
            }
        }
    }
    Ok(findings)
}
