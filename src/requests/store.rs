//! The rows of this room, as the tables hold them, and the queries that read and write them.

use crate::db::schema::{answers, assignments, clocks, commitments, contacts, requests};
use crate::db::{Conn, Json, for_update, stored_as_text};
use crate::domain::answer::Answer;
use crate::domain::ids::{Id, Instant};
use crate::domain::promise::{Holder, Rule};
use crate::domain::timer::Facts;
use crate::domain::words::{
    AssignmentState, Channel, ClockKind, ClockOutcome, Confidence, Kind, Outcome, Pace, Part, RequestState, Urgency,
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
    pub id: Id,
    pub number: String,
    pub state: RequestState,
    pub cycle: i32,
    pub channel: Channel,
    pub kind: Kind,
    pub urgency: Urgency,
    pub confidence: Confidence,
    pub pace: Option<Pace>,
    pub category_id: Option<Id>,
    pub company_id: Id,
    pub filed_by: Id,
    pub conduct_unit_id: Option<Id>,
    pub master_id: Option<Id>,
    pub title: String,
    pub body: String,
    pub place: Option<String>,
    pub contact_name: Option<String>,
    pub contact_phone: Option<String>,
    pub filed_at: Instant,
    pub dispatched_at: Option<Instant>,
    pub answered_at: Option<Instant>,
    pub ended_at: Option<Instant>,
    pub ground: Option<String>,
    pub ground_text: Option<String>,
    pub company_warn_at: Option<Instant>,
    pub company_due_at: Option<Instant>,
    pub staff_warn_at: Option<Instant>,
    pub staff_due_at: Option<Instant>,
    pub version: i32,
    pub journal_seq: i32,
    pub journal_head: String,
}

/// One unit's share of a request.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, AsChangeset, Insertable)]
#[diesel(table_name = assignments, treat_none_as_null = true)]
pub struct AssignmentRow {
    pub id: Id,
    pub request_id: Id,
    pub unit_id: Id,
    pub part: Part,
    pub cycle: i32,
    pub state: AssignmentState,
    pub returning_from: Option<AssignmentState>,
    pub told_to_contact: bool,
    pub handler_id: Option<Id>,
    pub section_id: Option<Id>,
    pub note: Option<String>,
    pub dispatched_by: Id,
    pub dispatched_at: Instant,
    pub signed_at: Option<Instant>,
    pub answered_at: Option<Instant>,
    pub accepted_at: Option<Instant>,
    pub closed_at: Option<Instant>,
    pub warn_at: Option<Instant>,
    pub due_at: Option<Instant>,
    pub version: i32,
}

impl AssignmentRow {
    /// Whether the unit still has it, or had it to its end: neither returned nor closed.
    pub fn is_live(&self) -> bool {
        !matches!(self.state, AssignmentState::Returned | AssignmentState::Closed)
    }
}

/// A clock.
#[derive(Debug, Clone, Queryable, AsChangeset, Insertable)]
#[diesel(table_name = clocks, treat_none_as_null = true)]
pub struct ClockRow {
    pub id: Id,
    pub request_id: Id,
    pub assignment_id: Option<Id>,
    pub commitment_id: Option<Id>,
    pub kind: ClockKind,
    pub holder: Holder,
    pub holder_unit_id: Option<Id>,
    pub cycle: i32,
    pub started_at: Instant,
    pub rule: Json<Rule>,
    pub calendar: String,
    pub calendar_version: i32,
    pub facts: Json<Facts>,
    pub first_due_at: Option<Instant>,
    pub warn_at: Option<Instant>,
    pub ask_by: Option<Instant>,
    pub due_at: Option<Instant>,
    pub due_version: i32,
    pub provisional: bool,
    pub paused_at: Option<Instant>,
    pub disputed: bool,
    pub stopped_at: Option<Instant>,
    pub outcome: Option<ClockOutcome>,
    pub next_at: Option<Instant>,
}

impl ClockRow {
    /// Whether it has not stopped.
    pub const fn is_open(&self) -> bool {
        self.stopped_at.is_none()
    }
}

/// A contact, or a try at one.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = contacts)]
pub struct ContactRow {
    pub id: Id,
    pub request_id: Id,
    pub assignment_id: Option<Id>,
    pub unit_id: Id,
    pub made_by: Id,
    pub at: Instant,
    pub claimed_at: Option<Instant>,
    pub whom: String,
    pub means: String,
    pub number: Option<String>,
    pub reached: bool,
    pub message_left: bool,
    pub joint: bool,
    pub outcome: String,
    pub standing: ContactStanding,
}

/// An answer, or one revision of it.
#[derive(Debug, Clone, Queryable, AsChangeset, Insertable)]
#[diesel(table_name = answers, treat_none_as_null = true)]
pub struct AnswerRow {
    pub id: Id,
    pub request_id: Id,
    pub assignment_id: Option<Id>,
    pub cycle: i32,
    pub revision: i32,
    pub state: AnswerState,
    pub outcome: Outcome,
    pub content: Json<Answer>,
    pub drafted_by: Id,
    pub drafted_at: Instant,
    pub approved_by: Option<Id>,
    pub approved_at: Option<Instant>,
    pub released_by: Option<Id>,
    pub released_at: Option<Instant>,
    pub reason: Option<String>,
}

/// A dated promise of a released answer.
#[derive(Debug, Clone, Queryable, AsChangeset, Insertable)]
#[diesel(table_name = commitments, treat_none_as_null = true)]
pub struct CommitmentRow {
    pub id: Id,
    pub request_id: Id,
    pub answer_id: Id,
    pub assignment_id: Option<Id>,
    pub position: i32,
    pub title: String,
    pub due_at: Instant,
    pub state: CommitmentState,
    pub ended_at: Option<Instant>,
    pub ended_by: Option<Id>,
}

/// The request with this id, its row locked until the transaction ends.
pub fn lock_request(conn: &mut Conn, id: Id) -> Result<Option<RequestRow>, Fault> {
    Ok(for_update(requests::table.filter(requests::id.eq(id))).first(conn).optional()?)
}

/// The request with this id.
pub fn request(conn: &mut Conn, id: Id) -> Result<Option<RequestRow>, Fault> {
    Ok(requests::table.find(id).first(conn).optional()?)
}

/// The request an assignment belongs to.
pub fn request_of_assignment(conn: &mut Conn, id: Id) -> Result<Option<Id>, Fault> {
    Ok(assignments::table.find(id).select(assignments::request_id).first(conn).optional()?)
}

/// The request a commitment belongs to.
pub fn request_of_commitment(conn: &mut Conn, id: Id) -> Result<Option<Id>, Fault> {
    Ok(commitments::table.find(id).select(commitments::request_id).first(conn).optional()?)
}

/// Every assignment a request ever had, oldest first.
pub fn assignments_of(conn: &mut Conn, request: Id) -> Result<Vec<AssignmentRow>, Fault> {
    Ok(assignments::table.filter(assignments::request_id.eq(request)).order(assignments::id).load(conn)?)
}

/// Every clock a request ever had, oldest first.
pub fn clocks_of(conn: &mut Conn, request: Id) -> Result<Vec<ClockRow>, Fault> {
    Ok(clocks::table.filter(clocks::request_id.eq(request)).order(clocks::id).load(conn)?)
}

/// Every contact of a request, oldest first.
pub fn contacts_of(conn: &mut Conn, request: Id) -> Result<Vec<ContactRow>, Fault> {
    Ok(contacts::table.filter(contacts::request_id.eq(request)).order(contacts::id).load(conn)?)
}

/// Every revision of every answer of a request, oldest first.
pub fn answers_of(conn: &mut Conn, request: Id) -> Result<Vec<AnswerRow>, Fault> {
    Ok(answers::table.filter(answers::request_id.eq(request)).order(answers::id).load(conn)?)
}

/// Every commitment of a request, oldest first.
pub fn commitments_of(conn: &mut Conn, request: Id) -> Result<Vec<CommitmentRow>, Fault> {
    Ok(commitments::table.filter(commitments::request_id.eq(request)).order(commitments::id).load(conn)?)
}

/// Writes a new request.
pub fn insert_request(conn: &mut Conn, row: &RequestRow) -> Result<(), Fault> {
    diesel::insert_into(requests::table).values(row).execute(conn)?;
    Ok(())
}

/// Writes a request's changes.
pub fn update_request(conn: &mut Conn, row: &RequestRow) -> Result<(), Fault> {
    diesel::update(requests::table.find(row.id)).set(row).execute(conn)?;
    Ok(())
}

/// Writes a new assignment.
pub fn insert_assignment(conn: &mut Conn, row: &AssignmentRow) -> Result<(), Fault> {
    diesel::insert_into(assignments::table).values(row).execute(conn)?;
    Ok(())
}

/// Writes an assignment's changes.
pub fn update_assignment(conn: &mut Conn, row: &AssignmentRow) -> Result<(), Fault> {
    diesel::update(assignments::table.find(row.id)).set(row).execute(conn)?;
    Ok(())
}

/// Writes a new clock.
pub fn insert_clock(conn: &mut Conn, row: &ClockRow) -> Result<(), Fault> {
    diesel::insert_into(clocks::table).values(row).execute(conn)?;
    Ok(())
}

/// Writes a clock's changes.
pub fn update_clock(conn: &mut Conn, row: &ClockRow) -> Result<(), Fault> {
    diesel::update(clocks::table.find(row.id)).set(row).execute(conn)?;
    Ok(())
}

/// Writes a new contact.
pub fn insert_contact(conn: &mut Conn, row: &ContactRow) -> Result<(), Fault> {
    diesel::insert_into(contacts::table).values(row).execute(conn)?;
    Ok(())
}

/// Writes a new answer.
pub fn insert_answer(conn: &mut Conn, row: &AnswerRow) -> Result<(), Fault> {
    diesel::insert_into(answers::table).values(row).execute(conn)?;
    Ok(())
}

/// Writes an answer's changes.
pub fn update_answer(conn: &mut Conn, row: &AnswerRow) -> Result<(), Fault> {
    diesel::update(answers::table.find(row.id)).set(row).execute(conn)?;
    Ok(())
}

/// Writes a new commitment.
pub fn insert_commitment(conn: &mut Conn, row: &CommitmentRow) -> Result<(), Fault> {
    diesel::insert_into(commitments::table).values(row).execute(conn)?;
    Ok(())
}

/// Writes a commitment's changes.
pub fn update_commitment(conn: &mut Conn, row: &CommitmentRow) -> Result<(), Fault> {
    diesel::update(commitments::table.find(row.id)).set(row).execute(conn)?;
    Ok(())
}
