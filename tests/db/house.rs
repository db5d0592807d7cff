//! A database of its own for each test, with one table.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use onedoor::db::{Conn, Db, Settings, sql};
use onedoor::domain::ids::{Id, Instant};
use onedoor::fault::Fault;
use tempfile::TempDir;

diesel::table! {
    use diesel::sql_types::*;
    use onedoor::db::sql;

    things (id) {
        id -> sql::Id,
        name -> Text,
        count -> Integer,
    }
}

/// A database and what it stands on.
pub(crate) struct House {
    pub(crate) db: Db,
    pub(crate) settings: Settings,
    pub(crate) is_postgres: bool,
    /// Removed with the house.
    _folder: Option<TempDir>,
}

/// Settings for a SQLite file in a new folder.
pub(crate) fn sqlite_settings() -> (Settings, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("house.db").display());
    (Settings { url, create: true, ..Settings::default() }, folder)
}

/// Settings for a new PostgreSQL database, where there is a server.
pub(crate) fn postgres_settings() -> Option<Settings> {
    let url = crate::postgres::postgres()?.fresh_database();
    Some(Settings { url, create: true, ..Settings::default() })
}

/// A house on SQLite, its settings changed by `change`.
pub(crate) fn on_sqlite(change: impl FnOnce(&mut Settings)) -> House {
    let (mut settings, folder) = sqlite_settings();
    change(&mut settings);
    furnish(settings, Some(folder))
}

/// A house on PostgreSQL, its settings changed by `change`, where there is a server.
pub(crate) fn on_postgres(change: impl FnOnce(&mut Settings)) -> Option<House> {
    let mut settings = postgres_settings()?;
    change(&mut settings);
    Some(furnish(settings, None))
}

/// One house on each database.
pub(crate) fn on_both() -> Vec<House> {
    on_both_with(|_| {})
}

/// One house on each database, the settings changed by `change`.
pub(crate) fn on_both_with(change: impl Fn(&mut Settings)) -> Vec<House> {
    let mut houses = vec![on_sqlite(&change)];
    houses.extend(on_postgres(&change));
    houses
}

fn furnish(settings: Settings, folder: Option<TempDir>) -> House {
    let is_postgres = settings.url.starts_with("postgres");
    let db = Db::open(&settings).unwrap();
    let table = if is_postgres {
        "CREATE TABLE things (id uuid PRIMARY KEY, name text COLLATE \"C\" NOT NULL UNIQUE, count integer NOT NULL)"
    } else {
        "CREATE TABLE things (id BLOB PRIMARY KEY NOT NULL, name TEXT NOT NULL UNIQUE, count INTEGER NOT NULL) STRICT"
    };
    let db_of_thread = db.clone();
    // The blocking form must not run on a thread that drives async code.
    std::thread::spawn(move || db_of_thread.write_blocking(|conn| Ok(conn.batch_execute(table)?)))
        .join()
        .unwrap()
        .unwrap();
    House { db, settings, is_postgres, _folder: folder }
}

/// An instant, and an id at it.
pub(crate) fn moment(micros: i64) -> (Instant, Id) {
    let at = Instant::from_micros(1_790_000_000_000_000 + micros).unwrap();
    (at, Id::new(at))
}

/// Puts a thing in.
pub(crate) fn put(conn: &mut Conn, name: &str) -> Result<(), Fault> {
    let (_, id) = moment(0);
    diesel::insert_into(things::table)
        .values((things::id.eq(id), things::name.eq(name), things::count.eq(0)))
        .execute(conn)?;
    Ok(())
}

/// The names of all things, in order.
pub(crate) fn names(conn: &mut Conn) -> Result<Vec<String>, Fault> {
    Ok(things::table.select(things::name).order(things::name).load(conn)?)
}

impl House {
    /// The names of all things, in order.
    pub(crate) async fn names(&self) -> Vec<String> {
        self.db.read(names).await.unwrap()
    }

    /// Puts a thing in, in a write of its own.
    pub(crate) async fn put(&self, name: &'static str) -> Result<(), Fault> {
        self.db.write(move |conn| put(conn, name)).await
    }
}

/// The thing of this name, as a filter.
pub(crate) fn named(name: &str) -> diesel::dsl::Eq<things::name, &str> {
    things::name.eq(name)
}

/// Whether the SQL type is nameable from outside, as `table!` needs it.
const _: sql::Id = sql::Id;
