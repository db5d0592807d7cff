//! Ids inside a body: what belongs to another request, or to another company, is refused as what does not exist.

use super::told;
use super::world::{NOTHING, Things};
use crate::bad_input::cases::{Holds, put};
use crate::support::app::{TestApp, on_both};
use crate::support::walk::{LEAD, text};
use serde_json::{Value, json};

/// What another company has filed, and all that belongs to it; its lead is the same unit.
async fn ids_of_another(app: &TestApp) -> Vec<String> {
    let form = json!({ "company": app.district.company("washer"), "kind": "help", "title": "别家的事",
        "category": app.district.category("roads.signals"), "body": "与别人无关。" });
    let request = text(&app.as_("washer").post("/requests", form).await.expect(201)["id"]);
    let parts = json!({ "parts": [
        { "unit": app.district.unit(LEAD), "part": "lead" },
        { "unit": app.district.unit("industry"), "part": "branch", "told_to_contact": true },
    ] });
    let office = app.as_("dispatcher");
    let view = office.post(&format!("/requests/{request}/dispatch"), parts).await.expect(200);
    let lead = view["parts"].as_array().expect("parts").iter().find(|part| part["part"] == "lead");
    let lead = text(&lead.expect("a lead")["id"]);
    let act = async |who: &str, act: &str, body: Value| {
        let path = format!("/assignments/{lead}/{act}");
        app.as_(&format!("{LEAD}.{who}")).post(&path, body).await.expect(200)
    };
    let contact = json!({ "whom": "厂办", "means": "phone", "reached": true, "outcome": "约定到场" });
    act("handler", "contact", contact).await;
    let answer = json!({ "outcome": "promised", "public_text": "分两步办理。",
        "milestones": [{ "what": "勘察", "by": "2026-10-10" }] });
    act("handler", "draft", answer).await;
    act("signer", "approve", json!({})).await;
    office.post(&format!("/assignments/{lead}/release"), json!({})).await.expect(200);
    let view = office.get(&format!("/requests/{request}")).await.expect(200);
    let mut ids = vec![request, app.district.company("washer").to_owned()];
    for list in ["parts", "clocks", "contacts", "answers", "commitments"] {
        let items = view[list].as_array().expect("a list");
        assert!(!items.is_empty(), "{list}");
        ids.extend(items.iter().map(|item| text(&item["id"])));
    }
    ids
}

/// Whether whoever sends this may name what is another's: the office merges requests of several companies, and drafts orders
/// to every unit.
fn may_name_others(template: &str, pointer: &str) -> bool {
    [("/api/v1/requests/{id}/merge", "/master"), ("/api/v1/supervision-orders", "/assignment")]
        .contains(&(template, pointer))
}

async fn an_id_of_anothers_in_a_body_is_answered_as_one_of_nothing(app: &mut TestApp) {
    let things = Things::make(app).await;
    let others = ids_of_another(app).await;
    let (mut faults, mut tried) = (Vec::new(), 0);
    for case in things.cases() {
        let client = if case.by.is_empty() { app.stranger() } else { app.as_(case.by) };
        let ids = case.fields.iter().flatten().filter(|field| matches!(field.holds, Holds::Id(_)));
        for field in ids.filter(|field| !may_name_others(case.template, field.pointer)) {
            let answered = async |id: &str| {
                let mut body = case.body();
                put(&mut body, field.pointer, json!(id));
                let request =
                    client.request(case.method.clone(), &case.path(&case.id)).header("if-match", "*");
                let (status, headers, body) = told(&client.send(request.json(&body)).await);
                (status, headers, body.replace(id, "ID"))
            };
            let missing = answered(NOTHING).await;
            if missing.0 < 400 {
                faults.push(format!("{} {}: nothing is taken", case.template, field.pointer));
                continue;
            }
            for id in &others {
                tried += 1;
                let hidden = answered(id).await;
                if hidden != missing {
                    faults.push(format!("{} {}: {hidden:?}, not {missing:?}", case.template, field.pointer));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{} of {tried}:\n{}", faults.len(), faults.join("\n"));
    assert!(tried > 300, "{tried}");
}

on_both!(in the sample district: an_id_of_anothers_in_a_body_is_answered_as_one_of_nothing);
