//! The ladder over the API.

use super::{alarms_of, look};
use crate::path::Walk;
use crate::support::app::{TestApp, on_both};
use crate::support::client::Answer;
use reqwest::Method;
use serde_json::{Value, json};

on_both!(in the sample district:
    a_changed_ladder_holds_at_once_and_a_new_step_tells_nothing_of_before,
    a_ladder_names_its_version_and_a_wrong_one_is_refused_at_its_place,
    a_step_that_reaches_nobody_goes_to_the_unit_itself,
);

async fn put(app: &TestApp, who: &str, tag: &str, ladder: &Value) -> Answer {
    let client = app.as_(who);
    client.send(client.request(Method::PUT, "/ladder").header("if-match", tag).json(ladder)).await
}

async fn a_changed_ladder_holds_at_once_and_a_new_step_tells_nothing_of_before(app: &mut TestApp) {
    let walk = Walk::under_way(app, &[("industry", "lead")]).await;
    look(&walk, "09-30 09:01").await;
    let mut ladder = app.as_("supervisor").get("/ladder").await.expect(200)["document"].clone();
    let steps = ladder["steps"].as_array_mut().expect("steps");
    // Known from today on: the first day of red is told, the yellow of yesterday is not.
    steps.push(json!({ "name": "first", "clocks": ["contact"], "when": "yellow", "tell": ["leader"] }));
    steps.push(json!({ "name": "second", "clocks": ["contact"], "when": { "red_minutes": { "after": 960 } }, "tell": ["leader"] }));
    walk.at("09-30 09:20");
    let made = put(app, "leader", "\"1\"", &ladder).await.expect(200);
    assert_eq!(made["version"], 2);
    assert!(made["since"]["first"].as_str() > made["since"]["yellow"].as_str());
    // 960 minutes after 17:30 is 9:30.
    assert_eq!(look(&walk, "09-30 09:31").await, ["overdue → leader"]);
    assert!(!alarms_of(&walk).await.iter().any(|told| told.contains("first")));
    let same = put(app, "leader", "\"2\"", &ladder).await.expect(200);
    assert_eq!(same["version"], 2, "the same says nothing new");
    assert_eq!(app.as_("supervisor").get("/ladder?version=1").await.expect(200)["version"], 1);
    app.as_("supervisor").get("/ladder?version=3").await.problem(404, "not_found");
}

async fn a_ladder_names_its_version_and_a_wrong_one_is_refused_at_its_place(app: &mut TestApp) {
    let right = app.as_("admin").get("/ladder").await.expect(200)["document"].clone();
    let mut wrong = right.clone();
    wrong["steps"][0]["tell"] = json!([]);
    put(app, "admin", "\"1\"", &wrong).await.field_problem(422, "/steps/0/tell", "ladder_invalid");
    put(app, "admin", "\"2\"", &right).await.problem(412, "precondition_failed");
    put(app, "industry.handler", "\"1\"", &right).await.problem(403, "not_allowed");
    put(app, "chemical", "\"1\"", &right).await.problem(404, "not_found");
    let client = app.as_("admin");
    client
        .send(client.request(Method::PUT, "/ladder").json(&right))
        .await
        .problem(428, "precondition_required");
    assert_eq!(client.get("/ladder").await.expect(200)["version"], 1, "nothing has changed");
}

async fn a_step_that_reaches_nobody_goes_to_the_unit_itself(app: &mut TestApp) {
    let mut ladder = app.as_("admin").get("/ladder").await.expect(200)["document"].clone();
    ladder["steps"] =
        json!([{ "name": "yellow", "clocks": ["assist"], "when": "yellow", "tell": ["leader"] }]);
    put(app, "admin", "\"1\"", &ladder).await.expect(200);
    let leader = format!("/people/{}/disable", app.district.person("leader"));
    app.as_("admin").post(&leader, Value::Null).await.expect(200);
    let walk = Walk::under_way(app, &[("industry", "lead"), ("permits", "assist")]).await;
    assert_eq!(look(&walk, "09-30 09:01").await, ["due_soon → permits"]);
}
