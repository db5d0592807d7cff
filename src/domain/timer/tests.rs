//! Limits of an upper level that nothing passes, and dates that were moved.

use super::{Facts, Granted, Pause, Reprieve, dates};
use crate::domain::calendar::Calendar;
use crate::domain::ids::Instant;
use crate::domain::promise::{Book, Case, Holder, Rule};
use crate::domain::words::{Channel, ClockKind, Kind, Pace, Urgency};
use serde_json::json;

fn at(text: &str) -> Instant {
    serde_json::from_value(json!(format!("2026-{text}:00+08:00"))).unwrap()
}

/// Nine to twelve and half past one to half past five; National Day is off from 1 to 7 October.
fn office() -> Calendar {
    let day = json!([["09:00", "12:00"], ["13:30", "17:30"]]);
    let off: Vec<String> = (1..=7).map(|day| format!("2026-10-{day:02}")).collect();
    let spec = json!({ "zone": "Asia/Shanghai", "days_off": off, "announced": [2026],
        "hours": { "mon": day, "tue": day, "wed": day, "thu": day, "fri": day } });
    Calendar::build(&serde_json::from_value(spec).unwrap()).unwrap()
}

/// Three working days to an answer.
fn feedback() -> Rule {
    let book = Book::from_toml(include_str!("../../../config/promises.toml"));
    let case = Case {
        clock: ClockKind::CompanyFeedback,
        holder: Holder::Company,
        kind: Kind::Help,
        urgency: Urgency::Normal,
        category: None,
        channel: Channel::UpperLevel,
        pace: Pace::Ordinary,
    };
    book.ok().and_then(|book| book.rule_for(&case).cloned()).unwrap()
}

/// When a clock is due that started on Monday 28 September at ten.
fn due(facts: &Facts) -> Option<Instant> {
    dates(&office(), at("09-28T10:00"), &feedback(), facts).unwrap().map(|dates| dates.due_at)
}

#[test]
fn the_tighter_of_an_upper_levels_limit_and_ours_holds() {
    let limited = |limit: &str| Facts { no_later_than: Some(at(limit)), ..Facts::default() };
    assert_eq!(due(&Facts::default()), Some(at("10-08T17:30")));
    assert_eq!(due(&limited("09-30T12:00")), Some(at("09-30T12:00")));
    assert_eq!(due(&limited("10-20T12:00")), Some(at("10-08T17:30")));
    assert_eq!(due(&limited("09-25T12:00")), Some(at("09-25T12:00")), "it came after its limit");
}

#[test]
fn no_pause_extension_or_reprieve_passes_an_upper_levels_limit() {
    // Seven working hours, from Monday 14:00 to Tuesday 14:00.
    let pauses = vec![Pause { from: at("09-28T14:00"), until: Some(at("09-29T14:00")) }];
    let extensions = vec![Granted { at: at("09-29T15:00"), until: at("10-16T17:30") }];
    let reprieves = vec![Reprieve { at: at("09-30T11:00"), working_minutes: 240 }];
    let free = [
        (Facts { pauses, ..Facts::default() }, "10-09T17:30"),
        (Facts { extensions, ..Facts::default() }, "10-16T17:30"),
        (Facts { reprieves, ..Facts::default() }, "10-08T17:30"),
    ];
    for (facts, without) in free {
        assert_eq!(due(&facts), Some(at(without)));
        let limited = Facts { no_later_than: Some(at("09-30T12:00")), ..facts };
        assert_eq!(due(&limited), Some(at("09-30T12:00")));
    }
    let pauses = vec![Pause { from: at("09-28T14:00"), until: None }];
    let stands = Facts { pauses, no_later_than: Some(at("09-30T12:00")), ..Facts::default() };
    assert_eq!(due(&stands), None, "while it stands still it has no date");
}

mod moved {
    use super::super::{Calendar, Facts, Granted, Instant, Pause, Rule, dates};
    use crate::domain::calendar::{Notice, Spec};
    use serde_json::json;

    fn instant(text: &str) -> Instant {
        serde_json::from_value(json!(text)).unwrap()
    }

    /// The district's calendar with the notice of 2026, and these days off beside it.
    fn calendar(more_days_off: &[&str]) -> Calendar {
        let mut spec: Spec = toml::from_str(include_str!("../../../config/calendar/cn.toml")).unwrap();
        let notice: Notice = toml::from_str(include_str!("../../../config/calendar/cn-2026.toml")).unwrap();
        spec.announce(notice);
        spec.days_off
            .extend(more_days_off.iter().map(|day| serde_json::from_value(json!({ "date": day })).unwrap()));
        Calendar::build(&spec).unwrap()
    }

    fn rule(length: serde_json::Value, clock: &str) -> Rule {
        serde_json::from_value(json!({ "clocks": [clock], "length": length })).unwrap()
    }

    fn due(calendar: &Calendar, start: &str, rule: &Rule, facts: &Facts) -> (String, bool) {
        let dates = dates(calendar, instant(start), rule, facts).unwrap().unwrap();
        (calendar.rfc3339(dates.due_at), dates.provisional)
    }

    #[test]
    fn a_weekly_date_follows_an_amended_calendar_inside_its_week() {
        let weekly = rule(json!({ "weekday": "Fri", "at": "12:00" }), "progress");
        let facts = |until: &str| Facts { until: Some(instant(until)), ..Facts::default() };
        let friday = facts("2026-10-16T12:00:00+08:00");
        for (more_days_off, wanted) in [
            (&[][..], "2026-10-16T12:00:00+08:00"),
            (&["2026-10-16"], "2026-10-15T12:00:00+08:00"),
            // Where nothing is left of the week its date is the next week's.
            (
                &["2026-10-12", "2026-10-13", "2026-10-14", "2026-10-15", "2026-10-16"],
                "2026-10-23T12:00:00+08:00",
            ),
        ] {
            let calendar = calendar(more_days_off);
            assert_eq!(due(&calendar, "2026-10-09T15:00:00+08:00", &weekly, &friday).0, wanted);
        }
        // Counted in a year without a notice it is provisional: Fri 8 Jan 2027.
        let next_year = facts("2027-01-08T12:00:00+08:00");
        assert_eq!(
            due(&calendar(&[]), "2026-12-25T15:00:00+08:00", &weekly, &next_year),
            ("2027-01-08T12:00:00+08:00".to_owned(), true)
        );
    }

    #[test]
    fn a_pause_adds_to_a_granted_date_what_it_lasts_after_the_granting() {
        let three_days = rule(json!({ "working_days": 3 }), "feedback");
        let facts = Facts {
            pauses: vec![Pause {
                from: instant("2026-09-29T11:00:00+08:00"),
                until: Some(instant("2026-09-30T10:00:00+08:00")),
            }],
            extensions: vec![Granted {
                at: instant("2026-09-29T14:00:00+08:00"),
                until: instant("2026-10-12T17:30:00+08:00"),
            }],
            ..Facts::default()
        };
        // From Tuesday 14:00 to 17:30 and Wednesday 9:00 to 10:00: four and a half hours into Tue 13 Oct, noon left out.
        let wanted = "2026-10-13T15:00:00+08:00";
        assert_eq!(due(&calendar(&[]), "2026-09-28T10:00:00+08:00", &three_days, &facts).0, wanted);
    }
}
