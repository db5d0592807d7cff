//! What takes long: more time asked for, plans, weekly and first reports.

use super::cases::{Case, Field, Holds, may, must};
use super::world::echo_of;
use crate::support::app::TestApp;
use crate::support::walk::{LEAD, act, file, part, parts, text};
use reqwest::Method;
use serde_json::{Value, json};

/// The ids a case puts into its path or its body.
#[derive(Debug, Default)]
pub(super) struct Long {
    /// An assignment, and its clock that may be extended.
    extendable: [String; 2],
    /// Two extensions of one request that wait.
    waiting: [String; 2],
    plannable: String,
    plan: String,
    /// Its echo.
    echo: String,
    long_running: String,
    owes_first_report: String,
}

impl Long {
    pub(super) async fn make(app: &TestApp) -> Self {
        let ordinary = under_way(app, json!({})).await;
        let asked = under_way(app, json!({})).await;
        let lead = part(&asked, "lead");
        let mut waiting = <[String; 2]>::default();
        // Due on Wed 30 September and on Thu 22 October.
        let dates = [("feedback", "2026-10-09T17:30:00+08:00"), ("conclusion", "2026-10-30T17:30:00+08:00")];
        for (id, (kind, until)) in waiting.iter_mut().zip(dates) {
            let form = json!({ "clock": clock(&asked, kind), "until": until, "reason": "需时间。", "ground": "条例" });
            let view = act(app, &handler(), &lead, "extension", form).await;
            *id = text(&view["extensions"].as_array().expect("extensions").last().expect("one")["id"]);
        }
        let [plannable, pending, long_running] =
            [signed(app, json!({})).await, signed(app, json!({})).await, signed(app, json!({})).await];
        let [plan, master] = plan_of(app, &pending).await;
        let [granted, _] = plan_of(app, &long_running).await;
        let echo = echo_of(app, &master).await;
        let ruling = json!({ "granted": true, "reason": "同意。" });
        app.as_("dispatcher").post(&format!("/plans/{granted}/ruling"), ruling).await.expect(200);
        promise_first_reports(app).await;
        Self {
            extendable: [part(&ordinary, "lead"), clock(&ordinary, "feedback")],
            waiting,
            plannable,
            plan,
            echo,
            long_running,
            owes_first_report: signed(app, json!({ "urgency": "emergency" })).await,
        }
    }
}

fn handler() -> String {
    format!("{LEAD}.handler")
}

/// A request sent out at the ordinary pace, as the office sees it.
async fn under_way(app: &TestApp, other: Value) -> Value {
    let request = file(app, other).await;
    let mut dispatch = parts(app);
    dispatch["pace"] = json!("ordinary");
    app.as_("dispatcher").post(&format!("/requests/{request}/dispatch"), dispatch).await.expect(200)
}

/// The lead's part of one, signed for.
async fn signed(app: &TestApp, other: Value) -> String {
    let lead = part(&under_way(app, other).await, "lead");
    act(app, &handler(), &lead, "sign", json!({})).await;
    lead
}

fn clock(view: &Value, kind: &str) -> String {
    let clocks = view["clocks"].as_array().expect("clocks");
    text(&clocks.iter().find(|clock| clock["kind"] == kind).expect("such a clock")["id"])
}

/// Asks for a plan; gives its id and its request's.
async fn plan_of(app: &TestApp, lead: &str) -> [String; 2] {
    let form = json!({ "ends_on": "2026-12-18", "public_text": "分步办理。",
        "milestones": [{ "what": "勘察", "by": "2026-10-16" }] });
    let view = act(app, &format!("{LEAD}.signer"), lead, "plan", form).await;
    [text(&view["plan"]["id"]), text(&view["id"])]
}

/// Makes a book the newest that promises a first report of emergencies.
async fn promise_first_reports(app: &TestApp) {
    let admin = app.as_("admin");
    let mut book = admin.get("/promises").await.expect(200)["document"].clone();
    let rule =
        json!({ "clocks": ["preliminary"], "urgencies": ["emergency"], "length": { "working_days": 1 } });
    book["rules"].as_array_mut().expect("rules").insert(0, rule);
    let put = admin.request(Method::PUT, "/promises").header("if-match", "*").json(&book);
    admin.send(put).await.expect(200);
}

/// The cases of these routes.
pub(super) fn cases(long: &Long) -> Vec<Case> {
    let post = |by, template, id: &str, fields: Vec<Field>| Case {
        method: Method::POST,
        template,
        by,
        id: id.to_owned(),
        fields: Some(fields),
    };
    let (handler, signer) = ("traffic_police.handler", "traffic_police.signer");
    let reason = || must("/reason", Holds::Text(5000), "情况属实。");
    let public_text = || must("/public_text", Holds::Text(5000), "分三步办理。\n每周报告。");
    vec![
        post(
            handler,
            "/api/v1/assignments/{id}/extension",
            &long.extendable[0],
            vec![
                must("/clock", Holds::Id("reference_unknown"), long.extendable[1].as_str()),
                must("/until", Holds::Future, "2026-10-09T17:30:00+08:00"),
                reason(),
                must("/ground", Holds::Text(5000), "《办法》第十二条"),
            ],
        ),
        post(
            "dispatcher",
            "/api/v1/extensions/{id}/ruling",
            &long.waiting[0],
            vec![
                must("/granted", Holds::Flag, true),
                reason(),
                may("/together", Holds::List(20), json!([])),
                may("/together/0", Holds::Id("reference_unknown"), long.waiting[1].as_str()),
            ],
        ),
        post(
            signer,
            "/api/v1/assignments/{id}/plan",
            &long.plannable,
            vec![
                must("/ends_on", Holds::Date, "2026-12-18"),
                public_text(),
                must("/milestones", Holds::List(20), json!([])),
                must("/milestones/0/what", Holds::Line(200), "勘察"),
                must("/milestones/0/by", Holds::Date, "2026-10-16"),
            ],
        ),
        post(
            "dispatcher",
            "/api/v1/plans/{id}/ruling",
            &long.plan,
            vec![
                must("/granted", Holds::Flag, true),
                reason(),
                may("/echoes", Holds::List(100), json!([])),
                must("/echoes/0/request", Holds::Id("reference_unknown"), long.echo.as_str()),
                must("/echoes/0/public_text", Holds::Text(5000), "分步办理。"),
            ],
        ),
        post(
            handler,
            "/api/v1/assignments/{id}/progress",
            &long.long_running,
            vec![
                public_text(),
                must("/waiting/until", Holds::Date, "2026-10-20"),
                must("/waiting/ground", Holds::Text(5000), "等待省厅批复。"),
            ],
        ),
        post(handler, "/api/v1/assignments/{id}/preliminary", &long.owes_first_report, vec![public_text()]),
    ]
}
