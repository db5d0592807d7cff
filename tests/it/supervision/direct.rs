//! Direct reports: the leader is told at once, beside the route.

use super::because;
use crate::letters::{all_of, in_folder, send};
use crate::path::{Walk, on};
use crate::support::app::{TestApp, on_both};
use serde_json::{Value, json};

async fn reports(walk: &Walk<'_>, who: &str) -> Value {
    walk.app.as_(who).get(&format!("/requests/{}/direct-reports", walk.id)).await.expect(200)
}

async fn what_is_urgent_is_reported_as_it_is_filed(app: &mut TestApp) {
    for urgency in ["urgent", "emergency"] {
        app.set_time(&on("09-28 09:30"));
        let walk = Walk::file(app, "equipment", "land.supply", json!({ "urgency": urgency })).await;
        let told = walk.told().await;
        assert!(told.contains(&"direct_report → leader".to_owned()), "{told:?}");
        assert!(
            told.contains(&"to_dispatch → business_environment".to_owned()),
            "the route is as ever: {told:?}"
        );
        let made = reports(&walk, "leader").await;
        assert_eq!((made.as_array().map(Vec::len), made[0].get("by")), (Some(1), None));
        // The leader sees it before any unit has it; nobody else does.
        assert_eq!(walk.view("leader").await["urgency"], urgency);
        let path = format!("/requests/{}", walk.id);
        for who in ["supervisor", "industry.handler", "chemical"] {
            app.as_(who).get(&path).await.problem(404, "not_found");
        }
        let of_company: Vec<String> =
            walk.timeline("equipment").await.into_iter().map(|(_, act)| act).collect();
        assert!(!of_company.contains(&"direct_report".to_owned()), "{of_company:?}");
        let of_office: Vec<String> =
            walk.timeline("dispatcher").await.into_iter().map(|(_, act)| act).collect();
        assert!(of_office.contains(&"direct_report".to_owned()), "{of_office:?}");
    }
    send(app).await;
    let letters: Vec<String> = in_folder(app).iter().map(|one| all_of(one)).collect();
    let to_leader = letters.iter().filter(|one| one.contains("leader@") && one.contains("直报")).count();
    assert_eq!(to_leader, 2, "{letters:#?}");
}

async fn an_ordinary_one_is_reported_by_the_office_with_its_reason(app: &mut TestApp) {
    app.set_time(&on("09-28 09:30"));
    let walk = Walk::file(app, "equipment", "land.supply", json!({})).await;
    let told = walk.told().await;
    assert!(!told.iter().any(|one| one.starts_with("direct_report")), "{told:?}");
    let path = format!("/requests/{}", walk.id);
    app.as_("leader").get(&path).await.problem(404, "not_found");
    let before = walk.stand().await;
    let words = || json!({ "words": "涉及百人停工" });
    walk.act("equipment", "direct-reports", words()).await.problem(403, "not_yours");
    walk.act("auditor", "direct-reports", words()).await.problem(403, "not_yours");
    for who in ["leader", "industry.handler", "chemical", "specialist", "admin"] {
        walk.act(who, "direct-reports", words()).await.problem(404, "not_found");
    }
    walk.act("dispatcher", "direct-reports", json!({ "words": "" })).await.field_problem(
        422,
        "/words",
        "text_empty",
    );
    assert_eq!(walk.stand().await, before, "nothing changed");
    walk.at("09-28 10:00");
    let made = walk.act("dispatcher", "direct-reports", words()).await.expect(201);
    assert_eq!((made.as_array().map(Vec::len), &made[0]["words"]), (Some(1), &json!("涉及百人停工")));
    assert_eq!(walk.told().await, ["direct_report → leader"]);
    assert!(reports(&walk, "leader").await[0]["by"].is_string());
    app.as_("leader").get(&path).await.expect(200);
    let list = format!("/requests/{}/direct-reports", walk.id);
    for who in ["equipment", "supervisor", "admin"] {
        app.as_(who).get(&list).await.problem(404, "not_found");
    }
    send(app).await;
    let letters: Vec<String> = in_folder(app).iter().map(|one| all_of(one)).collect();
    let letter = letters.iter().find(|one| one.contains("leader@")).expect("a letter");
    assert!(letter.contains("涉及百人停工") && letter.contains("直报"), "{letter}");
    walk.act("equipment", "withdraw", Value::Null).await.expect(200);
    walk.act("dispatcher", "direct-reports", words()).await.problem(409, "already_ended");
}

async fn a_specialist_reports_what_they_filed(app: &mut TestApp) {
    app.set_time(&on("09-28 09:30"));
    let form = crate::path::form(app, "equipment", "land.supply", json!({ "channel": "visit" }));
    let filed = app.as_("specialist").post("/requests", form).await.expect(201);
    let path = format!("/requests/{}/direct-reports", filed["id"].as_str().expect("an id"));
    app.as_("specialist").post(&path, json!({ "words": "企业将外迁" })).await.expect(201);
    app.as_("specialist").post(&path, because("x")).await.field_problem(422, "/reason", "unknown_field");
}

on_both!(in the sample district:
    what_is_urgent_is_reported_as_it_is_filed,
    an_ordinary_one_is_reported_by_the_office_with_its_reason,
    a_specialist_reports_what_they_filed,
);
