//! Papers asked of the company: the request waits, what may wait stands still once, and goes on where it was.

use crate::support::app::{TestApp, on_both};
use crate::support::district::District;
use serde_json::{Value, json};

on_both!(
    papers_asked_before_dispatch_stop_the_office_and_give_it_its_day_anew,
    papers_asked_of_a_dispatched_request_let_feedback_wait_once_and_contact_never,
    the_office_goes_on_without_papers_or_closes_the_request,
);

fn of(request: &Value, act: &str) -> String {
    format!("/requests/{}/{act}", request["id"].as_str().expect("an id"))
}

/// The newest clock of this kind, or null.
fn clock(request: &Value, kind: &str) -> Value {
    let mut clocks = request["clocks"].as_array().expect("clocks").iter();
    clocks.rfind(|clock| clock["kind"] == kind).cloned().unwrap_or(Value::Null)
}

async fn papers_asked_before_dispatch_stop_the_office_and_give_it_its_day_anew(app: &mut TestApp) {
    app.set_time("2026-11-02T10:00:00+08:00");
    let district = District::lay(app).await;
    let id = district.file(&district.mill, "用地咨询", json!({})).await;
    let request = json!({ "id": id });
    app.set_time("2026-11-02T15:00:00+08:00");
    let list = json!({ "list": "营业执照、宗地图" });
    district.mill.user.post(&of(&request, "ask-info"), list.clone()).await.problem(403, "not_yours");
    let asked = district.dispatcher.post(&of(&request, "ask-info"), list.clone()).await.expect(200);
    assert_eq!(asked["state"], "needs_info");
    assert_eq!(clock(&asked, "dispatch")["outcome"], "met");
    // Five working days after Monday 2 November.
    assert_eq!(clock(&asked, "supplement")["due_at"], "2026-11-09T17:30:00+08:00");
    district.dispatcher.post(&of(&request, "ask-info"), list).await.problem(409, "waiting_for_company");
    let parts = json!({ "parts": [{ "unit": district.industry.id, "part": "lead" }] });
    district.dispatcher.post(&of(&request, "dispatch"), parts).await.problem(409, "waiting_for_company");

    app.set_time("2026-11-04T11:00:00+08:00");
    let papers = json!({ "answer": "已上传营业执照与宗地图" });
    let brought = district.mill.user.post(&of(&request, "supplement"), papers.clone()).await.expect(200);
    assert_eq!(brought["state"], "submitted");
    assert_eq!(brought["papers"][0]["answer"], "已上传营业执照与宗地图");
    let seen = district.dispatcher.get(&format!("/requests/{id}")).await.expect(200);
    assert_eq!(clock(&seen, "dispatch")["due_at"], "2026-11-05T17:30:00+08:00");
    assert_eq!(clock(&seen, "supplement")["outcome"], "met");
    district
        .mill
        .user
        .post(&of(&request, "supplement"), papers)
        .await
        .problem(409, "not_waiting_for_company");
}

async fn papers_asked_of_a_dispatched_request_let_feedback_wait_once_and_contact_never(app: &mut TestApp) {
    app.set_time("2026-11-02T10:00:00+08:00");
    let district = District::lay(app).await;
    let id = district.file(&district.mill, "用地办理", json!({})).await;
    let request = district.dispatch(id, &[(&district.industry, "lead")]).await;
    assert_eq!(clock(&request, "feedback")["due_at"], "2026-11-05T17:30:00+08:00");
    assert_eq!(clock(&request, "conclusion")["due_at"], "2026-11-23T17:30:00+08:00");

    app.set_time("2026-11-03T09:00:00+08:00");
    let list = json!({ "list": "宗地图" });
    let asked = district.dispatcher.post(&of(&request, "ask-info"), list.clone()).await.expect(200);
    for waits in ["feedback", "company_feedback", "conclusion"] {
        assert_eq!(clock(&asked, waits)["due_at"], Value::Null, "{waits} stands still");
        assert_eq!(clock(&asked, waits)["light"], Value::Null, "{waits} shows no light");
    }
    assert_eq!(clock(&asked, "contact")["due_at"], "2026-11-03T17:30:00+08:00");
    assert_eq!(clock(&asked, "company_contact")["due_at"], "2026-11-03T17:30:00+08:00");
    let withdraw = district.mill.user.post(&of(&request, "withdraw"), Value::Null).await;
    withdraw.problem(409, "withdraw_needs_office");
    let assignment = district.answer(&asked, &district.industry).await;
    let release = format!("/assignments/{assignment}/release");
    district.dispatcher.post(&release, Value::Null).await.problem(409, "waiting_for_company");

    // It stood from Tuesday 09:00 to Wednesday 09:00: seven working hours, one day.
    app.set_time("2026-11-04T09:00:00+08:00");
    let papers = json!({ "answer": "已补" });
    let brought = district.mill.user.post(&of(&request, "supplement"), papers).await.expect(200);
    assert_eq!(brought["state"], "in_progress");
    let moved = clock(&brought, "company_feedback");
    assert_eq!(moved["due_at"], "2026-11-06T17:30:00+08:00");
    assert_eq!(
        (&moved["first_due_at"], &moved["due_version"]),
        (&json!("2026-11-05T17:30:00+08:00"), &json!(2))
    );
    let seen = district.dispatcher.get(&format!("/requests/{id}")).await.expect(200);
    assert_eq!(clock(&seen, "conclusion")["due_at"], "2026-11-24T17:30:00+08:00");

    let again = district.dispatcher.post(&of(&request, "ask-info"), list).await.expect(200);
    let runs_on = clock(&again, "company_feedback");
    assert_eq!(runs_on["due_at"], "2026-11-06T17:30:00+08:00", "a clock stands still for papers once");
}

async fn the_office_goes_on_without_papers_or_closes_the_request(app: &mut TestApp) {
    app.set_time("2026-11-02T10:00:00+08:00");
    let district = District::lay(app).await;
    let id = district.file(&district.mill, "用地办理", json!({})).await;
    let request = district.dispatch(id, &[(&district.industry, "lead"), (&district.permits, "assist")]).await;
    let list = json!({ "list": "宗地图" });
    let reason = json!({ "reason": "现有材料足够" });
    district
        .dispatcher
        .post(&of(&request, "go-on"), reason.clone())
        .await
        .problem(409, "not_waiting_for_company");
    district.dispatcher.post(&of(&request, "ask-info"), list.clone()).await.expect(200);
    let on = district.dispatcher.post(&of(&request, "go-on"), reason).await.expect(200);
    assert_eq!((&on["state"], &on["papers"][0]["ground"]), (&json!("in_progress"), &json!("现有材料足够")));

    district.dispatcher.post(&of(&request, "ask-info"), list).await.expect(200);
    let decline = json!({ "ground": "in_litigation", "text": "该事项正在诉讼" });
    let declined = district.dispatcher.post(&of(&request, "decline"), decline).await.expect(200);
    assert_eq!(declined["state"], "declined");
    let parts = declined["parts"].as_array().expect("parts").iter();
    assert!(parts.map(|part| &part["state"]).all(|state| state == "closed"));
    let clocks = declined["clocks"].as_array().expect("clocks").iter();
    assert!(clocks.map(|clock| &clock["stopped_at"]).all(|at| !at.is_null()), "nothing of it runs on");
}
