//! Reads a table: rows of words against columns of states.
//!
//! The tests of the documents draw their pictures from the same tables by this same file.

use onedoor::domain::lifecycle::{AssignmentAct, Capacity, RequestAct};
use onedoor::domain::refusal::RefusalCode;
use onedoor::domain::words::{AssignmentState, Part, RequestState};
use std::collections::HashMap;

/// A table that names every combination exactly once.
pub(crate) struct Table {
    cells: HashMap<(Vec<String>, String), String>,
}

struct Row {
    keys: Vec<String>,
    cells: Vec<String>,
}

impl Table {
    /// Reads the table of the request: act and capacity against its states.
    pub(crate) fn of_request(text: &str) -> Result<Self, Vec<String>> {
        let states = codes(RequestState::ALL, RequestState::code);
        let acts = codes(RequestAct::ALL, RequestAct::code);
        let capacities = codes(Capacity::ALL, Capacity::code);
        let keys: &[(&str, &[&str])] = &[("act", &acts), ("capacities", &capacities)];
        Self::read(text, keys, &states, |cell| is_known(cell, &states))
    }

    /// Reads the table of the assignment: act, capacity and part against its states.
    pub(crate) fn of_assignment(text: &str) -> Result<Self, Vec<String>> {
        let states = codes(AssignmentState::ALL, AssignmentState::code);
        let acts = codes(AssignmentAct::ALL, AssignmentAct::code);
        let capacities = codes(Capacity::ALL, Capacity::code);
        let parts = codes(Part::ALL, Part::code);
        let keys: &[(&str, &[&str])] = &[("act", &acts), ("capacities", &capacities), ("parts", &parts)];
        Self::read(text, keys, &states, |cell| is_known(cell, &states))
    }

    /// Reads `text`. `keys` are the leading columns with all their words: the first is written out row by row, each
    /// other one is also listed by hand in a line `name: word word …`. `states` are the further columns.
    ///
    /// Fails with every fault found: a list or a header that differs from the code's words, a word nobody knows, a
    /// combination without a row or with two.
    pub(crate) fn read(
        text: &str,
        keys: &[(&str, &[&str])],
        states: &[&str],
        is_known: impl Fn(&str) -> bool,
    ) -> Result<Self, Vec<String>> {
        let mut faults = Vec::new();
        let mut rows = Vec::new();
        let mut lists = HashMap::new();
        let mut header = None;
        for line in text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')) {
            if let Some((name, words)) = line.split_once(':') {
                lists.insert(name, words.split_whitespace().collect::<Vec<_>>());
                continue;
            }
            let fields: Vec<String> = line.split('|').map(|field| field.trim().to_owned()).collect();
            if header.is_none() {
                header = Some(fields);
                continue;
            }
            if fields.len() != keys.len() + states.len() {
                faults.push(format!(
                    "{} fields instead of {}: {line}",
                    fields.len(),
                    keys.len() + states.len()
                ));
                continue;
            }
            let (row_keys, cells) = fields.split_at(keys.len());
            for (key, (name, words)) in row_keys.iter().zip(keys) {
                if key != "*" && !words.contains(&key.as_str()) {
                    faults.push(format!("{name} has no {key}: {line}"));
                }
            }
            for cell in cells.iter().filter(|cell| !is_known(cell)) {
                faults.push(format!("nobody knows {cell}: {line}"));
            }
            rows.push(Row { keys: row_keys.to_vec(), cells: cells.to_vec() });
        }
        for (name, words) in keys.iter().skip(1) {
            if lists.get(name).map(Vec::as_slice) != Some(*words) {
                faults.push(format!("{name} are {words:?}, the table lists {:?}", lists.get(name)));
            }
        }
        let columns: Vec<String> = header.unwrap_or_default().into_iter().skip(keys.len()).collect();
        if columns != states {
            faults.push(format!("the states are {states:?}, the table has {columns:?}"));
        }
        let mut table = Self { cells: HashMap::new() };
        for combination in combinations(keys) {
            let matching: Vec<&Row> = rows.iter().filter(|row| matches(row, &combination, &rows)).collect();
            match matching.as_slice() {
                [row] => table.cells.extend(
                    states
                        .iter()
                        .zip(&row.cells)
                        .map(|(state, cell)| ((combination.clone(), (*state).to_owned()), cell.clone())),
                ),
                [] => faults.push(format!("no row for {}", combination.join(" "))),
                several => faults.push(format!("{} rows for {}", several.len(), combination.join(" "))),
            }
        }
        if faults.is_empty() { Ok(table) } else { Err(faults) }
    }

    /// What the table says of this combination in this state; `None` only for words it does not have.
    pub(crate) fn cell(&self, keys: &[&str], state: &str) -> Option<&str> {
        let keys = keys.iter().map(|key| (*key).to_owned()).collect();
        self.cells.get(&(keys, state.to_owned())).map(String::as_str)
    }
}

/// The words as the tables and the code spell them.
pub(crate) fn codes<Word: Copy>(words: &[Word], code: fn(Word) -> &'static str) -> Vec<&'static str> {
    words.iter().map(|word| code(*word)).collect()
}

/// Whether a cell is written in words the code knows.
fn is_known(cell: &str, states: &[&str]) -> bool {
    match cell.strip_prefix('!') {
        Some(code) => RefusalCode::from_code(code).is_some(),
        None => cell == "=" || states.contains(&cell),
    }
}

/// Every combination of the words of all keys.
fn combinations(keys: &[(&str, &[&str])]) -> Vec<Vec<String>> {
    keys.iter().fold(vec![Vec::new()], |before, (_, words)| {
        before
            .iter()
            .flat_map(|start| words.iter().map(|word| [start.as_slice(), &[(*word).to_owned()]].concat()))
            .collect()
    })
}

/// Whether `row` speaks of `combination`: word for word, where `*` is every word that no other row names behind the
/// same words before it.
fn matches(row: &Row, combination: &[String], rows: &[Row]) -> bool {
    row.keys.iter().zip(combination).enumerate().all(|(place, (key, word))| {
        if key != "*" {
            return key == word;
        }
        !rows.iter().any(|other| {
            other.keys.get(place) == Some(word) && other.keys.get(..place) == row.keys.get(..place)
        })
    })
}
