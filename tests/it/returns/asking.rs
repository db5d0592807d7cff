//! Until when a part may be given back, by whom, and who learns of it.

use super::{ask, asked, clocks, rule};
use crate::path::{Walk, reached, short};
use crate::support::app::{TestApp, on_both};
use reqwest::Method;
use serde_json::{Value, json};

/// Whether the unit's handler is offered to give the part back.
async fn is_offered(walk: &Walk<'_>, unit: &str) -> bool {
    let view = walk.view(&format!("{unit}.handler")).await;
    let part = view["parts"].as_array().expect("parts").iter().find(|part| part["unit"]["code"] == unit);
    let possible = part.expect("the unit has a part")["possible"].as_array().cloned().unwrap_or_default();
    possible.contains(&json!("ask_return"))
}

async fn the_clocks_run_on_and_the_company_sees_nothing_while_the_office_rules(app: &mut TestApp) {
    let walk = Walk::under_way(app, &[("industry", "lead"), ("permits", "assist")]).await;
    let before = walk.view("equipment").await;
    let told = walk.timeline("equipment").await;
    assert!(is_offered(&walk, "industry").await);
    let body = json!({ "cause": "facts_differ", "reason": "现场是另一回事", "ground": "现场照片" });
    walk.at("09-28 14:00").on_share("industry", "handler", "return", body).await.expect(200);
    assert_eq!(walk.told().await, ["return_asked → business_environment"]);
    // Before the cut-off at 15:00: the same day.
    assert_eq!(walk.due("return_ruling").await, "09-28 17:30");
    assert_eq!(walk.clock("return_ruling").await["holder"], "office");
    for clock in ["industry contact", "industry feedback", "industry conclusion"] {
        assert_eq!(walk.end(clock).await, "open", "{clock}");
    }
    let returning = asked(&walk, "industry").await;
    assert_eq!(
        (&returning["cause"], &returning["reason"]),
        (&json!("facts_differ"), &json!("现场是另一回事"))
    );
    assert_eq!((&returning["ground"], &returning["joint"]), (&json!("现场照片"), &json!(false)));
    assert_eq!(short(&returning["asked_at"]), "09-28 14:00");
    let share = walk.share("industry").await;
    assert_eq!(share["state"], "returning");
    assert!(share["possible"].as_array().is_some_and(|acts| acts.contains(&json!("rule_return"))));

    let mut company = walk.view("equipment").await;
    assert_eq!(company["parts"], before["parts"], "the part stands where it stood");
    assert_eq!((&company["returns"], &company["redispatches"]), (&json!([]), &json!(0)));
    company["version"] = before["version"].clone();
    assert_eq!(company, before);
    assert_eq!(walk.timeline("equipment").await, told);
    for (who, is_told) in [("industry.handler", true), ("dispatcher", true), ("permits.handler", false)] {
        assert_eq!(walk.timeline(who).await.iter().any(|(_, act)| act == "ask_return"), is_told, "{who}");
    }

    for (act, body) in [("draft", crate::path::solved()), ("sign", Value::Null), ("contact", reached())] {
        walk.on_share("industry", "handler", act, body).await.problem(409, "return_pending");
    }
    ask(&walk, "industry", "wrong_unit").await.problem(409, "return_pending");
}

async fn a_return_asked_from_the_cut_off_on_is_ruled_on_the_next_working_day(app: &mut TestApp) {
    let walk = Walk::under_way(app, &[("industry", "lead")]).await;
    walk.at("09-29 15:00");
    ask(&walk, "industry", "facts_differ").await.expect(200);
    assert_eq!(walk.due("return_ruling").await, "09-30 17:30");
    let half = &walk.clock("return_ruling").await["warn_at"];
    // Two and a half hours on Tuesday, seven on Wednesday: half of them are gone on Wednesday at 11:15.
    assert_eq!(short(half), "09-30 11:15");
    walk.at("09-30 17:31");
    rule(&walk, "dispatcher", "industry", false, json!({})).await.expect(200);
    assert_eq!(walk.end("return_ruling").await, "late 09-30 17:31");
}

async fn nothing_is_given_back_after_the_contact_limit(app: &mut TestApp) {
    let parts = [("industry", "lead"), ("natural_resources", "branch"), ("permits", "assist")];
    let walk = Walk::under_way(app, &parts).await;
    // The lead must have called by Tuesday's close.
    let at_the_limit = Walk::under_way(app, &[("industry", "lead")]).await;
    at_the_limit.at("09-29 17:30");
    ask(&at_the_limit, "industry", "wrong_unit").await.expect(200);
    walk.at("09-29 17:30:01");
    let before = walk.stand().await;
    ask(&walk, "industry", "wrong_unit").await.problem(409, "return_too_late");
    assert_eq!(walk.stand().await, before, "nothing changed");
    assert!(!is_offered(&walk, "industry").await && is_offered(&walk, "permits").await);
    // Who need not call has until its answer is due: the assisting unit until Wednesday's close, the branch until
    // Thursday 8 October's.
    walk.at("09-30 17:30:01");
    ask(&walk, "permits", "wrong_unit").await.problem(409, "return_too_late");
    walk.at("10-08 17:30");
    ask(&walk, "natural_resources", "wrong_unit").await.expect(200);
}

async fn nothing_is_given_back_after_a_reached_contact(app: &mut TestApp) {
    let walk = Walk::under_way(app, &[("industry", "lead"), ("natural_resources", "told branch")]).await;
    let tried = json!({ "whom": "周经理", "means": "phone", "reached": false, "message_left": true, "outcome": "无人接听" });
    walk.on_share("industry", "handler", "contact", tried).await.expect(200);
    walk.on_share("natural_resources", "handler", "contact", reached()).await.expect(200);
    assert!(is_offered(&walk, "industry").await, "another's contact is not its own, and a try is none");
    ask(&walk, "natural_resources", "wrong_unit").await.problem(409, "return_after_contact");
    assert!(!is_offered(&walk, "natural_resources").await);
    ask(&walk, "industry", "wrong_unit").await.expect(200);
    rule(&walk, "dispatcher", "industry", false, json!({})).await.expect(200);
    walk.on_share("industry", "handler", "contact", reached()).await.expect(200);
    ask(&walk, "industry", "wrong_unit").await.problem(409, "return_after_contact");
}

async fn a_city_may_count_the_days_from_the_dispatch_instead(app: &mut TestApp) {
    let admin = app.as_("admin");
    let mut book = admin.get("/promises").await.expect(200)["document"].clone();
    book["settings"]["returns"] = json!({ "within": { "working_days": 2 }, "before_contact_limit": false,
        "before_reached_contact": false, "joint_ruling_from": 2 });
    let put = admin.request(Method::PUT, "/promises").header("if-match", "*").json(&book);
    admin.send(put).await.expect(200);
    let late = Walk::under_way(app, &[("industry", "lead")]).await;
    let walk = Walk::under_way(app, &[("industry", "lead")]).await;
    walk.on_share("industry", "handler", "contact", reached()).await.expect(200);
    // Two working days after Monday: Wednesday's close.
    walk.at("09-30 17:30");
    ask(&walk, "industry", "no_row_fits").await.expect(200);
    late.at("09-30 17:31");
    ask(&late, "industry", "no_row_fits").await.problem(409, "return_too_late");
}

async fn what_is_done_again_is_not_given_back_and_not_re_dispatched(app: &mut TestApp) {
    let walk = Walk::under_way(app, &[("industry", "lead")]).await;
    walk.on_share("industry", "handler", "contact", reached()).await.expect(200);
    walk.answer("industry").await;
    walk.release("industry").await;
    walk.act("equipment", "rating", crate::path::rating("dissatisfied", false)).await.expect(201);
    let blamed = walk.share("industry").await["id"].clone();
    let ruling = json!({ "findings": "属实", "ruling": "rework", "public_text": "重办", "blamed": [blamed] });
    walk.act("dispatcher", "callback", ruling).await.expect(201);
    let view = walk.view("dispatcher").await;
    let parts = view["parts"].as_array().expect("parts");
    let again = parts.iter().find(|part| part["cycle"] == 2).expect("a part done again");
    let path = format!("/assignments/{}/return", again["id"].as_str().expect("an id"));
    let body = json!({ "cause": "wrong_unit", "reason": "不属本单位" });
    app.as_("industry.handler").post(&path, body).await.problem(409, "not_in_rework");
    let change = json!({ "reason": "改派", "parts": [super::added(&walk, "permits", "assist")] });
    walk.act("dispatcher", "redispatch", change).await.problem(409, "not_in_rework");
    assert!(!view["possible"].as_array().is_some_and(|acts| acts.contains(&json!("redispatch"))));
    assert!(!is_offered(&walk, "industry").await);
}

async fn only_the_units_own_handler_asks_and_only_the_office_rules(app: &mut TestApp) {
    let walk = Walk::under_way(app, &[("industry", "lead"), ("permits", "assist")]).await;
    let body = || json!({ "cause": "wrong_unit", "reason": "不属本单位" });
    for who in ["signer", "permits.handler", "dispatcher", "auditor", "equipment"] {
        walk.on_share("industry", who, "return", body()).await.problem(403, "not_yours");
    }
    for who in ["chemical", "admin", "natural_resources.handler"] {
        walk.on_share("industry", who, "return", body()).await.problem(404, "not_found");
    }
    walk.on_share("permits", "equipment", "return", body()).await.problem(404, "not_found");
    let silent = json!({ "cause": "wrong_unit", "reason": " " });
    let refused = walk.on_share("industry", "handler", "return", silent).await;
    refused.field_problem(422, "/reason", "text_empty");
    walk.on_share("industry", "handler", "return", json!({ "cause": "too_busy", "reason": "忙" }))
        .await
        .field_problem(422, "/cause", "unknown_word");

    ask(&walk, "industry", "wrong_unit").await.expect(200);
    let before = walk.stand().await;
    for who in ["industry.handler", "industry.signer", "auditor", "supervisor"] {
        rule(&walk, who, "industry", true, json!({})).await.problem(403, "not_yours");
    }
    for who in ["permits.handler", "equipment", "chemical", "natural_resources.handler"] {
        rule(&walk, who, "industry", true, json!({})).await.problem(404, "not_found");
    }
    assert_eq!(walk.stand().await, before, "nothing changed");

    let seen = async |who: &str| walk.view(who).await["returns"].as_array().map_or(0, Vec::len);
    ask(&walk, "permits", "wrong_unit").await.expect(200);
    assert_eq!((seen("dispatcher").await, seen("auditor").await), (2, 2));
    assert_eq!((seen("industry.handler").await, seen("permits.handler").await), (2, 1));
    assert_eq!(seen("equipment").await, 0);
    assert_eq!(clocks(&walk, "business_environment", "return_ruling").await.len(), 1);
}

on_both!(
    in the sample district:
    the_clocks_run_on_and_the_company_sees_nothing_while_the_office_rules,
    a_return_asked_from_the_cut_off_on_is_ruled_on_the_next_working_day,
    nothing_is_given_back_after_the_contact_limit,
    nothing_is_given_back_after_a_reached_contact,
    a_city_may_count_the_days_from_the_dispatch_instead,
    what_is_done_again_is_not_given_back_and_not_re_dispatched,
    only_the_units_own_handler_asks_and_only_the_office_rules,
);
