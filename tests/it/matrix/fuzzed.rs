//! The contract, tried from outside: the application with a world in it, for `tests/contract/fuzz.py` to ask about.
//! `tests/contract/run` runs it.

use super::table::{Expected, ROLES, Row, rows};
use super::world::Things;
use crate::support::app::{TestApp, run_in_the_sample_district};
use crate::support::files::picture;
use crate::support::place::Database;
use image::ImageFormat;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::Command;

/// Who plays a role where a row names nobody.
fn player(role: &str) -> &str {
    match role {
        "company" => "chemical",
        "rival" => "washer",
        "handler" => "traffic_police.handler",
        "signer" => "traffic_police.signer",
        name => name,
    }
}

/// What is right to ask: each route that changes something as its case has it, each that reads as the first role that may.
async fn right(app: &TestApp, things: &Things) -> Vec<Value> {
    let mut asked = Vec::new();
    let rows = rows();
    for row in rows.iter().filter(|row| row.method == Method::GET) {
        let may = row.by_role().find(|(_, cell)| matches!(cell.own, Expected::Right));
        let Some((role, _)) = may else { continue };
        let token = match role {
            "nobody" => None,
            role => Some(app.token(player(role)).await),
        };
        asked.push(question(things, row, role, token));
    }
    // As `bad_input` does them, one after the other; what logs somebody out comes last.
    let (last, first): (Vec<_>, Vec<_>) =
        things.cases().iter().partition(|case| case.template.starts_with("/api/v1/auth/"));
    for case in first.into_iter().chain(last) {
        let row = rows.iter().find(|row| row.method == case.method && row.template == case.template);
        let token = match case.by {
            "" => None,
            by => Some(app.token(by).await),
        };
        asked.push(question(things, row.expect("every route has its row"), case.by, token));
    }
    let upload = rows.iter().find(|row| row.route() == "POST /api/v1/uploads").expect("the row of uploads");
    asked.push(question(things, upload, "chemical", Some(app.token("chemical").await)));
    asked
}

fn question(things: &Things, row: &Row, by: &str, token: Option<String>) -> Value {
    let question = things.about_the_thing(row, by);
    let file = picture(ImageFormat::Png, 8, 8).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    json!({
        "operation": row.route(),
        "by": by,
        "token": token,
        "id": things.id(row),
        "query": question.query.trim_start_matches('?'),
        "body": question.body,
        "file": question.brings.then_some(file),
    })
}

async fn world(app: &TestApp) -> Value {
    let things = Things::make(app).await;
    let mut tokens = serde_json::Map::new();
    for role in ROLES {
        let token = match role {
            "nobody" => Value::Null,
            role => app.token(player(role)).await.into(),
        };
        tokens.insert(role.to_owned(), token);
    }
    let mut ids: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for row in rows().iter().filter(|row| row.names_something()) {
        ids.entry(row.route()).or_default().insert(things.id(row).to_owned());
    }
    let is_id = |id: &&String| id.parse::<uuid::Uuid>().is_ok();
    let mut pool: BTreeSet<String> = ids.values().flatten().filter(is_id).cloned().collect();
    pool.extend(["chemical", "washer"].map(|name| app.district.company(name).to_owned()));
    pool.insert(app.district.category("roads.signals").to_owned());
    json!({
        "base": format!("http://{}", app.address()),
        "tokens": tokens,
        "right": right(app, &things).await,
        "ids": ids,
        "pool": pool,
    })
}

async fn the_contract_holds_from_outside(app: &mut TestApp) {
    let python = std::env::var_os("ONEDOOR_CONTRACT_PYTHON").expect("tests/contract/run says which Python");
    let options = std::env::var_os("ONEDOOR_CONTRACT_OPTIONS").unwrap_or_default();
    let file = app.place.folder.path().join("world.json");
    fs::write(&file, world(app).await.to_string()).expect("the world can be written down");
    let mut fuzz = Command::new(python);
    fuzz.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/contract/fuzz.py")).arg(file);
    fuzz.args(options.to_string_lossy().split_whitespace());
    let ended = actix_web::rt::task::spawn_blocking(move || fuzz.status()).await;
    assert!(ended.expect("it is waited for").expect("Python runs").success(), "see above");
}

#[test]
#[ignore = "some minutes, and a Python with schemathesis: tests/contract/run"]
fn on_sqlite() {
    run_in_the_sample_district(Database::Sqlite, the_contract_holds_from_outside);
}

#[test]
#[ignore = "some minutes, and a Python with schemathesis: tests/contract/run"]
fn on_postgres() {
    run_in_the_sample_district(Database::Postgres, the_contract_holds_from_outside);
}
