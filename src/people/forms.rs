//! The bodies several handlers take, and what they must hold.

use super::companies::NewCompany;
use super::password::Password;
use super::persons::{NewPerson, Username};
use super::rules::PasswordRules;
use super::words::{CompanySize, CompanyStanding, PersonLanguage};
use crate::domain::phone::Phone;
use crate::domain::uscc::Uscc;
use crate::fault::{Code, Fault};
use crate::web::{Fields, Turns};
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;

/// The most characters of a reason.
const REASON: usize = 5000;

/// Why a number is asked for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RevealReason)]
pub(crate) struct Reason {
    /// In words, at most 5000 characters.
    #[schema(max_length = 5000)]
    reason: String,
}

impl Reason {
    /// The reason, or where it is too long, or missing.
    pub(super) fn checked(&self) -> Result<String, Fault> {
        let mut fields = Fields::new();
        let reason = fields.text("/reason", &self.reason, REASON);
        fields.finish()?;
        Ok(reason)
    }
}

/// The most characters of a name.
pub(super) const NAME: usize = 100;

/// A person to be added: a user name, a phone or both.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PersonForm {
    /// Their real name, at most 100 characters.
    #[schema(max_length = 100)]
    name: String,
    /// The name they log in with: 3 to 32 lower-case letters, digits, dots, hyphens, underscores; a letter first.
    #[schema(min_length = 3, max_length = 32)]
    username: Option<String>,
    /// The phone they log in with.
    #[schema(max_length = 200)]
    phone: Option<String>,
    /// Where their mail goes.
    #[schema(max_length = 254)]
    email: Option<String>,
    /// The language they are written to in; `zh-CN` by default.
    language: Option<PersonLanguage>,
    /// By the rules of the house for passwords, at most 128 characters. Where somebody else adds the person it may be left
    /// out: one is then made up, told once, and must be changed.
    #[schema(max_length = 128)]
    password: Option<String>,
}

/// A person whose fields have been checked, and whose password is still to be hashed.
#[derive(Debug)]
pub(super) struct CheckedPerson {
    username: Option<Username>,
    phone: Option<Phone>,
    name: String,
    email: Option<String>,
    language: PersonLanguage,
    password: Option<Password>,
}

impl PersonForm {
    /// The person this form describes; what is wrong goes to `fields`, below `place`.
    pub(super) fn check(&self, fields: &mut Fields, place: &str, rules: &PasswordRules) -> CheckedPerson {
        let name = fields.line(&format!("{place}/name"), &self.name, NAME);
        let username = self.username.as_deref().and_then(|text| {
            let username = Username::parse(text.trim());
            if username.is_none() {
                fields.refuse(Code::UsernameInvalid, format!("{place}/username"));
            }
            username
        });
        let phone = phone(fields, &format!("{place}/phone"), self.phone.as_deref());
        if self.username.is_none() && self.phone.is_none() {
            missing(fields, place, "phone");
        }
        let names: Vec<&str> =
            username.iter().map(Username::as_str).chain(phone.iter().map(Phone::as_str)).collect();
        let pointer = format!("{place}/password");
        let password =
            self.password.as_deref().map(|text| Password::chosen(fields, &pointer, text, rules, &names));
        let email = email(fields, &format!("{place}/email"), self.email.as_deref());
        let language = self.language.unwrap_or(PersonLanguage::Chinese);
        CheckedPerson { username, phone, name, email, language, password }
    }

    /// The same where the person chooses the password and may not leave it out.
    pub(super) fn check_own(&self, fields: &mut Fields, place: &str, rules: &PasswordRules) -> CheckedPerson {
        if self.password.is_none() {
            missing(fields, place, "password");
        }
        self.check(fields, place, rules)
    }
}

impl CheckedPerson {
    /// The person with the hash of the password, and the password where it was made up.
    pub(super) async fn hashed(self, turns: &Turns) -> Result<(NewPerson, Option<Password>), Fault> {
        let (password, made_up) = match self.password {
            Some(password) => (password, None),
            None => {
                let password = Password::made_up()?;
                (password.clone(), Some(password))
            }
        };
        let person = NewPerson {
            username: self.username,
            phone: self.phone,
            name: self.name,
            email: self.email,
            language: self.language,
            password: password.hash(turns).await?,
            one_time: made_up.is_some(),
        };
        Ok((person, made_up))
    }
}

/// A company to be registered here.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CompanyForm {
    /// Its name, at most 100 characters.
    #[schema(max_length = 100)]
    name: String,
    /// What kind of body it is.
    standing: CompanyStanding,
    /// Its unified social credit code (GB 32100-2015): needed if it is registered, refused if it is not.
    #[schema(max_length = 1000)]
    uscc: Option<String>,
    /// How large it is.
    size: Option<CompanySize>,
    /// Its trade, at most 100 characters.
    #[schema(max_length = 100)]
    industry: Option<String>,
    /// Its street, town or park, at most 100 characters.
    #[schema(max_length = 100)]
    street: Option<String>,
    /// Whom to ask for, at most 100 characters.
    #[schema(max_length = 100)]
    contact_name: Option<String>,
    /// Where to call.
    #[schema(max_length = 200)]
    contact_phone: Option<String>,
}

impl CompanyForm {
    /// The company this form describes; what is wrong goes to `fields`, below `place`.
    pub(super) fn check(&self, fields: &mut Fields, place: &str) -> NewCompany {
        let pointer = format!("{place}/uscc");
        let uscc = match (self.standing, self.uscc.as_deref()) {
            (CompanyStanding::Registered, Some(text)) => uscc(fields, &pointer, text),
            (CompanyStanding::Registered, None) => {
                missing(fields, place, "uscc");
                None
            }
            (CompanyStanding::Prospective | CompanyStanding::Association, None) => None,
            (CompanyStanding::Prospective | CompanyStanding::Association, Some(_)) => {
                fields.refuse(Code::UsccNotTaken, pointer);
                None
            }
        };
        NewCompany {
            uscc,
            name: fields.line(&format!("{place}/name"), &self.name, NAME),
            standing: self.standing,
            size: self.size,
            industry: fields.optional_line(&format!("{place}/industry"), self.industry.as_deref(), NAME),
            street: fields.optional_line(&format!("{place}/street"), self.street.as_deref(), NAME),
            contact_name: fields.optional_line(
                &format!("{place}/contact_name"),
                self.contact_name.as_deref(),
                NAME,
            ),
            contact_phone: phone(fields, &format!("{place}/contact_phone"), self.contact_phone.as_deref()),
        }
    }
}

/// Refuses a field that is not there.
fn missing(fields: &mut Fields, place: &str, field: &'static str) {
    fields.refuse_with(Code::MissingField, format!("{place}/{field}"), vec![("field", field.to_owned())]);
}

/// The unified social credit code in `text`.
pub(super) fn uscc(fields: &mut Fields, pointer: &str, text: &str) -> Option<Uscc> {
    let refuse = |error: crate::domain::uscc::UsccError| {
        fields.refuse(Code::from_code(error.code()).unwrap_or(Code::InvalidValue), pointer);
    };
    Uscc::parse(text).map_err(refuse).ok()
}

fn phone(fields: &mut Fields, pointer: &str, text: Option<&str>) -> Option<Phone> {
    let phone = Phone::parse(text?);
    if phone.is_err() {
        fields.refuse(Code::PhoneInvalid, pointer);
    }
    phone.ok()
}

/// The e-mail address in `text`: something, an `@`, a name with a dot; at most 254 characters (RFC 5321 §4.5.3.1.3).
pub(super) fn email(fields: &mut Fields, pointer: &str, text: Option<&str>) -> Option<String> {
    let text = fields.optional_line(pointer, text, 254)?;
    let is_one = match text.split_once('@') {
        Some((local, domain)) => {
            !local.is_empty()
                && !domain.contains('@')
                && domain.split('.').count() >= 2
                && domain.split('.').all(|label| !label.is_empty())
                && !text.contains(char::is_whitespace)
        }
        None => false,
    };
    if !is_one {
        fields.refuse(Code::EmailInvalid, pointer);
    }
    Some(text)
}

/// Reads a field that tells nothing by being away from one that tells `null`.
pub(super) fn told<'de, T, D>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    Option::deserialize(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use super::{CompanyForm, PersonForm, email};
    use crate::people::rules::{Audience, PasswordRules};
    use crate::web::Fields;
    use serde_json::{Value, json};

    fn refusals(check: impl FnOnce(&mut Fields)) -> Vec<(String, &'static str)> {
        let mut fields = Fields::new();
        check(&mut fields);
        let refused = fields.finish().err().map(|fault| fault.fields).unwrap_or_default();
        refused.into_iter().map(|field| (field.pointer, field.code.code())).collect()
    }

    fn person(form: Value) -> Vec<(String, &'static str)> {
        let form: PersonForm = serde_json::from_value(form).unwrap();
        let rules = PasswordRules::of(&crate::config::load(None).unwrap(), Audience::Company);
        refusals(|fields| {
            form.check_own(fields, "/person", &rules);
        })
    }

    fn company(form: Value) -> Vec<(String, &'static str)> {
        let form: CompanyForm = serde_json::from_value(form).unwrap();
        refusals(|fields| {
            form.check(fields, "/company");
        })
    }

    #[test]
    fn every_wrong_field_of_a_person_is_told_at_once() {
        let good = json!({"name": "李明", "phone": "138 1234 1234", "password": "correct horse"});
        assert_eq!(person(good), []);
        let bad = json!({"name": " ", "username": "Li", "phone": "12", "email": "x@y", "password": "short"});
        let codes: Vec<&str> = person(bad).into_iter().map(|(_, code)| code).collect();
        let wanted =
            ["text_empty", "username_invalid", "phone_invalid", "password_too_short", "email_invalid"];
        assert_eq!(codes, wanted);
        let bare = person(json!({"name": "李明"}));
        let pointers: Vec<&str> = bare.iter().map(|(pointer, _)| pointer.as_str()).collect();
        assert_eq!(pointers, ["/person/password", "/person/phone"]);
    }

    #[test]
    fn only_a_registered_company_has_a_credit_code_and_it_must() {
        let form = |standing: &str, uscc: Option<&str>| json!({"name": "轴承厂", "standing": standing, "uscc": uscc});
        assert_eq!(company(form("registered", Some("91350100m000100y43"))), []);
        assert_eq!(company(form("prospective", None)), []);
        let at = |code| vec![("/company/uscc".to_owned(), code)];
        assert_eq!(company(form("registered", None)), at("missing_field"));
        assert_eq!(company(form("registered", Some("91350100M000100Y44"))), at("uscc_check"));
        assert_eq!(company(form("association", Some("91350100M000100Y43"))), at("uscc_not_taken"));
    }

    #[test]
    fn an_email_has_one_at_and_a_domain_with_a_dot() {
        let is_refused = |text: &str| {
            !refusals(|fields| {
                email(fields, "/email", Some(text));
            })
            .is_empty()
        };
        assert!(!is_refused("office@example.gov.cn"));
        for text in ["office", "@example.cn", "a@b", "a@b@c.cn", "a@.cn", "a b@c.cn"] {
            assert!(is_refused(text), "{text}");
        }
    }
}
