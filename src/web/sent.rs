//! How an act was sent: under which `Idempotency-Key`, for which version, and with what body.

use super::condition::IfMatch;
use crate::domain::actor::Actor;
use crate::domain::hexadecimal;
use crate::fault::{Code, Fault};
use crate::retries::{IdempotencyKey, Sending};
use actix_web::dev::Payload;
use actix_web::http::Method;
use actix_web::http::header::HeaderName;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use percent_encoding::percent_decode_str;
use sha2::{Digest, Sha256};
use std::cell::OnceCell;
use std::future::{Ready, ready};
use std::rc::Rc;

/// The header that makes a POST safe to send again.
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// The routes whose answer may hold what is kept nowhere, a password, or is written down each time it is told, a number: they
/// take no notice of an `Idempotency-Key`, nor does anything under `/api/v1/auth/`.
const TELL_A_SECRET: [&str; 7] = [
    "/api/v1/companies",
    "/api/v1/companies/{id}/members",
    "/api/v1/companies/{id}/reveal-phone",
    "/api/v1/people",
    "/api/v1/people/{id}/password",
    "/api/v1/people/{id}/reveal-phone",
    "/api/v1/requests/{id}/reveal-phone",
];

/// Whether `method` on the route with this pattern heeds an `Idempotency-Key`.
pub fn heeds_keys(method: &Method, pattern: &str) -> bool {
    method == Method::POST && !pattern.starts_with("/api/v1/auth/") && !TELL_A_SECRET.contains(&pattern)
}

/// How a request was sent. An extractor; refuses with `idempotency_key_invalid`.
#[derive(Debug)]
pub struct Sent {
    /// The version it is meant for.
    pub if_match: IfMatch,
    /// Its key, where it has one that is heeded.
    key: Option<IdempotencyKey>,
    method: String,
    route: String,
    body: BodyDigest,
}

impl Sent {
    /// The sending by `actor`, where it has a key. Fails when the body was read by nobody who left its digest.
    pub fn by(&self, actor: &Actor) -> Result<Option<Sending>, Fault> {
        let (Some(key), Some(person)) = (&self.key, actor.person) else { return Ok(None) };
        let digest = self.body.0.get().ok_or_else(|| Fault::internal("a body without a digest"))?;
        let (method, route) = (self.method.clone(), self.route.clone());
        let (key, digest, standing) = (key.clone(), digest.clone(), actor.standing());
        Ok(Some(Sending { person, method, route, key, digest, standing }))
    }
}

impl FromRequest for Sent {
    type Error = Fault;
    type Future = Ready<Result<Self, Fault>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        ready(key_of(request).and_then(|key| {
            Ok(Self {
                if_match: IfMatch::from_request(request, payload).into_inner()?,
                key,
                method: request.method().to_string(),
                route: route_of(request),
                body: BodyDigest::of(request),
            })
        }))
    }
}

/// The path with what stands in its pattern as it is read and not as it is spelt, so that one thing has one route.
fn route_of(request: &HttpRequest) -> String {
    let mut route = request.match_pattern().unwrap_or_default();
    for (name, value) in request.match_info().iter() {
        let value = percent_decode_str(value).decode_utf8_lossy().to_ascii_lowercase();
        route = route.replace(&format!("{{{name}}}"), &value);
    }
    route
}

fn key_of(request: &HttpRequest) -> Result<Option<IdempotencyKey>, Fault> {
    if !request.match_pattern().is_some_and(|pattern| heeds_keys(request.method(), &pattern)) {
        return Ok(None);
    }
    let invalid = || Fault::new(Code::IdempotencyKeyInvalid);
    let mut keys = request.headers().get_all(IDEMPOTENCY_KEY);
    match (keys.next(), keys.next()) {
        (None, _) => Ok(None),
        (Some(key), None) => IdempotencyKey::parse(key.as_bytes()).map(Some).ok_or_else(invalid),
        (Some(_), Some(_)) => Err(invalid()),
    }
}

/// Where whoever reads the body of a request leaves its digest, by which a repeated request is told from another. Who
/// streams a body digests it as it passes.
#[derive(Debug, Clone, Default)]
pub struct BodyDigest(Rc<OnceCell<String>>);

impl BodyDigest {
    /// That of `request`.
    pub fn of(request: &HttpRequest) -> Self {
        request.extensions_mut().get_or_insert(Self::default()).clone()
    }

    /// A digest begun with what stands before the body: the query.
    pub fn begin(request: &HttpRequest) -> Sha256 {
        Sha256::new().chain_update(request.query_string()).chain_update("\n")
    }

    /// Leaves the digest of the whole body.
    pub fn leave(&self, digest: Sha256) {
        let text = hexadecimal(&digest.finalize());
        // Two extractors that read the same body leave the same.
        let _ = self.0.set(text);
    }
}
