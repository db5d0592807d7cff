//! A forgotten password: a link is mailed, and sets a new one, once.

use crate::support::app::{TestApp, on_both};
use crate::support::client::{Answer, Client};
use crate::support::people::{PASSWORD, admin, log_in};
use diesel::prelude::*;
use mailparse::MailHeaderMap;
use onedoor::db::Json;
use onedoor::db::schema::{outbox, password_resets};
use onedoor::domain::ids::Id;
use onedoor::fault::Fault;
use onedoor::people;
use reqwest::Method;
use serde_json::{Value, json};
use std::fs;

const NEW: &str = "Quite another 1 phrase";

/// Adds an official with an e-mail address.
async fn official(app: &TestApp, admin: &Client) -> Client {
    let email = "li.ming@example.gov.cn";
    let body = json!({ "name": "李明", "username": "li.ming", "phone": "13812341234", "email": email,
        "password": PASSWORD });
    admin.post("/people", body).await.expect(201);
    log_in(app, "li.ming", PASSWORD).await
}

async fn ask(app: &TestApp, name: &str) -> Answer {
    app.stranger().post("/auth/password-reset", json!({ "name": name })).await
}

async fn confirm(app: &TestApp, token: &str, password: &str) -> Answer {
    let body = json!({ "token": token, "new_password": password });
    app.stranger().post("/auth/password-reset/confirm", body).await
}

async fn try_log_in(app: &TestApp, password: &str) -> Answer {
    app.stranger().post("/auth/login", json!({ "name": "li.ming", "password": password })).await
}

/// The rows of the outbox: kind, recipient, payload, in the order they were written.
async fn letters(app: &TestApp) -> Vec<(String, Option<Id>, Value)> {
    let read = app.context.db.read(|conn| {
        let columns = (outbox::kind, outbox::recipient_id, outbox::payload);
        let rows = outbox::table.order(outbox::created_at).select(columns);
        Ok::<_, Fault>(rows.load::<(String, Option<Id>, Json)>(conn)?)
    });
    let rows = read.await.expect("the outbox can be read");
    rows.into_iter().map(|(kind, person, Json(payload))| (kind, person, payload)).collect()
}

/// What the newest letter says; `None` where it holds no more.
async fn newest(app: &TestApp) -> Option<people::ResetLetter> {
    let (_, _, payload) = letters(app).await.pop().expect("a letter");
    let id = payload["reset"].as_str().and_then(Id::parse).expect("an id");
    let (at, config) = (app.context.time.now(), app.context.config.clone());
    let read = app.context.db.read(move |conn| people::reset_letter(conn, at, id, &config));
    read.await.expect("the letter can be written")
}

fn pass_minutes(app: &TestApp, minutes: i64) {
    app.context.time.set(app.context.time.now().plus(chrono::TimeDelta::minutes(minutes)));
}

async fn a_mailed_link_sets_a_new_password_once(app: &mut TestApp) {
    app.restart(|config| config.server.base_url = "https://onedoor.example.gov.cn/app/".to_owned()).await;
    let before = official(app, &admin(app, "keeper").await).await;
    let stranger = app.stranger();
    // The host that the caller names, and what a proxy says of it, has no part in the link.
    let forged = stranger
        .request(Method::POST, "/auth/password-reset")
        .header("host", "evil.example")
        .header("x-forwarded-host", "evil.example")
        .json(&json!({ "name": "li.ming" }));
    assert_eq!(stranger.send(forged).await.expect(202), Value::Null);
    let rows = letters(app).await;
    assert_eq!(rows.len(), 1);
    let letter = newest(app).await.expect("it holds");
    assert_eq!(letter.link, format!("https://onedoor.example.gov.cn/app/password-reset#{}", letter.code));
    assert!(letter.code.len() >= 43, "256 bits in base64url");
    let stored = app.context.db.read(|conn| {
        Ok::<_, Fault>(password_resets::table.select(password_resets::token_hash).load::<String>(conn)?)
    });
    let stored = stored.await.expect("it can be read");
    assert!(stored.len() == 1 && stored[0] != letter.code, "the code itself stands nowhere");
    assert!(!format!("{rows:?}").contains(&letter.code));

    for _ in 0..5 {
        try_log_in(app, "guessed").await.problem(401, "log_in_failed");
    }
    try_log_in(app, PASSWORD).await.problem(429, "too_many_attempts");
    let refused = confirm(app, &letter.code, "short").await;
    refused.field_problem(422, "/new_password", "password_too_short");
    let same = confirm(app, &letter.code, PASSWORD).await;
    same.field_problem(422, "/new_password", "password_used");
    before.get("/me").await.expect(200);

    confirm(app, &letter.code, NEW).await.expect(204);
    before.get("/me").await.problem(401, "not_logged_in");
    try_log_in(app, PASSWORD).await.problem(401, "log_in_failed");
    try_log_in(app, NEW).await.expect(200);
    let again = confirm(app, &letter.code, "Yet another 2 phrase").await;
    again.field_problem(422, "/token", "reset_token_invalid");
    assert_eq!(newest(app).await, None);
}

/// The letters in the folder, as somebody else's library reads them: header `To`, subject, text.
fn mailed(app: &TestApp) -> Vec<(String, String, String)> {
    let folder = app.place.folder.path().join("mail");
    let paths = fs::read_dir(folder).into_iter().flatten().map(|entry| entry.expect("a letter").path());
    let read = |path: std::path::PathBuf| {
        let bytes = fs::read(path).expect("a letter can be read");
        let mail = mailparse::parse_mail(&bytes).expect("a message by RFC 5322");
        let header = |name: &str| mail.headers.get_first_value(name).expect("a header");
        (header("To"), header("Subject"), mail.subparts[0].get_body().expect("a text"))
    };
    paths.map(read).collect()
}

async fn the_letter_comes_in_the_persons_language_and_its_link_sets_the_password(app: &mut TestApp) {
    let keeper = admin(app, "keeper").await;
    official(app, &keeper).await;
    let english = json!({ "name": "Li Ming", "username": "li.en", "email": "en@example.gov.cn", "language": "en",
        "password": PASSWORD });
    keeper.post("/people", english).await.expect(201);
    ask(app, "li.ming").await.expect(202);
    app.step("send letters").await;
    ask(app, "li.en").await.expect(202);
    app.step("send letters").await;
    let letters = mailed(app);
    assert_eq!(letters.len(), 2);
    let of = |address: &str| letters.iter().find(|(to, _, _)| to.contains(address)).expect("a letter");
    let (_, subject, text) = of("li.ming@example.gov.cn");
    assert_eq!(subject, "您可以设置新密码");
    assert!(text.contains("9月24日 17:10"), "{text}");
    assert_eq!(of("en@example.gov.cn").1, "You may set a new password");
    let (_, rest) = text.split_once("http://127.0.0.1:8080/password-reset#").expect("the link");
    let code = rest.split_whitespace().next().expect("the code");
    confirm(app, code, NEW).await.expect(204);
    try_log_in(app, NEW).await.expect(200);
    // What was asked for and is sent too late is not sent.
    ask(app, "li.ming").await.expect(202);
    pass_minutes(app, 31);
    app.step("send letters").await;
    assert_eq!(mailed(app).len(), 2);
}

async fn whoever_asks_learns_nothing(app: &mut TestApp) {
    let keeper = admin(app, "keeper").await;
    official(app, &keeper).await;
    let gone =
        json!({ "name": "王芳", "username": "wang.fang", "email": "w@example.gov.cn", "password": PASSWORD });
    let gone = keeper.post("/people", gone).await.expect(201);
    keeper
        .post(&format!("/people/{}/disable", gone["id"].as_str().unwrap_or_default()), json!({}))
        .await
        .expect(200);
    let mut answers = Vec::new();
    for name in ["li.ming", "nobody", "wang.fang", "keeper", "no name at all!", "+86 138-1234-1234"] {
        let mut answer = ask(app, name).await;
        answer.headers.remove("x-request-id");
        answer.headers.remove("date");
        answers.push((answer.status, answer.headers, answer.body));
        pass_minutes(app, 1);
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:#?}");
    assert_eq!(answers[0].0, 202);
    assert_eq!(letters(app).await.len(), 2, "one for the user name, one for the phone");
}

async fn a_newer_letter_a_changed_password_and_time_make_a_link_void(app: &mut TestApp) {
    let client = official(app, &admin(app, "keeper").await).await;
    ask(app, "li.ming").await.expect(202);
    let first = newest(app).await.expect("it holds");
    pass_minutes(app, 1);
    ask(app, "li.ming").await.expect(202);
    let second = newest(app).await.expect("it holds");
    assert_ne!(first.code, second.code);
    let void = async |code: &str| {
        confirm(app, code, NEW).await.field_problem(422, "/token", "reset_token_invalid");
    };
    void(&first.code).await;
    let change = json!({ "current": PASSWORD, "new": "Chosen by myself 3" });
    client.post("/auth/password", change).await.expect(204);
    void(&second.code).await;
    pass_minutes(app, 1);
    ask(app, "li.ming").await.expect(202);
    let third = newest(app).await.expect("it holds");
    pass_minutes(app, 30);
    void(&third.code).await;
    assert_eq!(newest(app).await, None, "and no letter is written any more");
    for token in ["", "x", &"A".repeat(43), &"A".repeat(40_000)] {
        void(token).await;
    }
}

async fn only_so_many_letters_are_sent_to_one_person(app: &mut TestApp) {
    official(app, &admin(app, "keeper").await).await;
    for _ in 0..10 {
        ask(app, "li.ming").await.expect(202);
    }
    assert_eq!(letters(app).await.len(), 3);
    assert!(newest(app).await.is_some(), "the last one that was sent holds");
    pass_minutes(app, 60);
    ask(app, "li.ming").await.expect(202);
    assert_eq!(letters(app).await.len(), 4);
}

async fn where_a_reset_came_from_others_lock_nobody_out(app: &mut TestApp) {
    official(app, &admin(app, "keeper").await).await;
    app.restart(|config| {
        config.server.trusted_proxies = vec!["127.0.0.1/32".parse().expect("a network")];
    })
    .await;
    let from = async |address: &str, path: &str, body: Value| {
        let stranger = app.stranger();
        let request = stranger.request(Method::POST, path).header("x-forwarded-for", address);
        stranger.send(request.json(&body)).await
    };
    let guess = json!({ "name": "li.ming", "password": "guessed" });
    let attack = async || {
        for number in 0..20 {
            from(&format!("198.51.100.{number}"), "/auth/login", guess.clone()).await;
        }
    };
    attack().await;
    let right = |password: &str| json!({ "name": "li.ming", "password": password });
    from("203.0.113.5", "/auth/login", right(PASSWORD)).await.problem(429, "too_many_attempts");
    ask(app, "li.ming").await.expect(202);
    let code = newest(app).await.expect("it holds").code;
    let body = json!({ "token": code, "new_password": NEW });
    from("203.0.113.5", "/auth/password-reset/confirm", body).await.expect(204);
    attack().await;
    from("203.0.113.6", "/auth/login", right(NEW)).await.problem(429, "too_many_attempts");
    from("203.0.113.5", "/auth/login", right(NEW)).await.expect(200);
}

on_both!(
    a_mailed_link_sets_a_new_password_once,
    the_letter_comes_in_the_persons_language_and_its_link_sets_the_password,
    whoever_asks_learns_nothing,
    a_newer_letter_a_changed_password_and_time_make_a_link_void,
    only_so_many_letters_are_sent_to_one_person,
    where_a_reset_came_from_others_lock_nobody_out,
);
