//! Contacts the company says were none: contested, ruled on, and what the clocks show meanwhile and afterwards.

use crate::path::{Walk, because, rating, reached, short};
use crate::support::app::{TestApp, on_both};
use crate::support::client::Answer;
use serde_json::{Value, json};

/// The contacts of a request, as this person sees them.
pub(crate) async fn contacts(walk: &Walk<'_>, who: &str) -> Vec<Value> {
    walk.view(who).await["contacts"].as_array().expect("a request has contacts").clone()
}

/// Contests the contact at this place.
pub(crate) async fn contest(walk: &Walk<'_>, who: &str, place: usize) -> Answer {
    let id = contacts(walk, "dispatcher").await[place]["id"].as_str().expect("an id").to_owned();
    walk.app.as_(who).post(&format!("/contacts/{id}/contest"), because("接电话的人早已离职")).await
}

/// Rules on the contest of the contact at this place.
pub(crate) async fn rule(walk: &Walk<'_>, who: &str, place: usize, ruling: &str) -> Answer {
    let contact = &contacts(walk, "dispatcher").await[place];
    let id = contact["contest"]["id"].as_str().expect("it is contested").to_owned();
    let ruling = json!({ "ruling": ruling, "reason": "已核对通话记录" });
    walk.app.as_(who).post(&format!("/contests/{id}/ruling"), ruling).await
}

/// What the clock of this name shows.
pub(crate) async fn light(walk: &Walk<'_>, name: &str) -> Value {
    walk.clock(name).await["light"].clone()
}

/// The hard request of the flow: dispatched on Monday 28 September at 10:00, contacts due on Tuesday 29 at 17:30.
async fn land_for_a_hall(app: &TestApp) -> Walk<'_> {
    let parts = [("industry", "lead"), ("natural_resources", "told branch"), ("permits", "assist")];
    Walk::under_way(app, &parts).await
}

async fn the_hard_requests_contact_is_settled_on_the_dates_of_the_flow(app: &mut TestApp) {
    for (ruling, standing, end, excused) in [
        ("upheld", "struck", "late 09-30 17:00", false),
        ("old_number", "struck", "late 09-30 17:00", true),
        ("refused", "standing", "met 09-29 16:00", false),
    ] {
        let walk = land_for_a_hall(app).await;
        let stopped = ["natural_resources contact", "company_contact"];
        let call = async || walk.on_share("natural_resources", "handler", "contact", reached()).await;
        walk.at("09-29 16:00");
        call().await.expect(200);
        walk.at("09-30 16:00");
        let contested = contest(&walk, "equipment", 0).await.expect(200);
        assert_eq!(
            walk.told().await,
            ["contact_contested → business_environment", "contact_contested → natural_resources"]
        );
        // One working day after Wednesday 30 September: the seven days of the holiday are skipped.
        assert_eq!(walk.due("contest_ruling").await, "10-08 17:30");
        for clock in stopped {
            assert_eq!(walk.end(clock).await, "met 09-29 16:00", "{clock} stays stopped");
            assert_eq!(light(&walk, clock).await, "hollow", "{clock}");
        }
        let shown = &contested["contacts"][0];
        assert_eq!((&shown["standing"], &shown["contestable"]), (&json!("contested"), &json!(false)));
        assert_eq!(shown["contest"]["reason"], "接电话的人早已离职");
        assert_eq!(short(&shown["contest"]["at"]), "09-30 16:00");
        // Feedback is due on 8 October, and yellow from the close of 30 September on; hollow is no worse than green.
        assert_eq!(contested["light"], "green");

        walk.at("09-30 17:00");
        call().await.expect(200);
        assert_eq!(walk.end("company_contact").await, "met 09-29 16:00", "until it is ruled on");
        walk.at("10-08 10:00");
        rule(&walk, "dispatcher", 0, ruling).await.expect(200);
        assert_eq!(walk.told().await, ["contest_ruled → equipment", "contest_ruled → natural_resources"]);
        assert_eq!(walk.end("contest_ruling").await, "met 10-08 10:00");
        for name in stopped {
            let clock = walk.clock(name).await;
            assert_eq!(walk.end(name).await, end, "{name} {ruling}");
            assert_eq!((short(&clock["due_at"]), &clock["due_version"]), ("09-29 17:30".into(), &json!(1)));
            assert_eq!((&clock["excused"], &clock["light"]), (&json!(excused), &Value::Null), "{name}");
        }
        assert_eq!(walk.end("industry contact").await, "open", "a contact of another is none of the lead's");
        let shown = contacts(&walk, "equipment").await;
        assert_eq!((&shown[0]["standing"], &shown[1]["standing"]), (&json!(standing), &json!("standing")));
        let ruled = &shown[0]["contest"];
        assert_eq!((&ruled["ruling"], &ruled["ruling_reason"]), (&json!(ruling), &json!("已核对通话记录")));
        assert_eq!(short(&ruled["ruled_at"]), "10-08 10:00");
    }
}

async fn without_a_later_contact_the_clocks_run_again_with_their_old_date(app: &mut TestApp) {
    let walk = Walk::under_way(app, &[("industry", "lead")]).await;
    walk.at("09-29 16:00").on_share("industry", "handler", "contact", reached()).await.expect(200);
    walk.at("09-29 17:00");
    contest(&walk, "equipment", 0).await.expect(200);
    walk.at("09-30 10:00");
    assert_eq!(walk.view("equipment").await["light"], "green");
    rule(&walk, "dispatcher", 0, "upheld").await.expect(200);
    for name in ["industry contact", "company_contact"] {
        assert_eq!((walk.end(name).await, walk.due(name).await), ("open".into(), "09-29 17:30".into()));
        assert_eq!(light(&walk, name).await, "red", "{name}");
    }
    assert_eq!(walk.view("equipment").await["light"], "red");
    for who in ["equipment", "industry.handler", "dispatcher"] {
        let red = app.as_(who).get("/requests?light=red").await.expect(200);
        assert_eq!(red["items"][0]["id"], json!(walk.id), "{who}");
    }
    let tried = json!({ "whom": "周经理", "means": "phone", "reached": false, "outcome": "无人接听" });
    walk.on_share("industry", "handler", "contact", tried).await.expect(200);
    assert_eq!(walk.end("company_contact").await, "open");
    walk.at("09-30 11:00").on_share("industry", "handler", "contact", reached()).await.expect(200);
    for name in ["industry contact", "company_contact"] {
        assert_eq!(walk.end(name).await, "late 09-30 11:00");
    }
}

async fn a_contact_that_is_contested_too_keeps_the_clock_hollow(app: &mut TestApp) {
    for (second, company_contact, industry) in
        [("refused", "met 09-29 17:00", "met 09-29 17:00"), ("upheld", "open", "open")]
    {
        let walk = land_for_a_hall(app).await;
        let call = reached();
        walk.at("09-29 16:00").on_share("natural_resources", "handler", "contact", call).await.expect(200);
        walk.at("09-29 17:00").on_share("industry", "handler", "contact", reached()).await.expect(200);
        walk.at("09-30 10:00");
        contest(&walk, "equipment", 0).await.expect(200);
        assert_eq!(light(&walk, "industry contact").await, Value::Null, "that one the lead's call stopped");
        walk.at("09-30 10:05");
        contest(&walk, "equipment", 1).await.expect(200);
        walk.at("09-30 11:00");
        rule(&walk, "dispatcher", 0, "upheld").await.expect(200);
        assert_eq!(walk.end("natural_resources contact").await, "open");
        // The lead's call was in time and would have stopped it, but it is contested itself.
        assert_eq!(walk.end("company_contact").await, "met 09-29 17:00");
        assert_eq!(light(&walk, "company_contact").await, "hollow");
        assert_eq!(walk.end("contest_ruling").await, "open", "the second ruling is owed still");
        walk.at("09-30 11:30");
        rule(&walk, "dispatcher", 1, second).await.expect(200);
        assert_eq!(walk.end("company_contact").await, company_contact);
        assert_eq!(walk.end("industry contact").await, industry);
        assert_eq!(walk.end("contest_ruling").await, "met 09-30 11:30");
    }
}

async fn what_the_answer_would_have_ended_has_ended_with_it(app: &mut TestApp) {
    for (answered, end) in [("09-29 17:00", "void 09-29 17:00"), ("09-30 11:00", "late 09-30 11:00")] {
        let walk = Walk::under_way(app, &[("industry", "lead")]).await;
        walk.at("09-29 15:00").on_share("industry", "handler", "contact", reached()).await.expect(200);
        walk.at("09-29 15:30");
        contest(&walk, "equipment", 0).await.expect(200);
        walk.at("09-29 16:30").answer("industry").await;
        walk.at(answered).release("industry").await;
        assert_eq!(light(&walk, "company_contact").await, "hollow", "the answer settles no contest");
        walk.at("09-30 17:00");
        rule(&walk, "dispatcher", 0, "upheld").await.expect(200);
        for name in ["industry contact", "company_contact"] {
            assert_eq!(walk.end(name).await, end, "{name}");
        }
    }
}

async fn a_released_part_owes_no_contact_and_the_company_is_owed_one_still(app: &mut TestApp) {
    let parts = [("industry", "lead"), ("natural_resources", "told branch")];
    // The contact was due on Tuesday 29 September at 17:30.
    for (released, end) in [("09-29 11:00", "void 09-29 11:00"), ("09-30 10:00", "late 09-30 10:00")] {
        let walk = Walk::under_way(app, &parts).await;
        walk.at("09-29 10:00").answer("industry").await;
        walk.at(released).release("industry").await;
        assert_eq!(walk.end("industry contact").await, end);
        assert_eq!(walk.end("natural_resources contact").await, "open");
        assert_eq!(walk.end("company_contact").await, "open");
    }

    let walk = Walk::under_way(app, &parts).await;
    walk.at("09-28 11:00").on_share("industry", "handler", "contact", reached()).await.expect(200);
    walk.at("09-28 14:00");
    contest(&walk, "equipment", 0).await.expect(200);
    walk.at("09-29 10:00").answer("industry").await;
    walk.at("09-29 11:00").release("industry").await;
    walk.at("09-29 12:00");
    rule(&walk, "dispatcher", 0, "upheld").await.expect(200);
    assert_eq!(walk.end("industry contact").await, "void 09-29 11:00", "nobody could stop it any more");
    assert_eq!(walk.end("company_contact").await, "open");
    let call = reached();
    walk.at("09-29 15:00").on_share("natural_resources", "handler", "contact", call).await.expect(200);
    assert_eq!(walk.end("company_contact").await, "met 09-29 15:00");
}

async fn what_is_not_ruled_on_by_the_end_of_the_request_is_moot(app: &mut TestApp) {
    for end in ["conclude", "confirm-withdrawal", "decline"] {
        let walk = Walk::under_way(app, &[("industry", "lead")]).await;
        walk.at("09-28 11:00").on_share("industry", "handler", "contact", reached()).await.expect(200);
        contest(&walk, "equipment", 0).await.expect(200);
        let body = match end {
            "conclude" => {
                walk.at("09-28 14:00").answer("industry").await;
                walk.release("industry").await;
                Value::Null
            }
            "decline" => {
                walk.act("dispatcher", "ask-info", json!({ "list": "宗地图" })).await.expect(200);
                json!({ "ground": "in_litigation", "text": "此事正在诉讼中。" })
            }
            _ => {
                walk.act("equipment", "ask-withdrawal", because("不办了")).await.expect(200);
                json!({ "confirmed": true, "whom": "周经理", "words": "属实" })
            }
        };
        assert_eq!(light(&walk, "company_contact").await, "hollow", "{end}");
        walk.at("09-28 15:00").act("dispatcher", end, body).await.expect(200);
        let contact = contacts(&walk, "equipment").await[0].clone();
        assert_eq!(contact["standing"], "standing", "{end}");
        assert_eq!(short(&contact["contest"]["ruled_at"]), "09-28 15:00", "{end}");
        assert_eq!(contact["contest"].get("ruling"), None, "{end}");
        for name in ["industry contact", "company_contact"] {
            assert_eq!(walk.end(name).await, "met 09-28 11:00", "{end}");
            assert_eq!(light(&walk, name).await, Value::Null, "{end}: {name}");
        }
        assert_eq!(walk.end("contest_ruling").await, "void 09-28 15:00", "{end}");
        rule(&walk, "dispatcher", 0, "upheld").await.problem(409, "already_ended");
        if end == "decline" {
            walk.act("dispatcher", "undo-decline", because("误判")).await.expect(200);
            let office = walk.view("dispatcher").await["possible"].clone();
            assert!(!office.as_array().expect("acts").contains(&json!("rule_contest")), "{office}");
            rule(&walk, "dispatcher", 0, "upheld").await.problem(409, "already_ruled");
        }
    }
}

async fn a_contact_is_contested_once_by_its_company_and_until_the_answer(app: &mut TestApp) {
    let walk = Walk::under_way(app, &[("industry", "lead")]).await;
    let can = async |who: &str, act: &str| {
        let possible = walk.view(who).await["possible"].clone();
        possible.as_array().is_some_and(|acts| acts.contains(&json!(act)))
    };
    let tried = json!({ "whom": "周经理", "means": "phone", "reached": false, "outcome": "无人接听" });
    walk.on_share("industry", "handler", "contact", tried).await.expect(200);
    contest(&walk, "equipment", 0).await.problem(409, "nobody_reached");
    assert!(!can("equipment", "contest").await, "there is nothing to contest");
    walk.at("09-28 11:00").on_share("industry", "handler", "contact", reached()).await.expect(200);
    assert!(can("equipment", "contest").await);
    let shown = contacts(&walk, "equipment").await;
    assert_eq!((&shown[0]["contestable"], &shown[1]["contestable"]), (&json!(false), &json!(true)));
    assert_eq!(contacts(&walk, "industry.handler").await[1]["contestable"], false);

    let before = walk.stand().await;
    for who in ["industry.handler", "dispatcher", "auditor", "leader"] {
        contest(&walk, who, 1).await.problem(403, "not_yours");
    }
    contest(&walk, "chemical", 1).await.problem(404, "not_found");
    let path = format!("/contacts/{}/contest", shown[1]["id"].as_str().expect("an id"));
    let blank = app.as_("equipment").post(&path, because(" ")).await;
    blank.field_problem(422, "/reason", "text_empty");
    assert_eq!(walk.stand().await, before, "nothing changed");

    assert!(!can("dispatcher", "rule_contest").await);
    contest(&walk, "equipment", 1).await.expect(200);
    contest(&walk, "equipment", 1).await.problem(409, "already_contested");
    assert!(can("dispatcher", "rule_contest").await && !can("equipment", "contest").await);
    let before = walk.stand().await;
    for who in ["industry.handler", "equipment", "auditor"] {
        rule(&walk, who, 1, "refused").await.problem(403, "not_yours");
    }
    rule(&walk, "chemical", 1, "refused").await.problem(404, "not_found");
    rule(&walk, "dispatcher", 1, "granted").await.field_problem(422, "/ruling", "unknown_word");
    assert_eq!(walk.stand().await, before, "nothing changed");
    rule(&walk, "dispatcher", 1, "refused").await.expect(200);
    rule(&walk, "dispatcher", 1, "upheld").await.problem(409, "already_ruled");
    contest(&walk, "equipment", 1).await.problem(409, "already_contested");
    assert!(!can("dispatcher", "rule_contest").await);

    walk.at("09-28 15:00").on_share("industry", "handler", "contact", reached()).await.expect(200);
    walk.answer("industry").await;
    walk.release("industry").await;
    contest(&walk, "equipment", 2).await.problem(409, "already_answered");
    assert_eq!(contacts(&walk, "equipment").await[2]["contestable"], false);
    // Done again, its first cycle is answered still.
    walk.at("09-28 16:00").act("equipment", "rating", rating("dissatisfied", false)).await.expect(201);
    let blamed = walk.share("industry").await["id"].clone();
    let again =
        json!({ "findings": "未办", "ruling": "rework", "public_text": "责成重办", "blamed": [blamed] });
    walk.act("dispatcher", "callback", again).await.expect(201);
    contest(&walk, "equipment", 2).await.problem(409, "already_answered");
    assert!(!can("equipment", "contest").await);
}

async fn whoever_may_not_know_who_filed_is_not_told_what_was_said(app: &mut TestApp) {
    let hidden = json!({ "confidence": "hidden" });
    let walk = Walk::file(app, "equipment", "land.supply", hidden).await;
    walk.at("09-28 10:00").dispatch(&[("industry", "lead"), ("permits", "assist")]).await.expect(200);
    walk.on_share("industry", "handler", "contact", reached()).await.expect(200);
    contest(&walk, "equipment", 0).await.expect(200);
    rule(&walk, "dispatcher", 0, "refused").await.expect(200);
    for (who, knows) in [("permits.handler", false), ("industry.handler", true), ("auditor", true)] {
        let shown = contacts(&walk, who).await[0]["contest"].clone();
        assert_eq!(shown["ruling"], "refused", "{who}");
        for text in ["reason", "ruling_reason"] {
            assert_eq!(shown[text].is_string(), knows, "{who} {text}");
        }
        let story = app.as_(who).get(&format!("/requests/{}/timeline?limit=100", walk.id)).await;
        let story = story.expect(200).to_string();
        for text in ["接电话的人早已离职", "已核对通话记录"] {
            assert_eq!(story.contains(text), knows, "{who} {text}");
        }
    }
    let told: Vec<String> = walk.timeline("equipment").await.into_iter().map(|(_, act)| act).collect();
    assert_eq!(told, ["file", "dispatch", "contact", "contest", "rule_contest"]);
}

on_both!(
    in the sample district:
    the_hard_requests_contact_is_settled_on_the_dates_of_the_flow,
    without_a_later_contact_the_clocks_run_again_with_their_old_date,
    a_contact_that_is_contested_too_keeps_the_clock_hollow,
    what_the_answer_would_have_ended_has_ended_with_it,
    a_released_part_owes_no_contact_and_the_company_is_owed_one_still,
    what_is_not_ruled_on_by_the_end_of_the_request_is_moot,
    a_contact_is_contested_once_by_its_company_and_until_the_answer,
    whoever_may_not_know_who_filed_is_not_told_what_was_said,
);
