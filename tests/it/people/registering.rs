//! Companies register themselves.

use crate::support::app::{TestApp, on_both};
use crate::support::people::{PASSWORD, USCCS, admin, company, district, log_in, now, registration, staff};
use diesel::prelude::*;
use onedoor::config::Registration;
use onedoor::db::schema::{companies, journal, persons, sessions};
use onedoor::domain::actor::{Actor, Place, Standing};
use onedoor::domain::ids::Id;
use onedoor::domain::words::Role;
use onedoor::fault::{Code, Fault};
use serde_json::{Value, json};

async fn a_company_that_registers_may_begin_at_once(app: &mut TestApp) {
    let answer =
        app.stranger().post("/auth/register", registration(" 9135 0100 m000 100y 43", "138-1234-1234")).await;
    let body = answer.expect(201);
    assert_eq!(body["company"]["uscc"], USCCS[0]);
    assert_eq!(body["company"]["state"], "active");
    assert_eq!(body["company"]["created_at"], "2026-09-24T16:40:00+08:00");
    assert_eq!(body["expires_at"], "2026-10-01T16:40:00+08:00");
    let me =
        app.stranger().with_token(body["token"].as_str().unwrap_or_default()).get("/me").await.expect(200);
    assert_eq!((&me["name"], &me["phone"]), (&json!("李明"), &json!("13812341234")));
    assert_eq!(me["memberships"][0]["role"], "company");
    assert_eq!(me["memberships"][0]["company_state"], "active");
    log_in(app, "+86 138 1234 1234", PASSWORD).await.get("/me").await.expect(200);
}

async fn prospective_investors_and_associations_register_without_a_code(app: &mut TestApp) {
    for (standing, phone) in [("prospective", "13812341234"), ("association", "13812341235")] {
        let mut body = registration(USCCS[0], phone);
        body["company"] = json!({ "name": "某协会", "standing": standing });
        let answer = app.stranger().post("/auth/register", body).await.expect(201);
        assert_eq!(answer["company"]["uscc"], Value::Null);
        assert_eq!(answer["company"]["standing"], standing);
    }
}

async fn where_the_office_approves_a_company_waits_for_it(app: &mut TestApp) {
    app.restart(|config| config.people.registration = Registration::Approval).await;
    let admin = admin(app, "keeper").await;
    let (_, office) = district(&admin).await;
    let (dispatcher, _) = staff(app, &admin, "dispatcher", &[("dispatcher", Some(&office))]).await;
    let (user, id) = company(app, USCCS[0], "13812341234").await;

    let me = user.get("/me").await.expect(200);
    assert_eq!(me["memberships"][0]["company_state"], "pending");
    assert_eq!(user.get(&format!("/companies/{id}")).await.expect(200)["state"], "pending");
    assert_eq!(filing(app, &me, &id).await, Err(Code::CompanyPending));
    user.post(&format!("/companies/{id}/approve"), json!({})).await.problem(403, "not_allowed");

    let waiting = dispatcher.get("/companies?state=pending").await.expect(200);
    assert_eq!(waiting["items"][0]["id"], id);
    let approved = dispatcher.post(&format!("/companies/{id}/approve"), json!({})).await.expect(200);
    assert_eq!(approved["state"], "active");
    assert_eq!(dispatcher.get("/companies?state=pending").await.expect(200)["items"], json!([]));
    assert_eq!(
        dispatcher.post(&format!("/companies/{id}/disable"), json!({})).await.expect(200)["state"],
        "disabled"
    );
    assert_eq!(filing(app, &me, &id).await, Err(Code::NotFound));
    assert_eq!(user.get("/me").await.expect(200)["memberships"][0]["company_state"], "disabled");
}

/// What a company's user without standing is told on filing for `company`.
async fn filing(app: &TestApp, me: &Value, company: &str) -> Result<Id, Code> {
    let parse = |text: &Value| Id::parse(text.as_str().unwrap_or_default()).expect("an id");
    let (at, person, company) = (now(app), parse(&me["id"]), parse(&json!(company)));
    let actor = Actor { person: Some(person), standings: Vec::new() };
    let found =
        app.context.db.read(move |conn| onedoor::people::filing_company(conn, at, &actor, company)).await;
    found.map(|company| company.id).map_err(|fault| fault.code)
}

async fn whoever_files_for_a_company_is_given_it_and_nobody_else(app: &mut TestApp) {
    let (_, id) = company(app, USCCS[0], "13812341234").await;
    let at = now(app);
    let id = Id::parse(&id).expect("an id");
    let found = app.context.db.read(move |conn| {
        let standings = vec![Standing { role: Role::Company, place: Place::Company(id) }];
        let of_it = Actor { person: Some(Id::new(at)), standings };
        let other = Actor { person: Some(Id::new(at)), standings: Vec::new() };
        let found = onedoor::people::filing_company(conn, at, &of_it, id)?;
        let refused = onedoor::people::filing_company(conn, at, &other, id).map_err(|fault| fault.code);
        Ok((found.id, refused.map(|company| company.id)))
    });
    assert_eq!(found.await.expect("it can be read"), (id, Err(Code::NotFound)));
}

async fn a_wrong_credit_code_is_refused_with_its_own_code_and_a_pointer(app: &mut TestApp) {
    let wrong = [
        ("91350100M000100Y4", "uscc_length"),
        ("9135010OM000100Y43", "uscc_character"),
        ("91350100M000100Y44", "uscc_check"),
        ("000000000000000000", "uscc_authority"),
        ("111111111111111111", "uscc_check"),
    ];
    for (uscc, code) in wrong {
        let answer = app.stranger().post("/auth/register", registration(uscc, "13812341234")).await;
        answer.field_problem(422, "/company/uscc", code);
    }
    assert_eq!(written(app).await, [0, 0, 0, 0]);
}

async fn every_wrong_field_is_told_at_once_and_nothing_is_written(app: &mut TestApp) {
    let body = json!({
        "company": { "name": "", "standing": "registered", "contact_phone": "no" },
        "person": { "name": "李".repeat(101), "username": "Li", "password": "short", "email": "x" },
    });
    let answer = app.stranger().speaking("en").post("/auth/register", body).await.expect(422);
    let told: Vec<&str> =
        answer["errors"].as_array().into_iter().flatten().filter_map(|e| e["pointer"].as_str()).collect();
    let mut wanted = [
        "/company/contact_phone",
        "/company/name",
        "/company/uscc",
        "/person/email",
        "/person/name",
        "/person/password",
        "/person/username",
    ];
    let mut told = told;
    told.sort_unstable();
    wanted.sort_unstable();
    assert_eq!(told, wanted);
    let mut own_name = registration(USCCS[0], "13812341234");
    own_name["person"]["password"] = json!("13812341234");
    let answer = app.stranger().post("/auth/register", own_name).await;
    answer.field_problem(422, "/person/password", "password_is_name");
    assert_eq!(written(app).await, [0, 0, 0, 0]);
}

async fn a_code_a_phone_or_a_user_name_registers_once(app: &mut TestApp) {
    let mut first = registration(USCCS[0], "13812341234");
    first["person"]["username"] = json!("li.ming");
    app.stranger().post("/auth/register", first).await.expect(201);
    let before = written(app).await;
    let again = async |uscc, phone| app.stranger().post("/auth/register", registration(uscc, phone)).await;
    again(USCCS[0], "13812341235").await.field_problem(409, "/company/uscc", "company_exists");
    again(USCCS[1], "+8613812341234").await.field_problem(409, "/person/phone", "phone_taken");
    let mut named = registration(USCCS[1], "13812341235");
    named["person"]["username"] = json!("li.ming");
    let answer = app.stranger().post("/auth/register", named).await;
    answer.field_problem(409, "/person/username", "username_taken");
    assert_eq!(written(app).await, before);
}

async fn of_many_who_register_one_company_at_once_one_succeeds(app: &mut TestApp) {
    let rivals = (0..6).map(|n| {
        let body = registration(USCCS[0], &format!("1381234123{n}"));
        let client = app.stranger();
        async move { client.post("/auth/register", body).await }
    });
    let answers = futures_util::future::join_all(rivals).await;
    let (won, lost): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 201);
    assert_eq!(won.len(), 1);
    for answer in lost {
        answer.field_problem(409, "/company/uscc", "company_exists");
    }
    assert_eq!(written(app).await, [1, 1, 1, 3]);
}

/// How many companies, persons, sessions and journal entries there are.
async fn written(app: &TestApp) -> [i64; 4] {
    let counted = app.context.db.read(|conn| {
        Ok::<_, Fault>([
            companies::table.count().get_result(conn)?,
            persons::table.count().get_result(conn)?,
            sessions::table.count().get_result(conn)?,
            journal::table.count().get_result(conn)?,
        ])
    });
    counted.await.expect("rows can be counted")
}

on_both!(
    a_company_that_registers_may_begin_at_once,
    prospective_investors_and_associations_register_without_a_code,
    where_the_office_approves_a_company_waits_for_it,
    whoever_files_for_a_company_is_given_it_and_nobody_else,
    a_wrong_credit_code_is_refused_with_its_own_code_and_a_pointer,
    every_wrong_field_is_told_at_once_and_nothing_is_written,
    a_code_a_phone_or_a_user_name_registers_once,
    of_many_who_register_one_company_at_once_one_succeeds,
);
