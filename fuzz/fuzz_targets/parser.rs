//! The fuzz target of every parser of outside input: `ONEDOOR_PARSER` says which one. `fuzz/run` runs them all.

#![no_main]

use libfuzzer_sys::fuzz_target;
use onedoor::parsers::{self, Parser};
use std::sync::LazyLock;

static PARSER: LazyLock<&Parser> = LazyLock::new(|| {
    let name = std::env::var("ONEDOOR_PARSER").expect("ONEDOOR_PARSER names a parser");
    parsers::named(&name).expect("a parser of src/parsers.rs")
});

fuzz_target!(|bytes: &[u8]| (PARSER.take)(bytes));
