//! Contested contacts, as a request shows them.

use super::Reader;
use crate::domain::ids::Id;
use crate::domain::lifecycle::{self, RequestAct};
use crate::requests::access;
use crate::requests::contest;
use crate::requests::store::{ContactRow, ContestRow, ContestRuling};
use crate::web::LocalTime;
use serde::Serialize;
use utoipa::ToSchema;

/// What the company says against a contact, and what the office ruled.
#[derive(Debug, Serialize, ToSchema)]
pub struct ContestView {
    /// Its id.
    pub id: Id,
    /// When it was contested.
    pub at: LocalTime,
    /// Why; missing where the reader may not know who filed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The ruling; none where the request was over before it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ruling: Option<ContestRuling>,
    /// Why it was ruled so; missing where the reader may not know who filed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ruling_reason: Option<String>,
    /// When it was ruled on, or the request was over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ruled_at: Option<LocalTime>,
}

impl Reader<'_> {
    /// What was said against a contact.
    pub(super) fn contest(&self, contact: &ContactRow, contests: &[ContestRow]) -> Option<ContestView> {
        let row = contests.iter().find(|row| row.contact_id == contact.id)?;
        let knows_filer = self.audience.knows_filer(self.request.confidence);
        Some(ContestView {
            id: row.id,
            at: self.time(row.at),
            reason: Some(row.reason.clone()).filter(|_| knows_filer),
            ruling: row.ruling,
            ruling_reason: row.ruling_reason.clone().filter(|_| knows_filer),
            ruled_at: row.ruled_at.map(|at| self.time(at)),
        })
    }

    /// Whether the reader could contest a contact now.
    pub(super) fn may_contest(&self, contact: &ContactRow, contests: &[ContestRow]) -> bool {
        let capacities = access::capacities(self.actor, self.request);
        let judge = |capacity| lifecycle::request(self.request.state, RequestAct::Contest, capacity).is_ok();
        capacities.into_iter().any(judge)
            && contest::refusal(self.request, self.assignments, contests, contact).is_none()
    }
}
