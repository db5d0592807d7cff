//! Query nodes for what the shared connection type does not speak.

use super::connection::MultiBackend;
use diesel::backend::Backend;
use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping};
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

/// A query whose text is the same each time it is run, so that it is prepared once and kept. Made by [`steady`].
#[derive(Debug, Clone, Copy)]
pub struct Steady<Q>(Q);

/// Has an update prepared once and kept, as every other statement is. Diesel prepares one anew each time, for a changeset
/// may leave columns out; so `query` must not: its columns that may be null are written by `treat_none_as_null`.
pub const fn steady<Q>(query: Q) -> Steady<Q> {
    Steady(query)
}

impl<DB: Backend, Q: QueryFragment<DB>> QueryFragment<DB> for Steady<Q> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(out)
    }

    fn is_safe_to_cache_prepared(&self, _: &DB) -> QueryResult<bool> {
        Ok(true)
    }
}

/// It goes by its text.
impl<Q> QueryId for Steady<Q> {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q, C> RunQueryDsl<C> for Steady<Q> {}

/// A condition that rows are tested by and never looked up by. SQLite, which knows little of how the values of a column are
/// spread, then chooses another index; PostgreSQL knows, and chooses for itself.
#[derive(Debug, Clone, Copy, QueryId)]
pub struct Tested<Condition> {
    condition: Condition,
    without_index: WithoutIndex,
}

/// ` +`: SQLite looks nothing up by what stands behind it.
#[derive(Debug, Clone, Copy, QueryId)]
struct WithoutIndex;

/// The condition, tested of each row that is found by the others.
pub const fn tested<Condition>(condition: Condition) -> Tested<Condition> {
    Tested { condition, without_index: WithoutIndex }
}

impl QueryFragment<Pg> for WithoutIndex {
    fn walk_ast<'b>(&'b self, _out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        Ok(())
    }
}

impl QueryFragment<Sqlite> for WithoutIndex {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql(" +");
        Ok(())
    }
}

/// Also on either database alone, for conditions that diesel builds in its own subqueries.
macro_rules! tested_on {
    ($backend:ty, $without_index:expr) => {
        impl<C: QueryFragment<$backend>> QueryFragment<$backend> for Tested<C> {
            fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, $backend>) -> QueryResult<()> {
                $without_index(&self.without_index, out.reborrow())?;
                out.push_sql("(");
                self.condition.walk_ast(out.reborrow())?;
                out.push_sql(")");
                Ok(())
            }
        }
    };
}

tested_on!(MultiBackend, MultiBackend::walk_variant_ast);
tested_on!(Pg, QueryFragment::<Pg>::walk_ast);
tested_on!(Sqlite, QueryFragment::<Sqlite>::walk_ast);

impl<C: Expression> Expression for Tested<C> {
    type SqlType = C::SqlType;
}

impl<C: AppearsOnTable<Source>, Source> AppearsOnTable<Source> for Tested<C> {}

impl<C: SelectableExpression<Source>, Source> SelectableExpression<Source> for Tested<C> {}

impl<C: ValidGrouping<Group>, Group> ValidGrouping<Group> for Tested<C> {
    type IsAggregate = C::IsAggregate;
}
