//! The security log: denials and log-ins, kept apart from the journal and bounded.
//!
//! An entry is written after the refused transaction has rolled back, the same for what is hidden and what is
//! missing, so that the log tells no more than the answer did.

use crate::db::Db;
use crate::db::Json;
use crate::db::schema::security_log;
use crate::domain::ids::{Id, Instant};
use crate::fault::Fault;
use diesel::prelude::*;
use serde_json::Value;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// How many entries are written between two sweeps of what is over the bound.
const SWEEP_EVERY: u32 = 500;

vocabulary! {
    /// What is noted.
    pub enum SecurityKind {
        /// Refused for want of right, or hidden.
        Denied = "denied",
        /// A log-in that succeeded.
        LoggedIn = "logged_in",
        /// A log-in that failed.
        LogInFailed = "log_in_failed",
        /// After that failed log-in the next one must wait.
        LockedOut = "locked_out",
        /// A letter with a link to a new password was asked for.
        ResetAsked = "reset_asked",
    }
}

/// One thing to note.
#[derive(Debug, Clone)]
pub struct SecurityEvent {
    /// When.
    pub at: Instant,
    /// Who, where known.
    pub person: Option<Id>,
    /// What.
    pub kind: SecurityKind,
    /// Where from, which route.
    pub detail: Value,
}

/// The bounded log. Clones share it.
#[derive(Debug, Clone)]
pub struct SecurityLog {
    db: Db,
    most_entries: i64,
    written: Arc<AtomicU32>,
}

impl SecurityLog {
    /// The log in `db`, of at most about `most_entries` entries.
    pub fn new(db: Db, most_entries: i64) -> Self {
        Self { db, most_entries, written: Arc::default() }
    }

    /// Writes one entry. A failure is logged and swallowed: a refusal is answered whether or not it could be noted.
    pub async fn note(&self, event: SecurityEvent) {
        let sweep = self.written.fetch_add(1, Ordering::Relaxed).is_multiple_of(SWEEP_EVERY);
        let most = self.most_entries;
        let id = Id::new(event.at);
        let written = self
            .db
            .write(move |conn| {
                diesel::insert_into(security_log::table)
                    .values((
                        security_log::id.eq(id),
                        security_log::at.eq(event.at),
                        security_log::person_id.eq(event.person),
                        security_log::kind.eq(event.kind.code()),
                        security_log::detail.eq(Json(event.detail.clone())),
                    ))
                    .execute(conn)?;
                if sweep {
                    let oldest_kept: Option<Id> = security_log::table
                        .order(security_log::id.desc())
                        .offset(most)
                        .select(security_log::id)
                        .first(conn)
                        .optional()?;
                    if let Some(id) = oldest_kept {
                        diesel::delete(security_log::table.filter(security_log::id.le(id))).execute(conn)?;
                    }
                }
                Ok::<(), Fault>(())
            })
            .await;
        if let Err(fault) = written {
            tracing::error!(%fault, "the security log could not be written");
        }
    }
}
