//! Of a request that is not open to all on it, no letter to staff says whose it is, whatever people wrote.

use super::{all_of, header, in_folder, of_kind, parsed, send};
use crate::path::{Walk, because, on, reached};
use crate::support::app::{TestApp, on_both};
use onedoor::outbox::OutboxState;
use serde_json::{Value, json};

/// Sends what is due, and fails where a letter to anybody but the company `user` holds one of `secrets`. Gives how many
/// letters to staff there are.
pub(crate) async fn tell_staff_nothing(app: &TestApp, user: &str, secrets: &[&str]) -> usize {
    for _ in 0..4 {
        send(app).await;
    }
    let letters = in_folder(app);
    let own = format!("{user}@example.org");
    let to_staff = letters.iter().filter(|one| !header(&parsed(one), "To").contains(&own));
    to_staff
        .inspect(|letter| {
            let all = all_of(letter);
            for secret in secrets {
                assert!(!all.contains(secret), "a letter holds {secret}: {all}");
            }
        })
        .count()
}

/// The company's name in every field that it can write.
async fn letters_about_a_hidden_request_name_nobody(app: &mut TestApp) {
    let secrets = ["某装备制造企业", "91370211MAYANG058F", "周经理", "13800138000"];
    app.set_time(&on("09-28 09:30"));
    let change =
        json!({ "confidence": "hidden", "title": "某装备制造企业的用地", "body": "某装备制造企业，周经理" });
    let walk = Walk::file(app, "equipment", "land.supply", change).await;
    walk.at("09-28 10:00").dispatch(&[("industry", "lead"), ("permits", "assist")]).await.expect(200);
    walk.at("09-28 15:00").on_share("industry", "handler", "sign", Value::Null).await.expect(200);
    walk.on_share("industry", "handler", "contact", reached()).await.expect(200);
    let contact = walk.view("equipment").await["contacts"][0]["id"].as_str().expect("an id").to_owned();
    let reason = because("某装备制造企业没有接到电话");
    app.as_("equipment").post(&format!("/contacts/{contact}/contest"), reason).await.expect(200);
    walk.act("equipment", "urge", json!({ "words": "某装备制造企业很急" })).await.expect(200);
    walk.act("equipment", "messages", json!({ "text": "请找周经理" })).await.expect(201);
    assert!(tell_staff_nothing(app, "equipment", &secrets).await > 8);
    let own = in_folder(app);
    let received =
        own.iter().find(|one| header(&parsed(one), "To").contains("equipment@")).expect("a letter");
    assert!(all_of(received).contains("某装备制造企业的用地"), "the company reads its own words");
}

/// A person who may not see the request any more gets no letter about it.
async fn who_left_the_unit_meanwhile_is_not_written_to(app: &mut TestApp) {
    app.set_time(&on("09-28 09:30"));
    let walk = Walk::file(app, "equipment", "land.supply", json!({})).await;
    walk.at("09-28 10:00").dispatch(&[("industry", "lead")]).await.expect(200);
    let handler = app.district.person("industry.handler");
    let person = app.as_("admin").get(&format!("/people/{handler}")).await.expect(200);
    let membership = person["memberships"][0]["id"].as_str().expect("an id").to_owned();
    app.as_("admin").delete(&format!("/memberships/{membership}")).await.expect(204);
    send(app).await;
    let told = of_kind(app, "dispatched_to_you").await;
    let id = onedoor::domain::ids::Id::parse(handler);
    assert!(told.iter().all(|row| row.person != id), "a unit's people are those of the moment");
    assert!(told.iter().any(|row| row.person.is_some() && row.state == OutboxState::Sent));
}

on_both!(in the sample district:
    letters_about_a_hidden_request_name_nobody,
    who_left_the_unit_meanwhile_is_not_written_to,
);
