//! Letters: what they say, how they leave the house, and what becomes of those that do not.

mod acts;
pub(crate) mod confidential;
mod contents;
mod outages;
mod by_hand;
mod security;
mod sending;

use crate::support::app::TestApp;
use crate::support::smtp::MailServer;
use mailparse::{MailHeaderMap, ParsedMail};
use onedoor::outbox::{self, Row, Wanted};
use std::fs;

/// The name of the loop.
const SEND: &str = "send letters";

/// Goes on with `server` as the mail server.
async fn with_server(app: &mut TestApp, server: &MailServer) {
    let url = server.url();
    app.restart(move |config| {
        config.mail.url = url;
        config.mail.timeout_milliseconds = 500;
        config.mail.per_minute = 6000;
    })
    .await;
}

/// Sends until nothing more is due.
pub(crate) async fn send(app: &TestApp) {
    app.step(SEND).await;
}

/// Every row of the outbox, the oldest first.
async fn rows(app: &TestApp) -> Vec<Row> {
    let read = app.context.db.read(|conn| outbox::page(conn, &Wanted::default(), None, 1000));
    let mut rows = read.await.expect("the outbox can be read");
    rows.reverse();
    rows
}

/// The rows of this kind.
async fn of_kind(app: &TestApp, kind: &str) -> Vec<Row> {
    rows(app).await.into_iter().filter(|row| row.kind == kind).collect()
}

/// The letters in the folder, in the order of their ids.
pub(crate) fn in_folder(app: &TestApp) -> Vec<String> {
    let Ok(folder) = fs::read_dir(app.place.folder.path().join("mail")) else { return Vec::new() };
    let mut paths: Vec<_> = folder.map(|entry| entry.expect("a letter").path()).collect();
    paths.sort();
    paths.iter().map(|path| fs::read_to_string(path).expect("a letter can be read")).collect()
}

/// Headers and bodies of every letter in the folder, in the order of their ids.
pub(crate) fn texts(app: &TestApp) -> Vec<String> {
    in_folder(app).iter().map(|letter| all_of(letter)).collect()
}

/// The same of those to an address that begins so.
pub(crate) fn to(app: &TestApp, address: &str) -> Vec<String> {
    let letters = in_folder(app);
    let mine = letters.iter().filter(|letter| header(&parsed(letter), "To").contains(address));
    mine.map(|letter| all_of(letter)).collect()
}

/// A letter read by somebody else's library.
fn parsed(letter: &str) -> ParsedMail<'_> {
    mailparse::parse_mail(letter.as_bytes()).expect("a message by RFC 5322")
}

fn header(mail: &ParsedMail<'_>, name: &str) -> String {
    let all = mail.headers.get_all_values(name);
    assert_eq!(all.len(), 1, "one header {name}");
    all.concat()
}

/// Both bodies: text, HTML.
fn bodies(mail: &ParsedMail<'_>) -> (String, String) {
    assert_eq!(mail.ctype.mimetype, "multipart/alternative");
    let [text, html] = mail.subparts.as_slice() else { panic!("two bodies") };
    assert_eq!((text.ctype.mimetype.as_str(), html.ctype.mimetype.as_str()), ("text/plain", "text/html"));
    (text.get_body().expect("a text"), html.get_body().expect("a text"))
}

/// Everything a reader could find in a letter: headers decoded, both bodies.
pub(crate) fn all_of(letter: &str) -> String {
    let mail = parsed(letter);
    let headers: String =
        mail.headers.iter().map(|one| format!("{}: {}\n", one.get_key(), one.get_value())).collect();
    let (text, html) = bodies(&mail);
    headers + &text + &html
}
