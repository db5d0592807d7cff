//! Every act of the flow over the API, each with somebody whose act it is and a body that may be right.

use super::UNITS;
use super::dice::Dice;
use super::snapshot::{Asked, Assignment, Clock, Request, Snapshot};
use crate::support::app::TestApp;
use chrono::TimeDelta;
use onedoor::domain::ids::{Id, Instant};
use onedoor::domain::lifecycle::{AssignmentAct, RequestAct};
use onedoor::domain::words::{AssignmentState, ClockKind, Part, RequestState};
use serde_json::{Value, json};

/// What an act is done to.
#[derive(Debug, Clone, Copy)]
pub(super) enum Target {
    Request(Id),
    Assignment(Id),
}

/// One act about to be tried.
#[derive(Debug)]
pub(super) struct Proposal {
    pub(super) name: &'static str,
    pub(super) who: String,
    pub(super) path: String,
    pub(super) body: Value,
    pub(super) on: Target,
    /// The acts of the machine it may come to; none of an assignment's.
    pub(super) request_acts: &'static [RequestAct],
    pub(super) assignment_acts: &'static [AssignmentAct],
}

type Make = fn(&TestApp, &mut Dice, &Snapshot) -> Option<Proposal>;

/// An act there is.
pub(super) struct Act {
    pub(super) name: &'static str,
    /// How often it is tried, against [`HEAVIEST`].
    pub(super) weight: u64,
    pub(super) make: Make,
}

/// The weight of what is tried most often.
pub(super) const HEAVIEST: u64 = 24;

/// What brings a request on.
const fn step(name: &'static str, make: Make) -> Act {
    Act { name, weight: HEAVIEST, make }
}

/// What may happen beside.
const fn act(name: &'static str, make: Make) -> Act {
    Act { name, weight: 6, make }
}

/// What happens now and then: it ends a request, or changes little.
const fn end(name: &'static str, make: Make) -> Act {
    Act { name, weight: 1, make }
}

/// All of them.
pub(super) const ACTS: &[Act] = &[
    end("confirm", |_, dice, at| on_request(dice, at, "confirm", json!({}), &[RequestAct::Confirm])),
    step("dispatch", |app, dice, at| {
        let body = json!({ "parts": parts(app, dice) });
        by_office(dice, at, "dispatch", body, &[RequestAct::Dispatch])
    }),
    act("redispatch", |app, dice, at| {
        let request = dice.any_of(&at.requests)?.id;
        let mut body = reshaping(app, dice, at, request);
        body["reason"] = json!("分工调整");
        Some(office_at(dice, request, "redispatch", body, &[RequestAct::Redispatch]))
    }),
    end("decline", |_, dice, at| {
        let body = json!({ "ground": "in_litigation", "text": "正在诉讼" });
        by_office(dice, at, "decline", body, &[RequestAct::Decline])
    }),
    step("undo-decline", |_, dice, at| {
        by_office(dice, at, "undo-decline", because(), &[RequestAct::UndoDecline])
    }),
    end("direct-answer", |_, dice, at| {
        let body = answer(dice);
        by_office(dice, at, "direct-answer", body, &[RequestAct::DirectAnswer])
    }),
    act("ask-info", |_, dice, at| {
        by_office(dice, at, "ask-info", json!({ "list": "宗地图" }), &[RequestAct::AskInfo])
    }),
    step("supplement", |_, dice, at| {
        on_request(dice, at, "supplement", json!({ "answer": "已上传" }), &[RequestAct::Supplement])
    }),
    step("go-on", |_, dice, at| by_office(dice, at, "go-on", because(), &[RequestAct::GoOn])),
    end("withdraw", |_, dice, at| on_request(dice, at, "withdraw", json!({}), &[RequestAct::Withdraw])),
    end("ask-withdrawal", |_, dice, at| {
        on_request(dice, at, "ask-withdrawal", because(), &[RequestAct::AskWithdrawal])
    }),
    step("confirm-withdrawal", |_, dice, at| {
        let asked = waiting(dice, &at.withdrawals)?.request;
        let body = json!({ "confirmed": dice.below(4) == 0, "whom": "周经理", "words": "电话确认" });
        let acts = &[RequestAct::ConfirmWithdrawal, RequestAct::DropWithdrawal];
        Some(office_at(dice, asked, "confirm-withdrawal", body, acts))
    }),
    end("urge", |_, dice, at| {
        on_request(dice, at, "urge", json!({ "words": "请快些" }), &[RequestAct::Urge])
    }),
    end("message", |_, dice, at| {
        let (request, by_company) = (dice.any_of(&at.requests)?.id, dice.flips());
        let who = if by_company { at.company_user(request) } else { "dispatcher" };
        Some(request_at(who, request, "messages", json!({ "text": "请问进展？" }), &[RequestAct::Message]))
    }),
    act("merge", |_, dice, at| {
        if dice.below(4) != 0 {
            return None;
        }
        let (echo, master) = (dice.any_of(&at.requests)?.id, dice.any_of(&at.requests)?.id);
        let body = json!({ "master": master, "reason": "同一事项" });
        Some(office_at(dice, echo, "merge", body, &[RequestAct::Merge]))
    }),
    step("echo-answer", |_, dice, at| {
        let body = answer(dice);
        by_office(dice, at, "echo-answer", body, &[RequestAct::EchoAnswer])
    }),
    act("ask-transfer", |_, dice, at| {
        if dice.below(6) != 0 {
            return None;
        }
        let body = json!({ "letter_number": "函〔2026〕1号", "reason": "涉嫌违纪" });
        by_office(dice, at, "ask-transfer", body, &[RequestAct::AskTransfer])
    }),
    end("transfer", |_, dice, at| {
        let asked = waiting(dice, &at.transfers)?.request;
        Some(office_at(dice, asked, "transfer", json!({}), &[RequestAct::Transfer]))
    }),
    act("contest", |_, dice, at| {
        let contact = dice.any_of(&at.contacts)?;
        let mut proposal = request_at(
            at.company_user(contact.request),
            contact.request,
            "",
            because(),
            &[RequestAct::Contest],
        );
        proposal.path = format!("/contacts/{}/contest", contact.id);
        Some(proposal)
    }),
    step("rule_contest", |_, dice, at| {
        let contest = waiting(dice, &at.contests)?;
        let ruling = *dice.one_of(&["upheld", "old_number", "refused"]);
        let body = json!({ "ruling": ruling, "reason": "已核实" });
        let mut proposal = office_at(dice, contest.request, "", body, &[RequestAct::RuleContest]);
        proposal.path = format!("/contests/{}/ruling", contest.id);
        Some(proposal)
    }),
    end("correct", |app, dice, at| {
        let category = *dice.one_of(&["land.supply", "roads.signals", "roads.lights"]);
        let body = json!({ "reason": "归类有误", "category": app.district.category(category) });
        by_office(dice, at, "correct", body, &[RequestAct::Correct])
    }),
    end("categorise", |app, dice, at| {
        let category = *dice.one_of(&["land.supply", "roads.signals", "roads.lights"]);
        let body = json!({ "category": app.district.category(category) });
        by_office(dice, at, "categorise", body, &[RequestAct::Categorise])
    }),
    step("rate", |_, dice, at| {
        let level = *dice.one_of(&["satisfied", "dissatisfied", "very_dissatisfied"]);
        let body = json!({ "level": level, "reached": true, "solved": dice.flips() });
        on_request(dice, at, "rating", body, &[RequestAct::Rate, RequestAct::Conclude])
    }),
    step("follow_up", |_, dice, at| {
        let body = if dice.flips() {
            json!({ "reached": false })
        } else {
            json!({ "reached": true, "contacted": true, "solved": dice.flips(), "satisfied": "satisfied" })
        };
        by_office(dice, at, "follow-up", body, &[RequestAct::FollowUp])
    }),
    step("callback", |_, dice, at| {
        let clocks: Vec<&Clock> = open_clocks(at, |clock| clock.kind == ClockKind::Callback);
        let request = dice.any_of(&clocks)?.request;
        let cycle = at.request(request).cycle;
        let blamed: Vec<Id> = at
            .parts_of(request)
            .filter(|part| part.cycle == cycle && part.state == AssignmentState::Accepted)
            .filter(|part| part.part != Part::Assist)
            .map(|part| part.id)
            .collect();
        let body = if blamed.is_empty() || dice.below(3) == 0 {
            json!({ "findings": "已核实", "ruling": "explained", "public_text": "依据规定" })
        } else {
            let blamed = dice.one_of(&blamed);
            json!({ "findings": "属实", "ruling": "rework", "public_text": "重办", "blamed": [blamed] })
        };
        let acts = &[RequestAct::Rework, RequestAct::Conclude];
        let mut proposal = office_at(dice, request, "callback", body, acts);
        // A late rating is explained on what is concluded already.
        proposal.request_acts = &[RequestAct::Rework, RequestAct::Conclude, RequestAct::Correct];
        Some(proposal)
    }),
    end("conclude", |_, dice, at| on_request(dice, at, "conclude", json!({}), &[RequestAct::Conclude])),
    end("convene_meeting", |app, dice, at| {
        let body = json!({ "units": [app.district.unit("industry"), app.district.unit("permits")],
            "planned_at": later(app, 3), "agenda": "明确职责" });
        by_office(dice, at, "meetings", body, &[RequestAct::ConveneMeeting])
    }),
    act("record_meeting", |app, dice, at| {
        let meeting = waiting(dice, &at.meetings)?;
        let body = json!({ "present": [app.district.unit("industry")], "minutes": "由工信局主办" });
        let mut proposal = office_at(dice, meeting.request, "", body, &[RequestAct::RecordMeeting]);
        proposal.path = format!("/meetings/{}/minutes", meeting.id);
        Some(proposal)
    }),
    step("keep", |_, dice, at| {
        let commitment = waiting(dice, &at.commitments)?;
        // It is no act of the machine by itself: it may conclude a request, or leave it as it is.
        let acts = &[RequestAct::Correct, RequestAct::Conclude];
        let mut proposal = office_at(dice, commitment.request, "", json!({}), acts);
        proposal.path = format!("/commitments/{}/keep", commitment.id);
        Some(proposal)
    }),
    step("sign", |_, dice, at| on_share(dice, at, "handler", "sign", json!({}), &[AssignmentAct::Sign])),
    end("hand_on", |app, dice, at| {
        let share = dice.any_of(&at.assignments)?;
        let handler = format!("{}.handler", at.code(share.unit));
        let body = json!({ "person": app.district.person(&handler) });
        Some(share_at(at, share, "handler", "hand-on", body, &[AssignmentAct::HandOn]))
    }),
    step("contact", |_, dice, at| {
        let reached = dice.below(3) != 0;
        let body = json!({ "whom": "门卫", "means": "phone", "reached": reached, "message_left": !reached,
            "outcome": "说明情况" });
        let (share, by_office) = (dice.any_of(&at.assignments)?, dice.below(4) == 0);
        let mut proposal = share_at(at, share, "handler", "contact", body, &[AssignmentAct::Contact]);
        if by_office {
            proposal.who = "dispatcher".to_owned();
        }
        Some(proposal)
    }),
    step("draft", |_, dice, at| {
        let body = answer(dice);
        on_share(dice, at, "handler", "draft", body, &[AssignmentAct::Draft])
    }),
    act("return-draft", |_, dice, at| {
        on_share(dice, at, "signer", "return-draft", because(), &[AssignmentAct::ReturnDraft])
    }),
    step("approve", |_, dice, at| {
        on_share(dice, at, "signer", "approve", json!({}), &[AssignmentAct::Approve])
    }),
    step("accept", |_, dice, at| {
        let share = dice.any_of(&at.assignments)?;
        let lead = at.parts_of(share.request).find(|part| part.part == Part::Lead && part.state.is_open())?;
        let mut proposal = share_at(at, share, "handler", "accept", json!({}), &[AssignmentAct::Accept]);
        proposal.who = format!("{}.handler", at.code(lead.unit));
        Some(proposal)
    }),
    step("release", |_, dice, at| share_by_office(dice, at, "release", json!({}), &[AssignmentAct::Release])),
    act("send-back", |_, dice, at| {
        share_by_office(dice, at, "send-back", because(), &[AssignmentAct::SendBack])
    }),
    act("return", |_, dice, at| {
        let cause = *dice.one_of(&["wrong_unit", "no_row_fits", "facts_differ", "duty_disputed"]);
        let body = json!({ "cause": cause, "reason": "退单事由" });
        on_share(dice, at, "handler", "return", body, &[AssignmentAct::AskReturn])
    }),
    step("rule_return", |app, dice, at| {
        let asked = waiting(dice, &at.returns)?.clone();
        let granted = dice.flips();
        let mut body =
            if granted && dice.flips() { reshaping(app, dice, at, asked.request) } else { json!({}) };
        (body["granted"], body["reason"]) = (json!(granted), json!("裁定理由"));
        let is_joint = !open_clocks(at, |clock| {
            clock.kind == ClockKind::JointRuling && clock.assignment == asked.assignment
        })
        .is_empty();
        if is_joint {
            body["precedent"] = json!({ "unit": app.district.unit("industry"), "text": "此类由工信局主办" });
        }
        let acts = &[AssignmentAct::RuleReturn];
        let mut proposal = share_by(at, asked.assignment?, "dispatcher", "", body, acts);
        proposal.path = format!("/returns/{}/ruling", asked.id);
        Some(proposal)
    }),
    act("extension", |app, dice, at| {
        let kinds = [
            ClockKind::Feedback,
            ClockKind::Conclusion,
            ClockKind::Rework,
            ClockKind::Commitment,
            ClockKind::Assist,
        ];
        let clocks = open_clocks(at, |clock| kinds.contains(&clock.kind) && clock.assignment.is_some());
        let clock = dice.any_of(&clocks)?;
        let days = i64::try_from(1 + dice.below(9)).expect("few days");
        let until = clock.due_at?.plus(TimeDelta::days(days));
        let body = json!({ "clock": clock.id, "until": rfc3339(app, until), "reason": "需勘测", "ground": "办法第八条" });
        let share = at.assignment(clock.assignment?);
        Some(share_at(at, share, "handler", "extension", body, &[AssignmentAct::AskExtension]))
    }),
    step("rule_extension", |_, dice, at| {
        let asked = waiting(dice, &at.extensions)?.clone();
        let body = json!({ "granted": dice.below(4) != 0, "reason": "同意与否" });
        let who = *dice.one_of(&["dispatcher", "dispatcher", "dispatcher", "leader"]);
        let acts = &[AssignmentAct::RuleExtension];
        let mut proposal = share_by(at, asked.assignment?, who, "", body, acts);
        proposal.path = format!("/extensions/{}/ruling", asked.id);
        Some(proposal)
    }),
    act("plan", |app, dice, at| {
        let ends_on = date(app, 20 + i64::try_from(dice.below(40)).expect("few days"));
        let body = json!({ "ends_on": ends_on, "public_text": "分步办理",
            "milestones": [{ "what": "勘测", "by": date(app, 8) }, { "what": "供地", "by": date(app, 18) }] });
        on_share(dice, at, "signer", "plan", body, &[AssignmentAct::AskPlan])
    }),
    step("rule_plan", |_, dice, at| {
        let asked = waiting(dice, &at.plans)?.clone();
        let granted = dice.below(4) != 0;
        let is_echo = |one: &&Request| {
            granted && one.master == Some(asked.request) && one.state == RequestState::Merged
        };
        let text = |echo: &Request| json!({ "request": echo.id, "public_text": "分步办理" });
        let echoes: Vec<Value> = at.requests.iter().filter(is_echo).map(text).collect();
        let body = json!({ "granted": granted, "reason": "同意与否", "echoes": echoes });
        let acts = &[AssignmentAct::RulePlan];
        let mut proposal = share_by(at, asked.assignment?, "dispatcher", "", body, acts);
        proposal.path = format!("/plans/{}/ruling", asked.id);
        Some(proposal)
    }),
    step("report", |app, dice, at| {
        let clocks = open_clocks(at, |clock| clock.kind == ClockKind::Progress);
        let share = at.assignment(dice.any_of(&clocks)?.assignment?);
        let mut body = json!({ "public_text": "本周进展" });
        match dice.below(3) {
            0 => body["moved"] = json!([1]),
            1 => body["why_not"] = json!("等待批复"),
            _ => body["waiting"] = json!({ "until": date(app, 10), "ground": "等待上级批复" }),
        }
        Some(share_at(at, share, "handler", "progress", body, &[AssignmentAct::Report]))
    }),
    act("appeal", |_, dice, at| on_share(dice, at, "signer", "appeal", because(), &[AssignmentAct::Appeal])),
    step("rule_appeal", |_, dice, at| {
        let asked = waiting(dice, &at.appeals)?.clone();
        let body = json!({ "granted": dice.flips(), "reason": "已核实" });
        let acts = &[AssignmentAct::RuleAppeal];
        let mut proposal = share_by(at, asked.assignment?, "dispatcher", "", body, acts);
        proposal.path = format!("/appeals/{}/ruling", asked.id);
        Some(proposal)
    }),
];

fn because() -> Value {
    json!({ "reason": "理由" })
}

fn answer(dice: &mut Dice) -> Value {
    match dice.below(4) {
        0 => json!({ "outcome": "explained", "public_text": "依据规定办理。", "ground": "条例第十二条" }),
        1 => json!({ "outcome": "promised", "public_text": "分步办理。",
            "milestones": [{ "what": "完成", "by": "2027-03-01" }] }),
        _ => {
            json!({ "outcome": "solved", "public_text": "已办好。", "evidence": ["照片"], "internal_note": "内部" })
        }
    }
}

/// One lead and perhaps others, of the units whose people act.
fn parts(app: &TestApp, dice: &mut Dice) -> Vec<Value> {
    let lead = usize::try_from(dice.below(4)).expect("one of four");
    let mut parts = vec![json!({ "unit": app.district.unit(UNITS[lead]), "part": "lead" })];
    if dice.flips() {
        let other = UNITS[(lead + 1) % UNITS.len()];
        let told = dice.flips();
        parts.push(json!({ "unit": app.district.unit(other), "part": "branch", "told_to_contact": told }));
    }
    if dice.flips() {
        parts.push(json!({ "unit": app.district.unit(UNITS[(lead + 2) % UNITS.len()]), "part": "assist" }));
    }
    parts
}

/// Some change of the units on a request: it may be possible, or not.
fn reshaping(app: &TestApp, dice: &mut Dice, at: &Snapshot, request: Id) -> Value {
    let live: Vec<&Assignment> = at.parts_of(request).filter(|part| part.state.is_open()).collect();
    let lead = live.iter().find(|part| part.part == Part::Lead);
    let other = live.iter().find(|part| part.part != Part::Lead);
    let unit = *dice.one_of(&UNITS);
    let unit = app.district.unit(unit);
    match (dice.below(3), lead, other) {
        (0, Some(lead), Some(other)) => json!({ "roles": [
            { "assignment": lead.id, "part": "assist" }, { "assignment": other.id, "part": "lead" },
        ] }),
        (1, Some(lead), _) => json!({ "close": [lead.id], "parts": [{ "unit": unit, "part": "lead" }] }),
        (_, Some(_), _) => json!({ "parts": [{ "unit": unit, "part": "assist" }] }),
        (_, None, _) => json!({ "parts": [{ "unit": unit, "part": "lead" }] }),
    }
}

fn open_clocks(at: &Snapshot, which: impl Fn(&Clock) -> bool) -> Vec<&Clock> {
    at.clocks.iter().filter(|clock| clock.stopped_at.is_none() && which(clock)).collect()
}

fn waiting<'a>(dice: &mut Dice, asked: &'a [Asked]) -> Option<&'a Asked> {
    let waiting: Vec<&Asked> = asked.iter().filter(|asked| asked.waits).collect();
    dice.any_of(&waiting).copied()
}

fn later(app: &TestApp, days: i64) -> String {
    rfc3339(app, app.context.time.now().plus(TimeDelta::days(days)))
}

fn rfc3339(app: &TestApp, at: Instant) -> String {
    at.utc().with_timezone(&app.context.zone).to_rfc3339()
}

fn date(app: &TestApp, days: i64) -> String {
    let at = app.context.time.now().plus(TimeDelta::days(days));
    at.utc().with_timezone(&app.context.zone).date_naive().to_string()
}

fn request_at(who: &str, request: Id, act: &str, body: Value, acts: &'static [RequestAct]) -> Proposal {
    Proposal {
        name: "",
        who: who.to_owned(),
        path: format!("/requests/{request}/{act}"),
        body,
        on: Target::Request(request),
        request_acts: acts,
        assignment_acts: &[],
    }
}

fn office_at(dice: &mut Dice, request: Id, act: &str, body: Value, acts: &'static [RequestAct]) -> Proposal {
    let who = *dice.one_of(&["dispatcher", "second_dispatcher"]);
    request_at(who, request, act, body, acts)
}

fn by_office(
    dice: &mut Dice,
    at: &Snapshot,
    act: &str,
    body: Value,
    acts: &'static [RequestAct],
) -> Option<Proposal> {
    let request = dice.any_of(&at.requests)?.id;
    Some(office_at(dice, request, act, body, acts))
}

/// By the company.
fn on_request(
    dice: &mut Dice,
    at: &Snapshot,
    act: &str,
    body: Value,
    acts: &'static [RequestAct],
) -> Option<Proposal> {
    let request = dice.any_of(&at.requests)?.id;
    Some(request_at(at.company_user(request), request, act, body, acts))
}

fn share_by(
    at: &Snapshot,
    assignment: Id,
    who: &str,
    act: &str,
    body: Value,
    acts: &'static [AssignmentAct],
) -> Proposal {
    Proposal {
        name: "",
        who: who.to_owned(),
        path: format!("/assignments/{}/{act}", at.assignment(assignment).id),
        body,
        on: Target::Assignment(assignment),
        request_acts: &[],
        assignment_acts: acts,
    }
}

fn share_at(
    at: &Snapshot,
    share: &Assignment,
    role: &str,
    act: &str,
    body: Value,
    acts: &'static [AssignmentAct],
) -> Proposal {
    share_by(at, share.id, &format!("{}.{role}", at.code(share.unit)), act, body, acts)
}

/// By somebody of the unit.
fn on_share(
    dice: &mut Dice,
    at: &Snapshot,
    role: &str,
    act: &str,
    body: Value,
    acts: &'static [AssignmentAct],
) -> Option<Proposal> {
    let share = dice.any_of(&at.assignments)?;
    Some(share_at(at, share, role, act, body, acts))
}

fn share_by_office(
    dice: &mut Dice,
    at: &Snapshot,
    act: &str,
    body: Value,
    acts: &'static [AssignmentAct],
) -> Option<Proposal> {
    let share = dice.any_of(&at.assignments)?;
    Some(share_by(at, share.id, "dispatcher", act, body, acts))
}
