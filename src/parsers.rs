//! Every parser of what comes from outside, as a function of bytes.
//!
//! The fuzz targets (`fuzz/`) and `tests/parsers` call them. Each panics where its parser does, and where what was read does not
//! hold: that is a finding.

use crate::attachments::parsers::{check_file_name, check_file_type, check_range};
use crate::config;
use crate::domain::calendar::{Calendar, Notice, Spec};
use crate::domain::day;
use crate::domain::ids::{Id, Instant};
use crate::domain::phone::Phone;
use crate::domain::promise::{Book, Length, TimeOfDay};
use crate::domain::search::{Folded, Query};
use crate::domain::uscc::Uscc;
use crate::people::{Username, is_token};
use crate::requests::reading::ListQuery;
use crate::retries::IdempotencyKey;
use crate::web::{self, Cursor, IfMatch, Peer, language_of, read_json};
use actix_web::FromRequest;
use actix_web::dev::Payload;
use actix_web::http::Uri;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::test::TestRequest;
use serde_json::Value;
use std::net::SocketAddr;

/// One parser.
#[derive(Debug, Clone, Copy)]
pub struct Parser {
    /// The name of its fuzz target, and of the folder with its examples.
    pub name: &'static str,
    /// Lets it read these bytes.
    pub take: fn(&[u8]),
}

/// Every parser.
pub const ALL: &[Parser] = &[
    Parser { name: "json_body", take: json_body },
    Parser { name: "calendar", take: calendar },
    Parser { name: "book", take: book },
    Parser { name: "config", take: settings },
    Parser { name: "cursor", take: cursor },
    Parser { name: "query", take: query },
    Parser { name: "search", take: search },
    Parser { name: "headers", take: headers },
    Parser { name: "forwarded", take: forwarded },
    Parser { name: "range", take: check_range },
    Parser { name: "file_name", take: check_file_name },
    Parser { name: "file_type", take: check_file_type },
    Parser { name: "words", take: words },
];

/// The parser with this name.
pub fn named(name: &str) -> Option<&'static Parser> {
    ALL.iter().find(|parser| parser.name == name)
}

/// A body of JSON: what is taken is written and read again as the same.
fn json_body(bytes: &[u8]) {
    if let Ok(value) = read_json::<Value>(bytes) {
        let again = read_json::<Value>(value.to_string().as_bytes());
        assert!(again.is_ok_and(|again| again == value), "a body is read otherwise when it is written anew");
    }
}

/// A calendar as JSON and as TOML, and a year's notice.
fn calendar(bytes: &[u8]) {
    if let Ok(document) = serde_json::from_slice::<Value>(bytes)
        && let Err(error) = Spec::from_json(document)
    {
        assert!(error.pointer.is_empty() || error.pointer.starts_with('/'), "{}", error.pointer);
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(spec) = toml::from_str::<Spec>(text) {
        drop(Calendar::build(&spec));
    }
    if let Ok(notice) = toml::from_str::<Notice>(text) {
        let mut spec = Spec::default();
        spec.announce(notice);
        drop(Calendar::build(&spec));
    }
}

/// A promise book as TOML and as JSON.
fn book(bytes: &[u8]) {
    if let Ok(document) = serde_json::from_slice::<Value>(bytes) {
        drop(Book::from_json(document));
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        drop(Book::from_toml(text));
    }
}

/// A file of settings.
fn settings(bytes: &[u8]) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        drop(config::parse(text));
    }
}

/// A cursor: what is taken is written as one that says the same.
fn cursor(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    drop(Cursor::read::<(Instant, Id)>("requests", text));
    if let Ok(place) = Cursor::read::<Value>("requests", text) {
        let again =
            Cursor::write("requests", &place).and_then(|text| Cursor::read::<Value>("requests", &text));
        assert!(
            again.is_ok_and(|again| again == place),
            "a cursor is read otherwise when it is written anew"
        );
    }
}

/// The query of a list.
fn query(bytes: &[u8]) {
    let Ok(uri) = Uri::try_from([b"/?", bytes].concat()) else { return };
    let request = TestRequest::default().uri(&uri.to_string()).to_http_request();
    drop(web::Query::<ListQuery>::from_request(&request, &mut Payload::None).into_inner());
}

/// Words to be searched for: they are found in what they were taken from.
fn search(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Some(query) = Query::parse(&text) {
        assert!(query.finds(&[Folded::new(&text)]), "{text:?} is not found in itself");
        drop(query.tokens());
    }
}

/// The headers that handlers read.
fn headers(bytes: &[u8]) {
    drop(IdempotencyKey::parse(bytes));
    let Ok(value) = HeaderValue::from_bytes(bytes) else { return };
    let _ = value.to_str().map(is_token);
    let request = TestRequest::default()
        .insert_header((header::IF_MATCH, value.clone()))
        .insert_header((header::ACCEPT_LANGUAGE, value))
        .to_http_request();
    language_of(&request);
    drop(IfMatch::from_request(&request, &mut Payload::None).into_inner());
}

/// Who called, as proxies tell it.
fn forwarded(bytes: &[u8]) {
    let Ok(value) = HeaderValue::from_bytes(bytes) else { return };
    for name in ["x-forwarded-for", "forwarded"] {
        let text = format!("[server]\ntrusted_proxies = [\"127.0.0.0/8\"]\nforwarded_header = \"{name}\"");
        let Ok(config) = config::parse(&text) else { continue };
        let request = TestRequest::default()
            .peer_addr(SocketAddr::from(([127, 0, 0, 1], 1)))
            .insert_header((HeaderName::from_static(name), value.clone()))
            .to_http_request();
        let peer = Peer::of(&request, &config.server);
        assert!(peer.block().contains(&peer.address()), "{peer:?}");
    }
}

/// What people type into a field: dates, hours, lengths, phones, credit codes, user names, ids.
fn words(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    drop(serde_json::from_value::<Length>(Value::from(text.as_ref())));
    drop(serde_json::from_slice::<Length>(bytes));
    drop(serde_json::from_value::<Instant>(Value::from(text.as_ref())));
    drop((TimeOfDay::parse(&text), day::parse(&text), Username::parse(&text)));
    if let Some(id) = Id::parse(&text) {
        assert!(id.to_string().eq_ignore_ascii_case(&text), "{text}");
    }
    if let Ok(phone) = Phone::parse(&text) {
        assert!(Phone::parse(phone.as_str()).is_ok_and(|again| again == phone), "{text}");
    }
    if let Ok(code) = Uscc::parse(&text) {
        assert!(Uscc::parse(code.as_str()).is_ok(), "{text}");
    }
}
