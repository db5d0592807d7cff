//! Request numbers: `QS`, the day, and at least four digits, unique under any concurrency.
//!
//! A process takes a block of a day's numbers in one short transaction and hands them out from memory, so filing
//! never waits for another process's filing. Gaps are allowed; numbers are never sorted as text.

use crate::db::schema::number_blocks;
use crate::db::{Conn, Db, OrIgnore};
use crate::fault::Fault;
use chrono::NaiveDate;
use diesel::prelude::*;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;
use tokio::sync::Mutex;

/// The numbers this process may hand out. Clones share them.
#[derive(Debug, Clone)]
pub struct Numbers {
    block: i32,
    taken: Arc<Mutex<HashMap<NaiveDate, Range<i32>>>>,
}

impl Numbers {
    /// Numbers taken `block` at a time.
    pub fn new(block: i32) -> Self {
        Self { block, taken: Arc::default() }
    }

    /// The next number of `day`, the date in the office's zone. Fails as [`Db::write`] does.
    pub async fn next(&self, db: &Db, day: NaiveDate) -> Result<String, Fault> {
        let mut taken = db.wait_for(self.taken.lock()).await?;
        if let Some(number) = taken.get_mut(&day).and_then(Iterator::next) {
            return Ok(format(day, number));
        }
        let block = self.block;
        let first = db.write(move |conn| take(conn, day, block)).await?;
        let mut numbers = first..first.saturating_add(block);
        let number = numbers.next().unwrap_or(first);
        taken.retain(|other, _| *other == day);
        taken.insert(day, numbers);
        Ok(format(day, number))
    }
}

fn take(conn: &mut Conn, day: NaiveDate, block: i32) -> Result<i32, Fault> {
    OrIgnore(
        diesel::insert_into(number_blocks::table)
            .values((number_blocks::day.eq(day), number_blocks::next.eq(1))),
    )
    .execute(conn)?;
    let next: i32 = diesel::update(number_blocks::table.find(day))
        .set(number_blocks::next.eq(number_blocks::next + block))
        .returning(number_blocks::next)
        .get_result(conn)?;
    Ok(next.saturating_sub(block))
}

fn format(day: NaiveDate, number: i32) -> String {
    format!("QS{}-{number:04}", day.format("%Y%m%d"))
}
