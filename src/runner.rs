//! Named loops: what the program does by itself, again and again.
//!
//! A loop takes no input: each step compares what is with what should be and mends the difference, so that a missed
//! step costs nothing but time. A test drives [`Loop::step`]; the application lets a [`Runner`] do it.

use crate::fault::Fault;
use futures_util::future::BoxFuture;
use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// The longest wait between two steps of a loop that fails, unless its own pace is slower.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

type Step = dyn Fn() -> BoxFuture<'static, Result<(), Fault>> + Send + Sync;

/// One loop. Clones share it.
#[derive(Clone)]
pub struct Loop {
    /// Its name in the log.
    pub name: &'static str,
    /// How long it rests between two steps, in real time.
    pub every: Duration,
    step: Arc<Step>,
}

impl fmt::Debug for Loop {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Loop({}, every {:?})", self.name, self.every)
    }
}

impl Loop {
    /// The loop `name` that does `step` and rests for `every`.
    pub fn new<S, F>(name: &'static str, every: Duration, step: S) -> Self
    where
        S: Fn() -> F + Send + Sync + 'static,
        F: Future<Output = Result<(), Fault>> + Send + 'static,
    {
        Self { name, every, step: Arc::new(move || Box::pin(step())) }
    }

    /// Does one step. Fails as the step does; the next step may be done all the same.
    pub async fn step(&self) -> Result<(), Fault> {
        (self.step)().await
    }
}

/// Loops that run until they are stopped.
#[derive(Debug)]
pub struct Runner {
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

impl Runner {
    /// Starts `loops`, each as a task of the runtime this is called in. The first steps are done at once.
    pub fn start(loops: Vec<Loop>) -> Self {
        let (stop, stopped) = watch::channel(false);
        let tasks = loops.into_iter().map(|one| tokio::spawn(run(one, stopped.clone()))).collect();
        Self { stop, tasks }
    }

    /// Lets every step under way come to its end, and begins no further one.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        for task in self.tasks {
            if let Err(failure) = task.await {
                tracing::error!(%failure, "a loop ended before it was stopped");
            }
        }
    }
}

async fn run(one: Loop, mut stopped: watch::Receiver<bool>) {
    let mut failures = 0;
    while !*stopped.borrow() {
        // A task of its own, so that a panic ends the step and not the loop.
        let step = tokio::spawn((one.step)());
        match step.await.unwrap_or_else(|failure| Err(Fault::internal(failure))) {
            Ok(()) => failures = 0,
            Err(fault) => {
                failures += 1;
                tracing::error!(name = one.name, failures, %fault, "a step of a loop failed");
            }
        }
        let rest = tokio::time::sleep(rest(one.every, failures));
        tokio::select! {
            () = rest => {}
            _ = stopped.changed() => {}
        }
    }
}

/// How long to rest after so many failures in a row: the loop's own pace, doubled by each, up to a minute.
fn rest(every: Duration, failures: u32) -> Duration {
    let doubled = every.saturating_mul(2_u32.saturating_pow(failures.min(16)));
    doubled.min(LONGEST_WAIT.max(every))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_loop_rests_longer_each_time_up_to_a_minute() {
        let every = Duration::from_secs(5);
        let rests: Vec<u64> = (0..6).map(|failures| rest(every, failures).as_secs()).collect();
        assert_eq!(rests, [5, 10, 20, 40, 60, 60]);
        assert_eq!(rest(Duration::from_secs(3600), 9).as_secs(), 3600, "a slow loop keeps its own pace");
    }

    #[tokio::test]
    async fn a_loop_goes_on_after_a_fault_and_a_panic_until_it_is_stopped() {
        let (done, mut steps) = tokio::sync::mpsc::unbounded_channel();
        let count = Arc::new(std::sync::atomic::AtomicU32::new(0));
        let step = move || {
            let (done, number) = (done.clone(), count.fetch_add(1, std::sync::atomic::Ordering::Relaxed));
            async move {
                done.send(number).map_err(Fault::internal)?;
                match number {
                    0 => Err(Fault::internal("a fault")),
                    1 => panic!("a panic"),
                    _ => Ok(()),
                }
            }
        };
        let runner = Runner::start(vec![Loop::new("test", Duration::from_millis(1), step)]);
        for expected in 0..4 {
            assert_eq!(steps.recv().await, Some(expected));
        }
        runner.stop().await;
        while steps.try_recv().is_ok() {}
        assert!(steps.recv().await.is_none(), "no further step is begun");
    }
}
