//! What the review of an answer leaves behind: lateness that a send-back does not undo, and texts no other unit reads.

use crate::support::app::{TestApp, on_both};
use crate::support::district::{District, assignment};
use serde_json::{Value, json};

on_both!(
    an_answer_approved_late_and_sent_back_stays_late_however_fast_it_comes_again,
    a_unit_reads_no_other_units_draft_note_or_reason_and_the_company_no_inner_state,
);

async fn an_answer_approved_late_and_sent_back_stays_late_however_fast_it_comes_again(app: &mut TestApp) {
    app.set_time("2026-11-02T10:00:00+08:00");
    let district = District::lay(app).await;
    let id = district.file(&district.mill, "路面塌陷", json!({})).await;
    let request = district.dispatch(id, &[(&district.industry, "lead")]).await;
    let feedback = |request: &Value| {
        let mut clocks = request["clocks"].as_array().expect("clocks").iter();
        clocks.find(|clock| clock["kind"] == "feedback").cloned().expect("a feedback clock")
    };
    // Due on Thursday 5 November at 17:30.
    app.set_time("2026-11-06T10:00:00+08:00");
    let assignment = district.answer(&request, &district.industry).await;
    let path = format!("/assignments/{assignment}/send-back");
    let back = district.dispatcher.post(&path, json!({ "reason": "未附证明" })).await.expect(200);
    // Four working hours from Friday 10:00: two until noon, two from 13:30.
    assert_eq!(feedback(&back)["due_at"], "2026-11-06T15:30:00+08:00");
    app.set_time("2026-11-06T11:00:00+08:00");
    district
        .industry
        .handler
        .post(
            &format!("/assignments/{assignment}/draft"),
            json!({
                "outcome": "solved", "public_text": "已修好", "evidence": ["照片"],
            }),
        )
        .await
        .expect(200);
    let approve = format!("/assignments/{assignment}/approve");
    let approved = district.industry.handler.post(&approve, Value::Null).await.expect(200);
    assert_eq!(feedback(&approved)["outcome"], "late", "what was red stays red");
}

async fn a_unit_reads_no_other_units_draft_note_or_reason_and_the_company_no_inner_state(app: &mut TestApp) {
    let district = District::lay(app).await;
    let id = district.file(&district.mill, "新厂房", json!({})).await;
    let parts = json!({ "parts": [
        { "unit": district.industry.id, "part": "lead", "note": "给主办的话" },
        { "unit": district.resources.id, "part": "branch" },
        { "unit": district.permits.id, "part": "assist" },
    ] });
    let request = district.dispatcher.post(&format!("/requests/{id}/dispatch"), parts).await.expect(200);
    let lead = district.answer(&request, &district.industry).await;
    let branch = assignment(&request, &district.resources);
    let path = format!("/requests/{id}");
    let read_by = async |client: &crate::support::client::Client| client.get(&path).await.expect(200);

    let company = read_by(&district.mill.user).await;
    assert_eq!(company["answers"], json!([]));
    let states = company["parts"].as_array().expect("parts").iter().map(|part| &part["state"]);
    assert_eq!(states.collect::<Vec<_>>(), ["signed", "dispatched"], "an approved answer shows as in hand");
    for other in [&district.resources.handler, &district.permits.handler] {
        let seen = read_by(other).await;
        assert_eq!(seen["answers"], json!([]), "the lead's approved answer is not theirs yet");
        assert!(!seen.to_string().contains("给主办的话"));
    }
    assert!(read_by(&district.industry.handler).await.to_string().contains("给主办的话"));
    let whole = read_by(&district.dispatcher).await;
    assert_eq!(whole["answers"][0]["content"]["internal_note"], "内部情况");

    district.release(lead).await;
    let released = read_by(&district.resources.handler).await;
    assert_eq!(released["answers"][0]["content"]["public_text"], "已办好。");
    assert_eq!(released["answers"][0]["content"]["internal_note"], Value::Null);
    let of_branch = format!("/requests/{id}/due-explanation?clock=conclusion");
    district.permits.handler.get(&of_branch).await.problem(404, "not_found");
    let clocks = read_by(&district.permits.handler).await;
    let others = |clock: &&Value| clock["assignment"] == json!(branch);
    assert_eq!(clocks["clocks"].as_array().expect("clocks").iter().find(others), None);
}
