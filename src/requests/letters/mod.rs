//! Letters about requests: what each tells, to the recipient and no more than the recipient may see now.
//!
//! The facts are read when a letter is sent, as its recipient sees the request. Mail lies open on the way: of a request
//! that is not open to everyone on it, no letter names the company, and none to staff quotes what anybody wrote.

mod alarm;
mod due;
mod kinds;
mod told;

pub use alarm::{LATE, late, line};
pub use due::name as name_of_clock;
pub use kinds::KINDS;

use super::access::Audience;
use super::direct;
use super::views::{self, RequestView};
use crate::db::Conn;
use crate::domain::ids::Id;
use crate::domain::words::{Confidence, Part};
use crate::fault::{Code, Fault, Language};
use crate::mail::{Letter, Reader, Sheet};
use due::Due;
use kinds::Kind;
use serde_json::Value;

/// The letter to a leader to whom a request is reported directly.
const DIRECT_REPORT: &str = "direct_report";

/// Whether a letter about a request has this name.
pub fn is_known(kind: &str) -> bool {
    Kind::of(kind).is_some()
}

/// What a letter of this kind is about, in one sentence; `None` where no letter is called so.
pub fn headline(kind: &str, language: Language) -> Option<&'static str> {
    Kind::of(kind).map(|kind| kind.headline(language))
}

/// Whether a notice with this `payload` need not be sent any more: what it warns of was done meanwhile, or has another date.
pub fn is_moot(conn: &mut Conn, payload: &Value) -> Result<bool, Fault> {
    alarm::is_moot(conn, payload)
}

/// The letter of this kind about a request; `None` where the recipient may not see the request, or no letter is called so.
pub fn letter(
    conn: &mut Conn,
    reader: &Reader<'_>,
    kind: &str,
    request: Id,
    payload: &Value,
) -> Result<Option<Letter>, Fault> {
    let Some(kind) = Kind::of(kind) else { return Ok(None) };
    let (_, audience) = match super::visible(conn, reader.actor, request) {
        Err(fault) if fault.code == Code::NotFound => {
            return alarm::bare(conn, reader, kind, request, payload);
        }
        visible => visible?,
    };
    let view = views::show(conn, reader.at, reader.actor, reader.zone, request)?;
    let due = due::of(conn, reader, audience, request, alarm::clock_of(payload))?;
    let matter = Told { reader, view: &view, audience, kind, due: due.as_ref() };
    let about = payload.get("about").and_then(Value::as_str).unwrap_or_default();
    let sheet = told::details(matter.sheet(), &matter, about);
    let sheet = match Id::parse(about).filter(|_| kind.code == DIRECT_REPORT) {
        Some(report) => told::reported(sheet, &matter, direct::words_of(conn, report)?),
        None => sheet,
    };
    Ok(Some(Letter { subject: matter.subject(), sheet: alarm::lateness(sheet, reader, payload) }))
}

/// What a letter is made of.
struct Told<'a> {
    reader: &'a Reader<'a>,
    view: &'a RequestView,
    audience: Audience,
    kind: &'static Kind,
    due: Option<&'a Due>,
}

impl Told<'_> {
    fn is_company(&self) -> bool {
        self.audience == Audience::Company
    }

    /// Whether what people wrote may be quoted.
    fn quotes(&self) -> bool {
        self.is_company() || self.view.confidence == Confidence::Open
    }

    fn headline(&self) -> String {
        alarm::headline(self.reader, self.kind, self.due)
    }

    /// Number, light and what is due, then what has happened.
    fn subject(&self) -> String {
        let number = &self.view.number;
        match self.due {
            Some(due) => format!("[{}] {number} {} – {}", due.light, due.short, self.headline()),
            None => format!("{number} {}", self.headline()),
        }
    }

    fn sheet(&self) -> Sheet {
        let (reader, view) = (self.reader, self.view);
        let mut sheet = Sheet::new(reader.language, reader.name.to_owned(), self.headline())
            .fact(reader.say("诉求编号", "Request"), &view.number)
            .fact(reader.say("事项", "Matter"), self.matter());
        if let Some(company) = view.company.as_ref().filter(|_| view.confidence == Confidence::Open) {
            sheet = sheet.fact(reader.say("企业", "Company"), &company.name);
        }
        if let Some(unit) = self.unit() {
            sheet = sheet.fact(reader.say("承办单位", "Unit"), unit);
        }
        if let Some(due) = self.due {
            sheet = alarm::of_due(sheet, reader, due);
        }
        let link = format!("{}/requests/{}", reader.base_url, view.id);
        sheet.link(reader.say("查看诉求", "The request"), link)
    }

    /// The title, or where it may give away who filed, the category.
    fn matter(&self) -> String {
        if self.quotes() {
            return self.view.title.clone();
        }
        let category = self.view.category.as_ref().map(|category| category.name.clone());
        let confidential =
            self.reader.say("保密诉求，内容请在系统中查看", "confidential; read it in the system");
        category.map_or_else(|| confidential.clone(), |category| format!("{category} ({confidential})"))
    }

    /// The unit whose clock it is, else the one that leads.
    fn unit(&self) -> Option<String> {
        let lead =
            self.view.parts.iter().filter(|part| part.part == Part::Lead).max_by_key(|part| part.cycle);
        let of_clock = self.due.and_then(|due| due.unit.clone());
        of_clock.or_else(|| lead.map(|part| part.unit.name.clone()))
    }
}
