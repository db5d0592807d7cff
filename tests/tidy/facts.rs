//! What one source file says: the paths it names inside the crate, its identifiers, its texts.
//!
//! Imports are found wherever they can be written: `use` trees, paths in expressions, types, patterns and
//! visibilities, attributes (also in their strings, as serde takes them), and the tokens handed to macros.

use super::tokens;
use std::fs;
use std::path::Path;
use syn::buffer::TokenBuffer;
use syn::visit::{self, Visit};

/// A path of this crate, as written and as meant.
#[derive(Clone)]
pub(crate) struct Reference {
    /// Segments from the crate root; empty for the root itself.
    pub(crate) target: Vec<String>,
    pub(crate) written: String,
}

/// One parsed file of `src/`.
pub(crate) struct SourceFile {
    /// The path from the repository's root.
    pub(crate) name: String,
    /// The module path, such as `["domain", "ids"]`.
    pub(crate) module: Vec<String>,
    pub(crate) facts: Facts,
}

/// Everything the rules need to know of a file.
#[derive(Default)]
pub(crate) struct Facts {
    pub(crate) references: Vec<Reference>,
    /// Names that `pub use` gives away, with the path each stands for.
    pub(crate) exported_again: Vec<(String, Vec<String>)>,
    /// Paths that do not begin in this crate, such as `std::fs::read`.
    pub(crate) foreign: Vec<String>,
    pub(crate) identifiers: Vec<String>,
    pub(crate) texts: Vec<String>,
    /// Ways to write an import so that its target cannot be judged.
    pub(crate) hidden: Vec<String>,
    pub(crate) has_async: bool,
    /// Modules declared here that others may see.
    pub(crate) open_modules: Vec<String>,
}

/// Every `.rs` file under `src/` with its text, by path.
pub(crate) fn texts(root: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    collect(&root.join("src"), "src", &mut found);
    found.sort();
    found
}

fn collect(folder: &Path, prefix: &str, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).expect("a source folder can be listed") {
        let path = entry.expect("a source entry can be read").path();
        let name = path.file_name().expect("an entry has a name").to_string_lossy().into_owned();
        if path.is_dir() {
            collect(&path, &format!("{prefix}/{name}"), found);
        } else if name.ends_with(".rs") {
            found.push((
                format!("{prefix}/{name}"),
                fs::read_to_string(&path).expect("a source file is text"),
            ));
        }
    }
}

/// Parses every file but `lib.rs`, which is the plan, and `main.rs`, which is a crate of its own.
pub(crate) fn read_sources(root: &Path) -> Vec<SourceFile> {
    let is_module = |name: &str| name != "src/lib.rs" && name != "src/main.rs";
    texts(root)
        .into_iter()
        .filter(|(name, _)| is_module(name))
        .map(|(name, text)| parse(name, &text))
        .collect()
}

fn parse(name: String, text: &str) -> SourceFile {
    let file = syn::parse_file(text).unwrap_or_else(|error| panic!("{name} is not Rust: {error}"));
    let inside = name.trim_start_matches("src/").trim_end_matches(".rs").trim_end_matches("/mod");
    let module: Vec<String> = inside.split('/').map(ToOwned::to_owned).collect();
    let mut reader = Reader { here: module.clone(), facts: Facts::default() };
    reader.visit_file(&file);
    SourceFile { name, module, facts: reader.facts }
}

/// The path these segments mean when written in module `here`, from the crate root; `None` when they do not say
/// that they mean this crate.
pub(crate) fn resolve(here: &[String], segments: &[String]) -> Option<Vec<String>> {
    let (first, rest) = segments.split_first()?;
    let mut path = match first.as_str() {
        "crate" | "onedoor" => Vec::new(),
        "self" => here.to_vec(),
        "super" => here.split_last().map(|(_, above)| above.to_vec()).unwrap_or_default(),
        _ => return None,
    };
    for segment in rest {
        match segment.as_str() {
            "self" => {}
            "super" => drop(path.pop()),
            name => path.push(name.to_owned()),
        }
    }
    Some(path)
}

/// An identifier without the mark of a raw one.
pub(crate) fn plain(ident: &syn::Ident) -> String {
    ident.to_string().trim_start_matches("r#").to_owned()
}

impl Facts {
    /// Notes a path of two segments or more, or a whole `use`.
    pub(crate) fn path(&mut self, here: &[String], segments: &[String], written: String) {
        match resolve(here, segments) {
            Some(target) => self.references.push(Reference { target, written }),
            None => self.foreign.push(segments.join("::")),
        }
    }
}

struct Reader {
    /// The module being read, inline modules included.
    here: Vec<String>,
    facts: Facts,
}

impl Reader {
    fn use_tree(&mut self, prefix: &[String], tree: &syn::UseTree, again: bool) {
        let with = |name: &syn::Ident| [prefix, &[plain(name)]].concat();
        let (segments, ending, name) = match tree {
            syn::UseTree::Path(path) => return self.use_tree(&with(&path.ident), &path.tree, again),
            syn::UseTree::Group(group) => {
                return group.items.iter().for_each(|item| self.use_tree(prefix, item, again));
            }
            syn::UseTree::Name(name) => (with(&name.ident), String::new(), Some(plain(&name.ident))),
            syn::UseTree::Rename(name) => {
                (with(&name.ident), format!(" as {}", name.rename), Some(plain(&name.rename)))
            }
            syn::UseTree::Glob(_) => (prefix.to_vec(), "::*".to_owned(), None),
        };
        if again && let Some(name) = name {
            // A path that does not say where it begins begins at a module declared here.
            let target =
                resolve(&self.here, &segments).unwrap_or_else(|| [self.here.as_slice(), &segments].concat());
            self.facts.exported_again.push((name, target));
        }
        self.facts.path(&self.here, &segments, format!("use {}{ending}", segments.join("::")));
    }
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        let again = !matches!(item.vis, syn::Visibility::Inherited);
        self.use_tree(&[], &item.tree, again);
        visit::visit_item_use(self, item);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let segments: Vec<String> = path.segments.iter().map(|segment| plain(&segment.ident)).collect();
        if segments.len() > 1 {
            self.facts.path(&self.here, &segments, segments.join("::"));
        }
        visit::visit_path(self, path);
    }

    fn visit_vis_restricted(&mut self, visibility: &'ast syn::VisRestricted) {
        // `pub(crate)` and `pub(super)` say who may look in; only a path says which module this one knows.
        if visibility.in_token.is_some() {
            let segments: Vec<String> =
                visibility.path.segments.iter().map(|part| plain(&part.ident)).collect();
            if resolve(&self.here, &segments).is_some_and(|target| !target.is_empty()) {
                self.facts.path(&self.here, &segments, format!("pub(in {})", segments.join("::")));
            }
        }
    }

    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        if !matches!(module.vis, syn::Visibility::Inherited) {
            self.facts.open_modules.push(plain(&module.ident));
        }
        self.here.push(plain(&module.ident));
        visit::visit_item_mod(self, module);
        self.here.pop();
    }

    fn visit_item_extern_crate(&mut self, item: &'ast syn::ItemExternCrate) {
        self.facts.hidden.push(format!("`extern crate {}` gives a crate another name", item.ident));
        visit::visit_item_extern_crate(self, item);
    }

    fn visit_attribute(&mut self, attribute: &'ast syn::Attribute) {
        let path = attribute.path();
        if path.is_ident("doc") {
            return;
        }
        match &attribute.meta {
            syn::Meta::Path(_) => {}
            syn::Meta::List(list) => {
                if path.is_ident("cfg_attr") && list.tokens.to_string().contains("path =") {
                    self.facts
                        .hidden
                        .push("`#[cfg_attr(…, path = …)]` puts a file where no path leads".to_owned());
                }
                tokens::read(
                    &TokenBuffer::new2(list.tokens.clone()),
                    &self.here,
                    tokens::Kind::Attribute,
                    &mut self.facts,
                );
            }
            syn::Meta::NameValue(_) if path.is_ident("path") => {
                self.facts.hidden.push("`#[path = …]` puts a file where no path leads".to_owned());
            }
            syn::Meta::NameValue(pair) => visit::visit_meta_name_value(self, pair),
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        if call.path.segments.last().is_some_and(|segment| segment.ident == "include") {
            self.facts.hidden.push("`include!` brings in source that no rule reads".to_owned());
        }
        tokens::read(
            &TokenBuffer::new2(call.tokens.clone()),
            &self.here,
            tokens::Kind::Macro,
            &mut self.facts,
        );
        visit::visit_macro(self, call);
    }

    fn visit_ident(&mut self, ident: &'ast syn::Ident) {
        self.facts.identifiers.push(plain(ident));
    }

    fn visit_lit_str(&mut self, text: &'ast syn::LitStr) {
        self.facts.texts.push(text.value());
    }

    fn visit_signature(&mut self, signature: &'ast syn::Signature) {
        self.facts.has_async |= signature.asyncness.is_some();
        visit::visit_signature(self, signature);
    }

    fn visit_expr_async(&mut self, block: &'ast syn::ExprAsync) {
        self.facts.has_async = true;
        visit::visit_expr_async(self, block);
    }
}
