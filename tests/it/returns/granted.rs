//! A granted return: another role, a successor, nobody, and what the company was promised all the while.

use super::{added, ask, clocks, role, rule};
use crate::path::{Walk, because, reached, short, solved};
use crate::support::app::{TestApp, on_both};
use serde_json::{Value, json};

/// The hard request of the flow, up to the return its lead asks on Tuesday at 15:00.
async fn the_hard_request(app: &TestApp) -> Walk<'_> {
    app.set_time("2026-09-24T16:40:00+08:00");
    let walk = Walk::file(app, "equipment", "land.supply", json!({})).await;
    let parts = [("industry", "lead"), ("natural_resources", "told branch"), ("permits", "assist")];
    walk.at("09-28 10:00").dispatch(&parts).await.expect(200);
    walk.at("09-29 15:00");
    ask(&walk, "industry", "facts_differ").await.expect(200);
    walk
}

/// Grants it with the change of roles of the flow, on Wednesday at 11:00.
async fn roles_change(walk: &Walk<'_>) {
    walk.at("09-30 11:00");
    let roles = [role(walk, "industry", "assist").await, role(walk, "natural_resources", "lead").await];
    rule(walk, "dispatcher", "industry", true, json!({ "roles": roles })).await.expect(200);
}

/// The company's own clocks, as `kind: start, due, version`.
async fn promised(walk: &Walk<'_>) -> Vec<String> {
    let view = walk.view("equipment").await;
    let clocks = view["clocks"].as_array().expect("clocks").iter();
    let told = |clock: &Value| {
        let (kind, version) = (clock["kind"].as_str().expect("a kind"), &clock["due_version"]);
        format!("{kind}: {}, {}, {version}", short(&clock["started_at"]), short(&clock["due_at"]))
    };
    clocks.map(told).collect()
}

async fn the_lead_of_the_hard_request_becomes_an_assist_and_its_branch_the_lead(app: &mut TestApp) {
    let walk = the_hard_request(app).await;
    // Asked at the cut-off: ruled on by Wednesday's close.
    assert_eq!(walk.due("return_ruling").await, "09-30 17:30");
    walk.at("09-29 16:00");
    walk.on_share("natural_resources", "handler", "contact", reached()).await.expect(200);
    assert_eq!(walk.end("company_contact").await, "met 09-29 16:00");
    roles_change(&walk).await;
    assert_eq!(
        walk.told().await,
        [
            "redispatched → equipment",
            "return_granted → industry",
            "role_changed → industry",
            "role_changed → natural_resources"
        ]
    );
    assert_eq!(walk.end("return_ruling").await, "met 09-30 11:00");

    // Natural resources keeps its contact clock of Monday, and answers as the lead: three working days from Wednesday
    // are Thursday 8, Friday 9 and the worked Saturday 10 October; fifteen end on Tuesday 27 October.
    assert_eq!(clocks(&walk, "natural_resources", "contact").await, ["09-29 17:30 → met"]);
    let feedback = ["10-08 17:30 → void", "10-10 17:30 → open"];
    assert_eq!(clocks(&walk, "natural_resources", "feedback").await, feedback);
    assert_eq!(walk.clock("natural_resources feedback").await["holder"], "lead");
    assert_eq!(clocks(&walk, "natural_resources", "conclusion").await, ["10-27 17:30 → open"]);
    // Industry's contact passed its due date on Tuesday at 17:30 while it waited: it closes late. What was not yet due is
    // void. As an assist it has two working days: Thursday 8 and Friday 9 October.
    assert_eq!(walk.end("industry contact").await, "late 09-30 11:00");
    assert_eq!(clocks(&walk, "industry", "feedback").await, ["10-08 17:30 → void"]);
    assert_eq!(clocks(&walk, "industry", "conclusion").await, ["10-23 17:30 → void"]);
    assert_eq!(clocks(&walk, "industry", "assist").await, ["10-09 17:30 → open"]);
    assert_eq!(clocks(&walk, "permits", "assist").await, ["09-30 17:30 → open"]);

    let parts = walk.view("dispatcher").await["parts"].clone();
    let parts: Vec<(&Value, &Value, &Value)> = parts
        .as_array()
        .into_iter()
        .flatten()
        .map(|part| (&part["unit"]["code"], &part["part"], &part["state"]))
        .collect();
    assert_eq!(
        parts,
        [
            (&json!("natural_resources"), &json!("lead"), &json!("signed")),
            (&json!("industry"), &json!("assist"), &json!("dispatched")),
            (&json!("permits"), &json!("assist"), &json!("dispatched")),
        ]
    );
    let company = walk.view("equipment").await;
    assert_eq!((&company["redispatches"], &company["returns"]), (&json!(1), &json!([])));
    assert_eq!(company["parts"].as_array().map(Vec::len), Some(1), "who assists is the units' affair");
    assert_eq!(
        promised(&walk).await,
        ["company_contact: 09-28 10:00, 09-29 17:30, 1", "company_feedback: 09-28 10:00, 10-08 17:30, 1"]
    );
    let told = app.as_("equipment").get(&format!("/requests/{}/timeline", walk.id)).await.expect(200);
    let last = told["items"].as_array().and_then(|items| items.last()).expect("entries").clone();
    assert_eq!((&last["act"], &last["words"]), (&json!("redispatch"), &json!("改派")));
    assert_eq!(last["detail"]["parts"].as_array().map(Vec::len), Some(1));
    assert_eq!(last["detail"]["parts"][0]["unit"]["code"], "natural_resources");
    assert!(last["detail"].get("reason").is_none());
    let told = app.as_("permits.handler").get(&format!("/requests/{}/timeline", walk.id)).await.expect(200);
    assert!(
        !told.to_string().contains("经核实"),
        "why it was granted is not for the units it does not concern"
    );
    assert!(!walk.timeline("equipment").await.iter().any(|(_, act)| act.ends_with("_return")));

    walk.at("10-09 10:00").answer("industry").await;
    walk.on_share("industry", "natural_resources.handler", "accept", Value::Null).await.expect(200);
    walk.answer("natural_resources").await;
    walk.release("natural_resources").await;
    assert_eq!(walk.end("company_feedback").await, "late 10-09 10:00");
}

async fn a_branch_that_comes_to_lead_before_it_called_keeps_the_due_date_of_its_call(app: &mut TestApp) {
    let walk = the_hard_request(app).await;
    roles_change(&walk).await;
    let contact = walk.clock("natural_resources contact").await;
    assert_eq!(
        (short(&contact["started_at"]), short(&contact["due_at"])),
        ("09-28 10:00".into(), "09-29 17:30".into())
    );
    assert_eq!((&contact["holder"], &contact["light"]), (&json!("lead"), &json!("red")));
    assert_eq!(clocks(&walk, "natural_resources", "contact").await, ["09-29 17:30 → open"]);
    walk.at("09-30 11:30");
    walk.on_share("natural_resources", "handler", "contact", reached()).await.expect(200);
    assert_eq!(walk.end("natural_resources contact").await, "late 09-30 11:30");
    assert_eq!(walk.end("company_contact").await, "late 09-30 11:30");
    walk.on_share("industry", "handler", "contact", reached()).await.problem(409, "part_cannot");
}

async fn a_granted_return_brings_its_successor_in_the_same_act(app: &mut TestApp) {
    let walk = Walk::under_way(app, &[("industry", "lead"), ("permits", "assist")]).await;
    walk.at("09-28 14:00");
    ask(&walk, "industry", "wrong_unit").await.expect(200);
    let twice =
        json!({ "parts": [added(&walk, "natural_resources", "lead"), added(&walk, "permits", "branch")] });
    let before = walk.stand().await;
    let refused = rule(&walk, "dispatcher", "industry", true, twice).await;
    refused.field_problem(422, "/parts/1/unit", "unit_twice");
    let no_lead = json!({ "parts": [added(&walk, "natural_resources", "branch")] });
    let refused = rule(&walk, "dispatcher", "industry", true, no_lead).await;
    refused.field_problem(422, "/parts", "lead_needed");
    assert_eq!(walk.stand().await, before, "the ruling stands or falls with its change");

    let successor = json!({ "parts": [added(&walk, "natural_resources", "lead")] });
    rule(&walk, "dispatcher", "industry", true, successor).await.expect(200);
    assert!(walk.told().await.contains(&"dispatched_to_you → natural_resources".to_owned()));
    assert_eq!(walk.share("industry").await["state"], "returned");
    assert_eq!(walk.end("industry contact").await, "void 09-28 14:00");
    assert_eq!(walk.end("dispatch").await, "met 09-28 10:00", "the office has nothing left to dispatch");
    assert_eq!(walk.due("natural_resources contact").await, "09-29 17:30");
    assert_eq!(walk.due("natural_resources feedback").await, "10-08 17:30");
    assert_eq!(clocks(&walk, "permits", "assist").await, ["09-30 17:30 → open"]);
    assert_eq!(walk.view("equipment").await["redispatches"], 1);
    walk.on_share("industry", "handler", "sign", Value::Null).await.problem(409, "assignment_over");
    ask(&walk, "industry", "wrong_unit").await.problem(409, "assignment_over");
}

async fn without_a_successor_the_office_has_a_day_to_find_a_lead(app: &mut TestApp) {
    let walk = Walk::under_way(app, &[("industry", "lead"), ("natural_resources", "branch")]).await;
    walk.at("09-28 14:00");
    ask(&walk, "industry", "wrong_unit").await.expect(200);
    walk.at("09-28 15:30");
    rule(&walk, "dispatcher", "industry", true, json!({})).await.expect(200);
    assert_eq!(walk.told().await, ["return_granted → industry", "to_dispatch → business_environment"]);
    let view = walk.view("equipment").await;
    assert_eq!((&view["state"], &view["redispatches"]), (&json!("in_progress"), &json!(0)));
    assert_eq!(view["parts"][0]["state"], "closed", "for the company it is over, not given back");
    assert_eq!(walk.due("dispatch").await, "09-29 17:30");
    walk.answer("natural_resources").await;
    walk.release("natural_resources").await;
    assert_eq!(walk.view("equipment").await["state"], "in_progress", "the answer is not whole");

    walk.at("09-29 10:00");
    let change = json!({ "reason": "换主办", "parts": [added(&walk, "permits", "lead")] });
    walk.act("dispatcher", "redispatch", change).await.expect(200);
    assert_eq!(walk.told().await, ["dispatched_to_you → permits", "redispatched → equipment"]);
    assert_eq!(walk.end("dispatch").await, "met 09-29 10:00");
    // From Tuesday: one working day is Wednesday; three are Wednesday 30 September, Thursday 8 and Friday 9 October;
    // fifteen end on Monday 26 October.
    assert_eq!(walk.due("permits contact").await, "09-30 17:30");
    assert_eq!(walk.due("permits feedback").await, "10-09 17:30");
    assert_eq!(walk.due("permits conclusion").await, "10-26 17:30");
    assert_eq!(
        promised(&walk).await,
        ["company_contact: 09-28 10:00, 09-29 17:30, 1", "company_feedback: 09-28 10:00, 10-08 17:30, 1"]
    );
    walk.on_share("permits", "handler", "contact", reached()).await.expect(200);
    walk.answer("permits").await;
    walk.release("permits").await;
    assert_eq!(walk.view("equipment").await["state"], "answered");
}

/// A request whose only unit has left, on Monday at 14:00.
async fn left_by_all(app: &TestApp) -> Walk<'_> {
    let walk = Walk::under_way(app, &[("industry", "lead")]).await;
    walk.at("09-28 14:00");
    ask(&walk, "industry", "no_row_fits").await.expect(200);
    rule(&walk, "dispatcher", "industry", true, json!({})).await.expect(200);
    assert_eq!(walk.view("equipment").await["state"], "submitted");
    assert_eq!(walk.due("dispatch").await, "09-29 17:30");
    walk
}

async fn a_request_every_unit_left_is_with_the_office_and_what_was_promised_runs_on(app: &mut TestApp) {
    let walk = left_by_all(app).await;
    let change = json!({ "reason": "换主办", "parts": [added(&walk, "permits", "lead")] });
    walk.act("dispatcher", "redispatch", change).await.problem(409, "not_dispatched_yet");
    walk.at("09-29 09:30").dispatch(&[("natural_resources", "lead")]).await.expect(200);
    assert_eq!(walk.told().await, ["dispatched → equipment", "dispatched_to_you → natural_resources"]);
    assert_eq!(
        promised(&walk).await,
        ["company_contact: 09-28 10:00, 09-29 17:30, 1", "company_feedback: 09-28 10:00, 10-08 17:30, 1"]
    );
    assert_eq!(walk.due("natural_resources contact").await, "09-30 17:30");
    let view = walk.view("equipment").await;
    assert_eq!((short(&view["dispatched_at"]), &view["redispatches"]), ("09-28 10:00".into(), &json!(1)));

    let again = left_by_all(app).await;
    again.dispatch(&[("industry", "lead")]).await.expect(200);
    assert_eq!(again.view("equipment").await["state"], "in_progress", "the same unit may get it again");

    let declined = left_by_all(app).await;
    let ground = json!({ "ground": "in_litigation", "text": "正在诉讼" });
    declined.act("dispatcher", "decline", ground).await.expect(200);
    assert_eq!(declined.end("company_feedback").await, "met 09-28 14:00");

    let answered = left_by_all(app).await;
    answered.act("dispatcher", "direct-answer", solved()).await.expect(200);
    assert_eq!(answered.view("equipment").await["state"], "answered");
    assert_eq!(answered.end("company_feedback").await, "met 09-28 14:00");

    let withdrawn = left_by_all(app).await;
    withdrawn.act("equipment", "withdraw", Value::Null).await.expect(200);
}

async fn the_last_open_part_that_leaves_makes_the_answer_whole(app: &mut TestApp) {
    for papers in [false, true] {
        let walk = Walk::under_way(app, &[("industry", "lead"), ("natural_resources", "branch")]).await;
        walk.on_share("industry", "handler", "contact", reached()).await.expect(200);
        walk.answer("industry").await;
        walk.release("industry").await;
        ask(&walk, "natural_resources", "wrong_unit").await.expect(200);
        if papers {
            walk.act("dispatcher", "ask-info", json!({ "list": "宗地图" })).await.expect(200);
        }
        rule(&walk, "dispatcher", "natural_resources", true, json!({})).await.expect(200);
        if papers {
            assert_eq!(walk.view("equipment").await["state"], "needs_info");
            walk.act("dispatcher", "go-on", because("现有材料足够")).await.expect(200);
        }
        assert_eq!(walk.view("equipment").await["state"], "answered");
        assert_eq!(walk.end("company_feedback").await, "met 09-28 10:00");
    }
}

async fn a_return_granted_while_papers_are_waited_for_is_felt_when_they_come(app: &mut TestApp) {
    let walk = Walk::under_way(app, &[("industry", "lead")]).await;
    ask(&walk, "industry", "wrong_unit").await.expect(200);
    walk.act("dispatcher", "ask-info", json!({ "list": "宗地图" })).await.expect(200);
    let successor = json!({ "parts": [added(&walk, "natural_resources", "lead")] });
    let refused = rule(&walk, "dispatcher", "industry", true, successor).await;
    refused.problem(409, "waiting_for_company");
    rule(&walk, "dispatcher", "industry", true, json!({})).await.expect(200);
    assert_eq!(walk.view("equipment").await["state"], "needs_info");
    assert_eq!(walk.end("dispatch").await, "met 09-28 10:00");
    walk.at("09-28 16:00").act("equipment", "supplement", json!({ "answer": "已补" })).await.expect(200);
    assert_eq!(walk.view("equipment").await["state"], "submitted");
    assert_eq!(walk.due("dispatch").await, "09-29 17:30");
}

on_both!(
    in the sample district:
    the_lead_of_the_hard_request_becomes_an_assist_and_its_branch_the_lead,
    a_branch_that_comes_to_lead_before_it_called_keeps_the_due_date_of_its_call,
    a_granted_return_brings_its_successor_in_the_same_act,
    without_a_successor_the_office_has_a_day_to_find_a_lead,
    a_request_every_unit_left_is_with_the_office_and_what_was_promised_runs_on,
    the_last_open_part_that_leaves_makes_the_answer_whole,
    a_return_granted_while_papers_are_waited_for_is_felt_when_they_come,
);
