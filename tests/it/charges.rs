//! Every red names its holder: who is charged for the red of what the company was promised.

use crate::path::Walk;
use crate::support::app::{TestApp, on_both};
use diesel::prelude::*;
use onedoor::db::schema::charges;
use serde_json::Value;

on_both!(in the sample district:
    late_time_with_no_unit_late_is_the_offices,
    late_time_is_charged_to_the_unit_that_was_late_and_then_to_the_office,
);

/// Who is charged for which promise, and the minutes, as this person sees it.
pub(crate) async fn charged(walk: &Walk<'_>, who: &str) -> Vec<String> {
    let view = walk.view(who).await;
    let told = |charge: &Value| {
        let party = charge["unit"]["code"].as_str().or(charge["party"].as_str()).expect("a party");
        format!("{} {party} {}", charge["kind"].as_str().expect("a kind"), charge["working_minutes"])
    };
    view["charges"].as_array().expect("charges").iter().map(told).collect()
}

/// What is kept for statistics, in seconds.
async fn kept(walk: &Walk<'_>) -> Vec<(String, i64)> {
    let id = walk.key();
    let rows = walk.app.context.db.read(move |conn| {
        Ok(charges::table
            .filter(charges::request_id.eq(id))
            .order((charges::party, charges::working_seconds))
            .select((charges::party, charges::working_seconds))
            .load(conn)?)
    });
    rows.await.expect("the charges can be read")
}

async fn late_time_with_no_unit_late_is_the_offices(app: &mut TestApp) {
    let walk = Walk::under_way(app, &[("industry", "lead")]).await;
    walk.on_share("industry", "handler", "contact", crate::path::reached()).await.expect(200);
    // Feedback is due on Thursday 8 October, 17:30; the office has four working hours from 17:00: until Friday 14:00.
    walk.at("10-08 17:00").answer("industry").await;
    walk.at("10-08 17:30");
    assert_eq!(charged(&walk, "equipment").await, [""; 0]);
    walk.at("10-09 09:30");
    assert_eq!(charged(&walk, "equipment").await, ["company_feedback office 30"]);
    assert_eq!(kept(&walk).await, [], "it runs on");
    walk.at("10-09 10:00").release("industry").await;
    assert_eq!(walk.end("release").await, "met 10-09 10:00");
    assert_eq!(walk.end("company_feedback").await, "late 10-09 10:00");
    assert_eq!(charged(&walk, "equipment").await, ["company_feedback office 60"]);
    assert_eq!(kept(&walk).await, [("office".to_owned(), 3600)]);
    assert_eq!(walk.clock("company_feedback").await["red_days"], 1);
    walk.at("10-20 10:00");
    assert_eq!(charged(&walk, "dispatcher").await, ["company_feedback office 60"], "it has stopped");
}

async fn late_time_is_charged_to_the_unit_that_was_late_and_then_to_the_office(app: &mut TestApp) {
    let walk = Walk::under_way(app, &[("industry", "lead"), ("permits", "assist")]).await;
    walk.on_share("industry", "handler", "contact", crate::path::reached()).await.expect(200);
    // The assist's clock is past due from 30 September on, the lead's and the company's from 8 October, 17:30.
    walk.at("10-09 10:00").answer("industry").await;
    assert_eq!(walk.end("industry feedback").await, "late 10-09 10:00");
    walk.at("10-09 11:00").release("industry").await;
    let charges = ["company_feedback industry 60", "company_feedback permits 120"];
    let mut seen = charged(&walk, "dispatcher").await;
    seen.sort();
    assert_eq!(seen, charges, "whoever was late at the same time is charged the whole of it");
    let mut told = charged(&walk, "equipment").await;
    told.sort();
    assert_eq!(
        told,
        ["company_feedback industry 60", "company_feedback unit 120"],
        "who assists is not told"
    );
    assert_eq!(kept(&walk).await, [("unit".to_owned(), 3600), ("unit".to_owned(), 7200)]);
}
