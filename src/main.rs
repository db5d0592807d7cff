//! The switchboard: read the command, call one function.

fn main() {}
