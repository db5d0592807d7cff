//! Where a scenario's data lies: a database of its own, copied from one in which the sample district was built once
//! per run.

use super::postgres::{Cluster, postgres};
use super::sample::Sample;
use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};
use onedoor::db::{Db, Settings};
use std::fs;
use std::sync::{LazyLock, OnceLock};
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
    /// What the database holds at first; an empty district where it is empty.
    pub(crate) district: &'static Sample,
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
        Some(Self { url, folder, district: &NONE, cluster })
    }

    /// A migrated database without anything in it. `None` as for [`Place::empty`].
    pub(crate) fn migrated(database: Database) -> Option<Self> {
        static SQLITE: OnceLock<Template> = OnceLock::new();
        static POSTGRES: OnceLock<Template> = OnceLock::new();
        let template = match database {
            Database::Sqlite => SQLITE.get_or_init(|| Template::file(|_| Sample::default())),
            Database::Postgres => {
                let cluster = postgres()?;
                POSTGRES.get_or_init(|| Template::database(cluster.fresh_database(), |_| Sample::default()))
            }
        };
        Self::copy_of(template)
    }

    /// A database with the sample district in it. `None` as for [`Place::empty`].
    pub(crate) fn with_district(database: Database) -> Option<Self> {
        static SQLITE: OnceLock<Template> = OnceLock::new();
        static POSTGRES: OnceLock<Template> = OnceLock::new();
        let template = match database {
            Database::Sqlite => SQLITE.get_or_init(|| Template::file(Sample::build)),
            Database::Postgres => {
                let cluster = postgres()?;
                POSTGRES.get_or_init(|| Template::database(cluster.fresh_database(), Sample::build))
            }
        };
        Self::copy_of(template)
    }

    /// Takes the database away from its server, as if that were down. For PostgreSQL only.
    pub(crate) fn take_away(&self) {
        self.on_the_server(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", name_in(&self.url)));
    }

    /// Puts an empty database in the place of the one taken away.
    pub(crate) fn put_back(&self) {
        self.on_the_server(&format!("CREATE DATABASE {} TEMPLATE template0", name_in(&self.url)));
    }

    fn on_the_server(&self, statement: &str) {
        let cluster = self.cluster.expect("a file has no server");
        let mut connection = PgConnection::establish(&cluster.first).expect("the server takes connections");
        connection.batch_execute(statement).expect("the server does as it is told");
    }

    fn copy_of(template: &'static Template) -> Option<Self> {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let (url, cluster) = match &template.original {
            Original::File(content) => {
                let file = folder.path().join("onedoor.db");
                fs::write(&file, content).expect("a copy of the template can be written");
                (url_of(&file), None)
            }
            Original::Database(url) => {
                let cluster = postgres()?;
                (cluster.database_from(name_in(url)), Some(cluster))
            }
        };
        Some(Self { url, folder, district: &template.district, cluster })
    }
}

static NONE: LazyLock<Sample> = LazyLock::new(Sample::default);

impl Drop for Place {
    fn drop(&mut self) {
        if self.cluster.is_some() && !std::thread::panicking() {
            self.take_away();
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

/// A database that tests begin with a copy of.
struct Template {
    original: Original,
    district: Sample,
}

enum Original {
    /// What the file holds.
    File(Vec<u8>),
    /// The URL on the server.
    Database(String),
}

impl Template {
    /// Kept in memory: nothing here runs at the end of the process to remove a file.
    fn file(furnish: impl FnOnce(&Db) -> Sample) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let file = folder.path().join("template.db");
        let district = furnished(url_of(&file), furnish);
        let content = fs::read(&file).expect("the template can be read");
        Self { original: Original::File(content), district }
    }

    fn database(url: String, furnish: impl FnOnce(&Db) -> Sample) -> Self {
        let district = furnished(url.clone(), furnish);
        Self { original: Original::Database(url), district }
    }
}

/// Migrates and furnishes the database at `url`, and leaves nobody connected to it.
pub(crate) fn furnished(url: String, furnish: impl FnOnce(&Db) -> Sample) -> Sample {
    let db = Db::open(&Settings { url, create: true, ..Settings::default() });
    let db = db.expect("a new database can be opened");
    db.migrate_up().expect("a new database can be migrated");
    let district = furnish(&db);
    db.close();
    district
}
