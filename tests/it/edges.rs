//! What stands at the edge of the flow: far dates, odd texts, who must not be told, and dates promised and kept.

use crate::support::app::{TestApp, on_both};
use crate::support::district::{District, assignment};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

async fn dates_and_texts_no_database_keeps_are_refused_alike(app: &mut TestApp) {
    let district = District::lay(app).await;
    let office = &district.dispatcher;
    for far in ["-4800-01-01", "%2B12026-01-01"] {
        let lists = office.get(&format!("/requests?filed_from={far}")).await;
        lists.field_problem(422, "?filed_from", "invalid_date");
        let table = office.get(&format!("/duty-table?on={far}")).await;
        table.field_problem(422, "?on", "invalid_date");
    }
    for far in ["-4800-01-01", "+12026-01-01"] {
        let unit = json!({ "code": "far", "name": "远", "kind": "bureau", "parent_id": district.industry.id,
            "valid_from": far });
        district.admin.post("/units", unit).await.field_problem(422, "/valid_from", "invalid_date");
        let category = json!({ "code": "far", "name": "远", "valid_from": far });
        district.admin.post("/categories", category).await.field_problem(422, "/valid_from", "invalid_date");
    }
    let unit = json!({ "code": "far", "name": "远", "kind": "bureau", "parent_id": district.industry.id,
        "calendar": "mars" });
    district.admin.post("/units", unit).await.field_problem(422, "/calendar", "reference_unknown");
    let cursor = URL_SAFE_NO_PAD.encode(r#""a\u0000""#);
    for list in ["units", "duty-table"] {
        office.get(&format!("/{list}?cursor={cursor}")).await.problem(400, "invalid_cursor");
    }
    office.get("/calendars/c%00n").await.problem(404, "not_found");
}

async fn a_complaint_about_a_unit_goes_to_none_of_its_sections(app: &mut TestApp) {
    let district = District::lay(app).await;
    let section = json!({ "code": "section", "name": "一科", "kind": "section",
        "parent_id": district.industry.id });
    let section = district.admin.post("/units", section).await.expect(201);
    let about = json!({ "kind": "complaint", "conduct_unit": district.industry.id });
    let request = district.file(&district.mill, "推诿", about).await;
    let path = format!("/requests/{request}/dispatch");
    for unit in [&section["id"], &json!(district.industry.id)] {
        let parts = json!({ "parts": [{ "unit": unit, "part": "lead" }] });
        let refused = district.dispatcher.post(&path, parts).await;
        refused.field_problem(422, "/parts/0/unit", "conduct_complaint");
    }
    district.dispatch(request, &[(&district.permits, "lead")]).await;
}

async fn a_company_does_not_learn_who_assists_by_acting_on_it(app: &mut TestApp) {
    let district = District::lay(app).await;
    let request = district.file(&district.mill, "用地", json!({})).await;
    let view =
        district.dispatch(request, &[(&district.industry, "lead"), (&district.permits, "assist")]).await;
    let sign = |id| format!("/assignments/{id}/sign");
    let user = &district.mill.user;
    let assist = assignment(&view, &district.permits);
    user.post(&sign(assist), Value::Null).await.problem(404, "not_found");
    let lead = assignment(&view, &district.industry);
    user.post(&sign(lead), Value::Null).await.problem(403, "not_yours");
}

async fn a_company_that_cannot_be_reached_is_still_owed_its_contact(app: &mut TestApp) {
    let district = District::lay(app).await;
    app.set_time("2026-09-28T09:00:00+08:00");
    let request = district.file(&district.mill, "用地", json!({})).await;
    let view = district.dispatch(request, &[(&district.industry, "lead")]).await;
    let path = format!("/assignments/{}/contact", assignment(&view, &district.industry));
    let mut view = Value::Null;
    for at in ["2026-09-28T10:00:00+08:00", "2026-09-28T15:00:00+08:00", "2026-09-29T10:00:00+08:00"] {
        app.set_time(at);
        let tried = json!({ "whom": "周经理", "means": "phone", "reached": false, "message_left": true,
            "outcome": "无人接听" });
        view = district.industry.handler.post(&path, tried).await.expect(200);
    }
    let outcome = |kind: &str| {
        let clocks = view["clocks"].as_array().expect("a request has clocks");
        clocks.iter().find(|clock| clock["kind"] == kind).expect("a clock of that kind")["outcome"].clone()
    };
    assert_eq!(outcome("contact"), "unreached");
    assert_eq!(outcome("company_contact"), Value::Null);
}

async fn a_promise_is_kept_after_its_rating_and_the_request_is_concluded(app: &mut TestApp) {
    let district = District::lay(app).await;
    let request = district.file(&district.mill, "用地", json!({})).await;
    let view = district.dispatch(request, &[(&district.industry, "lead")]).await;
    let lead = assignment(&view, &district.industry);
    let act = |act: &str| format!("/assignments/{lead}/{act}");
    let handler = &district.industry.handler;
    handler.post(&act("sign"), Value::Null).await.expect(200);
    let promised = |by: &str| {
        let milestones = json!([{ "what": "交地", "by": by }]);
        json!({ "outcome": "promised", "public_text": "月底前办好。", "milestones": milestones })
    };
    let refused = handler.post(&act("draft"), promised("2300-01-01")).await;
    refused.field_problem(422, "/milestones/0/by", "invalid_date");
    handler.post(&act("draft"), promised("2026-10-15")).await.expect(200);
    handler.post(&act("approve"), Value::Null).await.expect(200);
    let view = district.release(lead).await;
    let rate = format!("/requests/{request}/rating");
    let good = json!({ "level": "satisfied", "reached": true, "solved": true });
    let user = &district.mill.user;
    user.post(&rate, good.clone()).await.expect(201);
    user.post(&rate, good.clone()).await.problem(409, "already_rated");
    let commitment = view["commitments"][0]["id"].as_str().expect("a commitment has an id");
    let view = user.post(&format!("/commitments/{commitment}/keep"), Value::Null).await.expect(200);
    assert_eq!(view["state"], "concluded");
    user.post(&rate, good).await.problem(409, "already_rated");
}

on_both!(
    dates_and_texts_no_database_keeps_are_refused_alike,
    a_complaint_about_a_unit_goes_to_none_of_its_sections,
    a_company_does_not_learn_who_assists_by_acting_on_it,
    a_company_that_cannot_be_reached_is_still_owed_its_contact,
    a_promise_is_kept_after_its_rating_and_the_request_is_concluded,
);
