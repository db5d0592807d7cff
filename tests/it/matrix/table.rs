//! Reads the table of expectations: `routes.table`.

use reqwest::Method;

/// The columns: who asks. What each of them is to the thing at hand stands at the head of the table.
pub(super) const ROLES: [&str; 12] = [
    "nobody",
    "company",
    "rival",
    "handler",
    "signer",
    "outsider",
    "supervisor",
    "leader",
    "specialist",
    "dispatcher",
    "auditor",
    "admin",
];

/// What is expected of one role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Expected {
    /// The right is there: done, or refused for what was done before.
    Right,
    /// Refused with this status, which is one of a denial.
    Refused(u16),
    /// Refused as if the body named nothing.
    NamesNothing,
}

/// What is expected of one role on one route.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cell {
    /// Of the thing at hand.
    pub(super) own: Expected,
    /// Of what does not exist.
    pub(super) missing: Expected,
}

/// One route, and one thing where it is tried on several.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) method: Method,
    pub(super) template: String,
    /// What is asked about; empty where it is the thing of the route's case.
    pub(super) thing: String,
    pub(super) cells: Vec<Cell>,
}

impl Row {
    /// As the OpenAPI document names it.
    pub(super) fn route(&self) -> String {
        format!("{} {}", self.method, self.template)
    }

    /// Whether its path names a thing that may be missing.
    pub(super) fn names_something(&self) -> bool {
        self.template.contains('{')
    }

    /// Every role with its cell.
    pub(super) fn by_role(&self) -> impl Iterator<Item = (&'static str, Cell)> {
        ROLES.into_iter().zip(self.cells.iter().copied())
    }
}

/// Every row of the table; fails on a line that cannot be read.
pub(super) fn rows() -> Vec<Row> {
    let lines = include_str!("routes.table").lines();
    let mut lines = lines.filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
    let header: Vec<&str> = lines.next().expect("a header").split('|').map(str::trim).skip(1).collect();
    assert_eq!(header, ROLES, "the columns of the table");
    lines.map(row).collect()
}

fn row(line: &str) -> Row {
    let mut fields = line.split('|').map(str::trim);
    let mut route = fields.next().unwrap_or_default().split_whitespace();
    let method =
        route.next().and_then(|word| word.parse().ok()).unwrap_or_else(|| panic!("no method: {line}"));
    let template = route.next().unwrap_or_else(|| panic!("no path: {line}")).to_owned();
    let thing = route.next().unwrap_or_default().trim_matches(['(', ')']).to_owned();
    let cells: Vec<Cell> = fields.map(|text| cell(text, line)).collect();
    assert_eq!(cells.len(), ROLES.len(), "{line}");
    Row { method, template, thing, cells }
}

/// `ok`, `401`, `403`, `404`, `none`; after a slash what is expected of a missing thing where it is not the same 401, nor 404.
fn cell(text: &str, line: &str) -> Cell {
    let expected = |word: &str| match word {
        "ok" => Expected::Right,
        "401" => Expected::Refused(401),
        "403" => Expected::Refused(403),
        "404" => Expected::Refused(404),
        "none" => Expected::NamesNothing,
        _ => panic!("nobody knows {word:?}: {line}"),
    };
    let (own, missing) = text.split_once('/').map_or((text, None), |(own, missing)| (own, Some(missing)));
    let own = expected(own);
    let missing = match (missing, own) {
        (Some(missing), _) => expected(missing),
        (None, Expected::Refused(401)) => own,
        (None, _) => Expected::Refused(404),
    };
    Cell { own, missing }
}
