//! Why a due date is what it is: the rule, the calendar, each day counted or skipped, and what moved it since.

use super::access::{self, Audience};
use super::store::{self, ClockRow};
use super::views::NamedCode;
use super::why;
use crate::db::Conn;
use crate::domain::actor::Actor;
use crate::domain::calendar::DayNote;
use crate::domain::ids::{Id, Instant};
use crate::domain::promise::{Counting, Holder, Length};
use crate::domain::timer;
use crate::domain::words::{ClockKind, ClockOutcome};
use crate::fault::{Code, Fault, Language};
use crate::people;
use crate::promises;
use crate::web::LocalTime;
use chrono_tz::Tz;
use serde::Serialize;
use utoipa::ToSchema;

/// Which clock is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// The newest of this kind, an open one before a stopped one.
    Kind(ClockKind),
    /// This one.
    Clock(Id),
}

impl Which {
    /// Reads a kind's code or a clock's id; anything else is `None`.
    pub fn parse(text: &str) -> Option<Self> {
        ClockKind::from_code(text).map(Self::Kind).or_else(|| Id::parse(text).map(Self::Clock))
    }
}

/// A due date explained.
#[derive(Debug, Serialize, ToSchema)]
pub struct DueExplanation {
    /// The clock.
    pub clock: Id,
    /// Which.
    pub kind: ClockKind,
    /// Whose.
    pub holder: Holder,
    /// The holding unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<NamedCode>,
    /// The promise it runs by, as it stood when the clock started.
    pub rule: RuleExplained,
    /// The calendar it is counted on.
    pub calendar: CalendarNamed,
    /// When it started.
    pub started_at: LocalTime,
    /// Each day from the start to the end of the limit, before extensions and reprieves; of limits in natural time the
    /// first and the last.
    pub days: Vec<DayExplained>,
    /// When it stood still.
    pub pauses: Vec<PauseExplained>,
    /// New dates granted, in their order.
    pub extensions: Vec<ExtensionExplained>,
    /// When its stop was taken back, and what was given at least from then.
    pub reprieves: Vec<ReprieveExplained>,
    /// The limit of an upper level's order, which nothing granted passes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub no_later_than: Option<LimitExplained>,
    /// The due date before anything moved it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_due_at: Option<LocalTime>,
    /// From when it is yellow; missing while it stands still.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warn_at: Option<LocalTime>,
    /// The last instant in time; missing while it stands still.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_at: Option<LocalTime>,
    /// Whether a year was counted whose days off have not been announced.
    pub provisional: bool,
    /// When it stopped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stopped_at: Option<LocalTime>,
    /// How it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<ClockOutcome>,
}

/// The promise a clock runs by.
#[derive(Debug, Serialize, ToSchema)]
pub struct RuleExplained {
    /// The sentence of the published procedure it keeps.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub basis: Option<String>,
    /// How long it runs, as the promise book spells it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub length: Option<Length>,
    /// How working days are counted: A from the day after the receipt, B a late receipt first moved to the next
    /// working day.
    pub counting: Counting,
    /// With counting B, the hour from which a receipt counts as the next working day's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cut_off: Option<String>,
    /// The length and the counting in the caller's language.
    pub words: String,
}

/// A version of a calendar.
#[derive(Debug, Serialize, ToSchema)]
pub struct CalendarNamed {
    /// The calendar's name.
    pub name: String,
    /// Its version.
    pub version: i32,
}

/// One day, and what counting made of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct DayExplained {
    /// The day.
    #[serde(flatten)]
    pub day: DayNote,
    /// The reason in the caller's language.
    pub words: String,
}

/// A time the clock stood still.
#[derive(Debug, Serialize, ToSchema)]
pub struct PauseExplained {
    /// From when.
    pub from: LocalTime,
    /// Until when; missing while it still stands still.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<LocalTime>,
}

/// The limit of an upper level's order.
#[derive(Debug, Serialize, ToSchema)]
pub struct LimitExplained {
    /// The limit.
    pub at: LocalTime,
    /// Whether it is this date that holds, in the caller's language.
    pub words: String,
}

/// A new date granted.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExtensionExplained {
    /// When it was granted.
    pub granted_at: LocalTime,
    /// The new date.
    pub until: LocalTime,
}

/// A stop taken back.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReprieveExplained {
    /// When.
    pub at: LocalTime,
    /// The least working time from then, in minutes.
    pub working_minutes: u32,
}

/// Explains the due date of a clock of `request`; without `which`, of the clock that is due first for the reader.
///
/// Only of a clock the reader may see; any other is as if there were none.
pub fn explain(
    conn: &mut Conn,
    actor: &Actor,
    (zone, language): (Tz, Language),
    request: Id,
    which: Option<Which>,
) -> Result<DueExplanation, Fault> {
    let row = store::request(conn, request)?.ok_or_else(Fault::hidden)?;
    let assignments = store::assignments_of(conn, request)?;
    let audience = access::audience_of(conn, actor, &row, &assignments)?.ok_or_else(Fault::hidden)?;
    let reach = actor.reach();
    let clocks = store::clocks_of(conn, request)?;
    let seen = clocks.into_iter().filter(|clock| access::sees_clock(audience, &reach, &assignments, clock));
    let clock = pick(seen, which).ok_or_else(Fault::hidden)?;
    let calendar = promises::calendar_version(conn, &clock.calendar, clock.calendar_version)?;
    let facts = &clock.facts.0;
    let ended: Vec<(Instant, Instant)> =
        facts.pauses.iter().filter_map(|pause| Some((pause.from, pause.until?))).collect();
    let days = match timer::length(&clock.rule.0, facts) {
        Some(length) => {
            let counted = calendar.explain(clock.started_at, &length, &ended);
            let cannot = |detail| Fault::new(Code::CalendarCannotCount).with("detail", detail);
            counted.map_err(|error| cannot(error.detail()))?.days
        }
        None => Vec::new(),
    };
    let unit = match clock.holder_unit_id.filter(|_| audience != Audience::Company) {
        Some(unit) => people::unit(conn, unit)?,
        None => None,
    };
    let time = |at: Instant| LocalTime::new(at, zone);
    Ok(DueExplanation {
        clock: clock.id,
        kind: clock.kind,
        holder: clock.holder,
        unit: unit.map(|unit| NamedCode { id: unit.id, code: unit.code, name: unit.name }),
        started_at: time(clock.started_at),
        days: days.into_iter().map(|day| DayExplained { words: why::day(&day, language), day }).collect(),
        pauses: facts
            .pauses
            .iter()
            .map(|pause| PauseExplained { from: time(pause.from), until: pause.until.map(time) })
            .collect(),
        extensions: facts
            .extensions
            .iter()
            .map(|granted| ExtensionExplained { granted_at: time(granted.at), until: time(granted.until) })
            .collect(),
        reprieves: facts
            .reprieves
            .iter()
            .map(|reprieve| ReprieveExplained {
                at: time(reprieve.at),
                working_minutes: reprieve.working_minutes,
            })
            .collect(),
        no_later_than: facts.no_later_than.map(|limit| LimitExplained {
            at: time(limit),
            words: why::limit(clock.due_at.is_none_or(|due_at| due_at == limit), language),
        }),
        first_due_at: clock.first_due_at.map(time),
        warn_at: clock.warn_at.map(time),
        due_at: clock.due_at.map(time),
        provisional: clock.provisional,
        stopped_at: clock.stopped_at.map(time),
        outcome: clock.outcome,
        rule: RuleExplained {
            words: why::rule(&clock.rule.0, language),
            length: clock.rule.0.length,
            counting: clock.rule.0.counting(),
            cut_off: clock.rule.0.cut_off.map(|hour| hour.to_string()),
            basis: clock.rule.0.basis,
        },
        calendar: CalendarNamed { name: clock.calendar, version: clock.calendar_version },
    })
}

/// The clock meant among those seen, which come oldest first.
fn pick(seen: impl Iterator<Item = ClockRow>, which: Option<Which>) -> Option<ClockRow> {
    match which {
        Some(Which::Clock(id)) => seen.into_iter().find(|clock| clock.id == id),
        Some(Which::Kind(kind)) => {
            seen.filter(|clock| clock.kind == kind).max_by_key(|clock| (clock.is_open(), clock.id))
        }
        None => seen.max_by_key(|clock| {
            let due_first = clock.due_at.filter(|_| clock.is_open()).map(std::cmp::Reverse);
            (clock.is_open(), due_first, clock.id)
        }),
    }
}
