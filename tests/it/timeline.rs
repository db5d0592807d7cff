//! What is told of one request: its timeline in two views, and why a date is what it is.

use crate::support::app::{TestApp, on_both};
use crate::support::client::Client;
use crate::support::district::{District, assignment};
use onedoor::domain::ids::Id;
use serde_json::{Value, json};

async fn timeline(client: &Client, request: Id) -> Vec<Value> {
    let page = client.get(&format!("/requests/{request}/timeline?limit=100")).await.expect(200);
    page["items"].as_array().expect("a timeline has items").clone()
}

fn acts(entries: &[Value]) -> Vec<&str> {
    entries.iter().map(|entry| entry["act"].as_str().expect("an entry has an act")).collect()
}

fn told<'a>(entries: &'a [Value], act: &str) -> &'a Value {
    entries.iter().find(|entry| entry["act"] == act).unwrap_or_else(|| panic!("{act} is told: {entries:#?}"))
}

/// A request with a lead and an assist, sent back once, answered, released and rated.
async fn whole_life(app: &TestApp, district: &District, confidence: &str) -> Id {
    app.set_time("2026-09-28T09:30:00+08:00");
    let request = district.file(&district.mill, "用地", json!({ "confidence": confidence })).await;
    app.set_time("2026-09-28T10:00:00+08:00");
    let view =
        district.dispatch(request, &[(&district.industry, "lead"), (&district.permits, "assist")]).await;
    let lead = assignment(&view, &district.industry);
    let contact = json!({ "whom": "周经理", "means": "phone", "number": "13800138000", "reached": true,
        "outcome": "约了明天看现场" });
    let contacted = if confidence == "sealed" { &district.dispatcher } else { &district.industry.handler };
    contacted.post(&format!("/assignments/{lead}/contact"), contact).await.expect(200);
    let assist = district.answer(&view, &district.permits).await;
    let accept = format!("/assignments/{assist}/accept");
    district.industry.handler.post(&accept, Value::Null).await.expect(200);
    let sign = format!("/assignments/{lead}/sign");
    if confidence == "sealed" {
        district.industry.handler.post(&sign, Value::Null).await.expect(200);
    }
    let act = |act: &str| format!("/assignments/{lead}/{act}");
    let answer = json!({ "outcome": "explained", "public_text": "按规划办理。", "ground": "土地管理法" });
    district.industry.handler.post(&act("draft"), answer.clone()).await.expect(200);
    district.industry.handler.post(&act("approve"), Value::Null).await.expect(200);
    let reason = json!({ "reason": "说得不清楚" });
    district.dispatcher.post(&act("send-back"), reason).await.expect(200);
    district.industry.handler.post(&act("draft"), answer).await.expect(200);
    district.industry.handler.post(&act("approve"), Value::Null).await.expect(200);
    district.release(lead).await;
    let rating = json!({ "level": "satisfied", "reached": true, "solved": true, "words": "谢谢" });
    district.mill.user.post(&format!("/requests/{request}/rating"), rating).await.expect(201);
    request
}

async fn the_company_is_told_what_concerns_it_and_staff_are_told_all(app: &mut TestApp) {
    let district = District::lay(app).await;
    let request = whole_life(app, &district, "open").await;

    let company = timeline(&district.mill.user, request).await;
    assert_eq!(acts(&company), ["file", "dispatch", "contact", "release", "rate"]);
    let dispatch = told(&company, "dispatch");
    let lead = json!({ "id": district.industry.id, "code": "industry", "name": "工信局" });
    assert_eq!(dispatch["detail"]["parts"], json!([{ "unit": lead, "part": "lead" }]));
    assert_eq!(dispatch["words"], "分派");
    assert_eq!(dispatch["at"], "2026-09-28T10:00:00+08:00");
    assert_eq!(told(&company, "contact")["unit"], lead);
    assert_eq!(told(&company, "file")["detail"]["title"], "用地");
    let whole = Value::from(company.clone()).to_string();
    for secret in ["审批局", "说得不清楚", "的人", "内部情况", "assist", "约了明天看现场"]
    {
        assert!(!whole.contains(secret), "the company is not told {secret}: {whole}");
    }

    let staff = timeline(&district.dispatcher, request).await;
    let sequence: Vec<i64> = staff.iter().filter_map(|entry| entry["seq"].as_i64()).collect();
    assert!(
        sequence.iter().copied().eq(1..=i64::try_from(staff.len()).expect("a short story")),
        "{sequence:?}"
    );
    for act in ["sign", "draft", "approve", "accept", "send_back"] {
        assert_ne!(told(&staff, act)["words"], act, "{act} has words");
    }
    assert_eq!(told(&staff, "send_back")["detail"]["reason"], "说得不清楚");
    assert_eq!(told(&staff, "send_back")["person"], "dispatcher的人");
    assert_eq!(told(&staff, "accept")["unit"]["name"], "审批局");
    assert_eq!(told(&staff, "file")["person"], "company的人");
    assert_eq!(told(&staff, "contact")["detail"]["whom"], "周经理");

    let english = timeline(&district.mill.user.speaking("en"), request).await;
    assert_eq!(told(&english, "dispatch")["words"], "Dispatched");
}

async fn a_unit_is_not_told_who_filed_where_that_is_secret(app: &mut TestApp) {
    let district = District::lay(app).await;
    let told_of = async |request: Id, client: &Client| {
        let entries = timeline(client, request).await;
        let whole = Value::from(entries.clone()).to_string();
        (whole.contains("company的人"), whole.contains("周经理"), entries)
    };
    let hidden = whole_life(app, &district, "hidden").await;
    let (person, whom, _) = told_of(hidden, &district.industry.handler).await;
    assert!(person && whom, "the lead of a hidden request knows who filed");
    let (person, whom, _) = told_of(hidden, &district.permits.handler).await;
    assert!(!person && !whom, "an assist of it does not");

    let sealed = whole_life(app, &district, "sealed").await;
    for client in [&district.industry.handler, &district.permits.handler, &district.supervisor] {
        let (person, whom, entries) = told_of(sealed, client).await;
        assert!(!person && !whom, "no unit on a sealed request knows who filed");
        assert!(!Value::from(entries).to_string().contains(district.mill.name));
    }
    for client in [&district.bakery.user, &district.resources.handler, &district.admin] {
        client.get(&format!("/requests/{sealed}/timeline")).await.problem(404, "not_found");
    }
}

async fn what_a_unit_asks_for_and_why_it_is_sent_back_is_told_to_it_the_lead_and_the_office(
    app: &mut TestApp,
) {
    let district = District::lay(app).await;
    app.set_time("2026-09-28T10:00:00+08:00");
    let request = district.file(&district.mill, "用地", json!({})).await;
    let parts =
        [(&district.industry, "lead"), (&district.resources, "branch"), (&district.permits, "assist")];
    let view = district.dispatch(request, &parts).await;
    let shown = async || district.dispatcher.get(&format!("/requests/{request}")).await.expect(200);
    let id_of = |one: &Value| one["id"].as_str().expect("an id").to_owned();
    let refused = json!({ "granted": false, "reason": "理由不成立" });

    let assist = assignment(&view, &district.permits);
    let permits = &district.permits.handler;
    let back = json!({ "cause": "wrong_unit", "reason": "不属本单位职责" });
    permits.post(&format!("/assignments/{assist}/return"), back).await.expect(200);
    let asked = id_of(&shown().await["returns"][0]);
    district.dispatcher.post(&format!("/returns/{asked}/ruling"), refused.clone()).await.expect(200);
    let mut clocks = view["clocks"].as_array().expect("clocks").iter();
    let more = json!({ "clock": id_of(clocks.find(|clock| clock["kind"] == "assist").expect("a clock")),
        "until": "2026-10-08T17:30:00+08:00", "reason": "人手不足", "ground": "条例第九条" });
    permits.post(&format!("/assignments/{assist}/extension"), more).await.expect(200);
    let asked = id_of(&shown().await["extensions"][0]);
    district.dispatcher.post(&format!("/extensions/{asked}/ruling"), refused.clone()).await.expect(200);

    let lead = district.answer(&view, &district.industry).await;
    let send_back = format!("/assignments/{lead}/send-back");
    district.dispatcher.post(&send_back, json!({ "reason": "说得不清楚" })).await.expect(200);
    district.release(district.answer(&view, &district.resources).await).await;
    let handler = &district.industry.handler;
    let answer = json!({ "outcome": "explained", "public_text": "按规划办理。", "ground": "土地管理法" });
    handler.post(&format!("/assignments/{lead}/draft"), answer).await.expect(200);
    handler.post(&format!("/assignments/{lead}/approve"), Value::Null).await.expect(200);
    district.release(lead).await;
    let rating = json!({ "level": "dissatisfied", "reached": true, "solved": false });
    district.mill.user.post(&format!("/requests/{request}/rating"), rating).await.expect(201);
    let branch = assignment(&view, &district.resources);
    let appeal = json!({ "reason": "评价对象有误" });
    let appeal = district.resources.handler.post(&format!("/assignments/{branch}/appeal"), appeal).await;
    let ruling = format!("/appeals/{}/ruling", id_of(&appeal.expect(201)));
    district.dispatcher.post(&ruling, refused).await.expect(200);

    let of_permits = ["ask_return", "rule_return", "ask_extension", "rule_extension"];
    let of_resources = ["appeal", "rule_appeal"];
    let all = [&of_permits[..], &["send_back"], &of_resources].concat();
    for (client, wanted) in [
        (permits, &of_permits[..]),
        (&district.resources.handler, &of_resources),
        (handler, &all),
        (&district.dispatcher, &all),
    ] {
        let entries = timeline(client, request).await;
        let told: Vec<&str> = acts(&entries).into_iter().filter(|act| all.contains(act)).collect();
        assert_eq!(told, wanted);
    }
}

async fn a_timeline_pages_without_a_gap(app: &mut TestApp) {
    let district = District::lay(app).await;
    let request = whole_life(app, &district, "open").await;
    for client in [&district.dispatcher, &district.mill.user] {
        let whole = timeline(client, request).await;
        let mut paged = Vec::new();
        let mut path = format!("/requests/{request}/timeline?limit=2");
        loop {
            let page = client.get(&path).await.expect(200);
            let items = page["items"].as_array().expect("a page has items");
            assert!(!items.is_empty() && items.len() <= 2, "no page is empty");
            paged.extend(items.clone());
            let Some(next) = page["next"].as_str() else { break };
            path = format!("/requests/{request}/timeline?limit=2&cursor={next}");
        }
        assert_eq!(paged, whole);
    }
}

async fn explain(client: &Client, request: Id, clock: &str) -> Value {
    client.get(&format!("/requests/{request}/due-explanation?clock={clock}")).await.expect(200)
}

/// The dates of the explanation's days with what was made of each.
fn days(explained: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let days = explained["days"].as_array().expect("an explanation has days");
    days.iter().map(|day| (text(&day["date"]), text(&day["reason"]))).collect()
}

async fn a_due_date_across_two_holidays_is_explained_day_by_day(app: &mut TestApp) {
    let district = District::lay(app).await;
    let request = district.file(&district.mill, "用地", json!({})).await;
    let dispatch = explain(&district.dispatcher, request, "dispatch").await;
    assert_eq!(dispatch["due_at"], "2026-09-28T17:30:00+08:00");
    let wanted = [
        ("2026-09-24", "start_not_counted"),
        ("2026-09-25", "skipped"),
        ("2026-09-26", "skipped"),
        ("2026-09-27", "skipped"),
        ("2026-09-28", "counted"),
    ];
    let owned = |days: &[(&str, &str)]| -> Vec<(String, String)> {
        days.iter().map(|(date, reason)| ((*date).to_owned(), (*reason).to_owned())).collect()
    };
    assert_eq!(days(&dispatch), owned(&wanted));

    app.set_time("2026-09-28T10:00:00+08:00");
    district.dispatch(request, &[(&district.industry, "lead"), (&district.permits, "assist")]).await;
    let company = &district.mill.user;
    let contact = explain(company, request, "company_contact").await;
    assert_eq!(contact["due_at"], "2026-09-29T17:30:00+08:00");
    let feedback = explain(company, request, "company_feedback").await;
    assert_eq!(feedback["due_at"], "2026-10-08T17:30:00+08:00");
    assert_eq!(feedback["first_due_at"], feedback["due_at"]);
    assert_eq!(feedback["warn_at"], "2026-09-30T17:30:00+08:00");
    assert_eq!(feedback["provisional"], false);
    assert_eq!(feedback["calendar"], json!({ "name": "cn", "version": 1 }));
    assert_eq!(feedback["rule"]["length"], json!({ "working_days": 3 }));
    assert_eq!(feedback["rule"]["words"], "3 个工作日，自次日起算");
    let mut wanted =
        vec![("2026-09-28", "start_not_counted"), ("2026-09-29", "counted"), ("2026-09-30", "counted")];
    let off: Vec<String> = (1..=7).map(|day| format!("2026-10-{day:02}")).collect();
    wanted.extend(off.iter().map(|date| (date.as_str(), "skipped")));
    wanted.push(("2026-10-08", "counted"));
    assert_eq!(days(&feedback), owned(&wanted));
    assert_eq!(feedback["days"][3]["words"], "国庆节放假，不计");
    assert_eq!(feedback["days"][10]["words"], "第 3 个工作日");
    assert_eq!(feedback["days"][10]["number"], 3);

    let english = explain(&company.speaking("en"), request, "company_feedback").await;
    assert_eq!(english["rule"]["words"], "3 working days, counted from the day after the receipt");
    assert_eq!(english["days"][10]["words"], "Working day 3");
}

async fn each_reader_is_explained_the_clocks_they_may_see(app: &mut TestApp) {
    let district = District::lay(app).await;
    app.set_time("2026-09-28T10:00:00+08:00");
    let request = district.file(&district.mill, "用地", json!({})).await;
    district.dispatch(request, &[(&district.industry, "lead"), (&district.permits, "assist")]).await;
    let path = |clock: &str| format!("/requests/{request}/due-explanation?clock={clock}");
    for kind in ["feedback", "dispatch", "assist", "conclusion", "rating_window"] {
        district.mill.user.get(&path(kind)).await.problem(404, "not_found");
    }
    let permits = &district.permits.handler;
    permits.get(&path("feedback")).await.problem(404, "not_found");
    let assist = permits.get(&path("assist")).await.expect(200);
    assert_eq!(assist["due_at"], "2026-09-30T17:30:00+08:00");
    assert_eq!(assist["unit"]["name"], "审批局");
    let clock = assist["clock"].as_str().expect("a clock has an id");
    district.mill.user.get(&path(clock)).await.problem(404, "not_found");
    assert_eq!(district.industry.handler.get(&path(clock)).await.expect(200), assist);

    let first = district.mill.user.get(&format!("/requests/{request}/due-explanation")).await.expect(200);
    assert_eq!(first["kind"], "company_contact", "what is due first, unless another is asked for");
    district.mill.user.get(&path("nonsense")).await.field_problem(422, "?clock", "invalid_value");
    district.bakery.user.get(&path("company_contact")).await.problem(404, "not_found");
}

on_both!(
    the_company_is_told_what_concerns_it_and_staff_are_told_all,
    a_unit_is_not_told_who_filed_where_that_is_secret,
    what_a_unit_asks_for_and_why_it_is_sent_back_is_told_to_it_the_lead_and_the_office,
    a_timeline_pages_without_a_gap,
    a_due_date_across_two_holidays_is_explained_day_by_day,
    each_reader_is_explained_the_clocks_they_may_see,
);
