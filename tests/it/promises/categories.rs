//! The categories: two levels, kept by administrators.

use super::{OFFICE, category_id, change, customer, findings, member, sample};
use crate::support::app::{TestApp, on_both};
use crate::support::client::{Answer, Client};
use crate::support::people::{PASSWORD, id, log_in, text};
use reqwest::Method;
use serde_json::{Value, json};

/// The codes of the categories that hold, classes before their own.
async fn codes(client: &Client) -> Vec<String> {
    let tree = client.get("/categories").await.expect(200);
    let mut codes = Vec::new();
    for class in tree["classes"].as_array().expect("classes") {
        codes.push(text(class, "code").to_owned());
        let own = class["sub_classes"].as_array().expect("sub-classes");
        codes.extend(own.iter().map(|own| text(own, "code").to_owned()));
    }
    codes
}

async fn amend(client: &Client, id: &str, tag: Option<&str>, body: Value) -> Answer {
    change(client, Method::PATCH, &format!("/categories/{id}"), tag, &body).await
}

async fn everyone_who_is_logged_in_reads_the_categories_of_today(app: &mut TestApp) {
    let admin = sample(app).await;
    let company = customer(app).await;
    assert_eq!(codes(&company).await.len(), 67);
    app.stranger().get("/categories").await.problem(401, "not_logged_in");
    let body = json!({ "code": "space", "name": "航天", "valid_from": "2026-09-26" });
    admin.post("/categories", body).await.expect(201);
    assert_eq!(codes(&company).await.len(), 67, "it does not hold yet");
    app.set_time("2026-09-26T00:00:00+08:00");
    let admin = log_in(app, "root", PASSWORD).await;
    assert_eq!(codes(&admin).await.len(), 68, "the day begins at the office's midnight");
}

async fn an_administrator_adds_a_class_and_its_sub_classes(app: &mut TestApp) {
    let admin = sample(app).await;
    let answer = admin.post("/categories", json!({ "code": "space", "name": " 航天 " })).await;
    assert_eq!(answer.header("etag"), "\"1\"");
    let class = answer.expect(201);
    assert_eq!(
        (&class["name"], &class["position"], &class["valid_from"]),
        (&json!("航天"), &json!(12), &json!("2026-09-24"))
    );
    let own = admin.post("/categories", json!({ "code": "space.rockets", "name": "火箭" })).await.expect(201);
    assert_eq!(own["position"], 1);
    assert_eq!(codes(&admin).await.last().map(String::as_str), Some("space.rockets"));
    let without_row = ["category space.rockets: no row of the duty table holds today"];
    assert_eq!(findings(app, "2026-09-24").await, without_row);

    let post = |body: Value| admin.post("/categories", body);
    post(json!({ "code": "space", "name": "航天" })).await.problem(409, "already_exists");
    let no_class = post(json!({ "code": "sea.ships", "name": "船" })).await;
    no_class.field_problem(422, "/code", "reference_unknown");
    let wrong = post(json!({ "code": "Sea", "name": "", "position": 0 })).await;
    wrong.clone().field_problem(422, "/code", "category_code_invalid");
    wrong.clone().field_problem(422, "/name", "text_empty");
    wrong.field_problem(422, "/position", "out_of_range");
    post(json!({ "code": "sea", "name": "海", "colour": 1 })).await.field_problem(
        422,
        "/colour",
        "unknown_field",
    );
}

async fn a_category_is_renamed_in_the_version_that_was_read(app: &mut TestApp) {
    let admin = sample(app).await;
    let water = category_id(app, "utilities.water").await;
    let body = json!({ "name": "自来水", "name_en": null });
    amend(&admin, &water, None, body.clone()).await.problem(428, "precondition_required");
    amend(&admin, &water, Some("\"2\""), body.clone()).await.problem(412, "precondition_failed");
    let answer = amend(&admin, &water, Some("\"1\""), body).await;
    assert_eq!(answer.header("etag"), "\"2\"");
    let renamed = answer.expect(200);
    assert_eq!((&renamed["name"], &renamed["name_en"]), (&json!("自来水"), &Value::Null));
    let unit = super::unit_id(app, OFFICE).await;
    amend(&admin, &unit, Some("*"), json!({})).await.problem(404, "not_found");
    assert_eq!(findings(app, "2026-09-24").await, Vec::<String>::new());
}

async fn a_class_that_ends_takes_its_sub_classes_with_it(app: &mut TestApp) {
    let admin = sample(app).await;
    let roads = category_id(app, "roads").await;
    let signals = category_id(app, "roads.signals").await;
    let end = |end: Value| json!({ "valid_until": end });
    let early = amend(&admin, &roads, Some("\"1\""), end(json!("2025-12-31"))).await;
    early.field_problem(422, "/valid_until", "date_too_early");
    let ended = amend(&admin, &roads, Some("\"1\""), end(json!("2026-10-01"))).await.expect(200);
    assert_eq!(ended["valid_until"], "2026-10-01");
    assert!(codes(&admin).await.contains(&"roads.signals".to_owned()), "it holds until then");
    let longer = amend(&admin, &signals, Some("\"2\""), end(Value::Null)).await;
    longer.field_problem(422, "/valid_until", "date_too_late");
    app.set_time("2026-10-01T09:00:00+08:00");
    let admin = log_in(app, "root", PASSWORD).await;
    let left = codes(&admin).await;
    assert!(!left.iter().any(|code| code.starts_with("roads")));
    let new = admin.post("/categories", json!({ "code": "roads.tunnels", "name": "隧道" })).await;
    new.field_problem(422, "/code", "reference_not_valid");
    assert_eq!(findings(app, "2026-10-01").await, Vec::<String>::new());
}

async fn nobody_else_changes_a_category(app: &mut TestApp) {
    let admin = sample(app).await;
    let water = category_id(app, "utilities.water").await;
    for client in [customer(app).await, member(app, &admin, "dispatcher", OFFICE).await] {
        let new = client.post("/categories", json!({ "code": "sea", "name": "海" })).await;
        new.problem(403, "not_allowed");
        amend(&client, &water, None, json!({ "name": "水" })).await.problem(403, "not_allowed");
    }
    let kept = admin.get("/categories").await.expect(200);
    let classes = kept["classes"].as_array().expect("classes");
    let own = classes.iter().flat_map(|class| class["sub_classes"].as_array().expect("sub-classes"));
    assert!(own.clone().any(|own| id(own) == water && own["version"] == 1));
}

on_both!(
    everyone_who_is_logged_in_reads_the_categories_of_today,
    an_administrator_adds_a_class_and_its_sub_classes,
    a_category_is_renamed_in_the_version_that_was_read,
    a_class_that_ends_takes_its_sub_classes_with_it,
    nobody_else_changes_a_category,
);
