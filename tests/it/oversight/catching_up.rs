//! After nothing ran for a while: what was missed is told in order, and says how late it is.

use super::{alarms_of, look, payloads};
use crate::path::Walk;
use crate::support::app::{TestApp, on_both};
use diesel::prelude::*;
use onedoor::db::schema::clocks;
use onedoor::domain::ids::Instant;

on_both!(in the sample district:
    what_was_missed_is_told_in_order_and_says_how_late_it_is,
    what_is_not_due_is_not_looked_at,
    a_clock_that_goes_back_tells_nothing_again,
);

async fn what_was_missed_is_told_in_order_and_says_how_late_it_is(app: &mut TestApp) {
    let walk = Walk::under_way(app, &[("industry", "lead")]).await;
    look(&walk, "10-12 10:00").await;
    let told = alarms_of(&walk).await;
    let of_contact: Vec<&str> = told.iter().filter_map(|one| one.strip_prefix("contact ")).collect();
    assert_eq!(
        of_contact,
        [
            "yellow 1",
            "red 1",
            "red 1",
            "red 1",
            "red_day_2 1",
            "red_day_2 1",
            "red_day_3 1",
            "red_day_3 1",
            "red_day_3 1",
            "red_day_5 1",
            "red_day_5 1",
            "red_day_5 1",
        ],
        "each step, in its order, to each once"
    );
    let late: Vec<i64> = payloads(&walk, "overdue")
        .await
        .iter()
        .filter_map(|payload| Some(payload["raised_at"].as_i64()? - payload["tell_at"].as_i64()?))
        .collect();
    assert!(late.iter().any(|late| *late > 12 * 86_400_000_000), "twelve days: {late:?}");
    for _ in 0..4 {
        app.step("send letters").await;
    }
    let letters = crate::letters::to(app, "industry.handler@");
    let note =
        letters.iter().find(|letter| letter.contains("本提醒本应于 9月29日 09:30 发出")).expect("a note");
    assert!(note.contains("迟了 312 小时 30 分"), "{note}");
    let before = walk.stand().await;
    app.step(super::WATCH).await;
    assert_eq!(walk.stand().await, before);
}

async fn what_is_not_due_is_not_looked_at(app: &mut TestApp) {
    let walk = Walk::under_way(app, &[("industry", "lead")]).await;
    let later = Walk::under_way(app, &[("industry", "lead")]).await;
    look(&walk, "09-29 10:00").await;
    let through = app.context.time.now();
    let left = app.context.db.read(move |conn| {
        let due = clocks::table.filter(clocks::next_at.le(through)).count();
        let next: Vec<Option<Instant>> = clocks::table
            .filter(clocks::due_at.is_not_null())
            .filter(clocks::stopped_at.is_null())
            .select(clocks::next_at)
            .load(conn)?;
        Ok((due.get_result::<i64>(conn)?, next))
    });
    let (due, next) = left.await.expect("clocks can be read");
    assert_eq!(due, 0, "nothing is left to be looked at");
    assert!(
        !next.is_empty() && next.iter().all(Option::is_some),
        "and every clock that runs will be: {next:?}"
    );
    let before = (walk.stand().await, later.stand().await);
    app.step(super::WATCH).await;
    assert_eq!((walk.stand().await, later.stand().await), before);
}

async fn a_clock_that_goes_back_tells_nothing_again(app: &mut TestApp) {
    let walk = Walk::under_way(app, &[("industry", "lead")]).await;
    look(&walk, "10-09 10:00").await;
    let told = alarms_of(&walk).await;
    assert!(!told.is_empty());
    for time in ["09-29 09:00", "09-29 09:31", "09-30 09:01", "10-09 10:00"] {
        look(&walk, time).await;
        assert_eq!(alarms_of(&walk).await, told, "{time}");
    }
}
