//! Several writers at once, which only PostgreSQL has, and connections that die.

use crate::house::{House, moment, named, on_both, on_postgres, put, things};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use onedoor::db::{Conn, Db, for_update, meet, skip_locked};
use onedoor::fault::{Code, Fault};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};

/// The same database, whose first two closures to reach `point` wait for each other there.
fn two_meet_at(house: &House, point: &'static str) -> Db {
    let (barrier, arrived) = (Barrier::new(2), AtomicUsize::new(0));
    house.db.with_meeting_points(Arc::new(move |reached| {
        if reached == point && arrived.fetch_add(1, Ordering::SeqCst) < 2 {
            barrier.wait();
        }
    }))
}

fn count_up(conn: &mut Conn, name: &str) -> Result<(), Fault> {
    diesel::update(things::table.filter(named(name)))
        .set(things::count.eq(things::count + 1))
        .execute(conn)?;
    Ok(())
}

fn count(conn: &mut Conn, name: &str) -> Result<i32, Fault> {
    Ok(things::table.filter(named(name)).select(things::count).first(conn)?)
}

#[tokio::test]
async fn of_two_writes_in_a_deadlock_both_land() {
    let Some(house) = on_postgres(|_| {}) else { return };
    house.put("left").await.unwrap();
    house.put("right").await.unwrap();
    let db = two_meet_at(&house, "between");
    let crossing = |one: &'static str, other: &'static str| {
        db.write(move |conn| {
            count_up(conn, one)?;
            meet("between");
            count_up(conn, other)
        })
    };
    let (one, other) = tokio::join!(crossing("left", "right"), crossing("right", "left"));
    one.unwrap();
    other.unwrap();
    let counts = house.db.read(|conn| Ok((count(conn, "left")?, count(conn, "right")?))).await.unwrap();
    assert_eq!(counts, (2, 2));
}

#[tokio::test]
async fn of_two_writes_that_cannot_be_put_in_order_one_is_run_again() {
    let Some(house) = on_postgres(|_| {}) else { return };
    house.put("thing").await.unwrap();
    let db = two_meet_at(&house, "read");
    let runs = Arc::new(AtomicUsize::new(0));
    let add_one = || {
        let runs = Arc::clone(&runs);
        db.write(move |conn| {
            runs.fetch_add(1, Ordering::SeqCst);
            conn.batch_execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")?;
            let seen = count(conn, "thing")?;
            meet("read");
            diesel::update(things::table).set(things::count.eq(seen + 1)).execute(conn)?;
            Ok(())
        })
    };
    let (one, other) = tokio::join!(add_one(), add_one());
    one.unwrap();
    other.unwrap();
    assert_eq!(house.db.read(|conn| count(conn, "thing")).await.unwrap(), 2);
    assert_eq!(runs.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn a_conflict_without_end_is_given_up_as_overloaded() {
    let Some(house) = on_postgres(|_| {}) else { return };
    let runs = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&runs);
    let fault = house.db.write(move |conn| {
        counted.fetch_add(1, Ordering::SeqCst);
        Ok(conn.batch_execute("DO $$ BEGIN RAISE EXCEPTION SQLSTATE '40001'; END $$")?)
    });
    assert_eq!(fault.await.unwrap_err().code, Code::Overloaded);
    assert_eq!(runs.load(Ordering::SeqCst), 6);
}

#[tokio::test]
async fn workers_that_share_a_queue_never_take_the_same_row() {
    let Some(house) = on_postgres(|_| {}) else { return };
    house.put("one").await.unwrap();
    house.put("two").await.unwrap();
    let db = two_meet_at(&house, "claimed");
    let claim = || {
        db.write(|conn| {
            let row: String =
                skip_locked(things::table.select(things::name).order(things::name).limit(1)).first(conn)?;
            meet("claimed");
            Ok(row)
        })
    };
    let (one, other) = tokio::join!(claim(), claim());
    let mut claimed = [one.unwrap(), other.unwrap()];
    claimed.sort();
    assert_eq!(claimed, ["one", "two"]);
}

#[tokio::test]
async fn a_locked_row_makes_the_next_writer_wait_for_what_the_first_leaves() {
    for house in on_both() {
        house.put("thing").await.unwrap();
        let db = &house.db;
        let writes = (0..20).map(|_| {
            db.write(|conn| {
                let seen: i32 =
                    for_update(things::table.filter(named("thing")).select(things::count)).first(conn)?;
                diesel::update(things::table).set(things::count.eq(seen + 1)).execute(conn)?;
                Ok(())
            })
        });
        for outcome in futures_util::future::join_all(writes).await {
            outcome.unwrap();
        }
        assert_eq!(house.db.read(|conn| count(conn, "thing")).await.unwrap(), 20);
        let all: Vec<String> = house
            .db
            .write(|conn| Ok(for_update(things::table.select(things::name)).load(conn)?))
            .await
            .unwrap();
        assert_eq!(all, ["thing"]);
    }
}

/// Ends every other session of the database.
fn end_other_sessions(conn: &mut Conn) -> Result<(), Fault> {
    Ok(conn.batch_execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid()",
    )?)
}

#[tokio::test]
async fn connections_that_died_while_idle_are_replaced_unnoticed() {
    let Some(house) = on_postgres(|_| {}) else { return };
    house.put("before").await.unwrap();
    assert_eq!(house.names().await, ["before"]);
    let other = Db::open(&house.settings).unwrap();
    other.write(end_other_sessions).await.unwrap();
    house.put("later").await.unwrap();
    assert_eq!(house.names().await, ["before", "later"]);
}

#[tokio::test]
async fn a_connection_that_dies_under_a_write_is_unavailable_and_changes_nothing() {
    let Some(house) = on_postgres(|_| {}) else { return };
    let other = Db::open(&house.settings).unwrap();
    let fault = house.db.write(move |conn| {
        put(conn, "lost")?;
        other.write_blocking(end_other_sessions)?;
        put(conn, "never")
    });
    let fault = fault.await.unwrap_err();
    assert_eq!(fault.code, Code::DatabaseUnavailable, "{fault}");
    assert!(house.names().await.is_empty());
}

#[tokio::test]
async fn a_connection_that_dies_at_the_commit_leaves_the_outcome_unknown() {
    let Some(house) = on_postgres(|_| {}) else { return };
    let other = Db::open(&house.settings).unwrap();
    let fault = house.db.write(move |conn| {
        put(conn, "lost")?;
        other.write_blocking(end_other_sessions)
    });
    let fault = fault.await.unwrap_err();
    assert_eq!(fault.code, Code::OutcomeUnknown, "{fault}");
    house.put("after").await.unwrap();
}

#[tokio::test]
async fn a_lock_that_is_not_let_go_in_time_is_overloaded() {
    let Some(house) = on_postgres(|settings| settings.lock_timeout_milliseconds = 1) else { return };
    house.put("thing").await.unwrap();
    let other = Db::open(&house.settings).unwrap();
    let fault = house.db.write(move |conn| {
        count_up(conn, "thing")?;
        other.write_blocking(|conn| count_up(conn, "thing"))
    });
    assert_eq!(fault.await.unwrap_err().code, Code::Overloaded);
    assert_eq!(house.db.read(|conn| count(conn, "thing")).await.unwrap(), 0);
    assert_eq!(moment(0).0.micros() % 1_000_000, 0);
}
