//! Orders: listed, shown, drafted by hand, changed.

use super::{COPIES, LINE, TEXT};
use crate::domain::ids::{Id, Instant};
use crate::domain::supervision::{OrderLevel, OrderState};
use crate::fault::Fault;
use crate::people::{Act, Caller};
use crate::supervision::views::{OrderSheet, OrderView};
use crate::supervision::{self, NewOrder, ORDER, OrderChange, Wanted, views};
use crate::web::problem::{ReadProblems, WriteProblems};
use crate::web::{At, Body, Context, Fields, IfMatch, Key, Page, PageQuery, Query, Rendered, etag, one_more};
use actix_web::{HttpRequest, HttpResponse, get, patch, post};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

/// What the list of orders is narrowed by.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct OrdersQuery {
    /// Only those in this state.
    state: Option<OrderState>,
    /// Only those to this unit.
    unit: Option<Id>,
    /// Only those signed in this year.
    #[param(minimum = -2147483648, maximum = 2147483647)]
    year: Option<i32>,
    /// Only those about this request.
    request: Option<Id>,
    /// The cursor a page before this one gave as `next`.
    cursor: Option<String>,
    /// How many items at most: 1 to 100, 20 by default.
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: Option<u32>,
}

/// List supervision orders
///
/// The newest first: for the office and the auditor all, for supervisors and leaders those of the units below theirs, for a
/// unit its own and its copies once they are signed.
#[utoipa::path(tag = "supervision", params(OrdersQuery), security(("bearer" = [])),
    responses((status = 200, body = Page<OrderView>), ReadProblems))]
#[get("/supervision-orders")]
pub(crate) async fn list_orders(
    context: Context,
    Caller(actor): Caller,
    At(at): At,
    request: HttpRequest,
    Query(query): Query<OrdersQuery>,
) -> Result<HttpResponse, Fault> {
    let page = PageQuery { cursor: query.cursor, limit: query.limit };
    let (limit, before, zone) = (page.limit()?, page.place::<Id>("supervision_orders")?, context.zone);
    let wanted = Wanted { state: query.state, unit: query.unit, year: query.year, request: query.request };
    let read = context.db.read(move |conn| {
        let rows = supervision::list(conn, &actor, &wanted, before, one_more(limit))?;
        views::shown(conn, at, zone, rows)
    });
    Ok(Page::cut(read.await?, limit, "supervision_orders", |order| order.id)?.answer(&request))
}

/// Show a supervision order
///
/// The sheet, with its replies and what the reader may do to it now.
#[utoipa::path(tag = "supervision", security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 200, body = OrderSheet), ReadProblems))]
#[get("/supervision-orders/{id}")]
pub(crate) async fn show_order(
    context: Context,
    Caller(actor): Caller,
    At(at): At,
    Key(id): Key,
) -> Result<HttpResponse, Fault> {
    let zone = context.zone;
    let sheet = context.db.read(move |conn| views::sheet(conn, at, &actor, zone, id)).await?;
    Ok(HttpResponse::Ok().insert_header(etag(sheet.order.version)).json(sheet))
}

/// An order to be drafted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DraftOrder {
    /// The part whose unit it is to.
    assignment: Id,
    /// How much weight it has.
    level: OrderLevel,
    /// What is demanded, at most 5000 characters.
    #[schema(max_length = 5000)]
    demand: String,
    /// When the reply is due; counted from the signature where it is missing.
    reply_by: Option<Instant>,
    /// The units that get a copy; none of a confidential request.
    #[serde(default)]
    #[schema(max_items = 20)]
    copies: Vec<Id>,
}

/// Draft a supervision order
///
/// By the office, or by a supervisor or a leader over the unit; rules draft without being asked.
#[utoipa::path(tag = "supervision", request_body = DraftOrder, security(("bearer" = [])),
    responses((status = 201, body = OrderSheet), WriteProblems))]
#[post("/supervision-orders")]
pub(crate) async fn draft_order(act: Act, Body(form): Body<DraftOrder>) -> Result<HttpResponse, Fault> {
    let mut fields = Fields::new();
    fields.at_most("/copies", form.copies.len(), COPIES);
    let new = NewOrder {
        assignment: form.assignment,
        level: form.level,
        demand: fields.text("/demand", &form.demand, TEXT),
        reply_by: form.reply_by,
        copies: form.copies,
    };
    fields.finish()?;
    let zone = act.context.zone;
    act.create(ORDER.seen, move |conn, at, actor| {
        let row = supervision::draft_by_hand(conn, at, actor, &new)?;
        let sheet = views::sheet(conn, at, actor, zone, row.id)?;
        Ok(Rendered::created(&sheet)?.version(row.version).at("/api/v1/supervision-orders", row.id))
    })
    .await
}

/// What is to become different of a draft; what is missing stays as it is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangeOrder {
    /// How much weight it has.
    level: Option<OrderLevel>,
    /// The matter in one line, at most 200 characters.
    #[schema(max_length = 200)]
    matter: Option<String>,
    /// What is demanded, at most 5000 characters.
    #[schema(max_length = 5000)]
    demand: Option<String>,
    /// When the reply is due.
    reply_by: Option<Instant>,
    /// The units that get a copy, all of them.
    #[schema(max_items = 20)]
    copies: Option<Vec<Id>>,
}

/// Change a draft
///
/// By the office, or by a supervisor or a leader over the unit, until it is signed.
#[utoipa::path(tag = "supervision", request_body = ChangeOrder, security(("bearer" = [])), params(("id" = Id, Path)),
    responses((status = 200, body = OrderSheet), WriteProblems))]
#[patch("/supervision-orders/{id}")]
pub(crate) async fn change_order(
    context: Context,
    Caller(actor): Caller,
    At(at): At,
    Key(id): Key,
    if_match: IfMatch,
    Body(form): Body<ChangeOrder>,
) -> Result<HttpResponse, Fault> {
    let mut fields = Fields::new();
    fields.at_most("/copies", form.copies.as_ref().map_or(0, Vec::len), COPIES);
    let change = OrderChange {
        level: form.level,
        matter: form.matter.as_deref().map(|matter| fields.line("/matter", matter, LINE)),
        demand: form.demand.as_deref().map(|demand| fields.text("/demand", demand, TEXT)),
        reply_by: form.reply_by,
        copies: form.copies,
    };
    fields.finish()?;
    let zone = context.zone;
    let write = context.db.write(move |conn| {
        let row = supervision::change(conn, at, &actor, id, (&if_match, &change))?;
        views::sheet(conn, at, &actor, zone, row.id)
    });
    let sheet = write.await?;
    Ok(HttpResponse::Ok().insert_header(etag(sheet.order.version)).json(sheet))
}
