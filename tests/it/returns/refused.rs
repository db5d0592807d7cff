//! A refused return is as if it had never been asked, but it is counted.

use super::{added, ask, asked, role, rule};
use crate::path::{Walk, short, solved};
use crate::support::app::{TestApp, on_both};
use serde_json::{Value, json};

async fn a_refused_return_leaves_the_part_where_it_stood(app: &mut TestApp) {
    for state in ["dispatched", "signed", "drafted"] {
        let walk = Walk::under_way(app, &[("industry", "lead")]).await;
        if state != "dispatched" {
            walk.on_share("industry", "handler", "sign", Value::Null).await.expect(200);
        }
        if state == "drafted" {
            walk.on_share("industry", "handler", "draft", solved()).await.expect(200);
        }
        let clocks = |view: &Value| {
            let mut clocks = view["clocks"].as_array().expect("clocks").clone();
            clocks.retain(|clock| clock["kind"] != "return_ruling");
            clocks
        };
        let before = walk.view("dispatcher").await;
        walk.at("09-28 14:00");
        ask(&walk, "industry", "wrong_unit").await.expect(200);
        rule(&walk, "dispatcher", "industry", false, json!({})).await.expect(200);
        assert_eq!(walk.told().await, ["return_asked → business_environment", "return_refused → industry"]);
        assert_eq!(walk.end("return_ruling").await, "met 09-28 14:00");
        let after = walk.view("dispatcher").await;
        assert_eq!(after["parts"][0]["state"], state);
        assert_eq!(clocks(&after), clocks(&before), "no clock moved");
        assert_eq!(after["redispatches"], 0);
        let refused = &after["returns"][0];
        assert_eq!((&refused["ruling"], &refused["ruling_reason"]), (&json!("refused"), &json!("经核实")));
        assert_eq!(short(&refused["ruled_at"]), "09-28 14:00");
        assert!(!walk.timeline("equipment").await.iter().any(|(_, act)| act.contains("return")));
        if state == "drafted" {
            walk.on_share("industry", "signer", "approve", Value::Null).await.expect(200);
        }
    }
}

async fn a_ruling_is_final_and_a_refused_one_changes_no_units(app: &mut TestApp) {
    let walk = Walk::under_way(app, &[("industry", "lead"), ("permits", "assist")]).await;
    ask(&walk, "industry", "wrong_unit").await.expect(200);
    let before = walk.stand().await;
    for change in [
        json!({ "parts": [added(&walk, "natural_resources", "branch")] }),
        json!({ "close": [walk.share("permits").await["id"]] }),
        json!({ "roles": [role(&walk, "permits", "branch").await] }),
    ] {
        rule(&walk, "dispatcher", "industry", false, change).await.problem(422, "change_not_here");
    }
    assert_eq!(walk.stand().await, before, "nothing changed");
    let first = asked(&walk, "industry").await["id"].as_str().expect("an id").to_owned();
    rule(&walk, "dispatcher", "industry", false, json!({})).await.expect(200);
    rule(&walk, "dispatcher", "industry", true, json!({})).await.problem(409, "no_return");
    ask(&walk, "industry", "facts_differ").await.expect(200);
    assert!(
        walk.find_clock("joint_ruling").await.is_none(),
        "a refused return does not count towards a joint ruling"
    );
    let path = format!("/returns/{first}/ruling");
    let again = app.as_("dispatcher").post(&path, json!({ "granted": true, "reason": "改判" })).await;
    again.problem(409, "no_return");
    assert_eq!(
        walk.view("dispatcher").await["returns"].as_array().map(Vec::len),
        Some(2),
        "both are counted"
    );
}

on_both!(
    in the sample district:
    a_refused_return_leaves_the_part_where_it_stood,
    a_ruling_is_final_and_a_refused_one_changes_no_units,
);
