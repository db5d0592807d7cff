//! `/metrics` for Prometheus.

use crate::support::app::{TestApp, on_both};
use crate::support::client::Client;
use crate::support::walk::{dispatch, file};
use serde_json::json;

async fn measured(app: &mut TestApp) -> Client {
    app.restart(|config| {
        config.metrics.listen = Some(([127, 0, 0, 1], 0).into());
        config.metrics.cache_seconds = 10;
    })
    .await;
    Client::beside_the_api(format!("http://{}", app.metrics()))
}

async fn lines(client: &Client) -> Vec<String> {
    let text = client.get("/metrics").await.expect(200);
    text.as_str().expect("a text").lines().map(ToOwned::to_owned).collect()
}

/// The value of the one line that begins with this name and has these labels.
#[track_caller]
fn value(lines: &[String], name: &str, labels: &[&str]) -> f64 {
    let is_it = |line: &&String| {
        let of_name = line.strip_prefix(name).is_some_and(|rest| rest.starts_with(['{', ' ']));
        of_name && labels.iter().all(|label| line.contains(label))
    };
    let found: Vec<_> = lines.iter().filter(is_it).collect();
    let [line] = found.as_slice() else { panic!("{name} {labels:?}: {found:?}\n{}", lines.join("\n")) };
    line.rsplit(' ').next().and_then(|value| value.parse().ok()).expect("a number")
}

async fn requests_are_counted_by_route_and_never_by_path(app: &mut TestApp) {
    let prometheus = measured(app).await;
    let request = file(app, json!({})).await;
    for _ in 0..3 {
        app.as_("chemical").get(&format!("/requests/{request}")).await.expect(200);
    }
    app.as_("metal").get(&format!("/requests/{request}")).await.problem(404, "not_found");
    app.stranger().get("/wp-admin/setup").await.problem(404, "not_found");
    let lines = lines(&prometheus).await;
    let shown = "route=\"/api/v1/requests/{id}\"";
    let count = "onedoor_http_requests_total";
    assert_eq!(value(&lines, count, &["method=\"GET\"", shown, "status=\"200\""]), 3.0);
    assert_eq!(value(&lines, count, &["method=\"GET\"", shown, "status=\"404\""]), 1.0);
    assert_eq!(value(&lines, count, &["route=\"none\"", "status=\"404\""]), 1.0);
    assert_eq!(value(&lines, "onedoor_http_request_seconds_count", &["method=\"GET\"", shown]), 4.0);
    assert_eq!(value(&lines, "onedoor_http_request_seconds_bucket", &["\"GET\"", shown, "le=\"+Inf\""]), 4.0);
    let whole = lines.join("\n");
    assert!(!whole.contains(&request) && !whole.contains("wp-admin"), "{whole}");
}

async fn the_work_is_counted(app: &mut TestApp) {
    let prometheus = measured(app).await;
    let clocks =
        |lines: &[String], light: &str| value(lines, "onedoor_open_clocks", &[&format!("\"{light}\"")]);
    let before = lines(&prometheus).await;
    assert_eq!(clocks(&before, "green") + clocks(&before, "yellow") + clocks(&before, "red"), 0.0);
    assert_eq!(value(&before, "onedoor_outbox_waiting", &[]), 0.0);
    let request = file(app, json!({})).await;
    dispatch(app, &request).await;
    assert_eq!(clocks(&lines(&prometheus).await, "green"), 0.0, "what was counted is remembered for a while");
    app.set_time("2026-09-24T16:41:00+08:00");
    let after = lines(&prometheus).await;
    assert!(clocks(&after, "green") >= 3.0, "{after:#?}");
    assert_eq!(clocks(&after, "red"), 0.0);
    assert!(value(&after, "onedoor_outbox_waiting", &[]) >= 1.0);
    assert_eq!(value(&after, "onedoor_outbox_oldest_seconds", &[]), 60.0);
    app.set_time("2026-10-24T16:41:00+08:00");
    let late = lines(&prometheus).await;
    assert!(clocks(&late, "red") >= 3.0, "{late:#?}");
    assert_eq!(value(&late, "onedoor_database_up", &[]), 1.0);
    for kind in ["read", "write"] {
        let label = format!("kind=\"{kind}\"");
        assert!(value(&late, "onedoor_pool_connections", &[&label]) >= 1.0);
        assert_eq!(value(&late, "onedoor_pool_waiting", &[&label]), 0.0);
        assert!(value(&late, "onedoor_pool_in_use", &[&label]) >= 0.0);
    }
    if app.place.url.starts_with("sqlite:") {
        assert!(value(&late, "onedoor_writer_batch_size_count", &[]) >= 2.0);
    }
}

async fn it_stands_on_an_address_of_its_own_and_takes_nothing_else(app: &mut TestApp) {
    let prometheus = measured(app).await;
    app.stranger().get("/metrics").await.problem(404, "not_found");
    assert_eq!(prometheus.get("/requests").await.status, 404);
    assert_eq!(prometheus.post("/metrics", json!({})).await.status, 405);
}

on_both!(in the sample district:
    requests_are_counted_by_route_and_never_by_path,
    the_work_is_counted,
    it_stands_on_an_address_of_its_own_and_takes_nothing_else,
);
