//! An upper level's order: its limit holds, whatever is waited for, granted or sent back.

use crate::charges::charged;
use crate::extensions;
use crate::path::{Walk, because, form, on, reached, short};
use crate::support::app::{TestApp, on_both};
use serde_json::{Value, json};

const LEAD: &str = "natural_resources";
const FEEDBACK: &str = "natural_resources feedback";

/// An order with this limit, filed on Monday 28 September at 9:30, sent out at 10:00; the company is called at 11:00.
async fn order<'a>(app: &'a TestApp, limit: &str) -> Walk<'a> {
    app.set_time(&on("09-28 09:30"));
    let outside = json!({ "system": "市督查", "number": format!("D-{limit}"), "limit_at": on(limit) });
    let form = form(app, "equipment", "land.supply", json!({ "channel": "upper_level", "outside": outside }));
    let filed = app.as_("dispatcher").post("/requests", form).await.expect(201);
    let id = filed["id"].as_str().expect("a request has an id").to_owned();
    let walk = Walk { app, company: "equipment", id };
    walk.at("09-28 10:00").dispatch(&[(LEAD, "lead"), ("permits", "assist")]).await.expect(200);
    walk.at("09-28 11:00").on_share(LEAD, "handler", "contact", reached()).await.expect(200);
    walk
}

/// Has the assisting unit's answer written and taken in.
async fn assisted(walk: &Walk<'_>) {
    walk.answer("permits").await;
    walk.on_share("permits", "natural_resources.handler", "accept", Value::Null).await.expect(200);
}

async fn due_dates(walk: &Walk<'_>) -> [String; 3] {
    let conclusion = "natural_resources conclusion";
    [walk.due("company_feedback").await, walk.due(FEEDBACK).await, walk.due(conclusion).await]
}

async fn its_limit_holds_through_papers_more_time_and_answers_sent_back(app: &mut TestApp) {
    let walk = order(app, "10-13 17:00").await;
    // Three working days from Monday: 29 and 30 September, Thursday 8 October. Fifteen end on Friday 23 October, past the
    // limit.
    assert_eq!(due_dates(&walk).await, ["10-08 17:30", "10-08 17:30", "10-13 17:00"]);
    assert_eq!(walk.end("company_contact").await, "met 09-28 11:00");
    assert_eq!(walk.due("permits assist").await, "09-30 17:30");

    // Ten working days more would be Wednesday 21 October.
    walk.at("09-29 10:00");
    let late = extensions::ask(&walk, FEEDBACK, "10-13 17:01").await;
    let late = late.field_problem(422, "/until", "date_too_late");
    assert!(late["errors"][0]["detail"].as_str().expect("words").contains("2026-10-13T17:00"), "{late:#}");
    let conclusion = "natural_resources conclusion";
    let late = extensions::ask(&walk, conclusion, "10-13 17:01").await;
    late.field_problem(422, "/until", "date_too_late");
    extensions::ask(&walk, FEEDBACK, "10-12 17:30").await.expect(200);
    assert_eq!(walk.due("extension_ruling").await, "09-30 17:30");

    walk.at("09-29 14:00").act("dispatcher", "ask-info", json!({ "list": "宗地图" })).await.expect(200);
    assert_eq!(due_dates(&walk).await, ["", "", ""], "they stand still");
    // Five working days from Tuesday 29 September: the 30th, 8, 9, 10 and 12 October.
    assert_eq!(walk.due("supplement").await, "10-12 17:30");
    walk.at("09-30 11:00");
    extensions::rule(&walk, "dispatcher", true, &[]).await.expect(200);
    assert_eq!(walk.end("extension_ruling").await, "met 09-30 11:00");
    assert_eq!(due_dates(&walk).await, ["", "", ""], "they stand still yet");

    // After the granting they stood for one and four hours of Wednesday and one of Thursday 8 October. Six hours after
    // Monday's close are three of Tuesday morning and three from 13:30 on.
    walk.at("10-08 10:00").act("equipment", "supplement", json!({ "answer": "已补" })).await.expect(200);
    assert_eq!(due_dates(&walk).await, ["10-13 16:30", "10-13 16:30", "10-13 17:00"]);
    let (feedback, conclusion) = (walk.clock(FEEDBACK).await, walk.clock(conclusion).await);
    assert_eq!((short(&feedback["warn_at"]), &feedback["due_version"]), ("10-12 17:30".into(), &json!(2)));
    assert_eq!(short(&feedback["first_due_at"]), "10-08 17:30");
    assert_eq!(conclusion["due_version"], 1, "its date has not moved");
    // The assisting unit never waited: due on Wednesday, it is late on Thursday.
    walk.at("10-08 11:00");
    assisted(&walk).await;
    assert_eq!(walk.end("permits assist").await, "late 10-08 11:00");
    assert_eq!(walk.clock("permits assist").await["red_days"], 1);

    walk.at("10-13 16:30");
    assert_eq!(walk.view("equipment").await["light"], "yellow");
    walk.at("10-13 16:40").answer(LEAD).await;
    assert_eq!(walk.end(FEEDBACK).await, "late 10-13 16:40");
    // Ten minutes the bureau was late, and five the answer lies with the office.
    walk.at("10-13 16:45");
    let view = walk.view("equipment").await;
    assert_eq!(view["light"], "red");
    let charges = ["company_feedback office 5", "company_feedback natural_resources 10"];
    assert_eq!(charged(&walk, "equipment").await, charges);

    // Sent back it would have four working hours; the limit leaves ten minutes. It is as if it had not been answered.
    walk.at("10-13 16:50").on_share(LEAD, "dispatcher", "send-back", because("缺少依据")).await.expect(200);
    assert_eq!(due_dates(&walk).await, ["10-13 16:30", "10-13 17:00", "10-13 17:00"]);
    assert_eq!(walk.clock(FEEDBACK).await["light"], "yellow");
    // The bureau: 16:30 to 16:50, 17:00 to 17:30, 9:00 to 9:20; the office: the ten minutes between.
    walk.at("10-14 09:20").answer(LEAD).await;
    let charges = ["company_feedback office 10", "company_feedback natural_resources 70"];
    assert_eq!(charged(&walk, "equipment").await, charges);
    assert_eq!(walk.clock(FEEDBACK).await["red_days"], 1);

    walk.at("10-14 10:00").on_share(LEAD, "dispatcher", "send-back", because("仍缺依据")).await.expect(200);
    assert_eq!(walk.due(FEEDBACK).await, "10-13 17:00");
    // Wednesday and Thursday, each counted once.
    walk.at("10-15 10:00");
    let feedback = walk.clock(FEEDBACK).await;
    assert_eq!((&feedback["light"], &feedback["red_days"]), (&json!("red"), &json!(2)));
    walk.at("10-15 11:00").answer(LEAD).await;
    walk.release(LEAD).await;
    for clock in ["company_feedback", FEEDBACK, "natural_resources conclusion"] {
        assert_eq!(walk.end(clock).await, "late 10-15 11:00", "{clock}");
        assert_eq!(walk.clock(clock).await["red_days"], 2, "{clock}");
    }
    // The bureau: 20 minutes; from 17:00 on 30 of Tuesday, 420 of Wednesday and 120 of Thursday.
    let charges = ["company_feedback office 10", "company_feedback natural_resources 590"];
    assert_eq!(charged(&walk, "dispatcher").await, charges);
    assert_eq!(walk.view("equipment").await["state"], "answered");
}

async fn while_papers_are_waited_for_what_was_red_is_charged_to_nobody(app: &mut TestApp) {
    let walk = order(app, "09-29 12:00").await;
    walk.at("09-29 10:00");
    assisted(&walk).await;
    assert_eq!(due_dates(&walk).await, ["09-29 12:00", "09-29 12:00", "09-29 12:00"]);
    // Four hours of Tuesday, three and a half of Wednesday.
    let until_the_papers = ["company_feedback natural_resources 450"];
    walk.at("09-30 14:00").act("dispatcher", "ask-info", json!({ "list": "宗地图" })).await.expect(200);
    assert_eq!(charged(&walk, "equipment").await, until_the_papers);
    assert_eq!(due_dates(&walk).await, ["", "", ""]);
    assert!(walk.view("equipment").await.get("light").is_none(), "what stands still shows no light");
    walk.at("10-08 17:00");
    assert_eq!(charged(&walk, "equipment").await, until_the_papers);
    assert_eq!(walk.clock(FEEDBACK).await["red_days"], 1);

    walk.at("10-09 14:00").act("equipment", "supplement", json!({ "answer": "已补" })).await.expect(200);
    assert_eq!(due_dates(&walk).await, ["09-29 12:00", "09-29 12:00", "09-29 12:00"]);
    assert_eq!(charged(&walk, "equipment").await, until_the_papers);
    // One hour more, on the second day on which it was red: on Thursday 8 October it stood still all day.
    walk.at("10-09 15:00");
    assert_eq!(walk.view("equipment").await["light"], "red");
    assert_eq!(charged(&walk, "equipment").await, ["company_feedback natural_resources 510"]);
    assert_eq!(walk.clock(FEEDBACK).await["red_days"], 2);
    walk.answer(LEAD).await;
    walk.at("10-09 16:00").release(LEAD).await;
    assert_eq!(walk.end("company_feedback").await, "late 10-09 16:00");
    // The conclusion too is the bureau's, and past due until the release.
    assert_eq!(charged(&walk, "equipment").await, ["company_feedback natural_resources 570"]);
}

async fn what_was_answered_while_papers_were_waited_for_is_sent_back_with_its_date(app: &mut TestApp) {
    for while_they_are_waited_for in [false, true] {
        let walk = Walk::under_way(app, &[(LEAD, "lead")]).await;
        walk.on_share(LEAD, "handler", "contact", reached()).await.expect(200);
        walk.at("09-29 10:00").act("dispatcher", "ask-info", json!({ "list": "宗地图" })).await.expect(200);
        walk.at("09-29 15:00").answer(LEAD).await;
        assert_eq!(walk.end(FEEDBACK).await, "met 09-29 15:00");
        walk.on_share(LEAD, "dispatcher", "release", Value::Null).await.problem(409, "waiting_for_company");
        if while_they_are_waited_for {
            walk.at("09-29 16:00");
            walk.on_share(LEAD, "dispatcher", "send-back", because("缺少依据")).await.expect(200);
            assert_eq!(walk.due(FEEDBACK).await, "", "it stands still again");
        }
        walk.at("09-30 10:00").act("equipment", "supplement", json!({ "answer": "已补" })).await.expect(200);
        if !while_they_are_waited_for {
            walk.at("09-30 11:00");
            walk.on_share(LEAD, "dispatcher", "send-back", because("缺少依据")).await.expect(200);
        }
        // From Tuesday 10:00 to Wednesday 10:00 it stood still, seven hours: Thursday 8 October becomes Friday the 9th, and
        // Friday the 23rd Monday the 26th.
        assert_eq!(due_dates(&walk).await, ["10-09 17:30", "10-09 17:30", "10-26 17:30"]);
        let feedback = walk.clock(FEEDBACK).await;
        assert_eq!((&feedback["light"], short(&feedback["ask_by"])), (&json!("green"), "10-08 17:30".into()));
        walk.at("10-09 17:30").answer(LEAD).await;
        assert_eq!(walk.end(FEEDBACK).await, "met 10-09 17:30");
    }
}

on_both!(in the sample district:
    its_limit_holds_through_papers_more_time_and_answers_sent_back,
    while_papers_are_waited_for_what_was_red_is_charged_to_nobody,
    what_was_answered_while_papers_were_waited_for_is_sent_back_with_its_date,
);
