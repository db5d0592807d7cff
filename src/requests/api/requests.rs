//! The acts on a request as a whole.

use super::{LINE, PARTS, TEXT, checked, phone, shown};
use crate::attachments::Files;
use crate::db::Conn;
use crate::domain::answer::Answer;
use crate::domain::decline::DeclineGround;
use crate::domain::ids::{Id, Instant};
use crate::domain::words::{Channel, Confidence, Kind, Pace, Part, Urgency};
use crate::fault::{Code, Fault};
use crate::people::{Act, Caller};
use crate::requests::views::{self, PrecedentView, RequestView};
use crate::requests::{self, Decline, Dispatch, File, Numbers, Outside, PartOf, REQUEST};
use crate::web::problem::{ReadProblems, WriteProblems};
use crate::web::{At, Body, Context, Empty, Fields, Key, Rendered, etag};
use actix_web::{HttpResponse, get, post, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The most characters of a title.
const TITLE: usize = 100;

/// A request to be filed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FileRequest {
    /// For which company: a user one of the caller's own, the office and a specialist any active one.
    company: Id,
    /// By which way. A company's own: `app` (the default) or `web`; the office's and a specialist's: any other.
    channel: Option<Channel>,
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
    #[schema(max_length = 200)]
    contact_phone: Option<String>,
    /// What another system calls it, where it is filed for the company.
    outside: Option<OutsideRequest>,
    /// The files that come with it: the ids of the caller's own uploads.
    #[serde(default)]
    #[schema(max_items = 50)]
    attachments: Vec<Id>,
}

/// What another system calls a request.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OutsideRequest {
    /// The system.
    #[schema(max_length = 200)]
    system: String,
    /// Its number there; no two requests have the same.
    #[schema(max_length = 200)]
    number: String,
    /// The limit an upper level's order brings; the tighter of it and ours holds. Only with `upper_level`.
    limit_at: Option<Instant>,
}

fn normal() -> Urgency {
    Urgency::Normal
}

fn open() -> Confidence {
    Confidence::Open
}

/// Files a request: a company's user for the company, the office or a specialist for any company.
#[utoipa::path(tag = "requests", request_body = FileRequest, security(("bearer" = [])), responses(
    (status = 201, body = RequestView, headers(("Location" = String, description = "Where the request is"))),
    WriteProblems,
))]
#[post("/requests")]
pub(crate) async fn file(
    act: Act,
    numbers: web::Data<Numbers>,
    Body(form): Body<FileRequest>,
) -> Result<HttpResponse, Fault> {
    let mut fields = Fields::new();
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
        outside: form.outside.map(|outside| Outside {
            system: fields.line("/outside/system", &outside.system, LINE),
            number: fields.line("/outside/number", &outside.number, LINE),
            limit_at: outside.limit_at,
        }),
        files: Files::named(&mut fields, form.attachments, &act.context.config.attachments),
    };
    fields.finish()?;
    if act.actor.person.is_none() {
        return Err(Fault::denied());
    }
    let zone = act.context.zone;
    let day = act.at.day_in(zone);
    command.number = numbers.next(&act.context.db, day).await?;
    act.create(REQUEST.seen, move |conn, at, actor| {
        let filed = requests::file(conn, at, actor, &command)?;
        let view = views::show_filed(conn, at, actor, zone, filed)?;
        Ok(Rendered::created(&view)?.version(view.version).at("/api/v1/requests", view.id))
    })
    .await
}

/// Shows a request, as much of it as the caller may see.
#[utoipa::path(tag = "requests", security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 200, body = RequestView), ReadProblems))]
#[get("/requests/{id}")]
pub(crate) async fn show(
    context: Context,
    Caller(actor): Caller,
    At(at): At,
    Key(id): Key,
) -> Result<HttpResponse, Fault> {
    let zone = context.zone;
    let view = context.db.read(move |conn| views::show(conn, at, &actor, zone, id)).await?;
    Ok(HttpResponse::Ok().insert_header(etag(view.version)).json(view))
}

/// The category to attach.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Categorise {
    /// A sub-class that is valid today.
    category: Id,
}

/// Attaches a category to a request, by the office.
#[utoipa::path(tag = "requests", request_body = Categorise, security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 200, body = RequestView), WriteProblems))]
#[post("/requests/{id}/categorise")]
pub(crate) async fn categorise(
    act: Act,
    Key(id): Key,
    Body(form): Body<Categorise>,
) -> Result<HttpResponse, Fault> {
    shown(act, id, move |conn, at, actor| requests::categorise(conn, at, actor, id, form.category)).await
}

/// What the duty table suggests for a dispatch.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Suggestion {
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
    /// What joint rulings said of this category, the newest first.
    precedents: Vec<PrecedentView>,
}

/// Suggests a dispatch from the duty table and the precedents, for the office. No row that fits is an answer too.
#[utoipa::path(tag = "requests", security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 200, body = Suggestion), ReadProblems))]
#[get("/requests/{id}/dispatch-suggestion")]
pub(crate) async fn suggestion(
    context: Context,
    Caller(actor): Caller,
    At(at): At,
    Key(id): Key,
) -> Result<HttpResponse, Fault> {
    let zone = context.zone;
    let suggest = move |conn: &mut Conn| {
        let duty = requests::suggestion(conn, at, &actor, id)?;
        Ok((duty, requests::precedents(conn, &actor, zone, id)?))
    };
    let (duty, precedents) = context.db.read(suggest).await?;
    Ok(HttpResponse::Ok().json(Suggestion {
        fits: duty.is_some(),
        lead: duty.as_ref().map(|duty| duty.lead),
        pace: duty.as_ref().map(|duty| duty.pace),
        assists: duty.map(|duty| duty.assists).unwrap_or_default(),
        precedents,
    }))
}

/// A dispatch.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DispatchRequest {
    /// The category, where it is not attached yet or another is right.
    category: Option<Id>,
    /// How long the matter needs; by default what the duty table's row says.
    pace: Option<Pace>,
    /// The units, exactly one of them the lead.
    #[schema(max_items = 20)]
    parts: Vec<PartRequest>,
}

/// One unit of a dispatch.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PartRequest {
    /// The unit.
    unit: Id,
    /// What it is on the request.
    part: Part,
    /// A branch that contacts the company itself; false by default.
    #[serde(default)]
    told_to_contact: bool,
    /// A word to the unit.
    #[schema(max_length = 5000)]
    note: Option<String>,
}

/// The units of a dispatch, their notes checked.
pub(super) fn parts(fields: &mut Fields, parts: Vec<PartRequest>) -> Vec<PartOf> {
    fields.at_most("/parts", parts.len(), PARTS);
    let part = |(index, part): (usize, PartRequest)| PartOf {
        unit: part.unit,
        part: part.part,
        told_to_contact: part.told_to_contact,
        note: fields.optional_text(&format!("/parts/{index}/note"), part.note.as_deref(), TEXT),
    };
    parts.into_iter().enumerate().map(part).collect()
}

/// Sends a request to its units, by the office.
#[utoipa::path(tag = "requests", request_body = DispatchRequest, security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 200, body = RequestView), WriteProblems))]
#[post("/requests/{id}/dispatch")]
pub(crate) async fn dispatch(
    act: Act,
    Key(id): Key,
    Body(form): Body<DispatchRequest>,
) -> Result<HttpResponse, Fault> {
    let mut fields = Fields::new();
    let parts = parts(&mut fields, form.parts);
    let command = Dispatch { category: form.category, pace: form.pace, parts };
    fields.finish()?;
    shown(act, id, move |conn, at, actor| requests::dispatch(conn, at, actor, id, &command)).await
}

/// Why a request is not accepted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeclineRequest {
    /// The ground, of the closed list.
    ground: DeclineGround,
    /// The words for the company.
    #[schema(max_length = 5000)]
    text: String,
}

/// Declines a request on a listed ground, by the office.
#[utoipa::path(tag = "requests", request_body = DeclineRequest, security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 200, body = RequestView), WriteProblems))]
#[post("/requests/{id}/decline")]
pub(crate) async fn decline(
    act: Act,
    Key(id): Key,
    Body(form): Body<DeclineRequest>,
) -> Result<HttpResponse, Fault> {
    let mut fields = Fields::new();
    let command = Decline { ground: form.ground, text: fields.text("/text", &form.text, TEXT) };
    fields.finish()?;
    shown(act, id, move |conn, at, actor| requests::decline(conn, at, actor, id, &command)).await
}

/// Answers a request by the office itself.
#[utoipa::path(tag = "requests", request_body = Answer, security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 200, body = RequestView), WriteProblems))]
#[post("/requests/{id}/direct-answer")]
pub(crate) async fn answer_directly(
    act: Act,
    Key(id): Key,
    Body(form): Body<Answer>,
) -> Result<HttpResponse, Fault> {
    let content = checked(form)?;
    shown(act, id, move |conn, at, actor| requests::answer_directly(conn, at, actor, id, &content)).await
}

/// Takes a request back before any unit has it, by the company.
#[utoipa::path(tag = "requests", security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 200, body = RequestView), WriteProblems))]
#[post("/requests/{id}/withdraw")]
pub(crate) async fn withdraw(act: Act, Key(id): Key, _: Empty) -> Result<HttpResponse, Fault> {
    shown(act, id, move |conn, at, actor| requests::withdraw(conn, at, actor, id)).await
}

/// Ends an answered request, by the company or the office.
#[utoipa::path(tag = "requests", security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 200, body = RequestView), WriteProblems))]
#[post("/requests/{id}/conclude")]
pub(crate) async fn conclude(act: Act, Key(id): Key, _: Empty) -> Result<HttpResponse, Fault> {
    shown(act, id, move |conn, at, actor| requests::conclude(conn, at, actor, id)).await
}

/// Confirms that a commitment was kept, by the company or the office.
#[utoipa::path(tag = "requests", security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 200, body = RequestView), WriteProblems))]
#[post("/commitments/{id}/keep")]
pub(crate) async fn keep(act: Act, Key(id): Key, _: Empty) -> Result<HttpResponse, Fault> {
    shown(act, id, move |conn, at, actor| requests::keep(conn, at, actor, id)).await
}
