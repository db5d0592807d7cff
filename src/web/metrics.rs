//! What the process counts for Prometheus. Each application has numbers of its own: there is no global recorder.

use super::Context;
use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::Next;
use metrics::{
    Histogram, Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram,
};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusRecorder};
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

const REQUESTS: &str = "onedoor_http_requests_total";
const SECONDS: &str = "onedoor_http_request_seconds";
const REFUSED: &str = "onedoor_http_refused_total";
const ALARMS: &str = "onedoor_alarms_total";
const BATCHES: &str = "onedoor_writer_batch_size";

/// The bounds of the buckets of a request's seconds.
const SECONDS_BUCKETS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5];

/// The bounds of the buckets of a commit's writes.
const BATCH_BUCKETS: [f64; 7] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 48.0];

/// The numbers of one application. Clones share them.
#[derive(Clone)]
pub struct Meter(Arc<PrometheusRecorder>);

impl fmt::Debug for Meter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Meter")
    }
}

impl Default for Meter {
    fn default() -> Self {
        Self(Arc::new(recorder().unwrap_or_else(|error| {
            tracing::error!(%error, "numbers have no buckets");
            PrometheusBuilder::new().build_recorder()
        })))
    }
}

fn recorder() -> Result<PrometheusRecorder, BuildError> {
    let recorder = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Full(SECONDS.to_owned()), &SECONDS_BUCKETS)?
        .set_buckets_for_metric(Matcher::Full(BATCHES.to_owned()), &BATCH_BUCKETS)?
        .build_recorder();
    metrics::with_local_recorder(&recorder, || {
        describe_counter!(REQUESTS, "Requests answered, by method, route and status");
        describe_histogram!(
            SECONDS,
            Unit::Seconds,
            "Seconds from a request's head to its answer's, by method and route"
        );
        describe_counter!(REFUSED, "Requests refused for being too many (429) or for want of capacity (503)");
        describe_counter!(ALARMS, "Alarms raised, by step of the ladder");
        describe_histogram!(BATCHES, "Writes in one commit of the embedded database");
        for (name, words) in GAUGES {
            describe_gauge!(*name, *words);
        }
    });
    Ok(recorder)
}

/// What is looked at when somebody asks.
const GAUGES: &[(&str, &str)] = &[
    ("onedoor_pool_connections", "Connections there may be, by kind"),
    ("onedoor_pool_in_use", "Connections that work, by kind"),
    ("onedoor_pool_waiting", "Calls that wait for a connection or for the writer, by kind"),
    ("onedoor_open_clocks", "Open clocks, by light"),
    ("onedoor_outbox_waiting", "Notices that wait to be sent"),
    ("onedoor_outbox_parked", "Notices given up"),
    ("onedoor_outbox_oldest_seconds", "Age of the oldest notice that waits"),
    ("onedoor_database_up", "Whether the database could be asked for the numbers above"),
];

impl Meter {
    /// Where the sizes of commits go.
    pub fn batches(&self) -> Histogram {
        metrics::with_local_recorder(&*self.0, || histogram!(BATCHES))
    }

    /// Sets a gauge, of which there is one for each value of a label.
    pub fn set(&self, name: &'static str, label: (&'static str, &'static str), value: f64) {
        metrics::with_local_recorder(&*self.0, || {
            let (key, word) = label;
            if key.is_empty() { gauge!(name).set(value) } else { gauge!(name, key => word).set(value) }
        });
    }

    /// Counts an alarm of this step of the ladder.
    pub fn alarm(&self, step: &str) {
        metrics::with_local_recorder(&*self.0, || counter!(ALARMS, "step" => step.to_owned()).increment(1));
    }

    /// Everything, as Prometheus reads it.
    pub fn render(&self) -> String {
        self.0.handle().render()
    }

    /// Sums up what was measured, so that it takes no more room although nobody asks.
    pub fn sum_up(&self) {
        self.0.handle().run_upkeep();
    }

    fn answered(&self, method: &'static str, route: &str, status: u16, took: Duration) {
        metrics::with_local_recorder(&*self.0, || {
            let (route, status) = (route.to_owned(), status.to_string());
            histogram!(SECONDS, "method" => method, "route" => route.clone()).record(took.as_secs_f64());
            if status == "429" || status == "503" {
                counter!(REFUSED, "status" => status.clone()).increment(1);
            }
            counter!(REQUESTS, "method" => method, "route" => route, "status" => status).increment(1);
        });
    }
}

/// The middleware that measures every request. Its route is the pattern that matched, never the path: there are as many
/// numbers as routes, whatever is asked.
pub async fn measure<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let meter = request.app_data::<Context>().map(|context| context.meter.clone());
    let (method, route) = (name_of(request.method()), request.match_pattern());
    let begun = Instant::now();
    let outcome = next.call(request).await;
    if let Some(meter) = meter {
        let status = match &outcome {
            Ok(response) => response.status(),
            Err(error) => error.as_response_error().status_code(),
        };
        meter.answered(method, route.as_deref().unwrap_or("none"), status.as_u16(), begun.elapsed());
    }
    outcome
}

fn name_of(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}
