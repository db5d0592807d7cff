//! Cases worked out by hand.

use super::{
    Calendar, CalendarError, Counting, DayKind, Due, Explanation, Length, Notice, Reason, Spec,
    default_cut_off,
};
use crate::domain::ids::Instant;
use chrono::{NaiveDate, NaiveTime};
use serde_json::{Value, json};

fn instant(text: &str) -> Instant {
    serde_json::from_value(json!(text)).unwrap()
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn time(text: &str) -> NaiveTime {
    text.parse().unwrap()
}

fn spec(value: Value) -> Spec {
    serde_json::from_value(value).unwrap()
}

fn calendar(value: Value) -> Calendar {
    Calendar::build(&spec(value)).unwrap()
}

/// Monday to Friday with a lunch break, and the days of autumn 2026.
fn office_with(more: Value) -> Calendar {
    let day = json!([["09:00", "12:00"], ["13:30", "17:30"]]);
    let mut office = json!({
        "zone": "Asia/Shanghai",
        "hours": {"mon": day, "tue": day, "wed": day, "thu": day, "fri": day},
        "days_off": ["2026-09-25", "2026-10-01", "2026-10-02", "2026-10-05", "2026-10-06",
            {"date": "2026-10-07", "name": "国庆节"}],
        "make_up_days": [{"date": "2026-10-10", "name": "国庆节"}],
        "announced": [2026],
    });
    for (key, value) in more.as_object().unwrap() {
        office[key] = value.clone();
    }
    calendar(office)
}

fn office() -> Calendar {
    office_with(json!({}))
}

fn shown(calendar: &Calendar, due: Result<Due, CalendarError>) -> String {
    match due {
        Ok(due) => calendar.rfc3339(due.at),
        Err(error) => error.code().to_owned(),
    }
}

fn working_days(days: u32, counting: Counting) -> Length {
    Length::WorkingDays { days, counting }
}

#[track_caller]
fn assert_due(calendar: &Calendar, from: &str, length: Length, wanted: &str) {
    assert_eq!(shown(calendar, calendar.due(instant(from), &length, &[])), wanted, "from {from}, {length:?}");
}

#[test]
fn rule_a_counts_the_close_of_the_working_day_after_the_start_whatever_the_hour() {
    let office = office();
    for (from, days, wanted) in [
        ("2026-09-24T00:00:00+08:00", 1, "2026-09-28T17:30:00+08:00"),
        ("2026-09-24T23:59:59+08:00", 1, "2026-09-28T17:30:00+08:00"),
        ("2026-09-26T10:00:00+08:00", 1, "2026-09-28T17:30:00+08:00"),
        ("2026-09-30T11:00:00+08:00", 3, "2026-10-10T17:30:00+08:00"),
        // With no day to count, the start's own working day, or the next.
        ("2026-09-30T11:00:00+08:00", 0, "2026-09-30T17:30:00+08:00"),
        ("2026-10-01T11:00:00+08:00", 0, "2026-10-08T17:30:00+08:00"),
    ] {
        assert_due(&office, from, working_days(days, Counting::A), wanted);
    }
}

#[test]
fn rule_b_first_moves_a_receipt_on_a_day_off_or_after_the_cut_off() {
    let office = office();
    let plain = Counting::B { cut_off: None };
    let at_four = Counting::B { cut_off: Some(time("16:00:00")) };
    for (from, counting, wanted) in [
        ("2026-09-26T10:00:00+08:00", plain, "2026-09-29T17:30:00+08:00"),
        ("2026-09-28T23:00:00+08:00", plain, "2026-09-29T17:30:00+08:00"),
        ("2026-09-28T15:59:59+08:00", at_four, "2026-09-29T17:30:00+08:00"),
        ("2026-09-28T16:00:00+08:00", at_four, "2026-09-30T17:30:00+08:00"),
        // Moved once, not twice.
        ("2026-09-26T20:00:00+08:00", at_four, "2026-09-29T17:30:00+08:00"),
    ] {
        assert_due(&office, from, working_days(1, counting), wanted);
    }
}

#[test]
fn the_same_day_ends_at_its_close_or_the_next_working_days_from_three_o_clock() {
    let office = office();
    for (from, wanted) in [
        ("2026-09-29T14:59:59+08:00", "2026-09-29T17:30:00+08:00"),
        ("2026-09-29T15:00:00+08:00", "2026-09-30T17:30:00+08:00"),
        ("2026-09-30T15:00:00+08:00", "2026-10-08T17:30:00+08:00"),
        ("2026-10-03T08:00:00+08:00", "2026-10-08T17:30:00+08:00"),
        ("2026-10-10T08:00:00+08:00", "2026-10-10T17:30:00+08:00"),
    ] {
        assert_due(&office, from, Length::SameDay { cut_off: default_cut_off() }, wanted);
    }
}

#[test]
fn working_time_runs_over_lunch_and_days_off_and_ends_at_closing_time() {
    let office = office();
    for (from, minutes, wanted) in [
        ("2026-09-28T11:30:00+08:00", 60, "2026-09-28T14:00:00+08:00"),
        ("2026-09-28T11:30:00+08:00", 30, "2026-09-28T12:00:00+08:00"),
        ("2026-09-28T16:30:00+08:00", 60, "2026-09-28T17:30:00+08:00"),
        ("2026-09-30T16:30:00+08:00", 61, "2026-10-08T09:01:00+08:00"),
        ("2026-09-26T10:00:00+08:00", 240, "2026-09-28T14:30:00+08:00"),
        // An empty budget is the start itself if open, else the next opening.
        ("2026-09-28T10:00:00+08:00", 0, "2026-09-28T10:00:00+08:00"),
        ("2026-09-28T12:00:00+08:00", 0, "2026-09-28T13:30:00+08:00"),
        ("2026-09-30T17:30:00+08:00", 0, "2026-10-08T09:00:00+08:00"),
    ] {
        assert_due(&office, from, Length::WorkingSeconds(minutes * 60), wanted);
    }
}

#[test]
fn it_is_open_from_the_instant_of_opening_and_not_at_that_of_closing() {
    let office = office();
    for (at, open) in [
        ("2026-09-28T08:59:59.999999+08:00", false),
        ("2026-09-28T09:00:00+08:00", true),
        ("2026-09-28T12:00:00+08:00", false),
        ("2026-10-10T09:00:00+08:00", true),
        ("2026-10-07T10:00:00+08:00", false),
    ] {
        assert_eq!(office.is_open(instant(at)), open, "{at}");
    }
}

#[test]
fn a_day_off_wins_and_breaks_are_cut_out_of_whatever_holds() {
    let office = office_with(json!({
        "days_off": ["2026-10-10", "2026-10-11"],
        "make_up_days": ["2026-10-10", {"date": "2026-10-17", "hours": [["10:00", "12:00"]]},
            {"date": "2026-10-18", "as": "fri"}],
        "special_hours": {"2026-10-11": [["09:00", "12:00"]], "2026-10-24": [["09:00", "12:00"]],
            "2026-10-14": [["08:00", "10:00"]]},
        "breaks": {"2026-10-12": [["10:00", "11:00"], ["10:30", "14:00"]], "2026-10-14": [["09:00", "09:30"]],
            "2026-10-13": [["00:00", "24:00"]], "2026-10-17": [["11:00", "11:30"]]},
    }));
    for (day, seconds) in [
        ("2026-10-10", 0),
        ("2026-10-11", 0),
        ("2026-10-12", 3600 + 3600 * 7 / 2),
        ("2026-10-13", 0),
        ("2026-10-14", 5400),
        ("2026-10-17", 5400),
        ("2026-10-18", 7 * 3600),
        ("2026-10-24", 3 * 3600),
    ] {
        let (from, to) = (format!("{day}T00:00:00+08:00"), format!("{day}T23:59:59+08:00"));
        assert_eq!(office.working_seconds(instant(&from), instant(&to)), Ok(seconds), "{day}");
        assert_eq!(office.is_working_day(date(day)), seconds > 0, "{day}");
    }
    assert_eq!(office.next_working_day(date("2026-10-12")), Some(date("2026-10-14")));
    assert_eq!(office.previous_working_day(date("2026-10-14")), Some(date("2026-10-12")));
    assert_eq!(office.close_of(date("2026-10-17")), Some(instant("2026-10-17T12:00:00+08:00")));
    assert_eq!(office.opening_of(date("2026-10-11")), None);
}

#[test]
fn a_season_has_its_own_hours_over_the_years_end_too() {
    let day = json!([["09:00", "17:00"]]);
    let calendar = calendar(json!({
        "zone": "Europe/Berlin", "hours": {"mon": day, "thu": day},
        "seasons": [
            {"from": "12-24", "to": "01-01", "hours": {"mon": [["10:00", "11:00"]]}},
            {"from": "2026-08-01", "to": "2026-08-31", "hours": {"thu": [["22:00", "24:00"]]}},
        ],
        "make_up_days": ["2026-12-26"],
    }));
    for (day, close) in [
        ("2026-12-21", Some("2026-12-21T16:00:00Z")),
        ("2026-12-24", None),
        ("2026-12-26", Some("2026-12-26T10:00:00Z")),
        ("2026-12-28", Some("2026-12-28T10:00:00Z")),
        ("2027-01-04", Some("2027-01-04T16:00:00Z")),
        ("2026-08-03", None),
        ("2026-08-06", Some("2026-08-06T22:00:00Z")),
        ("2027-08-05", Some("2027-08-05T15:00:00Z")),
    ] {
        assert_eq!(calendar.close_of(date(day)), close.map(instant), "{day}");
    }
}

#[test]
fn lengths_are_real_time_where_clocks_are_put_forward_and_back() {
    let day = json!([["00:00", "24:00"]]);
    let new_york = json!({"zone": "America/New_York", "hours": {"sat": day, "sun": day,
        "mon": [["01:30", "03:00"]]}, "special_hours": {"2026-11-02": [["09:00", "10:00"]]}});
    let always = calendar(new_york);
    for (from, to, seconds) in [
        // 8 March 2026 has 23 hours, 1 November 25.
        ("2026-03-08T00:00:00-05:00", "2026-03-09T00:00:00-04:00", 23 * 3600),
        ("2026-11-01T00:00:00-04:00", "2026-11-02T00:00:00-05:00", 25 * 3600),
        ("2026-11-01T00:00:00-04:00", "2026-11-03T00:00:00-05:00", 26 * 3600),
    ] {
        assert_eq!(always.working_seconds(instant(from), instant(to)), Ok(seconds), "{from}");
        assert_eq!(always.working_seconds(instant(to), instant(from)), Ok(-seconds), "{to}");
    }
    let edges = calendar(
        json!({"zone": "America/New_York", "hours": {"sun": [["00:30", "01:30"], ["02:30", "04:00"]]}}),
    );
    // 02:30 is skipped on 8 March: open from 03:00; 01:30 comes twice on 1 November: closed at the second.
    assert!(edges.is_open(instant("2026-03-08T03:00:00-04:00")));
    assert!(!edges.is_open(instant("2026-03-08T01:59:59-05:00")));
    assert!(edges.is_open(instant("2026-11-01T01:29:59-05:00")));
    assert!(!edges.is_open(instant("2026-11-01T01:30:00-05:00")));
    // The whole of 30 December 2011 was skipped in Apia.
    let apia = calendar(json!({"zone": "Pacific/Apia", "hours": {"thu": day, "fri": day, "sat": day}}));
    assert!(!apia.is_working_day(date("2011-12-30")));
    assert_eq!(apia.next_working_day(date("2011-12-29")), Some(date("2011-12-31")));
}

#[test]
fn natural_days_keep_the_wall_clock_and_natural_minutes_do_not() {
    let calendar = calendar(json!({"zone": "America/New_York"}));
    let from = "2026-03-07T02:30:00-05:00";
    assert_due(&calendar, from, Length::Days(1), "2026-03-08T03:00:00-04:00");
    assert_due(&calendar, from, Length::Days(2), "2026-03-09T02:30:00-04:00");
    assert_due(&calendar, from, Length::Minutes(1440), "2026-03-08T03:30:00-04:00");
    assert_due(&calendar, "2026-10-31T01:30:00-04:00", Length::Days(1), "2026-11-01T01:30:00-04:00");
}

#[test]
fn a_pause_moves_the_end_by_the_time_it_takes_away() {
    let office = office();
    let from = instant("2026-09-28T10:00:00+08:00");
    let day = (instant("2026-09-28T15:00:00+08:00"), instant("2026-09-29T15:00:00+08:00"));
    let again = (instant("2026-09-29T14:00:00+08:00"), instant("2026-09-29T15:30:00+08:00"));
    let early = (instant("2026-09-01T00:00:00+08:00"), from);
    let natural_end = (instant("2026-09-30T10:00:00+08:00"), instant("2026-09-30T12:00:00+08:00"));
    for (length, pauses, wanted) in [
        (working_days(1, Counting::A), vec![], "2026-09-29T17:30:00+08:00"),
        // Seven open hours lost: a whole working day, ending at closing time.
        (working_days(1, Counting::A), vec![day], "2026-09-30T17:30:00+08:00"),
        // Overlapping and out of order: half an hour more, on 8 October.
        (working_days(1, Counting::A), vec![again, day, early], "2026-10-08T09:30:00+08:00"),
        (Length::SameDay { cut_off: default_cut_off() }, vec![day], "2026-09-29T17:30:00+08:00"),
        (Length::WorkingSeconds(5 * 3600), vec![day], "2026-09-29T16:30:00+08:00"),
        (Length::WorkingSeconds(7 * 1800), vec![day], "2026-09-28T15:00:00+08:00"),
        (Length::Days(1), vec![day], "2026-09-30T10:00:00+08:00"),
        (Length::Days(1), vec![day, natural_end], "2026-09-30T10:00:00+08:00"),
        (Length::Minutes(24 * 60 + 1), vec![day, natural_end], "2026-09-30T12:01:00+08:00"),
        (Length::Until(natural_end.0), vec![day], "2026-09-30T10:00:00+08:00"),
    ] {
        assert_eq!(shown(&office, office.due(from, &length, &pauses)), wanted, "{length:?}");
    }
    let backwards = [(day.1, day.0)];
    assert_eq!(shown(&office, office.due(from, &Length::Days(1), &backwards)), "bad_pause");
    let to = instant("2026-09-29T17:30:00+08:00");
    assert_eq!(office.working_seconds_outside(from, to, &[day, again]), Ok(11 * 1800));
}

#[test]
fn a_date_counted_through_a_year_without_a_notice_is_provisional() {
    let office = office();
    let provisional =
        |from: &str, days| office.due(instant(from), &working_days(days, Counting::A), &[]).unwrap();
    assert!(!provisional("2026-12-30T10:00:00+08:00", 1).provisional);
    assert!(provisional("2026-12-30T10:00:00+08:00", 2).provisional);
    assert!(provisional("2025-12-31T10:00:00+08:00", 2).provisional);
    let natural = office.due(instant("2026-12-30T10:00:00+08:00"), &Length::Days(5), &[]).unwrap();
    assert!(!natural.provisional, "natural days need no notice");
    let whole_day = json!([["00:00", "24:00"]]);
    let midnight =
        calendar(json!({"zone": "Asia/Shanghai", "hours": {"thu": whole_day}, "announced": [2026]}));
    let last =
        midnight.due(instant("2026-12-30T10:00:00+08:00"), &Length::WorkingSeconds(86_400), &[]).unwrap();
    assert_eq!(midnight.rfc3339(last.at), "2027-01-01T00:00:00+08:00");
    assert!(!last.provisional, "the last day counted is 31 December");
    let undeclared = calendar(json!({"zone": "Asia/Shanghai", "hours": {"thu": whole_day}}));
    assert!(!undeclared.provisional(date("1990-01-01"), date("2090-01-01")));
}

#[test]
fn a_notice_replaces_what_was_known_of_its_year_only() {
    let mut known = spec(json!({"zone": "UTC", "days_off": ["2026-12-31", "2027-01-01", "2027-05-01"],
        "make_up_days": ["2027-01-02"], "announced": [2026]}));
    let notice: Notice = serde_json::from_value(json!({"year": 2027, "sources": ["https://www.gov.cn/"],
        "days_off": [{"date": "2027-01-01", "name": "元旦"}]}))
    .unwrap();
    known.announce(notice);
    let dates: Vec<_> = known.days_off.iter().map(|day| day.date.as_str()).collect();
    assert_eq!(dates, ["2026-12-31", "2027-01-01"]);
    assert!(known.make_up_days.is_empty());
    assert_eq!(known.announced, [2026, 2027]);
}

#[test]
fn every_fault_of_a_calendar_has_its_own_code() {
    for (wrong, code) in [
        (json!({"zone": "Mars/Olympus"}), "unknown_zone"),
        (json!({"hours": {"mon": [["09:00", "25:00"]]}}), "bad_time"),
        (json!({"hours": {"mon": [["09:00", "24:01"]]}}), "bad_time"),
        (json!({"hours": {"mon": [["9:00", "12:00"]]}}), "bad_time"),
        (json!({"hours": {"mon": [["09:00:00:00", "12:00"]]}}), "bad_time"),
        (json!({"hours": {"mon": [["12:00", "09:00"]]}}), "bad_interval"),
        (json!({"hours": {"mon": [["24:00", "24:00"]]}}), "bad_interval"),
        (json!({"hours": {"mon": [["13:00", "17:00"], ["09:00", "13:01"]]}}), "overlapping_hours"),
        (json!({"hours": {"mon": vec![["09:00", "10:00"]; 25]}}), "too_many"),
        (json!({"days_off": ["2026-02-29"]}), "bad_date"),
        (json!({"days_off": ["+2026-2-1"]}), "bad_date"),
        (json!({"special_hours": {"tomorrow": []}}), "bad_date"),
        (json!({"breaks": {"2026-01-01": [["10:00", "10:00"]]}}), "bad_interval"),
        (json!({"make_up_days": [{"date": "2026-01-01", "as": "monday"}]}), "bad_make_up_day"),
        (json!({"make_up_days": [{"date": "2026-01-01", "as": "mon", "hours": []}]}), "bad_make_up_day"),
        (json!({"make_up_days": ["2026-01-01", {"date": "2026-01-01", "as": "tue"}]}), "duplicate_day"),
        (json!({"seasons": [{"from": "06-31", "to": "08-01", "hours": {}}]}), "bad_season"),
        (json!({"seasons": [{"from": "06-01", "to": "2026-08-01", "hours": {}}]}), "bad_season"),
        (json!({"seasons": [{"from": "2026-08-02", "to": "2026-08-01", "hours": {}}]}), "bad_season"),
    ] {
        let mut value = wrong.clone();
        if value.get("zone").is_none() {
            value["zone"] = json!("UTC");
        }
        let error = Calendar::build(&spec(value)).unwrap_err();
        assert_eq!(error.code(), code, "{wrong}");
        assert!(!error.detail().is_empty());
    }
    let twice = json!({"zone": "UTC", "days_off": ["2026-01-01", "2026-01-01"]});
    assert!(Calendar::build(&spec(twice)).is_ok(), "saying the same thing twice is harmless");
}

#[test]
fn a_limit_that_cannot_be_counted_is_an_error_and_quick() {
    let office = office();
    let never = calendar(json!({"zone": "UTC", "hours": {}}));
    let past = calendar(json!({"zone": "UTC", "special_hours": {"2020-01-01": [["09:00", "10:00"]]}}));
    let from = "2026-09-28T10:00:00+08:00";
    let same_day = Length::SameDay { cut_off: default_cut_off() };
    for (calendar, from, length, code) in [
        (&never, from, working_days(1, Counting::A), "never_open"),
        (&never, from, same_day, "never_open"),
        (&never, from, Length::WorkingSeconds(0), "never_open"),
        (&past, from, Length::WorkingSeconds(1), "never_open"),
        (&office, from, working_days(u32::MAX, Counting::A), "out_of_range"),
        (&office, from, Length::WorkingSeconds(u64::MAX), "out_of_range"),
        (&office, from, Length::WorkingSeconds(u64::MAX / 2_000_001), "out_of_range"),
        (&office, from, Length::Minutes(i64::MAX), "out_of_range"),
        (&office, from, Length::Minutes(i64::MIN), "out_of_range"),
        (&office, from, Length::Days(u32::MAX), "out_of_range"),
        (&office, "0001-01-01T00:00:00Z", working_days(1, Counting::A), "out_of_range"),
        (&office, "9999-12-31T23:59:59Z", same_day, "out_of_range"),
        (&office, "9999-12-31T23:59:59Z", Length::WorkingSeconds(0), "out_of_range"),
        (&office, "2199-12-31T10:00:00Z", working_days(1, Counting::A), "out_of_range"),
    ] {
        assert_due(calendar, from, length, code);
    }
    assert!(!never.is_open(instant(from)));
    let (first, last) = (instant("0001-01-01T00:00:00Z"), instant("9999-12-31T23:59:59Z"));
    assert_eq!(office.working_seconds(first, last).unwrap_err().code(), "out_of_range");
    assert_eq!(office.next_opening(last), None);
    assert_eq!(office.next_working_day(NaiveDate::MAX), None);
    assert_eq!(office.previous_working_day(NaiveDate::MIN), None);
    // A pause far away does not matter; one without end does.
    let far = (instant("2150-01-01T00:00:00Z"), last);
    let endless = (instant("2026-09-28T11:00:00+08:00"), last);
    let hour = Length::WorkingSeconds(3600);
    assert_eq!(shown(&office, office.due(instant(from), &hour, &[far])), "2026-09-28T11:00:00+08:00");
    let longer = Length::WorkingSeconds(3601);
    assert_eq!(shown(&office, office.due(instant(from), &longer, &[endless])), "out_of_range");
}

fn told(explanation: &Explanation) -> Vec<(String, DayKind, Reason, Option<u32>)> {
    let days = explanation.days.iter();
    days.map(|day| (day.date.to_string(), day.kind, day.reason, day.number)).collect()
}

#[test]
fn an_explanation_names_each_day_and_why() {
    let office = office();
    let plain = Counting::B { cut_off: None };
    let from = instant("2026-09-26T10:00:00+08:00");
    let explanation = office.explain(from, &working_days(1, plain), &[]).unwrap();
    assert_eq!(
        told(&explanation),
        [
            ("2026-09-26".to_owned(), DayKind::Weekend, Reason::StartOnDayOff, None),
            ("2026-09-27".to_owned(), DayKind::Weekend, Reason::Skipped, None),
            ("2026-09-28".to_owned(), DayKind::Working, Reason::StartMovedHere, None),
            ("2026-09-29".to_owned(), DayKind::Working, Reason::Counted, Some(1)),
        ]
    );
    let from = instant("2026-10-06T10:00:00+08:00");
    let pause = (instant("2026-10-08T09:00:00+08:00"), instant("2026-10-08T10:00:00+08:00"));
    let explanation = office.explain(from, &working_days(2, Counting::A), &[pause]).unwrap();
    assert_eq!(
        told(&explanation),
        [
            ("2026-10-06".to_owned(), DayKind::DayOff, Reason::StartNotCounted, None),
            ("2026-10-07".to_owned(), DayKind::DayOff, Reason::Skipped, None),
            ("2026-10-08".to_owned(), DayKind::Working, Reason::Counted, Some(1)),
            ("2026-10-09".to_owned(), DayKind::Working, Reason::Counted, Some(2)),
            ("2026-10-10".to_owned(), DayKind::MakeUp, Reason::MakesUpPause, None),
        ]
    );
    assert_eq!(explanation.days[1].name.as_deref(), Some("国庆节"));
    assert_eq!(explanation.days[2].hours[1], ["13:30", "17:30"]);
    let from = instant("2026-10-08T18:00:00+08:00");
    let explanation = office.explain(from, &Length::WorkingSeconds(8 * 3600), &[]).unwrap();
    let seconds: Vec<_> = explanation.days.iter().map(|day| (day.reason, day.seconds)).collect();
    assert_eq!(
        seconds,
        [(Reason::NothingLeft, Some(0)), (Reason::Counted, Some(7 * 3600)), (Reason::Counted, Some(3600)),]
    );
    let same_day = Length::SameDay { cut_off: default_cut_off() };
    let explanation = office.explain(from, &same_day, &[]).unwrap();
    let reasons: Vec<_> = explanation.days.iter().map(|day| day.reason).collect();
    assert_eq!(reasons, [Reason::StartAfterCutOff, Reason::EndsHere]);
}
