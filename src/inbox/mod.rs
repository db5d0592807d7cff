//! The inbox: what somebody was told, in the application. Many who file for companies have no e-mail.
//!
//! [`hand_out`] takes each notice of the outbox once and puts it into the inbox of everybody it is for, whether or not
//! they have an address. An item holds no words: what it says is read as its owner may see it now, so an item about a
//! request that is hidden from them by then is neither shown nor counted.

pub(crate) mod api;
mod hand_out;
mod reading;
mod store;
mod views;

pub use hand_out::hand_out;
