//! The inbox: what somebody is told in the application, by whom it is seen, and what is unread.

use crate::support::app::{TestApp, on_both};
use crate::support::walk::{self, LEAD, dispatch, file, text};
use diesel::prelude::*;
use onedoor::db::schema::{inbox, persons};
use onedoor::domain::ids::Id;
use serde_json::{Value, json};

/// The name of the loop.
pub(crate) const HAND_OUT: &str = "hand out notices";

async fn items(app: &TestApp, who: &str) -> Vec<Value> {
    let page = app.as_(who).get("/inbox?limit=100").await.expect(200);
    page["items"].as_array().expect("items").clone()
}

async fn unread(app: &TestApp, who: &str) -> u64 {
    app.as_(who).get("/inbox/unread").await.expect(200)["unread"].as_u64().expect("a number")
}

fn kinds(items: &[Value]) -> Vec<&str> {
    items.iter().map(|item| item["kind"].as_str().expect("a kind")).collect()
}

/// Takes the e-mail of everybody away.
async fn without_addresses(app: &TestApp) {
    let write = app.context.db.write(|conn| {
        diesel::update(persons::table).set(persons::email.eq(None::<String>)).execute(conn)?;
        Ok(())
    });
    write.await.expect("the addresses can be taken away");
}

async fn who_has_no_address_is_told_in_the_application(app: &mut TestApp) {
    without_addresses(app).await;
    let request = file(app, json!({})).await;
    dispatch(app, &request).await;
    assert!(items(app, "chemical").await.is_empty(), "nothing was handed out yet");
    app.step(HAND_OUT).await;

    let told = items(app, "chemical").await;
    assert_eq!(kinds(&told), ["dispatched", "received"], "the newest first");
    assert_eq!(told[1]["words"], "您的诉求已收到");
    assert_eq!(told[1]["request"]["id"], json!(request));
    assert_eq!(told[1]["request"]["title"], "厂区路口信号灯设置不清");
    assert!(told[1]["request"]["number"].as_str().expect("a number").starts_with("QS"));
    assert_eq!(told[1]["created_at"], "2026-09-24T16:40:00+08:00");
    let english = app.as_("chemical").speaking("en").get("/inbox?limit=1").await.expect(200);
    assert_eq!(english["items"][0]["words"], "Your request is with the unit that answers for it");

    for who in ["traffic_police.handler", "traffic_police.signer"] {
        assert_eq!(kinds(&items(app, who).await), ["dispatched_to_you"], "{who}");
    }
    assert_eq!(kinds(&items(app, "dispatcher").await), ["to_dispatch"]);
    for who in ["washer", "industry.handler", "auditor", "admin"] {
        assert!(items(app, who).await.is_empty(), "{who} has nothing to do with it");
        assert_eq!(unread(app, who).await, 0, "{who}");
    }
}

async fn a_notice_is_handed_out_once_however_many_do_it(app: &mut TestApp) {
    let (replica, _) = if app.place.url.starts_with("postgres") {
        let (running, client) = app.replica().await;
        (Some(running), Some(client))
    } else {
        (None, None)
    };
    for _ in 0..30 {
        file(app, json!({})).await;
    }
    let here = app.step(HAND_OUT);
    let there = async {
        if let Some(replica) = &replica {
            let loops = onedoor::loops::all(&replica.context);
            let hand_out = loops.iter().find(|one| one.name == HAND_OUT).expect("the loop");
            hand_out.step().await.expect("the step succeeds");
        }
    };
    tokio::join!(here, there);
    app.step(HAND_OUT).await;
    assert_eq!(items(app, "chemical").await.len(), 30);
    assert_eq!(unread(app, "dispatcher").await, 30);
    let count = app.context.db.read(|conn| Ok(inbox::table.count().get_result::<i64>(conn)?));
    let before = count.await.expect("the rows can be counted");
    app.step(HAND_OUT).await;
    let count = app.context.db.read(|conn| Ok(inbox::table.count().get_result::<i64>(conn)?));
    assert_eq!(count.await.expect("the rows can be counted"), before);
    if let Some(replica) = replica {
        replica.stop().await;
    }
}

async fn what_was_read_is_said_of_one_or_of_all_that_was_seen(app: &mut TestApp) {
    for _ in 0..4 {
        file(app, json!({})).await;
        app.step(HAND_OUT).await;
    }
    let told = items(app, "chemical").await;
    let [newest, second, third, oldest] = told.as_slice() else { panic!("four items: {told:#?}") };
    assert_eq!(unread(app, "chemical").await, 4);

    let client = app.as_("chemical");
    app.set_time("2026-09-24T16:41:00+08:00");
    let read = client.post(&format!("/inbox/{}/read", text(&third["id"])), json!({})).await.expect(200);
    assert_eq!(read["read_at"], "2026-09-24T16:41:00+08:00");
    app.set_time("2026-09-24T16:42:00+08:00");
    let again = client.post(&format!("/inbox/{}/read", text(&third["id"])), json!({})).await.expect(200);
    assert_eq!(again["read_at"], "2026-09-24T16:41:00+08:00", "it was read then");
    assert_eq!(unread(app, "chemical").await, 3);

    let path = format!("/inbox/{}/read-older", text(&second["id"]));
    assert_eq!(client.post(&path, json!({})).await.expect(200)["unread"], 1, "what came later was not seen");
    let left = client.get("/inbox?unread=true").await.expect(200);
    assert_eq!(left["items"].as_array().expect("items").len(), 1);
    assert_eq!(left["items"][0]["id"], newest["id"]);
    let shown = items(app, "chemical").await;
    assert_eq!(shown[2]["read_at"], "2026-09-24T16:41:00+08:00", "the first reading stands");
    assert_eq!((&shown[3]["id"], &shown[3]["read_at"]), (&oldest["id"], &json!("2026-09-24T16:42:00+08:00")));
}

async fn an_inbox_is_paged_and_nobody_elses(app: &mut TestApp) {
    for _ in 0..3 {
        file(app, json!({})).await;
    }
    app.step(HAND_OUT).await;
    let client = app.as_("chemical");
    let first = client.get("/inbox?limit=2").await.expect(200);
    let next = text(&first["next"]);
    let second = client.get(&format!("/inbox?limit=2&cursor={next}")).await.expect(200);
    assert!(second["next"].is_null());
    let ids: Vec<&Value> = [&first, &second]
        .iter()
        .flat_map(|page| page["items"].as_array().expect("items"))
        .map(|item| &item["id"])
        .collect();
    let all = items(app, "chemical").await;
    assert_eq!(ids, all.iter().map(|item| &item["id"]).collect::<Vec<_>>());

    let item = text(&all[0]["id"]);
    for who in ["washer", "dispatcher", "admin", "auditor"] {
        for act in ["read", "read-older"] {
            let path = format!("/inbox/{item}/{act}");
            app.as_(who).post(&path, json!({})).await.problem(404, "not_found");
        }
    }
    assert_eq!(unread(app, "chemical").await, 3, "a refused act has changed nothing");
    app.stranger().get("/inbox").await.problem(401, "not_logged_in");
}

async fn what_is_hidden_from_its_reader_by_then_is_neither_shown_nor_counted(app: &mut TestApp) {
    let request = file(app, json!({})).await;
    dispatch(app, &request).await;
    app.step(HAND_OUT).await;
    let who = "traffic_police.handler";
    let item = text(&items(app, who).await[0]["id"]);
    assert_eq!(unread(app, who).await, 1);

    // The one who handles goes to another unit.
    let person = app.district.person(who).to_owned();
    let admin = app.as_("admin");
    let shown = admin.get(&format!("/people/{person}")).await.expect(200);
    let membership = text(&shown["memberships"][0]["id"]);
    admin.delete(&format!("/memberships/{membership}")).await.expect(204);
    let role = json!({ "role": "handler", "unit_id": app.district.unit("heat_supply") });
    admin.post(&format!("/people/{person}/memberships"), role).await.expect(201);

    assert!(items(app, who).await.is_empty());
    assert_eq!(unread(app, who).await, 0);
    app.as_(who).post(&format!("/inbox/{item}/read"), json!({})).await.problem(404, "not_found");
    // What is handed out now goes to those who are there now.
    let request = file(app, json!({})).await;
    let unit = json!({ "parts": [{ "unit": app.district.unit(LEAD), "part": "lead" }] });
    app.as_("dispatcher").post(&format!("/requests/{request}/dispatch"), unit).await.expect(200);
    app.step(HAND_OUT).await;
    assert!(items(app, who).await.is_empty());
    assert_eq!(items(app, "traffic_police.signer").await.len(), 2);
}

async fn a_link_to_a_new_password_is_told_by_its_letter_alone(app: &mut TestApp) {
    app.stranger().post("/auth/password-reset", json!({ "name": "dispatcher" })).await;
    let person: Id = serde_json::from_value(json!(app.district.person("dispatcher"))).expect("an id");
    let notices = app.as_("admin").get("/outbox?kind=password_reset").await.expect(200);
    assert_eq!(notices["items"][0]["person"]["id"], json!(person));
    app.step(HAND_OUT).await;
    assert!(items(app, "dispatcher").await.is_empty());
}

async fn each_notice_of_a_whole_walk_can_be_said_in_one_sentence(app: &mut TestApp) {
    let done = walk::answered(app, walk::promised()).await;
    assert!(done["id"].is_string());
    app.step(HAND_OUT).await;
    for who in ["chemical", "dispatcher", "traffic_police.handler", "municipal_works.handler"] {
        for item in items(app, who).await {
            assert_ne!(item["words"], item["kind"], "{who}");
            assert_eq!(item["request"]["id"], done["id"], "{who}");
        }
    }
}

on_both!(in the sample district:
    who_has_no_address_is_told_in_the_application,
    a_notice_is_handed_out_once_however_many_do_it,
    what_was_read_is_said_of_one_or_of_all_that_was_seen,
    an_inbox_is_paged_and_nobody_elses,
    what_is_hidden_from_its_reader_by_then_is_neither_shown_nor_counted,
    a_link_to_a_new_password_is_told_by_its_letter_alone,
    each_notice_of_a_whole_walk_can_be_said_in_one_sentence,
);
