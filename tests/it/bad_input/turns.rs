//! What turns a request aside: filed for a company, taken back, handed over, put right. For each act a thing of its own.

use super::cases::{Case, Field, Holds, may, must, reason};
use crate::support::app::TestApp;
use crate::support::walk::{LEAD, answered, dispatch, file, form, solved, text};
use reqwest::Method;
use serde_json::{Value, json};

/// The ids of the requests.
#[derive(Debug, Default)]
pub(super) struct Turns {
    on_behalf: String,
    dispatched: String,
    /// Whose withdrawal waits for a call.
    to_call: String,
    declined: String,
    submitted: String,
    /// Which another dispatcher has signed under.
    signed: String,
    /// With its released answer.
    answered: (String, String),
}

impl Turns {
    /// Brings one request each as far as the acts need it.
    pub(super) async fn make(app: &TestApp) -> Self {
        let act = async |who: &str, request: &str, act: &str, body: Value| {
            let path = format!("/requests/{request}/{act}");
            app.as_(who).post(&path, body).await.expect(200);
        };
        second_dispatcher(app).await;
        let by_hotline = form(app, &json!({ "channel": "hotline" }));
        let on_behalf = app.as_("dispatcher").post("/requests", by_hotline).await.expect(201);
        let [dispatched, to_call] = [file(app, json!({})).await, file(app, json!({})).await];
        for request in [&dispatched, &to_call] {
            dispatch(app, request).await;
        }
        act("chemical", &to_call, "ask-withdrawal", json!({ "reason": "不办了" })).await;
        let [declined, submitted, signed] =
            [file(app, json!({})).await, file(app, json!({})).await, file(app, json!({})).await];
        act("dispatcher", &declined, "decline", json!({ "ground": "in_litigation", "text": "诉讼中" })).await;
        let letter = json!({ "letter_number": "移1号", "reason": "x" });
        act("dispatcher.second", &signed, "ask-transfer", letter).await;
        let answered = answered(app, solved()).await;
        let of_answer = text(&answered["answers"][0]["id"]);
        Self {
            on_behalf: text(&on_behalf["id"]),
            dispatched,
            to_call,
            declined,
            submitted,
            signed,
            answered: (text(&answered["id"]), of_answer),
        }
    }
}

async fn second_dispatcher(app: &TestApp) {
    let admin = app.as_("admin");
    let person = json!({ "name": "第二位", "username": "dispatcher.second", "password": "One-door-in" });
    let person = text(&admin.post("/people", person).await.expect(201)["id"]);
    let role = json!({ "role": "dispatcher", "unit_id": app.district.unit("business_environment") });
    admin.post(&format!("/people/{person}/memberships"), role).await.expect(201);
}

/// The case of every such act.
pub(super) fn cases(app: &TestApp, turns: &Turns) -> Vec<Case> {
    let post = |by, template, id: &str, fields: Option<Vec<Field>>| Case {
        method: Method::POST,
        template,
        by,
        id: id.to_owned(),
        fields,
    };
    let call = vec![
        must("/confirmed", Holds::Flag, true),
        must("/whom", Holds::Line(200), "厂办"),
        must("/words", Holds::Text(5000), "企业确认撤回。"),
    ];
    let letter = vec![
        must("/letter_number", Holds::Line(200), "移〔2026〕1 号"),
        must("/reason", Holds::Text(5000), "涉嫌索要财物。"),
    ];
    let correction = vec![
        must("/reason", Holds::Text(5000), "条款写错。"),
        may("/category", Holds::Id("reference_unknown"), app.district.category("roads.lights")),
        may("/answer", Holds::Id("reference_unknown"), turns.answered.1.clone()),
        must("/content/outcome", Holds::Word, "explained"),
        must("/content/public_text", Holds::Text(5000), "依规不予安装。"),
        may("/content/internal_note", Holds::Text(5000), "更正说明"),
        may("/content/evidence", Holds::List(20), json!([])),
        may("/content/evidence/0", Holds::Text(5000), "勘察记录"),
        may("/content/ground", Holds::Text(5000), "条例第十二条"),
    ];
    vec![
        post("chemical", "/api/v1/requests/{id}/confirm", &turns.on_behalf, None),
        post("chemical", "/api/v1/requests/{id}/ask-withdrawal", &turns.dispatched, Some(reason())),
        post("dispatcher", "/api/v1/requests/{id}/confirm-withdrawal", &turns.to_call, Some(call)),
        post("dispatcher", "/api/v1/requests/{id}/undo-decline", &turns.declined, Some(reason())),
        post("dispatcher", "/api/v1/requests/{id}/ask-transfer", &turns.submitted, Some(letter)),
        post("dispatcher", "/api/v1/requests/{id}/transfer", &turns.signed, None),
        post("dispatcher", "/api/v1/requests/{id}/correct", &turns.answered.0, Some(correction)),
    ]
}

/// What routes that have their case take from others too: the office files for a company.
pub(super) fn beside(app: &TestApp) -> Vec<Case> {
    let fields = vec![
        must("/company", Holds::Id("reference_unknown"), app.district.company("chemical")),
        may("/channel", Holds::Word, "upper_level"),
        must("/kind", Holds::Word, "complaint"),
        may("/confidence", Holds::Word, "sealed"),
        may("/conduct_unit", Holds::Id("reference_unknown"), app.district.unit(LEAD)),
        must("/title", Holds::Line(100), "办事推诿"),
        must("/body", Holds::Text(5000), "来回跑了三趟。\n没有人答复。"),
        must("/outside/system", Holds::Line(200), "市督查"),
        must("/outside/number", Holds::Line(200), "DC-2026-1"),
        may("/outside/limit_at", Holds::Future, "2026-10-20T17:30:00+08:00"),
    ];
    vec![Case {
        method: Method::POST,
        template: "/api/v1/requests",
        by: "dispatcher",
        id: String::new(),
        fields: Some(fields),
    }]
}
