//! Who may do what to what: every route, asked by every role about a thing that is its own, another's or nobody's,
//! against a table written by hand, `routes.table`.

mod assigned;
mod fuzzed;
mod inferred;
mod linked;
mod table;
mod world;

use crate::bad_input::trace;
use crate::support::app::{TestApp, on_both};
use crate::support::client::Answer;
use diesel::prelude::*;
use onedoor::db::Json;
use onedoor::db::schema::security_log;
use onedoor::domain::ids::Id;
use reqwest::Method;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use table::{Expected, Row, rows};
use world::Things;

async fn every_route_has_its_row_and_every_row_its_route(app: &mut TestApp) {
    let document = app.stranger().get("/api/openapi.json").await.expect(200);
    let mut served = BTreeSet::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        let verbs =
            ["get", "post", "put", "patch", "delete"].into_iter().filter(|verb| item[verb].is_object());
        served.extend(verbs.map(|verb| format!("{} {path}", verb.to_uppercase())));
    }
    let rows = rows();
    let expected: BTreeSet<String> = rows.iter().map(Row::route).collect();
    let without_row: Vec<&String> = served.difference(&expected).collect();
    let without_route: Vec<&String> = expected.difference(&served).collect();
    assert!(without_row.is_empty(), "routes without a row in tests/it/matrix/routes.table: {without_row:#?}");
    assert!(without_route.is_empty(), "rows without a route: {without_route:#?}");
    let named: BTreeSet<String> = rows.iter().map(|row| format!("{} {}", row.route(), row.thing)).collect();
    assert_eq!(named.len(), rows.len(), "a row stands there twice");
}

/// All of an answer that may tell something: its id and its date do not.
fn told(answer: &Answer) -> (u16, Vec<(String, String)>, String) {
    let headers =
        answer.headers.iter().filter(|(name, _)| !["x-request-id", "date"].contains(&name.as_str()));
    let mut headers: Vec<(String, String)> = headers
        .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
        .collect();
    headers.sort();
    (answer.status, headers, String::from_utf8_lossy(&answer.bytes).into_owned())
}

/// An id that leads to nothing, and is asked for by this row and this role only.
fn nothing(row: usize, role: usize) -> String {
    format!("01922222-2222-7222-8222-{:06}{:06}", row, role)
}

/// Whether an answer shows that the right was there: something done, or refused for the state things are in.
fn shows_right(row: &Row, answer: &Answer) -> bool {
    let of_state = || row.method != Method::GET && [409, 422].contains(&answer.status);
    answer.status < 300 || of_state() && answer.body["code"] != "reference_unknown"
}

async fn every_refusal_is_as_the_table_says_and_what_is_hidden_is_as_what_is_missing(app: &mut TestApp) {
    let things = Things::make(app).await;
    let before = trace::content(app).await;
    let mut faults = Vec::new();
    let mut denied = Vec::new();
    for (number, row) in rows().iter().enumerate() {
        for (column, (role, cell)) in row.by_role().enumerate() {
            let client = things.client(app, row, role);
            let place = format!("{role}: {} {}", row.route(), row.thing);
            let missing_id = nothing(number, column);
            let missing = match row.names_something() {
                true => Some(things.about(row, &missing_id, role).ask(&client).await),
                false => None,
            };
            if let (Expected::Refused(status), Some(missing)) = (cell.missing, &missing)
                && missing.status != status
            {
                faults.push(format!("{place}: {} where it is missing, not {status}", missing.status));
            }
            let status = match cell.own {
                Expected::Right => continue,
                Expected::Refused(status) => status,
                Expected::NamesNothing => 422,
            };
            let question = things.about_the_thing(row, role);
            let answer = question.ask(&client).await;
            if answer.status != status {
                faults.push(format!("{place}: {}, not {status}: {}", answer.status, answer.body["code"]));
            }
            if status == 422 && told(&answer) != told(&question.naming_nothing().ask(&client).await) {
                faults.push(format!("{place}: what it names is told from what is not there"));
            }
            if let (404, Some(missing)) = (status, &missing) {
                if told(&answer) != told(missing) {
                    faults.push(format!("{place}: {:?}, but missing {:?}", told(&answer), told(missing)));
                }
                denied.push((place, question.path, Some(things.about(row, &missing_id, role).path)));
            } else if status != 401 {
                denied.push((place, question.path, None));
            }
        }
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    let after = trace::content(app).await;
    let changed: Vec<&String> =
        after.keys().filter(|table| after.get(*table) != before.get(*table)).collect();
    assert!(changed.is_empty(), "what was refused left its trace in {changed:?}");
    every_denial_is_noted_alike(app, denied).await;
}

/// Every denial stands in the security log: who asked, which path, and where it is hidden, all that is noted of a missing one.
async fn every_denial_is_noted_alike(app: &TestApp, denied: Vec<(String, String, Option<String>)>) {
    let read = app.context.db.read(|conn| {
        let columns = (security_log::kind, security_log::person_id, security_log::detail);
        Ok(security_log::table.select(columns).load::<(String, Option<Id>, Json<Value>)>(conn)?)
    });
    let mut noted: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (kind, person, Json(mut detail)) in read.await.expect("the log can be read") {
        let path = detail["path"].take();
        let path = path.as_str().unwrap_or_default().to_owned();
        noted.entry(path).or_default().insert(format!("{kind} {person:?} {detail}"));
    }
    for (place, path, missing) in denied {
        let own = noted.get(&path).unwrap_or_else(|| panic!("{place}: not noted"));
        if let Some(missing) = missing {
            let missing =
                noted.get(&missing).unwrap_or_else(|| panic!("{place}: not noted where it is missing"));
            assert!(missing.len() == 1 && missing.is_subset(own), "{place}: {missing:?} and {own:?}");
        }
    }
}

async fn every_right_is_as_the_table_says(app: &mut TestApp) {
    let things = Things::make(app).await;
    let rows = rows();
    let (reads, writes): (Vec<&Row>, Vec<&Row>) = rows.iter().partition(|row| row.method == Method::GET);
    let mut faults = Vec::new();
    for row in reads.into_iter().chain(writes) {
        let mut done = 0;
        for (role, cell) in row.by_role().filter(|(_, cell)| cell.own == Expected::Right) {
            let answer = things.about_the_thing(row, role).ask(&things.client(app, row, role)).await;
            done += usize::from(answer.status < 300);
            if !shows_right(row, &answer) {
                faults.push(format!(
                    "{role}: {} {}: {} {}, not {:?}",
                    row.route(),
                    row.thing,
                    answer.status,
                    answer.body,
                    cell.own
                ));
            }
        }
        if done == 0 {
            faults.push(format!("nobody did {} {}", row.route(), row.thing));
        }
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

on_both!(in the sample district:
    every_route_has_its_row_and_every_row_its_route,
    every_refusal_is_as_the_table_says_and_what_is_hidden_is_as_what_is_missing,
    every_right_is_as_the_table_says,
);
