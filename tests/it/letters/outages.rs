//! The mail server is down for hours: the API goes on, and afterwards letters go out in their order and not at once.

use super::{SEND, all_of, header, of_kind, parsed, rows, send};
use crate::support::app::{TestApp, on_both};
use crate::support::smtp::MailServer;
use crate::support::walk;
use onedoor::outbox::OutboxState;
use serde_json::json;

async fn a_backlog_drains_in_order_without_a_burst_and_says_that_it_is_late(app: &mut TestApp) {
    let down = MailServer::start().await;
    let port = down.port;
    // Nobody listens on port 1: connections are refused as by a server that is down.
    app.restart(|config| {
        config.mail.url = "smtp://127.0.0.1:1?tls=none".to_owned();
        config.mail.per_minute = 36;
    })
    .await;
    for hour in [17, 18, 19, 20] {
        app.set_time(&format!("2026-09-24T{hour}:00:00+08:00"));
        walk::file(app, json!({})).await;
        send(app).await;
        send(app).await;
    }
    let waiting = rows(app).await;
    assert!(waiting.iter().all(|row| row.attempts == 0 && row.next_at.is_some()), "nothing is given up");
    assert!(waiting.iter().any(|row| row.reason.as_deref() == Some("unreachable")), "and it is seen why");

    app.restart(move |config| {
        config.mail.url = format!("smtp://127.0.0.1:{port}?tls=none");
        config.mail.per_minute = 36;
    })
    .await;
    app.set_time("2026-09-24T22:00:00+08:00");
    for step in 1..=3 {
        app.step(SEND).await;
        assert_eq!(down.received().len(), (step * 3).min(8), "three a step, no more");
    }
    let received = down.received();
    let dates: Vec<String> = received.iter().map(|one| number(&one.text)).collect();
    let mut sorted = dates.clone();
    sorted.sort();
    assert_eq!(dates, sorted, "those written first go first");
    for one in &received {
        let all = all_of(&one.text);
        assert!(all.contains("本邮件写于 9月24日"), "{all}");
        assert!(all.contains("9月24日 22:00"), "{all}");
    }
    assert!(of_kind(app, "received").await.iter().all(|row| row.state == OutboxState::Sent));
}

/// The number of the request a letter is about.
fn number(letter: &str) -> String {
    let subject = header(&parsed(letter), "Subject");
    let at = subject.find("QS").expect("a number");
    subject[at..at + 15].to_owned()
}

on_both!(in the sample district: a_backlog_drains_in_order_without_a_burst_and_says_that_it_is_late);
