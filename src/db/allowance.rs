//! How long calls wait for their turn.

use super::error::overloaded;
use crate::fault::Fault;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// How long a call may wait for its turn: so long each, or so long all together where they are of one request, which is
/// then refused as soon whether it asks once or often.
#[derive(Debug, Clone)]
pub(super) struct Allowance {
    most: Duration,
    /// The microseconds that were waited, where they count together.
    waited: Option<Arc<AtomicU64>>,
}

impl Allowance {
    /// This long for each call.
    pub(super) const fn each(most: Duration) -> Self {
        Self { most, waited: None }
    }

    /// As long as for one call, for all that share it together.
    pub(super) fn together(&self) -> Self {
        Self { most: self.most, waited: Some(Arc::default()) }
    }

    /// What `turn` gives, or nothing where it does not come in time.
    pub(super) async fn wait<T>(&self, turn: impl Future<Output = T>) -> Option<T> {
        let waited = self.waited.as_ref().map_or(0, |waited| waited.load(Ordering::Relaxed));
        let began = Instant::now();
        let come = tokio::time::timeout(self.most.saturating_sub(Duration::from_micros(waited)), turn).await;
        if let Some(waited) = &self.waited {
            waited
                .fetch_add(u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX), Ordering::Relaxed);
        }
        come.ok()
    }

    /// As [`Allowance::wait`], overloaded for `why` where the turn does not come in time.
    pub(super) async fn expect<T>(&self, turn: impl Future<Output = T>, why: &str) -> Result<T, Fault> {
        self.wait(turn).await.ok_or_else(|| overloaded(why))
    }
}
