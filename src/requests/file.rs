//! Filing, and what may happen before a unit has it: a category, a withdrawal, a decline, a direct answer.

use super::attached;
use super::behalf::{self, Outside};
use super::direct;
use super::dispatch::to_dispatch;
use super::echoes::{free_echoes, ready, release_echoes};
use super::handle::{complete, drafted};
use super::matter::{Filing, Matter};
use super::moot::drop_all;
use super::release;
use super::store::{self, AnswerRow, AnswerState, ClockRow, OriginRow, RequestRow};
use crate::attachments::{AttachedTo, Files};
use crate::db::Conn;
use crate::domain::actor::Actor;
use crate::domain::answer::Answer;
use crate::domain::decline::DeclineGround;
use crate::domain::ids::{Id, Instant};
use crate::domain::lifecycle::{Capacity, RequestAct};
use crate::domain::phone::Phone;
use crate::domain::words::{Channel, ClockKind, Confidence, Kind, RequestState, Urgency};
use crate::fault::{Code, Fault};
use crate::journal::Detail;
use crate::outbox::Recipient;
use crate::people::{self, Company, Unit};
use crate::promises::{self, Category, Terms};
use chrono::NaiveDate;

/// A request to be filed.
#[derive(Debug, Clone)]
pub struct File {
    /// Its number, taken beforehand.
    pub number: String,
    /// For which company.
    pub company: Id,
    /// By which way; a company's own is `app` where it says nothing.
    pub channel: Option<Channel>,
    /// What is wanted.
    pub kind: Kind,
    /// How pressing.
    pub urgency: Urgency,
    /// Who may know who filed.
    pub confidence: Confidence,
    /// The category, where the company knows it.
    pub category: Option<Id>,
    /// The unit whose conduct is complained about.
    pub conduct_unit: Option<Id>,
    /// One line.
    pub title: String,
    /// The matter.
    pub body: String,
    /// Where it is.
    pub place: Option<String>,
    /// Whom to ask for.
    pub contact_name: Option<String>,
    /// Where to call.
    pub contact_phone: Option<Phone>,
    /// What another system calls it, where it is filed for the company.
    pub outside: Option<Outside>,
    /// The files that come with it.
    pub files: Files,
}

/// A request just filed, with what it is shown by: nothing of it has to be read again.
pub struct Filed {
    /// Its row.
    pub request: RequestRow,
    pub(super) company: Company,
    pub(super) category: Option<Category>,
    pub(super) office: Unit,
    pub(super) conduct_unit: Option<Unit>,
    pub(super) terms: Terms,
    pub(super) origin: Option<OriginRow>,
    pub(super) clocks: Vec<ClockRow>,
    /// Whether files came with it.
    pub(super) has_files: bool,
}

/// Files a request for one of the actor's own companies, or by the office or a specialist for any, and starts the
/// office's clock to dispatch it. What was filed for a company all its users are told of, until one confirms it.
///
/// Fails with `company_pending` while the company waits for approval, for references that do not exist, and at the
/// field for a way in that is another's to take or a limit that no upper level's order brings.
pub fn file(conn: &mut Conn, at: Instant, actor: &Actor, command: &File) -> Result<Filed, Fault> {
    let unknown =
        |what: &str, pointer: &str| Fault::field(Code::ReferenceUnknown, pointer).with("what", what);
    let company =
        people::filing_company(conn, at, actor, command.company).map_err(|fault| match fault.code {
            Code::NotFound => unknown("company", "/company").noted(),
            Code::ReferenceNotValid => {
                Fault::field(Code::ReferenceNotValid, "/company").with("what", "company")
            }
            _ => fault,
        })?;
    let (capacity, channel) = behalf::way_in(at, actor, command)?;
    let office = people::office(conn, at)?;
    let terms = promises::terms(conn, &office.calendar)?;
    let category = match command.category {
        Some(id) => Some(usable_category(conn, id, terms.calendar.local_date(at))?),
        None => None,
    };
    let conduct_unit = match command.conduct_unit {
        Some(id) => Some(people::unit(conn, id)?.ok_or_else(|| unknown("unit", "/conduct_unit"))?),
        None => None,
    };
    let request = RequestRow {
        id: Id::new(at),
        number: command.number.clone(),
        state: RequestState::Submitted,
        cycle: 1,
        channel,
        kind: command.kind,
        urgency: command.urgency,
        confidence: command.confidence,
        pace: None,
        category_id: command.category,
        company_id: company.id,
        filed_by: actor.person.ok_or_else(Fault::denied)?,
        conduct_unit_id: command.conduct_unit,
        master_id: None,
        title: command.title.clone(),
        body: command.body.clone(),
        place: command.place.clone(),
        contact_name: command.contact_name.clone(),
        contact_phone: command.contact_phone.as_ref().map(|phone| phone.as_str().to_owned()),
        filed_at: at,
        dispatched_at: None,
        answered_at: None,
        ended_at: None,
        ground: None,
        ground_text: None,
        company_warn_at: None,
        company_due_at: None,
        staff_warn_at: None,
        staff_due_at: None,
        version: 0,
        journal_seq: 0,
        journal_head: String::new(),
    };
    store::insert_request(conn, &request)?;
    let origin = match capacity {
        Capacity::Company => None,
        _ => Some(behalf::record(conn, &request, command.outside.as_ref())?),
    };
    let filing = Filing { request, company: company.clone(), category, office, terms, origin };
    let mut matter = Matter::filed(conn, at, actor, filing);
    let letter = if capacity == Capacity::Company { "received" } else { "filed_for_you" };
    matter.notify_company(letter, "filed")?;
    to_dispatch(&mut matter, "filed")?;
    let request = &matter.request;
    let detail = behalf::told(&matter, command.outside.as_ref())
        .with("number", request.number.clone())
        .with("channel", channel.code())
        .with("kind", request.kind.code())
        .with("urgency", request.urgency.code())
        .with("confidence", request.confidence.code())
        .personal("title", Some(&request.title))
        .personal("body", Some(&request.body))
        .personal("place", request.place.as_deref())
        .personal("contact_name", request.contact_name.as_deref())
        .personal("contact_phone", request.contact_phone.as_deref());
    let detail = attached::hang(&mut matter, &command.files, AttachedTo::Request, None, detail)?;
    matter.finish(capacity, "file", detail)?;
    let Matter { request, category, office, terms, origin, clocks, .. } = matter;
    let has_files = !command.files.is_empty();
    direct::report_filed(conn, at, &request)?;
    Ok(Filed { request, company, category, office, conduct_unit, terms, origin, clocks, has_files })
}

/// The category with this id, where a request may be put under it on the day `on`: it is valid, and no class but a
/// sub-class.
pub(super) fn usable_category(conn: &mut Conn, id: Id, on: NaiveDate) -> Result<Category, Fault> {
    let refused = |code| Fault::field(code, "/category").with("what", "category");
    let category = promises::category(conn, id)?.ok_or_else(|| refused(Code::ReferenceUnknown))?;
    let usable = category.parent_id.is_some() && category.is_valid_on(on);
    if usable { Ok(category) } else { Err(refused(Code::ReferenceNotValid)) }
}

/// Puts a request under a category, by the office. Clocks that run keep the rule they started with.
pub fn categorise(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    request: Id,
    category: Id,
) -> Result<RequestRow, Fault> {
    let mut matter = Matter::open(conn, at, actor, request)?;
    let capacity = matter.act(RequestAct::Categorise)?;
    let today = matter.terms.calendar.local_date(at);
    let category = usable_category(matter.conn, category, today)?;
    matter.request.category_id = Some(category.id);
    let detail = Detail::none().with("category", category.code.clone());
    matter.category = Some(category);
    matter.close(capacity, "categorise", detail)
}

/// Takes a request back before any unit has it, by its company.
pub fn withdraw(conn: &mut Conn, at: Instant, actor: &Actor, request: Id) -> Result<RequestRow, Fault> {
    let mut matter = Matter::open(conn, at, actor, request)?;
    let capacity = matter.act(RequestAct::Withdraw)?;
    if matter.is_with_units() {
        return Err(Fault::new(Code::WithdrawNeedsOffice));
    }
    drop_all(&mut matter)?;
    matter.request.ended_at = Some(at);
    matter.void(|_| true)?;
    matter.notify("withdrawn", Recipient::Unit(matter.office.id), "withdrawn")?;
    let withdrawn = matter.close(capacity, "withdraw", Detail::none())?;
    free_echoes(conn, at, request)?;
    Ok(withdrawn)
}

/// Why a request is not accepted.
#[derive(Debug, Clone)]
pub struct Decline {
    /// The ground, of the closed list.
    pub ground: DeclineGround,
    /// The words for the company.
    pub text: String,
}

/// Declines a request on a listed ground, by the office; the ground names the other door where there is one. While
/// papers are waited for this is also how the office closes a request that units have.
pub fn decline(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    request: Id,
    command: &Decline,
) -> Result<RequestRow, Fault> {
    let mut matter = Matter::open(conn, at, actor, request)?;
    let capacity = matter.act(RequestAct::Decline)?;
    release::close_parts(&mut matter, |_| true)?;
    drop_all(&mut matter)?;
    matter.set_ground(Some((command.ground, &command.text)));
    matter.request.ended_at = Some(at);
    matter.stop(|clock| matches!(clock.kind, ClockKind::Dispatch | ClockKind::CompanyFeedback))?;
    matter.void(|_| true)?;
    // A decline may be undone, and the next one is told again.
    let mark = format!("declined after {}", matter.request.journal_seq);
    matter.notify_company("declined", &mark)?;
    let detail = Detail::none().with("ground", command.ground.code()).personal("text", Some(&command.text));
    let declined = matter.close(capacity, "decline", detail)?;
    free_echoes(conn, at, request)?;
    Ok(declined)
}

/// Answers a request by the office itself, without any unit: it is released at once, and its echoes' answers with it.
/// Fails with `echo_answer_missing` as a release does.
pub fn answer_directly(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    request: Id,
    content: &Answer,
) -> Result<RequestRow, Fault> {
    let mut matter = Matter::open(conn, at, actor, request)?;
    let capacity = matter.act(RequestAct::DirectAnswer)?;
    let person = matter.person()?;
    complete(content, &matter.terms.calendar, at)?;
    let answer = AnswerRow {
        state: AnswerState::Released,
        approved_by: Some(person),
        approved_at: Some(at),
        released_by: Some(person),
        released_at: Some(at),
        ..drafted(&matter, None, person, content, None)
    };
    matter.insert_answer(&answer)?;
    matter.stop(|clock| clock.kind == ClockKind::Dispatch)?;
    release::commit_to(&mut matter, &answer)?;
    let echoes = ready(&mut matter)?;
    release::answered(&mut matter)?;
    let detail =
        Detail::none().with("outcome", answer.outcome.code()).personal("text", Some(&content.public_text));
    let answered = matter.close(capacity, "direct_answer", detail)?;
    release_echoes(conn, at, actor, &echoes)?;
    Ok(answered)
}
