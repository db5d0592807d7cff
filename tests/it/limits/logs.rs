//! The log of the real program: request ids, one cause for what went wrong, no secret and no control character.

use super::until_closed;
use crate::support::binary::Serving;
use crate::support::place::{Database, Place};
use crate::support::sample::PASSWORD;
use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};
use serde_json::{Value, json};
use std::net::SocketAddr;

const SECRETS: [&str; 6] =
    [PASSWORD, "wrong-pass-word", "13800138000", "sEcReTtOkEn0123456789", "secret-agent", "secret-cookie"];

fn ask(address: SocketAddr, line: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    let head = format!(
        "{line} HTTP/1.1\r\nhost: onedoor\r\nconnection: close\r\nuser-agent: secret-agent\u{9b}2J\r\n\
         cookie: secret-cookie\r\naccept-language: en\r\n{headers}content-length: {length}\r\n\r\n{body}"
    );
    until_closed(address, head.as_bytes())
}

fn id_of(answer: &str) -> &str {
    let line = answer.lines().find_map(|line| line.strip_prefix("x-request-id: "));
    line.unwrap_or_else(|| panic!("no request id: {answer}"))
}

fn is_whole_in(format: &str) {
    let place = Place::with_district(Database::Sqlite).expect("SQLite is always there");
    let settings = [
        ("ONEDOOR_DATABASE__URL", place.url.as_str()),
        ("ONEDOOR_LOG__FORMAT", format),
        ("ONEDOOR_LOG__LEVEL", "debug"),
    ];
    let serving = Serving::start(place.folder.path(), &["serve"], &settings);
    let address: SocketAddr = serving.root.trim_start_matches("http://").parse().expect("an address");
    let json_type = "content-type: application/json\r\n";
    let log_in = |name: &str, password: &str| {
        let body = json!({ "name": name, "password": password }).to_string();
        ask(address, "POST /api/v1/auth/login", json_type, &body)
    };
    let token = log_in("dispatcher", PASSWORD);
    let token = token.split("\"token\":\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a token");
    assert!(log_in("dispatcher", "wrong-pass-word").contains("log_in_failed"));
    // Wrong shapes, of which the reader's own words repeat what was sent.
    ask(address, "POST /api/v1/auth/login", json_type, r#"{"name":"a","password":["wrong-pass-word"]}"#);
    ask(address, "POST /api/v1/auth/login", json_type, r#"{"name":{"13800138000":1},"password":"x"}"#);
    ask(address, "POST /api/v1/auth/login", json_type, "{\"forged\\n2026-01-01 ERROR\\u001b[2J\":1}");
    let headers = format!("authorization: Bearer {token}\r\n");
    ask(address, "GET /api/v1/requests?q=13800138000&token=sEcReTtOkEn0123456789", &headers, "");
    ask(address, "GET /api/v1/requests", "authorization: Bearer sEcReTtOkEn0123456789\r\n", "");
    let missing = ask(address, "GET /api/v1/x%0aforged%1b%5b2J%e2%80%ae", &headers, "");
    // What the program did not foresee: its table is gone.
    let file = place.url.trim_start_matches("sqlite:");
    let mut conn = SqliteConnection::establish(file).expect("the file can be opened");
    conn.batch_execute("PRAGMA foreign_keys = OFF; ALTER TABLE persons RENAME TO gone")
        .expect("it is renamed");
    let failed = log_in("dispatcher", PASSWORD);
    assert!(failed.starts_with("HTTP/1.1 500") && failed.contains("\"code\":\"internal\""), "{failed}");
    assert!(
        !failed.contains("persons") && !failed.contains("no such table"),
        "the cause stays inside: {failed}"
    );
    serving.signal("TERM");
    let log = serving.rest();
    let whole = log.join("\n");
    for secret in SECRETS.iter().chain([&token]) {
        assert!(!whole.contains(secret), "{secret} stands in the log:\n{whole}");
    }
    let steers = |character: char| character != '\n' && (character.is_control() || character == '\u{202e}');
    assert!(!whole.contains(steers), "a control character stands in the log:\n{whole:?}");
    assert!(!log.iter().any(|line| line.starts_with("2026-01-01")), "a line is forged:\n{whole}");
    let of =
        |answer: &str| log.iter().filter(|line| line.contains(id_of(answer))).cloned().collect::<Vec<_>>();
    assert!(of(&missing).iter().any(|line| line.contains("not_found")), "{whole}");
    let faults: Vec<_> =
        of(&failed).into_iter().filter(|line| line.contains("answered with a fault")).collect();
    assert_eq!(faults.len(), 1, "{whole}");
    assert_eq!(whole.matches("no such table").count(), 1, "the cause is logged once:\n{whole}");
    assert!(faults.iter().all(|line| line.contains("no such table") && line.contains("ERROR")), "{faults:?}");
    if format == "json" {
        assert!(log.iter().all(|line| serde_json::from_str::<Value>(line).is_ok()), "{whole}");
    }
}

#[test]
fn the_log_for_people_is_whole() {
    is_whole_in("text");
}

#[test]
fn the_log_for_machines_is_whole() {
    is_whole_in("json");
}
