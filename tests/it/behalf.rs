//! What the office and a specialist file for a company, and an upper level's limit.

use crate::path::{Walk, form, on, reached, short};
use crate::support::app::{TestApp, on_both};
use crate::support::client::Answer;
use futures_util::future::join_all;
use serde_json::{Value, json};

/// Files for the equipment maker as somebody else, with what `change` says beside the ordinary.
async fn file(app: &TestApp, who: &str, change: Value) -> Answer {
    app.as_(who).post("/requests", form(app, "equipment", "land.supply", change)).await
}

/// A request so filed, on its way.
async fn filed<'a>(app: &'a TestApp, who: &str, change: Value) -> Walk<'a> {
    let filed = file(app, who, change).await.expect(201);
    Walk { app, company: "equipment", id: filed["id"].as_str().expect("an id").to_owned() }
}

fn can(view: &Value, act: &str) -> bool {
    view["possible"].as_array().expect("the acts possible").contains(&json!(act))
}

/// The ids of the requests in a list of this person's.
async fn listed(app: &TestApp, who: &str, query: &str) -> Vec<String> {
    let page = app.as_(who).get(&format!("/requests{query}")).await.expect(200);
    let items = page["items"].as_array().expect("a page has items").iter();
    items.map(|item| item["id"].as_str().expect("an item has an id").to_owned()).collect()
}

async fn all_users_of_a_company_are_told_what_was_filed_for_it_until_one_confirms(app: &mut TestApp) {
    let second =
        json!({ "person": { "name": "二号", "username": "equipment.second", "password": "One-door-in" } });
    let path = format!("/companies/{}/members", app.district.company("equipment"));
    app.as_("dispatcher").post(&path, second).await.expect(201);
    app.set_time(&on("09-28 09:30"));
    let hotline = json!({ "channel": "hotline", "outside": { "system": "12345", "number": "QD-0928-17" } });
    let walk = filed(app, "dispatcher", hotline).await;
    assert_eq!(
        walk.told().await,
        [
            "filed_for_you → equipment",
            "filed_for_you → equipment.second",
            "to_dispatch → business_environment"
        ]
    );
    // One working day after Monday 28 September.
    assert_eq!(walk.due("dispatch").await, "09-29 17:30");
    let office = walk.view("dispatcher").await;
    assert_eq!(office["on_behalf"], json!({}));
    assert_eq!(office["outside"], json!([{ "system": "12345", "number": "QD-0928-17" }]));
    assert!(!can(&office, "confirm"), "nobody confirms in place of the company");
    let company = walk.view("equipment").await;
    assert_eq!((&company["channel"], &company["on_behalf"]), (&json!("hotline"), &json!({})));
    assert!(company.get("outside").is_none() && company.get("limit_at").is_none(), "{company:#}");
    assert!(can(&company, "confirm") && can(&company, "withdraw"));

    let before = walk.stand().await;
    walk.act("dispatcher", "confirm", Value::Null).await.problem(403, "not_yours");
    walk.act("chemical", "confirm", Value::Null).await.problem(404, "not_found");
    walk.act("equipment", "confirm", json!({ "yes": true })).await.field_problem(
        422,
        "/yes",
        "unknown_field",
    );
    assert_eq!(walk.stand().await, before, "nothing changed");

    walk.at("09-28 10:00").act("equipment.second", "confirm", Value::Null).await.expect(200);
    assert_eq!(walk.told().await, ["confirmed → dispatcher"]);
    let company = walk.view("equipment").await;
    assert_eq!(short(&company["on_behalf"]["confirmed_at"]), "09-28 10:00");
    assert!(!can(&company, "confirm"));
    walk.act("equipment", "confirm", Value::Null).await.problem(409, "already_confirmed");
    walk.at("09-28 11:00").dispatch(&[("industry", "lead")]).await.expect(200);
    assert_eq!(walk.told().await, ["dispatched → equipment.second", "dispatched_to_you → industry"]);
    let acts: Vec<String> = walk.timeline("equipment").await.into_iter().map(|(_, act)| act).collect();
    assert_eq!(acts, ["file", "confirm", "dispatch"]);

    let own = Walk::file(app, "equipment", "land.supply", json!({})).await;
    let view = own.view("equipment").await;
    assert!(view.get("on_behalf").is_none() && !can(&view, "confirm"), "{view:#}");
    own.act("equipment", "confirm", Value::Null).await.problem(409, "not_on_behalf");
}

async fn what_was_filed_for_a_company_it_may_withdraw_unconfirmed(app: &mut TestApp) {
    let walk = filed(app, "dispatcher", json!({ "channel": "counter" })).await;
    walk.at("09-28 09:00").act("equipment", "withdraw", Value::Null).await.expect(200);
    walk.act("equipment", "confirm", Value::Null).await.problem(409, "already_ended");
    assert!(!can(&walk.view("equipment").await, "confirm"));
}

async fn a_specialist_reads_what_was_filed_on_a_visit_as_the_company_does(app: &mut TestApp) {
    let uscc = app.as_("dispatcher").get("/companies").await.expect(200)["items"][0]["uscc"].clone();
    let found = format!("/companies?uscc={}", uscc.as_str().expect("a code"));
    let found = app.as_("specialist").get(&found).await.expect(200);
    assert_eq!(found["items"].as_array().map(Vec::len), Some(1), "whom to file for can be looked up");

    app.set_time(&on("09-28 09:30"));
    let other = Walk::file(app, "equipment", "land.supply", json!({})).await;
    let outside = json!({ "system": "走访", "number": "V-7" });
    let visit = json!({ "channel": "visit", "confidence": "sealed", "outside": outside });
    let walk = filed(app, "specialist", visit).await;
    assert_eq!(listed(app, "specialist", "").await, [walk.id.as_str()]);
    walk.at("09-28 10:00").dispatch(&[("industry", "lead"), ("permits", "assist")]).await.expect(200);
    let specialist = walk.view("specialist").await;
    assert_eq!(specialist["possible"], json!([]));
    let mut company = walk.view("equipment").await;
    company["possible"] = json!([]);
    assert_eq!(specialist, company, "the same, without acts");
    let before = walk.stand().await;
    for (act, body) in [
        ("confirm", Value::Null),
        ("withdraw", Value::Null),
        ("ask-withdrawal", json!({ "reason": "不办了" })),
        ("conclude", Value::Null),
        ("decline", json!({ "ground": "in_litigation", "text": "诉讼中" })),
    ] {
        walk.act("specialist", act, body).await.problem(403, "not_yours");
    }
    other.act("specialist", "confirm", Value::Null).await.problem(404, "not_found");
    app.as_("specialist").get("/board").await.problem(403, "not_allowed");
    assert_eq!(walk.stand().await, before, "nothing changed");
    for query in ["?sort=due", "?light=green", "?channel=visit&company="] {
        let company = app.district.company("equipment");
        let query = if query.ends_with('=') { format!("{query}{company}") } else { query.to_owned() };
        assert_eq!(listed(app, "specialist", &query).await, [walk.id.as_str()], "{query}");
    }
    let assists = format!("?unit={}", app.district.unit("permits"));
    assert_eq!(listed(app, "specialist", &assists).await, [""; 0], "who assists is not asked either");

    let told = app.as_("dispatcher").get(&format!("/requests/{}/timeline", walk.id)).await.expect(200);
    let file = &told["items"][0];
    assert_eq!((&file["act"], &file["capacity"]), (&json!("file"), &json!("specialist")));
    assert_eq!(
        (&file["detail"]["channel"], &file["detail"]["outside_system"], &file["detail"]["outside_number"]),
        (&json!("visit"), &json!("走访"), &json!("V-7"))
    );
    let chained = walk.chained().await;
    assert!(!chained.contains("走访") && !chained.contains("V-7"), "{chained}");
    for unit in ["industry.handler", "permits.handler"] {
        let path = format!("/requests/{}", walk.id);
        let view = app.as_(unit).get(&path).await.expect(200).to_string();
        let told = app.as_(unit).get(&format!("{path}/timeline")).await.expect(200).to_string();
        assert!(
            !view.contains("V-7") && !told.contains("V-7"),
            "the number leads to who filed: {view} {told}"
        );
        assert!(view.contains("on_behalf"), "that it was filed for somebody is no secret");
    }
}

async fn a_specialist_who_works_on_it_sees_it_as_the_unit_does(app: &mut TestApp) {
    app.set_time(&on("09-28 09:30"));
    let role = json!({ "role": "handler", "unit_id": app.district.unit("industry") });
    let path = format!("/people/{}/memberships", app.district.person("specialist"));
    app.as_("admin").post(&path, role).await.expect(201);
    let led = filed(app, "specialist", json!({ "channel": "visit" })).await;
    let elsewhere = filed(app, "specialist", json!({ "channel": "visit" })).await;
    let others = Walk::file(app, "chemical", "land.supply", json!({})).await;
    for walk in [&led, &others] {
        walk.at("09-28 10:00").dispatch(&[("industry", "lead")]).await.expect(200);
    }
    elsewhere.dispatch(&[("permits", "lead"), ("natural_resources", "assist")]).await.expect(200);
    let kinds = |view: &Value| view["clocks"].as_array().map_or(0, Vec::len);
    // Contact, feedback and conclusion of the lead, the office's to dispatch, and the two the company is shown.
    assert_eq!(kinds(&led.view("specialist").await), 6);
    assert_eq!(kinds(&elsewhere.view("specialist").await), 2, "what the company is shown");
    led.on_share("industry", "specialist", "sign", Value::Null).await.expect(200);

    let mut all = [led.id.clone(), elsewhere.id.clone(), others.id.clone()];
    all.sort();
    for query in ["", "?sort=due", "?light=green"] {
        let mut found = listed(app, "specialist", query).await;
        found.sort();
        assert_eq!(found, all, "{query}");
    }
    let of_company = format!("?company={}&sort=due", app.district.company("equipment"));
    let mut found = listed(app, "specialist", &of_company).await;
    found.sort();
    assert_eq!(found, all.iter().filter(|id| **id != others.id).cloned().collect::<Vec<_>>());
    let of_unit = |unit: &str| format!("?unit={}", app.district.unit(unit));
    assert_eq!(listed(app, "specialist", &of_unit("permits")).await, [elsewhere.id.as_str()], "who leads it");
    assert_eq!(listed(app, "specialist", &of_unit("natural_resources")).await, [""; 0]);
    assert_eq!(listed(app, "specialist", &of_unit("industry")).await.len(), 2);
    // Contact of the unit is met; of what was filed and lies elsewhere the company's own contact is due first.
    led.on_share("industry", "specialist", "contact", reached()).await.expect(200);
    let page = app.as_("specialist").get("/requests?sort=due").await.expect(200);
    let due = |walk: &Walk<'_>| {
        let mut items = page["items"].as_array().expect("items").iter();
        short(&items.find(|item| item["id"] == walk.id.as_str()).expect("it is listed")["due_at"])
    };
    assert_eq!((due(&led), due(&elsewhere)), ("10-08 17:30".to_owned(), "09-29 17:30".to_owned()));
}

async fn each_way_in_and_each_outside_number_is_its_own(app: &mut TestApp) {
    let count =
        async || app.as_("auditor").get("/requests").await.expect(200)["items"].as_array().map(Vec::len);
    let before = count().await;
    let outside = json!({ "system": "省平台", "number": "S-1" });
    let own = file(app, "equipment", json!({ "channel": "hotline" })).await.field_problem(
        422,
        "/channel",
        "unknown_word",
    );
    assert!(own.to_string().contains("app, web"), "{own}");
    let own = file(app, "equipment", json!({ "outside": outside })).await;
    own.field_problem(422, "/outside", "outside_not_here");
    for who in ["dispatcher", "specialist"] {
        file(app, who, json!({})).await.field_problem(422, "/channel", "missing_field");
        for channel in ["app", "web"] {
            let refused = file(app, who, json!({ "channel": channel })).await;
            let refused = refused.field_problem(422, "/channel", "unknown_word");
            assert!(refused.to_string().contains("hotline, visit, monitor, upper_level, email, counter"));
        }
    }
    for who in ["industry.handler", "leader", "supervisor", "auditor", "admin"] {
        let refused = file(app, who, json!({ "channel": "visit" })).await;
        refused.field_problem(422, "/company", "reference_unknown");
    }
    let with_limit = |channel: &str, limit: &str| json!({ "channel": channel, "outside": { "system": "省平台", "number": "S-1", "limit_at": limit } });
    for (channel, limit, code) in [
        ("hotline", on("09-30 12:00"), "limit_not_here"),
        ("upper_level", on("09-24 16:40"), "not_in_future"),
        ("upper_level", "2027-09-26T09:00:00+08:00".to_owned(), "date_too_late"),
    ] {
        let refused = file(app, "dispatcher", with_limit(channel, &limit)).await;
        refused.field_problem(422, "/outside/limit_at", code);
    }
    let company = json!({ "company": { "name": "筹建处", "standing": "prospective" } });
    let company = app.as_("dispatcher").post("/companies", company).await.expect(201)["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    app.as_("dispatcher").post(&format!("/companies/{company}/disable"), Value::Null).await.expect(200);
    let shut_out = json!({ "company": company, "channel": "visit" });
    file(app, "specialist", shut_out).await.field_problem(422, "/company", "reference_not_valid");
    assert_eq!(count().await, before, "nothing was filed");

    let numbered = json!({ "channel": "email", "outside": outside });
    let twice = [file(app, "dispatcher", numbered.clone()), file(app, "specialist", numbered.clone())];
    let twice = join_all(twice).await;
    let (won, lost): (Vec<Answer>, Vec<Answer>) = twice.into_iter().partition(|answer| answer.status == 201);
    assert_eq!((won.len(), lost.len()), (1, 1), "one of them has the number");
    for answer in lost {
        answer.field_problem(409, "/outside/number", "already_exists");
    }
    file(app, "dispatcher", numbered).await.problem(409, "already_exists");
    let elsewhere = json!({ "channel": "email", "outside": { "system": "市平台", "number": "S-1" } });
    file(app, "dispatcher", elsewhere).await.expect(201);
}

async fn an_upper_levels_limit_tightens_what_is_promised_and_nothing_passes_it(app: &mut TestApp) {
    app.set_time(&on("09-28 09:30"));
    let order = |number: &str, limit: &str| {
        json!({ "channel": "upper_level",
            "outside": { "system": "市督查", "number": number, "limit_at": on(limit) } })
    };
    let walk = filed(app, "dispatcher", order("D-1", "09-30 12:00")).await;
    assert_eq!(walk.due("dispatch").await, "09-29 17:30", "the office's own time is not the order's");
    let parts = [("industry", "lead"), ("natural_resources", "told branch"), ("permits", "assist")];
    walk.at("09-28 10:00").dispatch(&parts).await.expect(200);
    for who in ["equipment", "dispatcher", "industry.handler", "permits.handler"] {
        assert_eq!(short(&walk.view(who).await["limit_at"]), "09-30 12:00", "{who}");
    }
    // Ours were Thursday 8 October, and Friday 23 October to the conclusion.
    for (clock, due) in [
        ("company_contact", "09-29 17:30"),
        ("industry contact", "09-29 17:30"),
        ("company_feedback", "09-30 12:00"),
        ("industry feedback", "09-30 12:00"),
        ("natural_resources feedback", "09-30 12:00"),
        ("industry conclusion", "09-30 12:00"),
        ("permits assist", "09-30 17:30"),
    ] {
        assert_eq!(walk.due(clock).await, due, "{clock}");
    }
    let feedback = walk.clock("industry feedback").await;
    assert_eq!(
        (short(&feedback["warn_at"]), short(&feedback["ask_by"])),
        ("09-29 17:30".into(), "09-29 17:30".into())
    );
    let path = format!("/requests/{}/due-explanation?clock=company_feedback", walk.id);
    let explained = app.as_("equipment").get(&path).await.expect(200);
    assert_eq!(short(&explained["no_later_than"]["at"]), "09-30 12:00");
    assert_eq!(explained["no_later_than"]["words"], "以上级交办期限为准，承诺、延期和暂停均不得超过");
    let english = app.as_("equipment").speaking("en").get(&path).await.expect(200);
    let words = "The upper level's limit holds; no promise, extension or pause passes it";
    assert_eq!(english["no_later_than"]["words"], words);
    let contact = path.replace("company_feedback", "company_contact");
    assert!(app.as_("equipment").get(&contact).await.expect(200).get("no_later_than").is_none());

    // Papers are waited for from Monday 14:00 to Tuesday 14:00, which would move our own date to Friday 9 October.
    let list = json!({ "list": "宗地图" });
    walk.at("09-28 14:00").act("dispatcher", "ask-info", list).await.expect(200);
    assert_eq!(walk.due("company_feedback").await, "");
    walk.at("09-29 14:00").act("equipment", "supplement", json!({ "answer": "已补" })).await.expect(200);
    for clock in ["company_feedback", "industry feedback", "industry conclusion"] {
        assert_eq!(walk.due(clock).await, "09-30 12:00", "{clock}");
    }

    // A limit later than ours binds only what would be later still.
    let later = filed(app, "dispatcher", order("D-2", "10-20 12:00")).await;
    later.at("09-29 15:00").dispatch(&[("industry", "lead")]).await.expect(200);
    // Three working days after Tuesday 29 September: 30 September, 8 and 9 October.
    assert_eq!(later.due("company_feedback").await, "10-09 17:30");
    assert_eq!(later.due("industry conclusion").await, "10-20 12:00");
    let path = format!("/requests/{}/due-explanation?clock=company_feedback", later.id);
    let explained = app.as_("equipment").speaking("en").get(&path).await.expect(200);
    assert_eq!(explained["no_later_than"]["words"], "It comes before the upper level's limit, and holds");
    // Dispatched after its limit it is red at once.
    let gone = filed(app, "dispatcher", order("D-3", "09-30 09:00")).await;
    gone.at("09-30 10:00").dispatch(&[("industry", "lead")]).await.expect(200);
    let feedback = gone.clock("company_feedback").await;
    assert_eq!((short(&feedback["due_at"]), &feedback["light"]), ("09-30 09:00".to_owned(), &json!("red")));
}

on_both!(
    in the sample district:
    all_users_of_a_company_are_told_what_was_filed_for_it_until_one_confirms,
    what_was_filed_for_a_company_it_may_withdraw_unconfirmed,
    a_specialist_reads_what_was_filed_on_a_visit_as_the_company_does,
    a_specialist_who_works_on_it_sees_it_as_the_unit_does,
    each_way_in_and_each_outside_number_is_its_own,
    an_upper_levels_limit_tightens_what_is_promised_and_nothing_passes_it,
);
