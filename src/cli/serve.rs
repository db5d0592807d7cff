//! `onedoor serve`: the API, until SIGTERM or SIGINT.

use super::{Failure, Outcome, start_log};
use crate::app::{App, Running, StartError};
use crate::config::Config;
use crate::time::Time;
use tokio::signal::unix::{SignalKind, signal};

/// Serves with the machine's clock.
pub(super) fn run(config: Config) -> Outcome {
    start_log(&config)?;
    actix_web::rt::System::new().block_on(async {
        let running = start(App::new(config, Time::system())).await?;
        until_told(running).await
    })
}

/// Starts `app`, or says in one line why not.
pub(super) async fn start(app: App) -> Result<Running, Failure> {
    app.start().await.map_err(|error| match error {
        StartError::Config(line) => Failure::Config(line),
        other => Failure::Other(other.to_string()),
    })
}

/// Serves until the process is told to stop, then stops in order.
pub(super) async fn until_told(running: Running) -> Outcome {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    tracing::info!("stopping: requests under way are finished");
    running.stop().await;
    Ok(())
}
