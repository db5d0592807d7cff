//! The house stands: it says how it is, describes itself, refuses politely, and stops in order.

use crate::support::app::{TestApp, block_on, on_both, settings};
use crate::support::binary::{Serving, one_line, output, printed};
use crate::support::client::Client;
use crate::support::place::{Database, Place};
use crate::support::sample::PASSWORD;
use onedoor::app::App;
use onedoor::time::Time;
use serde_json::{Value, json};
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;

async fn it_says_that_it_lives_and_is_ready(app: &mut TestApp) {
    assert_eq!(app.stranger().get("/livez").await.expect(200), json!({ "status": "live" }));
    assert_eq!(app.stranger().get("/readyz").await.expect(200), json!({ "status": "ready" }));
}

async fn an_unknown_path_is_a_problem_in_the_callers_language(app: &mut TestApp) {
    let chinese = app.stranger().get("/nothing/here").await;
    assert_eq!(chinese.header("content-language"), "zh-CN");
    assert_eq!(chinese.problem(404, "not_found")["detail"], "没有找到");
    let english = app.stranger().speaking("en-GB,en;q=0.9,zh;q=0.1").get("/nothing/here").await;
    assert_eq!(english.header("content-language"), "en");
    assert_eq!(english.problem(404, "not_found")["detail"], "There is no such thing");
}

async fn a_wrong_method_is_told_the_right_ones(app: &mut TestApp) {
    for path in ["/livez", "/api/openapi.json", "/api/docs/"] {
        let answer = app.stranger().post(path, json!({})).await;
        assert_eq!(answer.header("allow"), "GET, HEAD", "{path}");
        answer.problem(405, "method_not_allowed");
    }
    let english = app.stranger().speaking("en").post("/livez", json!({})).await;
    assert_eq!(
        english.problem(405, "method_not_allowed")["detail"],
        "This address does not take that method"
    );
}

async fn every_answer_has_a_request_id_and_is_not_stored(app: &mut TestApp) {
    let first = app.stranger().get("/livez").await;
    let second = app.stranger().get("/nothing").await;
    for answer in [&first, &second] {
        assert_eq!(answer.header("x-request-id").len(), 36);
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("cache-control"), "no-store");
    }
    assert_ne!(first.header("x-request-id"), second.header("x-request-id"));
}

async fn a_head_request_is_answered_without_a_body(app: &mut TestApp) {
    let client = app.stranger();
    let answer = client.send(client.request(reqwest::Method::HEAD, "/livez")).await;
    assert_eq!((answer.status, answer.body), (200, Value::Null));
}

on_both!(
    it_says_that_it_lives_and_is_ready,
    an_unknown_path_is_a_problem_in_the_callers_language,
    a_wrong_method_is_told_the_right_ones,
    every_answer_has_a_request_id_and_is_not_stored,
    a_head_request_is_answered_without_a_body,
);

#[test]
fn it_lives_without_its_database_and_is_ready_once_that_answers() {
    let Some(place) = Place::empty(Database::Postgres) else {
        return;
    };
    place.take_away();
    block_on(async {
        let app = App::new(settings(&place), Time::system()).without_loops();
        let running = app.start().await.expect("it starts");
        let client = Client::new(format!("http://{}", running.address));
        client.get("/livez").await.expect(200);
        let answer = client.get("/readyz").await;
        assert_eq!(answer.header("retry-after"), "2");
        answer.problem(503, "database_unavailable");
        client.get("/units").await.problem(401, "not_logged_in");
        let token = client.with_token("not-looked-up-yet-not-looked-up-yet-not-loo");
        token.get("/units").await.problem(503, "database_unavailable");
        place.put_back();
        for one in onedoor::loops::all(&running.context) {
            one.step().await.expect("every loop goes on");
        }
        client.get("/readyz").await.expect(200);
        token.get("/units").await.problem(401, "not_logged_in");
        running.stop().await;
    });
}

#[test]
fn a_signal_stops_it_in_order_and_it_exits_with_0() {
    for signal in ["TERM", "INT"] {
        let place = Place::with_district(Database::Sqlite).expect("SQLite is always there");
        let serving =
            Serving::start(place.folder.path(), &["serve"], &[("ONEDOOR_DATABASE__URL", &place.url)]);
        serving.signal(signal);
        serving.wait_for("stopping");
        assert_eq!(serving.end().code(), Some(0), "{signal}");
    }
}

#[test]
fn a_request_under_way_is_answered_before_it_stops() {
    let place = Place::with_district(Database::Sqlite).expect("SQLite is always there");
    let serving = Serving::start(place.folder.path(), &["serve"], &[("ONEDOOR_DATABASE__URL", &place.url)]);
    let mut connection = TcpStream::connect(serving.root.trim_start_matches("http://")).expect("it listens");
    let body = json!({ "name": "dispatcher", "password": PASSWORD }).to_string();
    let head = format!(
        "POST /api/v1/auth/login HTTP/1.1\r\nhost: onedoor\r\ncontent-type: application/json\r\n\
         content-length: {}\r\nexpect: 100-continue\r\nconnection: close\r\n\r\n",
        body.len()
    );
    connection.write_all(head.as_bytes()).expect("it reads");
    // It has begun with the request when it asks for the body.
    let mut asked = [0; 25];
    connection.read_exact(&mut asked).expect("it asks for the body");
    assert!(asked.starts_with(b"HTTP/1.1 100"), "{asked:?}");
    serving.signal("TERM");
    serving.wait_for("stopping");
    connection.write_all(body.as_bytes()).expect("it still reads");
    let mut answer = String::new();
    connection.read_to_string(&mut answer).expect("it answers");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert_eq!(serving.end().code(), Some(0));
}

#[test]
fn a_wrong_setting_stops_the_start_with_one_line_that_says_where_what_and_what_is_allowed() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let wrong = [
        ("[server]\nworkers = 900", &["onedoor.toml", "server.workers", "1 to 64"][..]),
        ("[server]\nworker = 2", &["onedoor.toml", "server", "worker", "workers"][..]),
        ("[log]\nformat = \"xml\"", &["onedoor.toml", "log.format", "text", "json"][..]),
        ("[server]\nlisten = 8080", &["onedoor.toml", "server.listen"][..]),
        ("[database]\nqueue = 0", &["onedoor.toml", "database.queue", "1 to 65536"][..]),
        ("[database]\nurl = \"mysql://x\"", &["onedoor.toml", "database.url", "sqlite:", "postgres://"][..]),
        ("[working_time]\ncalendar = \"mars\"", &["working_time.calendar", "mars", "cn"][..]),
    ];
    for (text, words) in wrong {
        fs::write(folder.path().join("onedoor.toml"), text).expect("the file can be written");
        let line = one_line(&output(folder.path(), &["serve"], &[]), 2);
        for word in words {
            assert!(line.contains(word), "{word:?} is missing for {text:?}: {line}");
        }
    }
}

#[test]
fn a_wrong_setting_of_the_environment_is_told_the_same_way() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let run = |key, value| one_line(&output(folder.path(), &["serve"], &[(key, value)]), 2);
    let line = run("ONEDOOR_SERVER__WORKERS", "none");
    assert!(line.contains("environment") && line.contains("server.workers"), "{line}");
    let line = run("ONEDOOR_SERVER__SPEED", "9");
    assert!(line.contains("environment") && line.contains("speed"), "{line}");
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let line = one_line(&output(folder.path(), &["serve", "--config", "elsewhere.toml"], &[]), 2);
    assert!(line.contains("elsewhere.toml"), "{line}");
}

#[test]
fn a_database_file_that_is_not_there_is_not_made_by_serving() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let line =
        one_line(&output(folder.path(), &["serve"], &[("ONEDOOR_DATABASE__URL", "sqlite:typo.db")]), 1);
    assert!(line.contains("typo.db") && line.contains("migrate"), "{line}");
    assert!(!folder.path().join("typo.db").exists());
}

#[test]
fn a_second_process_on_the_same_file_is_told_which_one_has_it() {
    let place = Place::with_district(Database::Sqlite).expect("SQLite is always there");
    let settings = [("ONEDOOR_DATABASE__URL", place.url.as_str())];
    let first = Serving::start(place.folder.path(), &["serve"], &settings);
    let line = one_line(&output(place.folder.path(), &["serve"], &settings), 1);
    let told = format!("in use by process {}", first.process());
    assert!(line.contains(&told) && line.contains("onedoor.db"), "{line}");
}

fn migrates_up_down_and_up_again(database: Database) {
    let Some(place) = Place::empty(database) else {
        return;
    };
    let onedoor = |arguments: &[&str]| {
        let settings = [("ONEDOOR_DATABASE__URL", place.url.as_str())];
        printed(&output(place.folder.path(), arguments, &settings))
    };
    let first = onedoor(&["migrate"]);
    assert!(first.contains("applied 0001_house"), "{first}");
    assert_eq!(onedoor(&["migrate"]), "nothing to do\n");
    let status = onedoor(&["migrate", "--status"]);
    assert!(status.lines().all(|line| line.starts_with("applied ")), "{status}");
    let down = onedoor(&["migrate", "--down", "99"]);
    assert_eq!(down.lines().count(), status.lines().count(), "{down}");
    assert!(down.lines().all(|line| line.starts_with("taken back ")), "{down}");
    let status = onedoor(&["migrate", "--status"]);
    assert!(status.lines().all(|line| line.starts_with("missing ")), "{status}");
    assert_eq!(onedoor(&["migrate"]), first);
}

#[test]
fn migrations_go_up_down_and_up_again_on_sqlite() {
    migrates_up_down_and_up_again(Database::Sqlite);
}

#[test]
fn migrations_go_up_down_and_up_again_on_postgres() {
    migrates_up_down_and_up_again(Database::Postgres);
}
