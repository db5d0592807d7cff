//! The promises room through its API: the book, the calendars, the categories and the duty table.

mod book;
mod calendars;
mod categories;
mod duties;
mod seeding;

use crate::support::app::TestApp;
use crate::support::client::{Answer, Client};
use crate::support::people;
use chrono::NaiveDate;
use onedoor::db::Conn;
use onedoor::domain::actor::Actor;
use onedoor::fault::Fault;
use onedoor::people::{NewUnit, UnitKind};
use onedoor::{promises, seed};
use reqwest::Method;
use serde_json::Value;

/// The code of the sample district's office.
const OFFICE: &str = "business_environment";

/// Adds the sample district: its units, categories and duty table. Gives an administrator.
async fn sample(app: &TestApp) -> Client {
    let at = people::now(app);
    let laid = app.context.db.write(move |conn| {
        for unit in seed::units().map_err(Fault::internal)? {
            let parent = match &unit.parent {
                Some(code) => onedoor::people::unit_by_code(conn, code)?.map(|parent| parent.id),
                None => None,
            };
            let new = NewUnit {
                code: unit.code,
                name: unit.zh,
                name_en: Some(unit.en),
                kind: UnitKind::from_code(unit.kind.code()).expect("a kind of unit"),
                parent,
                calendar: "cn".to_owned(),
                email: None,
                valid_from: date("2020-01-01"),
                valid_until: None,
            };
            onedoor::people::create_unit(conn, at, &Actor::system(), &new)?;
        }
        promises::seed_sample(conn, at)
    });
    laid.await.expect("the sample district is laid");
    people::admin(app, "root").await
}

/// Somebody with this role in the unit with this code.
async fn member(app: &TestApp, admin: &Client, role: &str, code: &'static str) -> Client {
    let unit = unit_id(app, code).await;
    people::staff(app, admin, &format!("{role}.{code}"), &[(role, Some(&unit))]).await.0
}

/// Somebody of a company.
async fn customer(app: &TestApp) -> Client {
    people::company(app, people::USCCS[0], "13800138000").await.0
}

async fn unit_id(app: &TestApp, code: &'static str) -> String {
    let unit = read(app, move |conn| onedoor::people::unit_by_code(conn, code)).await;
    unit.expect("a unit of the sample").id.to_string()
}

async fn category_id(app: &TestApp, code: &'static str) -> String {
    let category = read(app, move |conn| promises::category_by_code(conn, code)).await;
    category.expect("a category of the sample").id.to_string()
}

/// What `onedoor check` would say of this room on a day.
async fn findings(app: &TestApp, on: &'static str) -> Vec<String> {
    read(app, move |conn| promises::check(conn, date(on))).await
}

async fn read<T: Send + 'static>(
    app: &TestApp,
    work: impl FnOnce(&mut Conn) -> Result<T, Fault> + Send + 'static,
) -> T {
    app.context.db.read(work).await.expect("it can be read")
}

fn date(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

/// Sends a change that is meant for the version `tag`, or for none.
async fn change(client: &Client, method: Method, path: &str, tag: Option<&str>, body: &Value) -> Answer {
    let request = client.request(method, path).json(body);
    let request = match tag {
        Some(tag) => request.header("if-match", tag),
        None => request,
    };
    client.send(request).await
}
