//! A request in several parts, and who may not be a part of it.

use super::{Walk, rating, reached};
use crate::support::app::{TestApp, on_both};
use serde_json::{Value, json};

async fn a_request_in_two_parts_is_answered_with_the_last_of_them(app: &mut TestApp) {
    let parts = [("industry", "lead"), ("natural_resources", "branch"), ("permits", "assist")];
    let walk = Walk::under_way(app, &parts).await;
    walk.on_share("industry", "handler", "contact", reached()).await.expect(200);
    walk.at("09-29 10:00").answer("industry").await;
    walk.answer("natural_resources").await;
    walk.at("09-29 11:00").release("industry").await;
    let company = walk.view("equipment").await;
    assert_eq!(company["state"], "in_progress");
    assert!(company.get("answered_at").is_none());
    assert!(walk.told().await.is_empty(), "the company is told once, of the whole");
    assert_eq!(walk.end("company_feedback").await, "open");
    let before = walk.stand().await;
    walk.act("equipment", "rating", rating("satisfied", true)).await.problem(409, "not_answered_yet");
    walk.act("equipment", "conclude", Value::Null).await.problem(409, "not_answered_yet");
    assert_eq!(walk.stand().await, before, "nothing changed");

    walk.at("09-29 14:00").release("natural_resources").await;
    let company = walk.view("equipment").await;
    assert_eq!(company["state"], "answered");
    assert_eq!(company["answers"].as_array().map(Vec::len), Some(2));
    assert_eq!(walk.told().await, ["answered → equipment"]);
    assert_eq!(walk.end("company_feedback").await, "met 09-29 14:00");
    walk.act("equipment", "rating", rating("satisfied", true)).await.expect(201);
    walk.act("equipment", "rating", rating("satisfied", true)).await.problem(409, "already_rated");
    assert_eq!(walk.view("equipment").await["state"], "concluded");
}

async fn a_dispatch_has_one_lead_each_unit_once_and_a_category(app: &mut TestApp) {
    let walk = Walk::file(app, "equipment", "land.supply", json!({ "category": null })).await;
    let before = walk.stand().await;
    let lead = [("industry", "lead")];
    walk.dispatch(&lead).await.problem(409, "category_needed");
    let category = json!({ "category": app.district.category("land.supply") });
    walk.act("equipment", "categorise", category.clone()).await.problem(403, "not_yours");
    assert_eq!(walk.stand().await, before, "nothing changed");
    walk.act("dispatcher", "categorise", category).await.expect(200);

    let before = walk.stand().await;
    walk.dispatch(&[("industry", "branch")]).await.field_problem(422, "/parts", "lead_needed");
    let two = [("industry", "lead"), ("permits", "lead")];
    walk.dispatch(&two).await.field_problem(422, "/parts", "lead_needed");
    let twice = [("industry", "lead"), ("industry", "assist")];
    walk.dispatch(&twice).await.field_problem(422, "/parts/1/unit", "unit_twice");
    let unknown = json!({ "parts": [{ "unit": walk.id, "part": "lead" }] });
    let refused = walk.act("dispatcher", "dispatch", unknown).await;
    refused.field_problem(422, "/parts/0/unit", "reference_unknown");
    let told = json!({ "parts": [
        { "unit": app.district.unit("industry"), "part": "lead", "told_to_contact": true }] });
    let refused = walk.act("dispatcher", "dispatch", told).await;
    refused.field_problem(422, "/parts/0/told_to_contact", "only_branch_is_told");
    let parts = json!({ "parts": [{ "unit": app.district.unit("industry"), "part": "lead" }] });
    walk.act("equipment", "dispatch", parts.clone()).await.problem(403, "not_yours");
    walk.act("industry.handler", "dispatch", parts).await.problem(404, "not_found");
    assert_eq!(walk.stand().await, before, "nothing changed");
    walk.dispatch(&lead).await.expect(200);
}

on_both!(
    in the sample district:
    a_request_in_two_parts_is_answered_with_the_last_of_them,
    a_dispatch_has_one_lead_each_unit_once_and_a_category,
);
