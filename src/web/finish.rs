//! The last word on every answer: faults in the caller's language, causes in the log, denials in the security log,
//! and the headers every answer carries.

use super::extract::{At, language_of};
use super::headers::Headers;
use super::{Context, Peer, problem};
use crate::domain::actor::Actor;
use crate::fault::{Code, Fault, Language};
use crate::journal::{SecurityEvent, SecurityKind};
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header;
use actix_web::http::{ConnectionType, Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpRequest, HttpResponse, ResponseError};
use serde_json::json;
use std::any::Any;
use std::fmt;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::Poll;

/// How much of a path is noted in the security log, in characters: whoever is refused may send a very long one.
const LONGEST_PATH: usize = 200;

/// How much of a field's name is logged, in characters.
const LONGEST_POINTER: usize = 100;

/// The middleware of the whole application: lets the request through, and finishes what comes back.
///
/// A [`Fault`] is worded again in the caller's language; its cause is logged once; a denial of somebody who is logged in
/// is noted in the security log, the same for what is hidden and what is missing, after the refused work was rolled
/// back: a stranger cannot make it write. A panic becomes 500.
/// HEAD is answered as GET without its body (RFC 9110 §9.3.2).
pub async fn finish<B: MessageBody + 'static>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let language = language_of(request.request());
    let headers = Headers::of(request.request());
    if request.method() == Method::HEAD {
        request.head_mut().method = Method::GET;
    }
    let result = unless_it_panics(next.call(request)).await;
    let mut response = match result {
        Ok(response) => {
            let (request, response) = response.into_parts();
            let response = match fault_of(&response) {
                Some(fault) => refuse(&request, &fault, language, response).await,
                None => response.map_into_boxed_body(),
            };
            ServiceResponse::new(request, response)
        }
        // The request is gone with the error: what is left finishes the answer.
        Err(error) => {
            let fault = from_error(&error);
            log(&fault);
            return Err(Last { fault, language, headers }.into());
        }
    };
    headers.add(response.headers_mut());
    Ok(response)
}

/// The fault a response stands for, or `None` when it is an answer. What the framework refused by itself becomes one.
fn fault_of<B>(response: &HttpResponse<B>) -> Option<Fault> {
    if let Some(error) = response.error() {
        return Some(from_error(error));
    }
    let worded = response.headers().contains_key(header::CONTENT_TYPE);
    (response.status().is_client_error() && !worded).then(|| of_status(response.status()))
}

fn from_error(error: &Error) -> Fault {
    let status = || error.as_response_error().status_code();
    error.as_error::<Fault>().cloned().unwrap_or_else(|| of_status(status()).because(error))
}

fn of_status(status: StatusCode) -> Fault {
    match status {
        StatusCode::NOT_FOUND => Fault::new(Code::NotFound),
        StatusCode::METHOD_NOT_ALLOWED => Fault::new(Code::MethodNotAllowed),
        StatusCode::PAYLOAD_TOO_LARGE => Fault::new(Code::BodyTooLarge),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Fault::new(Code::UnsupportedMediaType),
        status if status.is_client_error() => Fault::new(Code::InvalidQuery).with("detail", status),
        status => Fault::internal(status),
    }
}

/// The problem `fault` is answered with; what the first answer said beside its body is kept.
async fn refuse<B>(
    request: &HttpRequest,
    fault: &Fault,
    language: Language,
    first: HttpResponse<B>,
) -> HttpResponse {
    log(fault);
    if fault.denial {
        note(request, fault).await;
    }
    let mut answer = problem::answer(fault, language);
    if fault.code == Code::BodyTooSlow {
        answer.head_mut().set_connection_type(ConnectionType::Close);
    }
    if let Some(allow) = first.headers().get(header::ALLOW) {
        answer.headers_mut().insert(header::ALLOW, allow.clone());
    }
    answer
}

/// Logs a fault by its code, its cause and the names of its fields: its words may repeat what the caller sent.
fn log(fault: &Fault) {
    let code = fault.code.code();
    let cause = fault.cause.as_deref().unwrap_or_default();
    let fields: Vec<String> =
        fault.fields.iter().map(|field| field.pointer.chars().take(LONGEST_POINTER).collect()).collect();
    match (&fault.cause, fault.code.status()) {
        (_, 500..) => tracing::error!(code, cause, "answered with a fault"),
        (Some(_), _) => tracing::info!(code, cause, "answered with a fault"),
        (None, _) => tracing::debug!(code, ?fields, "answered with a fault"),
    }
}

async fn note(request: &HttpRequest, fault: &Fault) {
    let Some(context) = request.app_data::<Context>() else {
        return;
    };
    let (at, person) = {
        let known = request.extensions();
        let Some(person) = known.get::<Actor>().and_then(|actor| actor.person) else {
            return;
        };
        (known.get::<At>().map_or_else(|| context.time.now(), |at| at.0), person)
    };
    let detail = json!({
        "method": request.method().as_str(),
        "path": request.path().chars().take(LONGEST_PATH).collect::<String>(),
        "code": fault.code.code(),
        "from": Peer::of(request, &context.config.server).to_string(),
    });
    context
        .security
        .note(SecurityEvent { at, person: Some(person), kind: SecurityKind::Denied, detail })
        .await;
}

/// What `work` gives, or an internal fault where it panics: one request's fault must not cost the worker.
async fn unless_it_panics<T>(mut work: Pin<Box<dyn Future<Output = Result<T, Error>>>>) -> Result<T, Error> {
    poll_fn(|waker| match catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(waker))) {
        Ok(poll) => poll,
        Err(panic) => Poll::Ready(Err(Fault::internal(words_of(panic.as_ref())).into())),
    })
    .await
}

fn words_of(panic: &(dyn Any + Send)) -> String {
    let words = panic.downcast_ref::<&str>().map(ToString::to_string);
    let words = words.or_else(|| panic.downcast_ref::<String>().cloned());
    format!("a panic: {}", words.unwrap_or_default())
}

/// A fault whose request is gone, with all that its answer needs.
#[derive(Debug)]
struct Last {
    fault: Fault,
    language: Language,
    headers: Headers,
}

impl fmt::Display for Last {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fault.fmt(formatter)
    }
}

impl ResponseError for Last {
    fn status_code(&self) -> StatusCode {
        self.fault.status_code()
    }

    fn error_response(&self) -> HttpResponse {
        let mut answer = problem::answer(&self.fault, self.language);
        self.headers.add(answer.headers_mut());
        answer
    }
}

#[cfg(test)]
mod tests {
    use super::finish;
    use actix_web::http::StatusCode;
    use actix_web::middleware::from_fn;
    use actix_web::test::{TestRequest, init_service, try_call_service};
    use actix_web::{App, HttpResponse, web};

    #[actix_web::test]
    async fn a_panic_is_answered_as_a_problem_and_costs_nothing_but_its_request() {
        let panics = || async {
            if true {
                panic!("of one request");
            }
            HttpResponse::Ok().finish()
        };
        let app = App::new().wrap(from_fn(finish)).route("/panics", web::get().to(panics));
        let service = init_service(app.route("/works", web::get().to(HttpResponse::Ok))).await;
        for language in ["en", "zh-CN"] {
            let request = TestRequest::get().uri("/panics").insert_header(("accept-language", language));
            let error = try_call_service(&service, request.to_request()).await.unwrap_err();
            let answer = error.error_response();
            assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
            assert_eq!(answer.headers().get("content-type").unwrap(), "application/problem+json");
            assert_eq!(answer.headers().get("content-language").unwrap(), language);
        }
        let works = try_call_service(&service, TestRequest::get().uri("/works").to_request()).await;
        assert_eq!(works.unwrap().status(), StatusCode::OK);
    }
}
