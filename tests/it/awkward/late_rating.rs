//! A rating that comes after time alone has concluded the request, and all that follows from it.

use super::{latest, on_latest};
use crate::path::{Walk, because, rating, reached, short, solved};
use crate::support::app::{TestApp, on_both};
use crate::support::client::Answer;
use crate::time_alone::pass;
use serde_json::{Value, json};

const BUREAU: &str = "natural_resources";

/// A request released on Tuesday 29 September at 11:00, after which the company is silent.
async fn answered(app: &TestApp) -> Walk<'_> {
    let walk = Walk::under_way(app, &[("industry", "lead"), (BUREAU, "branch")]).await;
    walk.on_share("industry", "handler", "contact", reached()).await.expect(200);
    walk.at("09-29 10:00").answer("industry").await;
    walk.answer(BUREAU).await;
    walk.at("09-29 11:00").release(BUREAU).await;
    walk.release("industry").await;
    walk
}

/// Rules on the open call-back.
async fn rule(walk: &Walk<'_>, ruling: &str, blamed: &[Value]) -> Answer {
    let ruling =
        json!({ "findings": "已回访", "ruling": ruling, "public_text": "回访结果。", "blamed": blamed });
    walk.act("dispatcher", "callback", ruling).await
}

async fn state(walk: &Walk<'_>) -> Value {
    walk.view("equipment").await["state"].clone()
}

async fn a_late_bad_rating_is_done_again_rated_again_explained_and_appealed_against(app: &mut TestApp) {
    let walk = answered(app).await;
    // Fifteen natural days; five working days of silence are 30 September, 8 to 10 and 12 October.
    assert_eq!(walk.due("rating_window").await, "10-14 11:00");
    pass(&walk, "10-12 17:30:01").await;
    assert_eq!(walk.due("follow_up").await, "10-13 17:30");
    walk.at("10-13 10:00").act("dispatcher", "follow-up", json!({ "reached": false })).await.expect(201);
    assert_eq!(walk.end("follow_up").await, "met 10-13 10:00");
    pass(&walk, "10-14 11:00:01").await;
    assert_eq!(state(&walk).await, "concluded");
    assert_eq!(walk.clock("rating_window").await["outcome"], "lapsed");

    // Thirty natural days after the conclusion: Friday 13 November, 11:00:01.
    walk.at("11-13 11:00:02")
        .act("equipment", "rating", rating("dissatisfied", false))
        .await
        .problem(409, "rating_window_over");
    walk.at("11-13 11:00:01").act("equipment", "rating", rating("dissatisfied", false)).await.expect(201);
    assert_eq!(walk.told().await, ["bad_rating → business_environment"]);
    assert_eq!(walk.due("callback").await, "11-16 17:30");
    assert_eq!(state(&walk).await, "concluded");
    walk.act("equipment", "conclude", Value::Null).await.problem(409, "already_ended");

    // Only the bureau is blamed: 17 to 20, 23 to 27 November, 30 November to 4 December, Monday 7 December.
    walk.at("11-16 15:00");
    rule(&walk, "rework", &[latest(&walk, BUREAU).await["id"].clone()]).await.expect(201);
    assert_eq!(walk.told().await, ["reworked → equipment", "to_rework → natural_resources"]);
    assert_eq!(walk.end("callback").await, "met 11-16 15:00");
    let view = walk.view("equipment").await;
    assert_eq!((&view["state"], &view["cycle"]), (&json!("in_progress"), &json!(2)));
    assert!(view.get("ended_at").is_none() && view.get("answered_at").is_none());
    let rework = walk.clock("natural_resources rework").await;
    assert_eq!((short(&rework["due_at"]), &rework["provisional"]), ("12-07 17:30".into(), &json!(false)));
    assert_eq!(walk.clock("rating_window").await["outcome"], "lapsed", "what has lapsed stays so");

    walk.at("12-04 10:00");
    on_latest(&walk, BUREAU, "handler", "sign", Value::Null).await.expect(200);
    on_latest(&walk, BUREAU, "handler", "draft", solved()).await.expect(200);
    on_latest(&walk, BUREAU, "signer", "approve", Value::Null).await.expect(200);
    assert_eq!(walk.end("natural_resources rework").await, "met 12-04 10:00");
    // Four working hours: two before noon, two after 13:30.
    assert_eq!(walk.due("release").await, "12-04 15:30");
    walk.at("12-04 14:00");
    on_latest(&walk, BUREAU, "dispatcher", "release", Value::Null).await.expect(200);
    assert_eq!(state(&walk).await, "answered");
    assert_eq!(walk.due("rating_window").await, "12-19 14:00");
    bad_again_it_is_explained(&walk).await;
    units_appeal(&walk).await;
}

async fn bad_again_it_is_explained(walk: &Walk<'_>) {
    walk.at("12-07 10:00").act("equipment", "rating", rating("very_dissatisfied", false)).await.expect(201);
    assert_eq!(walk.due("callback").await, "12-08 17:30");
    walk.at("12-08 10:00");
    let blamed = latest(walk, BUREAU).await["id"].clone();
    rule(walk, "rework", &[blamed]).await.problem(409, "cycles_used_up");
    rule(walk, "explained", &[]).await.expect(201);
    assert_eq!(walk.end("callback").await, "met 12-08 10:00");
    let view = walk.view("equipment").await;
    assert_eq!((&view["state"], short(&view["ended_at"])), (&json!("concluded"), "12-08 10:00".into()));
    walk.act("equipment", "rating", rating("satisfied", true)).await.problem(409, "already_rated");
    let open = |clock: &&Value| clock.get("stopped_at").is_none();
    assert_eq!(walk.view("dispatcher").await["clocks"].as_array().expect("clocks").iter().find(open), None);
}

/// The lead against the first rating, the bureau against the second: each is ruled on, and no rating goes.
async fn units_appeal(walk: &Walk<'_>) {
    let reason = because("未办的不是本单位的部分");
    walk.at("12-08 15:00");
    let first = walk.on_share("industry", "signer", "appeal", reason.clone()).await.expect(201);
    assert_eq!(walk.told().await, ["appeal_asked → business_environment"]);
    walk.at("12-09 10:00");
    let second = on_latest(walk, BUREAU, "signer", "appeal", reason.clone()).await.expect(201);
    on_latest(walk, BUREAU, "signer", "appeal", reason).await.problem(409, "already_appealed");
    let ratings = walk.app.as_("equipment").get(&format!("/requests/{}/rating", walk.id)).await.expect(200);
    assert_eq!((&first["rating"], &second["rating"]), (&ratings[0]["id"], &ratings[1]["id"]));
    let ruling = |granted: bool| json!({ "granted": granted, "reason": "已核对" });
    walk.at("12-09 15:00");
    for (appeal, granted) in [(&first, true), (&second, false)] {
        let path = format!("/appeals/{}/ruling", appeal["id"].as_str().expect("an id"));
        walk.app.as_("industry.signer").post(&path, ruling(granted)).await.problem(403, "not_yours");
        walk.app.as_("dispatcher").post(&path, ruling(granted)).await.expect(200);
        walk.app.as_("dispatcher").post(&path, ruling(!granted)).await.problem(409, "already_ruled");
    }
    let told = walk.app.as_("equipment").get(&format!("/requests/{}/appeals", walk.id)).await.expect(200);
    assert_eq!((&told[0]["ruling"], &told[1]["ruling"]), (&json!("granted"), &json!("refused")));
    let after = walk.app.as_("equipment").get(&format!("/requests/{}/rating", walk.id)).await.expect(200);
    assert_eq!(after, ratings, "no rating is hidden");
    assert_eq!((&after[0]["cycle"], &after[1]["cycle"]), (&json!(1), &json!(2)));
    assert_eq!(state(walk).await, "concluded");
}

/// The company is silent, says at the call that it is not solved, and its time to rate ends before that is ruled on.
async fn what_was_not_solved_at_the_call_is_ruled_on_whatever_time_does(app: &mut TestApp) {
    let walk = answered(app).await;
    pass(&walk, "10-12 17:30:01").await;
    let call = json!({ "reached": true, "contacted": true, "solved": false, "satisfied": "dissatisfied" });
    walk.at("10-13 16:00").act("dispatcher", "follow-up", call).await.expect(201);
    assert_eq!(walk.due("callback").await, "10-14 17:30");
    pass(&walk, "10-14 11:00:01").await;
    assert_eq!(walk.clock("rating_window").await["outcome"], "lapsed");
    assert_eq!(state(&walk).await, "answered", "it is to be ruled on first");
    assert_eq!(walk.end("callback").await, "open");
    let before = walk.stand().await;
    pass(&walk, "10-14 12:00").await;
    assert_eq!(walk.stand().await.1, before.1, "it lapses once");
    walk.act("equipment", "conclude", Value::Null).await.problem(409, "callback_open");
    let acts: Vec<String> = walk.timeline("equipment").await.into_iter().map(|(_, act)| act).collect();
    assert_eq!(acts.last().map(String::as_str), Some("rating_lapsed"));

    walk.at("10-14 15:00");
    rule(&walk, "explained", &[]).await.expect(201);
    assert_eq!(state(&walk).await, "concluded");
    // Within thirty days it may still be rated, and be done again.
    walk.at("10-20 10:00").act("equipment", "rating", rating("dissatisfied", false)).await.expect(201);
    assert_eq!(walk.due("callback").await, "10-21 17:30");
    walk.at("10-21 10:00");
    rule(&walk, "rework", &[latest(&walk, BUREAU).await["id"].clone()]).await.expect(201);
    assert_eq!(state(&walk).await, "in_progress");
}

/// It says at the call that it is not solved, and rates badly before the office has ruled: that is one call-back.
async fn a_bad_rating_while_it_is_called_back_already_is_ruled_on_with_it(app: &mut TestApp) {
    let walk = answered(app).await;
    let call = json!({ "reached": true, "contacted": true, "solved": false, "satisfied": "dissatisfied" });
    walk.at("09-30 10:00").act("dispatcher", "follow-up", call).await.expect(201);
    walk.at("10-08 10:00").act("equipment", "rating", rating("dissatisfied", false)).await.expect(201);
    let view = walk.view("dispatcher").await;
    let clocks = view["clocks"].as_array().expect("clocks").iter();
    let due: Vec<String> =
        clocks.filter(|clock| clock["kind"] == "callback").map(|clock| short(&clock["due_at"])).collect();
    // One working day from Wednesday 30 September.
    assert_eq!(due, ["10-08 17:30"]);
    walk.at("10-08 11:00");
    rule(&walk, "explained", &[]).await.expect(201);
    assert_eq!(state(&walk).await, "concluded");
}

on_both!(in the sample district:
    a_late_bad_rating_is_done_again_rated_again_explained_and_appealed_against,
    what_was_not_solved_at_the_call_is_ruled_on_whatever_time_does,
    a_bad_rating_while_it_is_called_back_already_is_ruled_on_with_it,
);
