//! Supervision: for each act an order of its own.

use super::cases::{Case, Field, Holds, may, must, reason};
use crate::support::app::TestApp;
use crate::support::walk::{ASSIST, dispatch, file, part, text};
use reqwest::Method;
use serde_json::{Value, json};

/// The ids of the orders, and of a part to draft one for.
#[derive(Debug, Default)]
pub(super) struct Orders {
    part: String,
    reminded: String,
    drafts: [String; 3],
    issued: [String; 2],
    replied: [String; 2],
    /// An order to be talked about, and a talk that was summoned.
    talks: [String; 2],
    /// The request it is all about.
    request: String,
}

impl Orders {
    /// Brings one order each as far as the acts need it.
    pub(super) async fn make(app: &TestApp) -> Self {
        let request = file(app, json!({})).await;
        let part = part(&dispatch(app, &request).await, "lead");
        let draft = async || draft(app, &part).await;
        let issued = async || issued(app, &part).await;
        let replied = async || {
            let order = issued().await;
            let path = format!("/supervision-orders/{order}/reply");
            let reply = json!({ "text": "已整改。" });
            app.as_("traffic_police.signer").post(&path, reply).await.expect(200);
            order
        };
        let summoned = issued().await;
        let path = format!("/supervision-orders/{summoned}/talks");
        let summons = json!({ "planned_at": "2026-09-28T09:00:00+08:00", "words": "说明情况。" });
        let talk = text(&app.as_("dispatcher").post(&path, summons).await.expect(201)["id"]);
        // A part of its own, on which no order was signed.
        let other = file(app, json!({})).await;
        let reminded = crate::support::walk::part(&dispatch(app, &other).await, "lead");
        Self {
            talks: [summoned, talk],
            reminded,
            request,
            drafts: [draft().await, draft().await, draft().await],
            issued: [issued().await, issued().await],
            replied: [replied().await, replied().await],
            part: part.clone(),
        }
    }
}

/// Drafts an order to the unit of a part.
pub(crate) async fn draft(app: &TestApp, part: &str) -> String {
    let form = json!({ "assignment": part, "level": "ordinary", "demand": "立即办理。" });
    text(&app.as_("dispatcher").post("/supervision-orders", form).await.expect(201)["id"])
}

/// Drafts one and signs it.
pub(crate) async fn issued(app: &TestApp, part: &str) -> String {
    let order = draft(app, part).await;
    app.as_("dispatcher").post(&format!("/supervision-orders/{order}/issue"), Value::Null).await.expect(200);
    order
}

fn content(app: &TestApp) -> Vec<Field> {
    vec![
        may("/reply_by", Holds::Future, "2026-10-20T17:30:00+08:00"),
        may("/copies", Holds::List(20), json!([])),
        may("/copies/0", Holds::Id("reference_unknown"), app.district.unit(ASSIST)),
    ]
}

/// The case of every such act.
pub(super) fn cases(app: &TestApp, orders: &Orders) -> Vec<Case> {
    let case =
        |by, method, template, id: &str, fields| Case { method, template, by, id: id.to_owned(), fields };
    let post = |template, id: &str, fields| case("dispatcher", Method::POST, template, id, fields);
    let drafted = vec![
        must("/assignment", Holds::Id("reference_unknown"), orders.part.clone()),
        must("/level", Holds::Word, "ordinary"),
        must("/demand", Holds::Text(5000), "立即办理，\n书面回复。"),
    ];
    let changed = vec![
        may("/level", Holds::Word, "ordinary"),
        may("/matter", Holds::Line(200), "路口信号灯超期未办"),
        may("/demand", Holds::Text(5000), "三日内办结。"),
    ];
    let reply = vec![must("/text", Holds::Text(5000), "已换装，\n超期系等待备件。")];
    let reminder =
        vec![must("/urges", Holds::Flag, false), may("/words", Holds::Text(5000), "请按时联系企业。")];
    let summons = vec![
        must("/planned_at", Holds::Future, "2026-10-12T09:00:00+08:00"),
        may("/place", Holds::Line(200), "三楼会议室"),
        must("/words", Holds::Text(5000), "多次超期，\n请主要负责人到场。"),
    ];
    let outcome = vec![
        must("/held_at", Holds::Past, "2026-09-24T16:40:00+08:00"),
        must("/outcome", Holds::Text(5000), "承诺本周内办结。"),
    ];
    let report = vec![must("/words", Holds::Text(5000), "停产风险，\n请领导关注。")];
    let signer = "traffic_police.signer";
    vec![
        post("/api/v1/supervision-orders", "", Some([drafted, content(app)].concat())),
        case(
            "dispatcher",
            Method::PATCH,
            "/api/v1/supervision-orders/{id}",
            &orders.drafts[0],
            Some([changed, content(app)].concat()),
        ),
        post("/api/v1/supervision-orders/{id}/issue", &orders.drafts[1], None),
        post("/api/v1/supervision-orders/{id}/drop", &orders.drafts[2], Some(reason())),
        post("/api/v1/supervision-orders/{id}/void", &orders.issued[0], Some(reason())),
        case(signer, Method::POST, "/api/v1/supervision-orders/{id}/reply", &orders.issued[1], Some(reply)),
        post("/api/v1/assignments/{id}/reminders", &orders.reminded, Some(reminder)),
        post("/api/v1/supervision-orders/{id}/talks", &orders.talks[0], Some(summons)),
        post("/api/v1/supervision-talks/{id}/outcome", &orders.talks[1], Some(outcome)),
        post("/api/v1/requests/{id}/direct-reports", &orders.request, Some(report)),
        post("/api/v1/supervision-orders/{id}/accept", &orders.replied[0], None),
        post("/api/v1/supervision-orders/{id}/send-back", &orders.replied[1], Some(reason())),
    ]
}
