//! Requests on which several things happen at once: each walk joins acts that are tested apart elsewhere.
//!
//! The calendar is the one at the top of `path`: office hours 9:00–12:00 and 13:30–17:30, seven hours a day; in 2026 off
//! are 25 to 27 September and 1 to 7 October, and Saturday 10 October is worked.

mod broken_promise;
mod handed_over;
mod late_rating;
mod order;
mod sealed;
mod taken_back;
mod two_returns;

use crate::path::Walk;
use crate::support::client::Answer;
use serde_json::Value;

/// The last share this unit got, as the office sees it.
async fn latest(walk: &Walk<'_>, unit: &str) -> Value {
    let view = walk.view("dispatcher").await;
    let parts = view["parts"].as_array().expect("parts").iter();
    let own = parts.filter(|part| part["unit"]["code"] == unit);
    let since = |part: &&Value| part["dispatched_at"].as_str().expect("a time").to_owned();
    own.max_by_key(since).expect("the unit has a share").clone()
}

/// Does an act on the last share this unit got. `handler` and `signer` are those of the unit.
async fn on_latest(walk: &Walk<'_>, unit: &str, who: &str, act: &str, body: Value) -> Answer {
    let id = latest(walk, unit).await["id"].as_str().expect("an id").to_owned();
    let who = if ["handler", "signer"].contains(&who) { format!("{unit}.{who}") } else { who.to_owned() };
    walk.app.as_(&who).post(&format!("/assignments/{id}/{act}"), body).await
}
