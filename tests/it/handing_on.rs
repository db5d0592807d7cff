//! A part handed on inside its unit: who has it, who is told, who may work on it.

use crate::path::{Walk, short, solved};
use crate::support::app::{TestApp, on_both};
use serde_json::{Value, json};

/// A request of the sewer kind with the urban management bureau, which has two sections with people of their own.
async fn with_the_bureau(app: &TestApp) -> Walk<'_> {
    app.set_time("2026-09-28T09:30:00+08:00");
    let walk = Walk::file(app, "bearing", "utilities.sewer", json!({})).await;
    let parts = [("urban_management", "lead"), ("permits", "assist")];
    walk.at("09-28 10:00").dispatch(&parts).await.expect(200);
    walk
}

async fn hand_on(walk: &Walk<'_>, who: &str, to: Value) -> crate::support::client::Answer {
    walk.on_share("urban_management", who, "hand-on", to).await
}

/// The part of the bureau, as this person sees it.
async fn part(walk: &Walk<'_>, who: &str) -> Value {
    walk.view(who).await["parts"][0].clone()
}

async fn the_unit_and_the_office_see_who_has_it_and_since_when_and_no_clock_moves(app: &mut TestApp) {
    let walk = with_the_bureau(app).await;
    let bureau = "urban_management.handler";
    walk.on_share("urban_management", "handler", "sign", Value::Null).await.expect(200);
    assert!(part(&walk, bureau).await["since"].is_null(), "it was not handed on");
    let clocks = walk.view("dispatcher").await["clocks"].clone();
    walk.at("09-28 14:00");
    let person = app.district.person("drainage.handler");
    hand_on(&walk, bureau, json!({ "person": person })).await.expect(200);
    assert_eq!(walk.told().await, ["handed_on → drainage.handler"]);
    let name = app.as_("admin").get(&format!("/people/{person}")).await.expect(200)["name"].clone();
    for who in [bureau, "urban_management.signer", "drainage.handler", "dispatcher", "auditor", "leader"] {
        let part = part(&walk, who).await;
        assert_eq!(part["handler"], name, "{who}");
        // A person of a section brings the section along.
        assert_eq!(part["section"]["code"], "drainage", "{who}");
        assert_eq!(short(&part["since"]), "09-28 14:00", "{who}");
    }
    for who in ["bearing", "permits.handler"] {
        let part = part(&walk, who).await;
        let told = [&part["handler"], &part["section"], &part["since"]];
        assert_eq!(told, [&Value::Null; 3], "{who}");
    }
    let after = walk.view("dispatcher").await["clocks"].clone();
    let dates = |clocks: &Value| {
        let clocks = clocks.as_array().expect("clocks").iter();
        clocks.map(|clock| (clock["due_at"].clone(), clock["stopped_at"].clone())).collect::<Vec<_>>()
    };
    assert_eq!(dates(&after), dates(&clocks));
    assert!(!walk.timeline("bearing").await.iter().any(|(_, act)| act == "hand_on"));
    assert!(walk.timeline("permits.handler").await.iter().any(|(_, act)| act == "hand_on"));

    // To a section alone: the person has it no longer, and the next one of it who acts takes it.
    walk.at("09-28 15:00");
    let section = json!({ "section": app.district.unit("municipal_works") });
    hand_on(&walk, bureau, section).await.expect(200);
    assert_eq!(walk.told().await, ["handed_on → municipal_works"]);
    let handed = part(&walk, "dispatcher").await;
    assert_eq!((&handed["handler"], &handed["section"]["code"]), (&Value::Null, &json!("municipal_works")));
    assert_eq!(short(&handed["since"]), "09-28 15:00");
}

async fn the_section_that_has_it_sees_and_does_what_the_unit_could(app: &mut TestApp) {
    let walk = with_the_bureau(app).await;
    walk.on_share("urban_management", "handler", "sign", Value::Null).await.expect(200);
    let section = app.as_("municipal_works.handler");
    let path = format!("/requests/{}", walk.id);
    section.get(&path).await.problem(404, "not_found");
    assert_eq!(section.get("/requests").await.expect(200)["items"], json!([]));
    let to = json!({
        "section": app.district.unit("municipal_works"),
        "person": app.district.person("municipal_works.handler"),
    });
    hand_on(&walk, "urban_management.handler", to).await.expect(200);
    for query in ["", "?light=green", "?sort=due"] {
        let listed = section.get(&format!("/requests{query}")).await.expect(200);
        assert_eq!(listed["items"][0]["id"], json!(walk.id), "{query}");
    }
    let seen = section.get(&path).await.expect(200);
    let possible = seen["parts"][0]["possible"].as_array().expect("acts").clone();
    assert!(possible.contains(&json!("draft")) && !possible.contains(&json!("approve")), "{possible:?}");
    let colleague = json!({ "person": app.district.person("municipal_works.handler") });
    hand_on(&walk, "municipal_works.handler", colleague).await.expect(200);
    assert_eq!(part(&walk, "dispatcher").await["section"]["code"], "municipal_works");
    let away = json!({ "section": app.district.unit("drainage") });
    let refused = hand_on(&walk, "municipal_works.handler", away).await;
    refused.field_problem(422, "/section", "not_of_this_unit");
    walk.on_share("urban_management", "municipal_works.handler", "draft", solved()).await.expect(200);
    let approve = walk.on_share("urban_management", "municipal_works.signer", "approve", Value::Null).await;
    approve.problem(403, "not_yours");
    walk.on_share("urban_management", "signer", "approve", Value::Null).await.expect(200);

    // Another section of the bureau has no part in it, and the one that has it cannot give it one.
    app.as_("drainage.handler").get(&path).await.problem(404, "not_found");
}

async fn it_stays_in_the_unit_and_is_the_handlers_to_hand_on(app: &mut TestApp) {
    let walk = with_the_bureau(app).await;
    let bureau = "urban_management.handler";
    let drainage = json!({ "section": app.district.unit("drainage") });
    hand_on(&walk, bureau, drainage.clone()).await.problem(409, "not_signed_yet");
    walk.on_share("urban_management", "handler", "sign", Value::Null).await.expect(200);
    let before = walk.stand().await;
    for who in ["urban_management.signer", "dispatcher", "bearing", "permits.handler", "auditor"] {
        hand_on(&walk, who, drainage.clone()).await.problem(403, "not_yours");
    }
    hand_on(&walk, "drainage.handler", drainage.clone()).await.problem(404, "not_found");
    hand_on(&walk, "chemical", drainage.clone()).await.problem(404, "not_found");
    hand_on(&walk, bureau, json!({})).await.field_problem(422, "/person", "nobody_named");
    for person in ["industry.handler", "drainage.signer", "urban_management.signer", "bearing"] {
        let to = json!({ "person": app.district.person(person) });
        hand_on(&walk, bureau, to).await.field_problem(422, "/person", "not_of_this_unit");
    }
    for unit in ["urban_management", "industry_services", "district"] {
        let to = json!({ "section": app.district.unit(unit) });
        hand_on(&walk, bureau, to).await.field_problem(422, "/section", "not_of_this_unit");
    }
    assert_eq!(walk.stand().await, before, "nothing changed");

    // Who can no longer log in and what no longer exists has nothing handed on.
    let person = app.district.person("drainage.handler");
    app.as_("admin").post(&format!("/people/{person}/disable"), Value::Null).await.expect(200);
    let gone = hand_on(&walk, bureau, json!({ "person": person })).await;
    gone.field_problem(422, "/person", "not_of_this_unit");
    let ended = json!({ "code": "lighting", "name": "路灯科", "kind": "section", "valid_from": "2026-01-01",
        "valid_until": "2026-09-28", "parent_id": app.district.unit("urban_management") });
    let ended = app.as_("admin").post("/units", ended).await.expect(201)["id"].clone();
    let ended = hand_on(&walk, bureau, json!({ "section": ended })).await;
    ended.field_problem(422, "/section", "reference_not_valid");
    walk.answer("urban_management").await;
    let to = json!({ "person": app.district.person(bureau) });
    hand_on(&walk, bureau, to).await.problem(409, "already_approved");
}

async fn a_section_complained_about_gets_it_from_nobody(app: &mut TestApp) {
    let about = json!({ "kind": "complaint", "conduct_unit": app.district.unit("drainage") });
    let walk = Walk::file(app, "bearing", "utilities.sewer", about).await;
    walk.at("09-28 10:00").dispatch(&[("urban_management", "lead")]).await.expect(200);
    walk.on_share("urban_management", "handler", "sign", Value::Null).await.expect(200);
    let section = json!({ "section": app.district.unit("drainage") });
    let person = json!({ "person": app.district.person("drainage.handler") });
    for (to, pointer) in [(section, "/section"), (person, "/person")] {
        let answer = hand_on(&walk, "urban_management.handler", to).await;
        answer.field_problem(422, pointer, "conduct_complaint");
    }
    app.as_("drainage.handler").get(&format!("/requests/{}", walk.id)).await.problem(404, "not_found");
}

on_both!(
    in the sample district:
    the_unit_and_the_office_see_who_has_it_and_since_when_and_no_clock_moves,
    the_section_that_has_it_sees_and_does_what_the_unit_could,
    it_stays_in_the_unit_and_is_the_handlers_to_hand_on,
    a_section_complained_about_gets_it_from_nobody,
);
