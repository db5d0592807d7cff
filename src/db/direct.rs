//! Queries run by the database's own connection.
//!
//! [`Conn`] writes the whole text of a query two or three times at each run, although the prepared statement is kept. What
//! every request asks is run from here: by the type of the query the statement is found, and no text is written.

use super::connection::Conn;
use diesel::query_dsl::methods::{ExecuteDsl, LoadQuery};
use diesel::{PgConnection, QueryResult, RunQueryDsl, SqliteConnection};

/// All rows of `query`.
pub fn all<'query, Query, Row>(conn: &mut Conn, query: Query) -> QueryResult<Vec<Row>>
where
    Query: LoadQuery<'query, SqliteConnection, Row> + LoadQuery<'query, PgConnection, Row>,
{
    match conn {
        Conn::Sqlite(conn) => RunQueryDsl::load(query, conn),
        Conn::Postgres(conn) => RunQueryDsl::load(query, conn),
    }
}

/// The one row of `query`, which must have a limit where there may be several.
pub fn only<'query, Query, Row>(conn: &mut Conn, query: Query) -> QueryResult<Option<Row>>
where
    Query: LoadQuery<'query, SqliteConnection, Row> + LoadQuery<'query, PgConnection, Row>,
{
    Ok(all(conn, query)?.into_iter().next())
}

/// Runs a statement and gives how many rows it changed.
pub fn run<Statement>(conn: &mut Conn, statement: Statement) -> QueryResult<usize>
where
    Statement: ExecuteDsl<SqliteConnection> + ExecuteDsl<PgConnection>,
{
    match conn {
        Conn::Sqlite(conn) => ExecuteDsl::execute(statement, conn),
        Conn::Postgres(conn) => ExecuteDsl::execute(statement, conn),
    }
}
