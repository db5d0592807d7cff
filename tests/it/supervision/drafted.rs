//! What drafts an order.

use super::{act, draft, list, overdue, reworked, sheet, under_way, why};
use crate::path::{on, rating, short};
use crate::support::app::{TestApp, on_both};
use reqwest::Method;
use serde_json::{Value, json};

async fn a_clock_past_due_drafts_once_and_only_to_a_unit(app: &mut TestApp) {
    let walk = under_way(app).await;
    overdue(&walk, "industry contact").await;
    assert!(list(app, "dispatcher", "").await.is_empty(), "it is not due");
    // Due on Tuesday 29 at 17:30.
    walk.at("09-30 09:00");
    app.step("watch the lights").await;
    for clock in ["industry contact", "industry contact", "company_contact"] {
        overdue(&walk, clock).await;
    }
    app.step("watch the lights").await;
    let orders = list(app, "supervisor", "?state=draft").await;
    assert_eq!(orders.len(), 1, "the company's clock drafts nothing: {orders:#?}");
    let order = &orders[0];
    assert_eq!((&order["ground"], &order["unit"]["code"]), (&json!("overdue"), &json!("industry")));
    assert_eq!(order["overdue"]["clock"], "contact");
    assert_eq!(short(&order["overdue"]["due_at"]), "09-29 17:30");
    assert_eq!(order["request"], walk.id.as_str());
    assert!(order["number"].is_null() && order["drafted_by"].is_null(), "{order}");
    let mut told = walk.told().await;
    told.retain(|one| one.starts_with("order_drafted"));
    assert_eq!(told, ["order_drafted → business_environment", "order_drafted → supervisor"]);

    let id = order["id"].as_str().expect("an id");
    act(app, "supervisor", id, "issue", Value::Null).await.expect(200);
    let signed = sheet(app, "industry.handler", id).await;
    assert_eq!(signed["overdue"]["days"], 1, "Wednesday is the first working day past due");
}

async fn the_offices_own_delay_drafts_to_the_office_and_those_over_it_sign(app: &mut TestApp) {
    app.set_time(&on("09-28 09:30"));
    let walk = crate::path::Walk::file(app, "equipment", "land.supply", json!({})).await;
    walk.at("09-30 09:00");
    overdue(&walk, "dispatch").await;
    assert_eq!(walk.told().await, ["order_drafted → supervisor"]);
    let order = list(app, "dispatcher", "").await[0].clone();
    assert_eq!(order["unit"]["code"], "business_environment");
    let id = order["id"].as_str().expect("an id");
    act(app, "dispatcher", id, "issue", Value::Null).await.problem(403, "not_allowed");
    act(app, "dispatcher", id, "drop", why()).await.problem(403, "not_allowed");
    act(app, "supervisor", id, "issue", Value::Null).await.expect(200);
    act(app, "dispatcher", id, "reply", json!({ "text": "已分派。" })).await.expect(200);
    act(app, "dispatcher", id, "accept", Value::Null).await.problem(403, "not_allowed");
    act(app, "leader", id, "accept", Value::Null).await.expect(200);
}

async fn a_company_not_content_at_the_call_drafts_once_in_a_cycle(app: &mut TestApp) {
    let walk = under_way(app).await;
    walk.answer("industry").await;
    walk.release("industry").await;
    let call = |reached: bool, satisfied: &str| match reached {
        true => json!({ "reached": true, "contacted": true, "solved": true, "satisfied": satisfied }),
        false => json!({ "reached": false }),
    };
    for (reached, satisfied, drafts) in [
        (false, "", 0),
        (true, "basically_satisfied", 0),
        (true, "dissatisfied", 1),
        (true, "dissatisfied", 1),
    ] {
        walk.act("dispatcher", "follow-up", call(reached, satisfied)).await.expect(201);
        assert_eq!(list(app, "dispatcher", "").await.len(), drafts, "{reached} {satisfied}");
    }
    let order = list(app, "leader", "").await[0].clone();
    assert_eq!((&order["ground"], &order["state"]), (&json!("unhappy"), &json!("draft")));
    assert_eq!(order["unit"]["code"], "industry");
}

async fn what_is_bad_again_after_a_rework_drafts(app: &mut TestApp) {
    let walk = under_way(app).await;
    reworked(&walk).await;
    assert!(list(app, "dispatcher", "").await.is_empty(), "bad in cycle 1 drafts nothing");
    walk.act("equipment", "rating", rating("very_dissatisfied", false)).await.expect(201);
    let orders = list(app, "dispatcher", "").await;
    assert_eq!(orders.len(), 1);
    assert_eq!((&orders[0]["ground"], &orders[0]["unit"]["code"]), (&json!("bad_again"), &json!("industry")));
    // It is signed after the matter is explained and so over, and the reply is owed all the same.
    let explained = json!({ "findings": "属实", "ruling": "explained", "public_text": "依规如此" });
    walk.act("dispatcher", "callback", explained).await.expect(201);
    let id = orders[0]["id"].as_str().expect("an id");
    act(app, "dispatcher", id, "issue", Value::Null).await.expect(200);
    let view = walk.view("dispatcher").await;
    assert_eq!(view["state"], "concluded");
    assert_eq!(walk.end("industry supervision_reply").await, "open");
    act(app, "industry.signer", id, "reply", json!({ "text": "已整改。" })).await.expect(200);
    act(app, "dispatcher", id, "accept", Value::Null).await.expect(200);
}

async fn a_good_rating_after_a_rework_drafts_nothing(app: &mut TestApp) {
    let walk = under_way(app).await;
    reworked(&walk).await;
    walk.act("equipment", "rating", rating("satisfied", true)).await.expect(201);
    assert!(list(app, "dispatcher", "").await.is_empty());
}

async fn a_draft_is_changed_before_it_is_signed_and_refused_with_its_fields(app: &mut TestApp) {
    let walk = under_way(app).await;
    let id = draft(&walk, json!({})).await;
    let path = format!("/supervision-orders/{id}");
    let patch = async |who: &str, version: &str, body: Value| {
        let client = app.as_(who);
        let request = client.request(Method::PATCH, &path).json(&body);
        let request = if version.is_empty() { request } else { request.header("if-match", version) };
        client.send(request).await
    };
    let change = || {
        json!({ "level": "key", "matter": "厂房用地", "demand": "本周内办结。",
        "reply_by": on("10-09 12:00"), "copies": [app.district.unit("permits")] })
    };
    patch("dispatcher", "", change()).await.problem(428, "precondition_required");
    patch("dispatcher", "\"9\"", change()).await.problem(412, "precondition_failed");
    patch("industry.signer", "\"1\"", change()).await.problem(404, "not_found");
    for (body, pointer, code) in [
        (json!({ "reply_by": on("09-28 09:00") }), "/reply_by", "not_in_future"),
        (json!({ "reply_by": "2027-12-01T09:00:00+08:00" }), "/reply_by", "date_too_late"),
        (json!({ "copies": [app.district.unit("industry")] }), "/copies/0", "copy_to_unit"),
        (json!({ "copies": [walk.id] }), "/copies/0", "reference_unknown"),
        (
            json!({ "copies": [app.district.unit("permits"), app.district.unit("permits")] }),
            "/copies/1",
            "copy_twice",
        ),
        (json!({ "demand": " " }), "/demand", "text_empty"),
    ] {
        patch("dispatcher", "\"1\"", body).await.field_problem(422, pointer, code);
    }
    assert_eq!(sheet(app, "dispatcher", &id).await["version"], 1, "nothing changed");
    patch("dispatcher", "\"1\"", change()).await.expect(200);
    let changed = sheet(app, "supervisor", &id).await;
    assert_eq!((&changed["level"], &changed["matter"]), (&json!("key"), &json!("厂房用地")));
    assert_eq!((&changed["demand"], &changed["version"]), (&json!("本周内办结。"), &json!(2)));
    assert_eq!(
        (short(&changed["reply_by"]), &changed["copies"][0]["code"]),
        ("10-09 12:00".into(), &json!("permits"))
    );
    patch("dispatcher", "\"2\"", json!({ "copies": [] })).await.expect(200);
    assert_eq!(sheet(app, "dispatcher", &id).await["copies"], json!([]));

    act(app, "dispatcher", &id, "issue", Value::Null).await.problem(403, "not_allowed");
    walk.at("10-09 13:00");
    act(app, "supervisor", &id, "issue", Value::Null).await.problem(409, "reply_by_passed");
    patch("supervisor", "\"3\"", json!({ "reply_by": on("10-12 12:00") })).await.expect(200);
    act(app, "supervisor", &id, "issue", Value::Null).await.expect(200);
    patch("supervisor", "*", json!({ "level": "listed" })).await.problem(409, "not_a_draft");
}

async fn a_draft_is_dropped_for_a_reason_and_stays_on_record(app: &mut TestApp) {
    let walk = under_way(app).await;
    let id = draft(&walk, json!({})).await;
    act(app, "supervisor", &id, "drop", json!({ "reason": " " })).await.field_problem(
        422,
        "/reason",
        "text_empty",
    );
    act(app, "supervisor", &id, "drop", why()).await.expect(200);
    let dropped = sheet(app, "dispatcher", &id).await;
    assert_eq!((&dropped["state"], &dropped["end_reason"]), (&json!("dropped"), &json!("情况有变")));
    assert_eq!(dropped["possible"], json!([]));
    for (deed, body) in [("issue", Value::Null), ("void", why()), ("drop", why())] {
        act(app, "supervisor", &id, deed, body).await.problem(409, "order_over");
    }
    assert!(list(app, "industry.signer", "").await.is_empty(), "its unit never hears of it");
}

async fn an_order_about_a_confidential_request_names_no_more_than_its_category(app: &mut TestApp) {
    app.set_time(&on("09-28 09:30"));
    let change = json!({ "confidence": "hidden", "kind": "complaint", "title": "某局拖延" });
    let walk = crate::path::Walk::file(app, "equipment", "land.supply", change).await;
    walk.at("09-28 10:00").dispatch(&[("industry", "lead")]).await.expect(200);
    let part = walk.share("industry").await["id"].clone();
    let form = json!({ "assignment": part, "level": "ordinary", "demand": "办结。", "copies": [app.district.unit("permits")] });
    let refused = app.as_("dispatcher").post("/supervision-orders", form).await;
    refused.field_problem(422, "/copies/0", "copy_not_here");
    let id = draft(&walk, json!({})).await;
    let matter = sheet(app, "dispatcher", &id).await["matter"].clone();
    let matter = matter.as_str().expect("a matter");
    assert!(matter.contains("保密诉求") && !matter.contains("某局拖延"), "{matter}");
}

on_both!(in the sample district:
    a_clock_past_due_drafts_once_and_only_to_a_unit,
    the_offices_own_delay_drafts_to_the_office_and_those_over_it_sign,
    a_company_not_content_at_the_call_drafts_once_in_a_cycle,
    what_is_bad_again_after_a_rework_drafts,
    a_good_rating_after_a_rework_drafts_nothing,
    a_draft_is_changed_before_it_is_signed_and_refused_with_its_fields,
    a_draft_is_dropped_for_a_reason_and_stays_on_record,
    an_order_about_a_confidential_request_names_no_more_than_its_category,
);
