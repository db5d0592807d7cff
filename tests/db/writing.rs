//! What a write promises: all or nothing, answered after the commit, and never another's trouble.

use crate::house::{House, moment, names, on_both, on_both_with, on_postgres, on_sqlite, put, things};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use futures_util::future::{join_all, poll_immediate};
use onedoor::db::{Conn, unique};
use onedoor::fault::{Code, Fault};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// A write that has begun and stays until it is let go.
struct Held {
    release: Sender<()>,
    write: JoinHandle<Result<(), Fault>>,
}

impl Held {
    async fn new(house: &House) -> Self {
        let (release, wait): (Sender<()>, Receiver<()>) = channel();
        let (begun, has_begun) = oneshot::channel();
        let (wait, begun) = (Mutex::new(wait), Mutex::new(Some(begun)));
        let db = house.db.clone();
        let write = tokio::spawn(async move {
            db.write(move |_conn| {
                if let Some(begun) = begun.lock().unwrap().take() {
                    begun.send(()).unwrap();
                    wait.lock().unwrap().recv().unwrap();
                }
                Ok(())
            })
            .await
        });
        has_begun.await.unwrap();
        Self { release, write }
    }

    async fn let_go(self) {
        self.release.send(()).unwrap();
        self.write.await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn a_write_that_waits_too_long_for_its_turn_is_refused_and_never_done() {
    for house in on_both_with(|settings| (settings.writers, settings.wait_milliseconds) = (1, 50)) {
        let held = Held::new(&house).await;
        let refused = house.db.write(|conn| put(conn, "late")).await.unwrap_err();
        assert_eq!((refused.code, refused.retry_after), (Code::Overloaded, Some(1)));
        held.let_go().await;
        house.db.write(|conn| put(conn, "in time")).await.unwrap();
        assert_eq!(house.names().await, ["in time"]);
    }
}

#[tokio::test]
async fn a_write_that_has_begun_and_takes_too_long_has_an_unknown_outcome_and_is_done() {
    for house in on_both_with(|settings| (settings.writers, settings.answer_milliseconds) = (1, 1000)) {
        let (resume, wait) = channel::<()>();
        let wait = Mutex::new(wait);
        let write = house.db.write(move |conn| {
            wait.lock().unwrap().recv().unwrap();
            put(conn, "slow")
        });
        assert_eq!(write.await.unwrap_err().code, Code::OutcomeUnknown);
        resume.send(()).unwrap();
        house.put("after").await.unwrap();
        assert_eq!(house.names().await, ["after", "slow"]);
    }
}

#[tokio::test]
async fn among_many_at_once_one_that_fails_and_one_that_panics_harm_nobody() {
    for house in on_both() {
        let writes = (0..64).map(|number| {
            house.db.write(move |conn| {
                put(conn, &format!("{number:02}"))?;
                match number {
                    20 => Err(Fault::new(Code::VersionConflict)),
                    40 => panic!("as this test wants it"),
                    _ => Ok(number),
                }
            })
        });
        let outcomes = join_all(writes).await;
        for (number, outcome) in outcomes.into_iter().enumerate() {
            match number {
                20 => assert_eq!(outcome.unwrap_err().code, Code::VersionConflict),
                40 => assert_eq!(outcome.unwrap_err().code, Code::Internal),
                _ => assert_eq!(outcome.unwrap(), number),
            }
        }
        let expected: Vec<String> = (0..64)
            .filter(|number| ![20, 40].contains(number))
            .map(|number| format!("{number:02}"))
            .collect();
        assert_eq!(house.names().await, expected);
    }
}

/// Two writes wait behind a third; the second blocks until told. Gives the first's future polled while the second
/// runs, and lets all end.
async fn first_is_answered_while_second_runs(group_commit: bool) -> bool {
    let house = on_sqlite(|settings| settings.group_commit = group_commit);
    let held = Held::new(&house).await;
    let mut first = Box::pin(house.put("first"));
    assert!(poll_immediate(&mut first).await.is_none());
    let (release, wait) = channel();
    let (begun, has_begun) = oneshot::channel();
    let (wait, begun) = (Mutex::new(wait), Mutex::new(Some(begun)));
    let mut second = Box::pin(house.db.write(move |_conn| {
        if let Some(begun) = begun.lock().unwrap().take() {
            begun.send(()).unwrap();
            wait.lock().unwrap().recv().unwrap();
        }
        Ok(())
    }));
    assert!(poll_immediate(&mut second).await.is_none());
    held.let_go().await;
    has_begun.await.unwrap();
    let answer = poll_immediate(&mut first).await;
    release.send(()).unwrap();
    second.await.unwrap();
    match answer {
        Some(outcome) => {
            outcome.unwrap();
            true
        }
        None => {
            first.await.unwrap();
            false
        }
    }
}

#[tokio::test]
async fn writes_that_wait_together_are_committed_together() {
    assert!(!first_is_answered_while_second_runs(true).await);
}

#[tokio::test]
async fn without_group_commit_each_write_is_answered_by_itself() {
    assert!(first_is_answered_while_second_runs(false).await);
}

/// Puts `odd` between two ordinary writes that wait with it for one commit, and gives its outcome.
async fn between_two_others<F>(house: &House, odd: F) -> Result<(), Fault>
where
    F: Fn(&mut Conn) -> Result<(), Fault> + Send + Sync + 'static,
{
    let held = Held::new(house).await;
    let mut before = Box::pin(house.put("before"));
    let mut odd = Box::pin(house.db.write(odd));
    let mut after = Box::pin(house.put("after"));
    assert!(poll_immediate(&mut before).await.is_none());
    assert!(poll_immediate(&mut odd).await.is_none());
    assert!(poll_immediate(&mut after).await.is_none());
    held.let_go().await;
    let outcome = odd.await;
    before.await.unwrap();
    after.await.unwrap();
    outcome
}

#[tokio::test]
async fn when_the_transaction_around_them_is_lost_each_write_still_lands_once() {
    let house = on_sqlite(|_| {});
    let runs = AtomicUsize::new(0);
    let outcome = between_two_others(&house, move |conn| {
        // What SQLite does by itself when the disk is full.
        if runs.fetch_add(1, Ordering::SeqCst) == 0 {
            conn.batch_execute("ROLLBACK")?;
            return Err(Fault::internal("the disk is full"));
        }
        put(conn, "odd")
    })
    .await;
    outcome.unwrap();
    assert_eq!(house.names().await, ["after", "before", "odd"]);
}

#[tokio::test]
async fn a_constraint_that_breaks_at_the_commit_falls_on_its_own_write_only() {
    let house = on_sqlite(|_| {});
    let tables = "CREATE TABLE parents (id INTEGER PRIMARY KEY) STRICT;
        CREATE TABLE children (parent INTEGER REFERENCES parents (id) DEFERRABLE INITIALLY DEFERRED) STRICT";
    house.db.write(move |conn| Ok(conn.batch_execute(tables)?)).await.unwrap();
    let orphan = |conn: &mut Conn| Ok(conn.batch_execute("INSERT INTO children VALUES (7)")?);
    let fault = between_two_others(&house, orphan).await.unwrap_err();
    assert_eq!(fault.code, Code::Internal);
    assert!(fault.cause.unwrap().contains("FOREIGN KEY"));
    assert_eq!(house.names().await, ["after", "before"]);
}

#[tokio::test]
async fn a_failed_commit_says_that_the_outcome_is_unknown_and_the_writer_goes_on() {
    let house = on_sqlite(|_| {});
    let ended_early = house.db.write(|conn| {
        put(conn, "perhaps")?;
        Ok(conn.batch_execute("COMMIT")?)
    });
    let fault = ended_early.await.unwrap_err();
    assert_eq!(fault.code, Code::OutcomeUnknown);
    assert!(fault.retry_after.is_some());
    house.put("after").await.unwrap();
    assert!(house.names().await.contains(&"after".to_owned()));
}

#[tokio::test]
async fn a_write_given_up_before_it_began_never_runs() {
    for house in on_both_with(|settings| settings.writers = 1) {
        let held = Held::new(&house).await;
        let mut given_up = Box::pin(house.put("given up"));
        assert!(poll_immediate(&mut given_up).await.is_none());
        drop(given_up);
        held.let_go().await;
        house.put("after").await.unwrap();
        assert_eq!(house.names().await, ["after"]);
    }
}

#[tokio::test]
async fn a_full_queue_is_overloaded_and_says_when_to_try_again() {
    for house in on_both_with(|settings| (settings.writers, settings.queue) = (1, 1)) {
        let held = Held::new(&house).await;
        let mut waiting = Box::pin(house.put("waiting"));
        assert!(poll_immediate(&mut waiting).await.is_none());
        let fault = house.put("too many").await.unwrap_err();
        assert_eq!((fault.code, fault.retry_after), (Code::Overloaded, Some(1)));
        held.let_go().await;
        waiting.await.unwrap();
        assert_eq!(house.names().await, ["waiting"]);
    }
}

#[tokio::test]
async fn a_wait_for_a_connection_that_takes_too_long_is_overloaded() {
    let Some(house) = on_postgres(|settings| (settings.writers, settings.wait_milliseconds) = (1, 1)) else {
        return;
    };
    let held = Held::new(&house).await;
    assert_eq!(house.put("late").await.unwrap_err().code, Code::Overloaded);
    held.let_go().await;
}

#[tokio::test]
async fn closing_finishes_what_waits_and_takes_nothing_more() {
    let house = on_sqlite(|_| {});
    let held = Held::new(&house).await;
    let mut waiting = Box::pin(house.put("waiting"));
    assert!(poll_immediate(&mut waiting).await.is_none());
    let db = house.db.clone();
    let closing = tokio::task::spawn_blocking(move || db.close());
    held.let_go().await;
    closing.await.unwrap();
    waiting.await.unwrap();
    assert_eq!(house.put("late").await.unwrap_err().code, Code::DatabaseUnavailable);
    let again = onedoor::db::Db::open(&house.settings).unwrap();
    assert_eq!(again.read(names).await.unwrap(), ["waiting"]);
}

#[tokio::test]
async fn a_broken_unique_constraint_has_the_name_its_room_gives_it() {
    for house in on_both() {
        house.put("name").await.unwrap();
        let fault = house.db.write(|conn| {
            let insert = diesel::insert_into(things::table).values((
                things::id.eq(moment(1).1),
                things::name.eq("name"),
                things::count.eq(1),
            ));
            unique(insert.execute(conn), Code::UsernameTaken)
        });
        assert_eq!(fault.await.unwrap_err().code, Code::UsernameTaken);
        assert_eq!(house.put("name").await.unwrap_err().code, Code::Internal);
    }
}

#[tokio::test]
async fn a_savepoint_inside_a_write_rolls_back_alone() {
    for house in on_both() {
        let write = house.db.write(|conn| {
            put(conn, "kept")?;
            let inner: Result<(), Fault> = conn.transaction(|conn| put(conn, "kept"));
            assert!(inner.is_err());
            put(conn, "also kept")
        });
        write.await.unwrap();
        assert_eq!(house.names().await, ["also kept", "kept"]);
    }
}

#[tokio::test]
async fn a_write_that_goes_on_after_a_failed_statement_is_never_answered_as_done_when_it_was_not() {
    for house in on_both() {
        let write = house.db.write(|conn| {
            put(conn, "first")?;
            drop(put(conn, "first"));
            Ok(())
        });
        let done = write.await.is_ok();
        assert_eq!(house.names().await.contains(&"first".to_owned()), done);
        assert_eq!(done, !house.is_postgres);
        house.put("after").await.unwrap();
    }
}

#[tokio::test]
async fn meeting_points_run_inside_the_closure_and_only_where_they_were_asked_for() {
    for house in on_both() {
        let heard = Arc::new(Mutex::new(Vec::new()));
        let hook = Arc::clone(&heard);
        let watched = house.db.with_meeting_points(Arc::new(move |point| hook.lock().unwrap().push(point)));
        let act = |conn: &mut Conn| {
            onedoor::db::meet("act: before the insert");
            put(conn, "thing")
        };
        watched.write(act).await.unwrap();
        house.db.write(act).await.unwrap_err();
        assert_eq!(*heard.lock().unwrap(), ["act: before the insert"]);
    }
}
