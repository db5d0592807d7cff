//! The closed list of grounds on which the office does not accept a request (不予受理).

use super::answer::OtherDoor;

vocabulary! {
    /// Why a request is not accepted.
    pub enum DeclineGround {
        /// No company's matter: a citizen's own affair.
        NotACompanyMatter = "not_a_company_matter",
        /// Before a court, or decided by one.
        InLitigation = "in_litigation",
        /// Under administrative reconsideration, or decided there.
        InReconsideration = "in_reconsideration",
        /// Under arbitration, or decided there.
        InArbitration = "in_arbitration",
        /// A petition, or already taken in as one (信访).
        PetitionMatter = "petition_matter",
        /// A charge against a person, which discipline inspection or supervision hears.
        DisciplineMatter = "discipline_matter",
        /// A request for government information.
        InformationDisclosure = "information_disclosure",
        /// Outside the district's powers.
        OutsideDistrict = "outside_district",
        /// The same matter of the same company is open, or was answered, with nothing new.
        AlreadyHandled = "already_handled",
        /// Nobody can be reached, and the matter cannot be told from what was filed.
        NoContactDetails = "no_contact_details",
        /// Touches a state secret, or another's trade secret or privacy.
        StateOrTradeSecret = "state_or_trade_secret",
        /// Asks for what law or public order forbids.
        AgainstTheLaw = "against_the_law",
    }
}

impl DeclineGround {
    /// The door this ground points to; `None` where there is none to name, so the words must say what to do.
    pub const fn other_door(self) -> Option<OtherDoor> {
        match self {
            Self::InLitigation => Some(OtherDoor::Litigation),
            Self::InReconsideration => Some(OtherDoor::Reconsideration),
            Self::InArbitration => Some(OtherDoor::Arbitration),
            Self::PetitionMatter => Some(OtherDoor::Petition),
            Self::DisciplineMatter => Some(OtherDoor::DisciplineInspection),
            Self::InformationDisclosure => Some(OtherDoor::InformationDisclosure),
            Self::NotACompanyMatter | Self::OutsideDistrict => Some(OtherDoor::Hotline),
            Self::AlreadyHandled
            | Self::NoContactDetails
            | Self::StateOrTradeSecret
            | Self::AgainstTheLaw => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{DeclineGround, OtherDoor};

    #[test]
    fn a_matter_before_a_court_or_a_petition_office_is_shown_that_door() {
        assert_eq!(DeclineGround::InLitigation.other_door(), Some(OtherDoor::Litigation));
        assert_eq!(DeclineGround::PetitionMatter.other_door(), Some(OtherDoor::Petition));
        assert_eq!(DeclineGround::OutsideDistrict.other_door(), Some(OtherDoor::Hotline));
    }

    #[test]
    fn a_matter_handled_before_has_no_other_door() {
        assert_eq!(DeclineGround::AlreadyHandled.other_door(), None);
    }
}
