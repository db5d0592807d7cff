//! The whole journal read once, from the first row to the last, some rows at a time.

use super::personal::digest;
use super::verify::{ENDS_ELSEWHERE, ROW, Row, broken};
use super::{Chain, SubjectKind, ends};
use crate::db::Conn;
use crate::db::schema::{journal, personal_data};
use crate::domain::ids::{Id, Instant};
use crate::fault::Fault;
use diesel::prelude::*;
use std::collections::{BTreeSet, HashMap};

/// How many rows are in memory at a time.
const BATCH: i64 = 1000;

/// The first row of a chain that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Altered {
    /// What the chain is about, and whose it is; a kind nobody knows is no kind.
    pub subject: (Option<SubjectKind>, Id),
    /// Its place in the chain.
    pub seq: i32,
    /// When it was written; of one that is missing, when the one before it was.
    pub at: Option<Instant>,
    /// In what way.
    pub why: &'static str,
}

/// How much was read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Walked {
    /// Chains.
    pub chains: u64,
    /// Entries.
    pub entries: u64,
}

/// Reads every chain and every personal fact the chains refer to, and gives to `found` the first row of each chain that
/// does not hold: altered, missing, out of its order, of a subject that is gone. Memory stays bounded however long the
/// journal is.
pub fn walk(conn: &mut Conn, found: &mut dyn FnMut(Altered)) -> Result<Walked, Fault> {
    let mut walked = Walked::default();
    let mut open: Option<Reading> = None;
    let mut after: Option<(Id, i32)> = None;
    loop {
        let batch = rows_after(conn, after)?;
        let Some(((_, last), row)) = batch.last() else { break };
        after = Some((*last, row.0));
        let ends = ends_of(conn, &batch)?;
        for ((kind, subject), row) in batch {
            walked.entries += 1;
            if open.as_ref().is_none_or(|open| open.subject.1 != subject) {
                if let Some(altered) = open.take().and_then(Reading::finish) {
                    found(altered);
                }
                walked.chains += 1;
                let kind = SubjectKind::from_code(&kind);
                open = Some(Reading::begin((kind, subject), ends.get(&subject).cloned()));
            }
            if let Some(open) = &mut open {
                open.read(&row);
            }
        }
    }
    if let Some(altered) = open.and_then(Reading::finish) {
        found(altered);
    }
    for kind in SubjectKind::ALL {
        for id in ends::without_entries(conn, *kind)? {
            found(Altered { subject: (Some(*kind), id), seq: 1, at: None, why: "every entry is missing" });
        }
    }
    check_personal(conn, found)?;
    Ok(walked)
}

type Told = ((String, Id), Row);

fn rows_after(conn: &mut Conn, after: Option<(Id, i32)>) -> Result<Vec<Told>, Fault> {
    let mut query = journal::table
        .order((journal::subject_id, journal::seq))
        .limit(BATCH)
        .select(((journal::subject_kind, journal::subject_id), ROW))
        .into_boxed();
    if let Some((subject, seq)) = after {
        let further = journal::subject_id.eq(subject).and(journal::seq.gt(seq));
        query =
            query.filter(journal::subject_id.ge(subject)).filter(journal::subject_id.gt(subject).or(further));
    }
    Ok(query.load(conn)?)
}

/// What the rows of the subjects in `batch` say where their chains end.
fn ends_of(conn: &mut Conn, batch: &[Told]) -> Result<HashMap<Id, Chain>, Fault> {
    let mut ends = HashMap::new();
    for kind in SubjectKind::ALL {
        let of_kind = batch.iter().filter(|((of, _), _)| of == kind.code());
        let ids: BTreeSet<Id> = of_kind.map(|((_, id), _)| *id).collect();
        if !ids.is_empty() {
            ends.extend(ends::of(conn, *kind, ids.into_iter().collect())?);
        }
    }
    Ok(ends)
}

/// A chain that is being read.
struct Reading {
    subject: (Option<SubjectKind>, Id),
    end: Option<Chain>,
    read: Chain,
    at: Option<Instant>,
    altered: Option<Altered>,
}

impl Reading {
    fn begin(subject: (Option<SubjectKind>, Id), end: Option<Chain>) -> Self {
        Self { subject, end, read: Chain::empty(), at: None, altered: None }
    }

    fn read(&mut self, row: &Row) {
        let expected = self.read.seq.saturating_add(1);
        if self.altered.is_none()
            && let Some(why) = broken(row, expected, &self.read.head)
        {
            // Where entries are missing, the row at hand is a later one.
            let at = if row.0 == expected { Some(row.1) } else { self.at };
            self.altered = Some(Altered { subject: self.subject, seq: expected, at, why });
        }
        (self.read.seq, self.at) = (expected, Some(row.1));
        self.read.head.clone_from(&row.7);
    }

    fn finish(self) -> Option<Altered> {
        let Self { subject, end, read, at, altered } = self;
        if altered.is_some() || end.as_ref() == Some(&read) {
            return altered;
        }
        let (seq, why) = match end {
            None => (1, "its subject is gone"),
            Some(end) if end.seq > read.seq => {
                (read.seq.saturating_add(1), "the entries from here on are missing")
            }
            Some(end) if end.seq < read.seq => {
                (end.seq.saturating_add(1), "the entry was added past the chain's end")
            }
            Some(_) => (read.seq, ENDS_ELSEWHERE),
        };
        Some(Altered { subject, seq, at, why })
    }
}

/// A personal fact that stands apart must be the one its digest was taken of; one that was erased is no fault.
fn check_personal(conn: &mut Conn, found: &mut dyn FnMut(Altered)) -> Result<(), Fault> {
    let mut after = String::new();
    loop {
        let batch: Vec<(String, Id, String, String)> = personal_data::table
            .filter(personal_data::digest.gt(&after))
            .order(personal_data::digest)
            .limit(BATCH)
            .select((
                personal_data::digest,
                personal_data::subject_id,
                personal_data::salt,
                personal_data::value,
            ))
            .load(conn)?;
        let Some((last, ..)) = batch.last() else { return Ok(()) };
        after.clone_from(last);
        for (stored, subject, salt, value) in &batch {
            if *stored != digest(salt, value) {
                found(of_fact(conn, *subject, stored)?);
            }
        }
    }
}

/// The entry that refers to the personal fact under `digest`.
fn of_fact(conn: &mut Conn, subject: Id, digest: &str) -> Result<Altered, Fault> {
    let told: Option<(String, i32, Instant)> = journal::table
        .filter(journal::subject_id.eq(subject))
        .filter(journal::detail.like(format!("%{digest}%")))
        .order(journal::seq)
        .select((journal::subject_kind, journal::seq, journal::at))
        .first(conn)
        .optional()?;
    let why = "a personal fact it tells was altered";
    Ok(match told {
        Some((kind, seq, at)) => {
            Altered { subject: (SubjectKind::from_code(&kind), subject), seq, at: Some(at), why }
        }
        None => Altered { subject: (None, subject), seq: 0, at: None, why },
    })
}
