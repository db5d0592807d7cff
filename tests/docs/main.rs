//! The written house is held to the code: links lead somewhere, every setting, dependency, problem code, clock and
//! state has its line, and the pictures of the flow show what the tables of the state machines say.
//!
//! `ONEDOOR_WRITE_DOCS=1 cargo test --test docs` writes the tables and pictures that are made from the code anew.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot read its input has failed")]

mod drawing;
mod flow;
#[path = "../lifecycle/table.rs"]
mod table;

use flow::Flow;
use onedoor::domain::lifecycle::{AssignmentAct, RequestAct};
use onedoor::domain::promise::{Book, Case, Length, Rule, Warn, holders};
use onedoor::domain::words::{AssignmentState, Channel, ClockKind, Kind, Pace, RequestState, Urgency};
use onedoor::fault::{Code, Language};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// Several tests write into one page: each reads and writes it while it holds this.
static PAGES: Mutex<()> = Mutex::new(());

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn text_of(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Every Markdown file of the repository.
fn documents() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder can be listed") {
            let path = entry.expect("an entry can be read").path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
            if path.is_dir() {
                if name != "target" && name != ".git" {
                    folders.push(path);
                }
            } else if name.ends_with(".md") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// The text without its fenced blocks and code spans, in which nothing is a link.
fn prose(text: &str) -> String {
    let mut kept = String::new();
    let mut is_fenced = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            is_fenced = !is_fenced;
        } else if !is_fenced {
            kept.extend(line.split('`').step_by(2));
            kept.push('\n');
        }
    }
    kept
}

/// The targets of `[words](target)` in `text`.
fn links(text: &str) -> Vec<String> {
    prose(text)
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split_once(')').map(|(target, _)| target.to_owned()))
        .collect()
}

/// The anchors of the headings, as Markdown readers make them.
fn anchors(text: &str) -> BTreeSet<String> {
    let mut is_fenced = false;
    let mut found = BTreeSet::new();
    for line in text.lines() {
        is_fenced ^= line.trim_start().starts_with("```");
        if let Some(heading) = line.strip_prefix('#').filter(|_| !is_fenced) {
            let words = heading.trim_start_matches('#').trim().to_lowercase();
            let kept = words.chars().filter(|one| one.is_alphanumeric() || matches!(one, ' ' | '-' | '_'));
            found.insert(kept.map(|one| if one == ' ' { '-' } else { one }).collect());
        }
    }
    found
}

/// `base/target` without `.` and `..`.
fn resolve(base: &Path, target: &str) -> PathBuf {
    let mut path = base.to_owned();
    for part in Path::new(target).components() {
        match part {
            Component::ParentDir => drop(path.pop()),
            Component::CurDir => {}
            other => path.push(other),
        }
    }
    path
}

#[test]
fn every_relative_link_leads_to_a_file_and_a_heading_of_the_repository() {
    let mut broken = Vec::new();
    for document in documents() {
        let text = fs::read_to_string(&document).expect("a document can be read");
        let folder = document.parent().expect("a file lies in a folder");
        for link in links(&text).into_iter().filter(|link| !link.contains("://")) {
            let (file, anchor) = link.split_once('#').unwrap_or((&link, ""));
            let target = if file.is_empty() { document.clone() } else { resolve(folder, file) };
            let is_there = target.starts_with(root()) && target.exists();
            let heading_is_there = anchor.is_empty()
                || fs::read_to_string(&target).is_ok_and(|text| anchors(&text).contains(anchor));
            if !is_there || !heading_is_there {
                broken.push(format!("{}: {link}", document.display()));
            }
        }
    }
    assert!(broken.is_empty(), "links that lead nowhere:\n{}", broken.join("\n"));
}

#[test]
fn every_file_that_a_document_names_in_code_is_there() {
    let folders = ["src/", "docs/", "config/", "tests/", "migrations/", "benches/", ".ci/"];
    let mut missing = Vec::new();
    for document in documents() {
        let text = fs::read_to_string(&document).expect("a document can be read");
        for span in text.split('`').skip(1).step_by(2) {
            let is_path = folders.iter().any(|folder| span.starts_with(folder))
                && span.chars().all(|one| one.is_ascii_alphanumeric() || "/._-".contains(one))
                && !span.contains("NNNN")
                && !span.contains("YYYY");
            if is_path && !root().join(span).exists() {
                missing.push(format!("{}: {span}", document.display()));
            }
        }
    }
    assert!(missing.is_empty(), "files that are not there:\n{}", missing.join("\n"));
}

#[test]
fn every_dependency_has_its_line_in_the_dependency_record() {
    let manifest: toml::Table = text_of("Cargo.toml").parse().expect("the manifest is TOML");
    let record = text_of("docs/adr/0003-dependencies.md");
    let named: BTreeSet<&str> = record
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once('`').map(|(name, _)| name))
        .collect();
    let mut direct = BTreeSet::new();
    for table in ["dependencies", "dev-dependencies", "build-dependencies"] {
        if let Some(table) = manifest.get(table).and_then(toml::Value::as_table) {
            direct.extend(table.keys().map(String::as_str));
        }
    }
    assert_eq!(named, direct, "docs/adr/0003-dependencies.md has one line for each direct dependency");
}

#[test]
fn every_setting_is_explained_to_the_operator() {
    let defaults: toml::Table = text_of("config/default.toml").parse().expect("the defaults are TOML");
    let page = text_of("docs/OPERATING.md");
    let mut missing = Vec::new();
    for (section, keys) in &defaults {
        for key in keys.as_table().expect("every key stands in a section").keys() {
            if !page.contains(&format!("`{section}.{key}`")) {
                missing.push(format!("{section}.{key}"));
            }
        }
    }
    assert!(missing.is_empty(), "docs/OPERATING.md does not mention: {}", missing.join(", "));
}

/// Compares what stands in `path` between the marks `<!-- name -->` and `<!-- end of name -->` with `wanted`, or
/// writes it there when that is asked for.
fn is_generated(path: &str, name: &str, wanted: &str) {
    let _alone = PAGES.lock().unwrap_or_else(PoisonError::into_inner);
    let text = text_of(path);
    let (begin, end) = (format!("<!-- {name} -->\n"), format!("<!-- end of {name} -->"));
    let (before, rest) = text.split_once(&begin).unwrap_or_else(|| panic!("{path} has no mark {begin}"));
    let (found, after) = rest.split_once(&end).unwrap_or_else(|| panic!("{path} has no mark {end}"));
    if found != wanted {
        write_or_complain(
            path,
            &format!("«{name}» of {path}"),
            &format!("{before}{begin}{wanted}{end}{after}"),
        );
    }
}

/// The same for a file that is made as a whole.
fn is_generated_file(path: &str, wanted: &str) {
    if fs::read_to_string(root().join(path)).ok().as_deref() != Some(wanted) {
        write_or_complain(path, path, wanted);
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a wish of whoever runs the tests, not a setting of the program"
)]
fn write_or_complain(path: &str, what: &str, text: &str) {
    assert!(
        std::env::var("ONEDOOR_WRITE_DOCS").is_ok_and(|wish| wish == "1"),
        "{what} is behind what it is made from: ONEDOOR_WRITE_DOCS=1 cargo test --test docs"
    );
    fs::write(root().join(path), text).expect("a document can be written");
}

#[test]
fn the_table_of_problem_codes_is_that_of_the_code() {
    let mut table = "| code | status | English | 中文 |\n|---|---|---|---|\n".to_owned();
    for code in Code::ALL {
        let words = |language| code.words(language, &[]).replace('|', "\\|");
        let (english, chinese) = (words(Language::English), words(Language::Chinese));
        table += &format!("| `{}` | {} | {english} | {chinese} |\n", code.code(), code.status());
    }
    is_generated("docs/API.md", "problem codes", &table);
}

#[test]
fn the_default_limits_are_those_of_the_promise_book() {
    let book = Book::from_toml(&text_of("config/promises.toml")).expect("the book can be read");
    let mut table = "| clock | holder | limit | yellow | more time |\n|---|---|---|---|---|\n".to_owned();
    for clock in ClockKind::ALL {
        let mut told: Vec<(String, Vec<&str>)> = Vec::new();
        for holder in holders(*clock) {
            let of_pace = |pace| {
                let case = Case {
                    clock: *clock,
                    holder: *holder,
                    kind: Kind::Help,
                    urgency: Urgency::Normal,
                    category: None,
                    channel: Channel::App,
                    pace,
                };
                book.rule_for(&case).unwrap_or_else(|| panic!("the book has no rule for {}", clock.code()))
            };
            let (rule, at_once) = (of_pace(Pace::Ordinary), limit(of_pace(Pace::SameDay)));
            let mut promise = limit(rule);
            if at_once != promise {
                promise += &format!("; {at_once} where it can be settled at once");
            }
            promise += &format!(" | {} | {}", yellow(rule), more_time(rule));
            match told.iter_mut().find(|(other, _)| *other == promise) {
                Some((_, holders)) => holders.push(holder.code()),
                None => told.push((promise, vec![holder.code()])),
            }
        }
        for (promise, holders) in told {
            table += &format!("| `{}` | {} | {promise} |\n", clock.code(), holders.join(", "));
        }
    }
    is_generated("docs/FLOW.md", "clocks", &table);
}

/// How long a clock under `rule` runs, as a district's operator reads it; WD is a working day.
fn limit(rule: &Rule) -> String {
    match rule.length.filter(|_| !rule.off) {
        None => "none".to_owned(),
        Some(Length::WorkingDays(days)) => format!("{days} WD"),
        Some(Length::WorkingMinutes(minutes)) if minutes % 60 == 0 => {
            format!("{} working hours", minutes / 60)
        }
        Some(Length::WorkingMinutes(minutes)) => format!("{minutes} working minutes"),
        Some(Length::Minutes(minutes)) => format!("{minutes} minutes, day and night"),
        Some(Length::Days(days)) => format!("{days} days"),
        Some(Length::SameDay { .. }) => "the same day".to_owned(),
        Some(Length::Weekly { weekday, at }) => format!("every week, {weekday} {at}"),
        Some(Length::Until) => "the date the act names".to_owned(),
    }
}

/// When the light of a clock under `rule` turns yellow.
fn yellow(rule: &Rule) -> String {
    match rule.warning() {
        _ if rule.off => "–".to_owned(),
        None => "half of the time gone".to_owned(),
        Some(Warn::WorkingDaysLeft(days)) => format!("{days} WD left"),
        Some(Warn::PercentGone(50)) => "half of the time gone".to_owned(),
        Some(Warn::PercentGone(percent)) => format!("{percent} % of the time gone"),
        Some(Warn::MinutesLeft(minutes)) => format!("{minutes} minutes left"),
    }
}

/// Whether and how more time may be asked.
fn more_time(rule: &Rule) -> String {
    rule.extendable.as_ref().map_or_else(
        || "no".to_owned(),
        |extension| {
            let (before, most) = (extension.ask_by_working_days, extension.at_most_working_days);
            format!("asked {before} WD before, at most {most} WD more")
        },
    )
}

#[test]
fn the_picture_of_the_request_is_that_of_its_table() {
    let flow = Flow::of_request(&text_of("tests/lifecycle/request.table")).unwrap();
    is_generated_file("docs/flow/request.svg", &drawing::svg(&flow));
    is_generated("docs/FLOW.md", "request picture", &flow.section());
}

#[test]
fn the_picture_of_the_assignment_is_that_of_its_table() {
    let flow = Flow::of_assignment(&text_of("tests/lifecycle/assignment.table")).unwrap();
    is_generated_file("docs/flow/assignment.svg", &drawing::svg(&flow));
    is_generated("docs/FLOW.md", "assignment picture", &flow.section());
}

#[test]
fn every_state_act_and_clock_stands_in_the_flow() {
    let page = text_of("docs/FLOW.md");
    let by_hand = by_hand(&page);
    let mut words: Vec<&str> = RequestState::ALL.iter().map(|word| word.code()).collect();
    words.extend(AssignmentState::ALL.iter().map(|word| word.code()));
    words.retain(|word| !by_hand.contains(&format!("`{word}`")));
    words.extend(
        ClockKind::ALL.iter().map(|word| word.code()).filter(|word| !page.contains(&format!("`{word}`"))),
    );
    let mut acts: Vec<&str> = RequestAct::ALL.iter().map(|word| word.code()).collect();
    acts.extend(AssignmentAct::ALL.iter().map(|word| word.code()));
    acts.retain(|act| !by_hand.contains(&format!("\n| `{act}` |")));
    words.extend(acts);
    assert!(words.is_empty(), "docs/FLOW.md does not tell of: {}", words.join(", "));
}

/// The page without what is made from the code: a picture names every state and explains none.
fn by_hand(page: &str) -> String {
    let mut kept = String::new();
    let mut is_made = false;
    for line in page.lines() {
        let mark = line.strip_prefix("<!-- ").and_then(|line| line.strip_suffix(" -->"));
        is_made = mark.map_or(is_made, |mark| !mark.starts_with("end of "));
        if !is_made {
            kept += line;
            kept.push('\n');
        }
    }
    kept
}

/// The paths of the API, read from the lines that register them.
fn routes() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut folders = vec![root().join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder can be listed") {
            let path = entry.expect("an entry can be read").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = fs::read_to_string(&path).expect("a source file can be read");
            for line in text.lines().map(str::trim) {
                let method = ["get", "post", "put", "patch", "delete"]
                    .into_iter()
                    .find_map(|method| Some((method, line.strip_prefix(&format!("#[{method}(\""))?)));
                let plain = line.split_once("\" \"/").filter(|_| line.ends_with("=>"));
                let route = match (method, plain) {
                    (Some((method, rest)), _) => rest.split('"').next().map(|path| (method, path.to_owned())),
                    (None, Some((_, rest))) => {
                        rest.split('"').next().map(|path| ("post", format!("/{path}")))
                    }
                    (None, None) => None,
                };
                if let Some((method, path)) = route {
                    found.insert(format!("{} {path}", method.to_uppercase()));
                }
            }
        }
    }
    found
}

#[test]
fn every_route_stands_in_the_page_for_integrators() {
    let page = text_of("docs/API.md");
    let routes = routes();
    assert!(routes.len() > 40, "the routes are found: {routes:?}");
    let missing: Vec<&String> = routes.iter().filter(|route| !page.contains(&format!("`{route}`"))).collect();
    assert!(missing.is_empty(), "docs/API.md does not tell of: {missing:#?}");
}

#[test]
fn every_act_on_a_request_has_its_line_of_curl() {
    let page = text_of("docs/API.md");
    let acts = ["/requests", "/assignments/", "/commitments/", "/contacts/", "/contests/", "/returns/"];
    let more = ["/extensions/", "/plans/", "/meetings/", "/appeals/"];
    let of_request = |path: &str| acts.iter().chain(&more).any(|beginning| path.starts_with(beginning));
    let mut missing = Vec::new();
    for route in routes() {
        let Some(path) = route.strip_prefix("POST ").filter(|path| of_request(path)) else { continue };
        let is_called = |line: &str| {
            let called = line.split_whitespace().nth(2).unwrap_or_default();
            let same =
                |(said, wanted): (&str, &str)| said == wanted || (said.starts_with('$') && wanted == "{id}");
            called.split('/').count() == path.split('/').count()
                && called.split('/').zip(path.split('/')).all(same)
        };
        if !page.lines().filter(|line| line.starts_with("post \"$")).any(is_called) {
            missing.push(route);
        }
    }
    assert!(missing.is_empty(), "docs/API.md has no curl for: {missing:#?}");
}
