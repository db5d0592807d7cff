//! Searching by words: what a query asks for, which tokens an index keeps of a text, and whether a text is found.
//!
//! A [`Query`] is taken as it is written: it knows no wildcards and no operators. Its terms, apart by blanks, must each
//! stand in a text as they are, whatever their case and width; a term that begins with a letter or a digit must stand at the
//! beginning of a word or of a number. Chinese, Japanese and Korean have no blanks between words: there any
//! two characters are found wherever they stand, and one alone too.
//!
//! An index keeps [`tokens`] of texts. A text in which a query is found has all of [`Query::tokens`]; one that has them
//! all is only likely to be it, and [`Query::finds`] tells.

use super::ids::Id;
use serde::Serialize;
use std::collections::HashSet;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// How many characters of a word or a number an index keeps; a longer one is found by its beginning too.
const PREFIX: usize = 16;

/// How many tokens of a query are looked up.
const LOOKED_UP: usize = 32;

/// How many bytes of tokens are kept of one thing: what stands behind tens of thousands of words is not found.
const KEPT: usize = 800_000;

/// What stands before the token of an id. It is no character that text has.
const SCOPE: char = '\u{F8FF}';

/// Where the tokens of ASCII punctuation lie: an index may take the characters themselves for blanks.
const PUNCTUATION: u32 = 0xE000;

/// What is searched for: one term or more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Query {
    terms: Vec<Folded>,
}

impl Query {
    /// The query a person wrote; `None` where there is nothing in it but blanks.
    pub fn parse(text: &str) -> Option<Self> {
        let terms: Vec<Folded> = Folded::new(text)
            .0
            .split(' ')
            .filter(|term| !term.is_empty())
            .map(|term| Folded(term.to_owned()))
            .collect();
        (!terms.is_empty()).then_some(Self { terms })
    }

    /// The tokens that whatever is found has.
    pub fn tokens(&self) -> Vec<String> {
        let mut tokens = Tokens::default();
        for term in &self.terms {
            term.units(|unit| tokens.add_asked(unit));
        }
        tokens.in_order.truncate(LOOKED_UP);
        tokens.in_order
    }

    /// Whether every term stands in one of the texts.
    pub fn finds(&self, texts: &[Folded]) -> bool {
        self.terms.iter().all(|term| texts.iter().any(|text| text.has(&term.0)))
    }
}

/// A text as it is compared: by NFKC (UAX #15), in small letters, every run of blanks one blank, without characters that
/// show nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Folded(String);

impl Folded {
    /// `text`, to be compared.
    pub fn new(text: &str) -> Self {
        let mut folded = String::with_capacity(text.len());
        for character in text.nfkc().flat_map(char::to_lowercase).filter(|character| shows(*character)) {
            if !is_blank(character) {
                folded.push(character);
            } else if !folded.ends_with(' ') {
                folded.push(' ');
            }
        }
        Self(folded)
    }

    /// Whether `term` stands in it, from the beginning of a word or a number where it begins with one.
    fn has(&self, term: &str) -> bool {
        let Some(first) = term.chars().next().map(Class::of) else { return true };
        if !first.runs() {
            return self.0.contains(term);
        }
        let mut before = None;
        self.0.char_indices().any(|(place, character)| {
            let begins = before != Some(first);
            before = Some(Class::of(character));
            begins && before == Some(first) && self.0.get(place..).is_some_and(|rest| rest.starts_with(term))
        })
    }

    /// Its words, numbers, and runs of single characters, in order.
    fn units(&self, mut each: impl FnMut(Unit<'_>)) {
        let mut rest = self.0.as_str();
        while let Some(class) = rest.chars().next().map(Class::of) {
            let end = rest.find(|character| Class::of(character) != class).unwrap_or(rest.len());
            let (unit, after) = rest.split_at(end);
            if class != Class::Blank {
                each(Unit { class, text: unit });
            }
            rest = after;
        }
    }
}

/// A run of characters of one class.
struct Unit<'t> {
    class: Class,
    text: &'t str,
}

/// How a character is searched for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    /// It is a word, or half of one.
    Dense,
    /// It is part of a word that stands between others.
    Letter,
    /// It is part of a number.
    Digit,
    /// Punctuation and signs.
    Sign,
    Blank,
}

impl Class {
    fn of(character: char) -> Self {
        if is_blank(character) {
            Self::Blank
        } else if is_dense(character) {
            Self::Dense
        } else if character.is_numeric() {
            Self::Digit
        } else if character.is_alphabetic() || is_combining_mark(character) {
            Self::Letter
        } else {
            Self::Sign
        }
    }

    /// Whether a run of it is one word, found by its beginning.
    const fn runs(self) -> bool {
        matches!(self, Self::Letter | Self::Digit)
    }
}

fn is_blank(character: char) -> bool {
    character.is_whitespace() || character.is_control()
}

/// Whether a character shows something: not the zero-width ones, marks of direction, and selectors of a variant.
const fn shows(character: char) -> bool {
    !matches!(character,
        '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}'
        | '\u{FEFF}' | '\u{E0100}'..='\u{E01EF}')
}

/// Whether a character is of a script written without blanks between words: Han, kana, bopomofo, hangul, Yi.
const fn is_dense(character: char) -> bool {
    matches!(character,
        '\u{1100}'..='\u{11FF}' | '\u{2E80}'..='\u{2FDF}' | '\u{3005}'..='\u{3007}' | '\u{3021}'..='\u{3029}'
        | '\u{3041}'..='\u{3096}' | '\u{309D}'..='\u{30FA}' | '\u{30FC}'..='\u{318F}' | '\u{31A0}'..='\u{31BF}'
        | '\u{31F0}'..='\u{31FF}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{A4CF}' | '\u{A960}'..='\u{A97F}'
        | '\u{AC00}'..='\u{D7FF}' | '\u{F900}'..='\u{FAFF}' | '\u{1AFF0}'..='\u{1B16F}' | '\u{20000}'..='\u{3FFFD}')
}

/// What an index keeps of these texts, and of the ids by which it is asked for, apart by blanks.
pub fn tokens<'t>(texts: impl IntoIterator<Item = &'t Folded>, ids: impl IntoIterator<Item = Id>) -> String {
    let mut tokens = Tokens::default();
    for id in ids {
        tokens.add(scope(id));
    }
    for text in texts {
        text.units(|unit| tokens.add_kept(unit));
    }
    tokens.in_order.join(" ")
}

/// The token of an id.
pub fn scope(id: Id) -> String {
    format!("{SCOPE}{}", id.uuid().simple())
}

/// Tokens, each once.
#[derive(Default)]
struct Tokens {
    in_order: Vec<String>,
    met: HashSet<String>,
    bytes: usize,
}

impl Tokens {
    fn add(&mut self, token: String) {
        // What an index stores beside a token's bytes is at most eight more.
        let bytes = self.bytes.saturating_add(token.len()).saturating_add(8);
        if bytes <= KEPT && self.met.insert(token.clone()) {
            self.bytes = bytes;
            self.in_order.push(token);
        }
    }

    /// Of what is to be found: every beginning of a word, every single character, and every two.
    fn add_kept(&mut self, unit: Unit<'_>) {
        if unit.class.runs() {
            let ends = unit.text.char_indices().map(|(place, character)| place + character.len_utf8());
            ends.take(PREFIX)
                .filter_map(|end| unit.text.get(..end))
                .for_each(|word| self.add(word.to_owned()));
            return;
        }
        unit.text.chars().for_each(|character| self.add(single(character)));
        if unit.class == Class::Dense {
            self.add_pairs(unit.text);
        }
    }

    /// Of what is looked for: the beginning of a word, a single character, or every two.
    fn add_asked(&mut self, unit: Unit<'_>) {
        if unit.class.runs() {
            self.add(unit.text.chars().take(PREFIX).collect());
        } else if unit.class == Class::Dense && unit.text.chars().nth(1).is_some() {
            self.add_pairs(unit.text);
        } else {
            unit.text.chars().for_each(|character| self.add(single(character)));
        }
    }

    fn add_pairs(&mut self, text: &str) {
        for (one, other) in text.chars().zip(text.chars().skip(1)) {
            self.add(String::from_iter([one, other]));
        }
    }
}

fn single(character: char) -> String {
    let code = u32::from(character);
    let moved = if character.is_ascii() { char::from_u32(PUNCTUATION.saturating_add(code)) } else { None };
    moved.unwrap_or(character).to_string()
}

#[cfg(test)]
mod tests {
    use super::{Folded, Query, tokens};
    use proptest::prelude::*;
    use std::collections::HashSet;

    fn is_found(text: &str, query: &str) -> bool {
        Query::parse(query).unwrap().finds(&[Folded::new(text)])
    }

    #[test]
    fn a_query_is_found_as_it_is_written() {
        let yes = [
            ("关于申请设备更新补贴的请示", "补贴"),
            ("关于申请设备更新补贴的请示", "设备更新补贴"),
            ("关于申请设备更新补贴的请示", "补贴 申请"),
            ("增值税留抵", "税"),
            ("𠀀𠀁㐀", "𠀁㐀"),
            ("ＧＢ／Ｔ１９００１ 认证", "gb/t19001"),
            ("GB/T19001", "19001"),
            ("Siemens 西门子", "SIEM"),
            ("QS20261123-0001", "qs20261123"),
            ("QS20261123-0001", "20261123-00"),
            ("11-1-1", "1-1"),
            ("①号楼㈱", "1号楼(株)"),
            ("折扣50%起", "50%"),
            ("a_b", "a_b"),
            (r#"C:\temp "x" it's NOT a*b"#, r#"c:\temp it's not "x" a*b"#),
            ("a AND b", "and"),
            ("零\u{200B}宽", "零宽"),
            ("第一行\n第二行", "第一行 第二行"),
            ("サポート", "ポート"),
            ("전기요금", "요금"),
        ];
        for (text, query) in yes {
            assert!(is_found(text, query), "{query} in {text}");
        }
    }

    #[test]
    fn a_query_is_no_pattern_and_finds_no_middle_of_a_word() {
        let no = [
            ("补贴申请", "申请补贴"),
            ("工商与招商局", "工商局"),
            ("折扣505起", "50%"),
            ("axb", "a_b"),
            ("补贴款", "补贴*"),
            ("补贴款", "补%款"),
            ("补贴款", "补贴 OR 税"),
            ("Microsoft", "soft"),
            ("13800138000", "0138"),
            ("补贴", "\"补贴\""),
            ("补贴", "-补贴"),
            ("first", "one"),
        ];
        for (text, query) in no {
            assert!(!is_found(text, query), "{query} not in {text}");
        }
    }

    #[test]
    fn blanks_alone_are_no_query() {
        for text in ["", " ", "\u{3000}\t\n", "\u{200B}", "\0"] {
            assert_eq!(Query::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn tokens_hold_no_character_an_index_could_read_as_its_own() {
        let kept = tokens(&[Folded::new(r#"a'b"c\d:e&f|g!h(i)*^~<-> %_补"#)], []);
        let is_plain =
            |character: char| character == ' ' || character.is_ascii_alphanumeric() || !character.is_ascii();
        assert!(kept.chars().all(is_plain), "{kept}");
    }

    #[test]
    fn the_longest_texts_keep_a_bounded_number_of_tokens() {
        let text: String = (0..200_000_u32)
            .filter_map(|code| char::from_u32(0x4E00 + code.wrapping_mul(7919) % 20_000))
            .collect();
        assert!(tokens(&[Folded::new(&text)], []).len() < 900_000);
    }

    proptest! {
        /// What is found has the tokens asked for: an index loses nothing.
        #[test]
        fn whatever_is_found_has_every_token(
            text in r#"[a-cA-C0-2补贴申请㐀ガ가 %_'"*＂・é-]{0,30}"#,
            query in r#"[a-cA-C0-2补贴申请㐀ガ가 %_'"*＂・é-]{1,5}"#,
        ) {
            let folded = Folded::new(&text);
            if let Some(query) = Query::parse(&query) && query.finds(std::slice::from_ref(&folded)) {
                let kept = tokens([&folded], []);
                let kept: HashSet<&str> = kept.split(' ').collect();
                for token in query.tokens() {
                    prop_assert!(kept.contains(token.as_str()), "{token}");
                }
            }
        }
    }
}
