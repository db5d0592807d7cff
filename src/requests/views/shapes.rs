//! The shapes of the JSON: what each field means is said here, for the document too.

use super::{
    ContestView, EchoView, ExtensionView, MasterView, MeetingView, OnBehalf, OutsideNumber, PlanView,
    PreliminaryView, ProgressView, ReturnView, TransferView, UrgesView, WithdrawalView,
};
use crate::attachments::AttachmentView;
use crate::domain::answer::{Answer, OtherDoor};
use crate::domain::decline::DeclineGround;
use crate::domain::ids::Id;
use crate::domain::lifecycle::{AssignmentAct, RequestAct};
use crate::domain::light::Light;
use crate::domain::promise::Holder;
use crate::domain::words::{
    AssignmentState, Channel, ClockKind, ClockOutcome, Confidence, Kind, Outcome, Pace, Part, RequestState,
    Urgency,
};
use crate::requests::store::{AnswerState, CommitmentState, ContactStanding, Party};
use crate::web::LocalTime;
use serde::Serialize;
use utoipa::ToSchema;

/// A request.
#[derive(Debug, Serialize, ToSchema)]
pub struct RequestView {
    /// Its id.
    pub id: Id,
    /// Its number, `QS` + date + at least four digits.
    #[schema(example = "QS20261122-0001")]
    pub number: String,
    /// Where it stands.
    pub state: RequestState,
    /// 1, or 2 after rework.
    pub cycle: i32,
    /// Rises with every act.
    pub version: i32,
    /// The way it came in.
    pub channel: Channel,
    /// What is wanted.
    pub kind: Kind,
    /// How pressing.
    pub urgency: Urgency,
    /// Who may know who filed.
    pub confidence: Confidence,
    /// How long the matter needs; known from dispatch on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pace: Option<Pace>,
    /// The category, once attached.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<NamedCode>,
    /// The company; missing where the reader may not know who filed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub company: Option<CompanyBrief>,
    /// One line.
    pub title: String,
    /// The matter.
    pub body: String,
    /// Where it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// Whom to ask for; missing where the reader may not know who filed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<ContactPerson>,
    /// The unit whose conduct is complained about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conduct_unit: Option<NamedCode>,
    /// When it was filed.
    pub filed_at: LocalTime,
    /// When it was first dispatched.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dispatched_at: Option<LocalTime>,
    /// When the whole answer was released.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answered_at: Option<LocalTime>,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<LocalTime>,
    /// Why it was not accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub declined: Option<Declined>,
    /// The worst light of the clocks shown; missing when none runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub light: Option<Light>,
    /// Until dispatch: by when the company may expect it to be dispatched and to be contacted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<Expected>,
    /// The units on it.
    pub parts: Vec<PartView>,
    /// The clocks the reader may see.
    pub clocks: Vec<ClockView>,
    /// The contacts and tries.
    pub contacts: Vec<ContactView>,
    /// The files: those of the request itself, and of what of it is shown.
    pub attachments: Vec<AttachmentView>,
    /// The answers: for the company those released, corrected ones among them, for staff every revision.
    pub answers: Vec<AnswerView>,
    /// Dated promises of released answers.
    pub commitments: Vec<CommitmentView>,
    /// Papers asked of the company, the oldest first.
    pub papers: Vec<PapersView>,
    /// Who is charged for the red of what the company was promised, with the working time each.
    pub charges: Vec<ChargeView>,
    /// That it was filed for the company; missing where the company filed it itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_behalf: Option<OnBehalf>,
    /// What other systems call it, for staff who may know who filed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub outside: Vec<OutsideNumber>,
    /// The limit of the upper level's order it came with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit_at: Option<LocalTime>,
    /// The last withdrawal asked for after dispatch; for the company, the office and the lead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub withdrawal: Option<WithdrawalView>,
    /// The transfer to discipline inspection; for the office and the auditor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transfer: Option<TransferView>,
    /// How often the company asked for haste; missing where it never did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub urges: Option<UrgesView>,
    /// The echoes that wait for this request's answer; for the office and the lead.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub echoes: Vec<EchoView>,
    /// The request this one was merged into; for the office.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub master: Option<MasterView>,
    /// How often its units were changed after the first dispatch.
    pub redispatches: usize,
    /// The returns asked, the oldest first: for the office and the lead all, for another unit its own, for the company none.
    pub returns: Vec<ReturnView>,
    /// Joint meetings, the oldest first; for staff only.
    pub meetings: Vec<MeetingView>,
    /// More time asked for, the oldest first.
    pub extensions: Vec<ExtensionView>,
    /// The plan of a long-running matter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan: Option<PlanView>,
    /// The weekly reports, the oldest first.
    pub progress: Vec<ProgressView>,
    /// First reports of where the matter stands, where one is promised.
    pub preliminary: Vec<PreliminaryView>,
    /// The acts the reader could do to the request now.
    pub possible: Vec<RequestAct>,
}

/// Who is charged for a red.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChargeView {
    /// The clock of what the company was promised.
    pub clock: Id,
    /// Which.
    pub kind: ClockKind,
    /// Who is charged.
    pub party: Party,
    /// The unit that is; missing where the reader may not know of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<NamedCode>,
    /// For how much office time, in minutes.
    pub working_minutes: i64,
}

/// Papers asked of the company.
#[derive(Debug, Serialize, ToSchema)]
pub struct PapersView {
    /// The list.
    pub list: String,
    /// When they were asked for.
    pub asked_at: LocalTime,
    /// When they came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answered_at: Option<LocalTime>,
    /// What came; missing where the reader may not know who filed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
    /// Why the office went on without them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ground: Option<String>,
}

/// Something with a code and a name.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NamedCode {
    /// Its id.
    pub id: Id,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
}

/// A company in short.
#[derive(Debug, Serialize, ToSchema)]
pub struct CompanyBrief {
    /// Its id.
    pub id: Id,
    /// Its name.
    pub name: String,
    /// Its unified social credit code, where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uscc: Option<String>,
}

/// Whom to ask for.
#[derive(Debug, Serialize, ToSchema)]
pub struct ContactPerson {
    /// The name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The phone; masked for those who need not call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
}

/// Why a request was not accepted.
#[derive(Debug, Serialize, ToSchema)]
pub struct Declined {
    /// The ground.
    pub ground: DeclineGround,
    /// In words.
    pub text: String,
    /// Where to go instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub other_door: Option<OtherDoor>,
}

/// What a company may expect before its request is dispatched.
#[derive(Debug, Serialize, ToSchema)]
pub struct Expected {
    /// Dispatched by.
    pub dispatched_by: LocalTime,
    /// Contacted by, if it is dispatched at the last moment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contacted_by: Option<LocalTime>,
    /// Whether a year without a notice was counted.
    pub provisional: bool,
}

/// One unit's share.
#[derive(Debug, Serialize, ToSchema)]
pub struct PartView {
    /// The assignment's id.
    pub id: Id,
    /// The unit.
    pub unit: NamedCode,
    /// What it is on the request.
    pub part: Part,
    /// Where it stands.
    pub state: AssignmentState,
    /// The cycle it belongs to.
    pub cycle: i32,
    /// A branch that contacts the company itself.
    pub told_to_contact: bool,
    /// The office's word to the unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// When it was dispatched.
    pub dispatched_at: LocalTime,
    /// When it was signed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signed_at: Option<LocalTime>,
    /// The worst light of its own clocks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub light: Option<Light>,
    /// Who in the unit has it, by name; for that unit and the office only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handler: Option<String>,
    /// The section that has it; for that unit and the office only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub section: Option<NamedCode>,
    /// Since when they have it, where it was handed on; for that unit and the office only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<LocalTime>,
    /// The acts the reader could do on it now.
    pub possible: Vec<AssignmentAct>,
}

/// A clock.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClockView {
    /// Its id.
    pub id: Id,
    /// Which.
    pub kind: ClockKind,
    /// Whose.
    pub holder: Holder,
    /// The holding unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<NamedCode>,
    /// The assignment it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assignment: Option<Id>,
    /// When it started.
    pub started_at: LocalTime,
    /// From when it is yellow; missing while it stands still.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warn_at: Option<LocalTime>,
    /// The last instant in time; missing while it stands still.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_at: Option<LocalTime>,
    /// Until when an extension may be asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ask_by: Option<LocalTime>,
    /// The first due date, kept for statistics.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_due_at: Option<LocalTime>,
    /// Rises when the due date moves.
    pub due_version: i32,
    /// Whether a year without a notice was counted.
    pub provisional: bool,
    /// Its light; missing when it is stopped or stands still; hollow while the company contests what stopped it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub light: Option<Light>,
    /// How many working days it has been red, counted from the one after the due day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub red_days: Option<u32>,
    /// When it stopped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stopped_at: Option<LocalTime>,
    /// How it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<ClockOutcome>,
    /// Whether what is late of it is nobody's: the company was called in good faith on an old number.
    pub excused: bool,
}

/// A contact, or a try at one.
#[derive(Debug, Serialize, ToSchema)]
pub struct ContactView {
    /// Its id.
    pub id: Id,
    /// The unit that made it.
    pub unit: NamedCode,
    /// When it was recorded; this is the time that counts.
    pub at: LocalTime,
    /// When it was made, as the caller says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claimed_at: Option<LocalTime>,
    /// With whom.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub whom: Option<String>,
    /// How.
    pub means: String,
    /// The number called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// Whether somebody was reached.
    pub reached: bool,
    /// What came of it; for staff only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
    /// The other assignments it was made for, where it was a joint one; for staff only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub joint_with: Option<Vec<Id>>,
    /// Whether it stands.
    pub standing: ContactStanding,
    /// What the company says against it, and what was ruled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contest: Option<ContestView>,
    /// Whether the reader could contest it now.
    pub contestable: bool,
}

/// An answer.
#[derive(Debug, Serialize, ToSchema)]
pub struct AnswerView {
    /// Its id.
    pub id: Id,
    /// The assignment it answers for; missing for a direct answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assignment: Option<Id>,
    /// The cycle it belongs to.
    pub cycle: i32,
    /// The revision.
    pub revision: i32,
    /// Where it stands.
    pub state: AnswerState,
    /// Its outcome.
    pub outcome: Outcome,
    /// What it carries; the internal note is for staff only.
    pub content: Answer,
    /// When it was released.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub released_at: Option<LocalTime>,
    /// Why it was given back, or corrected; for staff only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A dated promise.
#[derive(Debug, Serialize, ToSchema)]
pub struct CommitmentView {
    /// Its id.
    pub id: Id,
    /// What was promised.
    pub title: String,
    /// By when.
    pub due_at: LocalTime,
    /// Where it stands.
    pub state: CommitmentState,
}
