//! `onedoor demo`: the sample district with an account per role, and a clock fast enough to watch lights turn.

use super::serve::{self, Signals};
use super::{Failure, Outcome, say, start_log};
use crate::app::{self, App};
use crate::config::{Config, DEMO_ATTACHMENTS, DEMO_DATABASE, DEMO_FOLDER, People};
use crate::db::Db;
use crate::district::{self, Account};
use crate::domain::actor::Actor;
use crate::domain::ids::Instant;
use crate::fault::Fault;
use crate::journal;
use crate::people::{self, Password, PasswordHash};
use crate::time::Time;
use crate::web::{Context, LocalTime};
use chrono::{DateTime, TimeDelta};
use clap::Args;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::Path;

/// A Monday morning as the office opens.
const BEGIN: &str = "2026-11-23T09:00:00+08:00";

/// How the demo is run.
#[derive(Debug, Args)]
pub(super) struct Demo {
    /// Address and port to listen on
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<SocketAddr>,
    /// Another database than ./demo/onedoor.db; it must be empty unless --keep is given
    #[arg(long, value_name = "URL", env = "ONEDOOR_DATABASE__URL", hide_env_values = true)]
    database: Option<String>,
    /// Seconds the clock runs in each real second
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(i32).range(0..=86_400))]
    rate: i32,
    /// What the clock shows at first, as RFC 3339
    #[arg(long, value_name = "TIME", default_value = BEGIN, value_parser = instant)]
    start: Instant,
    /// Go on with what an earlier demo left
    #[arg(long)]
    keep: bool,
}

fn instant(text: &str) -> Result<Instant, String> {
    DateTime::parse_from_rfc3339(text).map(|at| Instant::new(at.to_utc())).map_err(|error| error.to_string())
}

impl Demo {
    /// Makes the district and serves it until the process is told to stop.
    pub(super) fn run(self, mut config: Config) -> Outcome {
        start_log(&config)?;
        // The clock runs fast: a session must outlast an afternoon of trying things out.
        config.people.session_idle_minutes = 43_200;
        config.people.session_hours = 2160;
        config.server.listen = self.listen.unwrap_or(config.server.listen);
        config.database.create = true;
        config.metrics.listen = None;
        std::fs::create_dir_all(DEMO_FOLDER)?;
        config.attachments.folder = DEMO_ATTACHMENTS.into();
        match &self.database {
            Some(url) => config.database.url.clone_from(url),
            None => {
                DEMO_DATABASE.clone_into(&mut config.database.url);
                config.mail.folder = Path::new(DEMO_FOLDER).join("mail");
            }
        }
        let (start, tokens) = self.make_district(&config)?;
        let app = App::new(config, Time::simulated(start, self.rate));
        actix_web::rt::System::new().block_on(async {
            let signals = Signals::listen()?;
            let running = serve::start(app).await?;
            self.tell(&running.context, running.address, start, &tokens);
            signals.until_told(running).await;
            Ok(())
        })
    }

    /// Fills the database unless an earlier demo's is kept. Gives the instant at which the clock begins, never before
    /// what was done already, and a token for each account.
    fn make_district(&self, config: &Config) -> Result<(Instant, Vec<(Account, String)>), Failure> {
        let zone = app::zone(config).map_err(|error| Failure::Config(error.to_string()))?;
        let db = Db::open(&config.database)?;
        if self.database.is_none() && !self.keep {
            db.migrate_down(u32::MAX)?;
            // Where there are none there is nothing to remove.
            drop(std::fs::remove_dir_all(&config.attachments.folder));
        }
        db.migrate_up()?;
        let (used, last) =
            db.read_blocking(|conn| Ok((people::any_person(conn)?, journal::latest(conn)?)))?;
        if used && !self.keep {
            let line =
                "the database is not empty: name an empty one, or go on with an earlier demo's by --keep";
            return Err(Failure::Other(line.to_owned()));
        }
        if !used {
            let passwords = passwords(&district::accounts()?)?;
            let at = self.start.plus(TimeDelta::hours(-1));
            let today = at.day_in(zone);
            db.write_blocking(move |conn| district::build(conn, at, today, &passwords))?;
        }
        let start = last.map_or(self.start, |last| last.max(self.start));
        let tokens = tokens(&db, start, &config.people)?;
        db.close();
        Ok((start, tokens))
    }

    fn tell(&self, context: &Context, address: SocketAddr, start: Instant, tokens: &[(Account, String)]) {
        let shown = LocalTime::new(start, context.zone);
        say(format_args!(
            "A small district. Its clock begins at {shown} and runs {} seconds a second.",
            self.rate
        ));
        say(format_args!("\n{:<12}{:<32}{:<34}of", "role", "user name", "password"));
        for (account, _) in tokens {
            let (role, username) = (account.role.code(), &account.username);
            say(format_args!("{role:<12}{username:<32}{:<34}{}", password(account), account.place));
        }
        say("\nPaste this into the shell you type curl in:\n");
        say(format_args!("export ONEDOOR=http://{address}/api/v1"));
        for (account, token) in tokens {
            let name = account.username.to_uppercase().replace('.', "_");
            say(format_args!("export {name}={token}"));
        }
        say(format_args!("\nThe API is described at http://{address}/api/docs/. Ctrl-C ends the demo."));
    }
}

/// The password of an account of the demo, which is nobody's secret.
fn password(account: &Account) -> String {
    format!("demo-{}", account.username)
}

fn passwords(accounts: &[Account]) -> Result<HashMap<String, PasswordHash>, Fault> {
    let hash = |account: &Account| {
        let password = Password::typed("/password", &password(account))?;
        Ok((account.username.clone(), password.hash_here()?))
    };
    accounts.iter().map(hash).collect()
}

/// A token for each account. Fails where one is missing: then the database is somebody's real one.
fn tokens(db: &Db, at: Instant, settings: &People) -> Result<Vec<(Account, String)>, Failure> {
    let settings = settings.clone();
    let tokens = db.write_blocking(move |conn| {
        let token = |account: Account| {
            let token = people::token_for(conn, at, &Actor::system(), &account.username, &settings)?;
            Ok((account, token))
        };
        district::accounts()?.into_iter().map(token).collect::<Result<Vec<_>, Fault>>()
    })?;
    let named = |(account, token): (Account, Option<String>)| {
        let line = format!("the database is no demo's: it has no active account {}", account.username);
        Ok((account, token.ok_or(Failure::Other(line))?))
    };
    tokens.into_iter().map(named).collect()
}
