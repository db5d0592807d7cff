//! The office changes which units have a request: adds, takes away, gives other roles.

use crate::path::{Walk, because, reached, short};
use crate::returns::{added, ask, asked, clocks, role};
use crate::support::app::{TestApp, on_both};
use crate::support::client::Answer;
use serde_json::{Value, json};

/// Has the office change the units.
async fn change(walk: &Walk<'_>, change: Value) -> Answer {
    let mut body = json!({ "reason": "重新划分职责" });
    for (name, value) in change.as_object().into_iter().flatten() {
        body[name] = value.clone();
    }
    walk.act("dispatcher", "redispatch", body).await
}

/// The id of this unit's assignment.
async fn id(walk: &Walk<'_>, unit: &str) -> Value {
    walk.share(unit).await["id"].clone()
}

async fn one_lead_takes_the_place_of_another(app: &mut TestApp) {
    let walk = Walk::under_way(app, &[("industry", "lead"), ("permits", "assist")]).await;
    walk.at("09-28 15:00");
    let mut successor = added(&walk, "natural_resources", "lead");
    successor["note"] = "请接手".into();
    change(&walk, json!({ "close": [id(&walk, "industry").await], "parts": [successor] })).await.expect(200);
    assert_eq!(
        walk.told().await,
        ["dispatched_to_you → natural_resources", "redispatched → equipment", "taken_away → industry"]
    );
    assert_eq!(walk.share("industry").await["state"], "closed");
    for clock in ["industry contact", "industry feedback", "industry conclusion"] {
        assert_eq!(walk.end(clock).await, "void 09-28 15:00", "{clock}");
    }
    assert_eq!(walk.due("natural_resources contact").await, "09-29 17:30");
    assert_eq!(walk.share("natural_resources").await["note"], "请接手");
    let view = walk.view("equipment").await;
    assert_eq!((&view["redispatches"], view["clocks"].as_array().map(Vec::len)), (&json!(1), Some(2)));
    assert_eq!(short(&view["clocks"][0]["started_at"]), "09-28 10:00");
    let timeline = app.as_("dispatcher").get(&format!("/requests/{}/timeline", walk.id)).await.expect(200);
    let last = timeline["items"].as_array().and_then(|items| items.last()).expect("entries").clone();
    assert_eq!((&last["act"], &last["detail"]["reason"]), (&json!("redispatch"), &json!("重新划分职责")));
    assert_eq!(last["detail"]["parts"].as_array().map(Vec::len), Some(2));

    // The former lead comes back as an assist, and the new one stays.
    walk.at("09-28 16:00");
    change(&walk, json!({ "parts": [added(&walk, "industry", "assist")] })).await.expect(200);
    assert_eq!(walk.view("equipment").await["redispatches"], 2);
    assert_eq!(clocks(&walk, "industry", "assist").await, ["09-30 17:30 → open"]);
}

async fn what_was_red_stays_red_when_a_role_ends(app: &mut TestApp) {
    let walk = Walk::under_way(app, &[("industry", "lead")]).await;
    walk.at("09-29 17:31");
    let parts = [added(&walk, "natural_resources", "lead")];
    change(&walk, json!({ "roles": [role(&walk, "industry", "assist").await], "parts": parts }))
        .await
        .expect(200);
    assert_eq!(walk.end("industry contact").await, "late 09-29 17:31");
    assert_eq!(walk.end("industry feedback").await, "void 09-29 17:31");
    assert_eq!(walk.end("company_contact").await, "open");

    // It leads again: its contact closed late, and it gets no second time to call.
    walk.at("09-30 09:30");
    let roles = [role(&walk, "industry", "lead").await, role(&walk, "natural_resources", "assist").await];
    change(&walk, json!({ "roles": roles })).await.expect(200);
    assert_eq!(clocks(&walk, "industry", "contact").await, ["09-29 17:30 → late"]);
    // The other one's was not due yet: nobody asks for that call any more.
    assert_eq!(clocks(&walk, "natural_resources", "contact").await, ["09-30 17:30 → void"]);
    walk.at("09-30 10:00");
    let roles = [role(&walk, "industry", "assist").await, role(&walk, "natural_resources", "lead").await];
    change(&walk, json!({ "roles": roles })).await.expect(200);
    let contacts = ["09-30 17:30 → void", "10-08 17:30 → open"];
    assert_eq!(clocks(&walk, "natural_resources", "contact").await, contacts);
}

async fn a_branch_told_to_call_later_keeps_its_time_to_answer(app: &mut TestApp) {
    let walk = Walk::under_way(app, &[("industry", "lead"), ("natural_resources", "branch")]).await;
    walk.at("09-29 10:00");
    let mut told = role(&walk, "natural_resources", "branch").await;
    told["told_to_contact"] = true.into();
    change(&walk, json!({ "roles": [told] })).await.expect(200);
    assert_eq!(clocks(&walk, "natural_resources", "contact").await, ["09-30 17:30 → open"]);
    assert_eq!(clocks(&walk, "natural_resources", "feedback").await, ["10-08 17:30 → open"]);
    change(&walk, json!({ "roles": [role(&walk, "natural_resources", "branch").await] })).await.expect(200);
    assert_eq!(clocks(&walk, "natural_resources", "contact").await, ["09-30 17:30 → void"]);
    assert_eq!(clocks(&walk, "natural_resources", "feedback").await, ["10-08 17:30 → open"]);
}

async fn a_unit_that_asked_to_leave_may_be_taken_away_without_a_ruling(app: &mut TestApp) {
    let walk = Walk::under_way(app, &[("industry", "lead")]).await;
    ask(&walk, "industry", "wrong_unit").await.expect(200);
    change(&walk, json!({ "roles": [role(&walk, "industry", "assist").await], "parts": [added(&walk, "permits", "lead")] }))
        .await
        .problem(409, "return_pending");
    let successor =
        json!({ "close": [id(&walk, "industry").await], "parts": [added(&walk, "permits", "lead")] });
    change(&walk, successor).await.expect(200);
    assert_eq!(asked(&walk, "industry").await["ruling"], "moot");
    assert_eq!(walk.end("return_ruling").await, "void 09-28 10:00");
}

async fn the_call_the_office_owes_a_sealed_company_waits_for_whoever_leads(app: &mut TestApp) {
    app.set_time("2026-09-28T09:30:00+08:00");
    let walk = Walk::file(app, "equipment", "land.supply", json!({ "confidence": "sealed" })).await;
    walk.at("09-28 10:00").dispatch(&[("industry", "lead"), ("permits", "assist")]).await.expect(200);
    assert_eq!(clocks(&walk, "business_environment", "contact").await, ["09-29 17:30 → open"]);
    walk.at("09-29 10:00");
    ask(&walk, "industry", "wrong_unit").await.expect(200);
    crate::returns::rule(&walk, "dispatcher", "industry", true, json!({})).await.expect(200);
    assert_eq!(clocks(&walk, "business_environment", "contact").await, ["09-29 17:30 → open"]);
    change(&walk, json!({ "parts": [added(&walk, "natural_resources", "lead")] })).await.expect(200);
    walk.at("09-29 11:00");
    walk.on_share("natural_resources", "dispatcher", "contact", reached()).await.expect(200);
    assert_eq!(clocks(&walk, "business_environment", "contact").await, ["09-29 17:30 → met"]);
    // Called once, called for whoever leads.
    let roles = [role(&walk, "permits", "lead").await, role(&walk, "natural_resources", "assist").await];
    change(&walk, json!({ "roles": roles })).await.expect(200);
    assert_eq!(clocks(&walk, "business_environment", "contact").await, ["09-29 17:30 → met"]);
    let mut told = added(&walk, "land_reserve", "branch");
    told["told_to_contact"] = true.into();
    let refused = change(&walk, json!({ "parts": [told] })).await;
    let refused = refused.field_problem(422, "/parts/0/part", "hidden_takes_no_branch");
    assert_eq!(refused["errors"][1]["code"], "sealed_takes_no_contact");
}

async fn a_change_that_cannot_be_is_refused_and_changes_nothing(app: &mut TestApp) {
    let parts = [("industry", "lead"), ("natural_resources", "branch"), ("permits", "assist")];
    let walk = Walk::under_way(app, &parts).await;
    let (lead, branch) = (id(&walk, "industry").await, id(&walk, "natural_resources").await);
    let stranger = walk.id.clone();
    let before = walk.stand().await;
    change(&walk, json!({})).await.problem(422, "nothing_changed");
    let told_lead = json!({ "assignment": branch, "part": "lead", "told_to_contact": true });
    let demoted = json!({ "assignment": lead, "part": "assist" });
    for (wrong, pointer, code) in [
        (json!({ "roles": [role(&walk, "industry", "lead").await] }), "/roles/0/part", "nothing_changed"),
        (json!({ "close": [lead] }), "/parts", "lead_needed"),
        (json!({ "roles": [demoted] }), "/parts", "lead_needed"),
        (json!({ "roles": [role(&walk, "permits", "lead").await] }), "/parts", "lead_needed"),
        (json!({ "parts": [added(&walk, "land_reserve", "lead")] }), "/parts", "lead_needed"),
        (json!({ "parts": [added(&walk, "permits", "branch")] }), "/parts/0/unit", "unit_twice"),
        (
            json!({ "parts": [added(&walk, "land_reserve", "assist"), added(&walk, "land_reserve", "branch")] }),
            "/parts/1/unit",
            "unit_twice",
        ),
        (json!({ "parts": [{ "unit": stranger, "part": "assist" }] }), "/parts/0/unit", "reference_unknown"),
        (json!({ "close": [branch, branch] }), "/close/1", "assignment_twice"),
        (
            json!({ "close": [branch], "roles": [{ "assignment": branch, "part": "assist" }] }),
            "/roles/0/assignment",
            "assignment_twice",
        ),
        (json!({ "close": [stranger] }), "/close/0", "reference_unknown"),
        (json!({ "roles": [told_lead, demoted] }), "/roles/0/told_to_contact", "only_branch_is_told"),
    ] {
        change(&walk, wrong).await.field_problem(422, pointer, code);
    }
    let silent = json!({ "reason": " ", "close": [branch] });
    walk.act("dispatcher", "redispatch", silent).await.field_problem(422, "/reason", "text_empty");
    let body = || json!({ "reason": "改派", "close": [branch] });
    for who in ["industry.handler", "auditor", "equipment"] {
        walk.act(who, "redispatch", body()).await.problem(403, "not_yours");
    }
    for who in ["chemical", "admin"] {
        walk.act(who, "redispatch", body()).await.problem(404, "not_found");
    }
    assert_eq!(walk.stand().await, before, "nothing changed");

    let submitted = Walk::file(app, "equipment", "land.supply", json!({})).await;
    let early = change(&submitted, json!({ "parts": [added(&walk, "permits", "lead")] })).await;
    early.problem(409, "not_dispatched_yet");
    walk.act("dispatcher", "ask-info", json!({ "list": "宗地图" })).await.expect(200);
    change(&walk, json!({ "close": [branch] })).await.problem(409, "waiting_for_company");
}

async fn an_approved_answer_is_sent_back_before_its_part_changes(app: &mut TestApp) {
    let parts = [("industry", "lead"), ("natural_resources", "branch"), ("permits", "branch")];
    let walk = Walk::under_way(app, &parts).await;
    walk.answer("natural_resources").await;
    walk.answer("permits").await;
    walk.release("permits").await;
    let before = walk.stand().await;
    for (unit, code) in [("natural_resources", "already_approved"), ("permits", "already_accepted")] {
        change(&walk, json!({ "close": [id(&walk, unit).await] })).await.problem(409, code);
        change(&walk, json!({ "roles": [role(&walk, unit, "assist").await] })).await.problem(409, code);
    }
    assert_eq!(walk.stand().await, before, "nothing changed");
    walk.on_share("natural_resources", "dispatcher", "send-back", because("改派")).await.expect(200);
    change(&walk, json!({ "close": [id(&walk, "natural_resources").await] })).await.expect(200);
    let over = id(&walk, "natural_resources").await;
    change(&walk, json!({ "close": [over] })).await.problem(409, "assignment_over");
}

async fn taking_the_last_open_part_away_makes_the_answer_whole(app: &mut TestApp) {
    let walk = Walk::under_way(app, &[("industry", "lead"), ("natural_resources", "branch")]).await;
    walk.on_share("industry", "handler", "contact", reached()).await.expect(200);
    walk.answer("industry").await;
    walk.release("industry").await;
    change(&walk, json!({ "close": [id(&walk, "natural_resources").await] })).await.expect(200);
    let view = walk.view("equipment").await;
    assert_eq!((&view["state"], &view["redispatches"]), (&json!("answered"), &json!(1)));
    assert_eq!(walk.end("company_feedback").await, "met 09-28 10:00");
    let late = change(&walk, json!({ "parts": [added(&walk, "permits", "assist")] })).await;
    late.problem(409, "already_answered");
}

async fn whom_the_confidence_or_a_complaint_bars_gets_no_role_either(app: &mut TestApp) {
    app.set_time("2026-09-28T09:30:00+08:00");
    let hidden = Walk::file(app, "equipment", "land.supply", json!({ "confidence": "hidden" })).await;
    hidden.at("09-28 10:00").dispatch(&[("industry", "lead"), ("permits", "assist")]).await.expect(200);
    let branch = change(&hidden, json!({ "roles": [role(&hidden, "permits", "branch").await] })).await;
    branch.field_problem(422, "/roles/0/part", "hidden_takes_no_branch");

    let about = json!({ "kind": "complaint", "conduct_unit": app.district.unit("natural_resources") });
    let complaint = Walk::file(app, "equipment", "land.supply", about).await;
    complaint.dispatch(&[("industry", "lead")]).await.expect(200);
    for unit in ["natural_resources", "land_reserve"] {
        let refused = change(&complaint, json!({ "parts": [added(&complaint, unit, "assist")] })).await;
        refused.field_problem(422, "/parts/0/unit", "conduct_complaint");
    }
}

on_both!(
    in the sample district:
    one_lead_takes_the_place_of_another,
    what_was_red_stays_red_when_a_role_ends,
    a_branch_told_to_call_later_keeps_its_time_to_answer,
    a_unit_that_asked_to_leave_may_be_taken_away_without_a_ruling,
    the_call_the_office_owes_a_sealed_company_waits_for_whoever_leads,
    a_change_that_cannot_be_is_refused_and_changes_nothing,
    an_approved_answer_is_sent_back_before_its_part_changes,
    taking_the_last_open_part_away_makes_the_answer_whole,
    whom_the_confidence_or_a_complaint_bars_gets_no_role_either,
);
