//! The straight path of a request, over HTTP, with every date worked out by hand.
//!
//! The calendar all of it runs by: office hours 9:00–12:00 and 13:30–17:30; in 2026, Mid-Autumn is off from 25 to 27
//! September, National Day from 1 to 7 October, and Saturday 10 October is worked.

pub(crate) mod amended;
mod checking;
mod confidence;
mod contacts;
mod endings;
mod lights;
mod outcomes;
mod parts;
mod ratings;
mod sending_back;
mod street_lamps;

use crate::support::app::TestApp;
use crate::support::client::Answer;
use diesel::prelude::*;
use onedoor::db::schema::{journal, outbox, persons, requests, units};
use onedoor::domain::ids::Id;
use serde_json::{Value, json};
use std::collections::HashMap;

/// An answer that is whole.
pub(crate) fn solved() -> Value {
    json!({ "outcome": "solved", "public_text": "已办好。", "evidence": ["现场照片"], "internal_note": "内部情况" })
}

/// A contact that reached the company.
pub(crate) fn reached() -> Value {
    json!({ "whom": "周经理", "means": "phone", "number": "13800138000", "reached": true, "outcome": "约定看现场" })
}

/// A rating of this level.
pub(crate) fn rating(level: &str, solved: bool) -> Value {
    json!({ "level": level, "reached": true, "solved": solved })
}

/// A reason.
pub(crate) fn because(reason: &str) -> Value {
    json!({ "reason": reason })
}

/// `09-28 10:00` of 2026 at the office, as the API spells it.
pub(crate) fn on(time: &str) -> String {
    let (date, hour) = time.split_once(' ').expect("a date and an hour");
    let seconds = if hour.len() == 5 { ":00" } else { "" };
    format!("2026-{date}T{hour}{seconds}+08:00")
}

/// The other way round: what the API shows, in short; empty where it shows nothing.
pub(crate) fn short(time: &Value) -> String {
    let Some(text) = time.as_str() else { return String::new() };
    let short = text.strip_prefix("2026-").and_then(|text| text.strip_suffix(":00+08:00")).unwrap_or(text);
    short.replacen('T', " ", 1)
}

/// One request on its way.
pub(crate) struct Walk<'a> {
    pub(crate) app: &'a TestApp,
    /// The user name of the company's user.
    pub(crate) company: &'static str,
    pub(crate) id: String,
}

impl<'a> Walk<'a> {
    /// Files a request of this company under this category, with what `change` says beside the ordinary.
    pub(crate) async fn file(app: &'a TestApp, company: &'static str, category: &str, change: Value) -> Self {
        let form = form(app, company, category, change);
        let filed = app.as_(company).post("/requests", form).await.expect(201);
        Self { app, company, id: filed["id"].as_str().expect("a request has an id").to_owned() }
    }

    /// Files a request on Monday 28 September at 9:30 and sends it to these units at 10:00.
    pub(crate) async fn under_way(app: &'a TestApp, parts: &[(&str, &str)]) -> Self {
        app.set_time(&on("09-28 09:30"));
        let walk = Self::file(app, "equipment", "land.supply", json!({})).await;
        walk.at("09-28 10:00").dispatch(parts).await.expect(200);
        walk
    }

    /// Moves the time, written as for [`on`].
    pub(crate) fn at(&self, time: &str) -> &Self {
        self.app.set_time(&on(time));
        self
    }

    /// The request as this person sees it.
    pub(crate) async fn view(&self, who: &str) -> Value {
        self.app.as_(who).get(&format!("/requests/{}", self.id)).await.expect(200)
    }

    /// Does an act on the whole request.
    pub(crate) async fn act(&self, who: &str, act: &str, body: Value) -> Answer {
        self.app.as_(who).post(&format!("/requests/{}/{act}", self.id), body).await
    }

    /// Sends it to these units: `lead`, `branch`, `told branch` or `assist`.
    pub(crate) async fn dispatch(&self, parts: &[(&str, &str)]) -> Answer {
        let part = |(unit, part): &(&str, &str)| match part.strip_prefix("told ") {
            Some(part) => {
                json!({ "unit": self.app.district.unit(unit), "part": part, "told_to_contact": true })
            }
            None => json!({ "unit": self.app.district.unit(unit), "part": part }),
        };
        let parts: Vec<Value> = parts.iter().map(part).collect();
        self.act("dispatcher", "dispatch", json!({ "parts": parts })).await
    }

    /// The share of this unit, as the office sees it.
    pub(crate) async fn share(&self, unit: &str) -> Value {
        let view = self.view("dispatcher").await;
        let parts = view["parts"].as_array().expect("a request has parts");
        parts.iter().find(|part| part["unit"]["code"] == unit).expect("the unit has a share").clone()
    }

    /// Does an act on this unit's share. `handler` and `signer` are those of the unit.
    pub(crate) async fn on_share(&self, unit: &str, who: &str, act: &str, body: Value) -> Answer {
        let id = self.share(unit).await["id"].as_str().expect("a share has an id").to_owned();
        let who = if ["handler", "signer"].contains(&who) { format!("{unit}.{who}") } else { who.to_owned() };
        self.app.as_(&who).post(&format!("/assignments/{id}/{act}"), body).await
    }

    /// Has this unit sign, if it has not, and draft and approve its answer.
    pub(crate) async fn answer(&self, unit: &str) {
        if self.share(unit).await["signed_at"].is_null() {
            self.on_share(unit, "handler", "sign", Value::Null).await.expect(200);
        }
        self.on_share(unit, "handler", "draft", solved()).await.expect(200);
        self.on_share(unit, "signer", "approve", Value::Null).await.expect(200);
    }

    /// Has the office release this unit's answer.
    pub(crate) async fn release(&self, unit: &str) -> Value {
        self.on_share(unit, "dispatcher", "release", Value::Null).await.expect(200)
    }

    /// The newest clock of this name, as the office sees it: a kind, or a unit and a kind, as in `industry contact`.
    pub(crate) async fn clock(&self, name: &str) -> Value {
        self.find_clock(name).await.unwrap_or_else(|| panic!("there is no clock {name}"))
    }

    pub(crate) async fn find_clock(&self, name: &str) -> Option<Value> {
        let (unit, kind) = name.rsplit_once(' ').map_or((None, name), |(unit, kind)| (Some(unit), kind));
        let view = self.view("dispatcher").await;
        let clocks = view["clocks"].as_array().expect("a request has clocks");
        let named =
            |clock: &&Value| clock["kind"] == kind && unit.is_none_or(|unit| clock["unit"]["code"] == unit);
        clocks.iter().rfind(named).cloned()
    }

    /// When the clock of this name is due.
    pub(crate) async fn due(&self, name: &str) -> String {
        short(&self.clock(name).await["due_at"])
    }

    /// How and when the clock of this name ended: `met 09-28 10:00`, or `open`.
    pub(crate) async fn end(&self, name: &str) -> String {
        let clock = self.clock(name).await;
        clock["outcome"]
            .as_str()
            .map_or("open".to_owned(), |outcome| format!("{outcome} {}", short(&clock["stopped_at"])))
    }

    /// Who was told what at this instant, as `letter → recipient`, in alphabetical order.
    pub(crate) async fn told(&self) -> Vec<String> {
        let (id, now) = (self.key(), self.app.context.time.now());
        let rows = self.app.context.db.read(move |conn| {
            let rows: Vec<(String, Option<Id>, Option<Id>)> = outbox::table
                .filter(outbox::request_id.eq(id))
                .filter(outbox::created_at.eq(now))
                .select((outbox::kind, outbox::recipient_id, outbox::recipient_unit_id))
                .load(conn)?;
            let persons = persons::table.filter(persons::username.is_not_null());
            let mut names: HashMap<Id, String> = persons
                .select((persons::id, persons::username.assume_not_null()))
                .load::<(Id, String)>(conn)?
                .into_iter()
                .collect();
            names.extend(units::table.select((units::id, units::code)).load::<(Id, String)>(conn)?);
            let told = |(kind, person, unit): (String, Option<Id>, Option<Id>)| {
                let name = person.or(unit).and_then(|id| names.get(&id)).cloned().unwrap_or_default();
                format!("{kind} → {name}")
            };
            Ok(rows.into_iter().map(told).collect::<Vec<_>>())
        });
        let mut rows = rows.await.expect("the outbox can be read");
        rows.sort();
        rows
    }

    /// All that an act would change: version, number of journal entries, letters, and what the office sees.
    pub(crate) async fn stand(&self) -> (i32, i32, i64, i64, Value) {
        let id = self.key();
        let counted = self.app.context.db.read(move |conn| {
            let (version, seq) = requests::table
                .find(id)
                .select((requests::version, requests::journal_seq))
                .first::<(i32, i32)>(conn)?;
            let entries = journal::table.filter(journal::subject_id.eq(id)).count().get_result(conn)?;
            let letters = outbox::table.filter(outbox::request_id.eq(id)).count().get_result(conn)?;
            Ok((version, seq, entries, letters))
        });
        let (version, seq, entries, letters) = counted.await.expect("the request can be read");
        (version, seq, entries, letters, self.view("dispatcher").await)
    }

    /// The number of the last entry in its journal.
    pub(crate) async fn journal(&self) -> i32 {
        self.stand().await.1
    }

    /// What its journal holds in the chain itself, from which nothing can be erased.
    pub(crate) async fn chained(&self) -> String {
        let id = self.key();
        let read = self.app.context.db.read(move |conn| {
            let of_request = journal::table.filter(journal::subject_id.eq(id));
            Ok(of_request.select(journal::detail).load::<String>(conn)?)
        });
        read.await.expect("the journal can be read").concat()
    }

    /// The acts its timeline tells this person, each with its number.
    pub(crate) async fn timeline(&self, who: &str) -> Vec<(i64, String)> {
        let path = format!("/requests/{}/timeline?limit=100", self.id);
        let page = self.app.as_(who).get(&path).await.expect(200);
        let items = page["items"].as_array().expect("a timeline has items");
        let told = |item: &Value| {
            let act = item["act"].as_str().expect("an entry has an act");
            (item["seq"].as_i64().expect("an entry has a number"), act.to_owned())
        };
        items.iter().map(told).collect()
    }

    pub(crate) fn key(&self) -> Id {
        Id::parse(&self.id).expect("an id")
    }
}

/// The form that files a request.
pub(crate) fn form(app: &TestApp, company: &str, category: &str, change: Value) -> Value {
    let mut form = json!({
        "company": app.district.company(company), "kind": "help", "title": "请协助", "body": "请协助办理。",
        "category": app.district.category(category), "contact_name": "周经理", "contact_phone": "13800138000",
    });
    for (key, value) in change.as_object().into_iter().flatten() {
        form[key] = value.clone();
    }
    form
}
