//! Answers that go back: by the office, by the unit's own signer, by the lead.

use super::{Walk, because, reached, short, solved};
use crate::support::app::{TestApp, on_both};
use serde_json::{Value, json};

async fn an_answer_sent_back_is_due_when_it_was_due(app: &mut TestApp) {
    let walk = Walk::under_way(app, &[("industry", "lead")]).await;
    walk.on_share("industry", "handler", "contact", reached()).await.expect(200);
    walk.at("09-29 10:00").answer("industry").await;
    assert_eq!(walk.end("feedback").await, "met 09-29 10:00");
    assert_eq!(walk.due("release").await, "09-29 15:30");

    walk.at("09-29 14:00");
    walk.on_share("industry", "industry.handler", "send-back", because("不清楚"))
        .await
        .problem(403, "not_yours");
    walk.on_share("industry", "dispatcher", "send-back", because(" ")).await.field_problem(
        422,
        "/reason",
        "text_empty",
    );
    walk.on_share("industry", "dispatcher", "send-back", because("不清楚")).await.expect(200);
    assert_eq!(walk.told().await, ["sent_back → industry"]);
    assert_eq!(walk.share("industry").await["state"], "signed");
    assert_eq!(walk.end("release").await, "met 09-29 14:00");
    let feedback = walk.clock("feedback").await;
    assert_eq!(short(&feedback["due_at"]), "10-08 17:30");
    assert_eq!((&feedback["due_version"], &feedback["stopped_at"]), (&json!(1), &Value::Null));
    assert_eq!(feedback["light"], "green");
    assert_eq!(walk.due("company_feedback").await, "10-08 17:30");
    let company = walk.view("equipment").await;
    assert_eq!((&company["answers"], &company["state"]), (&json!([]), &json!("in_progress")));
    assert!(!walk.timeline("equipment").await.iter().any(|(_, act)| act == "send_back"));
    walk.on_share("industry", "dispatcher", "release", Value::Null).await.problem(409, "not_approved_yet");

    walk.at("09-30 09:00").answer("industry").await;
    assert_eq!(walk.told().await, ["to_release → business_environment"]);
    assert_eq!(walk.end("feedback").await, "met 09-30 09:00");
    walk.at("09-30 10:00").release("industry").await;
    assert_eq!(walk.end("company_feedback").await, "met 09-30 10:00");
    let answers = walk.view("dispatcher").await["answers"].clone();
    let states: Vec<(&Value, &Value, &Value)> = answers
        .as_array()
        .into_iter()
        .flatten()
        .map(|answer| (&answer["revision"], &answer["state"], &answer["reason"]))
        .collect();
    assert_eq!(
        states,
        [(&json!(1), &json!("sent_back"), &json!("不清楚")), (&json!(2), &json!("released"), &Value::Null)]
    );
}

async fn with_little_left_the_unit_has_four_working_hours(app: &mut TestApp) {
    let walk = Walk::under_way(app, &[("industry", "lead")]).await;
    walk.on_share("industry", "handler", "contact", reached()).await.expect(200);
    walk.at("10-08 16:00").answer("industry").await;
    assert_eq!(walk.due("release").await, "10-09 11:30");
    walk.at("10-08 16:30");
    walk.on_share("industry", "dispatcher", "send-back", because("缺依据")).await.expect(200);
    let feedback = walk.clock("feedback").await;
    // One hour on Thursday, three on Friday morning.
    assert_eq!(short(&feedback["due_at"]), "10-09 12:00");
    assert_eq!(
        (short(&feedback["first_due_at"]), &feedback["due_version"]),
        ("10-08 17:30".to_owned(), &json!(2))
    );
    let promised = walk.clock("company_feedback").await;
    assert_eq!((short(&promised["due_at"]), &promised["due_version"]), ("10-08 17:30".to_owned(), &json!(1)));
    assert_eq!(walk.due("conclusion").await, "10-23 17:30");

    walk.at("10-09 12:00").answer("industry").await;
    assert_eq!(walk.end("feedback").await, "met 10-09 12:00");
    // Half past one to half past five.
    assert_eq!(walk.due("release").await, "10-09 17:30");
    walk.at("10-09 14:00").release("industry").await;
    assert_eq!(walk.end("company_feedback").await, "late 10-09 14:00");
    assert_eq!(walk.end("conclusion").await, "met 10-09 14:00");
}

async fn the_signer_gives_a_draft_back_and_no_clock_moves(app: &mut TestApp) {
    let walk = Walk::under_way(app, &[("industry", "lead")]).await;
    walk.on_share("industry", "handler", "contact", reached()).await.expect(200);
    walk.on_share("industry", "signer", "return-draft", because("改")).await.problem(409, "no_draft");
    walk.on_share("industry", "handler", "draft", solved()).await.expect(200);
    walk.on_share("industry", "handler", "return-draft", because("改")).await.problem(403, "not_yours");
    walk.at("09-29 10:00");
    walk.on_share("industry", "signer", "return-draft", because("语气不妥")).await.expect(200);
    let share = walk.share("industry").await;
    assert_eq!(share["state"], "signed");
    let view = walk.view("industry.handler").await;
    assert_eq!(
        (&view["answers"][0]["state"], &view["answers"][0]["reason"]),
        (&json!("sent_back"), &json!("语气不妥"))
    );
    let feedback = walk.clock("feedback").await;
    assert_eq!((short(&feedback["due_at"]), &feedback["due_version"]), ("10-08 17:30".to_owned(), &json!(1)));
    assert!(walk.find_clock("release").await.is_none());
    walk.on_share("industry", "signer", "approve", Value::Null).await.problem(409, "no_draft");
    walk.answer("industry").await;
    assert_eq!(walk.end("feedback").await, "met 09-29 10:00");
    walk.on_share("industry", "signer", "return-draft", because("改")).await.problem(409, "already_approved");
}

async fn the_lead_sends_an_assists_answer_back_and_its_clock_runs_on(app: &mut TestApp) {
    let walk = Walk::under_way(app, &[("industry", "lead"), ("permits", "assist")]).await;
    let lead = "industry.handler";
    walk.on_share("permits", lead, "accept", Value::Null).await.problem(409, "not_approved_yet");
    walk.at("09-29 10:00").answer("permits").await;
    assert_eq!(walk.end("assist").await, "open", "it runs until the lead takes the answer in");
    walk.on_share("permits", "dispatcher", "send-back", because("改")).await.problem(403, "not_yours");
    walk.on_share("permits", "dispatcher", "release", Value::Null).await.problem(409, "part_cannot");
    walk.on_share("permits", "handler", "accept", Value::Null).await.problem(403, "not_yours");
    walk.at("09-29 11:00").on_share("permits", lead, "send-back", because("不全")).await.expect(200);
    assert_eq!(walk.told().await, ["sent_back → permits"]);
    assert_eq!(walk.share("permits").await["state"], "signed");
    let assist = walk.clock("assist").await;
    assert_eq!((short(&assist["due_at"]), &assist["due_version"]), ("09-30 17:30".to_owned(), &json!(1)));
    walk.at("09-30 17:00").answer("permits").await;
    walk.at("10-08 09:00").on_share("permits", lead, "accept", Value::Null).await.expect(200);
    assert_eq!(walk.end("assist").await, "late 10-08 09:00");
    assert_eq!(walk.share("permits").await["state"], "accepted");
}

async fn an_assist_is_over_with_the_leads_answer_and_what_was_red_stays_red(app: &mut TestApp) {
    for (released, end) in [("09-30 17:30", "void 09-30 17:30"), ("10-08 10:00", "late 10-08 10:00")] {
        let walk = Walk::under_way(app, &[("industry", "lead"), ("permits", "assist")]).await;
        walk.on_share("industry", "handler", "contact", reached()).await.expect(200);
        walk.on_share("permits", "handler", "sign", Value::Null).await.expect(200);
        walk.answer("industry").await;
        walk.at(released).release("industry").await;
        assert_eq!(walk.end("assist").await, end);
        assert_eq!(walk.share("permits").await["state"], "closed");
        assert_eq!(walk.view("equipment").await["state"], "answered");
        walk.on_share("permits", "handler", "draft", solved()).await.problem(409, "assignment_over");
        walk.on_share("permits", "industry.handler", "accept", Value::Null)
            .await
            .problem(409, "assignment_over");
    }
}

on_both!(
    in the sample district:
    an_answer_sent_back_is_due_when_it_was_due,
    with_little_left_the_unit_has_four_working_hours,
    the_signer_gives_a_draft_back_and_no_clock_moves,
    the_lead_sends_an_assists_answer_back_and_its_clock_runs_on,
    an_assist_is_over_with_the_leads_answer_and_what_was_red_stays_red,
);
