//! An echo's own answer, its own rating, and what a bad one leads to.

use super::{confirm, merge, own_text, pair, part_of, twin};
use crate::path::{Walk, on, rating, short, solved};
use crate::support::app::{TestApp, on_both};
use diesel::prelude::*;
use onedoor::db::schema::answers;
use onedoor::domain::ids::Id;
use serde_json::{Value, json};

async fn a_master_is_released_only_with_a_text_for_each_echo_and_all_are_answered_at_once(app: &mut TestApp) {
    let (master, first) = pair(app).await;
    let second = twin(app, "washer").await;
    second.at("09-28 11:30");
    merge(&second, &master).await.expect(200);
    master.at("09-30 10:00").answer("industry").await;
    let (one, other) = (number(&first).await, number(&second).await);
    let before = (master.stand().await, first.stand().await, second.stand().await);
    let refused = master.on_share("industry", "dispatcher", "release", Value::Null).await;
    let words = refused.problem(409, "echo_answer_missing")["detail"].to_string();
    assert!(words.contains(&one) && words.contains(&other), "{words}");
    assert_eq!((master.stand().await, first.stand().await, second.stand().await), before, "nothing changed");

    confirm(&first, "先写的一稿。").await;
    confirm(&first, "贵厂的水已恢复。").await;
    let seen = first.view("dispatcher").await;
    let text = &seen["answers"][0];
    assert_eq!(seen["answers"].as_array().map(Vec::len), Some(1), "the second took the first one's place");
    assert_eq!(
        (&text["state"], &text["content"]["public_text"]),
        (&json!("approved"), &json!("贵厂的水已恢复。"))
    );
    assert_eq!(first.view("chemical").await["answers"], json!([]), "it is not out yet");
    let promise = |by: &str| {
        json!({ "outcome": "promised", "public_text": "将接通备用水源。",
        "milestones": [{ "what": "接通", "by": by }] })
    };
    second.act("dispatcher", "echo-answer", promise("2026-10-08")).await.expect(200);

    // On Friday 9 October the day the second text promises has passed: it must be confirmed anew.
    let refused = master.at("10-09 10:00").on_share("industry", "dispatcher", "release", Value::Null).await;
    let words = refused.problem(409, "echo_answer_missing")["detail"].to_string();
    assert!(!words.contains(&one) && words.contains(&other), "{words}");
    second.act("dispatcher", "echo-answer", promise("2026-10-20")).await.expect(200);
    let released = master.release("industry").await;
    assert_eq!((&released["id"], &released["state"]), (&json!(master.id), &json!("answered")));

    for walk in [&master, &first, &second] {
        // Three working days were over on 8 October.
        assert_eq!(walk.end("company_feedback").await, "late 10-09 10:00");
        assert_eq!(walk.end("company_contact").await, "late 10-09 10:00", "nobody called by 29 September");
    }
    for walk in [&master, &first] {
        // Fifteen days.
        assert_eq!(walk.due("rating_window").await, "10-24 10:00");
    }
    let view = second.view("washer").await;
    assert_eq!(short(&view["commitments"][0]["due_at"]), "10-20 17:30");
    assert_eq!(second.due("commitment").await, "10-20 17:30");
    assert_eq!(first.told().await, ["answered → chemical"]);
    assert_eq!(second.told().await, ["answered → washer"]);
    let view = first.view("chemical").await;
    assert_eq!((&view["state"], short(&view["answered_at"])), (&json!("answered"), "10-09 10:00".to_owned()));
    let texts: Vec<&Value> = view["answers"].as_array().expect("answers").iter().collect();
    assert_eq!(texts.len(), 1);
    assert_eq!(texts[0]["content"]["public_text"], "贵厂的水已恢复。");
    assert_eq!(
        (&texts[0]["state"], &texts[0]["content"]["internal_note"]),
        (&json!("released"), &Value::Null)
    );
    let acts: Vec<String> = first.timeline("chemical").await.into_iter().map(|(_, act)| act).collect();
    assert_eq!(acts, ["file", "merge", "release_echo"]);
    assert_eq!(master.view("dispatcher").await.get("echoes"), None, "none waits any more");
    first.act("dispatcher", "echo-answer", own_text("太晚了。")).await.problem(409, "not_merged");
}

async fn number(walk: &Walk<'_>) -> String {
    walk.view("dispatcher").await["number"].as_str().expect("a number").to_owned()
}

async fn an_answer_of_the_office_itself_takes_its_echoes_along(app: &mut TestApp) {
    let master = twin(app, "equipment").await;
    let echo = twin(app, "chemical").await;
    echo.at("09-28 11:00");
    merge(&echo, &master).await.expect(200);
    let before = (master.stand().await, echo.stand().await);
    master.act("dispatcher", "direct-answer", solved()).await.problem(409, "echo_answer_missing");
    assert_eq!((master.stand().await, echo.stand().await), before, "nothing changed");
    confirm(&echo, "水已恢复。").await;
    let view = master.at("09-29 10:00").act("dispatcher", "direct-answer", solved()).await.expect(200);
    assert_eq!((&view["id"], &view["state"]), (&json!(master.id), &json!("answered")));
    assert_eq!(echo.end("company_feedback").await, "met 09-29 10:00");
    assert_eq!(echo.end("company_contact").await, "void 09-29 10:00");
    assert_eq!(echo.due("rating_window").await, "10-14 10:00");
}

async fn only_the_last_part_of_a_master_waits_for_the_echoes_texts(app: &mut TestApp) {
    let master = Walk::under_way(app, &[("industry", "lead"), ("natural_resources", "branch")]).await;
    let echo = twin(app, "chemical").await;
    echo.at("09-28 11:00");
    merge(&echo, &master).await.expect(200);
    master.answer("industry").await;
    master.answer("natural_resources").await;
    assert_eq!(master.release("natural_resources").await["state"], "in_progress");
    let last = master.on_share("industry", "dispatcher", "release", Value::Null).await;
    last.problem(409, "echo_answer_missing");
    assert_eq!(echo.view("chemical").await["state"], "merged");
    confirm(&echo, "水已恢复。").await;
    master.release("industry").await;
    assert_eq!(echo.view("chemical").await["state"], "answered");
}

async fn a_badly_rated_echo_goes_its_own_way_with_the_units_of_its_master(app: &mut TestApp) {
    let (master, echo) = pair(app).await;
    confirm(&echo, "水已恢复。").await;
    master.at("10-08 15:00").answer("industry").await;
    master.at("10-09 10:00").release("industry").await;
    master.at("10-09 11:00").act("equipment", "rating", rating("very_satisfied", true)).await.expect(201);
    assert_eq!(master.view("equipment").await["state"], "concluded");
    assert_eq!(echo.view("chemical").await["state"], "answered", "its rating is its own");
    echo.at("10-09 15:00").act("chemical", "rating", rating("dissatisfied", false)).await.expect(201);
    // One working day: Saturday 10 October is worked.
    assert_eq!(echo.due("callback").await, "10-10 17:30");

    let unrelated = Walk::file(app, "bearing", "land.supply", json!({})).await;
    unrelated.dispatch(&[("industry", "lead")]).await.expect(200);
    let handler = app.as_("industry.handler");
    handler.get(&format!("/requests/{}", echo.id)).await.problem(404, "not_found");
    let ruling = |blamed: &[&str]| {
        json!({ "findings": "仍没有水", "ruling": "rework", "public_text": "重办",
        "blamed": blamed })
    };
    let (lead, assist, other) = (
        part_of(&master, "industry").await,
        part_of(&master, "permits").await,
        part_of(&unrelated, "industry").await,
    );
    echo.at("10-10 10:00");
    let before = (master.stand().await, echo.stand().await);
    for blamed in [&assist, &other] {
        let refused = echo.act("dispatcher", "callback", ruling(&[blamed])).await;
        refused.field_problem(422, "/blamed/0", "not_blamable");
    }
    assert_eq!((master.stand().await, echo.stand().await), before, "nothing changed");
    echo.act("dispatcher", "callback", ruling(&[&lead])).await.expect(201);
    let view = echo.view("chemical").await;
    assert_eq!((&view["state"], &view["cycle"]), (&json!("in_progress"), &json!(2)));
    // Fifteen working days after Saturday 10 October: 12–16, 19–23, 26–30 October.
    assert_eq!(echo.due("industry rework").await, "10-30 17:30");
    assert_eq!(master.stand().await, before.0, "the master has ended and stays so");
    let seen = echo.view("industry.handler").await;
    assert_eq!((&seen["parts"][0]["state"], &seen["parts"][0]["cycle"]), (&json!("dispatched"), &json!(2)));
    assert_eq!(seen["company"]["id"], app.district.company("chemical"));
    assert_eq!(seen.get("master"), None);
    assert_eq!(echo.view("dispatcher").await["master"]["id"], master.id, "for the office it stays history");

    echo.at("10-12 10:00").answer("industry").await;
    assert_eq!(echo.end("industry rework").await, "met 10-12 10:00");
    echo.release("industry").await;
    echo.act("chemical", "rating", rating("satisfied", true)).await.expect(201);
    assert_eq!(echo.view("chemical").await["state"], "concluded");
    let again = json!({ "master": unrelated.id, "reason": "同一件事" });
    echo.act("dispatcher", "merge", again).await.problem(409, "already_ended");
}

async fn an_echo_reworked_after_its_master_was_blames_the_parts_that_answered_it(app: &mut TestApp) {
    let (master, echo) = pair(app).await;
    confirm(&echo, "水已恢复。").await;
    master.at("09-29 10:00").answer("industry").await;
    master.at("09-29 11:00").release("industry").await;
    let blamed = part_of(&master, "industry").await;
    let ruling = json!({ "findings": "属实", "ruling": "rework", "public_text": "重办", "blamed": [blamed] });
    for (walk, company) in [(&master, "equipment"), (&echo, "chemical")] {
        walk.act(company, "rating", rating("dissatisfied", false)).await.expect(201);
        walk.act("dispatcher", "callback", ruling.clone()).await.expect(201);
        assert_eq!(walk.view(company).await["cycle"], 2);
    }
    // Until it is answered in its second cycle, what an echo was promised is behind it.
    assert!(!may(&echo, "merge").await);
    let again = twin(app, "equipment").await;
    let before = (again.stand().await, echo.stand().await);
    merge(&echo, &again).await.problem(409, "past_merging");
    assert_eq!((again.stand().await, echo.stand().await), before, "nothing changed");
    // Others may be merged into it.
    merge(&again, &echo).await.expect(200);
    assert_eq!(echo.view("dispatcher").await["echoes"][0]["id"], again.id);
    assert_eq!(on("09-29 11:00"), echo.clock("industry rework").await["started_at"]);
}

async fn a_confidential_echo_is_reworked_by_no_branch_of_its_master(app: &mut TestApp) {
    let word = "装备园东门的门卫姓何";
    let master = Walk::file(app, "equipment", "land.supply", json!({})).await;
    let unit = |unit: &str| app.district.unit(unit).to_owned();
    let parts = json!({ "parts": [
        { "unit": unit("industry"), "part": "lead", "note": word },
        { "unit": unit("natural_resources"), "part": "branch" },
    ] });
    master.act("dispatcher", "dispatch", parts).await.expect(200);
    let echo = Walk::file(app, "chemical", "land.supply", json!({ "confidence": "hidden" })).await;
    merge(&echo, &master).await.expect(200);
    confirm(&echo, "水已恢复。").await;
    for part in ["natural_resources", "industry"] {
        master.answer(part).await;
        master.release(part).await;
    }
    echo.act("chemical", "rating", rating("dissatisfied", false)).await.expect(201);
    let (lead, branch) = (part_of(&master, "industry").await, part_of(&master, "natural_resources").await);
    let ruling = |blamed: Vec<&String>| {
        json!({ "findings": "属实", "ruling": "rework", "public_text": "重办",
        "blamed": blamed })
    };
    let before = echo.stand().await;
    let refused = echo.act("dispatcher", "callback", ruling(vec![&lead, &branch])).await;
    refused.field_problem(422, "/blamed/1", "hidden_takes_no_branch");
    assert_eq!(echo.stand().await, before, "nothing changed");
    echo.act("dispatcher", "callback", ruling(vec![&lead])).await.expect(201);
    let seen = echo.view("industry.handler").await;
    assert_eq!(seen["parts"][0].get("note"), None, "the office's word stays with the master");
}

/// A master whose lead has answered, and whose branch leaves it while its company is asked for papers; brought on Tuesday 29
/// September at 15:00, they leave nothing to wait for but the text of its echo.
async fn waits_for_a_text(app: &TestApp) -> (Walk<'_>, Walk<'_>) {
    let master = Walk::under_way(app, &[("industry", "lead"), ("natural_resources", "branch")]).await;
    let echo = twin(app, "chemical").await;
    echo.at("09-28 11:00");
    merge(&echo, &master).await.expect(200);
    master.answer("industry").await;
    master.release("industry").await;
    let back = json!({ "cause": "wrong_unit", "reason": "不属本局职责", "ground": "三定规定第三条" });
    master.on_share("natural_resources", "handler", "return", back).await.expect(200);
    master.at("09-28 15:00");
    super::ask(&master).await;
    let asked = master.view("dispatcher").await["returns"][0]["id"].as_str().expect("a return").to_owned();
    let granted = json!({ "granted": true, "reason": "情况属实" });
    app.as_("dispatcher").post(&format!("/returns/{asked}/ruling"), granted).await.expect(200);
    let papers = json!({ "answer": "已送到窗口。" });
    let brought = master.at("09-29 15:00").act("equipment", "supplement", papers).await.expect(200);
    assert_eq!(brought["state"], "in_progress");
    (master, echo)
}

async fn papers_that_make_the_answer_whole_leave_the_office_to_write_the_echoes_texts(app: &mut TestApp) {
    let (master, echo) = waits_for_a_text(app).await;
    // One working day from Tuesday the 29th.
    assert_eq!(
        (master.end("dispatch").await, master.due("dispatch").await),
        ("open".into(), "09-30 17:30".into())
    );
    assert_eq!(
        master.told().await,
        ["papers_brought → business_environment", "to_dispatch → business_environment"]
    );
    echo.at("09-30 10:00");
    let before = echo.stand().await;
    echo.act("dispatcher", "echo-answer", json!({ "outcome": "solved", "public_text": "水已恢复。" }))
        .await
        .field_problem(422, "/evidence", "evidence_needed");
    assert_eq!(echo.stand().await, before, "nothing changed");
    confirm(&echo, "贵厂的水已恢复。").await;
    for (walk, company) in [(&master, "equipment"), (&echo, "chemical")] {
        assert_eq!(walk.view(company).await["state"], "answered");
        // Three working days were over on 8 October.
        assert_eq!(walk.end("company_feedback").await, "met 09-30 10:00");
        assert_eq!(walk.told().await, [format!("answered → {company}")]);
    }
    assert_eq!(master.end("dispatch").await, "met 09-30 10:00");
    let acts: Vec<String> = master.timeline("equipment").await.into_iter().map(|(_, act)| act).collect();
    assert_eq!(acts, ["file", "dispatch", "sign", "release", "ask_info", "supplement", "release_last"]);
    let answer = &echo.view("chemical").await["answers"][0];
    assert_eq!(answer["content"]["public_text"], "贵厂的水已恢复。");
}

async fn an_echo_taken_back_leaves_nothing_to_wait_for(app: &mut TestApp) {
    let (master, echo) = waits_for_a_text(app).await;
    echo.act("chemical", "ask-withdrawal", crate::path::because("已自行修好")).await.expect(200);
    let call = json!({ "confirmed": true, "whom": "吴主任", "words": "不再办理" });
    echo.at("09-30 10:00").act("dispatcher", "confirm-withdrawal", call).await.expect(200);
    assert_eq!(echo.view("chemical").await["state"], "withdrawn");
    assert_eq!(master.view("equipment").await["state"], "answered");
}

async fn an_answer_that_a_companys_papers_brought_on_is_released_by_who_confirmed_it(app: &mut TestApp) {
    let master = Walk::under_way(app, &[("industry", "lead"), ("natural_resources", "branch")]).await;
    let echo = twin(app, "chemical").await;
    merge(&echo, &master).await.expect(200);
    confirm(&echo, "贵厂的水已恢复。").await;
    master.answer("industry").await;
    master.release("industry").await;
    let back = json!({ "cause": "wrong_unit", "reason": "不属本局职责", "ground": "三定规定第三条" });
    master.on_share("natural_resources", "handler", "return", back).await.expect(200);
    super::ask(&master).await;
    let asked = master.view("dispatcher").await["returns"][0]["id"].as_str().expect("a return").to_owned();
    let granted = json!({ "granted": true, "reason": "情况属实" });
    app.as_("dispatcher").post(&format!("/returns/{asked}/ruling"), granted).await.expect(200);
    master.act("equipment", "supplement", json!({ "answer": "已送到窗口。" })).await.expect(200);
    assert_eq!(echo.view("chemical").await["state"], "answered");
    let id = echo.key();
    let by = app.context.db.read(move |conn| {
        let released = answers::table
            .filter(answers::request_id.eq(id))
            .select((answers::released_by, answers::approved_by));
        Ok(released.first::<(Option<Id>, Option<Id>)>(conn)?)
    });
    let (released_by, approved_by) = by.await.expect("the answer can be read");
    assert!(released_by.is_some());
    assert_eq!(released_by, approved_by);
}

async fn may(walk: &Walk<'_>, act: &str) -> bool {
    walk.view("dispatcher").await["possible"].as_array().expect("acts").contains(&json!(act))
}

on_both!(in the sample district:
    a_master_is_released_only_with_a_text_for_each_echo_and_all_are_answered_at_once,
    an_answer_of_the_office_itself_takes_its_echoes_along,
    only_the_last_part_of_a_master_waits_for_the_echoes_texts,
    papers_that_make_the_answer_whole_leave_the_office_to_write_the_echoes_texts,
    an_echo_taken_back_leaves_nothing_to_wait_for,
    an_answer_that_a_companys_papers_brought_on_is_released_by_who_confirmed_it,
    a_badly_rated_echo_goes_its_own_way_with_the_units_of_its_master,
    an_echo_reworked_after_its_master_was_blames_the_parts_that_answered_it,
    a_confidential_echo_is_reworked_by_no_branch_of_its_master,
);
