//! `onedoor admin create`: the first account of a new installation. No default password exists anywhere.

use super::{Failure, Outcome, say};
use crate::config::Config;
use crate::db::Db;
use crate::domain::ids::Instant;
use crate::fault::{Fault, Language};
use crate::people::{self, Audience, NewPerson, Password, PasswordRules, PersonLanguage, Username};
use crate::time::Time;
use crate::web::Fields;
use clap::Subcommand;
use std::io::{self, IsTerminal, Write};
use std::process::{Command as Program, Stdio};

/// What to do with accounts.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Make an administrator. The password is asked for, or read as one line from standard input
    Create {
        /// The name to log in with: 3 to 32 lower-case letters, digits, dots, hyphens or underscores
        #[arg(long)]
        username: String,
        /// The real name
        #[arg(long)]
        name: Option<String>,
    },
}

impl Command {
    /// Does it, on the database of `config`.
    pub(super) fn run(self, config: Config) -> Outcome {
        let Self::Create { username, name } = self;
        let db = Db::open(&config.database)?;
        if let Some(missing) = db.migration_status()?.into_iter().find(|state| !state.applied) {
            let line = format!("migration {} is missing; `onedoor migrate` applies it", missing.name);
            return Err(Failure::Other(line));
        }
        let new = new_admin(&config, &username, name)?;
        let at: Instant = Time::system().now();
        let person = db.write_blocking(move |conn| people::create_admin(conn, at, &new)).map_err(in_words)?;
        db.close();
        say(format_args!("administrator {} made", person.username.unwrap_or_default()));
        Ok(())
    }
}

fn new_admin(config: &Config, username: &str, name: Option<String>) -> Result<NewPerson, Failure> {
    let unfit = || Fault::new(crate::fault::Code::UsernameInvalid);
    let username = Username::parse(username).ok_or_else(unfit).map_err(in_words)?;
    let mut fields = Fields::new();
    let typed = ask_password()?;
    let rules = PasswordRules::of(config, Audience::Staff);
    let password = Password::chosen(&mut fields, "/password", &typed, &rules, &[username.as_str()]);
    fields.finish().map_err(in_words)?;
    Ok(NewPerson {
        name: name.unwrap_or_else(|| username.as_str().to_owned()),
        username: Some(username),
        phone: None,
        email: None,
        language: PersonLanguage::Chinese,
        password: password.hash_here()?,
        one_time: false,
    })
}

fn in_words(fault: Fault) -> Failure {
    match &fault.cause {
        Some(_) => fault.into(),
        None => Failure::Other(fault.words(Language::English)),
    }
}

/// The password: typed twice without an echo at a terminal, else the first line of standard input.
fn ask_password() -> Result<String, Failure> {
    if !io::stdin().is_terminal() {
        return read_line();
    }
    let hidden = Echo::off();
    let typed = ask("Password: ").and_then(|first| Ok((first, ask("Once more: ")?)));
    drop(hidden);
    match typed? {
        (first, second) if first == second => Ok(first),
        _ => Err(Failure::Other("the two passwords differ; nothing was done".to_owned())),
    }
}

fn ask(words: &str) -> Result<String, Failure> {
    write!(io::stderr(), "{words}")?;
    io::stderr().flush()?;
    let line = read_line();
    writeln!(io::stderr())?;
    line
}

fn read_line() -> Result<String, Failure> {
    let mut line = String::new();
    io::stdin().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// The terminal's echo, off as long as this lives.
struct Echo;

impl Echo {
    fn off() -> Self {
        stty("-echo");
        Self
    }
}

impl Drop for Echo {
    fn drop(&mut self) {
        stty("echo");
    }
}

/// A terminal that cannot be set shows the password; that is told by the terminal itself.
fn stty(setting: &str) {
    drop(Program::new("stty").arg(setting).stdin(Stdio::inherit()).status());
}
