//! More time: asked for in time, waiting openly, ruled on by those the promise book names.
//!
//! The calendar is the one at the top of `path`: off are 25 to 27 September and 1 to 7 October 2026, and Saturday 10
//! October is worked. Every request here is sent out on Monday 28 September at 10:00, so that feedback is due on
//! Thursday 8 October, an assist on Wednesday 30 September and the conclusion on Friday 23 October, all at 17:30.

use crate::path::{Walk, on, short};
use crate::support::app::{TestApp, instant, on_both};
use crate::support::client::Answer;
use diesel::prelude::*;
use onedoor::db::schema::origins;
use serde_json::{Value, json};

const PARTS: [(&str, &str); 2] = [("natural_resources", "lead"), ("permits", "assist")];

/// Asks until this time for the clock of this name, as the unit's handler.
pub(crate) async fn ask(walk: &Walk<'_>, clock: &str, until: &str) -> Answer {
    let (unit, _) = clock.rsplit_once(' ').expect("a unit and a kind");
    let form = json!({ "clock": walk.clock(clock).await["id"], "until": on(until),
        "reason": "需上级出具意见。", "ground": "《审批办法》第九条" });
    walk.on_share(unit, "handler", "extension", form).await
}

/// The extensions of a request as this person sees them.
pub(crate) async fn extensions(walk: &Walk<'_>, who: &str) -> Vec<Value> {
    walk.view(who).await["extensions"].as_array().expect("extensions").clone()
}

/// Rules on the newest extension, together with those that came so many places before it.
pub(crate) async fn rule(walk: &Walk<'_>, who: &str, granted: bool, together: &[usize]) -> Answer {
    let ids: Vec<Value> =
        extensions(walk, "dispatcher").await.iter().rev().map(|asked| asked["id"].clone()).collect();
    let form = json!({ "granted": granted, "reason": "情况属实。",
        "together": together.iter().map(|back| ids[*back].clone()).collect::<Vec<_>>() });
    let path = format!("/extensions/{}/ruling", ids[0].as_str().expect("an id"));
    walk.app.as_(who).post(&path, form).await
}

/// What the reader could do on this unit's share.
async fn possible(walk: &Walk<'_>, who: &str, unit: &str) -> Vec<String> {
    let view = walk.view(who).await;
    let parts = view["parts"].as_array().expect("parts");
    let part = parts.iter().find(|part| part["unit"]["code"] == unit).expect("a share");
    let acts = part["possible"].as_array().expect("acts").iter();
    acts.map(|act| act.as_str().expect("an act").to_owned()).collect()
}

/// Step 4 of the flow's hard request.
async fn permits_asks_in_time_and_waits_for_the_ruling_without_a_dimmer_light(app: &mut TestApp) {
    let walk = Walk::under_way(app, &PARTS).await;
    // Tuesday 29 September 16:00; it could be asked until Tuesday 17:30.
    walk.at("09-29 16:00");
    assert!(possible(&walk, "permits.handler", "permits").await.contains(&"ask_extension".to_owned()));
    assert!(!possible(&walk, "dispatcher", "permits").await.contains(&"rule_extension".to_owned()));
    assert_eq!(short(&walk.clock("permits assist").await["ask_by"]), "09-29 17:30");
    ask(&walk, "permits assist", "10-08 17:30").await.expect(200);
    assert_eq!(walk.told().await, ["extension_asked → business_environment"]);
    assert!(possible(&walk, "dispatcher", "permits").await.contains(&"rule_extension".to_owned()));
    assert!(!possible(&walk, "permits.handler", "permits").await.contains(&"ask_extension".to_owned()));
    // One working day from Tuesday: Wednesday's close.
    assert_eq!(walk.due("extension_ruling").await, "09-30 17:30");
    for who in ["dispatcher", "auditor", "natural_resources.handler", "permits.handler"] {
        let shown = extensions(&walk, who).await;
        assert_eq!(shown.len(), 1, "{who}");
        assert_eq!(shown[0]["kind"], "assist");
        assert_eq!(shown[0]["level"], "dispatcher");
        assert_eq!(short(&shown[0]["until"]), "10-08 17:30");
        assert_eq!(shown[0]["reason"], "需上级出具意见。");
        assert!(shown[0].get("ruling").is_none());
    }
    assert!(extensions(&walk, "equipment").await.is_empty());
    // Wednesday morning, the day it is due: yellow as it would be without the asking.
    walk.at("09-30 10:00");
    let clock = walk.clock("permits assist").await;
    assert_eq!((short(&clock["due_at"]).as_str(), &clock["light"]), ("09-30 17:30", &json!("yellow")));

    walk.at("09-30 11:00");
    rule(&walk, "dispatcher", true, &[]).await.expect(200);
    assert_eq!(walk.told().await, ["extension_ruled → permits"]);
    assert_eq!(walk.end("extension_ruling").await, "met 09-30 11:00");
    let clock = walk.clock("permits assist").await;
    assert_eq!(short(&clock["due_at"]), "10-08 17:30");
    assert_eq!((short(&clock["first_due_at"]).as_str(), &clock["due_version"]), ("09-30 17:30", &json!(2)));
    assert_eq!(clock["light"], "green");
    // Neither the lead's nor the company's date moved, and the company hears nothing of it.
    assert_eq!(walk.due("natural_resources feedback").await, "10-08 17:30");
    assert_eq!(walk.due("company_feedback").await, "10-08 17:30");
    assert!(extensions(&walk, "equipment").await.is_empty());
    let ruled = &extensions(&walk, "permits.handler").await[0];
    assert_eq!((&ruled["ruling"], &ruled["ruling_reason"]), (&json!("granted"), &json!("情况属实。")));
    assert_eq!(ruled["words"][0]["role"], "dispatcher");
    let told = walk.timeline("equipment").await;
    assert!(told.iter().all(|(_, act)| !act.contains("extension")), "{told:?}");
}

async fn too_late_is_refused_and_so_is_every_clock_and_date_that_may_not_be(app: &mut TestApp) {
    let walk = Walk::under_way(app, &PARTS).await;
    walk.at("09-29 17:30");
    let before = walk.stand().await;
    ask(&walk, "natural_resources contact", "10-08 17:30").await.problem(409, "not_extendable");
    let foreign = json!({ "clock": walk.clock("permits assist").await["id"], "until": on("10-09 17:30"),
        "reason": "需要时间。", "ground": "条例" });
    walk.on_share("natural_resources", "handler", "extension", foreign).await.field_problem(
        422,
        "/clock",
        "reference_unknown",
    );
    let lead = "natural_resources feedback";
    ask(&walk, lead, "09-29 17:30").await.field_problem(422, "/until", "not_in_future");
    ask(&walk, lead, "09-30 17:30").await.field_problem(422, "/until", "date_too_early");
    ask(&walk, lead, "10-08 17:30").await.field_problem(422, "/until", "date_too_early");
    // Ten working days after Thu 8 Oct: 9 (1), 10 (2), 12 to 16 (7), 19 (8), 20 (9), Wed 21 (10).
    let late = ask(&walk, lead, "10-21 17:30:01").await.field_problem(422, "/until", "date_too_late");
    assert!(late["errors"][0]["detail"].as_str().expect("words").contains("2026-10-21T17:30"), "{late:#}");
    for who in ["natural_resources.signer", "dispatcher", "permits.handler"] {
        let id = walk.share("natural_resources").await["id"].as_str().expect("an id").to_owned();
        let form = json!({ "clock": walk.clock(lead).await["id"], "until": on("10-09 17:30"),
            "reason": "需要时间。", "ground": "条例" });
        let answer = app.as_(who).post(&format!("/assignments/{id}/extension"), form).await;
        answer.problem(403, "not_yours");
    }
    assert_eq!(walk.stand().await, before);
    // The last moment for the assist is Tue 17:30, for the lead Wed 30 Sep 17:30.
    ask(&walk, "permits assist", "09-30 17:31").await.expect(200);
    ask(&walk, "permits assist", "09-30 17:32").await.problem(409, "extension_pending");
    walk.at("09-30 17:30:01");
    let late = ask(&walk, lead, "10-09 17:30").await.problem(409, "extension_too_late");
    assert!(late["detail"].as_str().expect("words").contains("2026-09-30T17:30"), "{late:#}");
    // The conclusion, due Fri 23 Oct, may still be asked for; at most until ten working days later: 26 to 30 Oct, 2 to
    // 6 Nov.
    ask(&walk, "natural_resources conclusion", "11-06 17:30").await.expect(200);
}

async fn who_rules_is_whose_turn_it_is_and_a_refusal_ends_it(app: &mut TestApp) {
    let walk = Walk::under_way(app, &PARTS).await;
    walk.at("09-29 10:00");
    ask(&walk, "natural_resources feedback", "10-12 17:30").await.expect(200);
    let before = walk.stand().await;
    // Others who may rule on some, and not on this one, learn whose turn it is.
    for who in ["leader", "supervisor", "natural_resources.signer"] {
        let refused = rule(&walk, who, true, &[]).await.problem(403, "not_your_level");
        assert!(refused["detail"].as_str().expect("words").contains("dispatcher"), "{refused:#}");
    }
    rule(&walk, "natural_resources.handler", true, &[]).await.problem(403, "not_yours");
    rule(&walk, "auditor", true, &[]).await.problem(403, "not_yours");
    for who in ["equipment", "chemical", "industry.signer", "permits.signer", "admin"] {
        rule(&walk, who, true, &[]).await.problem(404, "not_found");
    }
    assert_eq!(walk.stand().await, before);
    walk.at("09-29 10:30");
    rule(&walk, "dispatcher", false, &[]).await.expect(200);
    assert_eq!(walk.told().await, ["extension_ruled → natural_resources"]);
    assert_eq!(walk.due("natural_resources feedback").await, "10-08 17:30");
    assert_eq!(walk.end("extension_ruling").await, "met 09-29 10:30");
    rule(&walk, "dispatcher", true, &[]).await.problem(409, "already_ruled");
    assert!(extensions(&walk, "equipment").await.is_empty());
    // It may be asked again while there is time.
    ask(&walk, "natural_resources feedback", "10-09 17:30").await.expect(200);
}

async fn the_companys_date_moves_with_the_leads_and_a_second_time_only_by_a_leader(app: &mut TestApp) {
    let walk = Walk::under_way(app, &PARTS).await;
    let lead = "natural_resources feedback";
    walk.at("09-29 10:00");
    ask(&walk, lead, "10-12 17:30").await.expect(200);
    walk.at("09-29 11:00");
    rule(&walk, "dispatcher", true, &[]).await.expect(200);
    assert_eq!(walk.told().await, ["extension_granted → equipment", "extension_ruled → natural_resources"]);
    assert_eq!(walk.due(lead).await, "10-12 17:30");
    let company = walk.view("equipment").await;
    let asked = &company["extensions"][0];
    assert_eq!(short(&asked["until"]), "10-12 17:30");
    assert_eq!((&asked["ruling"], &asked["ruling_reason"]), (&json!("granted"), &json!("情况属实。")));
    for inside in ["reason", "ground", "clock", "assignment", "asked_at", "level"] {
        assert!(asked.get(inside).is_none(), "{inside}");
    }
    assert_eq!(asked["words"], json!([]));
    assert_eq!(walk.due("company_feedback").await, "10-12 17:30");

    // Of a due date on Mon 12 Oct it may be asked until Sat 10 Oct 17:30, which is worked. The office's once is used up.
    walk.at("10-10 17:30");
    ask(&walk, lead, "10-16 17:30").await.expect(200);
    assert_eq!(walk.told().await, ["extension_asked → natural_resources"]);
    assert_eq!(extensions(&walk, "dispatcher").await[1]["level"], "leader");
    rule(&walk, "dispatcher", true, &[]).await.problem(403, "not_your_level");
    assert!(possible(&walk, "leader", "natural_resources").await.contains(&"rule_extension".to_owned()));
    rule(&walk, "leader", true, &[]).await.expect(200);
    assert_eq!(walk.due(lead).await, "10-16 17:30");
    assert_eq!(walk.due("company_feedback").await, "10-16 17:30");
    assert_eq!(extensions(&walk, "equipment").await.len(), 2);
    walk.at("10-12 10:00");
    ask(&walk, lead, "10-19 17:30").await.problem(409, "extensions_used_up");
    let acts = possible(&walk, "natural_resources.handler", "natural_resources").await;
    // The conclusion can still be asked for.
    assert!(acts.contains(&"ask_extension".to_owned()));
}

async fn an_assist_passes_the_lead_only_where_both_move_in_one_ruling(app: &mut TestApp) {
    let walk = Walk::under_way(app, &PARTS).await;
    walk.at("09-29 16:00");
    ask(&walk, "permits assist", "10-09 17:30").await.expect(200);
    let alone = rule(&walk, "dispatcher", true, &[]).await.problem(409, "assist_passes_lead");
    assert!(alone["detail"].as_str().expect("words").contains("2026-10-08T17:30"), "{alone:#}");
    walk.at("09-29 16:30");
    ask(&walk, "natural_resources feedback", "10-10 17:30").await.expect(200);
    // The newest is the lead's; it waits and so the assist's cannot pass it by itself.
    let assist = extensions(&walk, "dispatcher").await[0]["id"].as_str().expect("an id").to_owned();
    let by_itself = json!({ "granted": true, "reason": "情况属实。" });
    let path = format!("/extensions/{assist}/ruling");
    app.as_("dispatcher").post(&path, by_itself).await.problem(409, "assist_passes_lead");
    let twice = json!({ "granted": true, "reason": "情况属实。", "together": [assist] });
    app.as_("dispatcher").post(&path, twice).await.field_problem(422, "/together/0", "reference_not_valid");
    walk.at("09-30 11:00");
    rule(&walk, "dispatcher", true, &[1]).await.expect(200);
    assert_eq!(walk.due("permits assist").await, "10-09 17:30");
    assert_eq!(walk.due("natural_resources feedback").await, "10-10 17:30");
    assert_eq!(walk.due("company_feedback").await, "10-10 17:30");
    let rulings: Vec<Value> =
        extensions(&walk, "auditor").await.iter().map(|asked| asked["ruling"].clone()).collect();
    assert_eq!(rulings, ["granted", "granted"]);
    assert_eq!(walk.end("extension_ruling").await, "met 09-30 11:00");
    let view = walk.view("dispatcher").await;
    let open = |clock: &&Value| clock["kind"] == "extension_ruling" && clock["outcome"].is_null();
    assert_eq!(view["clocks"].as_array().expect("clocks").iter().filter(open).count(), 0);
}

async fn what_was_asked_in_time_is_granted_after_the_due_date_and_stays_red_on_record(app: &mut TestApp) {
    let walk = Walk::under_way(app, &PARTS).await;
    walk.at("09-29 16:00");
    ask(&walk, "permits assist", "10-08 17:30").await.expect(200);
    walk.at("10-08 10:00");
    assert_eq!(walk.clock("permits assist").await["light"], "red");
    rule(&walk, "dispatcher", true, &[]).await.expect(200);
    // It was to be ruled on by Wed 30 Sep 17:30.
    assert_eq!(walk.end("extension_ruling").await, "late 10-08 10:00");
    let clock = walk.clock("permits assist").await;
    assert_eq!((short(&clock["due_at"]).as_str(), &clock["light"]), ("10-08 17:30", &json!("yellow")));
    walk.answer("permits").await;
    walk.on_share("permits", "natural_resources.handler", "accept", Value::Null).await.expect(200);
    assert_eq!(walk.end("permits assist").await, "late 10-08 10:00");
}

async fn an_answer_ends_what_was_asked_for_it(app: &mut TestApp) {
    let walk = Walk::under_way(app, &PARTS).await;
    walk.at("09-29 10:00");
    ask(&walk, "permits assist", "10-08 17:30").await.expect(200);
    ask(&walk, "natural_resources feedback", "10-12 17:30").await.expect(200);
    walk.answer("permits").await;
    walk.on_share("permits", "natural_resources.handler", "accept", Value::Null).await.expect(200);
    assert_eq!(extensions(&walk, "dispatcher").await[0]["ruling"], "moot");
    walk.answer("natural_resources").await;
    // While the answer waits for its release nothing can be granted any more, and nothing lost.
    rule(&walk, "dispatcher", true, &[]).await.problem(409, "clock_stopped");
    assert!(extensions(&walk, "dispatcher").await[1].get("ruling").is_none());
    walk.at("09-29 11:00").release("natural_resources").await;
    assert_eq!(extensions(&walk, "dispatcher").await[1]["ruling"], "moot");
    assert_eq!(walk.end("extension_ruling").await, "void 09-29 11:00");
    rule(&walk, "dispatcher", true, &[]).await.problem(409, "already_ruled");
}

async fn a_promised_date_may_move_and_the_company_is_told(app: &mut TestApp) {
    let walk = Walk::under_way(app, &PARTS).await;
    let unit = "natural_resources";
    walk.on_share(unit, "handler", "sign", Value::Null).await.expect(200);
    let promise = json!({ "outcome": "promised", "public_text": "分步办理。",
        "milestones": [{ "what": "出让公告", "by": "2026-10-20" }] });
    walk.on_share(unit, "handler", "draft", promise).await.expect(200);
    walk.on_share(unit, "signer", "approve", Value::Null).await.expect(200);
    walk.release(unit).await;
    // Due Tue 20 Oct 17:30; asked by Mon 19 at the latest; at most until Tue 3 Nov.
    let clock = format!("{unit} commitment");
    assert_eq!(short(&walk.clock(&clock).await["ask_by"]), "10-19 17:30");
    walk.at("10-19 17:30");
    ask(&walk, &clock, "11-03 17:30:01").await.field_problem(422, "/until", "date_too_late");
    ask(&walk, &clock, "11-03 17:30").await.expect(200);
    walk.at("10-20 09:00");
    rule(&walk, "dispatcher", true, &[]).await.expect(200);
    assert_eq!(walk.told().await, ["extension_granted → equipment", "extension_ruled → natural_resources"]);
    let company = walk.view("equipment").await;
    assert_eq!(short(&company["commitments"][0]["due_at"]), "11-03 17:30");
    assert_eq!(short(&company["extensions"][0]["until"]), "11-03 17:30");
    // A second asking is moot once the promise is kept.
    ask(&walk, &clock, "11-10 17:30").await.expect(200);
    let commitment = company["commitments"][0]["id"].as_str().expect("an id");
    app.as_("equipment").post(&format!("/commitments/{commitment}/keep"), Value::Null).await.expect(200);
    assert_eq!(extensions(&walk, "dispatcher").await[1]["ruling"], "moot");
    assert_eq!(walk.end("extension_ruling").await, "void 10-20 09:00");
}

async fn a_clock_that_stands_still_is_not_extended_and_one_extended_before_keeps_what_it_stood(
    app: &mut TestApp,
) {
    let walk = Walk::under_way(app, &PARTS).await;
    let lead = "natural_resources feedback";
    walk.at("09-29 10:00");
    ask(&walk, lead, "10-12 17:30").await.expect(200);
    walk.at("09-29 11:00").act("dispatcher", "ask-info", json!({ "list": "红线图" })).await.expect(200);
    ask(&walk, "natural_resources conclusion", "10-30 17:30").await.problem(409, "clock_paused");
    walk.at("09-29 14:00");
    rule(&walk, "dispatcher", true, &[]).await.expect(200);
    walk.at("09-30 10:00").act("equipment", "supplement", json!({ "answer": "已送到。" })).await.expect(200);
    // Since the granting it stood still 3.5 hours on Tuesday and one on Wednesday: on Tue 13 Oct three until noon and
    // one and a half from 13:30.
    assert_eq!(walk.due(lead).await, "10-13 15:00");
    assert_eq!(walk.due("company_feedback").await, "10-13 15:00");
}

async fn no_extension_passes_an_upper_levels_limit(app: &mut TestApp) {
    app.set_time(&on("09-28 09:30"));
    let walk = Walk::file(app, "equipment", "land.supply", json!({})).await;
    let (id, limit) = (walk.key(), instant(&on("10-15 12:00")));
    let order = app.context.db.write(move |conn| {
        let row = (origins::request_id.eq(id), origins::limit_at.eq(Some(limit)));
        Ok(diesel::insert_into(origins::table).values(row).execute(conn)?)
    });
    order.await.expect("the order is written");
    walk.at("09-28 10:00").dispatch(&PARTS).await.expect(200);
    // The conclusion would be due on 23 Oct: the order's limit holds.
    assert_eq!(walk.due("natural_resources conclusion").await, "10-15 12:00");
    let lead = "natural_resources feedback";
    let late = ask(&walk, lead, "10-15 12:01").await.field_problem(422, "/until", "date_too_late");
    assert!(late["errors"][0]["detail"].as_str().expect("words").contains("2026-10-15T12:00"), "{late:#}");
    ask(&walk, lead, "10-15 12:00").await.expect(200);
    ask(&walk, "natural_resources conclusion", "10-16 17:30").await.field_problem(
        422,
        "/until",
        "date_too_late",
    );
}

on_both!(in the sample district:
    permits_asks_in_time_and_waits_for_the_ruling_without_a_dimmer_light,
    too_late_is_refused_and_so_is_every_clock_and_date_that_may_not_be,
    who_rules_is_whose_turn_it_is_and_a_refusal_ends_it,
    the_companys_date_moves_with_the_leads_and_a_second_time_only_by_a_leader,
    an_assist_passes_the_lead_only_where_both_move_in_one_ruling,
    what_was_asked_in_time_is_granted_after_the_due_date_and_stays_red_on_record,
    an_answer_ends_what_was_asked_for_it,
    a_promised_date_may_move_and_the_company_is_told,
    a_clock_that_stands_still_is_not_extended_and_one_extended_before_keeps_what_it_stood,
    no_extension_passes_an_upper_levels_limit,
);
