//! People: units, companies, persons, their memberships, and who is logged in.
//!
//! [`Caller`] tells a handler who acts. Other rooms read units, companies and names by the functions here; they never
//! see a password or a session. The word lists are [`UnitKind`], [`CompanyState`] and their neighbours.

mod act;
mod addressees;
pub(crate) mod api;
mod auth;
mod caller;
mod check;
mod companies;
mod company_users;
mod forms;
mod keys;
mod known_peers;
pub mod letters;
mod log_in;
mod memberships;
mod past_passwords;
mod password;
mod persons;
mod resets;
mod reveal;
mod rights;
mod rules;
mod sessions;
mod throttle;
mod totp;
mod units;
mod views;
mod words;

pub use act::{Act, Resource, Seen};
pub use addressees::{
    addressees_with_role, addresses, holders_in_district, holders_of_role, mailbox_of_unit, people_of_unit,
    reader, staff_of_unit,
};
pub use auth::{reset_password, sweep_sessions, token_for};
pub use caller::{Caller, identify};
pub use check::check;
pub use companies::{
    Company, NewCompany, Registration, approve_company, companies, company, create_company, disable_company,
    filing_company,
};
pub use company_users::{NewUser, add_user, users_of};
pub use memberships::{Membership, actor, end_membership, grant};
pub use password::{Password, PasswordHash};
pub use persons::{
    NewPerson, Person, Username, any_person, create_admin, create_person, disable_person, enable_person,
    locked as lock_person, person, person_names,
};
pub use resets::{LETTER as RESET_LETTER, ResetLetter, reset_letter};
pub use rules::{Audience, PasswordRules};
pub use sessions::is_token;
pub use units::{
    NewUnit, Unit, UnitChange, change_unit, create_unit, is_unit_code, office, unit, unit_by_code, units,
};
pub use words::{CompanySize, CompanyStanding, CompanyState, PersonLanguage, PersonState, UnitKind};
