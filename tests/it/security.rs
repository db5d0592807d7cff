//! The security log: denials and log-ins.

use crate::support::app::{TestApp, on_both};
use crate::support::sample::PASSWORD;
use crate::support::walk::{dispatch, file, part};
use diesel::prelude::*;
use onedoor::db::Json;
use onedoor::db::schema::security_log;
use onedoor::domain::ids::Id;
use onedoor::journal::{SecurityEvent, SecurityKind};
use serde_json::{Value, json};

const NOTHING: &str = "01922222-2222-7222-8222-222222222222";

/// What was noted, oldest first: kind, whom, and what else.
async fn noted(app: &TestApp) -> Vec<(String, Option<String>, Value)> {
    let read = app.context.db.read(|conn| {
        let rows = security_log::table.order((security_log::at, security_log::id));
        let columns = (security_log::kind, security_log::person_id, security_log::detail);
        Ok(rows.select(columns).load::<(String, Option<Id>, Json<Value>)>(conn)?)
    });
    let rows = read.await.expect("the log can be read");
    rows.into_iter()
        .map(|(kind, person, Json(detail))| (kind, person.map(|id| id.to_string()), detail))
        .collect()
}

/// A moment passes: entries of one instant have no order.
fn tick(app: &TestApp) {
    app.context.time.set(app.context.time.now().plus(chrono::TimeDelta::seconds(1)));
}

async fn what_is_hidden_and_what_is_missing_are_noted_alike(app: &mut TestApp) {
    let request = file(app, json!({})).await;
    assert_eq!(noted(app).await, []);
    for id in [request.as_str(), NOTHING] {
        app.as_("metal").get(&format!("/requests/{id}")).await.problem(404, "not_found");
        tick(app);
        app.as_("metal").post(&format!("/requests/{id}/withdraw"), json!({})).await.problem(404, "not_found");
        tick(app);
    }
    let log = noted(app).await;
    assert_eq!(log.len(), 4);
    let without_id = |entry: &(String, Option<String>, Value)| {
        (entry.0.clone(), entry.1.clone(), entry.2.to_string().replace(&request, "ID").replace(NOTHING, "ID"))
    };
    assert_eq!(without_id(&log[0]), without_id(&log[2]));
    assert_eq!(without_id(&log[1]), without_id(&log[3]));
    let (kind, person, detail) = &log[1];
    assert_eq!((kind.as_str(), person.as_deref()), ("denied", Some(app.district.person("metal"))));
    assert_eq!((&detail["method"], &detail["code"]), (&json!("POST"), &json!("not_found")));
    // Neither who owns it nor what it says: the log tells no more than the answer did.
    assert!(!detail.to_string().contains(app.district.company("chemical")));
}

async fn a_denial_stands_although_the_act_was_undone(app: &mut TestApp) {
    let request = file(app, json!({})).await;
    let lead = part(&dispatch(app, &request).await, "lead");
    let before = app.as_("dispatcher").get(&format!("/requests/{request}")).await.expect(200);
    let release = format!("/assignments/{lead}/release");
    app.as_("traffic_police.handler").post(&release, json!({})).await.problem(403, "not_yours");
    tick(app);
    app.as_("chemical").put("/promises", json!({})).await.problem(403, "not_allowed");
    let codes: Vec<Value> =
        noted(app).await.into_iter().map(|(_, _, detail)| detail["code"].clone()).collect();
    assert_eq!(codes, ["not_yours", "not_allowed"]);
    let after = app.as_("dispatcher").get(&format!("/requests/{request}")).await.expect(200);
    assert_eq!(before, after);
    // A wrong field, a wrong state, a wrong time are no denials.
    app.as_("traffic_police.handler")
        .post(&format!("/assignments/{lead}/draft"), json!({}))
        .await
        .problem(422, "missing_field");
    app.as_("dispatcher").post(&release, json!({})).await.problem(409, "not_approved_yet");
    app.stranger().get("/me").await.problem(401, "not_logged_in");
    assert_eq!(noted(app).await.len(), 2);
}

async fn log_ins_that_succeed_and_that_fail_are_noted(app: &mut TestApp) {
    let log_in = async |name: &str, password: &str| {
        tick(app);
        app.stranger().post("/auth/login", json!({ "name": name, "password": password })).await
    };
    log_in("chemical", PASSWORD).await.expect(200);
    log_in("chemical", "wrong-password").await.problem(401, "log_in_failed");
    log_in("nobody-here", PASSWORD).await.problem(401, "log_in_failed");
    let log = noted(app).await;
    let person = Some(app.district.person("chemical").to_owned());
    let told: Vec<_> = log.iter().map(|(kind, person, _)| (kind.as_str(), person.clone())).collect();
    assert_eq!(told, [("logged_in", person.clone()), ("log_in_failed", person), ("log_in_failed", None)]);
    assert!(log.iter().all(|(_, _, detail)| detail["from"] == "127.0.0.1"), "{log:?}");
    let whole = format!("{log:?}");
    assert!(!whole.contains(PASSWORD) && !whole.contains("wrong-password"), "no password is kept");
}

async fn the_log_keeps_the_newest_up_to_its_bound(app: &mut TestApp) {
    app.restart(|config| config.security_log.most_entries = 20).await;
    for number in 0..510 {
        let at = app.context.time.now().plus(chrono::TimeDelta::milliseconds(number));
        let detail = json!({ "number": number });
        app.context
            .security
            .note(SecurityEvent { at, person: None, kind: SecurityKind::Denied, detail })
            .await;
    }
    let numbers: Vec<Value> =
        noted(app).await.into_iter().map(|(_, _, detail)| detail["number"].clone()).collect();
    assert!(numbers.len() <= 30, "{} entries are kept", numbers.len());
    assert_eq!(numbers.last(), Some(&json!(509)));
    assert!(numbers.len() >= 20);
}

on_both!(in the sample district:
    what_is_hidden_and_what_is_missing_are_noted_alike,
    a_denial_stands_although_the_act_was_undone,
    log_ins_that_succeed_and_that_fail_are_noted,
    the_log_keeps_the_newest_up_to_its_bound,
);
