//! Looking at the lights of one request, and telling people of what is due.

use super::digest::{Coming, gather};
use super::store::{self, Alarm};
use super::{Subject, recipients};
use crate::db::Conn;
use crate::domain::actor::Actor;
use crate::domain::ids::{Id, Instant};
use crate::domain::ladder::{Ladder, Rung, When};
use crate::domain::words::ClockKind;
use crate::fault::Fault;
use crate::outbox::{self, Notice, NoticeChannel, Recipient};
use crate::promises;
use crate::requests::{Watch, Watched};
use crate::supervision;
use serde_json::json;

/// Looks at each clock of a request that is to be looked at by `through`: writes down what its light has turned to, tells
/// what the ladder says, has an order drafted to whom it is past due, and says when to look next. Gives the names of the steps told, one for each recipient. What was
/// told is not told again, whoever looks and however often.
pub fn raise(conn: &mut Conn, at: Instant, through: Instant, request: Id) -> Result<Vec<String>, Fault> {
    let program = Actor::system();
    let rungs = promises::rungs(conn)?;
    let mut watch = Watch::open(conn, at, &program, request)?;
    let clocks = watch.clocks(through)?;
    let mut raised = Vec::new();
    for clock in &clocks {
        watch.turn(clock, through)?;
        let climb = rungs.ladder.climb(&clock.calendar, &clock.running, through);
        let subject = Subject { request, clock: clock.id, due_version: clock.due_version };
        let told = store::told(watch.conn(), subject)?;
        for rung in &climb.rungs {
            if !told.contains(&rung.code()) && rungs.was_known(&rung.step.name, rung.at) {
                let people = tell(&mut watch, at, (clock, &rungs.ladder), rung)?;
                raised.extend(std::iter::repeat_n(rung.step.name.clone(), people));
            }
        }
        if clock.running.due_at < through {
            supervision::draft_overdue(watch.conn(), at, clock.id)?;
        }
        watch.look_next(clock, through, climb.next)?;
    }
    watch.close()?;
    Ok(raised)
}

/// Tells one step to whom it is for now, singly or with others. Gives how many that are.
fn tell(
    watch: &mut Watch<'_>,
    at: Instant,
    (clock, ladder): (&Watched, &Ladder),
    rung: &Rung<'_>,
) -> Result<usize, Fault> {
    let step = rung.code();
    let subject = Subject { request: watch.request(), clock: clock.id, due_version: clock.due_version };
    let mut told = Vec::new();
    for to in recipients::of(watch, at, clock, &rung.step.tell)? {
        let recipient = to.id();
        let alarm = Alarm { subject, step: &step, recipient, due_at: rung.at, tell_at: rung.tell_at };
        if store::is_told(watch.conn(), alarm)? {
            continue;
        }
        let coming = Coming {
            digest: ladder.digest(),
            tell_at: rung.tell_at,
            at_any_hour: ladder.is_told_at_any_hour(clock.running.urgency),
            calendar: &clock.calendar,
        };
        let digest = match to {
            Recipient::Person(person) => gather(watch.conn(), at, person, coming)?,
            Recipient::Unit(_) => None,
        };
        if store::insert(watch.conn(), at, alarm, digest)? {
            if digest.is_none() {
                let notice = notice(watch, at, (clock, rung), to);
                outbox::put(watch.conn(), at, notice)?;
            }
            told.push(recipient);
        }
    }
    if !told.is_empty() {
        watch.told(clock, &step, &told, rung.at)?;
    }
    Ok(told.len())
}

fn notice(watch: &Watch<'_>, at: Instant, (clock, rung): (&Watched, &Rung<'_>), to: Recipient) -> Notice {
    let recipient = to.id();
    let step = rung.code();
    Notice {
        kind: letter(rung.step.when, clock.running.kind),
        channel: NoticeChannel::Mail,
        to,
        request: Some(watch.request()),
        dedup: format!("alarm:{}:{step}:{recipient}:{}", clock.id, clock.due_version),
        payload: json!({
            "number": watch.number(),
            "about": format!("{} {step}", clock.id),
            "clock": clock.id,
            "due_version": clock.due_version,
            "step": step,
            "tell_at": rung.tell_at.micros(),
            "raised_at": at.micros(),
        }),
    }
}

/// The letter of a step.
const fn letter(when: When, clock: ClockKind) -> &'static str {
    match when {
        When::BeforeAskBy(_) => "last_time_to_ask",
        When::Yellow if matches!(clock, ClockKind::Progress) => "weekly_report_due",
        When::Yellow => "due_soon",
        When::Red | When::RedDays(_) | When::RedMinutes(_) => "overdue",
    }
}
