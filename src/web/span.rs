//! What every line of the log says of the request it is about.

use actix_web::Error;
use actix_web::HttpMessage;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use tracing::Span;
use tracing_actix_web::{RequestId, RootSpanBuilder};

/// How much of a path is logged, in characters.
const LONGEST_PATH: usize = 200;

/// The span of a request: its id, method and path. Neither its query, which may hold what is searched for, nor its
/// headers, which hold the token.
#[derive(Debug)]
pub struct RequestSpan;

impl RootSpanBuilder for RequestSpan {
    fn on_request_start(request: &ServiceRequest) -> Span {
        let id = request.extensions().get::<RequestId>().map(ToString::to_string).unwrap_or_default();
        let path: String = request.path().chars().take(LONGEST_PATH).collect();
        let method: String = request.method().as_str().chars().take(LONGEST_PATH).collect();
        tracing::info_span!("request", request_id = id, method, path)
    }

    fn on_request_end<B: MessageBody>(_: Span, _: &Result<ServiceResponse<B>, Error>) {}
}
