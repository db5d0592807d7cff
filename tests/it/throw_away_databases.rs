//! The databases the scenarios run on are empty, separate and in UTF-8.

use crate::support::postgres::postgres;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

#[derive(diesel::QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    rows: i64,
}

#[derive(diesel::QueryableByName)]
struct Word {
    #[diesel(sql_type = Text)]
    word: String,
}

fn connect(url: &str) -> PgConnection {
    PgConnection::establish(url).expect("a new database takes connections")
}

fn rows(connection: &mut PgConnection) -> i64 {
    let query = diesel::sql_query("SELECT count(*) AS rows FROM notes");
    query.get_result::<Count>(connection).expect("the table can be counted").rows
}

#[test]
fn what_is_written_to_one_database_does_not_appear_in_another() {
    let Some(cluster) = postgres() else {
        return;
    };
    let mut first = connect(&cluster.fresh_database());
    let mut second = connect(&cluster.fresh_database());
    for connection in [&mut first, &mut second] {
        connection.batch_execute("CREATE TABLE notes (body text)").expect("a table can be made");
    }
    first.batch_execute("INSERT INTO notes VALUES ('一口进一口出')").expect("a row can be written");
    assert_eq!((rows(&mut first), rows(&mut second)), (1, 0));
}

#[test]
fn a_database_keeps_text_in_utf_8() {
    let Some(cluster) = postgres() else {
        return;
    };
    let mut connection = connect(&cluster.fresh_database());
    let word: Word = diesel::sql_query("SELECT pg_encoding_to_char(encoding)::text AS word FROM pg_database WHERE datname = current_database()")
        .get_result(&mut connection)
        .expect("the encoding can be read");
    assert_eq!(word.word, "UTF8");
}
