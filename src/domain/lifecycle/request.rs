//! The request's state machine.

use super::Capacity;
use crate::domain::refusal::{Refusal, RefusalCode};
use crate::domain::words::{ClockKind, RequestState};

vocabulary! {
    /// What can be done to a request as a whole.
    pub enum RequestAct {
        /// The office sends it to units (分派).
        Dispatch = "dispatch",
        /// The office does not accept it, on a listed ground (不予受理).
        Decline = "decline",
        /// The office answers it itself (直办).
        DirectAnswer = "direct_answer",
        /// The company takes it back (撤回).
        Withdraw = "withdraw",
        /// The office asks the company for papers, once with one complete list (要求补充材料).
        AskInfo = "ask_info",
        /// The company brings the papers (补充材料). Where the request goes on is a consequence.
        Supplement = "supplement",
        /// The office goes on without the papers.
        GoOn = "go_on",
        /// The consequence of papers that came, or are waited for no longer, before any dispatch.
        BackToOffice = "back_to_office",
        /// The same, where units have the request.
        BackToUnits = "back_to_units",
        /// The consequence of releasing the last live part: the whole answer is with the company.
        ReleaseLast = "release_last",
        /// The office, having called back a bad rating, has parts done again in the next cycle (重办). That a call-back
        /// is open, and that there are at most two cycles, is judged by the caller.
        Rework = "rework",
        /// The company rates the answer (评价). A bad rating's consequences are other acts.
        Rate = "rate",
        /// It ends (办结): the company is content, the office ruled so, or the rating window lapsed. That no
        /// commitment is open is judged by the caller.
        Conclude = "conclude",
        /// The office puts it under a category before it is answered; afterwards that is a correction.
        Categorise = "categorise",
    }
}

/// The state a request is in after `act`, done by someone in `capacity` while it was in `state`.
///
/// # Errors
/// A [`Refusal`] with what this capacity could do instead. A wrong capacity is told before a wrong state.
pub fn request(state: RequestState, act: RequestAct, capacity: Capacity) -> Result<RequestState, Refusal> {
    judge(state, act, capacity).map_err(|code| Refusal {
        code,
        act: act.code(),
        state: state.code(),
        possible: RequestAct::ALL
            .iter()
            .filter(|other| judge(state, **other, capacity).is_ok())
            .map(|other| other.code())
            .collect(),
    })
}

/// The machine itself. No arm is a wildcard, so a new state or act does not compile before it is decided here.
fn judge(state: RequestState, act: RequestAct, capacity: Capacity) -> Result<RequestState, RefusalCode> {
    use RequestAct::{
        AskInfo, BackToOffice, BackToUnits, Categorise, Conclude, Decline, DirectAnswer, Dispatch, GoOn,
        Rate, ReleaseLast, Rework, Supplement, Withdraw,
    };
    use RequestState::{
        Answered, Concluded, Declined, InProgress, Merged, NeedsInfo, Submitted, Transferred, Withdrawn,
    };

    if !belongs_to(act, capacity) {
        return Err(RefusalCode::NotYours);
    }
    match (act, state) {
        (Dispatch, Submitted) => Ok(InProgress),
        (Dispatch, NeedsInfo) => Err(RefusalCode::WaitingForCompany),
        (Dispatch, InProgress) => Err(RefusalCode::AlreadyDispatched),

        (Decline, Submitted | NeedsInfo) => Ok(Declined),
        (Decline, InProgress) => Err(RefusalCode::AlreadyDispatched),

        (DirectAnswer, Submitted) => Ok(Answered),
        (DirectAnswer, NeedsInfo) => Err(RefusalCode::WaitingForCompany),
        (DirectAnswer, InProgress) => Err(RefusalCode::AlreadyDispatched),

        (Withdraw, Submitted | NeedsInfo) => Ok(Withdrawn),
        (Withdraw, InProgress) => Err(RefusalCode::WithdrawNeedsOffice),

        (Categorise, Submitted | NeedsInfo | InProgress) => Ok(state),

        (AskInfo, Submitted | InProgress) => Ok(NeedsInfo),
        (AskInfo, NeedsInfo) => Err(RefusalCode::WaitingForCompany),
        (Supplement | GoOn, NeedsInfo) => Ok(NeedsInfo),
        (BackToOffice, NeedsInfo) => Ok(Submitted),
        (BackToUnits, NeedsInfo) => Ok(InProgress),
        (Supplement | GoOn | BackToOffice | BackToUnits, Submitted | InProgress) => {
            Err(RefusalCode::NotWaitingForCompany)
        }

        (ReleaseLast, Submitted) => Err(RefusalCode::NotDispatchedYet),
        (ReleaseLast, NeedsInfo) => Err(RefusalCode::WaitingForCompany),
        (ReleaseLast, InProgress) => Ok(Answered),

        // A request concluded by lapse may still be rated; whether its 30 days are over is judged by the caller.
        (Rate, Answered | Concluded) => Ok(state),
        (Conclude, Answered) => Ok(Concluded),
        (Rework, Answered | Concluded) => Ok(InProgress),
        (Rate | Conclude | Rework, Submitted | NeedsInfo | InProgress) => Err(RefusalCode::NotAnsweredYet),

        (Rate | Conclude | Rework, Merged) => Err(RefusalCode::MergedIntoAnother),
        (Conclude, Concluded) | (Rate | Conclude | Rework, Declined | Withdrawn | Transferred) => {
            Err(RefusalCode::AlreadyEnded)
        }

        // What comes before the answer is refused alike once it is there.
        (
            Dispatch | Decline | DirectAnswer | Withdraw | Categorise | AskInfo | Supplement | GoOn
            | BackToOffice | BackToUnits | ReleaseLast,
            after,
        ) => Err(match after {
            Answered => RefusalCode::AlreadyAnswered,
            Merged => RefusalCode::MergedIntoAnother,
            Submitted | NeedsInfo | InProgress | Concluded | Declined | Withdrawn | Transferred => {
                RefusalCode::AlreadyEnded
            }
        }),
    }
}

/// Whether `act` is ever done in `capacity`.
const fn belongs_to(act: RequestAct, capacity: Capacity) -> bool {
    use Capacity::{Admin, Auditor, Company, Dispatcher, Handler, Lead, Leader, Signer, Supervisor, System};
    use RequestAct::{
        AskInfo, BackToOffice, BackToUnits, Categorise, Conclude, Decline, DirectAnswer, Dispatch, GoOn,
        Rate, ReleaseLast, Rework, Supplement, Withdraw,
    };

    match (act, capacity) {
        (Dispatch | Decline | DirectAnswer | Categorise | AskInfo | GoOn | Rework, Dispatcher)
        | (Withdraw | Supplement | Rate, Company)
        | (ReleaseLast | BackToOffice | BackToUnits, System)
        | (Conclude, Company | Dispatcher | System) => true,

        (Dispatch | Decline | DirectAnswer | Categorise | AskInfo | GoOn | Rework, Company | System)
        | (Withdraw | Supplement | Rate, Dispatcher | System)
        | (ReleaseLast | BackToOffice | BackToUnits, Company | Dispatcher)
        | (
            Dispatch | Decline | DirectAnswer | Categorise | AskInfo | GoOn | Rework | Withdraw | Supplement
            | Rate | ReleaseLast | BackToOffice | BackToUnits | Conclude,
            Handler | Signer | Lead | Supervisor | Leader | Auditor | Admin,
        ) => false,
    }
}

impl RequestState {
    /// The kinds of clock of which at least one is open while a request is in this state; empty once it has ended.
    ///
    /// A follow-up is not among them: it is a call made inside the rating window, not what brings the request on.
    pub const fn kept_open_by(self) -> &'static [ClockKind] {
        match self {
            Self::Submitted => &[ClockKind::Dispatch],
            Self::NeedsInfo => &[ClockKind::Supplement],
            Self::InProgress => &[
                ClockKind::Conclusion,
                ClockKind::CompanyFeedback,
                ClockKind::Feedback,
                ClockKind::Release,
                ClockKind::Progress,
                ClockKind::Rework,
                ClockKind::Dispatch,
            ],
            Self::Answered => &[ClockKind::RatingWindow, ClockKind::Commitment, ClockKind::Callback],
            Self::Merged => &[ClockKind::CompanyFeedback, ClockKind::CompanyContact],
            Self::Concluded | Self::Declined | Self::Withdrawn | Self::Transferred => &[],
        }
    }

    /// Whether somebody still has to bring the request on. An echo is open: it waits for its master's release.
    pub const fn is_open(self) -> bool {
        match self {
            Self::Submitted | Self::NeedsInfo | Self::InProgress | Self::Answered | Self::Merged => true,
            Self::Concluded | Self::Declined | Self::Withdrawn | Self::Transferred => false,
        }
    }
}
