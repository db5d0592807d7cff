//! A company takes back what units have: it asks, the office calls.

use crate::path::{Walk, because, on, rating, reached, short};
use crate::support::app::{TestApp, on_both};
use diesel::prelude::*;
use onedoor::db::schema::supplements;
use onedoor::domain::ids::Instant;
use serde_json::{Value, json};

/// What the office records of its call.
fn call(confirmed: bool) -> Value {
    json!({ "confirmed": confirmed, "whom": "周经理", "words": "已与企业核实" })
}

fn can(view: &Value, act: &str) -> bool {
    view["possible"].as_array().expect("the acts possible").contains(&json!(act))
}

async fn a_withdrawal_confirmed_by_a_call_closes_all_parts_and_what_was_late_late(app: &mut TestApp) {
    let parts = [("industry", "lead"), ("natural_resources", "branch"), ("permits", "assist")];
    let walk = Walk::under_way(app, &parts).await;
    let view = walk.view("equipment").await;
    assert!(can(&view, "ask_withdrawal") && view.get("withdrawal").is_none());
    let office = walk.view("dispatcher").await;
    assert!(!can(&office, "confirm_withdrawal") && !can(&office, "drop_withdrawal"));
    let before = walk.stand().await;
    walk.act("equipment", "withdraw", Value::Null).await.problem(409, "withdraw_needs_office");
    walk.act("dispatcher", "ask-withdrawal", because("企业不办了")).await.problem(403, "not_yours");
    walk.act("chemical", "ask-withdrawal", because("不办了")).await.problem(404, "not_found");
    walk.act("dispatcher", "confirm-withdrawal", call(true)).await.problem(409, "no_withdrawal");
    walk.act("dispatcher", "confirm-withdrawal", call(false)).await.problem(409, "no_withdrawal");
    assert_eq!(walk.stand().await, before, "nothing changed");

    // Nobody called until Tuesday 29 September, 17:30.
    walk.at("09-30 09:00").act("equipment", "ask-withdrawal", because("改址，不办了")).await.expect(200);
    assert_eq!(walk.told().await, ["withdrawal_asked → business_environment"]);
    assert_eq!(walk.end("industry feedback").await, "open", "clocks run on meanwhile");
    for who in ["equipment", "dispatcher", "auditor", "industry.handler"] {
        let asked = walk.view(who).await["withdrawal"].clone();
        assert_eq!(
            (short(&asked["asked_at"]), &asked["reason"]),
            ("09-30 09:00".into(), &json!("改址，不办了")),
            "{who}"
        );
        assert!(asked.get("ruled_at").is_none() && asked.get("confirmed").is_none());
    }
    for who in ["natural_resources.handler", "permits.handler"] {
        assert!(walk.view(who).await.get("withdrawal").is_none(), "{who}");
        let told = app.as_(who).get(&format!("/requests/{}/timeline", walk.id)).await.expect(200);
        assert!(!told.to_string().contains("改址"), "{told}");
    }
    let company = walk.view("equipment").await;
    assert!(!can(&company, "ask_withdrawal"));
    let office = walk.view("dispatcher").await;
    assert!(can(&office, "confirm_withdrawal") && can(&office, "drop_withdrawal"));
    let before = walk.stand().await;
    walk.act("equipment", "ask-withdrawal", because("再说一次")).await.problem(409, "withdrawal_pending");
    walk.act("equipment", "confirm-withdrawal", call(true)).await.problem(403, "not_yours");
    walk.act("industry.handler", "confirm-withdrawal", call(true)).await.problem(403, "not_yours");
    walk.act("auditor", "confirm-withdrawal", call(true)).await.problem(403, "not_yours");
    assert_eq!(walk.stand().await, before, "nothing changed");

    walk.at("09-30 10:00").act("dispatcher", "confirm-withdrawal", call(true)).await.expect(200);
    assert_eq!(
        walk.told().await,
        [
            "withdrawal_confirmed → equipment",
            "withdrawn → industry",
            "withdrawn → natural_resources",
            "withdrawn → permits"
        ]
    );
    for (clock, end) in [
        ("company_contact", "late 09-30 10:00"),
        ("industry contact", "late 09-30 10:00"),
        ("company_feedback", "void 09-30 10:00"),
        ("industry feedback", "void 09-30 10:00"),
        ("natural_resources feedback", "void 09-30 10:00"),
        ("industry conclusion", "void 09-30 10:00"),
        ("permits assist", "void 09-30 10:00"),
    ] {
        assert_eq!(walk.end(clock).await, end, "{clock}");
    }
    let view = walk.view("equipment").await;
    assert_eq!((&view["state"], short(&view["ended_at"])), (&json!("withdrawn"), "09-30 10:00".to_owned()));
    let ruled = &view["withdrawal"];
    assert_eq!((&ruled["confirmed"], &ruled["words"]), (&json!(true), &json!("已与企业核实")));
    assert_eq!(short(&ruled["ruled_at"]), "09-30 10:00");
    let office = walk.view("dispatcher").await;
    assert!(office["parts"].as_array().expect("parts").iter().all(|part| part["state"] == "closed"));
    let acts: Vec<String> = walk.timeline("equipment").await.into_iter().map(|(_, act)| act).collect();
    assert_eq!(acts, ["file", "dispatch", "ask_withdrawal", "confirm_withdrawal"]);
    walk.act("dispatcher", "confirm-withdrawal", call(true)).await.problem(409, "already_ended");
    walk.act("equipment", "ask-withdrawal", because("再撤")).await.problem(409, "already_ended");
}

async fn a_withdrawal_the_company_drops_leaves_the_request_as_it_is(app: &mut TestApp) {
    let walk = Walk::under_way(app, &[("industry", "lead")]).await;
    walk.at("09-28 14:00").act("equipment", "ask-withdrawal", because("想撤")).await.expect(200);
    walk.at("09-28 15:00").act("dispatcher", "confirm-withdrawal", call(false)).await.expect(200);
    assert_eq!(walk.told().await, ["withdrawal_dropped → equipment"]);
    let view = walk.view("equipment").await;
    assert_eq!((&view["state"], &view["withdrawal"]["confirmed"]), (&json!("in_progress"), &json!(false)));
    assert_eq!(walk.due("company_feedback").await, "10-08 17:30");
    walk.act("dispatcher", "confirm-withdrawal", call(true)).await.problem(409, "no_withdrawal");
    walk.act("equipment", "ask-withdrawal", because("还是要撤")).await.expect(200);

    // The answer comes first: what was asked is moot, and what comes after is another cycle's.
    walk.on_share("industry", "handler", "contact", reached()).await.expect(200);
    walk.answer("industry").await;
    walk.at("09-28 16:00").release("industry").await;
    let view = walk.view("equipment").await;
    assert_eq!(
        (&view["state"], short(&view["withdrawal"]["ruled_at"])),
        (&json!("answered"), "09-28 16:00".to_owned())
    );
    assert!(view["withdrawal"].get("confirmed").is_none(), "nobody called");
    walk.act("dispatcher", "confirm-withdrawal", call(true)).await.problem(409, "already_answered");
    walk.act("equipment", "rating", rating("dissatisfied", false)).await.expect(201);
    let blamed = json!({ "findings": "x", "ruling": "rework", "public_text": "重办",
        "blamed": [walk.share("industry").await["id"]] });
    walk.act("dispatcher", "callback", blamed).await.expect(201);
    walk.act("dispatcher", "confirm-withdrawal", call(true)).await.problem(409, "no_withdrawal");
    walk.act("equipment", "ask-withdrawal", because("不必重办")).await.expect(200);
}

async fn what_a_withdrawn_request_had_promised_or_asked_waits_for_nobody(app: &mut TestApp) {
    let walk = Walk::under_way(app, &[("industry", "lead"), ("natural_resources", "branch")]).await;
    let promise = json!({ "outcome": "promised", "public_text": "十月二十日前办好。",
        "milestones": [{ "what": "办好", "by": "2026-10-20" }] });
    walk.on_share("natural_resources", "handler", "sign", Value::Null).await.expect(200);
    walk.on_share("natural_resources", "handler", "draft", promise).await.expect(200);
    walk.on_share("natural_resources", "signer", "approve", Value::Null).await.expect(200);
    walk.release("natural_resources").await;
    let later = json!({ "clock": walk.clock("commitment").await["id"], "until": on("10-23 17:30"),
        "reason": "需上级出具意见。", "ground": "《审批办法》第九条" });
    walk.on_share("natural_resources", "handler", "extension", later).await.expect(200);
    walk.at("09-28 14:00").act("dispatcher", "ask-info", json!({ "list": "宗地图" })).await.expect(200);
    walk.act("equipment", "ask-withdrawal", because("不办了")).await.expect(200);
    walk.at("09-28 15:00").act("dispatcher", "confirm-withdrawal", call(true)).await.expect(200);
    let view = walk.view("dispatcher").await;
    assert_eq!(view["commitments"][0]["state"], "dropped");
    assert_eq!(view["extensions"][0]["ruling"], "moot");
    assert_eq!(walk.end("commitment").await, "void 09-28 15:00");
    assert_eq!(walk.end("extension_ruling").await, "void 09-28 15:00");
    let commitment = view["commitments"][0]["id"].as_str().expect("an id");
    let keep = app.as_("equipment").post(&format!("/commitments/{commitment}/keep"), Value::Null).await;
    keep.problem(409, "already_ended");
    let id = walk.key();
    let closed = app.context.db.read(move |conn| {
        let papers = supplements::table.filter(supplements::request_id.eq(id));
        Ok(papers.select(supplements::closed_at).first::<Option<Instant>>(conn)?)
    });
    assert_eq!(closed.await.expect("the papers can be read"), Some(app.context.time.now()));
}

async fn where_no_unit_has_it_there_is_nothing_to_ask(app: &mut TestApp) {
    let walk = Walk::file(app, "equipment", "land.supply", json!({})).await;
    assert!(!can(&walk.view("equipment").await, "ask_withdrawal"));
    walk.act("equipment", "ask-withdrawal", because("不办了")).await.problem(409, "not_dispatched_yet");
    walk.act("dispatcher", "confirm-withdrawal", call(true)).await.problem(409, "no_withdrawal");
    walk.at("09-28 09:00").act("dispatcher", "ask-info", json!({ "list": "宗地图" })).await.expect(200);
    let view = walk.view("equipment").await;
    assert!(can(&view, "withdraw") && !can(&view, "ask_withdrawal"));
    walk.act("equipment", "ask-withdrawal", because("不办了")).await.problem(409, "withdraw_at_once");
    walk.act("equipment", "withdraw", Value::Null).await.expect(200);

    // While papers are waited for that units want, it is asked for as ever.
    let walk = Walk::under_way(app, &[("industry", "lead")]).await;
    walk.at("09-28 14:00").act("dispatcher", "ask-info", json!({ "list": "宗地图" })).await.expect(200);
    walk.act("equipment", "withdraw", Value::Null).await.problem(409, "withdraw_needs_office");
    walk.act("equipment", "ask-withdrawal", because("不办了")).await.expect(200);
    walk.at("09-28 15:00").act("dispatcher", "confirm-withdrawal", call(true)).await.expect(200);
    assert_eq!(walk.end("company_feedback").await, "void 09-28 15:00", "it stood still");
    assert_eq!(walk.end("supplement").await, "void 09-28 15:00");
}

on_both!(
    in the sample district:
    a_withdrawal_confirmed_by_a_call_closes_all_parts_and_what_was_late_late,
    a_withdrawal_the_company_drops_leaves_the_request_as_it_is,
    what_a_withdrawn_request_had_promised_or_asked_waits_for_nobody,
    where_no_unit_has_it_there_is_nothing_to_ask,
);
