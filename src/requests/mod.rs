//! Requests: from filing to conclusion, with their assignments, answers, commitments and clocks.
//!
//! Each act is a function here that takes the connection, the instant, the actor and its command, and gives the
//! request's row or a fault. An act opens a `Matter`, which locks the request's row, asks the state machines of
//! `domain::lifecycle`, and closes with one journal entry. Only this room writes its tables; the ratings room carries
//! a rating out through [`rated`].

mod access;
pub mod api;
mod check;
mod clocks;
mod conclude;
mod dispatch;
mod explain;
mod extend;
mod extension_ruling;
mod file;
mod handle;
mod list;
mod matter;
mod narrow;
mod numbers;
mod plan;
mod preliminary;
mod progress;
pub mod reading;
mod release;
mod rework;
mod store;
mod supplement;
mod timeline;
mod told;
pub mod views;
mod why;

pub use access::Audience;
pub use check::check;
pub use conclude::{Rated, conclude, keep, rated};
pub use dispatch::{Dispatch, PartOf, dispatch, suggestion};
pub use explain::{DueExplanation, Which, explain};
pub use extend::{AskExtension, ask_extension};
pub use extension_ruling::{RuleExtension, rule_extension};
pub use file::{Decline, File, answer_directly, categorise, decline, file, withdraw};
pub use handle::{Contact, ContactMeans, approve, contact, draft, return_draft, sign};
pub use list::{ListLight, Place, RequestItem, Sort, UnitOn, Wanted, list};
pub use numbers::Numbers;
pub use plan::{AskPlan, RulePlan, ask_plan, rule_plan};
pub use preliminary::preliminary;
pub use progress::{Progress, Report, report};
pub use release::{accept, release, send_back};
pub use rework::{Rework, explained, rework};
pub use store::{
    AnswerState, AskRuling, CommitmentState, ContactStanding, ContestRuling, MeetingDate, Party, RequestRow,
    ReturnCause,
};
pub use supplement::{ask_info, go_on, supplement};
pub use timeline::{TimelineEntry, Until, timeline};

use crate::db::Conn;
use crate::domain::actor::Actor;
use crate::domain::ids::Id;
use crate::fault::Fault;

/// The request with this id and how much of it `actor` may see; what they may not see is [`Fault::hidden`].
pub fn visible(conn: &mut Conn, actor: &Actor, id: Id) -> Result<(RequestRow, Audience), Fault> {
    let request = store::request(conn, id)?.ok_or_else(Fault::hidden)?;
    let assignments = store::assignments_of(conn, id)?;
    let audience = access::audience(actor, &request, &assignments).ok_or_else(Fault::hidden)?;
    Ok((request, audience))
}
