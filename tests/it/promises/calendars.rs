//! The calendars: which days are worked, and why.

use super::{OFFICE, change, customer, findings, member, sample};
use crate::support::app::{TestApp, on_both};
use crate::support::client::{Answer, Client};
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

async fn a_calendar_tells_its_hours_and_the_years_announced(app: &mut TestApp) {
    let company = customer(app).await;
    let answer = company.get("/calendars/cn").await;
    assert_eq!(answer.header("etag"), "\"1\"");
    let body = answer.expect(200);
    assert_eq!((&body["name"], &body["version"]), (&json!("cn"), &json!(1)));
    assert_eq!(body["announced"], json!([2019, 2020, 2021, 2022, 2023, 2024, 2025, 2026]));
    assert_eq!(body["document"]["hours"]["mon"], json!([["09:00", "12:00"], ["13:30", "17:30"]]));
    company.get("/calendars/cn?version=2").await.problem(404, "not_found");
    company.get("/calendars/mars").await.problem(404, "not_found");
    app.stranger().get("/calendars/cn").await.problem(401, "not_logged_in");
}

async fn each_day_tells_whether_it_is_worked_and_why(app: &mut TestApp) {
    let company = customer(app).await;
    let body = company.get("/calendars/cn/days?from=2026-09-30&to=2027-01-01").await.expect(200);
    let day = |index: usize| body["days"][index].clone();
    let hours = json!([["09:00", "12:00"], ["13:30", "17:30"]]);
    let wednesday = json!({ "date": "2026-09-30", "working": true, "kind": "working", "hours": hours, "provisional": false });
    assert_eq!(day(0), wednesday);
    let national_day = json!({ "date": "2026-10-01", "working": false, "kind": "day_off", "name": "国庆节", "hours": [], "provisional": false });
    assert_eq!(day(1), national_day);
    assert_eq!(
        (&day(10)["date"], &day(10)["kind"], &day(10)["hours"]),
        (&json!("2026-10-10"), &json!("make_up"), &hours)
    );
    assert_eq!(day(11)["kind"], "weekend");
    let new_year = body["days"].as_array().and_then(|days| days.last()).expect("the last day");
    assert_eq!((&new_year["working"], &new_year["provisional"]), (&json!(false), &json!(true)));
}

async fn at_most_a_year_of_days_is_told_at_once(app: &mut TestApp) {
    let company = customer(app).await;
    let days = |query: &str| format!("/calendars/cn/days?{query}");
    let year = company.get(&days("from=2026-01-01&to=2027-01-01")).await.expect(200);
    assert_eq!(year["days"].as_array().map(Vec::len), Some(366));
    let longer = company.get(&days("from=2026-01-01&to=2027-01-02")).await;
    longer.field_problem(422, "?to", "date_too_late");
    let backwards = company.get(&days("from=2026-01-02&to=2026-01-01")).await;
    backwards.field_problem(422, "?to", "date_too_early");
    company.get(&days("from=2026-01-01")).await.field_problem(400, "?to", "invalid_query");
    company.get(&days("from=2026-01-01&to=2026-02-30")).await.field_problem(422, "?to", "invalid_date");
    company.get("/calendars/mars/days?from=2026-01-01&to=2026-01-02").await.problem(404, "not_found");
}

async fn a_missing_notice_is_found_by_the_check_from_december_on(app: &mut TestApp) {
    let missing = |found: &[String]| found.iter().filter(|line| line.contains("notice of 2027")).count();
    assert_eq!(missing(&findings(app, "2026-11-30").await), 0);
    assert_eq!(missing(&findings(app, "2026-12-01").await), 1);
    assert_eq!(missing(&findings(app, "2027-01-01").await), 1);
}

async fn put(client: &Client, tag: Option<&str>, document: &Value) -> Answer {
    change(client, Method::PUT, "/calendars/cn", tag, document).await
}

/// The newest version with Friday 9 October 2026 off.
async fn with_friday_off(client: &Client) -> Value {
    let mut document = client.get("/calendars/cn").await.expect(200)["document"].take();
    document["days_off"].as_array_mut().expect("days off").push(json!("2026-10-09"));
    document
}

async fn an_amended_calendar_is_the_next_version(app: &mut TestApp) {
    let admin = sample(app).await;
    let first = admin.get("/calendars/cn").await.expect(200);
    let document = with_friday_off(&admin).await;
    let leader = member(app, &admin, "leader", OFFICE).await;
    let answer = put(&leader, Some("\"1\""), &document).await;
    assert_eq!(answer.header("etag"), "\"2\"");
    let mut made = answer.expect(200);
    assert_eq!(made["moved"].take(), 0, "nothing is under way");
    let mut shown = admin.get("/calendars/cn").await.expect(200);
    shown["moved"] = Value::Null;
    assert_eq!(made, shown);
    assert_eq!(admin.get("/calendars/cn?version=1").await.expect(200), first);
    let day = admin.get("/calendars/cn/days?from=2026-10-09&to=2026-10-09").await.expect(200);
    assert_eq!((&day["version"], &day["days"][0]["working"]), (&json!(2), &json!(false)));
    let again = put(&admin, Some("\"2\""), &document).await;
    assert_eq!(again.header("etag"), "\"2\"", "a document that says the same is no new version");
    assert_eq!(again.expect(200)["version"], 2);
    assert_eq!(findings(app, "2026-09-24").await, Vec::<String>::new());
}

async fn an_amendment_names_the_version_it_was_made_from(app: &mut TestApp) {
    let admin = sample(app).await;
    let document = with_friday_off(&admin).await;
    put(&admin, None, &document).await.problem(428, "precondition_required");
    put(&admin, Some("\"2\""), &document).await.problem(412, "precondition_failed");
    put(&admin, Some("W/\"1\""), &document).await.problem(412, "precondition_failed");
    let mars = change(&admin, Method::PUT, "/calendars/mars", Some("*"), &document).await;
    mars.problem(404, "not_found");
    assert_eq!(admin.get("/calendars/cn").await.expect(200)["version"], 1);
    put(&admin, Some("\"1\""), &document).await.expect(200);
    put(&admin, Some("\"1\""), &document).await.problem(412, "precondition_failed");
}

async fn of_several_amendments_made_from_one_version_at_once_one_holds(app: &mut TestApp) {
    let admin = sample(app).await;
    let mut documents = Vec::new();
    for day in ["2026-10-12", "2026-10-13", "2026-10-14", "2026-10-15"] {
        let mut document = with_friday_off(&admin).await;
        document["days_off"].as_array_mut().expect("days off").push(json!(day));
        documents.push(document);
    }
    let answers = join_all(documents.iter().map(|document| put(&admin, Some("\"1\""), document))).await;
    let mut outcomes: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    outcomes.sort_unstable();
    assert_eq!(outcomes, [200, 412, 412, 412]);
    assert_eq!(admin.get("/calendars/cn").await.expect(200)["version"], 2);
}

async fn who_may_not_amend_a_calendar_is_told_so_before_anything_else(app: &mut TestApp) {
    let admin = sample(app).await;
    for client in [
        customer(app).await,
        member(app, &admin, "dispatcher", OFFICE).await,
        member(app, &admin, "leader", "traffic_police").await,
    ] {
        put(&client, None, &json!({})).await.problem(403, "not_allowed");
    }
    put(&app.stranger(), None, &json!({})).await.problem(401, "not_logged_in");
}

on_both!(
    a_calendar_tells_its_hours_and_the_years_announced,
    each_day_tells_whether_it_is_worked_and_why,
    at_most_a_year_of_days_is_told_at_once,
    a_missing_notice_is_found_by_the_check_from_december_on,
    an_amended_calendar_is_the_next_version,
    an_amendment_names_the_version_it_was_made_from,
    of_several_amendments_made_from_one_version_at_once_one_holds,
    who_may_not_amend_a_calendar_is_told_so_before_anything_else,
);
