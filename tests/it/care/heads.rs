//! The daily head: one a day, mailed to the auditors.

use super::{SEAL, by_hand, findings};
use crate::support::app::{TestApp, instant, on_both};
use crate::support::walk;
use diesel::prelude::*;
use futures_util::future::join;
use onedoor::audit;
use onedoor::db::schema::{journal_head_ends, journal_heads, outbox};
use onedoor::outbox::{self as queue, OutboxState, Row, Wanted};
use serde_json::{Value, json};
use std::fs;

async fn heads(app: &TestApp) -> Vec<Value> {
    let page = app.as_("auditor").get("/journal/heads").await.expect(200);
    page["items"].as_array().expect("items").clone()
}

async fn head_letters(app: &TestApp) -> Vec<Row> {
    let wanted = Wanted { kind: Some(audit::HEAD_LETTER.to_owned()), ..Wanted::default() };
    app.context.db.read(move |conn| queue::page(conn, &wanted, None, 100)).await.expect("the outbox")
}

async fn a_day_that_has_ended_is_sealed_once_and_the_auditor_has_it_in_a_letter(app: &mut TestApp) {
    walk::file(app, json!({})).await;
    app.set_time("2026-09-24T23:59:00+08:00");
    app.step(SEAL).await;
    assert_eq!(heads(app).await.len(), 1, "of the day before");
    app.set_time("2026-09-25T00:01:00+08:00");
    // Two replicas at once, and one that comes late.
    join(app.step(SEAL), app.step(SEAL)).await;
    app.step(SEAL).await;
    let found = heads(app).await;
    assert_eq!(found.len(), 2);
    let (head, before) = (&found[0], &found[1]);
    assert_eq!(
        (&head["day"], &head["number"], &head["closes"]),
        (&json!("2026-09-24"), &json!(2), &json!(true))
    );
    assert_eq!(head["previous_hash"], before["hash"]);
    assert_eq!(before.get("previous_hash"), None);
    assert_eq!(head_letters(app).await.len(), 2, "one a day");
    assert_eq!(findings(app, &[]).await, [""; 0]);

    app.step("send letters").await;
    assert!(head_letters(app).await.iter().all(|row| row.state == OutboxState::Sent));
    let folder = fs::read_dir(app.place.folder.path().join("mail")).expect("letters");
    let letters = folder.map(|entry| fs::read_to_string(entry.expect("a letter").path()).expect("a letter"));
    let letters: Vec<String> = letters.collect();
    let hash = head["hash"].as_str().expect("a hash");
    let with_head = letters.iter().filter(|letter| {
        let mail = mailparse::parse_mail(letter.as_bytes()).expect("a message");
        mail.subparts[0].get_body().expect("a text").contains(hash)
    });
    assert_eq!(with_head.count(), 1);
}

async fn a_quiet_day_has_its_head_and_missed_days_have_one(app: &mut TestApp) {
    walk::file(app, json!({})).await;
    for at in ["2026-09-25T00:01:00+08:00", "2026-09-26T00:01:00+08:00", "2026-10-08T09:00:00+08:00"] {
        app.set_time(at);
        app.step(SEAL).await;
    }
    let found = heads(app).await;
    let told: Vec<(&Value, &Value)> = found.iter().map(|head| (&head["day"], &head["chains"])).collect();
    let (none, first) = (json!(0), found[2]["chains"].clone());
    assert!(first.as_i64() > Some(0), "the district itself and the request");
    let days = [json!("2026-10-07"), json!("2026-09-25"), json!("2026-09-24")];
    assert_eq!(told, [(&days[0], &none), (&days[1], &none), (&days[2], &first)]);
}

async fn a_chain_that_moves_again_is_sealed_again_and_one_that_does_not_is_not(app: &mut TestApp) {
    let request = walk::file(app, json!({})).await;
    walk::file(app, json!({})).await;
    app.set_time("2026-09-25T00:01:00+08:00");
    app.step(SEAL).await;
    app.set_time("2026-09-25T10:00:00+08:00");
    walk::dispatch(app, &request).await;
    app.set_time("2026-09-26T00:01:00+08:00");
    app.step(SEAL).await;
    assert_eq!(heads(app).await[0]["chains"], 1);
    assert_eq!(findings(app, &[]).await, [""; 0]);
}

async fn the_first_head_of_an_old_database_comes_in_parts_with_one_letter(app: &mut TestApp) {
    let at = instant("2026-09-25T00:01:00+08:00");
    let day = chrono::NaiveDate::from_ymd_opt(2026, 9, 24).expect("a day");
    let take = || app.context.db.write(move |conn| audit::take_head(conn, at, day, 10));
    let mut parts = 1;
    while take().await.expect("a part") {
        parts += 1;
    }
    assert!(!take().await.expect("it is closed"));
    let found = heads(app).await;
    assert_eq!(found.len(), parts);
    assert!(parts > 2, "the district has more than twenty chains");
    let closing: Vec<bool> = found.iter().filter_map(|head| head["closes"].as_bool()).collect();
    assert_eq!(closing.iter().position(|closes| *closes), Some(0));
    assert_eq!(closing.iter().filter(|closes| **closes).count(), 1);
    assert_eq!(head_letters(app).await.len(), 1);
    assert_eq!(findings(app, &[]).await, [""; 0]);
}

async fn heads_are_paged_for_auditors_and_administrators_alone(app: &mut TestApp) {
    for day in ["25", "26", "27"] {
        app.set_time(&format!("2026-09-{day}T00:01:00+08:00"));
        app.step(SEAL).await;
    }
    let first = app.as_("admin").get("/journal/heads?limit=2").await.expect(200);
    let next = first["next"].as_str().expect("another page");
    let second = app.as_("admin").get(&format!("/journal/heads?limit=2&cursor={next}")).await.expect(200);
    let number = |page: &Value, at: usize| page["items"][at]["number"].clone();
    assert_eq!((number(&first, 0), number(&first, 1), number(&second, 0)), (json!(3), json!(2), json!(1)));
    for who in ["dispatcher", "leader", "chemical"] {
        app.as_(who).get("/journal/heads").await.problem(403, "not_allowed");
    }
}

async fn a_head_that_was_altered_rewritten_or_taken_away_is_found(app: &mut TestApp) {
    app.alters_rows_by_hand();
    walk::file(app, json!({})).await;
    for at in ["2026-09-25T00:01:00+08:00", "2026-09-26T00:01:00+08:00", "2026-09-27T00:01:00+08:00"] {
        app.set_time(at);
        app.step(SEAL).await;
    }
    let mailed = heads(app).await[0]["hash"].as_str().expect("a hash").to_owned();
    assert_eq!(findings(app, &[&mailed]).await, [""; 0]);
    let changed = by_hand(app, |conn| {
        diesel::update(journal_heads::table.find(2)).set(journal_heads::hash.eq("0")).execute(conn)
    });
    assert_eq!(changed.await, 1);
    let altered = [
        "daily head 2 of 2026-09-25: it was altered, or the ends it seals were",
        "daily head 3 of 2026-09-26: it does not follow the head before it",
    ];
    assert_eq!(findings(app, &[]).await, altered);

    by_hand(app, |conn| diesel::delete(journal_heads::table.find(2)).execute(conn)).await;
    assert_eq!(findings(app, &[]).await, ["daily head 3 of 2026-09-26: the head before it is missing"]);

    // All of it is made anew, by the rules: nothing in the database tells.
    by_hand(app, |conn| {
        diesel::delete(journal_head_ends::table).execute(conn)?;
        diesel::delete(outbox::table.filter(outbox::kind.eq(audit::HEAD_LETTER))).execute(conn)?;
        diesel::delete(journal_heads::table).execute(conn)
    })
    .await;
    app.set_time("2026-09-27T08:00:00+08:00");
    app.step(SEAL).await;
    assert_eq!(findings(app, &[]).await, [""; 0]);
    let rewritten =
        format!("daily head {mailed}: it is not among the heads kept here, so these were rewritten");
    assert_eq!(findings(app, &[&mailed]).await, [rewritten]);
}

on_both!(in the sample district:
    a_day_that_has_ended_is_sealed_once_and_the_auditor_has_it_in_a_letter,
    a_quiet_day_has_its_head_and_missed_days_have_one,
    a_chain_that_moves_again_is_sealed_again_and_one_that_does_not_is_not,
    the_first_head_of_an_old_database_comes_in_parts_with_one_letter,
    heads_are_paged_for_auditors_and_administrators_alone,
    a_head_that_was_altered_rewritten_or_taken_away_is_found,
);
