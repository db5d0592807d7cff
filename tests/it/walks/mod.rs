//! Long walks: one request, or a few that belong together, through everything that may befall them, with every date.
//!
//! The dates are worked out by hand from the calendar at the top of `path`; a comment says how.

mod calendar_amended;
mod extension_while_disputed;
mod hard_request;
mod master_withdrawn;
mod merge_while_returning;
mod one_part_reworked;

use crate::charges::charged;
use crate::path::Walk;
use crate::support::client::Answer;
use serde_json::{Value, json};

/// Who is charged for which promise, and the minutes, in alphabetical order.
async fn charges(walk: &Walk<'_>, who: &str) -> Vec<String> {
    let mut charges = charged(walk, who).await;
    charges.sort();
    charges
}

/// For how many working days the clock of this name has been red.
async fn red_days(walk: &Walk<'_>, name: &str) -> Value {
    walk.clock(name).await["red_days"].clone()
}

/// The newest share of this unit, as the office sees it.
async fn newest(walk: &Walk<'_>, unit: &str) -> Value {
    let view = walk.view("dispatcher").await;
    let parts = view["parts"].as_array().expect("parts").iter();
    let own = parts.filter(|part| part["unit"]["code"] == unit);
    own.max_by_key(|part| part["dispatched_at"].to_string()).expect("the unit has a share").clone()
}

/// Does an act on this unit's newest share, as its `handler` or `signer` or as another.
async fn on_newest(walk: &Walk<'_>, unit: &str, who: &str, act: &str, body: Value) -> Answer {
    let id = newest(walk, unit).await["id"].as_str().expect("a share has an id").to_owned();
    let who = if ["handler", "signer"].contains(&who) { format!("{unit}.{who}") } else { who.to_owned() };
    walk.app.as_(&who).post(&format!("/assignments/{id}/{act}"), body).await
}

/// Has the office rule that these parts are done again.
async fn rework(walk: &Walk<'_>, blamed: &[&Value]) -> Answer {
    let ruling = json!({ "findings": "经回访属实", "ruling": "rework", "public_text": "责成重办。",
        "blamed": blamed.iter().map(|part| part["id"].clone()).collect::<Vec<_>>() });
    walk.act("dispatcher", "callback", ruling).await
}

/// The acts the timeline tells this person, in their order.
async fn acts(walk: &Walk<'_>, who: &str) -> Vec<String> {
    walk.timeline(who).await.into_iter().map(|(_, act)| act).collect()
}
