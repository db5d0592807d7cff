//! Units: the tree of the district, each part with its time of validity.
//!
//! A unit's `path` is made of the codes from the root down, `/district/bureau/section/`; the units below one are those
//! whose path begins with its own. Neither code nor parent ever changes: a unit that is moved ends, and another begins.

use super::rights;
use super::words::UnitKind;
use crate::calendars;
use crate::db::schema::units;
use crate::db::{Conn, direct, for_update, unique};
use crate::domain::actor::Actor;
use crate::domain::ids::{Id, Instant};
use crate::domain::lifecycle::Capacity;
use crate::fault::{Code, Fault};
use crate::journal::{self, Chain, Detail, Entry, SubjectKind};
use crate::web::{IfMatch, one_more};
use chrono::NaiveDate;
use diesel::prelude::*;
use std::collections::HashMap;

/// A unit of the tree.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Unit {
    /// Its id.
    pub id: Id,
    /// Its code, unique for ever.
    pub code: String,
    /// Its Chinese name.
    pub name: String,
    /// Its English name.
    pub name_en: Option<String>,
    /// What it is.
    pub kind: UnitKind,
    /// The unit above it; `None` for a root.
    pub parent_id: Option<Id>,
    /// The codes from the root down to it, each between slashes.
    pub path: String,
    /// The calendar its clocks run by.
    pub calendar: String,
    /// Where its mail goes.
    pub email: Option<String>,
    /// The first day it is valid.
    pub valid_from: NaiveDate,
    /// The first day it is no longer valid.
    pub valid_until: Option<NaiveDate>,
    /// Rises with every change.
    pub version: i32,
    journal_seq: i32,
    journal_head: String,
}

impl Unit {
    /// Whether it is valid on `day`, as the office counts days.
    pub fn is_valid_on(&self, day: NaiveDate) -> bool {
        self.valid_from <= day && self.valid_until.is_none_or(|end| day < end)
    }

    /// Whether it is `other`, or a unit below it.
    pub fn is_within(&self, other: &Self) -> bool {
        self.path.starts_with(&other.path)
    }

    fn chain(&self) -> Chain {
        Chain { seq: self.journal_seq, head: self.journal_head.clone() }
    }
}

/// The range of paths at or below `path`, the end left out: `0` is the character after `/`.
pub(super) fn below(path: &str) -> (String, String) {
    (path.to_owned(), format!("{}0", path.trim_end_matches('/')))
}

/// The unit with this id.
pub fn unit(conn: &mut Conn, id: Id) -> Result<Option<Unit>, Fault> {
    Ok(direct::only(conn, units::table.filter(units::id.eq(id)))?)
}

/// The unit with this code.
pub fn unit_by_code(conn: &mut Conn, code: &str) -> Result<Option<Unit>, Fault> {
    Ok(units::table.filter(units::code.eq(code)).first(conn).optional()?)
}

/// Whether a unit is seen: by everyone, if there is one.
pub(super) fn is_seen(conn: &mut Conn, _: Instant, _: &Actor, id: Id) -> Result<(), Fault> {
    unit(conn, id)?.map(drop).ok_or_else(Fault::hidden)
}

/// Those of the units named that there are, by id.
pub fn units(conn: &mut Conn, ids: &[Id]) -> Result<HashMap<Id, Unit>, Fault> {
    let rows: Vec<Unit> = units::table.filter(units::id.eq_any(ids.to_vec())).load(conn)?;
    Ok(rows.into_iter().map(|unit| (unit.id, unit)).collect())
}

/// The Business Environment Office: the unit of that kind that is valid on the day it is at `at` by its calendar.
/// Refused as `office_missing` while there is none.
pub fn office(conn: &mut Conn, at: Instant) -> Result<Unit, Fault> {
    for office in offices(conn)? {
        let zone = calendars::zone(&office.calendar).map_err(Fault::internal)?;
        if office.is_valid_on(at.day_in(zone)) {
            return Ok(office);
        }
    }
    Err(Fault::new(Code::OfficeMissing))
}

/// Every office there was, is or is planned, the latest first.
fn offices(conn: &mut Conn) -> Result<Vec<Unit>, Fault> {
    let offices = units::table.filter(units::kind.eq(UnitKind::Office));
    Ok(direct::all(conn, offices.order((units::valid_from.desc(), units::id.desc())))?)
}

/// Refuses a time of validity that another office than `id` shares, pointing at the field `pointer`. The districts stay
/// locked until the transaction ends: under whichever parents, offices are changed one after another.
fn only_office(
    conn: &mut Conn,
    id: Option<Id>,
    (from, until): (NaiveDate, Option<NaiveDate>),
    pointer: &str,
) -> Result<(), Fault> {
    let districts = units::table.filter(units::kind.eq(UnitKind::District)).order(units::id);
    let _locked: Vec<Unit> = for_update(districts).load(conn)?;
    let overlaps = |office: &Unit| {
        office.valid_until.is_none_or(|end| from < end) && until.is_none_or(|end| office.valid_from < end)
    };
    if offices(conn)?.iter().any(|office| Some(office.id) != id && overlaps(office)) {
        return Err(Fault::field(Code::AlreadyExists, pointer).with("what", UnitKind::Office.code()));
    }
    Ok(())
}

/// Up to `limit` units and one more, in the order of the tree, after the path given.
pub(super) fn page(
    conn: &mut Conn,
    kind: Option<UnitKind>,
    after: Option<&str>,
    limit: usize,
) -> Result<Vec<Unit>, Fault> {
    let mut query = units::table.order(units::path).into_boxed();
    if let Some(kind) = kind {
        query = query.filter(units::kind.eq(kind));
    }
    if let Some(after) = after {
        query = query.filter(units::path.gt(after));
    }
    Ok(query.limit(one_more(limit)).load(conn)?)
}

/// A unit to be added.
#[derive(Debug, Clone)]
pub struct NewUnit {
    /// Its code: 1 to 32 lower-case letters, digits, hyphens and underscores, a letter first.
    pub code: String,
    /// Its Chinese name.
    pub name: String,
    /// Its English name.
    pub name_en: Option<String>,
    /// What it is.
    pub kind: UnitKind,
    /// The unit above it; none for a district only.
    pub parent: Option<Id>,
    /// The calendar its clocks run by.
    pub calendar: String,
    /// Where its mail goes.
    pub email: Option<String>,
    /// The first day it is valid.
    pub valid_from: NaiveDate,
    /// The first day it is no longer valid, where that is known.
    pub valid_until: Option<NaiveDate>,
}

/// Whether `code` can be a unit's code.
pub fn is_unit_code(code: &str) -> bool {
    code.len() <= 32
        && code.starts_with(|first: char| first.is_ascii_lowercase())
        && code
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_'))
}

/// Adds a unit below a valid one, or a district as a root. There is one valid office at a time.
pub fn create_unit(conn: &mut Conn, at: Instant, actor: &Actor, new: &NewUnit) -> Result<Unit, Fault> {
    let capacity = rights::or_denied(rights::keeper(actor))?;
    check_span(new.valid_from, new.valid_until)?;
    check_calendar(&new.calendar)?;
    if new.kind == UnitKind::Office {
        only_office(conn, None, (new.valid_from, new.valid_until), "/kind")?;
    }
    let above = match new.parent {
        Some(parent) => valid_parent(conn, parent, new)?.path,
        None if new.kind == UnitKind::District => "/".to_owned(),
        None => {
            return Err(Fault::field(Code::MissingField, "/parent_id").with("field", "parent_id"));
        }
    };
    let id = Id::new(at);
    let detail = Detail::none().with("code", new.code.as_str()).with("kind", new.kind.code());
    let chain = write_down(conn, at, actor, capacity, (id, Chain::empty()), ("create_unit", detail))?;
    let inserted = diesel::insert_into(units::table)
        .values((
            units::id.eq(id),
            units::code.eq(&new.code),
            units::name.eq(&new.name),
            units::name_en.eq(&new.name_en),
            units::kind.eq(new.kind),
            units::parent_id.eq(new.parent),
            units::path.eq(format!("{above}{}/", new.code)),
            units::calendar.eq(&new.calendar),
            units::email.eq(&new.email),
            units::valid_from.eq(new.valid_from),
            units::valid_until.eq(new.valid_until),
            units::version.eq(1),
            units::journal_seq.eq(chain.seq),
            units::journal_head.eq(chain.head),
        ))
        .returning(units::all_columns)
        .get_result(conn);
    unique(inserted, Code::AlreadyExists).map_err(|fault| match fault.code {
        Code::AlreadyExists => Fault::field(Code::AlreadyExists, "/code").with("what", "code"),
        _ => fault,
    })
}

/// The unit above a new one, locked so that it cannot end meanwhile.
fn valid_parent(conn: &mut Conn, parent: Id, new: &NewUnit) -> Result<Unit, Fault> {
    let unknown = || Fault::field(Code::ReferenceUnknown, "/parent_id").with("what", "unit");
    let parent = locked(conn, parent)?.ok_or_else(unknown)?;
    let outlives = match (parent.valid_until, new.valid_until) {
        (Some(end), Some(own)) => own <= end,
        (Some(_), None) => false,
        (None, _) => true,
    };
    if parent.is_valid_on(new.valid_from) && outlives {
        return Ok(parent);
    }
    Err(Fault::field(Code::ReferenceNotValid, "/parent_id").with("what", "unit"))
}

/// What of a unit may change; `None` leaves it as it is.
#[derive(Debug, Clone, Default)]
pub struct UnitChange {
    /// Its Chinese name.
    pub name: Option<String>,
    /// Its English name, or that it has none.
    pub name_en: Option<Option<String>>,
    /// The calendar its clocks run by.
    pub calendar: Option<String>,
    /// Where its mail goes, or that it has none.
    pub email: Option<Option<String>>,
    /// The first day it is no longer valid, or that it has no end.
    pub valid_until: Option<Option<NaiveDate>>,
}

/// Changes a unit, of the version `if_match` names. It cannot end before the units below it, nor run on longer than the one above it, and
/// an office not into the time of the next.
pub fn change_unit(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    id: Id,
    (if_match, change): (&IfMatch, &UnitChange),
) -> Result<Unit, Fault> {
    let capacity = rights::or_denied(rights::keeper(actor))?;
    let unit = locked(conn, id)?.ok_or_else(Fault::hidden)?;
    if_match.demand(unit.version)?;
    change.calendar.as_deref().map_or(Ok(()), check_calendar)?;
    let valid_until = change.valid_until.unwrap_or(unit.valid_until);
    if valid_until != unit.valid_until {
        check_span(unit.valid_from, valid_until)?;
        check_end(conn, &unit, valid_until)?;
        if unit.kind == UnitKind::Office {
            only_office(conn, Some(id), (unit.valid_from, valid_until), "/valid_until")?;
        }
    }
    let name = change.name.as_ref().unwrap_or(&unit.name);
    let name_en = change.name_en.as_ref().unwrap_or(&unit.name_en);
    let calendar = change.calendar.as_ref().unwrap_or(&unit.calendar);
    let email = change.email.as_ref().unwrap_or(&unit.email);
    let before = serde_json::json!({
        "name": unit.name, "name_en": unit.name_en, "calendar": unit.calendar, "email": unit.email,
        "valid_until": unit.valid_until,
    });
    let after = serde_json::json!({
        "name": name, "name_en": name_en, "calendar": calendar, "email": email, "valid_until": valid_until,
    });
    let detail = Detail::none().with("before", before).with("after", after);
    let chain = write_down(conn, at, actor, capacity, (id, unit.chain()), ("change_unit", detail))?;
    Ok(diesel::update(units::table.filter(units::id.eq(id)))
        .set((
            units::name.eq(name),
            units::name_en.eq(name_en),
            units::calendar.eq(calendar),
            units::email.eq(email),
            units::valid_until.eq(valid_until),
            units::version.eq(unit.version.saturating_add(1)),
            units::journal_seq.eq(chain.seq),
            units::journal_head.eq(chain.head),
        ))
        .returning(units::all_columns)
        .get_result(conn)?)
}

/// A unit whose calendar is not there could be given no clock.
fn check_calendar(name: &str) -> Result<(), Fault> {
    if calendars::NAMES.contains(&name) {
        return Ok(());
    }
    Err(Fault::field(Code::ReferenceUnknown, "/calendar").with("what", "calendar"))
}

fn check_span(from: NaiveDate, until: Option<NaiveDate>) -> Result<(), Fault> {
    if until.is_some_and(|until| until <= from) {
        return Err(Fault::field(Code::InvalidDate, "/valid_until"));
    }
    Ok(())
}

fn check_end(conn: &mut Conn, unit: &Unit, valid_until: Option<NaiveDate>) -> Result<(), Fault> {
    let below: Vec<Option<NaiveDate>> =
        units::table.filter(units::parent_id.eq(unit.id)).select(units::valid_until).load(conn)?;
    let runs_longer = |end: NaiveDate| below.iter().any(|child| child.is_none_or(|child| child > end));
    if valid_until.is_some_and(runs_longer) {
        return Err(Fault::field(Code::UnitHasChildren, "/valid_until"));
    }
    let Some(parent) = unit.parent_id else { return Ok(()) };
    let above = locked(conn, parent)?.and_then(|parent| parent.valid_until);
    let outlives_parent = above.is_some_and(|end| valid_until.is_none_or(|until| until > end));
    if outlives_parent {
        return Err(Fault::field(Code::ReferenceNotValid, "/valid_until").with("what", "parent_id"));
    }
    Ok(())
}

fn locked(conn: &mut Conn, id: Id) -> Result<Option<Unit>, Fault> {
    Ok(for_update(units::table.filter(units::id.eq(id))).get_result(conn).optional()?)
}

fn write_down(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    capacity: Capacity,
    (id, mut chain): (Id, Chain),
    (act, detail): (&'static str, Detail),
) -> Result<Chain, Fault> {
    let entry = Entry { subject: (SubjectKind::Unit, id), at, actor, capacity, act, detail };
    journal::record(conn, &mut chain, entry)?;
    Ok(chain)
}

#[cfg(test)]
mod tests {
    use super::{below, is_unit_code};

    #[test]
    fn the_range_of_a_path_holds_what_is_below_it_and_no_neighbour() {
        let (from, end) = below("/qd/sj/");
        let holds = |path: &str| from.as_str() <= path && path < end.as_str();
        assert!(holds("/qd/sj/") && holds("/qd/sj/kq/") && holds("/qd/sj/zz9/"));
        assert!(!holds("/qd/") && !holds("/qd/sj-a/") && !holds("/qd/sja/") && !holds("/qd/sk/"));
    }

    #[test]
    fn a_units_code_has_lower_case_letters_digits_hyphens_and_underscores() {
        assert!(is_unit_code("sw-2_a"));
        for code in ["", "2sw", "SW", "s/w", "s.w", "城管", &"a".repeat(33)] {
            assert!(!is_unit_code(code), "{code}");
        }
    }
}
