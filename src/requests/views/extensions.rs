//! Extensions as the API shows them.

use super::asked::Asked;
use super::{Audience, Reader};
use crate::domain::ids::Id;
use crate::domain::words::{ClockKind, Role};
use crate::requests::access;
use crate::requests::store::{AskRuling, ClockRow};
use crate::web::LocalTime;
use serde::Serialize;
use utoipa::ToSchema;

/// More time asked for. The company is shown what was granted of dates it sees.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExtensionView {
    /// Its id.
    pub id: Id,
    /// The assignment it was asked for; for staff only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assignment: Option<Id>,
    /// The clock; for staff only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock: Option<Id>,
    /// Of which kind the clock is.
    pub kind: ClockKind,
    /// The new date.
    pub until: LocalTime,
    /// Why the unit asks for it; for staff only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What it rests on; for staff only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ground: Option<String>,
    /// When it was asked for; for staff only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asked_at: Option<LocalTime>,
    /// The role whose turn it is to rule; missing once it is ruled on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<Role>,
    /// What each role has said so far; for staff only.
    pub words: Vec<ExtensionWord>,
    /// What became of it; missing while it waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ruling: Option<AskRuling>,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ruled_at: Option<LocalTime>,
    /// Why, in the words of whoever spoke last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ruling_reason: Option<String>,
}

/// One role's word on an extension.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExtensionWord {
    /// The role.
    pub role: Role,
    /// Whether it granted.
    pub granted: bool,
    /// Why.
    pub reason: String,
    /// When.
    pub at: LocalTime,
}

/// The extensions the reader may see, the oldest first.
pub(super) fn extensions(reader: &Reader<'_>, clocks: &[ClockRow], asked: &Asked) -> Vec<ExtensionView> {
    let is_staff = reader.audience != Audience::Company;
    let kind_of = |id: Id| clocks.iter().find(|clock| clock.id == id).map(|clock| clock.kind);
    let known = asked.extensions.iter().filter_map(|row| Some((row, kind_of(row.clock_id)?)));
    known
        .filter(|(row, kind)| {
            access::sees_extension(reader.audience, &reader.reach, reader.assignments, row, *kind)
        })
        .map(|(row, kind)| ExtensionView {
            id: row.id,
            assignment: is_staff.then_some(row.assignment_id),
            clock: is_staff.then_some(row.clock_id),
            kind,
            until: reader.time(row.until),
            reason: is_staff.then(|| row.reason.clone()),
            ground: is_staff.then(|| row.ground.clone()),
            asked_at: is_staff.then(|| reader.time(row.asked_at)),
            level: row.ruling.is_none().then_some(row.level),
            words: asked
                .words
                .iter()
                .filter(|word| is_staff && word.extension_id == row.id)
                .map(|word| ExtensionWord {
                    role: word.role,
                    granted: word.granted,
                    reason: word.reason.clone(),
                    at: reader.time(word.ruled_at),
                })
                .collect(),
            ruling: row.ruling,
            ruled_at: row.ruled_at.map(|at| reader.time(at)),
            ruling_reason: row.ruling_reason.clone(),
        })
        .collect()
}
