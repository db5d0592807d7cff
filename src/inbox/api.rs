//! One's own inbox over HTTP.

use super::reading;
use super::views::{InboxItem, Unread};
use crate::domain::ids::Id;
use crate::fault::Fault;
use crate::people::{Act, Caller, Resource};
use crate::web::problem::{ReadProblems, WriteProblems};
use crate::web::{Context, Empty, Key, Page, PageQuery, Query, Rendered, language_of};
use actix_web::{HttpRequest, HttpResponse, get, post};
use serde::Deserialize;
use utoipa::IntoParams;

/// What the inbox is narrowed by.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct InboxQuery {
    /// Only what is unread.
    #[serde(default)]
    unread: bool,
    /// The cursor a page before this one gave as `next`.
    cursor: Option<String>,
    /// How many items at most: 1 to 100, 20 by default.
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: Option<u32>,
}

/// List one's inbox
///
/// What the caller was told, the newest first.
#[utoipa::path(tag = "inbox", params(InboxQuery), security(("bearer" = [])),
    responses((status = 200, body = Page<InboxItem>), ReadProblems))]
#[get("/inbox")]
pub(crate) async fn list_inbox(
    context: Context,
    Caller(actor): Caller,
    request: HttpRequest,
    Query(query): Query<InboxQuery>,
) -> Result<HttpResponse, Fault> {
    let page = PageQuery { cursor: query.cursor, limit: query.limit };
    let (limit, before) = (page.limit()?, page.place::<Id>("inbox")?);
    let shown = (language_of(&request), context.zone);
    let read = context.db.read(move |conn| reading::page(conn, &actor, shown, query.unread, before, limit));
    Ok(Page::cut(read.await?, limit, "inbox", |item| item.id)?.answer(&request))
}

/// Count what is unread
///
/// How many items of the caller's inbox are unread.
#[utoipa::path(tag = "inbox", security(("bearer" = [])),
    responses((status = 200, body = Unread), ReadProblems))]
#[get("/inbox/unread")]
pub(crate) async fn count_unread(context: Context, Caller(actor): Caller) -> Result<HttpResponse, Fault> {
    let unread = context.db.read(move |conn| reading::unread(conn, &actor)).await?;
    Ok(HttpResponse::Ok().json(unread))
}

/// Mark an item as read
///
/// Whoever has read it already has read it then.
#[utoipa::path(tag = "inbox", security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 200, body = InboxItem), WriteProblems))]
#[post("/inbox/{id}/read")]
pub(crate) async fn mark_read(
    act: Act,
    Key(id): Key,
    request: HttpRequest,
    _: Empty,
) -> Result<HttpResponse, Fault> {
    let shown = (language_of(&request), act.context.zone);
    act.on(ITEM, id, move |conn, at, actor| Rendered::ok(&reading::mark_read(conn, at, actor, shown, id)?))
        .await
}

/// Mark an item and all older ones as read
///
/// What came after it stays unread, so that nothing is marked that was not shown.
#[utoipa::path(tag = "inbox", security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 200, body = Unread), WriteProblems))]
#[post("/inbox/{id}/read-older")]
pub(crate) async fn mark_older_read(act: Act, Key(id): Key, _: Empty) -> Result<HttpResponse, Fault> {
    act.on(ITEM, id, move |conn, at, actor| Rendered::ok(&reading::mark_older_read(conn, at, actor, id)?))
        .await
}

/// An item as acts are about it: its owner's alone. Being read is all that happens to it, so it has no version.
const ITEM: Resource =
    Resource { version: |_, _| Ok(None), seen: |conn, _, actor, id| reading::own(conn, actor, id).map(drop) };
