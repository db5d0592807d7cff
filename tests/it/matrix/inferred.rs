//! What can be inferred: nothing that a reader may not see moves a total, a page, a cursor, an order, a light or a search
//! hit of theirs.

use super::world::NOTHING;
use crate::support::app::{TestApp, on_both};
use crate::support::walk::{ASSIST, LEAD, answer, dispatch, file, part, solved};
use serde_json::{Value, json};

/// Every list there is, narrowed by every filter and in every order; `words` are those of what is hidden.
fn lists(app: &TestApp, words: &[&str]) -> Vec<String> {
    let mut filters: Vec<String> = [
        "",
        "limit=1",
        "sort=due",
        "sort=due&limit=1",
        "kind=complaint",
        "kind=help",
        "urgency=emergency",
        "channel=web",
        "filed_from=2026-09-24",
        "filed_to=2026-09-24",
        "due_from=2026-09-01",
        "due_to=2027-01-01&sort=due",
    ]
    .map(ToOwned::to_owned)
    .to_vec();
    filters.extend(["red", "yellow", "green", "none"].map(|light| format!("light={light}")));
    filters.extend(
        ["submitted", "in_progress", "answered", "rated", "merged", "concluded"]
            .map(|state| format!("state={state}")),
    );
    let district = app.district;
    filters.extend([LEAD, ASSIST, "permits"].map(|unit| format!("unit={}", district.unit(unit))));
    filters.extend(["chemical", "washer"].map(|company| format!("company={}", district.company(company))));
    filters.push(format!("company={NOTHING}"));
    filters.extend(["roads.signals", "roads"].map(|code| format!("category={}", district.category(code))));
    filters.extend(words.iter().map(|word| format!("q={word}")));
    let mut lists: Vec<String> = filters.iter().map(|filter| format!("/requests?{filter}")).collect();
    lists.extend(
        ["/board", "/companies?limit=1", "/people", "/duty-table", "/units", "/categories"]
            .map(ToOwned::to_owned),
    );
    lists.extend([LEAD, "permits", "heat_supply"].map(|unit| format!("/board?unit={}", district.unit(unit))));
    lists
}

/// All that this person reads there, byte for byte.
async fn read_by(app: &TestApp, who: &str, lists: &[String]) -> Vec<String> {
    let client = app.as_(who);
    let mut read = Vec::new();
    for list in lists {
        let answer = client.get(list).await;
        let bytes = String::from_utf8_lossy(&answer.bytes).into_owned();
        read.push(format!("{list}: {} {} {bytes}", answer.status, answer.header("link")));
    }
    read
}

const WORDS: [&str; 5] = ["厂区路口信号灯", "相位与车道", "新信号灯已换装", "化工", "没有人答复"];

async fn what_befalls_others_moves_nothing_in_what_one_reads(app: &mut TestApp) {
    let lists = lists(app, &WORDS);
    let readers = ["washer", "permits.handler", "permits.signer", "specialist", "admin"];
    // Something of the readers' own, so that their lists are not empty.
    let own = json!({ "company": app.district.company("washer"), "kind": "help", "title": "厂区路灯", "body": "不亮。",
        "category": app.district.category("roads.lights") });
    let own = app.as_("washer").post("/requests", own).await.expect(201);
    let parts = json!({ "parts": [{ "unit": app.district.unit("permits"), "part": "lead" }] });
    let path = format!("/requests/{}/dispatch", own["id"].as_str().expect("an id"));
    app.as_("dispatcher").post(&path, parts).await.expect(200);
    let mut before = Vec::new();
    for reader in readers {
        before.push(read_by(app, reader, &lists).await);
    }

    let all_is_as_before = async |when: &str| {
        for (reader, before) in readers.iter().zip(&before) {
            for (then, now) in before.iter().zip(&read_by(app, reader, &lists).await) {
                assert_eq!(then, now, "{when}: {reader}");
            }
        }
    };
    let mut filed = Vec::new();
    for confidence in ["open", "hidden", "sealed"] {
        let urgency = if confidence == "open" { "emergency" } else { "normal" };
        let form = json!({ "kind": "complaint", "confidence": confidence, "urgency": urgency });
        filed.push(file(app, form).await);
    }
    all_is_as_before("filed").await;
    let lead = part(&dispatch(app, &filed[0]).await, "lead");
    for request in &filed[1..] {
        dispatch(app, request).await;
    }
    all_is_as_before("dispatched").await;
    answer(app, LEAD, &lead, solved(), true).await;
    app.as_("dispatcher").post(&format!("/assignments/{lead}/release"), json!({})).await.expect(200);
    let rating = json!({ "level": "dissatisfied", "reached": true, "solved": false, "words": "没有人答复" });
    app.as_("chemical").post(&format!("/requests/{}/rating", filed[0]), rating).await.expect(201);
    all_is_as_before("answered and rated").await;
    let merged = file(app, json!({})).await;
    let merge = json!({ "master": filed[1], "reason": "同一路口" });
    app.as_("dispatcher").post(&format!("/requests/{merged}/merge"), merge).await.expect(200);
    all_is_as_before("merged").await;
}

async fn a_filter_on_what_is_hidden_finds_what_a_filter_on_nothing_finds(app: &mut TestApp) {
    let mut filed = Vec::new();
    for confidence in ["hidden", "sealed"] {
        let form = json!({ "kind": "complaint", "confidence": confidence, "title": "办事推诿" });
        let request = file(app, form).await;
        dispatch(app, &request).await;
        filed.push(request);
    }
    let company =
        app.as_("dispatcher").get(&format!("/requests/{}", filed[0])).await.expect(200)["company"].clone();
    let listed = async |who: &str, filter: &str| {
        let answer = app.as_(who).get(&format!("/requests?{filter}")).await;
        assert_eq!(answer.status, 200, "{filter}: {:#}", answer.body);
        (answer.body, answer.headers.get("link").cloned())
    };
    let ids = |page: &Value| -> Vec<String> {
        let items = page["items"].as_array().expect("items").iter();
        items.map(|item| item["id"].as_str().expect("an id").to_owned()).collect()
    };
    // The lead may know who filed the hidden one; the assisting unit who filed neither.
    let name = company["name"].as_str().expect("a name").to_owned();
    for sort in ["", "&sort=due", "&limit=1", "&limit=1&sort=due"] {
        let own = format!("company={}{sort}", app.district.company("chemical"));
        let of_nothing = format!("company={NOTHING}{sort}");
        let lead = listed("traffic_police.handler", &own).await;
        assert_eq!(ids(&lead.0), [filed[0].clone()], "{sort}");
        assert_eq!(lead.0["next"], Value::Null, "{sort}: no page after that tells of the sealed one");
        assert_eq!(listed("supervisor", &own).await.0["items"], lead.0["items"], "{sort}");
        app.as_("municipal_works.handler").get("/me").await.expect(200);
        assert_eq!(
            listed("municipal_works.handler", &own).await,
            listed("municipal_works.handler", &of_nothing).await,
            "{sort}"
        );
        assert_eq!(listed("washer", &own).await, listed("washer", &of_nothing).await, "{sort}");
    }
    let by_name = listed("municipal_works.handler", &format!("q={name}")).await;
    assert_eq!(by_name.0["items"], json!([]), "no search by a name finds what that name is hidden of");
    let by_name = listed("traffic_police.handler", &format!("q={name}")).await;
    assert!(!ids(&by_name.0).contains(&filed[1]), "nor the sealed one by the lead");
    // What is shown is found by.
    let shown = listed("municipal_works.handler", "kind=complaint").await;
    assert_eq!(ids(&shown.0).len(), 2);
}

on_both!(in the sample district:
    what_befalls_others_moves_nothing_in_what_one_reads,
    a_filter_on_what_is_hidden_finds_what_a_filter_on_nothing_finds,
);
