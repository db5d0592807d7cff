//! The hard request of the flow: land for a new hall, filed the afternoon before two holidays.

use super::{Walk, short};
use crate::support::app::{TestApp, on_both};
use serde_json::{Value, json};

async fn land_for_a_hall_is_due_on_the_dates_the_flow_wants(app: &mut TestApp) {
    // Thursday 24 September, 16:40, when every scenario begins.
    let walk = Walk::file(app, "equipment", "land.supply", json!({ "channel": "web" })).await;
    let filed = walk.view("equipment").await;
    assert_eq!(short(&filed["filed_at"]), "09-24 16:40");
    assert_eq!(walk.due("dispatch").await, "09-28 17:30");
    let expected = &filed["expected"];
    assert_eq!(short(&expected["dispatched_by"]), "09-28 17:30");
    assert_eq!(short(&expected["contacted_by"]), "09-29 17:30");
    assert_eq!(expected["provisional"], false);
    assert_eq!(filed["clocks"], json!([]), "the office's clock is not the company's");

    let parts = [("industry", "lead"), ("natural_resources", "told branch"), ("permits", "assist")];
    walk.at("09-28 10:00").dispatch(&parts).await.expect(200);
    assert_eq!(walk.end("dispatch").await, "met 09-28 10:00");
    for (clock, due) in [
        ("industry contact", "09-29 17:30"),
        ("natural_resources contact", "09-29 17:30"),
        ("permits assist", "09-30 17:30"),
        ("industry feedback", "10-08 17:30"),
        ("natural_resources feedback", "10-08 17:30"),
        ("industry conclusion", "10-23 17:30"),
    ] {
        assert_eq!(walk.due(clock).await, due, "{clock}");
    }
    assert_eq!(short(&walk.clock("permits assist").await["ask_by"]), "09-29 17:30");
    assert_eq!(short(&walk.clock("industry feedback").await["ask_by"]), "09-30 17:30");
    assert_eq!(walk.clock("industry contact").await["ask_by"], Value::Null);

    let company = walk.view("equipment").await;
    assert!(company.get("expected").is_none());
    let shown = company["clocks"].as_array().expect("clocks").iter();
    let shown: Vec<(String, &Value)> = shown.map(|clock| (short(&clock["due_at"]), &clock["kind"])).collect();
    assert_eq!(
        shown,
        [
            ("09-29 17:30".to_owned(), &json!("company_contact")),
            ("10-08 17:30".to_owned(), &json!("company_feedback"))
        ]
    );
}

on_both!(in the sample district: land_for_a_hall_is_due_on_the_dates_the_flow_wants);
