//! The index of words: which entry has which tokens (`domain::search`), on both databases.
//!
//! An entry goes by a key that rises with the time its thing was filed, so that the newest are read first: FTS5 walks its
//! rows by their number and stops. PostgreSQL's GIN gives all hits at once, in no order; so there an entry has tokens of the
//! spans of time it lies in too, and the newest few thousand entries are asked before all others. The index keeps
//! neither places nor texts; it gives what has all tokens asked for, and who asked looks whether it is meant.

use super::connection::{Conn, MultiBackend};
use crate::db::schema::requests;
use crate::domain::ids::{Id, Instant};
use crate::fault::Fault;
use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Bool, Nullable, Text};
use diesel::sqlite::Sqlite;
use diesel::{PgConnection, QueryResult, QueryableByName, RunQueryDsl, SqliteConnection, sql_query};

/// How many bits of a key tell entries of the same second apart.
const TIE_BITS: u32 = 20;

/// The lengths of the spans that are tokens, as bits of a second: an hour, 18 hours, 12 days, half a year.
const SPANS: [u32; 4] = [12, 16, 20, 24];

/// By how many tokens of spans a time is asked for at most; where more of one length would be needed, a longer one does.
const SPANS_ASKED: i64 = 16;

/// What stands before the token of a span. It is no character that text has.
const SPAN: char = '\u{F8FE}';

/// Among how many entries for each hit wanted the newest are looked for first: a word in every fiftieth is found there.
const AMONG: i64 = 64;

/// The key of what was filed at `at`: its second, and 20 bits of the counter in the id. Where another has it, the next
/// free one above it is as good.
pub fn key(at: Instant, id: Id) -> i64 {
    let tie = (id.uuid().as_u128() >> 32) & ((1 << TIE_BITS) - 1);
    first_key(at).saturating_add(i64::try_from(tie).unwrap_or(0))
}

/// The least key of what was filed in the same second as `at`.
pub fn first_key(at: Instant) -> i64 {
    at.micros().div_euclid(1_000_000).saturating_mul(1 << TIE_BITS)
}

/// The least key of what was filed in a later second than `at`.
pub fn key_after(at: Instant) -> i64 {
    first_key(at).saturating_add(1 << TIE_BITS)
}

/// The number of the span a key lies in.
const fn span(key: i64, bits: u32) -> i64 {
    key >> (TIE_BITS + bits)
}

fn span_token(bits: u32, number: i64) -> String {
    format!("{SPAN}{bits}x{number}")
}

/// The tokens of the spans that cover the keys from `from` to below `below`, of the shortest length of which few do; none
/// where none are few enough.
fn spans(from: i64, below: i64) -> Vec<String> {
    let last = below.saturating_sub(1);
    let covers = |bits: &u32| span(last, *bits).saturating_sub(span(from, *bits)) < SPANS_ASKED;
    let of_length =
        |bits: u32| (span(from, bits)..=span(last, bits)).map(move |number| span_token(bits, number));
    SPANS.into_iter().find(covers).into_iter().flat_map(of_length).collect()
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
        Conn::Sqlite(conn) => Put { key, words: tokens.to_owned() }.execute(conn),
        Conn::Postgres(conn) => {
            let spans = SPANS.map(|bits| span_token(bits, span(key, bits)));
            Put { key, words: format!("{tokens} {}", spans.join(" ")) }.execute(conn)
        }
    };
    Ok(put.map(|_| ())?)
}

/// One entry with its tokens: a node, and no plain text, so that it is prepared once and kept.
#[derive(QueryId)]
struct Put {
    key: i64,
    words: String,
}

impl QueryFragment<Sqlite> for Put {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("INSERT OR REPLACE INTO search_words (rowid, words) VALUES (");
        out.push_bind_param::<BigInt, _>(&self.key)?;
        out.push_sql(", ");
        out.push_bind_param::<Text, _>(&self.words)?;
        out.push_sql(")");
        Ok(())
    }
}

impl QueryFragment<Pg> for Put {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("INSERT INTO search_words (key, words) VALUES (");
        out.push_bind_param::<BigInt, _>(&self.key)?;
        out.push_sql(", array_to_tsvector(string_to_array(");
        out.push_bind_param::<Text, _>(&self.words)?;
        out.push_sql(", ' '))) ON CONFLICT (key) DO UPDATE SET words = excluded.words");
        Ok(())
    }
}

impl<C> RunQueryDsl<C> for Put {}

#[derive(QueryableByName)]
struct Key {
    #[diesel(sql_type = BigInt)]
    key: i64,
}

/// The keys below `below` of entries that have these terms, the highest first: `most` of them and what else was filed in
/// the second of the last one, or all there are.
pub fn newest(conn: &mut Conn, terms: &Terms, below: i64, most: i64) -> Result<Vec<i64>, Fault> {
    let mut keys = match conn {
        Conn::Sqlite(conn) => walked(conn, terms, (i64::MIN, below), most)?,
        Conn::Postgres(conn) => sorted(conn, terms, below, most)?,
    };
    if let Some(last) = keys.last().copied()
        && i64::try_from(keys.len()).is_ok_and(|found| found >= most)
    {
        let same_second = (last & !((1 << TIE_BITS) - 1), last);
        keys.extend(match conn {
            Conn::Sqlite(conn) => walked(conn, terms, same_second, i64::MAX)?,
            Conn::Postgres(conn) => hits(conn, terms, same_second, i64::MAX)?,
        });
    }
    Ok(keys)
}

fn walked(
    conn: &mut SqliteConnection,
    terms: &Terms,
    (from, below): (i64, i64),
    most: i64,
) -> QueryResult<Vec<i64>> {
    let walk = sql_query(
        "SELECT rowid AS key FROM search_words WHERE search_words MATCH ? AND rowid >= ? AND rowid < ?
         ORDER BY rowid DESC LIMIT ?",
    );
    let bound = walk.bind::<Text, _>(terms.for_sqlite()).bind::<BigInt, _>(from).bind::<BigInt, _>(below);
    Ok(keys_of(bound.bind::<BigInt, _>(most).load(conn)?))
}

#[derive(QueryableByName)]
struct Latest {
    #[diesel(sql_type = Nullable<BigInt>)]
    oldest: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    newest: Option<i64>,
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// The newest hits among the newest entries; where they are too few, among all before them.
fn sorted(conn: &mut PgConnection, terms: &Terms, below: i64, most: i64) -> QueryResult<Vec<i64>> {
    let among = most.saturating_mul(AMONG);
    let latest: Latest = sql_query(
        "SELECT min(key) AS oldest, max(key) AS newest, count(*) AS count
         FROM (SELECT key FROM search_words WHERE key < $1 ORDER BY key DESC LIMIT $2) AS latest",
    )
    .bind::<BigInt, _>(below)
    .bind::<BigInt, _>(among)
    .get_result(conn)?;
    let (Some(oldest), Some(newest)) = (latest.oldest, latest.newest) else { return Ok(Vec::new()) };
    let mut keys = hits(conn, terms, (oldest, newest.saturating_add(1)), most)?;
    let missing = most.saturating_sub(i64::try_from(keys.len()).unwrap_or(most));
    if latest.count == among && missing > 0 {
        keys.extend(hits(conn, terms, (i64::MIN, oldest), missing)?);
    }
    Ok(keys)
}

/// Hits, the newest first. The words are looked up before all else: the planner knows nothing of how frequent they are,
/// and would walk all keys.
fn hits(
    conn: &mut PgConnection,
    terms: &Terms,
    (from, below): (i64, i64),
    most: i64,
) -> QueryResult<Vec<i64>> {
    let mut terms = terms.clone();
    terms.any.extend(Some(spans(from, below)).filter(|spans| !spans.is_empty()));
    let look_up = sql_query(
        "WITH hits AS MATERIALIZED (SELECT key FROM search_words WHERE words @@ $1::tsquery)
         SELECT key FROM hits WHERE key >= $2 AND key < $3 ORDER BY key DESC LIMIT $4",
    );
    let bound =
        look_up.bind::<Text, _>(terms.for_postgres()).bind::<BigInt, _>(from).bind::<BigInt, _>(below);
    Ok(keys_of(bound.bind::<BigInt, _>(most).load(conn)?))
}

fn keys_of(rows: Vec<Key>) -> Vec<i64> {
    rows.into_iter().map(|row| row.key).collect()
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
    Ok(keys_of(keys))
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
        out.push_sql("(WITH hits AS MATERIALIZED (SELECT key FROM search_words WHERE words @@ ");
        out.push_bind_param::<Text, _>(&self.postgres)?;
        out.push_sql("::tsquery) SELECT key FROM hits)");
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

#[cfg(test)]
mod tests {
    use super::{SPANS, key, key_after, span, span_token, spans};
    use crate::domain::ids::{Id, Instant};

    fn at(micros: i64) -> Instant {
        Instant::from_micros(micros).unwrap()
    }

    #[test]
    fn a_key_lies_in_its_second() {
        let second = at(1_790_239_200_000_000);
        for micros in [0, 1, 999_999] {
            let filed_at = at(second.micros() + micros);
            let key = key(filed_at, Id::new(filed_at));
            assert!(key < key_after(second) && key >= key_after(at(second.micros() - 1)), "{micros}");
        }
    }

    #[test]
    fn the_spans_asked_for_are_few_and_leave_out_no_key_between() {
        let first = key_after(at(1_790_239_200_000_000));
        for (days, any) in
            [(0, true), (1, true), (3, true), (30, true), (300, true), (2500, true), (30_000, false)]
        {
            let length = days * (86_400 << 20) + 10;
            let asked = spans(first, first + length);
            assert!(asked.len() <= 16 && asked.is_empty() != any, "{days}: {asked:?}");
            for part in 0..10 {
                let key = first + length / 10 * part;
                let mut own = SPANS.into_iter().map(|bits| span_token(bits, span(key, bits)));
                assert!(!any || own.any(|token| asked.contains(&token)), "{days} {part}");
            }
        }
        assert!(spans(i64::MIN, first).is_empty());
    }
}
