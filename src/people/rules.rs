//! What a password must be: one of two sets of rules for staff, one for companies' users, by the settings.
//!
//! `djbh-3` is what level 3 of 等保 2.0 asks (GB/T 22239-2019, 8.1.4.1 a: complex and changed from time to time) as those who
//! assess it read it. `asvs-5` is OWASP ASVS 5.0, 6.2: long ones, no composition, no expiry, none that are common.

use crate::config::{Config, PasswordPreset};
use crate::domain::actor::Actor;
use crate::domain::ids::Instant;
use crate::domain::words::Role;
use crate::fault::{Code, FieldFault};
use chrono::TimeDelta;
use std::collections::HashSet;
use std::sync::LazyLock;

/// The most characters of a password, checked before anything else is done with it.
pub(super) const MOST: usize = 128;

/// How many kinds of characters a password has under `djbh-3`.
const KINDS: usize = 3;

/// The shortest name or word that a password may not hold: shorter ones stand in many words by chance.
const SHORTEST_WORD: usize = 4;

static COMMON: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    let lines = include_str!("../../config/passwords/common.txt").lines();
    lines.filter(|line| !line.starts_with('#')).collect()
});

/// Whose password it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Everybody who works for the district.
    Staff,
    /// Who files for a company and does nothing else here.
    Company,
}

impl Audience {
    /// Which one `actor` belongs to by the standings held now.
    pub(super) fn of(actor: &Actor) -> Self {
        let is_staff = actor.standings.iter().any(|standing| standing.role != Role::Company);
        if is_staff { Self::Staff } else { Self::Company }
    }
}

/// The rules of one audience.
#[derive(Debug, Clone)]
pub struct PasswordRules {
    preset: PasswordPreset,
    least: usize,
    days: i64,
    past: usize,
    words: Vec<String>,
}

impl PasswordRules {
    /// The rules the settings give `audience`.
    pub fn of(config: &Config, audience: Audience) -> Self {
        let settings = &config.accounts;
        let preset = match audience {
            Audience::Staff => settings.staff_passwords,
            Audience::Company => settings.company_passwords,
        };
        let is_dated = preset == PasswordPreset::Djbh3;
        Self {
            preset,
            least: config.people.password_least,
            days: if is_dated { i64::from(settings.password_days) } else { 0 },
            past: if is_dated { settings.passwords_remembered } else { 0 },
            words: settings.password_words.iter().map(|word| word.to_lowercase()).collect(),
        }
    }

    /// How many passwords a person had may not be taken again, the present one included.
    pub(super) const fn past(&self) -> usize {
        self.past
    }

    /// Whether a password changed at `changed_at` must be changed again by `at`.
    pub(super) fn is_expired(&self, changed_at: Instant, at: Instant) -> bool {
        self.days > 0 && at.since(changed_at) >= TimeDelta::days(self.days)
    }

    /// The first thing that is wrong with `password`, chosen by somebody with these `names`; the field is `pointer`.
    pub(super) fn wrong(&self, pointer: &str, password: &str, names: &[&str]) -> Option<FieldFault> {
        let refuse = |code, values| Some(FieldFault { pointer: pointer.to_owned(), code, values });
        let length = password.chars().count();
        if length < self.least {
            return refuse(Code::PasswordTooShort, vec![("least", self.least.to_string())]);
        }
        if length > MOST {
            return refuse(Code::PasswordTooLong, vec![("most", MOST.to_string())]);
        }
        let lower = password.to_lowercase();
        let names: Vec<String> = names.iter().map(|name| name.to_lowercase()).collect();
        if names.contains(&lower) {
            return refuse(Code::PasswordIsName, Vec::new());
        }
        let is_held = |word: &&String| word.chars().count() >= SHORTEST_WORD && lower.contains(word.as_str());
        if let Some(word) = names.iter().chain(&self.words).find(is_held) {
            return refuse(Code::PasswordHoldsWord, vec![("word", word.clone())]);
        }
        if self.preset == PasswordPreset::Djbh3 && kinds(password) < KINDS {
            return refuse(Code::PasswordKinds, vec![("least", KINDS.to_string())]);
        }
        COMMON.contains(lower.as_str()).then(|| refuse(Code::PasswordCommon, Vec::new())).flatten()
    }
}

/// How many of the four kinds stand in `password`: upper case, lower case, digits, all else.
fn kinds(password: &str) -> usize {
    let kind = |character: char| match character {
        _ if character.is_uppercase() => 0,
        _ if character.is_lowercase() => 1,
        _ if character.is_numeric() => 2,
        _ => 3,
    };
    password.chars().map(kind).collect::<HashSet<u8>>().len()
}

#[cfg(test)]
mod tests {
    use super::{Audience, PasswordRules};
    use crate::domain::ids::Instant;
    use chrono::TimeDelta;

    fn rules(audience: Audience) -> PasswordRules {
        PasswordRules::of(&crate::config::load(None).unwrap(), audience)
    }

    fn refusals(audience: Audience, cases: &[(&str, Option<&str>)]) {
        for (password, wanted) in cases {
            let wrong = rules(audience).wrong("/password", password, &["zhang.wei", "13812341234"]);
            assert_eq!(wrong.map(|wrong| wrong.code.code()), *wanted, "{password}");
        }
    }

    #[test]
    fn by_level_3_a_password_has_eight_characters_of_three_kinds_and_no_name_in_it() {
        refusals(
            Audience::Staff,
            &[
                ("Ab3-efg", Some("password_too_short")),
                ("Ab3-efgh", None),
                ("abcdefgh1", Some("password_kinds")),
                ("correct horse battery", Some("password_kinds")),
                ("Correct horse 1", None),
                ("密码 Abc 一二三", None),
                ("Zhang.Wei-2026", Some("password_holds_word")),
                ("My OneDoor 77", Some("password_holds_word")),
                ("P@ssw0rd", Some("password_common")),
                ("Admin@123", Some("password_common")),
            ],
        );
    }

    #[test]
    fn by_asvs_a_password_is_long_and_not_common_and_of_any_composition() {
        refusals(
            Audience::Company,
            &[
                ("seven 7", Some("password_too_short")),
                ("correct horse battery", None),
                ("一二三四五六七八", None),
                (&"密".repeat(128), None),
                (&"密".repeat(129), Some("password_too_long")),
                ("13812341234", Some("password_is_name")),
                ("x13812341234", Some("password_holds_word")),
                ("password1", Some("password_common")),
                ("WOAINI1314", Some("password_common")),
                ("1qaz2wsx", Some("password_common")),
            ],
        );
    }

    #[test]
    fn by_level_3_a_password_is_changed_within_ninety_days_and_by_asvs_never() {
        let changed = Instant::from_micros(1_790_000_000_000_000).unwrap();
        let after = |days| changed.plus(TimeDelta::days(days));
        assert!(!rules(Audience::Staff).is_expired(changed, after(89)));
        assert!(rules(Audience::Staff).is_expired(changed, after(90)));
        assert!(!rules(Audience::Company).is_expired(changed, after(5000)));
    }
}
