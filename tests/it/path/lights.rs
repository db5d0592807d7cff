//! Lights at the exact instants they change, the same on the request, in the lists and on the board.

use super::{Walk, reached};
use crate::support::app::{TestApp, on_both};
use serde_json::Value;

/// Fails unless at this time the office's clock of this kind shows `light`, and with it the request, the lists of the
/// office and of the unit, and the board.
async fn shows(walk: &Walk<'_>, time: &str, kind: &str, light: &str) {
    walk.at(time);
    let whose = format!("{kind} at {time}");
    assert_eq!(walk.clock(kind).await["light"], light, "{whose}");
    assert_eq!(walk.view("dispatcher").await["light"], light, "the request by its {whose}");
    lists_agree(walk, "dispatcher", light, &whose).await;
    let board = walk.app.as_("dispatcher").get("/board").await.expect(200);
    let by_clock = board["by_clock"].as_array().expect("a list");
    let counts = by_clock.iter().find(|row| row["kind"] == kind).expect("the kind is on the board");
    for colour in ["green", "yellow", "red"] {
        assert_eq!(counts["counts"][colour], i64::from(colour == light), "{colour} on the board: {whose}");
    }
}

/// The same for what the company was promised.
async fn company_sees(walk: &Walk<'_>, light: &str, kind: &str) {
    let view = walk.view(walk.company).await;
    let clocks = view["clocks"].as_array().expect("clocks");
    let clock = clocks.iter().find(|clock| clock["kind"] == kind).expect("the company sees the clock");
    assert_eq!((&clock["light"], &view["light"]), (&Value::from(light), &Value::from(light)), "{kind}");
    lists_agree(walk, walk.company, light, kind).await;
    let board = walk.app.as_("dispatcher").get("/board").await.expect(200);
    assert_ne!(board["promised"][light], 0, "{kind} on the board");
}

/// Asked for each colour, only the list of this one holds the request, and shows it so.
async fn lists_agree(walk: &Walk<'_>, who: &str, light: &str, whose: &str) {
    for colour in ["green", "yellow", "red", "none"] {
        let list = walk.app.as_(who).get(&format!("/requests?light={colour}")).await.expect(200);
        let items = list["items"].as_array().expect("a list has items");
        let shown: Vec<&Value> = items.iter().map(|item| &item["light"]).collect();
        let wanted = if colour == light { vec![light] } else { Vec::new() };
        assert_eq!(shown, wanted, "the {colour} list of {who}: {whose}");
    }
}

async fn a_light_changes_at_its_instant_and_the_due_instant_is_still_in_time(app: &mut TestApp) {
    // One working day, dispatched Monday 10:00: six hours are left of Monday and seven of Tuesday; half of the
    // thirteen are gone at 9:30 on Tuesday.
    let walk = Walk::under_way(app, &[("industry", "lead")]).await;
    for (time, light) in [
        ("09-28 10:00", "green"),
        ("09-29 09:29:59.999999", "green"),
        ("09-29 09:30", "yellow"),
        ("09-29 17:30", "yellow"),
        ("09-29 17:30:00.000001", "red"),
    ] {
        shows(&walk, time, "contact", light).await;
        company_sees(&walk, light, "company_contact").await;
        assert_eq!(walk.share("industry").await["light"], light, "the unit's share");
        lists_agree(&walk, "industry.handler", light, "the unit's contact").await;
    }
    walk.at("09-29 17:31").on_share("industry", "handler", "contact", reached()).await.expect(200);
    assert!(walk.clock("contact").await.get("light").is_none(), "a stopped clock shows no light");

    // Three working days: yellow from the close of the working day before the due day, across National Day.
    for (time, light) in [
        ("09-30 17:29:59.999999", "green"),
        ("09-30 17:30", "yellow"),
        ("10-08 17:30", "yellow"),
        ("10-08 17:30:00.000001", "red"),
    ] {
        shows(&walk, time, "feedback", light).await;
        company_sees(&walk, light, "company_feedback").await;
        lists_agree(&walk, "industry.handler", light, "the unit's feedback").await;
    }

    // Four working hours from Friday 9:00: half are gone at 11:00, all at 14:30 after the break.
    walk.at("10-09 09:00").answer("industry").await;
    for (time, light) in [
        ("10-09 10:59:59.999999", "green"),
        ("10-09 11:00", "yellow"),
        ("10-09 14:30", "yellow"),
        ("10-09 14:30:00.000001", "red"),
    ] {
        shows(&walk, time, "release", light).await;
    }
    company_sees(&walk, "red", "company_feedback").await;
}

async fn a_clock_is_met_at_its_due_instant_and_late_one_microsecond_after(app: &mut TestApp) {
    for (time, outcome) in [("09-29 17:30", "met"), ("09-29 17:30:00.000001", "late")] {
        let walk = Walk::under_way(app, &[("industry", "lead")]).await;
        walk.at(time).on_share("industry", "handler", "contact", reached()).await.expect(200);
        assert_eq!(walk.clock("contact").await["outcome"], outcome, "{time}");
    }
}

on_both!(
    in the sample district:
    a_light_changes_at_its_instant_and_the_due_instant_is_still_in_time,
    a_clock_is_met_at_its_due_instant_and_late_one_microsecond_after,
);
