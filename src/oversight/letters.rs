//! The letter of many alarms.

use super::store;
use crate::db::Conn;
use crate::domain::ids::Id;
use crate::fault::{Fault, Language};
use crate::mail::{Letter, Reader, Sheet};
use crate::requests::letters;
use serde_json::Value;

/// The most alarms a letter names.
const MOST: usize = 100;

/// What it says in one sentence.
pub const fn headline(language: Language) -> &'static str {
    match language {
        Language::Chinese => "多项时限提醒",
        Language::English => "Several dates need you",
    }
}

/// The letter of a digest, which the payload names as `digest`: each alarm whose reason still stands, in the order in which
/// they were to be told, with by how much it is late. `None` where none stands.
pub fn digest(conn: &mut Conn, reader: &Reader<'_>, payload: &Value) -> Result<Option<Letter>, Fault> {
    let Some(digest) = payload.get("digest").and_then(Value::as_str).and_then(Id::parse) else {
        return Ok(None);
    };
    let headline = headline(reader.language).to_owned();
    let mut sheet = Sheet::new(reader.language, reader.name.to_owned(), headline.clone());
    let mut more = 0_usize;
    for (request, clock, due_version, tell_at, raised_at) in store::gathered(conn, digest)? {
        let Some((number, mut what)) = letters::line(conn, reader, (request, clock, due_version))? else {
            continue;
        };
        if sheet.facts.len() == MOST {
            more += 1;
            continue;
        }
        if let Some(late) = letters::late(reader, tell_at, raised_at) {
            what.push_str(&reader.say("。", ". "));
            what.push_str(&late);
        }
        sheet = sheet.fact(number, what);
    }
    let named = sheet.facts.len() + more;
    if named == 0 {
        return Ok(None);
    }
    if more > 0 {
        let words = reader.say(&format!("另有 {more} 项，请在系统中查看"), &format!("and {more} more"));
        sheet.notes.push(words);
    }
    let sheet = sheet.link(reader.say("诉求列表", "Requests"), format!("{}/requests", reader.base_url));
    Ok(Some(Letter { subject: format!("{headline} ({named})"), sheet }))
}
