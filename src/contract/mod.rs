//! What the OpenAPI document says of refusals: every status of every operation, and the codes each status may carry.
//!
//! Most follow from what an operation is: one that takes a body may be sent a bad one (`general`). The others, which tell
//! why an act cannot be done now, stand in `refusals.table`, one line for each operation. The tests' client holds every
//! answer to the document (`tests/it/support/contract.rs`).

mod general;

use crate::domain::file_type::FileType;
use crate::fault::Code;
use crate::web::operations;
use general::Shape;
use std::collections::{BTreeMap, BTreeSet};
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::Parameter;
use utoipa::openapi::schema::{AllOfBuilder, ArrayBuilder, ObjectBuilder, Schema, Type};
use utoipa::openapi::{ContentBuilder, OpenApi, Ref, RefOr, Response, ResponseBuilder};

/// The codes of each operation that do not follow from its shape.
const REFUSALS: &str = include_str!("refusals.table");

/// Ends a line that does not name every code yet.
const OPEN: char = '…';

/// The most bytes of an address by default (`limits.url_bytes`).
const LONGEST_CURSOR: usize = 8192;

/// Gives every operation of `document` the responses of all its refusals, each with its codes. What a handler said of a
/// status in words stays; a status that no code has goes.
pub fn complete(document: &mut OpenApi) {
    let table = table();
    for (path, item) in &mut document.paths.paths {
        for (method, operation) in operations(item) {
            operation.parameters.iter_mut().flatten().for_each(bound_cursor);
            let shape = Shape::of(&method, path, operation);
            let own = table.get(&(method.as_str(), path.as_str()));
            let codes = codes_of(&shape, own);
            let responses = &mut operation.responses.responses;
            let declared = std::mem::take(responses);
            let refused = by_status(&codes);
            let kept = declared.iter().filter(|(status, _)| !is_refusal(status));
            responses.extend(kept.map(|(status, response)| (status.clone(), said(status, response))));
            for (status, of_status) in refused {
                let said = match declared.get(&status.to_string()) {
                    Some(RefOr::T(response)) if !response.description.is_empty() => &response.description,
                    _ => words(status),
                };
                responses.insert(status.to_string(), RefOr::T(response(status, said, &of_status, &codes)));
            }
        }
    }
}

/// A cursor is as long as an address may be; said here once for every list.
fn bound_cursor(parameter: &mut RefOr<Parameter>) {
    let RefOr::T(parameter) = parameter else { return };
    if parameter.name == "cursor"
        && let Some(RefOr::T(Schema::Object(object))) = &mut parameter.schema
    {
        object.max_length.get_or_insert(LONGEST_CURSOR);
    }
}

/// What the table says of one operation.
#[derive(Debug, Default)]
struct Line {
    codes: Vec<Code>,
    /// Whether it ends in `…`: there may be others.
    is_open: bool,
}

/// The lines of the table: `METHOD /path`, a bar, codes.
fn table() -> BTreeMap<(&'static str, &'static str), Line> {
    let line = |line: &'static str| {
        let (route, codes) = line.split_once('|')?;
        let route = route.trim().split_once(' ')?;
        let is_open = codes.ends_with(OPEN);
        Some((route, Line { codes: codes.split_whitespace().filter_map(Code::from_code).collect(), is_open }))
    };
    REFUSALS.lines().filter(|line| !line.starts_with('#')).filter_map(line).collect()
}

/// What follows from the shape, and the operation's own. Where those are not all known, it may be any code of the flow.
fn codes_of(shape: &Shape, own: Option<&Line>) -> BTreeSet<&'static str> {
    let any = || {
        Code::ALL.iter().copied().filter(|code| matches!(code.status(), 401 | 403 | 404 | 409 | 422 | 429))
    };
    let mut codes: BTreeSet<&str> = shape.codes().into_iter().map(Code::code).collect();
    codes.extend(own.into_iter().flat_map(|own| &own.codes).map(|code| code.code()));
    if own.is_none_or(|own| own.is_open) {
        codes.extend(any().map(Code::code));
    }
    codes
}

fn by_status(codes: &BTreeSet<&'static str>) -> BTreeMap<u16, Vec<&'static str>> {
    let mut sorted: BTreeMap<u16, Vec<&'static str>> = BTreeMap::new();
    for code in codes {
        let status = Code::from_code(code).map_or(500, Code::status);
        sorted.entry(status).or_default().push(code);
    }
    sorted
}

/// The answer of a success with words, which OpenAPI asks for, where the handler says none.
fn said(status: &str, response: &RefOr<Response>) -> RefOr<Response> {
    let mut response = response.clone();
    let RefOr::T(told) = &mut response else { return response };
    if told.description.is_empty() {
        let words = match status {
            "201" => "Made.",
            "204" => "Done; there is nothing to show.",
            _ => "As asked.",
        };
        words.clone_into(&mut told.description);
    }
    // A file is given as what it is.
    if let Some(content) = told.content.swap_remove("application/octet-stream") {
        for file_type in FileType::ALL {
            let kind = file_type.media_type().split(';').next().unwrap_or_default();
            told.content.insert(kind.to_owned(), content.clone());
        }
    }
    response
}

fn is_refusal(status: &str) -> bool {
    status.starts_with('4') || status.starts_with('5')
}

fn response(status: u16, words: &str, codes: &[&'static str], all: &BTreeSet<&'static str>) -> Response {
    let of_fields = ObjectBuilder::new().property("code", word(all.iter().copied()));
    let the_status = ObjectBuilder::new().schema_type(Type::Integer).enum_values(Some([status]));
    let mut narrowed =
        ObjectBuilder::new().property("status", the_status).property("code", word(codes.iter().copied()));
    if status == 400 || status == 422 {
        narrowed = narrowed.property("errors", ArrayBuilder::new().items(of_fields));
    }
    let schema = AllOfBuilder::new().item(Ref::from_schema_name("Problem")).item(narrowed);
    let content = ContentBuilder::new().schema(Some(schema)).build();
    let mut response =
        ResponseBuilder::new().description(words).content("application/problem+json", content).build();
    let header = match status {
        401 => Some(("WWW-Authenticate", "`Bearer`.")),
        429 | 503 => Some(("Retry-After", "Seconds after which trying again makes sense.")),
        _ => None,
    };
    if let Some((name, words)) = header {
        let header = HeaderBuilder::new().description(Some(words)).build();
        response.headers.insert(name.to_owned(), RefOr::T(header));
    }
    response
}

/// One of these words.
fn word(words: impl Iterator<Item = &'static str>) -> RefOr<Schema> {
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(words)).into()
}

const fn words(status: u16) -> &'static str {
    match status {
        400 => "A header, the query or the body cannot be read.",
        401 => "No valid token.",
        403 => "Seen, but not allowed.",
        404 => "No such thing, or none the caller may see.",
        408 => "The body did not come in time.",
        409 => "Not now: the state, or something that exists already, stands against it.",
        412 => "If-Match names another version than the present one.",
        413 => "The body is too large.",
        414 => "The address is too long.",
        415 => "The body is of another type than the one taken.",
        416 => "The range lies outside.",
        422 => "Fields are wrong; each is pointed at.",
        428 => "If-Match is missing.",
        429 => "Too many requests or attempts; try again after Retry-After.",
        431 => "The header section is too large.",
        503 => "Busy, or the database is away; try again after Retry-After.",
        507 => "There is no room left; nothing was changed.",
        _ => "Something unforeseen; logged.",
    }
}

#[cfg(test)]
mod tests {
    use super::{OPEN, REFUSALS};
    use crate::fault::Code;

    #[test]
    fn every_line_of_the_table_names_a_route_and_codes_that_are_there() {
        let mut routes = Vec::new();
        for line in REFUSALS.lines().filter(|line| !line.starts_with('#')) {
            let (route, codes) = line.split_once('|').unwrap_or_default();
            let mut codes = codes.trim_end_matches(OPEN).split_whitespace();
            let unknown = codes.find(|code| Code::from_code(code).is_none());
            assert!(route.contains(" /") && unknown.is_none(), "{line}: {unknown:?}");
            routes.push(route.trim());
        }
        assert!(routes.is_sorted() && !routes.is_empty());
    }
}
