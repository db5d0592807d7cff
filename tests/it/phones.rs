//! Telephone numbers: whole for those who must call, masked for all others, and shown to those for a reason that is kept.

use crate::path::{Walk, because, reached};
use crate::support::app::{TestApp, on_both};
use crate::support::people::{PASSWORD, id};
use diesel::prelude::*;
use onedoor::db::schema::journal;
use onedoor::domain::ids::Id;
use serde_json::{Value, json};

const WHOLE: &str = "13800138000";
const MASKED: &str = "138****8000";

const PARTS: [(&str, &str); 4] = [
    ("industry", "lead"),
    ("natural_resources", "told branch"),
    ("urban_management", "branch"),
    ("permits", "assist"),
];

/// The number `who` is shown: of whom to ask for, and by which the lead called.
async fn shown(walk: &Walk<'_>, who: &str) -> (Value, Value) {
    let view = walk.view(who).await;
    (view["contact"]["phone"].clone(), view["contacts"][0]["number"].clone())
}

async fn whoever_must_call_sees_it_before_and_while_they_handle_it_and_nobody_else(app: &mut TestApp) {
    let walk = Walk::under_way(app, &PARTS).await;
    let callers = ["equipment", "dispatcher", "industry.handler", "natural_resources.handler"];
    let others =
        ["auditor", "supervisor", "leader", "industry.signer", "urban_management.handler", "permits.handler"];
    for who in callers {
        assert_eq!(walk.view(who).await["contact"]["phone"], WHOLE, "{who}, before anybody signed");
    }
    walk.on_share("industry", "handler", "contact", reached()).await.expect(200);
    for who in callers {
        assert_eq!(shown(&walk, who).await, (json!(WHOLE), json!(WHOLE)), "{who}");
    }
    for who in others {
        assert_eq!(walk.view(who).await["contact"]["phone"], MASKED, "{who}");
        let all = app.as_(who).get("/requests").await.expect(200).to_string()
            + &walk.view(who).await.to_string()
            + &app.as_(who).get(&format!("/requests/{}/timeline", walk.id)).await.expect(200).to_string();
        assert!(!all.contains(WHOLE), "{who}: {all}");
    }
    assert_eq!(shown(&walk, "supervisor").await.1, MASKED);
    assert_eq!(shown(&walk, "permits.handler").await.1, Value::Null);
    // What is answered and taken in needs no call.
    walk.answer("natural_resources").await;
    assert_eq!(walk.view("natural_resources.handler").await["contact"]["phone"], WHOLE, "it may come back");
    walk.release("natural_resources").await;
    assert_eq!(walk.view("natural_resources.handler").await["contact"]["phone"], MASKED);
    assert_eq!(walk.view("industry.handler").await["contact"]["phone"], WHOLE);
}

async fn of_a_sealed_request_only_the_office_sees_it(app: &mut TestApp) {
    app.set_time("2026-09-28T09:30:00+08:00");
    let change = json!({ "kind": "complaint", "confidence": "sealed" });
    let walk = Walk::file(app, "equipment", "land.supply", change).await;
    walk.dispatch(&[("industry", "lead"), ("permits", "assist")]).await.expect(200);
    for (who, phone) in
        [("equipment", json!(WHOLE)), ("dispatcher", json!(WHOLE)), ("auditor", json!(MASKED))]
    {
        assert_eq!(walk.view(who).await["contact"]["phone"], phone, "{who}");
    }
    for who in ["industry.handler", "industry.signer", "permits.handler", "supervisor", "leader"] {
        assert_eq!(walk.view(who).await["contact"], Value::Null, "{who}");
        let before = walk.stand().await;
        walk.act(who, "reveal-phone", because("需核实")).await.problem(403, "not_allowed");
        assert_eq!(walk.stand().await, before, "{who}");
    }
    let whole = walk.act("auditor", "reveal-phone", because("抽查")).await.expect(200);
    assert_eq!(whole["contact"]["phone"], WHOLE);
}

async fn a_number_is_revealed_for_a_reason_and_the_journal_says_who_when_and_why(app: &mut TestApp) {
    let walk = Walk::under_way(app, &PARTS).await;
    walk.on_share("industry", "handler", "contact", reached()).await.expect(200);
    let version = walk.view("dispatcher").await["version"].clone();
    let timelines = async || {
        let mut told = Vec::new();
        for who in ["equipment", "industry.handler", "permits.handler", "supervisor"] {
            told.push(walk.timeline(who).await);
        }
        told
    };
    let before = timelines().await;
    for who in ["equipment", "dispatcher", "industry.handler"] {
        walk.act(who, "reveal-phone", because("想看")).await.problem(409, "phone_not_masked");
    }
    walk.act("supervisor", "reveal-phone", json!({})).await.field_problem(422, "/reason", "missing_field");
    walk.act("supervisor", "reveal-phone", because(" ")).await.field_problem(422, "/reason", "text_empty");
    walk.act("washer", "reveal-phone", because("想看")).await.problem(404, "not_found");
    walk.act("admin", "reveal-phone", because("想看")).await.problem(404, "not_found");
    assert_eq!(timelines().await, before, "what was refused is told of nobody");

    for (number, (who, capacity)) in [
        ("supervisor", "supervisor"),
        ("leader", "leader"),
        ("industry.signer", "signer"),
        ("permits.handler", "handler"),
        ("auditor", "auditor"),
    ]
    .into_iter()
    .enumerate()
    {
        let reason = format!("第 {number} 次核实联系情况");
        let whole = walk.act(who, "reveal-phone", because(&reason)).await.expect(200);
        assert_eq!(whole["contact"]["phone"], WHOLE, "{who}");
        assert_eq!(whole["contacts"][0]["number"], WHOLE, "{who}");
        assert_eq!(walk.view(who).await["contact"]["phone"], MASKED, "{who} saw it that once");
        for reader in ["dispatcher", "auditor"] {
            let path = format!("/requests/{}/timeline?limit=100", walk.id);
            let story = app.as_(reader).get(&path).await.expect(200);
            let last = story["items"].as_array().expect("entries").last().expect("an entry").clone();
            assert_eq!(
                (&last["act"], &last["capacity"]),
                (&json!("reveal_phone"), &json!(capacity)),
                "{reader}"
            );
            assert_eq!(last["detail"], json!({ "reason": reason }));
            assert_eq!(last["at"], json!(crate::path::on("09-28 10:00")));
            assert!(last["person"].is_string(), "{last}");
        }
        assert!(!walk.chained().await.contains(&reason), "why may be erased");
    }
    assert_eq!(timelines().await, before, "nobody else is told of it");
    assert_eq!(walk.view("dispatcher").await["version"], version, "nothing of the request has changed");
}

async fn an_echos_number_is_for_its_masters_lead(app: &mut TestApp) {
    let walk = Walk::under_way(app, &PARTS).await;
    let about = json!({ "contact_phone": "0532-86988888" });
    let twin = Walk::file(app, "chemical", "land.supply", about).await;
    let merge = json!({ "master": walk.id, "reason": "同一件事" });
    twin.act("dispatcher", "merge", merge).await.expect(200);
    let echo = async |who: &str| walk.view(who).await["echoes"][0]["contact"]["phone"].clone();
    for who in ["dispatcher", "industry.handler"] {
        assert_eq!(echo(who).await, "0532-86988888", "{who}");
    }
    for who in ["auditor", "supervisor", "industry.signer"] {
        assert_eq!(echo(who).await, "0532-****8888", "{who}");
    }
    let whole = walk.act("supervisor", "reveal-phone", because("核实")).await.expect(200);
    assert_eq!(whole["echoes"][0]["contact"]["phone"], "0532-86988888");
}

/// How often the journal of this subject says that a number was revealed.
async fn revealed(app: &TestApp, subject: &str) -> i64 {
    let subject = Id::parse(subject).expect("an id");
    let counted = app.context.db.read(move |conn| {
        let of_subject = journal::table.filter(journal::subject_id.eq(subject));
        Ok(of_subject.filter(journal::act.eq("reveal_phone")).count().get_result::<i64>(conn)?)
    });
    counted.await.expect("the journal can be read")
}

async fn a_companys_number_is_whole_for_itself_and_the_office_and_in_no_list(app: &mut TestApp) {
    let company = json!({ "company": { "name": "筹建处", "standing": "prospective", "contact_phone": WHOLE },
        "person": { "name": "联系人", "phone": "13900139000", "password": PASSWORD } });
    let added = app.as_("dispatcher").post("/companies", company).await.expect(201);
    assert_eq!(added["contact_phone"], WHOLE);
    let path = format!("/companies/{}", id(&added));
    let own = crate::support::people::log_in(app, "13900139000", PASSWORD).await;
    assert_eq!(own.get(&path).await.expect(200)["contact_phone"], WHOLE);
    assert_eq!(own.get("/me").await.expect(200)["phone"], "13900139000");
    assert_eq!(app.as_("dispatcher").get(&path).await.expect(200)["contact_phone"], WHOLE);
    for who in ["specialist", "auditor", "admin"] {
        assert_eq!(app.as_(who).get(&path).await.expect(200)["contact_phone"], MASKED, "{who}");
    }
    for who in ["specialist", "auditor", "admin", "dispatcher"] {
        let list = app.as_(who).get("/companies?limit=100").await.expect(200).to_string();
        assert!(list.contains(MASKED) && !list.contains(WHOLE), "{who}");
    }
    let reveal = format!("{path}/reveal-phone");
    app.as_("dispatcher").post(&reveal, because("想看")).await.problem(409, "phone_not_masked");
    own.post(&reveal, because("想看")).await.problem(409, "phone_not_masked");
    app.as_("industry.handler").post(&reveal, because("想看")).await.problem(404, "not_found");
    assert_eq!(revealed(app, &id(&added)).await, 0);
    let whole = app.as_("specialist").post(&reveal, because("走访前联系")).await.expect(200);
    assert_eq!((&whole["contact_phone"], &whole["version"]), (&json!(WHOLE), &added["version"]));
    assert_eq!(revealed(app, &id(&added)).await, 1);
}

async fn a_persons_number_is_whole_for_that_person_alone(app: &mut TestApp) {
    let admin = app.as_("admin");
    let form = json!({ "name": "联系人", "phone": WHOLE, "password": PASSWORD });
    let added = admin.post("/people", form).await.expect(201);
    assert_eq!(added["phone"], MASKED);
    let path = format!("/people/{}", id(&added));
    assert_eq!(admin.get(&path).await.expect(200)["phone"], MASKED);
    let list = admin.get("/people?limit=100").await.expect(200).to_string();
    assert!(list.contains(MASKED) && !list.contains(WHOLE));
    let own = crate::support::people::log_in(app, WHOLE, PASSWORD).await;
    assert_eq!(own.get(&path).await.expect(200)["phone"], WHOLE);
    let reveal = format!("{path}/reveal-phone");
    own.post(&reveal, because("想看")).await.problem(409, "phone_not_masked");
    app.as_("auditor").post(&reveal, because("想看")).await.problem(404, "not_found");
    assert_eq!(revealed(app, &id(&added)).await, 0);
    assert_eq!(admin.post(&reveal, because("通知本人")).await.expect(200)["phone"], WHOLE);
    assert_eq!(revealed(app, &id(&added)).await, 1);
}

on_both!(in the sample district:
    whoever_must_call_sees_it_before_and_while_they_handle_it_and_nobody_else,
    of_a_sealed_request_only_the_office_sees_it,
    a_number_is_revealed_for_a_reason_and_the_journal_says_who_when_and_why,
    an_echos_number_is_for_its_masters_lead,
    a_companys_number_is_whole_for_itself_and_the_office_and_in_no_list,
    a_persons_number_is_whole_for_that_person_alone,
);
