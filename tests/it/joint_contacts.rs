//! One contact made for several parts.

use crate::path::{Walk, because, reached, solved};
use crate::support::app::{TestApp, on_both};
use serde_json::{Value, json};

/// A contact that reached the company, or did not, made also for these assignments.
fn together(reached_it: bool, with: &[&Value]) -> Value {
    let mut contact = reached();
    contact["reached"] = reached_it.into();
    contact["message_left"] = true.into();
    contact["joint_with"] = with.iter().copied().cloned().collect();
    contact
}

async fn one_contact_stops_the_clocks_of_all_and_signs_for_one(app: &mut TestApp) {
    let walk = Walk::under_way(app, &[("industry", "lead"), ("natural_resources", "told branch")]).await;
    let lead = walk.share("industry").await["id"].clone();
    walk.at("09-29 10:00");
    let visit = together(true, &[&lead]);
    walk.on_share("natural_resources", "handler", "contact", visit).await.expect(200);
    assert_eq!(walk.told().await, ["contacted_jointly → industry"]);
    let stopped = ["industry contact", "natural_resources contact", "company_contact"];
    for clock in stopped {
        assert_eq!(walk.end(clock).await, "met 09-29 10:00", "{clock}");
    }
    assert_eq!(walk.share("industry").await["state"], "dispatched", "the lead has not signed");
    assert_eq!(walk.share("natural_resources").await["state"], "signed");
    walk.on_share("industry", "handler", "draft", solved()).await.problem(409, "not_signed_yet");
    let shown = async |who: &str| walk.view(who).await["contacts"][0]["joint_with"].clone();
    assert_eq!(shown("industry.handler").await, json!([lead]));
    assert_eq!(shown("equipment").await, Value::Null, "with whom it was made is for staff");
    let entries = walk.app.as_("auditor").get(&format!("/requests/{}/timeline", walk.id)).await.expect(200);
    assert_eq!(entries["items"][2]["detail"]["joint_with"], json!([lead]));

    // Contested, it is contested for all; the next one for both counts at its own time for both.
    walk.at("09-29 11:00");
    let contact = walk.view("equipment").await["contacts"][0]["id"].as_str().expect("an id").to_owned();
    let said = because("没有人来过");
    app.as_("equipment").post(&format!("/contacts/{contact}/contest"), said).await.expect(200);
    assert_eq!(
        walk.told().await,
        [
            "contact_contested → business_environment",
            "contact_contested → industry",
            "contact_contested → natural_resources"
        ]
    );
    for clock in stopped {
        assert_eq!(walk.clock(clock).await["light"], "hollow", "{clock}");
    }
    let branch = walk.share("natural_resources").await["id"].clone();
    let visit = together(true, &[&branch]);
    walk.at("09-30 09:00").on_share("industry", "handler", "contact", visit).await.expect(200);
    let contest = walk.view("dispatcher").await["contacts"][0]["contest"]["id"].clone();
    let path = format!("/contests/{}/ruling", contest.as_str().expect("an id"));
    let ruling = json!({ "ruling": "upheld", "reason": "门岗无登记" });
    walk.at("09-30 10:00");
    app.as_("dispatcher").post(&path, ruling).await.expect(200);
    for clock in stopped {
        // Due on Tuesday 29 at 17:30.
        assert_eq!(walk.end(clock).await, "late 09-30 09:00", "{clock}");
    }
}

async fn a_try_counts_for_the_part_that_recorded_it(app: &mut TestApp) {
    let walk = Walk::under_way(app, &[("industry", "lead"), ("natural_resources", "told branch")]).await;
    let lead = walk.share("industry").await["id"].clone();
    for time in ["09-28 11:00", "09-28 15:00", "09-29 10:00"] {
        let tried = together(false, &[&lead]);
        walk.at(time).on_share("natural_resources", "handler", "contact", tried).await.expect(200);
        assert_eq!(walk.told().await, [""; 0], "nobody is told of a try");
    }
    assert_eq!(walk.end("natural_resources contact").await, "unreached 09-29 10:00");
    assert_eq!(walk.end("industry contact").await, "open");
    assert_eq!(walk.end("company_contact").await, "open");
}

async fn only_parts_that_contact_the_company_join_and_each_once(app: &mut TestApp) {
    let parts = [
        ("industry", "lead"),
        ("natural_resources", "told branch"),
        ("permits", "assist"),
        ("drainage", "branch"),
    ];
    let walk = Walk::under_way(app, &parts).await;
    let other = Walk::under_way(app, &[("natural_resources", "lead")]).await;
    let of = async |unit: &str| walk.share(unit).await["id"].clone();
    let (lead, told) = (of("industry").await, of("natural_resources").await);
    let nothing = json!("01922222-2222-7222-8222-222222222222");
    let elsewhere = other.share("natural_resources").await["id"].clone();
    let before = walk.stand().await;
    for wrong in [&lead, &of("permits").await, &of("drainage").await, &elsewhere, &nothing] {
        let joint = together(true, &[wrong]);
        let answer = walk.on_share("industry", "handler", "contact", joint).await;
        answer.field_problem(422, "/joint_with/0", "cannot_join");
    }
    let twice = walk.on_share("industry", "handler", "contact", together(true, &[&told, &told])).await;
    twice.field_problem(422, "/joint_with/1", "cannot_join");
    let office = walk.on_share("industry", "dispatcher", "contact", together(true, &[&told])).await;
    office.field_problem(422, "/joint_with/0", "cannot_join");
    let many: Vec<&Value> = vec![&told; 21];
    let many = walk.on_share("industry", "handler", "contact", together(true, &many)).await;
    many.field_problem(422, "/joint_with", "too_many");
    assert_eq!(walk.stand().await, before, "nothing changed");

    // A part whose answer is released contacts nobody any more.
    walk.answer("natural_resources").await;
    walk.release("natural_resources").await;
    let late = walk.on_share("industry", "handler", "contact", together(true, &[&told])).await;
    late.field_problem(422, "/joint_with/0", "cannot_join");
}

on_both!(
    in the sample district:
    one_contact_stops_the_clocks_of_all_and_signs_for_one,
    a_try_counts_for_the_part_that_recorded_it,
    only_parts_that_contact_the_company_join_and_each_once,
);
