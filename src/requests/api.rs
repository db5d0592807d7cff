//! The acts on requests, assignments and commitments over HTTP: read the body, call the act, show the request.

use super::views::{self, RequestView};
use super::{Contact, ContactMeans, Decline, Dispatch, File, Numbers, PartOf, RequestRow};
use crate::db::Conn;
use crate::domain::actor::Actor;
use crate::domain::answer::Answer;
use crate::domain::decline::DeclineGround;
use crate::domain::ids::{Id, Instant};
use crate::domain::phone::Phone;
use crate::domain::words::{Channel, Confidence, Kind, Pace, Part, Urgency};
use crate::fault::{Code, Fault};
use crate::people::Caller;
use crate::web::problem::{ReadProblems, WriteProblems};
use crate::web::{At, Body, Context, Fields, Key};
use actix_web::http::header;
use actix_web::{HttpResponse, get, post, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The most characters of a title.
const TITLE: usize = 100;
/// The most characters of a long text.
const TEXT: usize = 5000;
/// The most characters of a name, a place or a short remark.
const LINE: usize = 200;
/// The most units of one dispatch.
const PARTS: usize = 20;

/// Runs an act in one transaction and shows the request after it.
async fn act(
    context: &Context,
    at: Instant,
    actor: Actor,
    act: impl Fn(&mut Conn, &Actor) -> Result<RequestRow, Fault> + Send + Sync + 'static,
) -> Result<RequestView, Fault> {
    let zone = context.zone;
    context
        .db
        .write(move |conn| {
            let row = act(conn, &actor)?;
            views::show(conn, at, &actor, zone, row.id)
        })
        .await
}

fn ok(view: &RequestView) -> HttpResponse {
    HttpResponse::Ok().json(view)
}

/// A request to be filed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FileRequest {
    /// For which company; one of the caller's.
    company: Id,
    /// `app` (the default) or `web`.
    #[serde(default = "app")]
    channel: Channel,
    /// What is wanted.
    kind: Kind,
    /// How pressing; `normal` by default.
    #[serde(default = "normal")]
    urgency: Urgency,
    /// Who may know who filed; `open` by default.
    #[serde(default = "open")]
    confidence: Confidence,
    /// The sub-class, where the company knows it.
    category: Option<Id>,
    /// The unit whose conduct is complained about; it never gets the request.
    conduct_unit: Option<Id>,
    /// One line, at most 100 characters.
    #[schema(max_length = 100)]
    title: String,
    /// The matter, at most 5000 characters.
    #[schema(max_length = 5000)]
    body: String,
    /// Where it is.
    #[schema(max_length = 200)]
    place: Option<String>,
    /// Whom to ask for.
    #[schema(max_length = 200)]
    contact_name: Option<String>,
    /// Where to call.
    contact_phone: Option<String>,
}

fn app() -> Channel {
    Channel::App
}

fn normal() -> Urgency {
    Urgency::Normal
}

fn open() -> Confidence {
    Confidence::Open
}

/// Files a request.
#[utoipa::path(tag = "requests", security(("bearer" = [])), responses(
    (status = 201, body = RequestView, headers(("Location" = String, description = "Where the request is"))),
    WriteProblems,
))]
#[post("/requests")]
pub async fn file(
    context: Context,
    numbers: web::Data<Numbers>,
    Caller(actor): Caller,
    At(at): At,
    Body(form): Body<FileRequest>,
) -> Result<HttpResponse, Fault> {
    let mut fields = Fields::new();
    if !matches!(form.channel, Channel::App | Channel::Web) {
        fields.refuse_with(Code::UnknownWord, "/channel", vec![("detail", "app, web".to_owned())]);
    }
    if form.conduct_unit.is_some() && form.kind != Kind::Complaint {
        fields.refuse(Code::OnlyComplaintHasConduct, "/conduct_unit");
    }
    let mut command = File {
        number: String::new(),
        company: form.company,
        channel: form.channel,
        kind: form.kind,
        urgency: form.urgency,
        confidence: form.confidence,
        category: form.category,
        conduct_unit: form.conduct_unit,
        title: fields.line("/title", &form.title, TITLE),
        body: fields.text("/body", &form.body, TEXT),
        place: fields.optional_line("/place", form.place.as_deref(), LINE),
        contact_name: fields.optional_line("/contact_name", form.contact_name.as_deref(), LINE),
        contact_phone: phone(&mut fields, "/contact_phone", form.contact_phone.as_deref()),
    };
    fields.finish()?;
    if actor.person.is_none() {
        return Err(Fault::denied());
    }
    let day = at.utc().with_timezone(&context.zone).date_naive();
    command.number = numbers.next(&context.db, day).await?;
    let view = act(&context, at, actor, move |conn, actor| super::file(conn, at, actor, &command)).await?;
    let place = format!("/api/v1/requests/{}", view.id);
    Ok(HttpResponse::Created().insert_header((header::LOCATION, place)).json(view))
}

fn phone(fields: &mut Fields, pointer: &str, text: Option<&str>) -> Option<Phone> {
    match Phone::parse(text?) {
        Ok(phone) => Some(phone),
        Err(_) => {
            fields.refuse(Code::PhoneInvalid, pointer);
            None
        }
    }
}

/// Shows a request, as much of it as the caller may see.
#[utoipa::path(tag = "requests", security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 200, body = RequestView), ReadProblems))]
#[get("/requests/{id}")]
pub async fn show(
    context: Context,
    Caller(actor): Caller,
    At(at): At,
    Key(id): Key,
) -> Result<HttpResponse, Fault> {
    let zone = context.zone;
    let view = context.db.read(move |conn| views::show(conn, at, &actor, zone, id)).await?;
    Ok(ok(&view))
}

/// The category to attach.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Categorise {
    /// A sub-class that is valid today.
    category: Id,
}

/// Attaches a category to a request, by the office.
#[utoipa::path(tag = "requests", security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 200, body = RequestView), WriteProblems))]
#[post("/requests/{id}/categorise")]
pub async fn categorise(
    context: Context,
    Caller(actor): Caller,
    At(at): At,
    Key(id): Key,
    Body(form): Body<Categorise>,
) -> Result<HttpResponse, Fault> {
    let view =
        act(&context, at, actor, move |conn, actor| super::categorise(conn, at, actor, id, form.category)).await?;
    Ok(ok(&view))
}

/// What the duty table suggests for a dispatch.
#[derive(Debug, Serialize, ToSchema)]
pub struct Suggestion {
    /// Whether a row of the duty table fits.
    fits: bool,
    /// The lead.
    #[serde(skip_serializing_if = "Option::is_none")]
    lead: Option<Id>,
    /// The assisting units.
    assists: Vec<Id>,
    /// How long the matter needs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pace: Option<Pace>,
}

/// Suggests a dispatch from the duty table, for the office. No row that fits is an answer too.
#[utoipa::path(tag = "requests", security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 200, body = Suggestion), ReadProblems))]
#[get("/requests/{id}/dispatch-suggestion")]
pub async fn suggestion(
    context: Context,
    Caller(actor): Caller,
    At(at): At,
    Key(id): Key,
) -> Result<HttpResponse, Fault> {
    let duty = context.db.read(move |conn| super::suggestion(conn, at, &actor, id)).await?;
    Ok(HttpResponse::Ok().json(Suggestion {
        fits: duty.is_some(),
        lead: duty.as_ref().map(|duty| duty.lead),
        pace: duty.as_ref().map(|duty| duty.pace),
        assists: duty.map(|duty| duty.assists).unwrap_or_default(),
    }))
}

/// A dispatch.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DispatchRequest {
    /// The category, where it is not attached yet or another is right.
    category: Option<Id>,
    /// How long the matter needs; by default what the duty table's row says.
    pace: Option<Pace>,
    /// The units, exactly one of them the lead.
    parts: Vec<PartRequest>,
}

/// One unit of a dispatch.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PartRequest {
    /// The unit.
    unit: Id,
    /// What it is on the request.
    part: Part,
    /// A branch that contacts the company itself; false by default.
    #[serde(default)]
    told_to_contact: bool,
    /// A word to the unit.
    note: Option<String>,
}

/// Sends a request to its units, by the office.
#[utoipa::path(tag = "requests", security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 200, body = RequestView), WriteProblems))]
#[post("/requests/{id}/dispatch")]
pub async fn dispatch(
    context: Context,
    Caller(actor): Caller,
    At(at): At,
    Key(id): Key,
    Body(form): Body<DispatchRequest>,
) -> Result<HttpResponse, Fault> {
    let mut fields = Fields::new();
    fields.at_most("/parts", form.parts.len(), PARTS);
    let parts = form.parts.into_iter().enumerate().map(|(index, part)| PartOf {
        unit: part.unit,
        part: part.part,
        told_to_contact: part.told_to_contact,
        note: fields.optional_text(&format!("/parts/{index}/note"), part.note.as_deref(), TEXT),
    });
    let command = Dispatch { category: form.category, pace: form.pace, parts: parts.collect() };
    fields.finish()?;
    let view = act(&context, at, actor, move |conn, actor| super::dispatch(conn, at, actor, id, &command)).await?;
    Ok(ok(&view))
}

/// Why a request is not accepted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeclineRequest {
    /// The ground, of the closed list.
    ground: DeclineGround,
    /// The words for the company.
    text: String,
}

/// Declines a request on a listed ground, by the office.
#[utoipa::path(tag = "requests", security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 200, body = RequestView), WriteProblems))]
#[post("/requests/{id}/decline")]
pub async fn decline(
    context: Context,
    Caller(actor): Caller,
    At(at): At,
    Key(id): Key,
    Body(form): Body<DeclineRequest>,
) -> Result<HttpResponse, Fault> {
    let mut fields = Fields::new();
    let command = Decline { ground: form.ground, text: fields.text("/text", &form.text, TEXT) };
    fields.finish()?;
    let view = act(&context, at, actor, move |conn, actor| super::decline(conn, at, actor, id, &command)).await?;
    Ok(ok(&view))
}

/// Answers a request by the office itself.
#[utoipa::path(tag = "requests", security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 200, body = RequestView), WriteProblems))]
#[post("/requests/{id}/direct-answer")]
pub async fn answer_directly(
    context: Context,
    Caller(actor): Caller,
    At(at): At,
    Key(id): Key,
    Body(form): Body<Answer>,
) -> Result<HttpResponse, Fault> {
    let content = checked(form)?;
    let view =
        act(&context, at, actor, move |conn, actor| super::answer_directly(conn, at, actor, id, &content)).await?;
    Ok(ok(&view))
}

/// Checks the lengths of an answer's texts; what its outcome must carry is checked by the act.
fn checked(answer: Answer) -> Result<Answer, Fault> {
    let mut fields = Fields::new();
    fields.at_most("/evidence", answer.evidence.len(), 20);
    fields.at_most("/milestones", answer.milestones.len(), 20);
    let mut milestones = answer.milestones;
    for (index, milestone) in milestones.iter_mut().enumerate() {
        milestone.what = fields.line(&format!("/milestones/{index}/what"), &milestone.what, LINE);
    }
    let evidence = answer.evidence.iter().enumerate();
    let answer = Answer {
        outcome: answer.outcome,
        public_text: fields.text("/public_text", &answer.public_text, TEXT),
        internal_note: fields.optional_text("/internal_note", answer.internal_note.as_deref(), TEXT),
        evidence: evidence.map(|(index, text)| fields.text(&format!("/evidence/{index}"), text, TEXT)).collect(),
        ground: fields.optional_text("/ground", answer.ground.as_deref(), TEXT),
        milestones,
        why: fields.optional_text("/why", answer.why.as_deref(), TEXT),
        other_door: answer.other_door,
    };
    fields.finish()?;
    Ok(answer)
}

/// A reason.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// In words.
    reason: String,
}

impl Reason {
    fn checked(&self) -> Result<String, Fault> {
        let mut fields = Fields::new();
        let reason = fields.text("/reason", &self.reason, TEXT);
        fields.finish()?;
        Ok(reason)
    }
}

/// A contact, or a try at one.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContactRequest {
    /// With whom.
    whom: String,
    /// How.
    means: ContactMeans,
    /// The number called.
    number: Option<String>,
    /// Whether somebody of the company was reached.
    reached: bool,
    /// Whether a message was left; false by default.
    #[serde(default)]
    message_left: bool,
    /// What came of it.
    outcome: String,
    /// When it was made, if not just now; only shown, never counted.
    claimed_at: Option<Instant>,
}

/// Records a contact with the company.
#[utoipa::path(tag = "assignments", security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 200, body = RequestView), WriteProblems))]
#[post("/assignments/{id}/contact")]
pub async fn contact(
    context: Context,
    Caller(actor): Caller,
    At(at): At,
    Key(id): Key,
    Body(form): Body<ContactRequest>,
) -> Result<HttpResponse, Fault> {
    let mut fields = Fields::new();
    let number = phone(&mut fields, "/number", form.number.as_deref());
    let command = Contact {
        whom: fields.line("/whom", &form.whom, LINE),
        means: form.means,
        number: number.map(|phone| phone.as_str().to_owned()),
        reached: form.reached,
        message_left: form.message_left,
        outcome: fields.text("/outcome", &form.outcome, TEXT),
        claimed_at: form.claimed_at,
    };
    fields.finish()?;
    let view = act(&context, at, actor, move |conn, actor| super::contact(conn, at, actor, id, &command)).await?;
    Ok(ok(&view))
}

/// Drafts the unit's answer.
#[utoipa::path(tag = "assignments", security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 200, body = RequestView), WriteProblems))]
#[post("/assignments/{id}/draft")]
pub async fn draft(
    context: Context,
    Caller(actor): Caller,
    At(at): At,
    Key(id): Key,
    Body(form): Body<Answer>,
) -> Result<HttpResponse, Fault> {
    let content = checked(form)?;
    let view = act(&context, at, actor, move |conn, actor| super::draft(conn, at, actor, id, &content)).await?;
    Ok(ok(&view))
}

macro_rules! plain_acts {
    ($($(#[$meta:meta])* $name:ident $tag:literal $path:literal => |$conn:ident, $at:ident, $actor:ident, $id:ident, $context:ident| $call:expr;)+) => {
        $(
            $(#[$meta])*
            #[utoipa::path(tag = $tag, security(("bearer" = [])), params(("id" = Id, Path)),
                responses((status = 200, body = RequestView), WriteProblems))]
            #[post($path)]
            pub async fn $name(
                context: Context,
                Caller(actor): Caller,
                At($at): At,
                Key($id): Key,
            ) -> Result<HttpResponse, Fault> {
                let $context = context.clone();
                let view = act(&context, $at, actor, move |$conn, $actor| $call).await?;
                Ok(ok(&view))
            }
        )+
    };
}

plain_acts! {
    /// Takes a request back before any unit has it, by the company.
    withdraw "requests" "/requests/{id}/withdraw" =>
        |conn, at, actor, id, _context| super::withdraw(conn, at, actor, id);
    /// Ends an answered request.
    conclude "requests" "/requests/{id}/conclude" =>
        |conn, at, actor, id, _context| super::conclude(conn, at, actor, id);
    /// Takes an assignment in hand.
    sign "assignments" "/assignments/{id}/sign" =>
        |conn, at, actor, id, _context| super::sign(conn, at, actor, id);
    /// Signs the unit's answer.
    approve "assignments" "/assignments/{id}/approve" =>
        |conn, at, actor, id, context| {
            super::approve(conn, at, actor, id, context.config.requests.separate_signer)
        };
    /// Takes in an assisting unit's answer, by the lead.
    accept "assignments" "/assignments/{id}/accept" =>
        |conn, at, actor, id, _context| super::accept(conn, at, actor, id);
    /// Gives an approved answer to the company, by the office.
    release "assignments" "/assignments/{id}/release" =>
        |conn, at, actor, id, _context| super::release(conn, at, actor, id);
    /// Confirms that a commitment was kept, by the company or the office.
    keep "requests" "/commitments/{id}/keep" =>
        |conn, at, actor, id, _context| super::keep(conn, at, actor, id);
}

/// Gives a draft back to the handler, by the unit's signer.
#[utoipa::path(tag = "assignments", security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 200, body = RequestView), WriteProblems))]
#[post("/assignments/{id}/return-draft")]
pub async fn return_draft(
    context: Context,
    Caller(actor): Caller,
    At(at): At,
    Key(id): Key,
    Body(form): Body<Reason>,
) -> Result<HttpResponse, Fault> {
    let reason = form.checked()?;
    let view =
        act(&context, at, actor, move |conn, actor| super::return_draft(conn, at, actor, id, &reason)).await?;
    Ok(ok(&view))
}

/// Sends an approved answer back to its unit.
#[utoipa::path(tag = "assignments", security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 200, body = RequestView), WriteProblems))]
#[post("/assignments/{id}/send-back")]
pub async fn send_back(
    context: Context,
    Caller(actor): Caller,
    At(at): At,
    Key(id): Key,
    Body(form): Body<Reason>,
) -> Result<HttpResponse, Fault> {
    let reason = form.checked()?;
    let view = act(&context, at, actor, move |conn, actor| super::send_back(conn, at, actor, id, &reason)).await?;
    Ok(ok(&view))
}
