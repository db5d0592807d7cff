//! What units and companies ask for and the office rules on: returns, extensions, plans, contests, withdrawals.

use crate::db::schema::{contests, extension_rulings, extensions, milestones, plans, returns, withdrawals};
use crate::db::{Conn, stored_as_text};
use crate::domain::ids::{Id, Instant};
use crate::domain::words::Role;
use crate::fault::Fault;
use chrono::NaiveDate;
use diesel::prelude::*;

vocabulary! {
    /// Why a unit gives a request back.
    pub enum ReturnCause {
        /// Another unit answers for it.
        WrongUnit = "wrong_unit",
        /// No row of the duty table fits.
        NoRowFits = "no_row_fits",
        /// On site it is another matter than was written.
        FactsDiffer = "facts_differ",
        /// It is disputed whose duty it is.
        DutyDisputed = "duty_disputed",
    }
}

vocabulary! {
    /// What became of what a unit asked for.
    pub enum AskRuling {
        /// It is granted.
        Granted = "granted",
        /// It is refused.
        Refused = "refused",
        /// Nobody rules on it any more: the part ended, or its role changed.
        Moot = "moot",
    }
}

vocabulary! {
    /// What the office rules on a contested contact.
    pub enum ContestRuling {
        /// The company is right: it was no contact.
        Upheld = "upheld",
        /// The unit tried in good faith, on a number on file that is old: no contact, and nobody's red.
        OldNumber = "old_number",
        /// The contact stands.
        Refused = "refused",
    }
}

stored_as_text!(ReturnCause, AskRuling, ContestRuling);

/// A return asked for.
#[derive(Debug, Clone, Queryable, AsChangeset, Insertable)]
#[diesel(table_name = returns, treat_none_as_null = true, treat_none_as_default_value = false)]
pub(in crate::requests) struct ReturnRow {
    pub(in crate::requests) id: Id,
    pub(in crate::requests) request_id: Id,
    pub(in crate::requests) assignment_id: Id,
    pub(in crate::requests) cause: ReturnCause,
    pub(in crate::requests) reason: String,
    pub(in crate::requests) ground: Option<String>,
    pub(in crate::requests) asked_by: Id,
    pub(in crate::requests) asked_at: Instant,
    pub(in crate::requests) ruled_by: Option<Id>,
    pub(in crate::requests) ruled_at: Option<Instant>,
    pub(in crate::requests) ruling: Option<AskRuling>,
    pub(in crate::requests) ruling_reason: Option<String>,
}

/// An extension asked for. `level` is the role whose turn it is to rule.
#[derive(Debug, Clone, Queryable, AsChangeset, Insertable)]
#[diesel(table_name = extensions, treat_none_as_null = true, treat_none_as_default_value = false)]
pub(in crate::requests) struct ExtensionRow {
    pub(in crate::requests) id: Id,
    pub(in crate::requests) request_id: Id,
    pub(in crate::requests) assignment_id: Id,
    pub(in crate::requests) clock_id: Id,
    pub(in crate::requests) until: Instant,
    pub(in crate::requests) reason: String,
    pub(in crate::requests) ground: String,
    pub(in crate::requests) level: Role,
    pub(in crate::requests) asked_by: Id,
    pub(in crate::requests) asked_at: Instant,
    pub(in crate::requests) ruled_by: Option<Id>,
    pub(in crate::requests) ruled_at: Option<Instant>,
    pub(in crate::requests) ruling: Option<AskRuling>,
    pub(in crate::requests) ruling_reason: Option<String>,
}

/// One role's word on an extension.
#[derive(Debug, Clone, Queryable, AsChangeset, Insertable)]
#[diesel(table_name = extension_rulings, treat_none_as_default_value = false)]
pub(in crate::requests) struct ExtensionRulingRow {
    pub(in crate::requests) id: Id,
    pub(in crate::requests) extension_id: Id,
    pub(in crate::requests) request_id: Id,
    pub(in crate::requests) role: Role,
    pub(in crate::requests) granted: bool,
    pub(in crate::requests) reason: String,
    pub(in crate::requests) ruled_by: Id,
    pub(in crate::requests) ruled_at: Instant,
}

/// A long-running matter's plan; `asked_by` is the unit's signer.
#[derive(Debug, Clone, Queryable, AsChangeset, Insertable)]
#[diesel(table_name = plans, treat_none_as_null = true, treat_none_as_default_value = false)]
pub(in crate::requests) struct PlanRow {
    pub(in crate::requests) id: Id,
    pub(in crate::requests) request_id: Id,
    pub(in crate::requests) assignment_id: Id,
    pub(in crate::requests) ends_at: Instant,
    pub(in crate::requests) public_text: String,
    pub(in crate::requests) asked_by: Id,
    pub(in crate::requests) asked_at: Instant,
    pub(in crate::requests) ruled_by: Option<Id>,
    pub(in crate::requests) ruled_at: Option<Instant>,
    pub(in crate::requests) ruling: Option<AskRuling>,
    pub(in crate::requests) ruling_reason: Option<String>,
}

/// One milestone of a plan.
#[derive(Debug, Clone, Queryable, AsChangeset, Insertable)]
#[diesel(table_name = milestones, treat_none_as_null = true, treat_none_as_default_value = false)]
pub(in crate::requests) struct MilestoneRow {
    pub(in crate::requests) id: Id,
    pub(in crate::requests) plan_id: Id,
    pub(in crate::requests) position: i32,
    pub(in crate::requests) title: String,
    pub(in crate::requests) due_on: NaiveDate,
    pub(in crate::requests) done_at: Option<Instant>,
}

/// The company says a contact was none.
#[derive(Debug, Clone, Queryable, AsChangeset, Insertable)]
#[diesel(table_name = contests, treat_none_as_null = true, treat_none_as_default_value = false)]
pub(in crate::requests) struct ContestRow {
    pub(in crate::requests) id: Id,
    pub(in crate::requests) contact_id: Id,
    pub(in crate::requests) request_id: Id,
    pub(in crate::requests) by_person_id: Id,
    pub(in crate::requests) at: Instant,
    pub(in crate::requests) reason: String,
    pub(in crate::requests) ruled_at: Option<Instant>,
    pub(in crate::requests) ruled_by: Option<Id>,
    pub(in crate::requests) ruling: Option<ContestRuling>,
    pub(in crate::requests) ruling_reason: Option<String>,
}

/// The company wants to take back what units have.
#[derive(Debug, Clone, Queryable, AsChangeset, Insertable)]
#[diesel(table_name = withdrawals, treat_none_as_null = true, treat_none_as_default_value = false)]
pub(in crate::requests) struct WithdrawalRow {
    pub(in crate::requests) id: Id,
    pub(in crate::requests) request_id: Id,
    pub(in crate::requests) asked_by: Id,
    pub(in crate::requests) asked_at: Instant,
    pub(in crate::requests) reason: String,
    pub(in crate::requests) ruled_by: Option<Id>,
    pub(in crate::requests) ruled_at: Option<Instant>,
    pub(in crate::requests) confirmed: Option<bool>,
    pub(in crate::requests) words: Option<String>,
}

rows_of_a_request!(ReturnRow in returns by asked_at: insert_return, update_return, returns_of);
rows_of_a_request!(ExtensionRow in extensions by asked_at: insert_extension, update_extension, extensions_of);
rows_of_a_request!(ExtensionRulingRow in extension_rulings by ruled_at: insert_extension_ruling, extension_rulings_of);
rows_of_a_request!(PlanRow in plans by asked_at: insert_plan, update_plan, plans_of);
rows_of_a_request!(ContestRow in contests by at: insert_contest, update_contest, contests_of);
rows_of_a_request!(WithdrawalRow in withdrawals by asked_at: insert_withdrawal, update_withdrawal, withdrawals_of);

request_of! {
    returns: request_of_return,
    extensions: request_of_extension,
    plans: request_of_plan,
    contests: request_of_contest,
}

/// The milestones of these plans, in their order.
pub(in crate::requests) fn milestones_of(conn: &mut Conn, plans: &[Id]) -> Result<Vec<MilestoneRow>, Fault> {
    let of_plans = milestones::table.filter(milestones::plan_id.eq_any(plans.to_vec()));
    Ok(of_plans.order((milestones::plan_id, milestones::position)).load(conn)?)
}

/// Writes a new milestone.
pub(in crate::requests) fn insert_milestone(conn: &mut Conn, row: &MilestoneRow) -> Result<(), Fault> {
    diesel::insert_into(milestones::table).values(row).execute(conn)?;
    Ok(())
}

/// Writes a milestone's changes.
pub(in crate::requests) fn update_milestone(conn: &mut Conn, row: &MilestoneRow) -> Result<(), Fault> {
    diesel::update(milestones::table.find(row.id)).set(row).execute(conn)?;
    Ok(())
}
