//! `onedoor check`: do the settings, the database and what is in it hold?

use super::{Failure, Outcome, say};
use crate::app;
use crate::attachments::{self, Look};
use crate::config::Config;
use crate::db::{Conn, Db};
use crate::fault::Fault;
use crate::time::Time;
use crate::tls;
use crate::{letters, people, promises, requests, supervision};
use chrono::NaiveDate;
use clap::Args;

/// How closely it is looked.
#[derive(Debug, Args)]
pub(super) struct Check {
    /// Read every attachment and compare its bytes too
    #[arg(long)]
    bytes: bool,
}

/// Prints every finding, one line each. Fails when there is one.
pub(super) fn run(command: &Check, config: Config) -> Outcome {
    let zone = app::zone(&config).map_err(|error| Failure::Config(error.to_string()))?;
    let today = Time::system().now().day_in(zone);
    let db = Db::open(&config.database)?;
    let missing = db.migration_status()?.into_iter().filter(|state| !state.applied);
    let mut findings: Vec<String> = missing
        .map(|state| format!("migration {} is missing; `onedoor migrate` applies it", state.name))
        .collect();
    if findings.is_empty() {
        findings = db.read_blocking(|conn| of_the_rooms(conn, today))?;
        let look = if command.bytes { Look::Bytes } else { Look::Sizes };
        tls::use_ring();
        let objects = app::objects(&config).map_err(|error| Failure::Config(error.to_string()))?;
        let checked = actix_web::rt::System::new().block_on(attachments::check(&db, &objects, look));
        findings.extend(checked?);
    }
    db.close();
    for finding in &findings {
        say(finding);
    }
    match findings.len() {
        0 => say("everything holds"),
        1 => return Err(Failure::Other("1 finding".to_owned())),
        many => return Err(Failure::Other(format!("{many} findings"))),
    }
    Ok(())
}

/// What each room finds of its own data. `today` is the office's date.
fn of_the_rooms(conn: &mut Conn, today: NaiveDate) -> Result<Vec<String>, Fault> {
    let mut findings = people::check(conn)?;
    findings.extend(promises::check(conn, today)?);
    findings.extend(requests::check(conn)?);
    findings.extend(supervision::check(conn)?);
    findings.extend(letters::check(conn)?);
    Ok(findings)
}
