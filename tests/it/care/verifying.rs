//! What was altered in the journal is found, and its first row is named.

use super::{SEAL, by_hand, findings};
use crate::support::app::{TestApp, on_both};
use crate::support::binary::{Serving, one_line, output, printed};
use crate::support::place::{Database, Place};
use crate::support::walk;
use diesel::prelude::*;
use onedoor::db::schema::{journal, personal_data, requests};
use onedoor::db::{Db, Settings};
use onedoor::domain::ids::Id;
use serde_json::json;
use sha2::{Digest, Sha256};

/// A request that was filed and dispatched: its id, and what it is called.
async fn dispatched(app: &TestApp) -> (Id, String) {
    let request = walk::file(app, json!({})).await;
    let view = walk::dispatch(app, &request).await;
    let number = view["number"].as_str().expect("a number");
    (Id::parse(&request).expect("an id"), format!("request {number}"))
}

/// Alters one chain in one way, and wants one finding that begins and ends so.
macro_rules! altered {
    ($app:ident, $name:expr, $entry:expr, $why:expr, $work:expr) => {{
        assert!(by_hand($app, $work).await > 0, "something is altered");
        let found = findings($app, &[]).await;
        assert_eq!(found.len(), 1, "{found:#?}");
        assert!(found[0].starts_with(&format!("{}, entry {}", $name, $entry)), "{found:#?}");
        assert!(found[0].ends_with($why), "{found:#?}");
    }};
}

async fn an_altered_a_missing_and_a_reordered_row_are_named(app: &mut TestApp) {
    app.alters_rows_by_hand();
    assert_eq!(findings(app, &[]).await, [""; 0]);
    let (id, name) = dispatched(app).await;
    let of = move |seq: i32| journal::table.filter(journal::subject_id.eq(id)).filter(journal::seq.eq(seq));
    let text: String = app
        .context
        .db
        .read(move |conn| Ok(of(1).select(journal::detail).first(conn)?))
        .await
        .expect("an entry");
    let whole = text.clone();
    altered!(app, name, 1, "the entry's text was altered", move |conn| {
        let other = text.replace("help", "hint");
        diesel::update(of(1)).set(journal::detail.eq(other)).execute(conn)
    });
    by_hand(app, move |conn| diesel::update(of(1)).set(journal::detail.eq(whole.clone())).execute(conn))
        .await;
    altered!(app, name, 2, "the entry's columns differ from its text", move |conn| {
        diesel::update(of(2)).set(journal::act.eq("decline")).execute(conn)
    });
    by_hand(app, move |conn| diesel::update(of(2)).set(journal::act.eq("dispatch")).execute(conn)).await;
    assert_eq!(findings(app, &[]).await, [""; 0]);

    altered!(app, name, 1, "the entry does not follow the one before it", move |conn| {
        diesel::update(of(1)).set(journal::seq.eq(9)).execute(conn)?;
        diesel::update(of(2)).set(journal::seq.eq(1)).execute(conn)?;
        diesel::update(of(9)).set(journal::seq.eq(2)).execute(conn)
    });
    by_hand(app, move |conn| {
        diesel::update(of(1)).set(journal::seq.eq(9)).execute(conn)?;
        diesel::update(of(2)).set(journal::seq.eq(1)).execute(conn)?;
        diesel::update(of(9)).set(journal::seq.eq(2)).execute(conn)
    })
    .await;
    assert_eq!(findings(app, &[]).await, [""; 0]);
    altered!(app, name, 2, "the entries from here on are missing", move |conn| diesel::delete(of(2))
        .execute(conn));
    altered!(app, name, 1, "every entry is missing", move |conn| diesel::delete(of(1)).execute(conn));
}

async fn an_entry_taken_out_of_the_middle_and_one_of_no_subject_are_named(app: &mut TestApp) {
    app.alters_rows_by_hand();
    let (id, name) = dispatched(app).await;
    let first = journal::table.filter(journal::subject_id.eq(id)).filter(journal::seq.eq(1));
    altered!(app, name, 1, "an entry is missing", move |conn| diesel::delete(first).execute(conn));
    let stranger = Id::new(app.context.time.now());
    by_hand(app, move |conn| {
        let chain = journal::table.filter(journal::subject_id.eq(id));
        diesel::update(chain).set(journal::subject_id.eq(stranger)).execute(conn)
    })
    .await;
    let found = findings(app, &[]).await;
    assert!(found.iter().any(|line| line.starts_with(&format!("request {stranger}, entry 1"))), "{found:#?}");
    assert!(found.contains(&format!("{name}, entry 1: every entry is missing")), "{found:#?}");
}

async fn a_personal_fact_may_be_erased_and_not_altered(app: &mut TestApp) {
    app.alters_rows_by_hand();
    dispatched(app).await;
    let one = app
        .context
        .db
        .read(|conn| Ok(personal_data::table.select(personal_data::digest).first::<String>(conn)?));
    let digest = one.await.expect("a personal fact");
    let erased = digest.clone();
    by_hand(app, move |conn| {
        diesel::update(personal_data::table.find(&digest))
            .set(personal_data::value.eq("另一人"))
            .execute(conn)
    })
    .await;
    let found = findings(app, &[]).await;
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].ends_with("a personal fact it tells was altered"), "{found:#?}");
    by_hand(app, move |conn| diesel::delete(personal_data::table.find(&erased)).execute(conn)).await;
    assert_eq!(findings(app, &[]).await, [""; 0]);
}

/// Writes another text into the first entry and computes the whole chain and its end anew.
fn rewrite(conn: &mut onedoor::db::Conn, id: Id) -> Result<usize, diesel::result::Error> {
    let rows: Vec<(i32, String)> = journal::table
        .filter(journal::subject_id.eq(id))
        .order(journal::seq)
        .select((journal::seq, journal::detail))
        .load(conn)?;
    let mut head = String::new();
    for (seq, text) in rows {
        let text = text.replace("help", "hint");
        let bytes = Sha256::new().chain_update(&head).chain_update(&text).finalize();
        let hash: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let row = journal::table.filter(journal::subject_id.eq(id)).filter(journal::seq.eq(seq));
        diesel::update(row)
            .set((journal::detail.eq(text), journal::previous_hash.eq(&head), journal::hash.eq(&hash)))
            .execute(conn)?;
        head = hash;
    }
    diesel::update(requests::table.find(id)).set(requests::journal_head.eq(head)).execute(conn)
}

async fn a_chain_rewritten_so_that_it_holds_is_found_by_the_heads(app: &mut TestApp) {
    app.alters_rows_by_hand();
    let (id, name) = dispatched(app).await;
    app.set_time("2026-09-25T00:01:00+08:00");
    app.step(SEAL).await;
    assert_eq!(findings(app, &[]).await, [""; 0]);
    assert_eq!(by_hand(app, move |conn| rewrite(conn, id)).await, 1);
    let sealed = format!("{name}, entries 1 to 2: not what daily head 1 of 2026-09-24 sealed");
    assert_eq!(findings(app, &[]).await, [sealed]);
}

on_both!(in the sample district:
    an_altered_a_missing_and_a_reordered_row_are_named,
    an_entry_taken_out_of_the_middle_and_one_of_no_subject_are_named,
    a_personal_fact_may_be_erased_and_not_altered,
    a_chain_rewritten_so_that_it_holds_is_found_by_the_heads,
);

/// The command beside the service that runs, on both databases.
fn the_auditor_verifies_while_the_service_runs(database: Database) {
    let Some(place) = Place::with_district(database) else { return };
    let folder = place.folder.path();
    let settings = [("ONEDOOR_DATABASE__URL", place.url.as_str())];
    let serving = Serving::start(folder, &["serve"], &settings);
    let verify = |arguments: &[&str]| output(folder, &[&["audit", "verify"], arguments].concat(), &settings);
    let said = printed(&verify(&[]));
    assert!(said.ends_with("everything holds\n"), "{said}");
    let missing = verify(&["--head", "ABBA"]);
    let line = one_line(&missing, 1);
    assert!(line.contains("findings: 1; the first altered row: daily head abba"), "{line}");
    serving.signal("TERM");
    assert_eq!(serving.end().code(), Some(0));

    let db = Db::open(&Settings { url: place.url.clone(), ..Settings::default() }).expect("it opens");
    let altered = db.write_blocking(|conn| {
        let unit = journal::table.filter(journal::subject_kind.eq("unit"));
        Ok(diesel::update(unit).set(journal::detail.eq("{}")).execute(conn)?)
    });
    let altered = altered.expect("rows can be altered");
    assert!(altered > 1);
    db.close();
    let found = verify(&[]);
    let line = one_line(&found, 1);
    assert!(line.contains("the first altered row: unit ") && line.contains("text was altered"), "{line}");
    assert_eq!(String::from_utf8_lossy(&found.stdout).lines().count(), altered, "one line for each chain");
}

#[test]
fn the_auditor_verifies_while_the_service_runs_on_sqlite() {
    the_auditor_verifies_while_the_service_runs(Database::Sqlite);
}

#[test]
fn the_auditor_verifies_while_the_service_runs_on_postgres() {
    the_auditor_verifies_while_the_service_runs(Database::Postgres);
}

#[test]
fn a_file_opened_to_read_takes_no_write() {
    let place = Place::with_district(Database::Sqlite).expect("SQLite is always there");
    let db = Db::open_to_read(&Settings { url: place.url.clone(), ..Settings::default() }).expect("it opens");
    let written = db.write_blocking(|conn| Ok(diesel::delete(personal_data::table).execute(conn)?));
    let fault = written.expect_err("it is open to read");
    assert!(fault.to_string().contains("readonly"), "{fault}");
    let count =
        db.read_blocking(|conn| Ok(journal::table.count().get_result::<i64>(conn)?)).expect("it is read");
    assert!(count > 0);
}
