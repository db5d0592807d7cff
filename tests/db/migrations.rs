//! The migrations up, down and up again, and the database of a newer program.

use crate::house::{postgres_settings, sqlite_settings};
use diesel::connection::SimpleConnection;
use onedoor::db::{Db, DbError, Settings};
use onedoor::fault::Code;
use std::collections::BTreeSet;
use tempfile::TempDir;

fn empty() -> Vec<(Settings, Option<TempDir>)> {
    let (settings, folder) = sqlite_settings();
    let mut all = vec![(settings, Some(folder))];
    all.extend(postgres_settings().map(|settings| (settings, None)));
    all
}

/// Names of the tables and indexes.
fn shape(db: &Db) -> BTreeSet<String> {
    use diesel::prelude::*;
    use diesel::sql_types::Text;
    #[derive(QueryableByName)]
    struct Name {
        #[diesel(sql_type = Text)]
        name: String,
    }
    let query = db.read_blocking(|conn| {
        Ok(match conn {
            onedoor::db::Conn::Sqlite(conn) => {
                diesel::sql_query("SELECT name FROM sqlite_schema WHERE name NOT LIKE 'sqlite_autoindex%'")
                    .load(conn)?
            }
            onedoor::db::Conn::Postgres(conn) => diesel::sql_query(
                "SELECT relname::text AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace",
            )
            .load(conn)?,
        })
    });
    query.unwrap().into_iter().map(|row: Name| row.name).collect()
}

#[test]
fn up_down_and_up_again_leaves_the_same_tables() {
    for (settings, _folder) in empty() {
        let db = Db::open(&settings).unwrap();
        let names = db.migrate_up().unwrap();
        assert!(!names.is_empty());
        let first = shape(&db);
        assert!(first.contains("requests"));
        assert!(db.migrate_up().unwrap().is_empty());
        assert!(db.migration_status().unwrap().iter().all(|state| state.applied));

        let back = db.migrate_down(1).unwrap();
        assert_eq!(back.as_slice(), &names[names.len() - 1..]);
        db.migrate_down(u32::MAX).unwrap();
        let bare = shape(&db);
        assert!(bare.iter().all(|name| name.contains("__diesel_schema_migrations")), "{bare:?}");
        assert!(db.migration_status().unwrap().iter().all(|state| !state.applied));

        assert_eq!(db.migrate_up().unwrap(), names);
        assert_eq!(shape(&db), first);
    }
}

#[test]
fn the_migrations_have_the_same_names_on_both_databases() {
    let names: Vec<Vec<String>> = empty()
        .iter()
        .map(|(settings, _folder)| {
            let states = Db::open(settings).unwrap().migration_status().unwrap();
            states.into_iter().map(|state| state.name).collect()
        })
        .collect();
    assert!(names.iter().all(|one| *one == names[0]));
}

#[test]
fn a_database_of_a_newer_program_is_refused() {
    for (settings, _folder) in empty() {
        let db = Db::open(&settings).unwrap();
        db.migrate_up().unwrap();
        db.write_blocking(|conn| {
            Ok(conn.batch_execute("INSERT INTO __diesel_schema_migrations (version) VALUES ('9999')")?)
        })
        .unwrap();
        for refused in [
            db.migrate_up().unwrap_err(),
            db.migrate_down(1).unwrap_err(),
            db.migration_status().unwrap_err(),
        ] {
            assert_eq!(refused, DbError::Newer { versions: vec!["9999".to_owned()] });
            assert!(refused.to_string().contains("newer than this onedoor: it has migration 9999"));
        }
    }
}

#[tokio::test]
async fn a_database_is_ready_once_it_is_migrated() {
    for (settings, _folder) in empty() {
        let db = Db::open(&settings).unwrap();
        let fault = db.ready().await.unwrap_err();
        assert_eq!(fault.code, Code::DatabaseUnavailable);
        assert!(fault.cause.unwrap().contains("is not applied"));
        db.migrate_pending().await.unwrap();
        db.ready().await.unwrap();
    }
}

#[tokio::test]
async fn several_programs_that_start_at_once_migrate_once() {
    let Some(settings) = postgres_settings() else { return };
    let databases: Vec<Db> = (0..4).map(|_| Db::open(&settings).unwrap()).collect();
    let outcomes = futures_util::future::join_all(databases.iter().map(Db::migrate_pending)).await;
    let applied: Vec<Vec<String>> = outcomes.into_iter().map(Result::unwrap).collect();
    assert_eq!(applied.iter().filter(|names| !names.is_empty()).count(), 1);
}
