//! The index of words: which entry has which tokens (`domain::search`), on both databases.
//!
//! An entry goes by a key that rises with the time its thing was filed, so that the newest are read first: FTS5 walks its
//! rows by their number, and where PostgreSQL sorts, it sorts numbers. The index keeps neither places nor texts; it gives
//! what has all tokens asked for, and who asked looks whether it is meant.

use super::connection::{Conn, MultiBackend};
use crate::db::schema::requests;
use crate::domain::ids::{Id, Instant};
use crate::fault::Fault;
use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Bool, Text};
use diesel::sqlite::Sqlite;
use diesel::{QueryResult, QueryableByName, RunQueryDsl, sql_query};

/// How many bits of a key tell entries of the same millisecond apart.
const TIE_BITS: u32 = 21;

/// The key of what was filed at `at`: its milliseconds, and 21 bits of the counter in the id. Where another has it, the
/// next free one above it is as good.
pub fn key(at: Instant, id: Id) -> i64 {
    let tie = (id.uuid().as_u128() >> 32) & ((1 << TIE_BITS) - 1);
    first_key(at).saturating_add(i64::try_from(tie).unwrap_or(0))
}

/// The least key of what was filed in the same millisecond as `at`.
pub fn first_key(at: Instant) -> i64 {
    (at.micros().div_euclid(1000)).saturating_mul(1 << TIE_BITS)
}

/// The least key of what was filed in a later millisecond than `at`.
pub fn key_after(at: Instant) -> i64 {
    first_key(at).saturating_add(1 << TIE_BITS)
}

/// What an entry must have: all of these tokens, and one of each of these groups.
#[derive(Debug, Clone, Default)]
pub struct Terms {
    /// Every one of them.
    pub all: Vec<String>,
    /// One of each.
    pub any: Vec<Vec<String>>,
}

impl Terms {
    /// The terms in the words of an index, each token between `quote`s.
    fn written(&self, quote: char, and: &str, or: &str) -> String {
        let quoted = |token: &String| format!("{quote}{token}{quote}");
        let groups = self.any.iter().map(|group| {
            let tokens: Vec<String> = group.iter().map(quoted).collect();
            format!("({})", tokens.join(or))
        });
        self.all.iter().map(quoted).chain(groups).collect::<Vec<_>>().join(and)
    }

    fn for_sqlite(&self) -> String {
        self.written('"', " AND ", " OR ")
    }

    fn for_postgres(&self) -> String {
        self.written('\'', " & ", " | ")
    }
}

/// Keeps `tokens`, apart by blanks, as those of the entry with this key, in the place of what it had.
pub fn put(conn: &mut Conn, key: i64, tokens: &str) -> Result<(), Fault> {
    let put = match conn {
        Conn::Sqlite(conn) => sql_query("INSERT OR REPLACE INTO search_words (rowid, words) VALUES (?, ?)")
            .bind::<BigInt, _>(key)
            .bind::<Text, _>(tokens)
            .execute(conn),
        Conn::Postgres(conn) => sql_query(
            "INSERT INTO search_words (key, words) VALUES ($1, array_to_tsvector(string_to_array($2, ' ')))
             ON CONFLICT (key) DO UPDATE SET words = excluded.words",
        )
        .bind::<BigInt, _>(key)
        .bind::<Text, _>(tokens)
        .execute(conn),
    };
    Ok(put.map(|_| ())?)
}

#[derive(QueryableByName)]
struct Key {
    #[diesel(sql_type = BigInt)]
    key: i64,
}

/// The keys below `below` of entries that have these terms, the highest first: `most` of them and what else was filed in
/// the millisecond of the last one, or all there are.
pub fn newest(conn: &mut Conn, terms: &Terms, below: i64, most: i64) -> Result<Vec<i64>, Fault> {
    let mut keys = between(conn, terms, (i64::MIN, below), most)?;
    if let Some(last) = keys.last().copied()
        && i64::try_from(keys.len()).is_ok_and(|found| found == most)
    {
        let first = last & !((1 << TIE_BITS) - 1);
        keys.extend(between(conn, terms, (first, last), i64::MAX)?);
    }
    Ok(keys)
}

fn between(conn: &mut Conn, terms: &Terms, (from, below): (i64, i64), most: i64) -> Result<Vec<i64>, Fault> {
    let keys: Vec<Key> = match conn {
        Conn::Sqlite(conn) => sql_query(
            "SELECT rowid AS key FROM search_words WHERE search_words MATCH ? AND rowid >= ? AND rowid < ?
             ORDER BY rowid DESC LIMIT ?",
        )
        .bind::<Text, _>(terms.for_sqlite())
        .bind::<BigInt, _>(from)
        .bind::<BigInt, _>(below)
        .bind::<BigInt, _>(most)
        .load(conn)?,
        Conn::Postgres(conn) => sql_query(
            "SELECT key FROM search_words WHERE words @@ $1::tsquery AND key >= $2 AND key < $3
             ORDER BY key DESC LIMIT $4",
        )
        .bind::<Text, _>(terms.for_postgres())
        .bind::<BigInt, _>(from)
        .bind::<BigInt, _>(below)
        .bind::<BigInt, _>(most)
        .load(conn)?,
    };
    Ok(keys.into_iter().map(|row| row.key).collect())
}

/// Which keys from `first` to `last` have tokens, in their order.
pub fn kept(conn: &mut Conn, first: i64, last: i64) -> Result<Vec<i64>, Fault> {
    let keys: Vec<Key> = match conn {
        Conn::Sqlite(conn) => {
            sql_query("SELECT rowid AS key FROM search_words WHERE rowid BETWEEN ? AND ? ORDER BY rowid")
                .bind::<BigInt, _>(first)
                .bind::<BigInt, _>(last)
                .load(conn)?
        }
        Conn::Postgres(conn) => {
            sql_query("SELECT key FROM search_words WHERE key BETWEEN $1 AND $2 ORDER BY key")
                .bind::<BigInt, _>(first)
                .bind::<BigInt, _>(last)
                .load(conn)?
        }
    };
    Ok(keys.into_iter().map(|row| row.key).collect())
}

/// A condition on requests: that their entry has these terms. It reads every hit.
pub fn having(terms: &Terms) -> Having {
    Having { sqlite: terms.for_sqlite(), postgres: terms.for_postgres() }
}

/// Made by [`having`].
#[derive(Debug, Clone)]
pub struct Having {
    sqlite: String,
    postgres: String,
}

impl QueryFragment<Sqlite> for Having {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("(SELECT rowid FROM search_words WHERE search_words MATCH ");
        out.push_bind_param::<Text, _>(&self.sqlite)?;
        out.push_sql(")");
        Ok(())
    }
}

impl QueryFragment<Pg> for Having {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("(SELECT key FROM search_words WHERE words @@ ");
        out.push_bind_param::<Text, _>(&self.postgres)?;
        out.push_sql("::tsquery)");
        Ok(())
    }
}

impl QueryFragment<MultiBackend> for Having {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        out.push_sql("requests.id IN (SELECT request_id FROM search_entries WHERE key IN ");
        MultiBackend::walk_variant_ast(self, out.reborrow())?;
        out.push_sql(")");
        Ok(())
    }
}

impl QueryId for Having {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Expression for Having {
    type SqlType = Bool;
}

impl ValidGrouping<()> for Having {
    type IsAggregate = is_aggregate::No;
}

impl AppearsOnTable<requests::table> for Having {}

impl SelectableExpression<requests::table> for Having {}
