//! What a caller may not see in a request they do not find it by. The measure is what `GET /requests/{id}` shows them.

use super::found;
use crate::support::app::{TestApp, on_both};
use crate::support::client::Client;
use crate::support::district::{Bureau, District, assignment};
use onedoor::domain::ids::Id;
use onedoor::domain::search::{Folded, Query};
use serde_json::{Value, json};

on_both!(a_request_is_found_by_exactly_what_its_reader_is_shown_of_it);

/// Every text of `shown` below the members that a search looks into.
fn texts(request: &Value) -> Vec<Folded> {
    let mut texts = Vec::new();
    for member in ["/number", "/title", "/body", "/company/name", "/declined/text"] {
        texts.extend(request.pointer(member).and_then(Value::as_str).map(Folded::new));
    }
    for answer in request["answers"].as_array().into_iter().flatten() {
        let answer = &answer["content"];
        for member in ["public_text", "internal_note", "ground", "why"] {
            texts.extend(answer[member].as_str().map(Folded::new));
        }
        texts.extend(
            answer["evidence"].as_array().into_iter().flatten().filter_map(Value::as_str).map(Folded::new),
        );
        let milestones = answer["milestones"].as_array().into_iter().flatten();
        texts.extend(milestones.filter_map(|milestone| milestone["what"].as_str()).map(Folded::new));
    }
    texts
}

/// Words of which each stands in one text of one request only, or in names.
const WORDS: [&str; 20] = [
    "甲纺织",
    "乙食品",
    "QS",
    "协助办理",
    "主办公开",
    "主办内部",
    "分办公开",
    "分办内部",
    "协办公开",
    "协办内部",
    "草稿未签",
    "草稿内部",
    "退回旧稿",
    "更正前文",
    "更正后文",
    "直接答复",
    "直接内部",
    "不予受理",
    "现场照片",
    "甲纺织 主办公开",
];

fn answer(public_text: &str, internal_note: &str) -> Value {
    json!({ "outcome": "solved", "public_text": public_text, "evidence": ["现场照片"], "internal_note": internal_note })
}

/// Finds a unit.
type UnitOf = fn(&District) -> &Bureau;

/// The units on a request: which, as what, and with what its texts begin.
const UNITS: [(UnitOf, &str, &str); 3] = [
    (|district| &district.industry, "lead", "主办"),
    (|district| &district.resources, "branch", "分办"),
    (|district| &district.permits, "assist", "协办"),
];

/// Files one request of each confidence for `title`, dispatched to a lead, an assist and, where
/// who filed is no secret, a branch.
async fn dispatched(district: &District, title: &str) -> Vec<Value> {
    let mut requests = Vec::new();
    for confidence in ["open", "hidden", "sealed"] {
        let title = format!("{title}{confidence}");
        let id = district.file(&district.mill, &title, json!({ "confidence": confidence })).await;
        let units = UNITS.iter().filter(|(_, part, _)| confidence == "open" || *part != "branch");
        let parts: Vec<_> = units.map(|(unit, part, _)| (unit(district), *part)).collect();
        requests.push(district.dispatch(id, &parts).await);
    }
    requests
}

async fn act(client: &Client, assignment: Id, act: &str, body: Value) {
    client.post(&format!("/assignments/{assignment}/{act}"), body).await.expect(200);
}

async fn a_request_is_found_by_exactly_what_its_reader_is_shown_of_it(app: &mut TestApp) {
    app.set_time("2026-11-02T10:00:00+08:00");
    let district = District::lay(app).await;
    for request in dispatched(&district, "甲").await {
        for (unit, _, name) in UNITS {
            let unit = unit(&district);
            let mut parts = request["parts"].as_array().into_iter().flatten();
            if parts.any(|part| part["unit"]["id"] == json!(unit.id)) {
                let part = assignment(&request, unit);
                act(&unit.handler, part, "sign", Value::Null).await;
                act(&unit.handler, part, "draft", answer(&format!("{name}公开"), &format!("{name}内部")))
                    .await;
            }
        }
        for unit in [&district.industry, &district.permits] {
            act(&unit.handler, assignment(&request, unit), "approve", Value::Null).await;
        }
        act(&district.dispatcher, assignment(&request, &district.industry), "release", Value::Null).await;
    }
    for request in dispatched(&district, "乙").await {
        let part = assignment(&request, &district.industry);
        act(&district.industry.handler, part, "sign", Value::Null).await;
        act(&district.industry.handler, part, "draft", answer("退回旧稿", "退回内部")).await;
        act(&district.industry.handler, part, "approve", Value::Null).await;
        act(&district.dispatcher, part, "send-back", json!({ "reason": "不完整" })).await;
        act(&district.industry.handler, part, "draft", answer("草稿未签", "草稿内部")).await;
    }
    for confidence in ["open", "hidden", "sealed"] {
        let title = format!("丙{confidence}");
        let id = district.file(&district.bakery, &title, json!({ "confidence": confidence })).await;
        let path = format!("/requests/{id}/direct-answer");
        let answered =
            district.dispatcher.post(&path, answer("更正前文 直接答复", "直接内部")).await.expect(200);
        let correction = json!({ "reason": "笔误", "answer": answered["answers"][0]["id"],
            "content": answer("更正后文", "直接内部") });
        district.dispatcher.post(&format!("/requests/{id}/correct"), correction).await.expect(200);
        let id = district
            .file(&district.bakery, &format!("丁{confidence}"), json!({ "confidence": confidence }))
            .await;
        let decline = json!({ "ground": "already_handled", "text": "不予受理" });
        district.dispatcher.post(&format!("/requests/{id}/decline"), decline).await.expect(200);
    }

    let callers = [
        ("dispatcher", &district.dispatcher),
        ("auditor", &district.auditor),
        ("admin", &district.admin),
        ("supervisor", &district.supervisor),
        ("both", &district.both),
        ("lead", &district.industry.handler),
        ("branch", &district.resources.handler),
        ("assist", &district.permits.handler),
        ("mill", &district.mill.user),
        ("bakery", &district.bakery.user),
    ];
    let everything = district.auditor.get("/requests?limit=100").await.expect(200);
    let everything = everything["items"].as_array().expect("a page has items");
    assert_eq!(everything.len(), 12);
    let mut found_by_some = 0;
    let mut hidden_from_some = 0;
    for (name, caller) in callers {
        let mut shown = Vec::new();
        for item in everything {
            let answer = caller.get(&format!("/requests/{}", item["id"].as_str().expect("an id"))).await;
            if answer.status == 200 {
                shown.push((item["title"].as_str().expect("a title"), texts(&answer.body)));
            }
        }
        for word in WORDS {
            let query = Query::parse(word).expect("it is a query");
            let expected: Vec<&str> =
                shown.iter().filter(|(_, texts)| query.finds(texts)).map(|(title, _)| *title).collect();
            assert_eq!(found(caller, word).await, expected, "{name} searches {word}");
            found_by_some += expected.len();
            hidden_from_some += shown.len() - expected.len();
        }
    }
    assert!(found_by_some > 100 && hidden_from_some > 100, "{found_by_some} {hidden_from_some}");

    // By hand, the rules themselves.
    let is_found = async |client: &Client, word: &str| found(client, word).await;
    assert_eq!(is_found(&district.industry.handler, "甲纺织").await.len(), 4, "the lead: open and hidden");
    assert_eq!(is_found(&district.permits.handler, "甲纺织").await.len(), 2, "an assist: open");
    assert_eq!(is_found(&district.dispatcher, "甲纺织").await.len(), 6, "the office: sealed too");
    assert!(is_found(&district.mill.user, "主办内部").await.is_empty(), "no note");
    assert!(is_found(&district.mill.user, "草稿未签").await.is_empty(), "no draft");
    assert!(is_found(&district.bakery.user, "主办公开").await.is_empty(), "no other company's");
    assert!(is_found(&district.permits.handler, "分办公开").await.is_empty(), "no other unit's draft");
    assert_eq!(
        is_found(&district.industry.handler, "协办内部").await.len(),
        3,
        "the lead: what an assist signed"
    );
    assert_eq!(is_found(&district.bakery.user, "更正前文").await.len(), 3, "what was told before");
}
