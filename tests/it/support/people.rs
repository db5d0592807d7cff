//! Units, companies and persons for a scenario, and clients logged in as them.

use super::app::TestApp;
use super::client::Client;
use onedoor::domain::ids::Instant;
use onedoor::people::{NewPerson, Password, PersonLanguage, Username};
use serde_json::{Value, json};

/// The password of everyone a scenario makes.
pub(crate) const PASSWORD: &str = "Correct horse 7 battery";

/// Credit codes with right check characters.
pub(crate) const USCCS: [&str; 3] = ["91350100M000100Y43", "91110108551385082Q", "91370211MAYANG0152"];

/// The instant it is for the application.
pub(crate) fn now(app: &TestApp) -> Instant {
    app.context.time.now()
}

/// Adds an administrator with this user name, as the command line does, and logs them in.
pub(crate) async fn admin(app: &TestApp, username: &str) -> Client {
    let new = NewPerson {
        username: Username::parse(username),
        phone: None,
        name: "管理员".to_owned(),
        email: None,
        language: PersonLanguage::Chinese,
        password: Password::typed("/password", PASSWORD)
            .and_then(|password| password.hash_here())
            .expect("a password can be hashed"),
        one_time: false,
    };
    let at = now(app);
    let made = app.context.db.write(move |conn| onedoor::people::create_admin(conn, at, &new)).await;
    made.expect("an administrator can be added");
    log_in(app, username, PASSWORD).await
}

/// A client logged in by this name and password.
pub(crate) async fn log_in(app: &TestApp, name: &str, password: &str) -> Client {
    let answer = app.stranger().post("/auth/login", json!({ "name": name, "password": password })).await;
    app.stranger().with_token(text(&answer.expect(200), "token"))
}

/// Adds a unit and gives its id.
pub(crate) async fn unit(admin: &Client, code: &str, kind: &str, parent: Option<&str>) -> String {
    let body = json!({ "code": code, "name": format!("单位{code}"), "kind": kind, "parent_id": parent });
    id(&admin.post("/units", body).await.expect(201))
}

/// Adds a district with its office and gives both ids.
pub(crate) async fn district(admin: &Client) -> (String, String) {
    let district = unit(admin, "district", "district", None).await;
    let office = unit(admin, "office", "office", Some(&district)).await;
    (district, office)
}

/// Adds a member of staff with these roles, each with its unit, and gives a client logged in as them, and the id.
pub(crate) async fn staff(
    app: &TestApp,
    admin: &Client,
    username: &str,
    roles: &[(&str, Option<&str>)],
) -> (Client, String) {
    let body = json!({ "name": "某某", "username": username, "password": PASSWORD });
    let person = id(&admin.post("/people", body).await.expect(201));
    for (role, unit) in roles {
        grant(admin, &person, role, *unit).await;
    }
    (log_in(app, username, PASSWORD).await, person)
}

/// Gives a person a role and gives the membership's id.
pub(crate) async fn grant(admin: &Client, person: &str, role: &str, unit: Option<&str>) -> String {
    let body = json!({ "role": role, "unit_id": unit });
    id(&admin.post(&format!("/people/{person}/memberships"), body).await.expect(201))
}

/// The body that registers a company with this code and a first user with this phone.
pub(crate) fn registration(uscc: &str, phone: &str) -> Value {
    json!({
        "company": { "name": "某轴承企业", "standing": "registered", "uscc": uscc },
        "person": { "name": "李明", "phone": phone, "password": PASSWORD },
    })
}

/// Registers a company, and gives a client logged in as its first user, and the company's id.
pub(crate) async fn company(app: &TestApp, uscc: &str, phone: &str) -> (Client, String) {
    let body = app.stranger().post("/auth/register", registration(uscc, phone)).await.expect(201);
    (app.stranger().with_token(text(&body, "token")), id(&body["company"]))
}

/// The id of what was answered.
pub(crate) fn id(body: &Value) -> String {
    text(body, "id").to_owned()
}

/// A text field of what was answered.
pub(crate) fn text<'a>(body: &'a Value, field: &str) -> &'a str {
    body[field].as_str().expect("the answer has that text")
}
