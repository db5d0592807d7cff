//! What the scenarios stand on.

pub(crate) mod app;
pub(crate) mod binary;
pub(crate) mod client;
pub(crate) mod contract;
pub(crate) mod district;
pub(crate) mod files;
pub(crate) mod meeting;
pub(crate) mod people;
pub(crate) mod place;
pub(crate) mod postgres;
pub(crate) mod sample;
pub(crate) mod schema;
pub(crate) mod sessions;
pub(crate) mod smtp;
pub(crate) mod walk;
