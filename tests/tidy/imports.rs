//! Imports go down only, are written so that one can see it, and never run in a circle.

use super::facts::SourceFile;
use super::{House, Problem, Rule};
use std::collections::{BTreeMap, BTreeSet};

/// Paths the pure domain may not name: they wait, or reach outside the process.
const OUTSIDE_WORLD: &[&str] = &[
    "std::fs",
    "std::io",
    "std::net",
    "std::env",
    "std::process",
    "std::thread",
    "std::time",
    "tokio",
    "futures_util",
    "actix_web",
    "diesel",
    "diesel_migrations",
    "r2d2",
    "reqwest",
    "figment",
    "tracing",
];

fn top(module: &[String]) -> &str {
    module.first().map_or("", String::as_str)
}

/// A module may name itself and the modules before it in the floor plan.
pub(crate) fn upward(house: &House) -> Vec<Problem> {
    let mut problems = Vec::new();
    for file in &house.files {
        let from = top(&file.module);
        let Some(own) = house.plan.position(from) else {
            let text = format!("module `{from}` stands on no floor of src/lib.rs");
            problems.push(Problem::new(Rule::FloorPlan, &file.name, text));
            continue;
        };
        for reference in &file.facts.references {
            let to = top(&reference.target);
            let text = match house.plan.position(to) {
                _ if to.is_empty() => continue,
                Some(position) if position <= own => continue,
                Some(_) => {
                    let floors = (house.plan.floor(to).unwrap_or(0), house.plan.floor(from).unwrap_or(0));
                    let (to_floor, from_floor) = floors;
                    format!(
                        "`{}` reaches up to `{to}` (floor {to_floor}), which stands after `{from}` (floor {from_floor}) in src/lib.rs",
                        reference.written
                    )
                }
                None => {
                    format!("`{}` reaches `{to}`, which stands on no floor of src/lib.rs", reference.written)
                }
            };
            problems.push(Problem::new(Rule::UpwardImport, &file.name, text));
        }
    }
    problems
}

/// Nothing may take the crate root as a whole: through another name for it every floor can be reached.
pub(crate) fn hidden(house: &House) -> Vec<Problem> {
    let mut problems = Vec::new();
    for file in &house.files {
        for text in &file.facts.hidden {
            problems.push(Problem::new(Rule::HiddenImport, &file.name, text.clone()));
        }
        for reference in file.facts.references.iter().filter(|reference| reference.target.is_empty()) {
            let text =
                format!("`{}` takes the crate root as a whole; write each path out", reference.written);
            problems.push(Problem::new(Rule::HiddenImport, &file.name, text));
        }
    }
    problems
}

/// No circle between top-level modules, nor between the modules of the domain.
pub(crate) fn circles(house: &House) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut houses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut domain: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let domain_modules: BTreeSet<&str> =
        house.files.iter().filter_map(|file| domain_module(&file.module)).collect();
    let again = exported_by_the_domain(&house.files);
    for file in &house.files {
        for reference in &file.facts.references {
            let to = top(&reference.target);
            if !to.is_empty() && to != top(&file.module) {
                houses.entry(top(&file.module).to_owned()).or_default().insert(to.to_owned());
            }
            // A word the domain's door exports again comes from the module that declares it.
            let target = match domain_module(&reference.target) {
                Some(name) if domain_modules.contains(name) => Some(name),
                Some(name) => again.get(name).and_then(|path| domain_module(path)),
                None => None,
            };
            if let (Some(from), Some(to)) = (domain_module(&file.module), target)
                && from != to
            {
                domain.entry(from.to_owned()).or_default().insert(to.to_owned());
            }
        }
    }
    for (folder, graph) in [("src", houses), ("src/domain", domain)] {
        for circle in circles_in(&graph) {
            problems.push(Problem::new(Rule::Circle, folder, format!("modules in a circle: {circle}")));
        }
    }
    problems
}

fn domain_module(path: &[String]) -> Option<&str> {
    match path {
        [room, name, ..] if room == "domain" => Some(name),
        _ => None,
    }
}

fn exported_by_the_domain(files: &[SourceFile]) -> BTreeMap<&str, &[String]> {
    let doors = files.iter().filter(|file| file.module.len() == 1 && top(&file.module) == "domain");
    doors
        .flat_map(|file| &file.facts.exported_again)
        .map(|(name, path)| (name.as_str(), path.as_slice()))
        .collect()
}

/// The circles of a graph, each once, written as a shortest way round from its first module.
fn circles_in(graph: &BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
    let mut found = Vec::new();
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for start in graph.keys() {
        if seen.contains(start.as_str()) {
            continue;
        }
        if let Some(way) = way_round(graph, start) {
            seen.extend(&way);
            found.push(format!("{} -> {start}", way.join(" -> ")));
        }
    }
    found
}

/// The shortest way from `start` back to itself.
fn way_round<'graph>(
    graph: &'graph BTreeMap<String, BTreeSet<String>>,
    start: &'graph str,
) -> Option<Vec<&'graph str>> {
    let mut ways = std::collections::VecDeque::from([vec![start]]);
    let mut visited = BTreeSet::new();
    while let Some(way) = ways.pop_front() {
        let last = way.last().copied().unwrap_or(start);
        for next in graph.get(last).into_iter().flatten() {
            if next == start {
                return Some(way);
            }
            if visited.insert(next.as_str()) {
                ways.push_back([way.as_slice(), &[next.as_str()]].concat());
            }
        }
    }
    None
}

/// The domain computes: it neither waits nor reaches outside.
pub(crate) fn impure_domain(house: &House) -> Vec<Problem> {
    let mut problems = Vec::new();
    for file in house.files.iter().filter(|file| top(&file.module) == "domain") {
        if file.facts.has_async {
            problems.push(Problem::new(
                Rule::ImpureDomain,
                &file.name,
                "the domain waits for nothing: no `async`",
            ));
        }
        for path in &file.facts.foreign {
            let is_part_of = |outer: &str| path == outer || path.starts_with(&format!("{outer}::"));
            // A length of time is a value; the clocks beside it are not.
            let is_value = is_part_of("std::time::Duration");
            if !is_value && OUTSIDE_WORLD.iter().any(|world| is_part_of(world)) {
                let text = format!("`{path}` reaches out of the pure domain");
                problems.push(Problem::new(Rule::ImpureDomain, &file.name, text));
            }
        }
    }
    problems
}
