//! What merging does to the clocks of the echo, and how lists show it.

use super::{confirm, master, merge, pair, twin};
use crate::path::{Walk, on};
use crate::support::app::{TestApp, on_both};
use serde_json::{Value, json};

async fn an_echo_never_dispatched_is_promised_contact_and_answer_from_its_merging_on(app: &mut TestApp) {
    let master = master(app).await;
    let echo = twin(app, "chemical").await;
    // One working day after Monday the 28th.
    assert_eq!(echo.due("dispatch").await, "09-29 17:30");
    echo.at("09-28 11:00");
    let view = merge(&echo, &master).await.expect(200);
    assert_eq!((&view["id"], &view["state"]), (&json!(echo.id), &json!("merged")));
    assert_eq!(view["dispatched_at"], on("09-28 11:00"));
    assert_eq!(echo.end("dispatch").await, "met 09-28 11:00");
    // It is its first dispatch: one working day to be contacted, three to be answered: 29 and 30 September, 8 October.
    assert_eq!(echo.due("company_contact").await, "09-29 17:30");
    assert_eq!(echo.due("company_feedback").await, "10-08 17:30");
    assert_eq!(echo.told().await, ["merged → chemical"]);
    assert_eq!(master.told().await, [""; 0], "the master's company has nothing to do with it");
    assert_eq!(view["parts"], json!([]));
    for (who, act) in [("dispatcher", "dispatch"), ("chemical", "withdraw"), ("dispatcher", "ask-info")] {
        let body = match act {
            "dispatch" => json!({ "parts": [{ "unit": app.district.unit("industry"), "part": "lead" }] }),
            "ask-info" => json!({ "list": "用水合同" }),
            _ => Value::Null,
        };
        echo.act(who, act, body).await.problem(409, "merged_into_another");
    }
}

async fn an_echo_that_units_had_keeps_what_was_promised_and_what_was_red_stays_red(app: &mut TestApp) {
    let master = master(app).await;
    app.set_time(&on("09-28 09:30"));
    let echo = Walk::file(app, "chemical", "land.supply", json!({})).await;
    let parts = [("traffic_police", "lead"), ("municipal_works", "assist")];
    echo.at("09-28 10:00").dispatch(&parts).await.expect(200);
    assert_eq!(echo.due("traffic_police contact").await, "09-29 17:30");
    assert_eq!(echo.due("company_contact").await, "09-29 17:30");
    echo.at("09-29 10:00").on_share("municipal_works", "handler", "sign", Value::Null).await.expect(200);

    echo.at("09-30 10:00");
    merge(&echo, &master).await.expect(200);
    // Nobody called by Tuesday's close: late. The assist had until Wednesday's close, the lead until 8 October.
    assert_eq!(echo.end("traffic_police contact").await, "late 09-30 10:00");
    assert_eq!(echo.end("municipal_works assist").await, "void 09-30 10:00");
    assert_eq!(echo.end("traffic_police feedback").await, "void 09-30 10:00");
    assert_eq!(echo.end("traffic_police conclusion").await, "void 09-30 10:00");
    assert_eq!(echo.share("traffic_police").await["state"], "closed");
    assert_eq!(echo.share("municipal_works").await["state"], "closed");
    let view = echo.view("chemical").await;
    assert_eq!((&view["state"], &view["light"]), (&json!("merged"), &json!("red")));
    assert_eq!(view["dispatched_at"], on("09-28 10:00"), "it was dispatched once");
    assert_eq!(echo.end("company_contact").await, "open");
    assert_eq!(echo.due("company_contact").await, "09-29 17:30");
    assert_eq!(echo.due("company_feedback").await, "10-08 17:30");

    let other = json!({ "request": echo.id, "whom": "赵工" });
    let contact = json!({ "whom": "周经理", "means": "phone", "reached": true, "outcome": "已说明",
        "echoes": [other] });
    echo.at("09-30 11:00");
    master.on_share("industry", "handler", "contact", contact).await.expect(200);
    assert_eq!(echo.end("company_contact").await, "late 09-30 11:00");
    assert_eq!(echo.view("chemical").await["light"], "green", "yellow from this day's close on");
    let seen = echo.timeline("traffic_police.handler").await;
    assert_eq!(
        seen.last().map(|(_, act)| act.as_str()),
        Some("contact"),
        "a unit that had it still reads it"
    );
}

async fn lists_and_the_board_show_an_echo_as_open_by_what_its_company_was_promised(app: &mut TestApp) {
    let (_, echo) = pair(app).await;
    let listed = async |path: &str| app.as_("chemical").get(path).await.expect(200)["items"].clone();
    let open = listed("/requests?state=merged").await;
    let item = (&open[0]["id"], &open[0]["light"], &open[0]["due_at"]);
    assert_eq!(item, (&json!(echo.id), &json!("green"), &json!(on("09-29 17:30"))));
    // The call is past due since Tuesday's close.
    echo.at("09-30 09:00");
    assert_eq!(listed("/requests?light=red").await[0]["id"], echo.id);
    let office = app.as_("dispatcher").get("/requests?state=merged").await.expect(200);
    assert_eq!(office["items"][0]["light"], "none", "no clock of the staff runs on an echo");
    // Promised and past due: the calls to both companies. In time: both answers.
    let board = app.as_("dispatcher").get("/board").await.expect(200);
    let promised = json!({ "red": 2, "yellow": 0, "green": 2, "hollow": 0, "paused": 0 });
    assert_eq!(board["promised"], promised);
}

async fn an_echo_whose_part_was_released_before_keeps_its_promises(app: &mut TestApp) {
    let master = master(app).await;
    app.set_time(&on("09-28 09:30"));
    let echo = Walk::file(app, "chemical", "land.supply", json!({})).await;
    echo.at("09-28 10:00")
        .dispatch(&[("traffic_police", "lead"), ("urban_management", "branch")])
        .await
        .expect(200);
    echo.on_share("urban_management", "handler", "sign", Value::Null).await.expect(200);
    let promise = json!({ "outcome": "promised", "public_text": "十月十日前修好。",
        "milestones": [{ "what": "修好", "by": "2026-10-10" }] });
    echo.on_share("urban_management", "handler", "draft", promise).await.expect(200);
    echo.on_share("urban_management", "signer", "approve", Value::Null).await.expect(200);
    echo.at("09-28 15:00").release("urban_management").await;
    echo.at("09-28 16:00");
    merge(&echo, &master).await.expect(200);
    assert_eq!(echo.end("commitment").await, "open");
    assert_eq!(echo.share("urban_management").await["state"], "accepted");
    assert_eq!(echo.share("traffic_police").await["state"], "closed");
    confirm(&echo, "水已恢复。").await;
    master.at("09-29 10:00").answer("industry").await;
    master.at("09-29 11:00").release("industry").await;
    let view = echo.view("chemical").await;
    assert_eq!((&view["state"], view["answers"].as_array().map(Vec::len)), (&json!("answered"), Some(2)));
    assert_eq!(echo.end("company_feedback").await, "met 09-29 11:00");
    // The time to rate begins once the last promise is kept.
    let commitment = view["commitments"][0]["id"].as_str().expect("a commitment").to_owned();
    echo.at("10-09 10:00");
    app.as_("chemical").post(&format!("/commitments/{commitment}/keep"), Value::Null).await.expect(200);
    // Fifteen days.
    assert_eq!(echo.due("rating_window").await, "10-24 10:00");
}

async fn a_plan_granted_on_the_master_gives_each_echo_its_own_text_and_the_plans_end(app: &mut TestApp) {
    let (master, echo) = pair(app).await;
    let second = twin(app, "washer").await;
    second.at("09-28 11:00");
    merge(&second, &master).await.expect(200);
    master.on_share("industry", "handler", "sign", Value::Null).await.expect(200);
    let plan = json!({ "ends_on": "2026-12-18", "public_text": "装备园分三步改造。",
        "milestones": [{ "what": "改造", "by": "2026-12-18" }] });
    master.on_share("industry", "signer", "plan", plan).await.expect(200);
    let plan = master.view("dispatcher").await["plan"]["id"].as_str().expect("a plan").to_owned();
    let rule = async |granted: bool, echoes: Value| {
        let form = json!({ "granted": granted, "reason": "确需较长时间。", "echoes": echoes });
        app.as_("dispatcher").post(&format!("/plans/{plan}/ruling"), form).await
    };
    let text = |walk: &Walk<'_>, text: &str| json!({ "request": walk.id, "public_text": text });
    let (one, other) = (text(&echo, "厂区北门的管道年内改造。"), text(&second, "洗车店前的管道年内改造。"));
    master.at("09-28 15:00");
    let before = (master.stand().await, echo.stand().await, second.stand().await);
    let refused = rule(true, json!([one])).await;
    let missing = refused.field_problem(422, "/echoes", "echo_text_missing").to_string();
    let number = async |walk: &Walk<'_>| {
        walk.view("dispatcher").await["number"].as_str().unwrap_or_default().to_owned()
    };
    assert!(missing.contains(&number(&second).await) && !missing.contains(&number(&echo).await), "{missing}");
    rule(true, json!([one, one, other])).await.field_problem(422, "/echoes/1/request", "echo_twice");
    let itself = text(&master, "装备园分三步改造。");
    let refused = rule(true, json!([one, other, itself])).await;
    refused.field_problem(422, "/echoes/2/request", "reference_unknown");
    rule(false, json!([one])).await.field_problem(422, "/echoes", "echo_text_not_here");
    assert_eq!((master.stand().await, echo.stand().await, second.stand().await), before, "nothing changed");

    rule(true, json!([one, other])).await.expect(200);
    assert_eq!(master.end("company_feedback").await, "met 09-28 15:00");
    for (walk, company, own) in [(&echo, "chemical", "厂区北门"), (&second, "washer", "洗车店前")] {
        // Three working days from the merging were over on 8 October; now it is the plan's last day.
        assert_eq!(
            (walk.end("company_feedback").await, walk.due("company_feedback").await),
            ("open".into(), "12-18 17:30".into())
        );
        assert_eq!(walk.told().await, [format!("long_running → {company}")]);
        let messages = app.as_(company).get(&format!("/requests/{}/messages", walk.id)).await.expect(200);
        let message = &messages["items"][0];
        assert_eq!(message["from"], "office");
        assert!(message["text"].to_string().contains(own), "{message}");
        let story = app.as_(company).get(&format!("/requests/{}/timeline", walk.id)).await.expect(200);
        let last = story["items"].as_array().and_then(|items| items.last()).expect("entries");
        assert_eq!(last["act"], "echo_plan");
        assert_eq!(last["detail"]["until"], on("12-18 17:30"));
        assert!(!walk.view(company).await.to_string().contains("装备园"), "nothing of the master");
    }
    // On the day the answer would have been past due nothing is red but the call nobody made.
    echo.at("10-09 10:00");
    assert_eq!(echo.clock("company_feedback").await["light"], "green");
}

on_both!(in the sample district:
    a_plan_granted_on_the_master_gives_each_echo_its_own_text_and_the_plans_end,
    an_echo_never_dispatched_is_promised_contact_and_answer_from_its_merging_on,
    an_echo_that_units_had_keeps_what_was_promised_and_what_was_red_stays_red,
    lists_and_the_board_show_an_echo_as_open_by_what_its_company_was_promised,
    an_echo_whose_part_was_released_before_keeps_its_promises,
);
