//! Ratings (好差评): what the company says of the answer, once per cycle.
//!
//! The room keeps the rating; what follows from it on the request is carried out by the requests room in the same
//! transaction. Silence is never counted as good, and the first rating stays on record.

pub mod api;
mod appeal;
mod callback;
mod follow_up;
mod store;

pub use appeal::{APPEAL, AppealRow, appeal, appeals, rule_on_appeal};
pub use callback::{Callback, Ruling, callbacks, rule};
pub use follow_up::{Call, FollowUpRow, follow_up, follow_ups};
pub use store::{CallbackRow, RatingRow};

use crate::db::{Conn, Json};
use crate::domain::actor::Actor;
use crate::domain::ids::{Id, Instant};
use crate::domain::rating::{RatingLevel, RatingReason};
use crate::domain::supervision::OrderGround;
use crate::fault::{Code, Fault};
use crate::journal::Detail;
use crate::requests::{self, Rated};
use crate::supervision;

/// A rating.
#[derive(Debug, Clone)]
pub struct Rate {
    /// Of the five levels.
    pub level: RatingLevel,
    /// Whether a unit was in contact with the company.
    pub reached: bool,
    /// Whether the matter was solved; asked apart from whether the company is satisfied.
    pub solved: bool,
    /// Why not better.
    pub reasons: Vec<RatingReason>,
    /// In the company's own words.
    pub words: Option<String>,
}

/// Rates an answered request, by its company. What is bad again after a rework drafts a supervision order. Fails with `already_rated` in the same cycle.
pub fn rate(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    request: Id,
    command: &Rate,
) -> Result<RatingRow, Fault> {
    let detail = Detail::none()
        .with("level", command.level.code())
        .with("reached", command.reached)
        .with("solved", command.solved)
        .personal("words", command.words.as_deref());
    let rated = Rated { level: command.level, solved: command.solved };
    let after = match requests::rated(conn, at, actor, request, rated, detail) {
        // The rating that concluded it, perhaps a moment ago, is what stands against another one.
        Err(fault) if fault.code == Code::RatingWindowOver => {
            let (concluded, _) = requests::visible(conn, actor, request)?;
            let earlier = store::of_cycle(conn, request, concluded.cycle)?;
            return Err(earlier.map_or(fault, |_| Fault::new(Code::AlreadyRated)));
        }
        rated => rated?,
    };
    let row = RatingRow {
        id: Id::new(at),
        request_id: request,
        cycle: after.cycle,
        level: command.level,
        reached: command.reached,
        solved: command.solved,
        reasons: Json(command.reasons.clone()),
        words: command.words.clone(),
        rated_by: actor.person.ok_or_else(Fault::denied)?,
        rated_at: at,
    };
    store::insert(conn, &row)?;
    if row.cycle > 1 && (row.level.is_bad() || !row.solved) {
        supervision::draft_discontent(conn, at, request, row.cycle, OrderGround::BadAgain)?;
    }
    Ok(row)
}

/// The ratings of a request the actor may see, first cycle first; the words only where he or she may know who filed.
pub fn ratings(conn: &mut Conn, actor: &Actor, request: Id) -> Result<Vec<RatingRow>, Fault> {
    let (seen, audience) = requests::visible(conn, actor, request)?;
    let mut rows = store::of_request(conn, request)?;
    if !audience.knows_filer(seen.confidence) {
        for row in &mut rows {
            row.words = None;
        }
    }
    Ok(rows)
}
