//! The index follows the texts: in the act's own transaction, and by a loop for what was there before it.

use super::found;
use crate::support::app::{TestApp, on_both};
use crate::support::district::District;
use diesel::prelude::*;
use onedoor::db::Conn;
use onedoor::db::schema::{answers, requests, search_entries};
use onedoor::fault::Fault;
use serde_json::json;

on_both!(
    an_act_that_is_refused_leaves_no_word_behind,
    a_unit_that_gets_a_request_finds_it_and_one_that_lost_it_still_does,
    what_was_there_before_the_index_is_indexed_by_the_loop,
    the_check_finds_what_the_index_has_not,
);

async fn findings(app: &TestApp) -> Vec<String> {
    app.context.db.read(onedoor::requests::check).await.expect("the check runs")
}

async fn by_hand<F>(app: &TestApp, change: F)
where
    F: Fn(&mut Conn) -> QueryResult<usize> + Send + Sync + 'static,
{
    let changed = app.context.db.write(move |conn| Ok::<_, Fault>(change(conn)?)).await;
    changed.expect("rows are changed by hand");
}

async fn an_act_that_is_refused_leaves_no_word_behind(app: &mut TestApp) {
    let district = District::lay(app).await;
    let request = district.file(&district.mill, "路灯", json!({})).await;
    let empty = json!({ "outcome": "solved", "public_text": "无证据答复" });
    let path = format!("/requests/{request}/direct-answer");
    district.dispatcher.post(&path, empty).await.expect(422);
    let foreign =
        json!({ "company": district.bakery.id, "kind": "help", "title": "冒名", "body": "冒名提交" });
    assert!(district.mill.user.post("/requests", foreign).await.status >= 400);
    for word in ["无证据", "冒名"] {
        assert!(found(&district.auditor, word).await.is_empty(), "{word}");
    }
    assert_eq!(findings(app).await, Vec::<String>::new());
}

async fn a_unit_that_gets_a_request_finds_it_and_one_that_lost_it_still_does(app: &mut TestApp) {
    let district = District::lay(app).await;
    let request = district.file(&district.mill, "路灯", json!({})).await;
    assert!(found(&district.industry.handler, "路灯").await.is_empty());
    let dispatched = district.dispatch(request, &[(&district.industry, "lead")]).await;
    assert_eq!(found(&district.industry.handler, "路灯").await, ["路灯"]);
    assert_eq!(found(&district.supervisor, "路灯").await, ["路灯"]);
    assert!(found(&district.permits.handler, "路灯").await.is_empty());
    assert_eq!(findings(app).await, Vec::<String>::new());
    let assignment = district.answer(&dispatched, &district.industry).await;
    district.release(assignment).await;
    assert_eq!(found(&district.mill.user, "已办好").await, ["路灯"]);
    assert_eq!(findings(app).await, Vec::<String>::new());
}

async fn what_was_there_before_the_index_is_indexed_by_the_loop(app: &mut TestApp) {
    let district = District::lay(app).await;
    for number in 0..9 {
        district.file(&district.mill, &format!("路灯{number}"), json!({})).await;
    }
    by_hand(app, |conn| {
        diesel::update(requests::table).set(requests::body.eq("新的正文")).execute(conn)?;
        diesel::update(search_entries::table).set(search_entries::digest.eq(None::<String>)).execute(conn)
    })
    .await;
    assert!(found(&district.dispatcher, "新的正文").await.is_empty());
    app.step("index requests").await;
    assert_eq!(found(&district.dispatcher, "新的正文").await.len(), 9);
    assert!(found(&district.dispatcher, "协助办理").await.is_empty());
    assert_eq!(findings(app).await, Vec::<String>::new());
}

async fn the_check_finds_what_the_index_has_not(app: &mut TestApp) {
    let district = District::lay(app).await;
    let changed = district.file(&district.mill, "其一", json!({})).await;
    let lost = district.file(&district.mill, "其二", json!({})).await;
    let answered = district.file(&district.mill, "其三", json!({})).await;
    let answer = json!({ "outcome": "solved", "public_text": "已办好。", "evidence": ["照片"] });
    district.dispatcher.post(&format!("/requests/{answered}/direct-answer"), answer).await.expect(200);
    assert_eq!(findings(app).await, Vec::<String>::new());
    by_hand(app, move |conn| {
        diesel::update(requests::table.find(changed)).set(requests::title.eq("改过")).execute(conn)?;
        diesel::delete(answers::table.filter(answers::request_id.eq(answered))).execute(conn)?;
        diesel::delete(search_entries::table.filter(search_entries::request_id.eq(lost))).execute(conn)
    })
    .await;
    let found = findings(app).await;
    assert_eq!(found.len(), 3, "{found:#?}");
    assert!(found.iter().all(|finding| finding.contains("index of words")), "{found:#?}");
    app.alters_rows_by_hand();
}
