//! What the company and the office write to each other about a request. No unit reads it.

use super::matter::Matter;
use super::store::{self, MessageRow};
use super::{Audience, visible};
use super::{access, attached};
use crate::attachments::{self, AttachedTo, Attachment, AttachmentView, Files};
use crate::db::Conn;
use crate::domain::actor::Actor;
use crate::domain::ids::{Id, Instant};
use crate::domain::lifecycle::{Capacity, RequestAct};
use crate::fault::Fault;
use crate::journal::Detail;
use crate::outbox::Recipient;
use crate::people;
use crate::web::{LocalTime, Page, one_more};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use utoipa::ToSchema;

vocabulary! {
    /// Who wrote a message.
    pub enum Writer {
        /// Somebody of the company.
        Company = "company",
        /// The office.
        Office = "office",
    }
}

/// A message.
#[derive(Debug, Serialize, ToSchema)]
pub struct MessageView {
    /// Its id.
    pub id: Id,
    /// Who wrote it.
    pub from: Writer,
    /// When.
    pub at: LocalTime,
    /// What.
    pub text: String,
    /// The writer's name; for staff only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// The files that came with it.
    pub attachments: Vec<AttachmentView>,
}

/// A message to be written.
#[derive(Debug, Clone)]
pub struct NewMessage {
    /// What.
    pub text: String,
    /// The files that come with it.
    pub files: Files,
}

/// Where a page of messages ends.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct LastMessage {
    at: Instant,
    id: Id,
}

/// Writes to the other side, by the company or the office; the other side is told that there is something to read.
pub fn write_message(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    zone: Tz,
    request: Id,
    new: &NewMessage,
) -> Result<MessageView, Fault> {
    let mut matter = Matter::open(conn, at, actor, request)?;
    let capacity = matter.act(RequestAct::Message)?;
    let row = MessageRow {
        id: Id::new(at),
        request_id: request,
        from_person_id: matter.person()?,
        from_company: capacity == Capacity::Company,
        at,
        text: new.text.clone(),
    };
    store::insert_message(matter.conn, &row)?;
    let mark = row.id.to_string();
    if row.from_company {
        matter.notify("message", Recipient::Unit(matter.office.id), &mark)?;
    } else {
        matter.notify_company("message", &mark)?;
    }
    let audience = if row.from_company { Audience::Company } else { Audience::Office };
    let detail = Detail::none().personal("text", Some(&new.text));
    let detail = attached::hang(&mut matter, &new.files, AttachedTo::Message, Some(row.id), detail)?;
    matter.close(capacity, "message", detail)?;
    let names = names(conn, audience, std::slice::from_ref(&row))?;
    let files = if new.files.is_empty() { Vec::new() } else { attachments::of_request(conn, request)? };
    Ok(view(row, &names, &files, zone))
}

/// The messages about a request after `after`, oldest first. To whoever may not read them it has none to be found.
pub fn messages(
    conn: &mut Conn,
    actor: &Actor,
    zone: Tz,
    request: Id,
    after: Option<LastMessage>,
    limit: usize,
) -> Result<Page<MessageView>, Fault> {
    let (request, audience) = visible(conn, actor, request)?;
    if !access::reads_messages(audience) {
        return Err(Fault::hidden());
    }
    let after = after.map(|last| (last.at, last.id));
    let rows = store::messages_after(conn, request.id, after, one_more(limit))?;
    let names = names(conn, audience, &rows)?;
    let page = Page::cut(rows, limit, "messages", |row| LastMessage { at: row.at, id: row.id })?;
    let files = attachments::of_request(conn, request.id)?;
    Ok(page.map(|row| view(row, &names, &files, zone)))
}

/// The names of those who wrote, where the reader is told them.
fn names(conn: &mut Conn, audience: Audience, rows: &[MessageRow]) -> Result<HashMap<Id, String>, Fault> {
    if audience == Audience::Company {
        return Ok(HashMap::new());
    }
    let writers: Vec<Id> = rows.iter().map(|row| row.from_person_id).collect();
    people::person_names(conn, &writers)
}

fn view(row: MessageRow, names: &HashMap<Id, String>, files: &[Attachment], zone: Tz) -> MessageView {
    let of_message = |file: &&Attachment| file.subject_id == Some(row.id);
    MessageView {
        id: row.id,
        from: if row.from_company { Writer::Company } else { Writer::Office },
        at: LocalTime::new(row.at, zone),
        attachments: files.iter().filter(of_message).map(|file| AttachmentView::of(file, zone)).collect(),
        text: row.text,
        person: names.get(&row.from_person_id).cloned(),
    }
}
