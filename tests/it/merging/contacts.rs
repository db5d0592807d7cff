//! A contact on the master that reaches the companies of echoes too.

use super::{confirm, merge, pair, part_of, twin};
use crate::path::{Walk, because, on, rating, reached};
use crate::support::app::{TestApp, on_both};
use serde_json::{Value, json};

/// A contact that reached the master's company and those of these echoes.
fn with(echoes: Value) -> Value {
    let mut contact = reached();
    contact["echoes"] = echoes;
    contact
}

async fn a_contact_on_the_master_meets_what_the_echoes_companies_were_promised(app: &mut TestApp) {
    let (master, first) = pair(app).await;
    let second = twin(app, "washer").await;
    second.at("09-28 11:00");
    merge(&second, &master).await.expect(200);
    let mut contact = with(json!([
        { "request": second.id, "whom": "孙经理" },
        { "request": first.id, "whom": "吴主任", "number": "13900139000" },
    ]));
    contact["claimed_at"] = json!(on("09-28 10:15"));
    master.at("09-28 15:00").on_share("industry", "handler", "contact", contact).await.expect(200);
    for walk in [&master, &first, &second] {
        assert_eq!(walk.end("company_contact").await, "met 09-28 15:00");
    }
    assert_eq!(master.end("industry contact").await, "met 09-28 15:00");
    let view = first.view("chemical").await;
    let contact = &view["contacts"][0];
    assert_eq!((&contact["whom"], &contact["number"]), (&json!("吴主任"), &json!("13900139000")));
    assert_eq!((&contact["unit"]["code"], contact.get("outcome")), (&json!("industry"), None));
    assert_eq!(contact.get("claimed_at"), None, "it was filed after that");
    let seen = first.view("dispatcher").await;
    assert_eq!(
        seen["contacts"][0]["outcome"], "并案一并联系",
        "what came of it is the other company's affair"
    );
    assert_eq!(master.view("dispatcher").await["contacts"].as_array().map(Vec::len), Some(1));

    // The office may do the same on behalf of a unit; who has been called once may be called again.
    let again = with(json!([{ "request": second.id, "whom": "孙经理" }]));
    master.at("09-28 16:00").on_share("industry", "dispatcher", "contact", again).await.expect(200);
    assert_eq!(second.end("company_contact").await, "met 09-28 15:00");
    assert_eq!(second.view("washer").await["contacts"][1]["unit"]["code"], "business_environment");
}

async fn a_contact_names_echoes_of_its_own_request_once_and_only_where_somebody_was_reached(
    app: &mut TestApp,
) {
    let (master, echo) = pair(app).await;
    let other = twin(app, "washer").await;
    let one = json!({ "request": echo.id, "whom": "吴主任" });
    let stands = async || (master.stand().await, echo.stand().await, other.stand().await);
    let before = stands().await;
    let contact = async |form: Value| master.on_share("industry", "handler", "contact", form).await;
    let mut unreached = with(json!([one]));
    unreached["reached"] = json!(false);
    contact(unreached).await.field_problem(422, "/echoes", "echoes_not_reached");
    contact(with(json!([one, one]))).await.field_problem(422, "/echoes/1/request", "echo_twice");
    for stranger in [&other.id, &master.id] {
        let form = with(json!([one, { "request": stranger, "whom": "某人" }]));
        contact(form).await.field_problem(422, "/echoes/1/request", "reference_unknown");
    }
    assert_eq!(stands().await, before, "nothing changed");
}

async fn a_contact_that_reached_an_echo_is_settled_with_its_answer(app: &mut TestApp) {
    let (master, first) = pair(app).await;
    let second = twin(app, "washer").await;
    second.at("09-28 11:00");
    merge(&second, &master).await.expect(200);
    let both = json!([{ "request": first.id, "whom": "吴主任" }, { "request": second.id, "whom": "孙经理" }]);
    master.at("09-28 15:00").on_share("industry", "handler", "contact", with(both)).await.expect(200);
    let contest = async |walk: &Walk<'_>| {
        let id = walk.view("dispatcher").await["contacts"][0]["id"].as_str().expect("an id").to_owned();
        let path = format!("/contacts/{id}/contest");
        walk.app.as_(walk.company).post(&path, because("没有接到电话")).await
    };
    first.at("09-28 16:00");
    contest(&first).await.expect(200);
    confirm(&first, "水已恢复。").await;
    confirm(&second, "水已恢复。").await;
    master.at("09-29 10:00").answer("industry").await;
    master.at("09-29 11:00").release("industry").await;
    let blamed = part_of(&master, "industry").await;
    let again = json!({ "findings": "属实", "ruling": "rework", "public_text": "重办", "blamed": [blamed] });
    for walk in [&first, &second] {
        walk.act(walk.company, "rating", rating("dissatisfied", false)).await.expect(201);
        walk.at("09-29 14:00").act("dispatcher", "callback", again.clone()).await.expect(201);
    }
    assert_eq!(second.view("washer").await["contacts"][0]["contestable"], false);
    let before = second.stand().await;
    contest(&second).await.problem(409, "already_answered");
    assert_eq!(second.stand().await, before, "nothing changed");

    // One working day after the merging, Tuesday 29 September at 17:30, had not passed when the answer came.
    let ruled = first.view("dispatcher").await["contacts"][0]["contest"]["id"].clone();
    let path = format!("/contests/{}/ruling", ruled.as_str().expect("an id"));
    let ruling = json!({ "ruling": "upheld", "reason": "已核对" });
    first.at("09-30 10:00").app.as_("dispatcher").post(&path, ruling).await.expect(200);
    assert_eq!(first.end("company_contact").await, "void 09-29 11:00");
}

async fn who_may_not_know_who_filed_an_echo_does_not_call_its_company(app: &mut TestApp) {
    let parts = [("industry", "lead"), ("natural_resources", "told branch")];
    let master = Walk::under_way(app, &parts).await;
    app.set_time(&on("09-28 10:30"));
    let of = async |confidence: &str| {
        let form = json!({ "confidence": confidence });
        let walk = Walk::file(app, "chemical", "land.supply", form).await;
        merge(&walk, &master).await.expect(200);
        walk
    };
    let (open, hidden, sealed) = (of("open").await, of("hidden").await, of("sealed").await);
    let seen = master.view("industry.handler").await["echoes"].clone();
    let known = |view: &Value| {
        view.as_array().expect("echoes").iter().filter(|one| !one["company"].is_null()).count()
    };
    assert_eq!((seen.as_array().map(Vec::len), known(&seen)), (Some(3), 2), "the sealed one names nobody");
    assert_eq!(known(&master.view("dispatcher").await["echoes"]), 3);

    let call = async |unit: &str, who: &str, echo: &Walk<'_>| {
        let form = with(json!([{ "request": echo.id, "whom": "吴主任" }]));
        master.on_share(unit, who, "contact", form).await
    };
    let place = "/echoes/0/request";
    call("natural_resources", "handler", &hidden).await.field_problem(422, place, "reference_unknown");
    call("natural_resources", "handler", &sealed).await.field_problem(422, place, "reference_unknown");
    call("industry", "handler", &sealed).await.field_problem(422, place, "sealed_takes_no_contact");
    assert_eq!(sealed.end("company_contact").await, "open");
    master.at("09-28 15:00");
    call("natural_resources", "handler", &open).await.expect(200);
    call("industry", "handler", &hidden).await.expect(200);
    call("industry", "dispatcher", &sealed).await.expect(200);
    for echo in [&open, &hidden, &sealed] {
        assert_eq!(echo.end("company_contact").await, "met 09-28 15:00");
    }
}

on_both!(in the sample district:
    a_contact_on_the_master_meets_what_the_echoes_companies_were_promised,
    a_contact_names_echoes_of_its_own_request_once_and_only_where_somebody_was_reached,
    a_contact_that_reached_an_echo_is_settled_with_its_answer,
    who_may_not_know_who_filed_an_echo_does_not_call_its_company,
);
