//! `onedoor migrate`: bring the database up to date, tell where it stands, or take migrations back.

use super::{Outcome, say};
use crate::config::Config;
use crate::db::Db;
use clap::Args;

/// What to do; without an option, everything missing is applied.
#[derive(Debug, Args)]
pub(super) struct Migrate {
    /// Change nothing; tell for each migration whether the database has it
    #[arg(long, conflicts_with = "down")]
    status: bool,
    /// Take back the last N migrations; the data in what they made is lost
    #[arg(long, value_name = "N")]
    down: Option<u32>,
}

impl Migrate {
    /// Does it, on the database of `config`, which is made where it is a file that is not there.
    pub(super) fn run(&self, mut config: Config) -> Outcome {
        config.database.create = !self.status && self.down.is_none();
        let db = Db::open(&config.database)?;
        if self.status {
            for state in db.migration_status()? {
                say(format_args!("{} {}", if state.applied { "applied" } else { "missing" }, state.name));
            }
        } else if let Some(steps) = self.down {
            tell("taken back", &db.migrate_down(steps)?);
        } else {
            tell("applied", &db.migrate_up()?);
        }
        db.close();
        Ok(())
    }
}

fn tell(what: &str, names: &[String]) {
    if names.is_empty() {
        say("nothing to do");
    }
    for name in names {
        say(format_args!("{what} {name}"));
    }
}
