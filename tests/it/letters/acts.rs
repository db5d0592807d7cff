//! The letters of single acts: to the right people, once, and with what was said.

use super::{all_of, bodies, of_kind, parsed, send};
use crate::contests;
use crate::extensions;
use crate::path::{Walk, because, on, rating, reached};
use crate::returns;
use crate::support::app::{TestApp, on_both};
use onedoor::domain::ids::Id;
use onedoor::outbox::OutboxState;
use serde_json::{Value, json};
use std::fs;

/// The one letter of this kind that was sent to this person: its text.
async fn letter(app: &TestApp, kind: &str, username: &str) -> String {
    for _ in 0..3 {
        send(app).await;
    }
    let person = Id::parse(app.district.person(username));
    let rows = of_kind(app, kind).await;
    let own: Vec<_> =
        rows.iter().filter(|row| row.person == person && row.state == OutboxState::Sent).collect();
    let [row] = own.as_slice() else { panic!("{} letters {kind} to {username}", own.len()) };
    let path = app.place.folder.path().join("mail").join(format!("{}.eml", row.id));
    let letter = fs::read_to_string(path).expect("the letter lies in the folder");
    let (text, html) = bodies(&parsed(&letter));
    assert!(!html.is_empty() && all_of(&letter).contains("Auto-Submitted: auto-generated"));
    text
}

/// Nobody of these got a letter of this kind.
async fn nobody_else(app: &TestApp, kind: &str, usernames: &[&str]) {
    let rows = of_kind(app, kind).await;
    for username in usernames {
        let person = Id::parse(app.district.person(username));
        assert!(rows.iter().all(|row| row.person != person), "{username} got {kind}");
    }
}

async fn an_extension_is_told_to_those_who_rule_to_the_unit_and_with_its_new_date_to_the_company(
    app: &mut TestApp,
) {
    let walk = Walk::under_way(app, &[("natural_resources", "lead"), ("permits", "assist")]).await;
    walk.at("09-29 10:00");
    extensions::ask(&walk, "natural_resources feedback", "10-09 17:30").await.expect(200);
    let asked = letter(app, "extension_asked", "dispatcher").await;
    for said in ["新的日期：10月9日 17:30", "需上级出具意见。", "延期裁定 应于 9月30日 17:30"]
    {
        assert!(asked.contains(said), "{said}: {asked}");
    }
    walk.at("09-29 15:00");
    extensions::rule(&walk, "dispatcher", true, &[]).await.expect(200);
    let ruled = letter(app, "extension_ruled", "natural_resources.handler").await;
    assert!(ruled.contains("裁定：同意") && ruled.contains("情况属实。"), "{ruled}");
    let told = letter(app, "extension_granted", "equipment").await;
    for said in ["您的诉求的办理期限已变更", "新的日期：10月9日 17:30", "情况属实。"]
    {
        assert!(told.contains(said), "{said}: {told}");
    }
    assert!(!told.contains("需上级出具意见。"), "what the unit said stays in the house: {told}");
    nobody_else(app, "extension_granted", &["permits.handler", "dispatcher"]).await;
}

async fn a_return_is_told_to_the_office_and_its_ruling_to_the_unit(app: &mut TestApp) {
    let walk = Walk::under_way(app, &[("natural_resources", "lead"), ("permits", "assist")]).await;
    walk.at("09-28 11:00");
    returns::ask(&walk, "natural_resources", "wrong_unit").await.expect(200);
    let asked = letter(app, "return_asked", "dispatcher").await;
    assert!(asked.contains("不属本单位职责"), "{asked}");
    returns::rule(&walk, "dispatcher", "natural_resources", false, json!({})).await.expect(200);
    let refused = letter(app, "return_refused", "natural_resources.signer").await;
    assert!(refused.contains("经核实"), "{refused}");
    nobody_else(app, "return_refused", &["equipment", "permits.handler"]).await;
}

async fn a_contest_is_told_to_the_unit_and_the_office_and_its_ruling_to_the_company(app: &mut TestApp) {
    let walk = Walk::under_way(app, &[("industry", "lead"), ("permits", "assist")]).await;
    walk.at("09-28 15:00").on_share("industry", "handler", "sign", Value::Null).await.expect(200);
    walk.on_share("industry", "handler", "contact", reached()).await.expect(200);
    walk.at("09-28 16:00");
    contests::contest(&walk, "equipment", 0).await.expect(200);
    for who in ["industry.handler", "industry.signer", "dispatcher"] {
        let told = letter(app, "contact_contested", who).await;
        assert!(told.contains("接电话的人早已离职"), "{who}: {told}");
    }
    nobody_else(app, "contact_contested", &["permits.handler", "equipment"]).await;
    contests::rule(&walk, "dispatcher", 0, "upheld").await.expect(200);
    let ruled = letter(app, "contest_ruled", "equipment").await;
    assert!(ruled.contains("已核对通话记录"), "{ruled}");
}

async fn an_answer_sent_back_is_told_with_its_reason_and_a_bad_rating_to_the_office(app: &mut TestApp) {
    let walk = Walk::under_way(app, &[("industry", "lead")]).await;
    walk.at("09-29 10:00").answer("industry").await;
    walk.at("09-29 11:00");
    walk.on_share("industry", "dispatcher", "send-back", because("缺依据")).await.expect(200);
    for who in ["industry.handler", "industry.signer"] {
        let told = letter(app, "sent_back", who).await;
        assert!(told.contains("退回理由：") && told.contains("缺依据"), "{who}: {told}");
    }
    walk.at("09-29 14:00").on_share("industry", "handler", "draft", crate::path::solved()).await.expect(200);
    walk.on_share("industry", "signer", "approve", Value::Null).await.expect(200);
    walk.at("09-29 15:00").release("industry").await;
    let answered = letter(app, "answered", "equipment").await;
    assert!(answered.contains("已办好。") && answered.contains("/rate"), "{answered}");
    assert!(!answered.contains("内部情况"), "{answered}");
    walk.act("equipment", "rating", rating("dissatisfied", false)).await.expect(201);
    let bad = letter(app, "bad_rating", "dispatcher").await;
    assert!(bad.contains("企业给出差评") && bad.contains("差评回访 应于"), "{bad}");
    nobody_else(app, "bad_rating", &["industry.handler", "equipment"]).await;
}

/// A reminder says that it is overdue, and by how much working time.
async fn a_letter_sent_after_the_date_says_by_how_much_it_is_overdue(app: &mut TestApp) {
    Walk::under_way(app, &[("industry", "lead")]).await;
    // The contact was due on Tuesday 29 September at 17:30; one working hour later it is Wednesday 10:00.
    app.set_time(&on("09-30 10:00"));
    let told = letter(app, "dispatched_to_you", "industry.handler").await;
    assert!(told.contains("时限：红灯 联系企业 应于 9月29日 17:30"), "{told}");
    assert!(told.contains("已超期，超出工作时间 1 小时 0 分"), "{told}");
    assert!(told.contains("本邮件写于 9月28日 10:00"), "{told}");
}

on_both!(in the sample district:
    an_extension_is_told_to_those_who_rule_to_the_unit_and_with_its_new_date_to_the_company,
    a_return_is_told_to_the_office_and_its_ruling_to_the_unit,
    a_contest_is_told_to_the_unit_and_the_office_and_its_ruling_to_the_company,
    an_answer_sent_back_is_told_with_its_reason_and_a_bad_rating_to_the_office,
    a_letter_sent_after_the_date_says_by_how_much_it_is_overdue,
);
