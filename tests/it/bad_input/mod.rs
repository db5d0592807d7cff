//! Bad input on every route: refused with its own code at its place, alike on both databases, and nothing changed.

mod accounts;
mod again;
mod between;
pub(crate) mod cases;
mod long;
mod odd;
pub(crate) mod orders;
mod queries;
pub(crate) mod trace;
mod turns;
pub(crate) mod world;
mod wrong;

use crate::support::app::{TestApp, on_both, run_in_the_sample_district};
use crate::support::client::{Answer, Client};
use crate::support::place::Database;
use cases::{Case, cases};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use world::World;
use wrong::NOTHING;

/// The client of whoever a case is done by.
fn client(app: &TestApp, case: &Case) -> Client {
    if case.by.is_empty() { app.stranger() } else { app.as_(case.by) }
}

/// A case's request with this body.
async fn send(app: &TestApp, case: &Case, id: &str, body: Vec<u8>) -> Answer {
    let client = client(app, case);
    let request = client.request(case.method.clone(), &case.path(id)).header("if-match", "*");
    let request = match case.fields {
        Some(_) => request.header("content-type", "application/json").body(body),
        None => request,
    };
    client.send(request).await
}

/// What of an answer must be the same on both databases: status, code, and the code at each pointer.
fn told(answer: &Answer) -> String {
    let errors = answer.body["errors"].as_array().cloned().unwrap_or_default();
    let errors: Vec<String> =
        errors.iter().map(|error| format!("{} {}", error["pointer"], error["code"])).collect();
    format!("{} {} {errors:?}", answer.status, answer.body["code"])
}

/// Fails with the name of every table whose rows differ.
async fn unchanged(app: &TestApp, before: &std::collections::BTreeMap<String, String>) {
    let after = trace::content(app).await;
    let changed: Vec<&String> =
        after.keys().filter(|table| after.get(*table) != before.get(*table)).collect();
    assert!(changed.is_empty(), "what was refused left its trace in {changed:?}");
}

async fn every_route_that_changes_something_has_its_case(app: &mut TestApp) {
    let document = app.stranger().get("/api/openapi.json").await.expect(200);
    let mut served = BTreeSet::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        let writes = ["post", "put", "patch", "delete"].into_iter().filter(|method| item[method].is_object());
        served.extend(writes.map(|method| format!("{} {path}", method.to_uppercase())));
    }
    // Files are no JSON: what may be wrong with them is in `attachments`.
    assert!(served.remove("POST /api/v1/uploads"));
    let world = World::make(app).await;
    let cases = cases(app, &world);
    let known: BTreeSet<String> =
        cases.iter().map(|case| format!("{} {}", case.method, case.template)).collect();
    assert_eq!(known, served);
    assert_eq!(known.len(), cases.len());
}

async fn every_right_body_is_taken(app: &mut TestApp) {
    let world = World::make(app).await;
    for case in cases(app, &world).into_iter().chain(turns::beside(app)) {
        let body = if case.method == Method::PUT {
            app.as_("admin").get(&case.path(&case.id)).await.expect(200)["document"].clone()
        } else {
            case.body()
        };
        let answer = send(app, &case, &case.id, body.to_string().into_bytes()).await;
        assert!(answer.status < 300, "{} {}: {:#}", case.method, case.template, answer.body);
    }
}

/// Sends every wrong body; gives what was told of each.
async fn wrong_bodies(app: &TestApp) -> Vec<String> {
    let world = World::make(app).await;
    let before = trace::content(app).await;
    let (mut transcript, mut failures) = (Vec::new(), Vec::new());
    let cases: Vec<Case> = cases(app, &world).into_iter().chain(turns::beside(app)).collect();
    for case in cases.iter().filter(|case| case.fields.is_some()) {
        for wrong in wrong::bodies(case) {
            let answer = send(app, case, &case.id, wrong.body).await;
            let errors = answer.body["errors"].as_array().cloned().unwrap_or_default();
            let at_its_place =
                errors.iter().any(|error| error["pointer"] == wrong.pointer && error["code"] == wrong.code);
            let whole = wrong.pointer.is_empty() && answer.body["code"] == wrong.code;
            let is_problem = answer.header("content-type") == "application/problem+json";
            let line = format!("{} {} {}: {}", case.method, case.template, wrong.what, told(&answer));
            if answer.status != wrong.status || !is_problem || !(at_its_place || whole) {
                failures.push(format!("{line}; wanted {} {} {}", wrong.status, wrong.pointer, wrong.code));
            }
            transcript.push(line);
        }
    }
    assert!(failures.is_empty(), "{} of {}:\n{}", failures.len(), transcript.len(), failures.join("\n"));
    unchanged(app, &before).await;
    transcript
}

#[test]
fn every_wrong_body_is_refused_at_its_place_alike_on_both_databases() {
    let mut told = Vec::new();
    for database in [Database::Sqlite, Database::Postgres] {
        run_in_the_sample_district(database, async |app| told.push(wrong_bodies(app).await));
    }
    if let [sqlite, postgres] = told.as_slice() {
        for (one, other) in sqlite.iter().zip(postgres) {
            assert_eq!(one, other);
        }
        assert!(sqlite.len() == postgres.len() && sqlite.len() > 1000, "{}", sqlite.len());
    }
}

async fn the_longest_text_is_counted_in_characters_and_taken(app: &mut TestApp) {
    let world = World::make(app).await;
    for case in cases(app, &world) {
        for field in case.fields.iter().flatten() {
            let most = match field.holds {
                cases::Holds::Text(most) | cases::Holds::Line(most) => most,
                _ => continue,
            };
            let mut body = case.body();
            cases::put(&mut body, field.pointer, json!("汉".repeat(most)));
            // Of nothing where there is an id, so that one field after the other can be tried.
            let answer = send(app, &case, NOTHING, body.to_string().into_bytes()).await;
            let errors = answer.body["errors"].as_array().cloned().unwrap_or_default();
            let is_refused = errors
                .iter()
                .any(|error| error["pointer"] == field.pointer && error["code"] == "text_too_long");
            assert!(
                !is_refused && answer.status < 500,
                "{} {}: {:#}",
                case.template,
                field.pointer,
                answer.body
            );
        }
    }
}

async fn another_content_type_or_none_is_refused(app: &mut TestApp) {
    let world = World::make(app).await;
    let before = trace::content(app).await;
    for case in cases(app, &world).iter().filter(|case| case.fields.is_some()) {
        let client = client(app, case);
        for kind in
            ["text/plain", "application/xml", "application/x-www-form-urlencoded", "json", "\u{e9}", ""]
        {
            let request = client.request(case.method.clone(), &case.path(&case.id)).header("if-match", "*");
            let request = if kind.is_empty() { request } else { request.header("content-type", kind) };
            let answer = client.send(request.body(case.body().to_string())).await;
            answer.problem(415, "unsupported_media_type");
        }
    }
    unchanged(app, &before).await;
}

async fn a_path_that_leads_to_nothing_is_not_found(app: &mut TestApp) {
    let world = World::make(app).await;
    let before = trace::content(app).await;
    for case in cases(app, &world).iter().filter(|case| case.template.contains('{')) {
        let braced = format!("%7B{NOTHING}%7D");
        let simple = NOTHING.replace('-', "");
        let with_nul = format!("{NOTHING}%00");
        let strange = [NOTHING, "1", "x", "%00", "%FF", "..%2F..", "null", &braced, &simple, &with_nul];
        for id in strange {
            let answer = send(app, case, id, case.body().to_string().into_bytes()).await;
            assert_eq!(told(&answer), "404 \"not_found\" []", "{} {} {id}", case.method, case.template);
        }
    }
    unchanged(app, &before).await;
}

/// What a company may not see is told of as what is not there, and what others may see but not do is refused. Whoever sees
/// a request may see its number whole, for a reason.
async fn what_is_anothers_is_hidden_or_refused(app: &mut TestApp) {
    let world = World::make(app).await;
    let before = trace::content(app).await;
    let of_all = |case: &&Case| {
        case.template.starts_with("/api/v1/auth/") || case.template == "/api/v1/requests/{id}/reveal-phone"
    };
    for case in cases(app, &world).iter().filter(|case| !of_all(case)) {
        for other in
            ["equipment", "industry.handler", "auditor"].into_iter().filter(|other| *other != case.by)
        {
            let client = app.as_(other);
            let request = client.request(case.method.clone(), &case.path(&case.id)).header("if-match", "*");
            let answer = client.send(request.json(&case.body())).await;
            let allowed = [403, 404].contains(&answer.status);
            let refused_reference =
                case.template == "/api/v1/requests" && told(&answer).contains("reference_unknown");
            assert!(
                allowed || refused_reference,
                "{other} {} {}: {}",
                case.method,
                case.template,
                told(&answer)
            );
            // Units and categories are known to everybody, so there it may be said who may change them.
            let known =
                ["/api/v1/units", "/api/v1/categories"].iter().any(|all| case.template.starts_with(all));
            if other == "equipment" && case.template.contains("{id}") && !known {
                assert_eq!(told(&answer), "404 \"not_found\" []", "{} {}", case.method, case.template);
            }
        }
    }
    unchanged(app, &before).await;
}

on_both!(in the sample district:
    every_route_that_changes_something_has_its_case,
    every_right_body_is_taken,
    the_longest_text_is_counted_in_characters_and_taken,
    another_content_type_or_none_is_refused,
    a_path_that_leads_to_nothing_is_not_found,
    what_is_anothers_is_hidden_or_refused,
);

/// The whole of a problem's first error.
fn first(answer: &Answer) -> Value {
    answer.body["errors"][0].clone()
}
