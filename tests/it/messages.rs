//! What the company and the office write to each other.

use crate::path::{Walk, short};
use crate::support::app::{TestApp, on_both};
use crate::support::client::Answer;
use serde_json::{Value, json};

async fn write(walk: &Walk<'_>, who: &str, text: &str) -> Answer {
    walk.act(who, "messages", json!({ "text": text })).await
}

async fn read(walk: &Walk<'_>, who: &str, query: &str) -> Answer {
    walk.app.as_(who).get(&format!("/requests/{}/messages{query}", walk.id)).await
}

async fn each_side_writes_and_the_other_is_told(app: &mut TestApp) {
    let walk = Walk::under_way(app, &[("industry", "lead"), ("permits", "assist")]).await;
    let clocks = walk.view("dispatcher").await["clocks"].clone();
    assert_eq!(read(&walk, "equipment", "").await.expect(200)["items"], json!([]));
    walk.at("09-28 11:00");
    let written = write(&walk, "equipment", "请问进展如何？\n我们很急。").await.expect(201);
    assert_eq!((&written["from"], written.get("person")), (&json!("company"), None));
    assert_eq!(walk.told().await, ["message → business_environment"]);
    walk.at("09-28 12:00");
    let written = write(&walk, "dispatcher", "工信局明日上门。").await.expect(201);
    assert_eq!(written["from"], "office");
    assert_eq!(walk.told().await, ["message → equipment"]);
    walk.at("09-28 12:05");
    write(&walk, "equipment", "好的。").await.expect(201);

    let name = async |who: &str| {
        let path = format!("/people/{}", app.district.person(who));
        app.as_("admin").get(&path).await.expect(200)["name"].clone()
    };
    let (company, office) = (name("equipment").await, name("dispatcher").await);
    for (who, is_staff) in [("equipment", false), ("dispatcher", true), ("auditor", true)] {
        let page = read(&walk, who, "").await.expect(200);
        let items = page["items"].as_array().expect("items").clone();
        let shown: Vec<(&Value, String, &Value)> =
            items.iter().map(|item| (&item["from"], short(&item["at"]), &item["text"])).collect();
        assert_eq!(
            shown,
            [
                (&json!("company"), "09-28 11:00".to_owned(), &json!("请问进展如何？\n我们很急。")),
                (&json!("office"), "09-28 12:00".to_owned(), &json!("工信局明日上门。")),
                (&json!("company"), "09-28 12:05".to_owned(), &json!("好的。")),
            ]
        );
        let named: Vec<&Value> = items.iter().map(|item| &item["person"]).collect();
        let wanted = if is_staff { [&company, &office, &company] } else { [&Value::Null; 3] };
        assert_eq!(named, wanted, "{who}");
    }
    assert_eq!(walk.view("dispatcher").await["clocks"], clocks, "a message moves no clock");
    for who in ["equipment", "dispatcher", "industry.handler"] {
        let story = app.as_(who).get(&format!("/requests/{}/timeline?limit=100", walk.id)).await.expect(200);
        let text = story.to_string();
        assert!(text.contains("\"message\"") && !text.contains("工信局明日上门"), "{who}");
    }
}

async fn no_unit_reads_them_and_only_the_two_sides_write(app: &mut TestApp) {
    let walk = Walk::under_way(app, &[("industry", "lead"), ("permits", "assist")]).await;
    write(&walk, "equipment", "请保密。").await.expect(201);
    let before = walk.stand().await;
    for who in ["industry.handler", "industry.signer", "permits.handler", "supervisor", "leader"] {
        read(&walk, who, "").await.problem(404, "not_found");
        write(&walk, who, "收到。").await.problem(403, "not_yours");
    }
    write(&walk, "auditor", "收到。").await.problem(403, "not_yours");
    for who in ["chemical", "admin", "drainage.handler"] {
        read(&walk, who, "").await.problem(404, "not_found");
        write(&walk, who, "收到。").await.problem(404, "not_found");
    }
    write(&walk, "equipment", " ").await.field_problem(422, "/text", "text_empty");
    let long = write(&walk, "equipment", &"长".repeat(5001)).await;
    long.field_problem(422, "/text", "text_too_long");
    assert_eq!(walk.stand().await, before, "nothing changed");

    let ended = Walk::file(app, "equipment", "land.supply", json!({})).await;
    ended.act("equipment", "withdraw", Value::Null).await.expect(200);
    write(&ended, "equipment", "还在吗？").await.problem(409, "already_ended");
    assert_eq!(read(&ended, "equipment", "").await.expect(200)["items"], json!([]));
}

async fn pages_hold_each_message_once_also_where_several_are_of_one_instant(app: &mut TestApp) {
    let walk = Walk::under_way(app, &[("industry", "lead")]).await;
    for number in 0..7 {
        write(&walk, "equipment", &format!("第{number}条")).await.expect(201);
    }
    let whole = read(&walk, "equipment", "?limit=100").await.expect(200);
    assert_eq!((whole["items"].as_array().map(Vec::len), whole.get("next")), (Some(7), None));
    let (mut paged, mut query) = (Vec::new(), "?limit=3".to_owned());
    loop {
        let page = read(&walk, "equipment", &query).await.expect(200);
        paged.extend(page["items"].as_array().expect("items").clone());
        walk.at("09-28 10:01");
        write(&walk, "dispatcher", "后来的").await.expect(201);
        match page["next"].as_str() {
            Some(cursor) if paged.len() < 7 => query = format!("?limit=3&cursor={cursor}"),
            _ => break,
        }
    }
    assert_eq!(paged.len(), 9, "the newest may be on the last page");
    let first_seven: Vec<&Value> = paged.iter().filter(|item| item["from"] == "company").collect();
    assert_eq!(first_seven.len(), 7);
    read(&walk, "equipment", "?cursor=abc").await.field_problem(400, "?cursor", "invalid_cursor");
    read(&walk, "equipment", "?limit=0").await.field_problem(422, "?limit", "out_of_range");
}

on_both!(
    in the sample district:
    each_side_writes_and_the_other_is_told,
    no_unit_reads_them_and_only_the_two_sides_write,
    pages_hold_each_message_once_also_where_several_are_of_one_instant,
);
