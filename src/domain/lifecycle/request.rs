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
        /// The consequence of papers that came, or are waited for no longer, while no unit has the request; and of a
        /// return that leaves no unit with it.
        BackToOffice = "back_to_office",
        /// The consequence of papers where units have the request.
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
        /// The company confirms what was filed on its behalf (确认代填).
        Confirm = "confirm",
        /// The office changes which units have it: adds, closes, gives other roles (改派). A return granted may do the
        /// same in its ruling.
        Redispatch = "redispatch",
        /// The company asks to take it back while units have it.
        AskWithdrawal = "ask_withdrawal",
        /// The office called: the company does take it back.
        ConfirmWithdrawal = "confirm_withdrawal",
        /// The office called: the company lets it go on.
        DropWithdrawal = "drop_withdrawal",
        /// The company asks for haste (催办).
        Urge = "urge",
        /// The company and the office write to each other.
        Message = "message",
        /// Attaches files.
        Attach = "attach",
        /// The office makes it an echo of another request (并案).
        Merge = "merge",
        /// The office gives it an echo: the same act, seen from the master.
        TakeEcho = "take_echo",
        /// The office confirms an echo's own text, which goes out with the master's answer.
        EchoAnswer = "echo_answer",
        /// The consequence of the master's answer: the echo has its own.
        ReleaseEcho = "release_echo",
        /// The consequence of a master that ended without an answer.
        BackFromMerge = "back_from_merge",
        /// The office takes back its decline, with a reason.
        UndoDecline = "undo_decline",
        /// The office's first signature under handing it to discipline inspection.
        AskTransfer = "ask_transfer",
        /// The second signature: it is handed over with letter and register (移送).
        Transfer = "transfer",
        /// The company says that a contact was none. That it is the first time for this contact is judged by the caller.
        Contest = "contest",
        /// The office rules on a contested contact.
        RuleContest = "rule_contest",
        /// The office corrects the category or a released text; the old one is kept.
        Correct = "correct",
        /// The office calls a company that has not rated (回访).
        FollowUp = "follow_up",
        /// The office convenes a joint meeting (会商).
        ConveneMeeting = "convene_meeting",
        /// The office records who came and what was fixed.
        RecordMeeting = "record_meeting",
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
        AskInfo, AskTransfer, AskWithdrawal, Attach, BackFromMerge, BackToOffice, BackToUnits, Categorise,
        Conclude, Confirm, ConfirmWithdrawal, Contest, ConveneMeeting, Correct, Decline, DirectAnswer,
        Dispatch, DropWithdrawal, EchoAnswer, FollowUp, GoOn, Merge, Message, Rate, RecordMeeting,
        Redispatch, ReleaseEcho, ReleaseLast, Rework, RuleContest, Supplement, TakeEcho, Transfer,
        UndoDecline, Urge, Withdraw,
    };
    use RequestState::{
        Answered, Concluded, Declined, InProgress, Merged, NeedsInfo, Submitted, Transferred, Withdrawn,
    };

    if !done_by(act).contains(&capacity) {
        return Err(RefusalCode::NotYours);
    }
    match (act, state) {
        (Dispatch, Submitted) => Ok(InProgress),
        (DirectAnswer, Submitted) => Ok(Answered),
        (Dispatch | DirectAnswer, NeedsInfo) => Err(RefusalCode::WaitingForCompany),
        (Dispatch | DirectAnswer | Decline, InProgress) => Err(RefusalCode::AlreadyDispatched),
        (Decline, Submitted | NeedsInfo) => Ok(Declined),

        (Redispatch, InProgress) => Ok(state),
        (Redispatch | AskWithdrawal, Submitted) => Err(RefusalCode::NotDispatchedYet),
        (Redispatch, NeedsInfo) => Err(RefusalCode::WaitingForCompany),

        (Withdraw, Submitted | NeedsInfo) => Ok(Withdrawn),
        (Withdraw, InProgress) => Err(RefusalCode::WithdrawNeedsOffice),
        (AskWithdrawal, NeedsInfo | InProgress) => Ok(state),
        (ConfirmWithdrawal, Submitted | NeedsInfo | InProgress | Merged) => Ok(Withdrawn),

        // What changes no state, while the request is not answered.
        (
            Categorise | DropWithdrawal | TakeEcho | AskTransfer | Contest | ConveneMeeting | RecordMeeting,
            Submitted | NeedsInfo | InProgress,
        )
        | (AskWithdrawal | DropWithdrawal | Contest, Merged)
        // What was planned before the answer may be held after it.
        | (RecordMeeting, Answered)
        | (Urge, Submitted | InProgress | Merged) => Ok(state),
        (Urge | Merge, NeedsInfo) => Err(RefusalCode::WaitingForCompany),

        // What changes no state, while it is open.
        (Attach | Confirm | Message | RuleContest, Submitted | NeedsInfo | InProgress | Answered | Merged) => {
            Ok(state)
        }

        (AskInfo, Submitted | InProgress) => Ok(NeedsInfo),
        (AskInfo, NeedsInfo) => Err(RefusalCode::WaitingForCompany),
        (Supplement | GoOn, NeedsInfo) => Ok(NeedsInfo),
        (BackToOffice, NeedsInfo | InProgress) => Ok(Submitted),
        (BackToUnits, NeedsInfo) => Ok(InProgress),
        (BackToOffice, Submitted) | (Supplement | GoOn | BackToUnits, Submitted | InProgress) => {
            Err(RefusalCode::NotWaitingForCompany)
        }

        (Merge, Submitted | InProgress) => Ok(Merged),
        (EchoAnswer, Merged) => Ok(Merged),
        (ReleaseEcho, Merged) => Ok(Answered),
        (BackFromMerge, Merged) => Ok(Submitted),
        (
            EchoAnswer | ReleaseEcho | BackFromMerge,
            Submitted | NeedsInfo | InProgress | Answered | Concluded | Declined | Withdrawn | Transferred,
        ) => Err(RefusalCode::NotMerged),

        (Transfer, Submitted | NeedsInfo | InProgress) => Ok(Transferred),

        (UndoDecline, Declined) => Ok(Submitted),
        (
            UndoDecline,
            Submitted | NeedsInfo | InProgress | Answered | Concluded | Withdrawn | Merged | Transferred,
        ) => Err(RefusalCode::NotDeclined),

        (ReleaseLast, Submitted) => Err(RefusalCode::NotDispatchedYet),
        (ReleaseLast, NeedsInfo) => Err(RefusalCode::WaitingForCompany),
        (ReleaseLast, InProgress) => Ok(Answered),

        // A request concluded by lapse may still be rated; whether its 30 days are over is judged by the caller.
        (Rate, Answered | Concluded) => Ok(state),
        (FollowUp, Answered) => Ok(state),
        // A part may be released while another is still worked on.
        (Correct, InProgress | Answered | Concluded) => Ok(state),
        (Conclude, Answered) => Ok(Concluded),
        (Rework, Answered | Concluded) => Ok(InProgress),
        (Rate | Conclude | Rework | FollowUp, Submitted | NeedsInfo | InProgress)
        | (Correct, Submitted | NeedsInfo) => Err(RefusalCode::NotAnsweredYet),

        (Rate | Conclude | Rework | FollowUp | Correct, Merged) => Err(RefusalCode::MergedIntoAnother),
        (Conclude | FollowUp | Attach | Confirm | Message | RuleContest, Concluded)
        | (
            Rate | Conclude | Rework | FollowUp | Correct | Attach | Confirm | Message | RuleContest,
            Declined | Withdrawn | Transferred,
        ) => Err(RefusalCode::AlreadyEnded),

        // What comes before the answer is refused alike once it is there.
        (
            Dispatch | Decline | DirectAnswer | Withdraw | Categorise | AskInfo | Supplement | GoOn
            | BackToOffice | BackToUnits | ReleaseLast | Redispatch | AskWithdrawal | ConfirmWithdrawal
            | DropWithdrawal | Urge | Merge | TakeEcho | AskTransfer | Transfer | Contest | ConveneMeeting
            | RecordMeeting,
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

/// In which capacities `act` is ever done.
const fn done_by(act: RequestAct) -> &'static [Capacity] {
    use RequestAct::{
        AskInfo, AskTransfer, AskWithdrawal, Attach, BackFromMerge, BackToOffice, BackToUnits, Categorise,
        Conclude, Confirm, ConfirmWithdrawal, Contest, ConveneMeeting, Correct, Decline, DirectAnswer,
        Dispatch, DropWithdrawal, EchoAnswer, FollowUp, GoOn, Merge, Message, Rate, RecordMeeting,
        Redispatch, ReleaseEcho, ReleaseLast, Rework, RuleContest, Supplement, TakeEcho, Transfer,
        UndoDecline, Urge, Withdraw,
    };

    match act {
        Dispatch | Redispatch | Decline | UndoDecline | DirectAnswer | Categorise | Correct | AskInfo
        | GoOn | ConfirmWithdrawal | DropWithdrawal | Merge | TakeEcho | EchoAnswer | AskTransfer
        | Transfer | RuleContest | FollowUp | Rework | ConveneMeeting | RecordMeeting => {
            &[Capacity::Dispatcher]
        }
        Confirm | Withdraw | AskWithdrawal | Supplement | Urge | Contest | Rate => &[Capacity::Company],
        Attach | Message => &[Capacity::Company, Capacity::Dispatcher],
        Conclude => &[Capacity::Company, Capacity::Dispatcher, Capacity::System],
        ReleaseLast | BackToOffice | BackToUnits | ReleaseEcho | BackFromMerge => &[Capacity::System],
    }
}

impl RequestState {
    /// The kinds of clock of which at least one is open while a request is in this state; empty once it has ended.
    ///
    /// A follow-up is not among them: it is a call made inside the rating window, not what brings the request on.
    pub const fn kept_open_by(self) -> &'static [ClockKind] {
        match self {
            Self::Submitted => &[ClockKind::Dispatch],
            // After its lapse the office has its time to decide.
            Self::NeedsInfo => &[ClockKind::Supplement, ClockKind::Dispatch],
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
            // A call made to its company brings an echo no further.
            Self::Merged => &[ClockKind::CompanyFeedback],
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
