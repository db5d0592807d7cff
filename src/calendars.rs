//! The calendars compiled in: `config/calendar/*.toml` as [`Spec`]s.
//!
//! They are the seed of the calendars in the database and what `onedoor calendar` counts with.

use crate::domain::calendar::{Calendar, CalendarError, Notice, Spec};
use chrono_tz::Tz;
use serde::Deserialize;
use std::fmt;
use std::sync::LazyLock;

/// The names of the calendars compiled in.
pub const NAMES: &[&str] = &["cn"];

const BASE: File = File { name: "cn.toml", text: include_str!("../config/calendar/cn.toml") };

const STATUTORY: File =
    File { name: "cn-statutory.toml", text: include_str!("../config/calendar/cn-statutory.toml") };

/// One file a year, each the notice of the State Council with its amendments.
const NOTICES: &[File] = &[
    File { name: "cn-2019.toml", text: include_str!("../config/calendar/cn-2019.toml") },
    File { name: "cn-2020.toml", text: include_str!("../config/calendar/cn-2020.toml") },
    File { name: "cn-2021.toml", text: include_str!("../config/calendar/cn-2021.toml") },
    File { name: "cn-2022.toml", text: include_str!("../config/calendar/cn-2022.toml") },
    File { name: "cn-2023.toml", text: include_str!("../config/calendar/cn-2023.toml") },
    File { name: "cn-2024.toml", text: include_str!("../config/calendar/cn-2024.toml") },
    File { name: "cn-2025.toml", text: include_str!("../config/calendar/cn-2025.toml") },
    File { name: "cn-2026.toml", text: include_str!("../config/calendar/cn-2026.toml") },
];

/// Why a calendar compiled in cannot be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LoadError {
    /// There is none of that name.
    Unknown(String),
    /// A file is not the TOML it should be.
    BadFile {
        /// The file's name in `config/calendar/`.
        file: &'static str,
        /// What the reader said.
        detail: String,
    },
    /// The files together do not make a calendar.
    BadCalendar(CalendarError),
}

impl LoadError {
    /// The stable code of this error, in snake case.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unknown(_) => "unknown_calendar",
            Self::BadFile { .. } => "bad_calendar_file",
            Self::BadCalendar(error) => error.code(),
        }
    }
}

impl fmt::Display for LoadError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(name) => {
                write!(formatter, "there is no calendar {name:?}; compiled in: {}", NAMES.join(", "))
            }
            Self::BadFile { file, detail } => write!(formatter, "config/calendar/{file}: {detail}"),
            Self::BadCalendar(error) => error.fmt(formatter),
        }
    }
}

/// The calendar `name`, ready to count. Fails where there is none of that name, or its files are wrong.
pub fn by_name(name: &str) -> Result<Calendar, LoadError> {
    Calendar::build(&spec(name)?).map_err(LoadError::BadCalendar)
}

/// The zone by which the calendar `name` tells its days; the files are read once. Fails as [`by_name`].
pub fn zone(name: &str) -> Result<Tz, LoadError> {
    static ZONES: LazyLock<Vec<Result<Tz, LoadError>>> =
        LazyLock::new(|| NAMES.iter().map(|name| by_name(name).map(|calendar| calendar.zone())).collect());
    let known = NAMES.iter().zip(ZONES.iter()).find(|(known, _)| **known == name);
    known.map_or_else(|| by_name(name).map(|calendar| calendar.zone()), |(_, zone)| zone.clone())
}

/// The calendar `name` as written down: its hours, the days off by law of the years to come, and over them what
/// each year's notice says. Fails as [`by_name`].
pub fn spec(name: &str) -> Result<Spec, LoadError> {
    if name != "cn" {
        return Err(LoadError::Unknown(name.chars().take(40).collect()));
    }
    let mut spec: Spec = BASE.read()?;
    let statutory: Statutory = STATUTORY.read()?;
    for year in statutory.years {
        spec.days_off.extend(year.days_off);
    }
    for file in NOTICES {
        spec.announce(file.read()?);
    }
    Ok(spec)
}

/// The days off by law of the years without a notice (`cn-statutory.toml`).
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Statutory {
    years: Vec<Notice>,
}

struct File {
    name: &'static str,
    text: &'static str,
}

impl File {
    fn read<T: for<'de> Deserialize<'de>>(&self) -> Result<T, LoadError> {
        toml::from_str(self.text)
            .map_err(|error| LoadError::BadFile { file: self.name, detail: error.message().to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::{NAMES, NOTICES, by_name};
    use crate::domain::calendar::{Calendar, Counting, Length, default_cut_off};
    use crate::domain::ids::Instant;
    use chrono::NaiveDate;
    use serde_json::json;

    fn instant(text: &str) -> Instant {
        serde_json::from_value(json!(text)).unwrap()
    }

    fn working_days(cn: &Calendar, from: NaiveDate, to: NaiveDate) -> usize {
        from.iter_days().take_while(|date| *date < to).filter(|date| cn.is_working_day(*date)).count()
    }

    #[test]
    fn every_calendar_compiled_in_can_be_built_and_no_other() {
        for name in NAMES {
            assert!(by_name(name).is_ok(), "{name}");
        }
        assert_eq!(by_name("mars").map(|_| ()).unwrap_err().code(), "unknown_calendar");
    }

    #[test]
    fn each_announced_year_has_the_working_days_its_notice_leaves() {
        let cn = by_name("cn").unwrap();
        let mut counted = Vec::new();
        for year in 2019..=2026 {
            let new_year = |year| NaiveDate::from_ymd_opt(year, 1, 1).unwrap();
            counted.push(working_days(&cn, new_year(year), new_year(year + 1)));
            assert!(!cn.provisional(new_year(year), new_year(year)));
        }
        assert_eq!(counted, [250, 249, 250, 249, 249, 251, 248, 248]);
        assert_eq!(counted.len(), NOTICES.len());
    }

    #[test]
    fn the_hard_request_of_the_flow_has_the_dates_wanted() {
        let cn = by_name("cn").unwrap();
        let days = |days| Length::WorkingDays { days, counting: Counting::A };
        let same_day = Length::SameDay { cut_off: default_cut_off() };
        for (from, length, due, provisional) in [
            ("2026-09-24T16:40:00+08:00", days(1), "2026-09-28T17:30:00+08:00", false),
            ("2026-09-28T10:00:00+08:00", days(1), "2026-09-29T17:30:00+08:00", false),
            ("2026-09-28T10:00:00+08:00", days(2), "2026-09-30T17:30:00+08:00", false),
            ("2026-09-28T10:00:00+08:00", days(3), "2026-10-08T17:30:00+08:00", false),
            ("2026-09-29T15:00:00+08:00", same_day, "2026-09-30T17:30:00+08:00", false),
            ("2026-09-30T11:00:00+08:00", days(3), "2026-10-10T17:30:00+08:00", false),
            ("2026-09-30T16:00:00+08:00", days(1), "2026-10-08T17:30:00+08:00", false),
            ("2026-12-22T10:00:00+08:00", days(1), "2026-12-23T17:30:00+08:00", false),
            ("2026-12-23T10:00:00+08:00", days(15), "2027-01-14T17:30:00+08:00", true),
        ] {
            let found = cn.due(instant(from), &length, &[]).unwrap();
            assert_eq!((cn.rfc3339(found.at).as_str(), found.provisional), (due, provisional), "{from}");
        }
        let eve = NaiveDate::from_ymd_opt(2026, 9, 30).unwrap();
        assert_eq!(cn.previous_working_day(NaiveDate::from_ymd_opt(2026, 10, 8).unwrap()), Some(eve));
    }

    #[test]
    fn before_a_notice_the_days_off_by_law_are_known() {
        let cn = by_name("cn").unwrap();
        for (year, month, day, open) in [
            (2027, 1, 1, false),
            (2027, 2, 5, false),
            (2027, 2, 8, false),
            (2027, 2, 9, true),
            (2027, 9, 15, false),
            (2028, 10, 3, false),
            (2028, 10, 4, true),
        ] {
            let date = NaiveDate::from_ymd_opt(year, month, day).unwrap();
            assert_eq!(cn.is_working_day(date), open, "{date}");
            assert!(cn.provisional(date, date));
        }
    }
}
