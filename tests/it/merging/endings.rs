//! A master that ends without an answer: its echoes are the office's again.

use super::{ask, confirm, decline, master, merge, pair, twin};
use crate::path::{Walk, because, solved};
use crate::support::app::{TestApp, on_both};
use serde_json::{Value, json};

/// The echo is back with the office as of this instant, by this date.
async fn is_back(echo: &Walk<'_>, due: &str) {
    let view = echo.view("dispatcher").await;
    assert_eq!((&view["state"], view.get("master")), (&json!("submitted"), None));
    assert_eq!(echo.end("dispatch").await, "open");
    assert_eq!(echo.due("dispatch").await, due);
    assert_eq!(echo.told().await, ["back_from_merge → chemical", "to_dispatch → business_environment"]);
    // What its company was promised at the merging runs on.
    assert_eq!(echo.due("company_contact").await, "09-29 17:30");
    assert_eq!(echo.due("company_feedback").await, "10-08 17:30");
    let acts: Vec<String> = echo.timeline("chemical").await.into_iter().map(|(_, act)| act).collect();
    assert_eq!(acts, ["file", "merge", "back_from_merge"]);
}

async fn the_echoes_of_a_declined_master_go_back_to_the_office_and_their_texts_count_no_more(
    app: &mut TestApp,
) {
    let (master, echo) = pair(app).await;
    confirm(&echo, "水已恢复。").await;
    master.at("09-29 09:30");
    ask(&master).await;
    master.at("09-29 10:00");
    decline(&master).await;
    // One working day after Tuesday the 29th.
    is_back(&echo, "09-30 17:30").await;
    assert_eq!(echo.view("chemical").await["answers"], json!([]));

    // Merged anew, what was confirmed for the first master does not go out with the second one's answer.
    let second = twin(app, "washer").await;
    echo.at("09-29 11:00");
    merge(&echo, &second).await.expect(200);
    assert_eq!(echo.told().await, ["merged → chemical"], "told of each merging");
    second.act("dispatcher", "direct-answer", solved()).await.problem(409, "echo_answer_missing");
    confirm(&echo, "停水已排查，水压正常。").await;
    second.act("dispatcher", "direct-answer", solved()).await.expect(200);
    let view = echo.view("chemical").await;
    assert_eq!(view["answers"].as_array().map(Vec::len), Some(1));
    assert_eq!(view["answers"][0]["content"]["public_text"], "停水已排查，水压正常。");
    assert_eq!(view["answers"][0]["revision"], 2);
}

async fn the_echoes_of_a_master_withdrawn_before_dispatch_go_back_to_the_office(app: &mut TestApp) {
    let master = twin(app, "equipment").await;
    let echo = twin(app, "chemical").await;
    echo.at("09-28 11:00");
    merge(&echo, &master).await.expect(200);
    let view = master.at("09-29 10:00").act("equipment", "withdraw", Value::Null).await.expect(200);
    assert_eq!((&view["id"], &view["state"]), (&json!(master.id), &json!("withdrawn")));
    is_back(&echo, "09-30 17:30").await;
    let story = app.as_("dispatcher").get(&format!("/requests/{}/timeline", echo.id)).await.expect(200);
    let back = story["items"].as_array().expect("entries").last().expect("an entry").clone();
    assert_eq!((&back["capacity"], back.get("person")), (&json!("system"), None), "it is nobody's act");

    echo.dispatch(&[("industry", "lead")]).await.expect(200);
    assert_eq!(echo.view("chemical").await["state"], "in_progress");
    assert_eq!(echo.due("company_feedback").await, "10-08 17:30", "promised once");
}

async fn the_company_of_an_echo_takes_it_back_and_the_master_goes_on_without_it(app: &mut TestApp) {
    let (master, echo) = pair(app).await;
    confirm(&echo, "水已恢复。").await;
    let call = |confirmed: bool| json!({ "confirmed": confirmed, "whom": "吴主任", "words": "已与企业核实" });
    let can = async |who: &str, act: &str| echo.view(who).await["possible"].to_string().contains(act);
    assert!(can("chemical", "ask_withdrawal").await && !can("dispatcher", "confirm_withdrawal").await);
    echo.act("chemical", "withdraw", Value::Null).await.problem(409, "merged_into_another");
    echo.act("dispatcher", "confirm-withdrawal", call(true)).await.problem(409, "no_withdrawal");
    echo.at("09-28 15:00").act("chemical", "ask-withdrawal", because("已自行修好")).await.expect(200);
    assert_eq!(echo.told().await, ["withdrawal_asked → business_environment"]);
    assert!(can("dispatcher", "confirm_withdrawal").await && !can("chemical", "ask_withdrawal").await);
    echo.act("dispatcher", "confirm-withdrawal", call(false)).await.expect(200);
    assert_eq!(echo.view("chemical").await["state"], "merged", "it lets it go on");

    // The call was due on Tuesday 29 September, 17:30.
    echo.at("09-30 10:00").act("chemical", "ask-withdrawal", because("已自行修好")).await.expect(200);
    echo.at("09-30 11:00").act("dispatcher", "confirm-withdrawal", call(true)).await.expect(200);
    assert_eq!(echo.told().await, ["withdrawal_confirmed → chemical"]);
    assert_eq!(echo.end("company_contact").await, "late 09-30 11:00");
    assert_eq!(echo.end("company_feedback").await, "void 09-30 11:00");
    let view = echo.view("dispatcher").await;
    assert_eq!((&view["state"], view.get("master")), (&json!("withdrawn"), None));
    assert_eq!(echo.view("chemical").await["answers"], json!([]));
    assert_eq!(master.view("dispatcher").await.get("echoes"), None);
    master.answer("industry").await;
    assert_eq!(master.release("industry").await["state"], "answered", "no text is waited for any more");
    assert_eq!(echo.view("chemical").await["state"], "withdrawn");
}

async fn what_its_company_wants_back_is_not_merged_before_the_office_has_called(app: &mut TestApp) {
    let master = master(app).await;
    let other = Walk::under_way(app, &[("natural_resources", "lead")]).await;
    other.act("equipment", "ask-withdrawal", because("不办了")).await.expect(200);
    assert!(!other.view("dispatcher").await["possible"].to_string().contains("\"merge\""));
    let before = (master.stand().await, other.stand().await);
    merge(&other, &master).await.problem(409, "withdrawal_pending");
    assert_eq!((master.stand().await, other.stand().await), before, "nothing changed");
    let call = json!({ "confirmed": false, "whom": "周经理", "words": "继续办理" });
    other.act("dispatcher", "confirm-withdrawal", call).await.expect(200);
    merge(&other, &master).await.expect(200);
}

on_both!(in the sample district:
    the_company_of_an_echo_takes_it_back_and_the_master_goes_on_without_it,
    what_its_company_wants_back_is_not_merged_before_the_office_has_called,
    the_echoes_of_a_declined_master_go_back_to_the_office_and_their_texts_count_no_more,
    the_echoes_of_a_master_withdrawn_before_dispatch_go_back_to_the_office,
);
