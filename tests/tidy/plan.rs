//! The floor plan: the order of the modules in `src/lib.rs` and the `// Floor N` comments above them.

use super::{Problem, Rule};
use std::fs;
use std::path::Path;

/// One module of the plan.
pub(crate) struct Module {
    pub(crate) name: String,
    pub(crate) floor: usize,
}

/// The top-level modules, lowest first. A module may import those that stand before it.
pub(crate) struct FloorPlan {
    pub(crate) modules: Vec<Module>,
}

impl FloorPlan {
    /// Reads `src/lib.rs`, and says where it is not a plan.
    pub(crate) fn read(root: &Path) -> (Self, Vec<Problem>) {
        let text = fs::read_to_string(root.join("src/lib.rs")).expect("src/lib.rs can be read");
        let file = syn::parse_file(&text).expect("src/lib.rs is Rust");
        let mut problems = Vec::new();
        let mut complain = |text: String| problems.push(Problem::new(Rule::FloorPlan, "src/lib.rs", text));

        let mut modules: Vec<Module> = Vec::new();
        let mut floor: Option<usize> = None;
        for line in text.lines().map(str::trim) {
            if let Some(number) = line.strip_prefix("// Floor ") {
                let digits: String = number.chars().take_while(char::is_ascii_digit).collect();
                let next = digits.parse().ok();
                if next < floor || next > Some(3) {
                    complain(format!("`{line}` is out of order; the floors are 0, 1, 2, 3"));
                }
                floor = next;
            } else if let Some(name) = declared(line) {
                if floor.is_none() {
                    complain(format!("no `// Floor N` comment stands above `{name}`"));
                }
                modules.push(Module { name: name.to_owned(), floor: floor.unwrap_or(0) });
            }
        }

        // What is not a plain module line would be a second door between the floors.
        for item in &file.items {
            let plain = match item {
                // `#[macro_use]` is no way up: such a macro is known only to the modules further down the list.
                syn::Item::Mod(module) => {
                    module.content.is_none()
                        && !module.attrs.iter().any(|attribute| attribute.path().is_ident("path"))
                }
                _ => false,
            };
            if !plain {
                complain("holds more than `pub mod name;` lines; put it into a module on a floor".to_owned());
            }
        }
        if file.items.len() != modules.len() {
            complain("write each module as `pub mod name;` on a line of its own".to_owned());
        }
        (Self { modules }, problems)
    }

    /// Where this module stands, from the bottom.
    pub(crate) fn position(&self, name: &str) -> Option<usize> {
        self.modules.iter().position(|module| module.name == name)
    }

    /// The floor of this module.
    pub(crate) fn floor(&self, name: &str) -> Option<usize> {
        self.modules.iter().find(|module| module.name == name).map(|module| module.floor)
    }
}

/// The module a line such as `pub mod web;` declares.
fn declared(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("pub(crate) ").or_else(|| line.strip_prefix("pub ")).unwrap_or(line);
    rest.strip_prefix("mod ")?.strip_suffix(';')
}
