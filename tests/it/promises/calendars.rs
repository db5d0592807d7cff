//! The calendars: which days are worked, and why.

use super::{customer, findings};
use crate::support::app::{TestApp, on_both};
use serde_json::json;

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

on_both!(
    a_calendar_tells_its_hours_and_the_years_announced,
    each_day_tells_whether_it_is_worked_and_why,
    at_most_a_year_of_days_is_told_at_once,
    a_missing_notice_is_found_by_the_check_from_december_on,
);
