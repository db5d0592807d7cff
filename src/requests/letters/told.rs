//! What single letters tell beside what every letter about a request does.

use super::Told;
use crate::domain::words::Urgency;
use crate::mail::Sheet;
use crate::requests::store::{AnswerState, AskRuling};

/// `sheet` with what a letter of this kind adds. `about` names the row it is about, as the act marked it.
pub(super) fn details(sheet: Sheet, told: &Told<'_>, about: &str) -> Sheet {
    let quote = |sheet: Sheet, label: (&str, &str), text: Option<&String>| match text {
        Some(text) if told.quotes() => sheet.text(told.reader.say(label.0, label.1), text),
        _ => sheet,
    };
    let (reader, view) = (told.reader, told.view);
    let is_meant = |id: crate::domain::ids::Id| about.starts_with(&id.to_string());
    match told.kind.code {
        "received" | "filed_for_you" => expected(sheet, told),
        "answered" | "corrected" | "concluded" => answers(sheet, told),
        "contact_contested" | "contest_ruled" => {
            let contests = view.contacts.iter().filter_map(|contact| contact.contest.as_ref());
            let Some(contest) = contests.into_iter().find(|contest| is_meant(contest.id)) else {
                return sheet;
            };
            let sheet = quote(sheet, ("企业的异议", "What the company says"), contest.reason.as_ref());
            quote(sheet, ("裁定理由", "Why it was ruled so"), contest.ruling_reason.as_ref())
        }
        "sent_back" => {
            let answer = view.answers.iter().find(|answer| is_meant(answer.id));
            quote(sheet, ("退回理由", "Why"), answer.and_then(|answer| answer.reason.as_ref()))
        }
        "return_asked" | "return_granted" | "return_refused" => {
            let Some(asked) = view.returns.iter().find(|asked| is_meant(asked.id)) else { return sheet };
            let sheet = quote(sheet, ("退单理由", "Why it is given back"), Some(&asked.reason));
            quote(sheet, ("裁定理由", "Why it was ruled so"), asked.ruling_reason.as_ref())
        }
        "extension_asked" | "extension_ruled" | "extension_granted" => {
            let Some(asked) = view.extensions.iter().find(|asked| is_meant(asked.id)) else { return sheet };
            let mut sheet =
                sheet.fact(reader.say("新的日期", "New date"), reader.time(asked.until.instant()));
            if let Some(ruling) = asked.ruling {
                sheet = sheet.fact(reader.say("裁定", "Ruling"), ruled(told, ruling));
            }
            let sheet = quote(sheet, ("申请理由", "Why it is asked"), asked.reason.as_ref());
            quote(sheet, ("理由", "Why"), asked.ruling_reason.as_ref())
        }
        "plan_asked" | "plan_ruled" | "long_running" => match &view.plan {
            Some(plan) => {
                let sheet = sheet.fact(reader.say("计划完成", "Until"), reader.time(plan.ends_at.instant()));
                let sheet = quote(sheet, ("计划", "The plan"), Some(&plan.public_text));
                quote(sheet, ("裁定理由", "Why it was ruled so"), plan.ruling_reason.as_ref())
            }
            None => sheet,
        },
        "progress" => {
            quote(sheet, ("进展", "Progress"), view.progress.last().map(|report| &report.public_text))
        }
        "papers_asked" | "papers_brought" | "papers_did_not_come" | "went_on" => {
            quote(sheet, ("材料清单", "The papers"), view.papers.last().map(|papers| &papers.list))
        }
        "declined" => quote(sheet, ("理由", "Why"), view.declined.as_ref().map(|declined| &declined.text)),
        "dispatched_to_you" | "role_changed" => {
            let note = view.parts.iter().filter_map(|part| part.note.as_ref()).next_back();
            quote(sheet, ("分派说明", "A word from the office"), note)
        }
        _ => sheet,
    }
}

/// How pressing a request is that is reported directly, and what was said of it.
pub(super) fn reported(sheet: Sheet, told: &Told<'_>, words: Option<String>) -> Sheet {
    let reader = told.reader;
    let urgency = match told.view.urgency {
        Urgency::Normal => reader.say("一般", "normal"),
        Urgency::Urgent => reader.say("加急", "urgent"),
        Urgency::Emergency => reader.say("紧急", "emergency"),
    };
    let sheet = sheet.fact(reader.say("紧急程度", "Urgency"), urgency);
    match words.filter(|_| told.quotes()) {
        Some(words) => sheet.text(reader.say("直报说明", "Why it is reported"), words),
        None => sheet,
    }
}

/// What a company may expect before its request is dispatched.
fn expected(sheet: Sheet, told: &Told<'_>) -> Sheet {
    let (reader, Some(expected)) = (told.reader, &told.view.expected) else { return sheet };
    let sheet =
        sheet.fact(reader.say("分派不晚于", "Dispatched by"), reader.time(expected.dispatched_by.instant()));
    match expected.contacted_by {
        Some(by) => sheet.fact(reader.say("首次联系不晚于", "Contacted by"), reader.time(by.instant())),
        None => sheet,
    }
}

/// What the company can read of the answers, and where it rates them.
fn answers(mut sheet: Sheet, told: &Told<'_>) -> Sheet {
    let (reader, view) = (told.reader, told.view);
    if !told.is_company() {
        return sheet;
    }
    let released = |answer: &&crate::requests::views::AnswerView| {
        answer.cycle == view.cycle && answer.state == AnswerState::Released
    };
    for answer in view.answers.iter().filter(released) {
        sheet = sheet.text(reader.say("答复", "Answer"), &answer.content.public_text);
    }
    if told.kind.code == "concluded" {
        return sheet;
    }
    let link = format!("{}/requests/{}/rate", reader.base_url, view.id);
    sheet.link(reader.say("评价这次答复", "Rate this answer"), link)
}

fn ruled(told: &Told<'_>, ruling: AskRuling) -> String {
    match ruling {
        AskRuling::Granted => told.reader.say("同意", "granted"),
        AskRuling::Refused => told.reader.say("不同意", "refused"),
        AskRuling::Moot => told.reader.say("不再需要", "no longer needed"),
    }
}
