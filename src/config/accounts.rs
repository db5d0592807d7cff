//! The settings of accounts: log-ins under attack, passwords, resets by mail, one-time codes.

use super::within;
use crate::domain::words::Role;
use serde::Deserialize;
use std::fmt;

/// Accounts under attack: log-ins, and what is derived for them.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Accounts {
    /// How often a name may be tried in vain from one address before the next try must wait.
    pub name_peer_tries: i32,
    /// The same from all addresses that are new to the name together.
    pub name_tries: i32,
    /// The same of one address with all names together.
    pub peer_tries: i32,
    /// The first wait, in seconds; each further try in vain doubles it.
    pub first_wait_seconds: u32,
    /// The longest wait, in seconds.
    pub longest_wait_seconds: u32,
    /// The rules for passwords of staff.
    pub staff_passwords: PasswordPreset,
    /// The rules for passwords of companies' users.
    pub company_passwords: PasswordPreset,
    /// Under `djbh-3`, the days after which a password must be changed; 0 for never.
    pub password_days: u32,
    /// Under `djbh-3`, how many passwords, the present one included, may not be taken again.
    pub passwords_remembered: usize,
    /// Words that stand in no password.
    pub password_words: Vec<String>,
    /// Minutes a mailed link to a new password holds.
    pub reset_minutes: u32,
    /// The path of the page such a link leads to, below `server.base_url`.
    pub reset_path: String,
    /// The roles that log in with an authenticator's code too.
    pub totp_roles: Vec<Role>,
    /// What goes into the keys beside what the database holds; empty for nothing.
    pub secret: String,
}

/// A set of rules for passwords.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum PasswordPreset {
    /// Level 3 of 等保 2.0 (GB/T 22239-2019).
    #[serde(rename = "djbh-3")]
    Djbh3,
    /// OWASP ASVS 5.0.
    #[serde(rename = "asvs-5")]
    Asvs5,
}

impl fmt::Debug for Accounts {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Accounts")
    }
}

/// What is wrong with these settings: the key, and why.
pub(super) fn check(accounts: &Accounts) -> Result<(), (&'static str, String)> {
    within("accounts.name_peer_tries", accounts.name_peer_tries, 1..=100)?;
    within("accounts.name_tries", accounts.name_tries, 1..=10_000)?;
    within("accounts.peer_tries", accounts.peer_tries, 1..=100_000)?;
    within("accounts.first_wait_seconds", accounts.first_wait_seconds, 1..=3600)?;
    within("accounts.longest_wait_seconds", accounts.longest_wait_seconds, 1..=86_400)?;
    within("accounts.password_days", accounts.password_days, 0..=3650)?;
    within("accounts.passwords_remembered", accounts.passwords_remembered, 0..=24)?;
    within("accounts.reset_minutes", accounts.reset_minutes, 5..=1440)?;
    if !accounts.reset_path.starts_with('/') || accounts.reset_path.contains('#') {
        return Err(("accounts.reset_path", "it begins with / and has no #".to_owned()));
    }
    Ok(())
}
