//! The stored rows as they stand, and who is what on them: told here anew, not asked of the application.

use super::{COMPANIES, UNITS};
use crate::support::app::TestApp;
use diesel::prelude::*;
use onedoor::db::schema::{
    appeals, assignments, clocks, commitments, companies, contacts, contests, extensions, joint_meetings,
    memberships, persons, plans, requests, returns, transfers, units, withdrawals,
};
use onedoor::domain::ids::{Id, Instant};
use onedoor::domain::lifecycle::{self, AssignmentAct, Capacity, RequestAct};
use onedoor::domain::words::{AssignmentState, ClockKind, Confidence, Part, RequestState};
use std::collections::HashMap;

/// A request.
#[derive(Debug, Clone, PartialEq, Queryable)]
pub(super) struct Request {
    pub(super) id: Id,
    pub(super) number: String,
    pub(super) state: RequestState,
    pub(super) cycle: i32,
    pub(super) confidence: Confidence,
    pub(super) company: Id,
    pub(super) filed_by: Id,
    pub(super) master: Option<Id>,
    pub(super) dispatched_at: Option<Instant>,
    pub(super) version: i32,
}

/// One unit's share.
#[derive(Debug, Clone, PartialEq, Queryable)]
pub(super) struct Assignment {
    pub(super) id: Id,
    pub(super) request: Id,
    pub(super) unit: Id,
    pub(super) part: Part,
    pub(super) cycle: i32,
    pub(super) state: AssignmentState,
    pub(super) version: i32,
}

/// A clock.
#[derive(Debug, Clone, PartialEq, Queryable)]
pub(super) struct Clock {
    pub(super) id: Id,
    pub(super) request: Id,
    pub(super) assignment: Option<Id>,
    pub(super) commitment: Option<Id>,
    pub(super) kind: ClockKind,
    pub(super) holder: String,
    pub(super) cycle: i32,
    pub(super) started_at: Instant,
    pub(super) due_at: Option<Instant>,
    pub(super) ask_by: Option<Instant>,
    pub(super) stopped_at: Option<Instant>,
    pub(super) outcome: Option<String>,
    pub(super) facts: onedoor::db::Json,
}

/// Something asked for, about a request and perhaps an assignment, and whether it waits for a word.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Asked {
    pub(super) id: Id,
    pub(super) request: Id,
    pub(super) assignment: Option<Id>,
    pub(super) waits: bool,
}

/// All of it at one moment.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Snapshot {
    pub(super) requests: Vec<Request>,
    pub(super) assignments: Vec<Assignment>,
    pub(super) clocks: Vec<Clock>,
    pub(super) contacts: Vec<Asked>,
    pub(super) contests: Vec<Asked>,
    pub(super) returns: Vec<Asked>,
    pub(super) extensions: Vec<Asked>,
    pub(super) plans: Vec<Asked>,
    pub(super) withdrawals: Vec<Asked>,
    pub(super) transfers: Vec<Asked>,
    pub(super) meetings: Vec<Asked>,
    pub(super) commitments: Vec<Asked>,
    pub(super) appeals: Vec<Asked>,
    units: HashMap<String, Id>,
    companies: HashMap<String, Id>,
    persons: HashMap<String, Id>,
}

type Row = (Id, Id, Option<Id>, Option<Instant>);

fn asked(rows: Vec<Row>) -> Vec<Asked> {
    rows.into_iter()
        .map(|(id, request, assignment, ruled)| Asked { id, request, assignment, waits: ruled.is_none() })
        .collect()
}

/// As [`asked`], of what is about the request and no assignment of it.
fn asked_of_the_whole(rows: Vec<(Id, Id, Option<Instant>)>) -> Vec<Asked> {
    asked(rows.into_iter().map(|(id, request, ruled)| (id, request, None, ruled)).collect())
}

impl Snapshot {
    /// Reads everything.
    pub(super) async fn take(app: &TestApp) -> Self {
        let read = app.context.db.read(|conn| {
            Ok(Self {
                requests: requests::table
                    .order(requests::id)
                    .select((
                        requests::id,
                        requests::number,
                        requests::state,
                        requests::cycle,
                        requests::confidence,
                        requests::company_id,
                        requests::filed_by,
                        requests::master_id,
                        requests::dispatched_at,
                        requests::version,
                    ))
                    .load(conn)?,
                assignments: assignments::table
                    .order(assignments::id)
                    .select((
                        assignments::id,
                        assignments::request_id,
                        assignments::unit_id,
                        assignments::part,
                        assignments::cycle,
                        assignments::state,
                        assignments::version,
                    ))
                    .load(conn)?,
                clocks: clocks::table
                    .order(clocks::id)
                    .select((
                        clocks::id,
                        clocks::request_id,
                        clocks::assignment_id,
                        clocks::commitment_id,
                        clocks::kind,
                        clocks::holder,
                        clocks::cycle,
                        clocks::started_at,
                        clocks::due_at,
                        clocks::ask_by,
                        clocks::stopped_at,
                        clocks::outcome,
                        clocks::facts,
                    ))
                    .load(conn)?,
                contacts: contacts::table
                    .filter(contacts::reached.eq(true))
                    .order(contacts::id)
                    .select((contacts::id, contacts::request_id, contacts::assignment_id))
                    .load::<(Id, Id, Option<Id>)>(conn)?
                    .into_iter()
                    .map(|(id, request, assignment)| Asked { id, request, assignment, waits: true })
                    .collect(),
                contests: asked_of_the_whole(
                    contests::table
                        .order(contests::id)
                        .select((contests::id, contests::request_id, contests::ruled_at))
                        .load(conn)?,
                ),
                returns: asked(
                    returns::table
                        .order(returns::id)
                        .select((
                            returns::id,
                            returns::request_id,
                            returns::assignment_id.nullable(),
                            returns::ruled_at,
                        ))
                        .load(conn)?,
                ),
                extensions: asked(
                    extensions::table
                        .order(extensions::id)
                        .select((
                            extensions::id,
                            extensions::request_id,
                            extensions::assignment_id.nullable(),
                            extensions::ruled_at,
                        ))
                        .load(conn)?,
                ),
                plans: asked(
                    plans::table
                        .order(plans::id)
                        .select((
                            plans::id,
                            plans::request_id,
                            plans::assignment_id.nullable(),
                            plans::ruled_at,
                        ))
                        .load(conn)?,
                ),
                withdrawals: asked_of_the_whole(
                    withdrawals::table
                        .order(withdrawals::id)
                        .select((withdrawals::id, withdrawals::request_id, withdrawals::ruled_at))
                        .load(conn)?,
                ),
                transfers: asked_of_the_whole(
                    transfers::table
                        .order(transfers::id)
                        .select((transfers::id, transfers::request_id, transfers::second_signed_at))
                        .load(conn)?,
                ),
                meetings: asked_of_the_whole(
                    joint_meetings::table
                        .order(joint_meetings::id)
                        .select((joint_meetings::id, joint_meetings::request_id, joint_meetings::held_at))
                        .load(conn)?,
                ),
                commitments: asked(
                    commitments::table
                        .order(commitments::id)
                        .select((
                            commitments::id,
                            commitments::request_id,
                            commitments::assignment_id,
                            commitments::ended_at,
                        ))
                        .load(conn)?,
                ),
                appeals: asked(
                    appeals::table
                        .order(appeals::id)
                        .select((
                            appeals::id,
                            appeals::request_id,
                            appeals::assignment_id.nullable(),
                            appeals::ruled_at,
                        ))
                        .load(conn)?,
                ),
                units: units::table
                    .select((units::code, units::id))
                    .load::<(String, Id)>(conn)?
                    .into_iter()
                    .collect(),
                companies: memberships::table
                    .inner_join(persons::table)
                    .inner_join(companies::table)
                    .select((persons::username.assume_not_null(), companies::id))
                    .load::<(String, Id)>(conn)?
                    .into_iter()
                    .collect(),
                persons: persons::table
                    .filter(persons::username.is_not_null())
                    .select((persons::username.assume_not_null(), persons::id))
                    .load::<(String, Id)>(conn)?
                    .into_iter()
                    .collect(),
            })
        });
        read.await.expect("the rows can be read")
    }

    pub(super) fn request(&self, id: Id) -> &Request {
        self.requests.iter().find(|row| row.id == id).expect("the request is there")
    }

    pub(super) fn assignment(&self, id: Id) -> &Assignment {
        self.assignments.iter().find(|row| row.id == id).expect("the assignment is there")
    }

    pub(super) fn parts_of(&self, request: Id) -> impl Iterator<Item = &Assignment> {
        self.assignments.iter().filter(move |row| row.request == request)
    }

    /// How many requests are open.
    pub(super) fn open(&self) -> usize {
        self.requests.iter().filter(|request| request.state.is_open()).count()
    }

    /// The user of the company that a request is for.
    pub(super) fn company_user(&self, request: Id) -> &'static str {
        let company = self.request(request).company;
        COMPANIES.iter().find(|user| self.companies.get(**user) == Some(&company)).expect("one of the two")
    }

    /// The unit's code.
    pub(super) fn code(&self, unit: Id) -> &'static str {
        UNITS.iter().find(|code| self.units.get(**code) == Some(&unit)).expect("one of the units that act")
    }

    fn unit_of(&self, who: &str) -> Option<Id> {
        who.split_once('.').and_then(|(code, _)| self.units.get(code)).copied()
    }

    fn files_for(&self, who: &str, request: Id) -> bool {
        COMPANIES.contains(&who) && self.companies.get(who) == Some(&self.request(request).company)
    }

    /// Whether this person filed it, as a specialist.
    fn filed_as_specialist(&self, who: &str, request: Id) -> bool {
        who == "specialist" && self.persons.get(who) == Some(&self.request(request).filed_by)
    }

    /// Whether this person may see the request at all.
    pub(super) fn sees(&self, request: Id, who: &str) -> bool {
        match who {
            "dispatcher" | "second_dispatcher" | "auditor" => true,
            // They chase and lead the whole district.
            "leader" | "supervisor" => self.parts_of(request).next().is_some(),
            _ => {
                self.files_for(who, request)
                    || self.filed_as_specialist(who, request)
                    || self
                        .unit_of(who)
                        .is_some_and(|unit| self.parts_of(request).any(|part| part.unit == unit))
            }
        }
    }

    /// Whether this person reads the request as its lead does.
    pub(super) fn leads(&self, request: Id, who: &str) -> bool {
        let live =
            |part: &Assignment| !matches!(part.state, AssignmentState::Returned | AssignmentState::Closed);
        let is_of = |unit: Id| matches!(who, "leader" | "supervisor") || self.unit_of(who) == Some(unit);
        self.parts_of(request).any(|part| part.part == Part::Lead && live(part) && is_of(part.unit))
    }

    /// In which capacities this person acts on the request; whoever merely reads it is as the auditor.
    pub(super) fn capacities(&self, request: Id, who: &str) -> Vec<Capacity> {
        if !self.sees(request, who) {
            return Vec::new();
        }
        let capacity = match who {
            "dispatcher" | "second_dispatcher" => Capacity::Dispatcher,
            _ if self.files_for(who, request) => Capacity::Company,
            _ => Capacity::Auditor,
        };
        vec![capacity]
    }

    /// In which capacities this person acts on one share.
    pub(super) fn capacities_on(&self, assignment: Id, who: &str) -> Vec<Capacity> {
        let row = self.assignment(assignment);
        let mut capacities = self.capacities(row.request, who);
        if capacities.is_empty() || (self.files_for(who, row.request) && row.part == Part::Assist) {
            return Vec::new();
        }
        let (unit, role) = (self.unit_of(who), who.split_once('.').map(|(_, role)| role));
        if unit == Some(row.unit) {
            capacities.push(if role == Some("handler") { Capacity::Handler } else { Capacity::Signer });
        }
        let live =
            |part: &Assignment| !matches!(part.state, AssignmentState::Returned | AssignmentState::Closed);
        let leads = self.parts_of(row.request).any(|other| {
            other.part == Part::Lead
                && live(other)
                && other.cycle == row.cycle
                && other.id != row.id
                && Some(other.unit) == unit
        });
        if leads && role == Some("handler") {
            capacities.push(Capacity::Lead);
        }
        match who {
            "leader" => capacities.push(Capacity::Leader),
            "supervisor" => capacities.push(Capacity::Supervisor),
            _ => {}
        }
        capacities
    }
}

/// Whether a request may stand in `is` in the same transaction in which an act led it to `next`.
pub(super) fn request_follows(next: RequestState, is: RequestState) -> bool {
    next == is
        || RequestAct::ALL
            .iter()
            .filter_map(|act| lifecycle::request(next, *act, Capacity::System).ok())
            .any(|then| then != next && (then == is || request_follows_once(then, is)))
}

fn request_follows_once(next: RequestState, is: RequestState) -> bool {
    RequestAct::ALL
        .iter()
        .filter_map(|act| lifecycle::request(next, *act, Capacity::System).ok())
        .any(|then| then == is)
}

/// The same of an assignment.
pub(super) fn assignment_follows(next: AssignmentState, part: Part, is: AssignmentState) -> bool {
    next == is
        || AssignmentAct::ALL
            .iter()
            .filter_map(|act| lifecycle::assignment(next, part, *act, Capacity::System).ok())
            .any(|then| then == is)
}
