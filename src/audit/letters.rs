//! The letter by which a daily head leaves the house.

use super::{heads, rights};
use crate::db::Conn;
use crate::fault::{Fault, Language};
use crate::mail::{Letter, Reader, Sheet};
use serde_json::Value;

/// The kind of the letter that brings an auditor the daily head.
pub const HEAD_LETTER: &str = "daily_head";

/// What that letter is about, in one sentence.
pub fn headline(payload: &Value, language: Language) -> Option<String> {
    let day = payload.get("day").and_then(Value::as_str)?;
    Some(match language {
        Language::Chinese => format!("{day} 日志链头"),
        Language::English => format!("The head of the journal of {day}"),
    })
}

/// The letter with the head whose number the payload names; `None` where its reader is no auditor any more.
pub fn daily_head(conn: &mut Conn, reader: &Reader<'_>, payload: &Value) -> Result<Option<Letter>, Fault> {
    let number = payload.get("number").and_then(Value::as_i64).and_then(|number| i32::try_from(number).ok());
    let Some(number) = number.filter(|_| rights::reads(reader.actor)) else { return Ok(None) };
    let Some(head) = heads::head(conn, number)? else { return Ok(None) };
    let Some(headline) = headline(payload, reader.language) else { return Ok(None) };
    let advice = reader.say(
        "请妥善保存本邮件。日后可用 onedoor audit verify --head 加上述链头核对：若日志或链头被改写，将无法通过。",
        "Keep this letter. onedoor audit verify --head with the head above tells later whether the journal, or its \
         heads, were rewritten.",
    );
    let mut sheet = Sheet::new(reader.language, reader.name.to_owned(), headline.clone())
        .fact(reader.say("序号", "Number"), head.number.to_string())
        .fact(reader.say("链头", "Head"), head.hash)
        .fact(reader.say("取得时间", "Taken at"), reader.time(head.taken_at))
        .fact(reader.say("新增记录的链数", "Chains that moved"), head.chains.to_string())
        .link(reader.say("历次链头", "All heads"), format!("{}/journal/heads", reader.base_url));
    sheet.notes.push(advice);
    Ok(Some(Letter { subject: headline, sheet }))
}
