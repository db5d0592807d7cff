//! The direct report (直报): a leader is told of an urgent or major matter at once, beside the route it takes. From then on
//! that leader sees the request as its lead does, before any unit has it.

use super::access;
use super::matter::Matter;
use super::store::{self, RequestRow};
use crate::db::Conn;
use crate::db::schema::direct_reports;
use crate::domain::actor::Actor;
use crate::domain::ids::{Id, Instant};
use crate::domain::lifecycle::Capacity;
use crate::domain::words::{Role, Urgency};
use crate::fault::{Code, Fault};
use crate::journal::Detail;
use crate::outbox::Recipient;
use crate::people;
use diesel::prelude::*;

/// One leader told of one request.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = direct_reports)]
pub struct DirectReport {
    /// Its id.
    pub id: Id,
    /// The request.
    pub request_id: Id,
    /// The leader.
    pub to_person_id: Id,
    /// Who reported; nobody where the filing itself did.
    pub by_person_id: Option<Id>,
    /// When.
    pub at: Instant,
    /// Why it is urgent or major.
    pub words: Option<String>,
}

/// Reports a request that has not ended to the leaders of the district, by the office or by the specialist who filed it.
///
/// Fails with `already_ended`, and with `no_leader` where there is nobody to report to.
pub fn report_directly(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    request: Id,
    words: &str,
) -> Result<Vec<DirectReport>, Fault> {
    let mut matter = Matter::open(conn, at, actor, request)?;
    let capacity =
        access::reports_as(actor, &matter.request).ok_or_else(|| Fault::new(Code::NotYours).noted())?;
    if !matter.request.state.is_open() {
        return Err(Fault::new(Code::AlreadyEnded));
    }
    let told = tell(&mut matter, Some(words))?;
    if told.is_empty() {
        return Err(Fault::new(Code::NoLeader));
    }
    let detail = detail(&told).personal("words", Some(words));
    matter.note(capacity, "direct_report", detail)?;
    Ok(told)
}

/// Reports a request just filed that is urgent or an emergency.
pub(super) fn report_filed(conn: &mut Conn, at: Instant, request: &RequestRow) -> Result<(), Fault> {
    if request.urgency == Urgency::Normal {
        return Ok(());
    }
    let program = Actor::system();
    let mut matter = Matter::open(conn, at, &program, request.id)?;
    let told = tell(&mut matter, None)?;
    if !told.is_empty() {
        matter.note(Capacity::System, "direct_report", detail(&told))?;
    }
    Ok(())
}

fn tell(matter: &mut Matter<'_>, words: Option<&str>) -> Result<Vec<DirectReport>, Fault> {
    let (at, office) = (matter.at, matter.office.clone());
    let mut told = Vec::new();
    for leader in people::holders_in_district(matter.conn, at, &office, Role::Leader)? {
        let row = DirectReport {
            id: Id::new(at),
            request_id: matter.request.id,
            to_person_id: leader,
            by_person_id: matter.actor.person,
            at,
            words: words.map(str::to_owned),
        };
        diesel::insert_into(direct_reports::table).values(&row).execute(matter.conn)?;
        matter.notify("direct_report", Recipient::Person(leader), &row.id.to_string())?;
        told.push(row);
    }
    Ok(told)
}

fn detail(told: &[DirectReport]) -> Detail {
    let leaders: Vec<String> = told.iter().map(|report| report.to_person_id.to_string()).collect();
    Detail::none().with("leaders", leaders)
}

/// The direct reports of a request, the oldest first: for the office, the auditor and those who were told; hidden from all
/// others.
pub fn direct_reports(conn: &mut Conn, actor: &Actor, request: Id) -> Result<Vec<DirectReport>, Fault> {
    store::request(conn, request)?.ok_or_else(Fault::hidden)?;
    let of_request = direct_reports::table.filter(direct_reports::request_id.eq(request));
    let rows: Vec<DirectReport> = of_request.order((direct_reports::at, direct_reports::id)).load(conn)?;
    let is_theirs = || rows.iter().any(|row| Some(row.to_person_id) == actor.person);
    if access::sees_all(actor) || is_theirs() { Ok(rows) } else { Err(Fault::hidden()) }
}

/// What a letter about the report with this id quotes.
pub(super) fn words_of(conn: &mut Conn, report: Id) -> Result<Option<String>, Fault> {
    let words = direct_reports::table.filter(direct_reports::id.eq(report)).select(direct_reports::words);
    Ok(words.first(conn).optional()?.flatten())
}
