//! What follows a bad rating: the call-back, its ruling, the second cycle and the second rating.

use crate::support::app::{TestApp, on_both};
use crate::support::client::Client;
use crate::support::district::District;
use onedoor::domain::ids::Id;
use serde_json::{Value, json};

on_both!(
    a_bad_rating_leads_to_a_rework_of_the_blamed_part_and_a_second_rating,
    a_dated_fix_runs_until_its_date,
    an_explained_call_back_concludes_and_the_company_reads_why,
    a_call_back_is_ruled_by_the_office_once_and_only_where_one_is_open,
);

/// Files, answers by lead and branch, releases; gives the request with both parts accepted.
async fn answered(district: &District, app: &TestApp) -> Value {
    app.set_time("2026-12-21T09:30:00+08:00");
    let request = district.file(&district.mill, "新厂房用地", json!({})).await;
    let parts = [(&district.industry, "lead"), (&district.resources, "branch")];
    let dispatched = district.dispatch(request, &parts).await;
    let branch = district.answer(&dispatched, &district.resources).await;
    district.release(branch).await;
    let lead = district.answer(&dispatched, &district.industry).await;
    district.release(lead).await
}

async fn rate(district: &District, request: &Value, level: &str, solved: bool) -> Value {
    let rating = json!({ "level": level, "reached": true, "solved": solved, "reasons": ["unsolved"] });
    district.mill.user.post(&of(request, "rating"), rating).await.expect(201)
}

fn of(request: &Value, act: &str) -> String {
    format!("/requests/{}/{act}", request["id"].as_str().expect("an id"))
}

fn part_of(request: &Value, unit: Id, cycle: i32) -> Value {
    let of_unit = |part: &&Value| part["unit"]["id"] == json!(unit) && part["cycle"] == cycle;
    request["parts"].as_array().expect("parts").iter().find(of_unit).expect("the unit's part").clone()
}

fn clock(request: &Value, kind: &str) -> Value {
    let mut clocks = request["clocks"].as_array().expect("clocks").iter();
    clocks.rfind(|clock| clock["kind"] == kind).cloned().unwrap_or(Value::Null)
}

async fn shown(client: &Client, request: &Value) -> Value {
    client.get(&format!("/requests/{}", request["id"].as_str().expect("an id"))).await.expect(200)
}

async fn a_bad_rating_leads_to_a_rework_of_the_blamed_part_and_a_second_rating(app: &mut TestApp) {
    let district = District::lay(app).await;
    let request = answered(&district, app).await;
    app.set_time("2026-12-22T10:00:00+08:00");
    let rating = rate(&district, &request, "dissatisfied", false).await;
    assert_eq!((&rating["bad"], &rating["score"]), (&json!(true), &json!(2)));
    let rated = shown(&district.dispatcher, &request).await;
    assert_eq!(rated["state"], "answered");
    // One working day after Tuesday 22 December.
    assert_eq!(clock(&rated, "callback")["due_at"], "2026-12-23T17:30:00+08:00");

    app.set_time("2026-12-23T10:00:00+08:00");
    let blamed = part_of(&rated, district.resources.id, 1)["id"].clone();
    let ruling = json!({ "findings": "红线图未给企业", "ruling": "rework", "public_text": "由资源局重办",
        "blamed": [blamed] });
    let ruled = district.dispatcher.post(&of(&request, "callback"), ruling).await.expect(201);
    assert_eq!((&ruled["cycle"], &ruled["ruling"]), (&json!(1), &json!("rework")));

    let seen = shown(&district.mill.user, &request).await;
    assert_eq!((&seen["state"], &seen["cycle"]), (&json!("in_progress"), &json!(2)));
    // Fifteen working days after 23 December: 24, 25, 28–31 December, 4–8 and 11–14 January. 1 January is off by law;
    // the year's notice is not out, so the date is provisional.
    let rework = clock(&seen, "rework");
    assert_eq!(rework["due_at"], "2027-01-14T17:30:00+08:00");
    assert_eq!(rework["provisional"], true);
    let told = district.mill.user.get(&of(&request, "callback")).await.expect(200);
    assert_eq!(told[0]["public_text"], "由资源局重办");
    assert_eq!(told[0]["findings"], Value::Null, "what the office found out is for staff");

    let again = part_of(&seen, district.resources.id, 2);
    assert_eq!((&again["part"], &again["state"]), (&json!("branch"), &json!("dispatched")));
    let assignment = district.answer(&seen, &district.resources).await;
    let approved = shown(&district.dispatcher, &request).await;
    assert_eq!(clock(&approved, "rework")["outcome"], "met");
    let released = district.release(assignment).await;
    assert_eq!(released["state"], "answered");
    rate(&district, &request, "satisfied", true).await;
    let ended = shown(&district.mill.user, &request).await;
    assert_eq!(ended["state"], "concluded");
    let ratings = district.mill.user.get(&of(&request, "rating")).await.expect(200);
    let levels: Vec<&Value> =
        ratings.as_array().expect("a list").iter().map(|rating| &rating["level"]).collect();
    assert_eq!(levels, ["dissatisfied", "satisfied"], "the first rating stays on record");
}

async fn a_dated_fix_runs_until_its_date(app: &mut TestApp) {
    let district = District::lay(app).await;
    let request = answered(&district, app).await;
    rate(&district, &request, "very_dissatisfied", false).await;
    let blamed = part_of(&request, district.industry.id, 1)["id"].clone();
    let mut ruling =
        json!({ "findings": "属实", "ruling": "dated", "public_text": "限期整改", "blamed": [blamed] });
    let path = of(&request, "callback");
    district.dispatcher.post(&path, ruling.clone()).await.field_problem(422, "/until", "until_needed");
    ruling["until"] = json!("2026-12-21T09:30:00+08:00");
    district.dispatcher.post(&path, ruling.clone()).await.field_problem(422, "/until", "not_in_future");
    ruling["until"] = json!("2026-12-30T12:00:00+08:00");
    district.dispatcher.post(&path, ruling).await.expect(201);
    let rework = clock(&shown(&district.mill.user, &request).await, "rework");
    assert_eq!(rework["due_at"], "2026-12-30T12:00:00+08:00");
    // The close of the working day before.
    assert_eq!(rework["warn_at"], "2026-12-29T17:30:00+08:00");
}

async fn an_explained_call_back_concludes_and_the_company_reads_why(app: &mut TestApp) {
    let district = District::lay(app).await;
    let request = answered(&district, app).await;
    // Content, but it was not solved: that is called back too.
    rate(&district, &request, "satisfied", false).await;
    district.dispatcher.post(&of(&request, "conclude"), Value::Null).await.problem(409, "callback_open");
    let ruling =
        json!({ "findings": "无法律依据", "ruling": "explained", "public_text": "依据规定不能办理" });
    district.dispatcher.post(&of(&request, "callback"), ruling).await.expect(201);
    let seen = shown(&district.mill.user, &request).await;
    assert_eq!(seen["state"], "concluded");
    let timeline = district.mill.user.get(&of(&request, "timeline")).await.expect(200);
    let told = timeline["items"].as_array().expect("entries").iter().find(|entry| entry["act"] == "explain");
    let told = told.expect("the ruling is in the company's timeline");
    assert_eq!(told["detail"]["text"], "依据规定不能办理");
    assert_eq!(told["detail"]["findings"], Value::Null);
}

async fn a_call_back_is_ruled_by_the_office_once_and_only_where_one_is_open(app: &mut TestApp) {
    let district = District::lay(app).await;
    let request = answered(&district, app).await;
    let blamed = part_of(&request, district.industry.id, 1)["id"].clone();
    let ruling = |blamed: Value| json!({ "findings": "属实", "ruling": "rework", "public_text": "重办", "blamed": blamed });
    let path = of(&request, "callback");
    district.dispatcher.post(&path, ruling(json!([blamed]))).await.problem(409, "no_callback");
    rate(&district, &request, "dissatisfied", false).await;
    district.industry.handler.post(&path, ruling(json!([blamed]))).await.problem(403, "not_yours");
    district.bakery.user.post(&path, ruling(json!([blamed]))).await.problem(404, "not_found");
    district.dispatcher.post(&path, ruling(json!([]))).await.field_problem(422, "/blamed", "blamed_needed");
    let twice = ruling(json!([blamed, blamed]));
    district.dispatcher.post(&path, twice).await.field_problem(422, "/blamed/1", "not_blamable");
    let before = shown(&district.dispatcher, &request).await;
    assert_eq!(before["cycle"], 1, "a refused ruling changes nothing");

    district.dispatcher.post(&path, ruling(json!([blamed]))).await.expect(201);
    let again = shown(&district.dispatcher, &request).await;
    let assignment = district.answer(&again, &district.industry).await;
    district.release(assignment).await;
    rate(&district, &request, "dissatisfied", false).await;
    let second = part_of(&again, district.industry.id, 2)["id"].clone();
    district.dispatcher.post(&path, ruling(json!([second]))).await.problem(409, "cycles_used_up");
    let explained = json!({ "findings": "已尽力", "ruling": "explained", "public_text": "说明理由" });
    district.dispatcher.post(&path, explained).await.expect(201);
    assert_eq!(shown(&district.mill.user, &request).await["state"], "concluded");
}
