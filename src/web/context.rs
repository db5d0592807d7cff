//! What every handler may reach: the database, the time, the settings.

use super::health::Prepared;
use super::turns::Turns;
use super::{Meter, Throttle};
use crate::config::Config;
use crate::db::Db;
use crate::fault::Fault;
use crate::journal::SecurityLog;
use crate::mail::Mailer;
use crate::objects::Objects;
use crate::time::Time;
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use chrono_tz::Tz;
use std::future::{Ready, ready};
use std::sync::Arc;

/// The kit of one running application, cheap to clone. An extractor: what one request asks of the database waits for its
/// turns together.
#[derive(Debug, Clone)]
pub struct Context {
    /// The database.
    pub db: Db,
    /// The source of now.
    pub time: Time,
    /// The settings.
    pub config: Arc<Config>,
    /// Where files lie.
    pub objects: Objects,
    /// Where denials and log-ins are noted.
    pub security: SecurityLog,
    /// The turns at heavy work, such as hashing a password.
    pub turns: Turns,
    /// How much each caller has asked.
    pub throttle: Throttle,
    /// The numbers for Prometheus.
    pub meter: Meter,
    /// The office's time zone, in which every time is shown.
    pub zone: Tz,
    /// How letters leave the house.
    pub mailer: Mailer,
    /// Whether everything stands that must stand before the first request.
    pub prepared: Prepared,
}

impl Context {
    /// The kit of an application on `db` and `objects` with its own security log. Nothing is prepared yet.
    pub fn new(db: Db, time: Time, config: Config, zone: Tz, objects: Objects, mailer: Mailer) -> Self {
        let security = SecurityLog::new(db.clone(), config.security_log.most_entries);
        let (throttle, meter) = (Throttle::new(&config.limits, &time), Meter::default());
        db.record_batches(meter.batches());
        let (config, prepared) = (Arc::new(config), Prepared::default());
        let turns = Turns::default();
        Self { db, time, config, objects, security, turns, throttle, meter, zone, mailer, prepared }
    }
}

impl FromRequest for Context {
    type Error = Fault;
    type Future = Ready<Result<Self, Fault>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let Some(context) = request.app_data::<Self>() else {
            return ready(Err(Fault::internal("the app has no context")));
        };
        let db = request.extensions_mut().get_or_insert_with(|| context.db.for_one_request()).clone();
        ready(Ok(Self { db, ..context.clone() }))
    }
}
