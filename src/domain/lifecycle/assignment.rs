//! The state machine of one unit's assignment.

use super::Capacity;
use crate::domain::refusal::{Refusal, RefusalCode};
use crate::domain::words::{AssignmentState, ClockKind, Part};

vocabulary! {
    /// What can be done to one unit's share of a request.
    pub enum AssignmentAct {
        /// The unit takes it in hand (签收).
        Sign = "sign",
        /// The company is contacted (联系); a unit's contact implies its signature.
        Contact = "contact",
        /// The unit writes an answer, or writes it anew (拟稿).
        Draft = "draft",
        /// The unit's signer approves the draft (审签).
        Approve = "approve",
        /// The unit's signer gives the draft back to the handler (退改).
        ReturnDraft = "return_draft",
        /// The lead takes in an assist's answer (采纳).
        Accept = "accept",
        /// The office gives the answer to the company (发布).
        Release = "release",
        /// An approved answer goes back to the unit: by the office, or by the lead where it is an assist's (退回重办).
        SendBack = "send_back",
        /// The role is over: the request ended, or the lead's answer was accepted (关闭).
        Close = "close",
        /// The unit hands it to a person or a section of its own (转承办人).
        HandOn = "hand_on",
        /// The unit asks to give it back, with cause and ground (退单).
        AskReturn = "ask_return",
        /// The office rules on a return; what follows is one of the next four.
        RuleReturn = "rule_return",
        /// The consequence of a refused return, or one granted with another role: as if never asked.
        BackToDispatched = "back_to_dispatched",
        /// The same, where it was signed for.
        BackToSigned = "back_to_signed",
        /// The same, where a draft lay there.
        BackToDrafted = "back_to_drafted",
        /// The consequence of a granted return: the unit leaves.
        Return = "return",
        /// The office gives the unit another role on the request.
        ChangePart = "change_part",
        /// The unit asks for a later date (延期).
        AskExtension = "ask_extension",
        /// Whoever the promise book names rules on it.
        RuleExtension = "rule_extension",
        /// The lead asks to report every week until a plan's end (长期事项).
        AskPlan = "ask_plan",
        /// The office rules on the plan.
        RulePlan = "rule_plan",
        /// The lead's weekly report (周报).
        Report = "report",
        /// The lead's first report of where it stands, where one is promised.
        Preliminary = "preliminary",
        /// The unit asks that a rating not count against it (申诉).
        Appeal = "appeal",
        /// The office rules on that.
        RuleAppeal = "rule_appeal",
    }
}

/// The state an assignment of `part` is in after `act`, done by someone in `capacity` while it was in `state`.
///
/// # Errors
/// A [`Refusal`] with what this capacity could do instead. A wrong capacity is told first, then a part that cannot,
/// then a wrong state.
pub fn assignment(
    state: AssignmentState,
    part: Part,
    act: AssignmentAct,
    capacity: Capacity,
) -> Result<AssignmentState, Refusal> {
    judge(state, part, act, capacity).map_err(|code| Refusal {
        code,
        act: act.code(),
        state: state.code(),
        possible: AssignmentAct::ALL
            .iter()
            .filter(|other| judge(state, part, **other, capacity).is_ok())
            .map(|other| other.code())
            .collect(),
    })
}

/// The machine itself. No arm is a wildcard, so a new state, act or capacity does not compile before it is
/// decided here.
fn judge(
    state: AssignmentState,
    part: Part,
    act: AssignmentAct,
    capacity: Capacity,
) -> Result<AssignmentState, RefusalCode> {
    use AssignmentAct::{
        Accept, Appeal, Approve, AskExtension, AskPlan, AskReturn, BackToDispatched, BackToDrafted,
        BackToSigned, ChangePart, Close, Contact, Draft, HandOn, Preliminary, Release, Report, Return,
        ReturnDraft, RuleAppeal, RuleExtension, RulePlan, RuleReturn, SendBack, Sign,
    };
    use AssignmentState::{Accepted, Answered, Closed, Dispatched, Drafted, Returned, Returning, Signed};

    if !done_by(act, part).contains(&capacity) {
        return Err(RefusalCode::NotYours);
    }
    if !part_does(part, act) {
        return Err(RefusalCode::PartCannot);
    }
    match (act, state) {
        (Sign, Dispatched) => Ok(Signed),
        (Sign, Signed | Drafted | Answered) => Err(RefusalCode::AlreadySigned),

        // The office calls for a unit that may not know who filed: that is no signature of the unit, and no return
        // of the unit's stops it.
        (Contact, Dispatched | Signed | Drafted | Answered | Returning)
            if capacity == Capacity::Dispatcher =>
        {
            Ok(state)
        }
        (Contact, Dispatched) => Ok(Signed),
        (Contact, Signed | Drafted | Answered) => Ok(state),

        (Draft | HandOn | AskPlan | Report | Preliminary, Dispatched) => Err(RefusalCode::NotSignedYet),
        (Draft, Signed | Drafted) => Ok(Drafted),
        (HandOn | AskPlan | Report | Preliminary, Signed | Drafted) => Ok(state),
        // What is owed to the company is owed while the answer waits for its release.
        (Report | Preliminary, Answered) => Ok(state),

        (Approve | ReturnDraft, Dispatched | Signed) => Err(RefusalCode::NoDraft),
        (Approve, Drafted) => Ok(Answered),
        (ReturnDraft, Drafted) => Ok(Signed),

        (Accept | Release | SendBack, Dispatched | Signed | Drafted) => Err(RefusalCode::NotApprovedYet),
        (Accept | Release, Answered) => Ok(Accepted),
        (SendBack, Answered) => Ok(Signed),

        (AskReturn, Dispatched | Signed | Drafted) => Ok(Returning),
        (RuleReturn, Returning) => Ok(Returning),
        (BackToDispatched, Returning) => Ok(Dispatched),
        (BackToSigned, Returning) => Ok(Signed),
        (BackToDrafted, Returning) => Ok(Drafted),
        (Return, Returning) => Ok(Returned),
        (
            RuleReturn | BackToDispatched | BackToSigned | BackToDrafted | Return,
            Dispatched | Signed | Drafted | Answered,
        ) => Err(RefusalCode::NoReturn),

        (ChangePart | AskExtension | RulePlan, Dispatched | Signed | Drafted) => Ok(state),
        // The date promised in a released answer may still move.
        (AskExtension, Accepted) => Ok(state),
        (RuleExtension, Dispatched | Signed | Drafted | Answered | Returning | Accepted) => Ok(state),

        (Appeal | RuleAppeal, Accepted) => Ok(state),
        (Appeal | RuleAppeal, Dispatched | Signed | Drafted | Answered) => Err(RefusalCode::NotReleasedYet),

        // What waits for the office's release is sent back before it can be taken away.
        (Close, Answered) if capacity == Capacity::Dispatcher => Err(RefusalCode::AlreadyApproved),
        (Close, Dispatched | Signed | Drafted | Answered | Returning) => Ok(Closed),

        (
            Draft | HandOn | AskPlan | Approve | ReturnDraft | AskReturn | ChangePart | AskExtension
            | RulePlan,
            Answered,
        ) => Err(RefusalCode::AlreadyApproved),
        (
            Sign | Contact | Draft | HandOn | Approve | ReturnDraft | Accept | Release | SendBack | AskReturn
            | ChangePart | AskExtension | AskPlan | RulePlan | Report | Preliminary | Appeal | RuleAppeal,
            Returning,
        ) => Err(RefusalCode::ReturnPending),
        (
            Sign | Contact | Draft | HandOn | Approve | ReturnDraft | Accept | Release | SendBack | Close
            | AskReturn | RuleReturn | BackToDispatched | BackToSigned | BackToDrafted | Return | ChangePart
            | AskPlan | RulePlan | Report | Preliminary,
            Accepted,
        ) => Err(RefusalCode::AlreadyAccepted),
        (
            Sign | Contact | Draft | HandOn | Approve | ReturnDraft | Accept | Release | SendBack | Close
            | AskReturn | RuleReturn | BackToDispatched | BackToSigned | BackToDrafted | Return | ChangePart
            | AskExtension | RuleExtension | AskPlan | RulePlan | Report | Preliminary | Appeal | RuleAppeal,
            Returned | Closed,
        ) => Err(RefusalCode::AssignmentOver),
    }
}

/// In which capacities `act` on an assignment of `part` is ever done.
const fn done_by(act: AssignmentAct, part: Part) -> &'static [Capacity] {
    use AssignmentAct::{
        Accept, Appeal, Approve, AskExtension, AskPlan, AskReturn, BackToDispatched, BackToDrafted,
        BackToSigned, ChangePart, Close, Contact, Draft, HandOn, Preliminary, Release, Report, Return,
        ReturnDraft, RuleAppeal, RuleExtension, RulePlan, RuleReturn, SendBack, Sign,
    };

    match act {
        Sign | Draft | HandOn | AskReturn | AskExtension | Report | Preliminary => &[Capacity::Handler],
        Contact => &[Capacity::Handler, Capacity::Dispatcher],
        Approve | ReturnDraft | AskPlan | Appeal => &[Capacity::Signer],
        Accept => &[Capacity::Lead],
        SendBack if answers_the_lead(part) => &[Capacity::Lead],
        SendBack | Release | RuleReturn | RulePlan | RuleAppeal => &[Capacity::Dispatcher],
        ChangePart | Close => &[Capacity::Dispatcher, Capacity::System],
        // Which of them, and in which order, is what the promise book says of the clock.
        RuleExtension => &[Capacity::Dispatcher, Capacity::Signer, Capacity::Leader, Capacity::Supervisor],
        BackToDispatched | BackToSigned | BackToDrafted | Return => &[Capacity::System],
    }
}

/// Whether an assignment of `part` ever undergoes `act`.
const fn part_does(part: Part, act: AssignmentAct) -> bool {
    use AssignmentAct::{
        Accept, Appeal, Approve, AskExtension, AskPlan, AskReturn, BackToDispatched, BackToDrafted,
        BackToSigned, ChangePart, Close, Contact, Draft, HandOn, Preliminary, Release, Report, Return,
        ReturnDraft, RuleAppeal, RuleExtension, RulePlan, RuleReturn, SendBack, Sign,
    };

    match act {
        Contact | Release | Appeal | RuleAppeal => !answers_the_lead(part),
        Accept => answers_the_lead(part),
        AskPlan | RulePlan | Report | Preliminary => matches!(part, Part::Lead),
        Sign | Draft | HandOn | Approve | ReturnDraft | SendBack | Close | AskReturn | RuleReturn
        | BackToDispatched | BackToSigned | BackToDrafted | Return | ChangePart | AskExtension
        | RuleExtension => true,
    }
}

/// Whether this part's answer goes to the lead; the others' go through the office to the company.
const fn answers_the_lead(part: Part) -> bool {
    match part {
        Part::Assist => true,
        Part::Lead | Part::Branch => false,
    }
}

impl AssignmentState {
    /// The kinds of clock of which at least one is open on an assignment of `part` in this state; empty once it is
    /// over.
    pub const fn kept_open_by(self, part: Part) -> &'static [ClockKind] {
        match (self, part) {
            (Self::Dispatched | Self::Signed | Self::Drafted, Part::Lead) => {
                &[ClockKind::Feedback, ClockKind::Conclusion, ClockKind::Progress, ClockKind::Rework]
            }
            (Self::Dispatched | Self::Signed | Self::Drafted, Part::Branch) => {
                &[ClockKind::Feedback, ClockKind::Rework]
            }
            // An assist's clock runs until the lead takes the answer in, not until the unit's signer approves it.
            (Self::Dispatched | Self::Signed | Self::Drafted | Self::Answered, Part::Assist) => {
                &[ClockKind::Assist]
            }
            (Self::Answered, Part::Lead | Part::Branch) => &[ClockKind::Release],
            (Self::Returning, Part::Lead | Part::Branch | Part::Assist) => {
                &[ClockKind::ReturnRuling, ClockKind::JointRuling]
            }
            (Self::Accepted | Self::Returned | Self::Closed, Part::Lead | Part::Branch | Part::Assist) => &[],
        }
    }

    /// Whether somebody still has to bring the assignment on.
    pub const fn is_open(self) -> bool {
        match self {
            Self::Dispatched | Self::Signed | Self::Drafted | Self::Answered | Self::Returning => true,
            Self::Accepted | Self::Returned | Self::Closed => false,
        }
    }
}
