//! What is not merged, and into what nothing is merged.

use super::{ask, confirm, decline, go_on, master, merge, own_text, pair, twin};
use crate::path::{Walk, solved};
use crate::support::app::{TestApp, on_both};
use serde_json::{Value, json};

async fn nothing_is_merged_into_what_is_answered_ended_or_an_echo_itself(app: &mut TestApp) {
    let (master, echo) = pair(app).await;
    let third = twin(app, "washer").await;
    let answered = twin(app, "equipment").await;
    answered.act("dispatcher", "direct-answer", solved()).await.expect(200);
    let declined = twin(app, "equipment").await;
    decline(&declined).await;
    let withdrawn = twin(app, "equipment").await;
    withdrawn.act("equipment", "withdraw", Value::Null).await.expect(200);
    let before = (third.stand().await, echo.stand().await);
    for (other, code) in [
        (&echo, "merged_into_another"),
        (&answered, "already_answered"),
        (&declined, "already_ended"),
        (&withdrawn, "already_ended"),
    ] {
        let stood = other.stand().await;
        let refused = merge(&third, other).await.field_problem(409, "/master", code);
        assert_eq!(refused["code"], code);
        assert_eq!(other.stand().await, stood, "{code}: nothing changed");
    }
    let into =
        async |id: &str| third.act("dispatcher", "merge", json!({ "master": id, "reason": "同" })).await;
    into(&third.id).await.field_problem(422, "/master", "merged_into_itself");
    let nothing = "01922222-2222-7222-8222-222222222222";
    into(nothing).await.field_problem(422, "/master", "reference_unknown");
    assert_eq!((third.stand().await, echo.stand().await), before, "nothing changed");
    // While papers are waited for a request may still take echoes.
    ask(&master).await;
    merge(&third, &master).await.expect(200);
    assert_eq!(master.view("dispatcher").await["echoes"].as_array().map(Vec::len), Some(2));
}

async fn what_has_echoes_waits_or_is_answered_is_not_merged(app: &mut TestApp) {
    let (master, echo) = pair(app).await;
    let other = twin(app, "washer").await;
    let possible =
        async |walk: &Walk<'_>| walk.view("dispatcher").await["possible"].to_string().contains("\"merge\"");
    assert!(possible(&other).await);
    assert!(!possible(&master).await && !possible(&echo).await);
    let before = (master.stand().await, echo.stand().await, other.stand().await);
    merge(&master, &other).await.problem(409, "has_echoes");
    merge(&echo, &other).await.problem(409, "merged_into_another");
    merge(&echo, &master).await.problem(409, "merged_into_another");
    assert_eq!((master.stand().await, echo.stand().await, other.stand().await), before, "nothing changed");
    ask(&other).await;
    merge(&other, &master).await.problem(409, "waiting_for_company");
    go_on(&other).await;
    other.act("dispatcher", "direct-answer", solved()).await.expect(200);
    merge(&other, &master).await.problem(409, "already_answered");
    other.act("dispatcher", "echo-answer", own_text("水已恢复。")).await.problem(409, "not_merged");
    echo.act("chemical", "echo-answer", own_text("水已恢复。")).await.problem(403, "not_yours");
    let lacking = json!({ "outcome": "solved", "public_text": "水已恢复。" });
    let refused = echo.act("dispatcher", "echo-answer", lacking).await;
    refused.field_problem(422, "/evidence", "evidence_needed");
    confirm(&echo, "水已恢复。").await;
}

async fn a_complaint_about_a_unit_is_merged_only_with_one_about_the_same_unit(app: &mut TestApp) {
    let about = |unit: &str| json!({ "kind": "complaint", "conduct_unit": app.district.unit(unit) });
    let complaint = Walk::file(app, "chemical", "land.supply", about("urban_management")).await;
    let other = Walk::file(app, "washer", "land.supply", about("industry")).await;
    let same = Walk::file(app, "bearing", "land.supply", about("urban_management")).await;
    let plain = master(app).await;
    for master in [&plain, &other] {
        merge(&complaint, master).await.field_problem(422, "/master", "conduct_complaint");
    }
    merge(&complaint, &same).await.expect(200);
}

async fn what_has_its_plan_is_not_merged_though_nobody_has_called_its_company(app: &mut TestApp) {
    let master = master(app).await;
    let other = Walk::under_way(app, &[("natural_resources", "lead")]).await;
    other.on_share("natural_resources", "handler", "sign", Value::Null).await.expect(200);
    let plan = json!({ "ends_on": "2026-12-18", "public_text": "分步办理。",
        "milestones": [{ "what": "供地", "by": "2026-12-18" }] });
    other.on_share("natural_resources", "signer", "plan", plan).await.expect(200);
    let plan = other.view("dispatcher").await["plan"]["id"].as_str().expect("a plan").to_owned();
    let granted = json!({ "granted": true, "reason": "确需较长时间。" });
    app.as_("dispatcher").post(&format!("/plans/{plan}/ruling"), granted).await.expect(200);
    assert_eq!(other.end("company_contact").await, "open");
    let before = (master.stand().await, other.stand().await);
    merge(&other, &master).await.problem(409, "past_merging");
    assert_eq!((master.stand().await, other.stand().await), before, "nothing changed");
    assert!(!other.view("dispatcher").await["possible"].to_string().contains("\"merge\""));
}

async fn a_company_may_have_two_requests_of_its_own_answered_together(app: &mut TestApp) {
    let (master, again) = (twin(app, "chemical").await, twin(app, "chemical").await);
    merge(&again, &master).await.expect(200);
    let view = again.view("chemical").await;
    assert_eq!((&view["state"], view.get("master")), (&json!("merged"), None));
}

on_both!(in the sample district:
    nothing_is_merged_into_what_is_answered_ended_or_an_echo_itself,
    what_has_echoes_waits_or_is_answered_is_not_merged,
    a_complaint_about_a_unit_is_merged_only_with_one_about_the_same_unit,
    what_has_its_plan_is_not_merged_though_nobody_has_called_its_company,
    a_company_may_have_two_requests_of_its_own_answered_together,
);
