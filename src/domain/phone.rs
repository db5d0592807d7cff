//! Telephone numbers of the mainland: mobiles, landlines with an extension, 400 and 800 numbers.

use std::fmt;
use unicode_normalization::UnicodeNormalization;

/// A number that has been checked, in the form it is stored: `13812341234`, `0532-86988888`,
/// `0532-86988888-801`, `4001234567`, `4001234567-8`.
///
/// It is personal data: `Debug` shows it masked, so that no log line carries it by accident.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Phone {
    canonical: String,
    masked: String,
}

/// A text that is no number of the kinds above.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PhoneError;

impl PhoneError {
    /// The stable code of this fault.
    pub const fn code(self) -> &'static str {
        "phone_invalid"
    }
}

impl Phone {
    /// Reads a number as people type it: full-width, with blanks, hyphens or brackets, with or without `+86`, `0086`
    /// or `86`, a landline's extension after a hyphen, `#`, `x`, `ext`, `转` or `分机`.
    ///
    /// # Errors
    /// [`PhoneError`] when it is none of these.
    pub fn parse(text: &str) -> Result<Self, PhoneError> {
        // Longer than anything typed for a number: not worth normalising.
        if text.len() > 200 {
            return Err(PhoneError);
        }
        let text = text.nfkc().collect::<String>().to_lowercase();
        let (number, extension) = match split_extension(&text) {
            Some((number, extension)) => (number.to_owned(), Some(extension)),
            None => (text, None),
        };
        let groups = groups(number.trim())?;
        if let Some(extension) = extension {
            return Self::with_extension(&groups.concat(), extension.trim());
        }
        // A last group after a whole number is its extension: 0532-86988888-801, but not 138-1234-1234.
        if let Some((last, before)) = groups.split_last()
            && before.last().is_some_and(|local| local.len() >= 7)
            && let Ok(phone) = Self::with_extension(&before.concat(), last)
        {
            return Ok(phone);
        }
        national(&groups.concat()).map(|number| number.phone(None)).ok_or(PhoneError)
    }

    /// A landline or service number with its extension of one to six digits.
    fn with_extension(number: &str, extension: &str) -> Result<Self, PhoneError> {
        let is_extension = matches!(extension.len(), 1..=6) && is_digits(extension);
        match national(number) {
            Some(number) if is_extension && number.kind != Kind::Mobile => Ok(number.phone(Some(extension))),
            Some(_) | None => Err(PhoneError),
        }
    }

    /// The form it is stored in.
    pub fn as_str(&self) -> &str {
        &self.canonical
    }

    /// A number as it was stored, masked: `****` where it is none of the kinds above.
    pub fn masked_text(stored: &str) -> String {
        Self::parse(stored).map_or_else(|_| "****".to_owned(), |phone| phone.masked)
    }

    /// The form for those who may know that there is a number but not which: `138****1234`, `0532-****8888`,
    /// `400***4567`; an extension is left out.
    pub fn masked(&self) -> &str {
        &self.masked
    }
}

impl fmt::Display for Phone {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.canonical)
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Phone").field(&self.masked).finish()
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Mobile,
    Landline,
    Service,
}

/// A number without country code or extension, cut behind what may always be shown: the network's three digits, the
/// area code, or the 400.
struct National {
    kind: Kind,
    head: String,
    rest: String,
}

impl National {
    fn phone(&self, extension: Option<&str>) -> Phone {
        let Self { kind, head, rest } = self;
        let joint = if *kind == Kind::Landline { "-" } else { "" };
        let tail = extension.map(|digits| format!("-{digits}")).unwrap_or_default();
        let (hidden, shown) = rest.split_at(rest.len().saturating_sub(4));
        Phone {
            canonical: format!("{head}{joint}{rest}{tail}"),
            masked: format!("{head}{joint}{}{shown}", "*".repeat(hidden.len())),
        }
    }
}

/// Cuts an extension off that is introduced by a word or a sign.
fn split_extension(text: &str) -> Option<(&str, &str)> {
    ["分机", "转", "ext.", "ext", "x", "#"].iter().find_map(|sign| text.split_once(sign)).map(
        |(number, extension)| {
            (
                number.trim_end_matches(|character: char| {
                    matches!(character, ',' | '转') || is_separator(character)
                }),
                extension.trim_start_matches([':', '.']),
            )
        },
    )
}

/// The groups of digits of a number, a leading `+86` taken off its first; anything but digits and separators fails.
fn groups(number: &str) -> Result<Vec<&str>, PhoneError> {
    let digits = match number.trim_start_matches(is_separator).strip_prefix('+') {
        // What follows the sign is a country code, and only one is known here.
        Some(abroad) if abroad.starts_with("86") => abroad,
        Some(_) => return Err(PhoneError),
        None => number,
    };
    let groups: Vec<&str> = digits.split(is_separator).filter(|group| !group.is_empty()).collect();
    if groups.iter().all(|group| is_digits(group)) { Ok(groups) } else { Err(PhoneError) }
}

/// Reads the joined digits as a number of the mainland, with or without its country code.
fn national(digits: &str) -> Option<National> {
    let local = |digits: &str| mobile(digits).or_else(|| service(digits)).or_else(|| landline(digits));
    local(digits).or_else(|| {
        let home = digits.strip_prefix("0086").or_else(|| digits.strip_prefix("86"))?;
        // Behind a country code the area code loses its zero.
        local(home).or_else(|| landline(&format!("0{home}")))
    })
}

fn mobile(digits: &str) -> Option<National> {
    let (head, rest) = digits.split_at_checked(3)?;
    let is_network = head.starts_with('1') && head.as_bytes().get(1).is_some_and(|second| *second >= b'3');
    (is_network && rest.len() == 8).then(|| number(Kind::Mobile, head, rest))
}

fn service(digits: &str) -> Option<National> {
    let (head, rest) = digits.split_at_checked(3)?;
    (matches!(head, "400" | "800") && rest.len() == 7).then(|| number(Kind::Service, head, rest))
}

/// Three-digit area codes (010 and 02x) have local numbers of eight digits, the others of seven or eight; none
/// starts with 0 or 1.
fn landline(digits: &str) -> Option<National> {
    let (head, rest) = if digits.starts_with("010") || digits.starts_with("02") {
        digits.split_at_checked(3).filter(|(_, rest)| rest.len() == 8)?
    } else {
        digits.split_at_checked(4).filter(|(_, rest)| matches!(rest.len(), 7 | 8))?
    };
    let is_area =
        head.starts_with('0') && head != "026" && (head == "010" || *head.as_bytes().get(1)? >= b'2');
    (is_area && !rest.starts_with(['0', '1'])).then(|| number(Kind::Landline, head, rest))
}

fn number(kind: Kind, head: &str, rest: &str) -> National {
    National { kind, head: head.to_owned(), rest: rest.to_owned() }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether people put this between the digits: a blank (also of no width), a hyphen, a dash or a bracket.
const fn is_separator(character: char) -> bool {
    character.is_whitespace()
        || matches!(
            character,
            '-' | '(' | ')' | '[' | ']' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{200B}' | '\u{FEFF}'
        )
}

#[cfg(test)]
mod tests {
    use super::{Phone, PhoneError};
    use proptest::prelude::*;

    fn read(text: &str) -> Result<String, PhoneError> {
        Phone::parse(text).map(|phone| phone.to_string())
    }

    #[test]
    fn a_mobile_is_taken_however_it_was_typed() {
        for typed in [
            "13812341234",
            " 138 1234 1234 ",
            "138-1234-1234",
            "138-12341234",
            "+86 138 1234 1234",
            "+8613812341234",
            "008613812341234",
            "8613812341234",
            "(+86) 138-1234-1234",
            "１３８１２３４１２３４",
            "＋８６－１３８１２３４１２３４",
        ] {
            assert_eq!(read(typed), Ok("13812341234".to_owned()), "{typed}");
        }
    }

    #[test]
    fn a_landline_is_taken_with_its_area_code() {
        for (typed, stored) in [
            ("0532-86988888", "0532-86988888"),
            ("053286988888", "0532-86988888"),
            ("（0532）8698 8888", "0532-86988888"),
            ("+86 532 8698 8888", "0532-86988888"),
            ("+86 (0532) 8698-8888", "0532-86988888"),
            ("010-88888888", "010-88888888"),
            ("+86-10-8888-8888", "010-88888888"),
            ("0931-8888888", "0931-8888888"),
        ] {
            assert_eq!(read(typed), Ok(stored.to_owned()), "{typed}");
        }
    }

    #[test]
    fn a_landline_keeps_its_extension() {
        for typed in [
            "0532-86988888-801",
            "053286988888-801",
            "0532 8698 8888 转 801",
            "0532-86988888转801",
            "0532-86988888 分机：801",
            "(0532)86988888 ext. 801",
            "0532-86988888x801",
            "0532-86988888#801",
            "+86-532-86988888-801",
        ] {
            assert_eq!(read(typed), Ok("0532-86988888-801".to_owned()), "{typed}");
        }
    }

    #[test]
    fn service_numbers_are_taken() {
        assert_eq!(read("400-123-4567"), Ok("4001234567".to_owned()));
        assert_eq!(read("400-1234567-8"), Ok("4001234567-8".to_owned()));
        assert_eq!(read("800 820 1234"), Ok("8008201234".to_owned()));
    }

    #[test]
    fn what_is_no_number_of_the_mainland_is_refused() {
        for text in [
            "",
            " - ",
            "12812341234",
            "1381234123",
            "138123412345",
            "13812341234-801",
            "86988888",
            "0532-1698888",
            "0532-8698888899",
            "026-88888888",
            "0132-86988888",
            "0532-86988888-1234567",
            "0532-86988888转",
            "401-123-4567",
            "+1 212 555 0100",
            "+13812341234",
            "138x1234x1234",
            "13812341٢٣٤",
            "call me",
            "1381234123\u{0}4",
            &"1".repeat(5_000),
        ] {
            assert_eq!(read(text), Err(PhoneError), "{text}");
        }
    }

    #[test]
    fn a_masked_number_keeps_its_ends_only() {
        for (typed, masked) in [
            ("13812341234", "138****1234"),
            ("0532-86988888-801", "0532-****8888"),
            ("0931-8765432", "0931-***5432"),
            ("4001234567", "400***4567"),
        ] {
            assert_eq!(Phone::parse(typed).unwrap().masked(), masked);
            assert_eq!(Phone::masked_text(typed), masked);
        }
        assert_eq!(Phone::masked_text("unreadable"), "****");
    }

    #[test]
    fn a_debug_line_does_not_give_the_number_away() {
        assert_eq!(format!("{:?}", Phone::parse("13812341234").unwrap()), "Phone(\"138****1234\")");
    }

    proptest! {
        #[test]
        fn any_text_is_judged_without_a_panic(text in "\\PC{0,40}") {
            let _ = Phone::parse(&text);
        }

        #[test]
        fn a_stored_number_reads_the_same_again(text in "(\\+86|86|0086)?[- ]?(0[0-9]{2,3}|1[3-9][0-9]|400)[- ]?[0-9]{7,8}(-[0-9]{1,6})?") {
            if let Ok(phone) = Phone::parse(&text) {
                prop_assert_eq!(Phone::parse(phone.as_str()), Ok(phone.clone()));
            }
        }
    }
}
