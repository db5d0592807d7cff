//! The passwords a person had before, where the rules forbid taking one of them again.

use crate::db::Conn;
use crate::db::schema::past_passwords;
use crate::domain::ids::{Id, Instant};
use crate::fault::Fault;
use crate::people::password::PasswordHash;
use diesel::prelude::*;

/// The last `count` passwords of `person` before the present one, newest first.
pub(super) fn of(conn: &mut Conn, person: Id, count: usize) -> Result<Vec<PasswordHash>, Fault> {
    let hashes: Vec<String> = past_passwords::table
        .filter(past_passwords::person_id.eq(person))
        .order(past_passwords::id.desc())
        .limit(i64::try_from(count).map_err(Fault::internal)?)
        .select(past_passwords::password_hash)
        .load(conn)?;
    Ok(hashes.into_iter().map(PasswordHash::stored).collect())
}

/// Adds a password that `person` had until `at`, and forgets all but the newest `kept`.
pub(super) fn add(
    conn: &mut Conn,
    at: Instant,
    person: Id,
    hash: &PasswordHash,
    kept: usize,
) -> Result<(), Fault> {
    if kept > 0 {
        let row = (
            past_passwords::id.eq(Id::new(at)),
            past_passwords::person_id.eq(person),
            past_passwords::password_hash.eq(hash.as_str()),
        );
        diesel::insert_into(past_passwords::table).values(row).execute(conn)?;
    }
    let of_person = past_passwords::table.filter(past_passwords::person_id.eq(person));
    let oldest_forgotten: Option<Id> = of_person
        .order(past_passwords::id.desc())
        .offset(i64::try_from(kept).map_err(Fault::internal)?)
        .select(past_passwords::id)
        .first(conn)
        .optional()?;
    if let Some(id) = oldest_forgotten {
        diesel::delete(of_person.filter(past_passwords::id.le(id))).execute(conn)?;
    }
    Ok(())
}
