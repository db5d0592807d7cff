//! Who contacts the company, what that stops, and what it does not.

use super::{Walk, reached, short, solved};
use crate::support::app::{TestApp, on_both};
use serde_json::{Value, json};

fn tried(message_left: bool) -> Value {
    json!({ "whom": "周经理", "means": "phone", "reached": false, "message_left": message_left, "outcome": "无人接听" })
}

async fn signing_stops_nothing_and_the_leads_contact_stops_its_clock_and_the_companys(app: &mut TestApp) {
    let walk = Walk::under_way(app, &[("industry", "lead")]).await;
    walk.at("09-28 11:00").on_share("industry", "handler", "sign", Value::Null).await.expect(200);
    for clock in ["contact", "feedback", "conclusion", "company_contact", "company_feedback"] {
        assert_eq!(walk.end(clock).await, "open", "{clock}");
    }
    walk.at("09-29 17:30").on_share("industry", "handler", "contact", reached()).await.expect(200);
    assert_eq!(walk.end("contact").await, "met 09-29 17:30");
    assert_eq!(walk.end("company_contact").await, "met 09-29 17:30");
    for clock in ["feedback", "conclusion", "company_feedback"] {
        assert_eq!(walk.end(clock).await, "open", "{clock}");
    }
}

async fn a_contact_after_its_due_date_is_late_and_implies_the_signature(app: &mut TestApp) {
    let walk = Walk::under_way(app, &[("industry", "lead")]).await;
    assert_eq!(walk.share("industry").await["state"], "dispatched");
    let mut contact = reached();
    contact["claimed_at"] = "2026-09-29T09:00:00+08:00".into();
    walk.at("09-29 17:31").on_share("industry", "handler", "contact", contact).await.expect(200);
    let share = walk.share("industry").await;
    assert_eq!((&share["state"], short(&share["signed_at"])), (&json!("signed"), "09-29 17:31".to_owned()));
    assert_eq!(walk.end("contact").await, "late 09-29 17:31");
    assert_eq!(walk.end("company_contact").await, "late 09-29 17:31");
    let shown = &walk.view("equipment").await["contacts"][0];
    assert_eq!(
        (short(&shown["at"]), short(&shown["claimed_at"])),
        ("09-29 17:31".into(), "09-29 09:00".into())
    );
    assert!(shown.get("outcome").is_none(), "what came of it is for staff");
}

async fn a_told_branch_meets_the_companys_contact_and_not_the_leads(app: &mut TestApp) {
    let walk = Walk::under_way(app, &[("industry", "lead"), ("natural_resources", "told branch")]).await;
    walk.at("09-29 16:00").on_share("natural_resources", "handler", "contact", reached()).await.expect(200);
    assert_eq!(walk.end("natural_resources contact").await, "met 09-29 16:00");
    assert_eq!(walk.end("company_contact").await, "met 09-29 16:00");
    assert_eq!(walk.end("industry contact").await, "open");
}

async fn neither_an_untold_branch_nor_an_assist_contacts_the_company(app: &mut TestApp) {
    let parts = [("industry", "lead"), ("natural_resources", "branch"), ("permits", "assist")];
    let walk = Walk::under_way(app, &parts).await;
    assert!(walk.find_clock("natural_resources contact").await.is_none());
    let before = walk.stand().await;
    let branch = walk.on_share("natural_resources", "handler", "contact", reached()).await;
    branch.problem(409, "contact_not_told");
    walk.on_share("permits", "handler", "contact", reached()).await.problem(409, "part_cannot");
    walk.on_share("industry", "signer", "contact", reached()).await.problem(403, "not_yours");
    walk.on_share("industry", "permits.handler", "contact", reached()).await.problem(403, "not_yours");
    walk.on_share("industry", "equipment", "contact", reached()).await.problem(403, "not_yours");
    walk.on_share("industry", "chemical", "contact", reached()).await.problem(404, "not_found");
    assert_eq!(walk.stand().await, before, "nothing changed");
}

async fn what_the_company_was_promised_is_promised_once(app: &mut TestApp) {
    let walk = Walk::under_way(app, &[("industry", "lead")]).await;
    let again = walk.at("09-28 11:00").dispatch(&[("natural_resources", "lead")]).await;
    again.problem(409, "already_dispatched");
    walk.on_share("industry", "handler", "contact", reached()).await.expect(200);
    walk.at("09-30 10:00").on_share("industry", "handler", "contact", reached()).await.expect(200);
    walk.answer("industry").await;
    walk.at("09-30 11:00");
    walk.on_share("industry", "dispatcher", "send-back", super::because("不清楚")).await.expect(200);
    let view = walk.view("equipment").await;
    let clocks: Vec<(&Value, String, String)> = view["clocks"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|clock| (&clock["kind"], short(&clock["started_at"]), short(&clock["due_at"])))
        .collect();
    let from = || "09-28 10:00".to_owned();
    assert_eq!(
        clocks,
        [
            (&json!("company_contact"), from(), "09-29 17:30".to_owned()),
            (&json!("company_feedback"), from(), "10-08 17:30".to_owned())
        ]
    );
    assert_eq!(walk.end("company_contact").await, "met 09-28 11:00", "the first contact counts");
}

async fn three_tries_in_three_half_days_and_a_message_end_the_contact_as_unreached(app: &mut TestApp) {
    let walk = Walk::under_way(app, &[("industry", "lead")]).await;
    for (time, message_left) in [("09-28 11:00", true), ("09-28 15:00", false)] {
        walk.at(time).on_share("industry", "handler", "contact", tried(message_left)).await.expect(200);
        assert_eq!(walk.end("contact").await, "open", "{time}");
    }
    walk.at("09-29 10:00").on_share("industry", "handler", "contact", tried(false)).await.expect(200);
    assert_eq!(walk.end("contact").await, "unreached 09-29 10:00");
    assert_eq!(walk.end("company_contact").await, "open", "a promise is met by a reached contact only");
    assert_eq!(walk.end("feedback").await, "open");
    walk.on_share("industry", "handler", "draft", solved()).await.expect(200);
}

async fn tries_in_too_few_half_days_or_without_a_message_are_not_enough(app: &mut TestApp) {
    let walk = Walk::under_way(app, &[("industry", "lead")]).await;
    for time in ["09-28 10:30", "09-28 11:00", "09-28 11:59", "09-28 12:00"] {
        walk.at(time).on_share("industry", "handler", "contact", tried(true)).await.expect(200);
    }
    assert_eq!(walk.end("contact").await, "open", "two half-days");
    let silent = Walk::under_way(app, &[("industry", "lead")]).await;
    for time in ["09-28 11:00", "09-28 15:00", "09-29 10:00"] {
        silent.at(time).on_share("industry", "handler", "contact", tried(false)).await.expect(200);
    }
    assert_eq!(silent.end("contact").await, "open", "no message was left");
    silent.at("09-29 17:40").on_share("industry", "handler", "contact", tried(true)).await.expect(200);
    assert_eq!(silent.end("contact").await, "unreached 09-29 17:40");
}

on_both!(
    in the sample district:
    signing_stops_nothing_and_the_leads_contact_stops_its_clock_and_the_companys,
    a_contact_after_its_due_date_is_late_and_implies_the_signature,
    a_told_branch_meets_the_companys_contact_and_not_the_leads,
    neither_an_untold_branch_nor_an_assist_contacts_the_company,
    what_the_company_was_promised_is_promised_once,
    three_tries_in_three_half_days_and_a_message_end_the_contact_as_unreached,
    tries_in_too_few_half_days_or_without_a_message_are_not_enough,
);
