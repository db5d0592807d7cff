//! The promises of two cities (domain §3), kept as examples in `config/examples`: requests run under each, and every
//! due date is one worked out by hand from the text.
//!
//! The days of the scenarios, 2026 in China: Thu 24 Sep works; Fri 25 to Sun 27 are off (Mid-Autumn); Mon 28 to Wed
//! 30 work; Thu 1 to Wed 7 Oct are off (National Day); Thu 8, Fri 9 and **Sat 10 Oct** work; Sun 11 is off. Offices
//! are open 9:00 to 12:00 and 13:30 to 17:30.

use crate::support::app::{TestApp, on_both};
use crate::support::walk::{file, text};
use reqwest::Method;
use serde_json::{Value, json};

const XUZHOU: &str = include_str!("../../config/examples/xuzhou-housing.toml");
const BEIJING: &str = include_str!("../../config/examples/beijing-draft.toml");

/// Makes the book of a city the next version, as an administrator does.
async fn adopt(app: &TestApp, book: &str) {
    let document: Value = toml::from_str(book).expect("the example is TOML");
    let admin = app.as_("admin");
    let present = admin.get("/promises").await;
    let tag = present.header("etag").to_owned();
    let put = admin.request(Method::PUT, "/promises").header("if-match", tag).json(&document);
    let title = admin.send(put).await.expect(200)["document"]["title"].clone();
    assert_eq!(title, document["title"]);
}

/// One request: what it is, when it is filed and dispatched, and when each clock must be due.
struct Run<'r> {
    kind: &'r str,
    urgency: &'r str,
    category: &'r str,
    pace: &'r str,
    filed: &'r str,
    dispatched: &'r str,
    due: &'r [(&'r str, &'r str)],
}

/// An instant of autumn 2026 at the office: `09-24 16:40`.
fn at(text: &str) -> String {
    format!("2026-{}:00+08:00", text.replace(' ', "T"))
}

/// Files and dispatches it; gives the request as the office sees it.
async fn dispatched(app: &TestApp, run: &Run<'_>) -> Value {
    app.set_time(&at(run.filed));
    let category = app.district.category(run.category);
    let form = json!({ "kind": run.kind, "urgency": run.urgency, "category": category });
    let request = file(app, form).await;
    app.set_time(&at(run.dispatched));
    let form = json!({ "pace": run.pace, "parts": [
        { "unit": app.district.unit("traffic_police"), "part": "lead" },
        { "unit": app.district.unit("municipal_works"), "part": "assist" },
    ] });
    app.as_("dispatcher").post(&format!("/requests/{request}/dispatch"), form).await.expect(200)
}

/// When the one clock of this kind is due; `none` where there is none.
fn due(view: &Value, kind: &str) -> String {
    let clocks = view["clocks"].as_array().expect("clocks").iter().filter(|clock| clock["kind"] == kind);
    let due: Vec<String> = clocks.map(|clock| text(&clock["first_due_at"])).collect();
    match due.as_slice() {
        [] => "none".to_owned(),
        [one] => one.clone(),
        many => panic!("{kind}: {many:?}"),
    }
}

async fn check(app: &TestApp, run: &Run<'_>) {
    let view = dispatched(app, run).await;
    let Run { kind, urgency, category, pace, dispatched, .. } = run;
    for (clock, wanted) in run.due {
        let what = format!("{clock} of {kind} {urgency} {category} {pace} dispatched {dispatched}");
        assert_eq!(due(&view, clock), at(wanted), "{what}");
    }
}

/// Xuzhou: an emergency the same day; consultation and help the same day, else 5 working days; suggestion, criticism,
/// complaint 15; all from the next day.
async fn xuzhou_counts_five_and_fifteen_working_days_from_the_next_day(app: &mut TestApp) {
    adopt(app, XUZHOU).await;
    let plain = Run {
        kind: "consultation",
        urgency: "normal",
        category: "roads.surface",
        pace: "ordinary",
        filed: "09-24 16:40",
        dispatched: "09-28 10:00",
        due: &[],
    };
    for kind in ["consultation", "help"] {
        // From Mon 28 Sep: Tue 29 (1), Wed 30 (2), Thu 8 Oct (3), Fri 9 (4), Sat 10 (5).
        let due = [
            // Filed Thu 24: the next working day is Mon 28.
            ("dispatch", "09-28 17:30"),
            ("contact", "09-29 17:30"),
            ("company_contact", "09-29 17:30"),
            ("feedback", "10-10 17:30"),
            ("company_feedback", "10-10 17:30"),
            ("assist", "09-30 17:30"),
            // 8, 9, 10 (5), 12 to 16 (10), 19 to 23 Oct (15).
            ("conclusion", "10-23 17:30"),
        ];
        check(app, &Run { kind, due: &due, ..plain }).await;
        // Possible at once: the same day before 15:00, the next working day from then on, also when urgent.
        let due = [("feedback", "09-28 17:30"), ("company_feedback", "09-28 17:30")];
        check(app, &Run { kind, pace: "same_day", due: &due, ..plain }).await;
        let dispatched = "09-28 14:59";
        check(app, &Run { kind, pace: "same_day", urgency: "urgent", dispatched, due: &due, ..plain }).await;
        let due = [("feedback", "09-29 17:30"), ("company_feedback", "09-29 17:30")];
        check(app, &Run { kind, pace: "same_day", dispatched: "09-28 15:00", due: &due, ..plain }).await;
        // At 15:00 before the long holiday the next working day is Thu 8 Oct.
        let due = [("feedback", "10-08 17:30"), ("company_feedback", "10-08 17:30")];
        check(app, &Run { kind, pace: "same_day", dispatched: "09-30 15:00", due: &due, ..plain }).await;
        // On a day off, Sat 26 Sep: the same day is Mon 28; five days are 28, 29, 30, 8, 9.
        let due = [("feedback", "09-28 17:30")];
        check(app, &Run { kind, pace: "same_day", dispatched: "09-26 10:00", due: &due, ..plain }).await;
        let due =
            [("contact", "09-28 17:30"), ("feedback", "10-09 17:30"), ("company_feedback", "10-09 17:30")];
        check(app, &Run { kind, dispatched: "09-26 10:00", due: &due, ..plain }).await;
        // A week without holidays, from Tue 10 Nov 9:30: 11, 12, 13, 16, 17 Nov. The hour does not matter.
        let due =
            [("feedback", "11-17 17:30"), ("company_feedback", "11-17 17:30"), ("contact", "11-11 17:30")];
        check(app, &Run { kind, filed: "11-09 09:00", dispatched: "11-10 09:30", due: &due, ..plain }).await;
        check(app, &Run { kind, filed: "11-09 09:00", dispatched: "11-10 23:59", due: &due, ..plain }).await;
    }
    for kind in ["suggestion", "criticism", "complaint"] {
        // From Mon 28 Sep: 29, 30 (2), 8, 9, 10 Oct (5), 12 to 16 (10), 19 to 23 Oct (15). Possible at once or not:
        // the same day is not promised to them.
        let due =
            [("feedback", "10-23 17:30"), ("company_feedback", "10-23 17:30"), ("contact", "09-29 17:30")];
        for pace in ["same_day", "ordinary", "complex"] {
            check(app, &Run { kind, pace, due: &due, ..plain }).await;
        }
        // From Tue 10 Nov: 11 to 13 (3), 16 to 20 (8), 23 to 27 (13), 30 Nov (14), Tue 1 Dec (15).
        let due = [("feedback", "12-01 17:30"), ("company_feedback", "12-01 17:30")];
        check(app, &Run { kind, filed: "11-09 09:00", dispatched: "11-10 09:30", due: &due, ..plain }).await;
    }
}

async fn xuzhou_deals_with_an_emergency_the_same_day(app: &mut TestApp) {
    adopt(app, XUZHOU).await;
    let plain = Run {
        kind: "help",
        urgency: "emergency",
        category: "roads.surface",
        pace: "ordinary",
        filed: "09-28 09:30",
        dispatched: "09-28 10:00",
        due: &[],
    };
    for kind in ["consultation", "help", "suggestion", "criticism", "complaint"] {
        for pace in ["same_day", "ordinary", "complex"] {
            let due = [
                ("dispatch", "09-28 17:30"),
                ("contact", "09-28 17:30"),
                ("company_contact", "09-28 17:30"),
                ("feedback", "09-28 17:30"),
                ("company_feedback", "09-28 17:30"),
            ];
            check(app, &Run { kind, pace, due: &due, ..plain }).await;
        }
    }
    // Until office hours end it is today; from then on, and on a day off, the next working day.
    let today = [("feedback", "09-28 17:30"), ("contact", "09-28 17:30")];
    check(app, &Run { dispatched: "09-28 17:29", due: &today, ..plain }).await;
    let tomorrow = [("feedback", "09-29 17:30"), ("contact", "09-29 17:30")];
    check(app, &Run { dispatched: "09-28 17:30", due: &tomorrow, ..plain }).await;
    let after_the_holiday = [("feedback", "10-08 17:30"), ("company_feedback", "10-08 17:30")];
    check(app, &Run { dispatched: "09-30 20:00", due: &after_the_holiday, ..plain }).await;
    check(app, &Run { dispatched: "10-03 08:00", due: &after_the_holiday, ..plain }).await;
    // Sat 10 Oct is worked, so the same day is that Saturday.
    let saturday = [("feedback", "10-10 17:30"), ("contact", "10-10 17:30")];
    check(app, &Run { dispatched: "10-10 16:00", due: &saturday, ..plain }).await;
}

/// Beijing: an emergency 2 hours; water, power, gas, heating 24 hours; normal 7 days; complex 15 days. Natural time.
async fn beijing_counts_natural_hours_and_days(app: &mut TestApp) {
    adopt(app, BEIJING).await;
    let plain = Run {
        kind: "help",
        urgency: "normal",
        category: "roads.surface",
        pace: "ordinary",
        filed: "09-30 09:30",
        dispatched: "09-30 10:00",
        due: &[],
    };
    for kind in ["consultation", "help", "suggestion", "criticism", "complaint"] {
        // Seven days run through the holiday, from Wed 30 Sep to Wed 7 Oct at the same hour. Possible at once or not.
        let due =
            [("feedback", "10-07 10:00"), ("company_feedback", "10-07 10:00"), ("contact", "10-08 17:30")];
        check(app, &Run { kind, due: &due, ..plain }).await;
        check(app, &Run { kind, pace: "same_day", due: &due, ..plain }).await;
        check(app, &Run { kind, urgency: "urgent", due: &due, ..plain }).await;
        // Fifteen from Wed 30 Sep: Thu 15 Oct.
        let due =
            [("feedback", "10-15 10:00"), ("company_feedback", "10-15 10:00"), ("conclusion", "10-15 10:00")];
        check(app, &Run { kind, pace: "complex", due: &due, ..plain }).await;
    }
    for category in ["utilities.water", "utilities.power", "utilities.gas", "utilities.heating"] {
        // Twenty-four hours end on National Day at 10:00; the office hands on within two hours.
        let due = [
            ("dispatch", "09-30 11:30"),
            ("contact", "10-01 10:00"),
            ("feedback", "10-01 10:00"),
            ("company_feedback", "10-01 10:00"),
            ("assist", "09-30 22:00"),
        ];
        for pace in ["same_day", "ordinary", "complex"] {
            check(app, &Run { category, pace, due: &due, ..plain }).await;
        }
        // An emergency about water is one: two hours, at night as well.
        let due =
            [("feedback", "10-01 01:30"), ("company_feedback", "10-01 01:30"), ("contact", "10-01 01:30")];
        check(app, &Run { category, urgency: "emergency", dispatched: "09-30 23:30", due: &due, ..plain })
            .await;
    }
    // Sewers and telephones are not named: seven days.
    for category in ["utilities.sewer", "utilities.telecom"] {
        check(app, &Run { category, due: &[("feedback", "10-07 10:00")], ..plain }).await;
    }
    let due = [
        ("dispatch", "09-30 10:00"),
        ("contact", "09-30 19:00"),
        ("company_contact", "09-30 19:00"),
        ("feedback", "09-30 19:00"),
        ("company_feedback", "09-30 19:00"),
        ("assist", "09-30 18:00"),
    ];
    for pace in ["same_day", "ordinary", "complex"] {
        check(app, &Run { urgency: "emergency", pace, dispatched: "09-30 17:00", due: &due, ..plain }).await;
    }
    // An ordinary week: from Tue 10 Nov 9:30 to Tue 17 Nov and to Wed 25 Nov.
    let ordinary = Run { filed: "11-09 09:00", dispatched: "11-10 09:30", ..plain };
    check(app, &Run { due: &[("feedback", "11-17 09:30"), ("contact", "11-11 17:30")], ..ordinary }).await;
    check(app, &Run { pace: "complex", due: &[("feedback", "11-25 09:30")], ..ordinary }).await;
}

/// Beijing: where no owner can be named the district itself takes it. That is a row of the duty table.
async fn where_no_owner_can_be_named_the_district_takes_it(app: &mut TestApp) {
    adopt(app, BEIJING).await;
    let admin = app.as_("admin");
    let form = json!({ "code": "roads.bridges", "name": "桥梁" });
    let category = text(&admin.post("/categories", form).await.expect(201)["id"]);
    let request = file(app, json!({ "category": category })).await;
    let path = format!("/requests/{request}/dispatch-suggestion");
    assert_eq!(app.as_("dispatcher").get(&path).await.expect(200)["fits"], false);
    let office = app.district.unit("business_environment");
    let row = json!({ "category_id": category, "lead": office });
    admin.post("/duty-table", row).await.expect(201);
    let suggested = app.as_("dispatcher").get(&path).await.expect(200);
    assert_eq!((&suggested["fits"], &suggested["lead"]), (&json!(true), &json!(office)));
}

async fn another_book_holds_for_new_clocks_only(app: &mut TestApp) {
    let plain = Run {
        kind: "help",
        urgency: "normal",
        category: "roads.surface",
        pace: "ordinary",
        filed: "09-24 16:40",
        dispatched: "09-28 10:00",
        due: &[],
    };
    // The district's own book: contact 1 working day, feedback 3, from Mon 28: 29, 30, Thu 8 Oct.
    let before = dispatched(app, &plain).await;
    assert_eq!(due(&before, "feedback"), at("10-08 17:30"));
    app.set_time(&at("09-28 11:00"));
    let waiting = file(app, json!({ "category": app.district.category("roads.surface") })).await;
    let submitted = app.as_("dispatcher").get(&format!("/requests/{waiting}")).await.expect(200);
    app.set_time(&at("09-28 11:30"));
    adopt(app, BEIJING).await;
    let after = app.as_("dispatcher").get(&format!("/requests/{}", text(&before["id"]))).await.expect(200);
    assert_eq!(before, after);
    let still = app.as_("dispatcher").get(&format!("/requests/{waiting}")).await.expect(200);
    assert_eq!(submitted, still);
    let explained = app
        .as_("chemical")
        .get(&format!("/requests/{}/due-explanation?clock=company_feedback", text(&before["id"])))
        .await;
    assert!(explained.expect(200).to_string().contains("2026-10-08"));
    // The clocks the waiting request starts from now on run by the new book: seven natural days.
    app.set_time(&at("09-28 12:00"));
    let form = json!({ "pace": "ordinary", "parts": [{ "unit": app.district.unit("traffic_police"), "part": "lead" }] });
    let view = app.as_("dispatcher").post(&format!("/requests/{waiting}/dispatch"), form).await.expect(200);
    assert_eq!(due(&view, "dispatch"), due(&submitted, "dispatch"));
    assert_eq!(due(&view, "feedback"), at("10-05 12:00"));
    assert_eq!(due(&view, "company_feedback"), at("10-05 12:00"));
}

on_both!(in the sample district:
    xuzhou_counts_five_and_fifteen_working_days_from_the_next_day,
    xuzhou_deals_with_an_emergency_the_same_day,
    beijing_counts_natural_hours_and_days,
    where_no_owner_can_be_named_the_district_takes_it,
    another_book_holds_for_new_clocks_only,
);
