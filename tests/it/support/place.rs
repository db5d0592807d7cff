//! Where a scenario's data lies: a database of its own, copied from one that was migrated once per run.

use super::postgres::{Cluster, postgres};
use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};
use onedoor::db::{Db, Settings};
use std::fs;
use std::path::PathBuf;
use std::sync::OnceLock;
use tempfile::TempDir;

/// Which database a scenario runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Database {
    Sqlite,
    Postgres,
}

/// One database of one test, gone when this is dropped.
pub(crate) struct Place {
    /// What `database.url` is to be.
    pub(crate) url: String,
    /// A folder for whatever the test wants to write.
    pub(crate) folder: TempDir,
    cluster: Option<&'static Cluster>,
}

impl Place {
    /// A database nothing was done to; on SQLite, no file yet. `None` when PostgreSQL is off or not installed.
    pub(crate) fn empty(database: Database) -> Option<Self> {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let (url, cluster) = match database {
            Database::Sqlite => (url_of(&folder.path().join("onedoor.db")), None),
            Database::Postgres => {
                let cluster = postgres()?;
                (cluster.fresh_database(), Some(cluster))
            }
        };
        Some(Self { url, folder, cluster })
    }

    /// A migrated database. `None` as for [`Place::empty`].
    pub(crate) fn migrated(database: Database) -> Option<Self> {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let (url, cluster) = match database {
            Database::Sqlite => {
                let file = folder.path().join("onedoor.db");
                fs::copy(file_template(), &file).expect("the template can be copied");
                (url_of(&file), None)
            }
            Database::Postgres => {
                let cluster = postgres()?;
                (cluster.database_from(name_in(server_template(cluster))), Some(cluster))
            }
        };
        Some(Self { url, folder, cluster })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(cluster) = self.cluster.filter(|_| !std::thread::panicking()) {
            let mut connection =
                PgConnection::establish(&cluster.first).expect("the server takes connections");
            let drop = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", name_in(&self.url));
            connection.batch_execute(&drop).expect("a database can be dropped");
        }
    }
}

/// The name of the database a server's URL leads to.
fn name_in(url: &str) -> &str {
    url.rsplit('/').next().and_then(|rest| rest.split('?').next()).unwrap_or_default()
}

fn url_of(file: &std::path::Path) -> String {
    format!("sqlite:{}", file.display())
}

/// The file every test on SQLite begins with a copy of.
fn file_template() -> &'static PathBuf {
    static TEMPLATE: OnceLock<PathBuf> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        // In the folder cargo gives for such files: nothing here runs at the end of the process to remove it.
        let file =
            PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("template-{}.db", std::process::id()));
        for ending in ["", "-wal", "-shm"] {
            drop(fs::remove_file(format!("{}{ending}", file.display())));
        }
        prepare(&url_of(&file));
        file
    })
}

/// The database every test on PostgreSQL begins with a copy of.
fn server_template(cluster: &Cluster) -> &'static str {
    static TEMPLATE: OnceLock<String> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        let url = cluster.fresh_database();
        prepare(&url);
        url
    })
}

fn prepare(url: &str) {
    let settings = Settings { url: url.to_owned(), create: true, ..Settings::default() };
    let db = Db::open(&settings).expect("a new database can be opened");
    db.migrate_up().expect("a new database can be migrated");
    db.close();
}
