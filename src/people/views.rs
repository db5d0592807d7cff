//! What the API shows of this room's nouns.

use super::auth::Opened;
use super::caller::Need;
use super::companies::Company;
use super::memberships::Membership;
use super::password::Password;
use super::persons::Person;
use super::units::Unit;
use super::words::{CompanySize, CompanyStanding, CompanyState, PersonLanguage, PersonState, UnitKind};
use crate::domain::ids::Id;
use crate::domain::phone::Phone;
use crate::domain::words::Role;
use crate::web::LocalTime;
use chrono::NaiveDate;
use chrono_tz::Tz;
use serde::Serialize;
use utoipa::ToSchema;

/// How a telephone number is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phones {
    /// As it is.
    Whole,
    /// Its ends only.
    Masked,
}

impl Phones {
    /// Whole if `is_whole`.
    pub(super) const fn whole_if(is_whole: bool) -> Self {
        if is_whole { Self::Whole } else { Self::Masked }
    }

    fn show(self, number: Option<String>) -> Option<String> {
        match self {
            Self::Whole => number,
            Self::Masked => number.as_deref().map(Phone::masked_text),
        }
    }
}

/// A unit.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UnitView {
    id: Id,
    /// Never changes and is never used again.
    code: String,
    /// In Chinese.
    name: String,
    /// In English.
    name_en: Option<String>,
    kind: UnitKind,
    /// The unit above it.
    parent_id: Option<Id>,
    /// The codes from the root down to it.
    path: String,
    /// The calendar its clocks run by.
    calendar: String,
    email: Option<String>,
    valid_from: NaiveDate,
    /// The first day it is no longer valid.
    valid_until: Option<NaiveDate>,
    /// Whether it is valid today.
    valid: bool,
    /// Also the `ETag`.
    pub(super) version: i32,
}

impl UnitView {
    /// `unit` as it is `today`.
    pub(super) fn new(unit: Unit, today: NaiveDate) -> Self {
        let valid = unit.is_valid_on(today);
        let Unit { id, code, name, name_en, kind, parent_id, path, calendar, email, .. } = unit;
        let Unit { valid_from, valid_until, version, .. } = unit;
        Self {
            id,
            code,
            name,
            name_en,
            kind,
            parent_id,
            path,
            calendar,
            email,
            valid_from,
            valid_until,
            valid,
            version,
        }
    }
}

/// A company.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CompanyView {
    id: Id,
    /// The unified social credit code, where it is registered.
    uscc: Option<String>,
    name: String,
    standing: CompanyStanding,
    state: CompanyState,
    size: Option<CompanySize>,
    industry: Option<String>,
    street: Option<String>,
    contact_name: Option<String>,
    /// Masked for those who need not call, and in lists.
    contact_phone: Option<String>,
    created_at: LocalTime,
    /// Also the `ETag`.
    pub(super) version: i32,
}

impl CompanyView {
    /// `company`, with its number as `numbers` says and times in `zone`.
    pub(super) fn new(company: Company, numbers: Phones, zone: Tz) -> Self {
        Self {
            id: company.id,
            uscc: company.uscc,
            name: company.name,
            standing: company.standing,
            state: company.state,
            size: company.size,
            industry: company.industry,
            street: company.street,
            contact_name: company.contact_name,
            contact_phone: numbers.show(company.contact_phone),
            created_at: LocalTime::new(company.created_at, zone),
            version: company.version,
        }
    }
}

/// A person.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PersonView {
    id: Id,
    name: String,
    username: Option<String>,
    /// Masked for all but the person.
    phone: Option<String>,
    email: Option<String>,
    language: PersonLanguage,
    state: PersonState,
    /// Whether the password opens nothing until it is changed: a one-time one, or, at `/me`, one that is too old.
    pub(super) password_change_needed: bool,
    created_at: LocalTime,
    pub(super) version: i32,
}

impl PersonView {
    /// `person`, with the number as `numbers` says and times in `zone`.
    pub(super) fn new(person: Person, numbers: Phones, zone: Tz) -> Self {
        Self {
            id: person.id,
            name: person.name,
            username: person.username,
            phone: numbers.show(person.phone),
            email: person.email,
            language: person.language,
            state: person.state,
            password_change_needed: person.password_one_time,
            created_at: LocalTime::new(person.created_at, zone),
            version: person.version,
        }
    }
}

/// A role held in a unit, in a company, or in the whole house where it names neither.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MembershipView {
    id: Id,
    person_id: Id,
    role: Role,
    unit_id: Option<Id>,
    company_id: Option<Id>,
    /// The name of the unit or company.
    place: Option<String>,
    /// Where it is in a company: whether that company may use the service.
    company_state: Option<CompanyState>,
    valid_from: LocalTime,
    valid_until: Option<LocalTime>,
}

impl MembershipView {
    /// `membership`, with the name of its place from `units` and `companies`, and times in `zone`.
    pub(super) fn new(membership: &Membership, units: &[Unit], companies: &[Company], zone: Tz) -> Self {
        let unit = units.iter().find(|unit| Some(unit.id) == membership.unit_id);
        let company = companies.iter().find(|company| Some(company.id) == membership.company_id);
        Self {
            id: membership.id,
            person_id: membership.person_id,
            role: membership.role,
            unit_id: membership.unit_id,
            company_id: membership.company_id,
            place: unit.map(|unit| unit.name.clone()).or(company.map(|company| company.name.clone())),
            company_state: company.map(|company| company.state),
            valid_from: LocalTime::new(membership.valid_from, zone),
            valid_until: membership.valid_until.map(|at| LocalTime::new(at, zone)),
        }
    }
}

/// A person and the roles they hold.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PersonDetail {
    #[serde(flatten)]
    pub(super) person: PersonView,
    /// In the order they were granted; ended ones are left out.
    pub(super) memberships: Vec<MembershipView>,
    /// A password made up for the person, told this once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) one_time_password: Option<String>,
}

/// A user of a company.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CompanyUserView {
    /// What to end to take the user off the company.
    pub(super) membership_id: Id,
    pub(super) person_id: Id,
    pub(super) name: String,
    /// Since when.
    pub(super) valid_from: LocalTime,
    /// A password made up for the person, told this once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) one_time_password: Option<String>,
}

impl CompanyUserView {
    /// The user `membership` makes of the person called `name`, with times in `zone`.
    pub(super) fn new(membership: &Membership, name: String, made_up: Option<&Password>, zone: Tz) -> Self {
        Self {
            membership_id: membership.id,
            person_id: membership.person_id,
            name,
            valid_from: LocalTime::new(membership.valid_from, zone),
            one_time_password: revealed(made_up),
        }
    }
}

/// A session just opened.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SessionView {
    /// The bearer token, told this once.
    token: String,
    /// When the session ends whatever is done; it ends sooner when it is left unused.
    expires_at: LocalTime,
    person_id: Id,
    /// Whether nothing but a change of the password is open.
    password_change_needed: bool,
    /// Whether nothing but the enrolment of an authenticator is open.
    totp_enrolment_needed: bool,
}

impl SessionView {
    /// The session, with times in `zone`.
    pub(super) fn new(opened: &Opened, zone: Tz) -> Self {
        Self {
            token: opened.token.reveal().to_owned(),
            expires_at: LocalTime::new(opened.expires_at, zone),
            person_id: opened.person.id,
            password_change_needed: opened.need == Some(Need::Password),
            totp_enrolment_needed: opened.need == Some(Need::Totp),
        }
    }
}

/// What an authenticator is told.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TotpOfferView {
    /// The secret in base 32 (RFC 4648 §6), told this once.
    pub(super) secret: String,
    /// The same as an `otpauth:` URL, for a QR code.
    pub(super) url: String,
}

/// What one gets in again with when the authenticator is lost.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RecoveryCodesView {
    /// Ten codes, each good once, told this once.
    pub(super) recovery_codes: Vec<String>,
}

/// A company just registered, and the session of its first user.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RegistrationView {
    #[serde(flatten)]
    pub(super) session: SessionView,
    /// The company; `pending` where the office must approve it first.
    pub(super) company: CompanyView,
}

/// A company just added by the office.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AddedCompanyView {
    #[serde(flatten)]
    pub(super) company: CompanyView,
    /// Its first user, where one was named.
    pub(super) first_user_id: Option<Id>,
    /// A password made up for the first user, told this once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) one_time_password: Option<String>,
}

/// A password made up for a person.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OneTimePasswordView {
    /// Told this once. It opens nothing but the change of the password.
    pub(super) one_time_password: String,
}

/// The text of a password that was made up, for the one answer that tells it.
pub(super) fn revealed(made_up: Option<&Password>) -> Option<String> {
    made_up.map(|password| password.reveal().to_owned())
}
