//! The refusals that follow from what an operation is: whether it takes a token, a body, a query, a key, a version.

use crate::fault::Code;
use crate::web::{health, heeds_keys};
use actix_web::http::Method;
use utoipa::openapi::RefOr;
use utoipa::openapi::path::{Operation, ParameterIn};

/// What of an operation says how it may be refused.
#[derive(Debug)]
pub(super) struct Shape {
    method: Method,
    /// Asks how the process is.
    is_health: bool,
    takes_token: bool,
    /// About one's own account, and open before a password is changed and an authenticator enrolled.
    is_of_account: bool,
    names_something: bool,
    takes_query: bool,
    takes_cursor: bool,
    takes_files: bool,
    heeds_keys: bool,
}

impl Shape {
    pub(super) fn of(method: &Method, path: &str, operation: &Operation) -> Self {
        let parameters = operation.parameters.iter().flatten().filter_map(|parameter| match parameter {
            RefOr::T(parameter) => Some(parameter),
            RefOr::Ref(_) => None,
        });
        let query: Vec<&str> = parameters
            .filter(|parameter| parameter.parameter_in == ParameterIn::Query)
            .map(|parameter| parameter.name.as_str())
            .collect();
        let body = operation.request_body.as_ref().and_then(|body| match body {
            RefOr::T(body) => Some(body),
            RefOr::Ref(_) => None,
        });
        Self {
            method: method.clone(),
            is_health: health::PATHS.contains(&path),
            takes_token: operation.security.is_some(),
            is_of_account: operation.tags.iter().flatten().any(|tag| tag == "auth"),
            names_something: path.contains('{'),
            takes_query: !query.is_empty(),
            takes_cursor: query.contains(&"cursor"),
            takes_files: body.is_some_and(|body| body.content.contains_key("multipart/form-data")),
            heeds_keys: heeds_keys(method, path),
        }
    }

    fn changes_something(&self) -> bool {
        self.method != Method::GET
    }

    /// Whether it reads a JSON body, or looks that there is none.
    fn reads_json(&self) -> bool {
        self.changes_something() && self.method != Method::DELETE && !self.takes_files
    }

    fn must_match(&self) -> bool {
        self.method == Method::PUT || self.method == Method::PATCH
    }

    pub(super) fn codes(&self) -> Vec<Code> {
        let groups: [(bool, &[Code]); 11] = [
            (true, ALWAYS),
            (!self.is_health, &[Code::TooManyRequests, Code::Overloaded, Code::DatabaseUnavailable]),
            (self.takes_token, &[Code::NotLoggedIn]),
            (self.takes_token && !self.is_of_account, OF_A_CALLER),
            (self.names_something, &[Code::NotFound]),
            (self.takes_query, &[Code::InvalidQuery]),
            (self.takes_cursor, &[Code::InvalidCursor, Code::OutOfRange]),
            (self.reads_json(), OF_A_BODY),
            (self.changes_something(), OF_A_CHANGE),
            (self.must_match(), &[Code::PreconditionRequired]),
            (self.heeds_keys, OF_A_KEY),
        ];
        groups.into_iter().filter(|(is_so, _)| *is_so).flat_map(|(_, codes)| codes).copied().collect()
    }
}

/// The gate is before everything, and whatever is unforeseen is answered.
const ALWAYS: &[Code] = &[Code::UrlTooLong, Code::HeadersTooLarge, Code::Internal];

const OF_A_CALLER: &[Code] = &[Code::NotAllowed, Code::PasswordChangeNeeded, Code::TotpEnrolmentNeeded];

/// Of a body as `web::Body` and `web::Empty` read it.
const OF_A_BODY: &[Code] = &[
    Code::UnsupportedMediaType,
    Code::BodyTooLarge,
    Code::BodyTooSlow,
    Code::InvalidJson,
    Code::LoneSurrogate,
    Code::JsonTooDeep,
    Code::JsonTooManyValues,
    Code::UnknownField,
    Code::FieldTwice,
    Code::MissingField,
    Code::WrongType,
    Code::InvalidValue,
    Code::UnknownWord,
    Code::NulCharacter,
];

const OF_A_CHANGE: &[Code] = &[Code::PreconditionFailed, Code::OutcomeUnknown, Code::StorageFull];

const OF_A_KEY: &[Code] =
    &[Code::IdempotencyKeyInvalid, Code::IdempotencyKeyReused, Code::IdempotencyKeyInUse];
