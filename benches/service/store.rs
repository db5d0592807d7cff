//! A database by its own client, outside onedoor: what is copied in bulk, and what a bare loop writes.

use diesel::connection::SimpleConnection;
use diesel::sql_types::{Array, Nullable, Text};
use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl, sql_query};
use rusqlite::types::Value as Stored;
use std::path::PathBuf;

/// Where a database is.
#[derive(Debug, Clone)]
pub(crate) enum Place {
    Sqlite(PathBuf),
    Postgres(String),
}

/// A connection to it.
pub(crate) enum Store {
    Sqlite(rusqlite::Connection),
    Postgres(PgConnection),
}

/// A column: its name and the type the database has for it.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) kind: String,
}

/// A stored value, the same from either database.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Null,
    /// A number or a boolean, as the database spells it.
    Number(String),
    Text(String),
    /// A UUID as text.
    Id(String),
    /// Microseconds since 1970.
    Instant(i64),
}

/// Whole numbers above this are instants: microseconds since 1970, in a database that has no type for them.
const LEAST_INSTANT: i64 = 100_000_000_000_000;

impl Place {
    /// What `database.url` is to be.
    pub(crate) fn url(&self) -> String {
        match self {
            Self::Sqlite(path) => format!("sqlite:{}", path.display()),
            Self::Postgres(url) => url.clone(),
        }
    }

    /// The name of the database.
    pub(crate) fn name(&self) -> String {
        let url = self.url();
        url.rsplit('/').next().unwrap_or_default().to_owned()
    }

    /// What people call the database.
    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "SQLite",
            Self::Postgres(_) => "PostgreSQL",
        }
    }

    /// Connects by the database's own client. A file is flushed as onedoor has it flushed.
    pub(crate) fn connect(&self) -> Store {
        match self {
            Self::Sqlite(path) => {
                let conn = rusqlite::Connection::open(path).expect("the file can be opened");
                let settings = "PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
                                PRAGMA foreign_keys = ON; PRAGMA wal_autocheckpoint = 4000; PRAGMA mmap_size = 0;";
                conn.execute_batch(settings).expect("it can be set");
                Store::Sqlite(conn)
            }
            Self::Postgres(url) => {
                Store::Postgres(PgConnection::establish(url).expect("the server takes connections"))
            }
        }
    }

    /// The same database under another name, copied from this one, to which nobody may be connected.
    pub(crate) fn copied(&self, name: &str) -> Self {
        match self {
            Self::Sqlite(path) => {
                let copy = path.with_file_name(format!("{name}.db"));
                for suffix in ["-wal", "-shm"] {
                    drop(std::fs::remove_file(format!("{}{suffix}", copy.display())));
                }
                std::fs::copy(path, &copy).expect("the file can be copied");
                Self::Sqlite(copy)
            }
            Self::Postgres(_) => {
                let mut server = self.sibling("postgres").connect();
                server.run(&format!("DROP DATABASE IF EXISTS {name}"));
                server.run(&format!("CREATE DATABASE {name} TEMPLATE {}", self.name()));
                self.sibling(name)
            }
        }
    }

    /// Makes sure that there is a database without anything in it.
    pub(crate) fn make_empty(&self) {
        match self {
            Self::Sqlite(path) => {
                for suffix in ["", "-wal", "-shm"] {
                    drop(std::fs::remove_file(format!("{}{suffix}", path.display())));
                }
            }
            Self::Postgres(_) => {
                let mut server = self.sibling("postgres").connect();
                server.run(&format!("DROP DATABASE IF EXISTS {}", self.name()));
                server.run(&format!("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'", self.name()));
            }
        }
    }

    /// Another database of the same server.
    fn sibling(&self, name: &str) -> Self {
        let url = self.url();
        let (server, _) = url.rsplit_once('/').expect("a URL has a path");
        Self::Postgres(format!("{server}/{name}"))
    }
}

#[derive(QueryableByName)]
struct Texts {
    #[diesel(sql_type = Array<Nullable<Text>>)]
    texts: Vec<Option<String>>,
}

impl Store {
    /// Runs statements that give nothing back.
    pub(crate) fn run(&mut self, statements: &str) {
        let failed = match self {
            Self::Sqlite(conn) => conn.execute_batch(statements).err().map(|error| error.to_string()),
            Self::Postgres(conn) => conn.batch_execute(statements).err().map(|error| error.to_string()),
        };
        if let Some(error) = failed {
            panic!("{error}: {}", statements.chars().take(2000).collect::<String>());
        }
    }

    /// The tables that onedoor's rows lie in, with their columns.
    pub(crate) fn tables(&mut self) -> Vec<(String, Vec<Column>)> {
        let names = match self {
            Self::Sqlite(_) => {
                "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE '%STRICT%' ORDER BY name"
            }
            Self::Postgres(_) => {
                "SELECT ARRAY[tablename::text] AS texts FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
            }
        };
        let names: Vec<String> = self.texts(names).into_iter().flatten().flatten().collect();
        names.into_iter().map(|name| (name.clone(), self.columns(&name))).collect()
    }

    fn columns(&mut self, table: &str) -> Vec<Column> {
        let query = match self {
            Self::Sqlite(_) => format!("SELECT name, type FROM pragma_table_info('{table}') ORDER BY cid"),
            Self::Postgres(_) => format!(
                "SELECT ARRAY[column_name::text, udt_name::text] AS texts FROM information_schema.columns \
                 WHERE table_schema = 'public' AND table_name = '{table}' AND is_generated = 'NEVER' \
                 ORDER BY ordinal_position"
            ),
        };
        let column = |texts: Vec<Option<String>>| {
            let mut texts = texts.into_iter().flatten();
            Column { name: texts.next().unwrap_or_default(), kind: texts.next().unwrap_or_default() }
        };
        self.texts(&query).into_iter().map(column).collect()
    }

    fn texts(&mut self, query: &str) -> Vec<Vec<Option<String>>> {
        match self {
            Self::Sqlite(conn) => {
                let mut statement = conn.prepare(query).expect("a query");
                let width = statement.column_count();
                let rows = statement.query_map([], |row| (0..width).map(|index| row.get(index)).collect());
                rows.expect("it runs").map(|row| row.expect("a row")).collect()
            }
            Self::Postgres(conn) => {
                let rows: Vec<Texts> = sql_query(query).load(conn).expect("it runs");
                rows.into_iter().map(|row| row.texts).collect()
            }
        }
    }

    /// The rows of `table` for which `column` is the id `id`.
    pub(crate) fn rows(
        &mut self,
        table: &str,
        columns: &[Column],
        column: &str,
        id: &str,
    ) -> Vec<Vec<Value>> {
        match self {
            Self::Sqlite(conn) => {
                let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
                let id = format!("x'{}'", id.replace('-', ""));
                let query = format!("SELECT {} FROM {table} WHERE {column} = {id}", names.join(", "));
                let mut statement = conn.prepare(&query).expect("a query");
                let row = |row: &rusqlite::Row<'_>| (0..columns.len()).map(|index| row.get(index)).collect();
                let rows = statement.query_map([], row).expect("it runs");
                rows.map(|row| {
                    row.map(|row: Vec<Stored>| row.into_iter().map(value).collect()).expect("a row")
                })
                .collect()
            }
            Self::Postgres(_) => {
                let shown = columns.iter().map(|column| match column.kind.as_str() {
                    "timestamptz" => format!("(extract(epoch FROM {}) * 1000000)::bigint::text", column.name),
                    _ => format!("{}::text", column.name),
                });
                let shown: Vec<String> = shown.collect();
                let query = format!(
                    "SELECT ARRAY[{}] AS texts FROM {table} WHERE {column} = '{id}'",
                    shown.join(", ")
                );
                let typed = |texts: Vec<Option<String>>| {
                    let pairs = texts.into_iter().zip(columns);
                    pairs.map(|(text, column)| {
                        text.map_or(Value::Null, |text| of_postgres(text, &column.kind))
                    })
                };
                self.texts(&query).into_iter().map(|texts| typed(texts).collect()).collect()
            }
        }
    }

    /// How a value is spelt in a statement.
    pub(crate) fn literal(&self, value: &Value, column: &Column) -> String {
        let is_file = matches!(self, Self::Sqlite(_));
        match value {
            Value::Null => "NULL".to_owned(),
            Value::Number(number) if is_file => number.clone(),
            Value::Text(text) if is_file => quoted(text),
            Value::Id(id) if is_file => format!("x'{}'", id.replace('-', "")),
            Value::Instant(at) if is_file => at.to_string(),
            Value::Number(text) | Value::Text(text) | Value::Id(text) => {
                format!("{}::{}", quoted(text), column.kind)
            }
            Value::Instant(at) => format!("(timestamptz '1970-01-01Z' + {at} * interval '1 microsecond')"),
        }
    }
}

/// A text between quotes.
pub(crate) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn value(stored: Stored) -> Value {
    match stored {
        Stored::Null => Value::Null,
        Stored::Integer(at) if at > LEAST_INSTANT => Value::Instant(at),
        Stored::Integer(number) => Value::Number(number.to_string()),
        Stored::Real(number) => Value::Number(number.to_string()),
        Stored::Text(text) => Value::Text(text),
        Stored::Blob(bytes) => Value::Id(uuid::Uuid::from_slice(&bytes).expect("an id").to_string()),
    }
}

fn of_postgres(text: String, kind: &str) -> Value {
    match kind {
        "timestamptz" => Value::Instant(text.parse().expect("microseconds")),
        "uuid" => Value::Id(text),
        "int2" | "int4" | "int8" | "bool" => Value::Number(text),
        _ => Value::Text(text),
    }
}
