//! Only `src/db/` knows that there are two databases, and their migrations go by the same names.

use super::{House, Problem, Rule};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Parts of an identifier or a text that name a database wherever they stand.
const NAMES: &[&str] = &["sqlite", "postgres", "libpq", "pq_sys"];

/// Outside `src/db/` nothing names a database: not in code, not in a text. `config` may spell its URL.
pub(crate) fn named_outside_db(house: &House) -> Vec<Problem> {
    let mut problems = Vec::new();
    for file in house.files.iter().filter(|file| file.module.first().is_none_or(|room| room != "db")) {
        let mut complain = |text: String| {
            problems.push(Problem::new(
                Rule::DatabaseOutsideDb,
                &file.name,
                format!("{text}; only src/db/ may"),
            ));
        };
        for identifier in file.facts.identifiers.iter().filter(|identifier| is_database(identifier)) {
            complain(format!("`{identifier}` names a database"));
        }
        for identifier in file.facts.identifiers.iter().filter(|identifier| *identifier == "sql_query") {
            complain(format!("`{identifier}` writes SQL by hand"));
        }
        let is_config = file.module.first().is_some_and(|room| room == "config");
        for text in file.facts.texts.iter().filter(|text| speaks_of_a_database(text)) {
            let is_url = ["sqlite:", "postgres:", "postgresql:"].iter().any(|scheme| text.contains(scheme));
            if !(is_config && is_url) {
                complain(format!("the text {text:?} names a database"));
            }
        }
    }
    problems
}

fn is_database(identifier: &str) -> bool {
    let lower = identifier.to_lowercase();
    NAMES.iter().any(|name| lower.contains(name)) || words(identifier).iter().any(|word| word == "pg")
}

fn speaks_of_a_database(text: &str) -> bool {
    let lower = text.to_lowercase();
    NAMES.iter().any(|name| lower.contains(name)) || lower.contains("pragma ") || lower.contains("pg_")
}

/// The words of `PgConnection` or `is_pg`, in small letters.
fn words(identifier: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut after_small = false;
    for letter in identifier.chars() {
        if letter == '_' || (letter.is_uppercase() && after_small) {
            words.push(String::new());
        }
        after_small = letter.is_lowercase();
        if letter != '_'
            && let Some(word) = words.last_mut()
        {
            word.extend(letter.to_lowercase());
        }
    }
    words
}

/// The two folders hold the same names, `NNNN_name`, each with a way up and a way down.
pub(crate) fn migrations(root: &Path) -> Vec<Problem> {
    let folders = ["migrations/sqlite", "migrations/postgres"];
    let [sqlite, postgres] = folders.map(|folder| names(&root.join(folder)));
    let mut problems = Vec::new();
    for (folder, own, other) in [(folders[0], &sqlite, &postgres), (folders[1], &postgres, &sqlite)] {
        for name in other.difference(own) {
            problems.push(Problem::new(
                Rule::Migrations,
                folder,
                format!("`{name}` is missing; the other folder has it"),
            ));
        }
        for name in own {
            let files = names(&root.join(folder).join(name));
            if !files.iter().eq(["down.sql", "up.sql"]) {
                let text = format!("`{name}` must hold up.sql and down.sql, nothing else");
                problems.push(Problem::new(Rule::Migrations, folder, text));
            }
            let number = name.split('_').next().unwrap_or_default();
            if number.len() != 4 || !number.chars().all(|digit| digit.is_ascii_digit()) {
                problems.push(Problem::new(
                    Rule::Migrations,
                    folder,
                    format!("`{name}` is not named NNNN_name"),
                ));
            }
            if own.iter().any(|other| other != name && other.starts_with(&format!("{number}_"))) {
                problems.push(Problem::new(Rule::Migrations, folder, format!("`{number}` is used twice")));
            }
        }
    }
    problems
}

/// The names in a folder; none when the folder is missing.
fn names(folder: &Path) -> BTreeSet<String> {
    let Ok(entries) = fs::read_dir(folder) else {
        return BTreeSet::new();
    };
    let name = |entry: std::io::Result<fs::DirEntry>| {
        entry.expect("a folder entry can be read").file_name().to_string_lossy().into_owned()
    };
    entries.map(name).filter(|name| !name.starts_with('.')).collect()
}
