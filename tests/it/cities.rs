//! The promises of two cities (domain §3), kept as examples in `config/examples`: requests run under each, and every
//! due date is one worked out by hand from the text.
//!
//! The days of the scenarios, 2026 in China: Thu 24 Sep works; Fri 25 to Sun 27 are off (Mid-Autumn); Mon 28 to Wed
//! 30 work; Thu 1 to Wed 7 Oct are off (National Day); Thu 8, Fri 9 and **Sat 10 Oct** work; Sun 11 is off. Offices
//! are open 9:00 to 12:00 and 13:30 to 17:30.

use crate::support::app::{TestApp, on_both};
use crate::support::walk::{ASSIST, LEAD, file, part, text};
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

/// Help with a road, filed on a Thursday before the holiday and dispatched on the Monday after.
const PLAIN: Run<'static> = Run {
    kind: "help",
    urgency: "normal",
    category: "roads.surface",
    pace: "ordinary",
    filed: "09-24 16:40",
    dispatched: "09-28 10:00",
    due: &[],
};

/// An instant of autumn 2026 at the office: `09-24 16:40`.
fn at(text: &str) -> String {
    let seconds = if text.len() == 11 { ":00" } else { "" };
    format!("2026-{}{seconds}+08:00", text.replace(' ', "T"))
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

/// What a field of the newest clock of this kind says.
fn stands(view: &Value, kind: &str, field: &str) -> String {
    let mut clocks = view["clocks"].as_array().expect("clocks").iter();
    text(&clocks.rfind(|clock| clock["kind"] == kind).expect("such a clock")[field])
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
    let plain = Run { kind: "consultation", ..PLAIN };
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
    let plain = Run { urgency: "emergency", filed: "09-28 09:30", ..PLAIN };
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
    let plain = Run { filed: "09-30 09:30", dispatched: "09-30 10:00", ..PLAIN };
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

/// The form that asks until this time for the clock of this kind, as a unit does.
fn more_time(view: &Value, kind: &str, until: &str) -> Value {
    let clocks = view["clocks"].as_array().expect("clocks");
    let clock = clocks.iter().find(|clock| clock["kind"] == kind).expect("such a clock");
    json!({ "clock": clock["id"], "until": at(until), "reason": "需会同省厅研究。", "ground": "《办法》第十二条" })
}

/// Xuzhou: more time is asked at least one working day before the due date, with a new date and the legal ground; the
/// bureau's head agrees, then the office, in that order.
async fn xuzhou_gives_more_time_by_the_bureaus_head_and_then_the_office(app: &mut TestApp) {
    adopt(app, XUZHOU).await;
    for (head, unit) in [("traffic_police.signer", LEAD), ("municipal_works.signer", ASSIST)] {
        let path = format!("/people/{}/memberships", app.district.person(head));
        let form = json!({ "role": "leader", "unit_id": app.district.unit(unit) });
        app.as_("admin").post(&path, form).await.expect(201);
    }
    let plain = PLAIN;
    let [view, other] = [dispatched(app, &plain).await, dispatched(app, &plain).await];
    let handler = app.as_("traffic_police.handler");
    let path = |view: &Value| format!("/assignments/{}/extension", part(view, "lead"));
    // Five working days from Mon 28 Sep end on Sat 10 Oct, so it is asked by Fri 9 Oct 17:30.
    app.set_time(&at("10-09 17:30"));
    let mut form = more_time(&view, "feedback", "10-16 17:30");
    form["ground"] = json!(" ");
    handler.post(&path(&view), form).await.field_problem(422, "/ground", "text_empty");
    let asked = handler.post(&path(&view), more_time(&view, "feedback", "10-16 17:30")).await.expect(200);
    assert_eq!(asked["extensions"][0]["level"], "leader");
    let ruling = format!("/extensions/{}/ruling", text(&asked["extensions"][0]["id"]));
    app.set_time(&at("10-09 17:30:01"));
    let late = handler.post(&path(&other), more_time(&other, "feedback", "10-16 17:30")).await;
    late.problem(409, "extension_too_late");

    let word = |granted: bool| json!({ "granted": granted, "reason": "属实。" });
    app.set_time(&at("10-10 09:00"));
    app.as_("dispatcher").post(&ruling, word(true)).await.problem(403, "not_your_level");
    app.as_("municipal_works.signer").post(&ruling, word(true)).await.problem(404, "not_found");
    let agreed = app.as_("traffic_police.signer").post(&ruling, word(true)).await.expect(200);
    assert_eq!(agreed["extensions"][0]["level"], "dispatcher");
    assert!(agreed["extensions"][0].get("ruling").is_none());
    assert_eq!(stands(&agreed, "feedback", "due_at"), at("10-10 17:30"));
    app.as_("traffic_police.signer").post(&ruling, word(true)).await.problem(403, "not_your_level");
    app.set_time(&at("10-10 10:00"));
    let granted = app.as_("dispatcher").post(&ruling, word(true)).await.expect(200);
    assert_eq!(stands(&granted, "feedback", "due_at"), at("10-16 17:30"));
    assert_eq!(stands(&granted, "company_feedback", "due_at"), at("10-16 17:30"));
    // Asked on Fri 9 Oct, both had until Sat 10 Oct, which is worked.
    assert_eq!(stands(&granted, "extension_ruling", "due_at"), at("10-10 17:30"));
    assert_eq!(stands(&granted, "extension_ruling", "outcome"), "met");
    let words = granted["extensions"][0]["words"].as_array().expect("words").iter();
    assert_eq!(words.map(|word| text(&word["role"])).collect::<Vec<_>>(), ["leader", "dispatcher"]);

    // The head's refusal needs no word of the office.
    let asked = handler.post(&path(&other), more_time(&other, "conclusion", "10-30 17:30")).await.expect(200);
    let ruling = format!("/extensions/{}/ruling", text(&asked["extensions"][0]["id"]));
    let refused = app.as_("traffic_police.signer").post(&ruling, word(false)).await.expect(200);
    assert_eq!(refused["extensions"][0]["ruling"], "refused");
    app.as_("dispatcher").post(&ruling, word(true)).await.problem(409, "already_ruled");

    // What is to be done the same day is not extended.
    let urgent = Run { urgency: "emergency", filed: "10-12 09:00", dispatched: "10-12 09:30", ..plain };
    let view = dispatched(app, &urgent).await;
    let form = more_time(&view, "feedback", "10-14 17:30");
    handler.post(&path(&view), form).await.problem(409, "not_extendable");
}

/// Xuzhou: a return within two days, with reason and basis. It knows no other bound, and an emergency's is ruled on the
/// same day.
async fn xuzhou_takes_a_return_for_two_working_days_with_its_basis(app: &mut TestApp) {
    adopt(app, XUZHOU).await;
    let plain = PLAIN;
    let [view, late] = [dispatched(app, &plain).await, dispatched(app, &plain).await];
    let emergency = dispatched(app, &Run { urgency: "emergency", ..plain }).await;
    let handler = app.as_("traffic_police.handler");
    let path = |view: &Value, act: &str| format!("/assignments/{}/{act}", part(view, "lead"));
    let whole = json!({ "cause": "wrong_unit", "reason": "路面破损属市政养护。", "ground": "《市政管理条例》第八条" });
    app.set_time(&at("09-28 16:00"));
    let asked = handler.post(&path(&emergency, "return"), whole.clone()).await.expect(200);
    assert_eq!(stands(&asked, "return_ruling", "due_at"), at("09-28 17:30"));
    // It has spoken with the company, its contact was due on Tue 29 Sep, and it may return until Wed 30 Sep 17:30.
    let call = json!({ "whom": "厂办", "means": "phone", "reached": true, "outcome": "已了解情况。" });
    handler.post(&path(&view, "contact"), call).await.expect(200);
    app.set_time(&at("09-30 17:30"));
    let bare = json!({ "cause": "wrong_unit", "reason": "路面破损属市政养护。", "ground": " " });
    let refused = handler.post(&path(&view, "return"), bare).await;
    refused.field_problem(422, "/ground", "return_ground_needed");
    let asked = handler.post(&path(&view, "return"), whole.clone()).await.expect(200);
    // From 15:00 on the same day is the next working day, Thu 8 Oct.
    assert_eq!(stands(&asked, "return_ruling", "due_at"), at("10-08 17:30"));
    app.set_time(&at("09-30 17:30:01"));
    handler.post(&path(&late, "return"), whole).await.problem(409, "return_too_late");
}

/// Beijing: two hours run at night; a week runs through the holiday, and more time of it is asked before the holiday; of
/// a complex matter the company hears after a week where it stands.
async fn beijing_runs_at_night_and_tells_of_a_complex_matter_where_it_stands(app: &mut TestApp) {
    adopt(app, BEIJING).await;
    let plain = Run { filed: "09-30 09:30", dispatched: "09-30 10:00", ..PLAIN };
    let handler = app.as_("traffic_police.handler");
    let path = |view: &Value, act: &str| format!("/assignments/{}/{act}", part(view, "lead"));
    let ordinary = dispatched(app, &plain).await;
    let complex = dispatched(app, &Run { pace: "complex", ..plain }).await;
    let emergency = Run { urgency: "emergency", dispatched: "09-30 23:30", ..plain };
    let emergency = dispatched(app, &emergency).await;
    // Due on National Day at 1:30, yellow when half an hour is left, red at once.
    for (time, light) in [
        ("10-01 00:59:59", "green"),
        ("10-01 01:00", "yellow"),
        ("10-01 01:30", "yellow"),
        ("10-01 01:30:01", "red"),
    ] {
        app.set_time(&at(time));
        let view =
            app.as_("dispatcher").get(&format!("/requests/{}", text(&emergency["id"]))).await.expect(200);
        assert_eq!(stands(&view, "feedback", "light"), light, "{time}");
    }
    let form = more_time(&emergency, "feedback", "10-02 10:00");
    handler.post(&path(&emergency, "extension"), form).await.problem(409, "not_extendable");
    // Whoever gives an emergency back at night is ruled on at night.
    app.set_time(&at("09-30 23:40"));
    let form = json!({ "cause": "wrong_unit", "reason": "属供水管网。" });
    let returned = handler.post(&path(&emergency, "return"), form).await.expect(200);
    assert_eq!(stands(&returned, "return_ruling", "due_at"), at("10-01 00:10"));

    // Due on Wed 7 Oct, which is off; the working day before is Wed 30 Sep. Ten working days after it: 8, 9, 10 (3), 12
    // to 16 (8), 19, Tue 20 Oct (10).
    let form = more_time(&ordinary, "feedback", "10-20 17:30");
    handler.post(&path(&ordinary, "extension"), form.clone()).await.problem(409, "extension_too_late");
    app.set_time(&at("09-30 17:30"));
    let far = more_time(&ordinary, "feedback", "10-20 17:30:01");
    handler.post(&path(&ordinary, "extension"), far).await.field_problem(422, "/until", "date_too_late");
    handler.post(&path(&ordinary, "extension"), form).await.expect(200);

    let first = json!({ "public_text": "已到现场，方案论证中。" });
    assert_eq!(
        (due(&ordinary, "preliminary").as_str(), due(&complex, "preliminary")),
        ("none", at("10-07 10:00"))
    );
    for view in [&ordinary, &complex] {
        handler.post(&path(view, "sign"), Value::Null).await.expect(200);
    }
    handler.post(&path(&ordinary, "preliminary"), first.clone()).await.problem(409, "no_preliminary");
    // On Tue 6 Oct, a day off, in time.
    app.set_time(&at("10-06 15:00"));
    let told = handler.post(&path(&complex, "preliminary"), first.clone()).await.expect(200);
    assert_eq!(stands(&told, "preliminary", "outcome"), "met");
    assert_eq!(stands(&told, "feedback", "due_at"), at("10-15 10:00"));
    handler.post(&path(&complex, "preliminary"), first).await.problem(409, "no_preliminary");
    let company = app.as_("chemical").get(&format!("/requests/{}", text(&complex["id"]))).await.expect(200);
    assert_eq!(company["preliminary"][0]["public_text"], "已到现场，方案论证中。");
    assert_eq!(company["preliminary"][0]["reported_at"], at("10-06 15:00"));
}

async fn another_book_holds_for_new_clocks_only(app: &mut TestApp) {
    let plain = PLAIN;
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
    xuzhou_gives_more_time_by_the_bureaus_head_and_then_the_office,
    xuzhou_takes_a_return_for_two_working_days_with_its_basis,
    beijing_runs_at_night_and_tells_of_a_complex_matter_where_it_stands,
    another_book_holds_for_new_clocks_only,
);
