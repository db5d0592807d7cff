//! What a row of the outbox becomes: a letter to one person, or the reason why it is none.

use crate::config::Config;
use crate::db::Conn;
use crate::domain::actor::Actor;
use crate::domain::ids::{Id, Instant};
use crate::fault::{Fault, Language};
use crate::mail::{Envelope, Letter, Reader};
use crate::outbox::Row;
use crate::people::{self, PersonLanguage};
use crate::{audit, oversight, promises, requests, supervision};
use chrono::{NaiveDate, TimeDelta};
use chrono_tz::Tz;

/// A letter that goes out so long after it was due says so.
const LATE: TimeDelta = TimeDelta::minutes(15);

/// What a row becomes.
#[derive(Debug)]
pub enum Composed {
    /// A letter.
    Letter(Box<(Envelope, Letter)>),
    /// One row for each of these persons.
    Spread(Vec<Id>),
    /// Nothing that can be sent: why, as a code.
    Nothing(&'static str),
    /// Nothing any more: what it was to warn of is done.
    Moot,
}

/// Whom a row reaches.
struct Addressee {
    actor: Actor,
    name: String,
    address: String,
    language: Language,
}

/// What becomes of `row` at `at`.
pub fn compose(
    conn: &mut Conn,
    at: Instant,
    (config, zone): (&Config, Tz),
    row: &Row,
) -> Result<Composed, Fault> {
    let today = at.day_in(zone);
    let found = match (row.person, row.unit) {
        (Some(person), _) => of_person(conn, at, today, person)?,
        (None, Some(unit)) => match people::unit(conn, unit)? {
            Some(unit) => {
                let persons = people::people_of_unit(conn, at, &unit)?;
                if !persons.is_empty() {
                    return Ok(Composed::Spread(persons));
                }
                of_mailbox(conn, &unit)?
            }
            None => Err("no_recipient"),
        },
        (None, None) => Err("no_recipient"),
    };
    let addressee = match found {
        Ok(addressee) => addressee,
        Err(why) => return Ok(Composed::Nothing(why)),
    };
    let reader = Reader {
        at,
        actor: &addressee.actor,
        name: &addressee.name,
        language: addressee.language,
        zone,
        base_url: config.server.base_url.trim_end_matches('/'),
    };
    let payload = &row.payload.0;
    if requests::letters::is_moot(conn, payload)? {
        return Ok(Composed::Moot);
    }
    let letter = match (row.request, row.kind.as_str()) {
        (_, kind) if supervision::letters::is_known(kind) => {
            supervision::letters::letter(conn, &reader, kind, payload)?
        }
        (Some(_), kind) if !requests::letters::is_known(kind) => {
            return Ok(Composed::Nothing("unknown_kind"));
        }
        (Some(request), kind) => requests::letters::letter(conn, &reader, kind, request, payload)?,
        (None, "calendar_year_missing") => promises::letters::calendar_year_missing(&reader, payload),
        (None, audit::HEAD_LETTER) => audit::daily_head(conn, &reader, payload)?,
        (None, oversight::DIGEST) => match oversight::letters::digest(conn, &reader, payload)? {
            None => return Ok(Composed::Moot),
            letter => letter,
        },
        (None, people::RESET_LETTER) => people::letters::password_reset(conn, &reader, payload, config)?,
        (None, _) => return Ok(Composed::Nothing("unknown_kind")),
    };
    let Some(mut letter) = letter else { return Ok(Composed::Nothing("not_for_recipient")) };
    if at.since(row.due_at) > LATE {
        letter.sheet.notes.push(late(&reader, row));
    }
    let (name, address) = (addressee.name, addressee.address);
    let envelope = Envelope { id: row.id, thread: row.request, at, name, address };
    Ok(Composed::Letter(Box::new((envelope, letter))))
}

fn of_person(
    conn: &mut Conn,
    at: Instant,
    today: NaiveDate,
    person: Id,
) -> Result<Result<Addressee, &'static str>, Fault> {
    let Some((person, actor)) = people::reader(conn, at, today, person)? else {
        return Ok(Err("no_recipient"));
    };
    if !person.is_active() {
        return Ok(Err("not_active"));
    }
    let language = match person.language {
        PersonLanguage::Chinese => Language::Chinese,
        PersonLanguage::English => Language::English,
    };
    let Some(address) = person.email else { return Ok(Err("no_address")) };
    Ok(Ok(Addressee { actor, name: person.name, address, language }))
}

/// A unit's own address, for a unit in which nobody has one.
fn of_mailbox(conn: &mut Conn, unit: &people::Unit) -> Result<Result<Addressee, &'static str>, Fault> {
    let Some(address) = unit.email.clone() else { return Ok(Err("no_address")) };
    let actor = people::mailbox_of_unit(conn, unit)?;
    Ok(Ok(Addressee { actor, name: unit.name.clone(), address, language: Language::Chinese }))
}

/// When it was written, and why it comes late.
fn late(reader: &Reader<'_>, row: &Row) -> String {
    let (written, sent) = (reader.time(row.created_at), reader.time(reader.at));
    let (chinese, english) = match row.reason.as_deref() {
        Some("unreachable") => ("邮件服务器当时无法连接", "the mail server could not be reached"),
        Some("deferred") => ("收件方服务器要求稍后再试", "the receiving server asked to wait"),
        Some("uncertain") => ("此前一次发送是否成功不明", "it is not known whether an earlier try arrived"),
        _ => ("邮件一度无法发出", "letters could not go out for a while"),
    };
    match reader.language {
        Language::Chinese => format!("本邮件写于 {written}，因{chinese}，{sent} 才发出；内容以发出时为准。"),
        Language::English => {
            format!(
                "Written at {written}, sent late at {sent} because {english}; it tells how things stand then."
            )
        }
    }
}
