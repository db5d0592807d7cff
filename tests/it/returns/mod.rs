//! A unit gives its part back: until when it may, what the office rules, and what becomes of the request.

mod asking;
mod granted;
mod joint;
mod refused;

use crate::path::Walk;
use crate::support::client::Answer;
use serde_json::{Value, json};

/// Has this unit's handler ask to give its part back.
pub(crate) async fn ask(walk: &Walk<'_>, unit: &str, cause: &str) -> Answer {
    walk.on_share(unit, "handler", "return", json!({ "cause": cause, "reason": "不属本单位职责" })).await
}

/// The last return of this unit, as the office sees it.
pub(crate) async fn asked(walk: &Walk<'_>, unit: &str) -> Value {
    let share = walk.share(unit).await;
    let view = walk.view("dispatcher").await;
    let returns = view["returns"].as_array().expect("a list").iter();
    returns.rev().find(|one| one["assignment"] == share["id"]).expect("the unit asked").clone()
}

/// Has this person rule on the last return of this unit, with what `more` says beside the reason.
pub(crate) async fn rule(walk: &Walk<'_>, who: &str, unit: &str, granted: bool, more: Value) -> Answer {
    let id = asked(walk, unit).await["id"].as_str().expect("an id").to_owned();
    let mut body = json!({ "granted": granted, "reason": "经核实" });
    for (name, value) in more.as_object().into_iter().flatten() {
        body[name] = value.clone();
    }
    walk.app.as_(who).post(&format!("/returns/{id}/ruling"), body).await
}

/// A unit to be added.
pub(crate) fn added(walk: &Walk<'_>, unit: &str, part: &str) -> Value {
    json!({ "unit": walk.app.district.unit(unit), "part": part })
}

/// Another role for a unit.
pub(crate) async fn role(walk: &Walk<'_>, unit: &str, part: &str) -> Value {
    json!({ "assignment": walk.share(unit).await["id"], "part": part })
}

/// Every clock of this unit and kind, the oldest first, as `due → end`.
pub(crate) async fn clocks(walk: &Walk<'_>, unit: &str, kind: &str) -> Vec<String> {
    let view = walk.view("dispatcher").await;
    let clocks = view["clocks"].as_array().expect("clocks").iter();
    let own = clocks.filter(|clock| clock["kind"] == kind && clock["unit"]["code"] == unit);
    let told = |clock: &Value| {
        let end = clock["outcome"].as_str().unwrap_or("open");
        format!("{} → {end}", crate::path::short(&clock["due_at"]))
    };
    own.map(told).collect()
}
