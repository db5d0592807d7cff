//! The promise book: read by all, changed by few, every version kept.

use super::{OFFICE, change, customer, findings, member, read, sample};
use crate::support::app::{TestApp, on_both};
use crate::support::client::{Answer, Client};
use futures_util::future::join_all;
use onedoor::domain::promise::{Book, Case, Holder, Length};
use onedoor::domain::words::{Channel, ClockKind, Kind, Pace, Urgency};
use onedoor::{promises, seed};
use reqwest::Method;
use serde_json::{Value, json};

/// How long the whole of an ordinary request for help may take.
pub(super) fn conclusion(book: &Book) -> Option<Length> {
    let case = Case {
        clock: ClockKind::Conclusion,
        holder: Holder::Lead,
        kind: Kind::Help,
        urgency: Urgency::Normal,
        category: None,
        channel: Channel::App,
        pace: Pace::Ordinary,
    };
    book.rule_for(&case).and_then(|rule| rule.length)
}

/// The present book.
async fn document(client: &Client) -> Value {
    client.get("/promises").await.expect(200)["document"].take()
}

/// The present book with another limit for the whole, in working days.
async fn with_conclusion(client: &Client, days: u32) -> Value {
    let mut book = document(client).await;
    for rule in book["rules"].as_array_mut().expect("rules") {
        if rule["clocks"] == json!(["conclusion"]) && rule["length"]["working_days"].is_number() {
            rule["length"] = json!({ "working_days": days });
        }
    }
    book
}

async fn put(client: &Client, tag: Option<&str>, book: &Value) -> Answer {
    match tag {
        Some(_) => change(client, Method::PUT, "/promises", tag, book).await,
        None => client.put("/promises", book.clone()).await,
    }
}

async fn everyone_who_is_logged_in_may_read_the_book(app: &mut TestApp) {
    app.stranger().get("/promises").await.problem(401, "not_logged_in");
    let company = customer(app).await;
    let answer = company.get("/promises").await;
    assert_eq!(answer.header("etag"), "\"1\"");
    let body = answer.expect(200);
    assert_eq!((&body["version"], &body["created_at"]), (&json!(1), &json!("2026-09-24T16:40:00+08:00")));
    assert_eq!(company.get("/promises?version=1").await.expect(200), body);
    company.get("/promises?version=2").await.problem(404, "not_found");
    company.get("/promises?versoin=1").await.problem(400, "invalid_query");
}

async fn a_changed_book_is_the_next_version_and_new_clocks_run_by_it(app: &mut TestApp) {
    let admin = sample(app).await;
    let first = document(&admin).await;
    let book = with_conclusion(&admin, 12).await;
    let answer = put(&admin, Some("\"1\""), &book).await;
    assert_eq!(answer.header("etag"), "\"2\"");
    assert_eq!(answer.expect(200)["document"], book);
    let terms = read(app, |conn| promises::terms(conn, "cn")).await;
    assert_eq!(conclusion(&terms.book), Some(Length::WorkingDays(12)));
    assert_eq!(admin.get("/promises?version=1").await.expect(200)["document"], first);
    let again = put(&admin, Some("\"2\""), &book).await.expect(200);
    assert_eq!(again["version"], 2, "a book that says the same is no new version");

    let newest = admin.get("/promises/versions?limit=1").await.expect(200);
    assert_eq!(newest["items"][0]["version"], 2);
    let next = newest["next"].as_str().expect("another page").to_owned();
    let oldest = admin.get(&format!("/promises/versions?limit=1&cursor={next}")).await.expect(200);
    assert_eq!((&oldest["items"][0]["version"], &oldest["next"]), (&json!(1), &Value::Null));
    assert_eq!(findings(app, "2026-09-24").await, Vec::<String>::new());
}

async fn a_change_names_the_version_it_was_made_from(app: &mut TestApp) {
    let admin = sample(app).await;
    let book = with_conclusion(&admin, 12).await;
    put(&admin, None, &book).await.problem(428, "precondition_required");
    put(&admin, Some("\"2\""), &book).await.problem(412, "precondition_failed");
    put(&admin, Some("W/\"1\""), &book).await.problem(412, "precondition_failed");
    put(&admin, Some("one"), &book).await.problem(412, "precondition_failed");
    assert_eq!(
        document(&admin).await["rules"].as_array().map(Vec::len),
        book["rules"].as_array().map(Vec::len)
    );
    assert_eq!(admin.get("/promises").await.expect(200)["version"], 1);
    assert_eq!(put(&admin, Some("\"7\", \"1\""), &book).await.expect(200)["version"], 2);
}

async fn of_several_changes_made_from_one_version_at_once_one_holds(app: &mut TestApp) {
    let admin = sample(app).await;
    let mut books = Vec::new();
    for days in [10, 11, 12, 13] {
        books.push(with_conclusion(&admin, days).await);
    }
    let answers = join_all(books.iter().map(|book| put(&admin, Some("\"1\""), book))).await;
    let mut outcomes: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    outcomes.sort_unstable();
    assert_eq!(outcomes, [200, 412, 412, 412]);
    assert_eq!(admin.get("/promises").await.expect(200)["version"], 2);
}

async fn the_books_of_the_two_cities_may_be_put_by_the_leader_of_the_office(app: &mut TestApp) {
    let admin = sample(app).await;
    let leader = member(app, &admin, "leader", OFFICE).await;
    for (version, (name, text)) in (1..).zip(seed::EXAMPLE_BOOKS) {
        let book = serde_json::to_value(Book::from_toml(text).expect(name)).expect(name);
        let made = put(&leader, Some(&format!("\"{version}\"")), &book).await.expect(200);
        assert_eq!((&made["version"], &made["document"]), (&json!(version + 1), &book), "{name}");
    }
}

async fn a_wrong_book_is_refused_at_its_place(app: &mut TestApp) {
    let admin = sample(app).await;
    let right = document(&admin).await;
    let changed = |change: &dyn Fn(&mut Value)| {
        let mut book = right.clone();
        change(&mut book);
        book
    };
    let mead = |book: &mut Value| {
        let mut rule = book["rules"][0].clone();
        rule["categories"] = json!(["utilities.water", "utilities.mead"]);
        book["rules"].as_array_mut().expect("rules").insert(0, rule);
    };
    for (book, pointer) in [
        (changed(&|book| book["rules"][0]["length"] = json!({ "working_days": 0 })), "/rules/0/length"),
        (changed(&|book| book["settings"]["unmoved_reports"] = json!(0)), "/settings/unmoved_reports"),
        (changed(&|book| book["rules"] = json!([])), "/rules"),
        (changed(&mead), "/rules/0/categories/1"),
        (json!([]), ""),
        (json!("book"), ""),
    ] {
        put(&admin, Some("*"), &book).await.field_problem(422, pointer, "book_invalid");
    }
    let request = admin.request(Method::PUT, "/promises").header("if-match", "*").body("{");
    admin.send(request).await.problem(415, "unsupported_media_type");
    assert_eq!(admin.get("/promises").await.expect(200)["version"], 1);
}

async fn who_may_not_change_the_book_is_told_so_before_anything_else(app: &mut TestApp) {
    let admin = sample(app).await;
    for client in [
        customer(app).await,
        member(app, &admin, "dispatcher", OFFICE).await,
        member(app, &admin, "leader", "traffic_police").await,
    ] {
        put(&client, None, &json!({})).await.problem(403, "not_allowed");
    }
}

on_both!(
    everyone_who_is_logged_in_may_read_the_book,
    a_changed_book_is_the_next_version_and_new_clocks_run_by_it,
    a_change_names_the_version_it_was_made_from,
    of_several_changes_made_from_one_version_at_once_one_holds,
    the_books_of_the_two_cities_may_be_put_by_the_leader_of_the_office,
    a_wrong_book_is_refused_at_its_place,
    who_may_not_change_the_book_is_told_so_before_anything_else,
);
