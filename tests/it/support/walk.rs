//! One request of the sample district on its way: each step as the person whose step it is.
//!
//! The chemical plant files; traffic police lead and municipal works assist, as the duty table says.

use super::app::TestApp;
use serde_json::{Value, json};

/// The unit that leads.
pub(crate) const LEAD: &str = "traffic_police";
/// The unit that assists.
pub(crate) const ASSIST: &str = "municipal_works";

/// A request as the chemical plant files it, with some of its fields set otherwise.
pub(crate) fn form(app: &TestApp, other: &Value) -> Value {
    let mut form = json!({
        "company": app.district.company("chemical"),
        "kind": "help",
        "category": app.district.category("roads.signals"),
        "title": "厂区路口信号灯设置不清",
        "body": "南门外路口信号灯的相位与车道不对应，请到现场看一看。",
    });
    for (name, value) in other.as_object().into_iter().flatten() {
        form[name] = value.clone();
    }
    form
}

/// Files it; gives its id.
pub(crate) async fn file(app: &TestApp, other: Value) -> String {
    let form = form(app, &other);
    let filed = app.as_("chemical").post("/requests", form).await.expect(201);
    text(&filed["id"])
}

/// Sends it to the lead and the assisting unit; gives the request as the office sees it.
pub(crate) async fn dispatch(app: &TestApp, request: &str) -> Value {
    let path = format!("/requests/{request}/dispatch");
    app.as_("dispatcher").post(&path, parts(app)).await.expect(200)
}

/// A dispatch to the lead and the assisting unit.
pub(crate) fn parts(app: &TestApp) -> Value {
    json!({ "parts": [
        { "unit": app.district.unit(LEAD), "part": "lead" },
        { "unit": app.district.unit(ASSIST), "part": "assist" },
    ] })
}

/// The id of the part of this kind.
pub(crate) fn part(request: &Value, part: &str) -> String {
    let parts = request["parts"].as_array().expect("a request has parts");
    let found = parts.iter().find(|one| one["part"] == part);
    text(&found.expect("the request has such a part")["id"])
}

/// One act of a person on an assignment.
pub(crate) async fn act(app: &TestApp, username: &str, assignment: &str, act: &str, form: Value) -> Value {
    app.as_(username).post(&format!("/assignments/{assignment}/{act}"), form).await.expect(200)
}

/// An answer that solves.
pub(crate) fn solved() -> Value {
    json!({ "outcome": "solved", "public_text": "新信号灯已换装。", "evidence": ["现场照片"] })
}

/// An answer that promises two dates.
pub(crate) fn promised() -> Value {
    json!({ "outcome": "promised", "public_text": "分两步办理。", "milestones": [
        { "what": "勘察", "by": "2026-10-10" },
        { "what": "换装", "by": "2026-10-20" },
    ] })
}

/// The unit signs for its part, drafts `answer` and, if wanted, approves it.
pub(crate) async fn answer(app: &TestApp, unit: &str, assignment: &str, answer: Value, approve: bool) {
    let (handler, signer) = (format!("{unit}.handler"), format!("{unit}.signer"));
    act(app, &handler, assignment, "sign", json!({})).await;
    act(app, &handler, assignment, "draft", answer).await;
    if approve {
        act(app, &signer, assignment, "approve", json!({})).await;
    }
}

/// A request answered with `content`; gives it as the company sees it.
pub(crate) async fn answered(app: &TestApp, content: Value) -> Value {
    let request = file(app, json!({})).await;
    let lead = part(&dispatch(app, &request).await, "lead");
    answer(app, LEAD, &lead, content, true).await;
    act(app, "dispatcher", &lead, "release", json!({})).await;
    app.as_("chemical").get(&format!("/requests/{request}")).await.expect(200)
}

/// The text of a JSON string.
pub(crate) fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}
