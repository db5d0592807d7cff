//! Bad input is refused alike on every route that takes a body, and changes nothing.

use crate::path::{Walk, reached};
use crate::support::app::{TestApp, on_both};
use crate::support::client::Answer;
use serde_json::{Value, json};

/// Every route of the API that takes JSON, with ids that lead nowhere.
async fn bodies(app: &TestApp) -> Vec<(reqwest::Method, String)> {
    let document = app.stranger().get("/api/openapi.json").await.expect(200);
    let paths = document["paths"].as_object().cloned().unwrap_or_default();
    let mut found = Vec::new();
    for (path, item) in paths {
        let path = path.replace("{id}", "01922222-2222-7222-8222-222222222222").replace("{name}", "cn");
        for method in [reqwest::Method::POST, reqwest::Method::PUT, reqwest::Method::PATCH] {
            let operation = &item[method.as_str().to_lowercase()];
            if operation["requestBody"]["content"]["application/json"].is_object() {
                found.push((method, path.clone()));
            }
        }
    }
    assert!(found.len() > 20, "{found:?}");
    found
}

async fn what_is_not_json_is_refused_on_every_route(app: &mut TestApp) {
    for (method, path) in bodies(app).await {
        let client = app.as_("admin");
        let request = client.request(method.clone(), &path).header("content-type", "application/json");
        let request = request.header("if-match", "*");
        client.send(request.body("{\"a\": ")).await.problem(400, "invalid_json");
        let request = client.request(method, &path).header("content-type", "text/plain");
        let request = request.header("if-match", "*");
        client.send(request.body("{}")).await.problem(415, "unsupported_media_type");
    }
}

async fn a_field_nobody_knows_is_pointed_at_on_every_route(app: &mut TestApp) {
    for (method, path) in bodies(app).await {
        let client = app.as_("admin");
        let request = client.request(method.clone(), &path).header("if-match", "*");
        let answer = client.send(request.json(&json!({ "no_such_field": 1 }))).await;
        let told = answer.body["errors"][0].clone();
        // The promise book, the ladder and a calendar say in their own words what is wrong with them.
        let code = match path.as_str() {
            path if path.ends_with("/promises") => "book_invalid",
            path if path.ends_with("/ladder") => "ladder_invalid",
            path if path.contains("/calendars/") => "calendar_invalid",
            _ => "unknown_field",
        };
        assert_eq!((answer.status, &told["code"]), (422, &Value::from(code)), "{method} {path}: {told}");
        assert_eq!(told["pointer"], "/no_such_field", "{method} {path}");
    }
}

async fn nul_and_lone_surrogates_are_refused_on_every_route(app: &mut TestApp) {
    for (method, path) in bodies(app).await {
        for (body, status, code) in
            [(r#"{"a": "x\u0000y"}"#, 422, "nul_character"), (r#"{"a": "\ud800"}"#, 400, "lone_surrogate")]
        {
            let client = app.as_("admin");
            let request = client.request(method.clone(), &path).header("content-type", "application/json");
            let answer = client.send(request.header("if-match", "*").body(body)).await;
            assert_eq!(
                (answer.status, &answer.body["code"]),
                (status, &Value::from(code)),
                "{method} {path}"
            );
        }
    }
}

async fn a_stranger_is_refused_before_the_body_is_looked_at(app: &mut TestApp) {
    for (method, path) in bodies(app).await {
        if ["/auth/login", "/auth/register", "/auth/password-reset"].iter().any(|open| path.contains(open)) {
            continue;
        }
        let client = app.stranger();
        let answer = client.send(client.request(method, &path).json(&json!({}))).await;
        assert_eq!(answer.header("www-authenticate"), "Bearer");
        answer.problem(401, "not_logged_in");
    }
}

/// A refusal's code, and what it says could be done instead.
fn instead(answer: Answer, code: &str) -> Vec<String> {
    let problem = answer.problem(409, code);
    let possible = problem["possible"].as_array().cloned().unwrap_or_default();
    possible.iter().map(|act| act.as_str().expect("an act").to_owned()).collect()
}

async fn who_is_refused_is_told_what_could_be_done_instead(app: &mut TestApp) {
    let walk = Walk::under_way(app, &[("industry", "lead")]).await;
    walk.act("equipment", "urge", json!({})).await.expect(200);
    let possible = instead(walk.act("equipment", "urge", json!({})).await, "urged_today");
    assert_eq!(possible, ["ask_withdrawal", "message", "attach"], "what the facts forbid is not among it");
    walk.on_share("industry", "handler", "contact", reached()).await.expect(200);
    let asked = json!({ "cause": "wrong_unit", "reason": "不属本单位" });
    let possible =
        instead(walk.on_share("industry", "handler", "return", asked).await, "return_after_contact");
    assert_eq!(possible, ["contact", "draft", "hand_on", "ask_extension"]);
    let ruling = json!({ "findings": "属实", "ruling": "explained", "public_text": "说明" });
    let possible = instead(walk.act("dispatcher", "callback", ruling).await, "no_callback");
    assert!(possible.contains(&"redispatch".to_owned()) && !possible.contains(&"rule_contest".to_owned()));
}

on_both!(
    in the sample district:
    who_is_refused_is_told_what_could_be_done_instead,
    what_is_not_json_is_refused_on_every_route,
    a_field_nobody_knows_is_pointed_at_on_every_route,
    nul_and_lone_surrogates_are_refused_on_every_route,
    a_stranger_is_refused_before_the_body_is_looked_at,
);
