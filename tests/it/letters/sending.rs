//! A letter on its way: sent once to each, tried again when asked to wait, given up when refused, and in doubt when the
//! connection was lost.

use super::{SEND, header, in_folder, of_kind, parsed, rows, send, with_server};
use crate::support::app::{TestApp, instant, on_both};
use crate::support::smtp::{Behaviour, MailServer};
use crate::support::walk;
use onedoor::outbox::{self, NoticeChannel, OutboxState, Settled};
use serde_json::json;

async fn without_a_server_letters_lie_in_the_folder(app: &mut TestApp) {
    walk::file(app, json!({})).await;
    send(app).await;
    let letters = in_folder(app);
    assert_eq!(letters.len(), 2, "one to the company, one to the office");
    let to: Vec<String> = letters.iter().map(|letter| header(&parsed(letter), "To")).collect();
    assert!(to.iter().any(|to| to.contains("chemical@example.org")), "{to:?}");
    assert!(to.iter().any(|to| to.contains("dispatcher@example.org")), "{to:?}");
    assert!(rows(app).await.iter().all(|row| matches!(row.state, OutboxState::Sent | OutboxState::Spread)));
}

async fn a_units_letter_goes_to_each_of_its_people_once_over_one_connection(app: &mut TestApp) {
    let server = MailServer::start().await;
    with_server(app, &server).await;
    let request = walk::file(app, json!({})).await;
    walk::dispatch(app, &request).await;
    send(app).await;
    send(app).await;
    let to: Vec<String> = server.received().into_iter().map(|one| one.to).collect();
    for person in ["traffic_police.handler", "traffic_police.signer", "municipal_works.handler"] {
        let address = format!("{person}@example.org");
        assert_eq!(to.iter().filter(|one| **one == address).count(), 1, "{person}: {to:?}");
    }
    assert_eq!(server.connections(), 1, "the connection is kept");
}

async fn a_letter_asked_to_wait_is_tried_again_and_a_refused_one_is_given_up(app: &mut TestApp) {
    let server = MailServer::start().await;
    with_server(app, &server).await;
    walk::file(app, json!({})).await;
    server.then(&[Behaviour::Answer(451), Behaviour::Answer(550)]);
    send(app).await;
    let (deferred, refused) = states(app).await;
    assert_eq!((deferred.state, deferred.reason.as_deref()), (OutboxState::Waiting, Some("deferred")));
    assert_eq!(deferred.attempts, 1);
    assert_eq!((refused.state, refused.reason.as_deref()), (OutboxState::Parked, Some("refused")));
    assert!(refused.answer.expect("what the server said").contains("550"));
    send(app).await;
    assert!(server.received().is_empty(), "not before its time");
    app.set_time("2026-09-24T16:42:00+08:00");
    send(app).await;
    assert_eq!(states(app).await.0.state, OutboxState::Sent);
    assert_eq!(server.received().len(), 1, "what was refused is not tried by itself");
}

/// The letter to the company, and the one to the dispatcher.
async fn states(app: &TestApp) -> (outbox::Row, outbox::Row) {
    let company = of_kind(app, "received").await.remove(0);
    let office = of_kind(app, "to_dispatch").await.into_iter().find(|row| row.person.is_some());
    (company, office.expect("a letter to the dispatcher"))
}

async fn a_letter_whose_connection_was_lost_after_the_text_is_sent_again_as_the_same_letter(
    app: &mut TestApp,
) {
    let server = MailServer::start().await;
    with_server(app, &server).await;
    walk::file(app, json!({})).await;
    server.then(&[Behaviour::DropAfterData]);
    send(app).await;
    let row = of_kind(app, "received").await.remove(0);
    assert_eq!((row.state, row.doubts), (OutboxState::Uncertain, 1));
    app.set_time("2026-09-24T17:00:00+08:00");
    send(app).await;
    assert_eq!(of_kind(app, "received").await[0].state, OutboxState::Sent);
    let ids: Vec<String> = server
        .received()
        .iter()
        .filter(|one| one.to.starts_with("chemical"))
        .map(|one| header(&parsed(&one.text), "Message-ID"))
        .collect();
    assert_eq!(ids, [format!("<{}@localhost>", row.id), format!("<{}@localhost>", row.id)]);
}

async fn a_letter_that_stays_in_doubt_is_given_up_after_four_tries(app: &mut TestApp) {
    let server = MailServer::start().await;
    with_server(app, &server).await;
    walk::file(app, json!({})).await;
    for (hour, behaviour) in [
        (17, Behaviour::DropAfterData),
        (18, Behaviour::Garbage),
        (19, Behaviour::Hang),
        (20, Behaviour::DropAfterData),
    ] {
        app.set_time(&format!("2026-09-24T{hour}:00:00+08:00"));
        server.then(&[behaviour]);
        send(app).await;
    }
    let row = of_kind(app, "received").await.remove(0);
    assert_eq!((row.state, row.reason.as_deref(), row.doubts), (OutboxState::Parked, Some("uncertain"), 4));
    app.set_time("2026-09-30T17:00:00+08:00");
    send(app).await;
    assert_eq!(server.received().iter().filter(|one| one.to.starts_with("chemical")).count(), 2);
}

async fn a_worker_that_lost_its_lease_changes_nothing_any_more(app: &mut TestApp) {
    walk::file(app, json!({})).await;
    let claim = async |at: &str| {
        let at = instant(at);
        app.context.db.write(move |conn| outbox::claim(conn, at, NoticeChannel::Mail)).await.expect("a claim")
    };
    let stalled = claim("2026-09-24T16:40:00+08:00").await.expect("a row");
    let other = claim("2026-09-24T16:40:30+08:00").await.expect("another row");
    assert_ne!(other.id, stalled.id, "who has a row has it alone");
    let taken = claim("2026-09-24T16:41:01+08:00").await.expect("the row whose lease is over");
    assert_eq!((taken.id, taken.fence, taken.doubts), (stalled.id, stalled.fence + 1, 1));
    let sent = Settled {
        state: OutboxState::Sent,
        next_at: None,
        reason: None,
        answer: None,
        tried: true,
        in_doubt: false,
    };
    let (at, late) = (instant("2026-09-24T16:41:02+08:00"), stalled.clone());
    let said = sent.clone();
    let stands = app
        .context
        .db
        .write(move |conn| Ok((outbox::renew(conn, at, &late)?, outbox::settle(conn, at, &late, &said)?)));
    assert_eq!(stands.await.expect("a write"), (false, false));
    let settled = app.context.db.write(move |conn| outbox::settle(conn, at, &taken, &sent));
    assert!(settled.await.expect("a write"));
}

async fn a_heartbeat_keeps_the_lease(app: &mut TestApp) {
    walk::file(app, json!({})).await;
    let begun = instant("2026-09-24T16:40:00+08:00");
    let at = move |seconds: i64| begun.plus(chrono::TimeDelta::seconds(seconds));
    let written = app.context.db.write(move |conn| {
        let mine = outbox::claim(conn, begun, NoticeChannel::Mail)?.expect("a row");
        assert!(outbox::renew(conn, at(50), &mine)?);
        let rival = outbox::claim(conn, at(70), NoticeChannel::Mail)?.expect("another row");
        assert_ne!(rival.id, mine.id);
        Ok(())
    });
    written.await.expect("a write");
}

async fn replicas_that_send_at_once_send_each_letter_once(app: &mut TestApp) {
    let server = MailServer::start().await;
    with_server(app, &server).await;
    for _ in 0..5 {
        walk::file(app, json!({})).await;
    }
    let loops = [onedoor::loops::all(&app.context), onedoor::loops::all(&app.context)];
    let steps = loops.iter().map(|all| all.iter().find(|one| one.name == SEND).expect("the loop").step());
    for step in futures_util::future::join_all(steps).await {
        step.expect("the step succeeds");
    }
    send(app).await;
    let mut ids: Vec<String> =
        server.received().iter().map(|one| header(&parsed(&one.text), "Message-ID")).collect();
    assert_eq!(ids.len(), 10);
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 10, "no letter twice");
}

on_both!(in the sample district:
    without_a_server_letters_lie_in_the_folder,
    a_units_letter_goes_to_each_of_its_people_once_over_one_connection,
    a_letter_asked_to_wait_is_tried_again_and_a_refused_one_is_given_up,
    a_letter_whose_connection_was_lost_after_the_text_is_sent_again_as_the_same_letter,
    a_letter_that_stays_in_doubt_is_given_up_after_four_tries,
    a_worker_that_lost_its_lease_changes_nothing_any_more,
    a_heartbeat_keeps_the_lease,
    replicas_that_send_at_once_send_each_letter_once,
);
