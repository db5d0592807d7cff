//! Long-running matters: a plan instead of an answer by the feedback limit, and a report every week.
//!
//! The calendar is the one at the top of `path`. Reports are due on Fridays at 12:00; Fri 25 September and Fri 2 October
//! 2026 are off, so the reports of those weeks are due on Thu 24 and on Wed 30 September.

use crate::path::{Walk, because, on, short, solved};
use crate::returns::{added, role};
use crate::support::app::{TestApp, on_both};
use crate::support::client::Answer;
use serde_json::{Value, json};

const LEAD: &str = "natural_resources";

pub(crate) fn plan(ends_on: &str) -> Value {
    json!({ "ends_on": ends_on, "public_text": "分三步办理，每周报告。", "milestones": [
        { "what": "勘测", "by": "2026-10-16" },
        { "what": "报批", "by": "2026-11-20" },
        { "what": "供地", "by": ends_on },
    ] })
}

/// A request sent out on Wednesday 30 September at 11:00 and signed for: its feedback is due on Sat 10 October, which is
/// worked, and its conclusion, 15 working days later, on Tue 27 October.
async fn under_way(app: &TestApp) -> Walk<'_> {
    app.set_time(&on("09-30 10:30"));
    let walk = Walk::file(app, "equipment", "land.supply", json!({})).await;
    walk.at("09-30 11:00").dispatch(&[(LEAD, "lead")]).await.expect(200);
    walk.on_share(LEAD, "handler", "sign", Value::Null).await.expect(200);
    walk
}

/// Asks for a plan, and has it granted at this time.
async fn planned(walk: &Walk<'_>, asked: &str, granted: &str) {
    walk.at(asked).on_share(LEAD, "signer", "plan", plan("2026-12-18")).await.expect(200);
    walk.at(granted);
    rule(walk, "dispatcher", true).await.expect(200);
}

/// Rules on the newest plan.
pub(crate) async fn rule(walk: &Walk<'_>, who: &str, granted: bool) -> Answer {
    let plan = walk.view("dispatcher").await["plan"]["id"].as_str().expect("a plan has an id").to_owned();
    let form = json!({ "granted": granted, "reason": "确需较长时间。" });
    walk.app.as_(who).post(&format!("/plans/{plan}/ruling"), form).await
}

/// Reports this beside the public text.
pub(crate) async fn report(walk: &Walk<'_>, what: Value) -> Answer {
    let mut form = what;
    form["public_text"] = json!("本周进展。");
    walk.on_share(LEAD, "handler", "progress", form).await
}

pub(crate) fn nothing_moved() -> Value {
    json!({ "why_not": "等待上级批复。" })
}

/// The weeks of the plan as `due: how it ended`.
pub(crate) async fn weeks(walk: &Walk<'_>) -> Vec<String> {
    let view = walk.view("dispatcher").await;
    let clocks = view["clocks"].as_array().expect("clocks").iter();
    let mut weeks: Vec<String> = clocks
        .filter(|clock| clock["kind"] == "progress")
        .map(|clock| format!("{} {}", short(&clock["due_at"]), clock["outcome"].as_str().unwrap_or("open")))
        .collect();
    weeks.sort();
    weeks
}

/// Step 6 of the flow's hard request.
async fn a_granted_plan_meets_the_feedback_as_of_its_asking_and_moves_the_conclusion_to_its_end(
    app: &mut TestApp,
) {
    let walk = under_way(app).await;
    assert_eq!(walk.due("feedback").await, "10-10 17:30");
    assert_eq!(walk.due("conclusion").await, "10-27 17:30");
    walk.at("10-09 10:00").on_share(LEAD, "signer", "plan", plan("2026-12-18")).await.expect(200);
    assert_eq!(walk.told().await, ["plan_asked → business_environment"]);
    // One working day from Fri 9 Oct: Sat 10, which is worked.
    assert_eq!(walk.due("plan_ruling").await, "10-10 17:30");
    assert!(walk.view("equipment").await.get("plan").is_none(), "what is not granted is not the company's");
    assert_eq!(walk.view("natural_resources.handler").await["plan"]["milestones"][2]["what"], "供地");
    assert_eq!(walk.end("feedback").await, "open");
    walk.on_share(LEAD, "signer", "plan", plan("2026-12-18")).await.problem(409, "plan_pending");

    walk.at("10-12 09:00");
    rule(&walk, "natural_resources.signer", true).await.problem(403, "not_yours");
    rule(&walk, "equipment", true).await.problem(404, "not_found");
    rule(&walk, "dispatcher", true).await.expect(200);
    assert_eq!(walk.told().await, ["long_running → equipment", "plan_ruled → natural_resources"]);
    // Ruled on late, after the lead's feedback was due: the lead asked in time, and is not late.
    assert_eq!(walk.end("plan_ruling").await, "late 10-12 09:00");
    assert_eq!(walk.end("feedback").await, "met 10-09 10:00");
    assert_eq!(walk.end("company_feedback").await, "late 10-12 09:00");
    assert_eq!(walk.due("conclusion").await, "12-18 17:30");
    assert_eq!(weeks(&walk).await, ["10-16 12:00 open"]);
    let company = walk.view("equipment").await;
    assert_eq!(company["state"], "in_progress");
    let told = &company["plan"];
    assert_eq!(
        (short(&told["ends_at"]).as_str(), &told["public_text"]),
        ("12-18 17:30", &json!("分三步办理，每周报告。"))
    );
    assert_eq!(told["milestones"][0]["by"], "2026-10-16");
    assert!(told.get("ruling_reason").is_none() && told.get("unmoved").is_none());
    rule(&walk, "dispatcher", true).await.problem(409, "already_ruled");
    walk.on_share(LEAD, "signer", "plan", plan("2026-12-18")).await.problem(409, "plan_running");
}

async fn a_refused_plan_is_as_if_never_asked(app: &mut TestApp) {
    let walk = under_way(app).await;
    walk.at("10-09 10:00").on_share(LEAD, "signer", "plan", plan("2026-12-18")).await.expect(200);
    walk.at("10-09 15:00");
    rule(&walk, "dispatcher", false).await.expect(200);
    assert_eq!(walk.told().await, ["plan_ruled → natural_resources"]);
    assert_eq!(walk.end("plan_ruling").await, "met 10-09 15:00");
    assert_eq!(walk.end("feedback").await, "open");
    assert_eq!(walk.due("feedback").await, "10-10 17:30");
    assert_eq!(walk.due("conclusion").await, "10-27 17:30");
    assert!(weeks(&walk).await.is_empty());
    assert_eq!(walk.view("natural_resources.signer").await["plan"]["ruling_reason"], "确需较长时间。");
    assert!(walk.view("equipment").await.get("plan").is_none());
    report(&walk, nothing_moved()).await.problem(409, "no_plan");
    walk.on_share(LEAD, "signer", "plan", plan("2026-11-20")).await.expect(200);
}

async fn a_plan_is_the_leads_signers_and_its_dates_lie_ahead_and_within_it(app: &mut TestApp) {
    let walk = under_way(app).await;
    walk.at("10-08 10:00");
    let before = walk.stand().await;
    let ask = async |who: &str, form: Value| walk.on_share(LEAD, who, "plan", form).await;
    ask("handler", plan("2026-12-18")).await.problem(403, "not_yours");
    ask("dispatcher", plan("2026-12-18")).await.problem(403, "not_yours");
    ask("signer", plan("2026-10-08")).await.field_problem(422, "/ends_on", "not_in_future");
    // 366 days after Thu 8 Oct 2026.
    ask("signer", plan("2027-10-10")).await.field_problem(422, "/ends_on", "date_too_late");
    let mut form = plan("2026-12-18");
    form["milestones"] = json!([]);
    ask("signer", form.clone()).await.field_problem(422, "/milestones", "plan_milestones_needed");
    form["milestones"] =
        json!([{ "what": "勘测", "by": "2026-10-08" }, { "what": "供地", "by": "2026-12-19" }]);
    let wrong = ask("signer", form).await.field_problem(422, "/milestones/0/by", "not_in_future");
    assert_eq!(wrong["errors"][1]["code"], "date_too_late");
    assert_eq!(walk.stand().await, before);
    // Sat 17 Oct is off: the plan ends with the next working day.
    let mut form = plan("2026-10-17");
    form["milestones"] = json!([{ "what": "勘测", "by": "2026-10-17" }]);
    ask("signer", form).await.expect(200);
    assert_eq!(short(&walk.view("dispatcher").await["plan"]["ends_at"]), "10-19 17:30");
    rule(&walk, "dispatcher", true).await.expect(200);
    // The conclusion is due later anyhow.
    assert_eq!(walk.due("conclusion").await, "10-27 17:30");
}

/// A request whose plan is granted on Wednesday 23 September at 15:00.
async fn planned_before_the_holidays(app: &TestApp) -> Walk<'_> {
    app.set_time(&on("09-21 09:30"));
    let walk = Walk::file(app, "equipment", "land.supply", json!({})).await;
    walk.at("09-22 10:00").dispatch(&[(LEAD, "lead"), ("permits", "assist")]).await.expect(200);
    walk.on_share(LEAD, "handler", "sign", Value::Null).await.expect(200);
    planned(&walk, "09-23 10:00", "09-23 15:00").await;
    walk
}

async fn reports_are_due_each_week_over_the_holidays_and_a_missed_one_moves_no_other(app: &mut TestApp) {
    let walk = planned_before_the_holidays(app).await;
    assert_eq!(weeks(&walk).await, ["09-24 12:00 open"]);
    walk.at("09-24 11:00");
    report(&walk, json!({ "moved": [1] })).await.expect(200);
    assert_eq!(walk.told().await, ["progress → equipment"]);
    assert_eq!(weeks(&walk).await, ["09-24 12:00 met", "09-30 12:00 open"]);
    // One report a week: the next week begins when this one's date is past.
    report(&walk, nothing_moved()).await.problem(409, "progress_reported");
    walk.at("09-24 12:00");
    report(&walk, nothing_moved()).await.problem(409, "progress_reported");
    // Wednesday's is missed. After the holiday a report answers for it, and not for the week that has begun.
    walk.at("10-08 10:00");
    report(&walk, nothing_moved()).await.expect(200);
    assert_eq!(weeks(&walk).await, ["09-24 12:00 met", "09-30 12:00 late", "10-09 12:00 open"]);
    walk.at("10-09 12:00");
    report(&walk, json!({ "waiting": { "until": "2026-11-02", "ground": "省厅批复" } })).await.expect(200);
    assert_eq!(
        weeks(&walk).await,
        ["09-24 12:00 met", "09-30 12:00 late", "10-09 12:00 met", "10-16 12:00 open"]
    );
    // Two weeks are missed: one report answers for both, and the third is due on its own day.
    walk.at("10-26 10:00");
    report(&walk, json!({ "moved": [2] })).await.expect(200);
    assert_eq!(weeks(&walk).await[3..], ["10-16 12:00 late", "10-23 12:00 late", "10-30 12:00 open"]);

    let company = walk.view("equipment").await;
    let told: Vec<(i64, String, Value)> = company["progress"]
        .as_array()
        .expect("reports")
        .iter()
        .map(|report| {
            assert!(report.get("why_not").is_none() && report.get("waiting").is_none());
            let period = report["period"].as_i64().expect("a number");
            (period, short(&report["reported_at"]), report["moved"].clone())
        })
        .collect();
    let told_at = |period, at: &str, moved: Value| (period, at.to_owned(), moved);
    assert_eq!(
        told,
        [
            told_at(1, "09-24 11:00", json!([1])),
            told_at(2, "10-08 10:00", json!([])),
            told_at(3, "10-09 12:00", json!([])),
            told_at(4, "10-26 10:00", json!([2])),
            told_at(5, "10-26 10:00", json!([2])),
        ]
    );
    let done: Vec<String> = company["plan"]["milestones"]
        .as_array()
        .expect("milestones")
        .iter()
        .map(|milestone| short(&milestone["done_at"]))
        .collect();
    assert_eq!(done, ["09-24 11:00", "10-26 10:00", ""]);
    let lead = walk.view("natural_resources.handler").await;
    assert_eq!(lead["progress"][1]["why_not"], "等待上级批复。");
    assert_eq!(lead["progress"][2]["waiting"], json!({ "until": "2026-11-02", "ground": "省厅批复" }));
    let told = walk.timeline("equipment").await;
    assert_eq!(told.iter().filter(|(_, act)| act == "report").count(), 4, "{told:?}");
}

async fn reports_that_move_nothing_are_counted_in_a_row(app: &mut TestApp) {
    let walk = planned_before_the_holidays(app).await;
    let unmoved = async || walk.view("dispatcher").await["plan"]["unmoved"].clone();
    assert_eq!(unmoved().await, 0);
    walk.at("09-24 11:00");
    report(&walk, nothing_moved()).await.expect(200);
    assert_eq!(unmoved().await, 1);
    // One report for two weeks is one.
    walk.at("10-10 10:00");
    report(&walk, nothing_moved()).await.expect(200);
    assert_eq!(unmoved().await, 2);
    walk.at("10-12 10:00");
    report(&walk, json!({ "moved": [1, 3] })).await.expect(200);
    assert_eq!(unmoved().await, 0);
    walk.at("10-19 10:00");
    report(&walk, json!({ "waiting": { "until": "2026-10-30", "ground": "公示期" } })).await.expect(200);
    assert_eq!(unmoved().await, 1);
}

async fn three_reports_that_move_nothing_climb_unless_they_wait_until_a_date(app: &mut TestApp) {
    let walk = planned_before_the_holidays(app).await;
    let climbed = async |time: &str, what: Value| {
        walk.at(time);
        report(&walk, what).await.expect(200);
        let told = walk.told().await.into_iter().filter(|told| told.starts_with("unmoved"));
        told.collect::<Vec<_>>()
    };
    let waiting = json!({ "waiting": { "until": "2026-11-20", "ground": "公示期" } });
    assert!(climbed("09-24 11:00", nothing_moved()).await.is_empty());
    assert!(climbed("10-10 10:00", nothing_moved()).await.is_empty());
    assert!(climbed("10-19 10:00", waiting).await.is_empty(), "it waits, with ground");
    assert!(climbed("10-26 10:00", nothing_moved()).await.is_empty());
    assert!(climbed("11-02 10:00", nothing_moved()).await.is_empty());
    assert_eq!(climbed("11-09 10:00", nothing_moved()).await, ["unmoved → supervisor"]);
    assert!(climbed("11-16 10:00", nothing_moved()).await.is_empty());
    assert!(climbed("11-23 10:00", nothing_moved()).await.is_empty());
    assert_eq!(climbed("11-30 10:00", nothing_moved()).await, ["unmoved → leader", "unmoved → supervisor"]);
}

async fn a_report_says_one_of_three_things_of_what_the_plan_holds(app: &mut TestApp) {
    let walk = planned_before_the_holidays(app).await;
    walk.at("09-24 10:00");
    report(&walk, json!({ "moved": [2] })).await.expect(200);
    walk.at("09-25 10:00");
    let before = walk.stand().await;
    report(&walk, json!({})).await.field_problem(422, "/moved", "progress_needs_one");
    let both = json!({ "moved": [1], "why_not": "等待批复。" });
    report(&walk, both).await.field_problem(422, "/moved", "progress_needs_one");
    report(&walk, json!({ "moved": [4] })).await.field_problem(422, "/moved/0", "milestone_unknown");
    report(&walk, json!({ "moved": [1, 2] })).await.field_problem(422, "/moved/1", "milestone_done");
    report(&walk, json!({ "moved": [1, 1] })).await.field_problem(422, "/moved/1", "milestone_done");
    for (until, code) in [("2026-09-25", "not_in_future"), ("2027-09-27", "date_too_late")] {
        let waiting = json!({ "waiting": { "until": until, "ground": "批复" } });
        report(&walk, waiting).await.field_problem(422, "/waiting/until", code);
    }
    let form = json!({ "public_text": "本周进展。", "moved": [1] });
    walk.on_share(LEAD, "signer", "progress", form.clone()).await.problem(403, "not_yours");
    walk.on_share("permits", "handler", "sign", Value::Null).await.expect(200);
    walk.on_share("permits", "handler", "progress", form).await.problem(409, "part_cannot");
    let after = walk.stand().await;
    assert_eq!((after.1, after.3), (before.1 + 1, before.3), "only the signature is written");
}

async fn a_send_back_leaves_the_reports_running_and_the_release_ends_them(app: &mut TestApp) {
    let walk = planned_before_the_holidays(app).await;
    walk.at("09-24 10:00");
    walk.on_share(LEAD, "handler", "draft", solved()).await.expect(200);
    walk.on_share(LEAD, "signer", "approve", Value::Null).await.expect(200);
    walk.on_share(LEAD, "signer", "plan", plan("2026-12-31")).await.problem(409, "already_approved");
    walk.on_share(LEAD, "dispatcher", "send-back", because("缺少依据。")).await.expect(200);
    // The feedback was met by the plan and does not run again.
    assert_eq!(walk.end("feedback").await, "met 09-23 10:00");
    assert_eq!(weeks(&walk).await, ["09-24 12:00 open"]);
    report(&walk, json!({ "moved": [1] })).await.expect(200);
    walk.on_share(LEAD, "handler", "draft", solved()).await.expect(200);
    walk.on_share(LEAD, "signer", "approve", Value::Null).await.expect(200);
    walk.release(LEAD).await;
    assert_eq!(weeks(&walk).await, ["09-24 12:00 met", "09-30 12:00 void"]);
    assert_eq!(walk.end("conclusion").await, "met 09-24 10:00");
    assert_eq!(walk.view("equipment").await["state"], "answered");
    assert_eq!(walk.view("equipment").await["plan"]["milestones"][0]["position"], 1);
}

async fn the_weekly_report_is_made_while_the_answer_waits_for_its_release(app: &mut TestApp) {
    let walk = planned_before_the_holidays(app).await;
    walk.at("09-24 10:00");
    walk.on_share(LEAD, "handler", "draft", solved()).await.expect(200);
    walk.on_share(LEAD, "signer", "approve", Value::Null).await.expect(200);
    let share = walk.share(LEAD).await;
    assert_eq!(share["state"], "answered");
    let view = walk.view("natural_resources.handler").await;
    assert!(view["parts"][0]["possible"].to_string().contains("\"report\""), "{view:#}");
    walk.at("09-24 11:00");
    report(&walk, nothing_moved()).await.expect(200);
    assert_eq!(weeks(&walk).await, ["09-24 12:00 met", "09-30 12:00 open"]);
    assert_eq!(walk.view("equipment").await["progress"][0]["public_text"], "本周进展。");
}

async fn a_plan_leaves_no_extension_of_the_feedback_to_rule_on(app: &mut TestApp) {
    let walk = under_way(app).await;
    walk.at("10-08 10:00");
    let form = json!({ "clock": walk.clock("feedback").await["id"], "until": on("10-16 17:30"),
        "reason": "需要时间。", "ground": "条例" });
    walk.on_share(LEAD, "handler", "extension", form).await.expect(200);
    planned(&walk, "10-08 11:00", "10-08 15:00").await;
    assert_eq!(walk.view("dispatcher").await["extensions"][0]["ruling"], "moot");
    assert_eq!(walk.end("extension_ruling").await, "void 10-08 15:00");
}

async fn a_rework_may_be_planned_and_is_due_at_the_plans_end(app: &mut TestApp) {
    let walk = under_way(app).await;
    walk.on_share(LEAD, "handler", "draft", solved()).await.expect(200);
    walk.on_share(LEAD, "signer", "approve", Value::Null).await.expect(200);
    walk.release(LEAD).await;
    let bad = json!({ "level": "dissatisfied", "reached": true, "solved": false });
    walk.act("equipment", "rating", bad).await.expect(201);
    let blamed = walk.share(LEAD).await["id"].clone();
    let ruling =
        json!({ "findings": "未动工。", "ruling": "rework", "public_text": "重办。", "blamed": [blamed] });
    walk.at("10-08 10:00").act("dispatcher", "callback", ruling).await.expect(201);
    // 15 working days from Thu 8 Oct: 9, 10, 12 to 16 (7), 19 to 23 (12), 26, 27, Wed 28 (15).
    assert_eq!(walk.due("rework").await, "10-28 17:30");
    let view = walk.view("dispatcher").await;
    let parts = view["parts"].as_array().expect("parts");
    let again = parts.iter().find(|part| part["cycle"] == 2).expect("a part of cycle 2");
    let id = again["id"].as_str().expect("an id").to_owned();
    let act = async |who: &str, act: &str, form: Value| {
        app.as_(who).post(&format!("/assignments/{id}/{act}"), form).await
    };
    act("natural_resources.handler", "sign", Value::Null).await.expect(200);
    act("natural_resources.signer", "plan", plan("2026-12-18")).await.expect(200);
    rule(&walk, "dispatcher", true).await.expect(200);
    assert_eq!(walk.end("rework").await, "open");
    assert_eq!(walk.due("rework").await, "12-18 17:30");
    assert_eq!(weeks(&walk).await, ["10-09 12:00 open"]);
}

async fn a_plan_ends_with_the_role_and_one_who_leads_again_plans_anew(app: &mut TestApp) {
    let walk = planned_before_the_holidays(app).await;
    walk.at("09-24 10:00");
    let industry = [added(&walk, "industry", "lead")];
    let form =
        json!({ "reason": "换主办。", "roles": [role(&walk, LEAD, "assist").await], "parts": industry });
    walk.act("dispatcher", "redispatch", form).await.expect(200);
    assert_eq!(weeks(&walk).await, ["09-24 12:00 void"]);
    report(&walk, nothing_moved()).await.problem(409, "part_cannot");
    let back = [role(&walk, LEAD, "lead").await];
    let form = json!({ "reason": "换回。", "roles": back, "close": [walk.share("industry").await["id"]] });
    walk.act("dispatcher", "redispatch", form).await.expect(200);
    report(&walk, nothing_moved()).await.problem(409, "no_plan");
    planned(&walk, "09-24 11:00", "09-24 15:00").await;
    assert_eq!(weeks(&walk).await, ["09-24 12:00 void", "09-30 12:00 open"]);
    walk.at("09-30 11:00");
    report(&walk, json!({ "moved": [1] })).await.expect(200);
    assert_eq!(weeks(&walk).await[1..], ["09-30 12:00 met", "10-09 12:00 open"]);
    assert_eq!(walk.view("equipment").await["progress"][0]["period"], 2);
}

on_both!(in the sample district:
    a_granted_plan_meets_the_feedback_as_of_its_asking_and_moves_the_conclusion_to_its_end,
    a_refused_plan_is_as_if_never_asked,
    a_plan_is_the_leads_signers_and_its_dates_lie_ahead_and_within_it,
    reports_are_due_each_week_over_the_holidays_and_a_missed_one_moves_no_other,
    reports_that_move_nothing_are_counted_in_a_row,
    three_reports_that_move_nothing_climb_unless_they_wait_until_a_date,
    a_report_says_one_of_three_things_of_what_the_plan_holds,
    a_send_back_leaves_the_reports_running_and_the_release_ends_them,
    the_weekly_report_is_made_while_the_answer_waits_for_its_release,
    a_plan_leaves_no_extension_of_the_feedback_to_rule_on,
    a_rework_may_be_planned_and_is_due_at_the_plans_end,
    a_plan_ends_with_the_role_and_one_who_leads_again_plans_anew,
);
