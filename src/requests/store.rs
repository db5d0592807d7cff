//! The rows of this room, as the tables hold them, and the queries that read and write them.

use crate::db::schema::{answers, assignments, clocks, commitments, contacts, requests, supplements};
use crate::db::{Conn, Json, for_update, stored_as_text};
use crate::domain::answer::Answer;
use crate::domain::ids::{Id, Instant};
use crate::domain::promise::{Holder, Rule};
use crate::domain::timer::Facts;
use crate::domain::words::{
    AssignmentState, Channel, ClockKind, ClockOutcome, Confidence, Kind, Outcome, Pace, Part, RequestState,
    Urgency,
};
use crate::fault::Fault;
use diesel::prelude::*;

vocabulary! {
    /// Where an answer stands.
    pub enum AnswerState {
        /// Written by the handler.
        Drafted = "drafted",
        /// Signed by the unit's signer.
        Approved = "approved",
        /// With the company.
        Released = "released",
        /// Taken in by the lead.
        Accepted = "accepted",
        /// Given back to the unit.
        SentBack = "sent_back",
    }
}

vocabulary! {
    /// Whether a contact stands.
    pub enum ContactStanding {
        /// It stands.
        Standing = "standing",
    }
}

vocabulary! {
    /// Where a commitment stands.
    pub enum CommitmentState {
        /// Not kept yet.
        Open = "open",
        /// Confirmed kept.
        Kept = "kept",
    }
}

stored_as_text!(AnswerState, ContactStanding, CommitmentState);

/// A request.
#[derive(Debug, Clone, Queryable, AsChangeset, Insertable)]
#[diesel(table_name = requests, treat_none_as_null = true)]
pub struct RequestRow {
    /// Its id.
    pub id: Id,
    pub(super) number: String,
    pub(super) state: RequestState,
    /// 1, or 2 after rework.
    pub cycle: i32,
    pub(super) channel: Channel,
    pub(super) kind: Kind,
    pub(super) urgency: Urgency,
    pub(super) confidence: Confidence,
    pub(super) pace: Option<Pace>,
    pub(super) category_id: Option<Id>,
    /// The company it is for.
    pub company_id: Id,
    pub(super) filed_by: Id,
    pub(super) conduct_unit_id: Option<Id>,
    pub(super) master_id: Option<Id>,
    pub(super) title: String,
    pub(super) body: String,
    pub(super) place: Option<String>,
    pub(super) contact_name: Option<String>,
    pub(super) contact_phone: Option<String>,
    pub(super) filed_at: Instant,
    pub(super) dispatched_at: Option<Instant>,
    pub(super) answered_at: Option<Instant>,
    pub(super) ended_at: Option<Instant>,
    pub(super) ground: Option<String>,
    pub(super) ground_text: Option<String>,
    pub(super) company_warn_at: Option<Instant>,
    pub(super) company_due_at: Option<Instant>,
    pub(super) staff_warn_at: Option<Instant>,
    pub(super) staff_due_at: Option<Instant>,
    pub(super) version: i32,
    pub(super) journal_seq: i32,
    pub(super) journal_head: String,
}

/// One unit's share of a request.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, AsChangeset, Insertable)]
#[diesel(table_name = assignments, treat_none_as_null = true)]
pub(super) struct AssignmentRow {
    pub(super) id: Id,
    pub(super) request_id: Id,
    pub(super) unit_id: Id,
    pub(super) part: Part,
    pub(super) cycle: i32,
    pub(super) state: AssignmentState,
    pub(super) returning_from: Option<AssignmentState>,
    pub(super) told_to_contact: bool,
    pub(super) handler_id: Option<Id>,
    pub(super) section_id: Option<Id>,
    pub(super) note: Option<String>,
    pub(super) dispatched_by: Id,
    pub(super) dispatched_at: Instant,
    pub(super) signed_at: Option<Instant>,
    pub(super) answered_at: Option<Instant>,
    pub(super) accepted_at: Option<Instant>,
    pub(super) closed_at: Option<Instant>,
    pub(super) warn_at: Option<Instant>,
    pub(super) due_at: Option<Instant>,
    pub(super) version: i32,
}

impl AssignmentRow {
    /// Whether the unit still has it, or had it to its end: neither returned nor closed.
    pub(super) fn is_live(&self) -> bool {
        !matches!(self.state, AssignmentState::Returned | AssignmentState::Closed)
    }
}

/// A clock.
#[derive(Debug, Clone, Queryable, AsChangeset, Insertable)]
#[diesel(table_name = clocks, treat_none_as_null = true)]
pub(super) struct ClockRow {
    pub(super) id: Id,
    pub(super) request_id: Id,
    pub(super) assignment_id: Option<Id>,
    pub(super) commitment_id: Option<Id>,
    pub(super) kind: ClockKind,
    pub(super) holder: Holder,
    pub(super) holder_unit_id: Option<Id>,
    pub(super) cycle: i32,
    pub(super) started_at: Instant,
    pub(super) rule: Json<Rule>,
    pub(super) calendar: String,
    pub(super) calendar_version: i32,
    pub(super) facts: Json<Facts>,
    pub(super) first_due_at: Option<Instant>,
    pub(super) warn_at: Option<Instant>,
    pub(super) ask_by: Option<Instant>,
    pub(super) due_at: Option<Instant>,
    pub(super) due_version: i32,
    pub(super) provisional: bool,
    pub(super) paused_at: Option<Instant>,
    pub(super) disputed: bool,
    pub(super) stopped_at: Option<Instant>,
    pub(super) outcome: Option<ClockOutcome>,
    pub(super) next_at: Option<Instant>,
}

impl ClockRow {
    /// Whether it has not stopped.
    pub(super) const fn is_open(&self) -> bool {
        self.stopped_at.is_none()
    }
}

/// A contact, or a try at one.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = contacts)]
pub(super) struct ContactRow {
    pub(super) id: Id,
    pub(super) request_id: Id,
    pub(super) assignment_id: Option<Id>,
    pub(super) unit_id: Id,
    pub(super) made_by: Id,
    pub(super) at: Instant,
    pub(super) claimed_at: Option<Instant>,
    pub(super) whom: String,
    pub(super) means: String,
    pub(super) number: Option<String>,
    pub(super) reached: bool,
    pub(super) message_left: bool,
    pub(super) joint: bool,
    pub(super) outcome: String,
    pub(super) standing: ContactStanding,
}

/// An answer, or one revision of it.
#[derive(Debug, Clone, Queryable, AsChangeset, Insertable)]
#[diesel(table_name = answers, treat_none_as_null = true)]
pub(super) struct AnswerRow {
    pub(super) id: Id,
    pub(super) request_id: Id,
    pub(super) assignment_id: Option<Id>,
    pub(super) cycle: i32,
    pub(super) revision: i32,
    pub(super) state: AnswerState,
    pub(super) outcome: Outcome,
    pub(super) content: Json<Answer>,
    pub(super) drafted_by: Id,
    pub(super) drafted_at: Instant,
    pub(super) approved_by: Option<Id>,
    pub(super) approved_at: Option<Instant>,
    pub(super) released_by: Option<Id>,
    pub(super) released_at: Option<Instant>,
    pub(super) reason: Option<String>,
}

/// A dated promise of a released answer.
#[derive(Debug, Clone, Queryable, AsChangeset, Insertable)]
#[diesel(table_name = commitments, treat_none_as_null = true)]
pub(super) struct CommitmentRow {
    pub(super) id: Id,
    pub(super) request_id: Id,
    pub(super) answer_id: Id,
    pub(super) assignment_id: Option<Id>,
    pub(super) position: i32,
    pub(super) title: String,
    pub(super) due_at: Instant,
    pub(super) state: CommitmentState,
    pub(super) ended_at: Option<Instant>,
    pub(super) ended_by: Option<Id>,
}

/// Papers asked of the company.
#[derive(Debug, Clone, Queryable, AsChangeset, Insertable)]
#[diesel(table_name = supplements, treat_none_as_null = true)]
pub(super) struct SupplementRow {
    pub(super) id: Id,
    pub(super) request_id: Id,
    pub(super) asked_by: Id,
    pub(super) asked_at: Instant,
    pub(super) list: String,
    pub(super) answered_by: Option<Id>,
    pub(super) answered_at: Option<Instant>,
    pub(super) answer: Option<String>,
    pub(super) closed_at: Option<Instant>,
    pub(super) ground: Option<String>,
}

/// The request with this id, its row locked until the transaction ends.
pub(super) fn lock_request(conn: &mut Conn, id: Id) -> Result<Option<RequestRow>, Fault> {
    Ok(for_update(requests::table.filter(requests::id.eq(id))).first(conn).optional()?)
}

/// The request with this id.
pub(super) fn request(conn: &mut Conn, id: Id) -> Result<Option<RequestRow>, Fault> {
    Ok(requests::table.find(id).first(conn).optional()?)
}

/// The request an assignment belongs to.
pub(super) fn request_of_assignment(conn: &mut Conn, id: Id) -> Result<Option<Id>, Fault> {
    Ok(assignments::table.find(id).select(assignments::request_id).first(conn).optional()?)
}

/// The request a commitment belongs to.
pub(super) fn request_of_commitment(conn: &mut Conn, id: Id) -> Result<Option<Id>, Fault> {
    Ok(commitments::table.find(id).select(commitments::request_id).first(conn).optional()?)
}

/// Every assignment a request ever had: first cycle first, in each the lead, the branches, the assists.
pub(super) fn assignments_of(conn: &mut Conn, request: Id) -> Result<Vec<AssignmentRow>, Fault> {
    Ok(assignments::table
        .filter(assignments::request_id.eq(request))
        .order((assignments::cycle, assignments::part.desc(), assignments::id))
        .load(conn)?)
}

/// Every clock a request ever had, oldest first.
pub(super) fn clocks_of(conn: &mut Conn, request: Id) -> Result<Vec<ClockRow>, Fault> {
    Ok(clocks::table
        .filter(clocks::request_id.eq(request))
        .order((clocks::cycle, clocks::started_at, clocks::kind, clocks::id))
        .load(conn)?)
}

/// Every contact of a request, oldest first.
pub(super) fn contacts_of(conn: &mut Conn, request: Id) -> Result<Vec<ContactRow>, Fault> {
    Ok(contacts::table
        .filter(contacts::request_id.eq(request))
        .order((contacts::at, contacts::id))
        .load(conn)?)
}

/// Every revision of every answer of a request, oldest first.
pub(super) fn answers_of(conn: &mut Conn, request: Id) -> Result<Vec<AnswerRow>, Fault> {
    Ok(answers::table
        .filter(answers::request_id.eq(request))
        .order((answers::cycle, answers::revision, answers::id))
        .load(conn)?)
}

/// Every commitment of a request, the earliest due first.
pub(super) fn commitments_of(conn: &mut Conn, request: Id) -> Result<Vec<CommitmentRow>, Fault> {
    Ok(commitments::table
        .filter(commitments::request_id.eq(request))
        .order((commitments::due_at, commitments::position, commitments::id))
        .load(conn)?)
}

/// Writes a new request.
pub(super) fn insert_request(conn: &mut Conn, row: &RequestRow) -> Result<(), Fault> {
    diesel::insert_into(requests::table).values(row).execute(conn)?;
    Ok(())
}

/// Writes a request's changes.
pub(super) fn update_request(conn: &mut Conn, row: &RequestRow) -> Result<(), Fault> {
    diesel::update(requests::table.find(row.id)).set(row).execute(conn)?;
    Ok(())
}

/// Writes a new assignment.
pub(super) fn insert_assignment(conn: &mut Conn, row: &AssignmentRow) -> Result<(), Fault> {
    diesel::insert_into(assignments::table).values(row).execute(conn)?;
    Ok(())
}

/// Writes an assignment's changes.
pub(super) fn update_assignment(conn: &mut Conn, row: &AssignmentRow) -> Result<(), Fault> {
    diesel::update(assignments::table.find(row.id)).set(row).execute(conn)?;
    Ok(())
}

/// Writes a new clock.
pub(super) fn insert_clock(conn: &mut Conn, row: &ClockRow) -> Result<(), Fault> {
    diesel::insert_into(clocks::table).values(row).execute(conn)?;
    Ok(())
}

/// Writes a clock's changes.
pub(super) fn update_clock(conn: &mut Conn, row: &ClockRow) -> Result<(), Fault> {
    diesel::update(clocks::table.find(row.id)).set(row).execute(conn)?;
    Ok(())
}

/// Writes a new contact.
pub(super) fn insert_contact(conn: &mut Conn, row: &ContactRow) -> Result<(), Fault> {
    diesel::insert_into(contacts::table).values(row).execute(conn)?;
    Ok(())
}

/// Writes a new answer.
pub(super) fn insert_answer(conn: &mut Conn, row: &AnswerRow) -> Result<(), Fault> {
    diesel::insert_into(answers::table).values(row).execute(conn)?;
    Ok(())
}

/// Writes an answer's changes.
pub(super) fn update_answer(conn: &mut Conn, row: &AnswerRow) -> Result<(), Fault> {
    diesel::update(answers::table.find(row.id)).set(row).execute(conn)?;
    Ok(())
}

/// Writes a new commitment.
pub(super) fn insert_commitment(conn: &mut Conn, row: &CommitmentRow) -> Result<(), Fault> {
    diesel::insert_into(commitments::table).values(row).execute(conn)?;
    Ok(())
}

/// Writes a commitment's changes.
pub(super) fn update_commitment(conn: &mut Conn, row: &CommitmentRow) -> Result<(), Fault> {
    diesel::update(commitments::table.find(row.id)).set(row).execute(conn)?;
    Ok(())
}

/// Every list of papers asked of a request's company, oldest first.
pub(super) fn supplements_of(conn: &mut Conn, request: Id) -> Result<Vec<SupplementRow>, Fault> {
    let of_request = supplements::table.filter(supplements::request_id.eq(request));
    Ok(of_request.order((supplements::asked_at, supplements::id)).load(conn)?)
}

/// Writes a new list of papers.
pub(super) fn insert_supplement(conn: &mut Conn, row: &SupplementRow) -> Result<(), Fault> {
    diesel::insert_into(supplements::table).values(row).execute(conn)?;
    Ok(())
}

/// Writes what became of a list of papers.
pub(super) fn update_supplement(conn: &mut Conn, row: &SupplementRow) -> Result<(), Fault> {
    diesel::update(supplements::table.find(row.id)).set(row).execute(conn)?;
    Ok(())
}
