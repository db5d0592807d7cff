//! The company's rating, and what a bad one starts.

use super::{Walk, rating, reached, short};
use crate::support::app::{TestApp, on_both};
use serde_json::{Value, json};

/// A request answered on Tuesday 29 September at 11:00.
async fn answered(app: &TestApp) -> Walk<'_> {
    let walk = Walk::under_way(app, &[("industry", "lead")]).await;
    walk.on_share("industry", "handler", "contact", reached()).await.expect(200);
    walk.at("09-29 10:00").answer("industry").await;
    walk.at("09-29 11:00").release("industry").await;
    walk
}

async fn a_bad_rating_and_an_unsolved_matter_are_called_back_before_anything_ends(app: &mut TestApp) {
    for (level, solved) in [("dissatisfied", true), ("very_dissatisfied", false), ("very_satisfied", false)] {
        let walk = answered(app).await;
        walk.at("09-30 10:00").act("equipment", "rating", rating(level, solved)).await.expect(201);
        assert_eq!(walk.told().await, ["bad_rating → business_environment"], "{level}");
        assert_eq!(walk.end("rating_window").await, "met 09-30 10:00");
        // One working day: the first after National Day.
        assert_eq!(walk.due("callback").await, "10-08 17:30");
        let before = walk.stand().await;
        assert_eq!(before.4["state"], "answered");
        for who in ["dispatcher", "equipment"] {
            walk.act(who, "conclude", Value::Null).await.problem(409, "callback_open");
        }
        walk.act("equipment", "rating", rating("very_satisfied", true)).await.problem(409, "already_rated");
        assert_eq!(walk.stand().await, before, "nothing changed");
    }
}

/// What the office's call found: it is not solved.
fn unsolved() -> Value {
    json!({ "reached": true, "contacted": true, "solved": false, "satisfied": "dissatisfied" })
}

/// The call-back ruled as explained.
fn explained() -> Value {
    json!({ "findings": "无依据", "ruling": "explained", "public_text": "依据规定不能办理" })
}

/// A request answered on Tuesday 29 September at 11:00 with a promise by Tuesday 20 October.
async fn promised(app: &TestApp) -> Walk<'_> {
    let walk = Walk::under_way(app, &[("industry", "lead")]).await;
    walk.on_share("industry", "handler", "contact", reached()).await.expect(200);
    let promise = json!({ "outcome": "promised", "public_text": "分步办理。",
        "milestones": [{ "what": "查勘", "by": "2026-10-20" }] });
    walk.at("09-29 10:00").on_share("industry", "handler", "draft", promise).await.expect(200);
    walk.on_share("industry", "signer", "approve", Value::Null).await.expect(200);
    walk.at("09-29 11:00").release("industry").await;
    walk
}

async fn each_call_back_of_a_cycle_is_ruled_on_and_one_open_is_enough(app: &mut TestApp) {
    let count = async |walk: &Walk<'_>| {
        let view = walk.view("dispatcher").await;
        view["clocks"].as_array().expect("clocks").iter().filter(|clock| clock["kind"] == "callback").count()
    };
    let walk = promised(app).await;
    walk.at("09-30 10:00").act("dispatcher", "follow-up", unsolved()).await.expect(201);
    walk.at("09-30 10:30").act("equipment", "rating", rating("dissatisfied", false)).await.expect(201);
    assert_eq!((count(&walk).await, walk.told().await), (1, vec![]), "the office is to call already");

    let walk = promised(app).await;
    walk.at("09-30 10:00").act("dispatcher", "follow-up", unsolved()).await.expect(201);
    walk.at("09-30 11:00").act("dispatcher", "callback", explained()).await.expect(201);
    assert_eq!(walk.view("equipment").await["state"], "answered", "a promise is open");
    assert_eq!(walk.told().await, ["explained → equipment"]);
    walk.act("dispatcher", "callback", explained()).await.problem(409, "no_callback");
    walk.at("10-08 10:00").act("equipment", "rating", rating("dissatisfied", false)).await.expect(201);
    assert_eq!(
        (count(&walk).await, walk.told().await),
        (2, vec!["bad_rating → business_environment".into()])
    );
    // One working day after Thursday 8 October.
    assert_eq!(walk.due("callback").await, "10-09 17:30");
    walk.at("10-09 10:00").act("dispatcher", "callback", explained()).await.expect(201);
    assert_eq!(walk.end("callback").await, "met 10-09 10:00");
    assert_eq!(walk.told().await, ["explained → equipment"], "of each ruling");
    let rulings = app.as_("equipment").get(&format!("/requests/{}/callback", walk.id)).await.expect(200);
    let ruled: Vec<String> =
        rulings.as_array().expect("rulings").iter().map(|ruling| short(&ruling["ruled_at"])).collect();
    assert_eq!(ruled, ["09-30 11:00", "10-09 10:00"]);
}

async fn a_rating_is_the_companys_own(app: &mut TestApp) {
    let walk = answered(app).await;
    let before = walk.stand().await;
    let good = || rating("very_satisfied", true);
    for who in ["chemical", "admin", "permits.handler"] {
        walk.act(who, "rating", good()).await.problem(404, "not_found");
    }
    for who in ["dispatcher", "industry.handler", "leader", "supervisor", "auditor"] {
        let answer = walk.act(who, "rating", good()).await;
        assert_eq!(answer.status, 403, "{who}: {:#}", answer.body);
    }
    walk.act("equipment", "rating", rating("splendid", true)).await.field_problem(
        422,
        "/level",
        "unknown_word",
    );
    assert_eq!(walk.stand().await, before, "nothing changed");

    let words = json!({ "level": "basically_satisfied", "reached": false, "solved": true,
        "reasons": ["overdue", "attitude"], "words": "慢了些" });
    let rated = walk.at("10-14 11:00").act("equipment", "rating", words).await.expect(201);
    assert_eq!((&rated["score"], &rated["bad"], &rated["cycle"]), (&json!(3), &json!(false), &json!(1)));
    assert_eq!(walk.end("rating_window").await, "met 10-14 11:00", "the last instant is in time");
    let path = format!("/requests/{}/rating", walk.id);
    for who in ["equipment", "dispatcher", "industry.handler"] {
        let listed = app.as_(who).get(&path).await.expect(200);
        assert_eq!((&listed[0], listed.as_array().map(Vec::len)), (&rated, Some(1)), "{who}");
    }
    app.as_("chemical").get(&path).await.problem(404, "not_found");
    assert_eq!(short(&walk.view("equipment").await["ended_at"]), "10-14 11:00");
}

async fn what_was_concluded_without_a_rating_is_not_rated_afterwards(app: &mut TestApp) {
    let walk = answered(app).await;
    walk.act("dispatcher", "conclude", Value::Null).await.expect(200);
    let before = walk.stand().await;
    walk.act("equipment", "rating", rating("satisfied", true)).await.problem(409, "rating_window_over");
    assert_eq!(walk.stand().await, before, "nothing changed");
    let path = format!("/requests/{}/rating", walk.id);
    assert_eq!(app.as_("equipment").get(&path).await.expect(200), json!([]));
}

on_both!(
    in the sample district:
    a_bad_rating_and_an_unsolved_matter_are_called_back_before_anything_ends,
    each_call_back_of_a_cycle_is_ruled_on_and_one_open_is_enough,
    a_rating_is_the_companys_own,
    what_was_concluded_without_a_rating_is_not_rated_afterwards,
);
