//! Merged while a unit wants to give it back: the echo's own return is moot, the master's is ruled on as ever.

use super::{acts, charges, newest, on_newest, red_days};
use crate::contests::light;
use crate::extensions::{self, extensions};
use crate::merging::{self, confirm, decline, merge, twin};
use crate::path::{Walk, reached, short};
use crate::returns::{self, added, clocks};
use crate::support::app::{TestApp, on_both};
use serde_json::{Value, json};

/// A contact of a master that reached the echo's company too.
fn reached_both(echo: &Walk<'_>) -> Value {
    let mut contact = reached();
    contact["echoes"] = json!([{ "request": echo.id, "whom": "吴主任" }]);
    contact
}

async fn a_return_is_moot_once_its_request_is_merged_and_what_was_red_stays_red(app: &mut TestApp) {
    let master = Walk::under_way(app, &[("natural_resources", "lead")]).await;
    let echo = twin(app, "chemical").await;
    let parts = [("industry", "lead"), ("natural_resources", "told branch"), ("permits", "assist")];
    echo.at("09-28 11:00").dispatch(&parts).await.expect(200);
    // After Monday: Tuesday; Wednesday; Thursday 8 October.
    assert_eq!(echo.due("company_contact").await, "09-29 17:30");
    assert_eq!(echo.due("industry contact").await, "09-29 17:30");
    assert_eq!(echo.due("permits assist").await, "09-30 17:30");
    assert_eq!(echo.due("company_feedback").await, "10-08 17:30");

    echo.at("09-29 14:00");
    returns::ask(&echo, "industry", "wrong_unit").await.expect(200);
    // The same day, asked before the cut-off of 15:00.
    assert_eq!(echo.due("return_ruling").await, "09-29 17:30");
    echo.at("09-29 16:00");
    extensions::ask(&echo, "permits assist", "10-08 17:30").await.expect(200);
    assert_eq!(echo.due("extension_ruling").await, "09-30 17:30");

    echo.at("09-30 10:00");
    merge(&echo, &master).await.expect(200);
    for unit in ["industry", "natural_resources", "permits"] {
        assert_eq!(echo.share(unit).await["state"], "closed", "{unit}");
    }
    assert_eq!(returns::asked(&echo, "industry").await["ruling"], "moot");
    assert_eq!(extensions(&echo, "dispatcher").await[0]["ruling"], "moot");
    for (clock, end) in [
        ("return_ruling", "late 09-30 10:00"),
        ("industry contact", "late 09-30 10:00"),
        ("natural_resources contact", "late 09-30 10:00"),
        ("extension_ruling", "void 09-30 10:00"),
        ("permits assist", "void 09-30 10:00"),
        ("industry feedback", "void 09-30 10:00"),
        ("natural_resources feedback", "void 09-30 10:00"),
        ("industry conclusion", "void 09-30 10:00"),
    ] {
        assert_eq!(echo.end(clock).await, end, "{clock}");
    }
    assert_eq!(light(&echo, "company_contact").await, "red", "it runs on");
    assert_eq!(echo.view("chemical").await["redispatches"], 0);
    let before = echo.stand().await;
    returns::rule(&echo, "dispatcher", "industry", true, json!({})).await.problem(409, "assignment_over");
    returns::ask(&echo, "industry", "wrong_unit").await.problem(409, "assignment_over");
    assert_eq!(echo.stand().await, before, "nothing changed");

    echo.at("09-30 11:00");
    let call = reached_both(&echo);
    master.on_share("natural_resources", "handler", "contact", call).await.expect(200);
    assert_eq!(echo.end("company_contact").await, "late 09-30 11:00");
    assert_eq!(red_days(&echo, "company_contact").await, 1);
    // Wednesday from 9:00 to 10:00 both units were late, and so was the office's ruling; from 10:00 to 11:00 nobody's
    // clock was past due on this request, so the office is charged again.
    let charged =
        ["company_contact industry 60", "company_contact natural_resources 60", "company_contact office 120"];
    assert_eq!(charges(&echo, "dispatcher").await, charged);

    // The master's papers are asked for, and it is declined: the office has a day to find a unit, and the company keeps its date.
    echo.at("10-08 09:30");
    merging::ask(&master).await;
    echo.at("10-08 10:00");
    decline(&master).await;
    assert_eq!(echo.view("chemical").await["state"], "submitted");
    assert_eq!(echo.due("dispatch").await, "10-09 17:30");
    assert_eq!(echo.due("company_feedback").await, "10-08 17:30");
    echo.at("10-08 11:00").dispatch(&[("industry", "lead")]).await.expect(200);
    assert_eq!(echo.end("dispatch").await, "met 10-08 11:00");
    // After Thursday: Friday; then the worked Saturday and Monday; fifteen are 9, 10, 12 to 16, 19 to 23 and 26 to 28
    // October.
    assert_eq!(clocks(&echo, "industry", "contact").await, ["09-29 17:30 → late", "10-09 17:30 → open"]);
    assert_eq!(clocks(&echo, "industry", "feedback").await, ["10-08 17:30 → void", "10-12 17:30 → open"]);
    assert_eq!(clocks(&echo, "industry", "conclusion").await[1], "10-28 17:30 → open");
    let promised = echo.view("chemical").await["clocks"].as_array().map(Vec::len);
    assert_eq!(promised, Some(2), "it is promised nothing a second time");

    // What became moot counts as no return: the next one is the first, and not ruled on jointly.
    let give_back = json!({ "cause": "wrong_unit", "reason": "不属本单位职责" });
    echo.at("10-08 14:00");
    on_newest(&echo, "industry", "handler", "return", give_back).await.expect(200);
    assert_eq!(echo.due("return_ruling").await, "10-08 17:30");
    assert!(echo.find_clock("joint_ruling").await.is_none());
    let view = echo.view("dispatcher").await;
    let asked = view["returns"].as_array().and_then(|asked| asked.last()).expect("a return").clone();
    assert_eq!(asked["assignment"], newest(&echo, "industry").await["id"]);
    let path = format!("/returns/{}/ruling", asked["id"].as_str().expect("an id"));
    let change = json!({ "granted": true, "reason": "经核实",
        "parts": [added(&echo, "natural_resources", "lead")] });
    echo.at("10-08 15:00").app.as_("dispatcher").post(&path, change).await.expect(200);
    assert_eq!(echo.end("return_ruling").await, "met 10-08 15:00");
    assert_eq!(clocks(&echo, "industry", "contact").await[1], "10-09 17:30 → void");
    assert_eq!(clocks(&echo, "natural_resources", "feedback").await[1], "10-12 17:30 → open");
    assert_eq!(echo.view("chemical").await["redispatches"], 1);
    assert_eq!(echo.due("company_feedback").await, "10-08 17:30");
}

async fn a_masters_return_is_ruled_on_with_its_echoes_and_they_are_answered_by_whoever_leads_then(
    app: &mut TestApp,
) {
    let master = Walk::under_way(app, &[("industry", "lead"), ("permits", "assist")]).await;
    let echo = twin(app, "chemical").await;
    master.at("09-28 14:00");
    returns::ask(&master, "industry", "facts_differ").await.expect(200);
    assert_eq!(master.due("return_ruling").await, "09-28 17:30");
    master.at("09-28 14:30");
    merge(&echo, &master).await.expect(200);
    assert_eq!(echo.due("company_contact").await, "09-29 17:30");
    assert_eq!(echo.due("company_feedback").await, "10-08 17:30");
    let before = echo.stand().await;

    master.at("09-28 16:00");
    returns::rule(&master, "dispatcher", "industry", true, json!({})).await.expect(200);
    assert_eq!(master.end("industry contact").await, "void 09-28 16:00");
    assert_eq!(master.due("dispatch").await, "09-29 17:30");
    assert_eq!(master.view("equipment").await["state"], "in_progress", "an assist has it still");
    assert_eq!(echo.stand().await, before, "whose units they are is none of the echo's affair");

    let change = json!({ "reason": "换主办", "parts": [added(&master, "natural_resources", "lead")] });
    master.at("09-29 10:00").act("dispatcher", "redispatch", change).await.expect(200);
    assert_eq!(master.end("dispatch").await, "met 09-29 10:00");
    // After Tuesday: Wednesday; 30 September, 8 and 9 October.
    assert_eq!(master.due("natural_resources contact").await, "09-30 17:30");
    assert_eq!(master.due("natural_resources feedback").await, "10-09 17:30");
    assert_eq!(master.due("company_contact").await, "09-29 17:30");
    assert_eq!(echo.stand().await, before);

    master.at("09-29 15:00");
    let call = reached_both(&echo);
    master.on_share("natural_resources", "handler", "contact", call).await.expect(200);
    for walk in [&master, &echo] {
        assert_eq!(walk.end("company_contact").await, "met 09-29 15:00");
    }
    master.at("10-08 10:00").answer("natural_resources").await;
    let early = master.on_share("natural_resources", "dispatcher", "release", Value::Null).await;
    early.problem(409, "echo_answer_missing");
    confirm(&echo, "水已恢复。").await;
    master.at("10-08 11:00").release("natural_resources").await;
    for (walk, company, redispatches) in [(&master, "equipment", 1), (&echo, "chemical", 0)] {
        let view = walk.view(company).await;
        assert_eq!((&view["state"], &view["redispatches"]), (&json!("answered"), &json!(redispatches)));
        assert_eq!(walk.end("company_feedback").await, "met 10-08 11:00");
        assert_eq!(short(&view["answered_at"]), "10-08 11:00");
        // Fifteen days.
        assert_eq!(walk.due("rating_window").await, "10-23 11:00");
    }
    assert_eq!(acts(&echo, "chemical").await, ["file", "merge", "contact", "release_echo"]);
}

on_both!(in the sample district:
    a_return_is_moot_once_its_request_is_merged_and_what_was_red_stays_red,
    a_masters_return_is_ruled_on_with_its_echoes_and_they_are_answered_by_whoever_leads_then,
);
