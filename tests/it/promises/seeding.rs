//! What is there at the first start, and only once.

use super::{findings, read, sample};
use crate::support::app::{TestApp, instant, on_both};
use crate::support::place::{Database, Place};
use diesel::prelude::*;
use onedoor::db::schema::{books, calendars, registers};
use onedoor::db::{Conn, Db, Settings};
use onedoor::domain::promise::Length;
use onedoor::fault::Fault;
use onedoor::promises;
use std::sync::{Arc, Barrier};

/// How many books, calendars and registers there are.
fn counts(conn: &mut Conn) -> Result<(i64, i64, i64), Fault> {
    let books = books::table.count().get_result(conn)?;
    let calendars = calendars::table.count().get_result(conn)?;
    Ok((books, calendars, registers::table.count().get_result(conn)?))
}

async fn the_first_start_brings_a_book_and_a_calendar_and_the_second_nothing(app: &mut TestApp) {
    assert_eq!(read(app, counts).await, (1, 1, 5));
    app.restart(|_| {}).await;
    assert_eq!(read(app, counts).await, (1, 1, 5));
}

async fn the_sample_is_whole_and_laid_once(app: &mut TestApp) {
    let admin = sample(app).await;
    let at = app.context.time.now();
    let again = app.context.db.write(move |conn| promises::seed_sample(conn, at)).await;
    again.expect("a second time changes nothing");
    let tree = admin.get("/categories").await.expect(200);
    let classes = tree["classes"].as_array().expect("classes");
    let sub_classes: usize =
        classes.iter().map(|class| class["sub_classes"].as_array().expect("sub-classes").len()).sum();
    assert_eq!((classes.len(), sub_classes), (11, 56));
    assert_eq!(findings(app, "2026-09-24").await, Vec::<String>::new());
}

async fn the_terms_of_new_clocks_are_read_once_for_the_whole_process(app: &mut TestApp) {
    let terms = read(app, |conn| promises::terms(conn, "cn")).await;
    assert_eq!((terms.calendar_name.as_str(), terms.calendar_version), ("cn", 1));
    assert_eq!(super::book::conclusion(&terms.book), Some(Length::WorkingDays(15)));
    let again = read(app, |conn| promises::terms(conn, "cn")).await;
    assert!(Arc::ptr_eq(&terms.book, &again.book));
    let kept = read(app, |conn| promises::calendar_version(conn, "cn", 1)).await;
    assert!(Arc::ptr_eq(&terms.calendar, &kept));
    let missing = app.context.db.read(|conn| promises::calendar_version(conn, "cn", 2)).await;
    assert_eq!(missing.map(|_| ()).expect_err("there is no version 2").code.code(), "internal");
}

on_both!(
    the_first_start_brings_a_book_and_a_calendar_and_the_second_nothing,
    the_sample_is_whole_and_laid_once,
    the_terms_of_new_clocks_are_read_once_for_the_whole_process,
);

#[test]
fn replicas_that_start_at_once_bring_one_book_and_one_calendar() {
    let Some(place) = Place::migrated(Database::Postgres) else {
        return;
    };
    let start = Barrier::new(4);
    let open = || Db::open(&Settings { url: place.url.clone(), ..Settings::default() }).expect("it opens");
    let at = instant("2026-09-24T16:40:00+08:00");
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let db = open();
                start.wait();
                db.write_blocking(move |conn| promises::seed(conn, at)).expect("each replica starts");
                db.close();
            });
        }
    });
    let db = open();
    assert_eq!(db.read_blocking(counts).expect("it can be counted"), (1, 1, 5));
    db.close();
}
