//! The unified social credit code (统一社会信用代码, USCC) of GB 32100-2015.
//!
//! Eighteen characters: authority 1, category 1, region 6, organisation 9, check 1. Region and organisation are not
//! looked up: codes of rural collectives and other bodies carry letters where a region's digits stand elsewhere.

use std::fmt;
use unicode_normalization::UnicodeNormalization;

/// The standard's characters in the order of their values 0 to 30; I, O, S, V and Z are left out.
const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";

/// The weights of the seventeen characters before the check: 3ⁱ mod 31 (GB 32100-2015, 4.6).
const WEIGHTS: [usize; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

/// The size of the alphabet, by which the sum is divided.
const MODULUS: usize = 31;

/// Each registering authority with the categories it gives out (GB 32100-2015, table 2 with its amendments).
const CATEGORIES: [(char, &str); 12] = [
    ('1', "1239"),   // offices, public institutions, mass bodies
    ('2', "19"),     // foreign affairs
    ('3', "123459"), // justice: law firms, notaries, legal services, assessors, arbitration
    ('4', "19"),     // culture
    ('5', "1239"),   // civil affairs: societies, private non-enterprise bodies, foundations
    ('6', "129"),    // tourism
    ('7', "129"),    // religion
    ('8', "19"),     // trade unions
    ('9', "1239"),   // market regulation: enterprises, sole traders, farmers' co-operatives
    ('A', "19"),     // the military
    ('N', "1239"),   // agriculture: collectives of group, village and township
    ('Y', "1"),      // others, not divided
];

/// A code that has been checked; it holds the eighteen upper-case characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uscc(String);

/// What is wrong with a text that should be a code; the first fault in the order below is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UsccError {
    /// Not eighteen characters, blanks and hyphens apart.
    Length,
    /// A character the standard does not use.
    Character,
    /// The last character is not the check of the others.
    Check,
    /// No authority gives out this category.
    Authority,
    /// One character repeated: a filler that passes the sum.
    Repeated,
}

impl UsccError {
    /// The stable code of this fault.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Length => "uscc_length",
            Self::Character => "uscc_character",
            Self::Check => "uscc_check",
            Self::Authority => "uscc_authority",
            Self::Repeated => "uscc_repeated",
        }
    }
}

impl Uscc {
    /// Reads a code as people type it: full-width or lower-case, with blanks, hyphens or dashes between.
    ///
    /// # Errors
    /// The first [`UsccError`] in its order.
    pub fn parse(text: &str) -> Result<Self, UsccError> {
        // Longer than anything typed for a code: not worth normalising.
        if text.len() > 1_000 {
            return Err(UsccError::Length);
        }
        let code: String = text
            .nfkc()
            .filter(|character| !is_between(*character))
            .map(|character| character.to_ascii_uppercase())
            .collect();
        if code.chars().count() != 18 {
            return Err(UsccError::Length);
        }
        if !code.chars().all(|character| ALPHABET.contains(character)) {
            return Err(UsccError::Character);
        }
        // Every character is of the alphabet, so each is one byte.
        let (body, check) = code.split_at(17);
        if !Self::check_character(body).is_some_and(|expected| check.starts_with(expected)) {
            return Err(UsccError::Check);
        }
        if !is_known_category(body) {
            return Err(UsccError::Authority);
        }
        let (_, organisation) = body.split_at(8);
        if is_repeated(organisation) {
            return Err(UsccError::Repeated);
        }
        Ok(Self(code))
    }

    /// The check character for the seventeen characters before it (GB 32100-2015, 4.6); `None` unless `body` is
    /// seventeen characters of the alphabet.
    pub fn check_character(body: &str) -> Option<char> {
        if body.chars().count() != WEIGHTS.len() {
            return None;
        }
        let mut sum = 0;
        for (character, weight) in body.chars().zip(WEIGHTS) {
            sum += ALPHABET.find(character)? * weight;
        }
        ALPHABET.chars().nth((MODULUS - sum % MODULUS) % MODULUS)
    }

    /// The eighteen characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Uscc {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Whether people put this between the characters of a code: a blank (also of no width), a hyphen or a dash.
const fn is_between(character: char) -> bool {
    character.is_whitespace()
        || matches!(character, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{200B}' | '\u{FEFF}')
}

/// Whether the first two characters of `body` are an authority and a category it gives out.
fn is_known_category(body: &str) -> bool {
    let mut characters = body.chars();
    let (Some(authority), Some(category)) = (characters.next(), characters.next()) else {
        return false;
    };
    CATEGORIES.iter().any(|(known, categories)| *known == authority && categories.contains(category))
}

/// Whether `text` is one character over and over.
fn is_repeated(text: &str) -> bool {
    let mut characters = text.chars();
    let first = characters.next();
    characters.all(|character| Some(character) == first)
}

#[cfg(test)]
mod tests {
    use super::{ALPHABET, CATEGORIES, Uscc, UsccError};
    use proptest::prelude::*;

    const VALID: [&str; 2] = ["91350100M000100Y43", "91110108551385082Q"];

    fn with_check(body: &str) -> String {
        format!("{body}{}", Uscc::check_character(body).unwrap())
    }

    #[test]
    fn codes_from_real_licences_are_taken() {
        for code in VALID {
            assert_eq!(Uscc::parse(code).unwrap().as_str(), code);
        }
    }

    #[test]
    fn a_code_is_taken_however_it_was_typed() {
        for typed in [
            "91350100m000100y43",
            " 9135 0100 M000 100Y 43 ",
            "９１３５０１００Ｍ０００１００Ｙ４３",
            "９１３５０１００ｍ０００１００ｙ４３",
            "91-350100-M000100Y4-3",
            "91—350100–M000100Y4－3",
            "\u{FEFF}91350100\u{3000}M000100Y43\u{200B}\t",
        ] {
            assert_eq!(Uscc::parse(typed).map(|code| code.to_string()), Ok(VALID[0].to_owned()), "{typed}");
        }
    }

    #[test]
    fn a_code_of_another_length_is_refused() {
        for text in ["", "- -", "91350100M000100Y4", "91350100M000100Y433", &"9".repeat(5_000)] {
            assert_eq!(Uscc::parse(text), Err(UsccError::Length), "{text}");
        }
    }

    #[test]
    fn letters_the_standard_leaves_out_and_foreign_characters_are_refused() {
        for text in [
            "9135010OM000100Y43",
            "91350100M000100V43",
            "9135010٠M000100Y43",
            "91350100M000100Y4号",
            "91350100M000100_43",
        ] {
            assert_eq!(Uscc::parse(text), Err(UsccError::Character), "{text}");
        }
    }

    #[test]
    fn one_wrong_character_anywhere_is_noticed() {
        for code in VALID {
            for place in 0..18 {
                for other in ALPHABET.chars() {
                    let wrong: String =
                        code.chars().enumerate().map(|(at, c)| if at == place { other } else { c }).collect();
                    if wrong != code {
                        assert_eq!(Uscc::parse(&wrong), Err(UsccError::Check), "{wrong}");
                    }
                }
            }
        }
    }

    #[test]
    fn two_neighbours_swapped_are_noticed() {
        assert_eq!(Uscc::parse("91350100M00010Y043"), Err(UsccError::Check));
    }

    #[test]
    fn eighteen_zeros_pass_the_sum_and_are_still_refused() {
        assert_eq!(Uscc::check_character(&"0".repeat(17)), Some('0'));
        assert_eq!(Uscc::parse(&"0".repeat(18)), Err(UsccError::Authority));
    }

    #[test]
    fn an_authority_or_category_nobody_gives_out_is_refused() {
        for pair in ["00", "01", "10", "14", "22", "50", "94", "9A", "B1", "Y2", "N4"] {
            let code = with_check(&format!("{pair}350100M000100Y4"));
            assert_eq!(Uscc::parse(&code), Err(UsccError::Authority), "{code}");
        }
    }

    #[test]
    fn every_pair_of_the_standard_is_taken() {
        for (authority, categories) in CATEGORIES {
            for category in categories.chars() {
                let code = with_check(&format!("{authority}{category}350100M000100Y4"));
                assert_eq!(Uscc::parse(&code).map(|code| code.to_string()), Ok(code));
            }
        }
    }

    #[test]
    fn rural_collectives_may_carry_letters_where_others_have_a_region() {
        for first_eight in ["N2370211", "N3A10211", "Y1XX0211"] {
            let code = with_check(&format!("{first_eight}MF1234567"));
            assert!(Uscc::parse(&code).is_ok(), "{code}");
        }
    }

    #[test]
    fn a_body_of_one_repeated_character_is_refused() {
        for body in
            ["1".repeat(17), format!("91370211{}", "0".repeat(9)), format!("91370211{}", "A".repeat(9))]
        {
            let code = with_check(&body);
            assert_eq!(Uscc::parse(&code), Err(UsccError::Repeated), "{code}");
        }
    }

    #[test]
    fn the_check_needs_seventeen_characters_of_the_alphabet() {
        assert_eq!(Uscc::check_character("91350100M000100Y4"), Some('3'));
        assert_eq!(Uscc::check_character("91350100M000100Y"), None);
        assert_eq!(Uscc::check_character("9135010OM000100Y4"), None);
    }

    proptest! {
        #[test]
        fn any_text_is_judged_without_a_panic_and_a_taken_one_reads_the_same_again(text in "\\PC{0,40}") {
            if let Ok(code) = Uscc::parse(&text) {
                prop_assert_eq!(Uscc::parse(code.as_str()), Ok(code.clone()));
            }
        }
    }
}
