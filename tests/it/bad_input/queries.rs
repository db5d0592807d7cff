//! Bad query strings on every route that reads.

use super::{told, trace, unchanged};
use crate::support::app::{TestApp, run_in_the_sample_district};
use crate::support::place::Database;
use crate::support::walk::{dispatch, file};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

/// Every route that reads, with ids that lead to something, and whether it is a list.
async fn routes(app: &TestApp, request: &str) -> Vec<(String, bool)> {
    let document = app.stranger().get("/api/openapi.json").await.expect(200);
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        if !item["get"].is_object() || !path.starts_with("/api/v1/") {
            continue;
        }
        let id = match path.split('/').nth(3) {
            Some("companies") => app.district.company("chemical"),
            Some("units") => app.district.unit("district"),
            Some("people") => app.district.person("chemical"),
            _ => request,
        };
        let parameters = item["get"]["parameters"].as_array().cloned().unwrap_or_default();
        let is_list = parameters.iter().any(|parameter| parameter["name"] == "cursor");
        found.push((path.replace("{id}", id).replace("{name}", "cn"), is_list));
    }
    assert!(found.len() > 15, "{found:?}");
    found
}

async fn wrong_queries(app: &TestApp) -> Vec<String> {
    for _ in 0..3 {
        let request = file(app, json!({})).await;
        dispatch(app, &request).await;
    }
    let request = file(app, json!({})).await;
    let routes = routes(app, &request).await;
    let before = trace::content(app).await;
    let (mut transcript, mut failures) = (Vec::new(), Vec::new());
    let mut ask = async |path: String, status: u16, code: &str, pointer: &str| {
        let answer = app.as_("admin").get(&path).await;
        let line = format!("{path}: {}", told(&answer));
        let at_its_place = answer.body["errors"].as_array().is_some_and(|errors| {
            errors.iter().any(|error| error["pointer"] == pointer && error["code"] == code)
        });
        if answer.status != status || !(at_its_place || (pointer.is_empty() && answer.body["code"] == code)) {
            failures.push(format!("{line}; wanted {status} {pointer} {code}"));
        }
        transcript.push(line.replace(&request, "ID"));
    };
    for (path, is_list) in &routes {
        if !is_list {
            continue;
        }
        ask(format!("{path}?no_such_parameter=1"), 400, "invalid_query", "?no_such_parameter").await;
        for limit in ["0", "101", "4294967295"] {
            ask(format!("{path}?limit={limit}"), 422, "out_of_range", "?limit").await;
        }
        for limit in ["-1", "", "ten", "1.5", "4294967296", "1e3", "%00", "%FF", "+1%20"] {
            ask(format!("{path}?limit={limit}"), 400, "invalid_query", "?limit").await;
        }
        ask(format!("{path}?limit=5&limit=6"), 400, "invalid_query", "?limit").await;
        let strange = [
            json!("x"),
            json!("x\u{0}y"),
            json!({}),
            json!([]),
            json!(null),
            json!(-1),
            json!({ "seq": "1" }),
        ];
        for place in &strange {
            let cursor = URL_SAFE_NO_PAD.encode(place.to_string());
            ask(format!("{path}?cursor={cursor}"), 400, "invalid_cursor", "?cursor").await;
        }
        for cursor in ["", "!", "%00", "%FF", "AAAA", "e30%3D"] {
            ask(format!("{path}?cursor={cursor}"), 400, "invalid_cursor", "?cursor").await;
        }
    }
    let dates =
        ["0000-00-00", "2026-02-30", "10000-01-01", "%2B262142-12-31", "-262143-01-01", "", "x", "%00"];
    for date in dates {
        ask(format!("/duty-table?on={date}"), 422, "invalid_date", "?on").await;
        ask(format!("/calendars/cn/days?from={date}&to=2026-01-01"), 422, "invalid_date", "?from").await;
        ask(format!("/calendars/cn/days?from=2026-01-01&to={date}"), 422, "invalid_date", "?to").await;
        for name in ["filed_from", "filed_to", "due_from", "due_to"] {
            ask(format!("/requests?{name}={date}"), 422, "invalid_date", &format!("?{name}")).await;
        }
    }
    for name in ["light", "state", "kind", "urgency", "channel", "sort"] {
        for word in ["", "no_such_word", "%00", "%FF"] {
            ask(format!("/requests?{name}={word}"), 400, "invalid_query", &format!("?{name}")).await;
        }
    }
    for name in ["unit", "category", "company"] {
        for id in ["", "x", "%00", "{}"] {
            ask(format!("/requests?{name}={id}"), 400, "invalid_query", &format!("?{name}")).await;
        }
    }
    for name in ["%00", "%FF", "c%00n", "no_such_calendar", "..", "%E6%B1%89"] {
        ask(format!("/calendars/{name}/"), 404, "not_found", "").await;
        ask(format!("/calendars/{name}?version=1"), 404, "not_found", "").await;
        ask(format!("/calendars/{name}/days?from=2026-01-01&to=2026-01-02"), 404, "not_found", "").await;
    }
    for version in ["x", "", "99999999999", "1.0"] {
        ask(format!("/promises?version={version}"), 400, "invalid_query", "?version").await;
    }
    for version in ["0", "-1", "2147483647", "-2147483648"] {
        ask(format!("/promises?version={version}"), 404, "not_found", "").await;
    }
    ask("/calendars/cn/days?from=2026-01-01".into(), 400, "invalid_query", "?to").await;
    ask("/calendars/cn/days?from=2026-01-02&to=2026-01-01".into(), 422, "date_too_early", "?to").await;
    ask("/calendars/cn/days?from=2026-01-01&to=2027-01-02".into(), 422, "date_too_late", "?to").await;
    ask(format!("/requests/{request}/due-explanation?clock=no_such_clock"), 422, "invalid_value", "?clock")
        .await;
    ask("/companies?uscc=x".into(), 422, "uscc_length", "?uscc").await;
    assert!(failures.is_empty(), "{} of {}:\n{}", failures.len(), transcript.len(), failures.join("\n"));
    unchanged(app, &before).await;
    transcript
}

#[test]
fn every_wrong_query_is_refused_at_its_place_alike_on_both_databases() {
    let mut told = Vec::new();
    for database in [Database::Sqlite, Database::Postgres] {
        run_in_the_sample_district(database, async |app| told.push(wrong_queries(app).await));
    }
    if let [sqlite, postgres] = told.as_slice() {
        for (one, other) in sqlite.iter().zip(postgres) {
            assert_eq!(one, other);
        }
    }
}

#[test]
fn the_cursor_of_one_list_is_none_of_another() {
    for database in [Database::Sqlite, Database::Postgres] {
        run_in_the_sample_district(database, async |app| {
            for _ in 0..3 {
                file(app, json!({})).await;
            }
            let client = app.as_("admin");
            let mut book = client.get("/promises").await.expect(200)["document"].clone();
            book["title"] = json!("第二版");
            let request = client.request(reqwest::Method::PUT, "/promises").header("if-match", "*");
            client.send(request.json(&book)).await.expect(200);
            let lists = [
                ("/companies", "admin"),
                ("/people", "admin"),
                ("/units", "admin"),
                ("/duty-table", "admin"),
                ("/requests", "auditor"),
                ("/promises/versions", "admin"),
            ];
            for (list, reader) in lists {
                let page = app.as_(reader).get(&format!("{list}?limit=1")).await.expect(200);
                let cursor = page["next"].as_str().unwrap_or_else(|| panic!("{list} has a second page"));
                for (other, reader) in lists {
                    let answer = app.as_(reader).get(&format!("{other}?limit=1&cursor={cursor}")).await;
                    if other == list {
                        answer.expect(200);
                    } else {
                        answer.field_problem(400, "?cursor", "invalid_cursor");
                    }
                }
            }
        });
    }
}
