//! A request as the API shows it: one shape, of which each audience gets what it may see.

mod behalf;
mod charges;
mod contests;
mod in_hand;
mod echoes;
mod meetings;
mod phones;
mod returns;
mod asked;
mod extensions;
mod plans;
mod shapes;
mod transfer;
mod urges;
mod withdrawal;

pub use behalf::{OnBehalf, OutsideNumber};
pub use contests::ContestView;
pub use echoes::{EchoView, MasterView};
pub use extensions::{ExtensionView, ExtensionWord};
pub use meetings::{MeetingView, PrecedentView};
pub(super) use phones::Phones;
pub use plans::{MilestoneView, PlanView, PreliminaryView, ProgressView, WaitingView};
pub use returns::ReturnView;
pub use shapes::{
    AnswerView, ChargeView, ClockView, CommitmentView, CompanyBrief, ContactPerson, ContactView, Declined,
    Expected, NamedCode, PapersView, PartView, RequestView,
};
pub use transfer::{Signature, TransferView};
pub use urges::UrgesView;
pub use withdrawal::WithdrawalView;

use super::access::{self, Audience, Shown};
use super::attached::Viewer;
use super::charges::is_facing;
use super::store::{
    self, AnswerRow, AssignmentRow, ClockRow, CommitmentRow, ContactRow, ContestRow, RequestRow,
    SupplementRow,
};
use crate::attachments::{self, Attachment, AttachmentView};
use crate::db::Conn;
use crate::domain::actor::Actor;
use crate::domain::decline::DeclineGround;
use crate::domain::ids::{Id, Instant};
use crate::domain::lifecycle::{self, AssignmentAct, RequestAct};
use crate::domain::light::Light;
use crate::domain::promise::Holder;
use crate::domain::timer::{self, Facts};
use crate::domain::words::{AssignmentState, ClockKind, Part};
use crate::fault::Fault;
use crate::people::{self, Unit};
use crate::promises::{self, Category};
use crate::web::LocalTime;
use asked::Asked;
use charges::Calendars;
use chrono_tz::Tz;
use std::collections::HashMap;

/// The request as `actor` may see it at `at`; hidden where they may not see it at all.
pub fn show(conn: &mut Conn, at: Instant, actor: &Actor, zone: Tz, id: Id) -> Result<RequestView, Fault> {
    show_with(conn, at, actor, zone, id, Phones::AsNeeded)
}

/// The same with its telephone numbers as `phones` says.
pub(super) fn show_with(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    zone: Tz,
    id: Id,
    phones: Phones,
) -> Result<RequestView, Fault> {
    let request = store::request(conn, id)?.ok_or_else(Fault::hidden)?;
    let assignments = store::assignments_of(conn, id)?;
    let audience = access::audience_of(conn, actor, &request, &assignments)?.ok_or_else(Fault::hidden)?;
    let clocks = store::clocks_of(conn, id)?;
    let contacts = store::contacts_of(conn, id)?;
    let mut unit_ids: Vec<Id> = assignments.iter().map(|assignment| assignment.unit_id).collect();
    unit_ids.extend(contacts.iter().map(|contact| contact.unit_id));
    unit_ids.extend(clocks.iter().filter_map(|clock| clock.holder_unit_id));
    unit_ids.extend(request.conduct_unit_id);
    unit_ids.extend(assignments.iter().filter_map(|assignment| assignment.section_id));
    let units = people::units(conn, &unit_ids)?;
    let category = match request.category_id {
        Some(category) => promises::category(conn, category)?,
        None => None,
    };
    let company = people::company(conn, request.company_id)?;
    let answers = store::answers_of(conn, id)?;
    let commitments = store::commitments_of(conn, id)?;
    let papers = store::supplements_of(conn, id)?;
    let calendars = Calendars::of(conn, &clocks, at)?;
    let (origin, outside) = if request.channel.is_of_company() {
        (None, Vec::new())
    } else {
        (store::origin(conn, id)?, store::outside_numbers_of(conn, id)?)
    };
    let withdrawals = match request.dispatched_at {
        Some(_) => store::withdrawals_of(conn, id)?,
        None => Vec::new(),
    };
    let transfers = if access::sees_transfer(audience) { store::transfers_of(conn, id)? } else { Vec::new() };
    let undue = [
        super::behalf::undue(origin.as_ref()),
        super::withdrawal::undue(&withdrawals, &assignments, &request),
        super::transfer::undue(&transfers, actor),
        super::correct::undue(&answers),
    ];
    let is_reached = contacts.iter().any(|contact| contact.reached);
    let contests = if is_reached { store::contests_of(conn, id)? } else { Vec::new() };
    // Nothing was urged before the second act.
    let urges = if request.version > 1 { store::urges_of(conn, id)? } else { Vec::new() };
    let shows_numbers = phones == Phones::Whole || access::must_call(audience, actor, &request, &assignments);
    let merging = echoes::merging(conn, (audience, shows_numbers), &request, &clocks)?;
    let asked = Asked::read(conn, id, &clocks)?;
    let expected = expected(conn, &request, &clocks, category.as_ref(), zone)?;
    let returned = returns::Returned::of(conn, &request)?;
    let meetings = meetings::Meetings::of(conn, &request, audience)?;
    let reader = Reader {
        at,
        zone,
        audience,
        actor,
        reach: actor.reach(),
        shows_numbers,
        request: &request,
        assignments: &assignments,
        units: &units,
        calendars: &calendars,
    };
    let handlers = reader.handlers(conn)?;
    // What the machine does not know: whether there is something to contest, to rule on, to urge.
    let is_idle = |act: &RequestAct| match act {
        RequestAct::Contest => !contacts.iter().any(|contact| reader.may_contest(contact, &contests)),
        RequestAct::RuleContest => contests.iter().all(|contest| contest.ruled_at.is_some()),
        RequestAct::Urge => reader.is_urged_today(&urges),
        RequestAct::Merge => !merging.may_merge,
        RequestAct::Redispatch => request.cycle > 1,
        RequestAct::RecordMeeting => !meetings.is_one_planned(),
        _ => false,
    };
    let possible = reader.possible(&undue.concat()).into_iter().filter(|act| !is_idle(act)).collect();
    let shown: Vec<&ClockRow> = clocks
        .iter()
        .filter(|clock| access::sees_clock(audience, &reader.reach, &assignments, clock))
        .collect();
    let knows_filer = audience.knows_filer(request.confidence);
    let files = attachments::of_request(conn, id)?;
    let mut parts = reader.parts(&clocks, &asked, &handlers);
    returns::only_returnable(conn, at, &mut parts, (&assignments, &clocks, &contacts))?;
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
        category: category.map(|category| NamedCode {
            id: category.id,
            code: category.code,
            name: category.name,
        }),
        company: company.filter(|_| knows_filer).map(|company| CompanyBrief {
            id: company.id,
            name: company.name,
            uscc: company.uscc,
        }),
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
        parts,
        clocks: shown.iter().map(|clock| reader.clock(clock)).collect::<Result<_, Fault>>()?,
        contacts: contacts.iter().map(|contact| reader.contact(contact, &contests)).collect(),
        attachments: reader.attachments(&files, &answers),
        answers: answers.iter().filter_map(|answer| reader.answer(answer)).collect(),
        commitments: commitments.iter().map(|commitment| reader.commitment(commitment)).collect(),
        papers: papers.iter().map(|papers| reader.papers(papers)).collect(),
        charges: reader.charges(&clocks)?,
        on_behalf: behalf::on_behalf(&reader, origin.as_ref()),
        outside: behalf::outside(&reader, outside),
        limit_at: origin.and_then(|origin| origin.limit_at).map(|at| reader.time(at)),
        withdrawal: withdrawal::withdrawal(&reader, &withdrawals),
        transfer: transfer::transfer(conn, &reader, &transfers)?,
        urges: reader.urges(&urges),
        echoes: merging.echoes,
        master: merging.master,
        redispatches: returned.redispatches,
        returns: returned.shown(&reader, &clocks),
        meetings: meetings.shown(zone),
        extensions: extensions::extensions(&reader, &clocks, &asked),
        plan: plans::plan(&reader, &asked),
        progress: plans::progress(&reader, &asked),
        preliminary: plans::preliminary(&reader, &asked),
        possible,
    })
}

/// What `actor` could do at `at` to the share with this id, or to the request it is the id of, or of something about it.
pub(super) fn possible(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    zone: Tz,
    id: Id,
) -> Result<Vec<&'static str>, Fault> {
    let Some((request, assignment)) = store::subject(conn, id)? else { return Ok(Vec::new()) };
    let view = show(conn, at, actor, zone, request)?;
    let Some(assignment) = assignment else {
        return Ok(view.possible.into_iter().map(RequestAct::code).collect());
    };
    let part = view.parts.into_iter().find(|part| part.id == assignment);
    Ok(part.into_iter().flat_map(|part| part.possible).map(AssignmentAct::code).collect())
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
    let Some((clock, due_at)) = waiting.and_then(|clock| Some((clock, clock.due_at?))) else {
        return Ok(None);
    };
    if request.dispatched_at.is_some() {
        return Ok(None);
    }
    let terms = promises::terms(conn, &clock.calendar)?;
    let case = request.case(ClockKind::CompanyContact, Holder::Company, category);
    let rule = terms.book.rule_for(&case);
    let dates =
        rule.and_then(|rule| timer::dates(&terms.calendar, due_at, rule, &Facts::default()).ok().flatten());
    Ok(Some(Expected {
        dispatched_by: LocalTime::new(due_at, zone),
        contacted_by: dates.map(|dates| LocalTime::new(dates.due_at, zone)),
        provisional: clock.provisional || dates.is_some_and(|dates| dates.provisional),
    }))
}

/// What the company is told of a part: drafts, signatures, returns and rulings inside the house are not for it.
fn told_state(assignment: &AssignmentRow) -> AssignmentState {
    let state = match assignment.state {
        AssignmentState::Returning => assignment.returning_from.unwrap_or(AssignmentState::Signed),
        state => state,
    };
    match state {
        AssignmentState::Drafted | AssignmentState::Answered | AssignmentState::Returning => {
            AssignmentState::Signed
        }
        AssignmentState::Returned => AssignmentState::Closed,
        AssignmentState::Dispatched
        | AssignmentState::Signed
        | AssignmentState::Accepted
        | AssignmentState::Closed => state,
    }
}

/// Who reads, when, and what of.
struct Reader<'a> {
    at: Instant,
    zone: Tz,
    audience: Audience,
    actor: &'a Actor,
    reach: Vec<Id>,
    /// Whether numbers are shown whole.
    shows_numbers: bool,
    request: &'a RequestRow,
    assignments: &'a [AssignmentRow],
    units: &'a HashMap<Id, Unit>,
    calendars: &'a Calendars,
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

    /// The company's light follows what it is promised; the staff's follows everything the company does not hold.
    fn counts(&self, clock: &ClockRow) -> bool {
        if self.audience == Audience::Company { is_facing(clock) } else { clock.holder != Holder::Company }
    }

    fn light(&self, clock: &ClockRow) -> Option<Light> {
        if clock.disputed {
            return Some(Light::Hollow);
        }
        let (warn_at, due_at) = (clock.warn_at?, clock.due_at?);
        clock.is_open().then(|| Light::of(warn_at, due_at, self.at))
    }

    fn worst(&self, clocks: &mut dyn Iterator<Item = &ClockRow>) -> Option<Light> {
        clocks.filter_map(|clock| self.light(clock)).filter(|light| *light != Light::Hollow).max()
    }

    /// The company is shown the lead and the branches; who assists is the units' affair.
    fn parts(&self, clocks: &[ClockRow], asked: &Asked, handlers: &HashMap<Id, String>) -> Vec<PartView> {
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
                    state: if is_company { told_state(assignment) } else { assignment.state },
                    cycle: assignment.cycle,
                    told_to_contact: assignment.told_to_contact,
                    note: assignment.note.clone().filter(|_| self.reads_note(assignment)),
                    dispatched_at: self.time(assignment.dispatched_at),
                    signed_at: assignment.signed_at.map(|at| self.time(at)),
                    light: if is_company { None } else { self.worst(&mut own) },
                    handler: assignment.handler_id.and_then(|id| handlers.get(&id)).cloned(),
                    section: assignment
                        .section_id
                        .filter(|_| self.knows_handler(assignment))
                        .map(|id| self.unit(id)),
                    since: assignment
                        .handed_on_at
                        .filter(|_| self.knows_handler(assignment))
                        .map(|at| self.time(at)),
                    possible: self.possible_on(assignment, clocks, asked),
                }
            })
            .collect()
    }

    /// The office's word to a unit is for that unit and the office.
    fn reads_note(&self, assignment: &AssignmentRow) -> bool {
        self.audience == Audience::Office || access::is_in(&self.reach, assignment)
    }

    fn clock(&self, clock: &ClockRow) -> Result<ClockView, Fault> {
        let time = |at: Option<Instant>| at.map(|at| self.time(at));
        Ok(ClockView {
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
            red_days: self.red_days(clock)?,
            stopped_at: time(clock.stopped_at),
            outcome: clock.outcome,
            excused: clock.facts.0.excused,
        })
    }

    fn contact(&self, contact: &ContactRow, contests: &[ContestRow]) -> ContactView {
        let knows_filer = self.audience.knows_filer(self.request.confidence);
        let is_staff = self.audience != Audience::Company;
        ContactView {
            id: contact.id,
            unit: self.unit(contact.unit_id),
            at: self.time(contact.at),
            claimed_at: contact.claimed_at.map(|at| self.time(at)),
            whom: Some(contact.whom.clone()).filter(|_| knows_filer),
            means: contact.means.clone(),
            number: self.number_called(contact),
            reached: contact.reached,
            outcome: Some(contact.outcome.clone()).filter(|_| is_staff && knows_filer),
            joint_with: contact.joint_with.as_ref().filter(|_| is_staff).map(|with| with.0.clone()),
            standing: contact.standing,
            contest: self.contest(contact, contests),
            contestable: self.may_contest(contact, contests),
        }
    }

    fn answer(&self, answer: &AnswerRow) -> Option<AnswerView> {
        let shown = access::sees_answer(self.audience, &self.reach, self.assignments, answer);
        if shown == Shown::Nothing {
            return None;
        }
        let mut content = answer.content.0.clone();
        content.internal_note = content.internal_note.filter(|_| shown == Shown::Whole);
        Some(AnswerView {
            id: answer.id,
            assignment: answer.assignment_id,
            cycle: answer.cycle,
            revision: answer.revision,
            state: answer.state,
            outcome: answer.outcome,
            content,
            released_at: answer.released_at.map(|at| self.time(at)),
            reason: answer.reason.clone().filter(|_| shown == Shown::Whole),
        })
    }

    fn attachments(&self, files: &[Attachment], answers: &[AnswerRow]) -> Vec<AttachmentView> {
        let Self { audience, request, assignments, zone, .. } = *self;
        let viewer = Viewer { audience, reach: &self.reach, request, assignments, answers };
        files.iter().filter(|file| viewer.sees(file)).map(|file| AttachmentView::of(file, zone)).collect()
    }

    fn commitment(&self, commitment: &CommitmentRow) -> CommitmentView {
        CommitmentView {
            id: commitment.id,
            title: commitment.title.clone(),
            due_at: self.time(commitment.due_at),
            state: commitment.state,
        }
    }

    fn papers(&self, papers: &SupplementRow) -> PapersView {
        let knows_filer = self.audience.knows_filer(self.request.confidence);
        PapersView {
            list: papers.list.clone(),
            asked_at: self.time(papers.asked_at),
            answered_at: papers.answered_at.map(|at| self.time(at)),
            answer: papers.answer.clone().filter(|_| knows_filer),
            ground: papers.ground.clone(),
        }
    }

    /// What the machine allows the reader, without what is `undue` because something it does not know of is missing.
    fn possible(&self, undue: &[RequestAct]) -> Vec<RequestAct> {
        let capacities = access::capacities(self.actor, self.request);
        let may = |act: &RequestAct| {
            !undue.contains(act)
                && capacities
                    .iter()
                    .any(|capacity| lifecycle::request(self.request.state, *act, *capacity).is_ok())
        };
        RequestAct::ALL.iter().copied().filter(may).collect()
    }

    fn possible_on(
        &self,
        assignment: &AssignmentRow,
        clocks: &[ClockRow],
        asked: &Asked,
    ) -> Vec<AssignmentAct> {
        let capacities = access::capacities_on(self.actor, self.request, self.assignments, assignment);
        let may = |act: &AssignmentAct| {
            capacities.iter().any(|capacity| {
                lifecycle::assignment(assignment.state, assignment.part, *act, *capacity).is_ok()
            })
        };
        let is_ripe = |act: &AssignmentAct| asked.lets(self, clocks, assignment, *act);
        AssignmentAct::ALL.iter().copied().filter(may).filter(is_ripe).collect()
    }
}
