//! Logging in while somebody guesses passwords, floods, or tries to lock others out.

use crate::support::app::{TestApp, on_both};
use crate::support::client::Answer;
use crate::support::people::{PASSWORD, admin, staff};
use diesel::prelude::*;
use onedoor::config::Config;
use onedoor::db::MeetingPoints;
use onedoor::db::schema::{known_peers, throttles};
use onedoor::fault::Fault;
use reqwest::Method;
use serde_json::json;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};

/// The point at which the program makes a hash.
const HASH: &str = "a password is hashed";

/// Tries to log in; `forwarded` is what `X-Forwarded-For` says.
async fn try_from(app: &TestApp, forwarded: &str, name: &str, password: &str) -> Answer {
    let stranger = app.stranger();
    let request = stranger.request(Method::POST, "/auth/login").header("x-forwarded-for", forwarded);
    stranger.send(request.json(&json!({ "name": name, "password": password }))).await
}

async fn try_log_in(app: &TestApp, name: &str, password: &str) -> Answer {
    app.stranger().post("/auth/login", json!({ "name": name, "password": password })).await
}

/// What is told beside what every answer has of its own.
fn shown(answer: &Answer) -> (u16, reqwest::header::HeaderMap, serde_json::Value) {
    let mut headers = answer.headers.clone();
    headers.remove("x-request-id");
    headers.remove("date");
    (answer.status, headers, answer.body.clone())
}

/// The test's own requests come from a proxy that is believed.
fn behind_a_proxy(config: &mut Config) {
    config.server.trusted_proxies = vec!["127.0.0.1/32".parse().expect("a network")];
}

fn pass_seconds(app: &TestApp, seconds: i64) {
    app.context.time.set(app.context.time.now().plus(chrono::TimeDelta::seconds(seconds)));
}

/// Starts the application again so that its hashes are counted.
async fn counting_hashes(app: &mut TestApp) -> Arc<AtomicUsize> {
    let hashes = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&hashes);
    app.restart_with(Arc::new(move |point| {
        if point == HASH {
            counted.fetch_add(1, Ordering::SeqCst);
        }
    }))
    .await;
    hashes
}

async fn the_same_work_is_done_for_unknown_wrong_and_disabled_and_none_for_who_must_wait(app: &mut TestApp) {
    let keeper = admin(app, "keeper").await;
    staff(app, &keeper, "active", &[]).await;
    let (_, disabled) = staff(app, &keeper, "disabled", &[]).await;
    keeper.post(&format!("/people/{disabled}/disable"), json!({})).await.expect(200);
    let hashes = counting_hashes(app).await;
    let mut first = Vec::new();
    for (name, password) in [("nobody", PASSWORD), ("active", "not the password"), ("disabled", PASSWORD)] {
        for _ in 0..5 {
            let answer = try_log_in(app, name, password).await;
            assert_eq!(hashes.swap(0, Ordering::SeqCst), 1, "one hash for {name}");
            first.push(shown(&answer));
            answer.problem(401, "log_in_failed");
        }
    }
    first.dedup();
    assert_eq!(first.len(), 1, "{first:#?}");
    let mut waiting = Vec::new();
    for name in ["nobody", "active", "disabled"] {
        let answer = try_log_in(app, name, PASSWORD).await;
        assert_eq!(answer.header("retry-after"), "31");
        waiting.push(shown(&answer));
        answer.problem(429, "too_many_attempts");
    }
    waiting.dedup();
    assert_eq!(waiting.len(), 1, "{waiting:#?}");
    assert_eq!(hashes.load(Ordering::SeqCst), 0, "nothing is hashed for who must wait");
    pass_seconds(app, 31);
    try_log_in(app, "nobody", PASSWORD).await.problem(401, "log_in_failed");
    try_log_in(app, "active", PASSWORD).await.expect(200);
}

async fn the_wait_grows_ends_by_itself_and_is_forgotten(app: &mut TestApp) {
    admin(app, "keeper").await;
    pass_seconds(app, 40 * 86_400);
    for _ in 0..5 {
        try_log_in(app, "keeper", "wrong").await.problem(401, "log_in_failed");
    }
    for wait in [30, 60, 120, 240, 480, 900, 900] {
        let refused = try_log_in(app, "keeper", PASSWORD).await;
        assert_eq!(refused.header("retry-after"), (wait + 1).to_string());
        pass_seconds(app, wait - 1);
        try_log_in(app, "keeper", PASSWORD).await.problem(429, "too_many_attempts");
        pass_seconds(app, 1);
        try_log_in(app, "keeper", "wrong").await.problem(401, "log_in_failed");
    }
    pass_seconds(app, 901);
    try_log_in(app, "keeper", PASSWORD).await.expect(200);
    pass_seconds(app, 40 * 86_400);
    app.step("forget ended sessions").await;
    let left = app.context.db.read(|conn| {
        let counts: i64 = throttles::table.count().get_result(conn)?;
        let peers: i64 = known_peers::table.count().get_result(conn)?;
        Ok::<_, Fault>((counts, peers))
    });
    assert_eq!(left.await.expect("they can be counted"), (0, 0));
}

async fn a_rotating_x_forwarded_for_defeats_nothing(app: &mut TestApp) {
    admin(app, "keeper").await;
    for number in 0..5 {
        let answer = try_from(app, &format!("198.51.100.{number}"), "nobody", "x").await;
        answer.problem(401, "log_in_failed");
    }
    try_from(app, "198.51.100.99", "nobody", "x").await.problem(429, "too_many_attempts");
    // Behind a proxy what stands left of the address it appended is the caller's own word.
    app.restart(behind_a_proxy).await;
    for number in 0..5 {
        let forwarded = format!("198.51.100.{number}, 203.0.113.7");
        try_from(app, &forwarded, "nobody", "x").await.problem(401, "log_in_failed");
    }
    let forwarded = "198.51.100.99, 203.0.113.7";
    try_from(app, forwarded, "nobody", "x").await.problem(429, "too_many_attempts");
    try_from(app, "203.0.113.8", "nobody", "x").await.problem(401, "log_in_failed");
}

async fn the_addresses_of_one_ipv6_network_are_one(app: &mut TestApp) {
    app.restart(behind_a_proxy).await;
    for number in 0..5 {
        let forwarded = format!("2001:db8:1:2:{number}::{number}");
        try_from(app, &forwarded, "nobody", "x").await.problem(401, "log_in_failed");
    }
    try_from(app, "2001:db8:1:2:ffff::1", "nobody", "x").await.problem(429, "too_many_attempts");
    try_from(app, "2001:db8:1:3::1", "nobody", "x").await.problem(401, "log_in_failed");
}

async fn nobody_is_locked_out_by_others_where_they_logged_in_before(app: &mut TestApp) {
    let keeper = admin(app, "keeper").await;
    staff(app, &keeper, "owner", &[]).await;
    app.restart(behind_a_proxy).await;
    try_from(app, "192.0.2.1", "owner", PASSWORD).await.expect(200);
    for number in 0..20 {
        for name in ["owner", "nobody"] {
            let forwarded = format!("198.51.100.{number}");
            try_from(app, &forwarded, name, "guessed").await.problem(401, "log_in_failed");
        }
    }
    for name in ["owner", "nobody"] {
        let answer = try_from(app, "203.0.113.1", name, PASSWORD).await;
        answer.problem(429, "too_many_attempts");
    }
    try_from(app, "192.0.2.1", "owner", PASSWORD).await.expect(200);
    pass_seconds(app, 31);
    try_from(app, "203.0.113.1", "owner", PASSWORD).await.expect(200);
    // Thirty days without a log-in, and the address is new again.
    pass_seconds(app, 31 * 86_400);
    for number in 0..20 {
        let forwarded = format!("198.51.100.{number}");
        try_from(app, &forwarded, "owner", "guessed").await.problem(401, "log_in_failed");
    }
    try_from(app, "192.0.2.1", "owner", PASSWORD).await.problem(429, "too_many_attempts");
}

async fn an_address_that_tries_many_names_must_wait_and_others_need_not(app: &mut TestApp) {
    let keeper = admin(app, "keeper").await;
    staff(app, &keeper, "owner", &[]).await;
    staff(app, &keeper, "colleague", &[]).await;
    app.restart(|config| {
        behind_a_proxy(config);
        config.accounts.peer_tries = 8;
    })
    .await;
    try_from(app, "192.0.2.1", "colleague", PASSWORD).await.expect(200);
    for number in 0..8 {
        let name = format!("name-{number}");
        try_from(app, "192.0.2.1", &name, "x").await.problem(401, "log_in_failed");
    }
    try_from(app, "192.0.2.1", "owner", PASSWORD).await.problem(429, "too_many_attempts");
    try_from(app, "192.0.2.2", "owner", PASSWORD).await.expect(200);
    try_from(app, "192.0.2.1", "colleague", PASSWORD).await.expect(200);
}

async fn guesses_made_at_once_are_counted_as_many_on_every_replica(app: &mut TestApp) {
    admin(app, "keeper").await;
    pass_seconds(app, 40 * 86_400);
    let hashes = counting_hashes(app).await;
    let mut clients = vec![app.stranger()];
    let replica = if app.place.url.starts_with("postgres") { Some(app.replica().await) } else { None };
    clients.extend(replica.iter().map(|(_, client)| client.clone()));
    let guesses = (0..30).map(|number| {
        let client = clients[number % clients.len()].clone();
        let body = json!({ "name": "keeper", "password": format!("guess {number}") });
        async move { client.post("/auth/login", body).await.status }
    });
    let statuses = futures_util::future::join_all(guesses).await;
    let told = |status| statuses.iter().filter(|told| **told == status).count();
    assert_eq!((told(401), told(429)), (5, 25), "{statuses:?}");
    assert!(hashes.load(Ordering::SeqCst) <= 5);
    if let Some((running, _)) = replica {
        running.stop().await;
    }
}

/// A gate at which hashes wait.
#[derive(Default)]
struct Gate {
    /// Whether it is open, and how many have come.
    state: Mutex<(bool, usize)>,
    changed: Condvar,
}

async fn fifty_log_ins_at_once_do_not_hold_up_the_sign_of_life(app: &mut TestApp) {
    admin(app, "keeper").await;
    let gate = Arc::new(Gate::default());
    let at_gate = Arc::clone(&gate);
    let (come, mut first) = tokio::sync::mpsc::unbounded_channel();
    app.restart_with(Arc::new(move |point| {
        if point == HASH {
            let _ = come.send(());
            let mut state = at_gate.state.lock().expect("nobody panics with it");
            state.1 += 1;
            drop(at_gate.changed.wait_while(state, |state| !state.0).expect("nobody panics with it"));
        }
    }))
    .await;
    let log_ins = (0..50).map(|number| {
        let client = app.stranger();
        let body = json!({ "name": format!("person-{number}"), "password": PASSWORD });
        tokio::spawn(async move { client.post("/auth/login", body).await })
    });
    let log_ins: Vec<_> = log_ins.collect();
    for _ in 0..4 {
        first.recv().await.expect("hashes are made");
    }
    // Four hashes stand still, the others wait for a turn: whoever asks for a sign of life is answered.
    for _ in 0..20 {
        assert_eq!(app.stranger().get("/livez").await.status, 200);
    }
    assert_eq!(gate.state.lock().expect("nobody panics with it").1, 4, "only so many at once");
    gate.state.lock().expect("nobody panics with it").0 = true;
    gate.changed.notify_all();
    for log_in in futures_util::future::join_all(log_ins).await {
        log_in.expect("it comes to its end").problem(401, "log_in_failed");
    }
    assert_eq!(gate.state.lock().expect("nobody panics with it").1, 50);
}

async fn an_enormous_password_is_refused_before_anything_is_hashed(app: &mut TestApp) {
    let keeper = admin(app, "keeper").await;
    let mebibyte = "x".repeat(1024 * 1024);
    try_log_in(app, "keeper", &mebibyte).await.problem(413, "body_too_large");
    let token = app.token("keeper").await;
    drop(keeper);
    let hashes = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&hashes);
    let hook: MeetingPoints = Arc::new(move |point| {
        if point == HASH {
            counted.fetch_add(1, Ordering::SeqCst);
        }
    });
    app.restart_changed_with(|config| config.server.body_limit = 1_048_576, hook).await;
    let nearly = "x".repeat(1_048_000);
    try_log_in(app, "keeper", &nearly).await.field_problem(422, "/password", "password_too_long");
    let keeper = app.stranger().with_token(&token);
    for (current, new, pointer) in
        [(nearly.as_str(), PASSWORD, "/current"), (PASSWORD, nearly.as_str(), "/new")]
    {
        let change = json!({ "current": current, "new": new });
        keeper.post("/auth/password", change).await.field_problem(422, pointer, "password_too_long");
    }
    assert_eq!(hashes.load(Ordering::SeqCst), 0);
}

on_both!(
    the_same_work_is_done_for_unknown_wrong_and_disabled_and_none_for_who_must_wait,
    the_wait_grows_ends_by_itself_and_is_forgotten,
    a_rotating_x_forwarded_for_defeats_nothing,
    the_addresses_of_one_ipv6_network_are_one,
    nobody_is_locked_out_by_others_where_they_logged_in_before,
    an_address_that_tries_many_names_must_wait_and_others_need_not,
    guesses_made_at_once_are_counted_as_many_on_every_replica,
    fifty_log_ins_at_once_do_not_hold_up_the_sign_of_life,
    an_enormous_password_is_refused_before_anything_is_hashed,
);
