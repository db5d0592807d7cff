//! Acts sent more than once under one Idempotency-Key: done once, answered alike.

use crate::support::app::{TestApp, on_both, run_in_the_sample_district};
use crate::support::client::{Answer, Client};
use crate::support::files::pdf;
use crate::support::place::Database;
use crate::support::walk::{dispatch, file, form, parts, text};
use diesel::prelude::*;
use futures_util::future::{join, join_all};
use onedoor::db::MeetingPoints;
use onedoor::db::schema::{idempotency_keys, journal, memberships, outbox, requests, sessions};
use onedoor::domain::ids::Id;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;

async fn post(client: &Client, path: &str, key: &str, body: &Value) -> Answer {
    client.send(client.request(Method::POST, path).header("idempotency-key", key).json(body)).await
}

/// How many requests, entries about requests, letters and keys there are.
async fn counts(app: &TestApp) -> [i64; 4] {
    let read = app.context.db.read(|conn| {
        Ok([
            requests::table.count().get_result(conn)?,
            journal::table.filter(journal::subject_kind.eq("request")).count().get_result(conn)?,
            outbox::table.filter(outbox::request_id.is_not_null()).count().get_result(conn)?,
            idempotency_keys::table.count().get_result(conn)?,
        ])
    });
    read.await.expect("they can be counted")
}

#[track_caller]
fn is_replay(first: &Answer, again: &Answer) {
    assert_eq!(again.header("idempotent-replayed"), "true", "{:#}", again.body);
    assert_eq!((again.status, &again.body), (first.status, &first.body));
    assert_eq!(again.header("location"), first.header("location"));
}

async fn a_request_filed_again_under_its_key_is_the_same_one(app: &mut TestApp) {
    let (company, form) = (app.as_("chemical"), form(app, &json!({})));
    let key = "\"8e03978e-40d5-43dd-bc93-6894a57f9324\"";
    let first = post(&company, "/requests", key, &form).await;
    assert_eq!((first.status, first.header("idempotent-replayed")), (201, ""));
    assert_eq!(first.header("location"), format!("/api/v1/requests/{}", text(&first.body["id"])));
    let after_one = counts(app).await;
    assert_eq!((after_one[0], after_one[1], after_one[3]), (1, 1, 1));
    app.set_time("2026-09-25T16:39:59+08:00");
    is_replay(&first, &post(&company, "/requests", key, &form).await);
    let mut other = form.clone();
    other["title"] = json!("另一件事");
    post(&company, "/requests", key, &other).await.problem(422, "idempotency_key_reused");
    // The bytes are compared, and the query with them.
    let client = &company;
    let spaced = client.request(Method::POST, "/requests").header("content-type", "application/json");
    let spaced = spaced.header("idempotency-key", key).body(format!(" {form}"));
    client.send(spaced).await.problem(422, "idempotency_key_reused");
    post(&company, "/requests?x=1", key, &form).await.problem(422, "idempotency_key_reused");
    assert_eq!(counts(app).await, after_one);
    // Another key, another person and another route are other acts.
    assert_eq!(post(&company, "/requests", "another", &form).await.expect(201)["version"], 1);
    let mut of_office = form.clone();
    of_office["channel"] = json!("hotline");
    post(&app.as_("dispatcher"), "/requests", key, &of_office).await.expect(201);
    let path = format!("/requests/{}/withdraw", text(&first.body["id"]));
    post(&company, &path, key, &json!({})).await.expect(200);
    assert_eq!(counts(app).await[0], 3);
}

async fn after_a_day_a_key_is_free_again(app: &mut TestApp) {
    let (company, form) = (app.as_("chemical"), form(app, &json!({})));
    let first = post(&company, "/requests", "daily", &form).await.expect(201);
    let gone = post(&company, "/requests", "gone", &form).await.expect(201);
    app.step("forget answers").await;
    assert_eq!(counts(app).await[3], 2);
    app.set_time("2026-09-25T16:40:00+08:00");
    let second = post(&company, "/requests", "daily", &form).await;
    assert_eq!(second.header("idempotent-replayed"), "");
    assert_ne!(second.clone().expect(201)["id"], first["id"]);
    is_replay(&second, &post(&company, "/requests", "daily", &form).await);
    app.step("forget answers").await;
    assert_eq!(counts(app).await[3], 1);
    assert_ne!(post(&company, "/requests", "gone", &form).await.expect(201)["id"], gone["id"]);
}

async fn a_key_is_one_of_1_to_255_printable_ascii_characters(app: &mut TestApp) {
    let (company, form) = (app.as_("chemical"), form(app, &json!({})));
    let before = counts(app).await;
    for key in ["", "a\tb", "键", &"k".repeat(256)] {
        post(&company, "/requests", key, &form).await.problem(400, "idempotency_key_invalid");
    }
    let twice = company.request(Method::POST, "/requests").json(&form);
    let twice = twice.header("idempotency-key", "a").header("idempotency-key", "a");
    company.send(twice).await.problem(400, "idempotency_key_invalid");
    assert_eq!(counts(app).await, before);
    post(&company, "/requests", &"k".repeat(255), &form).await.expect(201);
    // Where keys are not heeded, a wrong one is not either.
    let log_in = json!({ "name": "chemical", "password": crate::support::sample::PASSWORD });
    post(&app.stranger(), "/auth/login", "键", &log_in).await.expect(200);
}

async fn a_refused_act_leaves_no_key(app: &mut TestApp) {
    let request = file(app, json!({})).await;
    let (office, path) = (app.as_("dispatcher"), format!("/requests/{request}/dispatch"));
    post(&office, &path, "once", &json!({ "parts": [] })).await;
    let nowhere = json!({ "parts": [{ "unit": request, "part": "lead" }] });
    assert_eq!(post(&office, &path, "once", &nowhere).await.status, 422);
    let stale = office.request(Method::POST, &path).header("if-match", "\"7\"").json(&parts(app));
    office.send(stale.header("idempotency-key", "once")).await.problem(412, "precondition_failed");
    assert_eq!(counts(app).await[3], 0);
    let first = post(&office, &path, "once", &parts(app)).await;
    assert_eq!(first.clone().expect(200)["version"], 2);
    // What is replayed is not judged anew: neither the state nor the version stands against it.
    let again = office.request(Method::POST, &path).header("if-match", "\"1\"").json(&parts(app));
    is_replay(&first, &office.send(again.header("idempotency-key", "once")).await);
    post(&office, &path, "twice", &parts(app)).await.problem(409, "already_dispatched");
    assert_eq!(counts(app).await[3], 1);
}

async fn fifty_creates_at_once_with_one_key_make_one_request(app: &mut TestApp) {
    let form = form(app, &json!({}));
    app.token("chemical").await;
    let sent = (0..50).map(async |_| post(&app.as_("chemical"), "/requests", "fifty", &form).await);
    let answers = join_all(sent).await;
    let replayed = answers.iter().filter(|answer| answer.header("idempotent-replayed") == "true").count();
    assert_eq!(replayed, 49);
    let places: BTreeSet<&str> = answers.iter().map(|answer| answer.header("location")).collect();
    let bodies: BTreeSet<String> = answers.iter().map(|answer| answer.body.to_string()).collect();
    assert!(answers.iter().all(|answer| answer.status == 201));
    assert_eq!((places.len(), bodies.len()), (1, 1));
    let [requests, entries, letters, keys] = counts(app).await;
    let of_one = letters_of_one_filing(app).await;
    assert_eq!((requests, entries, letters, keys), (1, 1, of_one, 1));
}

/// How many letters one request makes that is filed without a key.
async fn letters_of_one_filing(app: &TestApp) -> i64 {
    let before = counts(app).await[2];
    file(app, json!({})).await;
    counts(app).await[2] - before
}

async fn an_answer_is_given_again_only_to_who_may_still_see_it(app: &mut TestApp) {
    let (company, form) = (app.as_("chemical"), form(app, &json!({})));
    let filed = post(&company, "/requests", "seen", &form).await;
    let request = text(&filed.body["id"]);
    let (office, path) = (app.as_("dispatcher"), format!("/requests/{request}/dispatch"));
    post(&office, &path, "sent", &parts(app)).await.expect(200);
    let at = app.context.time.now();
    for who in ["chemical", "dispatcher"] {
        let person = Id::parse(app.district.person(who)).expect("an id");
        let ended = app.context.db.write(move |conn| {
            let mine = memberships::table.filter(memberships::person_id.eq(person));
            diesel::update(mine).set(memberships::valid_until.eq(at)).execute(conn)?;
            Ok(())
        });
        ended.await.expect("their roles end");
    }
    post(&company, "/requests", "seen", &form).await.problem(404, "not_found");
    post(&office, &path, "sent", &parts(app)).await.problem(404, "not_found");
    // Nor is it said that the key was used.
    post(&office, &path, "sent", &json!({ "parts": [] })).await.problem(404, "not_found");
    let token = app.token("chemical").await;
    let out = app.context.db.write(|conn| Ok(diesel::delete(sessions::table).execute(conn)?)).await;
    assert!(out.is_ok_and(|ended| ended > 0));
    post(&app.stranger().with_token(&token), "/requests", "seen", &form).await.problem(401, "not_logged_in");
}

async fn an_answer_is_not_given_again_to_who_is_something_else_by_now(app: &mut TestApp) {
    let filed = app.as_("chemical").post("/requests", form(app, &json!({ "confidence": "sealed" }))).await;
    let (path, admin) = (format!("/requests/{}/dispatch", text(&filed.expect(201)["id"])), app.as_("admin"));
    let office = app.as_("dispatcher");
    post(&office, &path, "sealed", &parts(app)).await.expect(200);
    let person = app.district.person("dispatcher");
    let role = json!({ "role": "supervisor", "unit_id": app.district.unit("district") });
    admin.post(&format!("/people/{person}/memberships"), role).await.expect(201);
    post(&office, &path, "sealed", &parts(app)).await.problem(403, "not_allowed");
}

async fn one_thing_is_one_route_however_it_is_spelt(app: &mut TestApp) {
    let filed = app.as_("chemical").post("/requests", form(app, &json!({}))).await.expect(201);
    let (company, id, body) = (app.as_("chemical"), text(&filed["id"]), json!({ "text": "请先来电话。" }));
    let first = post(&company, &format!("/requests/{id}/messages"), "one", &body).await;
    let escaped = format!("%3{}{}", &id[..1], &id[1..]);
    for spelt in [id.to_uppercase(), escaped] {
        is_replay(&first, &post(&company, &format!("/requests/{spelt}/messages"), "one", &body).await);
    }
}

/// An upload of one file under a key, with a boundary of its own, as clients make them.
async fn upload(client: &Client, key: &str, boundary: &str, words: &str) -> Answer {
    let file = String::from_utf8(pdf(words)).expect("it is text");
    let disposition = "Content-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"";
    let body = format!("--{boundary}\r\n{disposition}\r\n\r\n{file}\r\n--{boundary}--\r\n");
    let request = client.request(Method::POST, "/uploads").header("idempotency-key", key);
    let kind = format!("multipart/form-data; boundary={boundary}");
    client.send(request.header("content-type", kind).body(body)).await
}

async fn files_sent_again_are_taken_once(app: &mut TestApp) {
    let company = app.as_("chemical");
    let first = upload(&company, "files", "one", "甲").await;
    assert_eq!(first.status, 201, "{:#}", first.body);
    is_replay(&first, &upload(&company, "files", "another", "甲").await);
    upload(&company, "files", "one", "乙").await.problem(422, "idempotency_key_reused");
    let held = company.get("/uploads").await.expect(200);
    assert_eq!(held, first.body);
    assert_eq!(files_under(&app.context.config.attachments.folder), 1, "what came again is not kept");
    let stale = company.request(Method::POST, "/uploads").header("if-match", "\"1\"");
    let stale = stale.header("content-type", crate::support::files::content_type());
    let stale = stale.body(crate::support::files::body(&[("a.pdf", pdf("丙").as_slice())]));
    company.send(stale).await.problem(412, "precondition_failed");
    assert_eq!(company.get("/uploads").await.expect(200), first.body);
}

fn files_under(folder: &Path) -> usize {
    let entries =
        fs::read_dir(folder).expect("the folder can be listed").map(|entry| entry.expect("an entry").path());
    entries.map(|path| if path.is_dir() { files_under(&path) } else { 1 }).sum()
}

on_both!(in the sample district:
    files_sent_again_are_taken_once,
    a_request_filed_again_under_its_key_is_the_same_one,
    after_a_day_a_key_is_free_again,
    a_key_is_one_of_1_to_255_printable_ascii_characters,
    a_refused_act_leaves_no_key,
    fifty_creates_at_once_with_one_key_make_one_request,
    an_answer_is_given_again_only_to_who_may_still_see_it,
    an_answer_is_not_given_again_to_who_is_something_else_by_now,
    one_thing_is_one_route_however_it_is_spelt,
);

/// A hook that holds the first transaction to lock a request until it is let go, and tells when it has come.
fn held_at_the_lock() -> (MeetingPoints, mpsc::Receiver<()>, mpsc::SyncSender<()>) {
    let (come, has_come) = mpsc::sync_channel(1);
    let (let_go, wait) = mpsc::sync_channel::<()>(1);
    let (armed, wait) = (AtomicBool::new(true), std::sync::Mutex::new(wait));
    let hook: MeetingPoints = Arc::new(move |point| {
        if point == "request to be locked" && armed.swap(false, Ordering::SeqCst) {
            come.send(()).expect("somebody listens");
            wait.lock().expect("nobody panics with it").recv().expect("it is let go");
        }
    });
    (hook, has_come, let_go)
}

/// Sends one dispatch twice under one key, the first held inside its transaction. It is let go when the rival waits for it,
/// or, where the rival waits no longer than `wait`, when that was answered.
async fn rivals(app: &mut TestApp, wait: Option<u64>) -> [Answer; 2] {
    let request = file(app, json!({})).await;
    let (hook, has_come, let_go) = held_at_the_lock();
    app.restart_changed_with(|config| config.retries.wait_milliseconds = wait.unwrap_or(20_000), hook).await;
    let (office, path, form) = (app.as_("dispatcher"), format!("/requests/{request}/dispatch"), parts(app));
    app.token("dispatcher").await;
    let first = post(&office, &path, "rivals", &form);
    let second = async {
        tokio::task::spawn_blocking(move || has_come.recv())
            .await
            .expect("it is joined")
            .expect("it has come");
        let answer = post(&office, &path, "rivals", &form);
        let answer =
            if wait.is_some() { answer.await } else { join(answer, wait_is_seen(app, &let_go)).await.0 };
        if wait.is_some() {
            let_go.send(()).expect("the first waits");
        }
        answer
    };
    let (first, second) = join(first, second).await;
    [first, second]
}

/// Lets the first go as soon as another transaction waits for it.
async fn wait_is_seen(app: &TestApp, let_go: &mpsc::SyncSender<()>) {
    let waiting = "SELECT count(*) AS waiting FROM pg_stat_activity \
                   WHERE datname = current_database() AND wait_event_type = 'Lock'";
    loop {
        let read =
            app.context.db.read(move |conn| Ok(diesel::sql_query(waiting).get_result::<Waiting>(conn)?));
        if read.await.expect("the server tells who waits").waiting > 0 {
            return let_go.send(()).expect("the first waits");
        }
    }
}

#[derive(QueryableByName)]
struct Waiting {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    waiting: i64,
}

#[test]
fn a_rival_waits_and_is_answered_as_the_first() {
    run_in_the_sample_district(Database::Postgres, async |app| {
        let [first, second] = rivals(app, None).await;
        assert_eq!(first.status, 200);
        is_replay(&first, &second);
    });
}

#[test]
fn a_rival_that_waits_too_long_may_try_again() {
    run_in_the_sample_district(Database::Postgres, async |app| {
        let [first, second] = rivals(app, Some(50)).await;
        assert_eq!(first.status, 200);
        assert_eq!(second.header("retry-after"), "1");
        second.problem(409, "idempotency_key_in_use");
    });
}

async fn an_etag_is_the_version_and_an_act_meant_for_it_is_done(app: &mut TestApp) {
    let request = file(app, json!({})).await;
    let (office, path) = (app.as_("dispatcher"), format!("/requests/{request}"));
    let seen = office.get(&path).await;
    assert_eq!(seen.header("etag"), "\"1\"");
    let meant = async |tag: &str, path: &str, body: Value| {
        office.send(office.request(Method::POST, path).header("if-match", tag).json(&body)).await
    };
    let sent = meant("\"1\"", &format!("{path}/dispatch"), parts(app)).await;
    assert_eq!((sent.status, sent.header("etag")), (200, "\"2\""));
    // What stands against it is told after the version.
    meant("\"1\"", &format!("{path}/dispatch"), parts(app)).await.problem(412, "precondition_failed");
    meant("\"2\"", &format!("{path}/dispatch"), parts(app)).await.problem(409, "already_dispatched");
    meant("*", &format!("{path}/dispatch"), parts(app)).await.problem(409, "already_dispatched");
    // A share of a request has the request's version.
    let lead = crate::support::walk::part(&sent.body, "lead");
    let handler = app.as_("traffic_police.handler");
    let sign = |tag: &str| {
        let request = handler.request(Method::POST, &format!("/assignments/{lead}/sign"));
        handler.send(request.header("if-match", tag.to_owned()))
    };
    sign("\"1\"").await.problem(412, "precondition_failed");
    assert_eq!(sign("\"2\"").await.header("etag"), "\"3\"");
}

async fn files_and_letters_have_an_etag(app: &mut TestApp) {
    let (company, admin) = (app.as_("chemical"), app.as_("admin"));
    let upload = upload(&company, "tagged", "one", "甲").await.body["items"][0]["id"].clone();
    let of_file = format!("/attachments/{}", text(&upload));
    assert_eq!(company.get(&of_file).await.header("etag"), "\"1\"");
    file(app, json!({ "attachments": [upload] })).await;
    assert_eq!(company.get(&of_file).await.header("etag"), "\"2\"");
    let letters = admin.get("/outbox").await.expect(200);
    let letter = format!("/outbox/{}", text(&letters["items"][0]["id"]));
    let tag = admin.get(&letter).await.header("etag").to_owned();
    let retry = async |tag: &str| {
        let request = admin.request(Method::POST, &format!("{letter}/retry")).header("if-match", tag);
        admin.send(request).await
    };
    retry("\"999\"").await.problem(412, "precondition_failed");
    let put_back = retry(&tag).await;
    assert_eq!(put_back.status, 200, "{:#}", put_back.body);
    assert_eq!(put_back.header("etag"), admin.get(&letter).await.header("etag"));
    retry(&tag).await.problem(412, "precondition_failed");
}

/// Every answer that shows a version has it as its ETag, and the document says so.
async fn whatever_has_a_version_has_an_etag(app: &mut TestApp) {
    let request = file(app, json!({})).await;
    dispatch(app, &request).await;
    let (admin, office) = (app.as_("admin"), app.as_("dispatcher"));
    let shown = office.get(&format!("/requests/{request}")).await.expect(200);
    let lead = crate::support::walk::part(&shown, "lead");
    let order = json!({ "assignment": lead, "level": "ordinary", "demand": "三日内办结。" });
    let order = text(&office.post("/supervision-orders", order).await.expect(201)["id"]);
    let paths = [
        format!("/supervision-orders/{order}"),
        format!("/requests/{request}"),
        format!("/companies/{}", app.district.company("chemical")),
        format!("/units/{}", app.district.unit("district")),
        format!("/people/{}", app.district.person("admin")),
        format!("/categories/{}", app.district.category("roads.signals")),
        "/me".to_owned(),
        "/promises".to_owned(),
        "/ladder".to_owned(),
        "/calendars/cn".to_owned(),
        "/calendars/cn/days?from=2026-09-24&to=2026-09-25".to_owned(),
    ];
    for path in &paths {
        let of_office = ["/requests", "/supervision"].iter().any(|all| path.starts_with(all));
        let client = if of_office { office.clone() } else { admin.clone() };
        let answer = client.get(path).await;
        let version = answer.body["version"].as_i64().unwrap_or_else(|| panic!("{path}: {:#}", answer.body));
        assert_eq!(answer.header("etag"), format!("\"{version}\""), "{path}");
    }
    let document = app.stranger().get("/api/openapi.json").await.expect(200);
    let mut read = BTreeSet::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            let parameter = |name: &str| {
                let parameters = operation["parameters"].as_array();
                parameters.and_then(|all| all.iter().find(|one| one["in"] == "header" && one["name"] == name))
            };
            let writes = method != "get";
            let names_it = ["put", "patch"].contains(&method.as_str());
            let line = format!("{method} {path}");
            assert_eq!(parameter("If-Match").is_some(), writes, "{line}");
            assert_eq!(parameter("If-Match").is_some_and(|one| one["required"] == true), names_it, "{line}");
            assert_eq!(operation["responses"]["412"].is_object(), writes, "{line}");
            assert_eq!(operation["responses"]["428"].is_object(), names_it, "{line}");
            if method == "get" && operation["responses"]["200"]["headers"]["ETag"].is_object() {
                read.insert(path.trim_start_matches("/api/v1").to_owned());
            }
        }
    }
    let tried: BTreeSet<String> = paths
        .iter()
        .map(|path| {
            let path = path.split('?').next().unwrap_or_default();
            let named = path.replace("/cn", "/{name}");
            let plain =
                |part: &str| if Id::parse(part).is_some() { "{id}".to_owned() } else { part.to_owned() };
            named.split('/').map(plain).collect::<Vec<_>>().join("/")
        })
        .collect();
    assert_eq!(read, tried);
}

on_both!(in the sample district:
    an_etag_is_the_version_and_an_act_meant_for_it_is_done,
    files_and_letters_have_an_etag,
    whatever_has_a_version_has_an_etag,
);
