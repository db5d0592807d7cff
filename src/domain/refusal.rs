//! A rule's "no": why an act is refused now, and what could be done instead.

vocabulary! {
    /// Why an act is refused now.
    pub enum RefusalCode {
        /// The actor's capacity on this request never does this act.
        NotYours = "not_yours",
        /// The request is still with the office.
        NotDispatchedYet = "not_dispatched_yet",
        /// The request is with at least one unit.
        AlreadyDispatched = "already_dispatched",
        /// The request waits for papers the office asked the company for.
        WaitingForCompany = "waiting_for_company",
        /// No papers were asked for, or they came.
        NotWaitingForCompany = "not_waiting_for_company",
        /// A unit has the request: the company asks, and the office confirms the withdrawal by a call.
        WithdrawNeedsOffice = "withdraw_needs_office",
        /// Not every part of the answer is with the company.
        NotAnsweredYet = "not_answered_yet",
        /// The answer is with the company.
        AlreadyAnswered = "already_answered",
        /// The request has ended.
        AlreadyEnded = "already_ended",
        /// The request is an echo: it is answered with the request it was merged into.
        MergedIntoAnother = "merged_into_another",
        /// The unit has not signed for its part.
        NotSignedYet = "not_signed_yet",
        /// The unit signed for its part before.
        AlreadySigned = "already_signed",
        /// There is no draft to sign or to give back.
        NoDraft = "no_draft",
        /// The unit's signer has not approved an answer.
        NotApprovedYet = "not_approved_yet",
        /// The unit's signer approved the answer before.
        AlreadyApproved = "already_approved",
        /// The part's answer was released by the office, or taken in by the lead.
        AlreadyAccepted = "already_accepted",
        /// The unit asked to give the part back, and the ruling is open.
        ReturnPending = "return_pending",
        /// The part was given back, or its role is over.
        AssignmentOver = "assignment_over",
        /// No return is asked for.
        NoReturn = "no_return",
        /// The part's answer is not with the company.
        NotReleasedYet = "not_released_yet",
        /// The request is no echo of another one.
        NotMerged = "not_merged",
        /// The request is not declined.
        NotDeclined = "not_declined",
        /// This part never does this: an assist answers the lead, never the company; only an assist's answer
        /// is taken in by the lead.
        PartCannot = "part_cannot",
    }
}

/// An act refused by a state machine: nothing has changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Why not now.
    pub code: RefusalCode,
    /// The code of the act that was tried.
    pub act: &'static str,
    /// The code of the state it was tried in.
    pub state: &'static str,
    /// The codes of the acts the same capacity could do in this state instead, in the order of the act's
    /// vocabulary; empty when it can do none.
    pub possible: Vec<&'static str>,
}
