//! The four outcomes of an answer, and what becomes of a promise.

use super::{Walk, reached, short, solved};
use crate::support::app::{TestApp, on_both};
use serde_json::{Value, json};

async fn each_outcome_is_refused_without_what_it_must_carry_and_taken_with_it(app: &mut TestApp) {
    let bare = |outcome: &str| json!({ "outcome": outcome, "public_text": "答复如下。" });
    let with = |outcome: &str, more: Value| {
        let mut answer = bare(outcome);
        answer.as_object_mut().expect("an answer").extend(more.as_object().cloned().unwrap_or_default());
        answer
    };
    let wrong = [
        (bare("solved"), vec![("/evidence", "evidence_needed")]),
        (bare("explained"), vec![("/ground", "ground_needed")]),
        (bare("promised"), vec![("/milestones", "milestones_needed")]),
        (bare("cannot"), vec![("/why", "why_needed"), ("/other_door", "other_door_needed")]),
        (
            with("promised", json!({ "milestones": [{ "what": "查勘", "by": "2026-09-28" }] })),
            vec![("/milestones/0/by", "not_in_future")],
        ),
        (
            with("explained", json!({ "ground": "条例第十二条", "other_door": "hotline" })),
            vec![("/other_door", "not_of_this_outcome")],
        ),
        (
            with(
                "solved",
                json!({ "evidence": ["照片"], "milestones": [{ "what": "刷漆", "by": "2026-10-12" }] }),
            ),
            vec![("/milestones", "not_of_this_outcome")],
        ),
        (
            json!({ "outcome": "solved", "public_text": " ", "evidence": ["照片"] }),
            vec![("/public_text", "text_empty")],
        ),
        (with("solved", json!({ "evidence": ["照片", " "] })), vec![("/evidence/1", "text_empty")]),
    ];
    let walk = Walk::under_way(app, &[("industry", "lead")]).await;
    walk.on_share("industry", "handler", "draft", solved()).await.problem(409, "not_signed_yet");
    walk.on_share("industry", "handler", "contact", reached()).await.expect(200);
    let before = walk.stand().await;
    for (answer, misses) in wrong {
        for (pointer, code) in misses {
            let refused = walk.on_share("industry", "handler", "draft", answer.clone()).await;
            refused.field_problem(422, pointer, code);
        }
    }
    assert_eq!(walk.stand().await, before, "nothing changed");
    walk.on_share("industry", "signer", "approve", Value::Null).await.problem(409, "no_draft");

    let right = [
        with("solved", json!({ "evidence": ["照片"] })),
        with("explained", json!({ "ground": "条例第十二条" })),
        with("promised", json!({ "milestones": [{ "what": "查勘", "by": "2026-09-29" }] })),
        with("cannot", json!({ "why": "永久基本农田", "other_door": "reconsideration" })),
    ];
    for answer in right {
        let walk = Walk::under_way(app, &[("industry", "lead")]).await;
        walk.on_share("industry", "handler", "contact", reached()).await.expect(200);
        walk.on_share("industry", "handler", "draft", answer.clone()).await.expect(200);
        walk.on_share("industry", "signer", "approve", Value::Null).await.expect(200);
        walk.release("industry").await;
        let view = walk.view("equipment").await;
        assert_eq!(view["state"], "answered");
        let shown = &view["answers"][0];
        assert_eq!((&shown["outcome"], &shown["state"]), (&answer["outcome"], &json!("released")));
        for (field, value) in answer.as_object().expect("an answer") {
            assert_eq!(&shown["content"][field], value, "{field}");
        }
    }
}

async fn a_promise_is_kept_step_by_step_before_the_request_is_rated(app: &mut TestApp) {
    let walk = Walk::under_way(app, &[("industry", "lead")]).await;
    walk.on_share("industry", "handler", "contact", reached()).await.expect(200);
    // Friday 9 October, and a Sunday, which moves to Monday 12 October.
    let answer = json!({ "outcome": "promised", "public_text": "分两步办。", "milestones": [
        { "what": "查勘", "by": "2026-10-09" }, { "what": "开工", "by": "2026-10-11" }] });
    walk.on_share("industry", "handler", "draft", answer).await.expect(200);
    walk.at("09-29 09:00").on_share("industry", "signer", "approve", Value::Null).await.expect(200);
    let released = walk.at("09-29 10:00").release("industry").await;
    assert_eq!(released["state"], "answered");
    assert_eq!(walk.end("company_feedback").await, "met 09-29 10:00");
    assert!(walk.find_clock("rating_window").await.is_none(), "the promise comes first");

    let commitments = walk.view("equipment").await["commitments"].as_array().cloned().expect("commitments");
    let shown: Vec<(&Value, String, &Value)> = commitments
        .iter()
        .map(|commitment| (&commitment["title"], short(&commitment["due_at"]), &commitment["state"]))
        .collect();
    assert_eq!(
        shown,
        [
            (&json!("查勘"), "10-09 17:30".to_owned(), &json!("open")),
            (&json!("开工"), "10-12 17:30".to_owned(), &json!("open"))
        ]
    );
    let clock = walk.clock("industry commitment").await;
    assert_eq!((&clock["holder"], short(&clock["due_at"])), (&json!("lead"), "10-12 17:30".to_owned()));
    let keep = async |who: &str, index: usize| {
        let id = commitments[index]["id"].as_str().expect("a commitment has an id");
        app.as_(who).post(&format!("/commitments/{id}/keep"), Value::Null).await
    };

    let before = walk.stand().await;
    for who in ["equipment", "dispatcher"] {
        walk.act(who, "conclude", Value::Null).await.problem(409, "commitment_open");
    }
    keep("industry.handler", 0).await.problem(403, "not_yours");
    keep("chemical", 0).await.problem(404, "not_found");
    assert_eq!(walk.stand().await, before, "nothing changed");

    walk.at("10-09 16:00");
    let kept = keep("equipment", 0).await.expect(200);
    assert_eq!(kept["commitments"][0]["state"], "kept");
    assert!(walk.find_clock("rating_window").await.is_none(), "one is still open");
    keep("equipment", 0).await.problem(409, "already_kept");
    walk.act("equipment", "conclude", Value::Null).await.problem(409, "commitment_open");
    walk.at("10-13 10:00");
    keep("dispatcher", 1).await.expect(200);
    assert_eq!(walk.end("commitment").await, "late 10-13 10:00");
    assert_eq!(walk.due("rating_window").await, "10-28 10:00");
    let concluded = walk.act("equipment", "conclude", Value::Null).await.expect(200);
    assert_eq!(concluded["state"], "concluded");
    assert_eq!(walk.told().await, ["concluded → equipment"]);
    assert_eq!(walk.end("rating_window").await, "void 10-13 10:00");
}

on_both!(
    in the sample district:
    each_outcome_is_refused_without_what_it_must_carry_and_taken_with_it,
    a_promise_is_kept_step_by_step_before_the_request_is_rated,
);
