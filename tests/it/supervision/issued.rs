//! Signing, replying, ruling on the reply, making void; numbers.

use super::{act, draft, issued, list, sheet, under_way, why};
use crate::path::short;
use crate::support::app::{TestApp, on_both};
use crate::support::client::Client;
use futures_util::future::join_all;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// How many orders are signed at the same time.
const MANY: usize = 50;

async fn an_order_is_signed_replied_to_sent_back_and_accepted(app: &mut TestApp) {
    let walk = under_way(app).await;
    let copies = json!({ "copies": [app.district.unit("permits")] });
    let id = draft(&walk, copies).await;
    walk.at("09-28 11:00");
    let signed = act(app, "dispatcher", &id, "issue", Value::Null).await.expect(200);
    assert_eq!(signed["number"], "区营商环境办公室督字〔2026〕1号");
    assert_eq!((&signed["issued"]["capacity"], &signed["light"]), (&json!("dispatcher"), &json!("green")));
    assert_eq!(signed["issued"]["unit"]["code"], "business_environment");
    assert!(signed["issued"]["by"].is_string(), "a named signer");
    // Three working days from Monday.
    assert_eq!(short(&signed["reply_by"]), "10-08 17:30");
    assert_eq!(walk.due("industry supervision_reply").await, "10-08 17:30");
    assert_eq!(walk.told().await, ["supervision_order → industry"]);
    assert_eq!(walk.timeline("industry.handler").await.last().expect("an act").1, "issue_order");
    let of_company: Vec<String> = walk.timeline("equipment").await.into_iter().map(|(_, act)| act).collect();
    assert!(!of_company.contains(&"issue_order".to_owned()), "the company is not told: {of_company:?}");
    act(app, "dispatcher", &id, "issue", Value::Null).await.problem(409, "not_a_draft");
    act(app, "dispatcher", &id, "accept", Value::Null).await.problem(409, "no_reply");

    walk.at("09-29 10:00");
    let reply = || json!({ "text": "已约见企业。" });
    act(app, "industry.signer", &id, "reply", reply()).await.expect(200);
    assert_eq!(walk.told().await, ["order_replied → dispatcher"]);
    act(app, "industry.signer", &id, "reply", reply()).await.problem(409, "reply_waits");
    walk.at("09-29 11:00");
    act(app, "dispatcher", &id, "send-back", json!({ "reason": "未说明办结时间" })).await.expect(200);
    assert_eq!(walk.told().await, ["reply_sent_back → industry"]);
    assert_eq!(walk.end("industry supervision_reply").await, "open", "the time to reply runs on");

    walk.at("10-08 16:00");
    assert_eq!(sheet(app, "industry.signer", &id).await["light"], "yellow");
    act(app, "industry.signer", &id, "reply", json!({ "text": "10月15日办结。" })).await.expect(200);
    walk.at("10-09 09:30");
    let accepted = act(app, "supervisor", &id, "accept", Value::Null).await.expect(200);
    assert_eq!(walk.told().await, ["reply_accepted → industry"]);
    assert_eq!(walk.end("industry supervision_reply").await, "met 10-08 16:00", "met by the reply");
    assert_eq!((&accepted["state"], &accepted["outcome"]), (&json!("accepted"), &json!("met")));
    assert_eq!(accepted["light"], Value::Null);
    let replies = accepted["replies"].as_array().expect("replies");
    assert_eq!(replies.len(), 2);
    assert_eq!((&replies[0]["accepted"], &replies[0]["reason"]), (&json!(false), &json!("未说明办结时间")));
    assert_eq!((&replies[1]["accepted"], &replies[1]["text"]), (&json!(true), &json!("10月15日办结。")));
    for (who, deed, body) in [
        ("dispatcher", "void", why()),
        ("dispatcher", "send-back", why()),
        ("industry.signer", "reply", reply()),
    ] {
        act(app, who, &id, deed, body).await.problem(409, "order_over");
    }
}

async fn the_time_to_reply_is_on_the_board_and_in_the_lists_like_every_clock(app: &mut TestApp) {
    let walk = under_way(app).await;
    walk.answer("industry").await;
    walk.release("industry").await;
    walk.act("equipment", "rating", crate::path::rating("satisfied", true)).await.expect(201);
    let id = issued(&walk).await;
    let red = async |who: &str| {
        let items = app.as_(who).get("/requests?light=red").await.expect(200)["items"].clone();
        items.as_array().expect("items").iter().map(|item| item["id"].clone()).collect::<Vec<_>>()
    };
    assert!(red("dispatcher").await.is_empty());
    // Due on Thursday 8 October at 17:30.
    walk.at("10-09 09:30");
    for who in ["dispatcher", "industry.handler"] {
        assert_eq!(red(who).await, [json!(walk.id)], "{who}: of a request that is concluded too");
        let board = app.as_(who).get("/board").await.expect(200).to_string();
        assert!(board.contains("supervision_reply"), "{who}: {board}");
    }
    assert_eq!(sheet(app, "leader", &id).await["light"], "red");
    act(app, "industry.signer", &id, "reply", json!({ "text": "迟复。" })).await.expect(200);
    act(app, "dispatcher", &id, "accept", Value::Null).await.expect(200);
    assert_eq!(walk.end("industry supervision_reply").await, "late 10-09 09:30");
    assert!(red("dispatcher").await.is_empty());
}

async fn a_void_order_is_owed_no_reply_and_its_number_is_not_given_again(app: &mut TestApp) {
    let walk = under_way(app).await;
    let first = issued(&walk).await;
    walk.at("09-28 11:00");
    act(app, "dispatcher", &first, "void", json!({ "reason": "" })).await.field_problem(
        422,
        "/reason",
        "text_empty",
    );
    let voided = act(app, "dispatcher", &first, "void", why()).await.expect(200);
    assert_eq!((&voided["state"], &voided["end_reason"]), (&json!("voided"), &json!("情况有变")));
    assert_eq!(walk.told().await, ["order_voided → industry"]);
    assert_eq!(walk.end("industry supervision_reply").await, "void 09-28 11:00");
    act(app, "industry.signer", &first, "reply", json!({ "text": "x" })).await.problem(409, "order_over");
    let second = issued(&walk).await;
    assert_eq!(sheet(app, "dispatcher", &first).await["number"], "区营商环境办公室督字〔2026〕1号");
    assert_eq!(sheet(app, "dispatcher", &second).await["number"], "区营商环境办公室督字〔2026〕2号");
    // The next year begins anew, and so does another issuer.
    let id = draft(&walk, json!({})).await;
    let signed = act(app, "leader", &id, "issue", Value::Null).await.expect(200);
    assert_eq!(signed["number"], "区政府办公室督字〔2026〕1号");
    let id = draft(&walk, json!({})).await;
    app.set_time("2027-01-04T09:30:00+08:00");
    let signed = act(app, "dispatcher", &id, "issue", Value::Null).await.expect(200);
    assert_eq!(signed["number"], "区营商环境办公室督字〔2027〕1号");
    assert_eq!(list(app, "dispatcher", "?year=2027").await.len(), 1);
    assert_eq!(list(app, "dispatcher", "?year=2026&state=issued").await.len(), 2);
}

async fn numbers_have_no_gap_however_many_sign_at_once(app: &mut TestApp) {
    app.restart(|config| {
        // All of them wait for one counter, on a machine that may be busy.
        config.database.wait_milliseconds = 60_000;
        config.database.answer_milliseconds = 60_000;
        config.supervision.prefixes.insert("business_environment".to_owned(), "营商督".to_owned());
    })
    .await;
    let walks = [under_way(app).await, under_way(app).await];
    let mut drafts = Vec::new();
    for index in 0..MANY {
        drafts.push(draft(&walks[index % 2], json!({})).await);
    }
    let client: Client = app.as_("dispatcher");
    let sign = async |id: &String| {
        let path = format!("/supervision-orders/{id}/issue");
        client.post(&path, Value::Null).await.expect(200)["number"].clone()
    };
    let numbers: BTreeSet<String> = join_all(drafts.iter().map(sign))
        .await
        .iter()
        .map(|number| number.as_str().expect("a number").to_owned())
        .collect();
    let wanted: BTreeSet<String> = (1..=MANY).map(|number| format!("营商督〔2026〕{number}号")).collect();
    assert_eq!(numbers, wanted);
}

async fn an_act_sent_again_under_its_key_is_done_once(app: &mut TestApp) {
    let walk = under_way(app).await;
    let id = draft(&walk, json!({})).await;
    let client = app.as_("dispatcher");
    let path = format!("/supervision-orders/{id}/issue");
    let sign = async || {
        let request = client.request(reqwest::Method::POST, &path).header("idempotency-key", "once");
        client.send(request).await
    };
    let first = sign().await;
    let again = sign().await;
    assert_eq!((first.status, &first.bytes), (200, &again.bytes));
    assert_eq!(again.headers["idempotent-replayed"], "true");
    assert_eq!(first.headers["etag"], "\"2\"");
    let request = client.request(reqwest::Method::POST, &format!("/supervision-orders/{id}/void"));
    let stale = client.send(request.header("if-match", "\"1\"").json(&why())).await;
    stale.problem(412, "precondition_failed");
    assert_eq!(sheet(app, "dispatcher", &id).await["state"], "issued");
}

on_both!(in the sample district:
    an_order_is_signed_replied_to_sent_back_and_accepted,
    the_time_to_reply_is_on_the_board_and_in_the_lists_like_every_clock,
    a_void_order_is_owed_no_reply_and_its_number_is_not_given_again,
    numbers_have_no_gap_however_many_sign_at_once,
    an_act_sent_again_under_its_key_is_done_once,
);
