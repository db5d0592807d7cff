//! The answer of an act, rendered to bytes inside the transaction of its effect, so that it can be kept there.

use super::condition::etag;
use crate::domain::ids::Id;
use crate::fault::Fault;
use crate::retries::Kept;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderName};
use serde::Serialize;

/// Says that an answer is the one already given (the IETF draft of `Idempotency-Key` leaves the name to the server).
const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// What an act is answered.
#[derive(Debug, Clone)]
pub struct Rendered(Kept);

impl Rendered {
    /// 200 with `view`.
    pub fn ok(view: &impl Serialize) -> Result<Self, Fault> {
        Self::with_body(StatusCode::OK, view)
    }

    /// 201 with `view` of what was made.
    pub fn created(view: &impl Serialize) -> Result<Self, Fault> {
        Self::with_body(StatusCode::CREATED, view)
    }

    /// 204, with nothing to show.
    pub fn nothing() -> Self {
        Self::new(StatusCode::NO_CONTENT, Vec::new())
    }

    fn with_body(status: StatusCode, view: &impl Serialize) -> Result<Self, Fault> {
        Ok(Self::new(status, serde_json::to_vec(view).map_err(Fault::internal)?))
    }

    fn new(status: StatusCode, body: Vec<u8>) -> Self {
        let status = i32::from(status.as_u16());
        Self(Kept { subject_id: None, status, version: None, location: None, body })
    }

    /// The same of a resource in this version, which becomes the `ETag`.
    #[must_use]
    pub fn version(mut self, version: i32) -> Self {
        self.0.version = Some(version);
        self
    }

    /// The same about what was made, `id`, which is found under `collection`.
    #[must_use]
    pub fn at(mut self, collection: &str, id: Id) -> Self {
        self.0.location = Some(format!("{collection}/{id}"));
        self.about(id)
    }

    /// The same about what was made, `id`, which has no address of its own.
    #[must_use]
    pub fn about(mut self, id: Id) -> Self {
        self.0.subject_id = Some(id);
        self
    }

    /// What of it is kept.
    pub fn into_kept(self) -> Kept {
        self.0
    }

    /// The response; `replayed` where it was given before.
    pub fn response(kept: Kept, replayed: bool) -> HttpResponse {
        let status = u16::try_from(kept.status).ok().and_then(|status| StatusCode::from_u16(status).ok());
        let mut response = HttpResponse::build(status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR));
        if let Some(version) = kept.version {
            response.insert_header(etag(version));
        }
        if let Some(location) = kept.location {
            response.insert_header((header::LOCATION, location));
        }
        if replayed {
            response.insert_header((REPLAYED, "true"));
        }
        if kept.body.is_empty() {
            return response.finish();
        }
        response.insert_header(header::ContentType::json()).body(kept.body)
    }

    /// Whether `response` was given before, so that nothing was done now.
    pub fn is_replay(response: &HttpResponse) -> bool {
        response.headers().contains_key(REPLAYED)
    }
}
