//! Who is told of lights, and when. The calendar is the one at the top of `path`: off are 25 to 27 September and 1 to 7 October
//! 2026, and Saturday 10 October is worked; office hours 9:00–12:00 and 13:30–17:30.
//!
//! Nobody is told sooner than a minute after a light turned: every act that was sent in time has come to its end by then.

mod catching_up;
mod ladder;
mod lights;
mod racing;

use crate::path::{Walk, short};
use diesel::prelude::*;
use onedoor::db::schema::{alarms, clocks, light_history};
use onedoor::domain::ids::{Id, Instant};
use serde_json::json;

/// The name of the loop.
pub(crate) const WATCH: &str = "watch the lights";

/// One look at the lights at this time; gives who was told what of this request. Of the order that a red drafts, `supervision`
/// tells.
pub(crate) async fn look(walk: &Walk<'_>, time: &str) -> Vec<String> {
    walk.at(time).app.step(WATCH).await;
    walk.told().await.into_iter().filter(|told| !told.starts_with("order_drafted")).collect()
}

/// The alarms about a request, the first first: `kind of clock, step, due version`.
pub(crate) async fn alarms_of(walk: &Walk<'_>) -> Vec<String> {
    let id = walk.key();
    let rows = walk.app.context.db.read(move |conn| {
        let of_request =
            alarms::table.filter(alarms::request_id.eq(id)).order((alarms::raised_at, alarms::id));
        let rows = of_request.select((alarms::clock_id, alarms::step, alarms::due_version));
        let rows: Vec<(Id, String, i32)> = rows.load(conn)?;
        rows.into_iter()
            .map(|(clock, step, version)| {
                let kind: String = clocks::table.find(clock).select(clocks::kind).first(conn)?;
                Ok(format!("{kind} {step} {version}"))
            })
            .collect::<Result<Vec<_>, _>>()
    });
    rows.await.expect("alarms can be read")
}

/// What the lights of the clocks of this kind did: `turn at`, and of a red that is over its working days.
pub(crate) async fn history_of(walk: &Walk<'_>, kind: &'static str) -> Vec<String> {
    let (id, zone) = (walk.key(), walk.app.context.zone);
    let rows = walk.app.context.db.read(move |conn| {
        let of_kind = clocks::table.filter(clocks::request_id.eq(id)).filter(clocks::kind.eq(kind));
        let ids: Vec<Id> = of_kind.select(clocks::id).load(conn)?;
        let rows = light_history::table.filter(light_history::clock_id.eq_any(ids));
        let columns = (light_history::light, light_history::at, light_history::red_days);
        let rows: Vec<(String, Instant, Option<i32>)> =
            rows.order((light_history::at, light_history::light)).select(columns).load(conn)?;
        Ok(rows)
    });
    let rows = rows.await.expect("the history can be read");
    let shown = |at: Instant| {
        let at = at.utc().with_timezone(&zone).format("%Y-%m-%dT%H:%M:00+08:00").to_string();
        short(&json!(at))
    };
    let told = |(turn, at, days): (String, Instant, Option<i32>)| match days {
        Some(days) => format!("{turn} {} {days}", shown(at)),
        None => format!("{turn} {}", shown(at)),
    };
    rows.into_iter().map(told).collect()
}
