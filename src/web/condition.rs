//! Versions in headers: the `ETag` of what was read, and the `If-Match` of a change to it (RFC 9110 §8.8.3, §13.1.1).

use crate::fault::{Code, Fault};
use actix_web::dev::Payload;
use actix_web::http::header::{self, ETag, EntityTag};
use actix_web::{FromRequest, HttpRequest};
use std::future::{Ready, ready};

/// The `ETag` header of version `version` of a resource: the number, strong.
pub fn etag(version: i32) -> ETag {
    ETag(EntityTag::new_strong(version.to_string()))
}

/// Which version a change is meant for, as `If-Match` says it. An extractor that never fails: whether it may be
/// missing, the use case says by what it asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IfMatch {
    /// The header is missing.
    Missing,
    /// `*`: whichever there is.
    Any,
    /// One of these; none where the header cannot be read.
    Tags(Vec<EntityTag>),
}

impl IfMatch {
    /// What a caller sends who has read `version`.
    pub fn version(version: i32) -> Self {
        Self::Tags(vec![EntityTag::new_strong(version.to_string())])
    }

    /// Whether it asks for another version than the present one; nothing asked is nothing broken. Where there is no
    /// version, as of a collection, every tag is another.
    pub fn is_broken_by(&self, present: Option<i32>) -> bool {
        match self {
            Self::Missing | Self::Any => false,
            Self::Tags(tags) => {
                let present = present.map(|version| EntityTag::new_strong(version.to_string()));
                !tags.iter().any(|tag| present.as_ref().is_some_and(|present| tag.strong_eq(present)))
            }
        }
    }

    /// Fails with `precondition_required` when it is missing, and with `precondition_failed` when the present version
    /// is another. Tags are compared strongly (RFC 9110 §8.8.3.2).
    pub fn demand(&self, present: i32) -> Result<(), Fault> {
        if *self == Self::Missing {
            return Err(Fault::new(Code::PreconditionRequired));
        }
        if self.is_broken_by(Some(present)) { Err(Fault::new(Code::PreconditionFailed)) } else { Ok(()) }
    }
}

impl FromRequest for IfMatch {
    type Error = Fault;
    type Future = Ready<Result<Self, Fault>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let lines: Vec<&str> = request
            .headers()
            .get_all(header::IF_MATCH)
            .map(|line| line.to_str().unwrap_or_default())
            .collect();
        ready(Ok(match lines.as_slice() {
            [] => Self::Missing,
            [line] if line.trim() == "*" => Self::Any,
            lines => Self::Tags(tags(&lines.join(",")).unwrap_or_default()),
        }))
    }
}

/// The tags of a list, or nothing where one of them is none.
fn tags(list: &str) -> Option<Vec<EntityTag>> {
    list.split(',').map(|tag| tag.trim().parse().ok()).collect()
}

/// That an act is meant for no version, of what has none: refuses every tag of `If-Match` with `precondition_failed`. An
/// extractor.
#[derive(Debug)]
pub struct NoVersion;

impl FromRequest for NoVersion {
    type Error = Fault;
    type Future = Ready<Result<Self, Fault>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        ready(IfMatch::from_request(request, payload).into_inner().and_then(|if_match| {
            let is_broken = if_match.is_broken_by(None);
            if is_broken { Err(Fault::new(Code::PreconditionFailed)) } else { Ok(Self) }
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::{IfMatch, etag};
    use actix_web::http::header;
    use actix_web::test::TestRequest;
    use actix_web::{FromRequest, dev::Payload};

    async fn refusal(sent: Option<&str>) -> Option<&'static str> {
        let request = sent.map_or_else(TestRequest::default, |tag| {
            TestRequest::default().insert_header((header::IF_MATCH, tag))
        });
        let condition = IfMatch::from_request(&request.to_http_request(), &mut Payload::None).await.unwrap();
        condition.demand(7).err().map(|fault| fault.code.code())
    }

    #[actix_web::test]
    async fn only_the_present_version_may_be_changed() {
        assert_eq!(etag(7).to_string(), "\"7\"");
        assert_eq!(refusal(Some("\"7\"")).await, None);
        assert_eq!(refusal(Some("\"6\", \"7\"")).await, None);
        assert_eq!(refusal(Some("*")).await, None);
        assert_eq!(refusal(Some("\"6\"")).await, Some("precondition_failed"));
        assert_eq!(refusal(Some("W/\"7\"")).await, Some("precondition_failed"));
        assert_eq!(refusal(Some("seven")).await, Some("precondition_failed"));
        assert_eq!(refusal(None).await, Some("precondition_required"));
    }
}
