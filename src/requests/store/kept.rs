//! What is written down on the way: reports, messages, meetings, precedents, transfers, changes of units, and who was
//! charged.

use crate::db::schema::{
    charges, direct_reports, joint_meetings, messages, origins, outside_numbers, precedents,
    preliminary_reports, progress_reports, redispatches, transfers, urges,
};
use crate::db::{Conn, Json, stored_as_text, unique};
use crate::domain::ids::{Id, Instant};
use crate::fault::{Code, Fault};
use chrono::NaiveDate;
use diesel::prelude::*;

/// One week's report of a long-running matter.
#[derive(Debug, Clone, Queryable, AsChangeset, Insertable)]
#[diesel(table_name = progress_reports, treat_none_as_default_value = false)]
pub(in crate::requests) struct ProgressReportRow {
    pub(in crate::requests) id: Id,
    pub(in crate::requests) plan_id: Id,
    pub(in crate::requests) request_id: Id,
    pub(in crate::requests) clock_id: Id,
    pub(in crate::requests) period: i32,
    pub(in crate::requests) public_text: String,
    pub(in crate::requests) moved: bool,
    pub(in crate::requests) why_not: Option<String>,
    pub(in crate::requests) waiting_until: Option<NaiveDate>,
    pub(in crate::requests) waiting_ground: Option<String>,
    pub(in crate::requests) reported_by: Id,
    pub(in crate::requests) reported_at: Instant,
}

/// A first report of where it stands.
#[derive(Debug, Clone, Queryable, AsChangeset, Insertable)]
#[diesel(table_name = preliminary_reports, treat_none_as_default_value = false)]
pub(in crate::requests) struct PreliminaryRow {
    pub(in crate::requests) id: Id,
    pub(in crate::requests) request_id: Id,
    pub(in crate::requests) assignment_id: Id,
    pub(in crate::requests) public_text: String,
    pub(in crate::requests) reported_by: Id,
    pub(in crate::requests) reported_at: Instant,
}

/// A message between the company and the office.
#[derive(Debug, Clone, Queryable, AsChangeset, Insertable)]
#[diesel(table_name = messages, treat_none_as_default_value = false)]
pub(in crate::requests) struct MessageRow {
    pub(in crate::requests) id: Id,
    pub(in crate::requests) request_id: Id,
    pub(in crate::requests) from_person_id: Id,
    pub(in crate::requests) from_company: bool,
    pub(in crate::requests) at: Instant,
    pub(in crate::requests) text: String,
}

/// The company asks for haste.
#[derive(Debug, Clone, Queryable, AsChangeset, Insertable)]
#[diesel(table_name = urges, treat_none_as_default_value = false)]
pub(in crate::requests) struct UrgeRow {
    pub(in crate::requests) id: Id,
    pub(in crate::requests) request_id: Id,
    pub(in crate::requests) by_person_id: Id,
    pub(in crate::requests) at: Instant,
    pub(in crate::requests) words: Option<String>,
}

/// A joint meeting, convened and then held.
#[derive(Debug, Clone, Queryable, AsChangeset, Insertable)]
#[diesel(table_name = joint_meetings, treat_none_as_null = true, treat_none_as_default_value = false)]
pub(in crate::requests) struct MeetingRow {
    pub(in crate::requests) id: Id,
    pub(in crate::requests) request_id: Id,
    pub(in crate::requests) convened_by: Id,
    pub(in crate::requests) convened_at: Instant,
    pub(in crate::requests) held_at: Option<Instant>,
    /// The units asked to come, and once it was held those that came.
    pub(in crate::requests) present: Json<Vec<Id>>,
    pub(in crate::requests) minutes: Option<String>,
    pub(in crate::requests) lead_unit_id: Option<Id>,
    pub(in crate::requests) ruling: Option<String>,
    pub(in crate::requests) planned_at: Option<Instant>,
    pub(in crate::requests) agenda: Option<String>,
    pub(in crate::requests) dates: Option<Json<Vec<MeetingDate>>>,
}

/// A date fixed at a meeting.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MeetingDate {
    /// What is to be done.
    #[schema(max_length = 200)]
    pub what: String,
    /// By which day.
    #[serde(deserialize_with = "crate::domain::day::required")]
    pub by: NaiveDate,
}

/// A joint ruling kept for the next dispatch of its category.
#[derive(Debug, Clone, Queryable, AsChangeset, Insertable)]
#[diesel(table_name = precedents, treat_none_as_default_value = false)]
pub(in crate::requests) struct PrecedentRow {
    pub(in crate::requests) id: Id,
    pub(in crate::requests) category_id: Id,
    pub(in crate::requests) request_id: Id,
    pub(in crate::requests) unit_id: Id,
    pub(in crate::requests) text: String,
    pub(in crate::requests) ruled_at: Instant,
}

/// Misconduct handed to discipline inspection.
#[derive(Debug, Clone, Queryable, AsChangeset, Insertable)]
#[diesel(table_name = transfers, treat_none_as_null = true, treat_none_as_default_value = false)]
pub(in crate::requests) struct TransferRow {
    pub(in crate::requests) id: Id,
    pub(in crate::requests) request_id: Id,
    pub(in crate::requests) letter_number: String,
    pub(in crate::requests) reason: String,
    pub(in crate::requests) first_signer_id: Id,
    pub(in crate::requests) first_signed_at: Instant,
    pub(in crate::requests) second_signer_id: Option<Id>,
    pub(in crate::requests) second_signed_at: Option<Instant>,
}

/// Where a request comes from that was filed for a company.
#[derive(Debug, Clone, Queryable, AsChangeset, Insertable)]
#[diesel(table_name = origins, treat_none_as_null = true, primary_key(request_id), treat_none_as_default_value = false)]
pub(in crate::requests) struct OriginRow {
    pub(in crate::requests) request_id: Id,
    pub(in crate::requests) confirmed_by: Option<Id>,
    pub(in crate::requests) confirmed_at: Option<Instant>,
    pub(in crate::requests) limit_at: Option<Instant>,
}

/// What another system calls a request.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = outside_numbers, treat_none_as_default_value = false)]
pub(in crate::requests) struct OutsideNumberRow {
    pub(in crate::requests) id: Id,
    pub(in crate::requests) request_id: Id,
    pub(in crate::requests) system: String,
    pub(in crate::requests) number: String,
}

/// One change of the units that have a request.
#[derive(Debug, Clone, Queryable, AsChangeset, Insertable)]
#[diesel(table_name = redispatches, treat_none_as_default_value = false)]
pub(in crate::requests) struct RedispatchRow {
    pub(in crate::requests) id: Id,
    pub(in crate::requests) request_id: Id,
    pub(in crate::requests) return_id: Option<Id>,
    pub(in crate::requests) reason: String,
    pub(in crate::requests) by_person_id: Id,
    pub(in crate::requests) at: Instant,
}

vocabulary! {
    /// Who is charged for a red.
    pub enum Party {
        /// The office.
        Office = "office",
        /// A unit.
        Unit = "unit",
        /// Nobody: the contact was tried in good faith on an old number.
        Nobody = "nobody",
    }
}

stored_as_text!(Party);

/// Who was charged for the red of a clock the company was shown.
#[derive(Debug, Clone, Queryable, AsChangeset, Insertable)]
#[diesel(table_name = charges, treat_none_as_default_value = false)]
pub(in crate::requests) struct ChargeRow {
    pub(in crate::requests) id: Id,
    pub(in crate::requests) clock_id: Id,
    pub(in crate::requests) request_id: Id,
    pub(in crate::requests) party: Party,
    pub(in crate::requests) unit_id: Option<Id>,
    pub(in crate::requests) working_seconds: i64,
    pub(in crate::requests) stopped_at: Instant,
}

rows_of_a_request!(ProgressReportRow in progress_reports by reported_at: insert_progress_report, progress_reports_of);
rows_of_a_request!(PreliminaryRow in preliminary_reports by reported_at: insert_preliminary, preliminaries_of);
rows_of_a_request!(UrgeRow in urges by at: insert_urge, urges_of);
rows_of_a_request!(MeetingRow in joint_meetings by convened_at: insert_meeting, update_meeting, meetings_of);
rows_of_a_request!(TransferRow in transfers by first_signed_at: insert_transfer, update_transfer, transfers_of);
rows_of_a_request!(RedispatchRow in redispatches by at: insert_redispatch, redispatches_of);

/// Writes what another system calls a new request. Fails with `already_exists` where that is another one's name.
pub(in crate::requests) fn insert_outside_number(
    conn: &mut Conn,
    row: &OutsideNumberRow,
) -> Result<(), Fault> {
    let inserted = diesel::insert_into(outside_numbers::table).values(row).execute(conn);
    unique(inserted, Code::AlreadyExists).map(|_| ()).map_err(|fault| match fault.code {
        Code::AlreadyExists => {
            Fault::field(Code::AlreadyExists, "/outside/number").with("what", "outside number")
        }
        _ => fault,
    })
}

/// What other systems call a request.
pub(in crate::requests) fn outside_numbers_of(
    conn: &mut Conn,
    request: Id,
) -> Result<Vec<OutsideNumberRow>, Fault> {
    let of_request = outside_numbers::table.filter(outside_numbers::request_id.eq(request));
    Ok(of_request.order((outside_numbers::system, outside_numbers::id)).load(conn)?)
}

/// Where a request comes from; `None` where its company filed it.
pub(in crate::requests) fn origin(conn: &mut Conn, request: Id) -> Result<Option<OriginRow>, Fault> {
    Ok(origins::table.find(request).first(conn).optional()?)
}

/// Writes where a new request comes from.
pub(in crate::requests) fn insert_origin(conn: &mut Conn, row: &OriginRow) -> Result<(), Fault> {
    diesel::insert_into(origins::table).values(row).execute(conn)?;
    Ok(())
}

/// Writes that the company confirmed it.
pub(in crate::requests) fn update_origin(conn: &mut Conn, row: &OriginRow) -> Result<(), Fault> {
    diesel::update(origins::table.find(row.request_id)).set(row).execute(conn)?;
    Ok(())
}

/// Writes who was charged.
pub(in crate::requests) fn insert_charge(conn: &mut Conn, row: &ChargeRow) -> Result<(), Fault> {
    diesel::insert_into(charges::table).values(row).execute(conn)?;
    Ok(())
}

/// Takes back what was charged for a clock whose stop was taken back.
pub(in crate::requests) fn delete_charges_of(conn: &mut Conn, clock: Id) -> Result<(), Fault> {
    diesel::delete(charges::table.filter(charges::clock_id.eq(clock))).execute(conn)?;
    Ok(())
}

/// Writes a new message.
pub(in crate::requests) fn insert_message(conn: &mut Conn, row: &MessageRow) -> Result<(), Fault> {
    diesel::insert_into(messages::table).values(row).execute(conn)?;
    Ok(())
}

/// Up to `limit` messages of a request after the one written at this instant with this id, oldest first.
pub(in crate::requests) fn messages_after(
    conn: &mut Conn,
    request: Id,
    after: Option<(Instant, Id)>,
    limit: i64,
) -> Result<Vec<MessageRow>, Fault> {
    let mut query = messages::table.filter(messages::request_id.eq(request)).into_boxed();
    if let Some((at, id)) = after {
        query = query.filter(messages::at.gt(at).or(messages::at.eq(at).and(messages::id.gt(id))));
    }
    Ok(query.order((messages::at, messages::id)).limit(limit).load(conn)?)
}

request_of!(joint_meetings: request_of_meeting);

/// Writes a new precedent.
pub(in crate::requests) fn insert_precedent(conn: &mut Conn, row: &PrecedentRow) -> Result<(), Fault> {
    diesel::insert_into(precedents::table).values(row).execute(conn)?;
    Ok(())
}

/// The precedents of a category, the newest first, at most `limit`.
pub(in crate::requests) fn precedents_of(
    conn: &mut Conn,
    category: Id,
    limit: i64,
) -> Result<Vec<PrecedentRow>, Fault> {
    let of_category = precedents::table.filter(precedents::category_id.eq(category));
    Ok(of_category.order((precedents::ruled_at.desc(), precedents::id.desc())).limit(limit).load(conn)?)
}

/// Whether this person was told of the request directly.
pub(in crate::requests) fn was_told(conn: &mut Conn, person: Id, request: Id) -> Result<bool, Fault> {
    let told = direct_reports::table
        .filter(direct_reports::to_person_id.eq(person))
        .filter(direct_reports::request_id.eq(request));
    Ok(diesel::select(diesel::dsl::exists(told)).get_result(conn)?)
}
