//! What is due, as a letter says it: the clock that is due first for the recipient, its light, and the time left.

use crate::db::Conn;
use crate::domain::calendar::Calendar;
use crate::domain::ids::{Id, Instant};
use crate::domain::light::Light;
use crate::domain::promise::{Holder, Length};
use crate::domain::words::ClockKind;
use crate::fault::{Fault, Language};
use crate::mail::Reader;
use crate::people;
use crate::promises;
use crate::requests::access::{self, Audience};
use crate::requests::store::{self, ClockRow};
use crate::requests::why;
use chrono::TimeDelta;

/// A clock in words.
#[derive(Debug)]
pub(super) struct Due {
    /// Its light.
    pub(super) light: String,
    /// What, and by when.
    pub(super) short: String,
    /// The same as a fact.
    pub(super) long: String,
    /// The working time left, or by how much it is overdue.
    pub(super) left: String,
    /// The promise it rests on.
    pub(super) why: String,
    /// Until when an extension may be asked for.
    pub(super) ask_by: Option<Instant>,
    /// The unit that holds it; `None` for the company's and the office's.
    pub(super) unit: Option<String>,
}

/// The clock `wanted`, or the one due first of those the recipient holds; `None` where none runs that they may see.
pub(super) fn of(
    conn: &mut Conn,
    reader: &Reader<'_>,
    audience: Audience,
    request: Id,
    wanted: Option<Id>,
) -> Result<Option<Due>, Fault> {
    let assignments = store::assignments_of(conn, request)?;
    let reach = reader.actor.reach();
    let is_theirs = |clock: &ClockRow| match audience {
        Audience::Company => clock.holder == Holder::Company,
        Audience::Office => clock.holder == Holder::Office,
        Audience::Lead | Audience::Unit => clock.holder_unit_id.is_some_and(|unit| reach.contains(&unit)),
    };
    let clocks = store::clocks_of(conn, request)?;
    let found = clocks
        .into_iter()
        .filter(|clock| {
            clock.is_open()
                && (access::sees_clock(audience, &reach, &assignments, clock)
                    || wanted == Some(clock.id) && access::oversees(reader.actor, clock))
        })
        .filter(|clock| wanted.map_or_else(|| is_theirs(clock), |wanted| clock.id == wanted))
        .filter_map(|clock| clock.due_at.map(|due_at| (due_at, clock)))
        .min_by_key(|(due_at, clock)| (*due_at, clock.id));
    let Some((due_at, clock)) = found else { return Ok(None) };
    let unit = match clock.holder_unit_id.filter(|_| audience != Audience::Company) {
        Some(unit) => people::unit(conn, unit)?.map(|unit| unit.name),
        None => None,
    };
    let calendar = promises::calendar_version(conn, &clock.calendar, clock.calendar_version)?;
    let (what, by) = (name(clock.kind, reader.language), reader.time(due_at));
    let short = match reader.language {
        Language::Chinese => format!("{what} 应于 {by}"),
        Language::English => format!("{what} due {by}"),
    };
    let mut why = why::rule(&clock.rule.0, reader.language);
    if let Some(basis) = &clock.rule.0.basis {
        why = format!("{why} – {basis}");
    }
    Ok(Some(Due {
        light: light(&clock, due_at, reader),
        long: short.clone(),
        short,
        left: left(&calendar, &clock, due_at, reader)?,
        why,
        ask_by: clock.ask_by,
        unit,
    }))
}

fn light(clock: &ClockRow, due_at: Instant, reader: &Reader<'_>) -> String {
    let light = match clock.warn_at {
        _ if clock.disputed => Light::Hollow,
        warn_at => Light::of(warn_at.unwrap_or(due_at), due_at, reader.at),
    };
    match light {
        Light::Green => reader.say("绿灯", "green"),
        Light::Yellow => reader.say("黄灯", "yellow"),
        Light::Red => reader.say("红灯", "red"),
        Light::Hollow => reader.say("空心灯", "hollow"),
    }
}

/// Counted as the clock itself counts: in working time, or day and night.
fn left(
    calendar: &Calendar,
    clock: &ClockRow,
    due_at: Instant,
    reader: &Reader<'_>,
) -> Result<String, Fault> {
    let is_natural = matches!(clock.rule.0.length, Some(Length::Minutes(_) | Length::Days(_)));
    let seconds = if is_natural {
        due_at.since(reader.at).num_seconds()
    } else {
        calendar.working_seconds(reader.at, due_at).map_err(|error| Fault::internal(error.detail()))?
    };
    let long = TimeDelta::seconds(seconds.abs());
    let (hours, minutes) = (long.num_hours(), long.num_minutes() % 60);
    Ok(match (reader.language, reader.at > due_at, is_natural) {
        (Language::Chinese, false, false) => format!("还剩工作时间 {hours} 小时 {minutes} 分"),
        (Language::Chinese, true, false) => format!("已超期，超出工作时间 {hours} 小时 {minutes} 分"),
        (Language::Chinese, false, true) => format!("还剩 {hours} 小时 {minutes} 分（不分昼夜）"),
        (Language::Chinese, true, true) => format!("已超期 {hours} 小时 {minutes} 分（不分昼夜）"),
        (Language::English, false, false) => format!("{hours} h {minutes} min of working time left"),
        (Language::English, true, false) => format!("overdue by {hours} h {minutes} min of working time"),
        (Language::English, false, true) => format!("{hours} h {minutes} min left, day and night"),
        (Language::English, true, true) => format!("overdue by {hours} h {minutes} min, day and night"),
    })
}

/// What a clock is called in letters and papers.
pub const fn name(kind: ClockKind, language: Language) -> &'static str {
    let (chinese, english) = match kind {
        ClockKind::CompanyContact => ("首次联系", "first contact"),
        ClockKind::CompanyFeedback => ("答复", "answer"),
        ClockKind::Dispatch => ("分派", "dispatch"),
        ClockKind::Contact => ("联系企业", "contact"),
        ClockKind::Feedback => ("反馈", "feedback"),
        ClockKind::Preliminary => ("初步反馈", "first report"),
        ClockKind::Conclusion => ("办结", "conclusion"),
        ClockKind::Assist => ("协办反馈", "assisting answer"),
        ClockKind::Progress => ("周报", "weekly report"),
        ClockKind::Commitment => ("承诺兑现", "commitment"),
        ClockKind::Release => ("发布答复", "release"),
        ClockKind::ReturnRuling => ("退单裁定", "ruling on a return"),
        ClockKind::ContestRuling => ("联系异议裁定", "ruling on a contested contact"),
        ClockKind::PlanRuling => ("计划裁定", "ruling on a plan"),
        ClockKind::ExtensionRuling => ("延期裁定", "ruling on an extension"),
        ClockKind::JointRuling => ("会商裁定", "joint ruling"),
        ClockKind::Supplement => ("补充材料", "papers"),
        ClockKind::RatingWindow => ("评价", "rating"),
        ClockKind::FollowUp => ("回访", "follow-up call"),
        ClockKind::Callback => ("差评回访", "call-back"),
        ClockKind::Rework => ("整改", "rework"),
        ClockKind::SupervisionReply => ("督办回复", "reply to a supervision order"),
    };
    match language {
        Language::Chinese => chinese,
        Language::English => english,
    }
}
