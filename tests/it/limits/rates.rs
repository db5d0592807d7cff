//! How much one caller may ask, and that nobody else pays for it. The clock stands still until a scenario moves it.

use super::pressure::Held;
use crate::support::app::{TestApp, instant, on_both};
use crate::support::sample::PASSWORD;
use chrono::TimeDelta;
use diesel::prelude::*;
use onedoor::db::schema::memberships;
use onedoor::domain::ids::Id;
use serde_json::json;

fn pass(app: &TestApp, seconds: i64) {
    app.context.time.set(app.context.time.now().plus(TimeDelta::seconds(seconds)));
}

async fn a_person_who_asks_too_much_is_told_when_to_come_again(app: &mut TestApp) {
    app.restart(|config| (config.limits.person_per_second, config.limits.person_burst) = (1, 3)).await;
    for _ in 0..3 {
        app.as_("chemical").get("/me").await.expect(200);
    }
    for _ in 0..2 {
        let refused = app.as_("chemical").speaking("en").get("/me").await;
        assert_eq!(refused.header("retry-after"), "1");
        let problem = refused.problem(429, "too_many_requests");
        assert_eq!(problem["detail"], "Too many requests; try again in 1 seconds");
    }
    app.as_("metal").get("/me").await.expect(200);
    pass(app, 1);
    app.as_("chemical").get("/me").await.expect(200);
    app.as_("chemical").get("/me").await.problem(429, "too_many_requests");
    pass(app, 10);
    for _ in 0..3 {
        app.as_("chemical").get("/me").await.expect(200);
    }
    // Whoever was quiet for long is forgotten; who was not, is not.
    app.step("forget idle callers").await;
    app.as_("chemical").get("/me").await.problem(429, "too_many_requests");
}

async fn all_who_stand_for_one_company_are_counted_together(app: &mut TestApp) {
    app.alters_rows_by_hand();
    let (person, company) = (app.district.person("metal"), app.district.company("chemical"));
    let (person, company) = (Id::parse(person), Id::parse(company));
    let at = instant("2026-09-02T09:00:00+08:00");
    let joined = app.context.db.write(move |conn| {
        diesel::insert_into(memberships::table)
            .values((
                (memberships::id.eq(Id::new(at)), memberships::person_id.eq(person.expect("an id"))),
                (memberships::company_id.eq(company), memberships::role.eq("company")),
                (memberships::valid_from.eq(at), memberships::created_at.eq(at)),
            ))
            .execute(conn)?;
        Ok(())
    });
    joined.await.expect("a second user is written");
    app.restart(|config| (config.limits.company_per_second, config.limits.company_burst) = (1, 4)).await;
    for _ in 0..2 {
        app.as_("chemical").get("/me").await.expect(200);
        app.as_("metal").get("/me").await.expect(200);
    }
    for user in ["chemical", "metal"] {
        app.as_(user).get("/me").await.problem(429, "too_many_requests");
    }
    app.as_("washer").get("/me").await.expect(200);
    app.as_("dispatcher").get("/requests").await.expect(200);
}

async fn a_flood_is_refused_without_the_database_and_slows_nobody_else(app: &mut TestApp) {
    app.restart(|config| {
        (config.limits.company_per_second, config.limits.company_burst) = (1, 2);
        (config.database.readers, config.database.writers) = (1, 1);
        config.database.wait_milliseconds = 100;
    })
    .await;
    let (flooding, other) = (app.as_("chemical"), app.as_("metal"));
    for client in [&flooding, &other] {
        client.get("/me").await.expect(200);
    }
    flooding.get("/me").await.expect(200);
    // No connection is free: whoever needs one is refused for that, and the flood is not.
    let held = Held::reader(&app.context).await;
    other.get("/me").await.problem(503, "overloaded");
    for _ in 0..20 {
        flooding.get("/requests").await.problem(429, "too_many_requests");
    }
    held.let_go().await;
    pass(app, 1);
    flooding.get("/me").await.expect(200);
    let flood = (0..50).map(|_| flooding.get("/requests"));
    let (flood, answer) =
        futures_util::future::join(futures_util::future::join_all(flood), other.get("/requests")).await;
    answer.expect(200);
    assert!(flood.iter().all(|answer| answer.status == 429));
}

async fn who_is_not_known_is_counted_by_address(app: &mut TestApp) {
    app.restart(|config| (config.limits.address_per_second, config.limits.address_burst) = (1, 3)).await;
    let (stranger, forger) = (app.stranger(), app.stranger().with_token(&"x".repeat(43)));
    let known = app.as_("chemical");
    known.get("/me").await.expect(200);
    stranger.get("/nothing").await.problem(404, "not_found");
    forger.get("/requests").await.problem(401, "not_logged_in");
    let log_in = json!({ "name": "chemical", "password": PASSWORD });
    for _ in 0..2 {
        stranger.post("/auth/login", log_in.clone()).await.problem(429, "too_many_requests");
        forger.get("/requests").await.problem(429, "too_many_requests");
        stranger.get("/requests").await.problem(429, "too_many_requests");
        for path in ["/livez", "/readyz"] {
            stranger.get(path).await.expect(200);
        }
        known.get("/me").await.expect(200);
    }
    pass(app, 2);
    stranger.post("/auth/login", log_in).await.expect(200);
}

on_both!(in the sample district:
    a_person_who_asks_too_much_is_told_when_to_come_again,
    all_who_stand_for_one_company_are_counted_together,
    a_flood_is_refused_without_the_database_and_slows_nobody_else,
    who_is_not_known_is_counted_by_address,
);
