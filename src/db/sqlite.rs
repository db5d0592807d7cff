//! The embedded database: one file, one process, one writer, several readers.

use super::connection::Conn;
use super::error::{DbError, overloaded};
use super::meeting::{MeetingPoints, with_hook};
use super::pool::{Patience, Pool};
use super::settings::Settings;
use super::writer::Writer;
use crate::fault::Fault;
use diesel::connection::{Connection, SimpleConnection};
use diesel::dsl::sql;
use diesel::sql_types::{Integer, Text};
use diesel::{QueryResult, RunQueryDsl, SqliteConnection};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// The first version without a known way to corrupt a write-ahead log.
const OLDEST: [u32; 3] = [3, 51, 3];

/// An open file.
pub(super) struct Sqlite {
    file: Location,
    readers: Arc<Pool>,
    writer: Writer,
    /// What the writer and migrations may do with it.
    most: Use,
    lock: Mutex<Option<File>>,
}

/// Where the file is and how its connections are set.
#[derive(Clone)]
struct Location {
    path: PathBuf,
    shown: String,
    busy_timeout: u32,
}

impl Sqlite {
    /// Takes the file for this process, makes it where `settings.create` says so, and starts the writer.
    pub(super) fn open(path: &Path, shown: &str, settings: &Settings) -> Result<Self, DbError> {
        let path = locate(path, shown, settings.create)?;
        let lock = lock(&path, shown)?;
        Self::connected(path, shown, settings, (Use::Write, Some(lock)))
    }

    /// Opens a file that another process may have taken, to read it: the log of writes (WAL) lets anybody read a whole
    /// state beside the one who writes. A write fails.
    pub(super) fn open_to_read(path: &Path, shown: &str, settings: &Settings) -> Result<Self, DbError> {
        Self::connected(locate(path, shown, false)?, shown, settings, (Use::Read, None))
    }

    fn connected(
        path: PathBuf,
        shown: &str,
        settings: &Settings,
        (most, lock): (Use, Option<File>),
    ) -> Result<Self, DbError> {
        let file =
            Location { path, shown: shown.to_owned(), busy_timeout: settings.busy_timeout_milliseconds };
        let writing = file.connect(most)?;
        let again = file.clone();
        let writer = Writer::start(writing, Box::new(move || again.connect(most)), settings)
            .map_err(|error| DbError::Unreachable { shown: shown.to_owned(), why: error.to_string() })?;
        let reading = file.clone();
        let readers = Pool::new(
            Box::new(move || reading.connect(Use::Read)),
            settings.readers,
            settings.queue,
            Patience {
                longest: Duration::from_millis(settings.answer_milliseconds),
                fault: overloaded::<&str>,
            },
        );
        Ok(Self { file, readers, writer, most, lock: Mutex::new(lock) })
    }

    /// The connections that read.
    pub(super) const fn readers(&self) -> &Arc<Pool> {
        &self.readers
    }

    /// The writer's queue.
    pub(super) const fn writer(&self) -> &Writer {
        &self.writer
    }

    /// A connection of its own, outside the pool and the writer, for migrations.
    pub(super) fn connect(&self) -> Result<Conn, DbError> {
        self.file.connect(self.most)
    }

    /// Finishes the writes that wait and leaves the file to others.
    pub(super) fn close(&self) {
        self.readers.close();
        self.writer.close();
        drop(self.lock.lock().unwrap_or_else(PoisonError::into_inner).take());
    }
}

impl Drop for Sqlite {
    fn drop(&mut self) {
        self.close();
    }
}

/// Runs a closure over one snapshot of the file: what is committed meanwhile is not seen.
pub(super) fn read<T>(
    pool: &Pool,
    hook: Option<&MeetingPoints>,
    work: impl FnOnce(&mut Conn) -> Result<T, Fault>,
) -> Result<T, Fault> {
    let mut conn = pool.begin(|conn| conn.begin("BEGIN DEFERRED", "BEGIN"))?;
    let result = with_hook(hook, || work(&mut conn));
    if conn.roll_back_to(0).is_ok() {
        pool.give_back(conn);
    }
    result
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    Read,
    Write,
}

impl Location {
    fn connect(&self, purpose: Use) -> Result<Conn, DbError> {
        let unreachable = |why: String| DbError::Unreachable { shown: self.shown.clone(), why };
        let path = self.path.to_str().ok_or_else(|| unreachable("the path is not UTF-8".to_owned()))?;
        let mut conn = SqliteConnection::establish(path).map_err(|error| unreachable(error.to_string()))?;
        let version: String = sql::<Text>("SELECT sqlite_version()")
            .get_result(&mut conn)
            .map_err(|error| unreachable(error.to_string()))?;
        if !is_new_enough(&version) {
            return Err(DbError::OldSqlite { version });
        }
        self.set_up(&mut conn, purpose).map_err(|error| unreachable(error.to_string()))?;
        let keys: i32 = sql::<Integer>("PRAGMA foreign_keys")
            .get_result(&mut conn)
            .map_err(|error| unreachable(error.to_string()))?;
        if keys != 1 {
            return Err(unreachable("SQLite does not keep foreign keys".to_owned()));
        }
        Ok(Conn::Sqlite(conn))
    }

    fn set_up(&self, conn: &mut SqliteConnection, purpose: Use) -> QueryResult<()> {
        conn.batch_execute(&format!("PRAGMA busy_timeout = {}", self.busy_timeout))?;
        // The page size takes effect only in a file that is still empty, and before the log is switched on.
        conn.batch_execute("PRAGMA page_size = 8192")?;
        conn.batch_execute("PRAGMA journal_mode = WAL")?;
        conn.batch_execute("PRAGMA synchronous = FULL")?;
        conn.batch_execute("PRAGMA foreign_keys = ON")?;
        conn.batch_execute("PRAGMA wal_autocheckpoint = 4000")?;
        // With the file in memory, a failing disk would be a crash instead of an error.
        conn.batch_execute("PRAGMA mmap_size = 0")?;
        match purpose {
            Use::Read => conn.batch_execute("PRAGMA query_only = ON")?,
            // 32 MiB: a commit touches a leaf of every index, and reads none of them again while they are kept.
            Use::Write => conn.batch_execute("PRAGMA cache_size = -32768")?,
        }
        Ok(())
    }
}

/// The file's own path, whatever way it was spelt, so that one file has one lock.
fn locate(path: &Path, shown: &str, create: bool) -> Result<PathBuf, DbError> {
    let missing = |why| DbError::Missing { shown: shown.to_owned(), why };
    let name = path.file_name().ok_or_else(|| missing("it names no file"))?;
    let parent =
        path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    let folder = parent.canonicalize().map_err(|_| missing("its folder is not there; make it first"))?;
    let full = folder.join(name);
    if full.is_dir() {
        return Err(missing("that is a folder; name a file"));
    }
    if !create && !full.exists() {
        return Err(missing("there is no such file; `onedoor migrate` makes it"));
    }
    Ok(full.canonicalize().unwrap_or(full))
}

/// Takes `<file>.lock`. The lock goes with the process, however that ends; the file stays.
fn lock(path: &Path, shown: &str) -> Result<File, DbError> {
    let unreachable = |error: std::io::Error| DbError::Unreachable {
        shown: shown.to_owned(),
        why: format!("its lock file cannot be used: {error}"),
    };
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(PathBuf::from(name))
        .map_err(unreachable)?;
    match file.try_lock() {
        Ok(()) => {
            file.set_len(0).map_err(unreachable)?;
            file.write_all(std::process::id().to_string().as_bytes()).map_err(unreachable)?;
            Ok(file)
        }
        Err(TryLockError::WouldBlock) => {
            let mut text = String::new();
            let process = file.read_to_string(&mut text).ok().and_then(|_| text.trim().parse().ok());
            Err(DbError::InUse { shown: shown.to_owned(), process })
        }
        Err(TryLockError::Error(error)) => Err(unreachable(error)),
    }
}

fn is_new_enough(version: &str) -> bool {
    let parts: Vec<u32> = version.split('.').map_while(|part| part.parse().ok()).collect();
    parts.as_slice() >= OLDEST.as_slice()
}

#[cfg(test)]
mod tests {
    use super::is_new_enough;

    #[test]
    fn versions_compare_as_numbers_not_as_text() {
        assert!(is_new_enough("3.51.3"));
        assert!(is_new_enough("3.53.2"));
        assert!(is_new_enough("3.100.0"));
        assert!(!is_new_enough("3.51.2"));
        assert!(!is_new_enough("3.9.9"));
        assert!(!is_new_enough("unknown"));
    }
}
