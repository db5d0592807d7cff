//! SQLite's one writer: a thread that puts the writes that wait into one commit.
//!
//! Each closure runs in its own savepoint; everybody is answered after the commit, for until then even a refusal may
//! rest on what a neighbour wrote and may still lose. Closures can be run again:
//! - the transaction around them is lost (a full disk rolls all of it back): each is run again alone;
//! - the commit itself fails: nobody knows whether it took, and all are told so;
//! - a panic is caught, and rolls back its own savepoint only;
//! - a closure nobody waits for any more, and that has not begun, never runs; nobody waits longer than the settings say
//!   for it to begin.

use super::allowance::Allowance;
use super::connection::Conn;
use super::error::{DbError, is_full, outcome_unknown, overloaded, unavailable};
use super::meeting::{MeetingPoints, with_hook};
use super::settings::Settings;
use crate::fault::Fault;
use diesel::result::{DatabaseErrorKind, Error};
use metrics::Histogram;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::oneshot;

/// Most closures in one commit: more gain little and make the first ones wait.
const MOST_TOGETHER: usize = 48;

/// Opens the connection of the writer.
pub(super) type Opener = Box<dyn Fn() -> Result<Conn, DbError> + Send>;

/// The queue before the writer's thread.
pub(super) struct Writer {
    queue: RwLock<Option<SyncSender<Box<dyn Job>>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
    longest_work: Duration,
    waiting: Arc<AtomicUsize>,
    works: Arc<AtomicBool>,
    batches: Arc<OnceLock<Histogram>>,
}

/// Whether a write waits, has begun or was given up: the writer and who waits agree on one of the two.
#[derive(Debug, Default)]
struct Turn(AtomicU8);

impl Turn {
    const WAITS: u8 = 0;
    const BEGUN: u8 = 1;
    const GIVEN_UP: u8 = 2;

    /// Whether the write may run, now or again.
    fn begin(&self) -> bool {
        self.0.compare_exchange(Self::WAITS, Self::BEGUN, Ordering::AcqRel, Ordering::Acquire)
            != Err(Self::GIVEN_UP)
    }

    /// Whether the write had not begun, and never will.
    fn give_up(&self) -> bool {
        self.0.compare_exchange(Self::WAITS, Self::GIVEN_UP, Ordering::AcqRel, Ordering::Acquire).is_ok()
    }
}

/// A write in the queue: where its outcome comes, and its turn.
struct Ticket<T> {
    outcome: oneshot::Receiver<Result<T, Fault>>,
    turn: Arc<Turn>,
}

impl Writer {
    /// Starts the thread with its connection, as `settings` say. `open` opens a new connection where the old one can no
    /// longer be used.
    pub(super) fn start(conn: Conn, open: Opener, settings: &Settings) -> std::io::Result<Self> {
        let (sender, receiver) = sync_channel(settings.queue);
        let most = if settings.group_commit { MOST_TOGETHER } else { 1 };
        let (waiting, works, batches) = (Arc::default(), Arc::default(), Arc::default());
        let mut work = Work {
            conn: Some(conn),
            open,
            waiting: Arc::clone(&waiting),
            works: Arc::clone(&works),
            batches: Arc::clone(&batches),
        };
        let thread = std::thread::Builder::new()
            .name("onedoor-writer".to_owned())
            .spawn(move || work.run(&receiver, most))?;
        Ok(Self {
            queue: RwLock::new(Some(sender)),
            thread: Mutex::new(Some(thread)),
            longest_work: Duration::from_millis(settings.answer_milliseconds),
            waiting,
            works,
            batches,
        })
    }

    /// How many closures wait in the queue.
    pub(super) fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }

    /// Whether it works at one.
    pub(super) fn in_use(&self) -> usize {
        usize::from(self.works.load(Ordering::Relaxed))
    }

    /// From now on the number of closures in each commit goes into `batches`.
    pub(super) fn record_batches(&self, batches: Histogram) {
        drop(self.batches.set(batches));
    }

    /// Does `work` in its turn and gives its outcome after the commit. Overloaded when the queue is full, or when it has
    /// not begun in time; then it never will. Begun and not done in time, its outcome is unknown.
    pub(super) async fn run<T, F>(
        &self,
        allowance: &Allowance,
        work: F,
        hook: Option<MeetingPoints>,
    ) -> Result<T, Fault>
    where
        T: Send + 'static,
        F: Fn(&mut Conn) -> Result<T, Fault> + Send + 'static,
    {
        let Ticket { mut outcome, turn } = self.submit(work, hook)?;
        match allowance.wait(&mut outcome).await {
            Some(outcome) => outcome.unwrap_or_else(|_| Err(unanswered())),
            None if turn.give_up() => Err(overloaded("the writer did not come to it in time")),
            None => match tokio::time::timeout(self.longest_work, outcome).await {
                Ok(outcome) => outcome.unwrap_or_else(|_| Err(unanswered())),
                Err(_elapsed) => Err(outcome_unknown("the write did not come to its end in time")),
            },
        }
    }

    /// As [`Writer::run`], blocking the calling thread for as long as it takes.
    pub(super) fn run_blocking<T, F>(&self, work: F, hook: Option<MeetingPoints>) -> Result<T, Fault>
    where
        T: Send + 'static,
        F: Fn(&mut Conn) -> Result<T, Fault> + Send + 'static,
    {
        self.submit(work, hook)?.outcome.blocking_recv().unwrap_or_else(|_| Err(unanswered()))
    }

    /// Puts a closure into the queue.
    fn submit<T, F>(&self, work: F, hook: Option<MeetingPoints>) -> Result<Ticket<T>, Fault>
    where
        T: Send + 'static,
        F: Fn(&mut Conn) -> Result<T, Fault> + Send + 'static,
    {
        let (answer, outcome) = oneshot::channel();
        let turn = Arc::new(Turn::default());
        let job = Box::new(Write { work, hook, answer, turn: Arc::clone(&turn), result: None });
        let queue = self.queue.read().unwrap_or_else(PoisonError::into_inner);
        let Some(sender) = queue.as_ref() else { return Err(closed()) };
        self.waiting.fetch_add(1, Ordering::Relaxed);
        sender.try_send(job).map_err(|refused| {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            match refused {
                TrySendError::Full(_) => overloaded("the queue before the writer is full"),
                TrySendError::Disconnected(_) => closed(),
            }
        })?;
        Ok(Ticket { outcome, turn })
    }

    /// Takes no more writes, does those that wait, and ends the thread.
    pub(super) fn close(&self) {
        drop(self.queue.write().unwrap_or_else(PoisonError::into_inner).take());
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        // The last owner may be a closure on the writer's own thread, which cannot wait for itself.
        if let Some(thread) = thread.filter(|thread| thread.thread().id() != std::thread::current().id())
            && thread.join().is_err()
        {
            tracing::error!("the writer's thread ended by a panic");
        }
    }
}

fn closed() -> Fault {
    unavailable("the database is closed")
}

/// What to answer when the writer's thread went away with a closure in hand.
fn unanswered() -> Fault {
    outcome_unknown("the writer ended before it answered")
}

/// A closure with the place its outcome goes to.
trait Job: Send {
    /// Whether somebody still waits for the outcome.
    fn is_wanted(&self) -> bool;
    /// Whether it may run; from then on nobody gives it up.
    fn begins(&self) -> bool;
    /// Runs the closure and keeps its outcome; whether it is to be committed.
    fn run(&mut self, conn: &mut Conn) -> bool;
    /// Hands the kept outcome to whoever waits.
    fn answer(self: Box<Self>);
    /// Answers with `fault` whatever the closure said.
    fn refuse(self: Box<Self>, fault: Fault);
}

struct Write<T, F> {
    work: F,
    hook: Option<MeetingPoints>,
    answer: oneshot::Sender<Result<T, Fault>>,
    turn: Arc<Turn>,
    result: Option<Result<T, Fault>>,
}

impl<T, F> Job for Write<T, F>
where
    T: Send,
    F: Fn(&mut Conn) -> Result<T, Fault> + Send,
{
    fn is_wanted(&self) -> bool {
        !self.answer.is_closed()
    }

    fn begins(&self) -> bool {
        self.turn.begin()
    }

    fn run(&mut self, conn: &mut Conn) -> bool {
        let work = &self.work;
        // The connection is brought back to a known depth after a panic, so nothing half-done is seen.
        let outcome = catch_unwind(AssertUnwindSafe(|| with_hook(self.hook.as_ref(), || work(conn))));
        let result = outcome.unwrap_or_else(|payload| Err(Fault::internal(panic_text(payload.as_ref()))));
        let good = result.is_ok();
        self.result = Some(result);
        good
    }

    fn answer(self: Box<Self>) {
        let result = self.result.unwrap_or_else(|| Err(unanswered()));
        // Whoever waited may have gone; the work is done all the same.
        drop(self.answer.send(result));
    }

    fn refuse(self: Box<Self>, fault: Fault) {
        drop(self.answer.send(Err(fault)));
    }
}

fn panic_text(payload: &(dyn std::any::Any + Send)) -> String {
    let words = payload.downcast_ref::<&str>().copied();
    let words = words.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    format!("panic in a write: {}", words.unwrap_or("without words"))
}

/// The writer's thread. Without a connection, the next batch opens one.
struct Work {
    conn: Option<Conn>,
    open: Opener,
    waiting: Arc<AtomicUsize>,
    works: Arc<AtomicBool>,
    batches: Arc<OnceLock<Histogram>>,
}

/// How a commit of several ended.
enum Together {
    Committed,
    /// Nothing was committed, and each may still succeed alone.
    Lost,
    Unknown(Fault),
    /// It never began.
    Refused(Fault),
}

impl Work {
    fn run(&mut self, queue: &Receiver<Box<dyn Job>>, most: usize) {
        while let Ok(first) = queue.recv() {
            let mut batch = vec![first];
            while batch.len() < most
                && let Ok(next) = queue.try_recv()
            {
                batch.push(next);
            }
            self.waiting.fetch_sub(batch.len(), Ordering::Relaxed);
            batch.retain(|job| job.is_wanted());
            if let Some(batches) = self.batches.get().filter(|_| !batch.is_empty()) {
                batches.record(f64::from(u32::try_from(batch.len()).unwrap_or(u32::MAX)));
            }
            self.works.store(true, Ordering::Relaxed);
            if batch.len() > 1 {
                self.several(batch);
            } else if let Some(only) = batch.pop() {
                self.one(only);
            }
            self.works.store(false, Ordering::Relaxed);
        }
    }

    fn several(&mut self, mut batch: Vec<Box<dyn Job>>) {
        match self.together(&mut batch) {
            Together::Committed => batch.into_iter().for_each(Job::answer),
            Together::Lost => batch.into_iter().for_each(|job| self.one(job)),
            Together::Unknown(fault) | Together::Refused(fault) => {
                batch.into_iter().for_each(|job| job.refuse(fault.clone()));
            }
        }
    }

    fn together(&mut self, batch: &mut [Box<dyn Job>]) -> Together {
        let conn = match self.begin() {
            Ok(conn) => conn,
            Err(fault) => return Together::Refused(fault),
        };
        for job in batch.iter_mut().filter(|job| job.begins()) {
            if in_savepoint(conn, job.as_mut()).is_err() {
                self.conn = None;
                return Together::Lost;
            }
        }
        match conn.commit() {
            Ok(()) => Together::Committed,
            // Neither a broken constraint nor a full disk says whose it is, so each is tried alone.
            Err(error) if is_known(&error) && conn.roll_back_to(0).is_ok() => Together::Lost,
            Err(error) => {
                self.conn = None;
                Together::Unknown(outcome_unknown(error))
            }
        }
    }

    fn one(&mut self, mut job: Box<dyn Job>) {
        if !job.is_wanted() {
            return;
        }
        let conn = match self.begin() {
            Ok(conn) => conn,
            Err(fault) => return job.refuse(fault),
        };
        if !job.begins() || !job.run(conn) {
            if conn.roll_back_to(0).is_err() {
                self.conn = None;
            }
            return job.answer();
        }
        match conn.commit() {
            Ok(()) => job.answer(),
            Err(error) if is_known(&error) && conn.roll_back_to(0).is_ok() => job.refuse(Fault::from(error)),
            Err(error) => {
                self.conn = None;
                job.refuse(outcome_unknown(error));
            }
        }
    }

    fn begin(&mut self) -> Result<&mut Conn, Fault> {
        let mut conn = match self.conn.take() {
            Some(conn) => conn,
            None => (self.open)()?,
        };
        conn.begin("BEGIN IMMEDIATE", "BEGIN").map_err(unavailable)?;
        Ok(self.conn.insert(conn))
    }
}

/// Runs a job in its own savepoint; an error means that the transaction around it is lost.
fn in_savepoint(conn: &mut Conn, job: &mut dyn Job) -> Result<(), Error> {
    conn.savepoint()?;
    if job.run(conn) { conn.release_to(1) } else { conn.roll_back_to(1) }
}

/// Whether a failed commit certainly did not take: a constraint was checked, or the log had no room for it.
fn is_known(error: &Error) -> bool {
    is_full(error)
        || matches!(
            error,
            Error::DatabaseError(
                DatabaseErrorKind::ForeignKeyViolation | DatabaseErrorKind::UniqueViolation,
                _
            )
        )
}
