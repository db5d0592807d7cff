//! Every letter about a request, with its sentence in both languages.

use crate::fault::Language;

/// One letter.
#[derive(Debug)]
pub struct Kind {
    /// Its stable name: what an act calls it.
    pub code: &'static str,
    /// What has happened or is wanted, in Chinese.
    pub chinese: &'static str,
    /// The same in English.
    pub english: &'static str,
}

impl Kind {
    /// The letter with this name.
    pub(super) fn of(code: &str) -> Option<&'static Self> {
        KINDS.iter().find(|kind| kind.code == code)
    }

    /// Its sentence in `language`.
    pub(super) const fn headline(&self, language: Language) -> &'static str {
        match language {
            Language::Chinese => self.chinese,
            Language::English => self.english,
        }
    }
}

macro_rules! kinds {
    ($($code:literal $chinese:literal $english:literal;)+) => {
        /// Every letter about a request.
        pub const KINDS: &[Kind] = &[$(Kind { code: $code, chinese: $chinese, english: $english }),+];
    };
}

kinds! {
    // To the company.
    "received" "您的诉求已收到" "We have received your request";
    "filed_for_you" "已为贵单位提交一件诉求，请核对并确认" "A request was filed for your company; please confirm it";
    "dispatched" "您的诉求已分派承办单位" "Your request is with the unit that answers for it";
    "redispatched" "您的诉求已改派承办单位" "The units on your request have changed";
    "papers_asked" "请补充材料" "Please send us papers";
    "went_on" "您的诉求继续办理" "Your request goes on";
    "preliminary" "您的诉求有了初步反馈" "There is a first report on your request";
    "extension_granted" "您的诉求的办理期限已变更" "The date of your request has changed";
    "long_running" "您的诉求将按计划分步办理" "Your request will be worked on by a plan";
    "progress" "您的诉求有了新的进展" "There is progress on your request";
    "answered" "您的诉求已有答复，请评价" "Your request is answered; please rate the answer";
    "corrected" "对您的答复已更正" "The answer to your request was corrected";
    "reworked" "您的诉求将重新办理" "Your request will be worked on again";
    "explained" "您的评价已有回复" "There is a reply to your rating";
    "concluded" "您的诉求已办结" "Your request is concluded";
    "declined" "您的诉求未予受理" "Your request was not accepted";
    "decline_undone" "您的诉求恢复受理" "Your request is accepted after all";
    "merged" "您的诉求与同类诉求一并办理" "Your request is answered together with another";
    "back_from_merge" "您的诉求恢复单独办理" "Your request is worked on by itself again";
    "withdrawal_confirmed" "您的撤回已确认" "Your withdrawal is confirmed";
    "withdrawal_dropped" "您的诉求不再撤回" "Your request is not withdrawn";
    // To the company or to units.
    "message" "有新的留言" "There is a new message";
    "contest_ruled" "联系异议已裁定" "The contested contact is ruled on";
    "appeal_ruled" "评价申诉已裁定" "The appeal against a rating is ruled on";
    "withdrawn" "该诉求已撤回" "The request was withdrawn";
    "transferred" "该诉求已移送" "The request was transferred";
    // To units.
    "dispatched_to_you" "有一件诉求分派给您单位" "A request was dispatched to your unit";
    "handed_on" "有一件诉求转交给您办理" "A request was handed on to you";
    "role_changed" "您单位的承办角色已变更" "Your unit's part in the request has changed";
    "taken_away" "该诉求已不由您单位办理" "The request is no longer with your unit";
    "contact_contested" "企业对一次联系提出异议" "The company contests a contact";
    "contacted_jointly" "已有单位代您单位一并联系企业" "Another unit reached the company for yours too";
    "sent_back" "答复被退回，请修改" "The answer was sent back to your unit";
    "return_granted" "退单申请已同意" "The return is granted";
    "return_refused" "退单申请未同意" "The return is refused";
    "extension_ruled" "延期申请已裁定" "The extension is ruled on";
    "plan_ruled" "长期计划已裁定" "The plan is ruled on";
    "assist_answered" "协办单位已反馈" "An assisting unit has answered";
    "answer_corrected" "已发布的答复被更正" "A released answer was corrected";
    "to_rework" "企业不满意，请重新办理" "The company is not content; please work on it again";
    "urged" "企业催办" "The company asks for haste";
    "meeting_convened" "请参加会商" "A joint meeting is convened";
    "weekly_report_due" "请报告本周进展" "The weekly report is due";
    "unmoved" "长期事项连续多周无进展" "Weeks of reports have moved nothing";
    "due_soon" "时限将到，请尽快办理" "The time is running out";
    "last_time_to_ask" "申请延期的最后时限" "The last time to ask for an extension";
    "overdue" "已超期，请立即办理" "The date has passed";
    // To leaders.
    "direct_report" "有一件诉求直报您" "A request is reported to you directly";
    // To the office.
    "to_dispatch" "有一件诉求待分派" "A request waits to be dispatched";
    "confirmed" "企业已确认代为提交的诉求" "The company confirmed what was filed for it";
    "papers_brought" "企业已补充材料" "The company brought papers";
    "papers_did_not_come" "企业逾期未补充材料" "The papers did not come in time";
    "return_asked" "有一件退单申请待裁定" "A return waits for its ruling";
    "extension_asked" "有一件延期申请待裁定" "An extension waits for its ruling";
    "plan_asked" "有一份长期计划待裁定" "A plan waits for its ruling";
    "to_release" "有一份答复待发布" "An answer waits to be released";
    "to_follow_up" "请回访未评价的企业" "A company that has not rated is to be called";
    "bad_rating" "企业给出差评，请回访并裁定" "A bad rating is to be called back and ruled on";
    "appeal_asked" "有一件评价申诉待裁定" "An appeal against a rating waits for its ruling";
    "withdrawal_asked" "企业申请撤回，请核实" "The company asks to withdraw; it is to be called";
    "transfer_to_sign" "有一件移送待会签" "A transfer waits for its second signature";
}
