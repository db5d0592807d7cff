//! The journal and its heads read again.

use super::heads::Head;
use super::seal::Seal;
use crate::db::Conn;
use crate::db::schema::{journal, journal_head_ends, journal_heads};
use crate::domain::ids::{Id, Instant};
use crate::fault::Fault;
use crate::journal::{self as chains, Altered, SubjectKind};
use diesel::prelude::*;
use std::collections::HashSet;

/// How many ends are in memory at a time.
const BATCH: i64 = 1000;

/// One thing that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// When the altered row was written, where that is known: the first of all findings has the least.
    pub at: Option<Instant>,
    /// What, in one line.
    pub line: String,
}

/// How much was read, and how much of it does not hold.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Verified {
    /// Chains.
    pub chains: u64,
    /// Entries.
    pub entries: u64,
    /// Heads.
    pub heads: u64,
}

/// Reads every chain and every head, and gives to `found` what does not hold: of each chain the first row. `mailed` are
/// heads that somebody kept outside; each must be among those here.
pub fn verify(conn: &mut Conn, mailed: &[String], found: &mut dyn FnMut(Finding)) -> Result<Verified, Fault> {
    let mut altered = Vec::new();
    let mut broken: HashSet<Id> = HashSet::new();
    let walked = chains::walk(conn, &mut |one| altered.push(one))?;
    for one in altered {
        broken.insert(one.subject.1);
        found(told(conn, &one)?);
    }
    let mut kept: Vec<&String> = mailed.iter().collect();
    let (mut heads, mut before) = (0, Head::none());
    while let Some(head) = next(conn, before.number)? {
        heads += 1;
        kept.retain(|hash| **hash != head.hash);
        if let Some(why) = wrong(conn, &before, &head, &mut broken, found)? {
            let line = format!("daily head {} of {}: {why}", head.number, head.day);
            found(Finding { at: Some(head.taken_at), line });
        }
        before = head;
    }
    for hash in kept {
        let line = format!("daily head {hash}: it is not among the heads kept here, so these were rewritten");
        found(Finding { at: None, line });
    }
    Ok(Verified { chains: walked.chains, entries: walked.entries, heads })
}

fn told(conn: &mut Conn, altered: &Altered) -> Result<Finding, Fault> {
    let Altered { subject: (kind, id), seq, at, why } = altered;
    let name = name(conn, *kind, *id)?;
    let when = at.map_or_else(String::new, |at| format!(" of {at}"));
    Ok(Finding { at: *at, line: format!("{name}, entry {seq}{when}: {why}") })
}

fn name(conn: &mut Conn, kind: Option<SubjectKind>, id: Id) -> Result<String, Fault> {
    Ok(match kind {
        Some(kind) => format!("{} {}", kind.code(), chains::named(conn, kind, id)?),
        None => format!("subject {id}"),
    })
}

impl Head {
    /// What stands before the first.
    fn none() -> Self {
        let day = chrono::NaiveDate::MIN;
        let taken_at = Instant::new(chrono::DateTime::UNIX_EPOCH);
        let (previous_hash, hash) = (String::new(), String::new());
        Self { number: 0, day, taken_at, closes: true, chains: 0, previous_hash, hash }
    }
}

fn next(conn: &mut Conn, after: i32) -> Result<Option<Head>, Fault> {
    let above = journal_heads::table.filter(journal_heads::number.gt(after)).order(journal_heads::number);
    Ok(above.first(conn).optional()?)
}

/// Why a head does not hold, after the ends it seals were compared with the journal; `None` where it does.
fn wrong(
    conn: &mut Conn,
    before: &Head,
    head: &Head,
    broken: &mut HashSet<Id>,
    found: &mut dyn FnMut(Finding),
) -> Result<Option<&'static str>, Fault> {
    let mut seal = Seal::begin(&head.previous_hash, head.number, head.day);
    let (mut after, mut chains): (Option<Id>, i32) = (None, 0);
    loop {
        let batch = sealed(conn, head.number, after)?;
        let Some(((last, ..), _)) = batch.last() else { break };
        after = Some(*last);
        for ((subject, seq, hash), entry) in batch {
            chains = chains.saturating_add(1);
            seal.end_of(subject, seq, &hash);
            // A chain that does not hold in itself is named by its own first row.
            if entry.as_ref().is_none_or(|(_, entry)| *entry != hash) && broken.insert(subject) {
                found(rewritten(conn, head, subject, seq)?);
            }
        }
    }
    Ok(if head.number != before.number.saturating_add(1) {
        Some("the head before it is missing")
    } else if head.previous_hash != before.hash {
        Some("it does not follow the head before it")
    } else if head.hash != seal.close() || head.chains != chains {
        Some("it was altered, or the ends it seals were")
    } else {
        None
    })
}

/// Where a chain ended: its subject, the last entry's sequence and hash.
type End = (Id, i32, String);

/// The kind of its subject and the hash of the entry that stands in that place now.
type Entry = Option<(String, String)>;

/// The ends a head seals, in the order of the subjects' ids, each with the entry that stands there now.
fn sealed(conn: &mut Conn, number: i32, after: Option<Id>) -> Result<Vec<(End, Entry)>, Fault> {
    let same =
        journal::subject_id.eq(journal_head_ends::subject_id).and(journal::seq.eq(journal_head_ends::seq));
    let mut query = journal_head_ends::table
        .left_join(journal::table.on(same))
        .filter(journal_head_ends::head_number.eq(number))
        .order(journal_head_ends::subject_id)
        .limit(BATCH)
        .select((
            (journal_head_ends::subject_id, journal_head_ends::seq, journal_head_ends::hash),
            (journal::subject_kind, journal::hash).nullable(),
        ))
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(journal_head_ends::subject_id.gt(after));
    }
    Ok(query.load(conn)?)
}

/// That a chain is not the one that `head` sealed at `seq`: its first row that may be another.
fn rewritten(conn: &mut Conn, head: &Head, subject: Id, seq: i32) -> Result<Finding, Fault> {
    let sealed_before: Option<i32> = journal_head_ends::table
        .filter(journal_head_ends::subject_id.eq(subject))
        .filter(journal_head_ends::seq.lt(seq))
        .order(journal_head_ends::seq.desc())
        .select(journal_head_ends::seq)
        .first(conn)
        .optional()?;
    let first = sealed_before.unwrap_or(0).saturating_add(1);
    let entry: Option<(String, Instant)> = journal::table
        .filter(journal::subject_id.eq(subject))
        .filter(journal::seq.ge(first))
        .order(journal::seq)
        .select((journal::subject_kind, journal::at))
        .first(conn)
        .optional()?;
    let kind = entry.as_ref().and_then(|(kind, _)| SubjectKind::from_code(kind));
    let name = name(conn, kind, subject)?;
    let entries = if first == seq { format!("entry {seq}") } else { format!("entries {first} to {seq}") };
    let line = format!("{name}, {entries}: not what daily head {} of {} sealed", head.number, head.day);
    Ok(Finding { at: entry.map(|(_, at)| at), line })
}
