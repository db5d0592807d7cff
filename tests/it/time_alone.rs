//! What time alone does: a silent company is called, what nobody rated is concluded and may be rated late, papers that do
//! not come leave the office to decide.

use crate::path::{Walk, on, rating, short};
use crate::support::app::{TestApp, on_both};
use reqwest::Method;
use serde_json::{Value, json};

on_both!(in the sample district:
    a_silent_company_is_called_once_and_what_nobody_rated_is_concluded,
    a_company_that_was_called_is_not_called_again_for_its_silence,
    a_company_that_is_called_back_is_not_called_for_its_silence,
    a_rework_makes_the_call_needless,
    what_is_not_solved_at_the_call_is_called_back,
    the_time_to_rate_lapses_over_an_open_call_back_without_ending_anything,
    a_bad_rating_after_the_lapse_is_still_called_back_and_reworked_for_thirty_days,
    a_bad_rating_after_the_lapse_may_be_explained_and_the_company_is_told,
    a_good_rating_after_the_lapse_is_kept_and_opens_nothing,
    a_company_that_has_rated_is_not_called,
    papers_that_do_not_come_leave_the_office_to_decide,
    a_unit_appeals_once_against_a_bad_rating_and_the_ruling_is_final,
);

const LOOP: &str = "let time pass";

/// One step of time at this instant.
pub(crate) async fn pass(walk: &Walk<'_>, time: &str) {
    walk.at(time).app.step(LOOP).await;
}

/// A request released on Monday 12 October at 10:00.
async fn released(app: &TestApp) -> Walk<'_> {
    app.set_time(&on("10-10 09:30"));
    let walk = Walk::file(app, "equipment", "land.supply", json!({})).await;
    walk.at("10-10 10:00").dispatch(&[("industry", "lead")]).await.expect(200);
    walk.at("10-12 09:30").answer("industry").await;
    walk.at("10-12 10:00").release("industry").await;
    walk
}

async fn a_silent_company_is_called_once_and_what_nobody_rated_is_concluded(app: &mut TestApp) {
    let walk = released(app).await;
    // Fifteen days after the release; five working days of silence: 13 to 16 and 19 October.
    assert_eq!(walk.due("rating_window").await, "10-27 10:00");
    let before = walk.stand().await;
    pass(&walk, "10-19 17:30").await;
    assert_eq!(walk.stand().await, before, "its last instant is still the company's");
    pass(&walk, "10-19 17:30:01").await;
    assert_eq!(walk.told().await, ["to_follow_up → business_environment"]);
    // One working day after Monday.
    assert_eq!(walk.due("follow_up").await, "10-20 17:30");
    let before = walk.stand().await;
    pass(&walk, "10-20 09:00").await;
    assert_eq!(walk.stand().await.1, before.1, "it is to be called once");
    assert!(!walk.timeline("equipment").await.iter().any(|(_, act)| act == "silence"));

    let call = json!({ "reached": true, "contacted": true, "solved": true, "satisfied": "satisfied" });
    walk.act("industry.handler", "follow-up", call.clone()).await.problem(403, "not_yours");
    walk.act("equipment", "follow-up", call.clone()).await.problem(403, "not_yours");
    walk.act("dispatcher", "follow-up", call).await.expect(201);
    assert_eq!(walk.end("follow_up").await, "met 10-20 09:00");
    pass(&walk, "10-27 10:00").await;
    assert_eq!(walk.view("equipment").await["state"], "answered");
    pass(&walk, "10-27 10:00:01").await;
    let ended = walk.view("equipment").await;
    assert_eq!(ended["state"], "concluded");
    let window = walk.clock("rating_window").await;
    assert_eq!(window["outcome"], "lapsed", "silence is never a rating");
    assert_eq!(walk.act("equipment", "rating", json!({})).await.status, 422);
    assert_eq!(
        app.as_("equipment").get(&format!("/requests/{}/rating", walk.id)).await.expect(200),
        json!([])
    );
    let calls = app.as_("dispatcher").get(&format!("/requests/{}/follow-up", walk.id)).await.expect(200);
    assert_eq!((&calls[0]["reached"], &calls[0]["satisfied"]), (&json!(true), &json!("satisfied")));
    let path = format!("/requests/{}/follow-up", walk.id);
    app.as_("industry.handler").get(&path).await.problem(404, "not_found");
}

async fn a_company_that_was_called_is_not_called_again_for_its_silence(app: &mut TestApp) {
    for reached in [true, false] {
        let walk = released(app).await;
        let call = if reached {
            json!({ "reached": true, "contacted": true, "solved": true, "satisfied": "satisfied" })
        } else {
            json!({ "reached": false })
        };
        walk.at("10-13 09:00").act("dispatcher", "follow-up", call).await.expect(201);
        assert_eq!(walk.end("follow_up").await, "met 10-13 09:00");
        let before = walk.stand().await;
        // Its five working days of silence would be over.
        pass(&walk, "10-19 17:30:01").await;
        assert_eq!(walk.stand().await, before, "reached: {reached}");
        pass(&walk, "10-27 10:00:01").await;
        assert_eq!(walk.view("equipment").await["state"], "concluded");
    }
}

/// A request with a promise, released on Monday 12 October at 10:00, not solved at a call at 11:00, and its promise kept on
/// Tuesday at 17:00: only then its time to rate begins.
async fn called_before_the_time_to_rate(app: &TestApp) -> Walk<'_> {
    app.set_time(&on("10-10 09:30"));
    let walk = Walk::file(app, "equipment", "land.supply", json!({})).await;
    walk.at("10-10 10:00").dispatch(&[("industry", "lead")]).await.expect(200);
    walk.at("10-12 09:30").on_share("industry", "handler", "sign", Value::Null).await.expect(200);
    let promise = json!({ "outcome": "promised", "public_text": "分步办理。",
        "milestones": [{ "what": "查勘", "by": "2026-10-13" }] });
    walk.on_share("industry", "handler", "draft", promise).await.expect(200);
    walk.on_share("industry", "signer", "approve", Value::Null).await.expect(200);
    walk.at("10-12 10:00").release("industry").await;
    let call = json!({ "reached": true, "contacted": true, "solved": false, "satisfied": "dissatisfied" });
    walk.at("10-12 11:00").act("dispatcher", "follow-up", call).await.expect(201);
    let kept = walk.view("equipment").await["commitments"][0]["id"].as_str().expect("an id").to_owned();
    let kept = format!("/commitments/{kept}/keep");
    walk.at("10-13 17:00").app.as_("equipment").post(&kept, Value::Null).await.expect(200);
    assert_eq!(walk.end("rating_window").await, "open");
    walk
}

async fn a_company_that_is_called_back_is_not_called_for_its_silence(app: &mut TestApp) {
    let walk = called_before_the_time_to_rate(app).await;
    // Five working days of silence: 14 to 16, 19 and 20 October.
    pass(&walk, "10-20 17:30:01").await;
    assert_eq!((walk.end("follow_up").await, walk.told().await), ("met 10-12 11:00".to_owned(), vec![]));
    let acts = walk.timeline("dispatcher").await;
    assert!(!acts.iter().any(|(_, act)| act == "silence"), "{acts:?}");
    let before = walk.stand().await;
    pass(&walk, "10-21 09:00").await;
    assert_eq!(walk.stand().await.1, before.1, "nothing is left to do");
}

async fn a_rework_makes_the_call_needless(app: &mut TestApp) {
    let admin = app.as_("admin");
    let mut book = admin.get("/promises").await.expect(200)["document"].clone();
    book["settings"]["follow_up"] = json!("always");
    let put = admin.request(Method::PUT, "/promises").header("if-match", "*").json(&book);
    admin.send(put).await.expect(200);
    let walk = called_before_the_time_to_rate(app).await;
    // One working day after Tuesday 13 October.
    assert_eq!(walk.due("follow_up").await, "10-14 17:30");
    let blamed = walk.share("industry").await["id"].clone();
    let ruling = json!({ "findings": "属实", "ruling": "rework", "public_text": "重办", "blamed": [blamed] });
    walk.at("10-14 10:00").act("dispatcher", "callback", ruling).await.expect(201);
    assert_eq!(walk.end("follow_up").await, "void 10-14 10:00");
}

async fn what_is_not_solved_at_the_call_is_called_back(app: &mut TestApp) {
    let walk = released(app).await;
    walk.at("10-20 09:00");
    for (call, pointer, code) in [
        (json!({ "reached": true, "contacted": true, "satisfied": "satisfied" }), "/solved", "missing_field"),
        (json!({ "reached": false, "solved": false }), "/solved", "not_of_this_call"),
    ] {
        walk.act("dispatcher", "follow-up", call).await.field_problem(422, pointer, code);
    }
    walk.act("dispatcher", "follow-up", json!({ "reached": false })).await.expect(201);
    assert!(walk.find_clock("callback").await.is_none());
    let call = json!({ "reached": true, "contacted": false, "solved": false, "satisfied": "dissatisfied" });
    walk.act("dispatcher", "follow-up", call).await.expect(201);
    // One working day after Tuesday.
    assert_eq!(walk.due("callback").await, "10-21 17:30");
    let ruling = json!({ "findings": "未办", "ruling": "explained", "public_text": "依据规定不能办理" });
    walk.act("dispatcher", "callback", ruling).await.expect(201);
    assert_eq!(walk.view("equipment").await["state"], "concluded");
    let call = json!({ "reached": false });
    walk.act("dispatcher", "follow-up", call).await.problem(409, "already_ended");
}

async fn the_time_to_rate_lapses_over_an_open_call_back_without_ending_anything(app: &mut TestApp) {
    let unsolved =
        json!({ "reached": true, "contacted": true, "solved": false, "satisfied": "dissatisfied" });
    let explained = json!({ "findings": "无依据", "ruling": "explained", "public_text": "依据规定不能办理" });
    for is_rated_late in [false, true] {
        let walk = released(app).await;
        walk.at("10-26 10:00").act("dispatcher", "follow-up", unsolved.clone()).await.expect(201);
        // One working day after Monday 26 October; the time to rate is over on Tuesday at 10:00.
        assert_eq!(walk.due("callback").await, "10-27 17:30");
        pass(&walk, "10-27 10:00:01").await;
        assert_eq!(walk.clock("rating_window").await["outcome"], "lapsed");
        assert_eq!(
            (walk.view("equipment").await["state"].clone(), walk.told().await),
            (json!("answered"), vec![])
        );
        assert_eq!(
            walk.timeline("equipment").await.last().map(|(_, act)| act.as_str()),
            Some("rating_lapsed")
        );
        let before = walk.stand().await;
        pass(&walk, "10-27 11:00").await;
        assert_eq!(walk.stand().await, before, "it lapses once");
        if is_rated_late {
            walk.act("equipment", "rating", rating("dissatisfied", false)).await.expect(201);
            let callbacks = walk.view("dispatcher").await["clocks"].clone();
            let callbacks = callbacks.as_array().expect("clocks").iter();
            assert_eq!(callbacks.filter(|clock| clock["kind"] == "callback").count(), 1, "it is called once");
        }
        walk.at("10-28 10:00").act("dispatcher", "callback", explained.clone()).await.expect(201);
        assert_eq!(walk.end("callback").await, "late 10-28 10:00");
        assert_eq!(walk.view("equipment").await["state"], "concluded");
        let late = walk.act("equipment", "rating", rating("satisfied", true)).await;
        if is_rated_late {
            late.problem(409, "already_rated");
        } else {
            late.expect(201);
        }
    }
}

async fn a_bad_rating_after_the_lapse_is_still_called_back_and_reworked_for_thirty_days(app: &mut TestApp) {
    let walk = released(app).await;
    pass(&walk, "10-27 10:00:01").await;
    // Thirty days after the conclusion: 26 November, 10:00:01.
    walk.at("11-26 10:00:02");
    walk.act("equipment", "rating", rating("dissatisfied", false)).await.problem(409, "rating_window_over");
    walk.at("11-26 10:00:01");
    walk.act("equipment", "rating", rating("dissatisfied", false)).await.expect(201);
    let rated = walk.view("equipment").await;
    assert_eq!(rated["state"], "concluded");
    // Friday 27 November.
    assert_eq!(walk.due("callback").await, "11-27 17:30");
    walk.act("equipment", "rating", rating("satisfied", true)).await.problem(409, "already_rated");
    let blamed = walk.share("industry").await["id"].clone();
    let ruling = json!({ "findings": "属实", "ruling": "rework", "public_text": "重办", "blamed": [blamed] });
    walk.act("dispatcher", "callback", ruling).await.expect(201);
    let again = walk.view("equipment").await;
    assert_eq!((&again["state"], &again["cycle"]), (&json!("in_progress"), &json!(2)));
    assert!(again.get("ended_at").is_none());
}

async fn a_bad_rating_after_the_lapse_may_be_explained_and_the_company_is_told(app: &mut TestApp) {
    let walk = released(app).await;
    pass(&walk, "10-27 10:00:01").await;
    walk.at("10-30 09:00").act("equipment", "rating", rating("dissatisfied", false)).await.expect(201);
    let ruling = json!({ "findings": "无依据", "ruling": "explained", "public_text": "依据规定不能办理" });
    walk.at("10-30 10:00").act("dispatcher", "callback", ruling).await.expect(201);
    assert_eq!(walk.told().await, ["explained → equipment"]);
    assert_eq!(walk.view("equipment").await["ended_at"], json!(on("10-27 10:00:01")));
}

async fn a_good_rating_after_the_lapse_is_kept_and_opens_nothing(app: &mut TestApp) {
    let walk = released(app).await;
    pass(&walk, "10-27 10:00:01").await;
    walk.at("10-30 09:00");
    walk.act("equipment", "rating", rating("satisfied", true)).await.expect(201);
    let rated = walk.view("equipment").await;
    assert_eq!(rated["state"], "concluded");
    let open = |clock: &&Value| clock.get("stopped_at").is_none();
    assert_eq!(walk.view("dispatcher").await["clocks"].as_array().expect("clocks").iter().find(open), None);
}

async fn a_company_that_has_rated_is_not_called(app: &mut TestApp) {
    let walk = released(app).await;
    pass(&walk, "10-20 09:00").await;
    assert_eq!(walk.end("follow_up").await, "open");
    walk.act("equipment", "rating", rating("dissatisfied", true)).await.expect(201);
    assert_eq!(walk.end("follow_up").await, "void 10-20 09:00");
    let call = json!({ "reached": false });
    walk.act("dispatcher", "follow-up", call).await.problem(409, "already_rated");
    pass(&walk, "12-01 09:00").await;
    assert_eq!(walk.end("callback").await, "open", "what is to be called back does not lapse");
}

async fn papers_that_do_not_come_leave_the_office_to_decide(app: &mut TestApp) {
    let walk = Walk::under_way(app, &[("industry", "lead")]).await;
    walk.at("09-28 15:00");
    walk.act("dispatcher", "ask-info", json!({ "list": "宗地图" })).await.expect(200);
    // Five working days: 29 and 30 September, 8 to 10 October.
    assert_eq!(walk.due("supplement").await, "10-10 17:30");
    pass(&walk, "10-10 17:30:01").await;
    assert_eq!(walk.clock("supplement").await["outcome"], "lapsed");
    // Monday 12 October.
    assert_eq!(walk.due("dispatch").await, "10-12 17:30");
    assert_eq!(walk.told().await, ["papers_did_not_come → business_environment"]);
    let seen = walk.view("equipment").await;
    assert_eq!(seen["state"], "needs_info");
    walk.at("10-12 09:00");
    let brought = walk.act("equipment", "supplement", json!({ "answer": "晚了几天" })).await.expect(200);
    assert_eq!(brought["state"], "in_progress", "late papers are papers");
    assert_eq!(walk.end("dispatch").await, "met 10-12 09:00");
    // When it began to stand still, 28 September at 15:00, there were left two and a half hours of that day and seven each
    // of 29 and 30 September and of 8 October: 23.5 hours, which from 12 October are three days and two and a half hours.
    assert_eq!(walk.due("industry feedback").await, "10-15 11:30");
}

async fn a_unit_appeals_once_against_a_bad_rating_and_the_ruling_is_final(app: &mut TestApp) {
    let walk = released(app).await;
    let because = json!({ "reason": "评价对象有误" });
    walk.on_share("industry", "signer", "appeal", because.clone()).await.problem(409, "not_rated");
    walk.act("equipment", "rating", rating("dissatisfied", false)).await.expect(201);
    walk.on_share("industry", "handler", "appeal", because.clone()).await.problem(403, "not_yours");
    let appeal = walk.on_share("industry", "signer", "appeal", because.clone()).await.expect(201);
    walk.on_share("industry", "signer", "appeal", because).await.problem(409, "already_appealed");
    let list = format!("/requests/{}/appeals", walk.id);
    assert_eq!(app.as_("equipment").get(&list).await.expect(200), json!([]), "not ruled on yet");

    let path = format!("/appeals/{}/ruling", appeal["id"].as_str().expect("an id"));
    let ruling = json!({ "granted": true, "reason": "企业误评了另一件诉求" });
    app.as_("equipment").post(&path, ruling.clone()).await.problem(403, "not_yours");
    app.as_("chemical").post(&path, ruling.clone()).await.problem(404, "not_found");
    app.as_("dispatcher").post(&path, ruling.clone()).await.expect(200);
    app.as_("dispatcher").post(&path, ruling).await.problem(409, "already_ruled");
    let told = app.as_("equipment").get(&list).await.expect(200);
    assert_eq!(told[0]["ruling"], "granted");
    assert_eq!(told[0]["ruling_reason"], "企业误评了另一件诉求");
    assert!(told[0].get("reason").is_none(), "what the unit says is for staff");
    let ratings = app.as_("equipment").get(&format!("/requests/{}/rating", walk.id)).await.expect(200);
    assert_eq!(ratings[0]["level"], "dissatisfied", "a rating is never hidden");
    assert_eq!(
        short(&walk.clock("callback").await["due_at"]),
        "10-13 17:30",
        "it is called back all the same"
    );

    let other = released(app).await;
    other.act("equipment", "rating", rating("satisfied", true)).await.expect(201);
    let because = json!({ "reason": "不服" });
    other.on_share("industry", "signer", "appeal", because).await.problem(409, "nothing_to_appeal");
}
