//! The outbox over HTTP: who sees it, how it is narrowed, and a letter put back by hand.

use super::{of_kind, send, with_server};
use crate::support::app::{TestApp, on_both};
use crate::support::smtp::{Behaviour, MailServer};
use crate::support::walk;
use diesel::prelude::*;
use onedoor::db::schema::journal;
use onedoor::outbox::OutboxState;
use serde_json::json;

async fn a_letter_given_up_is_seen_with_its_reason_and_put_back_by_hand(app: &mut TestApp) {
    let server = MailServer::start().await;
    with_server(app, &server).await;
    walk::file(app, json!({})).await;
    server.then(&[Behaviour::Answer(550)]);
    send(app).await;
    let row = of_kind(app, "received").await.remove(0);
    let list = app.as_("auditor").get("/outbox?state=parked").await.expect(200);
    assert_eq!(list["items"].as_array().expect("items").len(), 1);
    let item = &list["items"][0];
    assert_eq!((&item["reason"], &item["kind"]), (&json!("refused"), &json!("received")));
    assert_eq!(item["person"]["address"], "c***@example.org");
    assert!(item["answer"].as_str().expect("what the server said").contains("550"));

    let path = format!("/outbox/{}/retry", row.id);
    app.as_("auditor").post(&path, json!({})).await.problem(403, "not_allowed");
    app.as_("chemical").post(&path, json!({})).await.problem(404, "not_found");
    assert_eq!(of_kind(app, "received").await[0].state, OutboxState::Parked, "a refused act changed nothing");
    let again = app.as_("admin").post(&path, json!({})).await.expect(200);
    assert_eq!(again["state"], "waiting");
    send(app).await;
    assert_eq!(of_kind(app, "received").await[0].state, OutboxState::Sent);
    app.as_("admin").post(&path, json!({})).await.problem(409, "not_retriable");
    let id = row.id;
    let acts = app.context.db.read(move |conn| {
        let of_letter = journal::table.filter(journal::subject_id.eq(id));
        Ok(of_letter.select(journal::act).load::<String>(conn)?)
    });
    assert_eq!(acts.await.expect("the journal"), ["retry_letter"]);
}

async fn only_administrators_and_auditors_look_into_the_outbox(app: &mut TestApp) {
    walk::file(app, json!({})).await;
    let row = of_kind(app, "received").await.remove(0);
    for who in ["chemical", "dispatcher", "traffic_police.handler"] {
        app.as_(who).get("/outbox").await.problem(403, "not_allowed");
        app.as_(who).get(&format!("/outbox/{}", row.id)).await.problem(404, "not_found");
    }
    let shown = app.as_("admin").get(&format!("/outbox/{}", row.id)).await.expect(200);
    assert_eq!((&shown["state"], &shown["attempts"]), (&json!("waiting"), &json!(0)));
}

async fn the_outbox_is_narrowed_and_paged_the_newest_first(app: &mut TestApp) {
    for _ in 0..3 {
        walk::file(app, json!({})).await;
    }
    let first = app.as_("admin").get("/outbox?kind=received&limit=2").await.expect(200);
    let next = first["next"].as_str().expect("another page");
    let path = format!("/outbox?kind=received&limit=2&cursor={next}");
    let second = app.as_("admin").get(&path).await.expect(200);
    let ids: Vec<&str> = [&first, &second]
        .iter()
        .flat_map(|page| page["items"].as_array().expect("items"))
        .map(|item| item["id"].as_str().expect("an id"))
        .collect();
    let mut sorted = ids.clone();
    sorted.sort_by(|one, other| other.cmp(one));
    assert_eq!((ids.len(), &ids), (3, &sorted));
    let request = first["items"][0]["request"].as_str().expect("a request");
    let of_request = app.as_("admin").get(&format!("/outbox?request={request}")).await.expect(200);
    assert_eq!(of_request["items"].as_array().expect("items").len(), 2);
    app.as_("admin").get("/outbox?state=lost").await.field_problem(400, "?state", "invalid_query");
}

on_both!(in the sample district:
    a_letter_given_up_is_seen_with_its_reason_and_put_back_by_hand,
    only_administrators_and_auditors_look_into_the_outbox,
    the_outbox_is_narrowed_and_paged_the_newest_first,
);
