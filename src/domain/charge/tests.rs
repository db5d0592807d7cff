//! Late time shared out, and red days counted.

use super::{Charge, Charged, Held, Late, charge, joined, red_days};
use crate::domain::calendar::{Calendar, Spec};
use crate::domain::ids::{Id, Instant};
use chrono::TimeDelta;
use proptest::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;

const HOUR: i64 = 3600;

fn calendar(value: Value) -> Calendar {
    let spec: Spec = serde_json::from_value(value).unwrap();
    Calendar::build(&spec).unwrap()
}

/// Seven hours a day, and the days of autumn 2026.
fn office() -> Calendar {
    let day = json!([["09:00", "12:00"], ["13:30", "17:30"]]);
    calendar(json!({
        "zone": "Asia/Shanghai",
        "hours": {"mon": day, "tue": day, "wed": day, "thu": day, "fri": day},
        "days_off": ["2026-09-25", "2026-10-01", "2026-10-02", "2026-10-05", "2026-10-06", "2026-10-07",
            "2027-01-01"],
        "make_up_days": ["2026-10-10"],
    }))
}

/// A time of 2026 on the office's clock, as `09-28 10:00`.
fn time(text: &str) -> Instant {
    serde_json::from_value(json!(format!("2026-{}:00+08:00", text.replace(' ', "T")))).unwrap()
}

fn late(from: &str, until: &str) -> Late {
    Late { from: time(from), until: time(until) }
}

fn held(by: Charged, from: &str, until: &str) -> Held {
    Held { by, late: late(from, until) }
}

fn unit(number: u128) -> Charged {
    Charged::Unit(Id::from_uuid(Uuid::from_u128(number)))
}

fn charged(facing: &[Late], internal: &[Held]) -> Vec<(Charged, i64)> {
    let charges = charge(&office(), facing, internal).unwrap();
    charges.iter().map(|charge| (charge.to, charge.working_seconds)).collect()
}

#[test]
fn late_time_in_which_no_unit_is_late_is_the_offices() {
    // Red overnight: only 9:00 to 10:00 on Friday is working time.
    let facing = [late("10-08 17:30", "10-09 10:00")];
    assert_eq!(charged(&facing, &[]), [(Charged::Office, HOUR)]);
    // A unit that was late before, and one that will be, are not charged.
    let others = [held(unit(1), "09-30 17:30", "10-08 17:30"), held(unit(2), "10-09 10:00", "10-10 12:00")];
    assert_eq!(charged(&facing, &others), [(Charged::Office, HOUR)]);
}

#[test]
fn every_unit_whose_contact_was_late_while_the_companys_was_is_charged_for_its_own_time() {
    // The company's contact was due Tue 29 Sep 17:30 and stands at Wed 30 Sep 17:00: 3 h and 3½ h of Wednesday.
    // Natural resources was late as long; industry until its return was granted, Wed 11:00.
    let (industry, resources) = (unit(7), unit(3));
    assert_eq!(
        charged(
            &[late("09-29 17:30", "09-30 17:00")],
            &[held(industry, "09-29 17:30", "09-30 11:00"), held(resources, "09-29 17:30", "09-30 17:00")],
        ),
        [(resources, 13 * HOUR / 2), (industry, 2 * HOUR)]
    );
}

#[test]
fn units_late_at_once_are_each_charged_the_whole_and_the_office_what_is_left() {
    // Monday 28 Sep: one is late 9 to 12, two 11 to 15 without the lunch break, nobody from 15 to 17:30.
    assert_eq!(
        charged(
            &[late("09-28 09:00", "09-28 17:30")],
            &[held(unit(2), "09-28 11:00", "09-28 15:00"), held(unit(1), "09-24 17:30", "09-28 12:00")],
        ),
        [(Charged::Office, 5 * HOUR / 2), (unit(1), 3 * HOUR), (unit(2), 5 * HOUR / 2)]
    );
    // Two clocks of one unit are one unit; the office's own clock is charged beside it.
    assert_eq!(
        charged(
            &[late("09-28 09:00", "09-28 12:00")],
            &[
                held(unit(1), "09-28 09:00", "09-28 11:00"),
                held(unit(1), "09-28 10:00", "09-28 12:00"),
                held(Charged::Office, "09-28 11:30", "09-28 12:00"),
            ],
        ),
        [(Charged::Office, HOUR / 2), (unit(1), 3 * HOUR)]
    );
}

#[test]
fn time_in_which_the_companys_clock_was_not_late_is_charged_to_nobody() {
    // Late 9 to 10 and 11 to 12, the second told twice; a unit is late all week.
    let facing = [
        late("09-28 11:00", "09-28 12:00"),
        late("09-28 09:00", "09-28 10:00"),
        late("09-28 11:30", "09-28 12:00"),
    ];
    assert_eq!(charged(&facing, &[held(unit(1), "09-28 09:00", "10-01 09:00")]), [(unit(1), 2 * HOUR)]);
    // The office between two units: 9 to 9:30 is one's, 11:30 to 12 the other's, the late time between is 1 h.
    let two = [held(unit(1), "09-24 17:30", "09-28 09:30"), held(unit(2), "09-28 11:30", "09-29 17:30")];
    assert_eq!(charged(&facing, &two), [(Charged::Office, HOUR), (unit(1), HOUR / 2), (unit(2), HOUR / 2)]);
    assert_eq!(charged(&[], &two), []);
    assert_eq!(charged(&[late("10-01 09:00", "10-07 17:30")], &[]), [], "all of it are days off");
    assert_eq!(charged(&[late("09-28 12:00", "09-28 09:00")], &two), [], "stopped before it was due");
}

#[test]
fn an_excused_holder_takes_late_time_from_the_office_and_from_no_unit() {
    // Excused 9 to 11; a unit is late 10 to 10:30; nobody at all 11 to 12.
    assert_eq!(
        charged(
            &[late("09-28 09:00", "09-28 12:00")],
            &[
                held(Charged::Nobody, "09-28 09:00", "09-28 11:00"),
                held(unit(1), "09-28 10:00", "09-28 10:30")
            ],
        ),
        [(Charged::Office, HOUR), (unit(1), HOUR / 2), (Charged::Nobody, 3 * HOUR / 2)]
    );
}

#[test]
fn parts_of_a_second_are_added_up_before_they_are_cut() {
    let [start, middle, end] =
        [0, 1500, 3000].map(|by| time("09-28 09:00").plus(TimeDelta::milliseconds(by)));
    let facing = [Late { from: start, until: end }];
    let by = unit(1);
    let halves =
        [(start, middle), (middle, end)].map(|(from, until)| Held { by, late: Late { from, until } });
    assert_eq!(charge(&office(), &facing, &halves), Ok(vec![Charge { to: by, working_seconds: 3 }]));
}

#[test]
fn red_days_are_the_working_days_after_the_due_date_to_the_day_of_the_stop() {
    for (due, stop, wanted) in [
        ("09-29 17:30", "09-30 17:00", 1),
        ("10-08 17:30", "10-09 10:00", 1),
        // After closing time on the due date, and before it was due.
        ("09-29 17:30", "09-29 20:00", 0),
        ("10-09 12:00", "10-09 16:00", 0),
        ("09-29 17:30", "09-28 10:00", 0),
        // Over National Day: the first working day is Thu 8 Oct, Sat 10 Oct is worked, Sun 11 Oct is not.
        ("09-30 17:30", "10-04 10:00", 0),
        ("09-30 17:30", "10-08 08:00", 1),
        ("09-30 17:30", "10-10 10:00", 3),
        ("09-30 17:30", "10-11 10:00", 3),
    ] {
        assert_eq!(red_days(&office(), late(due, stop), &[]), Ok(wanted), "due {due}, stopped {stop}");
    }
    // Over the year's end: Thu 31 Dec and Mon 4 Jan, as Fri 1 Jan is off.
    let monday = time("12-31 10:00").plus(TimeDelta::days(4));
    assert_eq!(red_days(&office(), Late { from: time("12-30 17:30"), until: monday }, &[]), Ok(2));
    let outside = serde_json::from_value(json!("9999-12-31T00:00:00Z")).unwrap();
    assert_eq!(
        red_days(&office(), Late { from: time("12-30 17:30"), until: outside }, &[]).unwrap_err().code(),
        "out_of_range"
    );
    assert_eq!(
        red_days(&office(), Late { from: outside, until: outside }, &[]).unwrap_err().code(),
        "out_of_range"
    );
}

#[test]
fn days_on_which_a_clock_stood_still_are_not_red_and_none_is_counted_twice() {
    for (stop, pauses, wanted) in [
        // Still from Wednesday 30 Sep 14:00 to Fri 9 Oct 14:00: red on Wednesday and on Friday.
        ("10-09 15:00", vec![("09-30 14:00", "10-09 14:00")], 2),
        ("10-10 10:00", vec![("09-30 14:00", "10-09 14:00")], 3),
        // Taken up again on the same day, or on the due date itself.
        ("09-30 17:00", vec![("09-30 10:00", "09-30 11:00")], 1),
        ("09-29 17:00", vec![("09-29 13:30", "09-29 14:00")], 0),
        // Past due only because a limit passed while it stood still.
        ("09-30 15:00", vec![("09-28 10:00", "09-30 14:00")], 1),
        ("09-30 15:00", vec![("09-28 10:00", "09-30 16:00")], 0),
    ] {
        let still: Vec<_> = pauses.iter().map(|(from, until)| (time(from), time(until))).collect();
        let days = red_days(&office(), late("09-29 12:00", stop), &still);
        assert_eq!(days, Ok(wanted), "stopped {stop}, still {pauses:?}");
    }
    let told = vec![
        late("09-29 17:00", "09-30 10:00"),
        late("09-29 16:30", "09-29 16:50"),
        late("09-29 17:00", "10-08 10:00"),
    ];
    assert_eq!(joined(told), [late("09-29 16:30", "09-29 16:50"), late("09-29 17:00", "10-08 10:00")]);
}

#[test]
fn a_clock_due_at_midnight_was_due_on_the_day_that_ended() {
    let late_shift = calendar(json!({
        "zone": "Asia/Shanghai", "hours": {"tue": [["09:00", "24:00"]], "wed": [["09:00", "24:00"]]},
    }));
    assert_eq!(red_days(&late_shift, late("09-30 00:00", "09-30 10:00"), &[]), Ok(1));
}

/// So many minutes after Monday 28 Sep 2026, 00:00, for two weeks.
fn minute() -> impl Strategy<Value = i64> {
    0_i64..14 * 24 * 60
}

fn at(minute: i64) -> Instant {
    time("09-28 00:00").plus(TimeDelta::minutes(minute))
}

fn span() -> impl Strategy<Value = Late> {
    (minute(), minute()).prop_map(|(one, other)| Late { from: at(one.min(other)), until: at(one.max(other)) })
}

fn party() -> impl Strategy<Value = Charged> {
    prop::sample::select(vec![Charged::Office, unit(1), unit(2), unit(3), Charged::Nobody])
}

/// Lateness of which only one holder's runs at a time: from each edge to the next, somebody's or nobody's.
fn in_turn() -> impl Strategy<Value = Vec<Held>> {
    let turns = prop::collection::btree_map(minute(), prop::option::of(party()), 0..12);
    turns.prop_map(|turns| {
        let edges: Vec<_> = turns.into_iter().collect();
        let turn = |pair: &[(i64, Option<Charged>)]| {
            let late = Late { from: at(pair[0].0), until: at(pair[1].0) };
            pair[0].1.map(|by| Held { by, late })
        };
        edges.windows(2).filter_map(turn).collect()
    })
}

fn inside(late: &Late, at: Instant) -> bool {
    late.from <= at && at < late.until
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn where_one_is_late_at_a_time_the_charges_add_up_to_the_late_working_time(
        edges in prop::collection::btree_set(minute(), 0..12), internal in in_turn(),
    ) {
        let edges: Vec<_> = edges.into_iter().map(at).collect();
        let facing: Vec<_> =
            edges.chunks_exact(2).map(|pair| Late { from: pair[0], until: pair[1] }).collect();
        let office = office();
        let late = facing.iter().map(|late| office.working_seconds(late.from, late.until).unwrap());
        let charges = charge(&office, &facing, &internal).unwrap();
        prop_assert_eq!(charges.iter().map(|charge| charge.working_seconds).sum::<i64>(), late.sum::<i64>());
    }

    #[test]
    fn each_late_minute_is_charged_to_those_past_due_in_it(
        facing in prop::collection::vec(span(), 0..4),
        internal in prop::collection::vec((party(), span()), 0..6),
    ) {
        let office = office();
        let internal: Vec<_> = internal.into_iter().map(|(by, late)| Held { by, late }).collect();
        let charges = charge(&office, &facing, &internal).unwrap();
        let mut minutes = std::collections::BTreeMap::new();
        let open = (0..14 * 24 * 60).map(at).filter(|minute| office.is_open(*minute));
        for minute in open.filter(|minute| facing.iter().any(|late| inside(late, *minute))) {
            let late: Vec<_> =
                internal.iter().filter(|held| inside(&held.late, minute)).map(|held| held.by).collect();
            for party in [Charged::Office, unit(1), unit(2), unit(3), Charged::Nobody] {
                let pays = match party {
                    Charged::Office => late.is_empty() || late.contains(&party),
                    Charged::Unit(_) => late.contains(&party),
                    Charged::Nobody => !late.is_empty() && late.iter().all(|by| *by == party),
                };
                *minutes.entry(party).or_insert(0) += i64::from(pays);
            }
        }
        let wanted: Vec<_> = minutes
            .into_iter()
            .filter(|(_, minutes)| *minutes > 0)
            .map(|(to, minutes)| Charge { to, working_seconds: minutes * 60 })
            .collect();
        prop_assert_eq!(charges, wanted);
    }
}
