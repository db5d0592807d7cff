//! The heads of the journal over HTTP.

use super::views::HeadView;
use super::{heads, rights};
use crate::fault::Fault;
use crate::people::Caller;
use crate::web::problem::ReadProblems;
use crate::web::{Context, Page, PageQuery, Query, one_more};
use actix_web::{HttpRequest, HttpResponse, get};
use serde::Deserialize;
use utoipa::IntoParams;

/// A page of the heads.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct HeadsQuery {
    /// The cursor a page before this one gave as `next`.
    cursor: Option<String>,
    /// How many items at most: 1 to 100, 20 by default.
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: Option<u32>,
}

/// List the daily heads of the journal
///
/// The newest first; for auditors and administrators. Each seals the ends of the chains that moved since the one before.
#[utoipa::path(tag = "journal", params(HeadsQuery), security(("bearer" = [])),
    responses((status = 200, body = Page<HeadView>), ReadProblems))]
#[get("/journal/heads")]
pub(crate) async fn list_heads(
    context: Context,
    Caller(actor): Caller,
    request: HttpRequest,
    Query(query): Query<HeadsQuery>,
) -> Result<HttpResponse, Fault> {
    if !rights::reads(&actor) {
        return Err(Fault::denied());
    }
    let page = PageQuery { cursor: query.cursor, limit: query.limit };
    let (limit, before) = (page.limit()?, page.place::<i32>("journal heads")?);
    let rows = context.db.read(move |conn| heads::newest(conn, before, one_more(limit))).await?;
    let page = Page::cut(rows, limit, "journal heads", |head| head.number)?;
    Ok(page.map(|head| HeadView::new(head, context.zone)).answer(&request))
}
