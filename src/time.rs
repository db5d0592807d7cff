//! The source of now: the machine's clock, or a simulated one for the demo and the tests.
//!
//! Everything else takes its time as an argument. A web request asks once, at its beginning, and uses that one
//! instant throughout.

use crate::domain::ids::Instant;
use chrono::TimeDelta;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

/// Where now comes from. Clones share one clock.
#[derive(Debug, Clone)]
pub struct Time(Source);

#[derive(Debug, Clone)]
enum Source {
    System,
    Simulated { rate: i32, anchor: Arc<Mutex<Anchor>> },
}

#[derive(Debug, Clone, Copy)]
struct Anchor {
    shown: Instant,
    since: std::time::Instant,
}

impl Time {
    /// The machine's clock.
    pub const fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that shows `start` now and runs `rate` seconds in each real second; 0 stands still.
    pub fn simulated(start: Instant, rate: i32) -> Self {
        let anchor = Anchor { shown: start, since: std::time::Instant::now() };
        Self(Source::Simulated { rate, anchor: Arc::new(Mutex::new(anchor)) })
    }

    /// The instant it is.
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the system clock")]
    pub fn now(&self) -> Instant {
        match &self.0 {
            Source::System => Instant::new(chrono::Utc::now()),
            Source::Simulated { rate, anchor } => {
                let anchor = *anchor.lock().unwrap_or_else(PoisonError::into_inner);
                let real = TimeDelta::from_std(anchor.since.elapsed()).unwrap_or(TimeDelta::MAX);
                anchor.shown.plus(real.checked_mul(*rate).unwrap_or(TimeDelta::zero()))
            }
        }
    }

    /// A time that only goes on, from an origin of its own: for measuring how long, not when. It goes as fast as
    /// [`Time::now`].
    pub fn steady(&self) -> Duration {
        static ORIGIN: OnceLock<std::time::Instant> = OnceLock::new();
        match &self.0 {
            Source::System => ORIGIN.get_or_init(std::time::Instant::now).elapsed(),
            Source::Simulated { .. } => {
                let micros = self.now().micros();
                Duration::from_micros(u64::try_from(micros).unwrap_or(0))
            }
        }
    }

    /// Sets a simulated clock to `at`; the machine's clock is not touched.
    pub fn set(&self, at: Instant) {
        if let Source::Simulated { anchor, .. } = &self.0 {
            *anchor.lock().unwrap_or_else(PoisonError::into_inner) =
                Anchor { shown: at, since: std::time::Instant::now() };
        }
    }
}
