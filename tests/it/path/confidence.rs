//! Who learns who filed, and who never gets the request.

use super::{Walk, form, reached};
use crate::support::app::{TestApp, on_both};
use serde_json::{Value, json};

/// What would tell who filed: the company's name and code, whom to ask for, and the number.
const SECRETS: [&str; 4] = ["某装备制造企业", "91370211MAYANG058F", "周经理", "13800138000"];

/// Everything this person can read of a request, as one text.
async fn read_by(walk: &Walk<'_>, who: &str) -> String {
    let client = walk.app.as_(who);
    let mut all = String::new();
    for path in ["", "/timeline?limit=100", "/due-explanation"] {
        let answer = client.get(&format!("/requests/{}{path}", walk.id)).await;
        all.push_str(&answer.expect(200).to_string());
    }
    all.push_str(&client.get("/requests").await.expect(200).to_string());
    all.push_str(&client.get("/board").await.expect(200).to_string());
    all
}

/// Which of the secrets this person reads.
async fn learns(walk: &Walk<'_>, who: &str) -> Vec<&'static str> {
    let all = read_by(walk, who).await;
    SECRETS.into_iter().filter(|secret| all.contains(secret)).collect()
}

async fn an_assist_does_not_learn_who_filed_a_hidden_request(app: &mut TestApp) {
    let walk = Walk::file(app, "equipment", "land.supply", json!({ "confidence": "hidden" })).await;
    walk.at("09-28 10:00");
    let branch = walk.dispatch(&[("industry", "lead"), ("natural_resources", "branch")]).await;
    branch.field_problem(422, "/parts/1/part", "hidden_takes_no_branch");
    walk.dispatch(&[("industry", "lead"), ("permits", "assist")]).await.expect(200);
    walk.on_share("industry", "handler", "contact", reached()).await.expect(200);
    walk.answer("permits").await;

    assert_eq!(learns(&walk, "permits.handler").await, [""; 0]);
    assert_eq!(learns(&walk, "permits.signer").await, [""; 0]);
    let view = walk.view("permits.handler").await;
    assert!(view.get("company").is_none() && view.get("contact").is_none(), "{view:#}");
    assert_eq!(view["contacts"][0]["reached"], true, "that the company was reached is no secret");
    assert_eq!(learns(&walk, "industry.handler").await, SECRETS);
    assert_eq!(learns(&walk, "dispatcher").await, SECRETS);
    assert_eq!(walk.end("industry contact").await, "met 09-28 10:00");

    let of_company = format!("/requests?company={}", app.district.company("equipment"));
    let listed = async |who: &str| app.as_(who).get(&of_company).await.expect(200)["items"].clone();
    assert_eq!(listed("permits.handler").await, json!([]), "a filter tells no more than the list");
    assert_eq!(listed("industry.handler").await.as_array().map(Vec::len), Some(1));
}

async fn what_the_company_says_of_the_answer_is_not_read_by_who_may_not_know_who_filed(app: &mut TestApp) {
    let (words, findings) = ("我们装备厂等了三天", "周经理称装备厂未接到电话");
    for (confidence, lead_knows) in [("hidden", true), ("sealed", false)] {
        let change = json!({ "confidence": confidence });
        let walk = Walk::file(app, "equipment", "land.supply", change).await;
        walk.dispatch(&[("industry", "lead"), ("permits", "assist")]).await.expect(200);
        walk.answer("industry").await;
        walk.release("industry").await;
        let rating = json!({ "level": "dissatisfied", "reached": true, "solved": false, "words": words });
        walk.act("equipment", "rating", rating).await.expect(201);
        let ruling =
            json!({ "findings": findings, "ruling": "explained", "public_text": "依据规定不能办理" });
        walk.act("dispatcher", "callback", ruling).await.expect(201);
        for (who, is_told, finds) in [
            ("equipment", true, false),
            ("dispatcher", true, true),
            ("auditor", true, true),
            ("industry.handler", lead_knows, lead_knows),
            ("permits.handler", false, false),
        ] {
            let read = async |path: &str| {
                app.as_(who).get(&format!("/requests/{}/{path}", walk.id)).await.expect(200)
            };
            let (rated, ruled) = (read("rating").await[0].clone(), read("callback").await[0].clone());
            assert_eq!((&rated["level"], &ruled["ruling"]), (&json!("dissatisfied"), &json!("explained")));
            assert_eq!(rated["words"] == words, is_told, "{who}, {confidence}: {rated}");
            assert_eq!(rated.get("words").is_some(), is_told, "{who}, {confidence}: {rated}");
            assert_eq!(ruled.get("findings").is_some(), finds, "{who}, {confidence}: {ruled}");
            let story = read("timeline?limit=100").await.to_string();
            assert_eq!(story.contains(words), is_told, "{who}, {confidence}: {story}");
        }
    }
}

async fn the_office_alone_knows_who_filed_a_sealed_request_and_makes_the_contact(app: &mut TestApp) {
    let walk = Walk::file(app, "equipment", "land.supply", json!({ "confidence": "sealed" })).await;
    walk.at("09-28 10:00");
    let told = walk.dispatch(&[("industry", "lead"), ("natural_resources", "told branch")]).await;
    let told = told.field_problem(422, "/parts/1/part", "hidden_takes_no_branch");
    assert_eq!(told["errors"][1]["code"], "sealed_takes_no_contact");
    walk.dispatch(&[("industry", "lead"), ("permits", "assist")]).await.expect(200);
    let contact = walk.clock("contact").await;
    assert_eq!(
        (&contact["holder"], &contact["unit"]["code"]),
        (&json!("office"), &json!("business_environment"))
    );
    assert_eq!(walk.due("contact").await, "09-29 17:30");

    let before = walk.stand().await;
    let refused = walk.on_share("industry", "handler", "contact", reached()).await;
    refused.problem(422, "sealed_takes_no_contact");
    assert_eq!(walk.stand().await, before, "nothing changed");
    walk.at("09-28 15:00").on_share("industry", "dispatcher", "contact", reached()).await.expect(200);
    assert_eq!(walk.end("contact").await, "met 09-28 15:00");
    assert_eq!(walk.end("company_contact").await, "met 09-28 15:00");
    let share = walk.share("industry").await;
    assert_eq!((&share["state"], &share["signed_at"]), (&json!("dispatched"), &Value::Null));
    assert_eq!(walk.view("equipment").await["contacts"][0]["unit"]["code"], "business_environment");

    walk.answer("permits").await;
    walk.answer("industry").await;
    for who in ["industry.handler", "industry.signer", "permits.handler", "leader", "supervisor"] {
        assert_eq!(learns(&walk, who).await, [""; 0], "{who}");
    }
    assert_eq!(learns(&walk, "dispatcher").await, SECRETS);
    assert_eq!(learns(&walk, "auditor").await, SECRETS[..3], "the auditor does not call");
}

async fn a_complaint_about_a_unit_never_reaches_it(app: &mut TestApp) {
    let about = json!({ "kind": "complaint", "conduct_unit": app.district.unit("urban_management") });
    let walk = Walk::file(app, "bearing", "utilities.sewer", about.clone()).await;
    let before = walk.stand().await;
    let lead = walk.dispatch(&[("urban_management", "lead")]).await;
    lead.field_problem(422, "/parts/0/unit", "conduct_complaint");
    let assist = walk.dispatch(&[("industry", "lead"), ("urban_management", "assist")]).await;
    assist.field_problem(422, "/parts/1/unit", "conduct_complaint");
    assert_eq!(walk.stand().await, before, "nothing changed");
    walk.dispatch(&[("industry", "lead")]).await.expect(200);
    let unit = app.as_("urban_management.handler");
    unit.get(&format!("/requests/{}", walk.id)).await.problem(404, "not_found");
    assert_eq!(unit.get("/requests").await.expect(200)["items"], json!([]));

    let mut praise = form(app, "bearing", "utilities.sewer", about);
    praise["kind"] = "help".into();
    let refused = app.as_("bearing").post("/requests", praise).await;
    refused.field_problem(422, "/conduct_unit", "only_complaint_has_conduct");
}

async fn whoever_need_not_call_sees_the_number_masked(app: &mut TestApp) {
    let parts = [
        ("industry", "lead"),
        ("natural_resources", "told branch"),
        ("urban_management", "branch"),
        ("permits", "assist"),
    ];
    let walk = Walk::under_way(app, &parts).await;
    walk.on_share("industry", "handler", "contact", reached()).await.expect(200);
    for who in ["equipment", "dispatcher", "industry.handler", "natural_resources.handler"] {
        assert_eq!(walk.view(who).await["contact"]["phone"], "13800138000", "{who}");
    }
    for who in ["permits.handler", "urban_management.handler"] {
        assert_eq!(walk.view(who).await["contact"]["phone"], "138****8000", "{who}");
        let all = read_by(&walk, who).await;
        assert!(!all.contains("13800138000"), "{who}: {all}");
    }
}

on_both!(
    in the sample district:
    an_assist_does_not_learn_who_filed_a_hidden_request,
    what_the_company_says_of_the_answer_is_not_read_by_who_may_not_know_who_filed,
    the_office_alone_knows_who_filed_a_sealed_request_and_makes_the_contact,
    a_complaint_about_a_unit_never_reaches_it,
    whoever_need_not_call_sees_the_number_masked,
);
