//! What the office takes back or puts right: a decline, a category, a released text.

use crate::path::{Walk, because, reached, short, solved};
use crate::support::app::{TestApp, on_both};
use serde_json::{Value, json};

fn in_litigation() -> Value {
    json!({ "ground": "in_litigation", "text": "该事项正在诉讼。" })
}

fn can(view: &Value, act: &str) -> bool {
    view["possible"].as_array().expect("the acts possible").contains(&json!(act))
}

/// How many clocks of this kind there ever were.
async fn count(walk: &Walk<'_>, kind: &str) -> usize {
    let view = walk.view("dispatcher").await;
    view["clocks"].as_array().expect("clocks").iter().filter(|clock| clock["kind"] == kind).count()
}

async fn an_undone_decline_gives_the_office_its_day_anew(app: &mut TestApp) {
    let walk = Walk::file(app, "equipment", "land.supply", json!({})).await;
    walk.act("dispatcher", "undo-decline", because("误判")).await.problem(409, "not_declined");
    assert!(!can(&walk.view("dispatcher").await, "undo_decline"));
    walk.at("09-28 09:30").act("dispatcher", "decline", in_litigation()).await.expect(200);
    assert!(can(&walk.view("dispatcher").await, "undo_decline"));
    let before = walk.stand().await;
    walk.act("equipment", "undo-decline", because("误判")).await.problem(403, "not_yours");
    walk.act("auditor", "undo-decline", because("误判")).await.problem(403, "not_yours");
    walk.act("chemical", "undo-decline", because("误判")).await.problem(404, "not_found");
    walk.act("dispatcher", "undo-decline", because(" ")).await.field_problem(422, "/reason", "text_empty");
    assert_eq!(walk.stand().await, before, "nothing changed");

    walk.at("09-28 15:00").act("dispatcher", "undo-decline", because("案件已撤诉")).await.expect(200);
    assert_eq!(walk.told().await, ["decline_undone → equipment", "to_dispatch → business_environment"]);
    let view = walk.view("equipment").await;
    assert_eq!(view["state"], "submitted");
    assert!(view.get("declined").is_none() && view.get("ended_at").is_none(), "{view:#}");
    // One working day after Monday 28 September; the first clock stays met.
    assert_eq!((walk.due("dispatch").await, count(&walk, "dispatch").await), ("09-29 17:30".to_owned(), 2));
    assert_eq!(count(&walk, "company_feedback").await, 0, "nothing was promised before dispatch");
    let told = app.as_("equipment").get(&format!("/requests/{}/timeline", walk.id)).await.expect(200);
    let undone = told["items"].as_array().expect("items").last().expect("an act").clone();
    assert_eq!(
        (&undone["act"], &undone["detail"]),
        (&json!("undo_decline"), &json!({ "text": "案件已撤诉" }))
    );
    assert_eq!(told["items"][1]["detail"]["ground"], "in_litigation", "the journal keeps what was told");

    // Declined again the company is told again.
    walk.at("09-29 09:00").act("dispatcher", "decline", in_litigation()).await.expect(200);
    assert_eq!(walk.told().await, ["declined → equipment"]);
    walk.at("09-29 10:00").act("dispatcher", "undo-decline", because("再议")).await.expect(200);
    assert_eq!(walk.told().await, ["decline_undone → equipment", "to_dispatch → business_environment"]);
    assert_eq!(walk.due("dispatch").await, "09-30 17:30");
}

async fn an_undone_decline_gives_the_company_its_old_dates_back(app: &mut TestApp) {
    // Dispatched on Monday 28 September at 10:00: contact by Tuesday 17:30, an answer by Thursday 8 October.
    let walk = Walk::under_way(app, &[("industry", "lead")]).await;
    let list = json!({ "list": "宗地图" });
    walk.at("09-28 14:00").act("dispatcher", "ask-info", list).await.expect(200);
    walk.at("09-29 10:00").act("dispatcher", "decline", in_litigation()).await.expect(200);
    assert_eq!(walk.end("company_contact").await, "void 09-29 10:00");
    walk.at("09-29 15:00").act("dispatcher", "undo-decline", because("误判")).await.expect(200);
    let view = walk.view("equipment").await;
    assert_eq!((&view["state"], &view["papers"][0]["ground"]), (&json!("submitted"), &json!("误判")));
    assert_eq!(
        (walk.end("company_contact").await, walk.due("company_contact").await),
        ("open".into(), "09-29 17:30".into())
    );
    // It stood while papers were waited for and no longer: Monday 14:00 to Tuesday 10:00 are four and a half working
    // hours, which follow Thursday 8 October, 17:30: Friday from 9:00 to 12:00 and from 13:30 to 15:00.
    assert_eq!(
        (walk.end("company_feedback").await, walk.due("company_feedback").await),
        ("open".into(), "10-09 15:00".into())
    );
    assert_eq!(short(&walk.clock("company_feedback").await["first_due_at"]), "10-08 17:30");
    for clock in ["industry feedback", "industry contact", "industry conclusion", "supplement"] {
        assert_eq!(walk.end(clock).await, "void 09-29 10:00", "{clock}: the unit's part is over");
    }
    assert_eq!(walk.due("dispatch").await, "09-30 17:30");
    walk.at("09-30 10:00").dispatch(&[("natural_resources", "lead")]).await.expect(200);
    assert_eq!(
        (count(&walk, "company_contact").await, count(&walk, "company_feedback").await),
        (1, 1),
        "never a new one"
    );
    assert_eq!(walk.due("company_feedback").await, "10-09 15:00");
    // The contact came on Wednesday: it was due on Tuesday all the while.
    walk.on_share("natural_resources", "handler", "contact", reached()).await.expect(200);
    assert_eq!(walk.end("company_contact").await, "late 09-30 10:00");
}

async fn an_undone_decline_leaves_a_contact_that_was_made(app: &mut TestApp) {
    let walk = Walk::under_way(app, &[("industry", "lead")]).await;
    walk.on_share("industry", "handler", "contact", reached()).await.expect(200);
    // A second list is asked for on running clocks.
    walk.act("dispatcher", "ask-info", json!({ "list": "宗地图" })).await.expect(200);
    walk.act("dispatcher", "go-on", because("材料已齐")).await.expect(200);
    walk.act("dispatcher", "ask-info", json!({ "list": "宗地图" })).await.expect(200);
    walk.act("dispatcher", "decline", in_litigation()).await.expect(200);
    walk.at("09-29 15:00").act("dispatcher", "undo-decline", because("误判")).await.expect(200);
    assert_eq!(walk.end("company_contact").await, "met 09-28 10:00");
    assert_eq!(walk.due("company_feedback").await, "10-08 17:30");
}

/// A request answered on Tuesday 29 September at 11:00 by the industry bureau.
async fn answered<'a>(app: &'a TestApp, answer: Value) -> Walk<'a> {
    let walk = Walk::under_way(app, &[("industry", "lead"), ("permits", "assist")]).await;
    walk.on_share("industry", "handler", "contact", reached()).await.expect(200);
    walk.on_share("industry", "handler", "draft", answer).await.expect(200);
    walk.on_share("industry", "signer", "approve", Value::Null).await.expect(200);
    walk.at("09-29 11:00").release("industry").await;
    walk
}

async fn the_answer(walk: &Walk<'_>) -> String {
    walk.view("dispatcher").await["answers"][0]["id"].as_str().expect("an answer has an id").to_owned()
}

async fn a_corrected_text_is_a_new_version_and_the_old_one_is_kept(app: &mut TestApp) {
    let walk = answered(app, solved()).await;
    let old = the_answer(&walk).await;
    let text = json!({ "outcome": "explained", "public_text": "按规划办理。", "ground": "土地管理法第二十一条",
        "internal_note": "更正说明" });
    let correction = json!({ "reason": "条款写错", "answer": old, "content": text });
    let before = walk.stand().await;
    for who in ["equipment", "industry.handler", "auditor"] {
        walk.act(who, "correct", correction.clone()).await.problem(403, "not_yours");
    }
    walk.act("chemical", "correct", correction.clone()).await.problem(404, "not_found");
    walk.act("dispatcher", "correct", because("无")).await.problem(422, "nothing_to_correct");
    let with = |name: &str, value: Value| {
        let mut body = correction.clone();
        body[name] = value;
        body
    };
    for (body, pointer, code) in [
        (json!({ "reason": "无", "answer": old }), "/content", "missing_field"),
        (json!({ "reason": "无", "content": text }), "/answer", "missing_field"),
        (with("answer", json!(walk.id)), "/answer", "reference_unknown"),
        (
            with("content", walk.view("dispatcher").await["answers"][0]["content"].clone()),
            "/content",
            "nothing_to_correct",
        ),
        (
            with("content", json!({ "outcome": "explained", "public_text": "按规划办理。" })),
            "/content/ground",
            "ground_needed",
        ),
        (
            with("content", json!({ "outcome": "explained", "public_text": "", "ground": "法" })),
            "/content/public_text",
            "text_empty",
        ),
        (
            with(
                "content",
                json!({ "outcome": "promised", "public_text": "分步办", "milestones": [{ "what": "查勘", "by": "2026-10-12" }] }),
            ),
            "/content/milestones",
            "milestones_stand",
        ),
        (with("category", json!(app.district.category("land.supply"))), "/category", "nothing_to_correct"),
        (with("category", json!(app.district.category("land"))), "/category", "reference_not_valid"),
    ] {
        walk.act("dispatcher", "correct", body).await.field_problem(422, pointer, code);
    }
    assert_eq!(walk.stand().await, before, "nothing changed");

    walk.at("09-30 09:30").act("dispatcher", "correct", correction.clone()).await.expect(200);
    assert_eq!(walk.told().await, ["answer_corrected → industry", "corrected → equipment"]);
    let company = walk.view("equipment").await;
    assert_eq!(company["state"], "answered");
    let answers = company["answers"].as_array().expect("answers");
    let shown: Vec<_> = answers
        .iter()
        .map(|answer| {
            (&answer["revision"], &answer["state"], &answer["outcome"], short(&answer["released_at"]))
        })
        .collect();
    assert_eq!(
        shown,
        [
            (&json!(1), &json!("corrected"), &json!("solved"), "09-29 11:00".to_owned()),
            (&json!(2), &json!("released"), &json!("explained"), "09-30 09:30".to_owned())
        ]
    );
    assert!(!company.to_string().contains("更正说明") && answers[0].get("reason").is_none());
    let office = walk.view("dispatcher").await;
    assert_eq!(
        (&office["answers"][0]["reason"], &office["answers"][0]["content"]["public_text"]),
        (&json!("条款写错"), &json!("已办好。"))
    );
    assert_eq!(walk.due("rating_window").await, "10-14 11:00", "no clock is touched");
    assert_eq!(walk.view("permits.handler").await["answers"][0]["state"], "corrected");
    let told = app.as_("equipment").get(&format!("/requests/{}/timeline", walk.id)).await.expect(200);
    let told = told["items"].as_array().expect("items").last().expect("an act").clone();
    assert_eq!(
        (&told["act"], &told["detail"]["text"], &told["detail"]["revision"]),
        (&json!("correct"), &json!("条款写错"), &json!(2))
    );

    walk.act("dispatcher", "correct", correction.clone()).await.problem(409, "answer_replaced");
    let newest = office["answers"][1]["id"].clone();
    walk.act(
        "dispatcher",
        "correct",
        with("answer", newest).as_object().map_or(Value::Null, |body| {
            let mut body = body.clone();
            body["content"]["ground"] = json!("土地管理法第二十二条");
            body.into()
        }),
    )
    .await
    .expect(200);
    let states: Vec<Value> = walk.view("equipment").await["answers"]
        .as_array()
        .expect("answers")
        .iter()
        .map(|answer| answer["state"].clone())
        .collect();
    assert_eq!(states, ["corrected", "corrected", "released"]);
}

async fn a_correction_changes_no_promise_and_waits_for_something_released(app: &mut TestApp) {
    let promise = |text: &str, by: &str| json!({ "outcome": "promised", "public_text": text, "milestones": [{ "what": "查勘", "by": by }] });
    let walk = answered(app, promise("十月查勘。", "2026-10-09")).await;
    let answer = the_answer(&walk).await;
    let correct = |content: Value| json!({ "reason": "措辞", "answer": answer, "content": content });
    let moved = correct(promise("十月查勘。", "2026-10-19"));
    walk.act("dispatcher", "correct", moved).await.field_problem(
        422,
        "/content/milestones",
        "milestones_stand",
    );
    // The day promised has passed by now, and the promise is the same.
    walk.at("10-12 10:00")
        .act("dispatcher", "correct", correct(promise("十月查勘，面谈后答复。", "2026-10-09")))
        .await
        .expect(200);
    let view = walk.view("equipment").await;
    assert_eq!(view["commitments"].as_array().map(Vec::len), Some(1));
    assert_eq!(
        (short(&view["commitments"][0]["due_at"]), &view["commitments"][0]["state"]),
        ("10-09 17:30".into(), &json!("open"))
    );
    assert_eq!(count(&walk, "commitment").await, 1);

    let category = json!({ "reason": "归类有误", "category": app.district.category("land.planning") });
    walk.act("dispatcher", "categorise", json!({ "category": app.district.category("land.planning") }))
        .await
        .problem(409, "already_answered");
    walk.act("dispatcher", "correct", category.clone()).await.expect(200);
    assert_eq!(walk.view("equipment").await["category"]["code"], "land.planning");
    let told =
        app.as_("dispatcher").get(&format!("/requests/{}/timeline?limit=100", walk.id)).await.expect(200);
    let told = told["items"].as_array().expect("items").last().expect("an act")["detail"].clone();
    assert_eq!((&told["before"], &told["category"]), (&json!("land.supply"), &json!("land.planning")));

    // One part is released, another is still worked on.
    let walk = Walk::under_way(app, &[("industry", "lead"), ("natural_resources", "branch")]).await;
    walk.act("dispatcher", "correct", category.clone()).await.problem(409, "not_answered_yet");
    assert!(!can(&walk.view("dispatcher").await, "correct"));
    walk.answer("industry").await;
    walk.on_share("natural_resources", "handler", "sign", Value::Null).await.expect(200);
    walk.on_share("natural_resources", "handler", "draft", solved()).await.expect(200);
    walk.release("industry").await;
    assert!(can(&walk.view("dispatcher").await, "correct"));
    let view = walk.view("dispatcher").await;
    let drafted = view["answers"]
        .as_array()
        .expect("answers")
        .iter()
        .find(|answer| answer["state"] == "drafted")
        .expect("a draft")["id"]
        .clone();
    let early = json!({ "reason": "措辞", "answer": drafted, "content": { "outcome": "solved", "public_text": "改", "evidence": ["照片"] } });
    walk.act("dispatcher", "correct", early).await.problem(409, "not_released_yet");
    // A correction hinders nobody: the branch goes on to its own answer.
    let released = view["answers"]
        .as_array()
        .expect("answers")
        .iter()
        .find(|answer| answer["state"] == "released")
        .expect("one")["id"]
        .clone();
    let text = json!({ "reason": "措辞", "answer": released, "content": { "outcome": "solved", "public_text": "改", "evidence": ["照片"] } });
    walk.act("dispatcher", "correct", text).await.expect(200);
    walk.on_share("natural_resources", "signer", "approve", Value::Null).await.expect(200);
    walk.release("natural_resources").await;
    assert_eq!(walk.view("equipment").await["state"], "answered");

    // The office's own answer is corrected alike.
    let own = Walk::file(app, "equipment", "land.supply", json!({})).await;
    own.act("dispatcher", "correct", category.clone()).await.problem(409, "not_answered_yet");
    own.act("dispatcher", "direct-answer", solved()).await.expect(200);
    let answer = the_answer(&own).await;
    own.act(
        "dispatcher",
        "correct",
        json!({ "reason": "措辞", "answer": answer, "category": category["category"],
        "content": { "outcome": "solved", "public_text": "改", "evidence": ["照片"] } }),
    )
    .await
    .expect(200);
    let view = own.view("equipment").await;
    let texts: Vec<&Value> = view["answers"]
        .as_array()
        .expect("answers")
        .iter()
        .map(|answer| &answer["content"]["public_text"])
        .collect();
    assert_eq!(
        (texts, &view["category"]["code"]),
        (vec![&json!("已办好。"), &json!("改")], &json!("land.planning"))
    );
}

on_both!(
    in the sample district:
    an_undone_decline_gives_the_office_its_day_anew,
    an_undone_decline_gives_the_company_its_old_dates_back,
    an_undone_decline_leaves_a_contact_that_was_made,
    a_corrected_text_is_a_new_version_and_the_old_one_is_kept,
    a_correction_changes_no_promise_and_waits_for_something_released,
);
