//! Tests of the house itself: what may import what, who may know which database runs, how files are shaped.
//!
//! The rules live in `tests/tidy/`; the floor plan they judge by is read from `src/lib.rs`. Every folder of
//! `tests/tidy/fixtures/` is a small house with one fault and the exact messages it must cause, so that a rule
//! that has stopped failing is itself a failing test.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot read its input has failed")]

#[path = "tidy/mod.rs"]
mod house;

use house::{Rule, check, long_files};
use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn fixtures() -> Vec<PathBuf> {
    let folder = root().join("tests/tidy/fixtures");
    let mut found: Vec<PathBuf> = fs::read_dir(folder)
        .expect("the fixtures can be listed")
        .map(|entry| entry.expect("a fixture can be read").path())
        .collect();
    found.sort();
    found
}

#[test]
fn this_house_is_tidy() {
    for (file, lines) in long_files(root()) {
        // Written straight to the stream: the test harness would swallow a print of a passing test.
        let line =
            format!("long file: {file} has {lines} lines; look for the noun that wants its own file\n");
        std::io::stderr().write_all(line.as_bytes()).expect("standard error can be written");
    }
    let problems = check(root());
    let listed: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert!(problems.is_empty(), "the house is not tidy:\n{}", listed.join("\n"));
}

#[test]
fn every_fixture_fails_with_exactly_the_messages_it_expects() {
    for fixture in fixtures() {
        let expected = fs::read_to_string(fixture.join("expected.txt")).expect("a fixture has expected.txt");
        let found: String = check(&fixture).iter().map(|problem| format!("{problem}\n")).collect();
        assert_eq!(found, expected, "fixture {}", fixture.display());
    }
}

#[test]
fn every_rule_has_a_fixture_that_breaks_it() {
    let broken: BTreeSet<Rule> =
        fixtures().iter().flat_map(|fixture| check(fixture)).map(|problem| problem.rule).collect();
    for rule in Rule::ALL {
        assert!(broken.contains(rule), "no fixture breaks the rule {rule:?}");
    }
}

#[test]
fn every_fixture_but_the_clean_one_has_a_problem() {
    for fixture in fixtures() {
        let clean = fixture.ends_with("clean");
        assert_eq!(check(&fixture).is_empty(), clean, "fixture {}", fixture.display());
    }
    assert!(fixtures().iter().any(|fixture| fixture.ends_with("clean")), "there is a clean fixture");
}
