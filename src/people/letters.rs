//! Letters about accounts.

use super::resets;
use crate::config::Config;
use crate::db::Conn;
use crate::domain::ids::Id;
use crate::fault::Fault;
use crate::mail::{Letter, Reader, Sheet};
use serde_json::Value;

/// The letter with the link to a new password (kind [`RESET_LETTER`](super::RESET_LETTER)); `None` where that holds no
/// more: it was used, a newer one was asked for, or its time is over.
pub fn password_reset(
    conn: &mut Conn,
    reader: &Reader<'_>,
    payload: &Value,
    config: &Config,
) -> Result<Option<Letter>, Fault> {
    let Some(id) = payload.get("reset").and_then(Value::as_str).and_then(Id::parse) else { return Ok(None) };
    let Some(reset) = resets::reset_letter(conn, reader.at, id, config)? else { return Ok(None) };
    let headline = reader.say("您可以设置新密码", "You may set a new password");
    let advice = reader.say(
        "有人在登录页为您的账号申请了重置密码。若非本人操作，请忽略本邮件，密码不会改变。切勿将链接转告他人。",
        "Somebody asked for it with your name at the log-in. If it was not you, do nothing: the password stays. Tell \
         the link to nobody.",
    );
    let mut sheet = Sheet::new(reader.language, reader.name.to_owned(), headline.clone())
        .fact(reader.say("有效期至", "Good until"), reader.time(reset.expires_at))
        .fact(reader.say("次数", "How often"), reader.say("仅一次", "once"))
        .link(reader.say("设置新密码", "Set a new password"), reset.link);
    sheet.notes.push(advice);
    Ok(Some(Letter { subject: headline, sheet }))
}
