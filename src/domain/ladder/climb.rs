//! The instants at which the steps of a ladder fall due for one running clock.

use super::{Before, Ladder, Spaced, Step, When};
use crate::domain::calendar::Calendar;
use crate::domain::ids::Instant;
use crate::domain::light::Light;
use crate::domain::promise::Holder;
use crate::domain::words::{ClockKind, Urgency};
use chrono::{NaiveDate, TimeDelta};

/// A step that is repeated is followed no further than this at a time.
const MOST_RUNGS: u32 = 1000;

/// A clock that runs, as the ladder sees it.
#[derive(Debug, Clone, Copy)]
pub struct Running {
    /// Which.
    pub kind: ClockKind,
    /// Whose.
    pub holder: Holder,
    /// How pressing its request is.
    pub urgency: Urgency,
    /// Since when it has the dates below.
    pub since: Instant,
    /// From when its light is yellow.
    pub warn_at: Instant,
    /// Until when an extension may be asked for.
    pub ask_by: Option<Instant>,
    /// The last instant that is in time.
    pub due_at: Instant,
}

/// A step that has fallen due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rung<'l> {
    /// Which.
    pub step: &'l Step,
    /// The first, second … time it falls due.
    pub number: u32,
    /// When it fell due.
    pub at: Instant,
    /// When it is told: then, or as the office opens.
    pub tell_at: Instant,
}

impl Rung<'_> {
    /// By what it is known what was told: the step's name, and from the second time on its number.
    pub fn code(&self) -> String {
        if self.number == 1 { self.step.name.clone() } else { format!("{}.{}", self.step.name, self.number) }
    }
}

/// What is to be told by an instant, and when more is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Climb<'l> {
    /// The steps to be told by then, in their order.
    pub rungs: Vec<Rung<'l>>,
    /// When the next one is, if there is one.
    pub next: Option<Instant>,
}

impl Running {
    /// When its light turns red: at once after its due date.
    pub fn red_at(&self) -> Instant {
        Light::red_from(self.due_at)
    }
}

impl Ladder {
    /// The steps of `clock` that are to be told by `through`, the one due first first, and when the next one is.
    pub fn climb(&self, calendar: &Calendar, clock: &Running, through: Instant) -> Climb<'_> {
        let is_quiet = !self.is_told_at_any_hour(clock.urgency);
        let (mut rungs, mut next) = (Vec::new(), None);
        for step in self.steps().iter().filter(|step| step.fits(clock.kind, clock.holder, clock.urgency)) {
            for number in 1..=MOST_RUNGS {
                let Some(at) = instant(step.when, number, calendar, clock, through) else { break };
                let at = at.max(clock.since);
                let opening = || calendar.next_opening(at).unwrap_or(at);
                let tell_at = if is_quiet { opening() } else { at };
                if tell_at > through {
                    next = Some(next.map_or(tell_at, |next: Instant| next.min(tell_at)));
                    break;
                }
                rungs.push(Rung { step, number, at, tell_at });
            }
        }
        if is_quiet && !rungs.is_empty() && !calendar.is_open(through) {
            // Whatever was held up is not told at night either.
            return Climb { rungs: Vec::new(), next: calendar.next_opening(through) };
        }
        rungs.sort_by_key(|rung| (rung.tell_at, rung.at));
        Climb { rungs, next }
    }
}

/// When a step falls due for the `number`-th time; `None` where it does not.
fn instant(
    when: When,
    number: u32,
    calendar: &Calendar,
    clock: &Running,
    through: Instant,
) -> Option<Instant> {
    let red_at = clock.red_at();
    match when {
        When::BeforeAskBy(Before { working_minutes }) if number == 1 => {
            let ask_by = clock.ask_by.filter(|ask_by| *ask_by > clock.since)?;
            before(calendar, ask_by, i64::from(working_minutes) * 60)
        }
        When::Yellow if number == 1 => Some(clock.warn_at),
        When::Red if number == 1 => Some(red_at),
        When::RedDays(spaced) => {
            let days = spaced.of(number)?;
            // Where it is not red yet, it is enough to look again when it is.
            if red_at > through { Some(red_at) } else { opening_after(calendar, clock.due_at, days) }
        }
        When::RedMinutes(spaced) => {
            Some(clock.due_at.plus(TimeDelta::minutes(i64::from(spaced.of(number)?))))
        }
        When::BeforeAskBy(_) | When::Yellow | When::Red => None,
    }
}

impl Spaced {
    /// After how many it comes for the `number`-th time.
    fn of(self, number: u32) -> Option<u32> {
        match number {
            1 => Some(self.after),
            _ => self.after.checked_add(self.every?.checked_mul(number - 1)?),
        }
    }
}

/// The opening of the so-manyth working day after the day `due_at` ends.
fn opening_after(calendar: &Calendar, due_at: Instant, days: u32) -> Option<Instant> {
    let day = (0..days).try_fold(calendar.last_date(due_at), |day, _| calendar.next_working_day(day));
    calendar.opening_of(day?)
}

/// The instant from which `seconds` of working time are left until `at`; the opening of the day where it has no more.
fn before(calendar: &Calendar, at: Instant, seconds: i64) -> Option<Instant> {
    let on = |date: NaiveDate| calendar.opening_of(date).filter(|opening| *opening < at);
    let date = calendar.last_date(at);
    let opening = on(date).or_else(|| on(calendar.previous_working_day(date)?))?;
    let open = calendar.working_seconds(opening, at).ok()?;
    let earlier = u64::try_from(open - seconds).unwrap_or(0);
    Some(calendar.add_working_seconds(opening, earlier).ok()?.at)
}
