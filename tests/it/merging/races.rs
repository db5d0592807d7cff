//! Merging at the moment its master, or the echo itself, goes another way.

use crate::races::{acts_of, at_once, of_kind, one_won};
use crate::support::app::{TestApp, on_both};
use crate::support::meeting::Meeting;
use crate::support::walk::{LEAD, answer, dispatch, file, part, solved, text};
use serde_json::{Value, json};

fn merged_into<'a>(echo: &str, master: &str) -> (&'a str, String, Value) {
    ("dispatcher", format!("/requests/{echo}/merge"), json!({ "master": master, "reason": "同一路口" }))
}

async fn nothing_is_ever_merged_into_what_is_merged_at_that_moment(app: &mut TestApp) {
    let meeting = Meeting::at(app).await;
    for round in 0..6 {
        let [one, other, third] =
            [file(app, json!({})).await, file(app, json!({})).await, file(app, json!({})).await];
        // In a row, and in a circle.
        let target = if round % 2 == 0 { &third } else { &one };
        let acts = [merged_into(&one, &other), merged_into(&other, target)];
        let (_, lost) = one_won(at_once(app, &meeting, &acts).await);
        assert!(["merged_into_another", "has_echoes"].contains(&lost[0].as_str()), "{lost:?}");
        let mut echoes = 0;
        for request in [&one, &other, &third] {
            let seen = app.as_("dispatcher").get(&format!("/requests/{request}")).await.expect(200);
            let (is_echo, is_master) = (seen["state"] == "merged", !seen["echoes"].is_null());
            assert!(!(is_echo && is_master), "an echo has no echoes: {seen:#}");
            assert_eq!(is_echo, !seen["master"].is_null());
            echoes += i32::from(is_echo);
            acts_of(app, request).await;
        }
        assert_eq!(echoes, 1);
    }
}

async fn a_request_takes_an_echo_or_is_answered_without_it(app: &mut TestApp) {
    let meeting = Meeting::at(app).await;
    for _ in 0..6 {
        let (master, echo) = (file(app, json!({})).await, file(app, json!({})).await);
        let lead = part(&dispatch(app, &master).await, "lead");
        answer(app, LEAD, &lead, solved(), true).await;
        let release = ("dispatcher", format!("/assignments/{lead}/release"), json!({}));
        let acts = [merged_into(&echo, &master), release.clone()];
        let (won, lost) = one_won(at_once(app, &meeting, &acts).await);
        let merged = won["state"] == "merged";
        assert_eq!(lost, [if merged { "echo_answer_missing" } else { "already_answered" }]);
        let state = async |request: &str| {
            let seen = app.as_("dispatcher").get(&format!("/requests/{request}")).await.expect(200);
            text(&seen["state"])
        };
        let wanted = if merged { ("in_progress", "merged") } else { ("answered", "submitted") };
        assert_eq!((state(&master).await.as_str(), state(&echo).await.as_str()), wanted);
        if !merged {
            continue;
        }
        // Released while the text is confirmed: with it, or not at all.
        let confirm = ("dispatcher", format!("/requests/{echo}/echo-answer"), solved());
        let answers = at_once(app, &meeting, &[confirm, release]).await;
        assert_eq!(answers[0].status, 200, "{:#}", answers[0].body);
        let released = answers[1].status == 200;
        assert!(released || answers[1].body["code"] == "echo_answer_missing", "{:#}", answers[1].body);
        let wanted = if released { ("answered", "answered") } else { ("in_progress", "merged") };
        assert_eq!((state(&master).await.as_str(), state(&echo).await.as_str()), wanted);
        acts_of(app, &echo).await;
    }
}

async fn an_echo_merged_while_its_master_is_withdrawn_is_the_offices_again(app: &mut TestApp) {
    let meeting = Meeting::at(app).await;
    for _ in 0..6 {
        let (master, echo) = (file(app, json!({})).await, file(app, json!({})).await);
        let withdraw = ("chemical", format!("/requests/{master}/withdraw"), json!({}));
        let answers = at_once(app, &meeting, &[merged_into(&echo, &master), withdraw]).await;
        assert_eq!(answers[1].status, 200, "{:#}", answers[1].body);
        let merged = answers[0].status == 200;
        assert!(merged || answers[0].body["code"] == "already_ended", "{:#}", answers[0].body);
        let seen = app.as_("dispatcher").get(&format!("/requests/{echo}")).await.expect(200);
        assert_eq!((&seen["state"], seen.get("master")), (&json!("submitted"), None));
        let running =
            of_kind(&seen, "clocks", "dispatch").into_iter().filter(|clock| clock["stopped_at"].is_null());
        assert_eq!(running.count(), 1);
        let acts = acts_of(app, &echo).await;
        assert_eq!(acts.len(), if merged { 3 } else { 1 }, "{acts:?}");
    }
}

on_both!(in the sample district:
    nothing_is_ever_merged_into_what_is_merged_at_that_moment,
    a_request_takes_an_echo_or_is_answered_without_it,
    an_echo_merged_while_its_master_is_withdrawn_is_the_offices_again,
);
