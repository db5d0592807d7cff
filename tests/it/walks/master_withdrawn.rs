//! A master withdrawn: its echoes are the office's again, with a new day to dispatch and the old promises.

use super::{acts, charges, red_days};
use crate::contests::light;
use crate::merging::{confirm, merge, twin};
use crate::path::{Walk, because, reached, short, solved};
use crate::returns::clocks;
use crate::support::app::{TestApp, on_both};
use serde_json::{Value, json};

/// What the office records of its call.
fn call(confirmed: bool) -> Value {
    json!({ "confirmed": confirmed, "whom": "周经理", "words": "已与企业核实" })
}

/// The master, an echo no unit ever had, and one that was with a unit which had called. All were merged on Monday 28
/// September.
async fn three(app: &TestApp) -> (Walk<'_>, Walk<'_>, Walk<'_>) {
    let master = Walk::under_way(app, &[("industry", "lead"), ("permits", "assist")]).await;
    let (fresh, called) = (twin(app, "chemical").await, twin(app, "washer").await);
    fresh.at("09-28 11:00");
    merge(&fresh, &master).await.expect(200);
    called.dispatch(&[("traffic_police", "lead")]).await.expect(200);
    called.at("09-28 16:00");
    called.on_share("traffic_police", "handler", "contact", reached()).await.expect(200);
    called.at("09-28 17:00");
    merge(&called, &master).await.expect(200);
    for echo in [&fresh, &called] {
        // Their first dispatch was on Monday at 11:00: Tuesday; 29 and 30 September, 8 October.
        assert_eq!(echo.due("company_contact").await, "09-29 17:30");
        assert_eq!(echo.due("company_feedback").await, "10-08 17:30");
    }
    assert_eq!(called.end("company_contact").await, "met 09-28 16:00");
    assert_eq!(called.end("traffic_police feedback").await, "void 09-28 17:00");
    (master, fresh, called)
}

async fn the_echoes_of_a_withdrawn_master_are_dispatched_anew_and_keep_what_they_were_promised(
    app: &mut TestApp,
) {
    let (master, fresh, called) = three(app).await;
    master.at("09-29 14:00");
    let before = (fresh.stand().await, called.stand().await);
    master.act("equipment", "ask-withdrawal", because("想改址")).await.expect(200);
    master.at("09-29 15:00").act("dispatcher", "confirm-withdrawal", call(false)).await.expect(200);
    assert_eq!((fresh.stand().await, called.stand().await), before, "it was let go on, and so do they");
    master.at("09-29 16:30");
    confirm(&fresh, "水已恢复。").await;

    master.at("09-30 10:00").act("equipment", "ask-withdrawal", because("改址，不办了")).await.expect(200);
    assert_eq!(fresh.view("chemical").await["state"], "merged", "until the office has called");
    master.at("09-30 15:00").act("dispatcher", "confirm-withdrawal", call(true)).await.expect(200);
    assert_eq!(
        master.told().await,
        ["withdrawal_confirmed → equipment", "withdrawn → industry", "withdrawn → permits"]
    );
    for (clock, end) in [
        // Nobody called until Tuesday's close.
        ("company_contact", "late 09-30 15:00"),
        ("industry contact", "late 09-30 15:00"),
        ("company_feedback", "void 09-30 15:00"),
        ("industry feedback", "void 09-30 15:00"),
        ("permits assist", "void 09-30 15:00"),
    ] {
        assert_eq!(master.end(clock).await, end, "{clock}");
    }
    for (echo, company) in [(&fresh, "chemical"), (&called, "washer")] {
        let view = echo.view("dispatcher").await;
        assert_eq!((&view["state"], view.get("master")), (&json!("submitted"), None));
        assert_eq!(echo.end("dispatch").await, "open");
        // One working day after Wednesday 30 September: Thursday 8 October.
        assert_eq!(echo.due("dispatch").await, "10-08 17:30");
        let back = [format!("back_from_merge → {company}"), "to_dispatch → business_environment".to_owned()];
        assert_eq!(echo.told().await, back);
        let feedback = echo.clock("company_feedback").await;
        let kept = (short(&feedback["started_at"]), short(&feedback["due_at"]), &feedback["due_version"]);
        assert_eq!(kept, ("09-28 11:00".into(), "10-08 17:30".into(), &json!(1)));
        assert_eq!(echo.view(company).await["answers"], json!([]), "no text goes out with nothing");
    }
    assert_eq!(acts(&fresh, "chemical").await, ["file", "merge", "back_from_merge"]);
    assert_eq!(acts(&called, "washer").await, ["file", "dispatch", "contact", "merge", "back_from_merge"]);
    assert_eq!(light(&fresh, "company_contact").await, "red", "it was due on Tuesday, merged or not");
    assert_eq!(called.end("company_contact").await, "met 09-28 16:00");
    sent_to_a_unit(&fresh).await;
    answered_by_the_office(&called).await;
}

/// The echo no unit ever had, from Thursday 8 October on.
async fn sent_to_a_unit(echo: &Walk<'_>) {
    let unit = "natural_resources";
    echo.at("10-08 10:00").dispatch(&[(unit, "lead")]).await.expect(200);
    assert_eq!(echo.end("dispatch").await, "met 10-08 10:00");
    // After Thursday: Friday; 9, 10 and 12 October; fifteen are 9, 10, 12 to 16, 19 to 23 and 26 to 28 October.
    assert_eq!(clocks(echo, unit, "contact").await, ["10-09 17:30 → open"]);
    assert_eq!(clocks(echo, unit, "feedback").await, ["10-12 17:30 → open"]);
    assert_eq!(clocks(echo, unit, "conclusion").await, ["10-28 17:30 → open"]);
    assert_eq!(echo.due("company_contact").await, "09-29 17:30");
    assert_eq!(echo.due("company_feedback").await, "10-08 17:30");
    assert_eq!(short(&echo.view("chemical").await["dispatched_at"]), "09-28 11:00");

    echo.at("10-08 11:00").on_share(unit, "handler", "contact", reached()).await.expect(200);
    assert_eq!(echo.end("company_contact").await, "late 10-08 11:00");
    assert_eq!(echo.end("natural_resources contact").await, "met 10-08 11:00");
    // Wednesday 30 September and this Thursday.
    assert_eq!(red_days(echo, "company_contact").await, 2);
    // Seven hours of Wednesday and two of Thursday, in which no clock of this request's units or office was past due.
    assert_eq!(charges(echo, "chemical").await, ["company_contact office 540"]);

    echo.at("10-09 11:00").answer(unit).await;
    echo.at("10-09 12:00").release(unit).await;
    assert_eq!(echo.end("natural_resources feedback").await, "met 10-09 11:00");
    assert_eq!(echo.end("company_feedback").await, "late 10-09 12:00");
    // Friday from 9:00 until noon.
    let charged = ["company_contact office 540", "company_feedback office 180"];
    assert_eq!(charges(echo, "chemical").await, charged);
    let view = echo.view("chemical").await;
    assert_eq!(view["answers"].as_array().map(Vec::len), Some(1), "what was confirmed before counts no more");
    assert_eq!(view["answers"][0]["content"]["public_text"], "已办好。");
    // Fifteen days.
    assert_eq!(echo.due("rating_window").await, "10-24 12:00");
}

/// The other echo, which the office answers itself in time.
async fn answered_by_the_office(echo: &Walk<'_>) {
    echo.at("10-08 16:00").act("dispatcher", "direct-answer", solved()).await.expect(200);
    assert_eq!(echo.end("dispatch").await, "met 10-08 16:00");
    assert_eq!(echo.end("company_feedback").await, "met 10-08 16:00");
    assert_eq!(echo.due("rating_window").await, "10-23 16:00");
    assert_eq!(charges(echo, "dispatcher").await, [""; 0]);
}

on_both!(in the sample district:
    the_echoes_of_a_withdrawn_master_are_dispatched_anew_and_keep_what_they_were_promised,
);
