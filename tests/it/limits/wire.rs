//! One connection: heads and bodies that are too large, too long or too slow. No database is asked.

use super::{answer_to, status};
use crate::support::app::{TestApp, run};
use crate::support::place::Database;

const LOG_IN: &str =
    "POST /api/v1/auth/login HTTP/1.1\r\nhost: onedoor\r\ncontent-type: application/json\r\n";

#[track_caller]
fn assert_problem(answer: &str, wanted: &str, code: &str) {
    assert_eq!(status(answer), wanted, "{answer}");
    assert!(answer.contains("content-type: application/problem+json"), "{answer}");
    assert!(answer.contains(&format!("\"code\":\"{code}\"")), "{answer}");
}

#[test]
fn a_head_that_comes_too_slowly_is_answered_408_and_its_connection_closed() {
    run(Database::Sqlite, async |app: &mut TestApp| {
        app.restart(|config| config.limits.header_milliseconds = 200).await;
        for begun in ["GET /livez HTTP/1.1\r\nhost: onedoor\r\n", "GET /li", "POST /"] {
            let answer = answer_to(app.address(), begun).await;
            assert_eq!(status(&answer), "408", "{answer}");
        }
    });
}

#[test]
fn a_body_that_comes_too_slowly_is_answered_408_and_its_connection_closed() {
    run(Database::Sqlite, async |app: &mut TestApp| {
        app.restart(|config| config.limits.body_milliseconds = 200).await;
        for framing in
            ["content-length: 100\r\n\r\n{\"name\":", "transfer-encoding: chunked\r\n\r\n8\r\n{\"name\":\r\n"]
        {
            let answer = answer_to(app.address(), &format!("{LOG_IN}{framing}")).await;
            assert_problem(&answer, "408", "body_too_slow");
            assert!(answer.contains("connection: close"), "{answer}");
        }
    });
}

#[test]
fn a_body_that_nobody_reads_holds_no_connection() {
    run(Database::Sqlite, async |app: &mut TestApp| {
        for framing in
            ["content-length: 1000000\r\n\r\nslow", "transfer-encoding: chunked\r\n\r\n4\r\nslow\r\n"]
        {
            for (path, wanted) in [("/livez", "200"), ("/nothing", "404")] {
                let request = format!("GET {path} HTTP/1.1\r\nhost: onedoor\r\n{framing}");
                assert_eq!(status(&answer_to(app.address(), &request).await), wanted, "{framing}");
            }
        }
    });
}

#[test]
fn a_body_earns_its_time_by_its_length() {
    run(Database::Sqlite, async |app: &mut TestApp| {
        // A body that is larger than what may be read in the first while is read to its end all the same.
        app.restart(|config| {
            config.limits.body_milliseconds = 100;
            config.limits.body_bytes_per_second = 1;
        })
        .await;
        let body = format!("{{\"name\":\"{}\",\"password\":\"x\"}}", "a".repeat(20_000));
        let head = format!("{LOG_IN}connection: close\r\ncontent-length: {}\r\n\r\n", body.len());
        let answer = answer_to(app.address(), &format!("{head}{body}")).await;
        assert!(["401", "422"].contains(&status(&answer)), "{answer}");
    });
}

#[test]
fn a_header_section_beyond_its_limits_is_answered_431() {
    run(Database::Sqlite, async |app: &mut TestApp| {
        let with = async |headers: String| {
            let head = format!("GET /livez HTTP/1.1\r\nhost: onedoor\r\nconnection: close\r\n{headers}\r\n");
            answer_to(app.address(), &head).await
        };
        let many = |number: usize| (0..number).map(|number| format!("x-{number}: 1\r\n")).collect::<String>();
        assert_eq!(status(&with(many(50)).await), "200");
        assert_problem(&with(many(70)).await, "431", "headers_too_large");
        assert_problem(
            &with(format!("x-long: {}\r\n", "a".repeat(20_000))).await,
            "431",
            "headers_too_large",
        );
        // Beyond what the server itself reads, no handler can word the refusal.
        for flood in [many(5000), format!("x-long: {}\r\n", "a".repeat(1_000_000))] {
            let answer = with(flood).await;
            assert!(["431", ""].contains(&status(&answer)), "{answer}");
        }
    });
}

#[test]
fn an_address_beyond_its_limit_is_answered_414() {
    run(Database::Sqlite, async |app: &mut TestApp| {
        let ask = async |path: String| {
            let head = format!("GET {path} HTTP/1.1\r\nhost: onedoor\r\nconnection: close\r\n\r\n");
            answer_to(app.address(), &head).await
        };
        assert_problem(&ask(format!("/livez?{}", "a".repeat(9000))).await, "414", "url_too_long");
        assert_problem(&ask(format!("/{}", "a".repeat(20_000))).await, "414", "url_too_long");
        assert_eq!(status(&ask(format!("/livez?{}", "a".repeat(8000))).await), "200");
        assert_eq!(status(&ask(format!("/{}", "a".repeat(70_000))).await), "400");
    });
}

#[test]
fn trace_and_connect_are_refused_everywhere_and_an_unknown_method_as_any_wrong_one() {
    run(Database::Sqlite, async |app: &mut TestApp| {
        let ask = async |line: &str| {
            let head =
                format!("{line} HTTP/1.1\r\nhost: onedoor\r\nx-secret: echoed\r\nconnection: close\r\n\r\n");
            answer_to(app.address(), &head).await
        };
        for line in ["TRACE /livez", "TRACE /nothing", "TRACE /api/v1/requests", "BREW /livez"] {
            let answer = ask(line).await;
            assert_problem(&answer, "405", "method_not_allowed");
            assert!(!answer.contains("echoed"), "{answer}");
        }
        assert_eq!(status(&ask("CONNECT example.org:443").await), "405");
        assert_problem(&ask("BREW /nothing").await, "404", "not_found");
        assert!(ask("OPTIONS /livez").await.contains("allow: GET, HEAD"));
    });
}
