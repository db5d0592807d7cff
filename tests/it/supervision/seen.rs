//! Who sees which orders, and what letters say.

use super::{act, draft, issued, list, sheet, under_way};
use crate::letters::{all_of, in_folder, send};
use crate::support::app::{TestApp, on_both};
use serde_json::{Value, json};

async fn a_company_never_sees_an_order_and_a_unit_only_its_own_once_it_is_signed(app: &mut TestApp) {
    let walk = under_way(app).await;
    let id = draft(&walk, json!({ "copies": [app.district.unit("permits")] })).await;
    let path = format!("/supervision-orders/{id}");
    for who in ["equipment", "chemical", "industry.handler", "industry.signer", "permits.handler", "admin"] {
        app.as_(who).get(&path).await.problem(404, "not_found");
    }
    for who in ["equipment", "admin", "specialist"] {
        app.as_(who).get("/supervision-orders").await.problem(404, "not_found");
    }
    assert!(list(app, "industry.handler", "").await.is_empty());
    act(app, "dispatcher", &id, "issue", Value::Null).await.expect(200);
    for who in ["industry.handler", "permits.handler", "auditor", "leader"] {
        assert_eq!(list(app, who, "").await.len(), 1, "{who}");
        sheet(app, who, &id).await;
    }
    for who in ["equipment", "chemical", "traffic_police.signer", "specialist"] {
        app.as_(who).get(&path).await.problem(404, "not_found");
        act(app, who, &id, "reply", json!({ "text": "x" })).await.problem(404, "not_found");
    }
    assert!(list(app, "traffic_police.signer", "").await.is_empty());
    for (who, deed) in [("industry.handler", "reply"), ("permits.handler", "reply"), ("dispatcher", "reply")]
    {
        act(app, who, &id, deed, json!({ "text": "x" })).await.problem(403, "not_allowed");
    }
    let possible = |sheet: Value| sheet["possible"].clone();
    assert_eq!(possible(sheet(app, "industry.signer", &id).await), json!(["reply"]));
    assert_eq!(possible(sheet(app, "dispatcher", &id).await), json!(["void", "summon"]));
    assert_eq!(possible(sheet(app, "permits.handler", &id).await), json!([]));
    let view = walk.view("equipment").await.to_string();
    assert!(!view.contains("supervision"), "the company sees no clock of it: {view}");
}

async fn lists_are_narrowed_and_paged(app: &mut TestApp) {
    let walk = under_way(app).await;
    let other = crate::path::Walk::under_way(app, &[("permits", "lead")]).await;
    let mut made = Vec::new();
    for _ in 0..3 {
        made.push(issued(&walk).await);
    }
    let part = other.share("permits").await["id"].clone();
    let form = json!({ "assignment": part, "level": "listed", "demand": "办结。" });
    app.as_("leader").post("/supervision-orders", form).await.expect(201);
    let unit = |code: &str| app.district.unit(code).to_owned();
    for (query, wanted) in [
        (String::new(), 4),
        ("?state=draft".to_owned(), 1),
        ("?state=issued".to_owned(), 3),
        (format!("?unit={}", unit("industry")), 3),
        (format!("?unit={}&state=issued", unit("permits")), 0),
        ("?year=2026".to_owned(), 3),
        ("?year=2025".to_owned(), 0),
        (format!("?request={}", other.id), 1),
    ] {
        assert_eq!(list(app, "dispatcher", &query).await.len(), wanted, "{query}");
    }
    let first = app.as_("dispatcher").get("/supervision-orders?state=issued&limit=2").await.expect(200);
    let next = first["next"].as_str().expect("another page");
    let second = list(app, "dispatcher", &format!("?state=issued&limit=2&cursor={next}")).await;
    let mut seen: Vec<Value> = first["items"]
        .as_array()
        .expect("items")
        .iter()
        .chain(&second)
        .map(|one| one["id"].clone())
        .collect();
    seen.sort_by_key(ToString::to_string);
    let mut made: Vec<Value> = made.into_iter().map(Value::from).collect();
    made.sort_by_key(ToString::to_string);
    assert_eq!(seen, made);
}

async fn the_letter_carries_all_that_stands_on_the_order(app: &mut TestApp) {
    let walk = under_way(app).await;
    let id = draft(&walk, json!({ "copies": [app.district.unit("permits")] })).await;
    act(app, "dispatcher", &id, "issue", Value::Null).await.expect(200);
    send(app).await;
    let letters: Vec<String> = in_folder(app).iter().map(|one| all_of(one)).collect();
    let of = |to: &str| {
        let found = letters.iter().find(|one| one.contains(to) && one.contains("督办"));
        found.unwrap_or_else(|| panic!("no letter to {to}"))
    };
    for fact in
        ["区营商环境办公室督字〔2026〕1号", "一般督办", "三日内办结。", "10月8日 17:30", "区行政审批", &id]
    {
        assert!(of("industry.signer@").contains(fact), "{fact}: {}", of("industry.signer@"));
    }
    assert!(of("permits.handler@").contains("督办单抄送"), "who gets a copy reads it too");
    assert!(!letters.iter().any(|one| one.contains("equipment@") && one.contains("督办")));
}

on_both!(in the sample district:
    a_company_never_sees_an_order_and_a_unit_only_its_own_once_it_is_signed,
    lists_are_narrowed_and_paged,
    the_letter_carries_all_that_stands_on_the_order,
);
