//! Small extractors: the instant of the request, the caller's language, ids in paths, query parameters.

use super::Context;
use crate::domain::day::NO_DATE;
use crate::domain::ids::{Id, Instant};
use crate::fault::{Code, Fault, FieldFault, Language};
use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use serde::de::DeserializeOwned;
use std::future::{Ready, ready};

/// The one instant of a request: asked once, the same wherever it is extracted.
#[derive(Debug, Clone, Copy)]
pub struct At(pub Instant);

impl FromRequest for At {
    type Error = Fault;
    type Future = Ready<Result<Self, Fault>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let known = request.extensions().get::<Self>().copied();
        ready(known.map_or_else(
            || {
                let context =
                    request.app_data::<Context>().ok_or_else(|| Fault::internal("no context in the app"))?;
                let at = Self(context.time.now());
                request.extensions_mut().insert(at);
                Ok(at)
            },
            Ok,
        ))
    }
}

/// The language the caller asked for by `Accept-Language` (RFC 9110 §12.5.4): English where it is preferred to
/// Chinese, Chinese otherwise.
pub fn language_of(request: &HttpRequest) -> Language {
    let asked =
        request.headers().get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or("");
    let weight_of = |language: &str| {
        asked
            .split(',')
            .filter_map(|range| {
                let mut parts = range.split(';').map(str::trim);
                let tag = parts.next()?.to_ascii_lowercase();
                let weight =
                    parts.find_map(|part| part.strip_prefix("q=")?.parse::<f32>().ok()).unwrap_or(1.0);
                (tag.split('-').next() == Some(language)).then_some(weight)
            })
            .fold(0.0, f32::max)
    };
    if weight_of("en") > weight_of("zh") { Language::English } else { Language::Chinese }
}

/// The id in the path segment `{id}`. What is not an id names nothing, so it is 404 like any missing thing.
#[derive(Debug, Clone, Copy)]
pub struct Key(pub Id);

impl FromRequest for Key {
    type Error = Fault;
    type Future = Ready<Result<Self, Fault>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let id = request.match_info().get("id").and_then(Id::parse);
        ready(id.map(Self).ok_or_else(Fault::hidden))
    }
}

/// The name in the path segment `{name}`. What cannot be a name, being no UTF-8 or holding a control character, names
/// nothing: 404.
#[derive(Debug, Clone)]
pub struct Name(pub String);

impl FromRequest for Name {
    type Error = Fault;
    type Future = Ready<Result<Self, Fault>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let name = actix_web::web::Path::<String>::extract(request).into_inner();
        let name = name.ok().map(actix_web::web::Path::into_inner);
        let name = name.filter(|name| !name.chars().any(char::is_control));
        ready(name.map(Self).ok_or_else(Fault::hidden))
    }
}

/// The query parameters as `T`, whose struct should deny unknown fields.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Query<T> {
    type Error = Fault;
    type Future = Ready<Result<Self, Fault>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(
            read::<T>(request.query_string())
                .map(Self)
                .map_err(|words| misfit::<T>(request.query_string(), &words)),
        )
    }
}

fn read<T: DeserializeOwned>(query: &str) -> Result<T, String> {
    let read = actix_web::web::Query::<T>::from_query(query);
    read.map(actix_web::web::Query::into_inner)
        .map_err(|error| error.to_string().trim_start_matches("Query deserialize error: ").to_owned())
}

/// The refusal of `query`, pointing at the parameter: the one the words name, else the one that fails alike alone.
fn misfit<T: DeserializeOwned>(query: &str, words: &str) -> Fault {
    let names_it =
        ["unknown field", "missing field", "duplicate field"].iter().any(|begin| words.starts_with(begin));
    let quoted = words.split('`').nth(1).filter(|_| names_it);
    let fails_alike = |pair: &&str| read::<T>(pair).is_err_and(|alone| alone == words);
    let alone = || query.split('&').find(fails_alike).and_then(|pair| pair.split('=').next());
    let values = vec![("detail", words.to_owned())];
    let code = if words.starts_with(NO_DATE) { Code::InvalidDate } else { Code::InvalidQuery };
    match quoted.or_else(alone) {
        Some(name) => Fault::fields(vec![FieldFault { pointer: format!("?{name}"), code, values }]),
        None => Fault::new(Code::InvalidQuery).with("detail", words),
    }
}
