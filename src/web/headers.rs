//! The headers every answer carries, and which pages of other origins may read it (CORS, Fetch standard §3.2).

use super::Context;
use crate::config::Limits;
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::{HttpMessage, HttpRequest, HttpResponse};
use tracing_actix_web::RequestId;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");

/// What a documentation page may load: its own files, and nothing from anywhere else.
const DOCUMENTATION_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'",
);

/// What everything else may load: nothing.
const ANSWER_POLICY: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");

/// What a page of another origin may send and read.
const METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD, POST, PUT, PATCH, DELETE");
const SENT: HeaderValue = HeaderValue::from_static(
    "Accept-Language, Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, If-Range, Range",
);
const READ: HeaderValue = HeaderValue::from_static(
    "Accept-Ranges, Allow, Content-Disposition, Content-Language, Content-Range, ETag, Link, Location, Retry-After, \
     X-Request-Id",
);

/// What the headers of an answer depend on, taken before its request is gone.
#[derive(Debug, Clone)]
pub(super) struct Headers {
    request_id: Option<RequestId>,
    is_documentation: bool,
    strict_transport_seconds: u32,
    /// Whether any page of another origin may read anything.
    has_origins: bool,
    /// The origin of the page that asks, where it may.
    origin: Option<HeaderValue>,
}

impl Headers {
    /// Those of the answer to `request`.
    pub(super) fn of(request: &HttpRequest) -> Self {
        let limits = request.app_data::<Context>().map(|context| &context.config.limits);
        Self {
            request_id: request.extensions().get::<RequestId>().copied(),
            is_documentation: request.path().starts_with("/api/docs"),
            strict_transport_seconds: limits.map_or(0, |limits| limits.strict_transport_seconds),
            has_origins: limits.is_some_and(|limits| !limits.cors_origins.is_empty()),
            origin: limits.and_then(|limits| allowed_origin(request, limits)).cloned(),
        }
    }

    /// Puts them into `headers`.
    pub(super) fn add(&self, headers: &mut HeaderMap) {
        let word = HeaderValue::from_static;
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, word("nosniff"));
        headers.insert(header::X_FRAME_OPTIONS, word("DENY"));
        headers.insert(header::REFERRER_POLICY, word("no-referrer"));
        headers.insert(RESOURCE_POLICY, word("same-origin"));
        headers.insert(OPENER_POLICY, word("same-origin"));
        if self.is_documentation {
            headers.insert(header::CONTENT_SECURITY_POLICY, DOCUMENTATION_POLICY);
        } else {
            // A file that is given has a stricter one of its own.
            if !headers.contains_key(header::CONTENT_SECURITY_POLICY) {
                headers.insert(header::CONTENT_SECURITY_POLICY, ANSWER_POLICY);
            }
            headers.insert(header::CACHE_CONTROL, word("no-store"));
        }
        if self.strict_transport_seconds > 0 {
            let value = format!("max-age={}", self.strict_transport_seconds);
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(header::STRICT_TRANSPORT_SECURITY, value);
            }
        }
        if self.has_origins {
            headers.append(header::VARY, word("Origin"));
        }
        if let Some(origin) = &self.origin {
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
            headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, READ);
        }
        if let Some(value) = self.request_id.and_then(|id| HeaderValue::from_str(&id.to_string()).ok()) {
            headers.insert(REQUEST_ID, value);
        }
    }
}

fn allowed_origin<'request>(
    request: &'request HttpRequest,
    limits: &Limits,
) -> Option<&'request HeaderValue> {
    let origin = request.headers().get(header::ORIGIN)?;
    limits.cors_origins.iter().any(|allowed| origin == allowed.as_str()).then_some(origin)
}

/// The answer to a page of an allowed origin that asks whether it may ask; `None` for everything else. [`Headers`] names
/// the origin. No cookies are in use, so no credentials are allowed.
pub(super) fn preflight(request: &HttpRequest, limits: &Limits) -> Option<HttpResponse> {
    let asks = request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    if request.method() != Method::OPTIONS || !asks {
        return None;
    }
    allowed_origin(request, limits)?;
    let mut answer = HttpResponse::NoContent();
    answer.insert_header((header::ACCESS_CONTROL_ALLOW_METHODS, METHODS));
    answer.insert_header((header::ACCESS_CONTROL_ALLOW_HEADERS, SENT));
    answer.insert_header((header::ACCESS_CONTROL_MAX_AGE, "600"));
    Some(answer.finish())
}
