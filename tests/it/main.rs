//! The integration tests: one binary, so that one throw-away PostgreSQL server serves them all.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test whose surroundings are broken has failed"
)]

mod accounts;
mod attachments;
mod awkward;
mod bad_input;
mod behalf;
mod board;
mod callback;
mod care;
mod cases;
mod charges;
mod cities;
mod commands;
mod corrections;
mod contests;
mod document;
mod edges;
mod handing_on;
mod extensions;
mod faults;
mod filing;
mod house;
mod inbox;
mod joint_contacts;
mod kept_apart;
mod limits;
mod letters;
mod lists;
mod matrix;
mod model;
mod messages;
mod merging;
mod meetings;
mod long_running;
mod oversight;
mod papers;
mod path;
mod people;
mod phones;
mod promises;
mod races;
mod readme;
mod redispatch;
mod refusals;
mod retries;
mod returns;
mod search;
mod security;
mod supervision;
mod support;
mod throw_away_databases;
mod time_alone;
mod timeline;
mod transfers;
mod withdrawals;
mod urges;
mod walks;
