//! A small district for scenarios: an office, three bureaux, two companies, and somebody logged in for each role.
//!
//! Its rows are written directly, and nobody has a password, so that a scenario about requests does not spend its
//! time on hashing.

use super::app::{TestApp, instant};
use super::client::Client;
use diesel::prelude::*;
use onedoor::db::Conn;
use onedoor::db::schema::{categories, companies, memberships, persons, sessions, units};
use onedoor::domain::ids::{Id, Instant};
use onedoor::fault::Fault;
use onedoor::promises;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// Before any scenario begins.
const FOUNDED: &str = "2026-01-01T09:00:00+08:00";
/// After any scenario ends: nobody is logged out for having been idle.
const LATER: &str = "2028-01-01T09:00:00+08:00";

/// A unit of the district.
#[derive(Debug, Clone)]
pub(crate) struct Bureau {
    pub(crate) id: Id,
    /// Handles and signs for it.
    pub(crate) handler: Client,
}

/// A company of the district.
#[derive(Debug, Clone)]
pub(crate) struct Firm {
    pub(crate) id: Id,
    pub(crate) name: &'static str,
    pub(crate) user: Client,
}

/// The district.
pub(crate) struct District {
    pub(crate) dispatcher: Client,
    pub(crate) auditor: Client,
    pub(crate) admin: Client,
    /// Supervises the industry and the resources bureau.
    pub(crate) supervisor: Client,
    /// Files for the bakery and handles for the industry bureau.
    pub(crate) both: Client,
    pub(crate) industry: Bureau,
    pub(crate) resources: Bureau,
    pub(crate) permits: Bureau,
    pub(crate) mill: Firm,
    pub(crate) bakery: Firm,
    /// A class.
    pub(crate) land: Id,
    /// A sub-class of it.
    pub(crate) site: Id,
}

impl District {
    /// Lays the district into the application's database.
    pub(crate) async fn lay(app: &TestApp) -> Self {
        let [root, group, office, industry, resources, permits] = [0; 6].map(|_| Id::new(instant(FOUNDED)));
        let [mill, bakery, land, site] = [0; 4].map(|_| Id::new(instant(FOUNDED)));
        let laid = app.context.db.write(move |conn| {
            promises::seed(conn, instant(FOUNDED))?;
            unit(conn, root, ("district", "西区", "district"), None, "/district/")?;
            unit(conn, office, ("office", "营商办", "office"), Some(root), "/district/office/")?;
            unit(conn, group, ("economy", "经济片区", "park"), Some(root), "/district/economy/")?;
            unit(
                conn,
                industry,
                ("industry", "工信局", "bureau"),
                Some(group),
                "/district/economy/industry/",
            )?;
            unit(
                conn,
                resources,
                ("resources", "资源局", "bureau"),
                Some(group),
                "/district/economy/resources/",
            )?;
            unit(conn, permits, ("permits", "审批局", "bureau"), Some(root), "/district/permits/")?;
            company(conn, mill, "甲纺织")?;
            company(conn, bakery, "乙食品")?;
            category(conn, land, "land", None)?;
            category(conn, site, "land.site", Some(land))
        });
        laid.await.expect("the district is laid");
        let client = app.stranger();
        let in_unit = |unit: Id, roles: &[&'static str]| {
            somebody(app, &client, roles.iter().map(|role| (*role, Some(unit), None)).collect())
        };
        let in_company = |company: Id| somebody(app, &client, vec![("company", None, Some(company))]);
        let in_house = |role: &'static str| somebody(app, &client, vec![(role, None, None)]);
        let both = vec![("company", None, Some(bakery)), ("handler", Some(industry), None)];
        Self {
            dispatcher: in_unit(office, &["dispatcher"]).await,
            auditor: in_house("auditor").await,
            admin: in_house("admin").await,
            supervisor: in_unit(group, &["supervisor"]).await,
            both: somebody(app, &client, both).await,
            industry: Bureau { id: industry, handler: in_unit(industry, &["handler", "signer"]).await },
            resources: Bureau { id: resources, handler: in_unit(resources, &["handler", "signer"]).await },
            permits: Bureau { id: permits, handler: in_unit(permits, &["handler", "signer"]).await },
            mill: Firm { id: mill, name: "甲纺织", user: in_company(mill).await },
            bakery: Firm { id: bakery, name: "乙食品", user: in_company(bakery).await },
            land,
            site,
        }
    }

    /// Files a request of `firm`, with what `change` says beside the ordinary; gives its id.
    pub(crate) async fn file(&self, firm: &Firm, title: &str, change: Value) -> Id {
        let mut form = json!({
            "company": firm.id, "kind": "help", "title": title, "body": "请协助办理。", "category": self.site,
            "contact_name": "周经理", "contact_phone": "13800138000",
        });
        for (key, value) in change.as_object().into_iter().flatten() {
            form[key] = value.clone();
        }
        id(&firm.user.post("/requests", form).await.expect(201))
    }

    /// Dispatches a request to these units, each with its part; gives the request.
    pub(crate) async fn dispatch(&self, request: Id, parts: &[(&Bureau, &str)]) -> Value {
        let parts: Vec<Value> =
            parts.iter().map(|(bureau, part)| json!({ "unit": bureau.id, "part": part })).collect();
        let path = format!("/requests/{request}/dispatch");
        self.dispatcher.post(&path, json!({ "parts": parts })).await.expect(200)
    }

    /// Signs, drafts and approves the part of `bureau` as solved; gives the assignment's id.
    pub(crate) async fn answer(&self, request: &Value, bureau: &Bureau) -> Id {
        let assignment = assignment(request, bureau);
        let act = |act: &str| format!("/assignments/{assignment}/{act}");
        bureau.handler.post(&act("sign"), Value::Null).await.expect(200);
        let answer = json!({ "outcome": "solved", "public_text": "已办好。", "evidence": ["现场照片"],
            "internal_note": "内部情况" });
        bureau.handler.post(&act("draft"), answer).await.expect(200);
        bureau.handler.post(&act("approve"), Value::Null).await.expect(200);
        assignment
    }

    /// Releases an approved answer.
    pub(crate) async fn release(&self, assignment: Id) -> Value {
        let path = format!("/assignments/{assignment}/release");
        self.dispatcher.post(&path, Value::Null).await.expect(200)
    }
}

/// The assignment of `bureau` in the view of a request.
pub(crate) fn assignment(request: &Value, bureau: &Bureau) -> Id {
    let parts = request["parts"].as_array().expect("a request has parts");
    let of_bureau = |part: &&Value| part["unit"]["id"] == json!(bureau.id);
    id(parts.iter().rev().find(of_bureau).expect("the unit has a part"))
}

/// The id of a thing.
pub(crate) fn id(thing: &Value) -> Id {
    thing["id"].as_str().and_then(Id::parse).expect("a thing has an id")
}

fn unit(
    conn: &mut Conn,
    id: Id,
    (code, name, kind): (&str, &str, &str),
    parent: Option<Id>,
    path: &str,
) -> Result<(), Fault> {
    diesel::insert_into(units::table)
        .values((
            (units::id.eq(id), units::code.eq(code), units::name.eq(name), units::kind.eq(kind)),
            (units::parent_id.eq(parent), units::path.eq(path), units::calendar.eq("cn")),
            units::valid_from.eq(instant(FOUNDED).utc().date_naive()),
            (units::version.eq(0), units::journal_seq.eq(0), units::journal_head.eq("")),
        ))
        .execute(conn)?;
    Ok(())
}

fn company(conn: &mut Conn, id: Id, name: &str) -> Result<(), Fault> {
    diesel::insert_into(companies::table)
        .values((
            (companies::id.eq(id), companies::name.eq(name)),
            (companies::standing.eq("prospective"), companies::state.eq("active")),
            companies::created_at.eq(instant(FOUNDED)),
            (companies::version.eq(0), companies::journal_seq.eq(0), companies::journal_head.eq("")),
        ))
        .execute(conn)?;
    Ok(())
}

fn category(conn: &mut Conn, id: Id, code: &str, parent: Option<Id>) -> Result<(), Fault> {
    diesel::insert_into(categories::table)
        .values((
            (categories::id.eq(id), categories::code.eq(code), categories::name.eq(code)),
            (categories::parent_id.eq(parent), categories::position.eq(1), categories::version.eq(1)),
            categories::valid_from.eq(instant(FOUNDED).utc().date_naive()),
        ))
        .execute(conn)?;
    Ok(())
}

/// A role, and the unit or the company it is held in.
type Held = (&'static str, Option<Id>, Option<Id>);

/// A person who holds these roles and is logged in.
async fn somebody(app: &TestApp, client: &Client, roles: Vec<Held>) -> Client {
    let person = Id::new(instant(FOUNDED));
    let token = format!("{}{}", person.uuid().simple(), "0".repeat(11));
    let digest: String = Sha256::digest(&token).iter().map(|byte| format!("{byte:02x}")).collect();
    let written = app.context.db.write(move |conn| {
        let name = roles.iter().map(|(role, _, _)| *role).collect::<Vec<_>>().join(" ");
        log_in(conn, person, &format!("{name}的人"), &digest)?;
        for (role, unit, company) in &roles {
            diesel::insert_into(memberships::table)
                .values((
                    (memberships::id.eq(Id::new(instant(FOUNDED))), memberships::person_id.eq(person)),
                    (memberships::unit_id.eq(*unit), memberships::company_id.eq(*company)),
                    memberships::role.eq(*role),
                    (
                        memberships::valid_from.eq(instant(FOUNDED)),
                        memberships::created_at.eq(instant(FOUNDED)),
                    ),
                ))
                .execute(conn)?;
        }
        Ok(())
    });
    written.await.expect("a person is written");
    client.with_token(&token)
}

fn log_in(conn: &mut Conn, person: Id, name: &str, digest: &str) -> Result<(), Fault> {
    let (founded, later): (Instant, Instant) = (instant(FOUNDED), instant(LATER));
    diesel::insert_into(persons::table)
        .values((
            (persons::id.eq(person), persons::name.eq(name), persons::password_hash.eq("none")),
            (
                persons::language.eq("zh-CN"),
                persons::state.eq("active"),
                persons::password_one_time.eq(false),
            ),
            (persons::created_at.eq(founded), persons::password_changed_at.eq(founded)),
            (persons::version.eq(0), persons::journal_seq.eq(0), persons::journal_head.eq("")),
        ))
        .execute(conn)?;
    diesel::insert_into(sessions::table)
        .values((
            (
                sessions::id.eq(Id::new(founded)),
                sessions::person_id.eq(person),
                sessions::token_hash.eq(digest),
            ),
            (
                sessions::created_at.eq(founded),
                sessions::last_used_at.eq(later),
                sessions::expires_at.eq(later),
            ),
        ))
        .execute(conn)?;
    Ok(())
}
