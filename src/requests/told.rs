//! What a timeline tells of each act, and to whom.
//!
//! Whatever is not named here is not told: an act without a row is not in the company's timeline, and a detail without
//! its key here is in nobody's. An entry that says it is `inside` is
//! told to staff alone, whatever its act. Drafts, signatures inside a unit, what was sent back and why, and all that assisting
//! units do stay with the staff.

use crate::fault::Language;

/// What is told of one act.
#[derive(Debug)]
pub(super) struct Told {
    act: &'static str,
    chinese: &'static str,
    english: &'static str,
    /// The details the company is told; `None` where it is not told of the act at all.
    pub(super) company: Option<&'static [&'static str]>,
    /// The details staff are told.
    pub(super) staff: &'static [&'static str],
    /// The details told beside, to those of the staff who may know who filed.
    pub(super) of_filer: &'static [&'static str],
}

const OF_SHARE: &[&str] = &["assignment", "part"];
const OF_ORDER: &[&str] = &["assignment", "part", "order", "reply_by"];

const ACTS: &[Told] = &[
    Told {
        act: "file",
        chinese: "提交诉求",
        english: "Filed",
        company: Some(&["number", "channel", "kind", "urgency", "confidence", "title", "limit_at"]),
        staff: &["number", "channel", "kind", "urgency", "confidence", "title", "limit_at"],
        of_filer: &["outside_system", "outside_number"],
    },
    Told {
        act: "confirm",
        chinese: "确认代填诉求",
        english: "Confirmed what was filed for the company",
        company: Some(&[]),
        staff: &[],
        of_filer: &[],
    },
    Told {
        act: "categorise",
        chinese: "确定类别",
        english: "Put under a category",
        company: Some(&["category"]),
        staff: &["category"],
        of_filer: &[],
    },
    Told {
        act: "withdraw",
        chinese: "撤回诉求",
        english: "Withdrawn",
        company: Some(&[]),
        staff: &[],
        of_filer: &[],
    },
    Told {
        act: "ask_withdrawal",
        chinese: "申请撤回",
        english: "Withdrawal asked for",
        company: Some(&["text"]),
        staff: &[],
        of_filer: &[],
    },
    Told {
        act: "confirm_withdrawal",
        chinese: "回访确认撤回",
        english: "Withdrawal confirmed by a call",
        company: Some(&["whom", "words"]),
        staff: &[],
        of_filer: &[],
    },
    Told {
        act: "drop_withdrawal",
        chinese: "回访后继续办理",
        english: "Goes on after a call about its withdrawal",
        company: Some(&["whom", "words"]),
        staff: &[],
        of_filer: &[],
    },
    Told {
        act: "decline",
        chinese: "不予受理",
        english: "Declined",
        company: Some(&["ground", "text"]),
        staff: &["ground", "text"],
        of_filer: &[],
    },
    Told {
        act: "undo_decline",
        chinese: "撤销不予受理",
        english: "Decline taken back",
        company: Some(&["text"]),
        staff: &["ground", "text"],
        of_filer: &[],
    },
    Told {
        act: "ask_transfer",
        chinese: "移送第一签署",
        english: "First signature under a transfer",
        company: None,
        staff: &[],
        of_filer: &[],
    },
    Told {
        act: "transfer",
        chinese: "移送纪检监察",
        english: "Handed to discipline inspection",
        company: Some(&[]),
        staff: &[],
        of_filer: &[],
    },
    Told {
        act: "correct",
        chinese: "更正",
        english: "Corrected",
        company: Some(&["category", "answer", "revision", "text"]),
        staff: &["category", "before", "answer", "revision", "text"],
        of_filer: &[],
    },
    Told {
        act: "direct_answer",
        chinese: "营商办直接答复",
        english: "Answered by the office itself",
        company: Some(&["outcome", "text"]),
        staff: &["outcome", "text"],
        of_filer: &[],
    },
    Told {
        act: "light_turned",
        chinese: "亮灯",
        english: "A light turned",
        company: None,
        staff: &["clock", "light", "since", "assignment", "part"],
        of_filer: &[],
    },
    Told {
        act: "alarm",
        chinese: "提醒",
        english: "People were told of a light",
        company: None,
        staff: &["clock", "step", "due_at", "assignment", "part"],
        of_filer: &[],
    },
    Told {
        act: "ask_info",
        chinese: "要求补充材料",
        english: "Papers asked of the company",
        company: Some(&["list"]),
        staff: &["list"],
        of_filer: &[],
    },
    Told {
        act: "supplement",
        chinese: "补充材料",
        english: "Papers brought",
        company: Some(&["answer"]),
        staff: &[],
        of_filer: &["answer"],
    },
    Told {
        act: "go_on",
        chinese: "不再等待材料，继续办理",
        english: "Going on without the papers",
        company: Some(&["ground"]),
        staff: &["ground"],
        of_filer: &[],
    },
    Told {
        act: "dispatch",
        chinese: "分派",
        english: "Dispatched",
        company: Some(&["category", "pace", "parts"]),
        staff: &["category", "pace", "parts"],
        of_filer: &[],
    },
    Told {
        act: "redispatch",
        chinese: "改派",
        english: "Units changed",
        company: Some(&["parts"]),
        staff: &["parts", "reason"],
        of_filer: &[],
    },
    Told {
        act: "ask_return",
        chinese: "申请退单",
        english: "Return asked",
        company: None,
        staff: &["assignment", "part", "cause"],
        of_filer: &[],
    },
    Told {
        act: "rule_return",
        chinese: "裁定退单",
        english: "Return ruled on",
        company: None,
        staff: &["assignment", "part", "granted"],
        of_filer: &[],
    },
    Told {
        act: "convene_meeting",
        chinese: "召集会商",
        english: "Joint meeting convened",
        company: Some(&["planned_at"]),
        staff: &["planned_at", "agenda"],
        of_filer: &[],
    },
    Told {
        act: "record_meeting",
        chinese: "会商",
        english: "Joint meeting held",
        company: Some(&["dates"]),
        staff: &["dates", "ruling"],
        of_filer: &[],
    },
    Told {
        act: "sign",
        chinese: "签收",
        english: "Signed for",
        company: Some(OF_SHARE),
        staff: OF_SHARE,
        of_filer: &[],
    },
    Told {
        act: "contact",
        chinese: "联系企业",
        english: "Contacted the company, or tried to",
        company: Some(&["assignment", "part", "means", "reached", "whom", "number"]),
        staff: &["assignment", "part", "means", "reached", "joint_with"],
        of_filer: &["whom", "outcome"],
    },
    Told {
        act: "draft",
        chinese: "拟写答复",
        english: "Answer drafted",
        company: None,
        staff: &["assignment", "part", "outcome"],
        of_filer: &[],
    },
    Told {
        act: "approve",
        chinese: "审签答复",
        english: "Answer approved",
        company: None,
        staff: &["assignment", "part", "revision"],
        of_filer: &[],
    },
    Told {
        act: "return_draft",
        chinese: "退回拟稿",
        english: "Draft given back",
        company: None,
        staff: &["assignment", "part", "reason"],
        of_filer: &[],
    },
    Told {
        act: "release",
        chinese: "发布答复",
        english: "Answer released",
        company: Some(&["assignment", "part", "outcome"]),
        staff: &["assignment", "part", "outcome"],
        of_filer: &[],
    },
    Told {
        act: "accept",
        chinese: "采纳协办意见",
        english: "Assisting unit's answer taken in",
        company: None,
        staff: OF_SHARE,
        of_filer: &[],
    },
    Told {
        act: "send_back",
        chinese: "退回修改",
        english: "Answer sent back",
        company: None,
        staff: &["assignment", "part", "reason"],
        of_filer: &[],
    },
    Told {
        act: "merge",
        chinese: "并案",
        english: "Merged; answered together with another request",
        company: Some(&[]),
        staff: &[],
        of_filer: &[],
    },
    Told {
        act: "take_echo",
        chinese: "并入一件诉求",
        english: "Another request merged into it",
        company: None,
        staff: &[],
        of_filer: &[],
    },
    Told {
        act: "echo_answer",
        chinese: "确认并案答复",
        english: "The echo's own text confirmed",
        company: None,
        staff: &["outcome"],
        of_filer: &[],
    },
    Told {
        act: "release_last",
        chinese: "答复完毕",
        english: "The whole answer is with the company",
        company: Some(&[]),
        staff: &[],
        of_filer: &[],
    },
    Told {
        act: "echo_plan",
        chinese: "告知办理计划",
        english: "Told that it takes until a plan's end",
        company: Some(&["until", "text"]),
        staff: &["until"],
        of_filer: &["text"],
    },
    Told {
        act: "release_echo",
        chinese: "发布答复",
        english: "Answered",
        company: Some(&["outcome", "text"]),
        staff: &["outcome", "text"],
        of_filer: &[],
    },
    Told {
        act: "back_from_merge",
        chinese: "解除并案，另行办理",
        english: "No longer merged; with the office again",
        company: Some(&[]),
        staff: &[],
        of_filer: &[],
    },
    Told {
        act: "keep",
        chinese: "确认承诺兑现",
        english: "Commitment confirmed kept",
        company: Some(&["commitment"]),
        staff: &["commitment"],
        of_filer: &[],
    },
    Told {
        act: "rate",
        chinese: "评价",
        english: "Rated",
        company: Some(&["level", "reached", "solved", "words"]),
        staff: &["level", "reached", "solved"],
        of_filer: &["words"],
    },
    Told {
        act: "rework",
        chinese: "差评回访后重办",
        english: "Called back; to be done again",
        company: Some(&["ruling", "text"]),
        staff: &["ruling", "text", "blamed"],
        of_filer: &[],
    },
    Told {
        act: "explain",
        chinese: "差评回访后说明",
        english: "Called back; explained",
        company: Some(&["ruling", "text"]),
        staff: &["ruling", "text"],
        of_filer: &[],
    },
    Told {
        act: "supplement_lapsed",
        chinese: "补充材料期限已过",
        english: "The papers did not come in time",
        company: Some(&[]),
        staff: &[],
        of_filer: &[],
    },
    Told {
        act: "rating_lapsed",
        chinese: "评价期限已过",
        english: "The time to rate is over",
        company: Some(&[]),
        staff: &[],
        of_filer: &[],
    },
    Told {
        act: "silence",
        chinese: "企业未评价，待回访",
        english: "No rating yet; the office will call",
        company: None,
        staff: &[],
        of_filer: &[],
    },
    Told {
        act: "week_missed",
        chinese: "周报未按时报送",
        english: "A weekly report was missed",
        company: None,
        staff: &[],
        of_filer: &[],
    },
    Told {
        act: "follow_up",
        chinese: "回访",
        english: "Follow-up call",
        company: Some(&["reached", "contacted", "solved", "satisfied"]),
        staff: &["reached", "contacted", "solved", "satisfied"],
        of_filer: &["words"],
    },
    Told {
        act: "appeal",
        chinese: "就评价提出申诉",
        english: "Appealed against the rating",
        company: None,
        staff: &["assignment", "part", "reason"],
        of_filer: &[],
    },
    Told {
        act: "rule_appeal",
        chinese: "裁定申诉",
        english: "Appeal ruled on",
        company: Some(&["granted", "text"]),
        staff: &["assignment", "part", "granted", "text"],
        of_filer: &[],
    },
    Told {
        act: "calendar_amended",
        chinese: "工作日历有调整，期限重新推算",
        english: "Calendar amended; dates counted anew",
        company: Some(&["calendar", "version"]),
        staff: &["calendar", "version"],
        of_filer: &[],
    },
    Told {
        act: "ask_extension",
        chinese: "申请延期",
        english: "More time asked for",
        company: None,
        staff: &["assignment", "part", "clock", "until"],
        of_filer: &[],
    },
    Told {
        act: "rule_extension",
        chinese: "裁定延期",
        english: "Ruled on more time",
        company: None,
        staff: &["assignment", "part", "clock", "until", "role", "granted"],
        of_filer: &[],
    },
    Told {
        act: "ask_plan",
        chinese: "申请转为长期事项",
        english: "A plan with weekly reports asked for",
        company: None,
        staff: &["assignment", "part", "ends_on"],
        of_filer: &[],
    },
    Told {
        act: "rule_plan",
        chinese: "裁定长期事项",
        english: "Ruled on the plan",
        company: None,
        staff: &["assignment", "part", "granted"],
        of_filer: &[],
    },
    Told {
        act: "report",
        chinese: "报告进展",
        english: "Weekly report",
        company: Some(&["assignment", "part", "periods", "moved", "text"]),
        staff: &["assignment", "part", "periods", "moved", "text"],
        of_filer: &[],
    },
    Told {
        act: "preliminary",
        chinese: "初步反馈",
        english: "First report of where it stands",
        company: Some(&["assignment", "part", "text"]),
        staff: &["assignment", "part", "text"],
        of_filer: &[],
    },
    Told {
        act: "conclude",
        chinese: "办结",
        english: "Concluded",
        company: Some(&[]),
        staff: &[],
        of_filer: &[],
    },
    Told {
        act: "contest",
        chinese: "对联系提出异议",
        english: "Contact contested",
        company: Some(&["contact", "words"]),
        staff: &["contact", "assignment"],
        of_filer: &["words"],
    },
    Told {
        act: "rule_contest",
        chinese: "裁定联系异议",
        english: "Contested contact ruled on",
        company: Some(&["contact", "ruling", "text"]),
        staff: &["contact", "assignment", "ruling"],
        of_filer: &["text"],
    },
    Told {
        act: "hand_on",
        chinese: "转承办人",
        english: "Handed on inside the unit",
        company: None,
        staff: OF_SHARE,
        of_filer: &[],
    },
    Told {
        act: "urge",
        chinese: "催办",
        english: "Haste asked for",
        company: Some(&["words"]),
        staff: &[],
        of_filer: &["words"],
    },
    Told {
        act: "attach",
        chinese: "补充附件",
        english: "Files attached",
        company: Some(&[]),
        staff: &[],
        of_filer: &[],
    },
    Told {
        act: "reveal_phone",
        chinese: "查看完整电话号码",
        english: "A number was shown whole",
        company: None,
        staff: &[],
        of_filer: &[],
    },
    Told {
        act: "message",
        chinese: "留言",
        english: "Message written",
        company: Some(&[]),
        staff: &[],
        of_filer: &[],
    },
    Told {
        act: "issue_order",
        chinese: "签发督办单",
        english: "Supervision order issued",
        company: None,
        staff: OF_ORDER,
        of_filer: &[],
    },
    Told {
        act: "reply_order",
        chinese: "回复督办单",
        english: "Supervision order replied to",
        company: None,
        staff: OF_ORDER,
        of_filer: &[],
    },
    Told {
        act: "accept_reply",
        chinese: "督办回复采纳",
        english: "Reply to a supervision order accepted",
        company: None,
        staff: OF_ORDER,
        of_filer: &[],
    },
    Told {
        act: "send_back_reply",
        chinese: "督办回复退回",
        english: "Reply to a supervision order sent back",
        company: None,
        staff: OF_ORDER,
        of_filer: &[],
    },
    Told {
        act: "void_order",
        chinese: "督办单作废",
        english: "Supervision order void",
        company: None,
        staff: OF_ORDER,
        of_filer: &[],
    },
    Told {
        act: "remind",
        chinese: "提醒",
        english: "Reminded",
        company: None,
        staff: OF_SHARE,
        of_filer: &[],
    },
    Told {
        act: "chase",
        chinese: "催办承办单位",
        english: "Unit urged",
        company: None,
        staff: OF_SHARE,
        of_filer: &[],
    },
    Told {
        act: "summon_talk",
        chinese: "约谈",
        english: "Summoned to a talk",
        company: None,
        staff: OF_ORDER,
        of_filer: &[],
    },
    Told {
        act: "record_talk",
        chinese: "约谈结果",
        english: "Talk held",
        company: None,
        staff: OF_ORDER,
        of_filer: &[],
    },
    Told {
        act: "direct_report",
        chinese: "直报领导",
        english: "Reported to the leaders directly",
        company: None,
        staff: &[],
        of_filer: &[],
    },
];

/// What of an act is told to the office and the auditor alone, beside what its row says.
const OF_OFFICE: &[(&str, &[&str])] = &[
    ("ask_withdrawal", &["text"]),
    ("confirm_withdrawal", &["whom", "words"]),
    ("drop_withdrawal", &["whom", "words"]),
    ("ask_transfer", &["letter_number", "reason"]),
    ("transfer", &["letter_number"]),
    // Which requests belong together, and why, is no unit's affair.
    ("merge", &["master", "reason"]),
    ("take_echo", &["echo", "reason"]),
    ("reveal_phone", &["reason"]),
    ("direct_report", &["words"]),
];

/// The acts of which nobody else of the staff is told: what may be about a unit, and who looked at a number.
const FOR_OFFICE: &[&str] = &["ask_transfer", "reveal_phone", "direct_report"];

/// The acts of which another unit than the one it is about is told nothing: what it asks for, and why it was refused.
const OF_OWN_PART: &[&str] = &[
    "ask_return",
    "rule_return",
    "return_draft",
    "send_back",
    "appeal",
    "rule_appeal",
    "ask_extension",
    "rule_extension",
    "ask_plan",
    "light_turned",
    "alarm",
    "issue_order",
    "reply_order",
    "accept_reply",
    "send_back_reply",
    "void_order",
    "remind",
    "chase",
    "summon_talk",
    "record_talk",
];

/// Whether `act` is told to the unit it is about, and to no other that does not lead.
pub(super) fn is_of_own_part(act: &str) -> bool {
    OF_OWN_PART.contains(&act)
}

/// The details of `act` that are told to the office and the auditor alone.
pub(super) fn told_to_office(act: &str) -> &'static [&'static str] {
    OF_OFFICE.iter().find(|(of, _)| *of == act).map(|(_, keys)| *keys).unwrap_or_default()
}

/// Whether `act` is told to the office and the auditor alone.
pub(super) fn is_for_office(act: &str) -> bool {
    FOR_OFFICE.contains(&act)
}

/// What is told of `act`, or `None` where it has no row.
pub(super) fn told(act: &str) -> Option<&'static Told> {
    ACTS.iter().find(|told| told.act == act)
}

impl Told {
    /// The act in words.
    pub(super) const fn words(&self, language: Language) -> &'static str {
        match language {
            Language::Chinese => self.chinese,
            Language::English => self.english,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ACTS, FOR_OFFICE, OF_OFFICE, OF_OWN_PART, told};

    #[test]
    fn what_happens_inside_and_between_the_units_is_not_told_to_the_company() {
        let inside = [
            "draft",
            "approve",
            "return_draft",
            "accept",
            "send_back",
            "hand_on",
            "take_echo",
            "echo_answer",
            "ask_return",
            "rule_return",
            "ask_extension",
            "ask_plan",
        ];
        for act in inside {
            assert!(told(act).unwrap().company.is_none(), "{act}");
        }
        let reasons = |keys: &&[&str]| keys.contains(&"reason");
        assert!(!ACTS.iter().filter_map(|told| told.company.as_ref()).any(reasons));
    }

    #[test]
    fn what_the_office_alone_is_told_is_of_acts_that_have_a_row() {
        let named = OF_OFFICE.iter().map(|(act, _)| *act).chain(FOR_OFFICE.iter().copied());
        for act in named {
            assert!(told(act).is_some(), "{act}");
        }
        assert!(OF_OWN_PART.iter().all(|act| told(act).is_some()));
        assert!(FOR_OFFICE.iter().all(|act| told(act).unwrap().company.is_none()));
    }

    #[test]
    fn each_act_has_one_row() {
        for (index, row) in ACTS.iter().enumerate() {
            assert!(ACTS.iter().skip(index + 1).all(|other| other.act != row.act), "{}", row.act);
        }
    }
}
