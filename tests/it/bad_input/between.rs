//! What goes to and fro between the company and those who work for it, and inside a unit: contacts made jointly, contests,
//! haste, messages, a part handed on.

use super::cases::{Case, Field, Holds, contact, may, must, reason};
use super::world::echo_of;
use crate::support::app::TestApp;
use crate::support::walk::{ASSIST, LEAD, act, file, part, text};
use reqwest::Method;
use serde_json::{Value, json};

/// A unit that has sections, and one of them.
const BUREAU: &str = "urban_management";
const SECTION: &str = "drainage";

/// The ids these cases put into their paths.
#[derive(Debug, Default)]
pub(super) struct Between {
    /// A lead's part, and a told branch's of the same request.
    parts: [String; 2],
    /// An echo of that request.
    echo: String,
    contact: String,
    contest: String,
    /// A part the bureau has signed for.
    signed: String,
    /// Requests nothing was done with.
    filed: [String; 2],
}

impl Between {
    /// Brings one request each as far as the acts need it.
    pub(super) async fn make(app: &TestApp) -> Self {
        let request = dispatched(app, LEAD).await;
        let parts = [part(&request, "lead"), part(&request, "branch")];
        let echo = echo_of(app, &text(&request["id"])).await;
        let signed = part(&dispatched(app, BUREAU).await, "lead");
        act(app, &format!("{BUREAU}.handler"), &signed, "sign", json!({})).await;
        let (contact, contested) = (reached(app).await, reached(app).await);
        let said = json!({ "reason": "没有人来过电话。" });
        let contest = app.as_("chemical").post(&format!("/contacts/{contested}/contest"), said).await;
        let contest = text(&contest.expect(200)["contacts"][0]["contest"]["id"]);
        let filed = [file(app, json!({})).await, file(app, json!({})).await];
        Self { parts, echo, contact, contest, signed, filed }
    }
}

/// A request with this unit as its lead and a branch that is told to contact.
async fn dispatched(app: &TestApp, lead: &str) -> Value {
    let request = file(app, json!({})).await;
    let parts = json!({ "parts": [
        { "unit": app.district.unit(lead), "part": "lead" },
        { "unit": app.district.unit(ASSIST), "part": "branch", "told_to_contact": true },
    ] });
    app.as_("dispatcher").post(&format!("/requests/{request}/dispatch"), parts).await.expect(200)
}

/// A contact that reached the company.
async fn reached(app: &TestApp) -> String {
    let lead = part(&dispatched(app, LEAD).await, "lead");
    let form = json!({ "whom": "厂办", "means": "phone", "reached": true, "outcome": "约定到场" });
    text(&act(app, &format!("{LEAD}.handler"), &lead, "contact", form).await["contacts"][0]["id"])
}

/// The cases.
pub(super) fn cases(app: &TestApp, between: &Between) -> Vec<Case> {
    let post = |by, template, id: &str, fields: Vec<Field>| Case {
        method: Method::POST,
        template,
        by,
        id: id.to_owned(),
        fields: Some(fields),
    };
    let mut jointly = contact(&between.echo);
    jointly.extend([
        may("/joint_with", Holds::List(20), json!([])),
        may("/joint_with/0", Holds::Id("cannot_join"), between.parts[1].as_str()),
    ]);
    let to_whom = vec![
        may("/person", Holds::Id("not_of_this_unit"), app.district.person("drainage.handler")),
        may("/section", Holds::Id("not_of_this_unit"), app.district.unit(SECTION)),
    ];
    let mut ruling = vec![must("/ruling", Holds::Word, "upheld")];
    ruling.extend(reason());
    let [urged, written] = &between.filed;
    vec![
        post("traffic_police.handler", "/api/v1/assignments/{id}/contact", &between.parts[0], jointly),
        post("urban_management.handler", "/api/v1/assignments/{id}/hand-on", &between.signed, to_whom),
        post("chemical", "/api/v1/contacts/{id}/contest", &between.contact, reason()),
        post("dispatcher", "/api/v1/contests/{id}/ruling", &between.contest, ruling),
        post(
            "chemical",
            "/api/v1/requests/{id}/urge",
            urged,
            vec![may("/words", Holds::Text(500), "工期很紧。")],
        ),
        post(
            "chemical",
            "/api/v1/requests/{id}/messages",
            written,
            vec![must("/text", Holds::Text(5000), "请问进展如何？\n我们很急。")],
        ),
    ]
}
