//! A withdrawal asked for while a return and more time wait for their rulings.

use crate::charges::charged;
use crate::extensions;
use crate::path::{Walk, because, reached, short};
use crate::returns::{added, ask, asked, clocks, rule};
use crate::support::app::{TestApp, on_both};
use serde_json::{Value, json};

/// What the office records of its call.
fn call(confirmed: bool) -> Value {
    json!({ "confirmed": confirmed, "whom": "周经理", "words": "已与企业核实" })
}

/// On Tuesday 29 September the assisting unit asks for more time at 10:00, the lead to give it back at 11:00, and the
/// company to take it back at 14:00.
async fn all_three_wait<'a>(app: &'a TestApp, parts: &[(&str, &str)]) -> Walk<'a> {
    let walk = Walk::under_way(app, parts).await;
    if parts.contains(&("permits", "assist")) {
        walk.at("09-29 10:00");
        extensions::ask(&walk, "permits assist", "10-08 17:30").await.expect(200);
        assert_eq!(walk.due("extension_ruling").await, "09-30 17:30");
    }
    walk.at("09-29 11:00");
    ask(&walk, "industry", "wrong_unit").await.expect(200);
    assert_eq!(walk.due("return_ruling").await, "09-29 17:30");
    walk.at("09-29 14:00").act("equipment", "ask-withdrawal", because("改址，不办了")).await.expect(200);
    assert_eq!(walk.told().await, ["withdrawal_asked → business_environment"]);
    walk
}

const ALL: [(&str, &str); 3] = [("industry", "lead"), ("natural_resources", "branch"), ("permits", "assist")];

async fn confirmed_it_ends_all_of_it_and_what_was_late_is_late(app: &mut TestApp) {
    let walk = all_three_wait(app, &ALL).await;
    for clock in ["industry contact", "industry feedback", "permits assist", "return_ruling"] {
        assert_eq!(walk.end(clock).await, "open", "{clock}: all of it runs on until the office has called");
    }
    let company = walk.view("equipment").await;
    assert_eq!(company["parts"][0]["state"], "dispatched", "what goes on between units is not the company's");

    // On Wednesday half an hour of working time has passed since the contact and the ruling were due.
    walk.at("09-30 09:30").act("dispatcher", "confirm-withdrawal", call(true)).await.expect(200);
    for (clock, end) in [
        ("company_contact", "late"),
        ("industry contact", "late"),
        ("return_ruling", "late"),
        ("extension_ruling", "void"),
        ("permits assist", "void"),
        ("industry feedback", "void"),
        ("industry conclusion", "void"),
        ("natural_resources feedback", "void"),
        ("company_feedback", "void"),
    ] {
        assert_eq!(walk.end(clock).await, format!("{end} 09-30 09:30"), "{clock}");
    }
    // The lead's call was past due, and so was the office's ruling.
    let mut charges = charged(&walk, "equipment").await;
    charges.sort();
    assert_eq!(charges, ["company_contact industry 30", "company_contact office 30"]);
    assert_eq!(asked(&walk, "industry").await["ruling"], "moot");
    assert_eq!(extensions::extensions(&walk, "dispatcher").await[0]["ruling"], "moot");
    let view = walk.view("dispatcher").await;
    assert_eq!((&view["state"], short(&view["ended_at"])), (&json!("withdrawn"), "09-30 09:30".into()));
    assert!(view["parts"].as_array().expect("parts").iter().all(|part| part["state"] == "closed"));
    assert_eq!(
        walk.told().await,
        [
            "withdrawal_confirmed → equipment",
            "withdrawn → industry",
            "withdrawn → natural_resources",
            "withdrawn → permits"
        ]
    );
    let before = walk.stand().await;
    rule(&walk, "dispatcher", "industry", true, json!({})).await.problem(409, "assignment_over");
    extensions::rule(&walk, "dispatcher", true, &[]).await.problem(409, "assignment_over");
    walk.on_share("industry", "handler", "contact", reached()).await.problem(409, "assignment_over");
    assert_eq!(walk.stand().await, before, "nothing changed");
    let acts: Vec<String> = walk.timeline("equipment").await.into_iter().map(|(_, act)| act).collect();
    assert_eq!(acts, ["file", "dispatch", "ask_withdrawal", "confirm_withdrawal"]);
}

async fn dropped_it_leaves_both_to_be_ruled_on(app: &mut TestApp) {
    let walk = all_three_wait(app, &ALL).await;
    walk.at("09-29 15:00").act("dispatcher", "confirm-withdrawal", call(false)).await.expect(200);
    assert_eq!(walk.end("return_ruling").await, "open");
    assert_eq!(walk.end("extension_ruling").await, "open");
    walk.at("09-29 16:00");
    extensions::rule(&walk, "dispatcher", true, &[]).await.expect(200);
    assert_eq!(clocks(&walk, "permits", "assist").await, ["10-08 17:30 → open"]);
    let successor = json!({ "parts": [added(&walk, "land_reserve", "lead")] });
    rule(&walk, "dispatcher", "industry", true, successor).await.expect(200);
    assert_eq!(walk.end("return_ruling").await, "met 09-29 16:00");
    assert_eq!(walk.end("industry contact").await, "void 09-29 16:00");
    // Its call by Wednesday; 30 September, 8 and 9 October.
    assert_eq!(walk.due("land_reserve contact").await, "09-30 17:30");
    assert_eq!(walk.due("land_reserve feedback").await, "10-09 17:30");
    assert_eq!(walk.due("company_feedback").await, "10-08 17:30");
    // It may be asked again, and now it is meant.
    walk.at("09-29 16:30").act("equipment", "ask-withdrawal", because("确实不办了")).await.expect(200);
    walk.at("09-29 17:00").act("dispatcher", "confirm-withdrawal", call(true)).await.expect(200);
    assert_eq!(walk.view("equipment").await["state"], "withdrawn");
    assert_eq!(charged(&walk, "equipment").await, [""; 0], "nothing was late");
}

/// The return is granted before the office has called, and leaves no unit.
async fn with_no_unit_left_the_call_may_still_end_it_and_so_may_the_company(app: &mut TestApp) {
    for ending in ["call", "company", "dropped"] {
        let walk = all_three_wait(app, &[("industry", "lead")]).await;
        walk.at("09-29 16:00");
        rule(&walk, "dispatcher", "industry", true, json!({})).await.expect(200);
        assert_eq!(walk.due("dispatch").await, "09-30 17:30");
        let company = walk.view("equipment").await;
        assert_eq!(company["state"], "submitted");
        let can = |view: &Value, act: &str| view["possible"].as_array().expect("acts").contains(&json!(act));
        assert!(can(&company, "withdraw") && !can(&company, "ask_withdrawal"));
        assert!(can(&walk.view("dispatcher").await, "confirm_withdrawal"));
        walk.at("09-29 16:30");
        match ending {
            "call" => walk.act("dispatcher", "confirm-withdrawal", call(true)).await.expect(200),
            "company" => walk.act("equipment", "withdraw", Value::Null).await.expect(200),
            _ => walk.act("dispatcher", "confirm-withdrawal", call(false)).await.expect(200),
        };
        let view = walk.view("equipment").await;
        assert_eq!(short(&view["withdrawal"]["ruled_at"]), "09-29 16:30", "{ending}");
        if ending == "dropped" {
            assert_eq!(view["state"], "submitted");
            assert_eq!(walk.end("dispatch").await, "open");
            continue;
        }
        assert_eq!(view["state"], "withdrawn", "{ending}");
        for clock in ["dispatch", "company_contact", "company_feedback"] {
            assert_eq!(walk.end(clock).await, "void 09-29 16:30", "{ending}: {clock}");
        }
    }
}

/// Papers are waited for as well: what stands still is void, and what never waits is late.
async fn while_papers_are_waited_for_it_ends_the_same_way(app: &mut TestApp) {
    let walk = all_three_wait(app, &ALL).await;
    walk.at("09-29 15:00").act("dispatcher", "ask-info", json!({ "list": "宗地图" })).await.expect(200);
    let view = walk.view("equipment").await;
    assert_eq!((&view["state"], view["withdrawal"].get("ruled_at")), (&json!("needs_info"), None));
    walk.at("09-30 10:00").act("dispatcher", "confirm-withdrawal", call(true)).await.expect(200);
    for (clock, end) in [
        ("supplement", "void"),
        ("industry feedback", "void"),
        ("company_feedback", "void"),
        ("industry contact", "late"),
        ("company_contact", "late"),
        ("return_ruling", "late"),
        ("extension_ruling", "void"),
    ] {
        assert_eq!(walk.end(clock).await, format!("{end} 09-30 10:00"), "{clock}");
    }
    assert_eq!(walk.view("equipment").await["state"], "withdrawn");
    walk.act("equipment", "supplement", json!({ "answer": "晚了" })).await.problem(409, "already_ended");
    assert_eq!(asked(&walk, "industry").await["ruling"], "moot");
}

on_both!(in the sample district:
    confirmed_it_ends_all_of_it_and_what_was_late_is_late,
    dropped_it_leaves_both_to_be_ruled_on,
    with_no_unit_left_the_call_may_still_end_it_and_so_may_the_company,
    while_papers_are_waited_for_it_ends_the_same_way,
);
