//! More time asked for while the company contests the contact: neither waits for the other, and neither moves the other.

use super::{charges, red_days};
use crate::contests::{self, contest, light};
use crate::extensions::{ask, extensions, rule};
use crate::path::{Walk, reached, short};
use crate::support::app::{TestApp, on_both};
use serde_json::{Value, json};

const CONTACTS: [&str; 2] = ["industry contact", "company_contact"];

/// A request sent out on Monday 28 September at 10:00 whose company was reached on Tuesday at 10:00.
async fn reached_on_tuesday(app: &TestApp) -> Walk<'_> {
    let walk = Walk::under_way(app, &[("industry", "lead")]).await;
    walk.at("09-29 10:00").on_share("industry", "handler", "contact", reached()).await.expect(200);
    walk
}

async fn time_is_granted_on_a_disputed_contact_and_the_contact_keeps_its_own_date(app: &mut TestApp) {
    for ruling in ["upheld", "refused"] {
        let walk = reached_on_tuesday(app).await;
        walk.at("09-29 14:00");
        contest(&walk, "equipment", 0).await.expect(200);
        // One working day after Tuesday.
        assert_eq!(walk.due("contest_ruling").await, "09-30 17:30");
        walk.at("09-29 15:00");
        ask(&walk, "industry contact", "10-09 17:30").await.problem(409, "not_extendable");
        // Feedback is due on Thursday 8 October and may be asked for until Wednesday's close; ten working days more are 9,
        // 10, 12 to 16 and 19 to 21 October.
        ask(&walk, "industry feedback", "10-14 17:30").await.expect(200);
        assert_eq!(walk.due("extension_ruling").await, "09-30 17:30");
        for clock in CONTACTS {
            assert_eq!(light(&walk, clock).await, "hollow", "{clock}");
        }
        walk.at("09-30 10:00");
        rule(&walk, "dispatcher", true, &[]).await.expect(200);
        for clock in ["industry feedback", "company_feedback"] {
            assert_eq!(walk.due(clock).await, "10-14 17:30", "{clock}");
            assert_eq!(short(&walk.clock(clock).await["first_due_at"]), "10-08 17:30", "{clock}");
        }
        for clock in CONTACTS {
            let contact = walk.clock(clock).await;
            let kept = (short(&contact["due_at"]), &contact["due_version"], &contact["light"]);
            assert_eq!(kept, ("09-29 17:30".into(), &json!(1), &json!("hollow")), "{clock}");
        }
        assert_eq!(walk.view("equipment").await["light"], "green");

        walk.at("09-30 11:00");
        contests::rule(&walk, "dispatcher", 0, ruling).await.expect(200);
        assert_eq!(walk.end("contest_ruling").await, "met 09-30 11:00");
        assert_eq!(walk.due("industry feedback").await, "10-14 17:30", "what was granted is granted");
        if ruling == "refused" {
            assert_eq!(walk.end("company_contact").await, "met 09-29 10:00");
            assert_eq!(charges(&walk, "dispatcher").await, [""; 0]);
            continue;
        }
        for clock in CONTACTS {
            assert_eq!(walk.end(clock).await, "open", "{clock}");
            assert_eq!(walk.due(clock).await, "09-29 17:30", "{clock}");
            assert_eq!(light(&walk, clock).await, "red", "{clock}");
        }
        assert_eq!(walk.view("equipment").await["light"], "red");
        walk.at("09-30 15:00").on_share("industry", "handler", "contact", reached()).await.expect(200);
        for clock in CONTACTS {
            assert_eq!(walk.end(clock).await, "late 09-30 15:00", "{clock}");
            assert_eq!(red_days(&walk, clock).await, 1, "{clock}");
        }
        // Wednesday: three hours before noon, one and a half after.
        assert_eq!(charges(&walk, "dispatcher").await, ["company_contact industry 270"]);
        assert_eq!(walk.view("equipment").await["light"], "green", "feedback turns yellow on 13 October");

        walk.at("10-14 09:00");
        assert_eq!(walk.view("equipment").await["light"], "yellow");
        walk.answer("industry").await;
        walk.at("10-14 10:00").release("industry").await;
        assert_eq!(walk.end("industry feedback").await, "met 10-14 09:00");
        assert_eq!(walk.end("company_feedback").await, "met 10-14 10:00");
    }
}

async fn both_rulings_come_after_the_holiday_and_each_leaves_its_own_red_on_record(app: &mut TestApp) {
    let walk = reached_on_tuesday(app).await;
    walk.at("09-30 16:00");
    contest(&walk, "equipment", 0).await.expect(200);
    walk.at("09-30 17:30");
    // The last moment for it.
    ask(&walk, "industry feedback", "10-14 17:30").await.expect(200);
    assert_eq!(walk.due("contest_ruling").await, "10-08 17:30");
    assert_eq!(walk.due("extension_ruling").await, "10-08 17:30");

    walk.at("10-08 10:00");
    contests::rule(&walk, "dispatcher", 0, "upheld").await.expect(200);
    for clock in CONTACTS {
        // Wednesday, and this Thursday.
        assert_eq!((light(&walk, clock).await, red_days(&walk, clock).await), (json!("red"), json!(2)));
    }
    walk.at("10-08 11:00").on_share("industry", "handler", "contact", reached()).await.expect(200);
    // Wednesday's seven hours, and two of Thursday.
    assert_eq!(charges(&walk, "dispatcher").await, ["company_contact industry 540"]);
    assert_eq!(walk.view("equipment").await["light"], "yellow", "only the feedback of this day is left");

    walk.at("10-09 10:00");
    assert_eq!(walk.view("equipment").await["light"], "red");
    rule(&walk, "dispatcher", true, &[]).await.expect(200);
    assert_eq!(walk.end("extension_ruling").await, "late 10-09 10:00");
    assert_eq!(walk.due("industry feedback").await, "10-14 17:30");
    assert_eq!(walk.due("company_feedback").await, "10-14 17:30");
    assert_eq!(walk.view("equipment").await["light"], "green");
    let granted = &extensions(&walk, "equipment").await[0];
    assert_eq!((short(&granted["until"]), &granted["ruling"]), ("10-14 17:30".into(), &json!("granted")));
    walk.at("10-13 10:00").answer("industry").await;
    walk.at("10-13 11:00").release("industry").await;
    // In time for the new date; but from Thursday's close until Friday at 10:00 they were red.
    assert_eq!(walk.end("industry feedback").await, "late 10-13 10:00");
    assert_eq!(walk.end("company_feedback").await, "late 10-13 11:00");
    assert_eq!(red_days(&walk, "company_feedback").await, 1);
    // In that hour the unit was past due and so was the office's ruling.
    let charged =
        ["company_contact industry 540", "company_feedback industry 60", "company_feedback office 60"];
    assert_eq!(charges(&walk, "dispatcher").await, charged);
}

async fn time_granted_when_it_is_over_again_counts_each_red_day_once(app: &mut TestApp) {
    let walk = Walk::under_way(app, &[("industry", "lead"), ("permits", "assist")]).await;
    walk.at("09-29 16:00");
    ask(&walk, "permits assist", "10-08 17:30").await.expect(200);
    // Due on Wednesday 30 September, asked for until Thursday 8 October, and granted on Saturday 10: red since Wednesday,
    // for Thursday, Friday and the worked Saturday.
    walk.at("10-10 10:00");
    assert_eq!(red_days(&walk, "permits assist").await, 3);
    rule(&walk, "dispatcher", true, &[]).await.expect(200);
    assert_eq!(walk.due("permits assist").await, "10-08 17:30");
    assert_eq!(light(&walk, "permits assist").await, "red");
    assert_eq!(red_days(&walk, "permits assist").await, 3, "the granting adds no day");
    walk.at("10-12 10:00").answer("permits").await;
    walk.on_share("permits", "industry.handler", "accept", Value::Null).await.expect(200);
    assert_eq!(walk.end("permits assist").await, "late 10-12 10:00");
    // Monday, too.
    assert_eq!(red_days(&walk, "permits assist").await, 4);
}

on_both!(in the sample district:
    time_is_granted_on_a_disputed_contact_and_the_contact_keeps_its_own_date,
    both_rulings_come_after_the_holiday_and_each_leaves_its_own_red_on_record,
    time_granted_when_it_is_over_again_counts_each_red_day_once,
);
