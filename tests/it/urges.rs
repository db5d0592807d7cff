//! The company asks for haste: who is told, and how often it may.

use crate::path::{Walk, reached, short};
use crate::support::app::{TestApp, on_both};
use crate::support::client::Answer;
use diesel::prelude::*;
use onedoor::db::schema::requests;
use onedoor::domain::ids::Id;
use serde_json::{Value, json};

async fn urge(walk: &Walk<'_>, who: &str) -> Answer {
    walk.act(who, "urge", json!({ "words": "工期只剩三天" })).await
}

async fn whoever_has_an_open_clock_is_told_once(app: &mut TestApp) {
    app.set_time("2026-09-28T09:30:00+08:00");
    let walk = Walk::file(app, "equipment", "land.supply", json!({})).await;
    walk.act("equipment", "urge", json!({})).await.expect(200);
    assert_eq!(walk.told().await.last().map(String::as_str), Some("urged → business_environment"));

    // The lead holds three clocks and the branch two; that of the company is nobody's here.
    walk.at("09-29 10:00");
    let parts = [("industry", "lead"), ("natural_resources", "told branch"), ("permits", "assist")];
    walk.dispatch(&parts).await.expect(200);
    walk.at("09-29 11:00");
    urge(&walk, "equipment").await.expect(200);
    assert_eq!(walk.told().await, ["urged → industry", "urged → natural_resources", "urged → permits"]);

    // The branch has answered: its clocks are met, and the office has one to release it.
    walk.on_share("natural_resources", "handler", "contact", reached()).await.expect(200);
    walk.answer("natural_resources").await;
    walk.at("09-30 09:00");
    let view = urge(&walk, "equipment").await.expect(200);
    assert_eq!(walk.told().await, ["urged → business_environment", "urged → industry", "urged → permits"]);
    assert_eq!(
        (&view["urges"]["count"], short(&view["urges"]["last_at"])),
        (&json!(3), "09-30 09:00".into())
    );
    assert_eq!(walk.view("permits.handler").await["urges"]["count"], 3);
    for clock in ["industry feedback", "company_feedback"] {
        assert_eq!(walk.due(clock).await, "10-09 17:30", "haste moves no clock");
    }
}

async fn once_a_day_as_the_office_counts_days(app: &mut TestApp) {
    let walk = Walk::under_way(app, &[("industry", "lead")]).await;
    let can = async || {
        let possible = walk.view("equipment").await["possible"].clone();
        possible.as_array().is_some_and(|acts| acts.contains(&json!("urge")))
    };
    assert!(can().await);
    walk.at("09-28 10:30");
    urge(&walk, "equipment").await.expect(200);
    assert!(!can().await);
    walk.at("09-28 23:59");
    let before = walk.stand().await;
    let refused = urge(&walk, "equipment").await.problem(409, "urged_today");
    assert!(refused["detail"].as_str().is_some_and(|words| words.contains("2026-09-29")), "{refused:#}");
    assert_eq!(walk.stand().await, before, "nothing changed");
    walk.at("09-29 00:00");
    assert!(can().await);
    urge(&walk, "equipment").await.expect(200);
}

async fn it_is_the_companys_until_the_answer_and_its_words_are_for_those_who_know_who_filed(
    app: &mut TestApp,
) {
    app.set_time("2026-09-28T09:30:00+08:00");
    let walk = Walk::file(app, "equipment", "land.supply", json!({ "confidence": "hidden" })).await;
    walk.act("dispatcher", "ask-info", json!({ "list": "宗地图" })).await.expect(200);
    urge(&walk, "equipment").await.problem(409, "waiting_for_company");
    walk.act("equipment", "supplement", json!({ "answer": "已补" })).await.expect(200);
    walk.at("09-28 10:00").dispatch(&[("industry", "lead"), ("permits", "assist")]).await.expect(200);
    let before = walk.stand().await;
    for who in ["industry.handler", "dispatcher", "auditor"] {
        urge(&walk, who).await.problem(403, "not_yours");
    }
    urge(&walk, "chemical").await.problem(404, "not_found");
    let long = json!({ "words": "急".repeat(501) });
    walk.act("equipment", "urge", long).await.field_problem(422, "/words", "text_too_long");
    assert_eq!(walk.stand().await, before, "nothing changed");

    urge(&walk, "equipment").await.expect(200);
    for (who, knows) in
        [("equipment", true), ("industry.handler", true), ("dispatcher", true), ("permits.handler", false)]
    {
        let story = app.as_(who).get(&format!("/requests/{}/timeline?limit=100", walk.id)).await.expect(200);
        let items = story["items"].as_array().expect("items").clone();
        let told = items.iter().find(|entry| entry["act"] == "urge").expect("it is told");
        assert_eq!(told["detail"]["words"] == "工期只剩三天", knows, "{who}");
    }
    walk.answer("industry").await;
    walk.release("industry").await;
    urge(&walk, "equipment").await.problem(409, "already_answered");
}

async fn an_echos_haste_is_told_to_its_masters_units(app: &mut TestApp) {
    app.alters_rows_by_hand();
    let master = Walk::under_way(app, &[("industry", "lead")]).await;
    let echo = Walk::file(app, "chemical", "land.supply", json!({})).await;
    let (id, of) = (Id::parse(&echo.id), Id::parse(&master.id));
    let merged = app.context.db.write(move |conn| {
        let row = requests::table.filter(requests::id.eq(id.expect("an id")));
        let merged = (requests::state.eq("merged"), requests::master_id.eq(of));
        Ok(diesel::update(row).set(merged).execute(conn)?)
    });
    assert_eq!(merged.await.expect("it is merged"), 1);
    echo.at("09-28 11:00");
    urge(&echo, "chemical").await.expect(200);
    assert_eq!(master.told().await, ["urged → industry"]);
    assert_eq!(echo.told().await, [""; 0], "the units know nothing of the echo");
    assert_eq!(master.view("equipment").await["urges"], Value::Null);
}

on_both!(
    in the sample district:
    whoever_has_an_open_clock_is_told_once,
    once_a_day_as_the_office_counts_days,
    it_is_the_companys_until_the_answer_and_its_words_are_for_those_who_know_who_filed,
    an_echos_haste_is_told_to_its_masters_units,
);
