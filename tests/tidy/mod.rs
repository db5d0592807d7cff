//! The rules of the house. `check` reads one source tree and gives back everything that is wrong with it.
//!
//! Only `tests/tidy.rs` uses this. A rule is a function from the loaded `House` to problems; to add one, add its
//! word to `Rule`, its function to `check`, and a fixture that breaks it.

mod databases;
mod facts;
mod imports;
mod lints;
mod plan;
mod rights;
mod shape;
mod tokens;

use facts::SourceFile;
use plan::FloorPlan;
use std::fmt;
use std::path::Path;

/// What can be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rule {
    /// A module names one that stands later in the floor plan.
    UpwardImport,
    /// An import written so that its target cannot be judged.
    HiddenImport,
    /// Modules that need each other in a circle.
    Circle,
    /// A database named outside `src/db/`.
    DatabaseOutsideDb,
    /// The two migration folders differ, or a migration cannot be taken back.
    Migrations,
    /// `src/lib.rs` is not a floor plan.
    FloorPlan,
    /// The domain waits, or reaches for the outside world.
    ImpureDomain,
    /// `src/main.rs` is more than a switchboard.
    LongMain,
    /// A module does not begin by saying what it is.
    NoHeader,
    /// A room holds a file that is neither one of the six nor named for an act.
    RoomFile,
    /// A right is judged outside the file in which its room judges.
    RightsElsewhere,
    /// A lint of the house style is missing from `Cargo.toml`.
    Lints,
}

impl Rule {
    /// Every rule.
    pub(crate) const ALL: &'static [Self] = &[
        Self::UpwardImport,
        Self::HiddenImport,
        Self::Circle,
        Self::DatabaseOutsideDb,
        Self::Migrations,
        Self::FloorPlan,
        Self::ImpureDomain,
        Self::LongMain,
        Self::NoHeader,
        Self::RoomFile,
        Self::RightsElsewhere,
        Self::Lints,
    ];
}

/// One thing that is wrong, and where.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Problem {
    pub(crate) file: String,
    pub(crate) rule: Rule,
    pub(crate) text: String,
}

impl Problem {
    fn new(rule: Rule, file: impl Into<String>, text: impl Into<String>) -> Self {
        Self { file: file.into(), rule, text: text.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {:?}: {}", self.file, self.rule, self.text)
    }
}

/// One source tree, parsed once.
struct House {
    plan: FloorPlan,
    /// Every file of `src/` but `lib.rs` and `main.rs`, in the order of their paths.
    files: Vec<SourceFile>,
}

/// Everything wrong with the source tree under `root`, sorted by file.
pub(crate) fn check(root: &Path) -> Vec<Problem> {
    let (plan, mut problems) = FloorPlan::read(root);
    let house = House { plan, files: facts::read_sources(root) };
    problems.extend(imports::upward(&house));
    problems.extend(imports::hidden(&house));
    problems.extend(imports::circles(&house));
    problems.extend(imports::impure_domain(&house));
    problems.extend(databases::named_outside_db(&house));
    problems.extend(databases::migrations(root));
    problems.extend(shape::main_is_short(root));
    problems.extend(shape::headers(root));
    problems.extend(shape::room_files(&house));
    problems.extend(rights::judged_elsewhere(&house));
    problems.extend(lints::missing(root));
    problems.sort();
    problems.dedup();
    problems
}

/// Files of `src/` with more than 400 lines, to look at; length alone fails nothing.
pub(crate) fn long_files(root: &Path) -> Vec<(String, usize)> {
    let lines = |(name, text): (String, String)| (name, text.lines().count());
    facts::texts(root).into_iter().map(lines).filter(|(_, lines)| *lines > 400).collect()
}
