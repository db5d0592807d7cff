//! The instants of the steps, worked out by hand on the calendar of 2026: Mid-Autumn 25 to 27 September, National Day 1 to 7
//! October, Saturday 10 October worked; office hours 9:00–12:00 and 13:30–17:30.

use super::{Ladder, Running};
use crate::domain::calendar::{Calendar, Notice, Spec};
use crate::domain::ids::Instant;
use crate::domain::promise::Holder;
use crate::domain::words::{ClockKind, Urgency};
use serde_json::json;

fn on(time: &str) -> Instant {
    let (day, hour) = time.split_once(' ').unwrap();
    serde_json::from_value(json!(format!("2026-{day}T{hour}:00+08:00"))).unwrap()
}

fn cn() -> Calendar {
    let mut spec: Spec = toml::from_str(include_str!("../../../config/calendar/cn.toml")).unwrap();
    let notice: Notice = toml::from_str(include_str!("../../../config/calendar/cn-2026.toml")).unwrap();
    spec.announce(notice);
    Calendar::build(&spec).unwrap()
}

fn standard() -> Ladder {
    Ladder::from_toml(include_str!("../../../config/ladder.toml")).unwrap()
}

/// A lead's three working days from Monday 28 September, 10:00.
fn feedback(urgency: Urgency) -> Running {
    Running {
        kind: ClockKind::Feedback,
        holder: Holder::Lead,
        urgency,
        since: on("09-28 10:00"),
        warn_at: on("09-30 17:30"),
        ask_by: Some(on("09-30 17:30")),
        due_at: on("10-08 17:30"),
    }
}

/// The steps told by `through`, each with when it is told, and when to look again.
fn told(clock: &Running, through: &str) -> (Vec<String>, Option<String>) {
    let (calendar, ladder) = (cn(), standard());
    let climb = ladder.climb(&calendar, clock, on(through));
    let shown = |at: Instant| calendar.rfc3339(at)[5..16].replace('T', " ");
    let rungs = climb.rungs.iter().map(|rung| format!("{} {}", rung.code(), shown(rung.tell_at)));
    (rungs.collect(), climb.next.map(shown))
}

#[test]
fn steps_fall_due_in_working_time_and_are_told_as_the_office_opens() {
    let clock = feedback(Urgency::Normal);
    assert_eq!(told(&clock, "09-30 11:59"), (vec![], Some("09-30 13:30".to_owned())));
    // Four working hours before 17:30 is the lunch break.
    assert_eq!(told(&clock, "09-30 13:30").0, ["ask_by 09-30 13:30"]);
    // It turns yellow at the close before the holiday, and is told after it.
    assert_eq!(told(&clock, "10-07 23:00"), (vec![], Some("10-08 09:00".to_owned())), "nothing at night");
    // Red at the close of 8 October; the next working days are 9, 10 (a Saturday that is worked), 12, 13 and 14 October.
    let (rungs, next) = told(&clock, "10-21 09:00");
    assert_eq!(
        rungs,
        [
            "ask_by 09-30 13:30",
            "yellow 10-08 09:00",
            "red 10-09 09:00",
            "red_day_2 10-10 09:00",
            "red_day_3 10-12 09:00",
            "red_day_5 10-14 09:00",
            "red_day_5.2 10-21 09:00",
        ]
    );
    assert_eq!(next.as_deref(), Some("10-28 09:00"));
}

#[test]
fn an_emergency_is_told_at_any_hour() {
    let (rungs, _) = told(&feedback(Urgency::Emergency), "10-08 18:00");
    assert_eq!(
        rungs,
        ["ask_by 09-30 12:00", "yellow 09-30 17:30", "red 10-08 17:30", "emergency_30 10-08 18:00"]
    );
}

#[test]
fn nothing_is_told_before_a_clock_has_its_dates() {
    // Granted at 10:00 on the day before the new date: the last moment to ask has passed, and it is yellow at once.
    let clock = Running {
        since: on("10-09 10:00"),
        warn_at: on("10-09 09:00"),
        ask_by: Some(on("10-08 17:30")),
        due_at: on("10-10 17:30"),
        ..feedback(Urgency::Normal)
    };
    assert_eq!(told(&clock, "10-10 09:00").0, ["yellow 10-09 10:00"]);
}

#[test]
fn a_wrong_ladder_is_refused_at_its_place() {
    let right = serde_json::to_value(standard()).unwrap();
    assert!(Ladder::from_json(right.clone()).is_ok());
    let wrong = |pointer: &str, value: serde_json::Value| {
        let mut ladder = right.clone();
        *ladder.pointer_mut(pointer).unwrap() = value;
        Ladder::from_json(ladder).unwrap_err().pointer
    };
    for (pointer, value) in [
        ("/title", json!("")),
        ("/digest/more_than", json!(0)),
        ("/digest/within_minutes", json!(1)),
        ("/steps", json!([])),
        ("/steps/1/name", json!("ask_by")),
        ("/steps/0/name", json!("Ask.By")),
        ("/steps/0/tell", json!([])),
        ("/steps/0/when", json!({ "before_ask_by": { "working_minutes": 481 } })),
        ("/steps/0/when", json!({ "red_days": { "after": 0 } })),
        ("/steps/0/when", json!({ "red_minutes": { "after": 30, "every": 1 } })),
    ] {
        assert_eq!(wrong(pointer, value), pointer);
    }
    assert_eq!(wrong("/steps/0/tell", json!(["mayor"])), "/steps/0/tell/0");
    assert!(wrong("/steps/0/when", json!("blue")).starts_with("/steps/0/when"));
}
