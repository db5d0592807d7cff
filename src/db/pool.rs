//! A bounded set of connections, opened when first needed, each used on a blocking thread.

use super::allowance::Allowance;
use super::connection::Conn;
use super::error::{DbError, overloaded, unavailable};
use super::load::PoolLoad;
use crate::fault::Fault;
use diesel::QueryResult;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Opens one connection, ready for use.
pub(super) type Opener = Box<dyn Fn() -> Result<Conn, DbError> + Send + Sync>;

/// The connections of one kind. At most `size` calls run at once, so at most as many blocking threads are taken.
pub(super) struct Pool {
    open: Opener,
    idle: Mutex<Vec<Conn>>,
    permits: Arc<Semaphore>,
    waiting: AtomicUsize,
    size: usize,
    most_waiting: usize,
    patience: Patience,
}

/// How long a call may take, and what is answered to one that takes longer. It comes to its end all the same, or its
/// connection breaks; until then it holds its place in the pool.
pub(super) struct Patience {
    pub(super) longest: Duration,
    pub(super) fault: fn(&'static str) -> Fault,
}

impl Pool {
    /// A pool of `size` connections; opens none.
    pub(super) fn new(open: Opener, size: u32, most_waiting: usize, patience: Patience) -> Arc<Self> {
        let size = usize::try_from(size).unwrap_or(1);
        Arc::new(Self {
            open,
            idle: Mutex::new(Vec::new()),
            permits: Arc::new(Semaphore::new(size)),
            waiting: AtomicUsize::new(0),
            size,
            most_waiting,
            patience,
        })
    }

    /// How busy it is.
    pub(super) fn load(&self) -> PoolLoad {
        let in_use = self.size.saturating_sub(self.permits.available_permits());
        PoolLoad { size: self.size, in_use, waiting: self.waiting.load(Ordering::Relaxed) }
    }

    /// Runs `work` on a blocking thread when its turn comes. Overloaded when too many wait or it does not come in time; a
    /// panic in `work` is an internal fault. Dropped before its turn, `work` never runs.
    pub(super) async fn run<T, W>(self: &Arc<Self>, allowance: &Allowance, work: W) -> Result<T, Fault>
    where
        T: Send + 'static,
        W: FnOnce(&Self) -> Result<T, Fault> + Send + 'static,
    {
        let permit = self.permit(allowance).await?;
        let pool = Arc::clone(self);
        let task = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            work(&pool)
        });
        let Patience { longest, fault } = &self.patience;
        match tokio::time::timeout(*longest, task).await {
            Ok(answer) => answer.unwrap_or_else(|failure| Err(Fault::internal(failure))),
            Err(_elapsed) => Err(fault("the database did not answer in time")),
        }
    }

    async fn permit(&self, allowance: &Allowance) -> Result<OwnedSemaphorePermit, Fault> {
        if let Ok(permit) = Arc::clone(&self.permits).try_acquire_owned() {
            return Ok(permit);
        }
        let _waiting = Waiting::enter(self)?;
        let turn = Arc::clone(&self.permits).acquire_owned();
        let permit = allowance.expect(turn, "no database connection came free in time").await?;
        permit.map_err(|_closed| unavailable("the database is closed"))
    }

    /// A connection in which `begin` has succeeded. One that died while idle is dropped and the next one tried.
    pub(super) fn begin(&self, begin: impl Fn(&mut Conn) -> QueryResult<()>) -> Result<Conn, Fault> {
        if self.permits.is_closed() {
            return Err(unavailable("the database is closed"));
        }
        while let Some(mut conn) = self.take() {
            if begin(&mut conn).is_ok() {
                return Ok(conn);
            }
        }
        let mut conn = (self.open)()?;
        begin(&mut conn).map_err(unavailable)?;
        Ok(conn)
    }

    /// Keeps a connection for the next call, if it can serve again.
    pub(super) fn give_back(&self, mut conn: Conn) {
        if conn.is_idle() && !self.permits.is_closed() {
            self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(conn);
        }
    }

    /// Lets nobody in any more and closes what is idle.
    pub(super) fn close(&self) {
        self.permits.close();
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn take(&self) -> Option<Conn> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }
}

/// One call in the queue; leaves it when dropped.
struct Waiting<'a>(&'a Pool);

impl<'a> Waiting<'a> {
    fn enter(pool: &'a Pool) -> Result<Self, Fault> {
        let before = pool.waiting.fetch_add(1, Ordering::Relaxed);
        let waiting = Self(pool);
        if before >= pool.most_waiting {
            Err(overloaded("too many wait for the database"))
        } else {
            Ok(waiting)
        }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}
