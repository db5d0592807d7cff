//! Checking that what is stored of requests follows from its facts; it changes nothing.

use super::clocks;
use super::search;
use super::store::{AssignmentRow, ClockRow};
use crate::db::Conn;
use crate::db::schema::{assignments, clocks as clock_table, requests};
use crate::domain::ids::{Id, Instant};
use crate::domain::promise::Holder;
use crate::domain::words::{ClockKind, RequestState};
use crate::fault::Fault;
use crate::journal;
use diesel::prelude::*;
use std::collections::HashMap;

/// How many rows are read at a time.
const BATCH: i64 = 500;

/// What does not hold, one line each, naming the request; empty when all is well.
///
/// Every open clock is computed anew from its start, rule, facts and calendar version; every open request must have a
/// clock that brings it on; the dates by which requests and assignments are lit must be the least of their open
/// clocks; every request's journal must be whole; and the index of words must have what its texts say.
pub fn check(conn: &mut Conn) -> Result<Vec<String>, Fault> {
    let mut found = Vec::new();
    check_clocks(conn, &mut found)?;
    check_requests(conn, &mut found)?;
    search::check(conn, &mut found)?;
    Ok(found)
}

fn check_clocks(conn: &mut Conn, found: &mut Vec<String>) -> Result<(), Fault> {
    let mut after: Option<Id> = None;
    loop {
        let mut query = clock_table::table
            .inner_join(requests::table)
            .filter(clock_table::stopped_at.is_null())
            .order(clock_table::id)
            .limit(BATCH)
            .select((requests::number, clock_table::all_columns))
            .into_boxed();
        if let Some(after) = after {
            query = query.filter(clock_table::id.gt(after));
        }
        let batch: Vec<(String, ClockRow)> = query.load(conn)?;
        let Some((_, last)) = batch.last() else { return Ok(()) };
        after = Some(last.id);
        for (number, clock) in &batch {
            found.extend(drift_of(conn, number, clock)?);
        }
    }
}

fn drift_of(conn: &mut Conn, number: &str, stored: &ClockRow) -> Result<Option<String>, Fault> {
    let mut anew = stored.clone();
    let kind = stored.kind.code();
    if let Err(fault) = clocks::recompute(conn, &mut anew) {
        return Ok(Some(format!("{number} {kind}: cannot be computed anew: {fault}")));
    }
    let told = |clock: &ClockRow| {
        format!(
            "warns {}, ask by {}, due {}{}",
            shown(clock.warn_at),
            shown(clock.ask_by),
            shown(clock.due_at),
            if clock.provisional { ", provisional" } else { "" }
        )
    };
    let (stored, anew) = (told(stored), told(&anew));
    Ok((stored != anew).then(|| format!("{number} {kind}: stored {stored}; recomputed {anew}")))
}

fn shown(at: Option<Instant>) -> String {
    at.map_or_else(|| "never".to_owned(), |at| at.to_string())
}

/// The columns of a request that are checked.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = requests)]
struct Checked {
    id: Id,
    number: String,
    state: RequestState,
    company_warn_at: Option<Instant>,
    company_due_at: Option<Instant>,
    staff_warn_at: Option<Instant>,
    staff_due_at: Option<Instant>,
    journal_seq: i32,
    journal_head: String,
}

fn check_requests(conn: &mut Conn, found: &mut Vec<String>) -> Result<(), Fault> {
    let mut after: Option<Id> = None;
    loop {
        let mut query =
            requests::table.order(requests::id).limit(BATCH).select(Checked::as_select()).into_boxed();
        if let Some(after) = after {
            query = query.filter(requests::id.gt(after));
        }
        let batch: Vec<Checked> = query.load(conn)?;
        let Some(last) = batch.last() else { return Ok(()) };
        after = Some(last.id);
        let ids: Vec<Id> = batch.iter().map(|request| request.id).collect();
        let mut clocks: HashMap<Id, Vec<ClockRow>> = HashMap::new();
        let open = clock_table::table
            .filter(clock_table::request_id.eq_any(ids.clone()))
            .filter(clock_table::stopped_at.is_null());
        for clock in open.load::<ClockRow>(conn)? {
            clocks.entry(clock.request_id).or_default().push(clock);
        }
        let numbers: HashMap<Id, &str> =
            batch.iter().map(|request| (request.id, request.number.as_str())).collect();
        let shares = assignments::table.filter(assignments::request_id.eq_any(ids));
        for share in shares.load::<AssignmentRow>(conn)? {
            let number = numbers.get(&share.request_id).copied().unwrap_or_default();
            let open = clocks.get(&share.request_id).map(Vec::as_slice).unwrap_or_default();
            check_share(number, &share, open, found);
        }
        for request in &batch {
            let open = clocks.get(&request.id).map(Vec::as_slice).unwrap_or_default();
            check_request(request, open, found);
            let broken = journal::verify(conn, request.id, request.journal_seq, &request.journal_head)?;
            if let Some(broken) = broken {
                found.push(format!("{} journal, entry {}: {}", request.number, broken.seq, broken.why));
            }
        }
    }
}

fn check_request(request: &Checked, open: &[ClockRow], found: &mut Vec<String>) {
    let number = &request.number;
    let kept_by = request.state.kept_open_by();
    if request.state.is_open() && !open.iter().any(|clock| kept_by.contains(&clock.kind)) {
        found.push(format!("{number} is {} and no clock brings it on", request.state.code()));
    }
    let promised = |clock: &&ClockRow| {
        clock.holder == Holder::Company
            && matches!(clock.kind, ClockKind::CompanyContact | ClockKind::CompanyFeedback)
    };
    let staff = |clock: &&ClockRow| clock.holder != Holder::Company;
    let stored = (request.company_warn_at, request.company_due_at);
    compare(number, "company", stored, open.iter().filter(promised), found);
    compare(number, "staff", (request.staff_warn_at, request.staff_due_at), open.iter().filter(staff), found);
}

fn check_share(number: &str, share: &AssignmentRow, open: &[ClockRow], found: &mut Vec<String>) {
    let its_own = |clock: &&ClockRow| clock.assignment_id == Some(share.id);
    let whose = format!("{} {}", share.part.code(), share.id);
    compare(number, &whose, (share.warn_at, share.due_at), open.iter().filter(its_own), found);
}

fn compare<'c>(
    number: &str,
    whose: &str,
    stored: (Option<Instant>, Option<Instant>),
    clocks: impl Iterator<Item = &'c ClockRow>,
    found: &mut Vec<String>,
) {
    let clocks: Vec<&ClockRow> = clocks.collect();
    let least = (
        clocks.iter().filter_map(|clock| clock.warn_at).min(),
        clocks.iter().filter_map(|clock| clock.due_at).min(),
    );
    if stored != least {
        found.push(format!(
            "{number} {whose}: lit by warns {}, due {}; its open clocks say warns {}, due {}",
            shown(stored.0),
            shown(stored.1),
            shown(least.0),
            shown(least.1)
        ));
    }
}
