//! The shape of files: a short `main.rs`, a header on every module, rooms that are split by act.

use super::facts::texts;
use super::{House, Problem, Rule};
use std::path::Path;

const LONGEST_MAIN: usize = 30;

/// Names that cut a room by layer, or say nothing. A room's file is one of the six (`mod`, `store`, `views`, `api`,
/// `pages`, `letters`), or named for an act or a noun of its work.
const LAYERS: &[&str] = &[
    "base",
    "common",
    "controller",
    "controllers",
    "dao",
    "dto",
    "dtos",
    "entities",
    "entity",
    "handler",
    "handlers",
    "helper",
    "helpers",
    "impls",
    "lib",
    "main",
    "manager",
    "managers",
    "misc",
    "model",
    "models",
    "queries",
    "repositories",
    "repository",
    "routes",
    "schema",
    "service",
    "services",
    "traits",
    "types",
    "util",
    "utils",
];

/// `main` is a switchboard.
pub(crate) fn main_is_short(root: &Path) -> Option<Problem> {
    let (_, text) = texts(root).into_iter().find(|(name, _)| name == "src/main.rs")?;
    let lines = text.lines().count();
    (lines > LONGEST_MAIN).then(|| {
        Problem::new(
            Rule::LongMain,
            "src/main.rs",
            format!("{lines} lines; a switchboard needs at most {LONGEST_MAIN}"),
        )
    })
}

/// The first line of a module says what it is.
pub(crate) fn headers(root: &Path) -> Vec<Problem> {
    let bare = texts(root).into_iter().filter(|(_, text)| !text.starts_with("//! "));
    bare.map(|(name, _)| {
        Problem::new(Rule::NoHeader, name, "must begin with a `//!` line that says what it is")
    })
    .collect()
}

/// A room is a folder whose door is `mod.rs`, whose rows are private, and which is split by act.
pub(crate) fn room_files(house: &House) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut complain = |file: &str, text: String| problems.push(Problem::new(Rule::RoomFile, file, text));
    for file in &house.files {
        let Some((room, inside)) = file.module.split_first() else {
            continue;
        };
        if house.plan.floor(room) != Some(2) {
            continue;
        }
        if file.name == format!("src/{room}.rs") {
            complain(&file.name, format!("a room is a folder: src/{room}/mod.rs"));
        }
        if let Some(layer) = inside.iter().find(|name| LAYERS.contains(&name.as_str())) {
            complain(&file.name, format!("`{layer}` is a layer; a large room splits by act"));
        }
        if file.facts.open_modules.iter().any(|module| module == "store") {
            complain(&file.name, "`store` is private to its room".to_owned());
        }
    }
    problems
}
