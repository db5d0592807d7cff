//! Lists of requests: pages, lights, filters, and who sees what.

use crate::support::app::{TestApp, on_both};
use crate::support::client::Client;
use crate::support::district::{Bureau, District, Firm};
use onedoor::domain::ids::Id;
use serde_json::{Value, json};

/// All items of a list, page by page; `between` is done after each page.
async fn pages(client: &Client, path: &str, mut between: impl AsyncFnMut()) -> Vec<Value> {
    let mut items = Vec::new();
    let mut next = path.to_owned();
    loop {
        let answer = client.get(&next).await;
        let link = answer.header("link").to_owned();
        let page = answer.expect(200);
        items.extend(page["items"].as_array().expect("a page has items").clone());
        let Some(cursor) = page["next"].as_str() else {
            assert!(link.is_empty(), "the last page links to none");
            return items;
        };
        next = link.split(['<', '>']).nth(1).expect("a page links to the next").to_owned();
        assert!(next.contains(cursor) && next.starts_with("/api/v1/"), "{next}");
        between().await;
    }
}

async fn all(client: &Client, path: &str) -> Vec<Value> {
    pages(client, path, async || {}).await
}

fn ids(items: &[Value]) -> Vec<&str> {
    items.iter().map(|item| item["id"].as_str().expect("an item has an id")).collect()
}

fn sorted(items: &[Value]) -> Vec<&str> {
    let mut ids = ids(items);
    ids.sort_unstable();
    ids
}

fn titles(items: &[Value]) -> Vec<&str> {
    items.iter().map(|item| item["title"].as_str().expect("an item has a title")).collect()
}

/// Thirty requests filed over a day and in several states.
async fn thirty(app: &TestApp, district: &District) -> Vec<Id> {
    let mut filed = Vec::new();
    for number in 0..30 {
        app.set_time(&format!("2026-09-23T{:02}:{:02}:00+08:00", 9 + number / 6, number % 6 * 10));
        let firm = if number % 3 == 0 { &district.bakery } else { &district.mill };
        let urgency = if number % 7 == 0 { "urgent" } else { "normal" };
        filed.push(district.file(firm, &format!("第{number:02}件"), json!({ "urgency": urgency })).await);
    }
    for (number, request) in filed.iter().enumerate() {
        app.set_time(&format!("2026-09-23T14:{number:02}:00+08:00"));
        match number % 5 {
            0 => {}
            1 => {
                let path = format!("/requests/{request}/decline");
                let decline = json!({ "ground": "already_handled", "text": "已答复过" });
                district.dispatcher.post(&path, decline).await.expect(200);
            }
            2 => {
                district.dispatch(*request, &[(&district.industry, "lead")]).await;
            }
            3 => {
                let parts = [(&district.resources, "lead"), (&district.industry, "assist")];
                district.dispatch(*request, &parts).await;
            }
            _ => {
                let dispatched = district.dispatch(*request, &[(&district.industry, "lead")]).await;
                let assignment = district.answer(&dispatched, &district.industry).await;
                if number % 2 == 0 {
                    district.release(assignment).await;
                }
            }
        }
    }
    filed
}

async fn pages_are_complete_and_without_duplicates_while_new_requests_are_filed(app: &mut TestApp) {
    let district = District::lay(app).await;
    let filed = thirty(app, &district).await;
    let mut newest_first: Vec<String> = filed.iter().map(Id::to_string).collect();
    newest_first.reverse();
    app.set_time("2026-09-24T09:00:00+08:00");
    let one_more = async || {
        district.file(&district.mill, "后来的", json!({})).await;
    };
    let items = pages(&district.dispatcher, "/requests?limit=7", one_more).await;
    assert_eq!(ids(&items), newest_first);

    for client in [&district.both, &district.supervisor, &district.mill.user] {
        let whole = all(client, "/requests?limit=100").await;
        let by_due = all(client, "/requests?sort=due&limit=3").await;
        let dues: Vec<&str> = by_due.iter().map(|item| item["due_at"].as_str().expect("it is due")).collect();
        assert!(dues.is_sorted() && !dues.is_empty(), "{dues:?}");
        let with_a_date: Vec<Value> = whole.into_iter().filter(|item| item["light"] != "none").collect();
        assert_eq!(sorted(&by_due), sorted(&with_a_date));
    }

    let by_due = pages(&district.auditor, "/requests?sort=due&limit=4&filed_to=2026-09-23", one_more).await;
    let dues: Vec<&str> = by_due.iter().map(|item| item["due_at"].as_str().expect("it is due")).collect();
    assert!(dues.is_sorted(), "{dues:?}");
    let with_a_date: Vec<Value> = items.into_iter().filter(|item| item["light"] != "none").collect();
    assert_eq!(sorted(&by_due), sorted(&with_a_date));
}

async fn lights_stay_as_they_were_at_the_first_page(app: &mut TestApp) {
    let district = District::lay(app).await;
    app.set_time("2026-09-23T09:00:00+08:00");
    for number in 0..4 {
        district.file(&district.mill, &format!("{number}"), json!({})).await;
    }
    app.set_time("2026-09-24T17:00:00+08:00");
    let turn = async || app.set_time("2026-09-24T17:30:01+08:00");
    let items = pages(&district.dispatcher, "/requests?limit=2", turn).await;
    assert!(items.iter().all(|item| item["light"] == "yellow"), "{items:#?}");
    app.set_time("2026-09-24T17:30:00+08:00");
    let by_light = pages(&district.dispatcher, "/requests?light=yellow&limit=3", turn).await;
    assert_eq!(by_light.len(), 4, "the due instant itself is still in time");
    let later = all(&district.dispatcher, "/requests?light=red").await;
    assert_eq!(later.len(), 4);
}

/// Every item has the light that was asked for, and each is in exactly one of the four lists.
async fn lights_agree(client: &Client, filter: &str) -> Vec<&'static str> {
    let whole = all(client, &format!("/requests?limit=100{filter}")).await;
    let mut met = Vec::new();
    let mut by_light = Vec::new();
    for light in ["red", "yellow", "green", "none"] {
        let items = all(client, &format!("/requests?limit=9&light={light}{filter}")).await;
        for item in &items {
            assert_eq!(item["light"], light, "{item:#}");
            let same = whole.iter().find(|other| other["id"] == item["id"]);
            assert_eq!(same, Some(item), "the same with and without the filter");
        }
        if !items.is_empty() {
            met.push(light);
        }
        by_light.extend(items);
    }
    assert_eq!(sorted(&by_light), sorted(&whole), "{filter}");
    met
}

async fn each_light_is_a_list_of_its_own_for_everybody(app: &mut TestApp) {
    let district = District::lay(app).await;
    thirty(app, &district).await;
    let [industry, resources] =
        [&district.industry, &district.resources].map(|unit| format!("&unit={}", unit.id));
    let mut met = Vec::new();
    for at in ["2026-09-24T10:00:00+08:00", "2026-09-24T18:00:00+08:00", "2026-09-28T18:00:00+08:00"] {
        app.set_time(at);
        for client in [&district.dispatcher, &district.supervisor, &district.both] {
            met.extend(lights_agree(client, "").await);
            met.extend(lights_agree(client, &industry).await);
            met.extend(lights_agree(client, &resources).await);
        }
        met.extend(lights_agree(&district.industry.handler, "").await);
        met.extend(lights_agree(&district.mill.user, "").await);
        met.extend(lights_agree(&district.mill.user, &industry).await);
    }
    for light in ["red", "yellow", "green", "none"] {
        assert!(met.contains(&light), "the scenario shows {light}");
    }
}

async fn a_unit_and_the_office_asking_for_it_see_the_units_own_light(app: &mut TestApp) {
    let district = District::lay(app).await;
    app.set_time("2026-09-28T10:00:00+08:00");
    let request = district.file(&district.mill, "用地", json!({})).await;
    let parts = [(&district.industry, "lead"), (&district.permits, "assist")];
    district.dispatch(request, &parts).await;
    app.set_time("2026-09-29T17:31:00+08:00");
    let light = async |client: &Client, path: &str| all(client, path).await[0]["light"].clone();
    assert_eq!(light(&district.dispatcher, "/requests").await, "red");
    assert_eq!(light(&district.industry.handler, "/requests").await, "red");
    assert_eq!(light(&district.permits.handler, "/requests").await, "yellow");
    assert_eq!(
        light(&district.dispatcher, &format!("/requests?unit={}", district.permits.id)).await,
        "yellow"
    );
    assert_eq!(light(&district.mill.user, "/requests").await, "red");
    let due = all(&district.permits.handler, "/requests").await[0]["due_at"].clone();
    assert_eq!(due, "2026-09-30T17:30:00+08:00");
}

async fn each_filter_narrows_by_what_the_items_show(app: &mut TestApp) {
    let district = District::lay(app).await;
    thirty(app, &district).await;
    app.set_time("2026-09-24T10:00:00+08:00");
    let client = &district.dispatcher;
    let whole = all(client, "/requests?limit=100").await;
    let expect = async |filter: &str, holds: &dyn Fn(&Value) -> bool| {
        let found = all(client, &format!("/requests?limit=11&{filter}")).await;
        let wanted: Vec<Value> = whole.iter().filter(|item| holds(item)).cloned().collect();
        assert!(!wanted.is_empty() && wanted.len() < whole.len(), "{filter} tells something apart");
        assert_eq!(sorted(&found), sorted(&wanted), "{filter}");
    };
    for state in ["submitted", "in_progress", "answered", "declined"] {
        expect(&format!("state={state}"), &|item| item["state"] == state).await;
    }
    expect("urgency=urgent", &|item| item["urgency"] == "urgent").await;
    let company = district.bakery.id;
    expect(&format!("company={company}"), &|item| item["company"]["id"] == json!(company)).await;
    let unit = json!(district.resources.id);
    let has_unit =
        |item: &Value| item["units"].as_array().is_some_and(|units| units.iter().any(|on| on["id"] == unit));
    expect(&format!("unit={}", district.resources.id), &has_unit).await;
    let at = |item: &Value| item["filed_at"].as_str().map(str::to_owned).unwrap_or_default();
    expect("filed_from=2026-09-23T11:00:00%2B08:00", &|item| at(item).as_str() >= "2026-09-23T11:00:00")
        .await;
    expect("filed_to=2026-09-23T11:00:00%2B08:00", &|item| at(item).as_str() <= "2026-09-23T11:00:00+08:00")
        .await;
    let due = |item: &Value| item["due_at"].as_str().map(|at| at[..10].to_owned());
    let lead_due = "2026-09-24".to_owned();
    expect("due_from=2026-09-24&due_to=2026-09-24", &|item| due(item) == Some(lead_due.clone())).await;
    for filter in [format!("category={}", district.site), format!("category={}", district.land)] {
        assert_eq!(all(client, &format!("/requests?limit=50&{filter}")).await.len(), whole.len());
    }
    assert!(all(client, &format!("/requests?category={}", district.mill.id)).await.is_empty());
    assert!(all(client, "/requests?kind=complaint").await.is_empty());
    assert!(all(client, "/requests?channel=hotline").await.is_empty());
}

async fn what_a_list_is_asked_wrongly_is_told(app: &mut TestApp) {
    let district = District::lay(app).await;
    let get = async |query: &str| district.dispatcher.get(&format!("/requests?{query}")).await;
    get("filed_from=yesterday").await.field_problem(422, "?filed_from", "invalid_date");
    get("limit=0").await.field_problem(422, "?limit", "out_of_range");
    get("cursor=abc").await.field_problem(400, "?cursor", "invalid_cursor");
    get("light=blue").await.problem(400, "invalid_query");
    get("colour=red").await.problem(400, "invalid_query");
    for _ in 0..2 {
        district.file(&district.mill, "一", json!({})).await;
    }
    let cursor = get("limit=1").await.expect(200)["next"].as_str().map(str::to_owned).expect("a second page");
    for other in ["limit=1&sort=due", "limit=1&state=submitted", "limit=1&filed_to=2026-09-24"] {
        let answer = get(&format!("{other}&cursor={cursor}")).await;
        answer.field_problem(400, "?cursor", "invalid_cursor");
    }
    let same = get(&format!("limit=2&sort=filed&cursor={cursor}")).await.expect(200);
    assert_eq!(same["items"].as_array().map(Vec::len), Some(1));
    app.stranger().get("/requests").await.problem(401, "not_logged_in");
}

/// What `client` finds, by title, without and with asking for the company.
async fn found(client: &Client, firm: &Firm) -> (Vec<String>, Vec<String>) {
    let listed = async |path: String| {
        let items = all(client, &path).await;
        let mut titles: Vec<String> = titles(&items).into_iter().map(str::to_owned).collect();
        titles.sort_unstable();
        titles
    };
    let whole = listed("/requests".to_owned()).await;
    (whole, listed(format!("/requests?company={}", firm.id)).await)
}

async fn nobody_learns_from_a_list_what_they_may_not_see(app: &mut TestApp) {
    let district = District::lay(app).await;
    for (confidence, minute) in [("open", 0), ("hidden", 1), ("sealed", 2)] {
        app.set_time(&format!("2026-09-28T09:3{minute}:00+08:00"));
        let request = district.file(&district.mill, confidence, json!({ "confidence": confidence })).await;
        let parts: [(&Bureau, &str); 2] = [(&district.industry, "lead"), (&district.permits, "assist")];
        district.dispatch(request, &parts).await;
    }
    let everything = vec!["hidden", "open", "sealed"];
    assert_eq!(found(&district.dispatcher, &district.mill).await.1, everything);
    assert_eq!(found(&district.mill.user, &district.mill).await.1, everything);

    let (seen, by_company) = found(&district.industry.handler, &district.mill).await;
    assert_eq!((seen, by_company), (vec_of(&["hidden", "open", "sealed"]), vec_of(&["hidden", "open"])));
    let (seen, by_company) = found(&district.permits.handler, &district.mill).await;
    assert_eq!((seen, by_company), (vec_of(&["hidden", "open", "sealed"]), vec_of(&["open"])));
    for client in [&district.bakery.user, &district.resources.handler, &district.admin] {
        assert_eq!(found(client, &district.mill).await, (Vec::new(), Vec::new()));
    }

    let shown = async |client: &Client| {
        let items = all(client, "/requests").await;
        let named = items.iter().filter(|item| !item["company"].is_null());
        named.map(|item| item["confidence"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(shown(&district.industry.handler).await, ["hidden", "open"]);
    assert_eq!(shown(&district.permits.handler).await, ["open"]);
    assert_eq!(shown(&district.auditor).await.len(), 3);

    let units = async |client: &Client| all(client, "/requests").await[0]["units"].clone();
    let lead = json!({ "id": district.industry.id, "name": "工信局", "part": "lead" });
    let assist = json!({ "id": district.permits.id, "name": "审批局", "part": "assist" });
    assert_eq!(units(&district.mill.user).await, json!([lead]));
    assert_eq!(units(&district.permits.handler).await, json!([lead, assist]));
    let by_assist = format!("/requests?unit={}", district.permits.id);
    assert!(all(&district.mill.user, &by_assist).await.is_empty(), "a company does not learn who assists");
    assert_eq!(all(&district.mill.user, &format!("/requests?unit={}", district.industry.id)).await.len(), 3);
    assert_eq!(all(&district.industry.handler, &by_assist).await.len(), 3);
}

fn vec_of(titles: &[&str]) -> Vec<String> {
    titles.iter().map(|title| (*title).to_owned()).collect()
}

on_both!(
    pages_are_complete_and_without_duplicates_while_new_requests_are_filed,
    lights_stay_as_they_were_at_the_first_page,
    each_light_is_a_list_of_its_own_for_everybody,
    a_unit_and_the_office_asking_for_it_see_the_units_own_light,
    each_filter_narrows_by_what_the_items_show,
    what_a_list_is_asked_wrongly_is_told,
    nobody_learns_from_a_list_what_they_may_not_see,
);
