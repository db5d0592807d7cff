//! The daily head: taken once a day, whichever replica comes first.

use super::letters::HEAD_LETTER;
use super::seal::Seal;
use crate::db::schema::{journal, journal_head_ends, journal_heads};
use crate::db::{Conn, OrIgnore};
use crate::domain::ids::{Id, Instant};
use crate::domain::words::Role;
use crate::fault::Fault;
use crate::outbox::{self, Notice, NoticeChannel, Recipient};
use crate::people;
use chrono::{NaiveDate, TimeDelta};
use diesel::prelude::*;
use serde_json::json;

/// How many ends one head takes at most. Only the first of an old database has more: it comes in parts.
pub const MOST_ENDS: i64 = 20_000;

/// How far back of the head before it a head looks for entries: of an act that had begun and was not yet committed then,
/// and of one written by a clock that was set back.
const OVERLAP: TimeDelta = TimeDelta::days(1);

diesel::alias! {
    const LATER: Alias<Later> = journal as later;
}

/// One head.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Head {
    /// Counted from 1.
    pub number: i32,
    /// The day it closes.
    pub day: NaiveDate,
    /// When it was taken.
    pub taken_at: Instant,
    /// Whether it is the day's last.
    pub closes: bool,
    /// How many chains it seals: those that moved since the head before it.
    pub chains: i32,
    /// The hash of the head before it; empty before the first.
    pub previous_hash: String,
    /// Its own hash, in hexadecimal.
    pub hash: String,
}

/// Whether `day`, or a later one, has its head.
pub fn is_closed(conn: &mut Conn, day: NaiveDate) -> Result<bool, Fault> {
    let closing =
        journal_heads::table.filter(journal_heads::day.ge(day)).filter(journal_heads::closes.eq(true));
    Ok(diesel::select(diesel::dsl::exists(closing)).get_result(conn)?)
}

/// Seals the end of every chain that moved since the last head, at most `most` of them, and with the day's last head
/// writes to every auditor. Gives whether there is more to do. A day that has its head is left as it is.
pub fn take_head(conn: &mut Conn, at: Instant, day: NaiveDate, most: i64) -> Result<bool, Fault> {
    if is_closed(conn, day)? {
        return Ok(false);
    }
    let last = newest(conn, None, 1)?.pop();
    let previous = last.as_ref().map(|head| head.hash.clone()).unwrap_or_default();
    let number = last.map_or(0, |head| head.number).saturating_add(1);
    // Whoever inserts the number takes the head; another waits here for the outcome.
    let taken = OrIgnore(diesel::insert_into(journal_heads::table).values((
        journal_heads::number.eq(number),
        journal_heads::day.eq(day),
        journal_heads::taken_at.eq(at),
        journal_heads::closes.eq(false),
        journal_heads::chains.eq(0),
        journal_heads::previous_hash.eq(&previous),
        journal_heads::hash.eq(""),
    )))
    .execute(conn)?;
    if taken == 0 {
        return Ok(true);
    }
    let ends = unsealed(conn, most)?;
    let mut seal = Seal::begin(&previous, number, day);
    for (subject, seq, hash) in &ends {
        seal.end_of(*subject, *seq, hash);
        diesel::insert_into(journal_head_ends::table)
            .values((
                journal_head_ends::subject_id.eq(subject),
                journal_head_ends::seq.eq(seq),
                journal_head_ends::head_number.eq(number),
                journal_head_ends::hash.eq(hash),
            ))
            .execute(conn)?;
    }
    let chains = i32::try_from(ends.len()).map_err(Fault::internal)?;
    let closes = i64::from(chains) < most;
    diesel::update(journal_heads::table.find(number))
        .set((
            journal_heads::closes.eq(closes),
            journal_heads::chains.eq(chains),
            journal_heads::hash.eq(seal.close()),
        ))
        .execute(conn)?;
    if closes {
        write_to_auditors(conn, at, day, number)?;
    }
    Ok(!closes)
}

/// The last entry of each chain that is in no head, in the order of the subjects' ids.
fn unsealed(conn: &mut Conn, most: i64) -> Result<Vec<(Id, i32, String)>, Fault> {
    let closed: Option<Instant> = journal_heads::table
        .filter(journal_heads::closes.eq(true))
        .order(journal_heads::number.desc())
        .select(journal_heads::taken_at)
        .first(conn)
        .optional()?;
    let later = LATER
        .filter(LATER.field(journal::subject_id).eq(journal::subject_id))
        .filter(LATER.field(journal::seq).gt(journal::seq));
    let sealed = journal_head_ends::table
        .filter(journal_head_ends::subject_id.eq(journal::subject_id))
        .filter(journal_head_ends::seq.eq(journal::seq));
    let mut query = journal::table
        .filter(diesel::dsl::not(diesel::dsl::exists(later)))
        .filter(diesel::dsl::not(diesel::dsl::exists(sealed)))
        .order(journal::subject_id)
        .limit(most)
        .select((journal::subject_id, journal::seq, journal::hash))
        .into_boxed();
    if let Some(closed) = closed {
        query = query.filter(journal::at.ge(closed.plus(-OVERLAP)));
    }
    Ok(query.load(conn)?)
}

fn write_to_auditors(conn: &mut Conn, at: Instant, day: NaiveDate, number: i32) -> Result<(), Fault> {
    let auditors = people::addressees_with_role(conn, at, Role::Auditor)?;
    if auditors.is_empty() {
        tracing::warn!(%day, "nobody is mailed the daily head: there is no auditor with an address");
    }
    for auditor in auditors {
        let notice = Notice {
            kind: HEAD_LETTER,
            channel: NoticeChannel::Mail,
            to: Recipient::Person(auditor),
            request: None,
            dedup: format!("{HEAD_LETTER}:{day}:{auditor}"),
            payload: json!({ "number": number, "day": day }),
        };
        outbox::put(conn, at, notice)?;
    }
    Ok(())
}

/// Heads below `before`, the newest first.
pub(super) fn newest(conn: &mut Conn, before: Option<i32>, limit: i64) -> Result<Vec<Head>, Fault> {
    let below = journal_heads::table.filter(journal_heads::number.lt(before.unwrap_or(i32::MAX)));
    Ok(below.order(journal_heads::number.desc()).limit(limit).load(conn)?)
}

/// The head with this number.
pub(super) fn head(conn: &mut Conn, number: i32) -> Result<Option<Head>, Fault> {
    Ok(journal_heads::table.find(number).first(conn).optional()?)
}
