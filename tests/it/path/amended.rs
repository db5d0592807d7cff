//! A calendar amended while requests are under way: open clocks are counted anew, at once and once.

use super::{Walk, on, reached, short};
use crate::support::app::{TestApp, on_both};
use crate::support::client::Answer;
use crate::support::meeting::Meeting;
use diesel::prelude::*;
use futures_util::future::join;
use onedoor::db::schema::clocks;
use onedoor::domain::actor::Actor;
use onedoor::promises;
use onedoor::web::IfMatch;
use reqwest::Method;
use serde_json::{Value, json};

/// Puts the newest version of the calendar with a change made to it.
pub(crate) async fn amend(app: &TestApp, who: &str, change: impl FnOnce(&mut Value)) -> Answer {
    let client = app.as_(who);
    let read = client.get("/calendars/cn").await;
    let tag = read.header("etag").to_owned();
    let mut document = read.expect(200)["document"].take();
    change(&mut document);
    let request = client.request(Method::PUT, "/calendars/cn").header("if-match", tag);
    client.send(request.json(&document)).await
}

/// Declares a day off.
pub(crate) fn off(date: &str) -> impl FnOnce(&mut Value) {
    let day = json!({ "date": date, "name": "防台风" });
    move |document| document["days_off"].as_array_mut().expect("days off").push(day)
}

/// A request that this company filed on Tuesday 29 September and the office sent to the industry bureau at 10:00.
async fn under_way<'a>(app: &'a TestApp, more: &[(&str, &str)]) -> Walk<'a> {
    app.set_time(&on("09-29 09:30"));
    let walk = Walk::file(app, "equipment", "land.supply", json!({})).await;
    let parts: Vec<(&str, &str)> = [("industry", "lead")].iter().chain(more).copied().collect();
    walk.at("09-29 10:00").dispatch(&parts).await.expect(200);
    walk
}

/// What the timeline tells this person of amendments.
pub(crate) async fn told(walk: &Walk<'_>, who: &str) -> Vec<Value> {
    let path = format!("/requests/{}/timeline?limit=100", walk.id);
    let page = walk.app.as_(who).get(&path).await.expect(200);
    let items = page["items"].as_array().expect("a timeline has items").iter();
    items.filter(|item| item["act"] == "calendar_amended").cloned().collect()
}

async fn explained(walk: &Walk<'_>, clock: &str) -> Value {
    let path = format!("/requests/{}/due-explanation?clock={clock}", walk.id);
    walk.app.as_("dispatcher").get(&path).await.expect(200)
}

async fn a_day_off_declared_while_clocks_run_moves_those_that_count_it(app: &mut TestApp) {
    let walk = under_way(app, &[("permits", "assist")]).await;
    walk.at("09-30 09:00").on_share("industry", "handler", "contact", reached()).await.expect(200);
    // Feedback counts 30 September, 8 and 9 October; the whole 15 days from 30 September to Monday 26 October.
    assert_eq!(walk.due("feedback").await, "10-09 17:30");
    assert_eq!(walk.due("conclusion").await, "10-26 17:30");
    assert_eq!(walk.due("assist").await, "10-08 17:30");
    let (contact, before) = (walk.clock("industry contact").await, walk.stand().await);

    walk.at("09-30 16:00");
    let amended = amend(app, "leader", off("2026-10-09")).await;
    assert_eq!(amended.header("etag"), "\"2\"");
    let amended = amended.expect(200);
    assert_eq!((&amended["version"], &amended["moved"]), (&json!(2), &json!(3)));
    // Saturday 10 October is worked, so it takes the place of Friday.
    for clock in ["feedback", "company_feedback"] {
        let clock = walk.clock(clock).await;
        assert_eq!((short(&clock["due_at"]), &clock["due_version"]), ("10-10 17:30".to_owned(), &json!(2)));
        assert_eq!(short(&clock["first_due_at"]), "10-09 17:30");
        assert_eq!(short(&clock["warn_at"]), "10-08 17:30");
    }
    assert_eq!(walk.due("conclusion").await, "10-27 17:30");
    let assist = walk.clock("assist").await;
    assert_eq!((short(&assist["due_at"]), &assist["due_version"]), ("10-08 17:30".to_owned(), &json!(1)));
    assert_eq!(walk.clock("industry contact").await, contact, "what has stopped stays as it was");

    let after = walk.stand().await;
    assert_eq!((after.0, after.1), (before.0 + 1, before.1 + 1), "one version and one entry more");
    let due_on = async |who: &str, date: &str| {
        let path = format!("/requests?due_from={date}&due_to={date}");
        app.as_(who).get(&path).await.expect(200)["items"].as_array().map(Vec::len)
    };
    assert_eq!(due_on("equipment", "2026-10-09").await, Some(0));
    assert_eq!(due_on("equipment", "2026-10-10").await, Some(1));
    for who in ["equipment", "dispatcher", "permits.handler"] {
        let told = told(&walk, who).await;
        assert_eq!(told.len(), 1, "{who}");
        assert_eq!(told[0]["detail"], json!({ "calendar": "cn", "version": 2 }));
        assert_eq!(told[0]["words"], "工作日历有调整，期限重新推算");
    }

    let feedback = explained(&walk, "feedback").await;
    assert_eq!(feedback["calendar"], json!({ "name": "cn", "version": 2 }));
    let days = feedback["days"].as_array().expect("days");
    let friday = days.iter().find(|day| day["date"] == "2026-10-09").expect("it was looked at");
    assert_eq!((&friday["reason"], &friday["name"]), (&json!("skipped"), &json!("防台风")));
    assert_eq!(explained(&walk, "assist").await["calendar"]["version"], 2, "all that runs has the new one");
    assert_eq!(explained(&walk, "contact").await["calendar"]["version"], 1);
}

async fn new_clocks_are_counted_by_the_amended_calendar_at_once(app: &mut TestApp) {
    app.set_time(&on("09-30 09:30"));
    amend(app, "admin", off("2026-10-09")).await.expect(200);
    let days = app.as_("equipment").get("/calendars/cn/days?from=2026-10-09&to=2026-10-09").await.expect(200);
    assert_eq!((&days["version"], &days["days"][0]["kind"]), (&json!(2), &json!("day_off")));
    let walk = Walk::file(app, "equipment", "land.supply", json!({})).await;
    walk.at("09-30 10:00").dispatch(&[("industry", "lead")]).await.expect(200);
    // Thursday 8, Saturday 10 and Monday 12 October.
    assert_eq!(walk.due("feedback").await, "10-12 17:30");
    assert_eq!(explained(&walk, "feedback").await["calendar"]["version"], 2);
    assert_eq!(told(&walk, "dispatcher").await, Vec::<Value>::new());
}

async fn a_request_without_a_clock_that_moves_stays_as_it_was(app: &mut TestApp) {
    app.set_time(&on("09-29 09:30"));
    let withdrawn = Walk::file(app, "equipment", "land.supply", json!({})).await;
    withdrawn.act("equipment", "withdraw", Value::Null).await.expect(200);
    let filed = Walk::file(app, "equipment", "land.supply", json!({})).await;
    let before = (withdrawn.stand().await, filed.stand().await);
    filed.at("09-29 10:00");
    assert_eq!(amend(app, "admin", off("2026-10-09")).await.expect(200)["moved"], 0);
    assert_eq!((withdrawn.stand().await, filed.stand().await), before, "nobody counted that Friday");
    assert_eq!(explained(&filed, "dispatch").await["calendar"]["version"], 2);

    // One working day from Tuesday 29 September; with Wednesday off the next one is Thursday 8 October.
    assert_eq!(amend(app, "admin", off("2026-09-30")).await.expect(200)["moved"], 1);
    assert_eq!(filed.due("dispatch").await, "10-08 17:30");
    assert_eq!(told(&filed, "dispatcher").await.len(), 1);
    assert_eq!(told(&filed, "equipment").await, Vec::<Value>::new(), "it was the office's own clock");
    assert_eq!(withdrawn.stand().await, before.0);

    let unchanged = filed.stand().await;
    let again = amend(app, "admin", |_| ()).await.expect(200);
    assert_eq!((&again["version"], &again["moved"]), (&json!(3), &json!(0)), "it says what the newest says");
    assert_eq!(filed.stand().await, unchanged);
}

async fn a_clock_that_stands_still_runs_on_by_the_amended_calendar(app: &mut TestApp) {
    let walk = under_way(app, &[]).await;
    walk.at("09-30 09:00").act("dispatcher", "ask-info", json!({ "list": "宗地图" })).await.expect(200);
    walk.at("09-30 10:00");
    // Only the company's five working days for the papers run: 8, 10, 12, 13 and 14 October without the Friday.
    assert_eq!(walk.due("supplement").await, "10-13 17:30");
    assert_eq!(amend(app, "admin", off("2026-10-09")).await.expect(200)["moved"], 1);
    assert_eq!(walk.due("supplement").await, "10-14 17:30");
    assert_eq!(walk.due("feedback").await, "", "it stands still");
    // It stood from Wednesday 30 September 09:00 to Thursday 8 October 09:00: seven working hours. Without them it would
    // be due on Saturday 10 October, at 17:30; so it is on Monday 12.
    walk.at("10-08 09:00").act("equipment", "supplement", json!({ "answer": "已补" })).await.expect(200);
    let feedback = walk.clock("feedback").await;
    assert_eq!((short(&feedback["due_at"]), &feedback["due_version"]), ("10-12 17:30".to_owned(), &json!(2)));
}

async fn a_promised_day_that_becomes_a_day_off_moves_to_the_next_working_day(app: &mut TestApp) {
    let walk = under_way(app, &[]).await;
    let promise = json!({ "outcome": "promised", "public_text": "分两步办理。", "milestones": [
        { "what": "勘察", "by": "2026-10-09" }, { "what": "挂牌", "by": "2026-10-20" } ] });
    walk.at("09-30 09:00").on_share("industry", "handler", "contact", reached()).await.expect(200);
    walk.on_share("industry", "handler", "draft", promise).await.expect(200);
    walk.on_share("industry", "signer", "approve", Value::Null).await.expect(200);
    walk.release("industry").await;
    let promised = async || {
        let view = walk.view("equipment").await;
        let due = |list: &str, at: usize| short(&view[list][at]["due_at"]);
        [due("commitments", 0), due("commitments", 1)]
    };
    assert_eq!(promised().await, ["10-09 17:30", "10-20 17:30"]);
    assert_eq!(amend(app, "admin", off("2026-10-09")).await.expect(200)["moved"], 1);
    // Civil Code, article 203.
    assert_eq!(promised().await, ["10-10 17:30", "10-20 17:30"]);
    assert_eq!(told(&walk, "equipment").await.len(), 1);
    // Worked after all: it is due on its own day again.
    let worked = |document: &mut Value| {
        document["days_off"].as_array_mut().expect("days off").retain(|day| day["date"] != "2026-10-09");
    };
    assert_eq!(amend(app, "admin", worked).await.expect(200)["moved"], 1);
    assert_eq!(promised().await, ["10-09 17:30", "10-20 17:30"]);
}

async fn next_year_s_notice_makes_provisional_dates_firm(app: &mut TestApp) {
    app.set_time(&on("12-23 09:30"));
    let walk = Walk::file(app, "equipment", "land.supply", json!({})).await;
    walk.at("12-23 10:00").dispatch(&[("industry", "lead")]).await.expect(200);
    let conclusion = walk.clock("conclusion").await;
    // Fifteen working days: 24, 25 and 28 to 31 December, 4 to 8 and 11 to 14 January.
    assert_eq!(conclusion["due_at"], "2027-01-14T17:30:00+08:00");
    assert_eq!(conclusion["provisional"], true);
    let notice = |document: &mut Value| {
        let days = document["days_off"].as_array_mut().expect("days off");
        days.retain(|day| !day["date"].as_str().is_some_and(|date| date.starts_with("2027-")));
        days.push(json!({ "date": "2027-01-01", "name": "元旦" }));
        document["announced"].as_array_mut().expect("years").push(json!(2027));
    };
    let amended = amend(app, "admin", notice).await.expect(200);
    assert_eq!((&amended["moved"], &amended["announced"][8]), (&json!(1), &json!(2027)));
    let firm = walk.clock("conclusion").await;
    assert_eq!((&firm["due_at"], &firm["provisional"]), (&conclusion["due_at"], &json!(false)));
    assert_eq!(firm["due_version"], 1, "the date itself did not move");
    assert_eq!(told(&walk, "industry.handler").await.len(), 1);
    assert_eq!(told(&walk, "equipment").await, Vec::<Value>::new(), "its own dates were firm before");
}

async fn a_calendar_by_which_a_running_clock_never_ends_is_refused_whole(app: &mut TestApp) {
    let walk = under_way(app, &[]).await;
    let before = walk.stand().await;
    let one_day_more = |document: &mut Value| {
        document["hours"] = json!({});
        document["make_up_days"] = json!([]);
        document["special_hours"] = json!({ "2026-09-30": [["09:00", "17:30"]] });
    };
    amend(app, "admin", one_day_more).await.problem(409, "calendar_cannot_count");
    assert_eq!(walk.stand().await, before);
    assert_eq!(app.as_("admin").get("/calendars/cn").await.header("etag"), "\"1\"");
}

async fn a_clock_started_while_the_calendar_was_amended_is_caught_up_with(app: &mut TestApp) {
    let walk = under_way(app, &[]).await;
    let mut document = app.as_("admin").get("/calendars/cn").await.expect(200)["document"].take();
    off("2026-10-09")(&mut document);
    let at = app.context.time.now();
    // The next version without the recount, as a clock finds it that was started by the old one meanwhile.
    let written = app.context.db.write(move |conn| {
        promises::amend_calendar(conn, at, &Actor::system(), &IfMatch::Any, "cn", &document)
    });
    written.await.expect("it is written down");
    assert_eq!(walk.due("feedback").await, "10-09 17:30");
    app.step("recount clocks").await;
    assert_eq!(walk.due("feedback").await, "10-10 17:30");
    assert_eq!(told(&walk, "equipment").await[0]["capacity"], "system");
    let settled = walk.stand().await;
    app.step("recount clocks").await;
    assert_eq!(walk.stand().await, settled, "once");
}

async fn an_act_and_an_amendment_at_once_leave_no_open_clock_behind(app: &mut TestApp) {
    let meeting = Meeting::at(app).await;
    app.set_time(&on("09-29 10:00"));
    let walk = Walk::file(app, "equipment", "land.supply", json!({})).await;
    let parts = json!({ "parts": [{ "unit": app.district.unit("industry"), "part": "lead" }] });
    let papers = json!({ "list": "宗地图" });
    let acts = [
        ("2026-10-09", "dispatcher", "dispatch", parts),
        ("2026-10-12", "dispatcher", "ask-info", papers),
        ("2026-10-13", "equipment", "supplement", json!({ "answer": "已补" })),
    ];
    for (version, (date, who, act, form)) in (2..).zip(acts) {
        // Sessions are opened before, so that only the act and the amendment race.
        app.token("admin").await;
        app.token(who).await;
        meeting.call(2);
        let (amended, done) = join(amend(app, "admin", off(date)), walk.act(who, act, form)).await;
        meeting.was_held();
        meeting.call(0);
        assert_eq!(amended.expect(200)["version"], version);
        done.expect(200);
        let versions = app.context.db.read(|conn| {
            let open = clocks::table.filter(clocks::stopped_at.is_null());
            Ok(open.select(clocks::calendar_version).distinct().load::<i32>(conn)?)
        });
        assert_eq!(versions.await.expect("the clocks can be read"), [version], "{act}");
    }
}

on_both!(in the sample district:
    a_day_off_declared_while_clocks_run_moves_those_that_count_it,
    new_clocks_are_counted_by_the_amended_calendar_at_once,
    a_request_without_a_clock_that_moves_stays_as_it_was,
    a_clock_that_stands_still_runs_on_by_the_amended_calendar,
    a_promised_day_that_becomes_a_day_off_moves_to_the_next_working_day,
    next_year_s_notice_makes_provisional_dates_firm,
    a_calendar_by_which_a_running_clock_never_ends_is_refused_whole,
    a_clock_started_while_the_calendar_was_amended_is_caught_up_with,
    an_act_and_an_amendment_at_once_leave_no_open_clock_behind,
);
