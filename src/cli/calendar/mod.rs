//! `onedoor calendar`: anyone can check the arithmetic of working time, without a database.

mod asked;
mod evaluate;
mod explain;
mod lines;

use asked::Asked;
use clap::{Args, Subcommand};
use std::io::{self, BufReader, Write};
use std::process::ExitCode;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Read cases as JSON Lines on standard input and write one JSON line for each, in order.
    Eval,
    /// Print how one due date comes about, day by day.
    Explain(Question),
}

/// One limit to explain.
#[derive(Debug, Args)]
pub(super) struct Question {
    /// A calendar compiled in.
    #[arg(long, default_value = "cn")]
    calendar: String,
    /// When the limit starts, in RFC 3339: 2026-09-28T10:00:00+08:00.
    #[arg(long)]
    from: String,
    #[command(flatten)]
    asked: Asked,
}

/// Runs the command. A reader of the output that goes away ends it quietly.
pub(super) fn run(command: Command) -> ExitCode {
    let mut output = io::stdout().lock();
    let done = match command {
        Command::Eval => lines::answer_all(&mut BufReader::new(io::stdin().lock()), &mut output),
        Command::Explain(question) => match explain::text(&question) {
            Ok(text) => output.write_all(text.as_bytes()).and_then(|()| output.flush()),
            Err(problem) => return refuse(&format!("{}: {}", problem.code, problem.detail), 2),
        },
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => refuse(&error.to_string(), 1),
    }
}

fn refuse(reason: &str, code: u8) -> ExitCode {
    // Where standard error is closed there is nobody left to tell.
    let _ = writeln!(io::stderr(), "onedoor calendar: {reason}");
    ExitCode::from(code)
}
