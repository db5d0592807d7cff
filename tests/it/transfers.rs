//! Misconduct handed to discipline inspection, under two signatures.

use crate::path::{Walk, because, reached};
use crate::support::app::{TestApp, on_both};
use serde_json::{Value, json};

fn letter() -> Value {
    json!({ "letter_number": "移〔2026〕3 号", "reason": "经办人索要财物" })
}

/// Gives the office a second dispatcher.
async fn second_dispatcher(app: &TestApp) {
    let admin = app.as_("admin");
    let person = json!({ "name": "第二位", "username": "dispatcher.second", "password": "One-door-in" });
    let person = admin.post("/people", person).await.expect(201)["id"].as_str().expect("an id").to_owned();
    let role = json!({ "role": "dispatcher", "unit_id": app.district.unit("business_environment") });
    admin.post(&format!("/people/{person}/memberships"), role).await.expect(201);
}

fn can(view: &Value, act: &str) -> bool {
    view["possible"].as_array().expect("the acts possible").contains(&json!(act))
}

/// Whatever this person can read of the request, as one text.
async fn read_by(walk: &Walk<'_>, who: &str) -> String {
    let path = format!("/requests/{}", walk.id);
    let told = walk.app.as_(who).get(&format!("{path}/timeline?limit=100")).await.expect(200);
    format!("{}{told}", walk.view(who).await)
}

async fn a_transfer_takes_two_signatures_and_only_the_office_knows_why(app: &mut TestApp) {
    second_dispatcher(app).await;
    let walk = Walk::under_way(app, &[("industry", "lead"), ("permits", "assist")]).await;
    let office = walk.view("dispatcher").await;
    assert!(can(&office, "ask_transfer") && !can(&office, "transfer") && office.get("transfer").is_none());
    let before = walk.stand().await;
    for who in ["equipment", "industry.handler", "auditor"] {
        walk.act(who, "ask-transfer", letter()).await.problem(403, "not_yours");
        walk.act(who, "transfer", Value::Null).await.problem(403, "not_yours");
    }
    walk.act("chemical", "ask-transfer", letter()).await.problem(404, "not_found");
    walk.act("dispatcher", "transfer", Value::Null).await.problem(409, "no_transfer");
    assert_eq!(walk.stand().await, before, "nothing changed");

    walk.at("09-29 10:00").act("dispatcher", "ask-transfer", letter()).await.expect(200);
    assert_eq!(walk.told().await, ["transfer_to_sign → business_environment"]);
    let first = walk.view("dispatcher").await;
    let name = first["transfer"]["first"]["name"].clone();
    assert_eq!(
        first["transfer"],
        json!({ "letter_number": "移〔2026〕3 号", "reason": "经办人索要财物",
            "first": { "name": name, "at": "2026-09-29T10:00:00+08:00" } })
    );
    assert_eq!(first["state"], "in_progress", "until the second signature it goes on");
    assert!(can(&first, "ask_transfer") && !can(&first, "transfer"));
    let second = walk.view("dispatcher.second").await;
    assert!(can(&second, "transfer") && !can(&second, "ask_transfer"));
    for who in ["equipment", "industry.handler", "permits.handler", "supervisor"] {
        let all = read_by(&walk, who).await;
        assert!(!all.contains("transfer") && !all.contains("索要") && !all.contains("移〔"), "{who}: {all}");
    }
    let before = walk.stand().await;
    walk.act("dispatcher.second", "ask-transfer", letter()).await.problem(409, "transfer_pending");
    walk.act("dispatcher", "transfer", Value::Null).await.problem(409, "second_signer_needed");
    assert_eq!(walk.stand().await, before, "nothing changed");

    // The contact was due on Tuesday 29 September, 17:30.
    walk.at("09-30 10:00").act("dispatcher.second", "transfer", Value::Null).await.expect(200);
    assert_eq!(
        walk.told().await,
        ["transferred → equipment", "transferred → industry", "transferred → permits"]
    );
    for (clock, end) in [
        ("company_contact", "late 09-30 10:00"),
        ("industry contact", "late 09-30 10:00"),
        ("company_feedback", "void 09-30 10:00"),
        ("industry conclusion", "void 09-30 10:00"),
        ("permits assist", "void 09-30 10:00"),
    ] {
        assert_eq!(walk.end(clock).await, end, "{clock}");
    }
    let view = walk.view("auditor").await;
    assert_eq!(
        (&view["state"], &view["ended_at"]),
        (&json!("transferred"), &json!("2026-09-30T10:00:00+08:00"))
    );
    assert_eq!(view["transfer"]["second"], json!({ "name": "第二位", "at": "2026-09-30T10:00:00+08:00" }));
    assert!(view["parts"].as_array().expect("parts").iter().all(|part| part["state"] == "closed"));
    for who in ["equipment", "industry.handler", "permits.handler"] {
        let all = read_by(&walk, who).await;
        assert!(
            all.contains("transferred") && !all.contains("索要") && !all.contains("移〔"),
            "{who}: {all}"
        );
    }
    let acts: Vec<String> = walk.timeline("equipment").await.into_iter().map(|(_, act)| act).collect();
    assert_eq!(acts, ["file", "dispatch", "transfer"]);
    let office = read_by(&walk, "dispatcher").await;
    assert!(office.contains("ask_transfer") && office.contains("索要"), "{office}");
    let chained = walk.chained().await;
    assert!(!chained.contains("移〔") && !chained.contains("索要"), "{chained}");
    walk.act("dispatcher", "ask-transfer", letter()).await.problem(409, "already_ended");
    walk.act("dispatcher", "transfer", Value::Null).await.problem(409, "already_ended");
}

async fn a_wrong_letter_is_replaced_by_who_signed_it_and_is_nothing_after_the_answer(app: &mut TestApp) {
    second_dispatcher(app).await;
    let walk = Walk::under_way(app, &[("industry", "lead")]).await;
    walk.act("dispatcher", "ask-transfer", letter()).await.expect(200);
    let right = json!({ "letter_number": "移〔2026〕4 号", "reason": "经办人索要财物" });
    walk.at("09-28 11:00").act("dispatcher", "ask-transfer", right).await.expect(200);
    assert_eq!(walk.told().await, ["transfer_to_sign → business_environment"]);
    let shown = walk.view("dispatcher.second").await["transfer"].clone();
    assert_eq!(
        (&shown["letter_number"], &shown["first"]["at"]),
        (&json!("移〔2026〕4 号"), &json!("2026-09-28T11:00:00+08:00"))
    );
    walk.act("dispatcher.second", "ask-transfer", letter()).await.problem(409, "transfer_pending");

    walk.on_share("industry", "handler", "contact", reached()).await.expect(200);
    walk.answer("industry").await;
    walk.release("industry").await;
    let answered = walk.view("dispatcher.second").await;
    assert!(!can(&answered, "transfer") && answered.get("transfer").is_none(), "{answered:#}");
    walk.act("dispatcher.second", "transfer", Value::Null).await.problem(409, "already_answered");
}

async fn a_transfer_before_dispatch_and_one_after_the_answer(app: &mut TestApp) {
    second_dispatcher(app).await;
    let walk = Walk::file(app, "equipment", "land.supply", json!({})).await;
    walk.act("dispatcher.second", "ask-transfer", letter()).await.expect(200);
    walk.at("09-28 09:00").act("dispatcher", "transfer", Value::Null).await.expect(200);
    assert_eq!(walk.told().await, ["transferred → equipment"]);
    assert_eq!(walk.end("dispatch").await, "met 09-28 09:00");

    let walk = Walk::under_way(app, &[("industry", "lead")]).await;
    walk.act("equipment", "ask-withdrawal", because("不办了")).await.expect(200);
    walk.act("dispatcher", "ask-transfer", letter()).await.expect(200);
    walk.act("dispatcher.second", "transfer", Value::Null).await.expect(200);
    let asked = walk.view("equipment").await["withdrawal"].clone();
    assert!(asked["ruled_at"].is_string() && asked.get("confirmed").is_none(), "moot: {asked}");

    let walk = Walk::under_way(app, &[("industry", "lead")]).await;
    walk.on_share("industry", "handler", "contact", reached()).await.expect(200);
    walk.answer("industry").await;
    walk.release("industry").await;
    walk.act("dispatcher", "ask-transfer", letter()).await.problem(409, "already_answered");
}

on_both!(
    in the sample district:
    a_transfer_takes_two_signatures_and_only_the_office_knows_why,
    a_wrong_letter_is_replaced_by_who_signed_it_and_is_nothing_after_the_answer,
    a_transfer_before_dispatch_and_one_after_the_answer,
);
