//! What a read promises: one snapshot, no change, and no waiting for writers.

use crate::house::{House, names, on_both, on_both_with, on_postgres, put};
use diesel::connection::SimpleConnection;
use onedoor::fault::Code;
use std::sync::Mutex;
use std::sync::mpsc::channel;
use tokio::sync::oneshot;

#[tokio::test]
async fn a_read_sees_one_snapshot_whatever_is_committed_meanwhile() {
    for house in on_both() {
        house.put("before").await.unwrap();
        let (seen, has_seen) = oneshot::channel();
        let (resume, wait) = channel::<()>();
        let db = house.db.clone();
        let read = tokio::spawn(async move {
            db.read(move |conn| {
                let first = names(conn)?;
                seen.send(()).unwrap();
                wait.recv().unwrap();
                Ok((first, names(conn)?))
            })
            .await
        });
        has_seen.await.unwrap();
        house.put("meanwhile").await.unwrap();
        resume.send(()).unwrap();
        let (first, second) = read.await.unwrap().unwrap();
        assert_eq!((first.as_slice(), second), (["before".to_owned()].as_slice(), first.clone()));
        assert_eq!(house.names().await, ["before", "meanwhile"]);
    }
}

#[tokio::test]
async fn a_read_goes_on_while_a_write_is_under_way_and_does_not_see_it() {
    for house in on_both() {
        let (begun, has_begun) = oneshot::channel();
        let (resume, wait) = channel::<()>();
        let (begun, wait) = (Mutex::new(Some(begun)), Mutex::new(wait));
        let db = house.db.clone();
        let write = tokio::spawn(async move {
            db.write(move |conn| {
                put(conn, "new")?;
                begun.lock().unwrap().take().unwrap().send(()).unwrap();
                wait.lock().unwrap().recv().unwrap();
                Ok(())
            })
            .await
        });
        has_begun.await.unwrap();
        assert!(house.names().await.is_empty());
        resume.send(()).unwrap();
        write.await.unwrap().unwrap();
        assert_eq!(house.names().await, ["new"]);
    }
}

#[tokio::test]
async fn a_read_that_takes_too_long_is_answered_while_it_goes_on_and_others_are_not_kept_waiting() {
    for house in on_both_with(|settings| settings.answer_milliseconds = 1000) {
        let (resume, wait) = channel::<()>();
        let read = house.db.read(move |_conn| {
            wait.recv().unwrap();
            Ok(())
        });
        let fault = read.await.unwrap_err();
        let wanted = if house.is_postgres { Code::DatabaseUnavailable } else { Code::Overloaded };
        assert_eq!((fault.code, fault.retry_after.is_some()), (wanted, true));
        assert!(house.names().await.is_empty());
        resume.send(()).unwrap();
    }
}

#[tokio::test]
async fn a_statement_that_takes_too_long_is_broken_off_by_postgresql() {
    let Some(house) = on_postgres(|settings| settings.statement_timeout_milliseconds = 100) else {
        return;
    };
    let slept = house.db.read(|conn| Ok(conn.batch_execute("SELECT pg_sleep(60)")?)).await;
    assert_eq!(slept.unwrap_err().code, Code::Overloaded);
    assert!(house.names().await.is_empty());
}

#[tokio::test]
async fn a_read_cannot_change_anything() {
    for house in on_both() {
        house.db.read(|conn| put(conn, "sly")).await.unwrap_err();
        assert!(house.names().await.is_empty());
    }
}

#[tokio::test]
async fn a_read_that_panics_is_an_internal_fault_and_the_next_one_works() {
    for house in on_both_with(|settings| settings.readers = 1) {
        let fault = house.db.read::<(), _>(|_conn| panic!("as this test wants it")).await.unwrap_err();
        assert_eq!(fault.code, Code::Internal);
        assert!(house.names().await.is_empty());
    }
}

#[tokio::test]
async fn reads_and_writes_of_the_command_line_need_no_runtime() {
    for house in on_both() {
        let found = std::thread::scope(|scope| {
            let House { db, .. } = &house;
            let work = move || {
                db.write_blocking(|conn| put(conn, "thing"))?;
                db.read_blocking(names)
            };
            scope.spawn(work).join().unwrap()
        });
        assert_eq!(found.unwrap(), ["thing"]);
    }
}

#[tokio::test]
async fn sqlite_is_set_for_durability() {
    use diesel::dsl::sql;
    use diesel::prelude::*;
    use diesel::sql_types::{Integer, Text};
    let house = crate::house::on_sqlite(|_| {});
    let write = house.db.write(|conn| {
        let number = |conn: &mut onedoor::db::Conn, name: &str| {
            sql::<Integer>(&format!("PRAGMA {name}")).get_result::<i32>(conn)
        };
        assert_eq!(sql::<Text>("PRAGMA journal_mode").get_result::<String>(conn)?, "wal");
        // 2 is FULL.
        assert_eq!(number(conn, "synchronous")?, 2);
        assert_eq!(number(conn, "foreign_keys")?, 1);
        assert_eq!(number(conn, "page_size")?, 8192);
        assert_eq!(number(conn, "wal_autocheckpoint")?, 4000);
        assert_eq!(number(conn, "mmap_size")?, 0);
        Ok(())
    });
    write.await.unwrap();
    house.db.write(|conn| Ok(conn.batch_execute("SELECT 1")?)).await.unwrap();
}
