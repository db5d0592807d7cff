//! What stands for an account: a link that was mailed, and authenticators begun, confirmed and lost.

use super::cases::{Case, Field, Holds, must};
use crate::support::app::TestApp;
use crate::support::people::PASSWORD;
use crate::support::walk::text;
use diesel::prelude::*;
use onedoor::db::Json;
use onedoor::db::schema::outbox;
use onedoor::domain::ids::Id;
use onedoor::people;
use reqwest::Method;
use serde_json::json;
use totp_rs::Totp;

#[derive(Debug, Default)]
pub(crate) struct Accounts {
    token: String,
    /// The code that confirms what `enrolling` has begun.
    code: String,
    /// A recovery code of `enrolled`.
    recovery_code: String,
    /// The id of `losing`, who has an authenticator.
    losing: String,
}

impl Accounts {
    pub(super) async fn make(app: &TestApp) -> Self {
        add(app, "forgetful").await;
        app.stranger().post("/auth/password-reset", json!({ "name": "forgetful" })).await.expect(202);
        let (at, config) = (app.context.time.now(), app.context.config.clone());
        let read = app.context.db.read(move |conn| {
            let of_kind = outbox::table.filter(outbox::kind.eq(people::RESET_LETTER));
            let Json(payload): Json = of_kind.select(outbox::payload).first(conn)?;
            let id = payload["reset"].as_str().and_then(Id::parse).expect("an id");
            people::reset_letter(conn, at, id, &config)
        });
        let letter = read.await.expect("the letter can be written").expect("it holds");
        add(app, "beginning").await;
        add(app, "enrolling").await;
        let (code, _) = begun(app, "enrolling").await;
        add(app, "enrolled").await;
        let losing = add(app, "losing").await;
        let recovery_code = enrolled(app, "enrolled").await;
        enrolled(app, "losing").await;
        Self { token: letter.code, code, recovery_code, losing }
    }
}

/// Adds a person with this user name and gives the id.
async fn add(app: &TestApp, username: &str) -> String {
    let email = format!("{username}@example.gov.cn");
    let body = json!({ "name": "某某", "username": username, "email": email, "password": PASSWORD });
    text(&app.as_("admin").post("/people", body).await.expect(201)["id"])
}

/// Begins an enrolment, and gives a code that confirms it.
async fn begun(app: &TestApp, username: &str) -> (String, Totp) {
    let offer = app.as_(username).post("/auth/totp", json!({ "password": PASSWORD })).await.expect(200);
    let authenticator = Totp::from_url(text(&offer["url"])).expect("a URL that authenticators read");
    let at = u64::try_from(app.context.time.now().utc().timestamp()).expect("after 1970");
    (authenticator.generate(at).to_string(), authenticator)
}

/// Enrols an authenticator, and gives a recovery code.
async fn enrolled(app: &TestApp, username: &str) -> String {
    let (code, _) = begun(app, username).await;
    let told = app.as_(username).post("/auth/totp/confirm", json!({ "code": code })).await.expect(200);
    text(&told["recovery_codes"][0])
}

pub(super) fn cases(accounts: &Accounts) -> Vec<Case> {
    let post = |by, template, fields: Vec<Field>| Case {
        method: Method::POST,
        template,
        by,
        id: String::new(),
        fields: Some(fields),
    };
    let code = |code: &str| vec![must("/code", Holds::Formed(""), code)];
    vec![
        post("", "/api/v1/auth/password-reset", vec![must("/name", Holds::Formed(""), "auditor")]),
        post(
            "",
            "/api/v1/auth/password-reset/confirm",
            vec![
                must("/token", Holds::Formed(""), accounts.token.as_str()),
                must("/new_password", Holds::Password, "Another pass 1 phrase"),
            ],
        ),
        post("beginning", "/api/v1/auth/totp", vec![must("/password", Holds::Formed(""), PASSWORD)]),
        post("enrolling", "/api/v1/auth/totp/confirm", code(&accounts.code)),
        post("enrolled", "/api/v1/auth/totp/remove", code(&accounts.recovery_code)),
        Case {
            method: Method::DELETE,
            template: "/api/v1/people/{id}/totp",
            by: "admin",
            id: accounts.losing.clone(),
            fields: None,
        },
    ]
}
