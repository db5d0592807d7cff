//! The duty table: who answers for what, from when to when.

use super::{OFFICE, category_id, change, customer, date, findings, member, read, sample, unit_id};
use crate::support::app::{TestApp, on_both};
use crate::support::client::{Answer, Client};
use crate::support::people::text;
use onedoor::domain::ids::Id;
use onedoor::promises;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::HashSet;

/// The code of the unit that leads for `roads.signals` in the table of a day.
async fn lead_on(client: &Client, day: &str) -> Option<String> {
    let page = client.get(&format!("/duty-table?on={day}&limit=100")).await.expect(200);
    let rows = page["items"].as_array().expect("rows");
    let row = rows.iter().find(|row| row["category"]["code"] == "roads.signals");
    row.map(|row| text(&row["lead"], "code").to_owned())
}

async fn staff_read_the_table_page_by_page(app: &mut TestApp) {
    let admin = sample(app).await;
    let handler = member(app, &admin, "handler", "traffic_police").await;
    let mut seen = HashSet::new();
    let mut path = "/duty-table?limit=25".to_owned();
    loop {
        let page = handler.get(&path).await.expect(200);
        for row in page["items"].as_array().expect("rows") {
            assert!(seen.insert(text(&row["category"], "code").to_owned()), "no category comes twice");
        }
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/duty-table?limit=25&cursor={next}");
    }
    assert_eq!(seen.len(), 56);
    let row = handler.get("/duty-table?limit=1").await.expect(200)["items"][0].take();
    assert!(["category", "lead"].iter().all(|part| row[part]["name"].is_string()), "{row:#}");
    customer(app).await.get("/duty-table").await.problem(404, "not_found");
    assert_eq!(handler.get("/duty-table?on=2025-12-31").await.expect(200)["items"], json!([]));
    handler.get("/duty-table?cursor=x").await.problem(400, "invalid_cursor");
}

async fn a_new_row_ends_the_one_that_stands(app: &mut TestApp) {
    let admin = sample(app).await;
    let office = member(app, &admin, "dispatcher", OFFICE).await;
    let category = category_id(app, "roads.signals").await;
    let (police, urban) = (unit_id(app, "traffic_police").await, unit_id(app, "urban_management").await);
    let body = json!({ "category_id": category, "lead": urban, "assists": [police], "pace": "same_day", "valid_from": "2026-10-01" });
    let row = office.post("/duty-table", body.clone()).await.expect(201);
    assert_eq!(
        (&row["owner"], &row["lead"]["code"]),
        (&json!("urban_management"), &json!("urban_management"))
    );
    assert_eq!((&row["assists"][0]["code"], &row["valid_until"]), (&json!("traffic_police"), &Value::Null));
    assert_eq!(lead_on(&office, "2026-09-30").await.as_deref(), Some("traffic_police"));
    assert_eq!(lead_on(&office, "2026-10-01").await.as_deref(), Some("urban_management"));
    assert_eq!(lead_on(&office, "2025-12-31").await, None);

    let planned = json!({ "category_id": category, "lead": police, "valid_from": "2026-09-28" });
    let between = office.post("/duty-table", planned).await.expect(201);
    assert_eq!((&between["valid_until"], &between["pace"]), (&json!("2026-10-01"), &json!("ordinary")));
    office.post("/duty-table", body).await.problem(409, "already_exists");
    assert_eq!(findings(app, "2026-10-01").await, Vec::<String>::new());
}

async fn no_row_that_fits_is_an_outcome_and_no_error(app: &mut TestApp) {
    sample(app).await;
    let category = Id::parse(&category_id(app, "roads.signals").await).expect("an id");
    let class = Id::parse(&category_id(app, "roads").await).expect("an id");
    let app: &TestApp = app;
    let duty = move |of: Id, on: &'static str| read(app, move |conn| promises::duty(conn, of, date(on)));
    assert!(duty(category, "2026-09-24").await.is_some());
    assert_eq!(duty(category, "2025-12-31").await, None);
    assert_eq!(duty(class, "2026-09-24").await, None);
}

async fn a_row_names_only_what_exists_then_and_no_unit_twice(app: &mut TestApp) {
    let admin = sample(app).await;
    let category = category_id(app, "roads.signals").await;
    let (police, urban) = (unit_id(app, "traffic_police").await, unit_id(app, "urban_management").await);
    let right =
        json!({ "category_id": category, "lead": urban, "assists": [police], "valid_from": "2026-11-01" });
    let post = async |field: &str, value: Value| -> Answer {
        let mut body = right.clone();
        body[field] = value;
        admin.post("/duty-table", body).await
    };
    post("assists", json!([police, urban])).await.field_problem(422, "/assists/1", "unit_twice");
    post("lead", json!(category)).await.field_problem(422, "/lead", "reference_unknown");
    post("category_id", json!(urban)).await.field_problem(422, "/category_id", "reference_unknown");
    post("valid_from", json!("2026-09-23")).await.field_problem(422, "/valid_from", "date_too_early");
    post("owner", json!("nobody")).await.field_problem(422, "/owner", "reference_unknown");
    post("pace", json!("leisurely")).await.field_problem(422, "/pace", "unknown_word");
    post("assists", json!(vec![&police; 21])).await.field_problem(422, "/assists", "too_many");

    let ends = json!({ "valid_until": "2026-10-15" });
    change(&admin, Method::PATCH, &format!("/units/{police}"), Some("*"), &ends).await.expect(200);
    let ended = admin.post("/duty-table", right).await;
    ended.field_problem(422, "/assists/0", "reference_not_valid");
    let lines = findings(app, "2026-10-15").await;
    let found = lines
        .iter()
        .any(|line| line == "duty table, roads.signals: traffic_police leads, but does not exist today");
    assert!(found, "{lines:#?}");
    assert_eq!(findings(app, "2026-10-14").await, Vec::<String>::new());
}

async fn only_administrators_and_the_office_change_the_table(app: &mut TestApp) {
    let admin = sample(app).await;
    let body = json!({ "category_id": category_id(app, "roads.signals").await, "lead": unit_id(app, "urban_management").await });
    let handler = member(app, &admin, "handler", "urban_management").await;
    handler.post("/duty-table", body.clone()).await.problem(403, "not_allowed");
    customer(app).await.post("/duty-table", body.clone()).await.problem(404, "not_found");
    assert_eq!(lead_on(&handler, "2026-09-24").await.as_deref(), Some("traffic_police"));
    admin.post("/duty-table", body).await.expect(201);
    assert_eq!(lead_on(&handler, "2026-09-24").await.as_deref(), Some("urban_management"));
}

on_both!(
    staff_read_the_table_page_by_page,
    a_new_row_ends_the_one_that_stands,
    no_row_that_fits_is_an_outcome_and_no_error,
    a_row_names_only_what_exists_then_and_no_unit_twice,
    only_administrators_and_the_office_change_the_table,
);
