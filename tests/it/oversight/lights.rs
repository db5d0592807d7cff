//! Lights as they turn, and who is told of it.

use super::{alarms_of, history_of, look};
use crate::extensions::{ask, rule};
use crate::path::{Walk, because, on, reached};
use crate::support::app::{TestApp, on_both};
use onedoor::outbox::{self, OutboxState, Wanted};
use serde_json::{Value, json};

on_both!(in the sample district:
    a_light_is_told_of_when_it_turns_and_red_as_the_office_opens,
    nobody_is_warned_of_what_was_done,
    what_was_done_while_a_letter_waited_is_not_told,
    the_last_time_to_ask_for_an_extension_is_told_half_a_day_before,
    a_date_that_moved_is_told_of_anew_and_one_that_did_not_is_not,
    an_emergency_is_told_at_night,
    the_offices_own_red_goes_to_its_supervisors_who_see_the_number_alone,
    the_company_is_told_of_its_own_time,
    a_part_that_was_handed_on_is_told_to_whom_it_was_handed,
);

async fn a_light_is_told_of_when_it_turns_and_red_as_the_office_opens(app: &mut TestApp) {
    // The contact: half of its thirteen working hours are gone on Tuesday at 9:30; due on Tuesday at 17:30.
    let walk = Walk::under_way(app, &[("industry", "lead")]).await;
    assert!(look(&walk, "09-29 09:30:59.999999").await.is_empty());
    assert_eq!(look(&walk, "09-29 09:31").await, ["due_soon → industry.handler"]);
    assert_eq!(history_of(&walk, "contact").await, ["yellow 09-29 09:30"]);
    let (before, journal) = (walk.stand().await, walk.journal().await);
    app.step(super::WATCH).await;
    assert_eq!(walk.stand().await, before, "told once");

    // Past due: the record has it at once, people the next morning.
    assert!(look(&walk, "09-29 17:31:01").await.is_empty());
    assert_eq!(history_of(&walk, "contact").await, ["yellow 09-29 09:30", "red 09-29 17:30"]);
    assert!(look(&walk, "09-30 09:00:59").await.is_empty());
    assert_eq!(
        look(&walk, "09-30 09:01").await,
        [
            "overdue → dispatcher",
            "overdue → dispatcher",
            "overdue → industry.handler",
            "overdue → industry.signer",
            "overdue → supervisor",
        ],
        "the office of what the company was promised too, and its supervisors"
    );
    let acts: Vec<String> = walk.timeline("industry.handler").await.into_iter().map(|(_, act)| act).collect();
    let turns = acts.iter().filter(|act| *act == "light_turned").count();
    assert_eq!(turns, 4, "the unit's contact and what the company was promised: {acts:?}");
    assert!(acts.iter().any(|act| act == "alarm"), "{acts:?}");
    assert!(!walk.timeline("equipment").await.iter().any(|(_, act)| act == "alarm" || act == "light_turned"));
    assert!(walk.journal().await > journal);

    // Two working days of red: 30 September and 8 October. The feedback turned yellow at the close before the holiday.
    assert_eq!(
        look(&walk, "10-08 09:01").await,
        [
            "due_soon → dispatcher",
            "due_soon → industry.handler",
            "overdue → industry.signer",
            "overdue → supervisor"
        ]
    );
    walk.at("10-08 10:00").on_share("industry", "handler", "contact", reached()).await.expect(200);
    assert_eq!(
        history_of(&walk, "contact").await,
        ["yellow 09-29 09:30", "red 09-29 17:30", "over 10-08 10:00 2"]
    );
    let before = alarms_of(&walk).await;
    look(&walk, "10-08 12:00").await;
    assert_eq!(alarms_of(&walk).await, before, "the deed has stopped the climb");
}

async fn nobody_is_warned_of_what_was_done(app: &mut TestApp) {
    let walk = Walk::under_way(app, &[("industry", "lead")]).await;
    walk.at("09-29 09:30").on_share("industry", "handler", "contact", reached()).await.expect(200);
    assert_eq!(
        history_of(&walk, "contact").await,
        ["yellow 09-29 09:30"],
        "it was yellow in that very instant"
    );
    assert!(look(&walk, "09-30 10:00").await.is_empty());
    let late = Walk::under_way(app, &[("industry", "lead")]).await;
    late.at("09-30 10:00").on_share("industry", "handler", "contact", reached()).await.expect(200);
    assert!(look(&late, "09-30 10:02").await.is_empty(), "done late, before anybody looked");
    assert_eq!(
        history_of(&late, "contact").await,
        ["yellow 09-29 09:30", "red 09-29 17:30", "over 09-30 10:00 1"],
        "and the record is whole"
    );
}

async fn what_was_done_while_a_letter_waited_is_not_told(app: &mut TestApp) {
    let walk = Walk::under_way(app, &[("industry", "lead")]).await;
    assert_eq!(look(&walk, "09-29 09:31").await, ["due_soon → industry.handler"]);
    walk.at("09-29 09:32").on_share("industry", "handler", "contact", reached()).await.expect(200);
    app.step("send letters").await;
    let wanted = Wanted { kind: Some("due_soon".to_owned()), ..Wanted::default() };
    let rows = app.context.db.read(move |conn| outbox::page(conn, &wanted, None, 10)).await.expect("rows");
    let states: Vec<OutboxState> = rows.iter().map(|row| row.state).collect();
    assert_eq!(states, [OutboxState::Moot]);
}

async fn the_last_time_to_ask_for_an_extension_is_told_half_a_day_before(app: &mut TestApp) {
    let walk = Walk::under_way(app, &[("natural_resources", "lead")]).await;
    walk.on_share("natural_resources", "handler", "contact", reached()).await.expect(200);
    // It can be asked until Wednesday 30 September, 17:30; four working hours before that is the lunch break.
    assert!(look(&walk, "09-30 13:30:59").await.is_empty());
    assert_eq!(
        look(&walk, "09-30 13:31").await,
        ["last_time_to_ask → natural_resources.handler", "last_time_to_ask → natural_resources.signer"]
    );
    app.step("send letters").await;
    let letters = crate::letters::texts(app);
    let letter = letters.iter().find(|letter| letter.contains("申请延期的最后时限")).expect("a letter");
    assert!(letter.contains("申请延期的最后时限：今天 17:30 前"), "{letter}");
}

async fn a_date_that_moved_is_told_of_anew_and_one_that_did_not_is_not(app: &mut TestApp) {
    let walk = Walk::under_way(app, &[("natural_resources", "lead")]).await;
    walk.on_share("natural_resources", "handler", "contact", reached()).await.expect(200);
    walk.at("09-30 10:00");
    ask(&walk, "natural_resources feedback", "10-13 17:30").await.expect(200);
    look(&walk, "10-08 09:01").await;
    walk.at("10-08 10:00");
    rule(&walk, "dispatcher", true, &[]).await.expect(200);
    assert_eq!(walk.due("natural_resources feedback").await, "10-13 17:30");
    let told = alarms_of(&walk).await;
    assert!(told.contains(&"feedback yellow 1".to_owned()), "{told:?}");
    // The new date warns from Monday's close.
    look(&walk, "10-13 09:01").await;
    assert!(alarms_of(&walk).await.contains(&"feedback yellow 2".to_owned()));
    assert_eq!(history_of(&walk, "feedback").await, ["yellow 09-30 17:30", "yellow 10-12 17:30"]);

    // Sent back with the time it had: what was told is not told again.
    walk.at("10-13 10:00").answer("natural_resources").await;
    let before = alarms_of(&walk).await;
    walk.at("10-13 10:30");
    walk.on_share("natural_resources", "dispatcher", "send-back", because("请补充")).await.expect(200);
    assert_eq!(walk.due("natural_resources feedback").await, "10-13 17:30");
    look(&walk, "10-13 11:00").await;
    assert_eq!(alarms_of(&walk).await, before);
}

async fn an_emergency_is_told_at_night(app: &mut TestApp) {
    let admin = app.as_("admin");
    let mut book = admin.get("/promises").await.expect(200)["document"].clone();
    let rules = book["rules"].as_array_mut().expect("rules");
    rules.insert(
        0,
        json!({ "clocks": ["dispatch"], "urgencies": ["emergency"], "length": { "minutes": 30 } }),
    );
    let put = admin.request(reqwest::Method::PUT, "/promises").header("if-match", "*").json(&book);
    admin.send(put).await.expect(200);
    app.set_time(&on("09-28 23:00"));
    let walk = Walk::file(app, "equipment", "land.supply", json!({ "urgency": "emergency" })).await;
    assert_eq!(look(&walk, "09-28 23:16").await, ["due_soon → dispatcher"]);
    assert_eq!(look(&walk, "09-28 23:31:01").await, ["overdue → dispatcher", "overdue → supervisor"]);
    // Half an hour later.
    assert_eq!(look(&walk, "09-29 00:01").await, ["overdue → leader", "overdue → supervisor"]);
}

async fn the_offices_own_red_goes_to_its_supervisors_who_see_the_number_alone(app: &mut TestApp) {
    app.set_time(&on("09-28 09:30"));
    let walk = Walk::file(app, "equipment", "land.supply", json!({ "title": "扩建厂房用地" })).await;
    // Due on Tuesday 29 September, 17:30.
    let told = look(&walk, "09-30 09:01").await;
    assert!(told.contains(&"overdue → dispatcher".to_owned()), "{told:?}");
    assert!(told.contains(&"overdue → supervisor".to_owned()), "{told:?}");
    app.step("send letters").await;
    let to_supervisor = crate::letters::to(app, "supervisor@");
    // The other tells of the order that the red drafted.
    let [letter] = to_supervisor.iter().filter(|letter| letter.contains("[红灯]")).collect::<Vec<_>>()[..]
    else {
        panic!("one letter: {to_supervisor:?}")
    };
    let number = walk.view("dispatcher").await["number"].as_str().expect("a number").to_owned();
    assert!(letter.contains(&number) && letter.contains("分派"), "{letter}");
    assert!(!letter.contains("扩建厂房用地") && !letter.contains("equipment"), "{letter}");
}

async fn the_company_is_told_of_its_own_time(app: &mut TestApp) {
    let walk = Walk::under_way(app, &[("industry", "lead")]).await;
    walk.at("09-28 15:00").act("dispatcher", "ask-info", json!({ "list": "宗地图" })).await.expect(200);
    walk.on_share("industry", "handler", "contact", reached()).await.expect(200);
    // Due on Saturday 10 October, a working day: it warns from Friday's close.
    assert_eq!(look(&walk, "10-10 09:01").await, ["due_soon → equipment"]);
}

async fn a_part_that_was_handed_on_is_told_to_whom_it_was_handed(app: &mut TestApp) {
    let walk = Walk::under_way(app, &[("industry", "lead")]).await;
    let admin = app.as_("admin");
    let new = json!({ "name": "接手人", "username": "taker", "email": "taker@example.org", "password": "Another-password-7" });
    let taker = admin.post("/people", new).await.expect(201)["id"].clone();
    let role = json!({ "role": "handler", "unit_id": app.district.unit("industry") });
    let path = format!("/people/{}/memberships", taker.as_str().expect("an id"));
    admin.post(&path, role).await.expect(201);
    walk.on_share("industry", "handler", "sign", Value::Null).await.expect(200);
    walk.on_share("industry", "handler", "hand-on", json!({ "person": taker })).await.expect(200);
    assert_eq!(look(&walk, "09-29 09:31").await, ["due_soon → taker"]);
    // He is gone: the unit's handlers are told.
    let path = format!("/people/{}/disable", taker.as_str().expect("an id"));
    admin.post(&path, Value::Null).await.expect(200);
    let told = look(&walk, "09-30 09:01").await;
    assert!(told.contains(&"overdue → industry.handler".to_owned()), "{told:?}");
    assert!(!told.contains(&"overdue → taker".to_owned()), "{told:?}");
}
