//! Taking back what units have (撤回): the company asks, the office calls, and records what the company said.

use super::echoes::{answer_waiting, free_echoes, leave_master, lock_master};
use super::matter::Matter;
use super::release;
use super::store::{self, AssignmentRow, RequestRow, WithdrawalRow};
use crate::db::Conn;
use crate::domain::actor::Actor;
use crate::domain::ids::{Id, Instant};
use crate::domain::lifecycle::RequestAct;
use crate::domain::words::RequestState;
use crate::fault::{Code, Fault};
use crate::journal::Detail;
use crate::outbox::Recipient;

/// Asks to take a request back that units have, or that is answered with another, by its company. Its clocks run on until the
/// office has called.
///
/// Fails with `withdraw_at_once` where no unit has it, and `withdrawal_pending`.
pub fn ask_withdrawal(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    request: Id,
    reason: &str,
) -> Result<RequestRow, Fault> {
    let mut matter = Matter::open(conn, at, actor, request)?;
    let capacity = matter.act(RequestAct::AskWithdrawal)?;
    if matter.request.state != RequestState::Merged && !matter.is_with_units() {
        return Err(Fault::new(Code::WithdrawAtOnce));
    }
    if pending(&store::withdrawals_of(matter.conn, request)?).is_some() {
        return Err(Fault::new(Code::WithdrawalPending));
    }
    let row = WithdrawalRow {
        id: Id::new(at),
        request_id: request,
        asked_by: matter.person()?,
        asked_at: at,
        reason: reason.to_owned(),
        ruled_by: None,
        ruled_at: None,
        confirmed: None,
        words: None,
    };
    store::insert_withdrawal(matter.conn, &row)?;
    matter.notify("withdrawal_asked", Recipient::Unit(matter.office.id), &row.id.to_string())?;
    matter.close(capacity, "ask_withdrawal", Detail::none().personal("text", Some(reason)))
}

/// What the company said when the office called about its withdrawal.
#[derive(Debug, Clone)]
pub struct WithdrawalCall {
    /// Whether it does take it back.
    pub confirmed: bool,
    /// With whom the office spoke.
    pub whom: String,
    /// What came of it.
    pub words: String,
}

/// Records the call about a withdrawal asked for, by the office. Confirmed, the request is withdrawn: every part is
/// closed and what runs is void, what was late stays late; an echo leaves its master. Else it goes on as if it had not been
/// asked.
///
/// Fails with `no_withdrawal`.
pub fn confirm_withdrawal(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    request: Id,
    call: &WithdrawalCall,
) -> Result<RequestRow, Fault> {
    let master = lock_master(conn, request)?;
    let mut matter = Matter::open(conn, at, actor, request)?;
    let act = if call.confirmed { RequestAct::ConfirmWithdrawal } else { RequestAct::DropWithdrawal };
    let capacity = matter.act(act)?;
    let rows = store::withdrawals_of(matter.conn, request)?;
    let mut row = pending(&rows).cloned().ok_or_else(|| Fault::new(Code::NoWithdrawal))?;
    (row.ruled_by, row.ruled_at) = (Some(matter.person()?), Some(at));
    (row.confirmed, row.words) = (Some(call.confirmed), Some(call.words.clone()));
    store::update_withdrawal(matter.conn, &row)?;
    let mark = row.id.to_string();
    if call.confirmed {
        release::end_with_units(&mut matter, "withdrawn")?;
        leave_master(&mut matter)?;
        matter.notify_company("withdrawal_confirmed", &mark)?;
    } else {
        matter.notify_company("withdrawal_dropped", &mark)?;
    }
    let detail = Detail::none().personal("whom", Some(&call.whom)).personal("words", Some(&call.words));
    let called = matter.close(capacity, act.code(), detail)?;
    if call.confirmed {
        free_echoes(conn, at, request)?;
        answer_waiting(conn, at, actor, master)?;
    }
    Ok(called)
}

/// A withdrawal asked for is moot once the request has come to another end, or is answered. Asked for it can only have
/// been after a dispatch.
pub(super) fn make_moot(matter: &mut Matter<'_>) -> Result<(), Fault> {
    if matter.request.dispatched_at.is_none() {
        return Ok(());
    }
    for mut row in store::withdrawals_of(matter.conn, matter.request.id)? {
        if row.ruled_at.is_none() {
            row.ruled_at = Some(matter.at);
            store::update_withdrawal(matter.conn, &row)?;
        }
    }
    Ok(())
}

/// The withdrawal that waits for the office's call.
pub(super) fn pending(rows: &[WithdrawalRow]) -> Option<&WithdrawalRow> {
    rows.iter().find(|row| row.ruled_at.is_none())
}

/// What is not to be done while this is how the company's asking stands.
pub(super) fn undue(
    rows: &[WithdrawalRow],
    assignments: &[AssignmentRow],
    request: &RequestRow,
) -> &'static [RequestAct] {
    let is_with_units = assignments.iter().any(|part| part.is_live() && part.cycle == request.cycle);
    match pending(rows) {
        Some(_) => &[RequestAct::AskWithdrawal, RequestAct::Merge],
        None if is_with_units || request.state == RequestState::Merged => {
            &[RequestAct::ConfirmWithdrawal, RequestAct::DropWithdrawal]
        }
        None => &[RequestAct::AskWithdrawal, RequestAct::ConfirmWithdrawal, RequestAct::DropWithdrawal],
    }
}
