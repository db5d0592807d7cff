//! The acts on requests, assignments and commitments over HTTP: read the body, call the act, show the request.

pub(crate) mod assignments;
pub(crate) mod attachments;
pub(crate) mod behalf;
pub(crate) mod calendars;
pub(crate) mod contests;
pub(crate) mod corrections;
pub(crate) mod direct;
pub(crate) mod drafts;
pub(crate) mod extensions;
pub(crate) mod hand_on;
pub(crate) mod meetings;
pub(crate) mod merging;
pub(crate) mod messages;
pub(crate) mod papers;
pub(crate) mod phones;
pub(crate) mod plans;
pub(crate) mod requests;
pub(crate) mod returns;
pub(crate) mod transfers;
pub(crate) mod urges;
pub(crate) mod withdrawals;

use super::views;
use super::{REQUEST, RequestRow};
use crate::db::Conn;
use crate::domain::actor::Actor;
use crate::domain::answer::Answer;
use crate::domain::ids::{Id, Instant};
use crate::domain::limits;
use crate::domain::phone::Phone;
use crate::fault::{Code, Fault};
use crate::people::Act;
use crate::web::{Fields, Rendered};
use actix_web::HttpResponse;
use serde::Deserialize;
use utoipa::ToSchema;

/// The most characters of a long text.
const TEXT: usize = limits::TEXT;
/// The most characters of a name, a place or a short remark.
const LINE: usize = 200;
/// The status of a refusal that something stands against (RFC 9110 §15.5.10).
const CONFLICT: u16 = 409;
/// The most units of one dispatch.
const PARTS: usize = 20;

/// Runs an act on the thing with this id in one transaction and shows the request after it.
async fn shown(
    act: Act,
    id: Id,
    work: impl Fn(&mut Conn, Instant, &Actor) -> Result<RequestRow, Fault> + Send + Sync + 'static,
) -> Result<HttpResponse, Fault> {
    let zone = act.context.zone;
    let and_show = move |conn: &mut Conn, at, actor: &Actor| {
        let row = work(conn, at, actor)?;
        let view = views::show(conn, at, actor, zone, row.id)?;
        Ok(Rendered::ok(&view)?.version(view.version))
    };
    write(act, id, and_show).await
}

/// Does `work` on the thing with this id in one transaction. Where something stands against it, it is refused with what
/// the actor could do instead: to the share with this id, or to the request it is, or is about.
pub(crate) async fn write(
    act: Act,
    id: Id,
    work: impl Fn(&mut Conn, Instant, &Actor) -> Result<Rendered, Fault> + Send + Sync + 'static,
) -> Result<HttpResponse, Fault> {
    let (context, at, asking) = (act.context.clone(), act.at, act.actor.clone());
    let mut fault = match act.on(REQUEST, id, work).await {
        Ok(done) => return Ok(done),
        Err(fault) => fault,
    };
    if fault.code.status() == CONFLICT && fault.retry_after.is_none() {
        let zone = context.zone;
        let possible = context.db.read(move |conn| views::possible(conn, at, &asking, zone, id));
        fault.possible = possible.await.unwrap_or_default();
    }
    Err(fault)
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

/// Checks the lengths of an answer's texts; what its outcome must carry is checked by the act.
fn checked(answer: Answer) -> Result<Answer, Fault> {
    let mut fields = Fields::new();
    let answer = checked_at(&mut fields, "", answer);
    fields.finish()?;
    Ok(answer)
}

/// As [`checked`], of an answer that stands at `place` in the body.
fn checked_at(fields: &mut Fields, place: &str, answer: Answer) -> Answer {
    let at = |field: &str| format!("{place}/{field}");
    fields.at_most(&at("evidence"), answer.evidence.len(), limits::MOST_LINES);
    fields.at_most(&at("milestones"), answer.milestones.len(), limits::MOST_LINES);
    let mut milestones = answer.milestones;
    for (index, milestone) in milestones.iter_mut().enumerate() {
        milestone.what = fields.line(&at(&format!("milestones/{index}/what")), &milestone.what, LINE);
    }
    let evidence = answer.evidence.iter().enumerate();
    Answer {
        outcome: answer.outcome,
        public_text: fields.text(&at("public_text"), &answer.public_text, TEXT),
        internal_note: fields.optional_text(&at("internal_note"), answer.internal_note.as_deref(), TEXT),
        evidence: evidence
            .map(|(index, text)| fields.text(&at(&format!("evidence/{index}")), text, TEXT))
            .collect(),
        ground: fields.optional_text(&at("ground"), answer.ground.as_deref(), TEXT),
        milestones,
        why: fields.optional_text(&at("why"), answer.why.as_deref(), TEXT),
        other_door: answer.other_door,
    }
}

/// A reason.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ActReason)]
pub(crate) struct Reason {
    /// In words, at most 5000 characters.
    #[schema(max_length = 5000)]
    reason: String,
}

impl Reason {
    /// The reason, or where it is too long, or missing.
    pub(crate) fn checked(&self) -> Result<String, Fault> {
        let mut fields = Fields::new();
        let reason = fields.text("/reason", &self.reason, TEXT);
        fields.finish()?;
        Ok(reason)
    }
}
