//! The sample district as a whole: its files must agree.

use super::{CaseSeed, CategorySeed, DutySeed, UnitSeed};
use crate::domain::uscc::Uscc;
use std::collections::HashSet;

/// The sample district, whole and consistent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// The units, parents first.
    pub units: Vec<UnitSeed>,
    /// Classes and sub-classes, each class before its own.
    pub categories: Vec<CategorySeed>,
    /// The duty table.
    pub duty: Vec<DutySeed>,
    /// The published cases.
    pub cases: Vec<CaseSeed>,
}

impl Sample {
    /// Refuses a sample in which one file names what another does not hold.
    ///
    /// # Errors
    /// One line that names the file and what is wrong in it.
    pub fn check(&self) -> Result<(), String> {
        self.check_units().map_err(|fault| format!("config/sample/units.toml: {fault}"))?;
        self.check_categories().map_err(|fault| format!("config/sample/categories.toml: {fault}"))?;
        self.check_duty().map_err(|fault| format!("config/sample/duty.toml: {fault}"))?;
        self.check_cases().map_err(|fault| format!("config/sample/cases.toml: {fault}"))
    }

    /// The units requests are dispatched to.
    pub fn departments(&self) -> impl Iterator<Item = &UnitSeed> {
        self.units.iter().filter(|unit| unit.kind.is_department())
    }

    /// The classes, without their sub-classes.
    pub fn classes(&self) -> impl Iterator<Item = &CategorySeed> {
        self.categories.iter().filter(|category| category.parent.is_none())
    }

    /// The sub-classes of every class.
    pub fn sub_classes(&self) -> impl Iterator<Item = &CategorySeed> {
        self.categories.iter().filter(|category| category.parent.is_some())
    }

    /// One root, which stands first; every other unit's parent stands before it: so they form one tree.
    fn check_units(&self) -> Result<(), String> {
        let mut seen = HashSet::new();
        for unit in &self.units {
            match &unit.parent {
                None if seen.is_empty() => {}
                None => {
                    return Err(format!(
                        "`{}` has no parent, and only the first unit may have none",
                        unit.code
                    ));
                }
                Some(parent) if seen.contains(parent.as_str()) => {}
                Some(parent) => {
                    return Err(format!("the parent `{parent}` of `{}` does not stand before it", unit.code));
                }
            }
            if !seen.insert(unit.code.as_str()) {
                return Err(format!("`{}` stands there twice", unit.code));
            }
        }
        Ok(())
    }

    fn check_categories(&self) -> Result<(), String> {
        let mut seen = HashSet::new();
        match self.categories.iter().find(|category| !seen.insert(category.code.as_str())) {
            None => Ok(()),
            Some(twice) => Err(format!("`{}` stands there twice", twice.code)),
        }
    }

    fn check_duty(&self) -> Result<(), String> {
        let units: HashSet<&str> = self.units.iter().map(|unit| unit.code.as_str()).collect();
        let mut without_row: HashSet<&str> =
            self.sub_classes().map(|category| category.code.as_str()).collect();
        for row in &self.duty {
            if !without_row.remove(row.category.as_str()) {
                return Err(format!("`{}` is no sub-class, or has a row already", row.category));
            }
            let named = [&row.lead, &row.owner].into_iter().chain(&row.assists);
            if let Some(unknown) = named.into_iter().find(|code| !units.contains(code.as_str())) {
                return Err(format!("the row of `{}` names an unknown unit: `{unknown}`", row.category));
            }
            if row.assists.contains(&row.lead) {
                return Err(format!("in the row of `{}` the lead assists itself", row.category));
            }
        }
        match without_row.iter().min() {
            None => Ok(()),
            Some(category) => Err(format!("`{category}` has no row")),
        }
    }

    fn check_cases(&self) -> Result<(), String> {
        let known: HashSet<&str> = self.sub_classes().map(|category| category.code.as_str()).collect();
        for case in &self.cases {
            if !known.contains(case.category.as_str()) {
                return Err(format!("`{}` names no sub-class: `{}`", case.code, case.category));
            }
            Uscc::parse(&case.uscc)
                .map_err(|fault| format!("the credit code of `{}`: {}", case.code, fault.code()))?;
        }
        Ok(())
    }
}
