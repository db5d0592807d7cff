//! Who sees a file: whoever sees what it hangs on, and nobody else.

use crate::support::app::{TestApp, on_both};
use crate::support::client::Client;
use crate::support::district::{District, assignment};
use crate::support::files::{pdf, uploaded};
use serde_json::{Value, json};

on_both!(
    what_came_with_a_request_is_for_those_who_may_know_who_filed,
    a_message_and_its_files_are_for_company_and_office,
    what_goes_with_an_answer_stays_inside_until_it_is_released,
    an_upload_is_seen_by_who_brought_it_alone,
);

/// Whether the file is given and told of to this caller; that both are, or neither, is checked here.
async fn sees(client: &Client, request: &str, id: &Value) -> bool {
    let path = format!("/attachments/{}", id.as_str().expect("an id"));
    let statuses = [client.get(&path).await.status, client.get(&format!("{path}/content")).await.status];
    assert!(statuses == [200, 200] || statuses == [404, 404], "{statuses:?}");
    if statuses[0] == 404 {
        client.get(&format!("{path}/thumbnail")).await.problem(404, "not_found");
    }
    let view = client.get(&format!("/requests/{request}")).await;
    let listed =
        view.body["attachments"].as_array().is_some_and(|files| files.iter().any(|file| file["id"] == *id));
    assert_eq!(listed, statuses[0] == 200, "the request lists what is given: {:#}", view.body["attachments"]);
    listed
}

async fn what_came_with_a_request_is_for_those_who_may_know_who_filed(app: &mut TestApp) {
    app.set_time("2026-11-02T10:00:00+08:00");
    let district = District::lay(app).await;
    for (confidence, lead_sees, assist_sees) in
        [("open", true, true), ("hidden", true, false), ("sealed", false, false)]
    {
        let file = uploaded(&district.mill.user, "营业执照.pdf", &pdf(confidence)).await;
        let with = json!({ "confidence": confidence, "attachments": [file] });
        let id = district.file(&district.mill, "用地咨询", with).await;
        district.dispatch(id, &[(&district.industry, "lead"), (&district.permits, "assist")]).await;
        let id = id.to_string();
        for (who, client, expected) in [
            ("its company", &district.mill.user, true),
            ("the office", &district.dispatcher, true),
            ("the auditor", &district.auditor, true),
            ("the lead", &district.industry.handler, lead_sees),
            ("an assist", &district.permits.handler, assist_sees),
            ("another unit", &district.resources.handler, false),
            ("another company", &district.bakery.user, false),
            ("the administrator", &district.admin, false),
        ] {
            assert_eq!(sees(client, &id, &file).await, expected, "{who} of what is {confidence}");
        }
        let path = format!("/attachments/{}/content", file.as_str().expect("an id"));
        app.stranger().get(&path).await.problem(401, "not_logged_in");
    }
}

async fn a_message_and_its_files_are_for_company_and_office(app: &mut TestApp) {
    app.set_time("2026-11-02T10:00:00+08:00");
    let district = District::lay(app).await;
    let id = district.file(&district.mill, "用地咨询", json!({})).await;
    district.dispatch(id, &[(&district.industry, "lead")]).await;
    let file = uploaded(&district.mill.user, "说明.pdf", &pdf("x")).await;
    let message = json!({ "text": "见附件", "attachments": [file] });
    district.mill.user.post(&format!("/requests/{id}/messages"), message).await.expect(201);
    let id = id.to_string();
    assert!(sees(&district.mill.user, &id, &file).await && sees(&district.dispatcher, &id, &file).await);
    assert!(!sees(&district.industry.handler, &id, &file).await);
}

async fn what_goes_with_an_answer_stays_inside_until_it_is_released(app: &mut TestApp) {
    app.set_time("2026-11-02T10:00:00+08:00");
    let district = District::lay(app).await;
    let id = district.file(&district.mill, "用地咨询", json!({})).await;
    let parts = [(&district.industry, "lead"), (&district.permits, "branch")];
    let request = district.dispatch(id, &parts).await;
    let (lead, mill, office) = (&district.industry.handler, &district.mill.user, &district.dispatcher);
    let part = assignment(&request, &district.industry);
    let act = |act: &str| format!("/assignments/{part}/{act}");
    lead.post(&act("sign"), Value::Null).await.expect(200);
    let draft = |files: Option<Vec<&Value>>| {
        let mut form = json!({ "outcome": "solved", "public_text": "已办好。", "evidence": ["见附件"] });
        if let Some(files) = files {
            form["attachments"] = json!(files);
        }
        form
    };
    let (wrong, right) =
        (uploaded(lead, "错.pdf", &pdf("wrong")).await, uploaded(lead, "对.pdf", &pdf("right")).await);
    let id = id.to_string();
    lead.post(&act("draft"), draft(Some(vec![&wrong, &right]))).await.expect(200);
    assert!(
        sees(lead, &id, &wrong).await && sees(lead, &id, &right).await && sees(office, &id, &right).await
    );
    assert!(!sees(mill, &id, &right).await && !sees(&district.permits.handler, &id, &right).await);

    // One is taken off: it is an upload of who brought it again. What is left out stays as it is.
    lead.post(&act("draft"), draft(Some(vec![&right]))).await.expect(200);
    assert_eq!(lead.get("/uploads").await.expect(200)["items"][0]["id"], wrong);
    let kept = lead.post(&act("draft"), draft(None)).await.expect(200);
    assert_eq!(kept["attachments"][0]["id"], right);
    let of_other = uploaded(mill, "x.pdf", &pdf("x")).await;
    let refused = lead.post(&act("draft"), draft(Some(vec![&right, &of_other]))).await;
    refused.field_problem(422, "/attachments/1", "reference_unknown");

    // Given back and drafted anew it goes with the next revision, and with the release to the company.
    lead.post(&act("return-draft"), json!({ "reason": "补充" })).await.expect(200);
    let next = lead.post(&act("draft"), draft(None)).await.expect(200);
    assert_eq!(next["attachments"][0]["subject"], next["answers"][1]["id"]);
    lead.post(&act("approve"), Value::Null).await.expect(200);
    assert!(!sees(mill, &id, &right).await);
    office.post(&act("release"), Value::Null).await.expect(200);
    assert!(sees(mill, &id, &right).await && sees(&district.permits.handler, &id, &right).await);
    assert!(!sees(&district.resources.handler, &id, &right).await);
}

async fn an_upload_is_seen_by_who_brought_it_alone(app: &mut TestApp) {
    let district = District::lay(app).await;
    let id = uploaded(&district.mill.user, "a.pdf", &pdf("x")).await;
    let path = format!("/attachments/{}", id.as_str().expect("an id"));
    district.mill.user.get(&path).await.expect(200);
    for other in [&district.dispatcher, &district.auditor, &district.admin, &district.bakery.user] {
        other.get(&path).await.problem(404, "not_found");
        other.get(&format!("{path}/content")).await.problem(404, "not_found");
    }
    // Nobody attaches what another has brought.
    let id = json!({ "company": district.bakery.id, "kind": "help", "title": "a", "body": "b", "attachments": [id] });
    district.bakery.user.post("/requests", id).await.field_problem(
        422,
        "/attachments/0",
        "reference_unknown",
    );
}
