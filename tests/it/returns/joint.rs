//! The later returns of one request are ruled on jointly; the ruling is kept and shown at the next dispatch.

use super::{ask, asked, role, rule};
use crate::path::{Walk, on};
use crate::support::app::{TestApp, on_both};
use reqwest::Method;
use serde_json::{Value, json};

/// What the office is shown before it dispatches.
async fn suggested(walk: &Walk<'_>) -> Value {
    let path = format!("/requests/{}/dispatch-suggestion", walk.id);
    walk.app.as_("dispatcher").get(&path).await.expect(200)
}

/// A precedent that names this unit.
fn precedent(app: &TestApp, unit: &str, text: &str) -> Value {
    json!({ "unit": app.district.unit(unit), "text": text })
}

async fn the_second_return_is_ruled_on_jointly_and_its_precedent_shown(app: &mut TestApp) {
    let parts = [("industry", "lead"), ("natural_resources", "branch"), ("permits", "assist")];
    let walk = Walk::under_way(app, &parts).await;
    walk.at("09-28 11:00");
    ask(&walk, "permits", "wrong_unit").await.expect(200);
    walk.at("09-28 11:30");
    ask(&walk, "industry", "duty_disputed").await.expect(200);
    assert_eq!(walk.due("return_ruling").await, "09-28 17:30");
    // One working day, whatever the hour.
    assert_eq!(walk.due("joint_ruling").await, "09-29 17:30");
    assert_eq!(
        (&asked(&walk, "industry").await["joint"], &asked(&walk, "permits").await["joint"]),
        (&json!(true), &json!(false))
    );

    let before = walk.stand().await;
    let kept = precedent(app, "natural_resources", "供地事项由自然资源局主办");
    let early = rule(&walk, "dispatcher", "permits", true, json!({ "precedent": kept })).await;
    early.field_problem(422, "/precedent", "precedent_not_here");
    for granted in [true, false] {
        let silent = rule(&walk, "dispatcher", "industry", granted, json!({})).await;
        silent.field_problem(422, "/precedent", "precedent_needed");
    }
    let nobody = json!({ "precedent": { "unit": walk.id, "text": "无此单位" } });
    let refused = rule(&walk, "dispatcher", "industry", true, nobody).await;
    refused.field_problem(422, "/precedent/unit", "reference_unknown");
    assert_eq!(walk.stand().await, before, "nothing changed");
    assert_eq!(suggested(&walk).await["precedents"], json!([]));

    walk.at("09-29 10:00");
    let roles = [role(&walk, "industry", "assist").await, role(&walk, "natural_resources", "lead").await];
    let ruling = json!({ "precedent": kept, "roles": roles });
    rule(&walk, "dispatcher", "industry", true, ruling).await.expect(200);
    assert_eq!(walk.end("joint_ruling").await, "met 09-29 10:00");
    assert_eq!(walk.end("return_ruling").await, "open", "each return has its own ruling");

    let next = Walk::file(app, "chemical", "land.supply", json!({})).await;
    let shown = suggested(&next).await;
    assert_eq!((&shown["fits"], shown["precedents"].as_array().map(Vec::len)), (&json!(true), Some(1)));
    let shown = &shown["precedents"][0];
    assert_eq!(
        (&shown["unit"]["code"], &shown["text"]),
        (&json!("natural_resources"), &json!("供地事项由自然资源局主办"))
    );
    assert_eq!(shown["ruled_at"], on("09-29 10:00").as_str());
    let other = Walk::file(app, "chemical", "land.planning", json!({})).await;
    assert_eq!(suggested(&other).await["precedents"], json!([]), "it is of another category");
    let path = format!("/requests/{}/dispatch-suggestion", next.id);
    app.as_("chemical").get(&path).await.problem(404, "not_found");
}

async fn the_newest_five_precedents_are_shown_and_a_refusal_leaves_one_too(app: &mut TestApp) {
    let admin = app.as_("admin");
    let mut book = admin.get("/promises").await.expect(200)["document"].clone();
    book["settings"]["returns"]["joint_ruling_from"] = json!(1);
    let put = admin.request(Method::PUT, "/promises").header("if-match", "*").json(&book);
    admin.send(put).await.expect(200);
    for number in 1..=6 {
        let walk = Walk::under_way(app, &[("industry", "lead")]).await;
        walk.at(&format!("09-28 1{number}:00"));
        ask(&walk, "industry", "duty_disputed").await.expect(200);
        let kept = precedent(app, "industry", &format!("先例{number}"));
        rule(&walk, "dispatcher", "industry", false, json!({ "precedent": kept })).await.expect(200);
        assert_eq!(walk.share("industry").await["state"], "dispatched");
    }
    let next = Walk::file(app, "chemical", "land.supply", json!({})).await;
    let shown = suggested(&next).await["precedents"].clone();
    let texts: Vec<&Value> = shown.as_array().into_iter().flatten().map(|one| &one["text"]).collect();
    assert_eq!(texts, ["先例6", "先例5", "先例4", "先例3", "先例2"]);
}

async fn a_granted_return_counts_towards_the_next_and_one_that_became_moot_does_not(app: &mut TestApp) {
    let walk = Walk::under_way(app, &[("industry", "lead"), ("permits", "assist")]).await;
    ask(&walk, "permits", "wrong_unit").await.expect(200);
    let close = json!({ "reason": "不再需要", "close": [walk.share("permits").await["id"]] });
    walk.act("dispatcher", "redispatch", close).await.expect(200);
    assert_eq!(asked(&walk, "permits").await["ruling"], "moot");
    assert_eq!(walk.end("return_ruling").await, "void 09-28 10:00");
    assert_eq!(walk.share("permits").await["state"], "closed");
    rule(&walk, "dispatcher", "permits", true, json!({})).await.problem(409, "assignment_over");

    ask(&walk, "industry", "wrong_unit").await.expect(200);
    assert!(walk.find_clock("joint_ruling").await.is_none());
    let successor = json!({ "parts": [super::added(&walk, "natural_resources", "lead")] });
    rule(&walk, "dispatcher", "industry", true, successor).await.expect(200);
    ask(&walk, "natural_resources", "wrong_unit").await.expect(200);
    assert_eq!(walk.due("joint_ruling").await, "09-29 17:30");
}

async fn a_disputed_duty_is_ruled_on_jointly_the_first_time(app: &mut TestApp) {
    let walk = Walk::under_way(app, &[("industry", "lead")]).await;
    ask(&walk, "industry", "duty_disputed").await.expect(200);
    assert_eq!(walk.due("joint_ruling").await, "09-29 17:30");
    assert!(walk.find_clock("return_ruling").await.is_none());
    let silent = rule(&walk, "dispatcher", "industry", false, json!({})).await;
    silent.field_problem(422, "/precedent", "precedent_needed");
    let kept = precedent(app, "industry", "此类由工信局主办");
    rule(&walk, "dispatcher", "industry", false, json!({ "precedent": kept })).await.expect(200);
    assert_eq!(walk.end("joint_ruling").await, "met 09-28 10:00");
}

on_both!(
    in the sample district:
    a_disputed_duty_is_ruled_on_jointly_the_first_time,
    the_second_return_is_ruled_on_jointly_and_its_precedent_shown,
    the_newest_five_precedents_are_shown_and_a_refusal_leaves_one_too,
    a_granted_return_counts_towards_the_next_and_one_that_became_moot_does_not,
);
