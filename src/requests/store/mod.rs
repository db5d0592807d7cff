//! The rows of this room, as the tables hold them, and the queries that read and write them: here what every act
//! touches, in `asked` what is asked for and ruled on, in `kept` what is written down on the way.

use crate::db::schema::{answers, assignments, clocks, commitments, contacts, requests, supplements};
use crate::db::{Conn, Json, direct, for_update, steady, stored_as_text};
use crate::domain::answer::Answer;
use crate::domain::ids::{Id, Instant};
use crate::domain::promise::{Case, Holder, Rule};
use crate::domain::timer::Facts;
use crate::domain::words::{
    AssignmentState, Channel, ClockKind, ClockOutcome, Confidence, Kind, Outcome, Pace, Part, RequestState,
    Urgency,
};
use crate::fault::Fault;
use crate::promises::Category;
use diesel::prelude::*;

/// The queries every table about a request has: a new row, a changed row where rows change, and the rows of one request
/// in their order.
macro_rules! rows_of_a_request {
    ($row:ident in $table:ident by $order:ident: $insert:ident, $update:ident, $of:ident) => {
        rows_of_a_request!($row in $table by $order: $insert, $of);

        #[doc = concat!("Writes the changes of a row of `", stringify!($table), "`.")]
        pub(in crate::requests) fn $update(conn: &mut Conn, row: &$row) -> Result<(), Fault> {
            diesel::update($table::table.find(row.id)).set(row).execute(conn)?;
            Ok(())
        }
    };
    ($row:ident in $table:ident by $order:ident: $insert:ident, $of:ident) => {
        #[doc = concat!("Writes a new row of `", stringify!($table), "`.")]
        pub(in crate::requests) fn $insert(conn: &mut Conn, row: &$row) -> Result<(), Fault> {
            diesel::insert_into($table::table).values(row).execute(conn)?;
            Ok(())
        }

        #[doc = concat!("The rows of `", stringify!($table), "` of a request, in their order.")]
        pub(in crate::requests) fn $of(conn: &mut Conn, request: Id) -> Result<Vec<$row>, Fault> {
            let of_request = $table::table.filter($table::request_id.eq(request));
            Ok(of_request.order(($table::$order, $table::id)).load(conn)?)
        }
    };
}

/// Which request a row of a table belongs to, if there is such a row.
macro_rules! request_of {
    ($($table:ident: $find:ident),+ $(,)?) => {$(
        #[doc = concat!("The request that a row of `", stringify!($table), "` belongs to.")]
        pub(in crate::requests) fn $find(conn: &mut Conn, id: Id) -> Result<Option<Id>, Fault> {
            Ok($table::table.find(id).select($table::request_id).first(conn).optional()?)
        }
    )+};
}

mod asked;
mod kept;

pub(in crate::requests) use asked::*;
pub use asked::{AskRuling, ContestRuling, ReturnCause};
pub(in crate::requests) use kept::*;
pub use kept::{MeetingDate, Party};

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
        /// Was with the company until a corrected text took its place.
        Corrected = "corrected",
    }
}

vocabulary! {
    /// Whether a contact stands.
    pub enum ContactStanding {
        /// It stands.
        Standing = "standing",
        /// The company contests it, and the office has not ruled.
        Contested = "contested",
        /// The office ruled that it was none.
        Struck = "struck",
    }
}

vocabulary! {
    /// Where a commitment stands.
    pub enum CommitmentState {
        /// Not kept yet.
        Open = "open",
        /// Confirmed kept.
        Kept = "kept",
        /// Asked for no more: the request ended before it was kept.
        Dropped = "dropped",
    }
}

stored_as_text!(AnswerState, ContactStanding, CommitmentState);

/// A request.
#[derive(Debug, Clone, Queryable, AsChangeset, Insertable)]
#[diesel(table_name = requests, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct RequestRow {
    /// Its id.
    pub id: Id,
    pub(in crate::requests) number: String,
    pub(in crate::requests) state: RequestState,
    /// 1, or 2 after rework.
    pub cycle: i32,
    pub(in crate::requests) channel: Channel,
    pub(in crate::requests) kind: Kind,
    pub(in crate::requests) urgency: Urgency,
    /// Who may know who filed.
    pub confidence: Confidence,
    pub(in crate::requests) pace: Option<Pace>,
    pub(in crate::requests) category_id: Option<Id>,
    /// The company it is for.
    pub company_id: Id,
    pub(in crate::requests) filed_by: Id,
    pub(in crate::requests) conduct_unit_id: Option<Id>,
    pub(in crate::requests) master_id: Option<Id>,
    pub(in crate::requests) title: String,
    pub(in crate::requests) body: String,
    pub(in crate::requests) place: Option<String>,
    pub(in crate::requests) contact_name: Option<String>,
    pub(in crate::requests) contact_phone: Option<String>,
    pub(in crate::requests) filed_at: Instant,
    pub(in crate::requests) dispatched_at: Option<Instant>,
    pub(in crate::requests) answered_at: Option<Instant>,
    pub(in crate::requests) ended_at: Option<Instant>,
    pub(in crate::requests) ground: Option<String>,
    pub(in crate::requests) ground_text: Option<String>,
    pub(in crate::requests) company_warn_at: Option<Instant>,
    pub(in crate::requests) company_due_at: Option<Instant>,
    pub(in crate::requests) staff_warn_at: Option<Instant>,
    pub(in crate::requests) staff_due_at: Option<Instant>,
    pub(in crate::requests) version: i32,
    pub(in crate::requests) journal_seq: i32,
    pub(in crate::requests) journal_head: String,
}

impl RequestRow {
    /// By what the promise book finds the rule of a clock of this request; until it is given a pace it counts as ordinary.
    pub(in crate::requests) fn case<'a>(
        &self,
        clock: ClockKind,
        holder: Holder,
        category: Option<&'a Category>,
    ) -> Case<'a> {
        Case {
            clock,
            holder,
            kind: self.kind,
            urgency: self.urgency,
            category: category.map(|category| category.code.as_str()),
            channel: self.channel,
            pace: self.pace.unwrap_or(Pace::Ordinary),
        }
    }
}

/// One unit's share of a request.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, AsChangeset, Insertable)]
#[diesel(table_name = assignments, treat_none_as_null = true, treat_none_as_default_value = false)]
pub(in crate::requests) struct AssignmentRow {
    pub(in crate::requests) id: Id,
    pub(in crate::requests) request_id: Id,
    pub(in crate::requests) unit_id: Id,
    pub(in crate::requests) part: Part,
    pub(in crate::requests) cycle: i32,
    pub(in crate::requests) state: AssignmentState,
    pub(in crate::requests) returning_from: Option<AssignmentState>,
    pub(in crate::requests) told_to_contact: bool,
    pub(in crate::requests) handler_id: Option<Id>,
    pub(in crate::requests) section_id: Option<Id>,
    pub(in crate::requests) note: Option<String>,
    pub(in crate::requests) dispatched_by: Id,
    pub(in crate::requests) dispatched_at: Instant,
    pub(in crate::requests) signed_at: Option<Instant>,
    pub(in crate::requests) answered_at: Option<Instant>,
    pub(in crate::requests) accepted_at: Option<Instant>,
    pub(in crate::requests) closed_at: Option<Instant>,
    pub(in crate::requests) warn_at: Option<Instant>,
    pub(in crate::requests) due_at: Option<Instant>,
    pub(in crate::requests) version: i32,
    pub(in crate::requests) handed_on_at: Option<Instant>,
}

impl AssignmentRow {
    /// Whether the unit still has it, or had it to its end: neither returned nor closed.
    pub(in crate::requests) fn is_live(&self) -> bool {
        !matches!(self.state, AssignmentState::Returned | AssignmentState::Closed)
    }
}

/// A clock.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, AsChangeset, Insertable)]
#[diesel(table_name = clocks, treat_none_as_null = true, treat_none_as_default_value = false)]
pub(in crate::requests) struct ClockRow {
    pub(in crate::requests) id: Id,
    pub(in crate::requests) request_id: Id,
    pub(in crate::requests) assignment_id: Option<Id>,
    pub(in crate::requests) commitment_id: Option<Id>,
    pub(in crate::requests) kind: ClockKind,
    pub(in crate::requests) holder: Holder,
    pub(in crate::requests) holder_unit_id: Option<Id>,
    pub(in crate::requests) cycle: i32,
    pub(in crate::requests) started_at: Instant,
    pub(in crate::requests) rule: Json<Rule>,
    pub(in crate::requests) calendar: String,
    pub(in crate::requests) calendar_version: i32,
    pub(in crate::requests) facts: Json<Facts>,
    pub(in crate::requests) first_due_at: Option<Instant>,
    pub(in crate::requests) warn_at: Option<Instant>,
    pub(in crate::requests) ask_by: Option<Instant>,
    pub(in crate::requests) due_at: Option<Instant>,
    pub(in crate::requests) due_version: i32,
    pub(in crate::requests) provisional: bool,
    pub(in crate::requests) paused_at: Option<Instant>,
    pub(in crate::requests) disputed: bool,
    pub(in crate::requests) stopped_at: Option<Instant>,
    pub(in crate::requests) outcome: Option<ClockOutcome>,
    /// When its lights are to be looked at next.
    pub(in crate::requests) next_at: Option<Instant>,
    /// When time itself does something about it.
    pub(in crate::requests) lapse_at: Option<Instant>,
}

impl ClockRow {
    /// Whether it has not stopped.
    pub(in crate::requests) const fn is_open(&self) -> bool {
        self.stopped_at.is_none()
    }

    /// Since when it has its dates: its start, or what moved them last.
    pub(in crate::requests) fn dates_since(&self) -> Instant {
        let facts = &self.facts.0;
        let extended = facts.extensions.iter().map(|granted| granted.at);
        let reprieved = facts.reprieves.iter().map(|reprieve| reprieve.at);
        let resumed = facts.pauses.iter().filter_map(|pause| pause.until);
        extended.chain(reprieved).chain(resumed).fold(self.started_at, Instant::max)
    }
}

/// A contact, or a try at one.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = contacts, treat_none_as_default_value = false)]
pub(in crate::requests) struct ContactRow {
    pub(in crate::requests) id: Id,
    pub(in crate::requests) request_id: Id,
    pub(in crate::requests) assignment_id: Option<Id>,
    pub(in crate::requests) unit_id: Id,
    pub(in crate::requests) made_by: Id,
    pub(in crate::requests) at: Instant,
    pub(in crate::requests) claimed_at: Option<Instant>,
    pub(in crate::requests) whom: String,
    pub(in crate::requests) means: String,
    pub(in crate::requests) number: Option<String>,
    pub(in crate::requests) reached: bool,
    pub(in crate::requests) message_left: bool,
    pub(in crate::requests) joint: bool,
    pub(in crate::requests) outcome: String,
    pub(in crate::requests) standing: ContactStanding,
    /// The other assignments it was made for, where it was a joint one.
    pub(in crate::requests) joint_with: Option<Json<Vec<Id>>>,
}

impl ContactRow {
    /// Whether it was made for this assignment: by its unit, by the office, or jointly.
    pub(in crate::requests) fn is_for(&self, assignment: Id) -> bool {
        let joint = self.joint_with.iter().flat_map(|with| &with.0);
        self.assignment_id.iter().chain(joint).any(|id| *id == assignment)
    }
}

/// An answer, or one revision of it.
#[derive(Debug, Clone, Queryable, AsChangeset, Insertable)]
#[diesel(table_name = answers, treat_none_as_null = true, treat_none_as_default_value = false)]
pub(in crate::requests) struct AnswerRow {
    pub(in crate::requests) id: Id,
    pub(in crate::requests) request_id: Id,
    pub(in crate::requests) assignment_id: Option<Id>,
    pub(in crate::requests) cycle: i32,
    pub(in crate::requests) revision: i32,
    pub(in crate::requests) state: AnswerState,
    pub(in crate::requests) outcome: Outcome,
    pub(in crate::requests) content: Json<Answer>,
    pub(in crate::requests) drafted_by: Id,
    pub(in crate::requests) drafted_at: Instant,
    pub(in crate::requests) approved_by: Option<Id>,
    pub(in crate::requests) approved_at: Option<Instant>,
    pub(in crate::requests) released_by: Option<Id>,
    pub(in crate::requests) released_at: Option<Instant>,
    pub(in crate::requests) reason: Option<String>,
}

/// A dated promise of a released answer.
#[derive(Debug, Clone, Queryable, AsChangeset, Insertable)]
#[diesel(table_name = commitments, treat_none_as_null = true, treat_none_as_default_value = false)]
pub(in crate::requests) struct CommitmentRow {
    pub(in crate::requests) id: Id,
    pub(in crate::requests) request_id: Id,
    pub(in crate::requests) answer_id: Id,
    pub(in crate::requests) assignment_id: Option<Id>,
    pub(in crate::requests) position: i32,
    pub(in crate::requests) title: String,
    pub(in crate::requests) due_at: Instant,
    pub(in crate::requests) state: CommitmentState,
    pub(in crate::requests) ended_at: Option<Instant>,
    pub(in crate::requests) ended_by: Option<Id>,
}

/// Papers asked of the company.
#[derive(Debug, Clone, Queryable, AsChangeset, Insertable)]
#[diesel(table_name = supplements, treat_none_as_null = true, treat_none_as_default_value = false)]
pub(in crate::requests) struct SupplementRow {
    pub(in crate::requests) id: Id,
    pub(in crate::requests) request_id: Id,
    pub(in crate::requests) asked_by: Id,
    pub(in crate::requests) asked_at: Instant,
    pub(in crate::requests) list: String,
    pub(in crate::requests) answered_by: Option<Id>,
    pub(in crate::requests) answered_at: Option<Instant>,
    pub(in crate::requests) answer: Option<String>,
    pub(in crate::requests) closed_at: Option<Instant>,
    pub(in crate::requests) ground: Option<String>,
}

/// The request with this id, its row locked until the transaction ends.
pub(in crate::requests) fn lock_request(conn: &mut Conn, id: Id) -> Result<Option<RequestRow>, Fault> {
    Ok(for_update(requests::table.filter(requests::id.eq(id))).first(conn).optional()?)
}

/// The request with this id.
pub(in crate::requests) fn request(conn: &mut Conn, id: Id) -> Result<Option<RequestRow>, Fault> {
    Ok(direct::only(conn, requests::table.find(id))?)
}

/// The echoes that wait for the answer of `master`, in the order of their ids.
pub(in crate::requests) fn echoes_of(conn: &mut Conn, master: Id) -> Result<Vec<RequestRow>, Fault> {
    let waits = requests::master_id.eq(master).and(requests::state.eq(RequestState::Merged));
    Ok(requests::table.filter(waits).order(requests::id).load(conn)?)
}

/// As [`echoes_of`], their rows locked until the transaction ends. Lock the master first: then they stay its echoes.
pub(in crate::requests) fn lock_echoes(conn: &mut Conn, master: Id) -> Result<Vec<RequestRow>, Fault> {
    let waits = requests::master_id.eq(master).and(requests::state.eq(RequestState::Merged));
    Ok(for_update(requests::table.filter(waits).order(requests::id)).load(conn)?)
}

request_of! {
    assignments: request_of_assignment,
    contacts: request_of_contact,
    commitments: request_of_commitment,
}

/// Finds the request that the thing with this id belongs to.
type Finder = fn(&mut Conn, Id) -> Result<Option<Id>, Fault>;

/// The request and, where the id is of one unit's share or of something about it, the assignment that the thing with this id
/// is, or is about: a request, an assignment, or what was asked, told or promised on one.
pub(in crate::requests) fn subject(conn: &mut Conn, id: Id) -> Result<Option<(Id, Option<Id>)>, Fault> {
    if request(conn, id)?.is_some() {
        return Ok(Some((id, None)));
    }
    if let Some(request) = request_of_assignment(conn, id)? {
        return Ok(Some((request, Some(id))));
    }
    let finders: [Finder; 7] = [
        request_of_commitment,
        request_of_contact,
        request_of_contest,
        request_of_return,
        request_of_extension,
        request_of_plan,
        request_of_meeting,
    ];
    for find in finders {
        if let Some(request) = find(conn, id)? {
            return Ok(Some((request, None)));
        }
    }
    Ok(None)
}

/// Every assignment a request ever had: first cycle first, in each the lead, the branches, the assists.
pub(in crate::requests) fn assignments_of(conn: &mut Conn, request: Id) -> Result<Vec<AssignmentRow>, Fault> {
    Ok(assignments::table
        .filter(assignments::request_id.eq(request))
        .order((assignments::cycle, assignments::part.desc(), assignments::id))
        .load(conn)?)
}

/// Those of the requests named that there are.
pub(in crate::requests) fn requests_among(conn: &mut Conn, ids: &[Id]) -> Result<Vec<RequestRow>, Fault> {
    Ok(requests::table.filter(requests::id.eq_any(ids.to_vec())).load(conn)?)
}

/// Every assignment the requests named ever had.
pub(in crate::requests) fn assignments_among(
    conn: &mut Conn,
    ids: &[Id],
) -> Result<Vec<AssignmentRow>, Fault> {
    Ok(assignments::table.filter(assignments::request_id.eq_any(ids.to_vec())).load(conn)?)
}

/// Every clock a request ever had, oldest first.
pub(in crate::requests) fn clocks_of(conn: &mut Conn, request: Id) -> Result<Vec<ClockRow>, Fault> {
    Ok(clocks::table
        .filter(clocks::request_id.eq(request))
        .order((clocks::cycle, clocks::started_at, clocks::kind, clocks::id))
        .load(conn)?)
}

/// Every contact of a request, oldest first.
pub(in crate::requests) fn contacts_of(conn: &mut Conn, request: Id) -> Result<Vec<ContactRow>, Fault> {
    Ok(contacts::table
        .filter(contacts::request_id.eq(request))
        .order((contacts::at, contacts::id))
        .load(conn)?)
}

/// Every revision of every answer of a request, oldest first.
pub(in crate::requests) fn answers_of(conn: &mut Conn, request: Id) -> Result<Vec<AnswerRow>, Fault> {
    Ok(answers::table
        .filter(answers::request_id.eq(request))
        .order((answers::cycle, answers::revision, answers::id))
        .load(conn)?)
}

/// Every commitment of a request, the earliest due first.
pub(in crate::requests) fn commitments_of(conn: &mut Conn, request: Id) -> Result<Vec<CommitmentRow>, Fault> {
    Ok(commitments::table
        .filter(commitments::request_id.eq(request))
        .order((commitments::due_at, commitments::position, commitments::id))
        .load(conn)?)
}

/// Writes a new request.
pub(in crate::requests) fn insert_request(conn: &mut Conn, row: &RequestRow) -> Result<(), Fault> {
    direct::run(conn, diesel::insert_into(requests::table).values(row))?;
    Ok(())
}

/// Writes a request's changes.
pub(in crate::requests) fn update_request(conn: &mut Conn, row: &RequestRow) -> Result<(), Fault> {
    let not_after = requests::table.find(row.id).filter(requests::version.le(row.version));
    match steady(diesel::update(not_after).set(row)).execute(conn)? {
        1 => Ok(()),
        _ => Err(Fault::internal("the version of a request would have gone back")),
    }
}

/// Writes what the filing of a request makes of it beside the rest, which stands since it was inserted.
pub(in crate::requests) fn complete_request(conn: &mut Conn, row: &RequestRow) -> Result<(), Fault> {
    let made = (
        requests::staff_warn_at.eq(row.staff_warn_at),
        requests::staff_due_at.eq(row.staff_due_at),
        requests::version.eq(row.version),
        requests::journal_seq.eq(row.journal_seq),
        requests::journal_head.eq(&row.journal_head),
    );
    direct::run(conn, steady(diesel::update(requests::table.find(row.id)).set(made)))?;
    Ok(())
}

/// Writes a new assignment.
pub(in crate::requests) fn insert_assignment(conn: &mut Conn, row: &AssignmentRow) -> Result<(), Fault> {
    diesel::insert_into(assignments::table).values(row).execute(conn)?;
    Ok(())
}

/// Writes an assignment's changes.
pub(in crate::requests) fn update_assignment(conn: &mut Conn, row: &AssignmentRow) -> Result<(), Fault> {
    steady(diesel::update(assignments::table.find(row.id)).set(row)).execute(conn)?;
    Ok(())
}

/// Writes a new clock.
pub(in crate::requests) fn insert_clock(conn: &mut Conn, row: &ClockRow) -> Result<(), Fault> {
    direct::run(conn, diesel::insert_into(clocks::table).values(row))?;
    Ok(())
}

/// Writes a clock's changes.
pub(in crate::requests) fn update_clock(conn: &mut Conn, row: &ClockRow) -> Result<(), Fault> {
    steady(diesel::update(clocks::table.find(row.id)).set(row)).execute(conn)?;
    Ok(())
}

/// Writes a new contact.
pub(in crate::requests) fn insert_contact(conn: &mut Conn, row: &ContactRow) -> Result<(), Fault> {
    diesel::insert_into(contacts::table).values(row).execute(conn)?;
    Ok(())
}

/// Writes whether a contact stands.
pub(in crate::requests) fn update_standing(conn: &mut Conn, contact: &ContactRow) -> Result<(), Fault> {
    diesel::update(contacts::table.find(contact.id))
        .set(contacts::standing.eq(contact.standing))
        .execute(conn)?;
    Ok(())
}

/// Writes a new answer.
pub(in crate::requests) fn insert_answer(conn: &mut Conn, row: &AnswerRow) -> Result<(), Fault> {
    diesel::insert_into(answers::table).values(row).execute(conn)?;
    Ok(())
}

/// Writes an answer's changes.
pub(in crate::requests) fn update_answer(conn: &mut Conn, row: &AnswerRow) -> Result<(), Fault> {
    steady(diesel::update(answers::table.find(row.id)).set(row)).execute(conn)?;
    Ok(())
}

/// Writes a new commitment.
pub(in crate::requests) fn insert_commitment(conn: &mut Conn, row: &CommitmentRow) -> Result<(), Fault> {
    diesel::insert_into(commitments::table).values(row).execute(conn)?;
    Ok(())
}

/// Writes a commitment's changes.
pub(in crate::requests) fn update_commitment(conn: &mut Conn, row: &CommitmentRow) -> Result<(), Fault> {
    diesel::update(commitments::table.find(row.id)).set(row).execute(conn)?;
    Ok(())
}

/// Every list of papers asked of a request's company, oldest first.
pub(in crate::requests) fn supplements_of(conn: &mut Conn, request: Id) -> Result<Vec<SupplementRow>, Fault> {
    let of_request = supplements::table.filter(supplements::request_id.eq(request));
    Ok(of_request.order((supplements::asked_at, supplements::id)).load(conn)?)
}

/// Writes a new list of papers.
pub(in crate::requests) fn insert_supplement(conn: &mut Conn, row: &SupplementRow) -> Result<(), Fault> {
    diesel::insert_into(supplements::table).values(row).execute(conn)?;
    Ok(())
}

/// Writes what became of a list of papers.
pub(in crate::requests) fn update_supplement(conn: &mut Conn, row: &SupplementRow) -> Result<(), Fault> {
    diesel::update(supplements::table.find(row.id)).set(row).execute(conn)?;
    Ok(())
}
