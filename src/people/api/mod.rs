//! The handlers of this room: `/auth`, `/me`, `/companies`, `/units`, `/people`, `/memberships`.

pub(crate) mod auth;
pub(crate) mod companies;
pub(crate) mod people;
pub(crate) mod resets;
pub(crate) mod totp;
pub(crate) mod units;
