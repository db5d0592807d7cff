//! What the embedded database does without onedoor: the rows of one create, inserted by a loop that does nothing else.

use super::copy::Template;
use super::load::Measured;
use super::store::{Place, Store, Value};
use onedoor::db::search;
use onedoor::domain::ids::Id;
use onedoor::domain::search::{Folded, tokens};
use onedoor::time::Time;
use rusqlite::types::Value as Stored;
use std::collections::HashMap;
use std::time::{Duration, Instant};

/// Writes the rows of `create` again and again for `time`, `together` creates in one transaction. What is written is made up
/// beforehand: only the database's own time counts.
pub(crate) fn write(place: &Place, create: &Template, together: usize, time: Duration) -> Measured {
    let Store::Sqlite(mut conn) = place.connect() else { panic!("a bare loop is for a file") };
    let statements: Vec<String> = create.rows.iter().map(insertion).collect();
    let words = words(create);
    let mut key = search::first_key(Time::system().now());
    let (mut spent, mut took) = (Duration::ZERO, Vec::new());
    while spent < time {
        let creates: Vec<Vec<Vec<Stored>>> = (0..together).map(|_| anew(create)).collect();
        let began = Instant::now();
        let transaction = conn.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate);
        let transaction = transaction.expect("a transaction begins");
        for rows in creates {
            let id = rows[0][0].clone();
            for (statement, row) in statements.iter().zip(rows) {
                let mut statement = transaction.prepare_cached(statement).expect("a statement");
                statement.execute(rusqlite::params_from_iter(row)).expect("a row is written");
            }
            key += 1;
            for (statement, value) in INDEXING.iter().zip([&id, &words]) {
                let mut statement = transaction.prepare_cached(statement).expect("a statement");
                statement.execute((key, value)).expect("a row is written");
            }
        }
        transaction.commit().expect("it is committed");
        spent += began.elapsed();
        took.extend(std::iter::repeat_n(began.elapsed(), together));
    }
    Measured::of(took, spent)
}

/// The two rows by which a request is found by its words, by their key and a value.
const INDEXING: [&str; 2] = [
    "INSERT INTO search_entries (key, request_id, digest) VALUES (?, ?, '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef')",
    "INSERT INTO search_words (rowid, words) VALUES (?, ?)",
];

/// What the index keeps of a create.
fn words(create: &Template) -> Stored {
    let texts = create.rows[0].values.iter().filter_map(|value| match value {
        Value::Text(text) if text.len() > 10 && text.len() < 2000 => Some(Folded::new(text)),
        _ => None,
    });
    Stored::Text(tokens(
        &texts.collect::<Vec<_>>(),
        [Id::new(Time::system().now()), Id::new(Time::system().now())],
    ))
}

fn insertion(row: &super::copy::Row) -> String {
    let names: Vec<&str> = row.columns.iter().map(|column| column.name.as_str()).collect();
    let marks = vec!["?"; names.len()].join(", ");
    format!("INSERT INTO {} ({}) VALUES ({marks})", row.table, names.join(", "))
}

/// The rows of another create: new ids, digests and number, all else as it is.
fn anew(create: &Template) -> Vec<Vec<Stored>> {
    let now = Time::system().now();
    let mut others: HashMap<&str, String> = HashMap::new();
    for id in create.ids.keys() {
        others.insert(id, Id::new(now).to_string());
    }
    for digest in &create.digests {
        let chance = || Id::new(now).to_string().replace('-', "");
        others.insert(digest, format!("{}{}", chance().chars().rev().collect::<String>(), chance()));
    }
    let value = |value: &Value| match value {
        Value::Null => Stored::Null,
        Value::Number(number) => Stored::Integer(number.parse().expect("a whole number")),
        Value::Instant(at) => Stored::Integer(*at),
        Value::Id(id) => {
            let id = others.get(id.as_str()).unwrap_or(id);
            Stored::Blob(uuid::Uuid::parse_str(id).expect("an id").as_bytes().to_vec())
        }
        Value::Text(text) if create.is_unique(text) => Stored::Text(format!("QS{}", Id::new(now))),
        Value::Text(text) => {
            let changed = others.iter().filter(|(id, _)| text.contains(**id));
            Stored::Text(changed.fold(text.clone(), |text, (id, other)| text.replace(*id, other)))
        }
    };
    create.rows.iter().map(|row| row.values.iter().map(value).collect()).collect()
}
