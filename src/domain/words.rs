//! The closed lists of the work, each word with its Chinese name.
//!
//! A word that only one module rules on lives in that module; these are the words several share.

vocabulary! {
    /// Where a request stands (flow: states).
    pub enum RequestState {
        /// Filed, waiting for the office to dispatch it (已提交).
        Submitted = "submitted",
        /// Waiting for papers the office asked the company for (待补充材料).
        NeedsInfo = "needs_info",
        /// With at least one unit (办理中).
        InProgress = "in_progress",
        /// Every part of the answer is with the company (已答复).
        Answered = "answered",
        /// Ended: rated good, explained, or the rating window lapsed (已办结).
        Concluded = "concluded",
        /// Not accepted, with a ground and the other door (不予受理).
        Declined = "declined",
        /// Taken back by the company (已撤回).
        Withdrawn = "withdrawn",
        /// An echo of another request, answered with it (已并案).
        Merged = "merged",
        /// Handed to discipline inspection with letter and register (已移送).
        Transferred = "transferred",
    }
}

vocabulary! {
    /// Where one unit's share of a request stands.
    pub enum AssignmentState {
        /// Sent to the unit, not yet signed for (已分派).
        Dispatched = "dispatched",
        /// The unit has it in hand (已签收).
        Signed = "signed",
        /// An answer is written and waits for the unit's signer (待审签).
        Drafted = "drafted",
        /// Approved by the signer; waits for the office, or for the lead where it is an assist's (已反馈).
        Answered = "answered",
        /// Released by the office, or taken in by the lead (已采纳).
        Accepted = "accepted",
        /// The unit asked to give it back and waits for the ruling (退单待裁).
        Returning = "returning",
        /// Given back (已退单).
        Returned = "returned",
        /// Over: re-dispatched, merged, withdrawn, or the role ended (已关闭).
        Closed = "closed",
    }
}

vocabulary! {
    /// What a unit is on a request.
    pub enum Part {
        /// 主办: answers for the whole.
        Lead = "lead",
        /// 分办: answers for its own part, through the office.
        Branch = "branch",
        /// 协办: answers to the lead, never to the company.
        Assist = "assist",
    }
}

vocabulary! {
    /// Who may know who filed.
    pub enum Confidence {
        /// Everyone on the request.
        Open = "open",
        /// The office and the lead only; others may assist but not have a branch.
        Hidden = "hidden",
        /// The office only; it makes the contact itself.
        Sealed = "sealed",
    }
}

vocabulary! {
    /// The way a request came in (来源渠道).
    pub enum Channel {
        /// The companies' mobile client.
        App = "app",
        /// The web page.
        Web = "web",
        /// The 12345 hotline.
        Hotline = "hotline",
        /// A visit to the company (走访).
        Visit = "visit",
        /// A business-environment monitor (监测点).
        Monitor = "monitor",
        /// An order from the city or the province (上级交办).
        UpperLevel = "upper_level",
        /// E-mail.
        Email = "email",
        /// A counter of the office.
        Counter = "counter",
    }
}

impl Channel {
    /// Whether the company itself comes in this way; by every other one somebody of the office files for it.
    pub const fn is_of_company(self) -> bool {
        match self {
            Self::App | Self::Web => true,
            Self::Hotline | Self::Visit | Self::Monitor | Self::UpperLevel | Self::Email | Self::Counter => {
                false
            }
        }
    }
}

vocabulary! {
    /// What the company wants of it.
    pub enum Kind {
        /// 咨询.
        Consultation = "consultation",
        /// 求助.
        Help = "help",
        /// 建议.
        Suggestion = "suggestion",
        /// 批评: named apart by cities that publish five kinds.
        Criticism = "criticism",
        /// 投诉.
        Complaint = "complaint",
    }
}

vocabulary! {
    /// How pressing it is.
    pub enum Urgency {
        /// 一般.
        Normal = "normal",
        /// 加急.
        Urgent = "urgent",
        /// 紧急: natural minutes, day and night.
        Emergency = "emergency",
    }
}

vocabulary! {
    /// How long the matter itself needs, told by the duty table's row or chosen at dispatch.
    pub enum Pace {
        /// Can be done at once (即时办理).
        SameDay = "same_day",
        /// The ordinary limit.
        Ordinary = "ordinary",
        /// A complex matter, where a city promises those a longer limit.
        Complex = "complex",
    }
}

vocabulary! {
    /// A clock of the flow (flow: clocks).
    pub enum ClockKind {
        /// The company's promise of a first contact.
        CompanyContact = "company_contact",
        /// The company's promise of an answer.
        CompanyFeedback = "company_feedback",
        /// The office's time to dispatch.
        Dispatch = "dispatch",
        /// A unit's time to reach the company.
        Contact = "contact",
        /// A unit's time to answer.
        Feedback = "feedback",
        /// A first report of where it stands, where a city promises one.
        Preliminary = "preliminary",
        /// The outer bound of the whole matter.
        Conclusion = "conclusion",
        /// An assisting unit's time to answer the lead.
        Assist = "assist",
        /// One week's report of a long-running matter.
        Progress = "progress",
        /// A dated promise made in a released answer.
        Commitment = "commitment",
        /// The office's time to release an approved answer.
        Release = "release",
        /// The office's time to rule on a return.
        ReturnRuling = "return_ruling",
        /// The office's time to rule on a contested contact.
        ContestRuling = "contest_ruling",
        /// The office's time to rule on a long-running plan.
        PlanRuling = "plan_ruling",
        /// The time to rule on an extension.
        ExtensionRuling = "extension_ruling",
        /// The time to rule on a disputed duty together.
        JointRuling = "joint_ruling",
        /// The company's time to bring papers.
        Supplement = "supplement",
        /// The company's time to rate.
        RatingWindow = "rating_window",
        /// The office's time to call a silent company.
        FollowUp = "follow_up",
        /// The office's time to call back a bad rating and rule on it.
        Callback = "callback",
        /// The blamed unit's time to mend.
        Rework = "rework",
        /// A unit's time to reply to a supervision order.
        SupervisionReply = "supervision_reply",
    }
}

vocabulary! {
    /// How a stopped clock ended.
    pub enum ClockOutcome {
        /// Stopped at or before its due date.
        Met = "met",
        /// Stopped after it.
        Late = "late",
        /// The company could not be reached though it was tried as the flow demands; counted apart.
        Unreached = "unreached",
        /// Ended without being asked for any more; what was red stays on record.
        Void = "void",
        /// The company let its own time pass: to rate, or to bring papers.
        Lapsed = "lapsed",
    }
}

vocabulary! {
    /// The four outcomes an answer may have.
    pub enum Outcome {
        /// 解决: carries evidence.
        Solved = "solved",
        /// 解释: carries the legal or policy ground.
        Explained = "explained",
        /// 承诺: carries dated milestones.
        Promised = "promised",
        /// 无法办理: carries why, and which other door.
        Cannot = "cannot",
    }
}

vocabulary! {
    /// What a person is in a company or a unit.
    pub enum Role {
        /// Files and rates for a company.
        Company = "company",
        /// The office: dispatches, releases, rules.
        Dispatcher = "dispatcher",
        /// Handles a unit's share.
        Handler = "handler",
        /// Signs a unit's answers (审签).
        Signer = "signer",
        /// Chases a unit and those below it (督查).
        Supervisor = "supervisor",
        /// Leads a unit.
        Leader = "leader",
        /// Visits companies and files for them (服务专员).
        Specialist = "specialist",
        /// Reads everything, changes nothing.
        Auditor = "auditor",
        /// Keeps people, units and settings; sees no request.
        Admin = "admin",
    }
}
