//! Passwords: what is taken for one, and the argon2id hash that is stored of it.
//!
//! A hash costs tens of milliseconds and 19 MiB: it is made outside every database closure, on the blocking threads,
//! a few at a time.

use super::rules::{MOST, PasswordRules};
use crate::fault::{Code, Fault, FieldFault};
use crate::web::{Fields, Turns};
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use std::fmt;
use unicode_normalization::UnicodeNormalization;

/// The work of one hash as the OWASP Password Storage Cheat Sheet gives it for argon2id: 19 MiB, 2 passes, 1 lane.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// The name tests know the making of a hash by.
const POINT: &str = "a password is hashed";

/// The letters of a password the program makes up: none that is read for another.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// A password in clear, in Unicode's composed form, so that every keyboard's spelling is the same password. It is
/// never shown.
#[derive(Clone)]
pub struct Password(String);

impl fmt::Debug for Password {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Password")
    }
}

impl Password {
    /// A password somebody with these `names` chose, by the rules. Refusals go to `fields` at `pointer`.
    pub fn chosen(
        fields: &mut Fields,
        pointer: &str,
        text: &str,
        rules: &PasswordRules,
        names: &[&str],
    ) -> Self {
        let password: String = text.nfc().collect();
        if let Some(wrong) = rules.wrong(pointer, &password, names) {
            fields.refuse_with(wrong.code, wrong.pointer, wrong.values);
        }
        Self(password)
    }

    /// A password somebody typed to be let in; only its length is looked at.
    pub fn typed(pointer: &str, text: &str) -> Result<Self, Fault> {
        if text.chars().count() > MOST {
            let values = vec![("most", MOST.to_string())];
            return Err(Fault::fields(vec![FieldFault {
                pointer: pointer.to_owned(),
                code: Code::PasswordTooLong,
                values,
            }]));
        }
        Ok(Self(text.nfc().collect()))
    }

    /// A password made up here: 20 letters and digits, 100 random bits.
    pub fn made_up() -> Result<Self, Fault> {
        let mut bytes = [0_u8; 20];
        getrandom::fill(&mut bytes).map_err(Fault::internal)?;
        let letter = |byte: &u8| LETTERS.get(usize::from(byte % 32)).copied().map(char::from);
        Ok(Self(bytes.iter().filter_map(letter).collect()))
    }

    /// The password itself, for the one answer that tells it.
    pub(super) fn reveal(&self) -> &str {
        &self.0
    }

    /// Its hash with a new salt, on this thread. For the command line; a handler uses [`Password::hash`].
    pub fn hash_here(&self) -> Result<PasswordHash, Fault> {
        let hash: argon2::password_hash::phc::PasswordHash =
            hasher()?.hash_password(self.0.as_bytes()).map_err(Fault::internal)?;
        Ok(PasswordHash(hash.to_string()))
    }

    /// Its hash with a new salt. Fails with overloaded when too many wait for their turn.
    pub async fn hash(self, turns: &Turns) -> Result<PasswordHash, Fault> {
        turns.run(POINT, move || self.hash_here()).await
    }

    /// Whether it is the password `stored` was made of. Without one to compare with the same work is done and the
    /// answer is no, so that the time taken does not tell who exists.
    pub async fn matches(self, turns: &Turns, stored: Option<PasswordHash>) -> Result<bool, Fault> {
        let work = move || match stored {
            Some(hash) => Ok(hasher()?.verify_password(self.0.as_bytes(), hash.as_str()).is_ok()),
            None => self.hash_here().map(|_| false),
        };
        turns.run(POINT, work).await
    }
}

/// Whether `password` is the one that one of `stored` was made of.
pub(super) async fn is_one_of(
    password: Password,
    turns: &Turns,
    stored: Vec<PasswordHash>,
) -> Result<bool, Fault> {
    for hash in stored {
        if password.clone().matches(turns, Some(hash)).await? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The hash of a password in the PHC string format, `$argon2id$v=19$…`. It is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl fmt::Debug for PasswordHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("PasswordHash")
    }
}

impl PasswordHash {
    /// A hash as it was stored.
    pub(super) const fn stored(text: String) -> Self {
        Self(text)
    }

    /// The text to store.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

fn hasher() -> Result<Argon2<'static>, Fault> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(Fault::internal)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

#[cfg(test)]
mod tests {
    use super::{Password, PasswordHash};
    use crate::fault::Code;
    use crate::people::rules::{Audience, PasswordRules};
    use crate::web::{Fields, Turns};

    fn chosen(text: &str, names: &[&str]) -> Result<Password, Code> {
        let mut fields = Fields::new();
        let rules = PasswordRules::of(&crate::config::load(None).unwrap(), Audience::Company);
        let password = Password::chosen(&mut fields, "/password", text, &rules, names);
        fields.finish().map(|()| password).map_err(|fault| fault.code)
    }

    #[actix_web::test]
    async fn a_password_matches_its_own_hash_and_no_other() {
        let hash = chosen("correct horse", &[]).unwrap().hash(&Turns::default()).await.unwrap();
        assert!(hash.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", hash.as_str());
        let typed = |text| Password::typed("/password", text).unwrap();
        assert!(typed("correct horse").matches(&Turns::default(), Some(hash.clone())).await.unwrap());
        assert!(!typed("correct horsf").matches(&Turns::default(), Some(hash.clone())).await.unwrap());
        assert!(!typed("correct horse").matches(&Turns::default(), None).await.unwrap());
        assert!(
            !typed("correct horse")
                .matches(&Turns::default(), Some(PasswordHash::stored("none".to_owned())))
                .await
                .unwrap()
        );
    }

    #[actix_web::test]
    async fn a_password_is_the_same_however_its_accents_were_typed() {
        let hash = chosen("caf\u{e9} au lait", &[]).unwrap().hash(&Turns::default()).await.unwrap();
        let decomposed = Password::typed("/password", "cafe\u{301} au lait").unwrap();
        assert!(decomposed.matches(&Turns::default(), Some(hash)).await.unwrap());
    }

    #[test]
    fn a_password_has_eight_to_128_characters_whatever_their_bytes() {
        assert_eq!(chosen("1234567", &[]).unwrap_err(), Code::PasswordTooShort);
        assert!(chosen("一二三四五六七八", &[]).is_ok());
        assert!(chosen(&"密".repeat(128), &[]).is_ok());
        assert_eq!(chosen(&"密".repeat(129), &[]).unwrap_err(), Code::PasswordTooLong);
        let typed = Password::typed("/password", &"密".repeat(129)).unwrap_err();
        assert_eq!(typed.code, Code::PasswordTooLong);
    }

    #[test]
    fn a_password_that_is_the_persons_own_name_is_refused() {
        assert_eq!(chosen("Dispatcher", &["dispatcher"]).unwrap_err(), Code::PasswordIsName);
        assert_eq!(chosen("13812341234", &["zhang", "13812341234"]).unwrap_err(), Code::PasswordIsName);
    }

    #[test]
    fn passwords_made_up_differ_and_are_long() {
        let (one, other) = (Password::made_up().unwrap(), Password::made_up().unwrap());
        assert_eq!(one.reveal().chars().count(), 20);
        assert_ne!(one.reveal(), other.reveal());
    }

    #[test]
    fn a_password_is_never_shown() {
        assert_eq!(format!("{:?}", chosen("correct horse", &[]).unwrap()), "Password");
    }
}
