//! What the flow fixes about each kind of clock, whatever a district promises (flow: clocks).

use super::length::Length;
use super::rule::Holder;
use crate::domain::words::ClockKind;

/// Who may hold a clock of this kind. A book must promise something to each of them.
pub const fn holders(clock: ClockKind) -> &'static [Holder] {
    match clock {
        ClockKind::CompanyContact
        | ClockKind::CompanyFeedback
        | ClockKind::Supplement
        | ClockKind::RatingWindow => &[Holder::Company],
        ClockKind::Dispatch
        | ClockKind::Release
        | ClockKind::ReturnRuling
        | ClockKind::ContestRuling
        | ClockKind::PlanRuling
        | ClockKind::ExtensionRuling
        | ClockKind::JointRuling
        | ClockKind::FollowUp
        | ClockKind::Callback => &[Holder::Office],
        // The office makes the contact itself where the filer is sealed.
        ClockKind::Contact => &[Holder::Lead, Holder::Branch, Holder::Office],
        ClockKind::Feedback => &[Holder::Lead, Holder::Branch],
        ClockKind::Preliminary | ClockKind::Conclusion | ClockKind::Progress => &[Holder::Lead],
        ClockKind::Assist => &[Holder::Assist],
        // A direct answer of the office may promise too.
        ClockKind::Commitment => &[Holder::Lead, Holder::Branch, Holder::Office],
        ClockKind::Rework => &[Holder::Lead, Holder::Branch, Holder::Assist],
        ClockKind::SupervisionReply => &[Holder::Lead, Holder::Branch, Holder::Assist, Holder::Office],
    }
}

/// Whether a district may promise no such clock. The others keep some open state from being a dead end.
pub const fn may_be_off(clock: ClockKind) -> bool {
    matches!(
        clock,
        ClockKind::CompanyContact
            | ClockKind::CompanyFeedback
            | ClockKind::Contact
            | ClockKind::Preliminary
            | ClockKind::FollowUp
    )
}

/// Whether an extension may be asked for. A contact is never extended, and the company's own date moves only with
/// the lead's.
pub const fn may_be_extended(clock: ClockKind) -> bool {
    matches!(
        clock,
        ClockKind::Feedback
            | ClockKind::Conclusion
            | ClockKind::Rework
            | ClockKind::Commitment
            | ClockKind::Assist
    )
}

/// Whether waiting for the company's papers may pause it. A contact never pauses.
pub const fn may_be_paused(clock: ClockKind) -> bool {
    matches!(clock, ClockKind::Feedback | ClockKind::Conclusion | ClockKind::CompanyFeedback)
}

/// What is allowed instead, where a clock of this kind cannot have this length; `None` where it can.
pub(super) const fn length_refused(clock: ClockKind, length: Length) -> Option<&'static str> {
    match (clock, length) {
        (ClockKind::Progress, Length::Weekly { .. }) => None,
        (ClockKind::Progress, _) => Some("a progress clock is weekly: { weekday = \"Fri\", at = \"HH:MM\" }"),
        (_, Length::Weekly { .. }) => Some("only the progress clock is weekly"),
        (ClockKind::Commitment | ClockKind::SupervisionReply | ClockKind::Rework, Length::Until) => None,
        (_, Length::Until) => {
            Some("only commitment, rework and supervision_reply take their date from the act")
        }
        _ => None,
    }
}
