//! What reads input from outside, each as one function of bytes. It may refuse whatever it likes, but never panics, and what
//! it takes has the properties asserted here. The fuzz targets and `tests/parsers.rs` run the same functions.

use actix_web::FromRequest;
use actix_web::dev::Payload;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::test::TestRequest;
use onedoor::attachments::{Sniffer, file_name};
use onedoor::config::{self, ForwardedHeader, Server};
use onedoor::domain::calendar::Spec;
use onedoor::domain::day;
use onedoor::domain::file_type::FileType;
use onedoor::domain::ids::Id;
use onedoor::domain::phone::Phone;
use onedoor::domain::promise::Book;
use onedoor::domain::search::Query;
use onedoor::domain::uscc::Uscc;
use onedoor::people::Username;
use onedoor::promises::CategoryCode;
use onedoor::retries::IdempotencyKey;
use onedoor::web::{Cursor, IfMatch, Peer, language_of, read_json};
use serde_json::Value;
use std::sync::LazyLock;

/// The settings of a server as they are by default.
static SETTINGS: LazyLock<Server> = LazyLock::new(|| config::load(None).expect("the defaults hold").server);

/// An entry, and the folder of `fuzz/corpus` its samples lie in.
pub(crate) type Entry = (&'static str, fn(&[u8]));

/// Every entry.
pub(crate) const ENTRIES: [Entry; 8] = [
    ("body", body),
    ("book", book),
    ("calendar", calendar),
    ("cursor", cursor),
    ("file", file),
    ("headers", headers),
    ("query", query),
    ("words", words),
];

/// The body of an act. What is read has no NUL, and is read alike again.
pub(crate) fn body(bytes: &[u8]) {
    if let Ok(value) = read_json::<Value>(bytes) {
        let written = value.to_string();
        assert!(!written.contains("\\u0000"));
        assert_eq!(read_json::<Value>(written.as_bytes()).ok(), Some(value));
    }
}

/// A promise book, as TOML and as JSON. What is read is written so that it is read alike.
pub(crate) fn book(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    let of_json = serde_json::from_str(text).ok().and_then(|value| Book::from_json(value).ok());
    for book in [Book::from_toml(text).ok(), of_json].into_iter().flatten() {
        let written = serde_json::to_value(&book).expect("a book can be written");
        assert_eq!(Book::from_json(written).expect("and read again"), book);
    }
}

/// A calendar. What is read is written so that it is read again.
pub(crate) fn calendar(bytes: &[u8]) {
    let Ok(value) = serde_json::from_slice(bytes) else { return };
    if let Ok((spec, _)) = Spec::from_json(value) {
        let written = serde_json::to_value(&spec).expect("a calendar can be written");
        Spec::from_json(written).expect("and read again");
    }
}

/// The cursor of a page.
pub(crate) fn cursor(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    if let Ok(place) = Cursor::read::<(Id, Option<i64>, Value)>("list", text) {
        let written = Cursor::write("list", &place).expect("a place can be written");
        assert_eq!(Cursor::read::<(Id, Option<i64>, Value)>("list", &written).ok(), Some(place));
    }
}

/// A file, of which the first line is its name. It is the same in whatever pieces it comes, and its name leads nowhere.
pub(crate) fn file(bytes: &[u8]) {
    let end = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(0);
    let (name, rest) = bytes.split_at(end);
    let told = |piece: usize| {
        let mut sniffer = Sniffer::default();
        rest.chunks(piece).for_each(|bytes| sniffer.feed(bytes));
        sniffer.file_type()
    };
    let file_type = told(usize::MAX);
    assert_eq!(told(7), file_type);
    let name = file_name(&String::from_utf8_lossy(name), file_type.unwrap_or(FileType::Pdf));
    assert!(
        !name.contains(['/', '\\']) && !name.chars().any(char::is_control) && name.chars().count() <= 120
    );
}

/// The headers we read ourselves, each a line of its own.
pub(crate) fn headers(bytes: &[u8]) {
    const NAMES: [&str; 5] = ["accept-language", "forwarded", "if-match", "x-forwarded-for", "x-real-ip"];
    let mut request = TestRequest::default();
    for (line, name) in bytes.split(|byte| *byte == b'\n').zip(NAMES.into_iter().cycle()).take(20) {
        if let Ok(value) = HeaderValue::from_bytes(line) {
            request = request.append_header((HeaderName::from_static(name), value));
        }
        if let Some(key) = IdempotencyKey::parse(line) {
            assert!(
                (1..=255).contains(&line.len()) && line.iter().all(|byte| (0x20..0x7f).contains(byte)),
                "{key:?}"
            );
        }
    }
    let request = request.to_http_request();
    let mut settings = SETTINGS.clone();
    settings.trusted_proxies = vec!["0.0.0.0/0".parse().expect("a network")];
    for header in [ForwardedHeader::XForwardedFor, ForwardedHeader::Forwarded] {
        settings.forwarded_header = header;
        Peer::of(&request, &settings).block();
    }
    language_of(&request);
    IfMatch::from_request(&request, &mut Payload::None)
        .into_inner()
        .expect("it never fails")
        .is_broken_by(Some(1));
}

/// What is searched for.
pub(crate) fn query(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Some(query) = Query::parse(&text) {
        assert!(query.tokens().len() <= 32);
    }
}

/// Words of a form of their own. What is read is spelt so that it is read alike.
pub(crate) fn words(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    if let Ok(phone) = Phone::parse(text) {
        assert_eq!(Phone::parse(phone.as_str()), Ok(phone));
    }
    if let Ok(code) = Uscc::parse(text) {
        assert_eq!(Uscc::parse(code.as_str()), Ok(code));
    }
    if let Some(id) = Id::parse(text) {
        assert_eq!(Id::parse(&id.to_string()), Some(id));
    }
    if let Some(day) = day::parse(text) {
        assert_eq!(day::parse(&day.to_string()), Some(day));
    }
    if let Some(code) = CategoryCode::parse(text) {
        assert_eq!(code.as_str(), text);
    }
    if let Some(name) = Username::parse(text) {
        assert_eq!(name.as_str(), text);
    }
}
