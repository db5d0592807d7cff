//! The sample district's people log in, each as what they are.

use crate::support::app::{TestApp, on_both};
use crate::support::sample::PASSWORD;
use serde_json::json;

async fn everybody_of_the_district_is_what_their_account_says(app: &mut TestApp) {
    for account in onedoor::district::accounts().expect("the sample is right") {
        let me = app.as_(&account.username).get("/me").await.expect(200);
        assert_eq!(me["id"], app.district.person(&account.username), "{me:#}");
        assert_eq!(me["memberships"][0]["role"], account.role.code(), "{me:#}");
    }
}

async fn a_password_opens_a_session_and_logging_out_ends_it(app: &mut TestApp) {
    let log_in = json!({ "name": "dispatcher", "password": PASSWORD });
    let session = app.stranger().post("/auth/login", log_in).await.expect(200);
    let dispatcher = app.stranger().with_token(session["token"].as_str().unwrap_or_default());
    dispatcher.get("/me").await.expect(200);
    let told = dispatcher.post("/auth/logout", json!({ "everywhere": true })).await;
    told.field_problem(422, "/everywhere", "unknown_field");
    dispatcher.post("/auth/logout", json!([])).await.problem(422, "wrong_type");
    let form = dispatcher.request(reqwest::Method::POST, "/auth/logout").body("everywhere=true");
    dispatcher.send(form).await.problem(415, "unsupported_media_type");
    let nothing = dispatcher.request(reqwest::Method::POST, "/auth/logout");
    dispatcher.send(nothing).await.expect(204);
    dispatcher.get("/me").await.problem(401, "not_logged_in");
    app.as_("dispatcher").get("/me").await.expect(200);
}

async fn a_session_left_unused_is_forgotten_by_its_loop(app: &mut TestApp) {
    use diesel::prelude::*;
    use onedoor::db::schema::sessions;
    app.as_("chemical").get("/me").await.expect(200);
    app.set_time("2026-09-26T16:40:00+08:00");
    app.step("forget ended sessions").await;
    let left = app.context.db.read(|conn| Ok(sessions::table.count().get_result::<i64>(conn)?)).await;
    assert_eq!(left.expect("they can be counted"), 0);
    app.as_("chemical").get("/me").await.expect(200);
}

async fn a_denial_is_noted_with_its_person_alike_for_what_is_hidden_and_what_is_missing(app: &mut TestApp) {
    use diesel::prelude::*;
    use onedoor::db::Json;
    use onedoor::db::schema::security_log;
    let hidden = app.district.company("metal").to_owned();
    let missing = hidden.replace(|letter: char| letter != '-', "7");
    let ids = [hidden, missing, "x".to_owned()];
    let mut answers = Vec::new();
    for (id, minute) in ids.iter().zip(41..) {
        app.set_time(&format!("2026-09-24T16:{minute}:00+08:00"));
        let mut answer = app.as_("chemical").get(&format!("/companies/{id}")).await;
        answer.headers.remove("x-request-id");
        answer.headers.remove("date");
        answers.push((answer.headers.clone(), answer.problem(404, "not_found")));
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:#?}");
    let noted = app.context.db.read(|conn| {
        Ok(security_log::table
            .order(security_log::id)
            .select((security_log::kind, security_log::person_id, security_log::detail))
            .load::<(String, Option<onedoor::domain::ids::Id>, Json)>(conn)?)
    });
    let noted = noted.await.expect("the log can be read");
    assert_eq!(noted.len(), ids.len(), "{noted:#?}");
    for ((kind, person, Json(detail)), id) in noted.into_iter().zip(ids) {
        assert_eq!(kind, "denied");
        assert_eq!(person.map(|person| person.to_string()).as_deref(), Some(app.district.person("chemical")));
        assert_eq!(detail["path"], format!("/api/v1/companies/{id}"));
        assert_eq!((&detail["code"], &detail["method"]), (&json!("not_found"), &json!("GET")));
    }
}

async fn settings_may_change_between_two_starts(app: &mut TestApp) {
    let short = json!({ "name": "dispatcher", "password": "x" });
    app.stranger().post("/auth/login", short.clone()).await.problem(401, "log_in_failed");
    app.restart(|config| config.server.body_limit = 1024).await;
    let long = json!({ "name": "dispatcher", "password": "x".repeat(2000) });
    app.stranger().post("/auth/login", long).await.problem(413, "body_too_large");
}

on_both!(
    in the sample district:
    everybody_of_the_district_is_what_their_account_says,
    a_password_opens_a_session_and_logging_out_ends_it,
    a_session_left_unused_is_forgotten_by_its_loop,
    a_denial_is_noted_with_its_person_alike_for_what_is_hidden_and_what_is_missing,
    settings_may_change_between_two_starts,
);
