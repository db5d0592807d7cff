//! Floor 3: the commands. Each reads its arguments, calls one function and gives an exit code.

mod calendar;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Reads the command line and runs the command. The exit code is 0 when it did its work, 1 when it could not, and 2
/// when it was asked wrongly.
pub fn run() -> ExitCode {
    match Arguments::parse().command {
        Command::Calendar(command) => calendar::run(command),
    }
}

/// One door in, one door out, and a clock for every promise.
#[derive(Debug, Parser)]
#[command(name = "onedoor", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Check the arithmetic of working time.
    #[command(subcommand)]
    Calendar(calendar::Command),
}
