//! The migrations: two folders with the same names, built into the program.

use super::connection::{Conn, MultiBackend};
use super::error::DbError;
use super::{Db, Inner};
use crate::fault::{Code, Fault};
use diesel::connection::SimpleConnection;
use diesel::migration::{Migration, MigrationSource};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use std::collections::BTreeSet;

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// The number of the advisory lock that keeps several starting programs from migrating at once.
const ADVISORY_LOCK: i64 = 0x6f6e_6564_6f6f_7200;

/// One migration this program knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MigrationState {
    /// Its name, the same on both databases.
    pub name: String,
    /// Whether the database has it.
    pub applied: bool,
}

impl Db {
    /// Applies what is missing and gives the names of what was applied, in order. Refuses a database newer than this
    /// program. Blocks.
    pub fn migrate_up(&self) -> Result<Vec<String>, DbError> {
        self.migrating(|conn, known| {
            let mut done = Vec::new();
            for migration in conn.pending_migrations(known).map_err(failed)? {
                conn.run_migration(&migration).map_err(failed)?;
                done.push(migration.name().to_string());
            }
            Ok(done)
        })
    }

    /// Takes back the last `steps` migrations, or as many as there are, and gives their names, newest first. The data
    /// in what they made is lost. Blocks.
    pub fn migrate_down(&self, steps: u32) -> Result<Vec<String>, DbError> {
        self.migrating(|conn, known| {
            let mut known: Vec<Box<dyn Migration<MultiBackend>>> = known.migrations().map_err(failed)?;
            let mut done = Vec::new();
            for version in conn
                .applied_migrations()
                .map_err(failed)?
                .into_iter()
                .take(usize::try_from(steps).unwrap_or(0))
            {
                let Some(index) = known.iter().position(|migration| migration.name().version() == version)
                else {
                    continue;
                };
                let migration = known.swap_remove(index);
                conn.revert_migration(&migration).map_err(failed)?;
                done.push(migration.name().to_string());
            }
            Ok(done)
        })
    }

    /// Every migration this program knows, oldest first, and whether the database has it. Refuses a database newer than
    /// this program. Blocks.
    pub fn migration_status(&self) -> Result<Vec<MigrationState>, DbError> {
        self.migrating(|conn, known| {
            let applied: BTreeSet<String> = versions(conn)?;
            let mut states: Vec<MigrationState> = all(known)?
                .into_iter()
                .map(|(version, name)| MigrationState { name, applied: applied.contains(&version) })
                .collect();
            states.sort_by(|one, other| one.name.cmp(&other.name));
            Ok(states)
        })
    }

    /// As [`Db::migrate_up`], on a blocking thread.
    pub async fn migrate_pending(&self) -> Result<Vec<String>, DbError> {
        let db = self.clone();
        let task = tokio::task::spawn_blocking(move || db.migrate_up());
        task.await.unwrap_or_else(|failure| Err(failed(failure)))
    }

    /// Whether the database answers and has every migration: what `/readyz` asks.
    pub async fn ready(&self) -> Result<(), Fault> {
        if !self.is_migrated() {
            let db = self.clone();
            let task = tokio::task::spawn_blocking(move || db.migration_status());
            let states = task.await.map_err(Fault::internal)??;
            if let Some(missing) = states.iter().find(|state| !state.applied) {
                return Err(Fault::new(Code::DatabaseUnavailable)
                    .retry_after(2)
                    .because(format_args!("migration {} is not applied", missing.name)));
            }
            self.set_migrated(true);
        }
        self.read(|conn| Ok(conn.batch_execute("SELECT 1")?)).await
    }

    fn migrating<T>(
        &self,
        work: impl FnOnce(&mut Conn, EmbeddedMigrations) -> Result<T, DbError>,
    ) -> Result<T, DbError> {
        self.set_migrated(false);
        let (mut conn, known) = match self.inner() {
            Inner::Sqlite(sqlite) => (sqlite.connect()?, SQLITE),
            Inner::Postgres(postgres) => {
                let mut conn = postgres.connect()?;
                // Held by the session: it goes with the connection, whatever happens.
                conn.batch_execute(&format!("SELECT pg_advisory_lock({ADVISORY_LOCK})")).map_err(failed)?;
                (conn, POSTGRES)
            }
        };
        refuse_newer(&mut conn)?;
        work(&mut conn, known)
    }
}

fn refuse_newer(conn: &mut Conn) -> Result<(), DbError> {
    let known: BTreeSet<String> = all(if matches!(conn, Conn::Sqlite(_)) { SQLITE } else { POSTGRES })?
        .into_iter()
        .map(|(version, _)| version)
        .collect();
    let unknown: Vec<String> =
        versions(conn)?.into_iter().filter(|version| !known.contains(version)).collect();
    if unknown.is_empty() { Ok(()) } else { Err(DbError::Newer { versions: unknown }) }
}

/// Version and name of each known migration.
fn all(known: EmbeddedMigrations) -> Result<Vec<(String, String)>, DbError> {
    let known: Vec<Box<dyn Migration<MultiBackend>>> = known.migrations().map_err(failed)?;
    Ok(known.iter().map(|one| (one.name().version().to_string(), one.name().to_string())).collect())
}

fn versions(conn: &mut Conn) -> Result<BTreeSet<String>, DbError> {
    Ok(conn.applied_migrations().map_err(failed)?.iter().map(ToString::to_string).collect())
}

fn failed(error: impl std::fmt::Display) -> DbError {
    DbError::Migration { why: error.to_string() }
}
