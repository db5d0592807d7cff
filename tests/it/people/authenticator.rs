//! Authenticators: enrolment, log-ins with a code, recovery codes, and roles that need one.

use crate::support::app::{TestApp, on_both};
use crate::support::client::{Answer, Client};
use crate::support::people::{PASSWORD, admin, log_in, staff, text};
use diesel::prelude::*;
use onedoor::db::schema::recovery_codes;
use onedoor::domain::words::Role;
use onedoor::fault::Fault;
use serde_json::{Value, json};
use totp_rs::Totp;

async fn try_log_in(app: &TestApp, code: Option<&str>) -> Answer {
    let body = json!({ "name": "handler", "password": PASSWORD, "code": code });
    app.stranger().post("/auth/login", body).await
}

fn pass_seconds(app: &TestApp, seconds: i64) {
    app.context.time.set(app.context.time.now().plus(chrono::TimeDelta::seconds(seconds)));
}

/// The code an authenticator with this secret shows so many seconds from now.
fn shown(app: &TestApp, authenticator: &Totp, seconds: i64) -> String {
    let at = app.context.time.now().utc().timestamp() + seconds;
    authenticator.generate(u64::try_from(at).expect("after 1970")).to_string()
}

/// Begins an enrolment and gives the authenticator made of its URL.
async fn begin(client: &Client) -> Totp {
    let offer = client.post("/auth/totp", json!({ "password": PASSWORD })).await.expect(200);
    let authenticator = Totp::from_url(text(&offer, "url")).expect("a URL that authenticators read");
    assert_eq!(authenticator.secret().to_base32(), text(&offer, "secret"));
    authenticator
}

/// Enrols an authenticator and gives it with the recovery codes.
async fn enrol(app: &TestApp, client: &Client) -> (Totp, Vec<String>) {
    let authenticator = begin(client).await;
    let code = shown(app, &authenticator, 0);
    let told = client.post("/auth/totp/confirm", json!({ "code": code })).await.expect(200);
    let codes = told["recovery_codes"].as_array().expect("codes").iter();
    (authenticator, codes.filter_map(Value::as_str).map(str::to_owned).collect())
}

async fn whoever_has_an_authenticator_logs_in_with_its_code(app: &mut TestApp) {
    let keeper = admin(app, "keeper").await;
    let (client, _) = staff(app, &keeper, "handler", &[]).await;
    let elsewhere = log_in(app, "handler", PASSWORD).await;
    client.post("/auth/totp", json!({ "password": "x" })).await.field_problem(
        422,
        "/password",
        "password_wrong",
    );
    let first = begin(&client).await;
    try_log_in(app, None).await.expect(200);
    let authenticator = begin(&client).await;
    let stale = json!({ "code": shown(app, &first, 0) });
    client.post("/auth/totp/confirm", stale).await.field_problem(422, "/code", "totp_code_wrong");
    let code = shown(app, &authenticator, 0);
    let told = client.post("/auth/totp/confirm", json!({ "code": code.clone() })).await.expect(200);
    assert_eq!(told["recovery_codes"].as_array().map(Vec::len), Some(10));
    elsewhere.get("/me").await.problem(401, "not_logged_in");
    client.get("/me").await.expect(200);
    client.post("/auth/totp", json!({ "password": PASSWORD })).await.problem(409, "totp_enrolled");

    // Only after a right password is a code asked for.
    let wrong = json!({ "name": "handler", "password": "wrong", "code": "123456" });
    app.stranger().post("/auth/login", wrong).await.problem(401, "log_in_failed");
    try_log_in(app, None).await.problem(401, "totp_needed");
    try_log_in(app, Some(&code)).await.problem(401, "totp_wrong");
    pass_seconds(app, 30);
    let next = shown(app, &authenticator, 0);
    try_log_in(app, Some(&next)).await.expect(200);
    try_log_in(app, Some(&next)).await.problem(401, "totp_wrong");
    // A clock half a minute ahead or behind is no hindrance, one a minute off is.
    pass_seconds(app, 300);
    try_log_in(app, Some(&shown(app, &authenticator, -60))).await.problem(401, "totp_wrong");
    try_log_in(app, Some(&shown(app, &authenticator, -30))).await.expect(200);
    try_log_in(app, Some(&shown(app, &authenticator, 60))).await.problem(401, "totp_wrong");
    try_log_in(app, Some(&shown(app, &authenticator, 30))).await.expect(200);
    // What was used is used, an earlier one too.
    try_log_in(app, Some(&shown(app, &authenticator, 0))).await.problem(401, "totp_wrong");
}

async fn guesses_at_a_code_are_counted_as_those_at_a_password(app: &mut TestApp) {
    let keeper = admin(app, "keeper").await;
    let (client, _) = staff(app, &keeper, "handler", &[]).await;
    let (authenticator, _) = enrol(app, &client).await;
    pass_seconds(app, 60);
    let right = shown(app, &authenticator, 0);
    let wrong = if right == "000000" { "000001" } else { "000000" };
    for _ in 0..5 {
        // Asking whether a code is needed gives no tries back.
        try_log_in(app, None).await.problem(401, "totp_needed");
        try_log_in(app, Some(wrong)).await.problem(401, "totp_wrong");
    }
    try_log_in(app, Some(&right)).await.problem(429, "too_many_attempts");
    for _ in 0..5 {
        let guess = client.post("/auth/totp/remove", json!({ "code": wrong })).await;
        guess.field_problem(422, "/code", "totp_code_wrong");
    }
    client.post("/auth/totp/remove", json!({ "code": wrong })).await.problem(429, "too_many_attempts");
    for _ in 0..5 {
        let guess = client.post("/auth/password", json!({ "current": "x", "new": "Something 1 new" })).await;
        guess.field_problem(422, "/current", "password_wrong");
    }
    let guess = client.post("/auth/password", json!({ "current": PASSWORD, "new": "Something 1 new" })).await;
    guess.problem(429, "too_many_attempts");
}

async fn a_recovery_code_lets_in_once(app: &mut TestApp) {
    let keeper = admin(app, "keeper").await;
    let (client, _) = staff(app, &keeper, "handler", &[]).await;
    let (_, codes) = enrol(app, &client).await;
    let stored = app.context.db.read(|conn| {
        Ok::<_, Fault>(recovery_codes::table.select(recovery_codes::code_hash).load::<String>(conn)?)
    });
    let stored = stored.await.expect("they can be read");
    assert!(stored.len() == 10 && codes.iter().all(|code| !stored.contains(code)), "only digests are kept");
    try_log_in(app, Some(&codes[0].to_uppercase().replace('-', " "))).await.expect(200);
    try_log_in(app, Some(&codes[0])).await.problem(401, "totp_wrong");
    try_log_in(app, Some(&codes[1])).await.expect(200);
    client.post("/auth/totp/remove", json!({ "code": codes[2] })).await.expect(204);
    try_log_in(app, None).await.expect(200);
    client.post("/auth/totp/remove", json!({ "code": codes[3] })).await.problem(409, "no_totp");
}

async fn an_administrator_takes_a_lost_authenticator_away(app: &mut TestApp) {
    let keeper = admin(app, "keeper").await;
    let (client, person) = staff(app, &keeper, "handler", &[]).await;
    let path = format!("/people/{person}/totp");
    keeper.delete(&path).await.problem(409, "no_totp");
    enrol(app, &client).await;
    client.delete(&path).await.problem(404, "not_found");
    keeper.delete(&path).await.expect(204);
    client.get("/me").await.problem(401, "not_logged_in");
    try_log_in(app, None).await.expect(200);
}

async fn a_role_that_needs_an_authenticator_opens_nothing_before_one_is_enrolled(app: &mut TestApp) {
    admin(app, "keeper").await;
    app.restart(|config| config.accounts.totp_roles = vec![Role::Admin]).await;
    let body = json!({ "name": "keeper", "password": PASSWORD });
    let session = app.stranger().post("/auth/login", body.clone()).await.expect(200);
    assert_eq!(
        (&session["totp_enrolment_needed"], &session["password_change_needed"]),
        (&json!(true), &json!(false))
    );
    let keeper = app.stranger().with_token(text(&session, "token"));
    keeper.get("/people").await.problem(403, "totp_enrolment_needed");
    keeper.get("/me").await.expect(200);
    enrol(app, &keeper).await;
    keeper.get("/people").await.expect(200);
    app.stranger().post("/auth/login", body).await.problem(401, "totp_needed");
    let (handler, _) = staff(app, &keeper, "handler", &[]).await;
    handler.get("/units").await.expect(200);
}

on_both!(
    whoever_has_an_authenticator_logs_in_with_its_code,
    guesses_at_a_code_are_counted_as_those_at_a_password,
    a_recovery_code_lets_in_once,
    an_administrator_takes_a_lost_authenticator_away,
    a_role_that_needs_an_authenticator_opens_nothing_before_one_is_enrolled,
);
