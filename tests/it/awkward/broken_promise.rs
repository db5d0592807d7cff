//! A commitment that is broken: red at its promiser's, extended, rated meanwhile, kept late, and the end only then.

use crate::extensions;
use crate::path::{Walk, on, rating, reached, short};
use crate::support::app::{TestApp, on_both};
use serde_json::{Value, json};

/// Promised on Tuesday 13 October at 10:00 by the industry bureau: a survey by Tuesday 20 October, and work from Monday 2
/// November on.
async fn promised(app: &TestApp) -> Walk<'_> {
    app.set_time(&on("10-12 09:30"));
    let walk = Walk::file(app, "equipment", "land.supply", json!({})).await;
    walk.at("10-12 10:00").dispatch(&[("industry", "lead")]).await.expect(200);
    walk.at("10-12 10:30").on_share("industry", "handler", "contact", reached()).await.expect(200);
    let answer = json!({ "outcome": "promised", "public_text": "分两步办。", "milestones": [
        { "what": "查勘", "by": "2026-10-20" }, { "what": "开工", "by": "2026-11-02" }] });
    walk.on_share("industry", "handler", "draft", answer).await.expect(200);
    walk.at("10-13 09:00").on_share("industry", "signer", "approve", Value::Null).await.expect(200);
    walk.at("10-13 10:00").release("industry").await;
    walk
}

/// The clock of the promise at this place, as this person sees it.
async fn clock(walk: &Walk<'_>, who: &str, place: usize) -> Value {
    let view = walk.view(who).await;
    let clocks = view["clocks"].as_array().expect("clocks").iter();
    let mut promises: Vec<&Value> = clocks.filter(|clock| clock["kind"] == "commitment").collect();
    promises.sort_by_key(|clock| clock["first_due_at"].as_str());
    promises[place].clone()
}

/// Asks for more time for the first promise.
async fn ask(walk: &Walk<'_>, until: &str) -> crate::support::client::Answer {
    let form = json!({ "clock": clock(walk, "dispatcher", 0).await["id"], "until": on(until),
        "reason": "雨天不能查勘。", "ground": "《测绘规程》第三条" });
    walk.on_share("industry", "handler", "extension", form).await
}

async fn keep(walk: &Walk<'_>, who: &str, place: usize) -> Value {
    let view = walk.view("dispatcher").await;
    let id = view["commitments"][place]["id"].as_str().expect("a commitment has an id").to_owned();
    walk.app.as_(who).post(&format!("/commitments/{id}/keep"), Value::Null).await.expect(200)
}

async fn conclude_is_refused(walk: &Walk<'_>) {
    for who in ["equipment", "dispatcher"] {
        walk.act(who, "conclude", Value::Null).await.problem(409, "commitment_open");
    }
}

async fn it_is_extended_broken_rated_kept_late_and_only_then_the_end(app: &mut TestApp) {
    let walk = promised(app).await;
    assert_eq!(walk.end("company_feedback").await, "met 10-13 10:00");
    assert_eq!(short(&clock(&walk, "equipment", 0).await["due_at"]), "10-20 17:30");
    assert_eq!(short(&clock(&walk, "equipment", 1).await["due_at"]), "11-02 17:30");
    // It may be asked for until the close of the working day before.
    let first = clock(&walk, "dispatcher", 0).await;
    assert_eq!(short(&first["ask_by"]), "10-19 17:30");
    walk.at("10-19 16:00");
    ask(&walk, "10-23 17:30").await.expect(200);
    assert_eq!(walk.due("extension_ruling").await, "10-20 17:30");

    // Waiting dims no light: it is red, and its promiser's.
    walk.at("10-20 17:31");
    for who in ["equipment", "dispatcher", "industry.handler"] {
        let first = clock(&walk, who, 0).await;
        assert_eq!((&first["light"], &first["holder"]), (&json!("red"), &json!("lead")), "{who}");
        assert_eq!(first["unit"]["code"], "industry", "{who}");
    }
    assert!(
        walk.view("equipment").await.get("light").is_none(),
        "the company's light is of contact and answer"
    );
    let board = app.as_("industry.handler").get("/board").await.expect(200);
    assert_eq!(board["red"]["clocks"][0]["kind"], "commitment");
    assert_eq!(walk.clock("extension_ruling").await["light"], "red");
    conclude_is_refused(&walk).await;

    walk.at("10-21 10:00");
    extensions::rule(&walk, "dispatcher", true, &[]).await.expect(200);
    assert_eq!(walk.told().await, ["extension_granted → equipment", "extension_ruled → industry"]);
    assert_eq!(walk.end("extension_ruling").await, "late 10-21 10:00");
    let first = clock(&walk, "equipment", 0).await;
    assert_eq!(
        (short(&first["due_at"]), short(&first["first_due_at"])),
        ("10-23 17:30".into(), "10-20 17:30".into())
    );
    assert_eq!((&first["light"], &first["red_days"]), (&json!("green"), &json!(1)), "what was red stays red");
    assert_eq!(short(&walk.view("equipment").await["commitments"][0]["due_at"]), "10-23 17:30");

    // Ten working days more may come from a leader alone.
    walk.at("10-22 15:00");
    ask(&walk, "11-06 17:31").await.field_problem(422, "/until", "date_too_late");
    ask(&walk, "11-06 17:30").await.expect(200);
    extensions::rule(&walk, "dispatcher", true, &[]).await.problem(403, "not_your_level");
    walk.at("10-23 10:00");
    extensions::rule(&walk, "leader", false, &[]).await.expect(200);
    assert_eq!(short(&clock(&walk, "equipment", 0).await["due_at"]), "10-23 17:30");

    walk.at("10-26 10:00");
    ask(&walk, "10-30 17:30").await.problem(409, "extension_too_late");
    let first = clock(&walk, "equipment", 0).await;
    assert_eq!(
        (&first["light"], &first["red_days"]),
        (&json!("red"), &json!(2)),
        "Wednesday 21 and Monday 26"
    );
    rated_meanwhile_it_ends_with_the_last_promise(&walk).await;
}

async fn rated_meanwhile_it_ends_with_the_last_promise(walk: &Walk<'_>) {
    assert!(walk.find_clock("rating_window").await.is_none());
    walk.at("10-26 11:00").act("equipment", "rating", rating("satisfied", true)).await.expect(201);
    assert_eq!(walk.end("rating_window").await, "met 10-26 11:00");
    assert_eq!(walk.view("equipment").await["state"], "answered");
    walk.act("equipment", "rating", rating("dissatisfied", false)).await.problem(409, "already_rated");
    conclude_is_refused(walk).await;

    walk.at("10-27 10:00");
    let kept = keep(walk, "equipment", 0).await;
    assert_eq!((&kept["state"], &kept["commitments"][0]["state"]), (&json!("answered"), &json!("kept")));
    let first = clock(walk, "equipment", 0).await;
    assert_eq!((&first["outcome"], &first["red_days"]), (&json!("late"), &json!(3)));
    conclude_is_refused(walk).await;
    walk.at("11-02 15:00");
    let ended = keep(walk, "dispatcher", 1).await;
    assert_eq!((&ended["state"], short(&ended["ended_at"])), (&json!("concluded"), "11-02 15:00".into()));
    assert_eq!(walk.told().await, ["concluded → equipment"]);
    assert_eq!(clock(walk, "equipment", 1).await["outcome"], "met");
    assert_eq!(walk.end("rating_window").await, "met 10-26 11:00", "it was rated once");
}

async fn a_bad_rating_meanwhile_is_ruled_on_and_the_promise_is_owed_still(app: &mut TestApp) {
    let walk = promised(app).await;
    walk.at("10-14 10:00");
    keep(&walk, "equipment", 0).await;
    // Monday 2 November has passed.
    walk.at("11-03 10:00").act("equipment", "rating", rating("very_dissatisfied", false)).await.expect(201);
    assert_eq!(walk.due("callback").await, "11-04 17:30");
    let explained = json!({ "findings": "属实", "ruling": "explained", "public_text": "因雨顺延。" });
    walk.at("11-04 10:00").act("dispatcher", "callback", explained).await.expect(201);
    assert_eq!(walk.end("callback").await, "met 11-04 10:00");
    assert_eq!(walk.view("equipment").await["state"], "answered", "a promise is open");
    conclude_is_refused(&walk).await;
    // Tuesday 3, Wednesday 4 and Thursday 5 November.
    walk.at("11-05 09:30");
    assert_eq!(keep(&walk, "dispatcher", 1).await["state"], "concluded");
    let second = clock(&walk, "equipment", 1).await;
    assert_eq!((&second["outcome"], &second["red_days"]), (&json!("late"), &json!(3)));
}

/// The office calls while the promise is open, and the company rates once it is kept: each is called back.
async fn a_call_that_found_it_unsolved_and_a_bad_rating_later_are_each_ruled_on(app: &mut TestApp) {
    let walk = promised(app).await;
    let call = json!({ "reached": true, "contacted": true, "solved": false, "satisfied": "dissatisfied" });
    walk.at("10-15 10:00").act("dispatcher", "follow-up", call).await.expect(201);
    assert_eq!(walk.due("callback").await, "10-16 17:30");
    let explained = |text: &str| json!({ "findings": "属实", "ruling": "explained", "public_text": text });
    walk.at("10-16 10:00").act("dispatcher", "callback", explained("按承诺办理。")).await.expect(201);
    assert_eq!(walk.view("equipment").await["state"], "answered");
    walk.at("10-20 10:00");
    keep(&walk, "equipment", 0).await;
    keep(&walk, "equipment", 1).await;
    assert_eq!(walk.due("rating_window").await, "11-04 10:00");

    walk.at("10-21 10:00").act("equipment", "rating", rating("dissatisfied", false)).await.expect(201);
    assert_eq!(walk.due("callback").await, "10-22 17:30");
    walk.at("10-22 10:00").act("dispatcher", "callback", explained("已按承诺办结。")).await.expect(201);
    assert_eq!(walk.view("equipment").await["state"], "concluded");
    let rulings = app.as_("equipment").get(&format!("/requests/{}/callback", walk.id)).await.expect(200);
    let told: Vec<&Value> = rulings.as_array().into_iter().flatten().map(|one| &one["public_text"]).collect();
    assert_eq!(told, ["按承诺办理。", "已按承诺办结。"]);
}

on_both!(in the sample district:
    it_is_extended_broken_rated_kept_late_and_only_then_the_end,
    a_bad_rating_meanwhile_is_ruled_on_and_the_promise_is_owed_still,
    a_call_that_found_it_unsolved_and_a_bad_rating_later_are_each_ruled_on,
);
