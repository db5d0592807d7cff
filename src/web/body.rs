//! A JSON body, read strictly, and no body.

use super::Context;
use super::once::{DEEPEST, MOST_VALUES, Once, TOO_DEEP, TOO_MANY, TWICE};
use super::sent::BodyDigest;
use crate::domain::day::NO_DATE;
use crate::fault::{Code, Fault, FieldFault};
use actix_web::dev::Payload;
use actix_web::error::PayloadError;
use actix_web::http::header;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use futures_util::StreamExt;
use futures_util::future::LocalBoxFuture;
use serde::de::{DeserializeOwned, DeserializeSeed};
use serde_json::{Map, Value};
use serde_path_to_error::{Path, Segment, Track};
use sha2::Digest;
use std::io::ErrorKind;

/// The body of a request as `T`. Unknown fields, wrong types, NUL and lone surrogates are refused, each with its
/// code and a pointer to the place.
#[derive(Debug)]
pub struct Body<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Body<T> {
    type Error = Fault;
    type Future = LocalBoxFuture<'static, Result<Self, Fault>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (is_json, bytes) = (is_json(request), gather(request, payload));
        Box::pin(async move {
            if !is_json {
                return Err(Fault::new(Code::UnsupportedMediaType));
            }
            parse(&bytes.await?).map(Self)
        })
    }
}

/// The body of an act that takes nothing: no body at all, or `{}` or `null` as JSON. Whatever else is sent is refused by
/// the rules of [`Body`], for who sends it expects it to do something.
#[derive(Debug)]
pub struct Empty;

impl FromRequest for Empty {
    type Error = Fault;
    type Future = LocalBoxFuture<'static, Result<Self, Fault>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (is_json, bytes) = (is_json(request), gather(request, payload));
        Box::pin(async move {
            let bytes = bytes.await?;
            if !is_json && !bytes.is_empty() {
                return Err(Fault::new(Code::UnsupportedMediaType));
            }
            nothing(&bytes)
        })
    }
}

fn is_json(request: &HttpRequest) -> bool {
    request.content_type().eq_ignore_ascii_case("application/json")
}

/// All bytes of a body, which may be as large as the settings allow. Leaves their digest.
fn gather(
    request: &HttpRequest,
    payload: &mut Payload,
) -> LocalBoxFuture<'static, Result<web::BytesMut, Fault>> {
    let most = request.app_data::<Context>().map_or(0, |context| context.config.server.body_limit);
    let announced = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok())
        .and_then(|length| length.parse::<usize>().ok());
    let (left, mut digest) = (BodyDigest::of(request), BodyDigest::begin(request));
    let mut payload = payload.take();
    Box::pin(async move {
        let too_large = || Fault::new(Code::BodyTooLarge).with("most", most);
        if announced.is_some_and(|length| length > most) {
            return Err(too_large());
        }
        let mut bytes = web::BytesMut::new();
        while let Some(chunk) = payload.next().await {
            let chunk = chunk.map_err(|error| broken_off(&error))?;
            if bytes.len().saturating_add(chunk.len()) > most {
                return Err(too_large());
            }
            bytes.extend_from_slice(&chunk);
        }
        digest.update(&bytes);
        left.leave(digest);
        Ok(bytes)
    })
}

/// The fault of a body that did not come whole: too slow, or not as its headers said.
pub(crate) fn broken_off(error: &PayloadError) -> Fault {
    match error {
        PayloadError::Io(error) if error.kind() == ErrorKind::TimedOut => Fault::new(Code::BodyTooSlow),
        error => Fault::new(Code::InvalidJson).with("detail", error),
    }
}

/// Reads `bytes` as nothing by the rules of [`Empty`].
fn nothing(bytes: &[u8]) -> Result<Empty, Fault> {
    if bytes.is_empty() {
        return Ok(Empty);
    }
    let fields = parse::<Option<Map<String, Value>>>(bytes)?;
    let Some((name, _)) = fields.into_iter().flatten().next() else {
        return Ok(Empty);
    };
    let mut pointer = String::new();
    push(&mut pointer, &name);
    Err(Fault::field(Code::UnknownField, pointer).with("field", name))
}

/// Reads `bytes` as `T` by the rules of [`Body`].
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Fault> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let mut track = Track::new();
    let value = (&Once::new())
        .deserialize(serde_path_to_error::Deserializer::new(&mut reader, &mut track))
        .map_err(|error| malformed(&serde_path_to_error::Error::new(track.path(), error)))?;
    reader.end().map_err(|error| Fault::new(Code::InvalidJson).with("detail", error))?;
    if let Some(pointer) = find_nul(&value, &mut String::new()) {
        return Err(Fault::field(Code::NulCharacter, pointer));
    }
    serde_path_to_error::deserialize(value).map_err(|error| misfit(&error))
}

fn malformed(error: &serde_path_to_error::Error<serde_json::Error>) -> Fault {
    let words = error.inner().to_string();
    if let Some(rest) = words.strip_prefix(TWICE) {
        let field = rest.split('`').next().unwrap_or_default().to_owned();
        let pointer = pointer(error.path(), Some(&field));
        return Fault::fields(vec![FieldFault {
            pointer,
            code: Code::FieldTwice,
            values: vec![("field", field)],
        }]);
    }
    for (begin, code, most) in
        [(TOO_DEEP, Code::JsonTooDeep, DEEPEST), (TOO_MANY, Code::JsonTooManyValues, MOST_VALUES)]
    {
        if words.starts_with(begin) {
            return Fault::new(code).with("most", most);
        }
    }
    if words.contains("surrogate") || words.contains("unexpected end of hex escape") {
        return Fault::field(Code::LoneSurrogate, pointer(error.path(), None));
    }
    Fault::new(Code::InvalidJson).with("detail", words)
}

fn misfit(error: &serde_path_to_error::Error<serde_json::Error>) -> Fault {
    let words = error.inner().to_string();
    let quoted = words.split('`').nth(1).unwrap_or_default().to_owned();
    let at = |name: Option<&str>| pointer(error.path(), name);
    let (code, pointer, values) = if words.starts_with("unknown field") {
        (Code::UnknownField, at(Some(&quoted)), vec![("field", quoted)])
    } else if words.starts_with("missing field") {
        (Code::MissingField, at(Some(&quoted)), vec![("field", quoted)])
    } else if words.starts_with("unknown variant") {
        (Code::UnknownWord, at(None), vec![("detail", words)])
    } else if words.starts_with("invalid type") {
        (Code::WrongType, at(None), vec![("detail", words)])
    } else if words.starts_with(NO_DATE) {
        (Code::InvalidDate, at(None), Vec::new())
    } else {
        (Code::InvalidValue, at(None), vec![("detail", words)])
    };
    Fault::fields(vec![FieldFault { pointer, code, values }])
}

/// The JSON pointer of `path`, ending in `last` where the path does not already.
fn pointer(path: &Path, last: Option<&str>) -> String {
    let mut pointer = String::new();
    let mut ends_in = None;
    for segment in path.iter() {
        let name = match segment {
            Segment::Seq { index } => index.to_string(),
            Segment::Map { key } => key.clone(),
            Segment::Enum { .. } | Segment::Unknown => continue,
        };
        push(&mut pointer, &name);
        ends_in = Some(name);
    }
    match last {
        Some(last) if ends_in.as_deref() != Some(last) => push(&mut pointer, last),
        _ => {}
    }
    pointer
}

fn push(pointer: &mut String, name: &str) {
    pointer.push('/');
    pointer.push_str(&name.replace('~', "~0").replace('/', "~1"));
}

fn find_nul(value: &Value, pointer: &mut String) -> Option<String> {
    match value {
        Value::String(text) => text.contains('\0').then(|| pointer.clone()),
        Value::Array(items) => {
            items.iter().enumerate().find_map(|(index, item)| descend(pointer, &index.to_string(), item))
        }
        Value::Object(fields) => fields.iter().find_map(|(name, field)| descend(pointer, name, field)),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

fn descend(pointer: &mut String, name: &str, value: &Value) -> Option<String> {
    let length = pointer.len();
    push(pointer, name);
    let found = if name.contains('\0') { Some(pointer.clone()) } else { find_nul(value, pointer) };
    pointer.truncate(length);
    found
}

#[cfg(test)]
mod tests {
    use super::{nothing, parse};
    use crate::fault::Fault;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its reading is tested")]
    struct Outer {
        title: String,
        inner: Vec<Inner>,
    }

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its reading is tested")]
    struct Inner {
        count: u8,
    }

    fn refusal(body: &str) -> (String, String) {
        told(&parse::<Outer>(body.as_bytes()).unwrap_err())
    }

    fn told(fault: &Fault) -> (String, String) {
        let pointer = fault.fields.first().map(|field| field.pointer.clone()).unwrap_or_default();
        (fault.code.code().to_owned(), pointer)
    }

    #[test]
    fn each_wrong_body_is_refused_with_its_code_and_a_pointer() {
        let cases = [
            (r#"{"title":"a","inner":[]"#, "invalid_json", ""),
            (r#"{"title":"a","inner":[]} x"#, "invalid_json", ""),
            (r#"{"title":"a","inner":[],"extra":1}"#, "unknown_field", "/extra"),
            (r#"{"title":"a","inner":[{"count":1,"a/b":2}]}"#, "unknown_field", "/inner/0/a~1b"),
            (r#"{"inner":[]}"#, "missing_field", "/title"),
            (r#"{"title":"a","inner":[{}]}"#, "missing_field", "/inner/0/count"),
            (r#"{"title":1,"inner":[]}"#, "wrong_type", "/title"),
            (r#"{"title":"a","inner":[{"count":"x"}]}"#, "wrong_type", "/inner/0/count"),
            (r#"{"title":"a","inner":[{"count":300}]}"#, "invalid_value", "/inner/0/count"),
            (r#"{"title":"a\u0000b","inner":[]}"#, "nul_character", "/title"),
            (r#"{"title":"a","inner":[{"count":1,"count":2}]}"#, "field_twice", "/inner/0/count"),
            (r#"{"title":"\ud800","inner":[]}"#, "lone_surrogate", "/title"),
            (r#"{"title":"\ud800\u0041","inner":[]}"#, "lone_surrogate", "/title"),
        ];
        for (body, code, pointer) in cases {
            assert_eq!(refusal(body), (code.to_owned(), pointer.to_owned()), "{body}");
        }
    }

    #[test]
    fn what_is_too_deep_or_too_much_is_refused_before_it_is_taken() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(parse::<serde_json::Value>(nested(32).as_bytes()).is_ok());
        for depth in [33, 127, 30_000] {
            assert_eq!(refusal(&nested(depth)).0, "json_too_deep", "{depth}");
            let objects = format!("{}1{}", r#"{"a":"#.repeat(depth), "}".repeat(depth));
            assert_eq!(refusal(&objects).0, "json_too_deep", "{depth}");
        }
        let list = |items: usize| format!("[{}]", vec!["1"; items].join(","));
        assert!(parse::<serde_json::Value>(list(9999).as_bytes()).is_ok());
        assert_eq!(refusal(&list(10_000)).0, "json_too_many_values");
    }

    #[test]
    fn an_act_that_takes_nothing_refuses_whatever_is_sent() {
        for body in ["", "{}", "null", " { } "] {
            assert!(nothing(body.as_bytes()).is_ok(), "{body}");
        }
        let cases = [
            ("{", "invalid_json", ""),
            (r#"{"note/":"x"}"#, "unknown_field", "/note~1"),
            ("[]", "wrong_type", ""),
            ("false", "wrong_type", ""),
        ];
        for (body, code, pointer) in cases {
            let fault = nothing(body.as_bytes()).unwrap_err();
            assert_eq!(told(&fault), (code.to_owned(), pointer.to_owned()), "{body}");
        }
    }
}
