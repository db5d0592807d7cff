//! What a timeline tells of each act, and to whom.
//!
//! Whatever is not named here is not told: an act without a row is not in the company's timeline, and a detail without
//! its key here is in nobody's. Drafts, signatures inside a unit, what was sent back and why, and all that assisting
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

const ACTS: &[Told] = &[
    Told {
        act: "file",
        chinese: "提交诉求",
        english: "Filed",
        company: Some(&["number", "kind", "urgency", "confidence", "title"]),
        staff: &["number", "kind", "urgency", "confidence", "title"],
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
        act: "decline",
        chinese: "不予受理",
        english: "Declined",
        company: Some(&["ground", "text"]),
        staff: &["ground", "text"],
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
        staff: &["assignment", "part", "means", "reached"],
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
        staff: &["level", "reached", "solved", "words"],
        of_filer: &[],
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
];

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
    use super::{ACTS, told};

    #[test]
    fn what_happens_inside_and_between_the_units_is_not_told_to_the_company() {
        for act in ["draft", "approve", "return_draft", "accept", "send_back", "ask_extension", "ask_plan"] {
            assert!(told(act).unwrap().company.is_none(), "{act}");
        }
        let reasons = |keys: &&[&str]| keys.contains(&"reason");
        assert!(!ACTS.iter().filter_map(|told| told.company.as_ref()).any(reasons));
    }

    #[test]
    fn each_act_has_one_row() {
        for (index, row) in ACTS.iter().enumerate() {
            assert!(ACTS.iter().skip(index + 1).all(|other| other.act != row.act), "{}", row.act);
        }
    }
}
