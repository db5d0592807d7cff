//! The published case of the dark street lamps, from the company's phone to its rating.

use super::{Walk, on, reached, short, solved};
use crate::support::app::{TestApp, on_both};
use serde_json::{Value, json};

const NOBODY: [&str; 0] = [];

async fn street_lamps_are_mended_the_same_day_and_rated_well(app: &mut TestApp) {
    app.set_time(&on("10-12 09:10"));
    let change = json!({ "title": "厂区外道路路灯不亮", "place": "厂区东侧道路" });
    let walk = Walk::file(app, "washer", "roads.lights", change).await;
    let filed = walk.view("washer").await;
    assert_eq!(filed["number"], "QS20261012-0001");
    assert_eq!(filed["state"], "submitted");
    assert_eq!(short(&filed["expected"]["dispatched_by"]), "10-13 17:30");
    assert_eq!(short(&filed["expected"]["contacted_by"]), "10-14 17:30");
    assert_eq!(walk.due("dispatch").await, "10-13 17:30");
    assert_eq!(walk.told().await, ["received → washer", "to_dispatch → business_environment"]);

    let path = format!("/requests/{}/dispatch-suggestion", walk.id);
    let suggested = app.as_("dispatcher").get(&path).await.expect(200);
    let (works, power) = (app.district.unit("municipal_works"), app.district.unit("power_supply"));
    let expected =
        json!({ "fits": true, "lead": works, "assists": [power], "pace": "same_day", "precedents": [] });
    assert_eq!(suggested, expected);
    let parts = [("municipal_works", "lead"), ("power_supply", "assist")];
    walk.at("10-12 10:00").dispatch(&parts).await.expect(200);
    assert_eq!(
        walk.told().await,
        ["dispatched → washer", "dispatched_to_you → municipal_works", "dispatched_to_you → power_supply"]
    );
    assert_eq!(walk.end("dispatch").await, "met 10-12 10:00");
    for (clock, due) in [
        ("company_contact", "10-13 17:30"),
        ("company_feedback", "10-15 17:30"),
        ("municipal_works contact", "10-13 17:30"),
        // Can be done at once: the close of the same day, because it was dispatched before 15:00.
        ("municipal_works feedback", "10-12 17:30"),
        ("municipal_works conclusion", "11-02 17:30"),
        ("power_supply assist", "10-14 17:30"),
    ] {
        assert_eq!(walk.due(clock).await, due, "{clock}");
    }

    let contact = walk.at("10-12 11:00").on_share("municipal_works", "handler", "contact", reached()).await;
    contact.expect(200);
    assert_eq!(walk.end("contact").await, "met 10-12 11:00");
    assert_eq!(walk.end("company_contact").await, "met 10-12 11:00");
    assert_eq!(walk.told().await, NOBODY);

    walk.at("10-12 14:20").answer("power_supply").await;
    assert_eq!(walk.told().await, ["assist_answered → municipal_works"]);
    assert_eq!(walk.end("assist").await, "open");
    walk.at("10-12 14:40");
    walk.on_share("power_supply", "municipal_works.handler", "accept", Value::Null).await.expect(200);
    assert_eq!(walk.end("assist").await, "met 10-12 14:40");

    walk.at("10-12 16:00").answer("municipal_works").await;
    assert_eq!(walk.told().await, ["to_release → business_environment"]);
    assert_eq!(walk.end("feedback").await, "met 10-12 16:00");
    // Four working hours: one and a half until the close, two and a half the next morning.
    assert_eq!(walk.due("release").await, "10-13 11:30");
    let before = walk.view("washer").await;
    assert_eq!((&before["state"], &before["answers"]), (&json!("in_progress"), &json!([])));

    walk.at("10-13 09:30").release("municipal_works").await;
    assert_eq!(walk.told().await, ["answered → washer"]);
    for clock in ["release", "conclusion", "company_feedback"] {
        assert_eq!(walk.end(clock).await, "met 10-13 09:30", "{clock}");
    }
    assert_eq!(walk.due("rating_window").await, "10-28 09:30");
    let answered = walk.view("washer").await;
    assert_eq!(answered["state"], "answered");
    assert_eq!(short(&answered["answered_at"]), "10-13 09:30");
    let mut public = solved();
    public["internal_note"] = Value::Null;
    for (field, value) in public.as_object().expect("an answer") {
        assert_eq!(&answered["answers"][0]["content"][field], value, "{field}");
    }

    walk.at("10-14 10:00");
    let rating = json!({ "level": "very_satisfied", "reached": true, "solved": true, "words": "很快" });
    walk.act("washer", "rating", rating).await.expect(201);
    assert_eq!(walk.told().await, ["concluded → washer"]);
    assert_eq!(walk.end("rating_window").await, "met 10-14 10:00");
    let ended = walk.view("washer").await;
    assert_eq!((&ended["state"], short(&ended["ended_at"])), (&json!("concluded"), "10-14 10:00".to_owned()));
    assert!(ended.get("light").is_none(), "no clock runs any more");

    the_company_and_staff_are_told_the_same_story_in_two_views(&walk).await;
}

async fn the_company_and_staff_are_told_the_same_story_in_two_views(walk: &Walk<'_>) {
    let numbered = |acts: &[(i64, &str)]| -> Vec<(i64, String)> {
        acts.iter().map(|(seq, act)| (*seq, (*act).to_owned())).collect()
    };
    let staff = [
        (1, "file"),
        (2, "dispatch"),
        (3, "contact"),
        (4, "sign"),
        (5, "draft"),
        (6, "approve"),
        (7, "accept"),
        (8, "draft"),
        (9, "approve"),
        (10, "release"),
        (11, "rate"),
    ];
    assert_eq!(walk.journal().await, 11);
    for who in ["dispatcher", "municipal_works.handler", "power_supply.signer", "auditor"] {
        assert_eq!(walk.timeline(who).await, numbered(&staff), "{who}");
    }
    let company = [(1, "file"), (2, "dispatch"), (3, "contact"), (10, "release"), (11, "rate")];
    assert_eq!(walk.timeline("washer").await, numbered(&company));

    let view = walk.view("washer").await;
    let kinds: Vec<&Value> =
        view["clocks"].as_array().into_iter().flatten().map(|clock| &clock["kind"]).collect();
    assert_eq!(kinds, ["company_contact", "company_feedback", "rating_window"]);
    let units: Vec<&Value> =
        view["parts"].as_array().into_iter().flatten().map(|part| &part["unit"]["code"]).collect();
    assert_eq!(units, ["municipal_works"], "who assists is the units' affair");
}

on_both!(in the sample district: street_lamps_are_mended_the_same_day_and_rated_well);
