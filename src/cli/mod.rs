//! The commands. Each says what it did on standard output, and what went wrong in one line on standard error.

mod admin;
mod audit;
mod calendar;
mod check;
mod demo;
mod migrate;
mod serve;

use crate::config::{self, Config};
use clap::{Parser, Subcommand};
use std::fmt;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// onedoor: one door in, one door out, and a clock for every promise.
#[derive(Debug, Parser)]
#[command(version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// The file with settings; ./onedoor.toml where there is one
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the API
    Serve,
    /// Bring the database up to date, tell where it stands, or take migrations back
    Migrate(migrate::Migrate),
    /// Serve a small district with a fast clock, an account per role and nothing to lose
    Demo(demo::Demo),
    /// Look whether settings, database, data and attachments hold
    Check(check::Check),
    /// Look whether the journal is still what was written
    #[command(subcommand)]
    Audit(audit::Command),
    /// Make accounts
    #[command(subcommand)]
    Admin(admin::Command),
    /// Check the arithmetic of working time
    #[command(subcommand)]
    Calendar(calendar::Command),
}

/// Why a command failed.
#[derive(Debug)]
enum Failure {
    /// The settings cannot be used: exit code 2.
    Config(String),
    /// Anything else: exit code 1.
    Other(String),
}

impl<E: std::error::Error> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Other(error.to_string())
    }
}

type Outcome = Result<(), Failure>;

/// Runs the command the process was started with. Exit code 0 when it was done, 2 when the command line or the
/// settings cannot be used, 1 otherwise.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let settings = || config::load(cli.config.as_deref()).map_err(|error| Failure::Config(error.to_string()));
    let outcome = match cli.command {
        Command::Serve => settings().and_then(serve::run),
        Command::Migrate(command) => settings().and_then(|config| command.run(config)),
        Command::Demo(command) => settings().and_then(|config| command.run(config)),
        Command::Check(command) => settings().and_then(|config| check::run(&command, config)),
        Command::Audit(command) => settings().and_then(|config| command.run(&config)),
        Command::Admin(command) => settings().and_then(|config| command.run(config)),
        Command::Calendar(command) => return calendar::run(command),
    };
    let (line, code) = match outcome {
        Ok(()) => return ExitCode::SUCCESS,
        Err(Failure::Config(line)) => (line, 2),
        Err(Failure::Other(line)) => (line, 1),
    };
    complain(&line);
    ExitCode::from(code)
}

/// Prints one line to standard output. A reader that has gone away is no failure.
fn say(line: impl fmt::Display) {
    drop(writeln!(std::io::stdout(), "{line}"));
}

fn complain(line: &str) {
    drop(writeln!(std::io::stderr(), "onedoor: {line}"));
}

/// Starts logging as the settings say.
fn start_log(config: &Config) -> Outcome {
    crate::telemetry::start(&config.log).map_err(Failure::Config)
}
