//! The ladder: read, changed as a whole, every version kept. The newest holds at once, for clocks under way too.

use super::digest_of;
use super::memo::Memo;
use super::register::Register;
use super::rights::{is_of_staff, keeper_of_ladder};
use crate::db::schema::ladders;
use crate::db::{Conn, Json, OrIgnore};
use crate::domain::actor::Actor;
use crate::domain::ids::{Id, Instant};
use crate::domain::ladder::Ladder;
use crate::fault::{Code, Fault};
use crate::journal::Detail;
use crate::seed;
use crate::web::IfMatch;
use diesel::prelude::*;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Ladders kept ready to ask.
static READY: Memo<Ladder> = Memo::new(4);

/// From when each step is known, by its name.
type Since = BTreeMap<String, Instant>;

/// One version of the ladder, as stored.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable)]
#[diesel(table_name = ladders)]
pub struct LadderVersion {
    /// Its row.
    pub id: Id,
    /// Counted from 1.
    pub version: i32,
    /// The ladder as spelt.
    pub document: Json<Value>,
    /// From when each of its steps is known: what was due before is not told.
    pub since: Json<Since>,
    /// SHA-256 of the document, in hexadecimal.
    pub digest: String,
    /// When it was made.
    pub created_at: Instant,
    /// Who made it; nobody for the seed.
    pub created_by: Option<Id>,
}

/// The newest ladder, ready to ask.
#[derive(Debug, Clone)]
pub struct Rungs {
    /// The ladder.
    pub ladder: Arc<Ladder>,
    since: Since,
}

impl Rungs {
    /// Whether the step of this name was known at `at`.
    pub fn was_known(&self, step: &str, at: Instant) -> bool {
        self.since.get(step).is_some_and(|since| *since <= at)
    }
}

/// The newest ladder. A document this process has not read yet costs one query more.
pub fn rungs(conn: &mut Conn) -> Result<Rungs, Fault> {
    let found: Option<(i32, String, Json<Since>)> = ladders::table
        .order(ladders::version.desc())
        .select((ladders::version, ladders::digest, ladders::since))
        .first(conn)
        .optional()?;
    let (version, digest, Json(since)) = found.ok_or_else(none)?;
    let ladder = READY.get(&digest, || {
        let Json(document): Json<Value> =
            ladders::table.filter(ladders::version.eq(version)).select(ladders::document).first(conn)?;
        Ladder::from_json(document)
            .map_err(|error| Fault::internal(format_args!("ladder, version {version}: {error}")))
    })?;
    Ok(Rungs { ladder, since })
}

/// A version of the ladder, the newest where none is asked for, for staff. One that does not exist is not found.
pub fn read_ladder(conn: &mut Conn, actor: &Actor, version: Option<i32>) -> Result<LadderVersion, Fault> {
    if !is_of_staff(actor) {
        return Err(Fault::hidden());
    }
    match version {
        None => newest(conn)?.ok_or_else(none),
        Some(version) => {
            let of_version = ladders::table.filter(ladders::version.eq(version));
            let found = of_version.select(LadderVersion::as_select()).first(conn).optional()?;
            found.ok_or_else(Fault::hidden)
        }
    }
}

fn newest(conn: &mut Conn) -> Result<Option<LadderVersion>, Fault> {
    let newest_first = ladders::table.order(ladders::version.desc());
    Ok(newest_first.select(LadderVersion::as_select()).first(conn).optional()?)
}

/// Makes `document` the next version of the ladder. Whoever calls has every open clock looked at anew, in the same
/// transaction, unless the version is the one there was: a document that says what the present version says changes
/// nothing. A step whose name is new tells nothing of what was due before.
///
/// Only an administrator or a leader of the office may. It must name the version it was made from (`if_match`) and be a
/// ladder that can be kept (`ladder_invalid`, with the place).
pub fn replace_ladder(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    if_match: &IfMatch,
    document: &Value,
) -> Result<(LadderVersion, bool), Fault> {
    let capacity = keeper_of_ladder(conn, at, actor)?;
    let held = Register::Ladder.hold(conn, at)?;
    let present = newest(conn)?.ok_or_else(none)?;
    if_match.demand(present.version)?;
    let ladder = Ladder::from_json(document.clone()).map_err(|error| {
        Fault::field(Code::LadderInvalid, error.pointer.clone()).with("detail", &error.detail)
    })?;
    let document = serde_json::to_value(&ladder).map_err(Fault::internal)?;
    let digest = digest_of(&document);
    if digest == present.digest {
        return Ok((present, false));
    }
    let known = |step: &String| present.since.0.get(step).copied().unwrap_or(at);
    let since = ladder.steps().iter().map(|step| (step.name.clone(), known(&step.name))).collect();
    let version = present.version.saturating_add(1);
    let made = diesel::insert_into(ladders::table)
        .values((
            ladders::id.eq(Id::new(at)),
            ladders::version.eq(version),
            ladders::document.eq(Json(document)),
            ladders::since.eq(Json::<Since>(since)),
            ladders::digest.eq(&digest),
            ladders::created_at.eq(at),
            ladders::created_by.eq(actor.person),
        ))
        .returning(ladders::all_columns)
        .get_result(conn)?;
    let detail = Detail::none().with("version", version).with("digest", digest);
    held.record(conn, at, (actor, capacity), "ladder_replaced", detail)?;
    Ok((made, true))
}

/// Version 1, where there is none: it tells nothing of what was due before.
pub(super) fn seed(conn: &mut Conn, at: Instant) -> Result<(), Fault> {
    if newest(conn)?.is_some() {
        return Ok(());
    }
    let ladder = seed::ladder().map_err(Fault::internal)?;
    let document = serde_json::to_value(&ladder).map_err(Fault::internal)?;
    let since: Since = ladder.steps().iter().map(|step| (step.name.clone(), at)).collect();
    OrIgnore(diesel::insert_into(ladders::table).values((
        ladders::id.eq(Id::new(at)),
        ladders::version.eq(1),
        ladders::digest.eq(digest_of(&document)),
        ladders::document.eq(Json(document)),
        ladders::since.eq(Json(since)),
        ladders::created_at.eq(at),
    )))
    .execute(conn)?;
    Ok(())
}

/// What is wrong with the newest version, for `onedoor check`.
pub(super) fn check(conn: &mut Conn) -> Result<Vec<String>, Fault> {
    let Some(row) = newest(conn)? else {
        return Ok(vec!["there is no ladder: the database was never seeded".to_owned()]);
    };
    let mut findings = Vec::new();
    let place = format!("ladder, version {}", row.version);
    if digest_of(&row.document.0) != row.digest {
        findings.push(format!("{place}: the document is not the one its digest was taken of"));
    }
    if let Err(error) = Ladder::from_json(row.document.0) {
        findings.push(format!("{place}: {error}"));
    }
    Ok(findings)
}

fn none() -> Fault {
    Fault::internal("there is no ladder: the database was never seeded")
}
