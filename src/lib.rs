//! onedoor: the backend of an enterprise request service.
//!
//! The floor plan. Imports go down only; `tests/tidy.rs` fails where they do not.

// Floor 0: the rules, pure.
#[macro_use]
pub mod domain;

// Floor 1: the kit, machinery that knows no feature. A module may use those above it.
pub mod fault;
pub mod time;
pub mod db;
pub mod mail;
pub mod objects;
pub mod config;
pub mod calendars;
pub mod seed;
pub mod telemetry;
pub mod tls;
pub mod journal;
pub mod outbox;
pub mod retries;
pub mod runner;
pub mod web;

// Floor 2: the rooms, one business noun each. A room may use those above it.
pub mod people;
pub mod promises;
pub mod attachments;
pub mod requests;
pub mod supervision;
pub mod ratings;
pub mod insight;
pub mod oversight;
pub mod audit;
pub mod letters;
pub mod inbox;

// Floor 3: wiring, which knows everything and decides nothing.
pub mod district;
pub mod contract;
pub mod routes;
pub mod parsers;
pub mod scrape;
pub mod prepare;
pub mod loops;
pub mod app;
pub mod cli;
