//! The board, and the check of what is stored.

use crate::support::app::{TestApp, instant, on_both};
use crate::support::client::Client;
use crate::support::district::District;
use diesel::prelude::*;
use onedoor::db::schema::{assignments, clocks, requests};
use serde_json::{Value, json};

async fn board(client: &Client) -> Value {
    client.get("/board").await.expect(200)
}

fn counts(red: i64, yellow: i64, green: i64) -> Value {
    json!({ "red": red, "yellow": yellow, "green": green, "hollow": 0, "paused": 0 })
}

fn of<'a>(rows: &'a Value, key: &str, name: &str) -> &'a Value {
    let rows = rows.as_array().expect("a list");
    let named = |row: &&Value| row[key] == name || row[key]["code"] == name;
    rows.iter().find(named).unwrap_or_else(|| panic!("{name} is on the board: {rows:#?}"))
}

/// One request waits for dispatch; one has a lead and an assist.
async fn two_requests(app: &TestApp, district: &District) {
    app.set_time("2026-09-28T10:00:00+08:00");
    let request = district.file(&district.mill, "用地", json!({})).await;
    district.dispatch(request, &[(&district.industry, "lead"), (&district.permits, "assist")]).await;
    app.set_time("2026-09-29T11:00:00+08:00");
    district.file(&district.bakery, "路灯", json!({})).await;
}

async fn the_board_counts_what_the_clocks_say(app: &mut TestApp) {
    let district = District::lay(app).await;
    two_requests(app, &district).await;
    // The lead's contact is past due since 17:30 of the 29th; the dispatch of the second and the assist are due at
    // 17:30 of the 30th; feedback and conclusion later.
    app.set_time("2026-09-30T15:00:00+08:00");
    let all = board(&district.dispatcher).await;
    assert_eq!(all["as_of"], "2026-09-30T15:00:00+08:00");
    assert_eq!(all["counts"], counts(1, 2, 2));
    assert_eq!(all["due_today"], 2);
    assert_eq!(all["promised"], counts(1, 0, 1));
    assert_eq!(of(&all["by_clock"], "kind", "contact")["counts"], counts(1, 0, 0));
    assert_eq!(of(&all["by_clock"], "kind", "assist")["counts"], counts(0, 1, 0));
    assert_eq!(all["by_unit"][0]["unit"]["code"], "industry", "those with most red first");
    assert_eq!(of(&all["by_unit"], "unit", "industry")["counts"], counts(1, 0, 2));
    assert_eq!(of(&all["by_unit"], "unit", "office")["counts"], counts(0, 1, 0));
    assert_eq!(of(&all["by_unit"], "unit", "permits")["due_today"], 1);
    assert_eq!(all["oldest_overdue"]["kind"], "contact");
    assert_eq!(all["oldest_overdue"]["due_at"], "2026-09-29T17:30:00+08:00");
    assert_eq!(all["oldest_overdue"]["unit"]["name"], "工信局");
    assert_eq!(all["red"]["clocks"].as_array().map(Vec::len), Some(1));
    assert_eq!(all["yellow"]["clocks"].as_array().map(Vec::len), Some(2));
    assert_eq!(board(&district.auditor).await, all);

    for (list, number) in [("red", 1), ("due_today_list", 1)] {
        let link = all[list]["link"].as_str().expect("a list has a link");
        let listed = district.dispatcher.get(link).await.expect(200);
        assert_eq!(listed["items"].as_array().map(Vec::len), Some(number), "{link}");
    }
}

async fn each_sees_the_board_of_what_they_reach(app: &mut TestApp) {
    let district = District::lay(app).await;
    two_requests(app, &district).await;
    app.set_time("2026-09-30T15:00:00+08:00");
    let permits = board(&district.permits.handler).await;
    assert_eq!(permits["counts"], counts(0, 1, 0));
    assert!(permits.get("promised").is_none() && permits.get("oldest_overdue").is_none());
    let supervised = board(&district.supervisor).await;
    assert_eq!(supervised["counts"], counts(1, 0, 2));

    let of_unit = |unit| format!("/board?unit={unit}");
    let industry = of_unit(district.industry.id);
    assert_eq!(district.dispatcher.get(&industry).await.expect(200)["counts"], counts(1, 0, 2));
    assert_eq!(district.supervisor.get(&industry).await.expect(200)["counts"], counts(1, 0, 2));
    assert_eq!(district.industry.handler.get(&industry).await.expect(200)["counts"], counts(1, 0, 2));
    district.permits.handler.get(&industry).await.problem(404, "not_found");
    district.dispatcher.get(&of_unit(district.mill.id)).await.problem(404, "not_found");
    for client in [&district.mill.user, &district.admin] {
        client.get("/board").await.problem(403, "not_allowed");
        client.get(&industry).await.problem(403, "not_allowed");
    }
    app.stranger().get("/board").await.problem(401, "not_logged_in");
}

async fn a_contested_clock_is_hollow_and_one_that_stands_still_has_no_light(app: &mut TestApp) {
    app.alters_rows_by_hand();
    let district = District::lay(app).await;
    two_requests(app, &district).await;
    app.set_time("2026-09-30T15:00:00+08:00");
    let touched = app.context.db.write(|conn| {
        let none: Option<onedoor::domain::ids::Instant> = None;
        diesel::update(clocks::table.filter(clocks::kind.eq("contact")))
            .set(clocks::disputed.eq(true))
            .execute(conn)?;
        diesel::update(clocks::table.filter(clocks::kind.eq("assist")))
            .set((clocks::paused_at.eq(Some(instant("2026-09-30T12:00:00+08:00"))), clocks::due_at.eq(none)))
            .execute(conn)?;
        Ok(())
    });
    touched.await.expect("the clocks are touched");
    let all = board(&district.dispatcher).await;
    assert_eq!(all["counts"], json!({ "red": 0, "yellow": 1, "green": 2, "hollow": 1, "paused": 1 }));
    assert_eq!(all["red"]["clocks"], json!([]));
}

async fn what_drifted_is_reported_and_nothing_else(app: &mut TestApp) {
    let district = District::lay(app).await;
    two_requests(app, &district).await;
    let check = async || app.context.db.read(onedoor::requests::check).await.expect("the check runs");
    assert_eq!(check().await, Vec::<String>::new());

    let late = instant("2026-12-24T17:30:00+08:00");
    let touched = app.context.db.write(move |conn| {
        diesel::update(clocks::table.filter(clocks::kind.eq("assist")))
            .set(clocks::due_at.eq(late))
            .execute(conn)?;
        diesel::update(clocks::table.filter(clocks::kind.eq("dispatch").and(clocks::stopped_at.is_null())))
            .set(clocks::stopped_at.eq(late))
            .execute(conn)?;
        Ok(())
    });
    touched.await.expect("the clocks are touched");
    let found = check().await;
    let says = |words: &[&str]| found.iter().any(|line| words.iter().all(|word| line.contains(word)));
    assert!(
        says(&["assist", "due 2026-12-24T09:30:00Z", "recomputed", "due 2026-09-30T09:30:00Z"]),
        "{found:#?}"
    );
    assert!(says(&["submitted", "no clock brings it on"]), "{found:#?}");
    assert!(says(&["assist", "its open clocks say", "due 2026-12-24T09:30:00Z"]), "{found:#?}");
    assert!(says(&["staff", "due never"]), "{found:#?}");

    let mended = app.context.db.write(move |conn| {
        let due: Option<onedoor::domain::ids::Instant> = assignments::table
            .filter(assignments::part.eq("assist"))
            .select(assignments::due_at)
            .first(conn)?;
        diesel::update(clocks::table.filter(clocks::kind.eq("assist")))
            .set(clocks::due_at.eq(due))
            .execute(conn)?;
        let none: Option<onedoor::domain::ids::Instant> = None;
        diesel::update(clocks::table.filter(clocks::stopped_at.eq(late)))
            .set(clocks::stopped_at.eq(none))
            .execute(conn)?;
        Ok(diesel::update(requests::table)
            .set(requests::journal_seq.eq(requests::journal_seq + 1))
            .execute(conn)?)
    });
    assert_eq!(mended.await.expect("the clocks are mended"), 2);
    let found = check().await;
    assert!(found.len() == 2 && found.iter().all(|line| line.contains("journal, entry")), "{found:#?}");
    let mended = app.context.db.write(|conn| {
        Ok(diesel::update(requests::table)
            .set(requests::journal_seq.eq(requests::journal_seq - 1))
            .execute(conn)?)
    });
    mended.await.expect("the chains are mended");
}

on_both!(
    the_board_counts_what_the_clocks_say,
    each_sees_the_board_of_what_they_reach,
    a_contested_clock_is_hollow_and_one_that_stands_still_has_no_light,
    what_drifted_is_reported_and_nothing_else,
);
