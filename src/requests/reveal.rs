//! A number asked for by one of the staff from whom it is masked: with a reason, and written down.

use super::access::{self, Audience};
use super::matter::Matter;
use super::store;
use super::views::{self, Phones, RequestView};
use crate::db::Conn;
use crate::domain::actor::Actor;
use crate::domain::ids::{Id, Instant};
use crate::fault::{Code, Fault};
use crate::journal::Detail;
use crate::people::Resource;
use chrono_tz::Tz;

/// The company's numbers on a request as acts are about them: seen by those who may have them revealed.
pub const PHONES: Resource = Resource {
    version: super::REQUEST.version,
    seen: |conn, _, actor, id| {
        let row = store::request(conn, id)?.ok_or_else(Fault::hidden)?;
        let assignments = store::assignments_of(conn, id)?;
        access::audience(actor, &row, &assignments).ok_or_else(Fault::hidden)?;
        access::reveals_as(actor, &row, &assignments).map(drop).ok_or_else(Fault::denied)
    },
};

/// Shows a request's numbers whole to one of the staff who may know who filed and sees them masked; gives the request as
/// they see it then, this once. The journal says who asked, when and why; the office and the auditor read it on the
/// timeline.
///
/// Denied to all others; fails with `phone_not_masked` for who sees them whole anyway.
pub fn reveal_phone(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    zone: Tz,
    request: Id,
    reason: &str,
) -> Result<RequestView, Fault> {
    let matter = Matter::open(conn, at, actor, request)?;
    let (row, assignments) = (&matter.request, &matter.assignments);
    let audience = access::audience(actor, row, assignments).ok_or_else(Fault::hidden)?;
    if audience == Audience::Company || access::must_call(audience, actor, row, assignments) {
        return Err(Fault::new(Code::PhoneNotMasked));
    }
    let capacity = access::reveals_as(actor, row, assignments).ok_or_else(Fault::denied)?;
    matter.note(capacity, "reveal_phone", Detail::none().personal("reason", Some(reason)))?;
    views::show_with(conn, at, actor, zone, request, Phones::Whole)
}
