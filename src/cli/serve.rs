//! `onedoor serve`: the API, until SIGTERM or SIGINT.

use super::{Failure, Outcome, start_log};
use crate::app::{self, App};
use crate::config::Config;
use crate::time::Time;
use tokio::signal::unix::{SignalKind, signal};

/// Serves with the machine's clock.
pub(super) fn run(config: Config) -> Outcome {
    start_log(&config)?;
    actix_web::rt::System::new().block_on(until_told(App::new(config, Time::system())))
}

/// Serves until the process is told to stop, then stops in order.
pub(super) async fn until_told(app: App) -> Outcome {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let running = app.start().await.map_err(|error| match error {
        app::StartError::Config(line) => Failure::Config(line),
        other => Failure::Other(other.to_string()),
    })?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    tracing::info!("stopping: requests under way are finished");
    running.stop().await;
    Ok(())
}
