//! A plan under way whose unit leads no longer: its weeks end with the role, and whoever leads next may plan anew.

use super::{latest, on_latest};
use crate::long_running::{nothing_moved, plan, report, rule, weeks};
use crate::path::{Walk, because, on, reached, short};
use crate::returns::{added, clocks, role};
use crate::support::app::{TestApp, on_both};
use crate::time_alone::pass;
use serde_json::{Value, json};

const LEAD: &str = "natural_resources";

/// A plan that begins when the first milestone of [`plan`] is over.
fn later_plan() -> Value {
    json!({ "ends_on": "2026-12-25", "public_text": "接手后分两步办理。", "milestones": [
        { "what": "报批", "by": "2026-11-20" }, { "what": "供地", "by": "2026-12-25" }] })
}

/// Sent out on Monday 12 October at 10:00 and called at 11:00; planned until Friday 18 December, granted on Wednesday 14
/// October at 15:00; the first week reported.
async fn planned<'a>(app: &'a TestApp, assist: &str) -> Walk<'a> {
    app.set_time(&on("10-12 09:30"));
    let walk = Walk::file(app, "equipment", "land.supply", json!({})).await;
    walk.at("10-12 10:00").dispatch(&[(LEAD, "lead"), (assist, "assist")]).await.expect(200);
    walk.at("10-12 11:00").on_share(LEAD, "handler", "contact", reached()).await.expect(200);
    walk.at("10-14 10:00").on_share(LEAD, "signer", "plan", plan("2026-12-18")).await.expect(200);
    walk.at("10-14 15:00");
    rule(&walk, "dispatcher", true).await.expect(200);
    assert_eq!(walk.end("natural_resources feedback").await, "met 10-14 10:00");
    assert_eq!(walk.end("company_feedback").await, "met 10-14 15:00");
    assert_eq!(walk.due("natural_resources conclusion").await, "12-18 17:30");
    walk.at("10-16 11:00");
    report(&walk, json!({ "moved": [1] })).await.expect(200);
    assert_eq!(weeks(&walk).await, ["10-16 12:00 met", "10-23 12:00 open"]);
    walk
}

async fn papers_are_asked_while_it_runs_and_then_another_unit_leads(app: &mut TestApp) {
    let walk = planned(app, "permits").await;
    walk.at("10-19 10:00").act("dispatcher", "ask-info", json!({ "list": "宗地图" })).await.expect(200);
    // What waits for papers are feedback and conclusion; the week is reported all the same.
    assert_eq!(walk.due("natural_resources conclusion").await, "");
    assert_eq!(weeks(&walk).await, ["10-16 12:00 met", "10-23 12:00 open"]);
    // 20 to 23 and 26 October.
    assert_eq!(walk.due("supplement").await, "10-26 17:30");
    let change = async || {
        json!({ "reason": "改由工信局主办", "close": [latest(&walk, LEAD).await["id"]],
            "parts": [added(&walk, "industry", "lead")] })
    };
    walk.act("dispatcher", "redispatch", change().await).await.problem(409, "waiting_for_company");
    pass(&walk, "10-23 12:00:01").await;
    assert_eq!(weeks(&walk).await, ["10-16 12:00 met", "10-23 12:00 open", "10-30 12:00 open"]);
    assert_eq!(walk.view("equipment").await["state"], "needs_info");
    pass(&walk, "10-26 17:30:01").await;
    assert_eq!(walk.clock("supplement").await["outcome"], "lapsed");
    assert_eq!(walk.due("dispatch").await, "10-27 17:30");
    walk.at("10-27 10:00").act("dispatcher", "go-on", because("现有材料足够")).await.expect(200);
    assert_eq!(walk.end("dispatch").await, "met 10-27 10:00");
    // It stood still for six hours of Monday 19 October, four whole days, Monday 26 and one hour of Tuesday: six days,
    // which after Friday 18 December are 21 to 25 and 28 December.
    assert_eq!(walk.due("natural_resources conclusion").await, "12-28 17:30");

    walk.at("10-27 14:00").act("dispatcher", "redispatch", change().await).await.expect(200);
    assert_eq!(
        walk.told().await,
        ["dispatched_to_you → industry", "redispatched → equipment", "taken_away → natural_resources"]
    );
    let ended = ["10-16 12:00 met", "10-23 12:00 late", "10-30 12:00 void"];
    assert_eq!(weeks(&walk).await, ended, "what was missed is late, what was to come is void");
    assert_eq!(walk.end("natural_resources conclusion").await, "void 10-27 14:00");
    assert_eq!(walk.end("natural_resources feedback").await, "met 10-14 10:00");
    assert_eq!(walk.end("company_feedback").await, "met 10-14 15:00", "it never starts again");
    report(&walk, nothing_moved()).await.problem(409, "assignment_over");
    pass(&walk, "10-30 12:00:01").await;
    assert_eq!(weeks(&walk).await, ended, "no week begins any more");
    the_next_lead_plans_anew(&walk).await;
}

async fn the_next_lead_plans_anew(walk: &Walk<'_>) {
    // From Tuesday 27 October: Wednesday; 28 to 30 October; 28 to 30 October, 2 to 6, 9 to 13, 16 and 17 November.
    assert_eq!(clocks(walk, "industry", "contact").await, ["10-28 17:30 → open"]);
    assert_eq!(walk.due("industry feedback").await, "10-30 17:30");
    assert_eq!(walk.due("industry conclusion").await, "11-17 17:30");
    walk.at("10-28 10:00").on_share("industry", "handler", "contact", reached()).await.expect(200);
    let said = json!({ "public_text": "本周进展。", "why_not": "接手不久。" });
    walk.on_share("industry", "handler", "progress", said.clone()).await.problem(409, "no_plan");
    walk.at("10-28 11:00").on_share("industry", "signer", "plan", later_plan()).await.expect(200);
    walk.at("10-28 15:00");
    rule(walk, "dispatcher", true).await.expect(200);
    assert_eq!(walk.end("industry feedback").await, "met 10-28 11:00");
    assert_eq!(walk.due("industry conclusion").await, "12-25 17:30");
    assert_eq!(walk.due("industry progress").await, "10-30 12:00");
    walk.at("10-30 11:00").on_share("industry", "handler", "progress", said).await.expect(200);
    assert_eq!(clocks(walk, "industry", "progress").await, ["10-30 12:00 → met", "11-06 12:00 → open"]);
    let company = walk.view("equipment").await;
    assert_eq!(short(&company["plan"]["ends_at"]), "12-25 17:30");
    let told: Vec<(&Value, String)> = company["progress"]
        .as_array()
        .expect("reports")
        .iter()
        .map(|report| (&report["period"], short(&report["reported_at"])))
        .collect();
    assert_eq!(told, [(&json!(1), "10-16 11:00".to_owned()), (&json!(1), "10-30 11:00".to_owned())]);
}

async fn who_leads_again_after_another_plans_again_and_reports_by_the_new_plan(app: &mut TestApp) {
    let walk = planned(app, "industry").await;
    let change = async |lead: &str, assist: &str| {
        let roles = [role(&walk, assist, "assist").await, role(&walk, lead, "lead").await];
        let change = json!({ "reason": "调整分工", "roles": roles });
        walk.act("dispatcher", "redispatch", change).await.expect(200)
    };
    walk.at("10-19 10:00");
    change("industry", LEAD).await;
    assert_eq!(weeks(&walk).await, ["10-16 12:00 met", "10-23 12:00 void"]);
    walk.at("10-20 10:00");
    change(LEAD, "industry").await;
    // From Tuesday 20 October: 21 to 23 October; fifteen end on Tuesday 10 November. It has called already.
    assert_eq!(clocks(&walk, LEAD, "feedback").await, ["10-15 17:30 → met", "10-23 17:30 → open"]);
    assert_eq!(walk.due("natural_resources conclusion").await, "11-10 17:30");
    assert_eq!(clocks(&walk, LEAD, "contact").await, ["10-13 17:30 → met"]);
    report(&walk, nothing_moved()).await.problem(409, "no_plan");

    walk.at("10-21 10:00").on_share(LEAD, "signer", "plan", later_plan()).await.expect(200);
    walk.at("10-21 15:00");
    rule(&walk, "dispatcher", true).await.expect(200);
    assert_eq!(walk.end("natural_resources feedback").await, "met 10-21 10:00");
    assert_eq!(walk.due("natural_resources conclusion").await, "12-25 17:30");
    let begun = ["10-16 12:00 met", "10-23 12:00 open", "10-23 12:00 void"];
    assert_eq!(weeks(&walk).await, begun);
    on_latest(&walk, LEAD, "signer", "plan", later_plan()).await.problem(409, "plan_running");

    // A missed week opens the next, and the report made late moves neither.
    pass(&walk, "10-23 12:00:01").await;
    let missed = ["10-16 12:00 met", "10-23 12:00 open", "10-23 12:00 void", "10-30 12:00 open"];
    assert_eq!(weeks(&walk).await, missed);
    walk.at("10-26 10:00");
    report(&walk, json!({ "moved": [1] })).await.expect(200);
    let reported = ["10-16 12:00 met", "10-23 12:00 late", "10-23 12:00 void", "10-30 12:00 open"];
    assert_eq!(weeks(&walk).await, reported);
    walk.at("10-30 11:00");
    report(&walk, nothing_moved()).await.expect(200);
    assert_eq!(weeks(&walk).await[3..], ["10-30 12:00 met", "11-06 12:00 open"]);
    assert_eq!(walk.view("dispatcher").await["plan"]["unmoved"], 1);
}

async fn a_plan_nobody_ruled_on_is_moot_with_the_role(app: &mut TestApp) {
    let walk = Walk::under_way(app, &[(LEAD, "lead"), ("permits", "assist")]).await;
    walk.on_share(LEAD, "handler", "contact", reached()).await.expect(200);
    walk.at("09-29 10:00").on_share(LEAD, "signer", "plan", plan("2026-12-18")).await.expect(200);
    assert_eq!(walk.due("plan_ruling").await, "09-30 17:30");
    walk.at("09-29 14:00").act("dispatcher", "ask-info", json!({ "list": "宗地图" })).await.expect(200);
    walk.at("09-29 15:00").act("equipment", "supplement", json!({ "answer": "已补" })).await.expect(200);
    walk.at("09-29 16:00");
    let change = json!({ "reason": "改派", "close": [latest(&walk, LEAD).await["id"]],
        "roles": [role(&walk, "permits", "lead").await] });
    walk.act("dispatcher", "redispatch", change).await.expect(200);
    assert_eq!(walk.end("plan_ruling").await, "void 09-29 16:00");
    assert_eq!(walk.view("dispatcher").await["plan"]["ruling"], "moot");
    rule(&walk, "dispatcher", true).await.problem(409, "assignment_over");
    // The company's own date stood still for one hour, and belongs to no unit: Thursday 8 October's close and one hour.
    assert_eq!(walk.due("company_feedback").await, "10-09 10:00");
    // 30 September, 8 and 9 October.
    assert_eq!(walk.due("permits feedback").await, "10-09 17:30");
}

on_both!(in the sample district:
    papers_are_asked_while_it_runs_and_then_another_unit_leads,
    who_leads_again_after_another_plans_again_and_reports_by_the_new_plan,
    a_plan_nobody_ruled_on_is_moot_with_the_role,
);
