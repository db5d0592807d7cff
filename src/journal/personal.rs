//! Personal facts, kept apart from the chain: under the digest of a salt and the fact, so that erasing one leaves the chain
//! whole.

use crate::db::{Conn, direct, sql};
use crate::domain::hexadecimal;
use crate::domain::ids::Id;
use crate::fault::Fault;
use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{HasSqlType, Text};
use sha2::{Digest, Sha256};

/// Keeps these facts of `subject`, each under its name, and gives the digests that stand for them.
pub(super) fn set_apart(
    conn: &mut Conn,
    subject: Id,
    facts: Vec<(&'static str, String)>,
) -> Result<Vec<(&'static str, String)>, Fault> {
    if facts.is_empty() {
        return Ok(Vec::new());
    }
    let facts = facts.into_iter().map(salted).collect::<Result<Vec<Fact>, Fault>>()?;
    let insert = Insert { subject, facts };
    direct::run(conn, &insert)?;
    Ok(insert.facts.into_iter().map(|fact| (fact.name, fact.digest)).collect())
}

/// A fact with its salt.
struct Fact {
    name: &'static str,
    digest: String,
    salt: String,
    value: String,
}

fn salted((name, value): (&'static str, String)) -> Result<Fact, Fault> {
    let mut salt = [0_u8; 16];
    getrandom::fill(&mut salt).map_err(Fault::internal)?;
    let salt = hexadecimal(&salt);
    Ok(Fact { name, digest: digest(&salt, &value), salt, value })
}

/// The digest that stands for a personal fact: SHA-256 over its salt and its text, in hexadecimal.
pub(super) fn digest(salt: &str, value: &str) -> String {
    hexadecimal(&Sha256::new().chain_update(salt).chain_update(value).finalize())
}

/// One statement for all facts of an entry.
struct Insert {
    subject: Id,
    facts: Vec<Fact>,
}

impl<DB> QueryFragment<DB> for Insert
where
    DB: Backend + HasSqlType<sql::Id> + HasSqlType<Text>,
    Id: ToSql<sql::Id, DB>,
    String: ToSql<Text, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("INSERT INTO personal_data (subject_id, digest, salt, value) VALUES ");
        for (index, fact) in self.facts.iter().enumerate() {
            out.push_sql(if index == 0 { "(" } else { ", (" });
            out.push_bind_param::<sql::Id, _>(&self.subject)?;
            for text in [&fact.digest, &fact.salt, &fact.value] {
                out.push_sql(", ");
                out.push_bind_param::<Text, _>(text)?;
            }
            out.push_sql(")");
        }
        Ok(())
    }
}

/// It goes by its text, which differs by the number of facts.
impl QueryId for Insert {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}
