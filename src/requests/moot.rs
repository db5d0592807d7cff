//! What nobody waits for any more once a request has ended without the rest of its answer.

use super::contest;
use super::matter::Matter;
use super::store::{self, CommitmentState};
use super::withdrawal;
use crate::domain::ids::Id;
use crate::domain::words::ClockKind;
use crate::fault::Fault;

/// Whatever is asked for and not ruled on is moot, released parts' too; papers not brought are waited for no longer; a promise
/// not kept yet is dropped.
pub(super) fn drop_all(matter: &mut Matter<'_>) -> Result<(), Fault> {
    withdrawal::make_moot(matter)?;
    contest::make_moot(matter)?;
    let parts: Vec<Id> = matter.assignments.iter().map(|assignment| assignment.id).collect();
    for part in parts {
        matter.drop_asked(part)?;
    }
    let had = |kind| matter.clocks.iter().any(|clock| clock.kind == kind);
    let (had_papers, had_commitments) = (had(ClockKind::Supplement), had(ClockKind::Commitment));
    if had_papers {
        for mut row in store::supplements_of(matter.conn, matter.request.id)? {
            if row.answered_at.is_none() && row.closed_at.is_none() {
                row.closed_at = Some(matter.at);
                store::update_supplement(matter.conn, &row)?;
            }
        }
    }
    if had_commitments {
        for mut row in store::commitments_of(matter.conn, matter.request.id)? {
            if row.state == CommitmentState::Open {
                (row.state, row.ended_at) = (CommitmentState::Dropped, Some(matter.at));
                store::update_commitment(matter.conn, &row)?;
            }
        }
    }
    Ok(())
}
