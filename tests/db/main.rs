//! The database kit on both databases: every test here runs on SQLite and, where it can be had, on PostgreSQL.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test whose surroundings are broken has failed"
)]

#[expect(dead_code, reason = "only the integration tests take a server down")]
#[path = "../it/support/postgres.rs"]
mod postgres;

mod conflicts;
mod house;
mod migrations;
mod opening;
mod reading;
mod search;
mod types;
mod writing;
