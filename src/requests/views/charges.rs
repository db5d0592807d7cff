//! Red: for how many working days, and who is charged for it.

use super::{ChargeView, Reader};
use crate::db::Conn;
use crate::domain::calendar::Calendar;
use crate::domain::charge;
use crate::domain::ids::{Id, Instant};
use crate::domain::words::Part;
use crate::fault::Fault;
use crate::promises;
use crate::requests::access::Audience;
use crate::requests::charges::{is_facing, late_times, of_clock, party};
use crate::requests::clocks::uncountable;
use crate::requests::store::ClockRow;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

/// The calendars that late clocks are counted on.
pub(super) struct Calendars(HashMap<(String, i32), Arc<Calendar>>);

impl Calendars {
    /// Those of the clocks that are, or were, late at `at`.
    pub(super) fn of(conn: &mut Conn, clocks: &[ClockRow], at: Instant) -> Result<Self, Fault> {
        let mut found = HashMap::new();
        for clock in clocks.iter().filter(|clock| !late_times(clock, at).is_empty()) {
            let key = (clock.calendar.clone(), clock.calendar_version);
            if let Entry::Vacant(place) = found.entry(key) {
                place.insert(promises::calendar_version(conn, &clock.calendar, clock.calendar_version)?);
            }
        }
        Ok(Self(found))
    }

    fn get(&self, clock: &ClockRow) -> Option<&Calendar> {
        self.0.get(&(clock.calendar.clone(), clock.calendar_version)).map(Arc::as_ref)
    }
}

impl Reader<'_> {
    /// How many working days a clock has been red; `None` where it was never late.
    pub(super) fn red_days(&self, clock: &ClockRow) -> Result<Option<u32>, Fault> {
        let Some(calendar) = self.calendars.get(clock) else { return Ok(None) };
        let until = clock.stopped_at.unwrap_or(self.at);
        let days = charge::red_days(calendar, &clock.facts.0, clock.due_at, until);
        days.map(Some).map_err(|error| uncountable(&error))
    }

    /// Who is charged for the red of what the company was promised.
    pub(super) fn charges(&self, clocks: &[ClockRow]) -> Result<Vec<ChargeView>, Fault> {
        let mut views = Vec::new();
        for clock in clocks.iter().filter(|clock| is_facing(clock)) {
            let Some(calendar) = self.calendars.get(clock) else { continue };
            let charges = of_clock(calendar, clock, clocks, self.at).map_err(|error| uncountable(&error))?;
            for charge in charges {
                let (party, unit) = party(charge.to);
                views.push(ChargeView {
                    clock: clock.id,
                    kind: clock.kind,
                    party,
                    unit: unit.filter(|unit| self.may_know(*unit)).map(|unit| self.unit(unit)),
                    working_minutes: charge.working_seconds / 60,
                });
            }
        }
        Ok(views)
    }

    /// The company does not learn who assists.
    fn may_know(&self, unit: Id) -> bool {
        self.audience != Audience::Company
            || self.assignments.iter().any(|part| part.unit_id == unit && part.part != Part::Assist)
    }
}
