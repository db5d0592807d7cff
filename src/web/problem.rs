//! RFC 9457 problem details: the one shape of every error the API answers.

use crate::fault::{Code, Fault, Language};
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder};

/// The body of an error, `application/problem+json`.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Problem {
    /// `urn:onedoor:problem:` and the code.
    #[serde(rename = "type")]
    #[schema(example = "urn:onedoor:problem:text_too_long")]
    kind: String,
    /// The status's own words.
    title: &'static str,
    /// The HTTP status.
    status: u16,
    /// What went wrong, in the caller's language.
    detail: String,
    /// The stable code.
    code: &'static str,
    /// The fields at fault.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldProblem>,
    /// Acts that would be possible instead.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    possible: Vec<&'static str>,
}

/// One field at fault.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct FieldProblem {
    /// JSON pointer (RFC 6901) into the body, or `?name` of a query parameter.
    pointer: String,
    /// The stable code.
    code: &'static str,
    /// What is wrong with it, in the caller's language.
    detail: String,
}

/// The answer to a fault, worded in `language`.
pub fn answer(fault: &Fault, language: Language) -> HttpResponse {
    let status = status_of(fault.code);
    let problem = Problem {
        kind: format!("urn:onedoor:problem:{}", fault.code.code()),
        title: status.canonical_reason().unwrap_or("Error"),
        status: status.as_u16(),
        detail: fault.words(language),
        code: fault.code.code(),
        errors: fault
            .fields
            .iter()
            .map(|field| FieldProblem {
                pointer: field.pointer.clone(),
                code: field.code.code(),
                detail: field.words(language),
            })
            .collect(),
        possible: fault.possible.clone(),
    };
    let mut answer = HttpResponse::build(status);
    if let Some(seconds) = fault.retry_after {
        answer.insert_header((header::RETRY_AFTER, seconds.to_string()));
    }
    if status == StatusCode::UNAUTHORIZED {
        answer.insert_header((header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer")));
    }
    let tag = match language {
        Language::Chinese => "zh-CN",
        Language::English => "en",
    };
    answer.insert_header((header::CONTENT_LANGUAGE, tag));
    answer.insert_header((header::CONTENT_TYPE, "application/problem+json"));
    answer.body(serde_json::to_string(&problem).unwrap_or_default())
}

fn status_of(code: Code) -> StatusCode {
    StatusCode::from_u16(code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

impl ResponseError for Fault {
    fn status_code(&self) -> StatusCode {
        status_of(self.code)
    }

    fn error_response(&self) -> HttpResponse {
        answer(self, Language::Chinese)
    }
}

fn declare(statuses: &[(&str, &str)]) -> BTreeMap<String, RefOr<Response>> {
    let schema = || RefOr::Ref(Ref::from_schema_name("Problem"));
    let response = |words: &str| {
        let content = ContentBuilder::new().schema(Some(schema())).build();
        ResponseBuilder::new().description(words).content("application/problem+json", content).build()
    };
    statuses.iter().map(|(status, words)| ((*status).to_owned(), RefOr::T(response(words)))).collect()
}

macro_rules! problem_group {
    ($(#[$meta:meta])* $name:ident: $($status:literal $words:literal),+ $(,)?) => {
        $(#[$meta])*
        #[derive(Debug)]
        pub struct $name;

        impl utoipa::IntoResponses for $name {
            fn responses() -> BTreeMap<String, RefOr<Response>> {
                declare(&[$(($status, $words)),+])
            }
        }
    };
}

problem_group! {
    /// What any reading of one thing or a list may be answered instead.
    ReadProblems:
    "400" "A query parameter, header or cursor is wrong.",
    "401" "No valid token.",
    "403" "Seen, but not allowed.",
    "404" "No such thing, or none the caller may see.",
    "500" "Something unforeseen; logged.",
    "503" "Busy, or the database is away; try again after Retry-After.",
}

problem_group! {
    /// What any act may be answered instead.
    WriteProblems:
    "400" "The body is not JSON, or a header is wrong.",
    "401" "No valid token.",
    "403" "The act is not the caller's.",
    "404" "No such thing, or none the caller may see.",
    "409" "Not now: the state, or something that exists already, stands against it.",
    "413" "The body is too large.",
    "415" "The body is not application/json.",
    "422" "Fields are wrong; each is pointed at.",
    "500" "Something unforeseen; logged.",
    "503" "Busy, or the database is away; try again after Retry-After.",
}

problem_group! {
    /// What an attempt at a secret may be answered instead, beside [`WriteProblems`].
    AttemptProblems:
    "429" "Too many attempts; try again after Retry-After.",
}

problem_group! {
    /// What any act may be answered where it names the version it is meant for, beside [`WriteProblems`].
    ConditionProblems:
    "412" "If-Match names another version than the present one.",
}

problem_group! {
    /// What a change that must name its version may be answered besides.
    MissingConditionProblem:
    "428" "If-Match is missing.",
}
