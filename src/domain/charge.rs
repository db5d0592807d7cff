//! Who is charged for a red clock a company sees, and how long it was red.
//!
//! A red always has somebody who answers for it: [`late_times`] says when a clock was late, [`charge`] shares out the late
//! working time, [`red_days`] counts the days of one clock.

use super::calendar::{Calendar, CalendarError};
use super::ids::{Id, Instant};
use super::timer::Facts;
use std::collections::{BTreeMap, BTreeSet};

/// Who answers for late time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Charged {
    /// The office, which dispatched.
    Office,
    /// This unit.
    Unit(Id),
    /// Nobody: whoever was past due is excused.
    Nobody,
}

/// A time during which a clock was past due: from its due instant on, and no longer at the instant it was stopped, or
/// is looked at. It is empty where it does not end after it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Late {
    /// The due instant, which itself is in time.
    pub from: Instant,
    /// The stop.
    pub until: Instant,
}

/// A time during which an internal clock was past due, and who answers for that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    /// Who held the clock; [`Charged::Nobody`] where the holder is excused.
    pub by: Charged,
    /// When it was past due.
    pub late: Late,
}

/// What one party is charged with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Charge {
    /// The party.
    pub to: Charged,
    /// Late working time, in whole seconds, at least one.
    pub working_seconds: i64,
}

/// Shares out the working time in which a company-facing clock was late (`facing`, however its parts overlap) among
/// the holders of the same request's `internal` clocks that were past due at that time.
///
/// Holders who were late at once are each charged the whole of that time, so the charges may add up to more than was
/// late. An excused holder takes no charge from the others: [`Charged::Nobody`] is charged only the time in which all
/// who were past due are excused. Where nobody was past due, the office is charged. Of internal lateness only what
/// lies inside `facing` matters.
///
/// Charges come with the office first, then units in the order of their ids, then nobody; a party without a whole
/// second of working time has none.
///
/// # Errors
/// What the calendar cannot count: late time outside its years.
pub fn charge(calendar: &Calendar, facing: &[Late], internal: &[Held]) -> Result<Vec<Charge>, CalendarError> {
    let all = facing.iter().copied().chain(internal.iter().map(|held| held.late));
    let edges: BTreeSet<Instant> = all.flat_map(|late| [late.from, late.until]).collect();
    // Between one edge and the next nobody begins or ceases to be late.
    let mut shares: BTreeMap<Charged, Vec<(Instant, Instant)>> = BTreeMap::new();
    for (from, until) in edges.iter().copied().zip(edges.iter().copied().skip(1)) {
        if facing.iter().any(|late| late.covers(from, until)) {
            for party in answering(internal, from, until) {
                shares.entry(party).or_default().push((from, until));
            }
        }
    }
    let mut charges = Vec::with_capacity(shares.len());
    for (to, spans) in shares {
        let working_seconds = calendar.working_seconds_in(&spans)?;
        if working_seconds > 0 {
            charges.push(Charge { to, working_seconds });
        }
    }
    Ok(charges)
}

/// When a clock was late that is due at `due_at` and was stopped, or is looked at, at `until`: by the dates its `facts`
/// keep and by the last one, in their order and without overlaps. It is never late while it stands still.
pub fn late_times(facts: &Facts, due_at: Option<Instant>, until: Instant) -> Vec<Late> {
    let mut times = past_due(facts, due_at, until);
    for (from, to) in stood_still(facts, until) {
        let beside = |late: Late| {
            let before = Late { from: late.from, until: late.until.min(from) };
            [before, Late { from: late.from.max(to), until: late.until }]
        };
        times = times.into_iter().flat_map(beside).filter(|late| late.from < late.until).collect();
    }
    times
}

/// How many red days a clock has that was due at `due_at` and was stopped, or is looked at, at `until`: the working
/// days after the date it was due on, the day of `until` included, by each date its `facts` keep and by the last one. None
/// on that date itself, however late; none while only days off have passed; none on a day on which it stood still from
/// beginning to end.
///
/// # Errors
/// What the calendar cannot count: a date outside its years.
pub fn red_days(
    calendar: &Calendar,
    facts: &Facts,
    due_at: Option<Instant>,
    until: Instant,
) -> Result<u32, CalendarError> {
    let mut days = 0_u32;
    for late in past_due(facts, due_at, until) {
        days += days_of(calendar, late.from, late.until)?;
        for (from, to) in stood_still(facts, until) {
            let (from, to) = (from.max(late.from), to.min(late.until));
            let date = calendar.local_date(to);
            let last = if to < late.until { date.pred_opt() } else { Some(date) };
            if let Some(last) = last.filter(|_| from < to) {
                days = days.saturating_sub(calendar.working_days(calendar.local_date(from), last)?);
            }
        }
    }
    Ok(days)
}

fn days_of(calendar: &Calendar, due_at: Instant, until: Instant) -> Result<u32, CalendarError> {
    calendar.working_days(calendar.last_date(due_at), calendar.local_date(until))
}

/// When a clock was past due, whether or not it stood still: what overlaps or touches is one.
fn past_due(facts: &Facts, due_at: Option<Instant>, until: Instant) -> Vec<Late> {
    let kept = facts.reds.iter().map(|red| Late { from: red.from, until: red.until.min(until) });
    let last = due_at.map(|from| Late { from, until });
    let mut times: Vec<Late> = kept.chain(last).filter(|late| late.from < late.until).collect();
    times.sort_by_key(|late| late.from);
    let mut merged: Vec<Late> = Vec::new();
    for late in times {
        match merged.last_mut().filter(|before| late.from <= before.until) {
            Some(before) => before.until = before.until.max(late.until),
            None => merged.push(late),
        }
    }
    merged
}

/// When a clock stood still, until `until` where it still does.
fn stood_still(facts: &Facts, until: Instant) -> impl Iterator<Item = (Instant, Instant)> {
    facts.pauses.iter().map(move |pause| (pause.from, pause.until.unwrap_or(until)))
}

/// Who answers for the stretch `from` to `until`, in which nobody's lateness begins or ends.
fn answering(internal: &[Held], from: Instant, until: Instant) -> BTreeSet<Charged> {
    let mut parties: BTreeSet<Charged> =
        internal.iter().filter(|held| held.late.covers(from, until)).map(|held| held.by).collect();
    if parties.is_empty() {
        parties.insert(Charged::Office);
    } else if parties.len() > 1 {
        parties.remove(&Charged::Nobody);
    }
    parties
}

impl Late {
    /// Whether all of the time from `from` to `until`, which is not empty, lies in this.
    fn covers(&self, from: Instant, until: Instant) -> bool {
        self.from <= from && until <= self.until
    }
}

#[cfg(test)]
mod tests {
    use super::{Charge, Charged, Held, Late, charge, days_of as red_days, late_times};
    use crate::domain::calendar::{Calendar, Spec};
    use crate::domain::ids::{Id, Instant};
    use crate::domain::timer::{Facts, Pause, Red};
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

    /// What a clock keeps that was red at these times and stood still at those.
    fn facts(reds: &[(&str, &str)], pauses: &[(&str, Option<&str>)]) -> Facts {
        let red = |(from, until): &(&str, &str)| Red { from: time(from), until: time(until) };
        let pause = |(from, until): &(&str, Option<&str>)| Pause { from: time(from), until: until.map(time) };
        Facts {
            reds: reds.iter().map(red).collect(),
            pauses: pauses.iter().map(pause).collect(),
            ..Facts::default()
        }
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
        let others =
            [held(unit(1), "09-30 17:30", "10-08 17:30"), held(unit(2), "10-09 10:00", "10-10 12:00")];
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
                &[
                    held(industry, "09-29 17:30", "09-30 11:00"),
                    held(resources, "09-29 17:30", "09-30 17:00")
                ],
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
        assert_eq!(
            charged(&facing, &two),
            [(Charged::Office, HOUR), (unit(1), HOUR / 2), (unit(2), HOUR / 2)]
        );
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
    fn a_clock_is_late_outside_what_it_stood_still_and_never_twice_at_once() {
        for (facts, due, until, wanted, days) in [
            // Due Thu 8 Oct, it stood still from Mon 12 to Mon 19 Oct and was stopped on Tue 20: red on the 9th, 10th, 12th,
            // 19th and 20th.
            (
                facts(&[("10-08 17:30", "10-12 09:00")], &[("10-12 09:00", Some("10-19 09:00"))]),
                Some("10-08 17:30"),
                "10-20 10:00",
                vec![late("10-08 17:30", "10-12 09:00"), late("10-19 09:00", "10-20 10:00")],
                5,
            ),
            // The same while it stands still.
            (
                facts(&[("10-08 17:30", "10-12 09:00")], &[("10-12 09:00", None)]),
                None,
                "10-15 10:00",
                vec![late("10-08 17:30", "10-12 09:00")],
                3,
            ),
            // Stopped in the moment it runs on.
            (
                facts(&[("10-08 17:30", "10-12 09:00")], &[("10-12 09:00", Some("10-19 09:00"))]),
                Some("10-08 17:30"),
                "10-19 09:00",
                vec![late("10-08 17:30", "10-12 09:00")],
                3,
            ),
            // More time was granted on the 12th, until the 9th.
            (
                facts(&[("10-08 17:30", "10-12 10:00")], &[]),
                Some("10-09 17:30"),
                "10-12 11:00",
                vec![late("10-08 17:30", "10-12 11:00")],
                3,
            ),
            // Until the 13th: in time on that day, and late again on the 14th.
            (
                facts(&[("10-08 17:30", "10-12 10:00")], &[]),
                Some("10-13 17:30"),
                "10-14 10:00",
                vec![late("10-08 17:30", "10-12 10:00"), late("10-13 17:30", "10-14 10:00")],
                4,
            ),
            // Stopped as of an hour before it was found late; and in time, after it had stood still.
            (facts(&[("10-08 17:30", "10-12 10:00")], &[]), None, "10-08 17:00", vec![], 0),
            (
                facts(&[], &[("10-08 09:00", Some("10-09 09:00"))]),
                Some("10-09 17:30"),
                "10-09 17:00",
                vec![],
                0,
            ),
        ] {
            let (due, until) = (due.map(time), time(until));
            assert_eq!(late_times(&facts, due, until), wanted, "{facts:?}");
            assert_eq!(super::red_days(&office(), &facts, due, until), Ok(days), "{facts:?}");
        }
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
            assert_eq!(red_days(&office(), time(due), time(stop)), Ok(wanted), "due {due}, stopped {stop}");
        }
        // Over the year's end: Thu 31 Dec and Mon 4 Jan, as Fri 1 Jan is off.
        let monday = time("12-31 10:00").plus(TimeDelta::days(4));
        assert_eq!(red_days(&office(), time("12-30 17:30"), monday), Ok(2));
        let outside = serde_json::from_value(json!("9999-12-31T00:00:00Z")).unwrap();
        assert_eq!(red_days(&office(), time("12-30 17:30"), outside).unwrap_err().code(), "out_of_range");
        assert_eq!(red_days(&office(), outside, outside).unwrap_err().code(), "out_of_range");
    }

    #[test]
    fn a_clock_due_at_midnight_was_due_on_the_day_that_ended() {
        let late_shift = calendar(json!({
            "zone": "Asia/Shanghai", "hours": {"tue": [["09:00", "24:00"]], "wed": [["09:00", "24:00"]]},
        }));
        assert_eq!(red_days(&late_shift, time("09-30 00:00"), time("09-30 10:00")), Ok(1));
    }

    /// So many minutes after Monday 28 Sep 2026, 00:00, for two weeks.
    fn minute() -> impl Strategy<Value = i64> {
        0_i64..14 * 24 * 60
    }

    fn at(minute: i64) -> Instant {
        time("09-28 00:00").plus(TimeDelta::minutes(minute))
    }

    fn span() -> impl Strategy<Value = Late> {
        (minute(), minute())
            .prop_map(|(one, other)| Late { from: at(one.min(other)), until: at(one.max(other)) })
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
}
