//! `/metrics` for Prometheus, on an address of its own: it asks nobody who they are.

use crate::fault::Fault;
use crate::insight::{self, Numbers};
use crate::web::Context;
use actix_web::dev::Server;
use actix_web::http::header;
use actix_web::{App, HttpResponse, HttpServer, web};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;

/// What was counted in the database, and when.
type Counted = Arc<Mutex<Option<(Duration, Numbers)>>>;

/// The server of the numbers of `context`, and where it listens. Fails when it cannot listen there.
pub fn server(context: &Context, listen: SocketAddr) -> io::Result<(Server, SocketAddr)> {
    let (context, counted) = (context.clone(), Counted::default());
    let server = HttpServer::new(move || {
        let (context, counted) = (context.clone(), Arc::clone(&counted));
        let read = web::get().to(move || answer(context.clone(), Arc::clone(&counted)));
        App::new().service(web::resource("/metrics").route(read))
    });
    let server = server.workers(1).max_connections(64).disable_signals().bind(listen)?;
    let address = server.addrs().first().copied().unwrap_or(listen);
    Ok((server.run(), address))
}

async fn answer(context: Context, counted: Counted) -> HttpResponse {
    look(&context);
    let outcome = count(&context, &counted).await;
    context.meter.set("onedoor_database_up", ("", ""), if outcome.is_ok() { 1.0 } else { 0.0 });
    match outcome {
        Ok(numbers) => tell(&context, &numbers),
        Err(fault) => tracing::warn!(%fault, "the database could not be asked for its numbers"),
    }
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8"))
        .body(context.meter.render())
}

fn look(context: &Context) {
    let load = context.db.load();
    for (kind, pool) in [("read", load.readers), ("write", load.writers)] {
        let number = |count: usize| u32::try_from(count).map_or(f64::MAX, f64::from);
        context.meter.set("onedoor_pool_connections", ("kind", kind), number(pool.size));
        context.meter.set("onedoor_pool_in_use", ("kind", kind), number(pool.in_use));
        context.meter.set("onedoor_pool_waiting", ("kind", kind), number(pool.waiting));
    }
}

/// What is counted in the database: anew where the last count is older than the settings say. Several who ask at once
/// wait for one count.
async fn count(context: &Context, counted: &Counted) -> Result<Numbers, Fault> {
    let mut counted = counted.lock().await;
    let (now, cache) = (context.time.steady(), u64::from(context.config.metrics.cache_seconds));
    if let Some((at, numbers)) = &*counted
        && now.saturating_sub(*at) < Duration::from_secs(cache)
    {
        return Ok(numbers.clone());
    }
    let at = context.time.now();
    let numbers = context.db.read(move |conn| insight::numbers(conn, at)).await?;
    *counted = Some((now, numbers.clone()));
    Ok(numbers)
}

fn tell(context: &Context, numbers: &Numbers) {
    let meter = &context.meter;
    let number = |count: i64| i32::try_from(count).map_or(f64::MAX, f64::from);
    for (light, count) in &numbers.clocks {
        meter.set("onedoor_open_clocks", ("light", light), number(*count));
    }
    meter.set("onedoor_outbox_waiting", ("", ""), number(numbers.outbox_waiting));
    meter.set("onedoor_outbox_parked", ("", ""), number(numbers.outbox_parked));
    let age = numbers.outbox_oldest.map_or(0, |oldest| context.time.now().since(oldest).num_seconds());
    meter.set("onedoor_outbox_oldest_seconds", ("", ""), number(age.max(0)));
}
