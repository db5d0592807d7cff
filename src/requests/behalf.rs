//! What the office or a specialist files for a company (代填), and the company's word that it stands.

use super::access;
use super::file::File;
use super::matter::Matter;
use super::store::{self, OriginRow, OutsideNumberRow, RequestRow};
use crate::db::Conn;
use crate::domain::actor::Actor;
use crate::domain::ids::{Id, Instant};
use crate::domain::lifecycle::{Capacity, RequestAct};
use crate::domain::words::Channel;
use crate::fault::{Code, Fault};
use crate::journal::Detail;
use crate::outbox::Recipient;
use crate::web::Fields;
use chrono::TimeDelta;

/// The furthest limit of an upper level's order, in days.
const LONGEST: i64 = 366;

/// What another system calls a request, and by when an upper level wants it answered.
#[derive(Debug, Clone)]
pub struct Outside {
    /// The system.
    pub system: String,
    /// Its number there; no two requests have the same.
    pub number: String,
    /// The limit an upper level's order brings.
    pub limit_at: Option<Instant>,
}

/// In what capacity `actor` files, and by which way it comes in. The company's own ways are its users', all others are
/// the office's and the specialists'.
///
/// Fails at the field: `unknown_word` for another's way, `missing_field` where the office names none, `outside_not_here`,
/// `limit_not_here`, `not_in_future` and `date_too_late`.
pub(super) fn way_in(at: Instant, actor: &Actor, command: &File) -> Result<(Capacity, Channel), Fault> {
    let capacity = access::files_as(actor, command.company).ok_or_else(Fault::denied)?;
    let is_company = capacity == Capacity::Company;
    let own = if is_company { Some(Channel::App) } else { None };
    let mut fields = Fields::new();
    match command.channel.or(own) {
        None => fields.refuse_with(Code::MissingField, "/channel", vec![("field", "channel".to_owned())]),
        Some(channel) if channel.is_of_company() != is_company => {
            let open = Channel::ALL.iter().filter(|channel| channel.is_of_company() == is_company);
            let words: Vec<&str> = open.map(|channel| channel.code()).collect();
            fields.refuse_with(Code::UnknownWord, "/channel", vec![("detail", words.join(", "))]);
        }
        Some(_) => {}
    }
    if command.outside.is_some() && is_company {
        fields.refuse(Code::OutsideNotHere, "/outside");
    }
    if let Some(limit) = command.outside.as_ref().and_then(|outside| outside.limit_at) {
        let latest = at.plus(TimeDelta::days(LONGEST));
        if command.channel != Some(Channel::UpperLevel) {
            fields.refuse(Code::LimitNotHere, "/outside/limit_at");
        } else if limit <= at {
            fields.refuse(Code::NotInFuture, "/outside/limit_at");
        } else if limit > latest {
            let values = vec![("latest", latest.to_string())];
            fields.refuse_with(Code::DateTooLate, "/outside/limit_at", values);
        }
    }
    fields.finish()?;
    let channel =
        command.channel.or(own).ok_or_else(|| Fault::internal("a way in was judged and is gone"))?;
    Ok((capacity, channel))
}

/// Writes where a request comes from that was filed for its company.
pub(super) fn record(
    conn: &mut Conn,
    request: &RequestRow,
    outside: Option<&Outside>,
) -> Result<OriginRow, Fault> {
    let origin = OriginRow {
        request_id: request.id,
        confirmed_by: None,
        confirmed_at: None,
        limit_at: outside.and_then(|outside| outside.limit_at),
    };
    store::insert_origin(conn, &origin)?;
    let Some(outside) = outside else { return Ok(origin) };
    let number = OutsideNumberRow {
        id: Id::new(request.filed_at),
        request_id: request.id,
        system: outside.system.clone(),
        number: outside.number.clone(),
    };
    store::insert_outside_number(conn, &number)?;
    Ok(origin)
}

/// What the journal tells of where a request comes from.
pub(super) fn told(matter: &Matter<'_>, outside: Option<&Outside>) -> Detail {
    let Some(outside) = outside else { return Detail::none() };
    let detail = Detail::none()
        .personal("outside_system", Some(&outside.system))
        .personal("outside_number", Some(&outside.number));
    match outside.limit_at {
        Some(limit) => detail.with("limit_at", matter.terms.calendar.rfc3339(limit)),
        None => detail,
    }
}

/// Confirms what was filed for the company, by one of its users, once. From then on it is that user who is told.
///
/// Fails with `not_on_behalf` where the company filed it itself, and `already_confirmed`.
pub fn confirm(conn: &mut Conn, at: Instant, actor: &Actor, request: Id) -> Result<RequestRow, Fault> {
    let mut matter = Matter::open(conn, at, actor, request)?;
    let capacity = matter.act(RequestAct::Confirm)?;
    let person = matter.person()?;
    let origin = matter.origin.as_mut().ok_or_else(|| Fault::new(Code::NotOnBehalf))?;
    if origin.confirmed_at.is_some() {
        return Err(Fault::new(Code::AlreadyConfirmed));
    }
    (origin.confirmed_by, origin.confirmed_at) = (Some(person), Some(at));
    store::update_origin(matter.conn, origin)?;
    matter.notify("confirmed", Recipient::Person(matter.request.filed_by), "confirmed")?;
    matter.close(capacity, "confirm", Detail::none())
}

/// What is not to be done to a request that comes from here: confirming what the company filed, or has confirmed.
pub(super) fn undue(origin: Option<&OriginRow>) -> &'static [RequestAct] {
    match origin {
        Some(OriginRow { confirmed_at: None, .. }) => &[],
        None | Some(_) => &[RequestAct::Confirm],
    }
}
