//! Something for every route to be done to: each act has a thing of its own, so that no case hinders another.

use super::long::Long;
use crate::support::app::TestApp;
use crate::support::walk::{ASSIST, LEAD, answer, answered, dispatch, file, part, promised, solved, text};
use serde_json::{Value, json};

/// The ids a case puts into its path.
#[derive(Debug)]
pub(super) struct World {
    pub(super) submitted: Vec<String>,
    /// Requests that wait for the company's papers.
    pub(super) waiting: Vec<String>,
    pub(super) dispatched: Vec<String>,
    pub(super) signed: String,
    pub(super) drafted: [String; 2],
    pub(super) assist_answered: String,
    pub(super) approved: [String; 2],
    pub(super) answered: [String; 2],
    /// A request and the part that is to blame.
    pub(super) badly_rated: (String, String),
    pub(super) commitment: String,
    pub(super) person: String,
    pub(super) membership: String,
    pub(super) company: String,
    pub(super) unit: String,
    pub(super) category: String,
    pub(super) long: Long,
}

impl World {
    /// Brings one request each as far as the acts need it, and adds a person, a company, a unit and a category.
    pub(super) async fn make(app: &TestApp) -> Self {
        let mut submitted = Vec::new();
        for _ in 0..6 {
            submitted.push(file(app, json!({})).await);
        }
        let mut waiting = Vec::new();
        for _ in 0..2 {
            let request = file(app, json!({})).await;
            let path = format!("/requests/{request}/ask-info");
            app.as_("dispatcher").post(&path, json!({ "list": "现场照片" })).await.expect(200);
            waiting.push(request);
        }
        let mut dispatched = Vec::new();
        for _ in 0..2 {
            dispatched.push(lead(app).await);
        }
        let signed = lead(app).await;
        let sign = format!("/assignments/{signed}/sign");
        app.as_("traffic_police.handler").post(&sign, json!({})).await.expect(200);
        let mut drafted = [lead(app).await, lead(app).await];
        for assignment in &mut drafted {
            answer(app, LEAD, assignment, solved(), false).await;
        }
        let mut approved = [lead(app).await, lead(app).await];
        for assignment in &mut approved {
            answer(app, LEAD, assignment, solved(), true).await;
        }
        let request = file(app, json!({})).await;
        let assist_answered = part(&dispatch(app, &request).await, "assist");
        answer(app, ASSIST, &assist_answered, solved(), true).await;
        let done = [answered(app, solved()).await, answered(app, solved()).await];
        let with_promise = answered(app, promised()).await;
        Self {
            submitted,
            waiting,
            dispatched,
            signed,
            drafted,
            assist_answered,
            approved,
            badly_rated: badly_rated(app).await,
            answered: done.map(|view| text(&view["id"])),
            long: Long::make(app).await,
            commitment: text(&with_promise["commitments"][0]["id"]),
            ..Self::kept_by_the_administrator(app).await
        }
    }

    async fn kept_by_the_administrator(app: &TestApp) -> Self {
        let admin = app.as_("admin");
        let add = async |path: &str, form: Value| admin.post(path, form).await.expect(201);
        let person = json!({ "name": "待改派的人", "username": "somebody", "password": "not-that-long" });
        let person = text(&add("/people", person).await["id"]);
        let role = json!({ "role": "auditor" });
        let membership = add(&format!("/people/{person}/memberships"), role).await;
        let unit = json!({ "code": "new_bureau", "name": "新设的局", "kind": "bureau",
            "parent_id": app.district.unit("district") });
        let category = json!({ "code": "roads.bridges", "name": "桥梁" });
        let (unit, category) = (add("/units", unit).await, add("/categories", category).await);
        let company = json!({ "company": { "name": "筹建处", "standing": "prospective" } });
        let company = app.as_("dispatcher").post("/companies", company).await.expect(201);
        Self {
            submitted: Vec::new(),
            waiting: Vec::new(),
            dispatched: Vec::new(),
            signed: String::new(),
            drafted: Default::default(),
            assist_answered: String::new(),
            approved: Default::default(),
            answered: Default::default(),
            badly_rated: Default::default(),
            commitment: String::new(),
            long: Long::default(),
            person,
            membership: text(&membership["id"]),
            company: text(&company["id"]),
            unit: text(&unit["id"]),
            category: text(&category["id"]),
        }
    }
}

/// The lead's part of a request just dispatched.
async fn lead(app: &TestApp) -> String {
    let request = file(app, json!({})).await;
    part(&dispatch(app, &request).await, "lead")
}

async fn badly_rated(app: &TestApp) -> (String, String) {
    let view = answered(app, solved()).await;
    let request = text(&view["id"]);
    let rating = json!({ "level": "dissatisfied", "reached": true, "solved": false });
    app.as_("chemical").post(&format!("/requests/{request}/rating"), rating).await.expect(201);
    let seen = app.as_("dispatcher").get(&format!("/requests/{request}")).await.expect(200);
    (request, part(&seen, "lead"))
}
