//! `onedoor audit verify`: is the journal still what was written?

use super::{Failure, Outcome, say};
use crate::audit::{self, Finding};
use crate::config::Config;
use crate::db::Db;
use clap::Subcommand;

/// What to do with the journal.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Read every chain and every daily head again and name what was altered, while the service runs or not
    Verify {
        /// A daily head that was mailed to an auditor; it must be among those kept. May be given several times
        #[arg(long = "head", value_name = "HASH")]
        heads: Vec<String>,
    },
}

impl Command {
    /// Prints every finding, one line each, and last the first altered row. Fails when there is one.
    pub(super) fn run(self, config: &Config) -> Outcome {
        let Self::Verify { heads } = self;
        let heads: Vec<String> = heads.iter().map(|head| head.trim().to_lowercase()).collect();
        let db = Db::open_to_read(&config.database)?;
        if let Some(missing) = db.migration_status()?.into_iter().find(|state| !state.applied) {
            let line = format!("migration {} is missing; `onedoor migrate` applies it", missing.name);
            return Err(Failure::Other(line));
        }
        let (mut findings, mut first): (u64, Option<Finding>) = (0, None);
        let verified = db.read_blocking(|conn| {
            audit::verify(conn, &heads, &mut |finding| {
                say(&finding.line);
                findings += 1;
                let key = |finding: &Finding| (finding.at.is_none(), finding.at);
                if first.as_ref().is_none_or(|first| key(&finding) < key(first)) {
                    first = Some(finding);
                }
            })
        })?;
        db.close();
        match first {
            None => {
                let (chains, entries, heads) = (verified.chains, verified.entries, verified.heads);
                say(format_args!(
                    "{chains} chains, {entries} entries, {heads} daily heads: everything holds"
                ));
                Ok(())
            }
            Some(first) => {
                let line = format!("findings: {findings}; the first altered row: {}", first.line);
                Err(Failure::Other(line))
            }
        }
    }
}
