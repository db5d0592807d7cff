//! The dates of a weekly report: one in each week that has a working day.

use super::count::{self, Calendar};
use super::due::Due;
use super::error::CalendarError;
use super::zone::{self, Edge};
use crate::domain::ids::Instant;
use chrono::{Datelike, NaiveDate, NaiveTime, Weekday};

impl Calendar {
    /// The first date of a weekly report after `after`, and not at it: `weekday` at `hour`; where that day is off,
    /// the last working day of its week at the same hour; a week without a working day has none.
    ///
    /// Weeks run from Monday to Sunday (ISO 8601), and each is judged for itself: a week whose date is moved does not
    /// move the next one's. A make-up day is a working day like any other, so a worked Sunday may be the last. The hour
    /// is kept whatever the hours of the day; where the clock shows it twice it is the earlier, where it skips it the
    /// first instant after. It is provisional when a date it hangs on lies in a year whose days have not been
    /// announced: for a moved one, any date to the end of its week.
    ///
    /// Fails with `never_open` or `out_of_range`.
    pub fn weekly(&self, weekday: Weekday, hour: NaiveTime, after: Instant) -> Result<Due, CalendarError> {
        count::within(self, after, after)?;
        let start = self.local_date(after);
        let mut inside = start;
        loop {
            let sunday = inside.week(Weekday::Mon).checked_last_day().ok_or_else(count::too_far)?;
            if let Some(date) = self.report_day(sunday, weekday) {
                let at = zone::instant_micros(self.zone(), date.and_time(hour), Edge::Opening)
                    .and_then(Instant::from_micros)
                    .ok_or_else(count::too_far)?;
                if at > after {
                    let last = if date.weekday() == weekday { date } else { sunday };
                    let provisional = self.provisional(start, last);
                    return Ok(Due { at: count::within(self, after, at)?, provisional });
                }
            }
            inside = self.working_day_after(sunday, 1)?.date;
        }
    }

    /// In the week that ends with `sunday`, `weekday` if it is worked, else the last working day.
    fn report_day(&self, sunday: NaiveDate, weekday: Weekday) -> Option<NaiveDate> {
        let week = sunday.week(Weekday::Mon).checked_first_day()?.iter_days().take(7);
        week.filter(|day| self.is_working_day(*day)).max_by_key(|day| (day.weekday() == weekday, *day))
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::calendar::{Calendar, Notice, Spec};
    use crate::domain::ids::Instant;
    use chrono::{NaiveTime, Weekday};
    use serde_json::{Value, json};

    fn instant(text: &str) -> Instant {
        serde_json::from_value(json!(text)).unwrap()
    }

    fn hour(text: &str) -> NaiveTime {
        text.parse().unwrap()
    }

    fn calendar(value: Value) -> Calendar {
        let spec: Spec = serde_json::from_value(value).unwrap();
        Calendar::build(&spec).unwrap()
    }

    /// The district's calendar with the notice of 2026 only, and New Year 2027 off by law.
    fn district() -> Calendar {
        let mut spec: Spec = toml::from_str(include_str!("../../../config/calendar/cn.toml")).unwrap();
        let notice: Notice = toml::from_str(include_str!("../../../config/calendar/cn-2026.toml")).unwrap();
        spec.announce(notice);
        spec.days_off.push(serde_json::from_value(json!({"date": "2027-01-01"})).unwrap());
        Calendar::build(&spec).unwrap()
    }

    fn shown(calendar: &Calendar, weekday: Weekday, at: &str, after: &str) -> String {
        match calendar.weekly(weekday, hour(at), instant(after)) {
            Ok(due) => calendar.rfc3339(due.at),
            Err(error) => error.code().to_owned(),
        }
    }

    /// The dates that follow `after`, each from the one before it: Fridays at 12:00.
    fn chain(calendar: &Calendar, after: &str, number: usize) -> Vec<String> {
        let mut at = instant(after);
        let mut dates = Vec::new();
        for _ in 0..number {
            at = calendar.weekly(Weekday::Fri, hour("12:00"), at).unwrap().at;
            dates.push(calendar.rfc3339(at));
        }
        dates
    }

    #[test]
    fn around_national_day_ten_reports_follow_each_other_and_the_moved_ones_move_no_other() {
        // Off are Fri 25 to Sun 27 Sep and Thu 1 to Wed 7 Oct; Sun 20 Sep and Sat 10 Oct are worked, and so are the
        // Fridays of their weeks.
        assert_eq!(
            chain(&district(), "2026-09-10T10:00:00+08:00", 10),
            [
                "2026-09-11T12:00:00+08:00",
                "2026-09-18T12:00:00+08:00",
                // The last working day of 21 to 27 Sep is Thursday, that of 28 Sep to 4 Oct is Wednesday.
                "2026-09-24T12:00:00+08:00",
                "2026-09-30T12:00:00+08:00",
                "2026-10-09T12:00:00+08:00",
                "2026-10-16T12:00:00+08:00",
                "2026-10-23T12:00:00+08:00",
                "2026-10-30T12:00:00+08:00",
                "2026-11-06T12:00:00+08:00",
                "2026-11-13T12:00:00+08:00",
            ]
        );
    }

    #[test]
    fn a_week_without_a_working_day_has_no_report() {
        // Spring Festival is off from Sun 15 to Mon 23 Feb: the whole of 16 to 22 Feb. Sat 14 Feb is worked, after a
        // Friday that is worked too.
        let wanted = ["2026-02-06", "2026-02-13", "2026-02-27", "2026-03-06"];
        let wanted = wanted.map(|day| format!("{day}T12:00:00+08:00"));
        assert_eq!(chain(&district(), "2026-01-30T12:00:00+08:00", 4), wanted);
        assert_eq!(chain(&district(), "2026-02-18T10:00:00+08:00", 1), wanted[2..3]);
    }

    #[test]
    fn a_worked_weekend_may_be_the_last_working_day_of_a_week() {
        // Fri 2 Jan 2026 is off and Sun 4 Jan is worked, the last day of its week; Mon 5 Jan begins the next.
        assert_eq!(
            chain(&district(), "2025-12-29T10:00:00+08:00", 2),
            ["2026-01-04T12:00:00+08:00", "2026-01-09T12:00:00+08:00"]
        );
        for (weekday, after, wanted) in [
            // Mon 5 Oct is off; the last working day of its week is Sat 10 Oct.
            (Weekday::Mon, "2026-10-02T10:00:00+08:00", "2026-10-10T20:00:00+08:00"),
            (Weekday::Mon, "2026-10-10T20:00:00+08:00", "2026-10-12T20:00:00+08:00"),
            // Sunday is worked on 20 Sep and not on 13 Sep.
            (Weekday::Sun, "2026-09-07T10:00:00+08:00", "2026-09-11T20:00:00+08:00"),
            (Weekday::Sun, "2026-09-11T20:00:00+08:00", "2026-09-20T20:00:00+08:00"),
        ] {
            // 20:00 is after closing time, and stays.
            assert_eq!(shown(&district(), weekday, "20:00", after), wanted, "{weekday} after {after}");
        }
    }

    #[test]
    fn a_report_comes_after_the_moment_asked_for_and_never_at_it() {
        for (after, wanted) in [
            ("2026-10-09T11:59:59.999999+08:00", "2026-10-09T12:00:00+08:00"),
            ("2026-10-09T12:00:00+08:00", "2026-10-16T12:00:00+08:00"),
            // Wednesday's was the report of this week, whose Friday is off.
            ("2026-09-30T11:00:00+08:00", "2026-09-30T12:00:00+08:00"),
            ("2026-09-30T12:00:00+08:00", "2026-10-09T12:00:00+08:00"),
            ("2026-10-01T10:00:00+08:00", "2026-10-09T12:00:00+08:00"),
            ("2026-10-04T23:59:59+08:00", "2026-10-09T12:00:00+08:00"),
            ("2026-10-10T10:00:00+08:00", "2026-10-16T12:00:00+08:00"),
        ] {
            assert_eq!(shown(&district(), Weekday::Fri, "12:00", after), wanted, "after {after}");
        }
    }

    #[test]
    fn a_report_is_provisional_when_its_date_hangs_on_a_year_without_a_notice() {
        for (weekday, after, wanted, provisional) in [
            (Weekday::Fri, "2026-12-23T10:00:00+08:00", "2026-12-25T12:00:00+08:00", false),
            // Fri 1 Jan 2027 is off. That Thu 31 Dec is the last working day is sure only when the notice of 2027 makes
            // no make-up day of 2 or 3 Jan.
            (Weekday::Fri, "2026-12-30T10:00:00+08:00", "2026-12-31T12:00:00+08:00", true),
            (Weekday::Thu, "2026-12-30T10:00:00+08:00", "2026-12-31T12:00:00+08:00", false),
            (Weekday::Fri, "2026-12-31T12:00:00+08:00", "2027-01-08T12:00:00+08:00", true),
        ] {
            let due = district().weekly(weekday, hour("12:00"), instant(after)).unwrap();
            assert_eq!(
                (district().rfc3339(due.at).as_str(), due.provisional),
                (wanted, provisional),
                "{after}"
            );
        }
    }

    #[test]
    fn the_hour_is_the_wall_clocks_where_clocks_are_put_forward_and_back() {
        let sundays = calendar(json!({"zone": "America/New_York", "hours": {"sun": [["00:00", "24:00"]]}}));
        for (at, after, wanted) in [
            // 02:30 is skipped on 8 March 2026, 01:30 comes twice on 1 November.
            ("02:30", "2026-03-01T02:30:00-05:00", "2026-03-08T03:00:00-04:00"),
            ("02:30", "2026-03-08T03:00:00-04:00", "2026-03-15T02:30:00-04:00"),
            ("01:30", "2026-10-25T01:30:00-04:00", "2026-11-01T01:30:00-04:00"),
            ("01:30", "2026-11-01T01:30:00-04:00", "2026-11-08T01:30:00-05:00"),
        ] {
            assert_eq!(shown(&sundays, Weekday::Sun, at, after), wanted, "{at} after {after}");
        }
    }

    #[test]
    fn a_calendar_that_opens_no_more_or_a_time_outside_its_years_is_an_error() {
        let never = calendar(json!({"zone": "UTC", "hours": {}}));
        // Its only working day is Wed 1 Jan 2020.
        let past = calendar(json!({"zone": "UTC", "special_hours": {"2020-01-01": [["09:00", "10:00"]]}}));
        let far = calendar(json!({"zone": "UTC", "special_hours": {"2120-01-01": [["09:00", "10:00"]]}}));
        for (calendar, after, wanted) in [
            (&never, "2026-09-28T10:00:00+08:00", "never_open"),
            (&past, "2020-01-01T11:59:59Z", "2020-01-01T12:00:00+00:00"),
            (&past, "2020-01-01T12:00:00Z", "never_open"),
            (&past, "2019-01-01T12:00:00Z", "2020-01-01T12:00:00+00:00"),
            (&far, "2026-09-28T10:00:00+08:00", "never_open"),
            (&far, "2099-09-28T10:00:00+08:00", "2120-01-01T12:00:00+00:00"),
            (&district(), "1969-12-30T10:00:00+08:00", "out_of_range"),
            (&district(), "1970-01-01T10:00:00+08:00", "1970-01-02T12:00:00+08:00"),
            // Tue 31 Dec 2199 is the last day counted: what follows in its week is closed.
            (&district(), "2199-12-30T10:00:00+08:00", "2199-12-31T12:00:00+08:00"),
            (&district(), "2199-12-31T12:00:00+08:00", "out_of_range"),
            (&district(), "0001-01-01T00:00:00Z", "out_of_range"),
            (&district(), "9999-12-31T23:59:59Z", "out_of_range"),
        ] {
            assert_eq!(shown(calendar, Weekday::Fri, "12:00", after), wanted, "after {after}");
        }
        let edge = Instant::from_micros(8_210_266_876_799_999_999).unwrap();
        assert_eq!(district().weekly(Weekday::Fri, hour("12:00"), edge).unwrap_err().code(), "out_of_range");
    }
}
