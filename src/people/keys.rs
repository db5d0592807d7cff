//! The key of this installation, and what is derived from it.
//!
//! It is made at random in the database when it is first needed, so that every replica has the same. Where
//! `accounts.secret` is set, nothing follows from the database alone: both go into the key.

use crate::db::schema::server_keys;
use crate::db::{Conn, OrIgnore};
use crate::fault::Fault;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use diesel::prelude::*;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::fmt;

/// The name the key is kept under.
const NAME: &str = "accounts";

/// What a value is derived for. Values of different purposes have nothing to do with each other.
#[derive(Debug, Clone, Copy)]
pub(super) enum Purpose {
    /// The name somebody logs in by, for the counts of tries.
    LogInName,
    /// The address somebody logs in from.
    PeerAddress,
    /// The token of a password reset.
    PasswordReset,
    /// The secret an authenticator shares with us.
    TotpSecret,
    /// A recovery code.
    RecoveryCode,
}

impl Purpose {
    const fn label(self) -> &'static str {
        match self {
            Self::LogInName => "log-in name",
            Self::PeerAddress => "peer address",
            Self::PasswordReset => "password reset",
            Self::TotpSecret => "totp secret",
            Self::RecoveryCode => "recovery code",
        }
    }
}

/// The key. It is never shown.
#[derive(Clone)]
pub(super) struct Keys([u8; 32]);

impl fmt::Debug for Keys {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Keys")
    }
}

impl Keys {
    /// The key of this installation under the setting `secret`. Made where there is none yet, so only in a write.
    pub(super) fn of(conn: &mut Conn, secret: &str) -> Result<Self, Fault> {
        let stored = match stored(conn)? {
            Some(key) => key,
            None => {
                let mut bytes = [0_u8; 32];
                getrandom::fill(&mut bytes).map_err(Fault::internal)?;
                let fresh = (server_keys::name.eq(NAME), server_keys::key.eq(URL_SAFE_NO_PAD.encode(bytes)));
                OrIgnore(diesel::insert_into(server_keys::table).values(fresh)).execute(conn)?;
                stored(conn)?.ok_or_else(|| Fault::internal("the key just made is not there"))?
            }
        };
        mac(stored.as_bytes(), &[secret]).map(Self)
    }

    /// The 256 bits that follow from the key, the purpose and `text` (HMAC-SHA-256, RFC 2104).
    pub(super) fn derive(&self, purpose: Purpose, text: &str) -> Result<[u8; 32], Fault> {
        mac(&self.0, &[purpose.label(), "\0", text])
    }

    /// The same, as text to store.
    pub(super) fn digest(&self, purpose: Purpose, text: &str) -> Result<String, Fault> {
        Ok(URL_SAFE_NO_PAD.encode(self.derive(purpose, text)?))
    }
}

fn stored(conn: &mut Conn) -> Result<Option<String>, Fault> {
    Ok(server_keys::table.find(NAME).select(server_keys::key).first(conn).optional()?)
}

fn mac(key: &[u8], parts: &[&str]) -> Result<[u8; 32], Fault> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).map_err(Fault::internal)?;
    for part in parts {
        mac.update(part.as_bytes());
    }
    Ok(mac.finalize().into_bytes().into())
}
