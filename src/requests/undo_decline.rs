//! A decline taken back by the office: the request is as it was before, and has its time to be dispatched anew.

use super::dispatch::to_dispatch;
use super::matter::Matter;
use super::store::{self, ClockRow, RequestRow};
use crate::db::Conn;
use crate::domain::actor::Actor;
use crate::domain::ids::{Id, Instant};
use crate::domain::lifecycle::RequestAct;
use crate::domain::words::{ClockKind, ClockOutcome};
use crate::fault::Fault;
use crate::journal::Detail;

/// Takes a decline back, by the office, with the reason the company is told. The office has its time to dispatch anew;
/// what the company was promised runs on as if it had not been declined, and never starts again. Papers it still waited
/// for when it was declined are waited for no longer.
pub fn undo_decline(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    request: Id,
    reason: &str,
) -> Result<RequestRow, Fault> {
    let mut matter = Matter::open(conn, at, actor, request)?;
    let capacity = matter.act(RequestAct::UndoDecline)?;
    let declined_at = matter.request.ended_at.take();
    let ground = matter.request.ground.take();
    matter.set_ground(None);
    go_on_without_papers(&mut matter, declined_at, reason)?;
    let promised = |clock: &ClockRow| {
        let is_ended_by_it = match clock.kind {
            ClockKind::CompanyFeedback => true,
            // One that was met was met by a contact, be it in the same moment.
            ClockKind::CompanyContact => clock.outcome != Some(ClockOutcome::Met),
            _ => false,
        };
        is_ended_by_it && clock.stopped_at.is_some() && clock.stopped_at == declined_at
    };
    // With the decline the company was waited for no longer.
    for clock in matter.clocks.iter_mut().filter(|clock| promised(clock) && clock.paused_at.is_some()) {
        for pause in clock.facts.0.pauses.iter_mut().filter(|pause| pause.until.is_none()) {
            pause.until = declined_at;
        }
        clock.paused_at = None;
    }
    matter.reopen(promised)?;
    let mark = format!("undone after {}", matter.request.journal_seq);
    matter.notify_company("decline_undone", &mark)?;
    to_dispatch(&mut matter, &mark)?;
    let detail = Detail::none().with("ground", ground).personal("text", Some(reason));
    matter.close(capacity, "undo_decline", detail)
}

/// What the decline left without its papers is told why.
fn go_on_without_papers(
    matter: &mut Matter<'_>,
    declined_at: Option<Instant>,
    reason: &str,
) -> Result<(), Fault> {
    for mut row in store::supplements_of(matter.conn, matter.request.id)? {
        if row.closed_at.is_some() && row.closed_at == declined_at && row.ground.is_none() {
            row.ground = Some(reason.to_owned());
            store::update_supplement(matter.conn, &row)?;
        }
    }
    Ok(())
}
