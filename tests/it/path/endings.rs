//! The short ways: declined, answered by the office itself, withdrawn; and that what has ended stays as it is.

use super::{Walk, rating, reached, short, solved};
use crate::support::app::{TestApp, on_both};
use serde_json::{Value, json};

fn grounds(ground: &str) -> Value {
    json!({ "ground": ground, "text": "请按所示途径办理。" })
}

async fn a_declined_request_names_its_ground_and_the_other_door(app: &mut TestApp) {
    let walk = Walk::file(app, "chemical", "land.supply", json!({})).await;
    let before = walk.stand().await;
    walk.act("chemical", "decline", grounds("in_litigation")).await.problem(403, "not_yours");
    let refused = walk.act("dispatcher", "decline", grounds("no_time")).await;
    refused.field_problem(422, "/ground", "unknown_word");
    let silent = json!({ "ground": "in_litigation", "text": "" });
    walk.act("dispatcher", "decline", silent).await.field_problem(422, "/text", "text_empty");
    assert_eq!(walk.stand().await, before, "nothing changed");

    walk.at("09-28 09:30").act("dispatcher", "decline", grounds("in_litigation")).await.expect(200);
    assert_eq!(walk.told().await, ["declined → chemical"]);
    assert_eq!(walk.end("dispatch").await, "met 09-28 09:30");
    let view = walk.view("chemical").await;
    assert_eq!(view["state"], "declined");
    let declined =
        json!({ "ground": "in_litigation", "text": "请按所示途径办理。", "other_door": "litigation" });
    assert_eq!(view["declined"], declined);
    it_stays_as_it_is(&walk, "already_ended").await;

    let late = Walk::file(app, "chemical", "land.supply", json!({})).await;
    late.at("09-30 09:00").act("dispatcher", "decline", grounds("already_handled")).await.expect(200);
    assert_eq!(late.end("dispatch").await, "late 09-30 09:00", "what was red stays red");
    assert!(late.view("chemical").await["declined"].get("other_door").is_none());
}

async fn the_office_answers_by_itself(app: &mut TestApp) {
    let walk = Walk::file(app, "chemical", "land.supply", json!({})).await;
    let before = walk.stand().await;
    let bare = json!({ "outcome": "explained", "public_text": "已有规定。" });
    let refused = walk.act("dispatcher", "direct-answer", bare).await;
    refused.field_problem(422, "/ground", "ground_needed");
    walk.act("chemical", "direct-answer", solved()).await.problem(403, "not_yours");
    assert_eq!(walk.stand().await, before, "nothing changed");
    walk.at("09-28 10:00").act("dispatcher", "direct-answer", solved()).await.expect(200);
    assert_eq!(walk.told().await, ["answered → chemical"]);
    assert_eq!(walk.end("dispatch").await, "met 09-28 10:00");
    assert_eq!(walk.due("rating_window").await, "10-13 10:00");
    let view = walk.view("chemical").await;
    assert_eq!((&view["state"], &view["parts"]), (&json!("answered"), &json!([])));
    assert_eq!(view["answers"][0]["outcome"], "solved");
    assert!(view["answers"][0]["content"]["internal_note"].is_null());
    walk.act("chemical", "rating", rating("satisfied", true)).await.expect(201);
    assert_eq!(walk.view("chemical").await["state"], "concluded");
}

async fn a_company_withdraws_before_dispatch_and_needs_the_office_after(app: &mut TestApp) {
    let walk = Walk::file(app, "equipment", "land.supply", json!({})).await;
    walk.act("chemical", "withdraw", Value::Null).await.problem(404, "not_found");
    walk.act("dispatcher", "withdraw", Value::Null).await.problem(403, "not_yours");
    walk.at("09-28 09:00").act("equipment", "withdraw", Value::Null).await.expect(200);
    assert_eq!(walk.told().await, ["withdrawn → business_environment"]);
    assert_eq!(walk.end("dispatch").await, "void 09-28 09:00");
    let view = walk.view("equipment").await;
    assert_eq!((&view["state"], short(&view["ended_at"])), (&json!("withdrawn"), "09-28 09:00".to_owned()));
    assert!(view.get("expected").is_none());
    it_stays_as_it_is(&walk, "already_ended").await;

    let walk = Walk::under_way(app, &[("industry", "lead")]).await;
    let before = walk.stand().await;
    walk.act("equipment", "withdraw", Value::Null).await.problem(409, "withdraw_needs_office");
    walk.act("dispatcher", "decline", grounds("in_litigation")).await.problem(409, "already_dispatched");
    walk.act("dispatcher", "direct-answer", solved()).await.problem(409, "already_dispatched");
    assert_eq!(walk.stand().await, before, "nothing changed");
}

async fn a_concluded_request_and_its_shares_stay_as_they_are(app: &mut TestApp) {
    let walk = Walk::under_way(app, &[("industry", "lead"), ("permits", "assist")]).await;
    walk.on_share("industry", "handler", "contact", reached()).await.expect(200);
    walk.answer("industry").await;
    walk.release("industry").await;
    walk.act("equipment", "rating", rating("satisfied", true)).await.expect(201);
    it_stays_as_it_is(&walk, "already_rated").await;
    let before = walk.stand().await;
    for (who, act, body) in [
        ("handler", "sign", Value::Null),
        ("handler", "contact", reached()),
        ("handler", "draft", solved()),
        ("signer", "approve", Value::Null),
        ("dispatcher", "release", Value::Null),
        ("dispatcher", "send-back", super::because("改")),
    ] {
        walk.on_share("industry", who, act, body).await.problem(409, "already_accepted");
    }
    walk.on_share("permits", "handler", "sign", Value::Null).await.problem(409, "assignment_over");
    assert_eq!(walk.stand().await, before, "nothing changed");
}

/// Tries every act on an ended request; `rating` is the code a rating is refused with.
async fn it_stays_as_it_is(walk: &Walk<'_>, rated: &str) {
    let before = walk.stand().await;
    let (app, company) = (walk.app, walk.company);
    let parts = json!({ "parts": [{ "unit": app.district.unit("industry"), "part": "lead" }] });
    let category = json!({ "category": app.district.category("land.planning") });
    for (who, act, body) in [
        ("dispatcher", "dispatch", parts),
        ("dispatcher", "decline", grounds("in_litigation")),
        ("dispatcher", "direct-answer", solved()),
        ("dispatcher", "categorise", category),
        ("dispatcher", "conclude", Value::Null),
        (company, "conclude", Value::Null),
        (company, "withdraw", Value::Null),
    ] {
        walk.act(who, act, body).await.problem(409, "already_ended");
    }
    walk.act(company, "rating", rating("satisfied", true)).await.problem(409, rated);
    assert_eq!(walk.stand().await, before, "nothing changed");
}

on_both!(
    in the sample district:
    a_declined_request_names_its_ground_and_the_other_door,
    the_office_answers_by_itself,
    a_company_withdraws_before_dispatch_and_needs_the_office_after,
    a_concluded_request_and_its_shares_stay_as_they_are,
);
