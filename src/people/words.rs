//! The closed lists of this room.

use crate::db::stored_as_text;

vocabulary! {
    /// What a unit is in the tree.
    pub enum UnitKind {
        /// The root: the district, the new area (区).
        District = "district",
        /// The Business Environment Office (营商环境办公室): the one door.
        Office = "office",
        /// A bureau, a commission, a court (局、委、办).
        Bureau = "bureau",
        /// A section inside another unit (科室).
        Section = "section",
        /// A street office (街道).
        Street = "street",
        /// A town (镇).
        Town = "town",
        /// A village or a neighbourhood (村、社区).
        Village = "village",
        /// An industrial park or a functional zone (园区、功能区).
        Park = "park",
        /// A public utility that answers like a department (公用企业).
        Utility = "utility",
    }
}

vocabulary! {
    /// What kind of body a company is.
    pub enum CompanyStanding {
        /// Registered: it has a unified social credit code.
        Registered = "registered",
        /// A prospective investor, not registered here yet.
        Prospective = "prospective",
        /// An association that speaks for companies.
        Association = "association",
    }
}

vocabulary! {
    /// Whether a company may use the service.
    pub enum CompanyState {
        /// Waits for the office's approval.
        Pending = "pending",
        /// May use the service.
        Active = "active",
        /// Shut out by the office.
        Disabled = "disabled",
    }
}

vocabulary! {
    /// How large a company is, in the four steps of the national classification (大中小微).
    pub enum CompanySize {
        /// 大型.
        Large = "large",
        /// 中型.
        Medium = "medium",
        /// 小型.
        Small = "small",
        /// 微型.
        Micro = "micro",
    }
}

vocabulary! {
    /// Whether a person may log in.
    pub enum PersonState {
        /// May log in.
        Active = "active",
        /// May not.
        Disabled = "disabled",
    }
}

vocabulary! {
    /// The language a person is written to in.
    pub enum PersonLanguage {
        /// Simplified Chinese.
        Chinese = "zh-CN",
        /// English.
        English = "en",
    }
}

stored_as_text!(UnitKind, CompanyStanding, CompanyState, CompanySize, PersonState, PersonLanguage);
