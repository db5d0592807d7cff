//! Supervision orders over HTTP.

pub(crate) mod acts;
pub(crate) mod orders;
pub(crate) mod steps;

use super::held::ORDER;
use super::{OrderRow, views};
use crate::db::Conn;
use crate::domain::actor::Actor;
use crate::domain::ids::{Id, Instant};
use crate::fault::Fault;
use crate::people::Act;
use crate::web::Rendered;
use actix_web::HttpResponse;

/// The most characters of a long text.
const TEXT: usize = 5000;
/// The most characters of the matter.
const LINE: usize = 200;
/// The most units that get a copy.
const COPIES: usize = 20;

/// Does `work` on the order in one transaction and shows the order after it.
async fn shown(
    act: Act,
    id: Id,
    work: impl Fn(&mut Conn, Instant, &Actor) -> Result<OrderRow, Fault> + Send + Sync + 'static,
) -> Result<HttpResponse, Fault> {
    let zone = act.context.zone;
    act.on(ORDER, id, move |conn, at, actor| {
        let row = work(conn, at, actor)?;
        let sheet = views::sheet(conn, at, actor, zone, row.id)?;
        Ok(Rendered::ok(&sheet)?.version(row.version))
    })
    .await
}
