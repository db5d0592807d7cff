//! `kill -9` at random moments under load, on both databases. A kill never loses what the system has in memory, so the
//! same test reads back that what is acknowledged was asked onto the disk; `synced.rs` shows in which order.

use super::load::Filer;
use super::{Ground, kept};
use crate::support::app::block_on;
use crate::support::place::Database;
use diesel::RunQueryDsl;
use diesel::dsl::sql;
use diesel::sql_types::{Integer, Text};
use onedoor::db::Conn;
use std::time::Duration;

/// How often the program is killed on each database.
const KILLS: u32 = 200;
/// Over how many connections requests are filed meanwhile.
const CLIENTS: usize = 6;

fn everything_acknowledged_outlives_two_hundred_kills(database: Database) {
    let Some(mut ground) = Ground::new(database) else {
        return;
    };
    block_on(async {
        let mut filer = None;
        for kill in 1..=KILLS {
            let serving = ground.serve(&[]);
            let root = serving.root.clone();
            if filer.is_none() {
                filer = Some(Filer::log_in(&ground, &root).await);
            }
            let filer = filer.as_ref().expect("logged in");
            let end = async {
                filer.answered(chance(12)).await;
                tokio::time::sleep(Duration::from_micros(u64::try_from(chance(8000)).unwrap_or(0))).await;
                serving.kill();
            };
            futures_util::future::join(filer.file(&root, CLIENTS), end).await;
            // Now and then the database server dies of the same.
            if let Some(server) = ground.server.as_mut().filter(|_| kill % 20 == 0) {
                server.down();
                server.up();
            }
        }
        let filer = filer.expect("there was a kill");
        let acknowledged = filer.acknowledged();
        let refused = filer.refused();
        assert!(refused.is_empty(), "{refused:#?}");
        assert!(acknowledged.len() >= usize::try_from(KILLS).unwrap_or(0), "{}", acknowledged.len());
        kept::all_of(&ground, &acknowledged);
    });
    assert_eq!(
        promises_of(&ground),
        match database {
            Database::Sqlite => ["synchronous 2", "journal_mode wal"],
            Database::Postgres => ["fsync on", "synchronous_commit on"],
        }
    );
}

/// A number from 0 up to this one.
fn chance(below: usize) -> usize {
    let chance = getrandom::u32().expect("the system gives chance");
    usize::try_from(chance).unwrap_or(0) % below.max(1)
}

/// What the database says, on a connection that writes, of how it keeps what it acknowledges.
fn promises_of(ground: &Ground) -> [String; 2] {
    let db = kept::open(ground);
    let told = db.write_blocking(|conn| match conn {
        Conn::Sqlite(conn) => {
            let level: i32 = sql::<Integer>("PRAGMA synchronous").get_result(conn)?;
            let mode: String = sql::<Text>("PRAGMA journal_mode").get_result(conn)?;
            Ok([format!("synchronous {level}"), format!("journal_mode {mode}")])
        }
        Conn::Postgres(conn) => {
            let mut show = |name: &str| {
                let value: String =
                    sql::<Text>(&format!("SELECT current_setting('{name}')")).get_result(conn)?;
                Ok::<_, diesel::result::Error>(format!("{name} {value}"))
            };
            Ok([show("fsync")?, show("synchronous_commit")?])
        }
    });
    db.close();
    told.expect("the database says how it is set")
}

#[test]
fn everything_acknowledged_outlives_two_hundred_kills_on_sqlite() {
    everything_acknowledged_outlives_two_hundred_kills(Database::Sqlite);
}

#[test]
fn everything_acknowledged_outlives_two_hundred_kills_on_postgres() {
    everything_acknowledged_outlives_two_hundred_kills(Database::Postgres);
}
