//! Lists of orders: one query, whoever asks, that shows only what they may see.
//!
//! The newest comes first, by the time in its id. Which index serves what: all by the primary key, else
//! `supervision_orders_by_state_id`, `…_by_unit_id_id`, `…_by_year_id`, `…_by_request_id_id`; the copies of a unit by
//! `supervision_copies_by_unit_id_order_id`.

use super::rights;
use super::store::OrderRow;
use crate::db::Conn;
use crate::db::schema::{supervision_copies, supervision_orders};
use crate::domain::actor::Actor;
use crate::domain::ids::Id;
use crate::domain::supervision::OrderState;
use crate::fault::Fault;
use diesel::prelude::*;

/// Which orders are wanted. What is `None` does not matter.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wanted {
    /// In this state.
    pub state: Option<OrderState>,
    /// To this unit.
    pub unit: Option<Id>,
    /// Signed in this year.
    pub year: Option<i32>,
    /// About this request.
    pub request: Option<Id>,
}

/// Up to `limit` orders wanted that `actor` may see, the newest first, older than `before`. Hidden from whoever could see
/// none.
pub fn list(
    conn: &mut Conn,
    actor: &Actor,
    wanted: &Wanted,
    before: Option<Id>,
    limit: i64,
) -> Result<Vec<OrderRow>, Fault> {
    let reach = rights::reach(actor);
    if !reach.everything && reach.over.is_empty() && reach.own.is_empty() {
        return Err(Fault::hidden());
    }
    let mut query = supervision_orders::table.order(supervision_orders::id.desc()).limit(limit).into_boxed();
    if !reach.everything {
        let unsigned = [OrderState::Draft, OrderState::Dropped];
        let copied = supervision_copies::table
            .filter(supervision_copies::unit_id.eq_any(reach.own.clone()))
            .select(supervision_copies::order_id);
        let own = supervision_orders::unit_id.eq_any(reach.own).or(supervision_orders::id.eq_any(copied));
        let signed = supervision_orders::state.ne_all(unsigned);
        query = query.filter(supervision_orders::unit_id.eq_any(reach.over).or(signed.and(own)));
    }
    if let Some(state) = wanted.state {
        query = query.filter(supervision_orders::state.eq(state));
    }
    if let Some(unit) = wanted.unit {
        query = query.filter(supervision_orders::unit_id.eq(unit));
    }
    if let Some(year) = wanted.year {
        query = query.filter(supervision_orders::year.eq(year));
    }
    if let Some(request) = wanted.request {
        query = query.filter(supervision_orders::request_id.eq(request));
    }
    if let Some(before) = before {
        query = query.filter(supervision_orders::id.lt(before));
    }
    Ok(query.load(conn)?)
}
