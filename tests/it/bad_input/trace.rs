//! What a database holds, whole, so that "nothing changed" can be said of all of it.

use crate::support::app::TestApp;
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text};
use std::collections::BTreeMap;

/// Tables a refusal may write to: the denial is noted, a session's use too, what was tried in vain is counted, and a
/// number taken is not given back.
const APART: [&str; 4] = ["security_log", "sessions", "throttles", "number_blocks"];

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Nullable<Text>)]
    line: Option<String>,
}

/// Every other table with a text of all its rows.
pub(crate) async fn content(app: &TestApp) -> BTreeMap<String, String> {
    let sqlite = app.place.url.starts_with("sqlite:");
    let list = if sqlite {
        "SELECT name AS line FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    } else {
        "SELECT tablename::text AS line FROM pg_tables WHERE schemaname = 'public'"
    };
    let mut content = BTreeMap::new();
    for table in lines(app, list.to_owned()).await {
        if APART.contains(&table.as_str()) {
            continue;
        }
        let whole = if sqlite {
            let columns = format!(
                "SELECT group_concat('quote(\"' || name || '\")', '||') AS line FROM pragma_table_info('{table}')"
            );
            let columns = lines(app, columns).await.concat();
            format!("SELECT {columns} AS line FROM \"{table}\" ORDER BY 1")
        } else {
            format!("SELECT t::text AS line FROM \"{table}\" AS t ORDER BY 1")
        };
        content.insert(table, lines(app, whole).await.join("\n"));
    }
    assert!(content.len() > 30, "{:?}", content.keys());
    content
}

async fn lines(app: &TestApp, query: String) -> Vec<String> {
    let read = app.context.db.read(move |conn| Ok(diesel::sql_query(query).load::<Line>(conn)?)).await;
    read.expect("the database can be read").into_iter().filter_map(|row| row.line).collect()
}
