//! Every body has its time, whoever reads it, and one that nobody reads to its end costs its connection.

use super::Context;
use crate::config::Limits;
use actix_web::body::{BodySize, BoxBody, EitherBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::error::PayloadError;
use actix_web::http::header;
use actix_web::middleware::Next;
use actix_web::rt::time::{Instant, Sleep, sleep_until};
use actix_web::web::Bytes;
use actix_web::{Error, HttpMessage, HttpRequest};
use futures_util::Stream;
use std::cell::RefCell;
use std::future::Future;
use std::io::{self, ErrorKind};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context as Task, Poll, ready};
use std::time::Duration;

/// The middleware that gives each body its time. What does not come in time ends in an error for whoever reads it, JSON
/// or not: `PayloadError::Io` of the kind `TimedOut`.
///
/// The answer keeps the body until it is sent: a chunked body that is dropped earlier would be awaited by the server for
/// as long as the caller likes; one that is still there at the end is a reason to close the connection.
pub async fn in_time<B: MessageBody + 'static>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    let limits = request.app_data::<Context>().map(|context| context.config.limits.clone());
    let Some(limits) = limits.filter(|_| announces_body(request.request())) else {
        return Ok(next.call(request).await?.map_into_left_body());
    };
    let body = Rc::new(RefCell::new(InTime::new(request.take_payload(), &limits)));
    request.set_payload(Payload::Stream { payload: Box::pin(Shared(Rc::clone(&body))) });
    let response = next.call(request).await?;
    let keeping = |answer: B| BoxBody::new(Keeping { answer: answer.boxed(), _body: body });
    Ok(response.map_body(|_, answer| EitherBody::right(keeping(answer))))
}

fn announces_body(request: &HttpRequest) -> bool {
    let headers = request.headers();
    headers.contains_key(header::TRANSFER_ENCODING)
        || headers.get(header::CONTENT_LENGTH).is_some_and(|length| length != "0")
}

/// A body that must come in time: within a while, and a second more for each so many bytes that came.
struct InTime {
    body: Payload,
    timer: Pin<Box<Sleep>>,
    begun: Instant,
    patience: Duration,
    received: u64,
    bytes_per_second: u64,
}

impl InTime {
    fn new(body: Payload, limits: &Limits) -> Self {
        let (begun, patience) = (Instant::now(), Duration::from_millis(limits.body_milliseconds));
        let timer = Box::pin(sleep_until(begun + patience));
        Self { body, timer, begun, patience, received: 0, bytes_per_second: limits.body_bytes_per_second }
    }

    fn poll(&mut self, task: &mut Task<'_>) -> Poll<Option<Result<Bytes, PayloadError>>> {
        if let Poll::Ready(chunk) = Pin::new(&mut self.body).poll_next(task) {
            let length = chunk.as_ref().and_then(|chunk| chunk.as_ref().ok()).map_or(0, Bytes::len);
            self.received = self.received.saturating_add(u64::try_from(length).unwrap_or(u64::MAX));
            return Poll::Ready(chunk);
        }
        let earned = Duration::from_secs(self.received / self.bytes_per_second.max(1));
        let deadline = self.begun + self.patience + earned;
        if self.timer.deadline() != deadline {
            self.timer.as_mut().reset(deadline);
        }
        ready!(self.timer.as_mut().poll(task));
        let late = io::Error::new(ErrorKind::TimedOut, "the body did not come in time");
        Poll::Ready(Some(Err(PayloadError::Io(late))))
    }
}

/// The body as handlers read it.
struct Shared(Rc<RefCell<InTime>>);

impl Stream for Shared {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<Option<Self::Item>> {
        self.0.borrow_mut().poll(task)
    }
}

/// An answer that keeps the body of its request.
struct Keeping {
    answer: BoxBody,
    _body: Rc<RefCell<InTime>>,
}

impl MessageBody for Keeping {
    type Error = <BoxBody as MessageBody>::Error;

    fn size(&self) -> BodySize {
        self.answer.size()
    }

    fn poll_next(self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.get_mut().answer).poll_next(task)
    }
}
