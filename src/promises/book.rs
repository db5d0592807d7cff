//! The promise book: read, changed as a whole, every version kept.

use super::memo::Memo;
use super::register::Register;
use super::rights::keeper;
use super::{categories, digest_of};
use crate::db::schema::books;
use crate::db::{Conn, Json, direct};
use crate::domain::actor::Actor;
use crate::domain::ids::{Id, Instant};
use crate::domain::promise::Book;
use crate::fault::{Code, Fault};
use crate::journal::Detail;
use crate::web::{IfMatch, Page, one_more};
use diesel::prelude::*;
use serde_json::Value;
use std::sync::Arc;

/// Books kept ready to ask: the present one, and a few for whoever looks back.
static READY: Memo<Book> = Memo::new(8);

/// One version of the book, as stored.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable)]
#[diesel(table_name = books)]
pub struct BookVersion {
    /// Its row.
    pub id: Id,
    /// Counted from 1.
    pub version: i32,
    /// The book as spelt.
    pub document: Json<Value>,
    /// SHA-256 of the document, in hexadecimal.
    pub digest: String,
    /// When it was made.
    pub created_at: Instant,
    /// Who made it; nobody for the seed.
    pub created_by: Option<Id>,
}

/// The newest version of the book, ready to ask.
pub(super) fn newest(conn: &mut Conn) -> Result<Arc<Book>, Fault> {
    let newest = books::table.order(books::version.desc()).select((books::version, books::digest)).limit(1);
    let found: Option<(i32, String)> = direct::only(conn, newest)?;
    let (version, digest) = found.ok_or_else(none)?;
    READY.get(&digest, || {
        let Json(document): Json<Value> =
            books::table.filter(books::version.eq(version)).select(books::document).first(conn)?;
        Book::from_json(document)
            .map_err(|error| Fault::internal(format_args!("promise book, version {version}: {error}")))
    })
}

/// A version of the book, the newest where none is asked for. One that does not exist is not found.
pub fn read_book(conn: &mut Conn, version: Option<i32>) -> Result<BookVersion, Fault> {
    match version {
        None => newest_row(conn)?.ok_or_else(none),
        Some(version) => {
            let of_version = books::table.filter(books::version.eq(version));
            let found = of_version.select(BookVersion::as_select()).first(conn).optional()?;
            found.ok_or_else(Fault::hidden)
        }
    }
}

/// The newest version as stored; `None` before the database was seeded.
pub(super) fn newest_row(conn: &mut Conn) -> Result<Option<BookVersion>, Fault> {
    let newest_first = books::table.order(books::version.desc());
    Ok(newest_first.select(BookVersion::as_select()).first(conn).optional()?)
}

/// The versions below `before`, the newest first: number and when it was made.
pub fn book_versions(
    conn: &mut Conn,
    before: Option<i32>,
    limit: usize,
) -> Result<Page<(i32, Instant)>, Fault> {
    let rows: Vec<(i32, Instant)> = books::table
        .filter(books::version.lt(before.unwrap_or(i32::MAX)))
        .order(books::version.desc())
        .limit(one_more(limit))
        .select((books::version, books::created_at))
        .load(conn)?;
    Page::cut(rows, limit, "book versions", |(version, _)| *version)
}

/// Makes `document` the next version of the book. New clocks run by it; those under way keep the rule they were
/// started with. A document that says what the present version says changes nothing.
///
/// Only an administrator or a leader of the office may. It must name the version it was made from (`if_match`), must
/// be a book that can be kept (`book_invalid`, with the place), and may name only categories that exist.
pub fn replace_book(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    if_match: &IfMatch,
    document: &Value,
) -> Result<BookVersion, Fault> {
    let capacity = keeper(conn, at, actor)?;
    if *if_match == IfMatch::Missing {
        return Err(Fault::new(Code::PreconditionRequired));
    }
    let held = Register::Book.hold(conn, at)?;
    let present = read_book(conn, None)?;
    if_match.demand(present.version)?;
    let book = checked(document)?;
    let unknown = categories::unknown_codes(conn, book.categories())?;
    if let Some((pointer, code)) = first_named(&book, &unknown) {
        let detail = format!("there is no category `{code}`");
        return Err(Fault::field(Code::BookInvalid, pointer).with("detail", detail));
    }
    let document = serde_json::to_value(&book).map_err(Fault::internal)?;
    let digest = digest_of(&document);
    if digest == present.digest {
        return Ok(present);
    }
    let version = present.version.saturating_add(1);
    let made = insert(conn, at, version, document, actor.person)?;
    let detail = Detail::none().with("version", version).with("digest", digest);
    held.record(conn, at, (actor, capacity), "book_replaced", detail)?;
    Ok(made)
}

/// `document` as a book, or `book_invalid` with the place of the first thing wrong in it.
fn checked(document: &Value) -> Result<Book, Fault> {
    Book::from_json(document.clone())
        .map_err(|error| Fault::field(Code::BookInvalid, error.pointer()).with("detail", error))
}

/// Writes one version; the caller holds the register, or is the seed.
pub(super) fn insert(
    conn: &mut Conn,
    at: Instant,
    version: i32,
    document: Value,
    by: Option<Id>,
) -> Result<BookVersion, Fault> {
    let digest = digest_of(&document);
    let row: BookVersion = diesel::insert_into(books::table)
        .values((
            books::id.eq(Id::new(at)),
            books::version.eq(version),
            books::document.eq(Json(document)),
            books::digest.eq(digest),
            books::created_at.eq(at),
            books::created_by.eq(by),
        ))
        .returning(books::all_columns)
        .get_result(conn)?;
    Ok(row)
}

/// Where `book` first names one of the codes, as a JSON pointer, and which.
pub(super) fn first_named(book: &Book, codes: &[String]) -> Option<(String, String)> {
    (0..).zip(book.rules()).find_map(|(rule, written): (usize, _)| {
        let named = |code: &String| codes.contains(code);
        let place = written.categories.iter().position(named)?;
        let code = written.categories.get(place)?.clone();
        Some((format!("/rules/{rule}/categories/{place}"), code))
    })
}

fn none() -> Fault {
    Fault::internal("there is no promise book: the database was never seeded")
}

#[cfg(test)]
mod tests {
    use super::checked;
    use crate::domain::promise::Book;
    use crate::seed;
    use serde_json::json;

    /// What a caller sends who puts the book `text`.
    fn as_sent(text: &str) -> serde_json::Value {
        serde_json::to_value(Book::from_toml(text).unwrap()).unwrap()
    }

    #[test]
    fn the_district_s_book_and_those_of_the_two_cities_may_be_put() {
        assert!(checked(&as_sent(seed::PROMISES)).is_ok());
        assert_eq!(seed::EXAMPLE_BOOKS.len(), 2);
        for (name, text) in seed::EXAMPLE_BOOKS {
            let book = checked(&as_sent(text)).unwrap();
            let sample = seed::categories().unwrap();
            for code in book.categories() {
                assert!(sample.iter().any(|category| category.code == code), "{name}: {code}");
            }
        }
    }

    #[test]
    fn a_wrong_book_is_refused_at_its_place() {
        let refusal = |change: &dyn Fn(&mut serde_json::Value)| {
            let mut document = as_sent(seed::PROMISES);
            change(&mut document);
            let fault = checked(&document).unwrap_err();
            (fault.code.code(), fault.fields.first().unwrap().pointer.clone())
        };
        let invalid = |pointer: &str| ("book_invalid", pointer.to_owned());
        assert_eq!(
            refusal(&|book| book["rules"][0]["length"] = json!({"working_days": 0})),
            invalid("/rules/0/length")
        );
        assert_eq!(refusal(&|book| book["rules"] = json!([])), invalid("/rules"));
        assert_eq!(
            refusal(&|book| book["settings"]["unmoved_reports"] = json!(0)),
            invalid("/settings/unmoved_reports")
        );
        assert_eq!(refusal(&|book| book["rules"][0]["colour"] = json!("red")).0, "book_invalid");
    }
}
