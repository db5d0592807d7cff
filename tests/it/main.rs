//! The integration tests: one binary, so that one throw-away PostgreSQL server serves them all.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test whose surroundings are broken has failed"
)]

mod accounts;
mod bad_input;
mod board;
mod callback;
mod cases;
mod cities;
mod commands;
mod document;
mod edges;
mod extensions;
mod house;
mod kept_apart;
mod lists;
mod long_running;
mod papers;
mod path;
mod people;
mod promises;
mod races;
mod readme;
mod refusals;
mod security;
mod support;
mod throw_away_databases;
mod timeline;
