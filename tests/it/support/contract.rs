//! Holds every answer the tests' client gets to the OpenAPI document: its status, its type, its codes and the shape of its
//! body must be declared for its operation.
//!
//! `ONEDOOR_WRITE_DOCS=1` adds a code that is not declared to `src/contract/refusals.table` instead of failing.

use super::client::Answer;
use super::schema;
use percent_encoding::percent_decode_str;
use reqwest::Method;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::{LazyLock, Mutex, PoisonError};

/// Where the codes of each operation stand.
const TABLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/contract/refusals.table");

static CONTRACT: LazyLock<Contract> = LazyLock::new(Contract::read);

/// The document, ready to be looked into.
struct Contract {
    document: Value,
    /// The parts of each path, with the path as the document writes it.
    paths: Vec<(Vec<String>, String)>,
    /// The operations that have their line in the table.
    lines: BTreeSet<String>,
}

/// Fails unless the document declares `answer` of `method` on `path`, where that leads to an operation which has its line in the
/// table.
pub(crate) fn hold(method: &Method, path: &str, answer: &Answer) {
    let method = if method == Method::HEAD { Method::GET } else { method.clone() };
    let Some(route) = CONTRACT.route(&method, path).filter(|route| CONTRACT.lines.contains(&route.name()))
    else {
        return;
    };
    let declared = &CONTRACT.operation(&route)["responses"][answer.status.to_string()];
    let told = String::from_utf8_lossy(&answer.bytes).chars().take(2000).collect::<String>();
    let code = answer.body["code"].as_str();
    let name = route.name();
    if let (Some(code), true) = (code, answer.status >= 400) {
        let errors = answer.body["errors"].as_array().into_iter().flatten();
        let codes = errors.filter_map(|error| error["code"].as_str()).chain([code]);
        let known = CONTRACT.codes(&route);
        for code in codes.filter(|code| !known.contains(*code)) {
            declare(&name, code);
        }
        if std::env::var_os("ONEDOOR_WRITE_DOCS").is_some() {
            return;
        }
    }
    assert!(
        declared.is_object(),
        "{name} answered {}, which its `#[utoipa::path]` does not declare: {told}",
        answer.status
    );
    let content = &declared["content"];
    if answer.bytes.is_empty() {
        return;
    }
    let kind = answer.header("content-type");
    let kind = kind.split(';').next().unwrap_or_default().trim();
    let of_kind = &content[kind];
    assert!(
        of_kind.is_object(),
        "{name} answered {} with {kind:?}, which its `#[utoipa::path]` does not declare: {told}",
        answer.status
    );
    if kind.ends_with("json") {
        let wrong = schema::misfits(&CONTRACT.document, &of_kind["schema"], &answer.body);
        assert!(
            wrong.is_empty(),
            "{name} answered {} otherwise than its schema says: {wrong:#?} {told}",
            answer.status
        );
    }
}

/// One operation.
struct Route {
    method: String,
    path: String,
}

impl Route {
    fn name(&self) -> String {
        format!("{} {}", self.method.to_uppercase(), self.path)
    }
}

impl Contract {
    fn read() -> Self {
        let document = onedoor::routes::document().to_json().expect("a document that can be written");
        let document: Value = serde_json::from_str(&document).expect("the document is JSON");
        let paths = document["paths"].as_object().expect("it has paths");
        let parts = |path: &String| (path.split('/').map(ToOwned::to_owned).collect(), path.clone());
        let paths = paths.keys().map(parts).collect();
        let table = fs::read_to_string(TABLE).expect("the table can be read");
        let lines = table.lines().filter_map(|line| line.split_once('|'));
        let lines = lines.map(|(route, _)| route.trim().to_owned()).collect();
        Self { document, paths, lines }
    }

    /// The operation that `method` on `path` leads to: a part that is written out goes before one that is a name.
    fn route(&self, method: &Method, path: &str) -> Option<Route> {
        let path = percent_decode_str(path).decode_utf8_lossy();
        let parts: Vec<&str> = path.split('/').collect();
        let fits = |template: &[String]| {
            let is =
                |(part, given): (&String, &&str)| part.starts_with('{') && !given.is_empty() || part == given;
            template.len() == parts.len() && template.iter().zip(&parts).all(is)
        };
        let found = self.paths.iter().filter(|(template, _)| fits(template));
        let (_, path) =
            found.min_by_key(|(template, _)| template.iter().filter(|part| part.starts_with('{')).count())?;
        let route = Route { method: method.as_str().to_lowercase(), path: path.clone() };
        self.operation(&route).is_object().then_some(route)
    }

    fn operation(&self, route: &Route) -> &Value {
        &self.document["paths"][&route.path][&route.method]
    }

    /// Every code of every refusal of an operation.
    fn codes(&self, route: &Route) -> BTreeSet<&str> {
        let responses = self.operation(route)["responses"].as_object().into_iter().flatten();
        let schemas = responses
            .map(|(_, response)| &response["content"]["application/problem+json"]["schema"]["allOf"]);
        let codes = schemas.filter_map(|parts| parts[1]["properties"]["code"]["enum"].as_array());
        codes.flatten().filter_map(Value::as_str).collect()
    }
}

/// Adds a code to the table where that is asked for, else fails.
fn declare(name: &str, code: &str) {
    static WRITING: Mutex<()> = Mutex::new(());
    let asked = std::env::var_os("ONEDOOR_WRITE_DOCS").is_some();
    assert!(
        asked,
        "{name} was refused with `{code}`, which the OpenAPI document does not declare. Is that right? Then \
         `ONEDOOR_WRITE_DOCS=1 cargo test --test it -- THIS_TEST` adds it to src/contract/refusals.table"
    );
    let _alone = WRITING.lock().unwrap_or_else(PoisonError::into_inner);
    let text = fs::read_to_string(Path::new(TABLE)).expect("the table can be read");
    let (head, lines): (Vec<&str>, Vec<&str>) = text.lines().partition(|line| line.starts_with('#'));
    let mut rows: BTreeMap<&str, BTreeSet<&str>> = lines
        .iter()
        .filter_map(|line| line.split_once('|'))
        .map(|(route, codes)| (route.trim(), codes.split_whitespace().collect()))
        .collect();
    rows.entry(name).or_default().insert(code);
    let rows = rows.iter().map(|(route, codes)| {
        let codes: Vec<&str> = codes.iter().copied().collect();
        format!("{route} | {}", codes.join(" ")).trim_end().to_owned()
    });
    let lines: Vec<String> = head.into_iter().map(ToOwned::to_owned).chain(rows).collect();
    fs::write(TABLE, format!("{}\n", lines.join("\n"))).expect("the table can be written");
}
