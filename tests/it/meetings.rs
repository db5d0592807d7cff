//! Joint meetings: convened, recorded, and what the company is told of them.

use crate::path::{Walk, on, reached, short};
use crate::support::app::{TestApp, on_both};
use crate::support::client::Answer;
use serde_json::{Value, json};

/// A meeting of these units.
fn meeting(app: &TestApp, units: &[&str], planned: &str) -> Value {
    let units: Vec<&str> = units.iter().map(|unit| app.district.unit(unit)).collect();
    json!({ "units": units, "planned_at": on(planned), "agenda": "定主办、定时间" })
}

/// What came of one.
fn minutes(app: &TestApp) -> Value {
    json!({
        "present": [app.district.unit("industry"), app.district.unit("natural_resources")],
        "minutes": "各方同意由自然资源局主办。",
        "lead": app.district.unit("natural_resources"),
        "dates": [{ "what": "现场踏勘", "by": "2026-10-09" }, { "what": "拟定方案", "by": "2026-10-16" }],
        "ruling": "自然资源局主办，工信局协办。",
    })
}

/// Has this person record the first meeting of the request.
async fn record(walk: &Walk<'_>, who: &str, body: Value) -> Answer {
    let id = walk.view("dispatcher").await["meetings"][0]["id"].as_str().expect("a meeting").to_owned();
    walk.app.as_(who).post(&format!("/meetings/{id}/minutes"), body).await
}

/// Whether the office is offered to record a meeting.
async fn may_record(walk: &Walk<'_>) -> bool {
    let possible = walk.view("dispatcher").await["possible"].as_array().cloned().unwrap_or_default();
    possible.contains(&json!("record_meeting"))
}

/// The last act the company is told of.
async fn told_last(walk: &Walk<'_>) -> Value {
    let path = format!("/requests/{}/timeline?limit=100", walk.id);
    let timeline = walk.app.as_("equipment").get(&path).await.expect(200);
    timeline["items"].as_array().and_then(|items| items.last()).expect("entries").clone()
}

async fn a_meeting_fixes_a_lead_and_dates_and_the_company_is_told_the_dates(app: &mut TestApp) {
    let walk = Walk::under_way(app, &[("industry", "lead"), ("permits", "assist")]).await;
    assert!(!may_record(&walk).await);
    walk.at("09-28 11:00");
    let units = ["industry", "natural_resources", "permits"];
    walk.act("dispatcher", "meetings", meeting(app, &units, "09-29 14:00")).await.expect(200);
    assert_eq!(
        walk.told().await,
        ["meeting_convened → industry", "meeting_convened → natural_resources", "meeting_convened → permits"]
    );
    assert!(may_record(&walk).await);
    let seen = walk.view("permits.handler").await["meetings"][0].clone();
    assert_eq!(
        (short(&seen["planned_at"]), &seen["agenda"]),
        ("09-29 14:00".into(), &json!("定主办、定时间"))
    );
    assert_eq!((seen["units"].as_array().map(Vec::len), seen.get("held_at")), (Some(3), None));
    let told = told_last(&walk).await;
    assert_eq!((&told["act"], &told["words"]), (&json!("convene_meeting"), &json!("召集会商")));
    assert_eq!(told["detail"], json!({ "planned_at": on("09-29 14:00") }));
    assert_eq!(walk.view("equipment").await["meetings"], json!([]), "what is said there is for staff");

    walk.at("09-29 16:00");
    record(&walk, "dispatcher", minutes(app)).await.expect(200);
    let held = walk.view("auditor").await["meetings"][0].clone();
    assert_eq!(short(&held["held_at"]), "09-29 16:00");
    let codes: Vec<&Value> =
        held["units"].as_array().into_iter().flatten().map(|unit| &unit["code"]).collect();
    assert_eq!(codes, ["industry", "natural_resources"], "who came");
    assert_eq!(
        (&held["lead"]["code"], &held["minutes"]),
        (&json!("natural_resources"), &json!("各方同意由自然资源局主办。"))
    );
    assert_eq!(held["dates"][0], json!({ "what": "现场踏勘", "by": "2026-10-09" }));
    assert_eq!(held["ruling"], "自然资源局主办，工信局协办。");
    let told = told_last(&walk).await;
    assert_eq!(told["act"], "record_meeting");
    assert_eq!(told["detail"], json!({ "dates": "2026-10-09 现场踏勘\n2026-10-16 拟定方案" }));
    assert_eq!(walk.share("industry").await["part"], "lead", "the lead fixed there gets it by a re-dispatch");
    assert!(!may_record(&walk).await);
    record(&walk, "dispatcher", minutes(app)).await.problem(409, "already_held");
}

async fn a_meeting_is_convened_and_recorded_by_the_office_alone_and_while_it_can_help(app: &mut TestApp) {
    let walk = Walk::under_way(app, &[("industry", "lead")]).await;
    let body = || meeting(app, &["industry"], "09-29 14:00");
    let before = walk.stand().await;
    for who in ["industry.handler", "auditor", "equipment", "leader"] {
        walk.act(who, "meetings", body()).await.problem(403, "not_yours");
    }
    for who in ["chemical", "permits.handler", "admin"] {
        walk.act(who, "meetings", body()).await.problem(404, "not_found");
    }
    let mut wrong = body();
    wrong["planned_at"] = on("09-28 10:00").into();
    walk.act("dispatcher", "meetings", wrong).await.field_problem(422, "/planned_at", "not_in_future");
    let mut wrong = body();
    wrong["planned_at"] = json!("2027-10-01T10:00:00+08:00");
    walk.act("dispatcher", "meetings", wrong).await.field_problem(422, "/planned_at", "date_too_late");
    for (units, pointer, code) in [
        (json!([]), "/units", "units_needed"),
        (json!([app.district.unit("industry"), app.district.unit("industry")]), "/units/1", "unit_twice"),
        (json!([walk.id]), "/units/0", "reference_unknown"),
    ] {
        let mut wrong = body();
        wrong["units"] = units;
        walk.act("dispatcher", "meetings", wrong).await.field_problem(422, pointer, code);
    }
    assert_eq!(walk.stand().await, before, "nothing changed");

    walk.act("dispatcher", "meetings", body()).await.expect(200);
    let before = walk.stand().await;
    record(&walk, "industry.handler", minutes(app)).await.problem(403, "not_yours");
    for who in ["equipment", "chemical", "permits.handler"] {
        record(&walk, who, minutes(app)).await.problem(404, "not_found");
    }
    for (field, value, pointer, code) in [
        ("present", json!([]), "/present", "units_needed"),
        ("lead", json!(walk.id), "/lead", "reference_unknown"),
        ("minutes", json!(" "), "/minutes", "text_empty"),
        ("dates", json!([{ "what": "", "by": "2026-10-09" }]), "/dates/0/what", "text_empty"),
        ("dates", json!([{ "what": "踏勘", "by": "2026-02-30" }]), "/dates/0/by", "invalid_date"),
    ] {
        let mut wrong = minutes(app);
        wrong[field] = value;
        record(&walk, "dispatcher", wrong).await.field_problem(422, pointer, code);
    }
    assert_eq!(walk.stand().await, before, "nothing changed");

    walk.on_share("industry", "handler", "contact", reached()).await.expect(200);
    walk.answer("industry").await;
    walk.release("industry").await;
    walk.act("dispatcher", "meetings", body()).await.problem(409, "already_answered");
    // What was planned before the answer may be held after it.
    assert!(may_record(&walk).await);
    walk.at("09-29 16:00");
    record(&walk, "dispatcher", minutes(app)).await.expect(200);
    assert_eq!(walk.view("equipment").await["state"], "answered");
    assert!(!may_record(&walk).await);
}

async fn a_unit_complained_about_is_not_asked_to_the_table(app: &mut TestApp) {
    let about = json!({ "kind": "complaint", "conduct_unit": app.district.unit("natural_resources") });
    let walk = Walk::file(app, "equipment", "land.supply", about).await;
    let refused = walk.act("dispatcher", "meetings", meeting(app, &["land_reserve"], "09-28 14:00")).await;
    refused.field_problem(422, "/units/0", "conduct_complaint");
    // Before any dispatch a meeting may settle whose duty it is.
    walk.act("dispatcher", "meetings", meeting(app, &["industry"], "09-28 14:00")).await.expect(200);
    assert_eq!(walk.view("dispatcher").await["meetings"].as_array().map(Vec::len), Some(1));
    record(&walk, "dispatcher", minutes(app)).await.field_problem(422, "/lead", "conduct_complaint");
}

on_both!(
    in the sample district:
    a_meeting_fixes_a_lead_and_dates_and_the_company_is_told_the_dates,
    a_meeting_is_convened_and_recorded_by_the_office_alone_and_while_it_can_help,
    a_unit_complained_about_is_not_asked_to_the_table,
);
