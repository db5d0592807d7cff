//! The published cases go their whole way through the sample district: filed, dispatched as the duty table says,
//! assisted, answered, released, rated.

use crate::support::app::{TestApp, on_both};
use onedoor::domain::words::Role;
use onedoor::seed::{self, CaseSeed, DutySeed};
use serde_json::{Value, json};
use std::collections::BTreeSet;

async fn every_published_case_is_answered_in_time_and_concluded(app: &mut TestApp) {
    for case in seed::cases().expect("the cases are right") {
        app.set_time("2026-09-28T09:00:00+08:00");
        goes_its_way(app, &case).await;
    }
}

async fn goes_its_way(app: &TestApp, case: &CaseSeed) {
    let duties = seed::duty().expect("the duty table is right");
    let duty = duties.iter().find(|duty| duty.category == case.category).expect("a case has its row");
    let accounts = onedoor::district::accounts().expect("the sample is right");
    let of_case = |role: Role| accounts.iter().find(|one| one.role == role && one.place == case.company);
    let company = &of_case(Role::Company).expect("the company has a user").username;
    let (user, office) = (app.as_(company), app.as_("dispatcher"));

    let form = json!({
        "company": app.district.company(company), "category": app.district.category(&case.category),
        "kind": case.kind, "urgency": case.urgency, "title": case.title, "body": case.body, "place": case.place,
        "contact_name": "值班室", "contact_phone": "0532-86988888",
    });
    let filed = user.post("/requests", form).await.expect(201);
    let request = format!("/requests/{}", filed["id"].as_str().unwrap_or_default());
    let suggestion = office.get(&format!("{request}/dispatch-suggestion")).await.expect(200);
    let assists: BTreeSet<&str> = duty.assists.iter().map(|unit| app.district.unit(unit)).collect();
    assert_eq!(
        (&suggestion["fits"], &suggestion["lead"]),
        (&json!(true), &json!(app.district.unit(&duty.lead)))
    );
    let proposed: BTreeSet<&str> =
        suggestion["assists"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    assert_eq!(proposed, assists);

    let parts = assists.iter().map(|unit| json!({ "unit": unit, "part": "assist" }));
    let parts: Vec<Value> = parts.chain([json!({ "unit": suggestion["lead"], "part": "lead" })]).collect();
    let dispatched = office.post(&format!("{request}/dispatch"), json!({ "parts": parts })).await.expect(200);
    for unit in duty.assists.iter().chain([&duty.lead]) {
        let path = format!("/assignments/{}/sign", share(app, &dispatched, unit));
        app.as_(&format!("{unit}.handler")).post(&path, json!({})).await.expect(200);
    }
    for unit in &duty.assists {
        let assignment = answer(app, &dispatched, unit).await;
        let lead = app.as_(&format!("{}.handler", duty.lead));
        lead.post(&format!("/assignments/{assignment}/accept"), json!({})).await.expect(200);
    }
    let contact = json!({ "whom": "值班室", "means": "phone", "number": "0532-86988888", "reached": true,
        "outcome": "说明办理安排" });
    let lead = share(app, &dispatched, &duty.lead);
    let handler = app.as_(&format!("{}.handler", duty.lead));
    handler.post(&format!("/assignments/{lead}/contact"), contact).await.expect(200);
    answer(app, &dispatched, &duty.lead).await;
    office.post(&format!("/assignments/{lead}/release"), json!({})).await.expect(200);
    let words = json!({ "level": "satisfied", "reached": true, "solved": true });
    user.post(&format!("{request}/rating"), words).await.expect(201);
    ended_well(&office.get(&request).await.expect(200), case, duty);
}

/// The id of the share of the unit with this code.
fn share(app: &TestApp, request: &Value, unit: &str) -> String {
    let parts = request["parts"].as_array().expect("a request has parts");
    let of_unit = parts.iter().find(|part| part["unit"]["id"] == app.district.unit(unit));
    of_unit.and_then(|part| part["id"].as_str()).expect("the unit has a share").to_owned()
}

/// Drafts and approves the answer of a unit; gives its share's id.
async fn answer(app: &TestApp, request: &Value, unit: &str) -> String {
    let assignment = share(app, request, unit);
    let path = |act: &str| format!("/assignments/{assignment}/{act}");
    let (handler, signer) = (app.as_(&format!("{unit}.handler")), app.as_(&format!("{unit}.signer")));
    let draft = json!({ "outcome": "solved", "public_text": "已办结。", "evidence": ["现场照片"] });
    handler.post(&path("draft"), draft).await.expect(200);
    signer.post(&path("approve"), json!({})).await.expect(200);
    assignment
}

fn ended_well(request: &Value, case: &CaseSeed, duty: &DutySeed) {
    assert_eq!(request["state"], "concluded", "{}: {request:#}", case.code);
    let clocks = request["clocks"].as_array().expect("a request has clocks");
    let late: Vec<&Value> = clocks.iter().filter(|clock| clock["outcome"] == "late").collect();
    assert!(late.is_empty(), "{}: {late:#?}", case.code);
    let of_assists = clocks.iter().filter(|clock| clock["kind"] == "assist").count();
    assert_eq!(of_assists, duty.assists.len(), "{}", case.code);
}

on_both!(in the sample district: every_published_case_is_answered_in_time_and_concluded);
