//! After nothing ran for a while: what was missed is told in order, and says how late it is.

use super::{alarms_of, look};
use crate::path::{Walk, on};
use crate::support::app::{TestApp, on_both};
use diesel::prelude::*;
use onedoor::db::schema::clocks;
use onedoor::domain::ids::Instant;

on_both!(in the sample district:
    what_was_missed_is_told_in_order_and_says_how_late_it_is,
    what_was_missed_is_not_told_at_night,
    many_alarms_to_one_person_become_one_letter,
    what_is_not_due_is_not_looked_at,
    a_clock_that_goes_back_tells_nothing_again,
);

async fn what_was_missed_is_told_in_order_and_says_how_late_it_is(app: &mut TestApp) {
    let walk = Walk::under_way(app, &[("industry", "lead")]).await;
    let singly = look(&walk, "10-12 10:00").await;
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
    assert_eq!(singly, [""; 0], "nothing goes singly");
    for time in ["10-12 10:04", "10-12 10:05"] {
        walk.at(time);
        for _ in 0..4 {
            app.step("send letters").await;
        }
        let letters = crate::letters::to(app, "industry.handler@");
        let of_alarms = letters.iter().filter(|letter| letter.contains("多项时限提醒"));
        assert_eq!(of_alarms.count(), usize::from(time == "10-12 10:05"), "what is late is gathered: {time}");
    }
    let letters = crate::letters::to(app, "industry.handler@");
    let letter = letters.iter().find(|letter| letter.contains("多项时限提醒")).expect("one letter");
    let places = ["09:30 发出，迟了 312 小时 30 分", "9月30日 09:00 发出，迟了 289 小时 0 分"];
    let places = places.map(|late| letter.find(late).unwrap_or_else(|| panic!("{late}: {letter}")));
    assert!(places.is_sorted(), "in order: {letter}");
    let before = walk.stand().await;
    app.step(super::WATCH).await;
    assert_eq!(walk.stand().await, before);
}

async fn what_was_missed_is_not_told_at_night(app: &mut TestApp) {
    let walk = Walk::under_way(app, &[("industry", "lead")]).await;
    look(&walk, "10-12 02:00").await;
    assert!(alarms_of(&walk).await.is_empty());
    look(&walk, "10-12 09:01").await;
    assert!(alarms_of(&walk).await.contains(&"contact red_day_3 1".to_owned()));
}

async fn many_alarms_to_one_person_become_one_letter(app: &mut TestApp) {
    let mut walks = Vec::new();
    for _ in 0..8 {
        walks.push(Walk::under_way(app, &[("industry", "lead")]).await);
    }
    // Eight contacts turn yellow in one instant: five letters, and from then on one an hour.
    app.set_time(&on("09-29 09:31"));
    app.step(super::WATCH).await;
    let mut singly = 0;
    for walk in &walks {
        assert_eq!(alarms_of(walk).await, ["contact yellow 1"]);
        singly += walk.told().await.len();
    }
    assert_eq!(singly, 5);
    let count = |app: &TestApp| {
        let letters = crate::letters::to(app, "industry.handler@");
        let many = letters.iter().filter(|letter| letter.contains("多项时限提醒")).cloned();
        many.collect::<Vec<String>>()
    };
    app.set_time(&on("09-29 10:30:59"));
    for _ in 0..8 {
        app.step("send letters").await;
    }
    assert!(count(app).is_empty());
    app.set_time(&on("09-29 10:31"));
    app.step("send letters").await;
    let many = count(app);
    let [letter] = many.as_slice() else { panic!("one letter: {many:?}") };
    assert!(letter.contains("多项时限提醒 (3)"), "{letter}");
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
