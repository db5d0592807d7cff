//! What must hold of any calendar, any zone and any limit.

use super::{Calendar, Counting, Length, Reason, Spec, default_cut_off};
use crate::domain::ids::Instant;
use chrono::{Datelike, NaiveDate, NaiveTime, TimeDelta, Weekday};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Zones with and without clock changes: at 02:00, by half an hour, at midnight, at one past midnight.
const ZONES: &[&str] = &[
    "Asia/Shanghai",
    "America/New_York",
    "Australia/Lord_Howe",
    "America/Havana",
    "America/St_Johns",
    "Pacific/Apia",
    "Africa/Casablanca",
    "UTC",
];

/// The hours of one day, on whole quarters of an hour.
fn hours() -> impl Strategy<Value = Vec<[String; 2]>> {
    prop::collection::btree_set(0_u32..=96, 0..=3).prop_map(|quarters| {
        let texts: Vec<_> =
            quarters.iter().map(|quarter| format!("{:02}:{:02}", quarter / 4, quarter % 4 * 15)).collect();
        texts.chunks_exact(2).map(|pair| [pair[0].clone(), pair[1].clone()]).collect()
    })
}

fn date() -> impl Strategy<Value = String> {
    (0_i64..1500).prop_map(|day| {
        let first = NaiveDate::from_ymd_opt(2010, 1, 1).unwrap();
        (first + TimeDelta::days(day)).to_string()
    })
}

fn spec() -> impl Strategy<Value = Value> {
    let dates = || prop::collection::vec(date(), 0..20);
    (
        prop::sample::select(ZONES),
        prop::collection::vec(hours(), 7),
        dates(),
        dates(),
        prop::collection::btree_map(date(), hours(), 0..10),
        prop::collection::btree_map(date(), hours(), 0..10),
    )
        .prop_map(|(zone, week, days_off, make_up_days, special_hours, breaks)| {
            json!({
                "zone": zone,
                "hours": {"mon": [["09:00", "12:00"]], "tue": week[1], "wed": week[2], "thu": week[3],
                    "fri": week[4], "sat": week[5], "sun": week[6]},
                "seasons": [{"from": "10-20", "to": "02-10", "hours": {"mon": [["00:00", "24:00"]], "sun": week[0]}}],
                "days_off": days_off, "make_up_days": make_up_days,
                "special_hours": special_hours, "breaks": breaks,
            })
        })
}

fn calendar() -> impl Strategy<Value = Calendar> {
    spec().prop_map(|value| Calendar::build(&serde_json::from_value(value).unwrap()).unwrap())
}

/// An instant from 2010 to 2014.
fn instant() -> impl Strategy<Value = Instant> {
    (1_262_304_000_i64..1_388_534_400).prop_map(|seconds| Instant::from_micros(seconds * 1_000_000).unwrap())
}

fn pauses() -> impl Strategy<Value = Vec<(Instant, Instant)>> {
    let pause =
        (instant(), 0_i64..400_000).prop_map(|(at, length)| (at, at.plus(TimeDelta::seconds(length))));
    prop::collection::vec(pause, 0..6)
}

fn length() -> impl Strategy<Value = Length> {
    prop_oneof![
        (0_u32..40).prop_map(|days| Length::WorkingDays { days, counting: Counting::A }),
        (0_u32..40).prop_map(|days| Length::WorkingDays {
            days,
            counting: Counting::B { cut_off: Some(default_cut_off()) },
        }),
        (0_u64..500_000).prop_map(Length::WorkingSeconds),
        Just(Length::SameDay { cut_off: default_cut_off() }),
        (0_i64..50_000).prop_map(Length::Minutes),
        (0_u32..60).prop_map(Length::Days),
    ]
}

fn weekday() -> impl Strategy<Value = Weekday> {
    (0_u8..7).prop_map(|number| Weekday::try_from(number).unwrap())
}

fn hour() -> impl Strategy<Value = NaiveTime> {
    (0_i64..24 * 60).prop_map(|minutes| NaiveTime::MIN + TimeDelta::minutes(minutes))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn working_time_added_is_working_time_measured(
        calendar in calendar(), from in instant(), first in 1_u64..300_000, second in 1_u64..300_000,
    ) {
        let middle = calendar.add_working_seconds(from, first).unwrap().at;
        let end = calendar.add_working_seconds(middle, second).unwrap().at;
        prop_assert!(from < middle && middle < end);
        prop_assert_eq!(calendar.working_seconds(from, middle), Ok(i64::try_from(first).unwrap()));
        prop_assert_eq!(calendar.working_seconds(end, middle), Ok(-i64::try_from(second).unwrap()));
        prop_assert_eq!(calendar.add_working_seconds(from, first + second).unwrap().at, end);
    }

    #[test]
    fn working_time_is_the_sum_of_the_open_minutes(calendar in calendar(), from in instant()) {
        let start = Instant::from_micros(from.micros() / 60_000_000 * 60_000_000).unwrap();
        let minutes = 3 * 24 * 60;
        let open = (0..minutes).filter(|minute| calendar.is_open(start.plus(TimeDelta::minutes(*minute)))).count();
        let measured = calendar.working_seconds(start, start.plus(TimeDelta::minutes(minutes))).unwrap();
        prop_assert_eq!(measured, i64::try_from(open).unwrap() * 60);
    }

    #[test]
    fn a_limit_in_working_days_ends_at_the_close_of_the_day_reached_by_counting(
        calendar in calendar(), from in instant(), days in 1_u32..60,
    ) {
        let due = calendar.close_after_working_days(from, days, Counting::A).unwrap().at;
        let mut date = calendar.local_date(from);
        for _ in 0..days {
            date = date.iter_days().skip(1).find(|date| calendar.is_working_day(*date)).unwrap();
        }
        prop_assert_eq!(calendar.working_days(calendar.local_date(from), date), Ok(days));
        prop_assert_eq!(calendar.close_of(date), Some(due));
        prop_assert!(calendar.opening_of(date).unwrap() < due);
    }

    #[test]
    fn going_back_from_the_next_working_day_returns(calendar in calendar(), from in instant()) {
        let date = calendar.local_date(from);
        let next = calendar.next_working_day(date).unwrap();
        let back = calendar.previous_working_day(next).unwrap();
        prop_assert!(back <= date || !calendar.is_working_day(date));
        prop_assert_eq!(calendar.next_working_day(back), Some(next));
    }

    #[test]
    fn pauses_take_away_exactly_their_own_time(
        calendar in calendar(), from in instant(), seconds in 1_u64..500_000, pauses in pauses(),
    ) {
        let due = calendar.due(from, &Length::WorkingSeconds(seconds), &pauses).unwrap().at;
        let counted = calendar.working_seconds_outside(from, due, &pauses).unwrap();
        prop_assert_eq!(counted, i64::try_from(seconds).unwrap());
    }

    #[test]
    fn a_paused_day_limit_keeps_as_much_open_time_as_it_had(
        calendar in calendar(), from in instant(), days in 0_u32..30, pauses in pauses(),
    ) {
        let length = Length::WorkingDays { days, counting: Counting::A };
        let unpaused = calendar.due(from, &length, &[]).unwrap().at;
        let due = calendar.due(from, &length, &pauses).unwrap().at;
        prop_assert!(due >= unpaused);
        if from < unpaused {
            let had = calendar.working_seconds(from, unpaused).unwrap();
            prop_assert_eq!(calendar.working_seconds_outside(from, due, &pauses).unwrap(), had);
        }
    }

    #[test]
    fn an_explanation_leads_to_the_due_date(
        calendar in calendar(), from in instant(), length in length(), pauses in pauses(),
    ) {
        let explanation = calendar.explain(from, &length, &pauses).unwrap();
        prop_assert_eq!(explanation.due, calendar.due(from, &length, &pauses).unwrap());
        let counted = explanation.days.iter().filter(|day| day.reason == Reason::Counted);
        match length {
            Length::WorkingDays { days, .. } => {
                prop_assert_eq!(counted.count(), usize::try_from(days).unwrap());
            }
            Length::WorkingSeconds(seconds) => {
                let total: i64 = counted.filter_map(|day| day.seconds).sum();
                prop_assert_eq!(total, i64::try_from(seconds).unwrap());
            }
            _ => prop_assert!(!explanation.days.is_empty()),
        }
    }

    #[test]
    fn every_week_with_a_working_day_has_one_weekly_date_and_no_other_has(
        calendar in calendar(), weekday in weekday(), hour in hour(), after in instant(),
    ) {
        let mut expected = calendar.local_date(after).week(Weekday::Mon).first_day();
        let mut at = after;
        for _ in 0..30 {
            let next = calendar.weekly(weekday, hour, at).unwrap().at;
            prop_assert!(next > at);
            let date = calendar.local_date(next);
            let week = date.week(Weekday::Mon).first_day();
            let skipped = expected.iter_days().take_while(|day| *day < week);
            // Of the weeks in between only the first, that of `after`, may have had its date already.
            let first_week = calendar.local_date(after).iso_week();
            for day in skipped.filter(|day| at != after || day.iso_week() != first_week) {
                prop_assert!(!calendar.is_working_day(day), "{day} is worked, yet its week has no date");
            }
            prop_assert!(week >= expected, "two dates in the week of {week}");
            prop_assert!(calendar.is_working_day(date));
            let nominal = week + TimeDelta::days(i64::from(weekday.num_days_from_monday()));
            if date != nominal {
                prop_assert!(!calendar.is_working_day(nominal));
                let rest = date.iter_days().skip(1).take_while(|day| day.iso_week() == date.iso_week());
                prop_assert!(rest.into_iter().all(|day| !calendar.is_working_day(day)));
            }
            (at, expected) = (next, week + TimeDelta::days(7));
        }
    }

    #[test]
    fn a_weekly_date_is_the_same_from_everywhere_before_it_and_later_from_later_on(
        calendar in calendar(), weekday in weekday(), hour in hour(), one in instant(), seconds in 0_i64..3_000_000,
    ) {
        let weekly = |after| calendar.weekly(weekday, hour, after).unwrap().at;
        let (date, other) = (weekly(one), one.plus(TimeDelta::seconds(seconds)));
        prop_assert!(weekly(other) >= date);
        prop_assert_eq!(weekly(other) == date, other < date);
        prop_assert_eq!(weekly(date.plus(TimeDelta::microseconds(-1))), date);
    }

    #[test]
    fn a_spec_survives_being_written_and_read(value in spec()) {
        let spec: Spec = serde_json::from_value(value).unwrap();
        let written = serde_json::to_string(&spec).unwrap();
        prop_assert_eq!(&serde_json::from_str::<Spec>(&written).unwrap(), &spec);
        prop_assert_eq!(&toml::from_str::<Spec>(&toml::to_string(&spec).unwrap()).unwrap(), &spec);
    }

    #[test]
    fn no_text_in_a_calendar_makes_it_panic(text in "\\PC{0,12}", other in "[0-9:+-]{0,10}") {
        for zone in ["UTC", text.as_str()] {
            for word in [&text, &other] {
                let spec = json!({"zone": zone, "hours": {"mon": [[word, "12:00"]]}, "days_off": [word],
                    "seasons": [{"from": word, "to": word, "hours": {}}]});
                let _ = Calendar::build(&serde_json::from_value(spec).unwrap());
            }
        }
    }
}
