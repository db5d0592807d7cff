//! Misconduct handed to discipline inspection (移送), under two signatures. What it is about stays with the office.

use super::echoes::free_echoes;
use super::matter::Matter;
use super::release;
use super::store::{self, RequestRow, TransferRow};
use super::withdrawal;
use crate::db::Conn;
use crate::domain::actor::Actor;
use crate::domain::ids::{Id, Instant};
use crate::domain::lifecycle::RequestAct;
use crate::domain::words::ClockKind;
use crate::fault::{Code, Fault};
use crate::journal::Detail;
use crate::outbox::Recipient;

/// A transfer and its first signature.
#[derive(Debug, Clone)]
pub struct AskTransfer {
    /// The number of the letter.
    pub letter_number: String,
    /// Why, for the office and the auditor alone.
    pub reason: String,
}

/// Signs first under handing a request over, by the office; another of it signs second. Until then it goes on.
///
/// Fails with `transfer_pending`.
pub fn ask_transfer(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    request: Id,
    command: &AskTransfer,
) -> Result<RequestRow, Fault> {
    let mut matter = Matter::open(conn, at, actor, request)?;
    let capacity = matter.act(RequestAct::AskTransfer)?;
    if pending(&store::transfers_of(matter.conn, request)?).is_some() {
        return Err(Fault::new(Code::TransferPending));
    }
    let row = TransferRow {
        id: Id::new(at),
        request_id: request,
        letter_number: command.letter_number.clone(),
        reason: command.reason.clone(),
        first_signer_id: matter.person()?,
        first_signed_at: at,
        second_signer_id: None,
        second_signed_at: None,
    };
    store::insert_transfer(matter.conn, &row)?;
    matter.notify("transfer_to_sign", Recipient::Unit(matter.office.id), &row.id.to_string())?;
    let detail = Detail::none()
        .personal("letter_number", Some(&row.letter_number))
        .personal("reason", Some(&row.reason));
    matter.close(capacity, "ask_transfer", detail)
}

/// Signs second, by another of the office: the request is handed over, its parts are closed and what runs is void, but
/// for the time to dispatch it, which is met. The
/// company is told that, and no more.
///
/// Fails with `no_transfer` and `second_signer_needed`.
pub fn transfer(conn: &mut Conn, at: Instant, actor: &Actor, request: Id) -> Result<RequestRow, Fault> {
    let mut matter = Matter::open(conn, at, actor, request)?;
    let capacity = matter.act(RequestAct::Transfer)?;
    let person = matter.person()?;
    let rows = store::transfers_of(matter.conn, request)?;
    let mut row = pending(&rows).cloned().ok_or_else(|| Fault::new(Code::NoTransfer))?;
    if row.first_signer_id == person {
        return Err(Fault::new(Code::SecondSignerNeeded));
    }
    (row.second_signer_id, row.second_signed_at) = (Some(person), Some(at));
    store::update_transfer(matter.conn, &row)?;
    withdrawal::make_moot(&mut matter)?;
    matter.stop(|clock| clock.kind == ClockKind::Dispatch)?;
    release::end_with_units(&mut matter, "transferred")?;
    matter.notify_company("transferred", &row.id.to_string())?;
    let detail = Detail::none().personal("letter_number", Some(&row.letter_number));
    let transferred = matter.close(capacity, "transfer", detail)?;
    free_echoes(conn, at, request)?;
    Ok(transferred)
}

fn pending(rows: &[TransferRow]) -> Option<&TransferRow> {
    rows.iter().find(|row| row.second_signed_at.is_none())
}

/// What `actor` is not to do while the signatures stand so.
pub(super) fn undue(rows: &[TransferRow], actor: &Actor) -> &'static [RequestAct] {
    match pending(rows) {
        None => &[RequestAct::Transfer],
        Some(row) if Some(row.first_signer_id) == actor.person => {
            &[RequestAct::AskTransfer, RequestAct::Transfer]
        }
        Some(_) => &[RequestAct::AskTransfer],
    }
}
