//! The sample district in an empty database, and in it one request in each state, walked there through the API.

use super::http::Client;
use super::server;
use super::store::Place;
use diesel::prelude::*;
use onedoor::app::App;
use onedoor::db::schema::{categories, companies, duties, memberships, persons, units};
use onedoor::db::{Db, Settings};
use onedoor::domain::actor::Actor;
use onedoor::domain::ids::{Id, Instant};
use onedoor::people::{self, Password};
use onedoor::time::Time;
use onedoor::{config, district};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::Path;

/// The user names that measure: a company's user, the office, and staff of the unit that leads.
pub(crate) const USERS: [&str; 5] =
    ["washer", "dispatcher", "municipal_works.handler", "municipal_works.signer", "leader"];

/// The district, by the names of things.
#[derive(Debug, Clone, Default)]
pub(crate) struct Known {
    pub(crate) units: HashMap<String, String>,
    pub(crate) categories: HashMap<String, String>,
    pub(crate) persons: HashMap<String, String>,
    /// The companies by the user name of their user, each with the membership.
    pub(crate) companies: HashMap<String, (String, String)>,
    /// Every sub-class with the unit that leads it, by the duty table.
    pub(crate) duties: Vec<(String, String)>,
    pub(crate) tokens: HashMap<String, String>,
}

/// Migrates the empty database at `place` and builds the district in it.
pub(crate) fn build(place: &Place) {
    let db = open(place);
    db.migrate_up().expect("a new database can be migrated");
    let at = Time::system().now().plus(chrono::TimeDelta::days(-30));
    let password = Password::typed("/password", "one-door-in").and_then(|password| password.hash_here());
    let password = password.expect("a password can be hashed");
    let accounts = district::accounts().expect("the sample is right").into_iter();
    let passwords: HashMap<_, _> = accounts.map(|account| (account.username, password.clone())).collect();
    let today = at.utc().date_naive();
    db.write_blocking(move |conn| district::build(conn, at, today, &passwords)).expect("it is built");
    db.close();
}

fn open(place: &Place) -> Db {
    let settings = Settings { url: place.url(), create: true, ..Settings::default() };
    Db::open(&settings).expect("the database can be opened")
}

impl Known {
    /// The names and ids of the district at `place`, with a new token for each of [`USERS`].
    pub(crate) fn read(place: &Place, home: &Path) -> Self {
        let db = open(place);
        let people = config::load(Some(&server::settings(home, place, true))).expect("right settings").people;
        let at = Time::system().now();
        let tokens = db.write_blocking(move |conn| {
            let token = |user: &'static str| {
                Ok((user, people::token_for(conn, at, &Actor::system(), user, &people)?))
            };
            USERS.into_iter().map(token).collect::<Result<Vec<_>, onedoor::fault::Fault>>()
        });
        let mut known = db
            .read_blocking(|conn| {
                let of_companies = memberships::table
                    .inner_join(persons::table)
                    .inner_join(companies::table)
                    .filter(persons::username.eq_any(USERS.map(Some)))
                    .select((persons::username.assume_not_null(), companies::id, memberships::id));
                let of_companies: Vec<(String, Id, Id)> = of_companies.load(conn)?;
                let of_persons = persons::table.filter(persons::username.eq_any(USERS.map(Some)));
                let of_duties = duties::table.select((duties::category_id, duties::lead_unit_id));
                let duties: Vec<(Id, Id)> = of_duties.order(duties::id).load(conn)?;
                Ok(Self {
                    units: spelled(units::table.select((units::code, units::id)).load(conn)?),
                    categories: spelled(
                        categories::table.select((categories::code, categories::id)).load(conn)?,
                    ),
                    persons: spelled(
                        of_persons.select((persons::username.assume_not_null(), persons::id)).load(conn)?,
                    ),
                    companies: of_companies
                        .into_iter()
                        .map(|(user, company, membership)| {
                            (user, (company.to_string(), membership.to_string()))
                        })
                        .collect(),
                    duties: duties
                        .into_iter()
                        .map(|(category, unit)| (category.to_string(), unit.to_string()))
                        .collect(),
                    tokens: HashMap::new(),
                })
            })
            .expect("the district can be read");
        let tokens = tokens.expect("sessions can be opened").into_iter();
        known.tokens = tokens.map(|(user, token)| (user.to_owned(), token.expect("an account"))).collect();
        db.close();
        known
    }
}

/// Has these requests indexed by their words, as the program does with those that were there before.
pub(crate) fn index(place: &Place, requests: impl Iterator<Item = (Id, Instant)>) {
    let db = open(place);
    let mut requests = requests.peekable();
    while requests.peek().is_some() {
        let some: Vec<(Id, Instant)> = requests.by_ref().take(1000).collect();
        db.write_blocking(move |conn| onedoor::requests::enlist(conn, &some)).expect("they can be entered");
        while db
            .write_blocking(|conn| onedoor::requests::index_waiting(conn, 500))
            .expect("they can be indexed")
            > 0
        {}
    }
    db.close();
}

fn spelled(rows: Vec<(String, Id)>) -> HashMap<String, String> {
    rows.into_iter().map(|(name, id)| (name, id.to_string())).collect()
}

/// What the requests that are filed are about.
pub(crate) const TITLE: &str = "厂区外道路路灯不亮，夜班职工出行不安全";

/// The body of a request to be filed by `company`: the published case of the dark street lamps.
pub(crate) fn filing(company: &str) -> Value {
    json!({
        "company": company, "kind": "help",
        "title": TITLE,
        "body": "厂区东侧道路的路灯连续几晚不亮，夜班职工骑车、步行都看不清路。请尽快派人检修。",
        "place": "厂区东侧道路", "contact_name": "值班室", "contact_phone": "0532-86988888"
    })
}

/// The states that requests are copied in.
const STATES: [&str; 4] = ["submitted", "in_progress", "answered", "concluded"];

/// Walks one request into each state through the API, two days ago, and gives their ids: submitted, in progress, answered,
/// concluded.
pub(crate) fn walk(place: &Place, home: &Path, known: &Known) -> [String; 4] {
    let settings = config::load(Some(&server::settings(home, place, true))).expect("right settings");
    let start: Instant = Time::system().now().plus(chrono::TimeDelta::days(-2));
    actix_web::rt::System::new().block_on(async {
        let app = App::new(settings, Time::simulated(start, 60)).without_loops();
        let running = app.start().await.expect("the application starts");
        let address = running.address;
        let known = known.clone();
        let walking = tokio::task::spawn_blocking(move || STATES.map(|until| to(address, &known, until)));
        let walked = walking.await.expect("the walk came to its end");
        running.stop().await;
        walked
    })
}

fn to(address: SocketAddr, known: &Known, until: &str) -> String {
    let [mut company, mut office, mut handler, mut signer, _] =
        USERS.map(|user| Client::connect(address, &known.tokens[user]));
    let filed = company.post("/api/v1/requests", &filing(&known.companies["washer"].0));
    let id = filed["id"].as_str().expect("an id").to_owned();
    if until == "submitted" {
        return id;
    }
    let (category, unit) = (&known.categories["roads.lights"], &known.units["municipal_works"]);
    let dispatch = json!({ "category": category, "parts": [{ "unit": unit, "part": "lead" }] });
    let dispatched = office.post(&format!("/api/v1/requests/{id}/dispatch"), &dispatch);
    let part = dispatched["parts"][0]["id"].as_str().expect("a part").to_owned();
    let act = |name: &str| format!("/api/v1/assignments/{part}/{name}");
    handler.post(&act("sign"), &json!({}));
    let contact = json!({
        "whom": "值班室", "means": "phone", "number": "0532-86988888", "reached": true, "outcome": "今天下午到现场检修"
    });
    handler.post(&act("contact"), &contact);
    if until == "in_progress" {
        return id;
    }
    let answer = json!({
        "outcome": "solved", "public_text": "路灯已修复，今晚正常亮灯。", "internal_note": "箱体老化，列入明年更换计划",
        "evidence": ["修复后的照片 2 张"]
    });
    handler.post(&act("draft"), &answer);
    signer.post(&act("approve"), &json!({}));
    office.post(&act("release"), &json!({}));
    if until == "concluded" {
        let rating = json!({ "level": "very_satisfied", "reached": true, "solved": true, "words": "修得很快，谢谢。" });
        company.post(&format!("/api/v1/requests/{id}/rating"), &rating);
    }
    id
}
