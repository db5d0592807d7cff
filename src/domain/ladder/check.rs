//! What a ladder must hold to be kept.

use super::{LadderError, Spaced, Step, When, Written};
use serde_path_to_error::{Path, Segment};

/// More steps than any district takes; they are gone through for each clock that is looked at.
const MOST_STEPS: usize = 200;
/// The longest title, in characters.
const MOST_CHARACTERS: usize = 200;
/// A step before the last moment to ask is at most a working day of eight hours before it: clocks are first looked at then.
const MOST_BEFORE: u32 = 480;
/// The most working days and natural minutes after which a step may come: some months.
const MOST_DAYS: u32 = 100;
const MOST_MINUTES: u32 = 60 * 24 * 60;
/// No repeated step comes more often.
const LEAST_MINUTES: u32 = 5;

/// Refuses a ladder that cannot be kept, naming the first fault in reading order.
pub(super) fn ladder(written: &Written) -> Result<(), LadderError> {
    let title = written.title.chars().count();
    demand((1..=MOST_CHARACTERS).contains(&title), "/title", || {
        format!("a title of 1 to {MOST_CHARACTERS} characters is needed")
    })?;
    demand((1..=1000).contains(&written.digest.more_than), "/digest/more_than", || {
        "write 1 to 1000".to_owned()
    })?;
    demand((5..=1440).contains(&written.digest.within_minutes), "/digest/within_minutes", || {
        "write 5 to 1440".to_owned()
    })?;
    demand((1..=MOST_STEPS).contains(&written.steps.len()), "/steps", || {
        format!("{} steps: write 1 to {MOST_STEPS}", written.steps.len())
    })?;
    for (index, step) in written.steps.iter().enumerate() {
        let at = |key: &str| format!("/steps/{index}/{key}");
        demand(is_name(&step.name), &at("name"), || {
            "write 1 to 32 small letters, digits and _, a letter first".to_owned()
        })?;
        let is_taken = written.steps.iter().take(index).any(|other| other.name == step.name);
        demand(!is_taken, &at("name"), || format!("`{}` is named twice", step.name))?;
        demand(!step.tell.is_empty(), &at("tell"), || "name at least one who is told".to_owned())?;
        check_when(step).map_err(|detail| LadderError { pointer: at("when"), detail })?;
    }
    Ok(())
}

fn demand(holds: bool, pointer: &str, detail: impl FnOnce() -> String) -> Result<(), LadderError> {
    if holds { Ok(()) } else { Err(LadderError { pointer: pointer.to_owned(), detail: detail() }) }
}

fn is_name(name: &str) -> bool {
    let is_of_name = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_';
    name.len() <= 32
        && name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.chars().all(is_of_name)
}

fn check_when(step: &Step) -> Result<(), String> {
    let spaced = |spaced: Spaced, least: u32, most: u32| {
        let is_allowed = |number: u32| (least..=most).contains(&number);
        if is_allowed(spaced.after) && spaced.every.is_none_or(is_allowed) {
            return Ok(());
        }
        Err(format!("`after` and `every` are {least} to {most}"))
    };
    match step.when {
        When::Yellow | When::Red => Ok(()),
        When::BeforeAskBy(before) if (1..=MOST_BEFORE).contains(&before.working_minutes) => Ok(()),
        When::BeforeAskBy(_) => Err(format!("`working_minutes` is 1 to {MOST_BEFORE}")),
        When::RedDays(days) => spaced(days, 1, MOST_DAYS),
        When::RedMinutes(minutes) => spaced(minutes, LEAST_MINUTES, MOST_MINUTES),
    }
}

/// A path as a JSON pointer.
pub(super) fn pointer(path: &Path) -> String {
    path.iter()
        .map(|segment| match segment {
            Segment::Seq { index } => format!("/{index}"),
            Segment::Map { key } => format!("/{key}"),
            Segment::Enum { variant } => format!("/{variant}"),
            Segment::Unknown => String::new(),
        })
        .collect()
}
