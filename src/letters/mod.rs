//! Letters: the worker that sends them, and the outbox as those who keep the service see it.
//!
//! The rooms below know what their letters say; [`compose`] knows which room to ask. [`send`] takes rows of the outbox one
//! by one, reads what a letter needs, lets the database go, sends, and records what became of it.

pub(crate) mod api;
mod compose;
mod headline;
mod retry;
mod rights;
mod send;
mod views;

pub use compose::{Composed, compose};
pub use headline::headline;
pub use retry::{check, retry};
pub use send::{MOST_ATTEMPTS, MOST_DOUBTS, backoff, send};
