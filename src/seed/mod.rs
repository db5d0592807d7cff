//! The data a district starts from, compiled in: the promise books, and the sample district of `config/sample`.
//!
//! Rooms and commands that fill an empty database read it here. The promise books are seeds of version 1; the sample
//! district serves `demo` and the tests.

mod sample;
#[cfg(test)]
mod tests;

pub use sample::Sample;

use crate::domain::ladder::Ladder;
use crate::domain::promise::Book;
use crate::domain::words::{Channel, Kind, Pace, Urgency};
use chrono::NaiveDate;
use serde::Deserialize;
use serde::de::DeserializeOwned;

const UNITS: &str = include_str!("../../config/sample/units.toml");
const CATEGORIES: &str = include_str!("../../config/sample/categories.toml");
const DUTY: &str = include_str!("../../config/sample/duty.toml");
const CASES: &str = include_str!("../../config/sample/cases.toml");

/// The example books of other districts, by name, as TOML.
pub const EXAMPLE_BOOKS: &[(&str, &str)] = &[
    ("xuzhou-housing", include_str!("../../config/examples/xuzhou-housing.toml")),
    ("beijing-draft", include_str!("../../config/examples/beijing-draft.toml")),
];

/// The district's own promise book, `config/promises.toml`, as TOML.
pub const PROMISES: &str = include_str!("../../config/promises.toml");

/// The district's own ladder, `config/ladder.toml`, as TOML.
pub const LADDER: &str = include_str!("../../config/ladder.toml");

/// One unit of the sample district.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnitSeed {
    /// Its stable code.
    pub code: String,
    /// Its Chinese name.
    pub zh: String,
    /// Its English name.
    pub en: String,
    /// What it is.
    pub kind: UnitKind,
    /// The code of the unit it belongs to; only the root has none. It stands before its children.
    pub parent: Option<String>,
}

vocabulary! {
    /// What a unit of the sample district is.
    pub enum UnitKind {
        /// The district office, the root of the tree (区政府办公室).
        District = "district",
        /// The Business Environment Office (营商环境办公室).
        Office = "office",
        /// A bureau, or another body of its rank (局、办).
        Bureau = "bureau",
        /// A section, brigade or centre of a bureau (科、队、中心).
        Section = "section",
        /// A street office (街道办事处).
        Street = "street",
        /// A town government (镇政府).
        Town = "town",
        /// A public utility that answers like a department (公用企业).
        Utility = "utility",
    }
}

impl UnitKind {
    /// Whether requests are dispatched to such a unit: every kind but the root and the office itself.
    pub const fn is_department(self) -> bool {
        !matches!(self, Self::District | Self::Office)
    }
}

/// One class of categories, or one sub-class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CategorySeed {
    /// Its stable code: `utilities` for a class, `utilities.water` for a sub-class.
    pub code: String,
    /// Its Chinese name.
    pub zh: String,
    /// Its English name.
    pub en: String,
    /// The code of its class; a class has none. It stands before its sub-classes.
    pub parent: Option<String>,
}

/// One row of the duty table.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DutySeed {
    /// The sub-class's code.
    pub category: String,
    /// The code of the unit that answers for the whole.
    pub lead: String,
    /// The codes of the units that help it.
    pub assists: Vec<String>,
    /// How long such a matter needs as a rule.
    pub pace: Pace,
    /// The code of the unit that keeps this row true.
    pub owner: String,
    /// The first day it holds.
    pub valid_from: NaiveDate,
}

/// One published case, as a request.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseSeed {
    /// Its stable code.
    pub code: String,
    /// The request's title.
    pub title: String,
    /// Its text.
    pub body: String,
    /// The sub-class's code.
    pub category: String,
    /// What the company wants.
    pub kind: Kind,
    /// How pressing it is.
    pub urgency: Urgency,
    /// The way it comes in.
    pub channel: Channel,
    /// Where the matter lies.
    pub place: String,
    /// The company, named by what it makes.
    pub company: String,
    /// An invented credit code whose check character is right (GB 32100-2015).
    pub uscc: String,
    /// The company's industry (GB/T 4754, division).
    pub industry: String,
    /// How the real matter was settled.
    pub settled: String,
}

/// The district's own promise book.
///
/// # Errors
/// One line that names the file, the rule, the key and what is allowed.
pub fn promises() -> Result<Book, String> {
    Book::from_toml(PROMISES).map_err(|error| format!("config/promises.toml: {error}"))
}

/// The district's own ladder, checked.
///
/// # Errors
/// One line that names the file, the place and what is allowed.
pub fn ladder() -> Result<Ladder, String> {
    Ladder::from_toml(LADDER).map_err(|error| format!("config/ladder.toml: {error}"))
}

/// The sample district, checked: units form one tree, every sub-class has one duty row, and every row and case names
/// what exists.
///
/// # Errors
/// One line that names the file and what is wrong in it.
pub fn sample() -> Result<Sample, String> {
    let sample = Sample { units: units()?, categories: categories()?, duty: duty()?, cases: cases()? };
    sample.check()?;
    Ok(sample)
}

/// The units of the sample district, parents first.
///
/// # Errors
/// One line that names the file and what is wrong in it.
pub fn units() -> Result<Vec<UnitSeed>, String> {
    UnitSeed::parse(UNITS).map_err(|error| format!("config/sample/units.toml: {error}"))
}

/// The categories of the sample district, each class before its sub-classes.
///
/// # Errors
/// One line that names the file and what is wrong in it.
pub fn categories() -> Result<Vec<CategorySeed>, String> {
    CategorySeed::parse(CATEGORIES).map_err(|error| format!("config/sample/categories.toml: {error}"))
}

/// The duty table of the sample district.
///
/// # Errors
/// One line that names the file and what is wrong in it.
pub fn duty() -> Result<Vec<DutySeed>, String> {
    DutySeed::parse(DUTY).map_err(|error| format!("config/sample/duty.toml: {error}"))
}

/// The published cases of the sample district.
///
/// # Errors
/// One line that names the file and what is wrong in it.
pub fn cases() -> Result<Vec<CaseSeed>, String> {
    CaseSeed::parse(CASES).map_err(|error| format!("config/sample/cases.toml: {error}"))
}

impl UnitSeed {
    /// Reads a file like `config/sample/units.toml`.
    ///
    /// # Errors
    /// Says what key is missing, unknown or of a wrong type, and where.
    pub fn parse(text: &str) -> Result<Vec<Self>, String> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct File {
            units: Vec<UnitSeed>,
        }
        read::<File>(text).map(|file| file.units)
    }
}

impl CategorySeed {
    /// Reads a file like `config/sample/categories.toml`, and writes each sub-class's code out in full.
    ///
    /// # Errors
    /// Says what key is missing, unknown or of a wrong type, and where.
    pub fn parse(text: &str) -> Result<Vec<Self>, String> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct File {
            classes: Vec<Class>,
        }
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Class {
            code: String,
            zh: String,
            en: String,
            sub_classes: Vec<SubClass>,
        }
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct SubClass {
            code: String,
            zh: String,
            en: String,
        }
        let file = read::<File>(text)?;
        let mut categories = Vec::new();
        for Class { code: class, zh, en, sub_classes } in file.classes {
            categories.push(Self { code: class.clone(), zh, en, parent: None });
            categories.extend(sub_classes.into_iter().map(|SubClass { code, zh, en }| Self {
                code: format!("{class}.{code}"),
                zh,
                en,
                parent: Some(class.clone()),
            }));
        }
        Ok(categories)
    }
}

impl DutySeed {
    /// Reads a file like `config/sample/duty.toml`.
    ///
    /// # Errors
    /// Says what key is missing, unknown or of a wrong type, and where.
    pub fn parse(text: &str) -> Result<Vec<Self>, String> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct File {
            rows: Vec<DutySeed>,
        }
        read::<File>(text).map(|file| file.rows)
    }
}

impl CaseSeed {
    /// Reads a file like `config/sample/cases.toml`.
    ///
    /// # Errors
    /// Says what key is missing, unknown or of a wrong type, and where.
    pub fn parse(text: &str) -> Result<Vec<Self>, String> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct File {
            cases: Vec<CaseSeed>,
        }
        read::<File>(text).map(|file| file.cases)
    }
}

fn read<File: DeserializeOwned>(text: &str) -> Result<File, String> {
    toml::from_str(text).map_err(|error| error.to_string().trim_end().to_owned())
}
