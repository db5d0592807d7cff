//! The tree of units.

use crate::support::app::{TestApp, instant, on_both};
use crate::support::people::{USCCS, admin, company, district, id, unit};
use onedoor::people;
use serde_json::{Value, json};

async fn units_are_listed_as_a_tree_for_everyone_logged_in(app: &mut TestApp) {
    let admin = admin(app, "keeper").await;
    let (root, office) = district(&admin).await;
    let bureau = unit(&admin, "bureau", "bureau", Some(&root)).await;
    let section = unit(&admin, "section", "section", Some(&bureau)).await;
    let (user, _) = company(app, USCCS[0], "13812341234").await;
    let listed = user.get("/units").await.expect(200);
    let shown: Vec<[&Value; 4]> = listed["items"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|unit| [&unit["id"], &unit["parent_id"], &unit["path"], &unit["valid"]])
        .collect();
    let wanted = [
        [json!(root), Value::Null, json!("/district/"), json!(true)],
        [json!(bureau), json!(root), json!("/district/bureau/"), json!(true)],
        [json!(section), json!(bureau), json!("/district/bureau/section/"), json!(true)],
        [json!(office), json!(root), json!("/district/office/"), json!(true)],
    ];
    assert_eq!(shown, wanted.each_ref().map(|row| row.each_ref()));
    let sections = user.get("/units?kind=section").await.expect(200);
    assert_eq!(sections["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(user.get(&format!("/units/{section}")).await.expect(200)["calendar"], "cn");
    user.post("/units", json!({ "code": "x", "name": "X", "kind": "district" }))
        .await
        .problem(403, "not_allowed");
    app.stranger().get("/units").await.problem(401, "not_logged_in");
}

async fn a_unit_stands_where_it_can_and_no_code_is_used_twice(app: &mut TestApp) {
    let admin = admin(app, "keeper").await;
    let (root, office) = district(&admin).await;
    let body = |code: &str, kind: &str, parent: Option<&str>| json!({ "code": code, "name": "某局", "kind": kind, "parent_id": parent });
    let refused = [
        (body("Bureau", "bureau", Some(&root)), 422, "/code", "unit_code_invalid"),
        (body("bureau", "ministry", Some(&root)), 422, "/kind", "unknown_word"),
        (body("bureau", "bureau", None), 422, "/parent_id", "missing_field"),
        (
            body("bureau", "bureau", Some("01990000-0000-7000-8000-000000000000")),
            422,
            "/parent_id",
            "reference_unknown",
        ),
        (body("bureau", "bureau", Some("bureau")), 422, "/parent_id", "invalid_value"),
        (body("office", "bureau", Some(&root)), 409, "/code", "already_exists"),
        (body("second", "office", Some(&root)), 409, "/kind", "already_exists"),
    ];
    for (body, status, pointer, code) in refused {
        admin.post("/units", body).await.field_problem(status, pointer, code);
    }
    let mut backwards = body("bureau", "bureau", Some(&root));
    backwards["valid_until"] = json!("2026-09-24");
    admin.post("/units", backwards).await.field_problem(422, "/valid_until", "invalid_date");
    admin
        .patch_version(&format!("/units/{office}"), 1, json!({ "valid_until": "2026-10-01" }))
        .await
        .expect(200);
    let mut next = body("second", "office", Some(&root));
    next["valid_from"] = json!("2026-10-01");
    let planned = admin.post("/units", next).await.expect(201);
    assert_eq!(planned["valid"], false);
    let reopened = admin.patch_version(&format!("/units/{office}"), 2, json!({ "valid_until": null })).await;
    reopened.field_problem(409, "/valid_until", "already_exists");
    let on_the_day = async |at: &'static str| {
        let office = app.context.db.read(move |conn| people::office(conn, instant(at))).await;
        office.map(|office| office.id.to_string()).map_err(|fault| fault.code.code())
    };
    assert_eq!(on_the_day("2026-09-30T23:59:59+08:00").await, Ok(office));
    assert_eq!(on_the_day("2026-10-01T00:00:00+08:00").await, Ok(id(&planned)));
    assert_eq!(on_the_day("2026-09-23T23:59:59+08:00").await, Err("office_missing"));
}

async fn of_two_offices_added_at_once_under_different_units_one_stands(app: &mut TestApp) {
    let admin = admin(app, "keeper").await;
    let root = unit(&admin, "district", "district", None).await;
    let park = unit(&admin, "park", "park", Some(&root)).await;
    let office = |code: &str, parent: &str| json!({ "code": code, "name": "营商办", "kind": "office", "parent_id": parent });
    let (one, other) = (office("one", &root), office("other", &park));
    let answers = futures_util::future::join(admin.post("/units", one), admin.post("/units", other)).await;
    let mut statuses = [answers.0.status, answers.1.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409]);
}

async fn a_unit_cannot_end_while_units_below_it_are_valid(app: &mut TestApp) {
    let admin = admin(app, "keeper").await;
    let (root, _) = district(&admin).await;
    let bureau = unit(&admin, "bureau", "bureau", Some(&root)).await;
    let section = unit(&admin, "section", "section", Some(&bureau)).await;
    let end = async |path: &str, version, day: Value| {
        admin.patch_version(path, version, json!({ "valid_until": day })).await
    };
    let (bureau, section) = (format!("/units/{bureau}"), format!("/units/{section}"));
    let refused = end(&bureau, 1, json!("2027-01-01")).await;
    refused.field_problem(409, "/valid_until", "unit_has_children");
    end(&section, 1, json!("2027-01-01")).await.expect(200);
    let ended = end(&bureau, 1, json!("2027-01-01")).await.expect(200);
    assert_eq!((&ended["valid"], &ended["version"]), (&json!(true), &json!(2)));
    let outlives = end(&section, 2, Value::Null).await;
    outlives.field_problem(422, "/valid_until", "reference_not_valid");
    let late = json!({ "code": "late", "name": "某科", "kind": "section", "parent_id": id(&ended) });
    admin.post("/units", late).await.field_problem(422, "/parent_id", "reference_not_valid");
    end(&bureau, 2, Value::Null).await.expect(200);
    end(&section, 2, Value::Null).await.expect(200);
}

async fn a_change_to_what_somebody_changed_meanwhile_is_refused(app: &mut TestApp) {
    let admin = admin(app, "keeper").await;
    let (root, _) = district(&admin).await;
    let path = format!("/units/{root}");
    let first = json!({ "name": "区政府", "name_en": "District", "email": "district@example.gov.cn" });
    admin.patch_version(&path, 1, first).await.expect(200);
    let stale = json!({ "name": "某区" });
    admin.patch_version(&path, 1, stale.clone()).await.problem(412, "precondition_failed");
    admin.patch(&path, stale).await.problem(428, "precondition_required");
    assert_eq!(admin.get(&path).await.header("etag"), "\"2\"");
    let changed = admin.patch_version(&path, 2, json!({ "email": null })).await.expect(200);
    assert_eq!(changed["name"], "区政府");
    assert_eq!(changed["name_en"], "District");
    assert_eq!(changed["email"], Value::Null);
    let rivals = [json!({ "name": "甲" }), json!({ "name": "乙" })];
    let answers =
        futures_util::future::join_all(rivals.map(async |body| admin.patch_version(&path, 3, body).await))
            .await;
    let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412]);
}

on_both!(
    units_are_listed_as_a_tree_for_everyone_logged_in,
    a_unit_stands_where_it_can_and_no_code_is_used_twice,
    of_two_offices_added_at_once_under_different_units_one_stands,
    a_unit_cannot_end_while_units_below_it_are_valid,
    a_change_to_what_somebody_changed_meanwhile_is_refused,
);
