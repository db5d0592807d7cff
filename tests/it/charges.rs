//! Every red names its holder: who is charged for the red of what the company was promised.

use crate::path::Walk;
use crate::support::app::{TestApp, on_both};
use diesel::prelude::*;
use onedoor::db::schema::charges;
use serde_json::{Value, json};

on_both!(in the sample district:
    late_time_with_no_unit_late_is_the_offices,
    late_time_is_charged_to_the_unit_that_was_late_and_then_to_the_office,
    what_stands_still_is_not_red_and_nobody_is_charged_for_it,
    more_time_granted_after_its_own_date_is_charged_once,
    what_is_kept_follows_a_ruling_on_a_contact_after_the_answer,
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

async fn what_stands_still_is_not_red_and_nobody_is_charged_for_it(app: &mut TestApp) {
    let walk = Walk::under_way(app, &[("industry", "lead")]).await;
    walk.on_share("industry", "handler", "contact", crate::path::reached()).await.expect(200);
    // Both answers are due on Thursday 8 October, 17:30: all of Friday and of Saturday, which is worked, are late.
    walk.at("10-12 09:00").act("dispatcher", "ask-info", json!({ "list": "宗地图" })).await.expect(200);
    walk.at("10-15 10:00");
    let stands_still = walk.clock("company_feedback").await;
    assert_eq!(
        (&stands_still["light"], &stands_still["red_days"]),
        (&Value::Null, &json!(3)),
        "9, 10 and 12"
    );
    assert_eq!(charged(&walk, "equipment").await, ["company_feedback industry 840"]);
    walk.at("10-19 09:00").act("equipment", "supplement", json!({ "answer": "已补" })).await.expect(200);
    walk.answer("industry").await;
    // An hour on Tuesday, and all of Monday: the unit has answered, the office has not released.
    walk.at("10-20 10:00").release("industry").await;
    assert_eq!(walk.end("company_feedback").await, "late 10-20 10:00");
    assert_eq!(
        charged(&walk, "equipment").await,
        ["company_feedback office 480", "company_feedback industry 840"]
    );
    assert_eq!(kept(&walk).await, [("office".to_owned(), 28_800), ("unit".to_owned(), 50_400)]);
    // 9, 10, 12, 19 and 20 October; the unit's own clock was stopped in the moment it ran on.
    assert_eq!(walk.clock("company_feedback").await["red_days"], 5);
    assert_eq!(walk.clock("industry feedback").await["red_days"], 3);
}

async fn more_time_granted_after_its_own_date_is_charged_once(app: &mut TestApp) {
    let walk = Walk::under_way(app, &[("industry", "lead")]).await;
    walk.on_share("industry", "handler", "contact", crate::path::reached()).await.expect(200);
    let form = json!({ "clock": walk.clock("industry feedback").await["id"], "until": crate::path::on("10-09 17:30"),
        "reason": "需上级出具意见。", "ground": "《审批办法》第九条" });
    walk.on_share("industry", "handler", "extension", form).await.expect(200);
    walk.at("10-12 10:00");
    let view = walk.view("dispatcher").await;
    let asked = view["extensions"][0]["id"].as_str().expect("an extension").to_owned();
    let granted = json!({ "granted": true, "reason": "情况属实。" });
    app.as_("dispatcher").post(&format!("/extensions/{asked}/ruling"), granted).await.expect(200);
    assert_eq!(walk.due("company_feedback").await, "10-09 17:30");
    walk.at("10-12 11:00").answer("industry").await;
    walk.release("industry").await;
    // Late since Thursday 8 October, 17:30: seven hours each on Friday and Saturday, two on Monday the 12th. The office's
    // ruling was due on 29 September; it is charged until the ruling at 10:00.
    let charges = ["company_feedback office 900", "company_feedback industry 960"];
    assert_eq!(charged(&walk, "equipment").await, charges);
    assert_eq!(kept(&walk).await, [("office".to_owned(), 54_000), ("unit".to_owned(), 57_600)]);
    assert_eq!(walk.clock("company_feedback").await["red_days"], 3);
}

async fn what_is_kept_follows_a_ruling_on_a_contact_after_the_answer(app: &mut TestApp) {
    for (ruling, contact, feedback) in [
        // Late all of Wednesday 30 September, Thursday 8, Friday 9 and Saturday 10 October, and half an hour on Monday.
        ("upheld", &["company_contact industry 1710"][..], &["company_feedback industry 870"][..]),
        // Nobody's red of the contact excuses nobody for the answer: the unit's own was approved on Monday at 9:00.
        (
            "old_number",
            &["company_contact nobody 1710"],
            &["company_feedback office 30", "company_feedback industry 840"],
        ),
    ] {
        let walk = Walk::under_way(app, &[("industry", "lead")]).await;
        walk.at("09-29 16:00")
            .on_share("industry", "handler", "contact", crate::path::reached())
            .await
            .expect(200);
        walk.at("10-12 09:00").answer("industry").await;
        let view = walk.view("equipment").await;
        let reached = view["contacts"][0]["id"].as_str().expect("a contact").to_owned();
        let form = crate::path::because("接电话的人早已离职");
        app.as_("equipment").post(&format!("/contacts/{reached}/contest"), form).await.expect(200);
        walk.at("10-12 09:30").release("industry").await;
        let late = ["company_feedback office 30", "company_feedback industry 840"];
        assert_eq!(charged(&walk, "dispatcher").await, late, "the contact was in time");

        walk.at("10-13 10:00");
        let view = walk.view("dispatcher").await;
        let contest = view["contacts"][0]["contest"]["id"].as_str().expect("a contest").to_owned();
        let form = json!({ "ruling": ruling, "reason": "已核对通话记录" });
        app.as_("dispatcher").post(&format!("/contests/{contest}/ruling"), form).await.expect(200);
        // What it had stopped has ended with the answer.
        assert_eq!(walk.end("company_contact").await, "late 10-12 09:30");
        let shown = charged(&walk, "dispatcher").await;
        assert_eq!(shown, [contact, feedback].concat(), "{ruling}");
        let mut minutes: Vec<i64> = kept(&walk).await.iter().map(|(_, seconds)| seconds / 60).collect();
        let told = |told: &String| told.rsplit_once(' ').and_then(|(_, minutes)| minutes.parse().ok());
        let mut wanted: Vec<i64> = shown.iter().filter_map(told).collect();
        (minutes.sort_unstable(), wanted.sort_unstable());
        assert_eq!(minutes, wanted, "{ruling}: what is kept is what is shown");
    }
}
