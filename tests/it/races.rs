//! Several at once: on PostgreSQL transactions meet before they lock a request, so that races really race; on SQLite
//! they come at once to its one writer.

use crate::support::app::{BEGIN, TestApp, block_on, instant, on_both, run_in_the_sample_district, settings};
use crate::support::client::Answer;
use crate::support::meeting::Meeting;
use crate::support::place::{Database, Place};
use crate::support::walk::{
    LEAD, act, answer, answered, dispatch, file, form, part, parts, promised, solved, text,
};
use diesel::prelude::*;
use futures_util::future::join_all;
use onedoor::app::App;
use onedoor::db::schema::{books, calendars, journal, requests};
use onedoor::domain::ids::{Id, Instant};
use onedoor::journal::verify;
use onedoor::time::Time;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Sends all of these at once: who, path, form.
pub(crate) async fn at_once(app: &TestApp, meeting: &Meeting, acts: &[(&str, String, Value)]) -> Vec<Answer> {
    all_meant_for(app, meeting, None, acts).await
}

/// The same, all meant for this version where there is one.
async fn all_meant_for(
    app: &TestApp,
    meeting: &Meeting,
    version: Option<i32>,
    acts: &[(&str, String, Value)],
) -> Vec<Answer> {
    // Sessions are opened before, so that only the acts race.
    for (who, ..) in acts {
        app.token(who).await;
    }
    meeting.call(acts.len());
    let sent = acts.iter().map(async |(who, path, form)| {
        let client = app.as_(who);
        let request = client.request(Method::POST, path).json(form);
        let request = match version {
            Some(version) => request.header("if-match", format!("\"{version}\"")),
            None => request,
        };
        client.send(request).await
    });
    let answers = join_all(sent).await;
    meeting.was_held();
    meeting.call(0);
    answers
}

/// Of these answers exactly one is a success; gives it, and the code of each other.
pub(crate) fn one_won(answers: Vec<Answer>) -> (Value, Vec<String>) {
    let (won, lost): (Vec<Answer>, Vec<Answer>) = answers.into_iter().partition(|answer| answer.status < 300);
    assert_eq!(won.len(), 1, "{lost:#?}");
    let body = won.into_iter().next().expect("one").body;
    (body, lost.into_iter().map(|answer| text(&answer.body["code"])).collect())
}

/// The journal of a request is one chain, and its acts are these.
pub(crate) async fn acts_of(app: &TestApp, request: &str) -> Vec<String> {
    let id = Id::parse(request).expect("an id");
    let read = app.context.db.read(move |conn| {
        let row = requests::table.find(id).select((
            requests::version,
            requests::journal_seq,
            requests::journal_head,
        ));
        let (version, seq, head): (i32, i32, String) = row.first(conn)?;
        assert_eq!(version, seq, "each act raises the version by one");
        assert_eq!(verify(conn, id, seq, &head)?, None);
        let acts = journal::table.filter(journal::subject_id.eq(id)).order(journal::seq);
        Ok(acts.select(journal::act).load::<String>(conn)?)
    });
    read.await.expect("the journal can be read")
}

pub(crate) fn of_kind<'v>(view: &'v Value, list: &str, kind: &str) -> Vec<&'v Value> {
    view[list]
        .as_array()
        .expect("a list")
        .iter()
        .filter(|one| one["kind"] == kind || one["part"] == kind)
        .collect()
}

async fn two_dispatchers_at_once_make_one_dispatch(app: &mut TestApp) {
    let meeting = Meeting::at(app).await;
    // On SQLite they cannot meet: one of them is simply first.
    let rounds = if app.place.url.starts_with("sqlite:") { 20 } else { 200 };
    for round in 0..rounds {
        let request = file(app, json!({})).await;
        let one = ("dispatcher", format!("/requests/{request}/dispatch"), parts(app));
        // Every other time both say which version they have read.
        let (version, refusal) =
            if round % 2 == 0 { (Some(1), "precondition_failed") } else { (None, "already_dispatched") };
        let answers = all_meant_for(app, &meeting, version, &[one.clone(), one]).await;
        let (view, lost) = one_won(answers);
        assert_eq!(lost, [refusal]);
        let seen = app.as_("dispatcher").get(&format!("/requests/{request}")).await.expect(200);
        assert_eq!(seen["parts"], view["parts"]);
        assert_eq!((of_kind(&seen, "parts", "lead").len(), of_kind(&seen, "parts", "assist").len()), (1, 1));
        for kind in
            ["dispatch", "contact", "feedback", "conclusion", "assist", "company_contact", "company_feedback"]
        {
            assert_eq!(of_kind(&seen, "clocks", kind).len(), 1, "{kind}: {:#}", seen["clocks"]);
        }
        assert_eq!(acts_of(app, &request).await, ["file", "dispatch"]);
    }
}

async fn an_answer_is_released_or_sent_back_but_not_both(app: &mut TestApp) {
    let meeting = Meeting::at(app).await;
    for _ in 0..6 {
        let request = file(app, json!({})).await;
        let lead = part(&dispatch(app, &request).await, "lead");
        answer(app, LEAD, &lead, solved(), true).await;
        let acts = [
            ("dispatcher", format!("/assignments/{lead}/release"), json!({})),
            ("dispatcher", format!("/assignments/{lead}/send-back"), json!({ "reason": "请补充依据。" })),
        ];
        let (view, lost) = one_won(at_once(app, &meeting, &acts).await);
        let released = view["state"] == "answered";
        assert_eq!(lost, [if released { "already_accepted" } else { "not_approved_yet" }]);
        let ratable = of_kind(&view, "clocks", "rating_window").len();
        assert_eq!(ratable, usize::from(released));
        let acts = acts_of(app, &request).await;
        assert_eq!(acts.last().map(String::as_str), Some(if released { "release" } else { "send_back" }));
    }
}

async fn a_cycle_is_rated_once(app: &mut TestApp) {
    let meeting = Meeting::at(app).await;
    for level in ["very_satisfied", "dissatisfied", "satisfied", "very_dissatisfied"] {
        let request = text(&answered(app, solved()).await["id"]);
        let rating = json!({ "level": level, "reached": true, "solved": true });
        let one = ("chemical", format!("/requests/{request}/rating"), rating);
        let (_, lost) = one_won(at_once(app, &meeting, &[one.clone(), one.clone(), one]).await);
        assert!(
            lost.iter().all(|code| ["already_rated", "rating_window_over"].contains(&code.as_str())),
            "{level}: {lost:?}"
        );
        let ratings = app.as_("chemical").get(&format!("/requests/{request}/rating")).await.expect(200);
        assert_eq!(ratings.as_array().map(Vec::len), Some(1));
        let seen = app.as_("dispatcher").get(&format!("/requests/{request}")).await.expect(200);
        assert_eq!(
            of_kind(&seen, "clocks", "callback").len(),
            usize::from(level.starts_with("dis") || level.ends_with("_dissatisfied"))
        );
    }
}

async fn a_call_back_is_ruled_on_once(app: &mut TestApp) {
    let meeting = Meeting::at(app).await;
    let request = text(&answered(app, solved()).await["id"]);
    let rating = json!({ "level": "dissatisfied", "reached": true, "solved": false });
    app.as_("chemical").post(&format!("/requests/{request}/rating"), rating).await.expect(201);
    let seen = app.as_("dispatcher").get(&format!("/requests/{request}")).await.expect(200);
    let rework =
        json!({ "findings": "x", "ruling": "rework", "public_text": "x", "blamed": [part(&seen, "lead")] });
    let path = format!("/requests/{request}/callback");
    let (_, lost) = one_won(
        at_once(app, &meeting, &[("dispatcher", path.clone(), rework.clone()), ("dispatcher", path, rework)])
            .await,
    );
    assert!(["no_callback", "not_answered_yet"].contains(&lost[0].as_str()), "{lost:?}");
    let seen = app.as_("dispatcher").get(&format!("/requests/{request}")).await.expect(200);
    assert_eq!((seen["cycle"].as_i64(), of_kind(&seen, "clocks", "rework").len()), (Some(2), 1));
}

async fn a_commitment_is_confirmed_once_and_two_at_once_open_one_time_to_rate(app: &mut TestApp) {
    let meeting = Meeting::at(app).await;
    for _ in 0..4 {
        let view = answered(app, promised()).await;
        let request = text(&view["id"]);
        let [first, second] = [0, 1].map(|place| text(&view["commitments"][place]["id"]));
        let keep = |who, commitment: &str| (who, format!("/commitments/{commitment}/keep"), json!({}));
        let acts = [keep("chemical", &first), keep("dispatcher", &first)];
        let (_, lost) = one_won(at_once(app, &meeting, &acts).await);
        assert_eq!(lost, ["already_kept"]);
        // The last commitment beside the conclusion: whichever comes first, the time to rate begins at most once.
        let acts =
            [keep("chemical", &second), ("dispatcher", format!("/requests/{request}/conclude"), json!({}))];
        let answers = at_once(app, &meeting, &acts).await;
        assert_eq!(answers[0].status, 200, "{:#}", answers[0].body);
        let concluded = answers[1].status == 200;
        assert!(concluded || answers[1].body["code"] == "commitment_open", "{:#}", answers[1].body);
        let seen = app.as_("dispatcher").get(&format!("/requests/{request}")).await.expect(200);
        assert_eq!(seen["state"], if concluded { "concluded" } else { "answered" });
        assert_eq!(of_kind(&seen, "clocks", "rating_window").len(), 1);
    }
}

async fn a_request_is_withdrawn_or_dispatched_but_not_both(app: &mut TestApp) {
    let meeting = Meeting::at(app).await;
    for _ in 0..6 {
        let request = file(app, json!({})).await;
        let acts = [
            ("chemical", format!("/requests/{request}/withdraw"), json!({})),
            ("dispatcher", format!("/requests/{request}/dispatch"), parts(app)),
        ];
        let (view, lost) = one_won(at_once(app, &meeting, &acts).await);
        let withdrawn = view["state"] == "withdrawn";
        assert_eq!(lost, [if withdrawn { "already_ended" } else { "withdraw_needs_office" }]);
        let seen = app.as_("dispatcher").get(&format!("/requests/{request}")).await.expect(200);
        let open =
            seen["clocks"].as_array().expect("clocks").iter().filter(|clock| clock["stopped_at"].is_null());
        assert_eq!(open.count() == 0, withdrawn);
    }
}

async fn papers_are_brought_or_the_office_goes_on_without_but_not_both(app: &mut TestApp) {
    let meeting = Meeting::at(app).await;
    for _ in 0..4 {
        let request = file(app, json!({})).await;
        let path = format!("/requests/{request}/ask-info");
        app.as_("dispatcher").post(&path, json!({ "list": "现场照片" })).await.expect(200);
        let acts = [
            ("chemical", format!("/requests/{request}/supplement"), json!({ "answer": "已送到窗口。" })),
            ("dispatcher", format!("/requests/{request}/go-on"), json!({ "reason": "已另行查到。" })),
        ];
        let (view, lost) = one_won(at_once(app, &meeting, &acts).await);
        assert_eq!((view["state"].as_str(), lost.len()), (Some("submitted"), 1));
        assert_eq!(lost, ["not_waiting_for_company"]);
        let seen = app.as_("dispatcher").get(&format!("/requests/{request}")).await.expect(200);
        let running =
            of_kind(&seen, "clocks", "dispatch").into_iter().filter(|clock| clock["stopped_at"].is_null());
        assert_eq!(running.count(), 1);
        let acts = acts_of(app, &request).await;
        assert_eq!(acts.len(), 3, "{acts:?}");
    }
}

async fn sixteen_acts_on_one_request_make_one_chain(app: &mut TestApp) {
    let meeting = Meeting::at(app).await;
    let request = file(app, json!({})).await;
    let lead = part(&dispatch(app, &request).await, "lead");
    act(app, "traffic_police.handler", &lead, "sign", json!({})).await;
    let contact = json!({ "whom": "厂办", "means": "phone", "reached": false, "outcome": "无人接听" });
    let one = ("traffic_police.handler", format!("/assignments/{lead}/contact"), contact);
    // Eight connections write: more than eight cannot meet.
    let mut acts = vec![one; 8];
    let mut answers = at_once(app, &meeting, &acts).await;
    acts.extend(acts.clone());
    let rest = acts.iter().map(async |(who, path, form)| app.as_(who).post(path, form.clone()).await);
    answers.extend(join_all(rest).await);
    let versions: BTreeSet<i64> = answers
        .into_iter()
        .map(|answer| answer.expect(200)["version"].as_i64().expect("a version"))
        .collect();
    assert_eq!(versions, (4..=27).collect());
    assert_eq!(acts_of(app, &request).await.len(), 27);
}

fn numbers(answers: Vec<Answer>) -> BTreeSet<String> {
    answers.into_iter().map(|answer| text(&answer.expect(201)["number"])).collect()
}

async fn thirty_two_filings_at_once_have_numbers_of_their_own(app: &mut TestApp) {
    app.token("chemical").await;
    let filings = (0..32).map(async |_| app.as_("chemical").post("/requests", form(app, &json!({}))).await);
    let numbers = numbers(join_all(filings).await);
    assert_eq!(numbers.len(), 32);
    assert!(numbers.iter().all(|number| number.starts_with("QS20260924-")), "{numbers:?}");
    let listed = app.as_("dispatcher").get("/requests?limit=100").await.expect(200);
    for item in listed["items"].as_array().expect("items") {
        assert_eq!(acts_of(app, &text(&item["id"])).await, ["file"]);
    }
}

on_both!(in the sample district:
    two_dispatchers_at_once_make_one_dispatch,
    an_answer_is_released_or_sent_back_but_not_both,
    a_cycle_is_rated_once,
    a_call_back_is_ruled_on_once,
    a_commitment_is_confirmed_once_and_two_at_once_open_one_time_to_rate,
    a_request_is_withdrawn_or_dispatched_but_not_both,
    papers_are_brought_or_the_office_goes_on_without_but_not_both,
    sixteen_acts_on_one_request_make_one_chain,
    thirty_two_filings_at_once_have_numbers_of_their_own,
);

#[test]
fn two_applications_on_one_database_file_and_dispatch_side_by_side() {
    run_in_the_sample_district(Database::Postgres, async |app| {
        let (second, other) = app.replica().await;
        let (company, office) = (app.token("chemical").await, app.token("dispatcher").await);
        let filings = (0..32).map(async |number| {
            let client = if number % 2 == 0 { app.stranger() } else { other.clone() };
            client.with_token(&company).post("/requests", form(app, &json!({}))).await
        });
        assert_eq!(numbers(join_all(filings).await).len(), 32);
        for _ in 0..5 {
            let request = file(app, json!({})).await;
            let path = format!("/requests/{request}/dispatch");
            let clients = [app.stranger().with_token(&office), other.with_token(&office)];
            let both = clients.iter().map(async |client| client.post(&path, parts(app)).await);
            let (_, lost) = one_won(join_all(both).await);
            assert_eq!(lost, ["already_dispatched"]);
            assert_eq!(acts_of(app, &request).await, ["file", "dispatch"]);
        }
        // A book changed through one application holds at once in the other.
        let admin = other.with_token(&app.token("admin").await);
        let mut book = admin.get("/promises").await.expect(200)["document"].clone();
        book["title"] = json!("第二版");
        let puts = [app.stranger(), other.clone()].map(|client| client.with_token(&company));
        for client in puts {
            client
                .send(client.request(Method::PUT, "/promises").header("if-match", "\"1\"").json(&book))
                .await
                .problem(403, "not_allowed");
        }
        admin
            .send(admin.request(Method::PUT, "/promises").header("if-match", "\"1\"").json(&book))
            .await
            .expect(200);
        assert_eq!(app.as_("admin").get("/promises").await.expect(200)["version"], 2);
        second.stop().await;
    });
}

#[test]
fn two_applications_started_at_once_on_an_empty_database_prepare_it_once() {
    let Some(place) = Place::empty(Database::Postgres) else { return };
    block_on(async {
        let at: Instant = instant(BEGIN);
        let starts = (0..2).map(async |_| {
            let app = App::new(settings(&place), Time::simulated(at, 0)).without_loops();
            app.start().await.expect("both start")
        });
        let running = join_all(starts).await;
        let read = running[0].context.db.read(|conn| {
            let books = books::table.select(books::version).load::<i32>(conn)?;
            let calendars =
                calendars::table.select((calendars::name, calendars::version)).load::<(String, i32)>(conn)?;
            Ok((books, calendars))
        });
        let (books, calendars) = read.await.expect("it can be read");
        assert_eq!(books, [1]);
        assert_eq!(calendars, [("cn".to_owned(), 1)]);
        for one in running {
            one.stop().await;
        }
    });
}
