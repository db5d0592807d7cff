//! Paths in tokens that have no syntax tree yet: the arguments of macros and of attributes, macro bodies.

use super::facts::{Facts, plain, resolve};
use syn::buffer::{Cursor, TokenBuffer};

/// Where the tokens stand.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Their strings are data.
    Macro,
    /// Their strings may be paths (`#[serde(with = "…")]`).
    Attribute,
}

/// Notes every path, identifier and text in `tokens`, as seen from module `here`.
pub(crate) fn read(tokens: &TokenBuffer, here: &[String], kind: Kind, facts: &mut Facts) {
    Scan { here, kind, facts }.walk(tokens.begin(), false);
}

struct Scan<'scan> {
    here: &'scan [String],
    kind: Kind,
    facts: &'scan mut Facts,
}

impl Scan<'_> {
    /// `in_visibility`: inside the parentheses of `pub(…)`.
    fn walk(&mut self, mut cursor: Cursor<'_>, in_visibility: bool) {
        let mut previous = String::new();
        while !cursor.eof() {
            if let Some((segments, end)) = path(cursor) {
                cursor = self.path(&segments, end, in_visibility || previous == "in");
                previous = segments.last().cloned().unwrap_or_default();
            } else if let Some((inside, _, _, next)) = cursor.any_group() {
                let documentation = previous == "#" && inside.ident().is_some_and(|(name, _)| name == "doc");
                if !documentation {
                    self.walk(inside, previous == "pub");
                }
                previous.clear();
                cursor = next;
            } else if let Some((mark, next)) = cursor.punct() {
                previous = mark.as_char().to_string();
                cursor = next;
            } else if let Some((literal, next)) = cursor.literal() {
                self.text(&literal.to_string());
                cursor = next;
            } else if let Some((_, next)) = cursor.token_tree() {
                cursor = next;
            } else {
                return;
            }
        }
    }

    /// Notes a path that ends before `end`, and gives back where to read on.
    fn path<'a>(&mut self, segments: &[String], end: Cursor<'a>, in_visibility: bool) -> Cursor<'a> {
        self.facts.identifiers.extend(segments.iter().cloned());
        let written = segments.join("::");
        let of_this_crate = resolve(self.here, segments).is_some();
        let Some(after) = double_colon(end) else {
            let root_alone = written == "crate" || written == "super";
            if segments.len() > 1 {
                self.facts.path(self.here, segments, written);
            } else if root_alone && !in_visibility {
                self.facts
                    .hidden
                    .push(format!("a macro is handed `{written}` alone and may append any module"));
            }
            return end;
        };
        if let Some((inside, _, _, next)) = after.any_group() {
            self.group(segments, inside);
            return next;
        }
        match after.punct() {
            Some((mark, next)) if mark.as_char() == '*' => {
                self.facts.path(self.here, segments, format!("{written}::*"));
                next
            }
            Some((mark, next)) if mark.as_char() == '$' && of_this_crate => {
                self.facts.hidden.push(format!("`{written}::$…` names a module only its caller knows"));
                next
            }
            _ => {
                self.facts.path(self.here, segments, written);
                after
            }
        }
    }

    /// The braces of `crate::{a::b, c}`: each entry is a path of its own.
    fn group(&mut self, prefix: &[String], mut cursor: Cursor<'_>) {
        while !cursor.eof() {
            if let Some((more, end)) = path(cursor) {
                cursor = self.path(&[prefix, &more].concat(), end, false);
                // What the entry is called here is no path.
                if let Some((word, after)) = cursor.ident()
                    && word == "as"
                {
                    cursor = after.ident().map_or(after, |(_, next)| next);
                }
            } else if let Some((mark, next)) = cursor.punct() {
                if mark.as_char() == '*' {
                    self.facts.path(self.here, prefix, format!("{}::*", prefix.join("::")));
                }
                cursor = next;
            } else if let Some((_, next)) = cursor.token_tree() {
                cursor = next;
            } else {
                return;
            }
        }
    }

    fn text(&mut self, literal: &str) {
        let Ok(text) = syn::parse_str::<syn::LitStr>(literal) else {
            return;
        };
        match self.kind {
            Kind::Macro => self.facts.texts.push(text.value()),
            // A string in an attribute is read as code when it can be.
            Kind::Attribute => {
                if let Ok(code) = syn::parse_str::<syn::Macro>(&format!("code!({})", text.value())) {
                    let in_string = TokenBuffer::new2(code.tokens);
                    let mut scan = Scan { here: self.here, kind: Kind::Macro, facts: &mut Facts::default() };
                    scan.walk(in_string.begin(), false);
                    self.facts.references.append(&mut scan.facts.references);
                }
            }
        }
    }
}

/// The identifiers joined by `::` that begin here, and the cursor after the last of them.
fn path(cursor: Cursor<'_>) -> Option<(Vec<String>, Cursor<'_>)> {
    let (first, mut end) = cursor.ident()?;
    let mut segments = vec![plain(&first)];
    while let Some((name, next)) = double_colon(end).and_then(Cursor::ident) {
        segments.push(plain(&name));
        end = next;
    }
    Some((segments, end))
}

fn double_colon(cursor: Cursor<'_>) -> Option<Cursor<'_>> {
    let (first, next) = cursor.punct()?;
    let (second, after) = next.punct()?;
    (first.as_char() == ':' && second.as_char() == ':').then_some(after)
}
