//! What a due date costs, with few and with many years of days off loaded.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot be set up has nothing to measure")]

use criterion::Criterion;
use onedoor::domain::calendar::{Calendar, Counting, Length, Spec, default_cut_off};
use onedoor::domain::ids::Instant;
use serde_json::json;
use std::hint::black_box;

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    for years in [1, 10, 100] {
        due_dates(&mut criterion, years);
    }
    build(&mut criterion);
    criterion.final_summary();
}

/// An office calendar with the days off of this many years, from 2026 on.
fn office(years: i32) -> Spec {
    let day = json!([["09:00", "12:00"], ["13:30", "17:30"]]);
    let days_off: Vec<_> =
        (2026..2026 + years).flat_map(|year| (1..=7).map(move |day| format!("{year}-10-{day:02}"))).collect();
    let make_up_days: Vec<_> = (2026..2026 + years).map(|year| format!("{year}-10-10")).collect();
    let office = json!({
        "zone": "Asia/Shanghai",
        "hours": {"mon": day, "tue": day, "wed": day, "thu": day, "fri": day},
        "days_off": days_off, "make_up_days": make_up_days,
    });
    serde_json::from_value(office).unwrap()
}

fn due_dates(criterion: &mut Criterion, years: i32) {
    let calendar = Calendar::build(&office(years)).unwrap();
    let at = |text: &str| -> Instant { serde_json::from_value(json!(text)).unwrap() };
    let from = at("2026-09-29T16:00:00+08:00");
    let pauses = [(at("2026-09-30T10:00:00+08:00"), at("2026-10-08T10:00:00+08:00"))];
    let mut group = criterion.benchmark_group(format!("due date, {years} years loaded"));
    for (name, length) in [
        ("15 working days", Length::WorkingDays { days: 15, counting: Counting::A }),
        (
            "250 working days, rule B",
            Length::WorkingDays { days: 250, counting: Counting::B { cut_off: Some(default_cut_off()) } },
        ),
        ("same day", Length::SameDay { cut_off: default_cut_off() }),
        ("40 working hours", Length::WorkingSeconds(40 * 3600)),
    ] {
        group.bench_function(name, |bencher| {
            bencher.iter(|| calendar.due(black_box(from), black_box(&length), &[]));
        });
        group.bench_function(format!("{name}, paused"), |bencher| {
            bencher.iter(|| calendar.due(black_box(from), black_box(&length), black_box(&pauses)));
        });
    }
    group.finish();
}

fn build(criterion: &mut Criterion) {
    let spec = office(10);
    let from: Instant = serde_json::from_value(json!("2026-09-29T16:00:00+08:00")).unwrap();
    criterion.bench_function("a calendar of 10 years built, and its first due date", |bencher| {
        bencher.iter(|| Calendar::build(black_box(&spec)).unwrap().same_day(from, default_cut_off()));
    });
}
