//! Supervision: what drafts an order, who signs it, the unit's reply, and who sees what of it.

mod drafted;
mod issued;
mod direct;
mod seen;
mod steps;

use crate::path::{Walk, because, rating};
use crate::support::app::TestApp;
use crate::support::client::Answer;
use onedoor::domain::ids::Id;
use onedoor::supervision;
use serde_json::{Value, json};

/// A request of the equipment maker that the industry bureau has had since Monday 28 September at 10:00.
async fn under_way(app: &TestApp) -> Walk<'_> {
    Walk::under_way(app, &[("industry", "lead")]).await
}

/// Drafts an order to the industry bureau, with what `other` says; gives its id.
async fn draft(walk: &Walk<'_>, other: Value) -> String {
    let mut form = json!({ "assignment": walk.share("industry").await["id"], "level": "ordinary", "demand": "三日内办结。" });
    for (name, value) in other.as_object().into_iter().flatten() {
        form[name] = value.clone();
    }
    let drafted = walk.app.as_("dispatcher").post("/supervision-orders", form).await.expect(201);
    drafted["id"].as_str().expect("an order has an id").to_owned()
}

/// Drafts one and has the office sign it.
async fn issued(walk: &Walk<'_>) -> String {
    let order = draft(walk, json!({})).await;
    act(walk.app, "dispatcher", &order, "issue", Value::Null).await.expect(200);
    order
}

/// Does an act on an order.
async fn act(app: &TestApp, who: &str, order: &str, act: &str, body: Value) -> Answer {
    app.as_(who).post(&format!("/supervision-orders/{order}/{act}"), body).await
}

/// The order as this person sees it.
async fn sheet(app: &TestApp, who: &str, order: &str) -> Value {
    app.as_(who).get(&format!("/supervision-orders/{order}")).await.expect(200)
}

/// The orders this person is shown, with a query.
async fn list(app: &TestApp, who: &str, query: &str) -> Vec<Value> {
    let page = app.as_(who).get(&format!("/supervision-orders{query}")).await.expect(200);
    page["items"].as_array().expect("items").clone()
}

/// Has the rule look at this clock of the request.
async fn overdue(walk: &Walk<'_>, clock: &str) {
    let id = walk.clock(clock).await["id"].as_str().and_then(Id::parse).expect("a clock");
    let at = walk.app.context.time.now();
    let drafted = walk.app.context.db.write(move |conn| supervision::draft_overdue(conn, at, id)).await;
    drafted.expect("the rule looks");
}

/// Brings the request to its answer in cycle 2, which the company has not rated.
async fn reworked(walk: &Walk<'_>) {
    walk.answer("industry").await;
    walk.release("industry").await;
    walk.act("equipment", "rating", rating("dissatisfied", false)).await.expect(201);
    let blamed = walk.share("industry").await["id"].clone();
    let ruling = json!({ "findings": "未办", "ruling": "rework", "public_text": "重办", "blamed": [blamed] });
    walk.act("dispatcher", "callback", ruling).await.expect(201);
    let view = walk.view("dispatcher").await;
    let parts = view["parts"].as_array().expect("parts");
    let again = parts.iter().find(|part| part["cycle"] == 2).expect("a part of cycle 2")["id"].clone();
    for (who, deed, body) in [
        ("industry.handler", "sign", Value::Null),
        ("industry.handler", "draft", crate::path::solved()),
        ("industry.signer", "approve", Value::Null),
        ("dispatcher", "release", Value::Null),
    ] {
        let path = format!("/assignments/{}/{deed}", again.as_str().expect("an id"));
        walk.app.as_(who).post(&path, body).await.expect(200);
    }
}

fn why() -> Value {
    because("情况有变")
}
