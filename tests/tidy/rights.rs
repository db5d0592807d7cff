//! Each room judges rights in one file: the others ask it what somebody may do, and not what somebody is.

use super::{House, Problem, Rule};

/// How one asks an actor what he or she is.
const QUESTIONS: &[&str] =
    &["has_role", "has_role_over", "acts_for", "is_office", "reads_everything", "holds_above", "unit_of"];

/// Where a room judges, as the last step of a module's path.
const PLACES: &[&str] = &["rights", "access"];

/// Outside the domain and the file of a room that judges, nothing asks an actor for its roles.
pub(crate) fn judged_elsewhere(house: &House) -> Vec<Problem> {
    let mut problems = Vec::new();
    for file in &house.files {
        let is_place = file.module.last().is_some_and(|name| PLACES.contains(&name.as_str()));
        if is_place || file.module.first().is_some_and(|floor| floor == "domain") {
            continue;
        }
        for question in file.facts.identifiers.iter().filter(|name| QUESTIONS.contains(&name.as_str())) {
            let text = format!("`{question}` judges what somebody may do; only the room's rights file may");
            problems.push(Problem::new(Rule::RightsElsewhere, &file.name, text));
        }
    }
    problems
}
