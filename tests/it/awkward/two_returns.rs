//! Two returns of one request: the second is ruled on jointly, and its precedent shown at the next dispatch.

use super::{latest, on_latest};
use crate::charges::charged;
use crate::extensions;
use crate::path::{Walk, on, reached, short, solved};
use crate::returns::{added, ask, asked, clocks, role, rule};
use crate::support::app::{TestApp, on_both};
use serde_json::{Value, json};

const BUREAU: &str = "natural_resources";

/// What became of the extensions of a request, the oldest first.
async fn rulings(walk: &Walk<'_>) -> Vec<Value> {
    let asked = extensions::extensions(walk, "dispatcher").await;
    asked.iter().map(|asked| asked.get("ruling").cloned().unwrap_or_default()).collect()
}

async fn a_disputed_duty_goes_from_unit_to_unit_and_leaves_a_precedent(app: &mut TestApp) {
    let parts = [("industry", "lead"), (BUREAU, "branch"), ("permits", "assist")];
    let walk = Walk::under_way(app, &parts).await;
    walk.at("09-28 10:30");
    extensions::ask(&walk, "natural_resources feedback", "10-10 17:30").await.expect(200);
    // One working day from Monday.
    assert_eq!(walk.due("extension_ruling").await, "09-29 17:30");
    walk.at("09-28 11:00");
    ask(&walk, "industry", "wrong_unit").await.expect(200);
    assert_eq!(walk.due("return_ruling").await, "09-28 17:30");
    assert!(walk.find_clock("joint_ruling").await.is_none());

    // The first: the bureau leads, and what it asked for as a branch is moot.
    walk.at("09-28 14:00");
    let roles = [role(&walk, "industry", "assist").await, role(&walk, BUREAU, "lead").await];
    rule(&walk, "dispatcher", "industry", true, json!({ "roles": roles })).await.expect(200);
    assert_eq!(walk.end("return_ruling").await, "met 09-28 14:00");
    assert_eq!(rulings(&walk).await, ["moot"]);
    assert_eq!(walk.end("extension_ruling").await, "void 09-28 14:00");
    extensions::rule(&walk, "dispatcher", true, &[]).await.problem(409, "already_ruled");
    // It was not told to call as a branch, so that its call is owed from Monday 14:00. Fifteen working days: 29 and 30
    // September, 8 to 10, 12 to 16 and 19 to 23 October.
    assert_eq!(clocks(&walk, BUREAU, "contact").await, ["09-29 17:30 → open"]);
    assert_eq!(clocks(&walk, BUREAU, "feedback").await, ["10-08 17:30 → void", "10-08 17:30 → open"]);
    assert_eq!(clocks(&walk, BUREAU, "conclusion").await, ["10-23 17:30 → open"]);
    assert_eq!(clocks(&walk, "industry", "contact").await, ["09-29 17:30 → void"]);
    assert_eq!(clocks(&walk, "industry", "assist").await, ["09-30 17:30 → open"]);

    // More time for the assisting unit, which ends with its role too.
    walk.at("09-28 15:00");
    extensions::ask(&walk, "permits assist", "10-08 17:30").await.expect(200);
    walk.at("09-28 15:30");
    extensions::ask(&walk, "industry assist", "10-08 17:30").await.expect(200);
    extensions::rule(&walk, "dispatcher", true, &[]).await.expect(200);
    assert_eq!(clocks(&walk, "industry", "assist").await, ["10-08 17:30 → open"]);
    assert_eq!(rulings(&walk).await, [json!("moot"), Value::Null, json!("granted")]);

    // The second, after the cut-off too: a joint ruling has one working day.
    walk.at("09-28 16:00");
    ask(&walk, BUREAU, "duty_disputed").await.expect(200);
    assert_eq!(walk.due("joint_ruling").await, "09-29 17:30");
    assert_eq!(asked(&walk, BUREAU).await["joint"], true);
    walk.at("09-29 10:00");
    let roles = [role(&walk, "permits", "lead").await];
    let alone = rule(&walk, "dispatcher", BUREAU, true, json!({ "roles": roles })).await;
    alone.field_problem(422, "/precedent", "precedent_needed");
    let precedent = json!({ "unit": app.district.unit("permits"), "text": "此类用地手续由审批服务局主办" });
    let ruling = json!({ "roles": roles, "precedent": precedent });
    rule(&walk, "dispatcher", BUREAU, true, ruling).await.expect(200);
    assert_eq!(walk.end("joint_ruling").await, "met 09-29 10:00");
    assert_eq!(rulings(&walk).await, ["moot", "moot", "granted"]);
    assert_eq!(walk.share(BUREAU).await["state"], "returned");
    assert_eq!(clocks(&walk, BUREAU, "contact").await, ["09-29 17:30 → void"]);
    assert_eq!(clocks(&walk, BUREAU, "conclusion").await, ["10-23 17:30 → void"]);
    // From Tuesday: its call by Wednesday; 30 September, 8 and 9 October; fifteen end on Monday 26 October.
    assert_eq!(clocks(&walk, "permits", "assist").await, ["09-30 17:30 → void"]);
    assert_eq!(clocks(&walk, "permits", "contact").await, ["09-30 17:30 → open"]);
    assert_eq!(clocks(&walk, "permits", "feedback").await, ["10-09 17:30 → open"]);
    assert_eq!(clocks(&walk, "permits", "conclusion").await, ["10-26 17:30 → open"]);

    the_next_of_its_category_is_shown_it(&walk).await;
    what_was_promised_was_promised_once(&walk).await;
    the_bureau_comes_back_as_a_branch(&walk).await;
}

async fn the_next_of_its_category_is_shown_it(walk: &Walk<'_>) {
    let next = Walk::file(walk.app, "chemical", "land.supply", json!({})).await;
    let path = format!("/requests/{}/dispatch-suggestion", next.id);
    let shown = walk.app.as_("dispatcher").get(&path).await.expect(200)["precedents"].clone();
    assert_eq!(shown.as_array().map(Vec::len), Some(1));
    assert_eq!(
        (&shown[0]["unit"]["code"], &shown[0]["text"], &shown[0]["ruled_at"]),
        (&json!("permits"), &json!("此类用地手续由审批服务局主办"), &json!(on("09-29 10:00")))
    );
    next.dispatch(&[("permits", "lead")]).await.expect(200);
    let path = format!("/requests/{}/dispatch-suggestion", walk.id);
    walk.app.as_("permits.handler").get(&path).await.problem(404, "not_found");
}

async fn what_was_promised_was_promised_once(walk: &Walk<'_>) {
    let company = walk.view("equipment").await;
    let promised: Vec<(String, &Value)> = company["clocks"]
        .as_array()
        .expect("clocks")
        .iter()
        .map(|clock| (short(&clock["due_at"]), &clock["due_version"]))
        .collect();
    assert_eq!(promised, [("09-29 17:30".into(), &json!(1)), ("10-08 17:30".into(), &json!(1))]);
    assert_eq!((&company["redispatches"], &company["returns"]), (&json!(2), &json!([])));
    assert_eq!(company["extensions"], json!([]), "what was asked and granted between units is theirs");
    // No unit was late when the company's contact was: its call is due on Wednesday. The office answers for the hour.
    walk.at("09-30 10:00").on_share("permits", "handler", "contact", reached()).await.expect(200);
    assert_eq!(walk.end("company_contact").await, "late 09-30 10:00");
    assert_eq!(walk.end("permits contact").await, "met 09-30 10:00");
    assert_eq!(charged(walk, "equipment").await, ["company_contact office 60"]);
}

async fn the_bureau_comes_back_as_a_branch(walk: &Walk<'_>) {
    walk.at("09-30 11:00");
    let mut branch = added(walk, BUREAU, "branch");
    branch["told_to_contact"] = true.into();
    let change = json!({ "reason": "需出具意见", "parts": [branch] });
    walk.act("dispatcher", "redispatch", change).await.expect(200);
    assert_eq!(walk.view("equipment").await["redispatches"], 3);
    // A share of its own: from Wednesday 30 September, Thursday 8 October, and 8, 9 and 10 October.
    assert_eq!(clocks(walk, BUREAU, "contact").await, ["09-29 17:30 → void", "10-08 17:30 → open"]);
    assert_eq!(clocks(walk, BUREAU, "feedback").await[2], "10-10 17:30 → open");
    assert_eq!(latest(walk, BUREAU).await["part"], "branch");
    walk.at("10-08 10:00");
    on_latest(walk, BUREAU, "handler", "contact", reached()).await.expect(200);
    on_latest(walk, BUREAU, "handler", "draft", solved()).await.expect(200);
    on_latest(walk, BUREAU, "signer", "approve", Value::Null).await.expect(200);
    on_latest(walk, BUREAU, "dispatcher", "release", Value::Null).await.expect(200);
    assert_eq!(walk.view("equipment").await["state"], "in_progress");

    // The answer of the former lead is the new one's to take in.
    walk.answer("industry").await;
    walk.on_share("industry", "natural_resources.handler", "accept", Value::Null)
        .await
        .problem(403, "not_yours");
    walk.on_share("industry", "permits.handler", "accept", Value::Null).await.expect(200);
    assert_eq!(clocks(walk, "industry", "assist").await, ["10-08 17:30 → met"]);
    walk.answer("permits").await;
    walk.at("10-08 17:30").release("permits").await;
    assert_eq!(walk.end("company_feedback").await, "met 10-08 17:30");
    assert_eq!(walk.view("equipment").await["state"], "answered");
    // Fifteen natural days.
    assert_eq!(walk.due("rating_window").await, "10-23 17:30");
}

on_both!(in the sample district: a_disputed_duty_goes_from_unit_to_unit_and_leaves_a_precedent);
