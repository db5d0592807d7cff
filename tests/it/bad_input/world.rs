//! Something for every route to be done to: each act has a thing of its own, so that no case hinders another.

use super::accounts::Accounts;
use super::between::Between;
use super::long::Long;
use super::orders::Orders;
use super::turns::Turns;
use crate::inbox::HAND_OUT;
use crate::support::app::TestApp;
use crate::support::files::{pdf, uploaded};
use crate::support::walk::{ASSIST, LEAD, answer, answered, dispatch, file, part, promised, solved, text};
use serde_json::{Value, json};

/// The ids a case puts into its path.
#[derive(Debug)]
pub(crate) struct World {
    pub(super) submitted: Vec<String>,
    /// Requests that wait for the company's papers.
    pub(super) waiting: Vec<String>,
    pub(super) dispatched: String,
    pub(super) signed: String,
    pub(super) drafted: [String; 2],
    pub(super) assist_answered: String,
    pub(super) approved: [String; 2],
    pub(super) answered: [String; 2],
    /// A request and the part that is to blame.
    pub(super) badly_rated: (String, String),
    /// A request that nobody has rated.
    pub(super) unrated: String,
    /// A released part that was rated badly, and an appeal against such a rating.
    pub(super) blamed: String,
    pub(super) appeal: String,
    /// A letter that waits.
    pub(super) letter: String,
    /// Two items of a company's user's inbox.
    pub(super) inbox: [String; 2],
    pub(super) commitment: String,
    pub(super) between: Between,
    /// A request to be merged, and the one it is merged into.
    pub(super) to_merge: [String; 2],
    /// An echo without a text.
    pub(super) echo: String,
    /// A request of [`SHARED`]'s units, and the assignments of all but the lead.
    pub(super) shared: (String, Vec<String>),
    /// A return that is ruled on jointly, and the assignments of the other units.
    pub(super) returning: (String, Vec<String>),
    /// A part its unit may still give back.
    pub(super) to_return: String,
    /// A meeting that was convened.
    pub(super) meeting: String,
    pub(super) person: String,
    pub(super) membership: String,
    pub(super) company: String,
    pub(super) unit: String,
    pub(super) category: String,
    /// Two uploads of a company's user, attached to nothing.
    pub(super) uploads: [String; 2],
    pub(super) turns: Turns,
    pub(super) long: Long,
    pub(super) accounts: Accounts,
    pub(super) orders: Orders,
}

impl World {
    /// Brings one request each as far as the acts need it, and adds a person, a company, a unit and a category.
    pub(crate) async fn make(app: &TestApp) -> Self {
        let mut submitted = Vec::new();
        for _ in 0..7 {
            submitted.push(file(app, json!({})).await);
        }
        let mut waiting = Vec::new();
        for _ in 0..2 {
            let request = file(app, json!({})).await;
            let path = format!("/requests/{request}/ask-info");
            app.as_("dispatcher").post(&path, json!({ "list": "现场照片" })).await.expect(200);
            waiting.push(request);
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
        let appealed = badly_rated(app).await.1;
        let path = format!("/assignments/{appealed}/appeal");
        let reason = json!({ "reason": "评价对象有误" });
        let appeal = app.as_("traffic_police.signer").post(&path, reason).await.expect(201);
        app.step(HAND_OUT).await;
        let told = app.as_("chemical").get("/inbox?limit=2").await.expect(200);
        let letters = app.as_("admin").get("/outbox?limit=1").await.expect(200);
        Self {
            letter: text(&letters["items"][0]["id"]),
            inbox: [0, 1].map(|place| text(&told["items"][place]["id"])),
            unrated: text(&answered(app, solved()).await["id"]),
            blamed: badly_rated(app).await.1,
            appeal: text(&appeal["id"]),
            uploads: [upload(app).await, upload(app).await],
            submitted,
            waiting,
            dispatched: lead(app).await,
            signed,
            drafted,
            assist_answered,
            approved,
            badly_rated: badly_rated(app).await,
            answered: done.map(|view| text(&view["id"])),
            long: Long::make(app).await,
            accounts: Accounts::make(app).await,
            orders: Orders::make(app).await,
            commitment: text(&with_promise["commitments"][0]["id"]),
            turns: Turns::make(app).await,
            between: Between::make(app).await,
            to_merge: [file(app, json!({})).await, file(app, json!({})).await],
            echo: echo_of(app, &file(app, json!({})).await).await,
            shared: shared(app).await,
            returning: returning(app).await,
            to_return: lead(app).await,
            meeting: meeting(app).await,
            ..Self::kept_by_the_administrator(app).await
        }
    }

    async fn kept_by_the_administrator(app: &TestApp) -> Self {
        let admin = app.as_("admin");
        let add = async |path: &str, form: Value| admin.post(path, form).await.expect(201);
        let person = json!({ "name": "待改派的人", "username": "somebody", "password": "Not-that-long" });
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
            uploads: [String::new(), String::new()],
            submitted: Vec::new(),
            waiting: Vec::new(),
            dispatched: String::new(),
            signed: String::new(),
            drafted: Default::default(),
            assist_answered: String::new(),
            approved: Default::default(),
            answered: Default::default(),
            badly_rated: Default::default(),
            unrated: String::new(),
            blamed: String::new(),
            appeal: String::new(),
            letter: String::new(),
            inbox: Default::default(),
            commitment: String::new(),
            between: Between::default(),
            to_merge: Default::default(),
            echo: String::new(),
            shared: Default::default(),
            returning: Default::default(),
            to_return: String::new(),
            meeting: String::new(),
            long: Long::default(),
            accounts: Accounts::default(),
            orders: Orders::default(),
            person,
            membership: text(&membership["id"]),
            company: text(&company["id"]),
            unit: text(&unit["id"]),
            category: text(&category["id"]),
            turns: Turns::default(),
        }
    }
}

async fn upload(app: &TestApp) -> String {
    text(&uploaded(&app.as_("chemical"), "材料.pdf", &pdf("材料")).await)
}

/// The lead's part of a request just dispatched.
async fn lead(app: &TestApp) -> String {
    let request = file(app, json!({})).await;
    part(&dispatch(app, &request).await, "lead")
}

/// A request merged into this one.
pub(super) async fn echo_of(app: &TestApp, master: &str) -> String {
    let echo = file(app, json!({})).await;
    let merge = json!({ "master": master, "reason": "同一路口" });
    app.as_("dispatcher").post(&format!("/requests/{echo}/merge"), merge).await.expect(200);
    echo
}

/// The units of a request that changes hands: its lead, two branches and an assist.
const SHARED: [(&str, &str); 4] =
    [(LEAD, "lead"), ("industry", "branch"), ("natural_resources", "branch"), ("permits", "assist")];

/// A request with these units; gives it and the assignments of all but the lead, as [`SHARED`] has them.
async fn shared(app: &TestApp) -> (String, Vec<String>) {
    let request = file(app, json!({})).await;
    let parts = SHARED.map(|(unit, part)| json!({ "unit": app.district.unit(unit), "part": part }));
    let path = format!("/requests/{request}/dispatch");
    let view = app.as_("dispatcher").post(&path, json!({ "parts": parts })).await.expect(200);
    let of_unit = |(unit, _): &(&str, &str)| {
        let parts = view["parts"].as_array().expect("parts");
        text(&parts.iter().find(|part| part["unit"]["code"] == **unit).expect("it has a part")["id"])
    };
    (request, SHARED.iter().skip(1).map(of_unit).collect())
}

/// The same, from which two units want to be gone; gives the second one's return.
async fn returning(app: &TestApp) -> (String, Vec<String>) {
    let (request, others) = shared(app).await;
    let view = app.as_("dispatcher").get(&format!("/requests/{request}")).await.expect(200);
    let lead = part(&view, "lead");
    for (who, assignment) in [("permits.handler", &others[2]), ("traffic_police.handler", &lead)] {
        let path = format!("/assignments/{assignment}/return");
        let body = json!({ "cause": "wrong_unit", "reason": "不属本单位" });
        app.as_(who).post(&path, body).await.expect(200);
    }
    let view = app.as_("dispatcher").get(&format!("/requests/{request}")).await.expect(200);
    let returns = view["returns"].as_array().expect("returns");
    let of_lead = returns.iter().find(|one| one["assignment"] == lead.as_str()).expect("the lead asked");
    (text(&of_lead["id"]), others)
}

/// A meeting about a request just filed.
async fn meeting(app: &TestApp) -> String {
    let request = file(app, json!({})).await;
    let body = json!({ "units": [app.district.unit(LEAD)], "planned_at": "2026-09-28T14:00:00+08:00", "agenda": "定主办" });
    let path = format!("/requests/{request}/meetings");
    text(&app.as_("dispatcher").post(&path, body).await.expect(200)["meetings"][0]["id"])
}

async fn badly_rated(app: &TestApp) -> (String, String) {
    let view = answered(app, solved()).await;
    let request = text(&view["id"]);
    let rating = json!({ "level": "dissatisfied", "reached": true, "solved": false });
    app.as_("chemical").post(&format!("/requests/{request}/rating"), rating).await.expect(201);
    let seen = app.as_("dispatcher").get(&format!("/requests/{request}")).await.expect(200);
    (request, part(&seen, "lead"))
}
