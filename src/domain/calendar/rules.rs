//! A [`Spec`] checked and typed: what holds on one date, without any zone.

use super::error::CalendarError;
use super::hours::{self, DayHours, WallSpan};
use super::spec::{MakeUpDay, Season, Spec, Week};
use chrono::{Datelike, NaiveDate, Weekday};
use chrono_tz::Tz;
use std::collections::{BTreeSet, HashMap};

vocabulary! {
    /// Why a date is open or closed.
    pub enum DayKind {
        /// An ordinary working day of its weekday.
        Working = "working",
        /// Worked in exchange for another day (调休).
        MakeUp = "make_up",
        /// Open by special hours of this date.
        SpecialHours = "special_hours",
        /// A weekday without hours.
        Weekend = "weekend",
        /// A day off (放假).
        DayOff = "day_off",
        /// Nothing is left of its hours: special hours close it, or breaks cover them, or the clock skips them.
        Closed = "closed",
    }
}

/// Seasons a calendar may have; each is looked at for every date.
const MOST_SEASONS: usize = 64;

/// What holds on one date.
#[derive(Debug)]
pub(super) struct DayRule<'rules> {
    pub(super) kind: DayKind,
    /// The holiday the day off or make-up day belongs to.
    pub(super) name: Option<&'rules str>,
    /// Empty when it is closed.
    pub(super) hours: DayHours,
}

#[derive(Debug)]
pub(super) struct Rules {
    pub(super) zone: Tz,
    week: Hours,
    seasons: Vec<TypedSeason>,
    days_off: HashMap<NaiveDate, Option<String>>,
    make_up_days: HashMap<NaiveDate, TypedMakeUp>,
    special_hours: HashMap<NaiveDate, DayHours>,
    breaks: HashMap<NaiveDate, Vec<WallSpan>>,
    announced: BTreeSet<i32>,
}

impl Rules {
    pub(super) fn read(spec: &Spec) -> Result<Self, CalendarError> {
        let zone = spec.zone.parse().map_err(|_| CalendarError::UnknownZone(hours::short(&spec.zone)))?;
        if spec.seasons.len() > MOST_SEASONS {
            return Err(CalendarError::TooMany(format!("more than {MOST_SEASONS} seasons")));
        }
        let mut days_off: HashMap<NaiveDate, Option<String>> = HashMap::with_capacity(spec.days_off.len());
        for day in &spec.days_off {
            let known = days_off.entry(hours::date(&day.date)?).or_insert_with(|| day.name.clone());
            if known.is_some() && day.name.is_some() && *known != day.name {
                return Err(CalendarError::DuplicateDay(day.date.clone()));
            }
            if known.is_none() {
                known.clone_from(&day.name);
            }
        }
        let mut make_up_days = HashMap::with_capacity(spec.make_up_days.len());
        for day in &spec.make_up_days {
            let typed = TypedMakeUp::read(day)?;
            let earlier = make_up_days.insert(hours::date(&day.date)?, typed.clone());
            if earlier.is_some_and(|earlier| earlier != typed) {
                return Err(CalendarError::DuplicateDay(day.date.clone()));
            }
        }
        let mut special_hours = HashMap::with_capacity(spec.special_hours.len());
        for (date, intervals) in &spec.special_hours {
            special_hours.insert(hours::date(date)?, hours::read(date, intervals)?);
        }
        let mut breaks = HashMap::with_capacity(spec.breaks.len());
        for (date, intervals) in &spec.breaks {
            breaks.insert(hours::date(date)?, hours::read_any(date, intervals)?);
        }
        Ok(Self {
            zone,
            week: Hours::read(&spec.hours)?,
            seasons: spec.seasons.iter().map(TypedSeason::read).collect::<Result<_, _>>()?,
            days_off,
            make_up_days,
            special_hours,
            breaks,
            announced: spec.announced.iter().copied().collect(),
        })
    }

    /// What holds on `date`, from the strongest rule to the weakest.
    pub(super) fn day(&self, date: NaiveDate) -> DayRule<'_> {
        if let Some(name) = self.days_off.get(&date) {
            return DayRule { kind: DayKind::DayOff, name: name.as_deref(), hours: Vec::new() };
        }
        let make_up = self.make_up_days.get(&date);
        let name = make_up.and_then(|day| day.name.as_deref());
        let (kind, open) = if let Some(open) = self.special_hours.get(&date) {
            (DayKind::SpecialHours, open.as_slice())
        } else if let Some(day) = make_up {
            let open = day.hours.as_deref().unwrap_or_else(|| self.week_of(date).of(day.weekday));
            (DayKind::MakeUp, open)
        } else {
            let open = self.week_of(date).of(date.weekday());
            (if open.is_empty() { DayKind::Weekend } else { DayKind::Working }, open)
        };
        let left = match self.breaks.get(&date) {
            Some(breaks) => hours::without(open, breaks),
            None => open.to_vec(),
        };
        let kind = if left.is_empty() && kind != DayKind::Weekend { DayKind::Closed } else { kind };
        DayRule { kind, name, hours: left }
    }

    /// Whether any date from `first` to `last` lies in a year that still waits for its notice.
    pub(super) fn provisional(&self, first: NaiveDate, last: NaiveDate) -> bool {
        !self.announced.is_empty() && (first.year()..=last.year()).any(|year| !self.announced.contains(&year))
    }

    fn week_of(&self, date: NaiveDate) -> &Hours {
        self.seasons.iter().find(|season| season.covers(date)).map_or(&self.week, |season| &season.week)
    }
}

/// The hours of each weekday, Monday first.
#[derive(Debug)]
struct Hours([DayHours; 7]);

impl Hours {
    fn read(week: &Week) -> Result<Self, CalendarError> {
        Ok(Self([
            hours::read("mon", &week.mon)?,
            hours::read("tue", &week.tue)?,
            hours::read("wed", &week.wed)?,
            hours::read("thu", &week.thu)?,
            hours::read("fri", &week.fri)?,
            hours::read("sat", &week.sat)?,
            hours::read("sun", &week.sun)?,
        ]))
    }

    fn of(&self, weekday: Weekday) -> &[WallSpan] {
        let [mon, tue, wed, thu, fri, sat, sun] = &self.0;
        match weekday {
            Weekday::Mon => mon,
            Weekday::Tue => tue,
            Weekday::Wed => wed,
            Weekday::Thu => thu,
            Weekday::Fri => fri,
            Weekday::Sat => sat,
            Weekday::Sun => sun,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct TypedMakeUp {
    hours: Option<DayHours>,
    weekday: Weekday,
    name: Option<String>,
}

impl TypedMakeUp {
    fn read(day: &MakeUpDay) -> Result<Self, CalendarError> {
        let bad = || CalendarError::BadMakeUpDay(hours::short(&day.date));
        if day.hours.is_some() && day.weekday.is_some() {
            return Err(bad());
        }
        let weekday = match day.weekday.as_deref() {
            None | Some("mon") => Weekday::Mon,
            Some("tue") => Weekday::Tue,
            Some("wed") => Weekday::Wed,
            Some("thu") => Weekday::Thu,
            Some("fri") => Weekday::Fri,
            Some("sat") => Weekday::Sat,
            Some("sun") => Weekday::Sun,
            Some(_) => return Err(bad()),
        };
        let own = day.hours.as_ref().map(|own| hours::read(&hours::short(&day.date), own)).transpose()?;
        Ok(Self { hours: own, weekday, name: day.name.clone() })
    }
}

#[derive(Debug)]
struct TypedSeason {
    reach: Reach,
    week: Hours,
}

/// The dates of a season, both ends included.
#[derive(Debug)]
enum Reach {
    /// Once.
    Dates(NaiveDate, NaiveDate),
    /// Every year, by month and day; over the year's end when the first comes after the last.
    Yearly((u32, u32), (u32, u32)),
}

impl TypedSeason {
    fn read(season: &Season) -> Result<Self, CalendarError> {
        let bad = || {
            CalendarError::BadSeason(format!(
                "{} to {}",
                hours::short(&season.from),
                hours::short(&season.to)
            ))
        };
        let reach = if season.from.len() == 5 && season.to.len() == 5 {
            // 2000 was a leap year: 02-29 is a day.
            let yearly = |text: &str| {
                hours::date(&format!("2000-{text}")).map(|date| (date.month(), date.day())).map_err(|_| bad())
            };
            Reach::Yearly(yearly(&season.from)?, yearly(&season.to)?)
        } else {
            let date = |text: &str| hours::date(text).map_err(|_| bad());
            let (first, last) = (date(&season.from)?, date(&season.to)?);
            if last < first {
                return Err(bad());
            }
            Reach::Dates(first, last)
        };
        Ok(Self { reach, week: Hours::read(&season.hours)? })
    }

    fn covers(&self, date: NaiveDate) -> bool {
        match self.reach {
            Reach::Dates(first, last) => (first..=last).contains(&date),
            Reach::Yearly(first, last) => {
                let day = (date.month(), date.day());
                if first <= last { (first..=last).contains(&day) } else { day >= first || day <= last }
            }
        }
    }
}
