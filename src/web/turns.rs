//! Heavy work off the threads that serve, a few pieces at a time.

use crate::db::MeetingPoints;
use crate::fault::{Code, Fault};
use actix_web::web;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::Semaphore;

/// How many pieces are worked on at once.
const AT_ONCE: usize = 4;

/// How many may be worked on or wait; one more is refused at once.
const MOST: usize = 128;

/// The turns at work that costs tens of milliseconds and much memory. Clones share them.
#[derive(Clone)]
pub struct Turns {
    turns: Arc<Semaphore>,
    taken: Arc<AtomicUsize>,
    hook: Option<MeetingPoints>,
}

impl fmt::Debug for Turns {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Turns")
    }
}

impl Default for Turns {
    fn default() -> Self {
        Self { turns: Arc::new(Semaphore::new(AT_ONCE)), taken: Arc::default(), hook: None }
    }
}

impl Turns {
    /// The same with `hook` run at the point each piece of work begins with, on the thread that does it. For tests.
    #[must_use]
    pub fn with_meeting_points(mut self, hook: MeetingPoints) -> Self {
        self.hook = Some(hook);
        self
    }

    /// Does `work` on a blocking thread when its turn comes; `point` is the name tests know it by. Refused as overloaded
    /// when 128 pieces wait already.
    pub async fn run<T: Send + 'static>(
        &self,
        point: &'static str,
        work: impl FnOnce() -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        let place = Place::take(&self.taken).ok_or_else(|| {
            Fault::new(Code::Overloaded).retry_after(5).because("too much heavy work waits for its turn")
        })?;
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(Fault::internal)?;
        let hook = self.hook.clone();
        // Turn and place go with the work: a caller who leaves does not give them away while the thread still works.
        let done = web::block(move || {
            if let Some(hook) = hook {
                hook(point);
            }
            let done = work();
            drop((turn, place));
            done
        });
        done.await.map_err(Fault::internal)?
    }
}

/// One of the places there are, given back when it is dropped.
struct Place(Arc<AtomicUsize>);

impl Place {
    fn take(taken: &Arc<AtomicUsize>) -> Option<Self> {
        let place = Self(Arc::clone(taken));
        (taken.fetch_add(1, Ordering::Relaxed) < MOST).then_some(place)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
