//! The board over HTTP.

use super::views::BoardView;
use crate::domain::ids::Id;
use crate::fault::Fault;
use crate::people::Caller;
use crate::web::problem::ReadProblems;
use crate::web::{At, Context, Query};
use actix_web::{HttpResponse, get};
use serde::Deserialize;
use utoipa::IntoParams;

/// Whose board.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct BoardQuery {
    /// One unit in the caller's reach; by default all that the caller reaches.
    unit: Option<Id>,
}

/// Shows the board: for the office and the auditor of all staff, for a unit's people of what they reach.
#[utoipa::path(tag = "insight", security(("bearer" = [])), params(BoardQuery),
    responses((status = 200, body = BoardView), ReadProblems))]
#[get("/board")]
pub(crate) async fn board(
    context: Context,
    Caller(actor): Caller,
    At(at): At,
    Query(query): Query<BoardQuery>,
) -> Result<HttpResponse, Fault> {
    let zone = context.zone;
    let view = context.db.read(move |conn| super::board(conn, at, &actor, zone, query.unit)).await?;
    Ok(HttpResponse::Ok().json(view))
}
