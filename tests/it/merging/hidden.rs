//! What the companies and the units do not learn of each other.

use super::{confirm, master, merge, twin};
use crate::path::{Walk, on, reached};
use crate::support::app::{TestApp, on_both};
use serde_json::{Value, json};

/// Everything this person can read of a request, as text.
async fn read(walk: &Walk<'_>, app: &TestApp, who: &str) -> String {
    let client = app.as_(who);
    let mut whole = String::new();
    for below in
        ["", "/timeline?limit=100", "/due-explanation?clock=company_feedback", "/rating", "/callback"]
    {
        let answer = client.get(&format!("/requests/{}{below}", walk.id)).await;
        assert!(answer.status == 200, "{who} {below}: {:#}", answer.body);
        whole += &answer.body.to_string();
    }
    whole + &client.get("/requests?limit=100").await.expect(200).to_string()
}

/// What tells one request from another: its id, number, title, place, contact and company.
async fn secrets(walk: &Walk<'_>) -> Vec<String> {
    let view = walk.view("dispatcher").await;
    [
        "/id",
        "/number",
        "/title",
        "/body",
        "/place",
        "/contact/name",
        "/contact/phone",
        "/company/id",
        "/company/name",
        "/company/uscc",
    ]
    .iter()
    .map(|field| view.pointer(field).and_then(Value::as_str).unwrap_or_else(|| panic!("{field}")).to_owned())
    .collect()
}

fn none_of(secrets: &[String], text: &str, when: &str) {
    for secret in secrets {
        assert!(!text.contains(secret.as_str()), "{when}: «{secret}» in {text}");
    }
}

async fn neither_company_learns_anything_of_the_other_at_any_step(app: &mut TestApp) {
    app.set_time(&on("09-28 09:30"));
    let own = json!({ "title": "开发区整片停水", "body": "自昨夜起停水。", "place": "装备园东门" });
    let master = Walk::file(app, "equipment", "land.supply", own).await;
    master.at("09-28 10:00").dispatch(&super::PARTS).await.expect(200);
    let echo = twin(app, "chemical").await;
    let parts = [("traffic_police", "lead")];
    echo.dispatch(&parts).await.expect(200);
    let (of_master, of_echo) = (secrets(&master).await, secrets(&echo).await);
    let both_are_kept_apart = async |when: &str| {
        none_of(&of_master, &read(&echo, app, "chemical").await, when);
        none_of(&of_echo, &read(&master, app, "equipment").await, when);
        // Nor the units: those the echo was taken from, and those of the master that do not lead it.
        none_of(&of_master, &read(&echo, app, "traffic_police.handler").await, when);
        none_of(&of_echo, &read(&master, app, "permits.handler").await, when);
        for (walk, who) in [(&master, "chemical"), (&echo, "equipment"), (&echo, "permits.handler")] {
            app.as_(who).get(&format!("/requests/{}", walk.id)).await.problem(404, "not_found");
        }
        let waits = read(&echo, app, "traffic_police.handler").await;
        assert!(!waits.contains("同一件事"), "{when}: why it was merged is the office's affair");
    };
    both_are_kept_apart("before").await;
    echo.at("09-28 11:00");
    merge(&echo, &master).await.expect(200);
    both_are_kept_apart("merged").await;

    let shown = master.view("industry.handler").await["echoes"][0].clone();
    let view = echo.view("dispatcher").await;
    assert_eq!((&shown["id"], &shown["number"]), (&view["id"], &view["number"]));
    assert_eq!((&shown["company"], &shown["contact"]), (&view["company"], &view["contact"]));
    assert_eq!(view["master"], json!({ "id": master.id, "number": of_master[1] }));
    let mut masked = shown.clone();
    masked["contact"]["phone"] = json!("139****9000");
    assert_eq!(master.view("auditor").await["echoes"][0], masked, "the auditor does not call");
    let timeline = async |walk: &Walk<'_>| {
        let story = app.as_("dispatcher").get(&format!("/requests/{}/timeline", walk.id)).await.expect(200);
        story["items"].as_array().expect("entries").last().expect("an entry")["detail"].clone()
    };
    let reason = "与装备企业反映的是同一件事";
    assert_eq!(timeline(&echo).await, json!({ "master": of_master[1], "reason": reason }));
    assert_eq!(timeline(&master).await, json!({ "echo": of_echo[1], "reason": reason }));

    let mut contact = reached();
    contact["outcome"] = json!("装备园东门已看过");
    contact["echoes"] = json!([{ "request": echo.id, "whom": "吴主任" }]);
    master.on_share("industry", "handler", "contact", contact).await.expect(200);
    both_are_kept_apart("contacted").await;
    confirm(&echo, "水已恢复。").await;
    both_are_kept_apart("confirmed").await;
    master.answer("industry").await;
    master.at("09-28 15:00").release("industry").await;
    both_are_kept_apart("released").await;
}

async fn a_company_learns_nothing_of_a_master_by_trying_to_merge(app: &mut TestApp) {
    let (master, echo) = (master(app).await, twin(app, "chemical").await);
    let nothing = "01922222-2222-7222-8222-222222222222";
    for other in [master.id.as_str(), nothing, echo.id.as_str()] {
        let form = json!({ "master": other, "reason": "同一件事" });
        echo.act("chemical", "merge", form.clone()).await.problem(403, "not_yours");
        echo.act("equipment", "merge", form.clone()).await.problem(404, "not_found");
        echo.act("industry.handler", "merge", form.clone()).await.problem(404, "not_found");
        master.act("industry.handler", "merge", form).await.problem(403, "not_yours");
    }
}

on_both!(in the sample district:
    neither_company_learns_anything_of_the_other_at_any_step,
    a_company_learns_nothing_of_a_master_by_trying_to_merge,
);
