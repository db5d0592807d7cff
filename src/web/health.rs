//! What the surroundings ask of the process: does it live, and may it be sent requests?

use super::Context;
use super::problem::Problem;
use crate::fault::{Code, Fault};
use actix_web::{HttpResponse, get};
use serde::Serialize;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use utoipa::ToSchema;

/// Whether everything that must stand before the first request stands. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Prepared(Arc<AtomicBool>);

impl Prepared {
    /// Says that everything stands.
    pub fn set(&self) {
        self.0.store(true, Ordering::Release);
    }

    /// Whether it was said.
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// The paths of this module: never refused for being asked too often.
pub const PATHS: [&str; 2] = ["/livez", "/readyz"];

/// How the process is.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    /// `live` or `ready`.
    #[schema(example = "ready")]
    status: &'static str,
}

/// The process lives
///
/// Always 200. An orchestrator that gets no answer starts the process again.
#[utoipa::path(tag = "health", responses((status = 200, body = Health, description = "It lives.")))]
#[get("/livez")]
pub(crate) async fn live() -> HttpResponse {
    HttpResponse::Ok().json(Health { status: "live" })
}

/// The process may be sent requests
///
/// 200 when the database answers and has every migration.
#[utoipa::path(
    tag = "health",
    responses(
        (status = 200, body = Health, description = "It may be sent requests."),
        (status = 503, body = Problem, content_type = "application/problem+json", description = "Not now."),
    ),
)]
#[get("/readyz")]
pub(crate) async fn ready(context: Context) -> Result<HttpResponse, Fault> {
    context.db.ready().await?;
    if !context.prepared.is_set() {
        let cause = "the first data is not written yet";
        return Err(Fault::new(Code::DatabaseUnavailable).retry_after(1).because(cause));
    }
    Ok(HttpResponse::Ok().json(Health { status: "ready" }))
}
