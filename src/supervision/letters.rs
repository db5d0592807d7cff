//! Letters about supervision orders. The facts are read when a letter is sent, as its recipient may see the order then; the
//! matter of a confidential request says no more than its category, as it does on the order.

use super::drafts::matter;
use super::held::visible;
use super::rights;
use super::store;
use super::views::{self, OrderSheet};
use crate::db::Conn;
use crate::domain::ids::Id;
use crate::domain::supervision::OrderLevel;
use crate::fault::{Code, Fault, Language};
use crate::mail::{Letter, Reader, Sheet};
use crate::people;
use crate::requests;
use crate::requests::letters::name_of_clock;
use serde_json::Value;

/// Every letter about an order: its name, and what has happened or is wanted, in Chinese and in English.
pub const KINDS: &[(&str, &str, &str)] = &[
    ("order_drafted", "有一份督办单待签发", "A supervision order waits for its signature"),
    ("supervision_order", "督办通知", "Supervision order"),
    ("supervision_copy", "督办单抄送", "Copy of a supervision order"),
    ("order_replied", "督办单已回复，请审核", "A supervision order is replied to; please rule on the reply"),
    ("reply_sent_back", "督办回复被退回，请重新回复", "The reply to a supervision order was sent back"),
    ("reply_accepted", "督办回复已采纳", "The reply to a supervision order is accepted"),
    ("supervision_remind", "督办提醒：请按时办理", "A reminder: please keep the date"),
    ("supervision_urge", "催办：请抓紧办理", "Urged: please make haste"),
    ("talk_summoned", "请到场约谈", "Your unit is summoned to a talk"),
    ("order_voided", "督办单已作废", "A supervision order is void"),
    ("copy_voided", "抄送的督办单已作废", "A supervision order of which you have a copy is void"),
];

/// Whether a letter about an order has this name.
pub fn is_known(kind: &str) -> bool {
    KINDS.iter().any(|(code, ..)| *code == kind)
}

/// What a letter of this kind says first; `None` where none is called so.
pub fn headline(kind: &str, language: Language) -> Option<&'static str> {
    let (_, chinese, english) = KINDS.iter().find(|(code, ..)| *code == kind)?;
    Some(match language {
        Language::Chinese => chinese,
        Language::English => english,
    })
}

/// The letter of this kind about the order, or the step, that the payload names; `None` where the recipient may not see it.
pub fn letter(
    conn: &mut Conn,
    reader: &Reader<'_>,
    kind: &str,
    payload: &Value,
) -> Result<Option<Letter>, Fault> {
    match payload.get("step").and_then(Value::as_str).and_then(Id::parse) {
        Some(step) => about_step(conn, reader, kind, step),
        None => about_order(conn, reader, kind, payload),
    }
}

/// A reminder, or an urging.
fn about_step(conn: &mut Conn, reader: &Reader<'_>, kind: &str, step: Id) -> Result<Option<Letter>, Fault> {
    let Some(row) = store::step(conn, step)? else { return Ok(None) };
    let (Some(headline), Some(_)) =
        (headline(kind, reader.language), rights::sight(reader.actor, row.unit_id, &[]))
    else {
        return Ok(None);
    };
    let Some(request) = requests::supervised(conn, row.request_id)? else { return Ok(None) };
    let unit = people::unit(conn, row.unit_id)?.map(|unit| unit.name).unwrap_or_default();
    let sheet = Sheet::new(reader.language, reader.name.to_owned(), headline.to_owned())
        .fact(reader.say("诉求编号", "Request"), &request.number)
        .fact(reader.say("事项", "Matter"), matter(&request))
        .fact(reader.say("承办单位", "Unit"), unit);
    let sheet = match &row.words {
        Some(words) => sheet.text(reader.say("说明", "In words"), words),
        None => sheet,
    };
    let link = format!("{}/requests/{}", reader.base_url, request.id);
    let subject = format!("{} {headline}", request.number);
    Ok(Some(Letter { subject, sheet: sheet.link(reader.say("查看诉求", "The request"), link) }))
}

fn about_order(
    conn: &mut Conn,
    reader: &Reader<'_>,
    kind: &str,
    payload: &Value,
) -> Result<Option<Letter>, Fault> {
    let Some(headline) = headline(kind, reader.language).map(str::to_owned) else { return Ok(None) };
    let Some(order) = payload.get("order").and_then(Value::as_str).and_then(Id::parse) else {
        return Ok(None);
    };
    match visible(conn, reader.actor, order) {
        Err(fault) if fault.code == Code::NotFound => return Ok(None),
        visible => visible?,
    };
    let order = views::sheet(conn, reader.at, reader.actor, reader.zone, order)?;
    let named = order.order.number.clone().unwrap_or_else(|| order.order.request_number.clone());
    let subject = match (&order.order.reply_by, kind) {
        (Some(reply_by), "supervision_order" | "reply_sent_back") => {
            let by = reader.time(reply_by.instant());
            let due = reader.say(&format!("应于 {by} 前回复"), &format!("reply due {by}"));
            format!("{named} {headline} – {due}")
        }
        _ => format!("{named} {headline}"),
    };
    let sheet = Sheet::new(reader.language, reader.name.to_owned(), headline);
    Ok(Some(Letter { subject, sheet: of_order(sheet, reader, kind, &order) }))
}

fn of_order(mut sheet: Sheet, reader: &Reader<'_>, kind: &str, sheet_of: &OrderSheet) -> Sheet {
    let order = &sheet_of.order;
    if let Some(number) = &order.number {
        sheet = sheet.fact(reader.say("督办编号", "Order"), number);
    }
    sheet = sheet
        .fact(reader.say("督办级别", "Level"), level(reader, order.level))
        .fact(reader.say("督办事项", "Matter"), &order.matter)
        .fact(reader.say("承办单位", "Unit"), &order.unit.name);
    if let Some(overdue) = &order.overdue {
        let limit = format!(
            "{} {}",
            name_of_clock(overdue.clock, reader.language),
            reader.time(overdue.due_at.instant())
        );
        sheet = sheet.fact(reader.say("原定时限", "Old limit"), limit);
        if let Some(days) = overdue.days {
            let days = reader.say(&format!("{days} 个工作日"), &format!("{days} working days"));
            sheet = sheet.fact(reader.say("超期", "Overdue by"), days);
        }
    }
    if let Some(reply_by) = &order.reply_by {
        sheet = sheet.fact(reader.say("回复期限", "Reply by"), reader.time(reply_by.instant()));
    }
    if let Some(issued) = &order.issued {
        let unit = issued.unit.as_ref().map(|unit| unit.name.as_str()).unwrap_or_default();
        sheet = sheet.fact(reader.say("签发", "Issued by"), format!("{unit} {}", issued.by));
    }
    if !order.copies.is_empty() {
        let copies: Vec<&str> = order.copies.iter().map(|unit| unit.name.as_str()).collect();
        sheet = sheet.fact(reader.say("抄送", "Copies to"), copies.join("、"));
    }
    sheet = sheet.text(reader.say("督办要求", "What is demanded"), &order.demand);
    let last = sheet_of.replies.last();
    sheet = match (kind, last, &order.end_reason) {
        ("order_replied", Some(reply), _) => sheet.text(reader.say("回复", "The reply"), &reply.text),
        ("reply_sent_back", Some(reply), _) => match &reply.reason {
            Some(reason) => sheet.text(reader.say("退回理由", "Why it was sent back"), reason),
            None => sheet,
        },
        ("talk_summoned", ..) => summons(sheet, reader, sheet_of),
        ("order_voided" | "copy_voided", _, Some(reason)) => {
            sheet.text(reader.say("作废理由", "Why it is void"), reason)
        }
        _ => sheet,
    };
    let link = format!("{}/supervision-orders/{}", reader.base_url, order.id);
    sheet.link(reader.say("查看督办单", "The order"), link)
}

/// The last talk that was summoned.
fn summons(sheet: Sheet, reader: &Reader<'_>, sheet_of: &OrderSheet) -> Sheet {
    let Some(talk) = sheet_of.talks.last() else { return sheet };
    let planned = talk.planned_at.as_ref().map(|at| reader.time(at.instant())).unwrap_or_default();
    let sheet = sheet.fact(reader.say("约谈时间", "When"), planned);
    let sheet = match &talk.place {
        Some(place) => sheet.fact(reader.say("约谈地点", "Where"), place),
        None => sheet,
    };
    match &talk.words {
        Some(words) => sheet.text(reader.say("约谈事由", "About"), words),
        None => sheet,
    }
}

const fn level(reader: &Reader<'_>, level: OrderLevel) -> &'static str {
    match (level, reader.language) {
        (OrderLevel::Ordinary, Language::Chinese) => "一般督办",
        (OrderLevel::Ordinary, Language::English) => "ordinary",
        (OrderLevel::Key, Language::Chinese) => "重点督办",
        (OrderLevel::Key, Language::English) => "key",
        (OrderLevel::Listed, Language::Chinese) => "挂牌督办",
        (OrderLevel::Listed, Language::English) => "listed",
    }
}
