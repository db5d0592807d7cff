//! What the matrix is walked over: for each route that changes something the case of `bad_input`, for each that reads
//! a thing of every kind; and who asks.

use super::table::Row;
use crate::bad_input::cases::{Case, cases};
use crate::bad_input::orders;
use crate::bad_input::world::World;
use crate::support::app::TestApp;
use crate::support::client::Client;
use crate::support::files::{self, picture, uploaded};
use crate::support::walk::{LEAD, dispatch, file, form, part, text};
use image::ImageFormat;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::HashMap;

/// A unit that has no share in anything.
const ELSEWHERE: &str = "heat_supply";

/// Leads to nothing.
pub(super) const NOTHING: &str = "01922222-2222-7222-8222-222222222222";

/// All there is.
pub(super) struct Things {
    cases: Vec<Case>,
    /// The promise book and the calendar as they are.
    book: Value,
    ladder: Value,
    calendar: Value,
    /// What the office has brought itself: nobody attaches what another has.
    of_office: Value,
    read: HashMap<&'static str, String>,
}

/// A request to be sent.
pub(super) struct Question {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) query: &'static str,
    pub(super) body: Option<Value>,
    /// Whether it brings a file and no JSON.
    pub(super) brings: bool,
}

impl Things {
    /// Makes all of it.
    pub(super) async fn make(app: &TestApp) -> Self {
        let world = World::make(app).await;
        let cases = cases(app, &world);
        let photo = picture(ImageFormat::Png, 8, 8);
        let bring = async |who: &str| uploaded(&app.as_(who), "照片.png", &photo).await;
        let confided = async |confidence: &str, files: &[&Value]| {
            let with = json!({ "kind": "complaint", "confidence": confidence, "attachments": files });
            let request = file(app, with).await;
            dispatch(app, &request).await;
            request
        };
        let [of_open, of_hidden, of_sealed, upload] = [
            bring("chemical").await,
            bring("chemical").await,
            bring("chemical").await,
            bring("chemical").await,
        ];
        let submitted = file(app, json!({})).await;
        let [open, hidden, sealed] = [
            confided("open", &[&of_open]).await,
            confided("hidden", &[&of_hidden]).await,
            confided("sealed", &[&of_sealed]).await,
        ];
        let echo = confided("open", &[]).await;
        let merge = json!({ "master": submitted, "reason": "同一路口" });
        app.as_("dispatcher").post(&format!("/requests/{echo}/merge"), merge).await.expect(200);
        let visited = form(app, &json!({ "channel": "visit" }));
        let visited = app.as_("specialist").post("/requests", visited).await.expect(201);
        let shared = file(app, json!({})).await;
        let shared = part(&dispatch(app, &shared).await, "lead");
        let orders = [orders::draft(app, &shared).await, orders::issued(app, &shared).await];
        outsider(app).await;
        let letters = app.as_("admin").get("/outbox?limit=1").await.expect(200);
        let letter = text(&letters["items"][0]["id"]);
        let read = HashMap::from([
            ("submitted", submitted),
            ("open", open),
            ("hidden", hidden),
            ("sealed", sealed),
            ("echo", echo),
            ("visited", text(&visited["id"])),
            ("company", app.district.company("chemical").to_owned()),
            ("unit", app.district.unit(LEAD).to_owned()),
            ("category", app.district.category("roads.signals").to_owned()),
            ("person", app.district.person("chemical").to_owned()),
            ("draft", orders[0].clone()),
            ("order", orders[1].clone()),
            ("letter", letter),
            ("calendar", "cn".to_owned()),
            ("upload", text(&upload)),
            ("of_open", text(&of_open)),
            ("of_hidden", text(&of_hidden)),
            ("of_sealed", text(&of_sealed)),
        ]);
        let document = async |path: &str| app.as_("admin").get(path).await.expect(200)["document"].clone();
        let (book, calendar) = (document("/promises").await, document("/calendars/cn").await);
        let ladder = document("/ladder").await;
        Self { cases, book, calendar, ladder, of_office: bring("dispatcher").await, read }
    }

    /// Every case there is.
    pub(super) fn cases(&self) -> &[Case] {
        &self.cases
    }

    /// What a row asks about.
    pub(super) fn id(&self, row: &Row) -> &str {
        if row.thing.is_empty() {
            return self.case(row).map(|case| case.id.as_str()).unwrap_or_default();
        }
        self.read
            .get(row.thing.as_str())
            .unwrap_or_else(|| panic!("there is no {}: {}", row.thing, row.route()))
    }

    fn case(&self, row: &Row) -> Option<&Case> {
        self.cases.iter().find(|case| case.method == row.method && case.template == row.template)
    }

    /// What `role` asks of a row's route about its thing.
    pub(super) fn about_the_thing(&self, row: &Row, role: &str) -> Question {
        self.about(row, self.id(row), role)
    }

    /// The same about `id`.
    pub(super) fn about(&self, row: &Row, id: &str, role: &str) -> Question {
        let path = row.template.replace("{id}", id).replace("{name}", id);
        let case = self.case(row).filter(|case| case.fields.is_some());
        let body = case.map(|case| match row.route().as_str() {
            "PUT /api/v1/promises" => self.book.clone(),
            "PUT /api/v1/ladder" => self.ladder.clone(),
            "PUT /api/v1/calendars/{name}" => self.calendar.clone(),
            // Nobody but a company files by the web.
            "POST /api/v1/requests" if ["specialist", "dispatcher"].contains(&role) => {
                let mut body = case.body();
                body["channel"] = json!("visit");
                body
            }
            "POST /api/v1/requests/{id}/attachments" if role == "dispatcher" => {
                json!({ "attachments": [self.of_office] })
            }
            _ => case.body(),
        });
        let brings = row.route() == "POST /api/v1/uploads";
        let query = if row.template.ends_with("/days") { "?from=2026-09-01&to=2026-09-30" } else { "" };
        Question { method: row.method.clone(), path, query, body, brings }
    }

    /// Who asks as `role`: of the unit that leads what the row is about.
    pub(super) fn client(&self, app: &TestApp, row: &Row, role: &str) -> Client {
        let by = self.case(row).map_or("", |case| case.by);
        let unit = by.strip_suffix(".handler").or(by.strip_suffix(".signer")).unwrap_or(LEAD);
        match role {
            "nobody" => app.stranger(),
            "company" => app.as_("chemical"),
            "rival" => app.as_("washer"),
            // An authenticator is begun, confirmed and removed by its owner.
            "handler" if row.template.starts_with("/api/v1/auth/totp") => app.as_(by),
            "handler" | "signer" => app.as_(&format!("{unit}.{role}")),
            name => app.as_(name),
        }
    }
}

/// Everything one can be in a unit, in one that has no share in anything.
async fn outsider(app: &TestApp) {
    let admin = app.as_("admin");
    let person = json!({ "name": "别的单位的人", "username": "outsider", "password": "One-door-in" });
    let person = text(&admin.post("/people", person).await.expect(201)["id"]);
    for role in ["handler", "signer", "supervisor", "leader"] {
        let role = json!({ "role": role, "unit_id": app.district.unit(ELSEWHERE) });
        admin.post(&format!("/people/{person}/memberships"), role).await.expect(201);
    }
}

impl Question {
    /// The same with a body that names no company there is.
    pub(super) fn naming_nothing(&self) -> Self {
        let mut body = self.body.clone().unwrap_or_default();
        body["company"] = json!(NOTHING);
        Self {
            method: self.method.clone(),
            path: self.path.clone(),
            query: self.query,
            body: Some(body),
            brings: false,
        }
    }

    /// Asks it.
    pub(super) async fn ask(&self, client: &Client) -> crate::support::client::Answer {
        let path = format!("{}{}", self.path, self.query);
        let request = client.request(self.method.clone(), &path).header("if-match", "*");
        let request = match &self.body {
            Some(body) => request.json(body),
            None if self.brings => {
                let body = files::body(&[("照片.png", &picture(ImageFormat::Png, 8, 8))]);
                request.header("content-type", files::content_type()).body(body)
            }
            None => request,
        };
        client.send(request).await
    }
}
