//! Which table holds the ends of which chains: a kind of subject, and where its rows are.

use super::{Chain, SubjectKind};
use crate::db::Conn;
use crate::db::schema::{
    companies, journal, outbox, persons, registers, requests, supervision_orders, units,
};
use crate::domain::ids::Id;
use diesel::prelude::*;
use std::collections::HashMap;

type End = (Id, i32, String);

/// The table of `$kind`, handed to `$ask` as a macro's argument.
macro_rules! in_table {
    ($kind:expr, $ask:ident!($($argument:expr),*)) => {
        match $kind {
            SubjectKind::Request => $ask!(requests, $($argument),*),
            SubjectKind::Company => $ask!(companies, $($argument),*),
            SubjectKind::Person => $ask!(persons, $($argument),*),
            SubjectKind::Unit => $ask!(units, $($argument),*),
            SubjectKind::Letter => $ask!(outbox, $($argument),*),
            SubjectKind::Order => $ask!(supervision_orders, $($argument),*),
            SubjectKind::Register => $ask!(registers, $($argument),*),
        }
    };
}

macro_rules! ends_of {
    ($table:ident, $conn:expr, $ids:expr) => {
        $table::table
            .filter($table::id.eq_any($ids))
            .select(($table::id, $table::journal_seq, $table::journal_head))
            .load::<End>($conn)
    };
}

macro_rules! without_entries {
    ($table:ident, $conn:expr) => {
        $table::table
            .filter($table::journal_seq.gt(0))
            .filter(diesel::dsl::not(diesel::dsl::exists(
                journal::table.filter(journal::subject_id.eq($table::id)),
            )))
            .order($table::id)
            .select($table::id)
            .load::<Id>($conn)
    };
}

/// The ends of the chains of these subjects, as their rows have them; a subject that is gone has none.
pub(super) fn of(conn: &mut Conn, kind: SubjectKind, ids: Vec<Id>) -> QueryResult<HashMap<Id, Chain>> {
    let ends = in_table!(kind, ends_of!(conn, ids))?;
    Ok(ends.into_iter().map(|(id, seq, head)| (id, Chain { seq, head })).collect())
}

/// The subjects of this kind whose rows tell of entries, and of which there is none.
pub(super) fn without_entries(conn: &mut Conn, kind: SubjectKind) -> QueryResult<Vec<Id>> {
    in_table!(kind, without_entries!(conn))
}

/// What a subject is called by people: the number of a request, the code of a unit, the name of a register; else its id.
pub fn named(conn: &mut Conn, kind: SubjectKind, id: Id) -> QueryResult<String> {
    let name: Option<String> = match kind {
        SubjectKind::Request => requests::table.find(id).select(requests::number).first(conn).optional()?,
        SubjectKind::Unit => units::table.find(id).select(units::code).first(conn).optional()?,
        SubjectKind::Register => registers::table.find(id).select(registers::name).first(conn).optional()?,
        SubjectKind::Company | SubjectKind::Person | SubjectKind::Letter | SubjectKind::Order => None,
    };
    Ok(name.unwrap_or_else(|| id.to_string()))
}
