//! The API describes itself: an OpenAPI 3.1 document with every route in it, and pages that need no other host.

use crate::bad_input::cases::{Holds, cases};
use crate::bad_input::world::World;
use crate::support::app::{TestApp, on_both};
use diesel::prelude::*;
use onedoor::db::schema::security_log;
use onedoor::domain::limits::MOST_FILES;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

const METHODS: &[&str] = &["get", "post", "put", "patch", "delete"];

async fn document(app: &TestApp) -> Value {
    app.stranger().get("/api/openapi.json").await.expect(200)
}

fn operations(document: &Value) -> Vec<(String, &Value)> {
    let paths = document["paths"].as_object().expect("it has paths");
    let of_path = |(path, item): (&String, &'static str)| (format!("{item} {path}"), (path.clone(), item));
    let all = paths.keys().flat_map(|path| METHODS.iter().map(move |method| (path, *method))).map(of_path);
    all.map(|(name, (path, method))| (name, &document["paths"][path][method]))
        .filter(|(_, operation)| operation.is_object())
        .collect()
}

async fn the_document_is_openapi_3_1_and_whole(app: &mut TestApp) {
    let document = document(app).await;
    assert!(document["openapi"].as_str().is_some_and(|version| version.starts_with("3.1.")));
    assert!(document["info"]["title"].is_string() && document["info"]["version"].is_string());
    assert_eq!(document["components"]["securitySchemes"]["bearer"]["scheme"], "bearer");
    let mut references = Vec::new();
    gather_references(&document, &mut references);
    assert!(references.iter().any(|reference| reference.ends_with("/FieldProblem")));
    let leads_nowhere = |reference: &String| {
        let pointer = reference.strip_prefix('#').expect("a reference stays in the document");
        document.pointer(pointer).is_none()
    };
    references.retain(leads_nowhere);
    assert!(references.is_empty(), "{references:#?} lead nowhere");
    let tags = document["tags"].as_array().cloned().unwrap_or_default();
    let described: BTreeSet<&str> = tags
        .iter()
        .filter(|tag| tag["description"].is_string())
        .filter_map(|tag| tag["name"].as_str())
        .collect();
    let mut ids = BTreeSet::new();
    for (name, operation) in operations(&document) {
        let id = operation["operationId"].as_str().unwrap_or_default().to_owned();
        assert!(ids.insert(id.clone()), "{name}: the id {id:?} is taken");
        assert!(operation["summary"].is_string(), "{name} says nothing");
        let tag = operation["tags"][0].as_str().unwrap_or_default();
        assert!(described.contains(tag), "{name}: the tag {tag:?} is not described");
        let responses = operation["responses"].as_object().expect("it has responses");
        assert!(responses.keys().any(|status| status.starts_with('2')), "{name} never succeeds");
        let silent = responses.values().find(|response| !response["description"].is_string());
        assert!(silent.is_none(), "{name}: OpenAPI asks for a description of {silent:?}");
        for part in name.split('{').skip(1) {
            let parameter = part.split('}').next().unwrap_or_default();
            let declared = operation["parameters"].as_array().is_some_and(|parameters| {
                parameters.iter().any(|one| one["in"] == "path" && one["name"] == parameter)
            });
            assert!(declared, "{name}: the path's {parameter} is not declared");
        }
    }
}

fn gather_references(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            found.extend(map.get("$ref").and_then(Value::as_str).map(ToOwned::to_owned));
            map.values().for_each(|value| gather_references(value, found));
        }
        Value::Array(list) => list.iter().for_each(|value| gather_references(value, found)),
        _ => {}
    }
}

/// Where what is sent has no limit, a line each: a text without length, form or words, a number without bounds, a list
/// without a most.
fn unlimited(document: &Value, place: &str, schema: &Value, seen: &mut Vec<String>, found: &mut Vec<String>) {
    if !schema.is_object() {
        return;
    }
    if let Some(reference) = schema["$ref"].as_str() {
        if !seen.contains(&reference.to_owned()) {
            seen.push(reference.to_owned());
            let whole = document.pointer(reference.trim_start_matches('#')).expect("it leads somewhere");
            unlimited(document, reference, whole, seen, found);
        }
        return;
    }
    let is = |kind: &str| {
        schema["type"] == kind || schema["type"].as_array().is_some_and(|all| all.contains(&kind.into()))
    };
    let has = |word: &str| schema.get(word).is_some();
    let is_formed = ["date", "date-time", "uuid"].iter().any(|format| schema["format"] == *format);
    let has_limit = has("maxLength") || has("enum") || has("pattern") || has("contentMediaType") || is_formed;
    let is_missing = (is("string") && !has_limit)
        || ((is("integer") || is("number")) && !(has("minimum") && has("maximum")))
        || (is("array") && !has("maxItems"));
    if is_missing {
        found.push(format!("{place}: {schema}"));
    }
    for (name, below) in schema["properties"].as_object().into_iter().flatten() {
        unlimited(document, &format!("{place}/{name}"), below, seen, found);
    }
    let others = ["items", "additionalProperties"].map(|word| &schema[word]);
    let parts = ["allOf", "oneOf", "anyOf"].iter().filter_map(|word| schema[word].as_array()).flatten();
    for below in others.into_iter().chain(parts) {
        unlimited(document, &format!("{place}/…"), below, seen, found);
    }
}

async fn every_field_that_is_sent_has_its_limits(app: &mut TestApp) {
    let document = document(app).await;
    let (mut seen, mut found) = (Vec::new(), Vec::new());
    for (name, operation) in operations(&document) {
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let place = format!("{name} {}", parameter["name"]);
            unlimited(&document, &place, &parameter["schema"], &mut seen, &mut found);
        }
        for (_, content) in operation["requestBody"]["content"].as_object().into_iter().flatten() {
            unlimited(&document, &name, &content["schema"], &mut seen, &mut found);
        }
    }
    assert!(seen.len() > 40, "{seen:?}");
    assert!(
        found.is_empty(),
        "no limit is declared: give each its `#[schema(max_length = …)]`, `minimum` and `maximum`, or `max_items`, as its check \
         has it: {found:#?}"
    );
}

/// What `schema` says of the field at `pointer`.
fn field<'document>(document: &'document Value, schema: &'document Value, pointer: &str) -> &'document Value {
    let schema = resolved(document, schema);
    match pointer.trim_start_matches('/').split_once('/').unwrap_or((pointer.trim_start_matches('/'), "")) {
        ("", _) => schema,
        (step, rest) if step.parse::<usize>().is_ok() => field(document, &schema["items"], rest),
        (step, rest) => field(document, &schema["properties"][step], rest),
    }
}

/// `schema`, or what it refers to, also where it may be null besides.
fn resolved<'document>(document: &'document Value, schema: &'document Value) -> &'document Value {
    if let Some(reference) = schema["$ref"].as_str() {
        return resolved(
            document,
            document.pointer(reference.trim_start_matches('#')).expect("it leads somewhere"),
        );
    }
    let parts = schema["oneOf"].as_array().into_iter().flatten();
    parts.filter(|part| part["type"] != "null").map(|part| resolved(document, part)).next().unwrap_or(schema)
}

async fn the_limits_declared_are_those_that_are_kept(app: &mut TestApp) {
    let document = document(app).await;
    let world = World::make(app).await;
    let (mut looked_at, mut wrong) = (0, Vec::new());
    for case in cases(app, &world) {
        let operation = &document["paths"][case.template][case.method.as_str().to_lowercase()];
        let body = &operation["requestBody"]["content"]["application/json"]["schema"];
        for known in case.fields.iter().flatten() {
            let (word, most) = match known.holds {
                Holds::Text(most) | Holds::Line(most) => ("maxLength", json!(most)),
                // A setting narrows it: what is declared is the most it may allow.
                Holds::List(_) if known.pointer == "/attachments" => ("maxItems", json!(MOST_FILES)),
                Holds::List(most) => ("maxItems", json!(most)),
                Holds::Number(most) => ("maximum", json!(most)),
                _ => continue,
            };
            looked_at += 1;
            let declared = &field(&document, body, known.pointer)[word];
            if *declared != most {
                let route = format!("{} {} {}", case.method, case.template, known.pointer);
                wrong.push(format!("{route}: {word} is declared as {declared}, kept as {most}"));
            }
        }
    }
    assert!(looked_at > 80 && wrong.is_empty(), "{looked_at} {wrong:#?}");
}

async fn every_handler_that_is_written_is_served_and_described(app: &mut TestApp) {
    let document = document(app).await;
    let described: BTreeSet<String> = operations(&document).into_iter().map(|(name, _)| name).collect();
    let mut written = BTreeSet::new();
    gather_handlers(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")), &mut written);
    assert!(written.contains("get /livez"), "{written:?}");
    let plain =
        |name: &String| described.contains(name) || described.contains(&name.replacen(' ', " /api/v1", 1));
    let missing: Vec<&String> = written.iter().filter(|name| !plain(name)).collect();
    assert!(missing.is_empty(), "no route leads to {missing:?}");
}

/// Every `#[get("/…")]` under `folder`, as `get /…`.
fn gather_handlers(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).expect("a source folder can be listed") {
        let path = entry.expect("a source entry can be read").path();
        if path.is_dir() {
            gather_handlers(&path, found);
            continue;
        }
        for line in fs::read_to_string(&path).expect("a source file is text").lines() {
            let written = METHODS.iter().find_map(|method| {
                let rest = line.trim().strip_prefix("#[")?.strip_prefix(method)?.strip_prefix("(\"")?;
                Some(format!("{method} {}", rest.split('"').next()?))
            });
            found.extend(written);
        }
    }
}

async fn the_pages_name_no_other_host(app: &mut TestApp) {
    let client = app.stranger();
    let first = client.get("/api/docs").await;
    assert_eq!((first.status, first.header("location")), (308, "/api/docs/"));
    let page = client.get("/api/docs/").await;
    assert!(page.header("content-security-policy").starts_with("default-src 'self'"));
    let page = page.expect(200).as_str().expect("a page").to_owned();
    let linked: Vec<String> = page
        .split(['"', '\''])
        .filter(|part| part.ends_with(".js") || part.ends_with(".css"))
        .map(|part| format!("/api/docs/{}", part.trim_start_matches("./")))
        .collect();
    assert!(linked.len() > 2, "{linked:?}");
    assert_eq!(other_hosts(&page, "http"), [""; 0]);
    for path in &linked {
        let text = client.get(path).await.expect(200).as_str().unwrap_or_default().to_owned();
        assert!(!text.is_empty(), "{path} is empty");
        // The library's own texts name the schemas of its formats; what loads it, and what a style loads, must not.
        let loads = if path.contains("initializer") { "http" } else { "url(http" };
        assert_eq!(other_hosts(&text, loads), [""; 0], "{path}");
    }
}

async fn every_route_but_the_open_ones_judges_the_token_before_all_else(app: &mut TestApp) {
    let document = document(app).await;
    let (stranger, forger) = (app.stranger(), app.stranger().with_token(&"x".repeat(43)));
    let mut open = BTreeSet::new();
    for (name, operation) in operations(&document) {
        let (method, path) = name.split_once(' ').expect("a name has a method and a path");
        if !path.starts_with("/api/v1/") {
            continue;
        }
        let method: Method = method.to_uppercase().parse().expect("a method");
        let nowhere = path.split('/').map(|part| if part.starts_with('{') { "x" } else { part });
        let path = format!("{}?nothing=known", nowhere.collect::<Vec<_>>().join("/"));
        let escaped = path.replacen("/api/v1/", "/api/%76%31/", 1);
        for (client, path) in [(&stranger, &path), (&forger, &path), (&stranger, &escaped)] {
            let wrong = client.request(method.clone(), path).header("content-type", "text/plain").body("{");
            let answer = client.send(wrong).await;
            if operation["security"].is_array() {
                answer.problem(401, "not_logged_in");
            } else {
                answer.problem(415, "unsupported_media_type");
                open.insert(name.clone());
            }
        }
    }
    let doors = ["login", "password-reset", "password-reset/confirm", "register"];
    assert_eq!(open.into_iter().collect::<Vec<_>>(), doors.map(|door| format!("post /api/v1/auth/{door}")));
    let noted = app.context.db.read(|conn| Ok(security_log::table.count().get_result::<i64>(conn)?)).await;
    assert_eq!(noted.expect("they can be counted"), 0, "a stranger writes nothing into the security log");
}

/// The beginnings of the addresses of other hosts in `text`, where they follow `loads`.
fn other_hosts<'text>(text: &'text str, loads: &str) -> Vec<&'text str> {
    let addresses = ["://", "s://"].map(|rest| format!("{loads}{rest}"));
    let found = addresses.iter().flat_map(|address| text.match_indices(address.as_str()));
    found.map(|(at, _)| text.get(at..at + 40).unwrap_or(&text[at..])).collect()
}

on_both!(
    the_document_is_openapi_3_1_and_whole,
    every_handler_that_is_written_is_served_and_described,
    the_pages_name_no_other_host,
    every_field_that_is_sent_has_its_limits,
    every_route_but_the_open_ones_judges_the_token_before_all_else,
);

on_both!(in the sample district: the_limits_declared_are_those_that_are_kept);
