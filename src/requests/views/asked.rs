//! What units asked for and reported on, read where there can be any, and what that leaves possible.

use super::Reader;
use crate::db::Conn;
use crate::domain::ids::Id;
use crate::domain::lifecycle::AssignmentAct;
use crate::domain::words::ClockKind;
use crate::fault::Fault;
use crate::requests::store::{
    self, AssignmentRow, ClockRow, ExtensionRow, ExtensionRulingRow, MilestoneRow, PlanRow, PreliminaryRow,
    ProgressReportRow,
};
use crate::requests::{access, extend, plan, preliminary, progress};

/// The rows of one request.
#[derive(Debug, Default)]
pub(super) struct Asked {
    pub(super) extensions: Vec<ExtensionRow>,
    pub(super) words: Vec<ExtensionRulingRow>,
    pub(super) plans: Vec<PlanRow>,
    pub(super) milestones: Vec<MilestoneRow>,
    pub(super) reports: Vec<ProgressReportRow>,
    pub(super) preliminaries: Vec<PreliminaryRow>,
}

impl Asked {
    /// Reads what its clocks say there is: whatever is asked for starts a clock to rule on it, and whatever is reported
    /// had a clock.
    pub(super) fn read(conn: &mut Conn, request: Id, clocks: &[ClockRow]) -> Result<Self, Fault> {
        let has = |kind: ClockKind| clocks.iter().any(|clock| clock.kind == kind);
        let mut asked = Self::default();
        if has(ClockKind::ExtensionRuling) {
            asked.extensions = store::extensions_of(conn, request)?;
            asked.words = store::extension_rulings_of(conn, request)?;
        }
        if has(ClockKind::PlanRuling) {
            asked.plans = store::plans_of(conn, request)?;
            let plans: Vec<Id> = asked.plans.iter().map(|plan| plan.id).collect();
            asked.milestones = store::milestones_of(conn, &plans)?;
        }
        if has(ClockKind::Progress) {
            asked.reports = store::progress_reports_of(conn, request)?;
        }
        if has(ClockKind::Preliminary) {
            asked.preliminaries = store::preliminaries_of(conn, request)?;
        }
        Ok(asked)
    }

    /// Whether what the machine cannot know lets the reader do `act` on this assignment now.
    pub(super) fn lets(
        &self,
        reader: &Reader<'_>,
        clocks: &[ClockRow],
        assignment: &AssignmentRow,
        act: AssignmentAct,
    ) -> bool {
        let id = assignment.id;
        match act {
            AssignmentAct::AskExtension => clocks.iter().any(|clock| {
                clock.assignment_id == Some(id) && extend::could_be_asked(clock, &self.extensions, reader.at)
            }),
            AssignmentAct::RuleExtension => self.extensions.iter().any(|row| {
                row.assignment_id == id
                    && row.ruling.is_none()
                    && access::rules_as(reader.actor, row.level, assignment.unit_id)
            }),
            AssignmentAct::AskPlan => plan::may_be_asked(id, clocks, &self.plans).is_ok(),
            AssignmentAct::RulePlan => {
                self.plans.iter().any(|row| row.assignment_id == id && row.ruling.is_none())
            }
            AssignmentAct::Report => progress::answered_for(id, clocks, reader.at).is_ok(),
            AssignmentAct::Preliminary => preliminary::is_owed(id, clocks),
            _ => true,
        }
    }
}
