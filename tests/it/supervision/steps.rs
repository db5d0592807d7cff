//! The steps before and after an order, in their order.

use super::{act, draft, issued, sheet, under_way};
use crate::path::{Walk, on, short};
use crate::support::app::{TestApp, on_both};
use serde_json::{Value, json};

async fn remind(walk: &Walk<'_>, who: &str, urges: bool) -> crate::support::client::Answer {
    walk.on_share("industry", who, "reminders", json!({ "urges": urges, "words": "请抓紧。" })).await
}

async fn steps(walk: &Walk<'_>, who: &str) -> Vec<Value> {
    let path = format!("/requests/{}/supervision", walk.id);
    walk.app.as_(who).get(&path).await.expect(200).as_array().expect("steps").clone()
}

async fn a_matter_goes_from_a_reminder_to_a_talk(app: &mut TestApp) {
    let walk = under_way(app).await;
    walk.at("09-28 11:00");
    let step = remind(&walk, "dispatcher", false).await.expect(201);
    assert_eq!((&step["step"], &step["words"]), (&json!("remind"), &json!("请抓紧。")));
    assert_eq!(walk.told().await, ["supervision_remind → industry"]);
    walk.at("09-28 14:00");
    remind(&walk, "supervisor", true).await.expect(201);
    assert_eq!(walk.told().await, ["supervision_urge → industry"]);
    remind(&walk, "dispatcher", false).await.problem(409, "step_passed");
    walk.at("09-28 15:00");
    let id = draft(&walk, json!({})).await;
    let summons = || json!({ "planned_at": on("09-29 09:00"), "place": "三楼", "words": "说明超期原因" });
    let talk = async |who: &str| act(app, who, &id, "talks", summons()).await;
    talk("dispatcher").await.problem(409, "order_not_issued");
    act(app, "dispatcher", &id, "issue", Value::Null).await.expect(200);
    remind(&walk, "supervisor", true).await.problem(409, "step_passed");

    walk.at("09-28 16:00");
    talk("industry.signer").await.problem(403, "not_allowed");
    let past = json!({ "planned_at": on("09-28 15:00"), "words": "x" });
    act(app, "dispatcher", &id, "talks", past).await.field_problem(422, "/planned_at", "not_in_future");
    let summoned = talk("dispatcher").await.expect(201);
    assert_eq!(walk.told().await, ["talk_summoned → industry"]);
    let path = format!("/supervision-talks/{}/outcome", summoned["id"].as_str().expect("an id"));
    let outcome = |at: &str| json!({ "held_at": on(at), "outcome": "承诺本周办结" });
    walk.at("09-29 10:00");
    for (who, at, pointer, code) in [
        ("dispatcher", "09-29 11:00", "/held_at", "date_too_late"),
        ("dispatcher", "09-28 10:00", "/held_at", "date_too_early"),
    ] {
        app.as_(who).post(&path, outcome(at)).await.field_problem(422, pointer, code);
    }
    app.as_("industry.signer").post(&path, outcome("09-29 09:00")).await.problem(403, "not_allowed");
    app.as_("equipment").post(&path, outcome("09-29 09:00")).await.problem(404, "not_found");
    let held = app.as_("dispatcher").post(&path, outcome("09-29 09:00")).await.expect(200);
    assert_eq!((short(&held["held_at"]), &held["outcome"]), ("09-29 09:00".into(), &json!("承诺本周办结")));
    app.as_("dispatcher").post(&path, outcome("09-29 09:00")).await.problem(409, "talk_recorded");

    let taken: Vec<Value> =
        steps(&walk, "industry.handler").await.iter().map(|one| one["step"].clone()).collect();
    assert_eq!(taken, ["remind", "urge", "order", "talk"]);
    assert_eq!(sheet(app, "industry.signer", &id).await["talks"][0]["outcome"], "承诺本周办结");
    // Once the order is over the next step begins anew.
    act(app, "industry.signer", &id, "reply", json!({ "text": "已办结。" })).await.expect(200);
    act(app, "dispatcher", &id, "accept", Value::Null).await.expect(200);
    remind(&walk, "dispatcher", false).await.expect(201);
}

async fn steps_are_taken_by_those_over_the_unit_and_seen_by_it_alone(app: &mut TestApp) {
    let walk = Walk::under_way(app, &[("industry", "lead"), ("permits", "branch")]).await;
    let before = walk.stand().await;
    for who in ["industry.handler", "industry.signer", "auditor"] {
        remind(&walk, who, false).await.problem(403, "not_allowed");
    }
    for who in ["equipment", "chemical", "traffic_police.handler", "admin"] {
        remind(&walk, who, false).await.problem(404, "not_found");
    }
    assert_eq!(walk.stand().await, before, "nothing changed");
    remind(&walk, "leader", false).await.expect(201);
    issued(&walk).await;
    assert_eq!(steps(&walk, "auditor").await.len(), 2);
    assert_eq!(steps(&walk, "industry.signer").await.len(), 2);
    assert!(steps(&walk, "permits.handler").await.is_empty(), "another unit's are no affair of theirs");
    for who in ["equipment", "chemical", "admin"] {
        let path = format!("/requests/{}/supervision", walk.id);
        app.as_(who).get(&path).await.problem(404, "not_found");
    }
    let told: Vec<String> = walk.timeline("permits.handler").await.into_iter().map(|(_, act)| act).collect();
    assert!(!told.contains(&"remind".to_owned()), "{told:?}");
    let told: Vec<String> = walk.timeline("industry.handler").await.into_iter().map(|(_, act)| act).collect();
    assert!(told.contains(&"remind".to_owned()), "{told:?}");
}

on_both!(in the sample district:
    a_matter_goes_from_a_reminder_to_a_talk,
    steps_are_taken_by_those_over_the_unit_and_seen_by_it_alone,
);
