//! The journal: append-only, one hash chain per subject, and the security log beside it.
//!
//! Every act writes one entry in its own transaction. The subject's row is locked by the act and holds the chain's
//! end, so a chain cannot fork. Personal data is kept apart and referred to by salted digest: erasing it leaves the
//! chain whole.

mod ends;
mod entries;
mod personal;
mod security;
mod verify;
mod whole;

pub use ends::named;
pub use entries::{Written, entries};
pub use security::{SecurityEvent, SecurityKind, SecurityLog};
pub use verify::{Break, verify};
pub use whole::{Altered, Walked, walk};

use crate::db::schema::journal;
use crate::db::{Conn, direct};
use crate::domain::actor::Actor;
use crate::domain::hexadecimal;
use crate::domain::ids::{Id, Instant};
use crate::domain::lifecycle::Capacity;
use crate::fault::Fault;
use diesel::prelude::*;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

vocabulary! {
    /// What a chain is about.
    pub enum SubjectKind {
        /// A request and all that belongs to it.
        Request = "request",
        /// A company.
        Company = "company",
        /// A person and their memberships.
        Person = "person",
        /// A unit.
        Unit = "unit",
        /// A letter that somebody put back by hand.
        Letter = "letter",
        /// A supervision order.
        Order = "order",
        /// The promise book, the calendars, the categories or the duty table, as a whole.
        Register = "register",
    }
}

/// The end of a subject's chain, as its row holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chain {
    /// The sequence of the last entry; 0 before the first.
    pub seq: i32,
    /// The hash of the last entry; empty before the first.
    pub head: String,
}

impl Chain {
    /// A chain without entries.
    pub const fn empty() -> Self {
        Self { seq: 0, head: String::new() }
    }
}

/// What an entry tells beside who and when.
#[derive(Debug, Default)]
pub struct Detail {
    open: Map<String, Value>,
    personal: Vec<(&'static str, String)>,
}

impl Detail {
    /// Nothing more to tell.
    pub fn none() -> Self {
        Self::default()
    }

    /// The same with a fact that is nobody's secret.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.open.insert(name.to_owned(), value.into());
        self
    }

    /// The same with a personal fact, which the chain holds as a salted digest only.
    #[must_use]
    pub fn personal(mut self, name: &'static str, value: Option<&str>) -> Self {
        if let Some(value) = value {
            self.personal.push((name, value.to_owned()));
        }
        self
    }
}

/// One act to be written down.
#[derive(Debug)]
pub struct Entry<'a> {
    /// What the chain is about.
    pub subject: (SubjectKind, Id),
    /// When.
    pub at: Instant,
    /// Who.
    pub actor: &'a Actor,
    /// In what capacity.
    pub capacity: Capacity,
    /// Which act.
    pub act: &'static str,
    /// What else.
    pub detail: Detail,
}

/// Appends `entry` to its subject's chain and moves `chain` on. The caller has the subject's row locked and stores
/// `chain` in it, in the same transaction.
pub fn record(conn: &mut Conn, chain: &mut Chain, entry: Entry<'_>) -> Result<(), Fault> {
    let (kind, subject) = entry.subject;
    let mut detail = entry.detail.open;
    for (name, digest) in personal::set_apart(conn, subject, entry.detail.personal)? {
        detail.insert(name.to_owned(), json!({ "personal": digest }));
    }
    let seq = chain.seq.saturating_add(1);
    let text = json!({
        "subject": [kind.code(), subject],
        "seq": seq,
        "at": entry.at.micros(),
        "actor": entry.actor.person,
        "capacity": entry.capacity.code(),
        "act": entry.act,
        "detail": detail,
    })
    .to_string();
    let hash = link(&chain.head, &text);
    let insert = diesel::insert_into(journal::table).values((
        journal::id.eq(Id::new(entry.at)),
        journal::subject_kind.eq(kind.code()),
        journal::subject_id.eq(subject),
        journal::seq.eq(seq),
        journal::at.eq(entry.at),
        journal::actor_id.eq(entry.actor.person),
        journal::capacity.eq(entry.capacity.code()),
        journal::act.eq(entry.act),
        journal::detail.eq(text),
        journal::previous_hash.eq(&chain.head),
        journal::hash.eq(&hash),
    ));
    direct::run(conn, insert)?;
    *chain = Chain { seq, head: hash };
    Ok(())
}

/// When the last entry was written, or `None` before the first.
pub fn latest(conn: &mut Conn) -> Result<Option<Instant>, Fault> {
    Ok(journal::table.select(journal::at).order(journal::at.desc()).first(conn).optional()?)
}

/// The hash of an entry: SHA-256 over the hash before it and its canonical text, in hexadecimal.
fn link(previous: &str, text: &str) -> String {
    hexadecimal(&Sha256::new().chain_update(previous).chain_update(text).finalize())
}
