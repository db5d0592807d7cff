//! The words of an explanation, in both languages: what a promise says, and why a day was counted or skipped.

use crate::domain::calendar::{DayNote, Reason};
use crate::domain::promise::{Counting, Length, Rule};
use crate::fault::Language;

/// The length of a promise and how it is counted.
pub(super) fn rule(rule: &Rule, language: Language) -> String {
    let Some(length) = rule.length.filter(|_| !rule.off) else {
        return either(language, "未作承诺", "No promise is made");
    };
    let said = long(length, language);
    let counted_in_days = matches!(length, Length::WorkingDays(_));
    let counting = match (rule.counting(), rule.cut_off) {
        _ if !counted_in_days => return said,
        (Counting::NextDay, _) => {
            either(language, "，自次日起算", ", counted from the day after the receipt")
        }
        (Counting::MovedReceipt, None) => either(
            language,
            "，非工作日收到的视为次一工作日收到，自其次日起算",
            ", a receipt on a day off first moved to the next working day",
        ),
        (Counting::MovedReceipt, Some(hour)) => match language {
            Language::Chinese => format!("，非工作日或 {hour} 以后收到的视为次一工作日收到，自其次日起算"),
            Language::English => {
                format!(", a receipt on a day off or from {hour} on first moved to the next working day")
            }
        },
    };
    said + &counting
}

fn long(length: Length, language: Language) -> String {
    let counted = |number: u32, chinese: &str, one: &str, many: &str| match language {
        Language::Chinese => format!("{number} 个{chinese}"),
        Language::English if number == 1 => format!("1 {one}"),
        Language::English => format!("{number} {many}"),
    };
    match length {
        Length::WorkingDays(number) => counted(number, "工作日", "working day", "working days"),
        Length::WorkingMinutes(number) if number % 60 == 0 => {
            counted(number / 60, "工作小时", "working hour", "working hours")
        }
        Length::WorkingMinutes(number) => counted(number, "工作分钟", "working minute", "working minutes"),
        Length::Minutes(number) if number % 60 == 0 => {
            counted(number / 60, "小时（不分昼夜）", "hour, day and night", "hours, day and night")
        }
        Length::Minutes(number) => {
            counted(number, "分钟（不分昼夜）", "minute, day and night", "minutes, day and night")
        }
        Length::Days(number) => counted(number, "自然日", "calendar day", "calendar days"),
        Length::SameDay { cut_off: None } => either(language, "当日办结", "The same working day"),
        Length::SameDay { cut_off: Some(hour) } => match language {
            Language::Chinese => format!("当日办结；{hour} 以后或非工作日收到的，次一工作日办结"),
            Language::English => {
                format!("The same working day; the next one where it starts on a day off or from {hour} on")
            }
        },
        Length::Weekly { weekday, at } => match language {
            Language::Chinese => format!("每周{} {at}", weekday_in_chinese(weekday)),
            Language::English => format!("Each {weekday} at {at}"),
        },
        Length::Until => either(language, "至指定日期", "Until the date named"),
    }
}

const fn weekday_in_chinese(weekday: chrono::Weekday) -> &'static str {
    match weekday {
        chrono::Weekday::Mon => "一",
        chrono::Weekday::Tue => "二",
        chrono::Weekday::Wed => "三",
        chrono::Weekday::Thu => "四",
        chrono::Weekday::Fri => "五",
        chrono::Weekday::Sat => "六",
        chrono::Weekday::Sun => "日",
    }
}

/// The limit of an upper level's order: whether the date is held by it, or comes before it anyhow.
pub(super) fn limit(holds: bool, language: Language) -> String {
    let words = if holds {
        (
            "以上级交办期限为准，承诺、延期和暂停均不得超过",
            "The upper level's limit holds; no promise, extension or pause passes it",
        )
    } else {
        ("早于上级交办期限，以本期限为准", "It comes before the upper level's limit, and holds")
    };
    either(language, words.0, words.1)
}

/// Why a day was counted or skipped.
pub(super) fn day(note: &DayNote, language: Language) -> String {
    let words = match note.reason {
        Reason::StartNotCounted => ("起算当日不计", "The day of the start is not counted"),
        Reason::StartOnDayOff => {
            ("起始于非工作日，顺延至次一工作日", "Started on a day off, moved to the next working day")
        }
        Reason::StartAfterCutOff => {
            ("晚于截止时刻，顺延至次一工作日", "Started after the cut-off, moved to the next working day")
        }
        Reason::StartMovedHere => {
            ("起算日顺延至此，当日不计", "The start was moved here; this day is not counted")
        }
        Reason::Counted => return counted(note, language),
        Reason::Skipped => return skipped(note, language),
        Reason::NothingLeft => ("当日已无可计时间", "None of its open time is left"),
        Reason::EndsHere => ("期限于当日届满", "The limit ends with this day"),
        Reason::MakesUpPause => ("补足暂停的时间", "Makes up for the time it stood still"),
        Reason::Natural => ("不分昼夜连续计算", "Counted day and night"),
        Reason::Fixed => ("指定的日期", "The date named"),
    };
    either(language, words.0, words.1)
}

fn counted(note: &DayNote, language: Language) -> String {
    let name = note.name.as_deref().unwrap_or_default();
    let made_up = match language {
        Language::Chinese if !name.is_empty() => format!("（{name}调休上班）"),
        Language::English if !name.is_empty() => format!(", worked in exchange ({name})"),
        _ => String::new(),
    };
    match (language, note.number, note.seconds) {
        (Language::Chinese, Some(number), _) => format!("第 {number} 个工作日{made_up}"),
        (Language::English, Some(number), _) => format!("Working day {number}{made_up}"),
        (Language::Chinese, None, Some(seconds)) => format!("计 {} 分钟{made_up}", seconds / 60),
        (Language::English, None, Some(seconds)) => format!("{} minutes counted{made_up}", seconds / 60),
        (Language::Chinese, None, None) => format!("计入{made_up}"),
        (Language::English, None, None) => format!("Counted{made_up}"),
    }
}

fn skipped(note: &DayNote, language: Language) -> String {
    match (language, &note.name) {
        (Language::Chinese, Some(name)) => format!("{name}放假，不计"),
        (Language::English, Some(name)) => format!("Day off ({name}), not counted"),
        (Language::Chinese, None) => "非工作日，不计".to_owned(),
        (Language::English, None) => "Not a working day, not counted".to_owned(),
    }
}

fn either(language: Language, chinese: &str, english: &str) -> String {
    match language {
        Language::Chinese => chinese,
        Language::English => english,
    }
    .to_owned()
}
