//! The mail kit: what a letter looks like, and the ways it leaves the house.
//!
//! A room makes a [`Letter`]: a subject and a [`Sheet`] of facts. [`Envelope`] says to whom it goes and which letter it
//! is. A [`Mailer`] composes both to one message (RFC 5322) and hands it to a server ([`Settings::url`]) or, where none
//! is set, writes it into a folder. It knows no feature and no queue; what became of a letter is an [`Outcome`].

mod folder;
mod message;
mod reader;
mod settings;
mod sheet;
mod smtp;

pub use message::{Envelope, Letter, one_line};
pub use reader::Reader;
pub use settings::{Settings, check};
pub use sheet::Sheet;

use crate::domain::ids::Instant;
use chrono::TimeDelta;
use folder::Folder;
use message::Sender;
use smtp::Smtp;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

/// What became of one letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The server took it over; what it said.
    Sent(String),
    /// The server asks to try this letter later (RFC 5321 §4.2.1, 4yz).
    Deferred(String),
    /// The server will never take this letter (5yz), or it cannot be written at all.
    Refused(String),
    /// The connection was lost after the text had begun: nobody knows whether the server took it over.
    Uncertain(String),
    /// The server cannot be used by any letter now: it does not answer, or not in a way that can be trusted.
    Unreachable(String),
}

/// Sends letters. Clones share one connection.
#[derive(Clone)]
pub struct Mailer(Arc<Inner>);

struct Inner {
    sender: Sender,
    way: Way,
    rest: Mutex<Rest>,
}

/// How long a server that cannot be used is left alone: 5 seconds, doubled by each failure, up to 5 minutes.
#[derive(Debug, Default)]
struct Rest {
    failures: u32,
    until: Option<Instant>,
}

enum Way {
    Smtp(Box<Smtp>),
    Folder(Folder),
}

impl fmt::Debug for Mailer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Mailer")
    }
}

impl Mailer {
    /// A mailer with these settings. Nothing is connected to yet. Fails as [`check`] does.
    pub fn new(settings: &Settings) -> Result<Self, (&'static str, String)> {
        let sender = Sender::new(settings)?;
        let way = match settings.server()? {
            Some(server) => Way::Smtp(Box::new(Smtp::new(server))),
            None => Way::Folder(Folder::new(&settings.folder)),
        };
        Ok(Self(Arc::new(Inner { sender, way, rest: Mutex::default() })))
    }

    /// Writes `letter` and sends it. Takes as long as the server does, up to `mail.timeout_milliseconds` a step.
    pub async fn send(&self, envelope: &Envelope, letter: &Letter) -> Outcome {
        let message = match self.0.sender.compose(envelope, letter) {
            Ok(message) => message,
            Err(why) => return Outcome::Refused(why),
        };
        let outcome = match &self.0.way {
            Way::Smtp(smtp) => smtp.send(&message).await,
            Way::Folder(folder) => folder.write(envelope.id, message).await,
        };
        self.note(envelope.at, &outcome);
        outcome
    }

    /// Whether the server could not be used lately, and is left alone for the moment.
    pub fn rests(&self, at: Instant) -> bool {
        self.rest().until.is_some_and(|until| at < until)
    }

    fn note(&self, at: Instant, outcome: &Outcome) {
        let mut rest = self.rest();
        let Outcome::Unreachable(why) = outcome else {
            *rest = Rest::default();
            return;
        };
        let seconds = 5_i64.saturating_mul(1 << rest.failures.min(6)).min(300);
        rest.failures = rest.failures.saturating_add(1);
        rest.until = Some(at.plus(TimeDelta::seconds(seconds)));
        tracing::warn!(why, seconds, failures = rest.failures, "the mail server cannot be used");
    }

    fn rest(&self) -> std::sync::MutexGuard<'_, Rest> {
        self.0.rest.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
