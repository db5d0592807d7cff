//! The lints of the house style stand in `Cargo.toml`.

use super::{Problem, Rule};
use std::fs;
use std::path::Path;

/// Table, lint, and the least level it must have.
const WANTED: &[(&str, &str, &str)] = &[
    ("rust", "unsafe_code", "forbid"),
    ("rust", "missing_docs", "deny"),
    ("rust", "unreachable_pub", "deny"),
    ("clippy", "all", "deny"),
    ("clippy", "unwrap_used", "deny"),
    ("clippy", "expect_used", "deny"),
    ("clippy", "indexing_slicing", "deny"),
    ("clippy", "as_conversions", "deny"),
    ("clippy", "dbg_macro", "deny"),
    ("clippy", "todo", "deny"),
    ("clippy", "print_stdout", "deny"),
    ("clippy", "allow_attributes_without_reason", "deny"),
];

/// Lints that `Cargo.toml` does not set, or sets lower. A tree without `Cargo.toml` is a fixture of other rules.
pub(crate) fn missing(root: &Path) -> Vec<Problem> {
    let Ok(text) = fs::read_to_string(root.join("Cargo.toml")) else {
        return Vec::new();
    };
    let manifest: toml::Table = text.parse().expect("Cargo.toml is TOML");
    let level = |table: &str, lint: &str| {
        let setting = manifest.get("lints")?.get(table)?.get(lint)?;
        setting.get("level").unwrap_or(setting).as_str().map(ToOwned::to_owned)
    };
    let mut problems = Vec::new();
    for (table, lint, wanted) in WANTED {
        let found = level(table, lint);
        if !found.as_deref().is_some_and(|found| found == *wanted || found == "forbid") {
            let text = format!("[lints.{table}] must set {lint} = \"{wanted}\"");
            problems.push(Problem::new(Rule::Lints, "Cargo.toml", text));
        }
    }
    problems
}
