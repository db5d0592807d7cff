//! What time alone does: the company's own time passes, a silent company is to be called, the next week begins.
//!
//! The clocks say when: `lapse_at` is the next instant at which something is to be done, and an index finds
//! what is due without looking at what is not.

use super::clocks::Start;
use super::conclude::{concluded, end_silence, is_called};
use super::matter::Matter;
use super::progress::open_next_period;
use super::store::ClockRow;
use crate::db::Conn;
use crate::db::schema::clocks;
use crate::domain::actor::Actor;
use crate::domain::ids::{Id, Instant};
use crate::domain::lifecycle::Capacity;
use crate::domain::promise::Holder;
use crate::domain::words::ClockKind;
use crate::fault::Fault;
use crate::journal::Detail;
use crate::outbox::Recipient;
use diesel::prelude::*;

/// The kinds of clock time does something about.
const KINDS: [ClockKind; 3] = [ClockKind::RatingWindow, ClockKind::Supplement, ClockKind::Progress];

/// The requests about which time has something to do at `at`, at most `limit`, what waited longest first.
pub fn overdue(conn: &mut Conn, at: Instant, limit: i64) -> Result<Vec<Id>, Fault> {
    let mut found: Vec<(Instant, Id)> = Vec::new();
    for kind in KINDS {
        let due: Vec<(Option<Instant>, Id)> = clocks::table
            .filter(clocks::kind.eq(kind))
            .filter(clocks::lapse_at.lt(at))
            .order(clocks::lapse_at)
            .select((clocks::lapse_at, clocks::request_id))
            .limit(limit)
            .load(conn)?;
        found.extend(due.into_iter().filter_map(|(lapse_at, request)| Some((lapse_at?, request))));
    }
    found.sort_unstable();
    let mut requests: Vec<Id> = Vec::new();
    for (_, request) in found {
        if !requests.contains(&request) {
            requests.push(request);
        }
    }
    Ok(requests)
}

/// Does the next thing time has to do about a request at `at`; `false` when there is none. Another replica may have done
/// it: the clocks are judged again under the request's lock.
pub fn time_passes(conn: &mut Conn, at: Instant, request: Id) -> Result<bool, Fault> {
    let program = Actor::system();
    let mut matter = Matter::open(conn, at, &program, request)?;
    let is_due = |clock: &&ClockRow| {
        KINDS.contains(&clock.kind) && clock.lapse_at.is_some_and(|lapse_at| lapse_at < at)
    };
    let Some((kind, due_at)) = matter.clocks.iter().find(is_due).map(|clock| (clock.kind, clock.due_at))
    else {
        return Ok(false);
    };
    let is_over = due_at.is_some_and(|due_at| due_at < at);
    let act = match kind {
        ClockKind::Supplement => {
            papers_did_not_come(&mut matter)?;
            "supplement_lapsed"
        }
        ClockKind::RatingWindow if is_over => unrated(&mut matter)?,
        // Nobody is to call it: there is nothing to write down.
        ClockKind::RatingWindow if !silent(&mut matter)? => return Ok(true),
        ClockKind::RatingWindow => "silence",
        // A missed report has opened the next week before: there is nothing to write down.
        _ if !open_next_period(&mut matter)? => return Ok(true),
        _ => "week_missed",
    };
    matter.close(Capacity::System, act, Detail::none())?;
    Ok(true)
}

/// The company did not bring its papers: the office has its time to close with the ground, or to go on without them.
fn papers_did_not_come(matter: &mut Matter<'_>) -> Result<(), Fault> {
    matter.lapse(|clock| clock.kind == ClockKind::Supplement)?;
    if !matter.has_open(ClockKind::Dispatch) {
        matter.start(Start::of(ClockKind::Dispatch, Holder::Office))?;
    }
    let mark = format!("lapsed {}", matter.request.version);
    matter.notify("papers_did_not_come", Recipient::Unit(matter.office.id), &mark)
}

/// The company did not rate: the request is concluded, and counts as unrated, never as good. What it said at a call and
/// what it was promised are not over with that: the request stays answered until the call-back or the commitment is.
fn unrated(matter: &mut Matter<'_>) -> Result<&'static str, Fault> {
    matter.lapse(|clock| clock.kind == ClockKind::RatingWindow)?;
    if matter.has_open(ClockKind::Callback) || matter.has_open(ClockKind::Commitment) {
        return Ok("rating_lapsed");
    }
    concluded(matter)?;
    Ok("conclude")
}

/// The company has been silent for so long that the office calls it; `false` where the office has called it already, or is
/// to call it back.
fn silent(matter: &mut Matter<'_>) -> Result<bool, Fault> {
    end_silence(matter)?;
    if is_called(matter) || matter.has_open(ClockKind::Callback) {
        return Ok(false);
    }
    matter.start(Start::of(ClockKind::FollowUp, Holder::Office))?;
    let mark = format!("cycle {}", matter.request.cycle);
    matter.notify("to_follow_up", Recipient::Unit(matter.office.id), &mark)?;
    Ok(true)
}
