//! Supervision (督办): orders to units that are late, or with whom a company is not content.
//!
//! Rules draft; a named signer signs, which numbers the order and starts the unit's time to reply; the reply is accepted or
//! sent back. What of this touches the request (the clock, its journal) is carried out by the requests room in the same
//! transaction; each order has a journal of its own. Before an order a unit is reminded and urged, and after it summoned to a talk. Who signs what is in `domain::supervision` and `rights`.

pub(crate) mod api;
mod check;
mod drafts;
mod held;
mod issue;
pub mod letters;
mod list;
mod replies;
mod rights;
pub mod step_views;
mod steps;
mod store;
pub mod views;

pub use check::check;
pub use drafts::{NewOrder, OrderChange, change, draft_by_hand, draft_discontent, draft_overdue, drop_draft};
pub use held::ORDER;
pub use issue::{issue, void};
pub use list::{Wanted, list};
pub use replies::{accept, reply, send_back};
pub use steps::{Reminder, Summons, TALK, TalkHeld, record_talk, remind, steps, summon};
pub use store::{OrderRow, StepRow};
