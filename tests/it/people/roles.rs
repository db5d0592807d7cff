//! Who holds which role where, and who may give and take it.

use crate::support::app::{TestApp, on_both};
use crate::support::people::{
    PASSWORD, USCCS, admin, company, district, grant, id, log_in, now, staff, unit,
};
use onedoor::domain::ids::Id;
use serde_json::{Value, json};
use std::collections::BTreeSet;

async fn a_person_holds_several_roles_in_units_and_companies_at_once(app: &mut TestApp) {
    let admin = admin(app, "keeper").await;
    let (root, office) = district(&admin).await;
    let bureau = unit(&admin, "bureau", "bureau", Some(&root)).await;
    let roles = [
        ("dispatcher", Some(office.as_str())),
        ("handler", Some(&bureau)),
        ("signer", Some(&bureau)),
        ("auditor", None),
    ];
    let (client, person) = staff(app, &admin, "several", &roles).await;
    let mut companies = Vec::new();
    for (uscc, phone) in USCCS.iter().zip(["13812341234", "13812341235"]) {
        let (_, company) = company(app, uscc, phone).await;
        let body = json!({ "person_id": person });
        client.post(&format!("/companies/{company}/members"), body).await.expect(201);
        companies.push(json!(company));
    }
    let me = client.get("/me").await.expect(200);
    let held: Vec<[&Value; 3]> = me["memberships"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|one| [&one["role"], &one["unit_id"], &one["company_id"]])
        .collect();
    let (office, bureau) = (json!(office), json!(bureau));
    let word = |text: &str| json!(text);
    let wanted = [
        [word("dispatcher"), office, Value::Null],
        [word("handler"), bureau.clone(), Value::Null],
        [word("signer"), bureau, Value::Null],
        [word("auditor"), Value::Null, Value::Null],
        [word("company"), Value::Null, companies[0].clone()],
        [word("company"), Value::Null, companies[1].clone()],
    ];
    let wanted: Vec<[&Value; 3]> = wanted.iter().map(|[role, unit, company]| [role, unit, company]).collect();
    // Within one instant the order is of no meaning.
    assert_eq!(held.len(), wanted.len());
    assert!(wanted.iter().all(|one| held.contains(one)), "{held:?}");
}

async fn a_role_in_a_unit_reaches_all_below_it_and_nothing_beside_it(app: &mut TestApp) {
    let admin = admin(app, "keeper").await;
    let (root, office) = district(&admin).await;
    let bureau = unit(&admin, "bureau", "bureau", Some(&root)).await;
    let section = unit(&admin, "section", "section", Some(&bureau)).await;
    let desk = unit(&admin, "desk", "section", Some(&section)).await;
    let beside = unit(&admin, "bureau_b", "bureau", Some(&root)).await;
    let (_, handler) = staff(app, &admin, "handler", &[("handler", Some(&bureau))]).await;
    let (_, leader) = staff(app, &admin, "leader", &[("leader", Some(&root))]).await;
    admin
        .patch_version(&format!("/units/{desk}"), 1, json!({ "valid_until": "2026-09-25" }))
        .await
        .expect(200);
    app.set_time("2026-09-26T09:00:00+08:00");
    let reached = async |person: &str| {
        let (at, person) = (now(app), Id::parse(person).expect("an id"));
        let today = at.utc().with_timezone(&app.context.zone).date_naive();
        let actor = app.context.db.read(move |conn| onedoor::people::actor(conn, at, today, person)).await;
        actor
            .expect("the actor can be read")
            .reach()
            .into_iter()
            .map(|id| id.to_string())
            .collect::<BTreeSet<_>>()
    };
    let own = [&bureau, &section, &desk];
    assert_eq!(reached(&handler).await, own.map(String::clone).into());
    let all = [&root, &office, &bureau, &section, &desk, &beside];
    assert_eq!(reached(&leader).await, all.map(String::clone).into());
}

async fn a_role_ends_at_once(app: &mut TestApp) {
    let admin = admin(app, "keeper").await;
    let (_, office) = district(&admin).await;
    let (client, person) = staff(app, &admin, "dispatcher", &[]).await;
    client.get("/companies").await.problem(403, "not_allowed");
    let membership = grant(&admin, &person, "dispatcher", Some(&office)).await;
    client.get("/companies").await.expect(200);
    admin.delete(&format!("/memberships/{membership}")).await.expect(204);
    client.get("/companies").await.problem(403, "not_allowed");
    assert_eq!(client.get("/me").await.expect(200)["memberships"], json!([]));
    admin.delete(&format!("/memberships/{membership}")).await.expect(204);
    grant(&admin, &person, "dispatcher", Some(&office)).await;
    client.get("/companies").await.expect(200);
}

async fn a_role_in_a_unit_ends_with_the_unit(app: &mut TestApp) {
    let admin = admin(app, "keeper").await;
    let (_, office) = district(&admin).await;
    let (client, _) = staff(app, &admin, "dispatcher", &[("dispatcher", Some(&office))]).await;
    let end = json!({ "valid_until": "2026-09-25" });
    admin.patch_version(&format!("/units/{office}"), 1, end).await.expect(200);
    client.get("/companies").await.expect(200);
    app.set_time("2026-09-25T00:00:00+08:00");
    client.get("/companies").await.problem(403, "not_allowed");
}

async fn a_role_is_held_only_where_it_belongs(app: &mut TestApp) {
    let admin = admin(app, "keeper").await;
    let (root, office) = district(&admin).await;
    let (_, person) = staff(app, &admin, "somebody", &[]).await;
    let refused = [
        ("company", None, "/role", "role_not_here"),
        ("admin", Some(root.as_str()), "/unit_id", "role_not_here"),
        ("dispatcher", Some(&root), "/unit_id", "role_not_here"),
        ("handler", None, "/unit_id", "missing_field"),
        ("handler", Some(&person), "/unit_id", "reference_unknown"),
    ];
    let path = format!("/people/{person}/memberships");
    for (role, unit, pointer, code) in refused {
        let answer = admin.post(&path, json!({ "role": role, "unit_id": unit })).await;
        answer.field_problem(422, pointer, code);
    }
    admin.post(&path, json!({ "role": "chief" })).await.field_problem(422, "/role", "unknown_word");
    grant(&admin, &person, "handler", Some(&office)).await;
    let again = json!({ "role": "handler", "unit_id": office });
    admin.post(&path, again).await.problem(409, "already_exists");
    admin
        .patch_version(&format!("/units/{office}"), 1, json!({ "valid_until": "2026-10-01" }))
        .await
        .expect(200);
    app.set_time("2026-10-08T09:00:00+08:00");
    let admin = log_in(app, "keeper", PASSWORD).await;
    let ended = json!({ "role": "signer", "unit_id": office });
    admin.post(&path, ended).await.field_problem(422, "/unit_id", "reference_not_valid");
}

async fn only_an_administrator_keeps_people(app: &mut TestApp) {
    let admin = admin(app, "keeper").await;
    let (_, office) = district(&admin).await;
    let (dispatcher, own) = staff(app, &admin, "dispatcher", &[("dispatcher", Some(&office))]).await;
    let (_, other) = staff(app, &admin, "other", &[]).await;
    let membership = grant(&admin, &other, "handler", Some(&office)).await;
    dispatcher.get("/people").await.problem(403, "not_allowed");
    let body = json!({ "name": "某某", "username": "third", "password": PASSWORD });
    dispatcher.post("/people", body).await.problem(403, "not_allowed");
    dispatcher.get(&format!("/people/{own}")).await.expect(200);
    dispatcher.get(&format!("/people/{other}")).await.problem(404, "not_found");
    for act in ["disable", "enable", "password"] {
        dispatcher.post(&format!("/people/{other}/{act}"), json!({})).await.problem(404, "not_found");
    }
    let role = json!({ "role": "admin" });
    dispatcher.post(&format!("/people/{own}/memberships"), role).await.problem(404, "not_found");
    dispatcher.delete(&format!("/memberships/{membership}")).await.problem(404, "not_found");
    assert_eq!(admin.get("/people?limit=2").await.expect(200)["items"].as_array().map(Vec::len), Some(2));
}

async fn what_is_not_there_and_what_is_hidden_are_told_alike(app: &mut TestApp) {
    let (user, _) = company(app, USCCS[0], "13812341234").await;
    let (_, other) = company(app, USCCS[1], "13812341235").await;
    let hidden = user.get(&format!("/companies/{other}")).await;
    let missing = user.get("/companies/01990000-0000-7000-8000-000000000000").await;
    assert_eq!(hidden.body, missing.body);
    hidden.problem(404, "not_found");
    missing.problem(404, "not_found");
    user.get("/companies/not-an-id").await.problem(404, "not_found");
}

async fn the_last_administrator_stays(app: &mut TestApp) {
    let keeper = admin(app, "keeper").await;
    let me = keeper.get("/me").await.expect(200);
    let (person, membership) = (id(&me), id(&me["memberships"][0]));
    keeper.post(&format!("/people/{person}/disable"), json!({})).await.problem(409, "last_admin");
    keeper.delete(&format!("/memberships/{membership}")).await.problem(409, "last_admin");
    let (_, second) = staff(app, &keeper, "second", &[("admin", None)]).await;
    keeper.post(&format!("/people/{second}/disable"), json!({})).await.expect(200);
    keeper.delete(&format!("/memberships/{membership}")).await.problem(409, "last_admin");
    keeper.post(&format!("/people/{second}/enable"), json!({})).await.expect(200);
    keeper.delete(&format!("/memberships/{membership}")).await.expect(204);
    keeper.get("/people").await.problem(403, "not_allowed");
}

async fn two_administrators_who_disable_each_other_leave_one(app: &mut TestApp) {
    let one = admin(app, "one").await;
    let other = admin(app, "other").await;
    let (first, second) = (id(&one.get("/me").await.expect(200)), id(&other.get("/me").await.expect(200)));
    let (left, right) = futures_util::future::join(
        one.post(&format!("/people/{second}/disable"), json!({})),
        other.post(&format!("/people/{first}/disable"), json!({})),
    )
    .await;
    let mut statuses = [left.status, right.status];
    statuses.sort_unstable();
    // The slower one finds itself logged out already, or is refused.
    assert!(statuses[0] == 200 && [401, 409].contains(&statuses[1]), "{statuses:?}");
}

on_both!(
    a_role_in_a_unit_reaches_all_below_it_and_nothing_beside_it,
    a_person_holds_several_roles_in_units_and_companies_at_once,
    a_role_ends_at_once,
    a_role_in_a_unit_ends_with_the_unit,
    a_role_is_held_only_where_it_belongs,
    only_an_administrator_keeps_people,
    what_is_not_there_and_what_is_hidden_are_told_alike,
    the_last_administrator_stays,
    two_administrators_who_disable_each_other_leave_one,
);
