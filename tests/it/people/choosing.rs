//! Which passwords may be chosen, and how long one may be kept.

use crate::support::app::{TestApp, on_both};
use crate::support::people::{PASSWORD, USCCS, admin, company, log_in, registration, staff};
use onedoor::config::PasswordPreset;
use serde_json::json;

fn pass_days(app: &TestApp, days: i64) {
    app.context.time.set(app.context.time.now().plus(chrono::TimeDelta::days(days)));
}

async fn staff_and_companies_have_rules_of_their_own(app: &mut TestApp) {
    let keeper = admin(app, "keeper").await;
    let person = |password: &str| json!({ "name": "王芳", "username": "wang.fang", "password": password });
    for (password, code) in [
        ("long but all lower case", "password_kinds"),
        ("P@ssw0rd", "password_common"),
        ("Wang.Fang-1", "password_holds_word"),
        ("OneDoor 2026", "password_holds_word"),
    ] {
        keeper.post("/people", person(password)).await.field_problem(422, "/password", code);
    }
    keeper.post("/people", person("Rain on 3 roofs")).await.expect(201);
    let client = log_in(app, "wang.fang", "Rain on 3 roofs").await;
    let change = json!({ "current": "Rain on 3 roofs", "new": "long but all lower case" });
    client.post("/auth/password", change).await.field_problem(422, "/new", "password_kinds");

    let mut form = registration(USCCS[0], "13812341234");
    for (password, code) in [("iloveyou1314", "password_common"), ("x13812341234", "password_holds_word")] {
        form["person"]["password"] = json!(password);
        let refused = app.stranger().post("/auth/register", form.clone()).await;
        refused.field_problem(422, "/person/password", code);
    }
    form["person"]["password"] = json!("long but all lower case");
    app.stranger().post("/auth/register", form).await.expect(201);
}

async fn the_rules_are_a_setting(app: &mut TestApp) {
    app.restart(|config| config.accounts.staff_passwords = PasswordPreset::Asvs5).await;
    let keeper = admin(app, "keeper").await;
    let body = json!({ "name": "王芳", "username": "wang.fang", "password": "long but all lower case" });
    keeper.post("/people", body).await.expect(201);
}

async fn none_of_the_last_five_passwords_of_staff_is_taken_again(app: &mut TestApp) {
    let keeper = admin(app, "keeper").await;
    let (client, _) = staff(app, &keeper, "handler", &[]).await;
    let number = |number: i32| format!("Password number {number}!");
    let mut current = PASSWORD.to_owned();
    let change = async |current: &str, new: &str| {
        client.post("/auth/password", json!({ "current": current, "new": new })).await
    };
    change(&current, PASSWORD).await.field_problem(422, "/new", "password_used");
    for step in 1..=4 {
        app.context.time.set(app.context.time.now().plus(chrono::TimeDelta::seconds(1)));
        change(&current, &number(step)).await.expect(204);
        current = number(step);
        change(&current, PASSWORD).await.field_problem(422, "/new", "password_used");
    }
    app.context.time.set(app.context.time.now().plus(chrono::TimeDelta::seconds(1)));
    change(&current, &number(5)).await.expect(204);
    change(&number(5), PASSWORD).await.expect(204);
}

async fn a_password_of_staff_that_is_too_old_opens_nothing_until_it_is_changed(app: &mut TestApp) {
    app.restart(|config| config.accounts.password_days = 90).await;
    let keeper = admin(app, "keeper").await;
    drop(keeper);
    company(app, USCCS[0], "13812341234").await;
    pass_days(app, 89);
    log_in(app, "keeper", PASSWORD).await.get("/people").await.expect(200);
    pass_days(app, 1);
    let keeper = log_in(app, "keeper", PASSWORD).await;
    keeper.get("/people").await.problem(403, "password_change_needed");
    assert_eq!(keeper.get("/me").await.expect(200)["password_change_needed"], true);
    let change = json!({ "current": PASSWORD, "new": "The next 1 in line" });
    keeper.post("/auth/password", change).await.expect(204);
    keeper.get("/people").await.expect(200);
    assert_eq!(keeper.get("/me").await.expect(200)["password_change_needed"], false);
    log_in(app, "13812341234", PASSWORD).await.get("/units").await.expect(200);
}

on_both!(
    staff_and_companies_have_rules_of_their_own,
    the_rules_are_a_setting,
    none_of_the_last_five_passwords_of_staff_is_taken_again,
    a_password_of_staff_that_is_too_old_opens_nothing_until_it_is_changed,
);
