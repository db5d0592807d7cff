//! Whether what was written down is still what was written down.
//!
//! Once a day the ends of all chains of the journal are sealed under one hash, the daily head, which is over the head
//! before it and is mailed to the auditors ([`take_head`]). [`verify`] reads the journal and the heads again. Whoever
//! rewrites a chain so that it holds in itself has the heads against him; whoever rewrites the heads too has the letters
//! against him.

pub(crate) mod api;
mod heads;
mod letters;
mod rights;
mod seal;
mod verify;
mod views;

pub use heads::{Head, MOST_ENDS, is_closed, take_head};
pub use letters::{HEAD_LETTER, daily_head, headline};
pub use verify::{Finding, Verified, verify};
