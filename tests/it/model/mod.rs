//! The model: random people do random acts, legal and illegal, over simulated months, and after each of them the stored
//! rows are held to the pure state machine and to what the flow promises.
//!
//! A run is named by its seed, which is printed where it fails; a failure that was found becomes a test of its own name in
//! `found.rs`.

mod acts;
mod dice;
mod holds;
mod snapshot;

use crate::support::app::{TestApp, instant, run_in_the_sample_district};
use crate::support::client::Answer;
use crate::support::place::Database;
use acts::{ACTS, HEAVIEST, Proposal, Target};
use dice::Dice;
use holds::Memory;
use onedoor::domain::ids::Id;
use onedoor::domain::lifecycle;
use serde_json::{Value, json};
use snapshot::Snapshot;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// How many acts a run tries.
const STEPS: usize = 260;
/// How many at the most, where some act was not done before.
const LONGEST: usize = 1200;
/// How many requests are kept going.
const REQUESTS: usize = 3;
/// The runs of each database. They are few, so that everybody runs them; `ONEDOOR_MODEL_SEEDS=4-40` runs others.
const SEEDS: RangeInclusive<u64> = 1..=3;

/// The companies' users.
const COMPANIES: [&str; 2] = ["chemical", "equipment"];
/// The units whose people act.
const UNITS: [&str; 4] = ["industry", "natural_resources", "permits", "traffic_police"];

/// Everybody who acts or looks.
fn people() -> Vec<String> {
    let house = ["dispatcher", "second_dispatcher", "specialist", "leader", "supervisor", "auditor", "admin"];
    let units = UNITS.iter().flat_map(|unit| [format!("{unit}.handler"), format!("{unit}.signer")]);
    COMPANIES.iter().chain(&house).map(|name| (*name).to_owned()).chain(units).collect()
}

/// How often each act was tried and done.
type Tally = BTreeMap<&'static str, (usize, usize)>;

/// One run.
struct Run<'a> {
    app: &'a TestApp,
    dice: Dice,
    memory: Memory,
    tally: Tally,
    filed: usize,
}

impl Run<'_> {
    /// A second person of the office, who signs what needs two.
    async fn furnish(&self) {
        let admin = self.app.as_("admin");
        let form =
            json!({ "name": "第二分派员", "username": "second_dispatcher", "password": "Not-that-long" });
        let person = admin.post("/people", form).await.expect(201);
        let id = person["id"].as_str().expect("an id");
        let role = json!({ "role": "dispatcher", "unit_id": self.app.district.unit("business_environment") });
        admin.post(&format!("/people/{id}/memberships"), role).await.expect(201);
    }

    /// Files a request: by its company, or by the office or a specialist for it.
    async fn file(&mut self) {
        self.filed += 1;
        let company = *self.dice.one_of(&COMPANIES);
        let category = *self.dice.one_of(&["land.supply", "roads.signals"]);
        let confidence = *self.dice.one_of(&["open", "open", "open", "hidden", "sealed"]);
        let mut form = json!({
            "company": self.app.district.company(company), "kind": "help", "title": format!("第{}件", self.filed),
            "body": "请协助办理。", "confidence": confidence,
            "category": self.app.district.category(category),
            "contact_name": format!("{company}的周经理"), "contact_phone": "13800138000",
        });
        let by = *self.dice.one_of(&[company, company, "dispatcher", "specialist"]);
        if by != company {
            form["channel"] = json!(self.dice.one_of(&["hotline", "visit", "upper_level"]));
        }
        self.app.as_(by).post("/requests", form).await.expect(201);
    }

    /// Lets some time pass: mostly minutes, sometimes days.
    async fn wait(&mut self) {
        let minutes = match self.dice.below(20) {
            0..=9 => self.dice.below(90),
            10..=15 => 60 + self.dice.below(420),
            16..=18 => 1440 + self.dice.below(3 * 1440),
            _ => 4 * 1440 + self.dice.below(8 * 1440),
        };
        let minutes = chrono::TimeDelta::minutes(i64::try_from(minutes).expect("few minutes"));
        self.app.context.time.set(self.app.context.time.now().plus(minutes));
        self.app.step("let time pass").await;
    }

    /// One act of one person, legal or not.
    async fn act(&mut self) {
        let before = Snapshot::take(self.app).await;
        let Some(proposal) = self.propose(&before) else { return };
        let answer = self.app.as_(&proposal.who).post(&proposal.path, proposal.body.clone()).await;
        let told = format!(
            "{} did {} at {}: {} {}",
            proposal.who,
            proposal.path,
            self.app.context.time.now(),
            answer.status,
            answer.body["code"]
        );
        let after = Snapshot::take(self.app).await;
        self.judge(&proposal, &answer, &before, &after, &told);
        self.memory.holds(self.app, &after, &told).await;
        let entry = self.tally.entry(proposal.name).or_default();
        entry.0 += 1;
        entry.1 += usize::from(answer.status < 300);
    }

    /// An act: mostly one that the machine allows somebody now, done by one who may; else anything by anybody. What nobody
    /// has done yet is tried as often as what brings a request on.
    fn propose(&mut self, at: &Snapshot) -> Option<Proposal> {
        let wanted_legal = self.dice.below(10) < 7;
        for _ in 0..100 {
            let act = self.dice.one_of(ACTS);
            let weight = if undone(&self.tally).contains(&act.name) { HEAVIEST } else { act.weight };
            if self.dice.below(HEAVIEST) >= weight {
                continue;
            }
            for _ in 0..15 {
                let Some(mut proposal) = (act.make)(self.app, &mut self.dice, at) else { continue };
                proposal.name = act.name;
                if !wanted_legal && self.dice.flips() {
                    proposal.who = self.dice.one_of(&people()).clone();
                }
                if !wanted_legal || allowed(at, &proposal) {
                    return Some(proposal);
                }
            }
        }
        None
    }

    /// What was done is what the machine says; what the machine refuses was refused, and changed nothing.
    fn judge(&self, proposal: &Proposal, answer: &Answer, before: &Snapshot, after: &Snapshot, told: &str) {
        assert!(answer.status < 500, "{told}: {:#}", answer.body);
        if answer.status >= 300 {
            assert_eq!(before, after, "{told}: what was refused left a trace");
            assert_eq!(answer.header("content-type"), "application/problem+json", "{told}");
            return;
        }
        assert!(allowed(before, proposal), "{told}: the machine refuses it");
        match proposal.on {
            Target::Request(id) => {
                let (was, is) = (before.request(id).state, after.request(id).state);
                let nexts: Vec<_> = before
                    .capacities(id, &proposal.who)
                    .into_iter()
                    .flat_map(|capacity| {
                        proposal
                            .request_acts
                            .iter()
                            .filter_map(move |act| lifecycle::request(was, *act, capacity).ok())
                    })
                    .collect();
                let follows = nexts.iter().any(|next| snapshot::request_follows(*next, is));
                assert!(follows, "{told}: from {was:?} to {is:?}, the machine says {nexts:?}");
            }
            Target::Assignment(id) => {
                let (was, is) = (before.assignment(id), after.assignment(id));
                let nexts: Vec<_> = before
                    .capacities_on(id, &proposal.who)
                    .into_iter()
                    .flat_map(|capacity| {
                        proposal.assignment_acts.iter().filter_map(move |act| {
                            lifecycle::assignment(was.state, was.part, *act, capacity).ok()
                        })
                    })
                    .collect();
                let follows =
                    nexts.iter().any(|next| snapshot::assignment_follows(*next, was.part, is.state));
                assert!(
                    follows,
                    "{told}: from {:?} to {:?}, the machine says {nexts:?}",
                    was.state, is.state
                );
            }
        }
    }

    /// Somebody looks at something, and sees what the tables let them see.
    async fn look(&mut self) {
        let at = Snapshot::take(self.app).await;
        let people = people();
        let (reader, request) = (self.dice.one_of(&people), self.dice.one_of(&at.requests).id);
        let answer = self.app.as_(reader).get(&format!("/requests/{request}")).await;
        holds::nobody_sees_what_is_not_theirs(self.app, &at, request, reader, &answer);
        let list = self.app.as_(reader).get("/requests?limit=100").await;
        if list.status == 200 {
            let listed: Vec<Value> = list.body["items"].as_array().expect("items").clone();
            for item in listed {
                let id = Id::parse(item["id"].as_str().expect("an id")).expect("an id");
                assert!(at.sees(id, reader), "{reader} is listed {id}");
            }
        }
    }
}

/// The acts nobody has done yet.
fn undone(tally: &Tally) -> Vec<&'static str> {
    let is_undone = |name: &&str| tally.get(name).is_none_or(|(_, done)| *done == 0);
    ACTS.iter().map(|act| act.name).filter(is_undone).collect()
}

/// Whether the machine lets the one who acts do what is proposed.
fn allowed(at: &Snapshot, proposal: &Proposal) -> bool {
    match proposal.on {
        Target::Request(id) => at.capacities(id, &proposal.who).into_iter().any(|capacity| {
            let state = at.request(id).state;
            proposal.request_acts.iter().any(|act| lifecycle::request(state, *act, capacity).is_ok())
        }),
        Target::Assignment(id) => at.capacities_on(id, &proposal.who).into_iter().any(|capacity| {
            let row = at.assignment(id);
            let may = |act| lifecycle::assignment(row.state, row.part, act, capacity).is_ok();
            proposal.assignment_acts.iter().any(|act| may(*act))
        }),
    }
}

/// One whole run.
#[expect(clippy::print_stdout, reason = "a failure is found again by its seed")]
async fn run(app: &TestApp, seed: u64, tally: Tally, is_last: bool) -> Tally {
    println!("the model, seed {seed}");
    app.set_time("2026-09-21T09:00:00+08:00");
    let mut run = Run { app, dice: Dice::new(seed), memory: Memory::default(), tally, filed: 0 };
    run.furnish().await;
    for step in 0.. {
        // The last run goes on until everything was done once.
        if step >= STEPS && (!is_last || undone(&run.tally).is_empty() || step >= LONGEST) {
            break;
        }
        while Snapshot::take(app).await.open() < REQUESTS {
            run.file().await;
        }
        run.wait().await;
        run.act().await;
        run.look().await;
    }
    assert!(app.context.time.now() > instant("2026-12-01T00:00:00+08:00"), "months have passed");
    run.tally
}

/// The seeds wanted: those of everybody, or what whoever runs the tests asks for.
#[expect(
    clippy::disallowed_methods,
    reason = "a wish of whoever runs the tests, not a setting of the program"
)]
fn seeds() -> RangeInclusive<u64> {
    let wanted = std::env::var("ONEDOOR_MODEL_SEEDS").ok();
    let range = wanted.as_deref().and_then(|wanted| wanted.split_once('-'));
    range.map_or(SEEDS, |(first, last)| {
        first.parse().expect("the first seed")..=last.parse().expect("the last seed")
    })
}

fn runs(database: Database) {
    let mut tally = Tally::new();
    for seed in seeds() {
        run_in_the_sample_district(database, async |app| {
            tally = run(app, seed, std::mem::take(&mut tally), seed == *seeds().end()).await;
        });
    }
    if tally.is_empty() {
        return;
    }
    let never = undone(&tally);
    assert!(never.is_empty(), "no seed ever did {never:?}; tried and done: {tally:?}");
}

#[test]
fn whatever_people_do_the_flow_holds_on_sqlite() {
    runs(Database::Sqlite);
}

#[test]
fn whatever_people_do_the_flow_holds_on_postgres() {
    runs(Database::Postgres);
}
