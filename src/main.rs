//! The switchboard: read the command, call one function.

use std::process::ExitCode;

fn main() -> ExitCode {
    onedoor::cli::run()
}
