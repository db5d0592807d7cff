//! `onedoor serve`: the API, until SIGTERM or SIGINT.

use super::{Failure, Outcome, start_log};
use crate::app::{App, Running, StartError};
use crate::config::Config;
use crate::time::Time;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Serves with the machine's clock.
pub(super) fn run(config: Config) -> Outcome {
    start_log(&config)?;
    let system = actix_web::rt::System::new();
    let outcome = system.block_on(async {
        let signals = Signals::listen()?;
        let running = start(App::new(config, Time::system())).await?;
        signals.until_told(running).await;
        Ok(())
    });
    // Dropped, it would wait for every thread, and one may wait for a database server that is gone.
    std::mem::forget(system);
    outcome
}

/// Starts `app`, or says in one line why not.
pub(super) async fn start(app: App) -> Result<Running, Failure> {
    app.start().await.map_err(|error| match error {
        StartError::Config(line) => Failure::Config(line),
        other => Failure::Other(other.to_string()),
    })
}

/// The signals by which the process is told to stop.
pub(super) struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    /// Listens from now on: before the application starts, so that none is missed.
    pub(super) fn listen() -> Result<Self, Failure> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    /// Serves until the process is told to stop, then stops in order.
    pub(super) async fn until_told(mut self, running: Running) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
        tracing::info!("stopping: requests under way are finished");
        running.stop().await;
    }
}
