//! Keeping the index of words: an entry for each request, written in the transaction of the act that changed a text.

use super::Behind;
use crate::db::schema::{requests, search_entries};
use crate::db::{Conn, OrIgnore, direct, for_update, search, skip_locked};
use crate::domain::hexadecimal;
use crate::domain::ids::{Id, Instant};
use crate::fault::Fault;
use crate::people::Company;
use crate::requests::store::RequestRow;
use diesel::prelude::*;
use sha2::{Digest, Sha256};
use std::collections::{HashMap, HashSet};

/// How many entries are checked at a time.
const BATCH: i64 = 500;

/// One request in the index.
#[derive(Debug, Queryable)]
struct EntryRow {
    key: i64,
    request_id: Id,
    /// Of its tokens, as SHA-256; `None` where they are not in the index yet.
    digest: Option<String>,
}

/// Indexes a request as it is stored now. The caller has its row locked.
pub(in crate::requests) fn index(conn: &mut Conn, request: &RequestRow) -> Result<(), Fault> {
    let of_request = search_entries::table.filter(search_entries::request_id.eq(request.id));
    let entry = match for_update(of_request).first::<EntryRow>(conn).optional()? {
        Some(entry) => entry,
        None => enter(conn, request.id, request.filed_at, None)?,
    };
    let behind = Behind::of(conn, std::slice::from_ref(request))?;
    write(conn, &entry, &behind.tokens(request))
}

/// Indexes a request that is being filed for `company`: nothing else stands behind it yet.
pub(in crate::requests) fn index_filed(
    conn: &mut Conn,
    request: &RequestRow,
    company: &Company,
) -> Result<(), Fault> {
    let tokens = Behind::filed(company).tokens(request);
    let entry = enter(conn, request.id, request.filed_at, Some(digest_of(&tokens)))?;
    search::put(conn, entry.key, &tokens)
}

/// Enters requests that have no entry yet, to be indexed later; for what is written without the acts, as a migration or
/// a bench does.
pub fn enlist(conn: &mut Conn, requests: &[(Id, Instant)]) -> Result<(), Fault> {
    requests.iter().try_for_each(|(id, filed_at)| enter(conn, *id, *filed_at, None).map(|_| ()))
}

/// Makes the entry of a request, with the next free key, and the digest of its tokens where they are indexed with it.
fn enter(
    conn: &mut Conn,
    request_id: Id,
    filed_at: Instant,
    digest: Option<String>,
) -> Result<EntryRow, Fault> {
    let mut key = search::key(filed_at, request_id);
    loop {
        let values = (
            search_entries::key.eq(key),
            search_entries::request_id.eq(request_id),
            search_entries::digest.eq(&digest),
        );
        let insert = OrIgnore(diesel::insert_into(search_entries::table).values(values));
        if direct::run(conn, insert)? > 0 {
            return Ok(EntryRow { key, request_id, digest });
        }
        key = key.saturating_add(1);
    }
}

/// Indexes up to `most` of the requests that wait for it, and tells how many those were.
pub fn index_waiting(conn: &mut Conn, most: i64) -> Result<usize, Fault> {
    let waiting = search_entries::table.filter(search_entries::digest.is_null()).order(search_entries::key);
    let entries: Vec<EntryRow> = skip_locked(waiting.limit(most)).load(conn)?;
    let requests = requests_of(conn, &entries)?;
    let rows: Vec<RequestRow> = requests.values().cloned().collect();
    let behind = Behind::of(conn, &rows)?;
    for entry in &entries {
        let request =
            requests.get(&entry.request_id).ok_or_else(|| Fault::internal("an entry of no request"))?;
        write(conn, entry, &behind.tokens(request))?;
    }
    Ok(entries.len())
}

fn requests_of(conn: &mut Conn, entries: &[EntryRow]) -> Result<HashMap<Id, RequestRow>, Fault> {
    let ids: Vec<Id> = entries.iter().map(|entry| entry.request_id).collect();
    let rows: Vec<RequestRow> = requests::table.filter(requests::id.eq_any(ids)).load(conn)?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// Puts the tokens into the index, unless they are there.
fn write(conn: &mut Conn, entry: &EntryRow, tokens: &str) -> Result<(), Fault> {
    let digest = digest_of(tokens);
    if entry.digest.as_ref() == Some(&digest) {
        return Ok(());
    }
    search::put(conn, entry.key, tokens)?;
    let entry = search_entries::table.filter(search_entries::key.eq(entry.key));
    diesel::update(entry).set(search_entries::digest.eq(digest)).execute(conn)?;
    Ok(())
}

fn digest_of(tokens: &str) -> String {
    hexadecimal(&Sha256::digest(tokens))
}

/// Checks that every request has its entry, and that the index has the tokens of its texts as they are.
pub(in crate::requests) fn check(conn: &mut Conn, found: &mut Vec<String>) -> Result<(), Fault> {
    let entered = search_entries::table.select(search_entries::request_id);
    let without: Vec<String> = requests::table
        .filter(requests::id.ne_all(entered))
        .order(requests::number)
        .select(requests::number)
        .load(conn)?;
    found.extend(without.iter().map(|number| format!("{number} has no entry in the index of words")));
    let mut after = i64::MIN;
    loop {
        let next = search_entries::table.filter(search_entries::key.gt(after));
        let entries: Vec<EntryRow> = next.order(search_entries::key).limit(BATCH).load(conn)?;
        let (Some(first), Some(last)) = (entries.first(), entries.last()) else { return Ok(()) };
        after = last.key;
        let kept: HashSet<i64> = search::kept(conn, first.key, last.key)?.into_iter().collect();
        let requests = requests_of(conn, &entries)?;
        let rows: Vec<RequestRow> = requests.values().cloned().collect();
        let behind = Behind::of(conn, &rows)?;
        for entry in &entries {
            let Some(request) = requests.get(&entry.request_id) else { continue };
            let holds = entry.digest.as_ref() == Some(&digest_of(&behind.tokens(request)));
            if !(holds && kept.contains(&entry.key)) {
                found.push(format!("{}: the index of words has not what its texts say", request.number));
            }
        }
    }
}
