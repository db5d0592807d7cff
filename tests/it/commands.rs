//! The commands as an operator types them: the first administrator, the check, the demo.

use crate::support::binary::{Serving, one_line, output, printed, told};
use crate::support::client::Client;
use crate::support::place::{Database, Place};
use crate::support::{app::block_on, sample::PASSWORD};
use diesel::prelude::*;
use onedoor::db::schema::companies;
use onedoor::db::{Db, Settings};
use serde_json::json;

const CREATE: &[&str] = &["admin", "create", "--username", "chief"];

fn the_first_administrator_is_made_and_logs_in(database: Database) {
    let Some(place) = Place::empty(database) else {
        return;
    };
    let folder = place.folder.path();
    let settings = [("ONEDOOR_DATABASE__URL", place.url.as_str())];
    printed(&output(folder, &["migrate"], &settings));
    let short = one_line(&told(folder, CREATE, &settings, "short\n"), 1);
    assert!(short.contains("at least 8 characters"), "{short}");
    assert_eq!(
        printed(&told(folder, CREATE, &settings, &format!("{PASSWORD}\n"))),
        "administrator chief made\n"
    );
    let taken = one_line(&told(folder, CREATE, &settings, &format!("{PASSWORD}\n")), 1);
    assert!(taken.contains("The user name is taken"), "{taken}");
    let serving = Serving::start(folder, &["serve"], &settings);
    block_on(async {
        let client = Client::new(serving.root.clone());
        let session =
            client.post("/auth/login", json!({ "name": "chief", "password": PASSWORD })).await.expect(200);
        let chief = client.with_token(session["token"].as_str().unwrap_or_default());
        assert_eq!(chief.get("/me").await.expect(200)["memberships"][0]["role"], "admin");
    });
}

#[test]
fn the_first_administrator_is_made_and_logs_in_on_sqlite() {
    the_first_administrator_is_made_and_logs_in(Database::Sqlite);
}

#[test]
fn the_first_administrator_is_made_and_logs_in_on_postgres() {
    the_first_administrator_is_made_and_logs_in(Database::Postgres);
}

#[test]
fn a_password_is_never_taken_from_the_command_line() {
    let place = Place::migrated(Database::Sqlite).expect("SQLite is always there");
    let arguments = [CREATE, &["--password", PASSWORD]].concat();
    let refused = output(place.folder.path(), &arguments, &[("ONEDOOR_DATABASE__URL", &place.url)]);
    assert_eq!(refused.status.code(), Some(2));
}

#[test]
fn an_administrator_is_not_made_in_a_database_without_its_tables() {
    let place = Place::empty(Database::Sqlite).expect("SQLite is always there");
    std::fs::write(place.folder.path().join("onedoor.db"), "").expect("a file can be made");
    let settings = [("ONEDOOR_DATABASE__URL", place.url.as_str())];
    let line = one_line(&told(place.folder.path(), CREATE, &settings, PASSWORD), 1);
    assert!(line.contains("0001_house is missing") && line.contains("onedoor migrate"), "{line}");
}

fn what_was_altered_is_found(database: Database) {
    let Some(place) = Place::with_district(database) else {
        return;
    };
    let check = || output(place.folder.path(), &["check"], &[("ONEDOOR_DATABASE__URL", &place.url)]);
    let whole = check();
    let said = String::from_utf8_lossy(&whole.stdout).into_owned();
    let findings: Vec<&str> = said.lines().filter(|line| !line.contains("the notice of")).collect();
    assert!(findings.is_empty() || findings == ["everything holds"], "{said}");

    let db = Db::open(&Settings { url: place.url.clone(), ..Settings::default() }).expect("it opens");
    let altered = db.write_blocking(|conn| {
        let chemical = companies::table.filter(companies::name.eq("某化工企业"));
        Ok(diesel::update(chemical).set(companies::journal_head.eq("0")).execute(conn)?)
    });
    assert_eq!(altered.expect("a row can be altered"), 1);
    db.close();

    let found = check();
    assert_eq!(found.status.code(), Some(1));
    let said = String::from_utf8_lossy(&found.stdout).into_owned();
    let id = place.district.company("chemical");
    assert!(said.contains(&format!("journal of company {id}")), "{said}");
}

#[test]
fn what_was_altered_is_found_on_sqlite() {
    what_was_altered_is_found(Database::Sqlite);
}

#[test]
fn what_was_altered_is_found_on_postgres() {
    what_was_altered_is_found(Database::Postgres);
}

#[test]
fn a_check_of_a_database_that_was_not_migrated_says_so() {
    let place = Place::empty(Database::Sqlite).expect("SQLite is always there");
    std::fs::write(place.folder.path().join("onedoor.db"), "").expect("a file can be made");
    let found = output(place.folder.path(), &["check"], &[("ONEDOOR_DATABASE__URL", &place.url)]);
    assert_eq!(found.status.code(), Some(1));
    let said = String::from_utf8_lossy(&found.stdout).into_owned();
    assert!(said.contains("migration 0001_house is missing"), "{said}");
}

#[test]
fn the_demo_begins_anew_each_time_unless_it_is_told_to_keep() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let people = |arguments: &[&str]| {
        let demo = Serving::start(folder.path(), arguments, &[]);
        let counted = block_on(async {
            let client = Client::new(demo.root.clone());
            let name = json!({ "name": "admin", "password": "demo-admin" });
            let session = client.post("/auth/login", name).await.expect(200);
            let admin = client.with_token(session["token"].as_str().unwrap_or_default());
            let newcomer = json!({ "username": "newcomer", "name": "新来的" });
            let added = admin.post("/people", newcomer).await.status;
            let me = admin.get("/me").await.expect(200);
            (added, me["id"].clone())
        });
        demo.signal("TERM");
        assert_eq!(demo.end().code(), Some(0));
        counted
    };
    let (added, first) = people(&["demo"]);
    assert_eq!(added, 201);
    let (added, second) = people(&["demo"]);
    assert_eq!(added, 201, "the newcomer of the first demo is gone");
    assert_ne!(first, second);
    let (added, kept) = people(&["demo", "--keep"]);
    assert_eq!(added, 409, "the newcomer of the second demo is still there");
    assert_eq!(kept, second);
}

fn the_demo_leaves_a_database_alone_that_is_not_its_own(database: Database) {
    let Some(place) = Place::migrated(database) else {
        return;
    };
    let folder = place.folder.path();
    let settings = [("ONEDOOR_DATABASE__URL", place.url.as_str())];
    printed(&told(folder, CREATE, &settings, PASSWORD));
    let arguments = ["demo", "--listen", "127.0.0.1:0", "--database", &place.url];
    let line = one_line(&output(folder, &arguments, &[]), 1);
    assert!(line.contains("not empty") && line.contains("--keep"), "{line}");
    let kept = output(folder, &[&arguments[..], &["--keep"]].concat(), &[]);
    let line = String::from_utf8_lossy(&kept.stderr).into_owned();
    assert_eq!(kept.status.code(), Some(1), "{line}");
    assert!(line.contains("no demo's"), "{line}");
}

#[test]
fn the_demo_leaves_a_database_alone_that_is_not_its_own_on_sqlite() {
    the_demo_leaves_a_database_alone_that_is_not_its_own(Database::Sqlite);
}

#[test]
fn the_demo_leaves_a_database_alone_that_is_not_its_own_on_postgres() {
    the_demo_leaves_a_database_alone_that_is_not_its_own(Database::Postgres);
}
