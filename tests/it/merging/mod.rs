//! Requests answered together: one is the master, and its echoes get their own answers with it.

mod answers;
mod clocks;
mod contacts;
mod endings;
mod hidden;
mod races;
mod refusals;

use crate::path::{Walk, because, on};
use crate::support::app::TestApp;
use crate::support::client::Answer;
use serde_json::{Value, json};

/// Industry leads it and permits assist.
const PARTS: [(&str, &str); 2] = [("industry", "lead"), ("permits", "assist")];

/// A request of the equipment maker, filed on Monday 28 September at 9:30 and sent to its units at 10:00.
async fn master(app: &TestApp) -> Walk<'_> {
    Walk::under_way(app, &PARTS).await
}

/// A request of the chemical plant about the same matter, filed on Monday 28 September at 10:30.
pub(crate) async fn twin<'a>(app: &'a TestApp, company: &'static str) -> Walk<'a> {
    app.set_time(&on("09-28 10:30"));
    let own = json!({ "title": "厂区一带停水", "body": "今早起没有水。", "place": "厂区北门",
        "contact_name": "吴主任", "contact_phone": "13900139000" });
    Walk::file(app, company, "land.supply", own).await
}

/// Merges `echo` into `master`.
pub(crate) async fn merge(echo: &Walk<'_>, master: &Walk<'_>) -> Answer {
    let reason = "与装备企业反映的是同一件事";
    echo.act("dispatcher", "merge", json!({ "master": master.id, "reason": reason })).await
}

/// A master and an echo that was never dispatched, merged on Monday 28 September at 11:00.
async fn pair(app: &TestApp) -> (Walk<'_>, Walk<'_>) {
    let (master, echo) = (master(app).await, twin(app, "chemical").await);
    app.set_time(&on("09-28 11:00"));
    merge(&echo, &master).await.expect(200);
    (master, echo)
}

/// An echo's own text.
pub(crate) fn own_text(text: &str) -> Value {
    json!({ "outcome": "solved", "public_text": text, "evidence": ["水压记录"], "internal_note": "只给办公室" })
}

/// Confirms an echo's own text.
pub(crate) async fn confirm(echo: &Walk<'_>, text: &str) {
    echo.act("dispatcher", "echo-answer", own_text(text)).await.expect(200);
}

/// The id of this unit's part.
async fn part_of(walk: &Walk<'_>, unit: &str) -> String {
    walk.share(unit).await["id"].as_str().expect("a share has an id").to_owned()
}

/// Declines it.
pub(crate) async fn decline(walk: &Walk<'_>) {
    let form = json!({ "ground": "in_litigation", "text": "此事正在诉讼中。" });
    walk.act("dispatcher", "decline", form).await.expect(200);
}

/// Asks the company for papers.
pub(crate) async fn ask(walk: &Walk<'_>) {
    walk.act("dispatcher", "ask-info", json!({ "list": "用水合同" })).await.expect(200);
}

/// Goes on without them.
async fn go_on(walk: &Walk<'_>) {
    walk.act("dispatcher", "go-on", because("已另行查到。")).await.expect(200);
}
