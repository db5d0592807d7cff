//! Acts sent more than once: what the first was answered is kept under its `Idempotency-Key` for 24 hours, written in the
//! transaction of its effect (the IETF draft draft-ietf-httpapi-idempotency-key-header).
//!
//! [`take`] comes first in the transaction, [`keep`] last: a refused act is rolled back and leaves no key. A rival with
//! the same key waits in [`take`]: on PostgreSQL for the unique index, on SQLite in the queue before the one writer.

use crate::db::schema::idempotency_keys;
use crate::db::{Conn, OrIgnore, for_update, steady, waiting_at_most};
use crate::domain::ids::{Id, Instant};
use crate::fault::{Code, Fault};
use chrono::TimeDelta;
use diesel::prelude::*;
use std::time::Duration;

/// How long an answer is kept.
pub const KEPT: TimeDelta = TimeDelta::hours(24);

/// After how many seconds a rival that waited in vain may try again.
const TRY_AGAIN: u32 = 1;

/// The text of an `Idempotency-Key`: 1 to 255 printable ASCII characters, taken as they are sent, quotes and all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// Reads a key; `None` where it is none.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let is_one =
            (1..=255).contains(&bytes.len()) && bytes.iter().all(|byte| (b' '..=b'~').contains(byte));
        let text = std::str::from_utf8(bytes).ok()?;
        is_one.then(|| Self(text.to_owned()))
    }
}

/// One sending of an act: two are the same act where all but the digest are the same, and the same request where that
/// is too.
#[derive(Debug, Clone)]
pub struct Sending {
    /// Who sent it.
    pub person: Id,
    /// The method.
    pub method: String,
    /// The path, with the ids in it in lower case.
    pub route: String,
    /// The key.
    pub key: IdempotencyKey,
    /// The digest of query and body, in hexadecimal.
    pub digest: String,
    /// What the person is where, so that what was told to one standing is not told again to another.
    pub standing: String,
}

/// An answer as it is given and kept: the bytes, not what they mean.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable, AsChangeset)]
#[diesel(table_name = idempotency_keys, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct Kept {
    /// The thing that was made, where the path does not name one.
    pub subject_id: Option<Id>,
    /// The HTTP status.
    pub status: i32,
    /// The version of what is shown, which the `ETag` tells.
    pub version: Option<i32>,
    /// Where the thing made is.
    pub location: Option<String>,
    /// The body.
    pub body: Vec<u8>,
}

/// What stands under a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    /// Nothing did until now: the act is to be done, and its answer kept.
    First,
    /// The answer to the same request.
    Same(Kept),
    /// The answer to a request with another body.
    Other(Kept),
    /// An answer to the person in another standing.
    OfAnotherStanding(Kept),
}

/// Takes the key of `sending` at `at`, or finds what was answered under it within 24 hours.
///
/// Waits for a rival that has it, at most `wait`; then fails with `idempotency_key_in_use`.
pub fn take(conn: &mut Conn, at: Instant, wait: Duration, sending: &Sending) -> Result<Taken, Fault> {
    let in_use = || Fault::new(Code::IdempotencyKeyInUse).retry_after(TRY_AGAIN);
    let mine =
        || idempotency_keys::table.find((sending.person, &sending.method, &sending.route, &sending.key.0));
    let nothing = Kept { subject_id: None, status: 0, version: None, location: None, body: Vec::new() };
    let row = (
        idempotency_keys::person_id.eq(sending.person),
        idempotency_keys::method.eq(&sending.method),
        idempotency_keys::route.eq(&sending.route),
        idempotency_keys::key.eq(&sending.key.0),
        idempotency_keys::digest.eq(&sending.digest),
        idempotency_keys::standing.eq(&sending.standing),
        idempotency_keys::taken_at.eq(at),
        &nothing,
    );
    let insert = OrIgnore(diesel::insert_into(idempotency_keys::table).values(row));
    if waiting_at_most(conn, wait, |conn| insert.execute(conn))?.ok_or_else(in_use)? == 1 {
        return Ok(Taken::First);
    }
    let columns = (
        idempotency_keys::digest,
        idempotency_keys::standing,
        idempotency_keys::taken_at,
        (
            idempotency_keys::subject_id,
            idempotency_keys::status,
            idempotency_keys::version,
            idempotency_keys::location,
            idempotency_keys::body,
        ),
    );
    // Locked, so that of two that find it too old one takes it and the other is told of that.
    let find = for_update(mine().select(columns));
    let found: Option<(String, String, Instant, Kept)> =
        waiting_at_most(conn, wait, |conn| find.first(conn).optional())?.ok_or_else(in_use)?;
    // Swept away in this very moment.
    let (digest, standing, taken_at, kept) = found.ok_or_else(in_use)?;
    if taken_at.plus(KEPT) <= at {
        let again = (
            idempotency_keys::digest.eq(&sending.digest),
            idempotency_keys::standing.eq(&sending.standing),
            idempotency_keys::taken_at.eq(at),
            &nothing,
        );
        diesel::update(mine()).set(again).execute(conn)?;
        return Ok(Taken::First);
    }
    if standing != sending.standing {
        return Ok(Taken::OfAnotherStanding(kept));
    }
    Ok(if digest == sending.digest { Taken::Same(kept) } else { Taken::Other(kept) })
}

/// Keeps what `sending`, which took its key in this transaction, is answered.
pub fn keep(conn: &mut Conn, sending: &Sending, answer: &Kept) -> Result<(), Fault> {
    let mine =
        idempotency_keys::table.find((sending.person, &sending.method, &sending.route, &sending.key.0));
    steady(diesel::update(mine).set(answer)).execute(conn)?;
    Ok(())
}

/// Forgets what was answered 24 hours before `at` or earlier, the oldest first and about `batch` of them. Gives whether
/// there may be more.
pub fn sweep(conn: &mut Conn, at: Instant, batch: i64) -> Result<bool, Fault> {
    let end = at.plus(-KEPT);
    let last: Option<Instant> = idempotency_keys::table
        .filter(idempotency_keys::taken_at.le(end))
        .order(idempotency_keys::taken_at)
        .select(idempotency_keys::taken_at)
        .offset(batch - 1)
        .first(conn)
        .optional()?;
    let old = idempotency_keys::taken_at.le(last.unwrap_or(end));
    diesel::delete(idempotency_keys::table.filter(old)).execute(conn)?;
    Ok(last.is_some())
}

#[cfg(test)]
mod tests {
    use super::IdempotencyKey;

    #[test]
    fn a_key_has_1_to_255_printable_ascii_characters() {
        let longest = "k".repeat(255);
        for key in ["k", "\"8e03978e-40d5-43dd-bc93-6894a57f9324\"", "a b~", &longest] {
            assert!(IdempotencyKey::parse(key.as_bytes()).is_some(), "{key}");
        }
        for key in ["", "a\tb", "键", "\u{7f}", &"k".repeat(256)] {
            assert!(IdempotencyKey::parse(key.as_bytes()).is_none(), "{key}");
        }
    }
}
