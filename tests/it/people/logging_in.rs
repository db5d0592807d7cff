//! Logging in and out, passwords, and how long a session lasts.

use crate::support::app::{TestApp, on_both};
use crate::support::client::{Answer, Client};
use crate::support::people::{PASSWORD, USCCS, admin, company, id, log_in, staff, text};
use diesel::prelude::*;
use onedoor::db::schema::{persons, security_log, sessions};
use onedoor::fault::Fault;
use reqwest::Method;
use serde_json::json;

async fn try_log_in(app: &TestApp, name: &str, password: &str) -> Answer {
    app.stranger().post("/auth/login", json!({ "name": name, "password": password })).await
}

async fn nobody_can_log_in_to_a_new_house(app: &mut TestApp) {
    let found = app.context.db.read(|conn| Ok::<i64, Fault>(persons::table.count().get_result(conn)?)).await;
    assert_eq!(found.expect("persons can be counted"), 0);
    for name in ["admin", "root", "onedoor"] {
        for password in ["", "admin", "password", "onedoor"] {
            try_log_in(app, name, password).await.problem(401, "log_in_failed");
        }
    }
}

async fn a_person_logs_in_by_user_name_or_phone_however_they_are_typed(app: &mut TestApp) {
    let admin = admin(app, "keeper").await;
    let body =
        json!({ "name": "王芳", "username": "wang.fang", "phone": "13812341234", "password": PASSWORD });
    let person = id(&admin.post("/people", body).await.expect(201));
    for name in ["wang.fang", " Wang.Fang ", "13812341234", "+86 138-1234-1234", "１３８１２３４１２３４"]
    {
        let answer = try_log_in(app, name, PASSWORD).await.expect(200);
        assert_eq!(answer["person_id"], person, "{name}");
    }
}

async fn unknown_names_wrong_passwords_and_disabled_persons_are_told_alike(app: &mut TestApp) {
    let admin = admin(app, "keeper").await;
    staff(app, &admin, "active", &[]).await;
    let (_, disabled) = staff(app, &admin, "disabled", &[]).await;
    admin.post(&format!("/people/{disabled}/disable"), json!({})).await.expect(200);
    let answers = [
        try_log_in(app, "nobody", PASSWORD).await,
        try_log_in(app, "active", "not the password").await,
        try_log_in(app, "active", "").await,
        try_log_in(app, "disabled", PASSWORD).await,
        try_log_in(app, "13800000000", PASSWORD).await,
        try_log_in(app, "no name at all!", PASSWORD).await,
    ];
    let shown = |answer: &Answer| {
        let mut headers = answer.headers.clone();
        headers.remove("x-request-id");
        headers.remove("date");
        (answer.status, headers, answer.body.clone())
    };
    for answer in &answers {
        assert_eq!(shown(answer), shown(&answers[0]));
        answer.clone().problem(401, "log_in_failed");
    }
}

async fn log_ins_are_noted_in_the_security_log_and_no_password_is(app: &mut TestApp) {
    let admin = admin(app, "keeper").await;
    staff(app, &admin, "active", &[]).await;
    try_log_in(app, "active", "a secret mistyped").await.problem(401, "log_in_failed");
    try_log_in(app, "a secret in the wrong field", "x").await.problem(401, "log_in_failed");
    let noted = app.context.db.read(|conn| {
        let rows: Vec<(String, onedoor::db::Json)> =
            security_log::table.select((security_log::kind, security_log::detail)).load(conn)?;
        Ok::<_, Fault>(rows)
    });
    let noted = noted.await.expect("the log can be read");
    let mut kinds: Vec<&str> = noted.iter().map(|(kind, _)| kind.as_str()).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, ["log_in_failed", "log_in_failed", "logged_in", "logged_in"]);
    assert!(noted.iter().all(|(_, detail)| !detail.0.to_string().contains("secret")));
}

async fn whatever_is_wrong_with_a_token_is_told_alike(app: &mut TestApp) {
    let (user, _) = company(app, USCCS[0], "13812341234").await;
    user.post("/auth/logout", json!({})).await.expect(204);
    let stranger = app.stranger();
    let scheme = stranger.request(Method::GET, "/me").header("authorization", "Basic YTpi");
    let answers = [
        stranger.get("/me").await,
        user.get("/me").await,
        stranger.with_token("short").get("/me").await,
        stranger.with_token(&"A".repeat(43)).get("/me").await,
        stranger.send(scheme).await,
    ];
    for answer in answers {
        assert_eq!(answer.header("www-authenticate"), "Bearer");
        answer.problem(401, "not_logged_in");
    }
}

async fn logging_out_ends_that_session_only(app: &mut TestApp) {
    let (here, _) = company(app, USCCS[0], "13812341234").await;
    let there = log_in(app, "13812341234", PASSWORD).await;
    here.post("/auth/logout", json!({})).await.expect(204);
    here.get("/me").await.problem(401, "not_logged_in");
    there.get("/me").await.expect(200);
}

async fn a_password_change_ends_every_other_session_at_once(app: &mut TestApp) {
    let (here, _) = company(app, USCCS[0], "13812341234").await;
    let there = log_in(app, "13812341234", PASSWORD).await;
    let change = async |current: &str, new: &str| {
        here.post("/auth/password", json!({ "current": current, "new": new })).await
    };
    change("not the password", "another password").await.field_problem(422, "/current", "password_wrong");
    change(PASSWORD, "short").await.field_problem(422, "/new", "password_too_short");
    change(PASSWORD, &"长".repeat(129)).await.field_problem(422, "/new", "password_too_long");
    change(PASSWORD, "13812341234").await.field_problem(422, "/new", "password_is_name");
    there.get("/me").await.expect(200);

    change(PASSWORD, "another password").await.expect(204);
    here.get("/me").await.expect(200);
    there.get("/me").await.problem(401, "not_logged_in");
    try_log_in(app, "13812341234", PASSWORD).await.problem(401, "log_in_failed");
    log_in(app, "13812341234", "another password").await;
}

async fn disabling_a_person_ends_every_session_at_once(app: &mut TestApp) {
    let admin = admin(app, "keeper").await;
    let (here, person) = staff(app, &admin, "handler", &[]).await;
    let there = log_in(app, "handler", PASSWORD).await;
    let disabled = admin.post(&format!("/people/{person}/disable"), json!({})).await.expect(200);
    assert_eq!(disabled["state"], "disabled");
    for client in [&here, &there] {
        client.get("/me").await.problem(401, "not_logged_in");
    }
    admin.post(&format!("/people/{person}/enable"), json!({})).await.expect(200);
    here.get("/me").await.problem(401, "not_logged_in");
    log_in(app, "handler", PASSWORD).await.get("/me").await.expect(200);
}

async fn a_one_time_password_opens_nothing_until_it_is_changed(app: &mut TestApp) {
    let admin = admin(app, "keeper").await;
    let (before, person) = staff(app, &admin, "handler", &[]).await;
    let reset = admin.post(&format!("/people/{person}/password"), json!({})).await.expect(200);
    before.get("/me").await.problem(401, "not_logged_in");
    try_log_in(app, "handler", PASSWORD).await.problem(401, "log_in_failed");

    let one_time = text(&reset, "one_time_password");
    assert_eq!(try_log_in(app, "handler", one_time).await.expect(200)["password_change_needed"], true);
    let client = log_in(app, "handler", one_time).await;
    assert_eq!(client.get("/me").await.expect(200)["password_change_needed"], true);
    client.get("/units").await.problem(403, "password_change_needed");
    let change = json!({ "current": one_time, "new": "My own pass phrase 1" });
    client.post("/auth/password", change).await.expect(204);
    client.get("/units").await.expect(200);
    assert_eq!(client.get("/me").await.expect(200)["password_change_needed"], false);
}

async fn a_session_left_unused_ends(app: &mut TestApp) {
    app.restart(|config| config.people.session_idle_minutes = 30).await;
    let (user, _) = company(app, USCCS[0], "13812341234").await;
    app.set_time("2026-09-24T17:09:00+08:00");
    user.get("/me").await.expect(200);
    app.set_time("2026-09-24T17:38:00+08:00");
    user.get("/me").await.expect(200);
    app.set_time("2026-09-24T18:08:00+08:00");
    user.get("/me").await.problem(401, "not_logged_in");
}

async fn a_session_ends_at_its_end_however_it_is_used(app: &mut TestApp) {
    app.restart(|config| config.people.session_hours = 2).await;
    let (user, _) = company(app, USCCS[0], "13812341234").await;
    for time in ["17:30", "18:00", "18:39"] {
        app.set_time(&format!("2026-09-24T{time}:00+08:00"));
        user.get("/me").await.expect(200);
    }
    app.set_time("2026-09-24T18:40:00+08:00");
    user.get("/me").await.problem(401, "not_logged_in");
    log_in(app, "13812341234", PASSWORD).await;
    let kept = app.context.db.read(|conn| Ok::<i64, Fault>(sessions::table.count().get_result(conn)?)).await;
    assert_eq!(kept.expect("sessions can be counted"), 1, "the ended session is swept out");
}

async fn no_token_and_no_password_is_stored_as_it_is(app: &mut TestApp) {
    let answer = try_log_in_as_new_user(app).await;
    let token = text(&answer, "token").to_owned();
    let stored = app.context.db.read(|conn| {
        let tokens: Vec<String> = sessions::table.select(sessions::token_hash).load(conn)?;
        let passwords: Vec<String> = persons::table.select(persons::password_hash).load(conn)?;
        Ok::<_, Fault>((tokens, passwords))
    });
    let (tokens, passwords) = stored.await.expect("rows can be read");
    assert!(tokens.iter().all(|stored| *stored != token && stored.len() == 64));
    assert!(passwords.iter().all(|stored| stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$")));
}

async fn try_log_in_as_new_user(app: &TestApp) -> serde_json::Value {
    let _: (Client, String) = company(app, USCCS[0], "13812341234").await;
    try_log_in(app, "13812341234", PASSWORD).await.expect(200)
}

on_both!(
    nobody_can_log_in_to_a_new_house,
    a_person_logs_in_by_user_name_or_phone_however_they_are_typed,
    unknown_names_wrong_passwords_and_disabled_persons_are_told_alike,
    log_ins_are_noted_in_the_security_log_and_no_password_is,
    whatever_is_wrong_with_a_token_is_told_alike,
    logging_out_ends_that_session_only,
    a_password_change_ends_every_other_session_at_once,
    disabling_a_person_ends_every_session_at_once,
    a_one_time_password_opens_nothing_until_it_is_changed,
    a_session_left_unused_ends,
    a_session_ends_at_its_end_however_it_is_used,
    no_token_and_no_password_is_stored_as_it_is,
);
