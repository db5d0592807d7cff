//! What a machine does to a program: the real binary is killed, its disk fills, its database goes away and comes back.
//!
//! Nothing here is simulated, and so some of it needs more than a compiler: `strace`, and the right to mount a small
//! disk. `ONEDOOR_TEST_FAULTS` says how much that matters: `auto` (the default: skip loudly) or `require`.

mod disk;
mod kept;
mod kill;
mod load;
mod server;
mod stopping;
mod store;
mod synced;

use crate::support::binary::Serving;
use crate::support::place::{Database, furnished};
use crate::support::postgres::Cluster;
use crate::support::sample::Sample;
use std::io::Write;
use tempfile::TempDir;

/// A database with the sample district that outlives a crash, and a folder to run the program in.
struct Ground {
    url: String,
    folder: TempDir,
    district: Sample,
    /// The server of this ground alone; none for the embedded database.
    server: Option<Cluster>,
}

impl Ground {
    /// `None` as for [`Cluster::own`].
    fn new(database: Database) -> Option<Self> {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let (url, server) = match database {
            Database::Sqlite => (format!("sqlite:{}", folder.path().join("onedoor.db").display()), None),
            Database::Postgres => {
                let server = Cluster::own()?;
                (server.fresh_database(), Some(server))
            }
        };
        let district = furnished(url.clone(), Sample::build);
        Some(Self { url, folder, district, server })
    }

    /// The program on this database, with these settings beside.
    fn serve(&self, settings: &[(&str, &str)]) -> Serving {
        Serving::start(self.folder.path(), &["serve"], &[&self.settings()[..], settings].concat())
    }

    /// What the program is told here: which database, that one may file as fast as one is answered, and to leave fixed
    /// ports alone.
    fn settings(&self) -> Vec<(&str, &str)> {
        vec![
            ("ONEDOOR_DATABASE__URL", &self.url),
            ("ONEDOOR_LIMITS__PERSON_PER_SECOND", "0"),
            ("ONEDOOR_LIMITS__COMPANY_PER_SECOND", "0"),
            ("ONEDOOR_LIMITS__ADDRESS_PER_SECOND", "0"),
            ("ONEDOOR_METRICS__LISTEN", ""),
        ]
    }
}

/// Says once, past the test harness, that something will not be tested here; fails where everything is required.
#[expect(
    clippy::disallowed_methods,
    reason = "how tests run is said by the environment, not by the product's config"
)]
fn skip(what: &str, reason: &str) {
    let required = std::env::var("ONEDOOR_TEST_FAULTS").is_ok_and(|wish| wish == "require");
    assert!(!required, "ONEDOOR_TEST_FAULTS=require, but {what} cannot be tested: {reason}");
    let line = format!("SKIPPED: {what}, because {reason}\n");
    std::io::stderr().write_all(line.as_bytes()).expect("standard error can be written");
}
