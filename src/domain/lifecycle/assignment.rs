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
    use AssignmentAct::{Accept, Approve, Close, Contact, Draft, Release, ReturnDraft, SendBack, Sign};
    use AssignmentState::{Accepted, Answered, Closed, Dispatched, Drafted, Returned, Returning, Signed};

    if !belongs_to(act, part, capacity) {
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

        (Draft, Dispatched) => Err(RefusalCode::NotSignedYet),
        (Draft, Signed | Drafted) => Ok(Drafted),
        (Draft, Answered) => Err(RefusalCode::AlreadyApproved),

        (Approve | ReturnDraft, Dispatched | Signed) => Err(RefusalCode::NoDraft),
        (Approve, Drafted) => Ok(Answered),
        (ReturnDraft, Drafted) => Ok(Signed),
        (Approve | ReturnDraft, Answered) => Err(RefusalCode::AlreadyApproved),

        (Accept | Release | SendBack, Dispatched | Signed | Drafted) => Err(RefusalCode::NotApprovedYet),
        (Accept | Release, Answered) => Ok(Accepted),
        (SendBack, Answered) => Ok(Signed),

        (Close, Dispatched | Signed | Drafted | Answered | Returning) => Ok(Closed),

        (Sign | Contact | Draft | Approve | ReturnDraft | Accept | Release | SendBack, Returning) => {
            Err(RefusalCode::ReturnPending)
        }
        (Sign | Contact | Draft | Approve | ReturnDraft | Accept | Release | SendBack | Close, Accepted) => {
            Err(RefusalCode::AlreadyAccepted)
        }
        (
            Sign | Contact | Draft | Approve | ReturnDraft | Accept | Release | SendBack | Close,
            Returned | Closed,
        ) => Err(RefusalCode::AssignmentOver),
    }
}

/// Whether `act` on an assignment of `part` is ever done in `capacity`.
const fn belongs_to(act: AssignmentAct, part: Part, capacity: Capacity) -> bool {
    use AssignmentAct::{Accept, Approve, Close, Contact, Draft, Release, ReturnDraft, SendBack, Sign};

    match capacity {
        Capacity::Handler => match act {
            Sign | Contact | Draft => true,
            Approve | ReturnDraft | Accept | Release | SendBack | Close => false,
        },
        Capacity::Signer => match act {
            Approve | ReturnDraft => true,
            Sign | Contact | Draft | Accept | Release | SendBack | Close => false,
        },
        Capacity::Lead => match act {
            Accept => true,
            SendBack => answers_the_lead(part),
            Sign | Contact | Draft | Approve | ReturnDraft | Release | Close => false,
        },
        Capacity::Dispatcher => match act {
            Contact | Release | Close => true,
            SendBack => !answers_the_lead(part),
            Sign | Draft | Approve | ReturnDraft | Accept => false,
        },
        Capacity::System => match act {
            Close => true,
            Sign | Contact | Draft | Approve | ReturnDraft | Accept | Release | SendBack => false,
        },
        Capacity::Company | Capacity::Supervisor | Capacity::Leader | Capacity::Auditor | Capacity::Admin => {
            match act {
                Sign | Contact | Draft | Approve | ReturnDraft | Accept | Release | SendBack | Close => false,
            }
        }
    }
}

/// Whether an assignment of `part` ever undergoes `act`.
const fn part_does(part: Part, act: AssignmentAct) -> bool {
    use AssignmentAct::{Accept, Approve, Close, Contact, Draft, Release, ReturnDraft, SendBack, Sign};

    match act {
        Contact | Release => !answers_the_lead(part),
        Accept => answers_the_lead(part),
        Sign | Draft | Approve | ReturnDraft | SendBack | Close => true,
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
