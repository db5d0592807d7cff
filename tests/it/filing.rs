//! What a filing is answered is what reading the request shows: it is put together from what the act holds.

use crate::path::form;
use crate::support::app::{TestApp, on_both};
use crate::support::files::{pdf, uploaded};
use serde_json::{Value, json};

async fn is_answered_as_it_reads(app: &TestApp, who: &str, change: Value) -> Value {
    let filed =
        app.as_(who).post("/requests", form(app, "equipment", "land.supply", change)).await.expect(201);
    let path = format!("/requests/{}", filed["id"].as_str().expect("an id"));
    assert_eq!(filed, app.as_(who).get(&path).await.expect(200), "{who}");
    filed
}

async fn what_a_company_files_is_answered_as_it_reads(app: &mut TestApp) {
    let plain = is_answered_as_it_reads(app, "equipment", json!({})).await;
    assert!(plain["expected"].is_object() && plain["clocks"].as_array().is_some(), "{plain:#}");
    let whole = json!({
        "kind": "complaint", "conduct_unit": app.district.unit("drainage"), "confidence": "sealed", "urgency": "urgent",
        "place": "二号厂房", "contact_name": "值班室", "contact_phone": "0532-86988888", "channel": "web",
    });
    let whole = is_answered_as_it_reads(app, "equipment", whole).await;
    assert_eq!(whole["conduct_unit"]["code"], "drainage");
    let mut none = form(app, "equipment", "land.supply", json!({}));
    none.as_object_mut().expect("a form").remove("category");
    let filed = app.as_("equipment").post("/requests", none).await.expect(201);
    let path = format!("/requests/{}", filed["id"].as_str().expect("an id"));
    assert_eq!(filed, app.as_("equipment").get(&path).await.expect(200));
    assert!(filed.get("category").is_none());
}

async fn what_is_filed_for_a_company_is_answered_as_it_reads(app: &mut TestApp) {
    let outside = json!({ "system": "12345", "number": "QD-1" });
    let hotline = json!({ "channel": "hotline", "outside": outside });
    let filed = is_answered_as_it_reads(app, "dispatcher", hotline).await;
    assert_eq!(filed["outside"].as_array().map(Vec::len), Some(1));
    let limit = json!({ "system": "province", "number": "S-1", "limit_at": "2026-10-20T09:00:00+08:00" });
    let ordered = json!({ "channel": "upper_level", "outside": limit, "confidence": "hidden" });
    let filed = is_answered_as_it_reads(app, "dispatcher", ordered).await;
    assert!(filed["limit_at"].is_string(), "{filed:#}");
}

async fn files_that_come_with_a_request_are_in_the_answer(app: &mut TestApp) {
    let id = uploaded(&app.as_("equipment"), "a.pdf", &pdf("x")).await;
    let filed = is_answered_as_it_reads(app, "equipment", json!({ "attachments": [id] })).await;
    assert_eq!(filed["attachments"].as_array().map(Vec::len), Some(1));
}

on_both!(
    in the sample district:
        what_a_company_files_is_answered_as_it_reads,
        what_is_filed_for_a_company_is_answered_as_it_reads,
        files_that_come_with_a_request_are_in_the_answer,
);
