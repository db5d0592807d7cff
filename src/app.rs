//! The application: opens the database, prepares it, serves, runs the loops, and stops in order.

use crate::config::Config;
use crate::db::{Db, DbError, MeetingPoints};
use crate::mail::Mailer;
use crate::objects::Objects;
use crate::prepare::{Unprepared, prepare};
use crate::runner::Runner;
use crate::time::Time;
use crate::web::Context;
use crate::{calendars, loops, routes, scrape, tls};
use actix_web::HttpServer;
use actix_web::dev::ServerHandle;
use actix_web::http::KeepAlive;
use chrono_tz::Tz;
use futures_util::future::join_all;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;

/// An application to be started.
pub struct App {
    config: Config,
    time: Time,
    runs_loops: bool,
    hook: Option<MeetingPoints>,
}

impl fmt::Debug for App {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("App")
    }
}

/// An application that serves.
#[derive(Debug)]
pub struct Running {
    /// Where it listens; the port is the real one.
    pub address: SocketAddr,
    /// What its handlers reach.
    pub context: Context,
    /// Where `/metrics` is served, if anywhere.
    pub metrics: Option<SocketAddr>,
    servers: Vec<(ServerHandle, JoinHandle<io::Result<()>>)>,
    runner: Runner,
}

/// Why the application could not start, in one line.
#[derive(Debug)]
pub enum StartError {
    /// The settings cannot be used.
    Config(String),
    /// The database cannot be used, and waiting will not mend it.
    Database(Unprepared),
    /// The address of this setting cannot be listened on.
    Listen(&'static str, SocketAddr, io::Error),
}

impl fmt::Display for StartError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Config(line) => formatter.write_str(line),
            Self::Database(error) => error.fmt(formatter),
            Self::Listen(setting, address, error) => write!(formatter, "{setting}: {address}: {error}"),
        }
    }
}

impl std::error::Error for StartError {}

impl From<DbError> for StartError {
    fn from(error: DbError) -> Self {
        Self::Database(Unprepared::Database(error))
    }
}

impl App {
    /// The application with these settings and this source of now.
    pub const fn new(config: Config, time: Time) -> Self {
        Self { config, time, runs_loops: true, hook: None }
    }

    /// The same without loops of its own: whoever starts it does their steps.
    #[must_use]
    pub const fn without_loops(mut self) -> Self {
        self.runs_loops = false;
        self
    }

    /// The same with `hook` run at the named points of its transactions and of its heavy work. For tests of races.
    #[must_use]
    pub fn with_meeting_points(mut self, hook: MeetingPoints) -> Self {
        self.hook = Some(hook);
        self
    }

    /// Starts it. A database server that is down does not hinder: the application lives, says that it is not ready,
    /// and tries again. Fails when waiting would mend nothing.
    pub async fn start(self) -> Result<Running, StartError> {
        tls::use_ring();
        let zone = zone(&self.config)?;
        let db = Db::open(&self.config.database)?;
        let objects = objects(&self.config)?;
        let mailer = Mailer::new(&self.config.mail)
            .map_err(|(key, detail)| StartError::Config(format!("{key}: {detail}")))?;
        let mut context = Context::new(db, self.time, self.config, zone, objects, mailer);
        if let Some(hook) = self.hook {
            context.db = context.db.with_meeting_points(Arc::clone(&hook));
            context.turns = context.turns.with_meeting_points(hook);
        }
        match prepare(&context).await {
            Ok(()) => {}
            Err(Unprepared::Database(DbError::Unreachable { shown, why })) => {
                tracing::warn!("database {shown}: {why}; it is tried again until it answers");
            }
            Err(error) => return Err(StartError::Database(error)),
        }
        let listen = context.config.server.listen;
        let limits = context.config.limits.clone();
        let (for_workers, shared) = (context.clone(), routes::Shared::new(&context.config));
        let server = HttpServer::new(move || routes::app(for_workers.clone(), shared.clone()))
            .workers(context.config.server.workers)
            .client_request_timeout(Duration::from_millis(limits.header_milliseconds))
            .client_disconnect_timeout(Duration::from_secs(2))
            .keep_alive(KeepAlive::Timeout(Duration::from_secs(limits.keep_alive_seconds)))
            .max_connections(limits.connections)
            .shutdown_timeout(context.config.server.shutdown_seconds)
            .disable_signals()
            .bind(listen)
            .map_err(|error| StartError::Listen("server.listen", listen, error))?;
        let address = server.addrs().first().copied().unwrap_or(listen);
        let listen = context.config.metrics.listen;
        let numbers = listen.map(|listen| {
            let failed = |error| StartError::Listen("metrics.listen", listen, error);
            scrape::server(&context, listen).map_err(failed)
        });
        let numbers = numbers.transpose()?;
        let metrics = numbers.as_ref().map(|(_, address)| *address);
        let servers = [server.run()].into_iter().chain(numbers.map(|(server, _)| server));
        let servers = servers.map(|server| (server.handle(), tokio::spawn(server))).collect();
        let runner = Runner::start(if self.runs_loops { loops::all(&context) } else { Vec::new() });
        if let Some(metrics) = metrics {
            tracing::info!("metrics at http://{metrics}/metrics");
        }
        tracing::info!("listening on http://{address}");
        Ok(Running { address, context, metrics, servers, runner })
    }
}

/// Starts an application with its loops, as [`App::start`].
pub async fn start(config: Config, time: Time) -> Result<Running, StartError> {
    App::new(config, time).start().await
}

impl Running {
    /// Stops: no new connection is taken, requests and steps under way come to their end (or are cut off after
    /// `server.shutdown_seconds`), then the database is closed.
    pub async fn stop(self) {
        let longest = Duration::from_secs(self.context.config.server.shutdown_seconds);
        let loops = tokio::time::timeout(longest, self.runner.stop());
        let served = join_all(self.servers.iter().map(|(server, _)| server.stop(true)));
        let (_, ended) = tokio::join!(served, loops);
        if ended.is_err() {
            tracing::error!("a step of a loop did not end in time");
        }
        for (_, serving) in self.servers {
            if let Ok(Err(error)) = serving.await {
                tracing::error!(%error, "a server ended with an error");
            }
        }
        let db = self.context.db;
        if let Err(failure) = tokio::task::spawn_blocking(move || db.close()).await {
            tracing::error!(%failure, "the database was not closed in order");
        }
    }
}

/// The store of files. Fails when the settings name one that cannot be.
pub fn objects(config: &Config) -> Result<Objects, StartError> {
    Objects::open(&config.attachments.folder, &config.attachments.s3).map_err(StartError::Config)
}

/// The zone of the office's calendar. Fails when the settings name a calendar that is not there.
pub fn zone(config: &Config) -> Result<Tz, StartError> {
    let wrong = |error: &dyn fmt::Display| StartError::Config(format!("working_time.calendar: {error}"));
    let spec = calendars::spec(&config.working_time.calendar).map_err(|error| wrong(&error))?;
    spec.zone.parse().map_err(|error| wrong(&error))
}
