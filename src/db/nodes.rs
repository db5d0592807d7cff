//! Query nodes for what the shared connection type does not speak.

use super::connection::MultiBackend;
use diesel::backend::Backend;
use diesel::pg::Pg;
use diesel::query_builder::{AsQuery, AstPass, Query, QueryFragment, QueryId};
use diesel::query_dsl::methods::LimitDsl;
use diesel::sqlite::Sqlite;
use diesel::{QueryResult, RunQueryDsl};

/// An insert that does nothing where a unique constraint stands against it. `execute` tells how many rows were
/// inserted. Not for an insert with `returning`.
#[derive(Debug, Clone, Copy, QueryId)]
pub struct OrIgnore<Insert>(pub Insert);

impl<Insert, DB> QueryFragment<DB> for OrIgnore<Insert>
where
    DB: Backend,
    Insert: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(" ON CONFLICT DO NOTHING");
        Ok(())
    }
}

impl<Insert, C> RunQueryDsl<C> for OrIgnore<Insert> {}

/// A query that locks the rows it reads where several writers run at once. Made by [`for_update`] and [`skip_locked`].
#[derive(Debug, Clone, Copy, QueryId)]
pub struct Locking<Q, How> {
    query: Q,
    how: How,
}

/// ` FOR UPDATE`: waits for rows others have locked.
#[derive(Debug, Clone, Copy, QueryId)]
pub struct Waiting;

/// ` FOR UPDATE SKIP LOCKED`: leaves out rows others have locked.
#[derive(Debug, Clone, Copy, QueryId)]
pub struct Skipping;

/// Locks the rows `query` reads until the transaction ends; waits for rows another transaction has locked.
///
/// On SQLite, whose one writer is alone anyway, it is the query itself. Take it last: `for_update(table.filter(…))`.
pub fn for_update<Q: AsQuery>(query: Q) -> Locking<Q::Query, Waiting> {
    Locking { query: query.as_query(), how: Waiting }
}

/// As [`for_update`], leaving out rows another transaction has locked: how several workers share one queue.
pub fn skip_locked<Q: AsQuery>(query: Q) -> Locking<Q::Query, Skipping> {
    Locking { query: query.as_query(), how: Skipping }
}

impl QueryFragment<Pg> for Waiting {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(" FOR UPDATE");
        Ok(())
    }
}

impl QueryFragment<Pg> for Skipping {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(" FOR UPDATE SKIP LOCKED");
        Ok(())
    }
}

impl QueryFragment<Sqlite> for Waiting {
    fn walk_ast<'b>(&'b self, _out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        Ok(())
    }
}

impl QueryFragment<Sqlite> for Skipping {
    fn walk_ast<'b>(&'b self, _out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        Ok(())
    }
}

impl<Q, How> QueryFragment<MultiBackend> for Locking<Q, How>
where
    Q: QueryFragment<MultiBackend>,
    How: QueryFragment<Pg> + QueryFragment<Sqlite>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        self.query.walk_ast(out.reborrow())?;
        MultiBackend::walk_variant_ast(&self.how, out)
    }
}

impl<Q: Query, How> Query for Locking<Q, How> {
    type SqlType = Q::SqlType;
}

impl<Q: LimitDsl, How> LimitDsl for Locking<Q, How> {
    type Output = Locking<Q::Output, How>;

    fn limit(self, limit: i64) -> Self::Output {
        Locking { query: self.query.limit(limit), how: self.how }
    }
}

impl<Q, How, C> RunQueryDsl<C> for Locking<Q, How> {}
