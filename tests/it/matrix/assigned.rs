//! Mass assignment: no body takes a column of the tables behind it that the OpenAPI document does not name.

use super::world::Things;
use crate::bad_input::cases::put;
use crate::support::app::TestApp;
use crate::support::place::Database;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Which tables are behind a route beside those its path names: by the first word of the path.
const BEHIND: &[(&str, &[&str])] = &[
    ("auth", &["persons", "sessions", "companies", "memberships"]),
    ("people", &["persons", "memberships"]),
    ("companies", &["companies", "persons", "memberships"]),
    ("units", &["units"]),
    ("categories", &["categories"]),
    ("duty-table", &["duties"]),
];

/// Those behind every other route, and by a word of the path what else.
const OF_REQUESTS: &[&str] = &["requests", "assignments"];
const OF_ACTS: &[(&str, &str)] = &[
    ("answer", "answers"),
    ("draft", "answers"),
    ("correct", "answers"),
    ("contact", "contacts"),
    ("contest", "contests"),
    ("message", "messages"),
    ("urge", "urges"),
    ("extension", "extensions"),
    ("plan", "plans"),
    ("progress", "progress_reports"),
    ("return", "returns"),
    ("meeting", "joint_meetings"),
    ("rating", "ratings"),
    ("callback", "callbacks"),
    ("follow-up", "follow_ups"),
    ("appeal", "appeals"),
    ("commitment", "commitments"),
    ("ask-info", "supplements"),
    ("supplement", "supplements"),
    ("withdrawal", "withdrawals"),
    ("transfer", "transfers"),
];

/// The columns of every table, as `src/db/schema.rs` has them.
fn columns() -> BTreeMap<&'static str, Vec<&'static str>> {
    let mut tables: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut table = "";
    for line in include_str!("../../../src/db/schema.rs").lines().map(str::trim) {
        if let Some((name, _)) = line.split_once(" (").filter(|_| line.ends_with(") {")) {
            table = name;
        } else if let Some((column, _)) = line.split_once(" -> ") {
            tables.entry(table).or_default().push(column);
        }
    }
    tables
}

/// The columns behind a route.
fn behind<'c>(tables: &BTreeMap<&str, Vec<&'c str>>, template: &str) -> BTreeSet<&'c str> {
    let path = template.trim_start_matches("/api/v1/");
    let noun = path.split('/').next().unwrap_or_default();
    let names: Vec<&str> = match BEHIND.iter().find(|(of, _)| *of == noun) {
        Some((_, names)) => names.to_vec(),
        None => {
            let acts = OF_ACTS.iter().filter(|(word, _)| path.contains(word));
            acts.map(|(_, name)| *name).chain(OF_REQUESTS.iter().copied()).collect()
        }
    };
    let of_table =
        |name: &&str| tables.get(name).unwrap_or_else(|| panic!("there is no table {name}")).clone();
    names.iter().flat_map(of_table).collect()
}

/// The schema itself where this one refers to it, or says that it may be missing.
fn resolved<'d>(document: &'d Value, schema: &'d Value) -> &'d Value {
    if let Some(reference) = schema["$ref"].as_str() {
        let target =
            document.pointer(reference.trim_start_matches('#')).expect("a reference leads somewhere");
        return resolved(document, target);
    }
    for several in ["oneOf", "anyOf", "allOf"] {
        let one = schema[several].as_array().into_iter().flatten().find(|one| one["type"] != "null");
        if let Some(one) = one {
            return resolved(document, one);
        }
    }
    schema
}

/// Every object of a body, by its pointer, with the fields the document names of it.
fn objects(
    document: &Value,
    schema: &Value,
    body: &Value,
    pointer: &str,
    found: &mut Vec<(String, BTreeSet<String>)>,
) {
    let schema = resolved(document, schema);
    match body {
        Value::Object(fields) => {
            let named = schema["properties"].as_object().into_iter().flatten().map(|(name, _)| name.clone());
            found.push((pointer.to_owned(), named.collect()));
            assert_eq!(
                schema["additionalProperties"], false,
                "the document lets {pointer} have more: {schema}"
            );
            for (name, field) in fields {
                let below = format!("{pointer}/{name}");
                objects(document, &schema["properties"][name], field, &below, found);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                objects(document, &schema["items"], item, &format!("{pointer}/{index}"), found);
            }
        }
        _ => {}
    }
}

async fn no_body_takes_a_column_it_does_not_name(app: &mut TestApp) {
    let things = Things::make(app).await;
    let document = app.stranger().get("/api/openapi.json").await.expect(200);
    let tables = columns();
    let (mut faults, mut tried) = (Vec::new(), 0);
    for case in things.cases() {
        let verb = case.method.as_str().to_lowercase();
        let schema =
            &document["paths"][case.template][&verb]["requestBody"]["content"]["application/json"]["schema"];
        // A document of the promise book or of a calendar is no row: it is judged as a whole.
        if case.fields.is_none() || case.method == Method::PUT {
            continue;
        }
        let client = if case.by.is_empty() { app.stranger() } else { app.as_(case.by) };
        let mut found = Vec::new();
        objects(&document, schema, &case.body(), "", &mut found);
        for (pointer, named) in found {
            for column in behind(&tables, case.template).into_iter().filter(|column| !named.contains(*column))
            {
                let mut body = case.body();
                put(&mut body, &format!("{pointer}/{column}"), json!("1"));
                let request =
                    client.request(case.method.clone(), &case.path(&case.id)).header("if-match", "*");
                let answer = client.send(request.json(&body)).await;
                let error = &answer.body["errors"][0];
                let is_refused =
                    error["code"] == "unknown_field" && error["pointer"] == format!("{pointer}/{column}");
                tried += 1;
                if answer.status != 422 || !is_refused {
                    faults.push(format!(
                        "{} {} {pointer}/{column}: {}",
                        case.method, case.template, answer.body
                    ));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{} of {tried}:\n{}", faults.len(), faults.join("\n"));
    assert!(tried > 2000, "{tried}");
}

/// A body is read before any row is: one database is enough.
#[test]
fn no_body_takes_a_column_it_does_not_name_on_sqlite() {
    crate::support::app::run_in_the_sample_district(
        Database::Sqlite,
        no_body_takes_a_column_it_does_not_name,
    );
}
