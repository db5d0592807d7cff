//! The company asks for haste (催办): written down, and told to whoever has to do something now.

use super::matter::Matter;
use super::store::{self, ClockRow, RequestRow, UrgeRow};
use crate::db::Conn;
use crate::domain::actor::Actor;
use crate::domain::ids::{Id, Instant};
use crate::domain::lifecycle::RequestAct;
use crate::domain::promise::Holder;
use crate::domain::words::RequestState;
use crate::fault::{Code, Fault};
use crate::journal::Detail;
use crate::outbox::{self, Notice, NoticeChannel, Recipient};
use serde_json::json;
use std::collections::BTreeSet;

/// Asks for haste, by the company, once a day as the office counts days. Told to the holders of the clocks that are open,
/// each unit once; of an echo, to those of its master; where nobody holds one, to the office.
///
/// Fails with `urged_today`.
pub fn urge(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    request: Id,
    words: Option<&str>,
) -> Result<RequestRow, Fault> {
    let mut matter = Matter::open(conn, at, actor, request)?;
    let capacity = matter.act(RequestAct::Urge)?;
    let today = matter.terms.calendar.local_date(at);
    let urges = store::urges_of(matter.conn, request)?;
    if urges.last().is_some_and(|last| matter.terms.calendar.local_date(last.at) == today) {
        let next = today.succ_opt().unwrap_or(today);
        return Err(Fault::new(Code::UrgedToday).with("next", next));
    }
    let row = UrgeRow {
        id: Id::new(at),
        request_id: request,
        by_person_id: matter.person()?,
        at,
        words: words.map(str::to_owned),
    };
    store::insert_urge(matter.conn, &row)?;
    tell(&mut matter, row.id)?;
    matter.close(capacity, "urge", Detail::none().personal("words", words))
}

fn tell(matter: &mut Matter<'_>, urge: Id) -> Result<(), Fault> {
    let master = match matter.request.master_id {
        Some(master) if matter.request.state == RequestState::Merged => store::request(matter.conn, master)?,
        _ => None,
    };
    match master {
        Some(master) => {
            let clocks = store::clocks_of(matter.conn, master.id)?;
            let units = holders(&clocks, matter.office.id);
            units.into_iter().try_for_each(|unit| tell_of_master(matter, &master, unit, urge))
        }
        None => {
            let units = holders(&matter.clocks, matter.office.id);
            let mark = urge.to_string();
            units.into_iter().try_for_each(|unit| matter.notify("urged", Recipient::Unit(unit), &mark))
        }
    }
}

/// The units that hold an open clock, the office where none does.
fn holders(clocks: &[ClockRow], office: Id) -> BTreeSet<Id> {
    let held = clocks.iter().filter(|clock| clock.is_open() && clock.holder != Holder::Company);
    let mut units: BTreeSet<Id> = held.filter_map(|clock| clock.holder_unit_id).collect();
    if units.is_empty() {
        units.insert(office);
    }
    units
}

/// A master's units know nothing of its echo: they are told of what they have.
fn tell_of_master(matter: &mut Matter<'_>, master: &RequestRow, unit: Id, urge: Id) -> Result<(), Fault> {
    let notice = Notice {
        kind: "urged",
        channel: NoticeChannel::Mail,
        to: Recipient::Unit(unit),
        request: Some(master.id),
        dedup: format!("urged:{}:{unit}:{urge}", master.id),
        payload: json!({ "number": master.number }),
    };
    outbox::put(matter.conn, matter.at, notice)
}
