//! A request as the API shows it: one shape, of which each audience gets what it may see.

use super::access::{self, Audience};
use super::store::{
    self, AnswerRow, AnswerState, AssignmentRow, ClockRow, CommitmentRow, CommitmentState, ContactRow, RequestRow,
};
use crate::db::Conn;
use crate::domain::actor::Actor;
use crate::domain::answer::{Answer, OtherDoor};
use crate::domain::decline::DeclineGround;
use crate::domain::ids::{Id, Instant};
use crate::domain::lifecycle::{self, AssignmentAct, RequestAct};
use crate::domain::light::Light;
use crate::domain::phone::Phone;
use crate::domain::promise::{Case, Holder};
use crate::domain::timer::{self, Facts};
use crate::domain::words::{
    AssignmentState, Channel, ClockKind, ClockOutcome, Confidence, Kind, Outcome, Pace, Part, RequestState, Urgency,
};
use crate::fault::Fault;
use crate::people::{self, Unit};
use crate::promises::{self, Category};
use crate::web::LocalTime;
use chrono_tz::Tz;
use serde::Serialize;
use std::collections::HashMap;
use utoipa::ToSchema;

/// A request.
#[derive(Debug, Serialize, ToSchema)]
pub struct RequestView {
    /// Its id.
    pub id: Id,
    /// Its number, `QS` + date + at least four digits.
    #[schema(example = "QS20261122-0001")]
    pub number: String,
    /// Where it stands.
    pub state: RequestState,
    /// 1, or 2 after rework.
    pub cycle: i32,
    /// Rises with every act.
    pub version: i32,
    /// The way it came in.
    pub channel: Channel,
    /// What is wanted.
    pub kind: Kind,
    /// How pressing.
    pub urgency: Urgency,
    /// Who may know who filed.
    pub confidence: Confidence,
    /// How long the matter needs; known from dispatch on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pace: Option<Pace>,
    /// The category, once attached.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<NamedCode>,
    /// The company; missing where the reader may not know who filed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub company: Option<CompanyBrief>,
    /// One line.
    pub title: String,
    /// The matter.
    pub body: String,
    /// Where it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// Whom to ask for; missing where the reader may not know who filed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<ContactPerson>,
    /// The unit whose conduct is complained about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conduct_unit: Option<NamedCode>,
    /// When it was filed.
    pub filed_at: LocalTime,
    /// When it was first dispatched.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dispatched_at: Option<LocalTime>,
    /// When the whole answer was released.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answered_at: Option<LocalTime>,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<LocalTime>,
    /// Why it was not accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub declined: Option<Declined>,
    /// The worst light of the clocks shown; missing when none runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub light: Option<Light>,
    /// Until dispatch: by when the company may expect it to be dispatched and to be contacted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<Expected>,
    /// The units on it.
    pub parts: Vec<PartView>,
    /// The clocks the reader may see.
    pub clocks: Vec<ClockView>,
    /// The contacts and tries.
    pub contacts: Vec<ContactView>,
    /// The answers: for the company those released, for staff every revision.
    pub answers: Vec<AnswerView>,
    /// Dated promises of released answers.
    pub commitments: Vec<CommitmentView>,
    /// The acts the reader could do to the request now.
    pub possible: Vec<RequestAct>,
}

/// Something with a code and a name.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NamedCode {
    /// Its id.
    pub id: Id,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
}

/// A company in short.
#[derive(Debug, Serialize, ToSchema)]
pub struct CompanyBrief {
    /// Its id.
    pub id: Id,
    /// Its name.
    pub name: String,
    /// Its unified social credit code, where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uscc: Option<String>,
}

/// Whom to ask for.
#[derive(Debug, Serialize, ToSchema)]
pub struct ContactPerson {
    /// The name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The phone; masked for those who need not call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
}

/// Why a request was not accepted.
#[derive(Debug, Serialize, ToSchema)]
pub struct Declined {
    /// The ground.
    pub ground: DeclineGround,
    /// In words.
    pub text: String,
    /// Where to go instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub other_door: Option<OtherDoor>,
}

/// What a company may expect before its request is dispatched.
#[derive(Debug, Serialize, ToSchema)]
pub struct Expected {
    /// Dispatched by.
    pub dispatched_by: LocalTime,
    /// Contacted by, if it is dispatched at the last moment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contacted_by: Option<LocalTime>,
    /// Whether a year without a notice was counted.
    pub provisional: bool,
}

/// One unit's share.
#[derive(Debug, Serialize, ToSchema)]
pub struct PartView {
    /// The assignment's id.
    pub id: Id,
    /// The unit.
    pub unit: NamedCode,
    /// What it is on the request.
    pub part: Part,
    /// Where it stands.
    pub state: AssignmentState,
    /// The cycle it belongs to.
    pub cycle: i32,
    /// A branch that contacts the company itself.
    pub told_to_contact: bool,
    /// The office's word to the unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// When it was dispatched.
    pub dispatched_at: LocalTime,
    /// When it was signed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signed_at: Option<LocalTime>,
    /// The worst light of its own clocks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub light: Option<Light>,
    /// The acts the reader could do on it now.
    pub possible: Vec<AssignmentAct>,
}

/// A clock.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClockView {
    /// Its id.
    pub id: Id,
    /// Which.
    pub kind: ClockKind,
    /// Whose.
    pub holder: Holder,
    /// The holding unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<NamedCode>,
    /// The assignment it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assignment: Option<Id>,
    /// When it started.
    pub started_at: LocalTime,
    /// From when it is yellow; missing while it stands still.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warn_at: Option<LocalTime>,
    /// The last instant in time; missing while it stands still.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_at: Option<LocalTime>,
    /// Until when an extension may be asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ask_by: Option<LocalTime>,
    /// The first due date, kept for statistics.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_due_at: Option<LocalTime>,
    /// Rises when the due date moves.
    pub due_version: i32,
    /// Whether a year without a notice was counted.
    pub provisional: bool,
    /// Its light; missing when it is stopped or stands still.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub light: Option<Light>,
    /// When it stopped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stopped_at: Option<LocalTime>,
    /// How it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<ClockOutcome>,
}

/// A contact, or a try at one.
#[derive(Debug, Serialize, ToSchema)]
pub struct ContactView {
    /// Its id.
    pub id: Id,
    /// The unit that made it.
    pub unit: NamedCode,
    /// When it was recorded; this is the time that counts.
    pub at: LocalTime,
    /// When it was made, as the caller says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claimed_at: Option<LocalTime>,
    /// With whom.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub whom: Option<String>,
    /// How.
    pub means: String,
    /// The number called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// Whether somebody was reached.
    pub reached: bool,
    /// What came of it; for staff only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
}

/// An answer.
#[derive(Debug, Serialize, ToSchema)]
pub struct AnswerView {
    /// Its id.
    pub id: Id,
    /// The assignment it answers for; missing for a direct answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assignment: Option<Id>,
    /// The cycle it belongs to.
    pub cycle: i32,
    /// The revision.
    pub revision: i32,
    /// Where it stands.
    pub state: AnswerState,
    /// Its outcome.
    pub outcome: Outcome,
    /// What it carries; the internal note is for staff only.
    pub content: Answer,
    /// When it was released.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub released_at: Option<LocalTime>,
    /// Why it was given back; for staff only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A dated promise.
#[derive(Debug, Serialize, ToSchema)]
pub struct CommitmentView {
    /// Its id.
    pub id: Id,
    /// What was promised.
    pub title: String,
    /// By when.
    pub due_at: LocalTime,
    /// Where it stands.
    pub state: CommitmentState,
}

/// The request as `actor` may see it at `at`; hidden where they may not see it at all.
pub fn show(conn: &mut Conn, at: Instant, actor: &Actor, zone: Tz, id: Id) -> Result<RequestView, Fault> {
    let request = store::request(conn, id)?.ok_or_else(Fault::hidden)?;
    let assignments = store::assignments_of(conn, id)?;
    let audience = access::audience(actor, &request, &assignments).ok_or_else(Fault::hidden)?;
    let clocks = store::clocks_of(conn, id)?;
    let contacts = store::contacts_of(conn, id)?;
    let mut unit_ids: Vec<Id> = assignments.iter().map(|assignment| assignment.unit_id).collect();
    unit_ids.extend(contacts.iter().map(|contact| contact.unit_id));
    unit_ids.extend(request.conduct_unit_id);
    let units = people::units(conn, &unit_ids)?;
    let category = match request.category_id {
        Some(category) => promises::category(conn, category)?,
        None => None,
    };
    let company = people::company(conn, request.company_id)?;
    let answers = store::answers_of(conn, id)?;
    let commitments = store::commitments_of(conn, id)?;
    let expected = expected(conn, &request, &clocks, category.as_ref(), zone)?;
    let reader = Reader { at, zone, audience, actor, request: &request, assignments: &assignments, units: &units };
    let shown: Vec<&ClockRow> = clocks.iter().filter(|clock| reader.sees_clock(clock)).collect();
    let knows_filer = audience.knows_filer(request.confidence);
    Ok(RequestView {
        id,
        number: request.number.clone(),
        state: request.state,
        cycle: request.cycle,
        version: request.version,
        channel: request.channel,
        kind: request.kind,
        urgency: request.urgency,
        confidence: request.confidence,
        pace: request.pace,
        category: category.map(|category| NamedCode { id: category.id, code: category.code, name: category.name }),
        company: company
            .filter(|_| knows_filer)
            .map(|company| CompanyBrief { id: company.id, name: company.name, uscc: company.uscc }),
        title: request.title.clone(),
        body: request.body.clone(),
        place: request.place.clone(),
        contact: knows_filer.then(|| reader.contact_person()).flatten(),
        conduct_unit: request.conduct_unit_id.filter(|_| knows_filer).map(|unit| reader.unit(unit)),
        filed_at: reader.time(request.filed_at),
        dispatched_at: request.dispatched_at.map(|at| reader.time(at)),
        answered_at: request.answered_at.map(|at| reader.time(at)),
        ended_at: request.ended_at.map(|at| reader.time(at)),
        declined: declined(&request),
        light: reader.worst(&mut shown.iter().copied().filter(|clock| reader.counts(clock))),
        expected,
        parts: reader.parts(&clocks),
        clocks: shown.iter().map(|clock| reader.clock(clock)).collect(),
        contacts: contacts.iter().map(|contact| reader.contact(contact)).collect(),
        answers: answers.iter().filter_map(|answer| reader.answer(answer)).collect(),
        commitments: commitments.iter().map(|commitment| reader.commitment(commitment)).collect(),
        possible: reader.possible(),
    })
}

fn declined(request: &RequestRow) -> Option<Declined> {
    let ground = DeclineGround::from_code(request.ground.as_deref()?)?;
    Some(Declined { ground, text: request.ground_text.clone()?, other_door: ground.other_door() })
}

/// Until dispatch the company is shown what follows if the office takes all its time.
fn expected(
    conn: &mut Conn,
    request: &RequestRow,
    clocks: &[ClockRow],
    category: Option<&Category>,
    zone: Tz,
) -> Result<Option<Expected>, Fault> {
    let waiting = clocks.iter().find(|clock| clock.kind == ClockKind::Dispatch && clock.is_open());
    let Some((clock, due_at)) = waiting.and_then(|clock| Some((clock, clock.due_at?))) else { return Ok(None) };
    if request.dispatched_at.is_some() {
        return Ok(None);
    }
    let terms = promises::terms(conn, &clock.calendar)?;
    let case = Case {
        clock: ClockKind::CompanyContact,
        holder: Holder::Company,
        kind: request.kind,
        urgency: request.urgency,
        category: category.map(|category| category.code.as_str()),
        channel: request.channel,
        pace: request.pace.unwrap_or(Pace::Ordinary),
    };
    let rule = terms.book.rule_for(&case);
    let dates = rule.and_then(|rule| timer::dates(&terms.calendar, due_at, rule, &Facts::default()).ok().flatten());
    Ok(Some(Expected {
        dispatched_by: LocalTime::new(due_at, zone),
        contacted_by: dates.map(|dates| LocalTime::new(dates.due_at, zone)),
        provisional: clock.provisional || dates.is_some_and(|dates| dates.provisional),
    }))
}

/// Who reads, when, and what of.
struct Reader<'a> {
    at: Instant,
    zone: Tz,
    audience: Audience,
    actor: &'a Actor,
    request: &'a RequestRow,
    assignments: &'a [AssignmentRow],
    units: &'a HashMap<Id, Unit>,
}

impl Reader<'_> {
    fn time(&self, at: Instant) -> LocalTime {
        LocalTime::new(at, self.zone)
    }

    fn unit(&self, id: Id) -> NamedCode {
        let unit = self.units.get(&id);
        NamedCode {
            id,
            code: unit.map(|unit| unit.code.clone()).unwrap_or_default(),
            name: unit.map(|unit| unit.name.clone()).unwrap_or_default(),
        }
    }

    /// The company sees the clocks it is promised and its own; staff see all.
    fn sees_clock(&self, clock: &ClockRow) -> bool {
        self.audience != Audience::Company || clock.holder == Holder::Company
    }

    /// The company's light follows what it is promised; the staff's follows everything the company does not hold.
    fn counts(&self, clock: &ClockRow) -> bool {
        let promised = matches!(clock.kind, ClockKind::CompanyContact | ClockKind::CompanyFeedback);
        if self.audience == Audience::Company { promised } else { clock.holder != Holder::Company }
    }

    fn light(&self, clock: &ClockRow) -> Option<Light> {
        let (warn_at, due_at) = (clock.warn_at?, clock.due_at?);
        match (clock.is_open(), clock.disputed) {
            (false, _) => None,
            (true, true) => Some(Light::Hollow),
            (true, false) => Some(Light::of(warn_at, due_at, self.at)),
        }
    }

    fn worst<'c>(&self, clocks: &mut dyn Iterator<Item = &'c ClockRow>) -> Option<Light> {
        clocks.filter_map(|clock| self.light(clock)).filter(|light| *light != Light::Hollow).max()
    }

    /// Full numbers are for those who must call; others see them masked.
    fn contact_person(&self) -> Option<ContactPerson> {
        let reach = self.actor.reach();
        let is_told =
            |assignment: &AssignmentRow| assignment.told_to_contact && reach.contains(&assignment.unit_id);
        let calls = self.audience != Audience::Unit || self.assignments.iter().any(is_told);
        let phone = self.request.contact_phone.as_deref().map(|phone| match Phone::parse(phone) {
            Ok(known) if !calls => known.masked().to_owned(),
            _ => phone.to_owned(),
        });
        let name = self.request.contact_name.clone();
        (name.is_some() || phone.is_some()).then_some(ContactPerson { name, phone })
    }

    /// The company is shown the lead and the branches; who assists is the units' affair.
    fn parts(&self, clocks: &[ClockRow]) -> Vec<PartView> {
        let is_company = self.audience == Audience::Company;
        self.assignments
            .iter()
            .filter(|assignment| !is_company || assignment.part != Part::Assist)
            .map(|assignment| {
                let mut own = clocks.iter().filter(|clock| clock.assignment_id == Some(assignment.id));
                PartView {
                    id: assignment.id,
                    unit: self.unit(assignment.unit_id),
                    part: assignment.part,
                    state: assignment.state,
                    cycle: assignment.cycle,
                    told_to_contact: assignment.told_to_contact,
                    note: assignment.note.clone().filter(|_| !is_company),
                    dispatched_at: self.time(assignment.dispatched_at),
                    signed_at: assignment.signed_at.map(|at| self.time(at)),
                    light: if is_company { None } else { self.worst(&mut own) },
                    possible: self.possible_on(assignment),
                }
            })
            .collect()
    }

    fn clock(&self, clock: &ClockRow) -> ClockView {
        let time = |at: Option<Instant>| at.map(|at| self.time(at));
        ClockView {
            id: clock.id,
            kind: clock.kind,
            holder: clock.holder,
            unit: clock.holder_unit_id.map(|unit| self.unit(unit)),
            assignment: clock.assignment_id,
            started_at: self.time(clock.started_at),
            warn_at: time(clock.warn_at),
            due_at: time(clock.due_at),
            ask_by: time(clock.ask_by),
            first_due_at: time(clock.first_due_at),
            due_version: clock.due_version,
            provisional: clock.provisional,
            light: self.light(clock),
            stopped_at: time(clock.stopped_at),
            outcome: clock.outcome,
        }
    }

    fn contact(&self, contact: &ContactRow) -> ContactView {
        let knows_filer = self.audience.knows_filer(self.request.confidence);
        let is_staff = self.audience != Audience::Company;
        ContactView {
            id: contact.id,
            unit: self.unit(contact.unit_id),
            at: self.time(contact.at),
            claimed_at: contact.claimed_at.map(|at| self.time(at)),
            whom: Some(contact.whom.clone()).filter(|_| knows_filer),
            means: contact.means.clone(),
            number: contact.number.clone().filter(|_| knows_filer && self.audience != Audience::Unit),
            reached: contact.reached,
            outcome: Some(contact.outcome.clone()).filter(|_| is_staff && knows_filer),
        }
    }

    fn answer(&self, answer: &AnswerRow) -> Option<AnswerView> {
        let is_company = self.audience == Audience::Company;
        if is_company && answer.state != AnswerState::Released {
            return None;
        }
        let mut content = answer.content.0.clone();
        if is_company {
            content.internal_note = None;
        }
        Some(AnswerView {
            id: answer.id,
            assignment: answer.assignment_id,
            cycle: answer.cycle,
            revision: answer.revision,
            state: answer.state,
            outcome: answer.outcome,
            content,
            released_at: answer.released_at.map(|at| self.time(at)),
            reason: answer.reason.clone().filter(|_| !is_company),
        })
    }

    fn commitment(&self, commitment: &CommitmentRow) -> CommitmentView {
        CommitmentView {
            id: commitment.id,
            title: commitment.title.clone(),
            due_at: self.time(commitment.due_at),
            state: commitment.state,
        }
    }

    fn possible(&self) -> Vec<RequestAct> {
        let capacities = access::capacities(self.actor, self.request);
        let may = |act: &RequestAct| {
            capacities.iter().any(|capacity| lifecycle::request(self.request.state, *act, *capacity).is_ok())
        };
        RequestAct::ALL.iter().copied().filter(may).collect()
    }

    fn possible_on(&self, assignment: &AssignmentRow) -> Vec<AssignmentAct> {
        let capacities = access::capacities_on(self.actor, self.request, self.assignments, assignment);
        let may = |act: &AssignmentAct| {
            capacities.iter().any(|capacity| {
                lifecycle::assignment(assignment.state, assignment.part, *act, *capacity).is_ok()
            })
        };
        AssignmentAct::ALL.iter().copied().filter(may).collect()
    }
}
