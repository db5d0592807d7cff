//! What no generator thinks of.

use super::world::World;
use super::wrong::NOTHING;
use super::{told, trace, unchanged};
use crate::support::app::{TestApp, on_both};
use crate::support::walk::{LEAD, act, answered, dispatch, file, form, part, parts, promised, solved, text};
use reqwest::Method;
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

async fn a_dispatch_names_valid_units_once_and_one_lead(app: &mut TestApp) {
    let request = file(app, json!({})).await;
    let admin = app.as_("admin");
    let ended = json!({ "code": "old_bureau", "name": "已撤的局", "kind": "bureau",
        "parent_id": app.district.unit("district"), "valid_from": "2020-01-01", "valid_until": "2026-09-24" });
    let ended = text(&admin.post("/units", ended).await.expect(201)["id"]);
    let before = trace::content(app).await;
    let path = format!("/requests/{request}/dispatch");
    let lead = json!({ "unit": app.district.unit(LEAD), "part": "lead" });
    let dispatch = async |parts: Value| app.as_("dispatcher").post(&path, json!({ "parts": parts })).await;
    dispatch(json!([])).await.field_problem(422, "/parts", "lead_needed");
    dispatch(json!([lead, lead])).await.field_problem(422, "/parts", "lead_needed");
    let twice = json!({ "unit": app.district.unit(LEAD), "part": "assist" });
    dispatch(json!([lead, twice])).await.field_problem(422, "/parts/1/unit", "unit_twice");
    let of_ended = json!({ "unit": ended, "part": "assist" });
    dispatch(json!([lead, of_ended])).await.field_problem(422, "/parts/1/unit", "reference_not_valid");
    let told_lead = json!({ "unit": app.district.unit(LEAD), "part": "lead", "told_to_contact": true });
    dispatch(json!([told_lead])).await.field_problem(422, "/parts/0/told_to_contact", "only_branch_is_told");
    // Ten thousand parts are more than a body holds; as many as it holds are more than a dispatch takes.
    let many = |count| Value::from(vec![json!({ "unit": NOTHING, "part": "assist" }); count]);
    dispatch(many(10_000)).await.problem(413, "body_too_large");
    dispatch(many(900)).await.field_problem(422, "/parts", "too_many");
    let class = json!({ "category": app.district.category("roads"), "parts": [lead] });
    let answer = app.as_("dispatcher").post(&path, class).await;
    answer.field_problem(422, "/category", "reference_not_valid");
    let class = json!({ "category": app.district.category("roads") });
    let answer = app.as_("dispatcher").post(&format!("/requests/{request}/categorise"), class).await;
    answer.field_problem(422, "/category", "reference_not_valid");
    unchanged(app, &before).await;
}

async fn one_files_for_ones_own_company_only(app: &mut TestApp) {
    let before = trace::content(app).await;
    let file = async |other: Value| app.as_("chemical").post("/requests", form(app, &other)).await;
    let foreign = json!({ "company": app.district.company("metal") });
    file(foreign).await.field_problem(422, "/company", "reference_unknown");
    let class = json!({ "category": app.district.category("roads") });
    file(class).await.field_problem(422, "/category", "reference_not_valid");
    let conduct = json!({ "conduct_unit": app.district.unit(LEAD) });
    file(conduct).await.field_problem(422, "/conduct_unit", "only_complaint_has_conduct");
    for channel in ["hotline", "upper_level", "counter"] {
        file(json!({ "channel": channel })).await.field_problem(422, "/channel", "unknown_word");
    }
    for staff in ["dispatcher", "admin", "traffic_police.handler"] {
        let answer = app.as_(staff).post("/requests", form(app, &json!({}))).await;
        assert!([403, 422].contains(&answer.status), "{staff}: {}", told(&answer));
    }
    unchanged(app, &before).await;
}

async fn what_is_anothers_request_is_not_there(app: &mut TestApp) {
    let request = file(app, json!({})).await;
    let lead = part(&dispatch(app, &request).await, "lead");
    let before = trace::content(app).await;
    for act in ["withdraw", "conclude", "rating", "callback"] {
        let rating = json!({ "level": "satisfied", "reached": true, "solved": true });
        let ruling = json!({ "findings": "x", "ruling": "explained", "public_text": "x" });
        let form = match act {
            "rating" => rating,
            "callback" => ruling,
            _ => json!({}),
        };
        let path = format!("/requests/{request}/{act}");
        app.as_("metal").post(&path, form.clone()).await.problem(404, "not_found");
        let path = format!("/requests/{NOTHING}/{act}");
        app.as_("metal").post(&path, form).await.problem(404, "not_found");
    }
    for act in ["sign", "approve", "accept", "release"] {
        for who in ["metal", "industry.handler", "admin"] {
            let answer = app.as_(who).post(&format!("/assignments/{lead}/{act}"), json!({})).await;
            assert_eq!(told(&answer), "404 \"not_found\" []", "{who} {act}");
        }
    }
    for path in ["", "/timeline", "/due-explanation", "/rating", "/callback", "/dispatch-suggestion"] {
        for who in ["metal", "industry.handler"] {
            let answer = app.as_(who).get(&format!("/requests/{request}{path}")).await;
            assert_eq!(told(&answer), "404 \"not_found\" []", "{who} {path}");
        }
    }
    unchanged(app, &before).await;
}

/// Each act in a state in which it cannot be done.
async fn an_act_at_the_wrong_time_says_why_and_changes_nothing(app: &mut TestApp) {
    let world = World::make(app).await;
    let before = trace::content(app).await;
    let rating = json!({ "level": "satisfied", "reached": true, "solved": true });
    let decline = json!({ "ground": "in_litigation", "text": "x" });
    let ruling = json!({ "findings": "x", "ruling": "explained", "public_text": "x" });
    let categorise = json!({ "category": app.district.category("roads.lights") });
    let contact = json!({ "whom": "x", "means": "phone", "reached": true, "outcome": "x" });
    let reason = json!({ "reason": "x" });
    let (handler, signer) = ("traffic_police.handler", "traffic_police.signer");
    let [submitted, answered] = [&world.submitted[0], &world.answered[0]];
    let [dispatched, drafted, approved] = [&world.dispatched, &world.drafted[0], &world.approved[0]];
    let none = || json!({});
    for (who, path, form, code) in [
        ("chemical", format!("/requests/{submitted}/rating"), rating, "not_answered_yet"),
        ("chemical", format!("/requests/{submitted}/conclude"), none(), "not_answered_yet"),
        ("dispatcher", format!("/requests/{submitted}/callback"), ruling.clone(), "no_callback"),
        ("dispatcher", format!("/requests/{answered}/dispatch"), parts(app), "already_answered"),
        ("dispatcher", format!("/requests/{answered}/direct-answer"), solved(), "already_answered"),
        ("dispatcher", format!("/requests/{answered}/decline"), decline, "already_answered"),
        ("dispatcher", format!("/requests/{answered}/callback"), ruling, "no_callback"),
        ("dispatcher", format!("/requests/{answered}/categorise"), categorise, "already_answered"),
        ("chemical", format!("/requests/{answered}/withdraw"), none(), "already_answered"),
        (handler, format!("/assignments/{dispatched}/draft"), solved(), "not_signed_yet"),
        (signer, format!("/assignments/{dispatched}/approve"), none(), "no_draft"),
        (signer, format!("/assignments/{dispatched}/return-draft"), reason.clone(), "no_draft"),
        ("dispatcher", format!("/assignments/{dispatched}/release"), none(), "not_approved_yet"),
        ("dispatcher", format!("/assignments/{drafted}/send-back"), reason, "not_approved_yet"),
        (handler, format!("/assignments/{drafted}/sign"), none(), "already_signed"),
        (handler, format!("/assignments/{approved}/draft"), solved(), "already_approved"),
        (signer, format!("/assignments/{approved}/approve"), none(), "already_approved"),
    ] {
        let answer = app.as_(who).post(&path, form).await;
        let status = answer.status;
        assert!(status == 409 && answer.body["code"] == code, "{who} {path}: {}, not {code}", told(&answer));
    }
    // The company's own contact, the unit's own release: nobody does another's act.
    let answer = app.as_("chemical").post(&format!("/assignments/{dispatched}/contact"), contact).await;
    assert!([403, 404].contains(&answer.status), "{}", told(&answer));
    let answer = app.as_(handler).post(&format!("/assignments/{approved}/release"), none()).await;
    assert!([403, 404].contains(&answer.status), "{}", told(&answer));
    unchanged(app, &before).await;
}

async fn an_answer_promises_only_what_the_calendar_can_count(app: &mut TestApp) {
    let request = file(app, json!({})).await;
    let lead = part(&dispatch(app, &request).await, "lead");
    act(app, "traffic_police.handler", &lead, "sign", json!({})).await;
    let before = trace::content(app).await;
    for (by, code) in [
        ("9999-12-31", "invalid_date"),
        ("2200-01-01", "invalid_date"),
        ("2026-09-24", "not_in_future"),
        ("0001-01-01", "not_in_future"),
    ] {
        let mut promise = promised();
        promise["milestones"][1]["by"] = by.into();
        let path = format!("/assignments/{lead}/draft");
        let answer = app.as_("traffic_police.handler").post(&path, promise.clone()).await;
        answer.field_problem(422, "/milestones/1/by", code);
        let direct = file_unseen(app, promise).await;
        direct.field_problem(422, "/milestones/1/by", code);
    }
    let mut gone = trace::content(app).await;
    gone.retain(|table, _| table.starts_with("answers") || table.starts_with("commitments"));
    assert!(gone.iter().all(|(table, rows)| before.get(table) == Some(rows)));
    // The last day there is: promised, released, kept.
    let mut promise = promised();
    promise["milestones"] = json!([{ "what": "勘察", "by": "2199-12-31" }]);
    let view = answered(app, promise).await;
    let commitment = &view["commitments"][0];
    assert!(text(&commitment["due_at"]).starts_with("2199-12-31T17:30:00"), "{commitment}");
}

/// A direct answer to a request filed for it.
async fn file_unseen(app: &TestApp, content: Value) -> crate::support::client::Answer {
    let request = file(app, json!({})).await;
    app.as_("dispatcher").post(&format!("/requests/{request}/direct-answer"), content).await
}

async fn a_unit_runs_by_a_calendar_there_is(app: &mut TestApp) {
    let before = trace::content(app).await;
    let admin = app.as_("admin");
    let unit = json!({ "code": "new_bureau", "name": "新设的局", "kind": "bureau",
        "parent_id": app.district.unit("district"), "calendar": "no_such_calendar" });
    admin.post("/units", unit).await.field_problem(422, "/calendar", "reference_unknown");
    let path = format!("/units/{}", app.district.unit(LEAD));
    let change = admin.request(Method::PATCH, &path).header("if-match", "*");
    let answer = admin.send(change.json(&json!({ "calendar": "no_such_calendar" }))).await;
    answer.field_problem(422, "/calendar", "reference_unknown");
    unchanged(app, &before).await;
}

async fn a_rating_gives_each_reason_once(app: &mut TestApp) {
    let request = text(&answered(app, solved()).await["id"]);
    let before = trace::content(app).await;
    let path = format!("/requests/{request}/rating");
    let rating = |reasons: Value| json!({ "level": "dissatisfied", "reached": true, "solved": false, "reasons": reasons });
    let rate = async |reasons: Value| app.as_("chemical").post(&path, rating(reasons)).await;
    rate(vec!["overdue"; 1000].into()).await.field_problem(422, "/reasons", "too_many");
    rate(json!(["overdue", "attitude", "overdue"])).await.field_problem(422, "/reasons/2", "reason_twice");
    unchanged(app, &before).await;
    rate(json!(["overdue", "attitude"])).await.expect(201);
}

async fn headers_nobody_can_read_do_no_harm(app: &mut TestApp) {
    let chemical = app.as_("chemical");
    for language in ["", ";;;q=", "en;q=9e99", "en;q=NaN", "*", "xx-YY;q=-1,,,", "\u{1f600}", "zh;q=0,en;q=0"]
    {
        let request = chemical.request(Method::GET, "/me").header("accept-language", language);
        chemical.send(request).await.expect(200);
        let request = app.stranger().request(Method::GET, "/me").header("accept-language", language);
        let answer = app.stranger().send(request).await;
        assert!(["zh-CN", "en"].contains(&answer.header("content-language")), "{language}");
        answer.problem(401, "not_logged_in");
    }
    let long = "x".repeat(4000);
    let no_token = format!("Bearer {}", "A".repeat(43));
    let no_bearer =
        ["", "Bearer", "Bearer ", "Basic YTpi", "bearer x", "Bearer a b", "Bearer \u{e9}", &long, &no_token];
    for authorization in no_bearer {
        let request = app.stranger().request(Method::GET, "/me").header("authorization", authorization);
        app.stranger().send(request).await.problem(401, "not_logged_in");
    }
    let book = app.as_("admin").get("/promises").await.expect(200)["document"].clone();
    for tag in ["", "7", "\"", "W/\"1\"", "\"1", "\"99999999999999999999\"", "\u{e9}", "\"0\", \"2\""] {
        let request = app.as_("admin").request(Method::PUT, "/promises").header("if-match", tag).json(&book);
        app.as_("admin").send(request).await.problem(412, "precondition_failed");
    }
}

async fn methods_a_path_does_not_take_are_refused_with_those_it_takes(app: &mut TestApp) {
    let admin = app.as_("admin");
    let before = trace::content(app).await;
    for (method, path, status) in [
        (Method::HEAD, "/me", 200),
        (Method::HEAD, "/requests/no-id", 404),
        (Method::OPTIONS, "/requests", 204),
        (Method::TRACE, "/requests", 405),
        (Method::CONNECT, "/requests", 405),
        (Method::DELETE, "/requests", 405),
        (Method::PATCH, "/promises", 405),
        (Method::POST, "/me", 405),
        (Method::from_bytes(b"PROPFIND").expect("a method"), "/requests", 405),
        (Method::OPTIONS, "/no-such-thing", 404),
        (Method::TRACE, "/no-such-thing", 405),
    ] {
        if method == Method::CONNECT {
            continue;
        }
        let answer = admin.send(admin.request(method.clone(), path)).await;
        assert_eq!(answer.status, status, "{method} {path}: {:#}", answer.body);
        if [204, 405].contains(&status) {
            let takes_some = path != "/no-such-thing";
            assert!(answer.headers.contains_key("allow"), "{method} {path}");
            assert_eq!(answer.header("allow").contains("GET"), takes_some, "{method} {path}");
        }
    }
    unchanged(app, &before).await;
}

/// What the application says to these bytes; empty where it only closes the connection.
async fn raw(app: &TestApp, bytes: Vec<u8>) -> String {
    let address = app.address();
    let spoken = tokio::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(address).expect("it listens");
        stream.set_read_timeout(Some(Duration::from_secs(10))).expect("a timeout");
        // It may hang up before all is said.
        drop(stream.write_all(&bytes));
        let mut answer = Vec::new();
        drop(stream.read_to_end(&mut answer));
        String::from_utf8_lossy(&answer).into_owned()
    });
    spoken.await.expect("the talk ends")
}

async fn a_body_in_pieces_is_read_and_one_without_end_is_not(app: &mut TestApp) {
    let token = app.token("chemical").await;
    let head = |more: &str| {
        format!(
            "POST /api/v1/requests HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\
             Content-Type: application/json\r\n{more}\r\n"
        )
    };
    let right = form(app, &json!({})).to_string();
    let (front, back) = right.as_bytes().split_at(right.len() / 2);
    let chunk = |bytes: &[u8]| [format!("{:x}\r\n", bytes.len()).as_bytes(), bytes, b"\r\n"].concat();
    let chunked = head("Transfer-Encoding: chunked\r\n").into_bytes();
    let whole = [chunked.clone(), chunk(front), chunk(back), b"0\r\n\r\n".to_vec()].concat();
    assert!(raw(app, whole).await.starts_with("HTTP/1.1 201"));
    let before = trace::content(app).await;
    let mut endless = chunked.clone();
    for _ in 0..20 {
        endless.extend(chunk(&[b' '; 5000]));
    }
    assert!(raw(app, endless).await.starts_with("HTTP/1.1 413"));
    let announced = head("Content-Length: 70000\r\n").into_bytes();
    assert!(raw(app, announced).await.starts_with("HTTP/1.1 413"));
    for strange in [
        head("Content-Length: -1\r\n"),
        head("Content-Length: 5\r\nContent-Length: 6\r\n"),
        head("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n") + "0\r\n\r\nGET / HTTP/1.1\r\n\r\n",
        "GET\r\n\r\n".to_owned(),
        "GET /api/v1/me HTTP/9.9\r\n\r\n".to_owned(),
        format!("GET /api/v1/me?{} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "x".repeat(200_000)),
    ] {
        let answer = raw(app, strange.clone().into_bytes()).await;
        let shown: String = strange.chars().take(200).collect();
        assert!(!answer.starts_with("HTTP/1.1 5") && !answer.starts_with("HTTP/1.1 2"), "{shown}: {answer}");
    }
    unchanged(app, &before).await;
    app.stranger().get("/livez").await.expect(200);
}

async fn a_wrong_book_is_refused_at_its_place(app: &mut TestApp) {
    let before = trace::content(app).await;
    let admin = app.as_("admin");
    let right = admin.get("/promises").await.expect(200)["document"].clone();
    let put = async |change: &dyn Fn(&mut Value)| {
        let mut book = right.clone();
        change(&mut book);
        admin.send(admin.request(Method::PUT, "/promises").header("if-match", "*").json(&book)).await
    };
    for (pointer, value) in [
        ("/rules/0/clocks/0", json!("no_such_clock")),
        ("/rules/0/length", json!({ "working_days": -1 })),
        ("/rules/0/length", json!({ "working_days": 4_294_967_296_u64 })),
        ("/rules/0/length", json!({ "minutes": 0 })),
        ("/rules/0/length", json!({ "working_days": 1, "minutes": 1 })),
        ("/rules/0/no_such_field", json!(1)),
        ("/settings/same_day_cut_off", json!("25:00")),
        ("/settings/late_rating", json!({ "days": 1e300 })),
    ] {
        let answer = put(&|book| super::cases::put(book, pointer, value.clone())).await;
        let found = super::first(&answer);
        let at = found["pointer"].as_str().unwrap_or_default().to_owned();
        assert_eq!(
            (answer.status, found["code"].as_str()),
            (422, Some("book_invalid")),
            "{pointer} {value}: {at}"
        );
        assert!(pointer.starts_with(&at) || at.starts_with(pointer), "{pointer}: {at}");
    }
    for whole in [json!(null), json!([]), json!({}), json!("x"), json!(1)] {
        let answer = put(&|book| *book = whole.clone()).await;
        assert_eq!((answer.status, answer.body["code"].as_str()), (422, Some("book_invalid")), "{whole}");
    }
    unchanged(app, &before).await;
}

async fn a_wrong_calendar_is_refused_at_its_place(app: &mut TestApp) {
    let before = trace::content(app).await;
    let admin = app.as_("admin");
    let right = admin.get("/calendars/cn").await.expect(200)["document"].clone();
    let put = async |change: &dyn Fn(&mut Value)| {
        let mut document = right.clone();
        change(&mut document);
        let request = admin.request(Method::PUT, "/calendars/cn").header("if-match", "*");
        admin.send(request.json(&document)).await
    };
    let first = right["days_off"][0]["date"].clone();
    for (pointer, value) in [
        ("/no_such_field", json!(1)),
        ("/zone", json!("Mars/Olympus")),
        ("/zone", json!("Europe/Berlin")),
        ("/zone", json!(8)),
        ("/hours", json!({})),
        ("/hours/mon", json!([["12:00", "09:00"]])),
        ("/hours/mon", json!([["09:00", "12:00"], ["11:00", "17:30"]])),
        ("/hours/sun", json!([["09:00", "24:01"]])),
        ("/hours/mon/0", json!(["09:00"])),
        ("/days_off/0", json!("2026-02-30")),
        ("/days_off/3", json!({ "date": "2026-1-1" })),
        ("/days_off/1", json!({ "date": first, "name": "又一个名字" })),
        ("/days_off/1", json!(20_261_001)),
        ("/make_up_days/0", json!({ "date": "2026-10-10", "as": "someday" })),
        ("/seasons", json!([{ "from": "02-30", "to": "03-01", "hours": {} }])),
        ("/special_hours", json!({ "tomorrow": [] })),
        ("/breaks", json!({ "2026-10-12": [["noon", "13:00"]] })),
        ("/announced/0", json!(1e300)),
    ] {
        let answer = put(&|document| super::cases::put(document, pointer, value.clone())).await;
        let found = super::first(&answer);
        let at = found["pointer"].as_str().unwrap_or_default().to_owned();
        let refused = (answer.status, found["code"].as_str());
        assert_eq!(refused, (422, Some("calendar_invalid")), "{pointer} {value}: {at}");
        assert!(at.starts_with(pointer), "{pointer} {value}: {at}");
    }
    for whole in [json!(null), json!([]), json!({}), json!("x"), json!(1)] {
        let answer = put(&|document| *document = whole.clone()).await;
        assert_eq!((answer.status, answer.body["code"].as_str()), (422, Some("calendar_invalid")), "{whole}");
    }
    unchanged(app, &before).await;
}

on_both!(in the sample district:
    a_dispatch_names_valid_units_once_and_one_lead,
    one_files_for_ones_own_company_only,
    what_is_anothers_request_is_not_there,
    an_act_at_the_wrong_time_says_why_and_changes_nothing,
    an_answer_promises_only_what_the_calendar_can_count,
    a_unit_runs_by_a_calendar_there_is,
    a_rating_gives_each_reason_once,
    headers_nobody_can_read_do_no_harm,
    methods_a_path_does_not_take_are_refused_with_those_it_takes,
    a_body_in_pieces_is_read_and_one_without_end_is_not,
    a_wrong_book_is_refused_at_its_place,
    a_wrong_calendar_is_refused_at_its_place,
);
