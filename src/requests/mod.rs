//! Requests: from filing to conclusion, with their assignments, answers, commitments and clocks.
//!
//! Each act is a function here that takes the connection, the instant, the actor and its command, and gives the
//! request's row or a fault. An act opens a `Matter`, which locks the request's row, asks the state machines of
//! `domain::lifecycle`, and closes with one journal entry. Only this room writes its tables; the ratings room carries
//! a rating out through [`rated`].

mod access;
mod attached;
pub mod api;
mod charges;
mod behalf;
mod check;
mod clocks;
mod conclude;
mod correct;
mod contest;
mod direct;
mod dispatch;
mod drafting;
mod echoes;
mod explain;
mod extend;
mod extension_ruling;
mod file;
mod hand_on;
mod handle;
mod history;
mod joint;
mod lapse;
pub mod letters;
mod list;
mod matter;
mod messages;
mod merge;
mod meetings;
mod moot;
mod narrow;
mod numbers;
mod parts;
mod precedents;
mod plan;
mod preliminary;
mod progress;
pub mod reading;
mod recount;
mod redispatch;
mod release;
mod reveal;
mod returns;
mod rework;
mod ruling;
mod search;
mod seen;
mod shares;
mod store;
mod supervise;
mod supplement;
mod timeline;
mod told;
mod transfer;
mod undo_decline;
mod urge;
pub mod views;
mod watch;
mod why;
mod withdrawal;

pub use access::Audience;
pub use attached::{attach, attachment};
pub use behalf::{Outside, confirm};
pub use check::check;
pub use conclude::{FollowedUp, Rated, appeal_ruled, appealed, conclude, followed_up, keep, rated};
pub use contest::{contest, rule_contest};
pub use correct::{Correction, correct};
pub use direct::{DirectReport, direct_reports, report_directly};
pub use dispatch::{Dispatch, dispatch, suggestion};
pub use drafting::draft;
pub use echoes::{EchoReached, EchoText, free_echoes};
pub use explain::{DueExplanation, Which, explain};
pub use extend::{AskExtension, ask_extension};
pub use extension_ruling::{RuleExtension, rule_extension};
pub use file::{Decline, File, Filed, answer_directly, categorise, decline, file, withdraw};
pub use hand_on::{HandOn, hand_on};
pub use handle::{Contact, ContactMeans, approve, contact, return_draft, sign};
pub use lapse::{overdue, time_passes};
pub use list::{ListLight, Place, RequestItem, Sort, UnitOn, Wanted, list};
pub use meetings::{Held, MeetingOf, convene_meeting, record_meeting};
pub use merge::{Merge, echo_answer, merge};
pub use messages::{LastMessage, MessageView, NewMessage, Writer, messages, write_message};
pub use numbers::Numbers;
pub use parts::PartOf;
pub use plan::{AskPlan, RulePlan, ask_plan, rule_plan};
pub use precedents::{PrecedentOf, precedents};
pub use preliminary::preliminary;
pub use progress::{Progress, Report, report};
pub use recount::{catch_up, recount};
pub use redispatch::{Change, RoleOf, redispatch};
pub use release::{accept, release, send_back};
pub use returns::{ReturnOf, ask_return};
pub use reveal::{PHONES, reveal_phone};
pub use rework::{Rework, explained, rework};
pub use ruling::{RulingOf, rule_return};
pub use search::{enlist, index_waiting};
pub use seen::{SeenRequest, seen_among};
pub use store::{
    AnswerState, AskRuling, CommitmentState, ContactStanding, ContestRuling, MeetingDate, Party, RequestRow,
    ReturnCause,
};
pub use supervise::{
    Answerable, LateClock, ReplyClock, ReplyTime, Supervised, answerable, answerable_for, is_live,
    late_clock, numbers_of, reply_times, supervise, supervised,
};
pub use supplement::{ask_info, go_on, supplement};
pub use timeline::{TimelineEntry, Until, timeline};
pub use transfer::{AskTransfer, ask_transfer, transfer};
pub use undo_decline::undo_decline;
pub use urge::urge;
pub use watch::{Watch, Watched, look_again, to_watch};
pub use withdrawal::{WithdrawalCall, ask_withdrawal, confirm_withdrawal};

use crate::db::Conn;
use crate::domain::actor::Actor;
use crate::domain::ids::Id;
use crate::fault::Fault;
use crate::people::Resource;

/// A request, or anything that belongs to one, as acts are about it: all of it has the request's version, and is seen by
/// who sees the request.
pub const REQUEST: Resource = Resource {
    version: |conn, id| match store::subject(conn, id)? {
        Some((request, _)) => matter::version(conn, request).map(Some),
        None => Ok(None),
    },
    seen: |conn, _, actor, id| {
        let (request, _) = store::subject(conn, id)?.ok_or_else(Fault::hidden)?;
        visible(conn, actor, request).map(drop)
    },
};

/// The request with this id and how much of it `actor` may see; what they may not see is [`Fault::hidden`].
pub fn visible(conn: &mut Conn, actor: &Actor, id: Id) -> Result<(RequestRow, Audience), Fault> {
    let request = store::request(conn, id)?.ok_or_else(Fault::hidden)?;
    let assignments = store::assignments_of(conn, id)?;
    let audience = access::audience_of(conn, actor, &request, &assignments)?.ok_or_else(Fault::hidden)?;
    Ok((request, audience))
}
