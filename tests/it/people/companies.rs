//! The office and the companies, and who files for a company.

use crate::support::app::{TestApp, on_both};
use crate::support::client::Client;
use crate::support::people::{PASSWORD, USCCS, admin, company, district, id, log_in, staff, text};
use serde_json::json;

async fn dispatcher(app: &TestApp) -> Client {
    let admin = admin(app, "keeper").await;
    let (_, office) = district(&admin).await;
    staff(app, &admin, "dispatcher", &[("dispatcher", Some(&office))]).await.0
}

async fn the_office_adds_a_company_with_its_first_user(app: &mut TestApp) {
    let office = dispatcher(app).await;
    let body = json!({
        "company": { "name": "某化工企业", "standing": "registered", "uscc": USCCS[0], "size": "medium",
                     "industry": "化学原料", "street": "某街道", "contact_name": "赵工", "contact_phone": "0532-86988888" },
        "person": { "name": "赵工", "phone": "13812341234" },
    });
    let added = office.post("/companies", body).await.expect(201);
    assert_eq!((&added["state"], &added["size"]), (&json!("active"), &json!("medium")));
    let user = log_in(app, "13812341234", text(&added, "one_time_password")).await;
    let change = json!({ "current": added["one_time_password"], "new": PASSWORD });
    user.post("/auth/password", change).await.expect(204);
    assert_eq!(
        user.get(&format!("/companies/{}", id(&added))).await.expect(200)["contact_phone"],
        "0532-86988888"
    );
    let without = json!({ "company": { "name": "某投资人", "standing": "prospective" } });
    assert_eq!(office.post("/companies", without.clone()).await.expect(201)["first_user_id"], json!(null));
    user.post("/companies", without).await.problem(403, "not_allowed");
}

async fn a_list_of_companies_is_paged_and_narrowed(app: &mut TestApp) {
    let office = dispatcher(app).await;
    let mut ids = Vec::new();
    for (uscc, phone) in USCCS.iter().zip(["13812341234", "13812341235", "13812341236"]) {
        ids.push(company(app, uscc, phone).await.1);
    }
    ids.sort_unstable();
    let first = office.get("/companies?limit=2").await;
    assert!(first.header("link").contains("rel=\"next\""), "{}", first.header("link"));
    let next =
        first.header("link").trim_start_matches("</api/v1").split('>').next().unwrap_or_default().to_owned();
    let second = office.get(&next).await;
    assert_eq!(second.header("link"), "");
    let of = |body: serde_json::Value| -> Vec<String> {
        body["items"].as_array().into_iter().flatten().map(id).collect()
    };
    let seen: Vec<String> = [of(first.expect(200)), of(second.expect(200))].concat();
    assert_eq!(seen, ids);
    let found = office.get(&format!("/companies?uscc={}", USCCS[1])).await.expect(200);
    assert_eq!(found["items"][0]["uscc"], USCCS[1]);
    office.get("/companies?uscc=123").await.field_problem(422, "?uscc", "uscc_length");
    office.get("/companies?state=sleeping").await.problem(400, "invalid_query");
    office.get("/companies?colour=red").await.problem(400, "invalid_query");
    office.get("/companies?cursor=nonsense").await.problem(400, "invalid_cursor");
    office.get("/companies?limit=101").await.field_problem(422, "?limit", "out_of_range");
}

async fn the_first_user_adds_colleagues_and_takes_them_off(app: &mut TestApp) {
    let (first, company) = company(app, USCCS[0], "13812341234").await;
    let path = format!("/companies/{company}/members");
    let colleague =
        |phone: &str| json!({ "person": { "name": "钱会计", "phone": phone, "password": PASSWORD } });
    app.set_time("2026-09-24T16:45:00+08:00");
    let added = first.post(&path, colleague("13812341235")).await.expect(201);
    let second = log_in(app, "13812341235", PASSWORD).await;
    assert_eq!(second.get(&path).await.expect(200)["items"].as_array().map(Vec::len), Some(2));
    second.post(&path, colleague("13812341236")).await.problem(403, "not_allowed");
    let me = first.get("/me").await.expect(200);
    second.delete(&format!("/memberships/{}", id(&me["memberships"][0]))).await.problem(404, "not_found");
    first.post(&path, json!({ "person_id": added["person_id"] })).await.problem(403, "not_allowed");
    first.post(&path, json!({})).await.field_problem(422, "/person", "missing_field");
    first.post(&path, colleague("13812341235")).await.field_problem(409, "/person/phone", "phone_taken");

    first.delete(&format!("/memberships/{}", text(&added, "membership_id"))).await.expect(204);
    second.get(&format!("/companies/{company}")).await.problem(404, "not_found");
    second.get(&path).await.problem(404, "not_found");
}

async fn when_the_first_user_leaves_the_next_one_follows(app: &mut TestApp) {
    let office = dispatcher(app).await;
    let (first, company) = company(app, USCCS[0], "13812341234").await;
    let path = format!("/companies/{company}/members");
    app.set_time("2026-09-24T16:45:00+08:00");
    let body = json!({ "person": { "name": "钱会计", "phone": "13812341235", "password": PASSWORD } });
    first.post(&path, body).await.expect(201);
    let second = log_in(app, "13812341235", PASSWORD).await;
    let membership = id(&first.get("/me").await.expect(200)["memberships"][0]);
    office.delete(&format!("/memberships/{membership}")).await.expect(204);
    let body = json!({ "person": { "name": "孙经理", "phone": "13812341236", "password": PASSWORD } });
    second.post(&path, body).await.expect(201);
}

on_both!(
    the_office_adds_a_company_with_its_first_user,
    a_list_of_companies_is_paged_and_narrowed,
    the_first_user_adds_colleagues_and_takes_them_off,
    when_the_first_user_leaves_the_next_one_follows,
);
