//! A calendar amended twice while a feedback, a weekly report and dated promises run: in time, and when they are red.
//!
//! The first amendment, on Thursday 8 October at 16:00, makes Friday 9 a day off; the second, on Monday 19 at 10:00, makes
//! Friday 16 one that has passed.

use super::{charges, red_days};
use crate::contests::light;
use crate::long_running::{self, nothing_moved, plan, report, weeks};
use crate::path::amended::{amend, off, told};
use crate::path::{Walk, on, reached, short};
use crate::returns::clocks;
use crate::support::app::{TestApp, on_both};
use serde_json::{Value, json};

const LOOP: &str = "let time pass";

/// What is promised by the days of the two amendments: due when, and how it ended.
async fn promises(walk: &Walk<'_>) -> Vec<String> {
    let mut promises = clocks(walk, "permits", "commitment").await;
    promises.sort();
    promises
}

/// The company says that the promise at this place is kept.
async fn kept(walk: &Walk<'_>, place: usize) {
    let id = walk.view("equipment").await["commitments"][place]["id"].as_str().expect("an id").to_owned();
    walk.app.as_("equipment").post(&format!("/commitments/{id}/keep"), Value::Null).await.expect(200);
}

/// A long-running request whose branch promised two dates: reported every week from Wednesday 30 September on.
async fn long_running(app: &TestApp) -> Walk<'_> {
    let walk = Walk::under_way(app, &[("natural_resources", "lead"), ("permits", "branch")]).await;
    walk.at("09-28 11:00");
    walk.on_share("natural_resources", "handler", "contact", reached()).await.expect(200);
    let promise = json!({ "outcome": "promised", "public_text": "分两步办理。", "milestones": [
        { "what": "受理", "by": "2026-10-09" }, { "what": "发证", "by": "2026-10-16" } ] });
    walk.on_share("permits", "handler", "sign", Value::Null).await.expect(200);
    walk.on_share("permits", "handler", "draft", promise).await.expect(200);
    walk.on_share("permits", "signer", "approve", Value::Null).await.expect(200);
    walk.at("09-28 15:00").release("permits").await;
    assert_eq!(promises(&walk).await, ["10-09 17:30 → open", "10-16 17:30 → open"]);

    walk.at("09-29 10:00");
    walk.on_share("natural_resources", "signer", "plan", plan("2026-12-18")).await.expect(200);
    walk.at("09-29 15:00");
    long_running::rule(&walk, "dispatcher", true).await.expect(200);
    // Friday 2 October is off: the last working day of its week is Wednesday.
    assert_eq!(weeks(&walk).await, ["09-30 12:00 open"]);
    walk.at("09-30 10:00");
    report(&walk, json!({ "moved": [1] })).await.expect(200);
    assert_eq!(weeks(&walk).await, ["09-30 12:00 met", "10-09 12:00 open"]);
    walk
}

/// A request of the washing-machine maker, sent to the industry bureau at this time.
async fn ordinary<'a>(app: &'a TestApp, at: &str) -> Walk<'a> {
    app.set_time(&on(at));
    let walk = Walk::file(app, "washer", "land.supply", json!({})).await;
    walk.dispatch(&[("industry", "lead")]).await.expect(200);
    walk.on_share("industry", "handler", "contact", reached()).await.expect(200);
    walk
}

/// When an ordinary request is due: the unit's feedback, the company's, the conclusion.
async fn dates(walk: &Walk<'_>) -> [String; 3] {
    [walk.due("feedback").await, walk.due("company_feedback").await, walk.due("conclusion").await]
}

async fn a_calendar_amended_twice_moves_what_runs_and_leaves_on_record_what_was_red(app: &mut TestApp) {
    let long = long_running(app).await;
    let early = ordinary(app, "09-30 11:00").await;
    // After Wednesday: 8, 9 and 10 October; fifteen are those, 12 to 16, 19 to 23, 26 and 27 October.
    assert_eq!(dates(&early).await, ["10-10 17:30", "10-10 17:30", "10-27 17:30"]);

    app.set_time(&on("10-08 16:00"));
    let amended = amend(app, "leader", off("2026-10-09")).await.expect(200);
    assert_eq!(amended["moved"], 5);
    // Without Friday: 8, 10 and 12 October; fifteen end a day later.
    assert_eq!(dates(&early).await, ["10-12 17:30", "10-12 17:30", "10-28 17:30"]);
    // The last working day of that week is now the worked Saturday; so is the next working day after Friday.
    assert_eq!(weeks(&long).await, ["09-30 12:00 met", "10-10 12:00 open"]);
    assert_eq!(promises(&long).await, ["10-10 17:30 → open", "10-16 17:30 → open"]);
    let company = long.view("equipment").await;
    assert_eq!(short(&company["commitments"][0]["due_at"]), "10-10 17:30");
    assert_eq!(
        long.due("natural_resources conclusion").await,
        "12-18 17:30",
        "the plan's end counts no days"
    );

    long.at("10-10 11:00");
    report(&long, nothing_moved()).await.expect(200);
    assert_eq!(weeks(&long).await[1..], ["10-10 12:00 met", "10-16 12:00 open"]);
    long.at("10-10 15:00");
    kept(&long, 0).await;
    assert_eq!(promises(&long).await, ["10-10 17:30 → met", "10-16 17:30 → open"]);
    early.at("10-12 10:00").answer("industry").await;
    early.at("10-12 11:00").release("industry").await;
    assert_eq!(early.end("feedback").await, "met 10-12 10:00");
    assert_eq!(early.end("company_feedback").await, "met 10-12 11:00");
    assert_eq!(red_days(&early, "company_feedback").await, Value::Null, "it was never past its date");

    let late = ordinary(app, "10-13 10:00").await;
    // After Tuesday: 14 to 16 October; fifteen are those, 19 to 23, 26 to 30 October, 2 and 3 November.
    assert_eq!(dates(&late).await, ["10-16 17:30", "10-16 17:30", "11-03 17:30"]);
    late.at("10-16 18:00").app.step(LOOP).await;
    assert_eq!(weeks(&long).await[2..], ["10-16 12:00 open", "10-23 12:00 open"], "missed");
    for (walk, clock) in [(&late, "feedback"), (&late, "company_feedback"), (&long, "permits commitment")] {
        assert_eq!(light(walk, clock).await, "red", "{clock}");
    }

    late.at("10-19 10:00");
    assert_eq!(late.view("washer").await["light"], "red");
    let amended = amend(app, "admin", off("2026-10-16")).await.expect(200);
    assert_eq!(amended["moved"], 5);
    // Without Friday 16: 14, 15 and 19 October; fifteen end a day later.
    assert_eq!(dates(&late).await, ["10-19 17:30", "10-19 17:30", "11-04 17:30"]);
    assert_eq!(late.view("washer").await["light"], "yellow", "there is time again");
    assert_eq!(charges(&late, "washer").await, ["company_feedback industry 60"], "Monday, 9:00 to 10:00");
    // The last working day of that week was Thursday; the next working day after Friday is Monday.
    assert_eq!(weeks(&long).await[2..], ["10-15 12:00 open", "10-23 12:00 open"]);
    assert_eq!(promises(&long).await, ["10-10 17:30 → met", "10-19 17:30 → open"]);
    what_was_red_stays_red(&long, &late).await;
    a_silence_is_counted_by_it_too(&early).await;
    for (walk, who, times) in [(&long, "equipment", 2), (&early, "washer", 1), (&late, "washer", 1)] {
        assert_eq!(told(walk, who).await.len(), times, "{who}");
    }
}

/// What was red on Monday 19 October before the calendar was amended ends late, by its new date or not.
async fn what_was_red_stays_red(long: &Walk<'_>, late: &Walk<'_>) {
    long.at("10-19 11:00");
    report(long, nothing_moved()).await.expect(200);
    assert_eq!(weeks(long).await[2..], ["10-15 12:00 late", "10-23 12:00 open"]);
    let view = long.view("dispatcher").await;
    let week = view["clocks"]
        .as_array()
        .expect("clocks")
        .iter()
        .find(|clock| clock["kind"] == "progress" && short(&clock["due_at"]) == "10-15 12:00");
    // Of the days after Thursday 15 only Monday is worked.
    assert_eq!(week.expect("the week")["red_days"], 1);
    long.at("10-19 15:00");
    kept(long, 1).await;
    assert_eq!(promises(long).await, ["10-10 17:30 → met", "10-19 17:30 → late"]);
    late.answer("industry").await;
    late.at("10-19 16:00").release("industry").await;
    assert_eq!(late.end("feedback").await, "late 10-19 15:00");
    assert_eq!(late.end("company_feedback").await, "late 10-19 16:00");
    assert_eq!(red_days(late, "company_feedback").await, 1);
    assert_eq!(charges(late, "washer").await, ["company_feedback industry 60"]);
}

/// The request answered on Monday 12 October has not been rated: five working days of silence are 13 to 15, 19 and 20
/// October without Friday.
async fn a_silence_is_counted_by_it_too(early: &Walk<'_>) {
    assert_eq!(early.due("rating_window").await, "10-27 11:00", "fifteen days, whatever is worked");
    early.at("10-19 17:30:01").app.step(LOOP).await;
    assert!(early.find_clock("follow_up").await.is_none());
    early.at("10-20 17:30").app.step(LOOP).await;
    assert!(early.find_clock("follow_up").await.is_none(), "the last instant is the company's");
    early.at("10-20 17:30:01").app.step(LOOP).await;
    // One working day after Tuesday.
    assert_eq!(early.due("follow_up").await, "10-21 17:30");
}

on_both!(in the sample district:
    a_calendar_amended_twice_moves_what_runs_and_leaves_on_record_what_was_red,
);
