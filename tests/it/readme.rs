//! The README's walk does what it says: its shell blocks are run as they stand, on both databases.

use crate::support::binary::Serving;
use crate::support::place::{Database, Place};
use std::io::Write;
use std::process::{Command, Stdio};

/// Every block of the README that is marked as shell, one after the other.
fn steps() -> String {
    let readme = include_str!("../../README.md");
    let blocks = readme.split("```sh\n").skip(1).filter_map(|rest| rest.split_once("```"));
    blocks.map(|(block, _)| block).collect()
}

/// What the steps print when they are pasted into a shell beside a running demo; `None` where they cannot be.
fn walked(database: Database) -> Option<String> {
    let has_curl = Command::new("curl").arg("--version").stdout(Stdio::null()).status();
    if !has_curl.is_ok_and(|status| status.success()) {
        let line = "SKIPPED: the walk of the README, because curl is not installed\n";
        std::io::stderr().write_all(line.as_bytes()).expect("standard error can be written");
        return None;
    }
    let place = Place::empty(database)?;
    let folder = place.folder.path();
    let demo = Serving::start(folder, &["demo", "--database", &place.url], &[]);
    let shell = Command::new("bash")
        .args(["-e", "-u", "-o", "pipefail", "-c", &steps()])
        .env("ONEDOOR", format!("{}/api/v1", demo.root))
        .env("no_proxy", "*")
        .output()
        .expect("bash can be run");
    let printed = String::from_utf8_lossy(&shell.stdout).into_owned();
    let complaints = String::from_utf8_lossy(&shell.stderr);
    assert!(shell.status.success(), "a step of the README fails:\n{printed}\n{complaints}");
    demo.signal("TERM");
    assert!(demo.end().success(), "the demo stops in order");
    Some(printed)
}

/// Asserts that the README's walk ends as it says, and that each of the answers it shows came in its order.
fn the_walk_goes_as_the_readme_tells(database: Database) {
    let Some(printed) = walked(database) else {
        return;
    };
    let shown = [
        r#""number":"QS20261123-0001" "state":"submitted""#,
        r#""fits":true"#,
        r#""kind":"feedback" "due_at":"2026-11-23T17:30:00+08:00" "light":"green""#,
        r#""words":"3 working days, counted from the day after the receipt""#,
        r#""red":0 "yellow":0 "green":4"#,
        r#""kind":"contact" "due_at":"2026-11-24T17:30:00+08:00" "outcome":"met""#,
        r#""kind":"assist" "due_at":"2026-11-25T17:30:00+08:00" "outcome":"met""#,
        r#""kind":"feedback" "due_at":"2026-11-23T17:30:00+08:00" "outcome":"met""#,
        r#""number":"QS20261123-0001" "state":"answered""#,
        r#""possible":["rate","conclude","message","attach"]"#,
        r#""act":"file" "words":"Filed""#,
        r#""level":"very_satisfied" "score":5 "solved":true"#,
        r#""state":"concluded""#,
    ];
    let mut rest = printed.as_str();
    for words in shown {
        let found = rest.split_once(words).map(|(_, after)| after);
        rest = found.unwrap_or_else(|| panic!("the README shows {words}; the walk printed\n{printed}"));
    }
}

#[test]
fn the_walk_goes_as_the_readme_tells_on_sqlite() {
    the_walk_goes_as_the_readme_tells(Database::Sqlite);
}

#[test]
fn the_walk_goes_as_the_readme_tells_on_postgres() {
    the_walk_goes_as_the_readme_tells(Database::Postgres);
}
