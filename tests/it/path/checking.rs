//! What was altered by hand in the database is found, and named.

use super::{Walk, reached};
use crate::support::app::{TestApp, instant, on_both};
use diesel::prelude::*;
use onedoor::db::Conn;
use onedoor::db::schema::{clocks, journal, requests};
use onedoor::domain::ids::Instant;
use onedoor::fault::Fault;
use onedoor::journal::{Break, verify};

/// Changes the data by hand.
async fn by_hand(app: &TestApp, work: impl Fn(&mut Conn) -> Result<usize, Fault> + Send + Sync + 'static) {
    assert_eq!(app.context.db.write(work).await.expect("the data can be altered"), 1, "one row is altered");
}

async fn found(app: &TestApp) -> Vec<String> {
    app.context.db.read(onedoor::requests::check).await.expect("the data can be checked")
}

async fn a_date_altered_by_hand_is_reported_with_the_right_one(app: &mut TestApp) {
    let walk = Walk::under_way(app, &[("industry", "lead")]).await;
    walk.at("09-29 10:00").on_share("industry", "handler", "contact", reached()).await.expect(200);
    walk.at("09-29 11:00").answer("industry").await;
    walk.at("09-29 11:30");
    walk.on_share("industry", "dispatcher", "send-back", super::because("不清楚")).await.expect(200);
    assert_eq!(found(app).await, [""; 0], "what the acts left is what its facts give");

    let set = |due: Instant| {
        move |conn: &mut Conn| -> Result<usize, Fault> {
            let feedback = clocks::table.filter(clocks::kind.eq("feedback"));
            Ok(diesel::update(feedback).set(clocks::due_at.eq(due)).execute(conn)?)
        }
    };
    by_hand(app, set(instant("2026-10-12T17:30:00+08:00"))).await;
    let lines = found(app).await;
    let number = walk.view("dispatcher").await["number"].as_str().expect("a number").to_owned();
    let drift = lines.iter().find(|line| line.starts_with(&format!("{number} feedback: stored")));
    let drift = drift.unwrap_or_else(|| panic!("the clock is named: {lines:#?}"));
    assert!(drift.contains("due 2026-10-12T09:30:00Z; recomputed"), "{drift}");
    assert!(drift.ends_with("due 2026-10-08T09:30:00Z"), "{drift}");
    by_hand(app, set(instant("2026-10-08T17:30:00+08:00"))).await;
    assert_eq!(found(app).await, [""; 0]);
}

async fn an_altered_journal_is_named_by_the_entry_that_no_longer_holds(app: &mut TestApp) {
    let walk = Walk::under_way(app, &[("industry", "lead")]).await;
    walk.on_share("industry", "handler", "contact", reached()).await.expect(200);
    let id = walk.key();
    let broken = async || {
        let verified = app.context.db.read(move |conn| {
            let (seq, head): (i32, String) = requests::table
                .find(id)
                .select((requests::journal_seq, requests::journal_head))
                .first(conn)?;
            verify(conn, id, seq, &head)
        });
        verified.await.expect("the journal can be read")
    };
    assert_eq!(broken().await, None);
    let original: String = app
        .context
        .db
        .read(move |conn| {
            let second = journal::table.filter(journal::subject_id.eq(id)).filter(journal::seq.eq(2));
            Ok(second.select(journal::detail).first(conn)?)
        })
        .await
        .expect("the journal can be read");
    let set_text = |text: String| {
        move |conn: &mut Conn| -> Result<usize, Fault> {
            let second = journal::table.filter(journal::subject_id.eq(id)).filter(journal::seq.eq(2));
            Ok(diesel::update(second).set(journal::detail.eq(&text)).execute(conn)?)
        }
    };
    by_hand(app, set_text(original.replace("ordinary", "same_day").replace("complex", "same_day"))).await;
    assert_eq!(broken().await, Some(Break { seq: 2, why: "the entry's text was altered" }));
    let lines = found(app).await;
    assert!(lines.len() == 1 && lines[0].contains("journal, entry 2"), "{lines:#?}");
    by_hand(app, set_text(original)).await;
    assert_eq!(broken().await, None);

    let set_act = |act: &'static str| {
        move |conn: &mut Conn| -> Result<usize, Fault> {
            let third = journal::table.filter(journal::subject_id.eq(id)).filter(journal::seq.eq(3));
            Ok(diesel::update(third).set(journal::act.eq(act)).execute(conn)?)
        }
    };
    by_hand(app, set_act("sign")).await;
    assert_eq!(broken().await, Some(Break { seq: 3, why: "the entry's columns differ from its text" }));
    by_hand(app, set_act("contact")).await;

    let renumber = |from: i32, to: i32| {
        move |conn: &mut Conn| -> Result<usize, Fault> {
            let entry = journal::table.filter(journal::subject_id.eq(id)).filter(journal::seq.eq(from));
            Ok(diesel::update(entry).set(journal::seq.eq(to)).execute(conn)?)
        }
    };
    by_hand(app, renumber(1, 9)).await;
    assert_eq!(broken().await, Some(Break { seq: 1, why: "an entry is missing" }));
    by_hand(app, renumber(9, 1)).await;
    assert_eq!(broken().await, None);
}

on_both!(
    in the sample district:
    a_date_altered_by_hand_is_reported_with_the_right_one,
    an_altered_journal_is_named_by_the_entry_that_no_longer_holds,
);
