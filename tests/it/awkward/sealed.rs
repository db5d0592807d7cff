//! A sealed request: the office alone knows who filed it, calls for every unit, and owes one call, whoever leads.

use super::{latest, on_latest};
use crate::charges::charged;
use crate::contests;
use crate::letters::confidential::tell_staff_nothing;
use crate::path::{Walk, because, on, reached, short};
use crate::returns::{added, ask, clocks, rule};
use crate::support::app::{TestApp, on_both};
use serde_json::{Value, json};

/// What would tell who filed: the company's name and code, whom to ask for, and the number, whole or masked.
const SECRETS: [&str; 5] = ["某装备制造企业", "91370211MAYANG058F", "周经理", "13800138000", "138****8000"];

/// Everybody who can see it and is of a unit, or over one.
const UNITS: [&str; 8] = [
    "industry.handler",
    "industry.signer",
    "natural_resources.handler",
    "natural_resources.signer",
    "permits.handler",
    "permits.signer",
    "leader",
    "supervisor",
];

/// Everything this person is answered about a request, found or not, in both languages.
async fn read_by(walk: &Walk<'_>, who: &str) -> String {
    let of_request = [
        "",
        "/timeline?limit=100",
        "/due-explanation",
        "/rating",
        "/callback",
        "/appeals",
        "/messages",
        "/follow-up",
        "/dispatch-suggestion",
    ];
    let mut paths: Vec<String> =
        of_request.iter().map(|path| format!("/requests/{}{path}", walk.id)).collect();
    let company = walk.app.district.company("equipment");
    paths.extend(["/requests", "/requests?sort=due", "/requests?light=red", "/board"].map(str::to_owned));
    paths.extend([format!("/companies/{company}"), "/companies?uscc=91370211MAYANG058F".to_owned()]);
    let mut all = String::new();
    for language in ["zh", "en"] {
        for path in &paths {
            all.push_str(&walk.app.as_(who).speaking(language).get(path).await.body.to_string());
        }
    }
    all
}

/// Fails where one of a unit learns who filed, or finds the request by its company.
async fn no_unit_learns_who_filed(walk: &Walk<'_>) {
    assert!(tell_staff_nothing(walk.app, "equipment", &SECRETS).await > 0);
    let (company, person) = (walk.app.district.company("equipment"), walk.app.district.person("equipment"));
    for who in UNITS {
        if walk.app.as_(who).get(&format!("/requests/{}", walk.id)).await.status == 404 {
            continue;
        }
        let all = read_by(walk, who).await;
        for secret in SECRETS.into_iter().chain([company, person]) {
            assert!(!all.contains(secret), "{who} reads {secret}: {all}");
        }
        let of_company = walk.app.as_(who).get(&format!("/requests?company={company}")).await.expect(200);
        assert_eq!(of_company["items"], json!([]), "{who} finds it by its company");
    }
}

/// A request of a sealed filer, sent out on Monday 28 September at 10:00.
async fn sealed<'a>(app: &'a TestApp, parts: &[(&str, &str)]) -> Walk<'a> {
    app.set_time(&on("09-28 09:30"));
    let walk = Walk::file(app, "equipment", "land.supply", json!({ "confidence": "sealed" })).await;
    walk.at("09-28 10:00").dispatch(parts).await.expect(200);
    walk
}

/// The contact clocks of the office, as `due → end`.
async fn calls(walk: &Walk<'_>) -> Vec<String> {
    clocks(walk, "business_environment", "contact").await
}

async fn light(walk: &Walk<'_>, clock: &str) -> Value {
    walk.clock(clock).await["light"].clone()
}

async fn the_one_call_of_the_office_is_contested_after_another_unit_has_come_to_lead(app: &mut TestApp) {
    let walk = sealed(app, &[("industry", "lead"), ("permits", "assist")]).await;
    let contact = walk.clock("contact").await;
    assert_eq!(
        (&contact["holder"], &contact["unit"]["code"]),
        (&json!("office"), &json!("business_environment"))
    );
    assert_eq!(calls(&walk).await, ["09-29 17:30 → open"]);
    walk.at("09-28 15:00").on_share("industry", "dispatcher", "contact", reached()).await.expect(200);
    assert_eq!(walk.end("company_contact").await, "met 09-28 15:00");

    walk.at("09-28 16:00");
    let change = json!({ "reason": "重新划分职责", "close": [walk.share("industry").await["id"]],
        "parts": [added(&walk, "natural_resources", "lead")] });
    walk.act("dispatcher", "redispatch", change).await.expect(200);
    assert_eq!(calls(&walk).await, ["09-29 17:30 → met"], "the company was called");
    assert_eq!(clocks(&walk, "natural_resources", "contact").await, [""; 0]);
    assert_eq!(walk.due("natural_resources feedback").await, "10-08 17:30");
    no_unit_learns_who_filed(&walk).await;

    walk.at("09-29 10:00")
        .act("equipment", "urge", json!({ "words": "某装备制造企业很急" }))
        .await
        .expect(200);
    walk.act("equipment", "messages", json!({ "text": "请找周经理，13800138000" })).await.expect(201);
    walk.at("09-29 16:00");
    let id = contests::contacts(&walk, "equipment").await[0]["id"].as_str().expect("an id").to_owned();
    let reason = because("接电话的不是周经理");
    app.as_("equipment").post(&format!("/contacts/{id}/contest"), reason).await.expect(200);
    assert_eq!(walk.told().await, ["contact_contested → business_environment"]);
    // One working day from Tuesday 29 September.
    assert_eq!(walk.due("contest_ruling").await, "09-30 17:30");
    for clock in ["contact", "company_contact"] {
        assert_eq!(light(&walk, clock).await, "hollow", "{clock}");
    }

    // Upheld, the call is owed again, due when it was, for whoever leads now.
    walk.at("09-30 10:00");
    let contest = contests::contacts(&walk, "dispatcher").await[0]["contest"]["id"].clone();
    let path = format!("/contests/{}/ruling", contest.as_str().expect("an id"));
    let ruling = json!({ "ruling": "upheld", "reason": "已向某装备制造企业核实" });
    app.as_("dispatcher").post(&path, ruling).await.expect(200);
    assert_eq!(calls(&walk).await, ["09-29 17:30 → open"]);
    for clock in ["contact", "company_contact"] {
        assert_eq!(light(&walk, clock).await, "red", "{clock}");
    }
    assert_eq!(walk.clock("contact").await["assignment"], latest(&walk, "natural_resources").await["id"]);
    let refused = walk.on_share("natural_resources", "handler", "contact", reached()).await;
    refused.problem(422, "sealed_takes_no_contact");
    no_unit_learns_who_filed(&walk).await;

    walk.at("09-30 11:00");
    walk.on_share("natural_resources", "dispatcher", "contact", reached()).await.expect(200);
    assert_eq!(calls(&walk).await, ["09-29 17:30 → late"]);
    for clock in ["contact", "company_contact"] {
        assert_eq!(walk.end(clock).await, "late 09-30 11:00", "{clock}");
        assert_eq!(walk.clock(clock).await["red_days"], 1, "{clock}");
    }
    // Two hours of Wednesday, and the office's own.
    for who in ["equipment", "dispatcher", "permits.handler"] {
        assert_eq!(charged(&walk, who).await, ["company_contact office 120"], "{who}");
    }

    walk.at("09-30 14:00").act("dispatcher", "ask-info", json!({ "list": "营业执照" })).await.expect(200);
    let papers = json!({ "answer": "某装备制造企业营业执照 91370211MAYANG058F" });
    walk.at("09-30 15:00").act("equipment", "supplement", papers).await.expect(200);
    // One hour after Thursday 8 October's close.
    assert_eq!(walk.due("natural_resources feedback").await, "10-09 10:00");
    walk.act("equipment", "ask-withdrawal", because("周经理已离职")).await.expect(200);
    let call = json!({ "confirmed": false, "whom": "周经理", "words": "某装备制造企业仍要办" });
    walk.at("09-30 16:00").act("dispatcher", "confirm-withdrawal", call).await.expect(200);
    walk.at("10-09 09:00").answer("natural_resources").await;
    walk.at("10-09 09:30").release("natural_resources").await;
    assert_eq!(walk.end("company_feedback").await, "met 10-09 09:30");
    no_unit_learns_who_filed(&walk).await;
    what_follows_a_bad_rating_tells_no_unit_either(&walk).await;
}

async fn what_follows_a_bad_rating_tells_no_unit_either(walk: &Walk<'_>) {
    let call = json!({ "reached": true, "contacted": true, "solved": true, "satisfied": "dissatisfied",
        "words": "周经理接听" });
    walk.at("10-09 15:00").act("dispatcher", "follow-up", call).await.expect(201);
    let bad =
        json!({ "level": "dissatisfied", "reached": true, "solved": false, "words": "某装备制造企业不满意" });
    walk.at("10-10 10:00").act("equipment", "rating", bad).await.expect(201);
    // The worked Saturday's next working day.
    assert_eq!(walk.due("callback").await, "10-12 17:30");
    let ruling = json!({ "findings": "周经理称未见现场人员", "ruling": "rework", "public_text": "重办。",
        "blamed": [latest(walk, "natural_resources").await["id"]] });
    walk.at("10-12 10:00").act("dispatcher", "callback", ruling).await.expect(201);
    // Fifteen working days: 13 to 16, 19 to 23 and 26 to 30 October, 2 November.
    assert_eq!(walk.due("rework").await, "11-02 17:30");
    assert_eq!(calls(walk).await, ["09-29 17:30 → late"], "doing it again owes no call");
    on_latest(walk, "natural_resources", "handler", "sign", Value::Null).await.expect(200);
    no_unit_learns_who_filed(walk).await;
    for who in ["equipment", "dispatcher", "auditor"] {
        let all = read_by(walk, who).await;
        assert!(all.contains("某装备制造企业不满意"), "{who}");
    }
    let callback =
        walk.app.as_("dispatcher").get(&format!("/requests/{}/callback", walk.id)).await.expect(200);
    assert_eq!(callback[0]["findings"], "周经理称未见现场人员");
}

async fn a_call_struck_while_nobody_has_the_request_is_owed_for_the_next_lead(app: &mut TestApp) {
    let walk = sealed(app, &[("industry", "lead")]).await;
    walk.at("09-28 11:00").on_share("industry", "dispatcher", "contact", reached()).await.expect(200);
    walk.at("09-28 11:30");
    contests::contest(&walk, "equipment", 0).await.expect(200);
    assert_eq!(walk.due("contest_ruling").await, "09-29 17:30");
    // The call was the office's, and bars the unit from nothing.
    walk.at("09-28 14:00");
    ask(&walk, "industry", "no_row_fits").await.expect(200);
    walk.at("09-28 15:00");
    rule(&walk, "dispatcher", "industry", true, json!({})).await.expect(200);
    assert_eq!(walk.view("equipment").await["state"], "submitted");
    assert_eq!(light(&walk, "contact").await, "hollow");

    walk.at("09-28 16:00");
    contests::rule(&walk, "dispatcher", 0, "upheld").await.expect(200);
    assert_eq!(calls(&walk).await, ["09-29 17:30 → open"]);
    assert_eq!(walk.due("company_contact").await, "09-29 17:30");
    walk.at("09-29 10:00").dispatch(&[("natural_resources", "lead")]).await.expect(200);
    assert_eq!(calls(&walk).await, ["09-29 17:30 → open"], "one call, whoever leads");
    walk.at("09-29 10:30");
    walk.on_share("natural_resources", "dispatcher", "contact", reached()).await.expect(200);
    assert_eq!(calls(&walk).await, ["09-29 17:30 → met"]);
    assert_eq!(walk.end("company_contact").await, "met 09-29 10:30");
    assert_eq!(short(&walk.clock("company_contact").await["started_at"]), "09-28 10:00");

    // A second contest, refused: all is as it was.
    walk.at("09-29 11:00");
    contests::contest(&walk, "equipment", 1).await.expect(200);
    contests::rule(&walk, "dispatcher", 1, "refused").await.expect(200);
    assert_eq!(calls(&walk).await, ["09-29 17:30 → met"]);
    assert_eq!(charged(&walk, "dispatcher").await, [""; 0]);
    no_unit_learns_who_filed(&walk).await;
}

async fn a_call_struck_after_it_was_merged_is_owed_by_nobody(app: &mut TestApp) {
    let walk = sealed(app, &[("industry", "lead")]).await;
    walk.at("09-28 11:00").on_share("industry", "dispatcher", "contact", reached()).await.expect(200);
    walk.at("09-28 14:00");
    contests::contest(&walk, "equipment", 0).await.expect(200);
    let master = Walk::file(app, "chemical", "land.supply", json!({})).await;
    walk.at("09-28 15:00");
    let merge = json!({ "master": master.id, "reason": "同一地块" });
    walk.act("dispatcher", "merge", merge).await.expect(200);
    walk.at("09-28 16:00");
    contests::rule(&walk, "dispatcher", 0, "upheld").await.expect(200);
    // It would have ended with its part. What the company was promised runs again.
    assert_eq!(walk.end("contact").await, "void 09-28 15:00");
    assert_eq!(
        (walk.end("company_contact").await, walk.due("company_contact").await),
        ("open".into(), "09-29 17:30".into())
    );
}

on_both!(in the sample district:
    a_call_struck_after_it_was_merged_is_owed_by_nobody,
    the_one_call_of_the_office_is_contested_after_another_unit_has_come_to_lead,
    a_call_struck_while_nobody_has_the_request_is_owed_for_the_next_lead,
);
