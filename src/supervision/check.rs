//! Checking that the orders hold; it changes nothing.

use super::store::OrderRow;
use crate::db::Conn;
use crate::db::schema::{supervision_numbers, supervision_orders};
use crate::domain::ids::Id;
use crate::fault::Fault;
use crate::journal;
use diesel::prelude::*;

/// How many rows are read at a time.
const BATCH: i64 = 500;

/// What does not hold, one line each: every order's journal is whole, and of each prefix and year as many numbers were given
/// as the last one says, so that none is left out.
pub fn check(conn: &mut Conn) -> Result<Vec<String>, Fault> {
    let mut findings = Vec::new();
    let mut after: Option<Id> = None;
    loop {
        let mut query = supervision_orders::table.order(supervision_orders::id).limit(BATCH).into_boxed();
        if let Some(after) = after {
            query = query.filter(supervision_orders::id.gt(after));
        }
        let batch: Vec<OrderRow> = query.load(conn)?;
        let Some(last) = batch.last() else { break };
        after = Some(last.id);
        for order in &batch {
            if let Some(broken) = journal::verify(conn, order.id, order.journal_seq, &order.journal_head)? {
                findings.push(format!("journal of order {}: entry {}: {}", order.id, broken.seq, broken.why));
            }
        }
    }
    let counters: Vec<(String, i32, i32)> = supervision_numbers::table.load(conn)?;
    for (prefix, year, last) in counters {
        let given: i64 = supervision_orders::table
            .filter(supervision_orders::prefix.eq(&prefix))
            .filter(supervision_orders::year.eq(year))
            .count()
            .get_result(conn)?;
        if given != i64::from(last) {
            findings.push(format!("{prefix}〔{year}〕: {given} numbers were given, and the last is {last}"));
        }
    }
    Ok(findings)
}
