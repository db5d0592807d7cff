//! The outbox over HTTP, for administrators and auditors.

use super::views::{OutboxView, shown};
use super::{retry, rights};
use crate::db::Conn;
use crate::domain::actor::Actor;
use crate::domain::ids::Id;
use crate::fault::Fault;
use crate::outbox::{self, NoticeChannel, OutboxState, Row, Wanted};
use crate::people::{Act, Caller, Resource};
use crate::web::problem::{ReadProblems, WriteProblems};
use crate::web::{Context, Empty, Key, Page, PageQuery, Query, Rendered, etag, one_more};
use actix_web::{HttpRequest, HttpResponse, get, post};
use serde::Deserialize;
use utoipa::IntoParams;

/// What the outbox is narrowed by.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct OutboxQuery {
    /// Only those in this state.
    state: Option<OutboxState>,
    /// Only those that go this way.
    channel: Option<NoticeChannel>,
    /// Only letters of this kind.
    #[param(max_length = 64)]
    kind: Option<String>,
    /// Only those about this request.
    request: Option<Id>,
    /// The cursor a page before this one gave as `next`.
    cursor: Option<String>,
    /// How many items at most: 1 to 100, 20 by default.
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: Option<u32>,
}

/// List the outbox
///
/// Letters that wait, were sent or were given up, the newest first; for administrators and auditors. Addresses are masked.
#[utoipa::path(tag = "outbox", params(OutboxQuery), security(("bearer" = [])),
    responses((status = 200, body = Page<OutboxView>), ReadProblems))]
#[get("/outbox")]
pub(crate) async fn list_outbox(
    context: Context,
    Caller(actor): Caller,
    request: HttpRequest,
    Query(query): Query<OutboxQuery>,
) -> Result<HttpResponse, Fault> {
    if !rights::reads(&actor) {
        return Err(Fault::denied());
    }
    let page = PageQuery { cursor: query.cursor, limit: query.limit };
    let (limit, before, zone) = (page.limit()?, page.place::<Id>("outbox")?, context.zone);
    let wanted =
        Wanted { state: query.state, channel: query.channel, kind: query.kind, request: query.request };
    let read = context.db.read(move |conn| {
        let rows = outbox::page(conn, &wanted, before, one_more(limit))?;
        shown(conn, rows, zone)
    });
    Ok(Page::cut(read.await?, limit, "outbox", |view| view.id)?.answer(&request))
}

/// Show a row of the outbox
///
/// For administrators and auditors.
#[utoipa::path(tag = "outbox", security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 200, body = OutboxView), ReadProblems))]
#[get("/outbox/{id}")]
pub(crate) async fn show_outbox(
    context: Context,
    Caller(actor): Caller,
    Key(id): Key,
) -> Result<HttpResponse, Fault> {
    let zone = context.zone;
    let read = context.db.read(move |conn| {
        let row = seen(conn, &actor, id)?;
        let version = row.version();
        let view = shown(conn, vec![row], zone)?.into_iter().next().ok_or_else(Fault::hidden)?;
        Ok((view, version))
    });
    let (view, version) = read.await?;
    Ok(HttpResponse::Ok().insert_header(etag(version)).json(view))
}

/// Send it again
///
/// A letter that was given up, or waits for its next try, is sent at once, with the same `Message-ID`. For administrators.
#[utoipa::path(tag = "outbox", security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 200, body = OutboxView), WriteProblems))]
#[post("/outbox/{id}/retry")]
pub(crate) async fn retry_outbox(act: Act, Key(id): Key, _: Empty) -> Result<HttpResponse, Fault> {
    let zone = act.context.zone;
    act.on(OUTBOX, id, move |conn, at, actor| {
        let row = retry::retry(conn, at, actor, id)?;
        let version = row.version();
        let view = shown(conn, vec![row], zone)?.into_iter().next().ok_or_else(Fault::hidden)?;
        Ok(Rendered::ok(&view)?.version(version))
    })
    .await
}

/// A row of the outbox as acts are about it.
const OUTBOX: Resource = Resource {
    version: |conn, id| Ok(outbox::find(conn, id)?.map(|row| row.version())),
    seen: |conn, _, actor, id| seen(conn, actor, id).map(drop),
};

/// The row with this id, for who reads the outbox.
fn seen(conn: &mut Conn, actor: &Actor, id: Id) -> Result<Row, Fault> {
    if !rights::reads(actor) {
        return Err(Fault::hidden());
    }
    outbox::find(conn, id)?.ok_or_else(Fault::hidden)
}
