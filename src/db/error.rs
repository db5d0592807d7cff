//! What goes wrong with a database, and how a use case hears of it.

use crate::fault::{Code, Fault};
use diesel::result::{DatabaseErrorKind, Error};
use std::fmt;

/// Why the database could not be opened or migrated. The texts are for the operator; no password is in them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DbError {
    /// The URL is not one onedoor takes.
    Url {
        /// The URL without its password.
        shown: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// A number of the settings is outside its range.
    Setting {
        /// The key.
        key: &'static str,
        /// What is allowed.
        allowed: &'static str,
    },
    /// The SQLite file, or the folder it should be in, is not there.
    Missing {
        /// The URL as given.
        shown: String,
        /// What is missing and what to do.
        why: &'static str,
    },
    /// Another process has the SQLite file.
    InUse {
        /// The URL as given.
        shown: String,
        /// The other's process number, if it left one.
        process: Option<u32>,
    },
    /// The SQLite library is older than the first without a known way to corrupt a write-ahead log.
    OldSqlite {
        /// The version linked.
        version: String,
    },
    /// The database cannot be reached or set up.
    Unreachable {
        /// The URL without its password.
        shown: String,
        /// What the database or the system said.
        why: String,
    },
    /// The database was migrated by a newer onedoor.
    Newer {
        /// The migrations this one does not know.
        versions: Vec<String>,
    },
    /// A migration failed; it was rolled back.
    Migration {
        /// What the database said.
        why: String,
    },
}

impl fmt::Display for DbError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Url { shown, why } => write!(formatter, "database url {shown}: {why}"),
            Self::Setting { key, allowed } => {
                write!(formatter, "database setting {key}: allowed is {allowed}")
            }
            Self::Missing { shown, why } => write!(formatter, "database {shown}: {why}"),
            Self::InUse { shown, process: Some(process) } => write!(
                formatter,
                "database {shown} is in use by process {process}; stop that one first, or give this one another file"
            ),
            Self::InUse { shown, process: None } => write!(
                formatter,
                "database {shown} is in use by another process; stop that one first, or give this one another file"
            ),
            Self::OldSqlite { version } => {
                write!(formatter, "SQLite {version} is too old: at least 3.51.3 is needed")
            }
            Self::Unreachable { shown, why } => write!(formatter, "database {shown}: {why}"),
            Self::Newer { versions } => write!(
                formatter,
                "the database is newer than this onedoor: it has migration {}; start the newer onedoor, or migrate down with it",
                versions.join(", ")
            ),
            Self::Migration { why } => write!(formatter, "migration failed and was rolled back: {why}"),
        }
    }
}

impl std::error::Error for DbError {}

impl From<DbError> for Fault {
    fn from(error: DbError) -> Self {
        unavailable(error)
    }
}

/// The database is not to be had; nothing was done.
pub(super) fn unavailable<C: fmt::Display>(cause: C) -> Fault {
    Fault::new(Code::DatabaseUnavailable).retry_after(2).because(cause)
}

/// There is more to do than the database takes; nothing was done.
pub(super) fn overloaded<C: fmt::Display>(cause: C) -> Fault {
    Fault::new(Code::Overloaded).retry_after(1).because(cause)
}

/// The disk under the database is full; nothing was done. Told apart from the rest because what is read is still
/// answered, and because somebody must make room (507, RFC 4918 §11.5).
fn full(cause: impl fmt::Display) -> Fault {
    Fault::new(Code::StorageFull).retry_after(30).because(cause)
}

/// How the databases say that their disk is full: SQLITE_FULL, and 53100 of PostgreSQL.
const FULL: [&str; 3] = ["disk is full", "No space left on device", "disk full"];

/// Whether a statement failed because the disk is full.
pub(super) fn is_full(error: &Error) -> bool {
    matches!(error, Error::DatabaseError(_, information)
        if FULL.iter().any(|words| information.message().contains(words)))
}

/// A commit failed so that nobody knows whether it took.
pub(super) fn outcome_unknown<C: fmt::Display>(cause: C) -> Fault {
    Fault::new(Code::OutcomeUnknown).retry_after(2).because(cause)
}

/// Opens the cause of a fault after which the same work may simply be done again.
const CONFLICT: &str = "transactions in conflict: ";

/// Whether this fault came of two transactions in each other's way, so that running the closure again may do.
pub(super) fn is_conflict(fault: &Fault) -> bool {
    fault.code == Code::Overloaded && fault.cause.as_deref().is_some_and(|cause| cause.starts_with(CONFLICT))
}

impl From<Error> for Fault {
    /// A query that failed in a way its room did not foresee.
    fn from(error: Error) -> Self {
        let Error::DatabaseError(kind, information) = &error else {
            return match error {
                Error::BrokenTransactionManager | Error::RollbackErrorOnCommit { .. } => unavailable(error),
                Error::DeserializationError(inner) | Error::SerializationError(inner) => {
                    Self::internal(with_sources(inner.as_ref()))
                }
                other => Self::internal(other),
            };
        };
        let message = information.message();
        if is_full(&error) {
            return full(message);
        }
        let says = |words: &[&str]| words.iter().any(|word| message.contains(word));
        match kind {
            DatabaseErrorKind::SerializationFailure => overloaded(format_args!("{CONFLICT}{message}")),
            DatabaseErrorKind::ClosedConnection
            | DatabaseErrorKind::UnableToSendCommand
            | DatabaseErrorKind::ReadOnlyTransaction => unavailable(message),
            // diesel keeps no SQLSTATE, so 40P01, 55P03, 57014 and 57P01 to 57P03 are told by their words.
            DatabaseErrorKind::Unknown if says(&["deadlock detected", "检测到死锁"]) => {
                overloaded(format_args!("{CONFLICT}{message}"))
            }
            DatabaseErrorKind::Unknown
                if says(&[
                    "lock timeout",
                    "statement timeout",
                    "database is locked",
                    "database table is locked",
                ]) =>
            {
                overloaded(message)
            }
            DatabaseErrorKind::Unknown if says(&["terminating connection", "the database system is"]) => {
                unavailable(message)
            }
            DatabaseErrorKind::Unknown if says(&["disk I/O error", "unable to open database"]) => {
                unavailable(message)
            }
            _ => Self::internal(describe(*kind, information.as_ref())),
        }
    }
}

/// An error and what it came of: diesel names the column in the first and the trouble in the second.
fn with_sources(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        text.push_str(&format!(": {inner}"));
        source = inner.source();
    }
    text
}

fn describe(
    kind: DatabaseErrorKind,
    information: &(dyn diesel::result::DatabaseErrorInformation + Send + Sync),
) -> String {
    let mut text = format!("{kind:?}: {}", information.message());
    for (name, value) in [
        ("constraint", information.constraint_name()),
        ("table", information.table_name()),
        ("column", information.column_name()),
    ] {
        if let Some(value) = value {
            text.push_str(&format!(" ({name} {value})"));
        }
    }
    text
}

/// Names a broken unique constraint by the room's own code; every other failure stays what it is.
///
/// The statement has failed: return the fault, so that the transaction ends. PostgreSQL takes no further statement in
/// it.
pub fn unique<T>(result: diesel::QueryResult<T>, code: Code) -> Result<T, Fault> {
    result.map_err(|error| match &error {
        Error::DatabaseError(DatabaseErrorKind::UniqueViolation, information) => {
            Fault::new(code).because(information.message())
        }
        _ => Fault::from(error),
    })
}
