//! The gate before everything: a request whose address or headers are too much is refused before anything of it is
//! judged.

use super::Context;
use super::headers;
use crate::config::Limits;
use crate::fault::{Code, Fault};
use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{Error, HttpRequest};

/// The middleware that refuses what no handler should see: an address (414) or a header section (431) beyond the limits.
/// Answers a page's question whether it may ask (CORS).
pub async fn gate<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    let limits = request.app_data::<Context>().map(|context| context.config.limits.clone());
    if let Some(limits) = limits {
        if let Err(fault) = judge(request.request(), &limits) {
            return Ok(request.error_response(fault).map_into_right_body());
        }
        if let Some(answer) = headers::preflight(request.request(), &limits) {
            return Ok(request.into_response(answer).map_into_right_body());
        }
    }
    Ok(next.call(request).await?.map_into_left_body())
}

fn judge(request: &HttpRequest, limits: &Limits) -> Result<(), Fault> {
    let url = request.uri().path_and_query().map_or(0, |path| path.as_str().len());
    if url > limits.url_bytes {
        return Err(Fault::new(Code::UrlTooLong).with("most", limits.url_bytes));
    }
    let headers = request.headers();
    let bytes: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    if bytes > limits.header_bytes || headers.len() > limits.header_fields {
        return Err(Fault::new(Code::HeadersTooLarge)
            .with("bytes", limits.header_bytes)
            .with("fields", limits.header_fields));
    }
    Ok(())
}
