//! What a book must hold to be kept: every rule can be kept, can be reached, and no request is without a promise.

use super::clocks;
use super::error::BookError;
use super::length::{Length, MOST_WORKING_DAYS};
use super::rule::{Counting, Extension, Holder, Rule, Warn, is_within};
use super::settings::{FollowUp, Settings};
use crate::domain::words::{Channel, ClockKind, Kind, Pace, Role, Urgency};

/// More rules than any district publishes; a book is read at every act.
const MOST_RULES: usize = 500;
/// The longest `basis` and `title`, in characters.
const MOST_CHARACTERS: usize = 500;

/// Refuses a book that cannot be kept, naming the first fault in reading order.
pub(super) fn book(title: &str, settings: &Settings, rules: &[Rule]) -> Result<(), BookError> {
    let unreadable = |pointer: &str, detail: String| {
        Err(BookError::Unreadable { pointer: pointer.to_owned(), rule: None, detail })
    };
    if title.trim().is_empty() || title.chars().count() > MOST_CHARACTERS {
        return unreadable("/title", format!("a title of 1 to {MOST_CHARACTERS} characters is needed"));
    }
    if rules.len() > MOST_RULES {
        return unreadable("/rules", format!("{} rules are too many: at most {MOST_RULES}", rules.len()));
    }
    check_settings(settings)?;
    for (number, rule) in (1..).zip(rules) {
        check_rule(rule).map_err(|(key, detail)| BookError::Rule { number, key, detail })?;
    }
    check_reach(rules)?;
    check_last_resorts(rules)
}

fn check_settings(settings: &Settings) -> Result<(), BookError> {
    let refuse = |key, detail: &str| Err(BookError::Setting { key, detail: detail.to_owned() });
    let runs_from_its_start = |length| !matches!(length, Length::Until | Length::Weekly { .. });
    if !matches!(settings.send_back_reprieve, Length::WorkingMinutes(_)) {
        return refuse("send_back_reprieve", "write { working_minutes = N }");
    }
    if let FollowUp::AfterSilence(length) = settings.follow_up
        && !matches!(length, Length::WorkingDays(_) | Length::Days(_))
    {
        return refuse("follow_up", "the silence is { working_days = N } or { days = N }");
    }
    if !matches!(settings.late_rating, Length::WorkingDays(_) | Length::Days(_)) {
        return refuse("late_rating", "write { days = N } or { working_days = N }");
    }
    if !(1..=52).contains(&settings.unmoved_reports) {
        return refuse("unmoved_reports", "write 1 to 52");
    }
    let unreached = settings.unreached;
    if !(1..=20).contains(&unreached.tries) || !(1..=unreached.tries).contains(&unreached.half_days) {
        return refuse("unreached", "write tries = 1 to 20, and half_days = 1 to tries");
    }
    if settings.returns.within.is_some_and(|length| !runs_from_its_start(length)) {
        return refuse("returns", "within runs from the dispatch: { working_days = N } and the like");
    }
    if !(1..=10).contains(&settings.returns.joint_ruling_from) {
        return refuse("returns", "write joint_ruling_from = 1 to 10");
    }
    Ok(())
}

type Fault = (&'static str, String);

/// Refuses with `detail` under `key` unless `holds`.
fn demand(holds: bool, key: &'static str, detail: impl FnOnce() -> String) -> Result<(), Fault> {
    if holds { Ok(()) } else { Err((key, detail())) }
}

fn check_rule(rule: &Rule) -> Result<(), Fault> {
    demand(!rule.clocks.is_empty(), "clocks", || "name at least one clock".to_owned())?;
    for (index, clock) in rule.clocks.iter().enumerate() {
        let earlier = rule.clocks.iter().take(index).any(|other| other == clock);
        demand(!earlier, "clocks", || format!("`{}` is named twice", clock.code()))?;
    }
    for holder in &rule.holders {
        let holds = |clock: &ClockKind| clocks::holders(*clock).contains(holder);
        demand(rule.clocks.iter().all(holds), "holders", || {
            let lists: Vec<String> = rule.clocks.iter().map(|clock| allowed_holders(*clock)).collect();
            format!("`{}` does not hold every clock of this rule; {}", holder.code(), lists.join("; "))
        })?;
    }
    for code in &rule.categories {
        demand(is_category_code(code), "categories", || {
            format!(
                "`{code}` is no category code: write `class` or `class.sub_class` in small letters, digits and _"
            )
        })?;
    }
    let basis_fits = rule.basis.as_ref().is_none_or(|basis| basis.chars().count() <= MOST_CHARACTERS);
    demand(basis_fits, "basis", || format!("at most {MOST_CHARACTERS} characters"))?;
    match (rule.length, rule.off) {
        (Some(length), false) => check_running(rule, length),
        (None, true) => check_off(rule),
        (Some(_), true) => {
            Err(("off", "a clock that is off has no length: leave out one of the two".to_owned()))
        }
        (None, false) => Err(("length", "a length is needed, or off = true".to_owned())),
    }
}

fn allowed_holders(clock: ClockKind) -> String {
    let holders: Vec<&str> = clocks::holders(clock).iter().map(|holder| holder.code()).collect();
    format!("`{}` is held by {}", clock.code(), holders.join(", "))
}

fn is_category_code(code: &str) -> bool {
    let is_word = |part: &str| {
        part.starts_with(|first: char| first.is_ascii_lowercase())
            && part
                .chars()
                .all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_')
    };
    code.len() <= 80 && code.split('.').count() <= 2 && code.split('.').all(is_word)
}

fn check_off(rule: &Rule) -> Result<(), Fault> {
    for clock in &rule.clocks {
        demand(clocks::may_be_off(*clock), "off", || {
            let may: Vec<&str> = ClockKind::ALL
                .iter()
                .copied()
                .filter(|kind| clocks::may_be_off(*kind))
                .map(ClockKind::code)
                .collect();
            format!("the flow needs the clock `{}`; only {} may be off", clock.code(), may.join(", "))
        })?;
    }
    let given = [
        (rule.counting.is_some(), "counting"),
        (rule.cut_off.is_some(), "cut_off"),
        (rule.warn.is_some(), "warn"),
        (rule.extendable.is_some(), "extendable"),
        (!rule.pausable_by.is_empty(), "pausable_by"),
    ];
    for (is_given, key) in given {
        demand(!is_given, key, || "a clock that is off has none: leave it out".to_owned())?;
    }
    Ok(())
}

fn check_running(rule: &Rule, length: Length) -> Result<(), Fault> {
    for clock in &rule.clocks {
        if let Some(allowed) = clocks::length_refused(*clock, length) {
            return Err(("length", format!("`{}` cannot have this length: {allowed}", clock.code())));
        }
        demand(rule.extendable.is_none() || clocks::may_be_extended(*clock), "extendable", || {
            format!(
                "`{}` is never extended; feedback, conclusion, rework, commitment and assist may be",
                clock.code()
            )
        })?;
        demand(rule.pausable_by.is_empty() || clocks::may_be_paused(*clock), "pausable_by", || {
            format!("`{}` never pauses; feedback, conclusion and company_feedback may", clock.code())
        })?;
    }
    let counts_days = matches!(length, Length::WorkingDays(_));
    demand(rule.counting.is_none() || counts_days, "counting", || {
        "A and B count working days: the length must be { working_days = N }".to_owned()
    })?;
    demand(rule.cut_off.is_none() || rule.counting() == Counting::MovedReceipt, "cut_off", || {
        "a cut-off goes with counting = \"B\"; for the same day write it inside the length".to_owned()
    })?;
    rule.warn.map_or(Ok(()), |warn| check_warn(warn, length))?;
    rule.extendable.as_ref().map_or(Ok(()), check_extension)
}

fn check_warn(warn: Warn, length: Length) -> Result<(), Fault> {
    let detail = match (warn, length) {
        (Warn::WorkingDaysLeft(left), Length::WorkingDays(all)) if !(1..all).contains(&left) => {
            format!("working_days_left must be at least 1 and less than the {all} working days of the limit")
        }
        (
            Warn::WorkingDaysLeft(_),
            Length::WorkingMinutes(_) | Length::Minutes(_) | Length::SameDay { .. },
        ) => "for a limit within the day write { percent_gone = N } or { minutes_left = N }".to_owned(),
        (Warn::WorkingDaysLeft(left), _) if !(1..=MOST_WORKING_DAYS).contains(&left) => {
            format!("write working_days_left = 1 to {MOST_WORKING_DAYS}")
        }
        (Warn::PercentGone(percent), _) if !(1..=99).contains(&percent) => {
            "write percent_gone = 1 to 99".to_owned()
        }
        (Warn::MinutesLeft(left), Length::Minutes(all) | Length::WorkingMinutes(all))
            if !(1..all).contains(&left) =>
        {
            format!("minutes_left must be at least 1 and less than the {all} minutes of the limit")
        }
        (Warn::MinutesLeft(left), _) if !(1..=10_080).contains(&left) => {
            "write minutes_left = 1 to 10080, a week".to_owned()
        }
        _ => return Ok(()),
    };
    Err(("warn", detail))
}

fn check_extension(extension: &Extension) -> Result<(), Fault> {
    let within = |key: &str, number: u32, most: u32| {
        demand((1..=most).contains(&number), "extendable", || format!("write {key} = 1 to {most}"))
    };
    within("ask_by_working_days", extension.ask_by_working_days, 10)?;
    within("at_most_working_days", extension.at_most_working_days, MOST_WORKING_DAYS)?;
    within("times", extension.times, 5)?;
    demand(!extension.approved_by.is_empty(), "extendable", || "approved_by names nobody".to_owned())?;
    for role in extension.approved_by.iter().chain(&extension.second_by) {
        let may = matches!(role, Role::Dispatcher | Role::Signer | Role::Leader | Role::Supervisor);
        demand(may, "extendable", || {
            format!("`{}` grants no extension; signer, leader, supervisor and dispatcher may", role.code())
        })?;
    }
    Ok(())
}

/// Every rule must be the first to fit in some case, for each clock it names.
fn check_reach(rules: &[Rule]) -> Result<(), BookError> {
    for (index, rule) in rules.iter().enumerate() {
        for clock in &rule.clocks {
            let taken = |holder: &Holder| {
                rules
                    .iter()
                    .take(index)
                    .position(|earlier| takes_all(earlier, rule, *clock, *holder))
                    .map(|at| at + 1)
            };
            let by: Option<Vec<usize>> = holders_of(rule, *clock).iter().map(taken).collect();
            if let Some(mut by) = by {
                by.sort_unstable();
                by.dedup();
                return Err(BookError::Unreachable { number: index + 1, clock: *clock, by });
            }
        }
    }
    Ok(())
}

fn holders_of(rule: &Rule, clock: ClockKind) -> &[Holder] {
    if rule.holders.is_empty() { clocks::holders(clock) } else { &rule.holders }
}

/// Whether `earlier` fits every case of `later` for this clock and holder.
fn takes_all(earlier: &Rule, later: &Rule, clock: ClockKind, holder: Holder) -> bool {
    earlier.clocks.contains(&clock)
        && holders_of(earlier, clock).contains(&holder)
        && is_wider(&earlier.kinds, &later.kinds, Kind::ALL)
        && is_wider(&earlier.urgencies, &later.urgencies, Urgency::ALL)
        && is_wider(&earlier.channels, &later.channels, Channel::ALL)
        && is_wider(&earlier.paces, &later.paces, Pace::ALL)
        && is_wider_category(&earlier.categories, &later.categories)
}

fn is_wider<Word: PartialEq>(wide: &[Word], narrow: &[Word], all: &[Word]) -> bool {
    let narrow = if narrow.is_empty() { all } else { narrow };
    wide.is_empty() || narrow.iter().all(|word| wide.contains(word))
}

fn is_wider_category(wide: &[String], narrow: &[String]) -> bool {
    wide.is_empty()
        || (!narrow.is_empty() && narrow.iter().all(|code| wide.iter().any(|named| is_within(code, named))))
}

/// For every clock and everyone who may hold it, some rule must fit whatever the request is.
fn check_last_resorts(rules: &[Rule]) -> Result<(), BookError> {
    for clock in ClockKind::ALL.iter().copied() {
        let anything = Rule { clocks: vec![clock], ..Rule::default() };
        for holder in clocks::holders(clock).iter().copied() {
            if !rules.iter().any(|rule| takes_all(rule, &anything, clock, holder)) {
                return Err(BookError::NoLastResort { clock, holder });
            }
        }
    }
    Ok(())
}
