//! One of two parts is done again: the other stays as it was released, and the second rating has the last word.

use super::{newest, on_newest, rework};
use crate::path::{Walk, on, rating, reached, short, solved};
use crate::returns::clocks;
use crate::support::app::{TestApp, on_both};
use serde_json::{Value, json};

const BLAMED: &str = "natural_resources";

/// Answered in two parts on Wednesday 30 September at 11:00.
async fn answered(app: &TestApp) -> Walk<'_> {
    let parts = [("industry", "lead"), (BLAMED, "branch"), ("permits", "assist")];
    let walk = Walk::under_way(app, &parts).await;
    walk.at("09-28 14:00").on_share("industry", "handler", "contact", reached()).await.expect(200);
    walk.at("09-29 10:00").answer(BLAMED).await;
    // Four working hours: until noon, and from 13:30 on.
    assert_eq!(walk.due("release").await, "09-29 15:30");
    assert_eq!(walk.at("09-29 11:00").release(BLAMED).await["state"], "in_progress");
    walk.at("09-30 10:00").answer("industry").await;
    assert_eq!(walk.at("09-30 11:00").release("industry").await["state"], "answered");
    assert_eq!(walk.end("permits assist").await, "void 09-30 11:00");
    assert_eq!(walk.end("company_feedback").await, "met 09-30 11:00");
    // Fifteen days.
    assert_eq!(walk.due("rating_window").await, "10-15 11:00");
    walk
}

/// Everything of the lead's part that a reader sees, but what could be done on it.
async fn leads(walk: &Walk<'_>) -> (Value, Vec<Value>, Vec<Value>) {
    let view = walk.view("dispatcher").await;
    let mut part = walk.share("industry").await;
    part["possible"] = Value::Null;
    let own = |list: &str| {
        let all = view[list].as_array().expect("a list").iter();
        all.filter(|one| one["assignment"] == part["id"]).cloned().collect()
    };
    let (clocks, answers) = (own("clocks"), own("answers"));
    (part, clocks, answers)
}

/// Rated bad, and the branch's part done again until it is released on Wednesday 4 November at 11:00.
async fn done_again(walk: &Walk<'_>) {
    walk.at("09-30 15:00").act("equipment", "rating", rating("dissatisfied", false)).await.expect(201);
    assert_eq!(walk.end("rating_window").await, "met 09-30 15:00");
    // One working day after Wednesday: the first one after National Day.
    assert_eq!(walk.due("callback").await, "10-08 17:30");
    let before = leads(walk).await;

    walk.at("10-08 10:00");
    rework(walk, &[&walk.share(BLAMED).await]).await.expect(201);
    assert_eq!(walk.told().await, ["reworked → equipment", "to_rework → natural_resources"]);
    // Fifteen working days after Thursday 8 October: 9, 10, 12 to 16, 19 to 23 and 26 to 28 October.
    assert_eq!(clocks(walk, BLAMED, "rework").await, ["10-28 17:30 → open"]);
    assert_eq!(clocks(walk, "industry", "rework").await, [""; 0]);
    let company = walk.view("equipment").await;
    assert_eq!((&company["state"], &company["cycle"]), (&json!("in_progress"), &json!(2)));
    let cycles: Vec<(&Value, &Value, &Value)> = company["parts"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|part| (&part["unit"]["code"], &part["cycle"], &part["state"]))
        .collect();
    assert_eq!(
        cycles,
        [
            (&json!("industry"), &json!(1), &json!("accepted")),
            (&json!(BLAMED), &json!(1), &json!("accepted")),
            (&json!(BLAMED), &json!(2), &json!("dispatched")),
        ]
    );
    assert_eq!(leads(walk).await, before, "the other part is untouched");
    walk.on_share("industry", "handler", "draft", solved()).await.problem(409, "already_accepted");
    walk.on_share("industry", "dispatcher", "send-back", json!({ "reason": "重写" }))
        .await
        .problem(409, "already_accepted");

    more_time(walk).await;
    walk.at("11-04 10:00");
    on_newest(walk, BLAMED, "handler", "sign", Value::Null).await.expect(200);
    on_newest(walk, BLAMED, "handler", "draft", solved()).await.expect(200);
    on_newest(walk, BLAMED, "signer", "approve", Value::Null).await.expect(200);
    assert_eq!(walk.end("rework").await, "met 11-04 10:00");
    assert_eq!(walk.due("release").await, "11-04 15:30");
    walk.at("11-04 11:00");
    let view = on_newest(walk, BLAMED, "dispatcher", "release", Value::Null).await.expect(200);
    assert_eq!(view["state"], "answered", "with the one part that was blamed the answer is whole");
    assert_eq!(walk.due("rating_window").await, "11-19 11:00");
    assert_eq!(walk.end("company_feedback").await, "met 09-30 11:00", "promised once, and kept");
    assert_eq!(leads(walk).await, before);
    let answers = walk.view("equipment").await["answers"].clone();
    let told: Vec<(&Value, String)> = answers
        .as_array()
        .into_iter()
        .flatten()
        .map(|answer| (&answer["cycle"], short(&answer["released_at"])))
        .collect();
    let in_cycle = [json!(1), json!(2)];
    let expected = [
        (&in_cycle[0], "09-29 11:00".to_owned()),
        (&in_cycle[0], "09-30 11:00".to_owned()),
        (&in_cycle[1], "11-04 11:00".to_owned()),
    ];
    assert_eq!(told, expected);
}

/// The unit gets some days more.
async fn more_time(walk: &Walk<'_>) {
    assert_eq!(short(&walk.clock("rework").await["ask_by"]), "10-27 17:30");
    let asked = json!({ "clock": walk.clock("rework").await["id"], "until": on("11-05 17:30"),
        "reason": "需上级出具意见。", "ground": "《审批办法》第九条" });
    walk.at("10-26 10:00");
    on_newest(walk, BLAMED, "handler", "extension", asked).await.expect(200);
    assert_eq!(walk.due("extension_ruling").await, "10-27 17:30");
    walk.at("10-27 10:00");
    crate::extensions::rule(walk, "dispatcher", true, &[]).await.expect(200);
    let company = walk.view("equipment").await;
    let shown = company["clocks"].as_array().expect("clocks").iter();
    let shown = shown.filter(|clock| clock["kind"] == "rework").collect::<Vec<_>>();
    assert_eq!((shown.len(), short(&shown[0]["due_at"])), (1, "11-05 17:30".to_owned()));
    assert_eq!(short(&shown[0]["first_due_at"]), "10-28 17:30");
    assert_eq!(short(&company["extensions"][0]["until"]), "11-05 17:30");
}

async fn one_of_two_parts_is_done_again_and_a_second_rating_concludes(app: &mut TestApp) {
    let walk = answered(app).await;
    done_again(&walk).await;
    walk.at("11-05 09:00").act("equipment", "rating", rating("satisfied", true)).await.expect(201);
    let view = walk.view("equipment").await;
    assert_eq!((&view["state"], short(&view["ended_at"])), (&json!("concluded"), "11-05 09:00".to_owned()));
    let ratings = app.as_("equipment").get(&format!("/requests/{}/rating", walk.id)).await.expect(200);
    let levels: Vec<(&Value, &Value)> =
        ratings.as_array().into_iter().flatten().map(|rating| (&rating["cycle"], &rating["level"])).collect();
    assert_eq!(levels, [(&json!(1), &json!("dissatisfied")), (&json!(2), &json!("satisfied"))]);
}

async fn a_second_bad_rating_is_explained_and_nothing_is_done_a_third_time(app: &mut TestApp) {
    let walk = answered(app).await;
    done_again(&walk).await;
    walk.at("11-05 09:00").act("equipment", "rating", rating("very_dissatisfied", false)).await.expect(201);
    assert_eq!(walk.due("callback").await, "11-06 17:30");
    let before = walk.stand().await;
    rework(&walk, &[&newest(&walk, BLAMED).await]).await.problem(409, "cycles_used_up");
    assert_eq!(walk.stand().await, before, "nothing changed");
    let explained =
        json!({ "findings": "已尽力", "ruling": "explained", "public_text": "依据规定不能办理。" });
    walk.at("11-06 10:00").act("dispatcher", "callback", explained).await.expect(201);
    assert_eq!(walk.end("callback").await, "met 11-06 10:00");
    assert_eq!(walk.view("equipment").await["state"], "concluded");
}

on_both!(in the sample district:
    one_of_two_parts_is_done_again_and_a_second_rating_concludes,
    a_second_bad_rating_is_explained_and_nothing_is_done_a_third_time,
);
