//! The headers of every answer, and which pages of other origins may read it.

use crate::support::app::{TestApp, run};
use crate::support::client::Answer;
use crate::support::place::Database;
use reqwest::Method;
use serde_json::json;

const ORIGIN: &str = "https://console.example.org";

#[test]
fn every_answer_carries_the_security_headers() {
    run(Database::Sqlite, async |app: &mut TestApp| {
        let client = app.stranger();
        for answer in [
            client.get("/livez").await,
            client.get("/nothing").await,
            client.get("/requests").await,
            client.post("/auth/login", json!([])).await,
            client.get("/api/docs/").await,
            client.get("/api/openapi.json").await,
        ] {
            assert_eq!(answer.header("x-content-type-options"), "nosniff");
            assert_eq!(answer.header("x-frame-options"), "DENY");
            assert_eq!(answer.header("referrer-policy"), "no-referrer");
            assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin");
            assert!(answer.header("content-security-policy").contains("frame-ancestors 'none'"));
            assert_eq!(answer.header("x-request-id").len(), 36);
            assert_eq!((answer.header("server"), answer.header("strict-transport-security")), ("", ""));
        }
        app.restart(|config| config.limits.strict_transport_seconds = 31_536_000).await;
        let answer = app.stranger().get("/livez").await;
        assert_eq!(answer.header("strict-transport-security"), "max-age=31536000");
    });
}

async fn asked_by(app: &TestApp, method: Method, path: &str, origin: &str) -> Answer {
    let client = app.stranger();
    let request = client.request(method, path).header("origin", origin);
    client.send(request.header("access-control-request-method", "POST")).await
}

#[test]
fn no_page_of_another_origin_may_read_anything_unless_the_settings_name_it() {
    run(Database::Sqlite, async |app: &mut TestApp| {
        for (method, path) in
            [(Method::GET, "/livez"), (Method::OPTIONS, "/requests"), (Method::GET, "/requests")]
        {
            let answer = asked_by(app, method, path, ORIGIN).await;
            let cors = |name: &str| name.starts_with("access-control-");
            assert!(!answer.headers.keys().any(|name| cors(name.as_str())), "{:?}", answer.headers);
        }
        app.restart(|config| config.limits.cors_origins = vec![ORIGIN.to_owned()]).await;
        let allowed = asked_by(app, Method::OPTIONS, "/requests", ORIGIN).await;
        assert_eq!((allowed.status, allowed.header("access-control-allow-origin")), (204, ORIGIN));
        assert!(allowed.header("access-control-allow-methods").contains("POST"));
        assert!(allowed.header("access-control-allow-headers").contains("Authorization"));
        let refusal = asked_by(app, Method::GET, "/requests", ORIGIN).await;
        assert_eq!(refusal.header("access-control-allow-origin"), ORIGIN, "a page may read why");
        assert_eq!(refusal.header("access-control-allow-credentials"), "");
        refusal.problem(401, "not_logged_in");
        for other in ["https://example.org", "https://console.example.org.evil.example", "null"] {
            for (method, path) in [(Method::OPTIONS, "/requests"), (Method::GET, "/livez")] {
                let answer = asked_by(app, method, path, other).await;
                assert_eq!(answer.header("access-control-allow-origin"), "", "{other}");
                assert_eq!(answer.header("vary"), "Origin", "a cache must not give it to the other");
            }
        }
    });
}
