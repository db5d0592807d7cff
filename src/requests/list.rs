//! Lists of requests: one query, whoever asks, that shows only what they may see and lets no filter tell more.
//!
//! A request's row and each assignment's row carry the least dates of their open clocks, so a light is a comparison of
//! two columns with one instant. Whose columns: the company sees the dates it was promised, the office and the auditor
//! those of all staff, a unit those of its own shares, and so does the office where it asks for one unit. Which index
//! serves what:
//!
//! | list | index |
//! |---|---|
//! | everything, newest first | `requests_by_filed_at_id` |
//! | a company's own, newest first | `requests_by_company_id_filed_at_id` |
//! | a company's own, by light or due date | `requests_by_company_id_company_due_at` |
//! | what a specialist filed, newest first | `requests_by_filed_by_filed_at_id` |
//! | a unit's own, and a section's | `assignments_by_unit_id_request_id`, `assignments_by_section_id_request_id` |
//! | by state, by category | `requests_by_state_filed_at_id`, `requests_by_category_id_filed_at_id` |
//! | by kind, urgency, channel | `requests_by_kind_filed_at_id`, `requests_by_urgency_filed_at_id`, `requests_by_channel_filed_at_id` |
//! | by words, newest first | `search_words`, by a key that rises with the time of filing ([`super::search`]) |
//! | red, and due first | `requests_by_staff_due_at_id`, `assignments_by_unit_id_due_at`, `assignments_by_section_id_due_at` |
//! | yellow, green | `requests_by_staff_due_at_id`, `assignments_by_unit_id_warn_at`, `assignments_by_section_id_warn_at` |

use super::access::{self, Audience};
use super::narrow::{Known, Lens, Sight, earliest_first, narrowed, newest_first};
use super::search::Search;
use super::store::{AssignmentRow, RequestRow};
use super::views::{CompanyBrief, NamedCode};
use crate::db::Conn;
use crate::db::schema::{assignments, requests};
use crate::domain::actor::Actor;
use crate::domain::ids::{Id, Instant};
use crate::domain::light::Light;
use crate::domain::search::Query;
use crate::domain::words::{Channel, Confidence, Kind, Part, RequestState, Urgency};
use crate::fault::{Code, Fault};
use crate::people::{self, Company, Unit};
use crate::promises::{self, Category};
use crate::web::{LocalTime, Page};
use chrono_tz::Tz;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use utoipa::ToSchema;

vocabulary! {
    /// The light of a request in a list.
    pub enum ListLight {
        /// A clock is past due.
        Red = "red",
        /// A clock warns, and none is past due.
        Yellow = "yellow",
        /// All clocks are in time.
        Green = "green",
        /// No clock runs for the reader.
        None = "none",
    }
}

vocabulary! {
    /// The order of a list of requests.
    pub enum Sort {
        /// The newest first.
        Filed = "filed",
        /// The earliest due first; requests without a due date are left out.
        Due = "due",
    }
}

/// Which requests are wanted. What is `None` does not matter.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Wanted {
    /// In which these words are found.
    pub words: Option<Query>,
    /// By light, as the reader sees it.
    pub light: Option<ListLight>,
    /// By state.
    pub state: Option<RequestState>,
    /// On which this unit is, or was.
    pub unit: Option<Id>,
    /// Under this category, or a sub-class of it.
    pub category: Option<Id>,
    /// Of this company; only where the reader may know who filed.
    pub company: Option<Id>,
    /// By what is wanted.
    pub kind: Option<Kind>,
    /// By how pressing it is.
    pub urgency: Option<Urgency>,
    /// By the way it came in.
    pub channel: Option<Channel>,
    /// Filed at or after.
    pub filed_from: Option<Instant>,
    /// Filed before.
    pub filed_before: Option<Instant>,
    /// Due at or after, by the date the reader sees.
    pub due_from: Option<Instant>,
    /// Due before.
    pub due_before: Option<Instant>,
    /// In which order; by default by due date where a light that has one is asked for, else by filing.
    pub sort: Option<Sort>,
}

/// Where a page of one list ends, and when its lights were judged: the pages after it judge by the same instant.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Place {
    pub(super) list: u32,
    pub(super) key: Instant,
    pub(super) id: Id,
    pub(super) as_of: Instant,
}

/// A request in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct RequestItem {
    /// Its id.
    pub id: Id,
    /// Its number.
    #[schema(example = "QS20261122-0001")]
    pub number: String,
    /// One line.
    pub title: String,
    /// Where it stands.
    pub state: RequestState,
    /// What is wanted.
    pub kind: Kind,
    /// How pressing.
    pub urgency: Urgency,
    /// Who may know who filed.
    pub confidence: Confidence,
    /// The way it came in.
    pub channel: Channel,
    /// The category, once attached.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<NamedCode>,
    /// The company; missing where the reader may not know who filed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub company: Option<CompanyBrief>,
    /// When it was filed.
    pub filed_at: LocalTime,
    /// The worst light of the clocks that count for the reader.
    pub light: ListLight,
    /// The earliest due date of those clocks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_at: Option<LocalTime>,
    /// The units that have it: for the company the lead only.
    pub units: Vec<UnitOn>,
}

/// A unit on a request.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnitOn {
    /// Its id.
    pub id: Id,
    /// Its name.
    pub name: String,
    /// What it is on the request.
    pub part: Part,
}

/// One page of the requests `wanted` that `actor` may see. `zone` is the one times are shown in.
///
/// Fails with `invalid_cursor` where `place` belongs to another list: narrowed by other filters, or in another order.
pub fn list(
    conn: &mut Conn,
    at: Instant,
    actor: &Actor,
    zone: Tz,
    wanted: &Wanted,
    place: Option<Place>,
    limit: usize,
) -> Result<Page<RequestItem>, Fault> {
    let has_date = wanted.light.is_some_and(|light| light != ListLight::None);
    let sort = wanted.sort.unwrap_or(if has_date { Sort::Due } else { Sort::Filed });
    let list = digest_of(wanted, sort)?;
    if place.is_some_and(|place| place.list != list) {
        return Err(Fault::field(Code::InvalidCursor, "?cursor"));
    }
    let as_of = place.map_or(at, |place| place.as_of);
    let sight = Sight::of(actor);
    let lens = sight.lens(wanted.unit);
    let known = known(conn, &sight, wanted, sort)?;
    let one_more = limit.saturating_add(1);
    let rows = match &wanted.words {
        Some(query) => {
            let search = Search { query, actor, sight: &sight, lens: &lens, wanted, known: &known, as_of };
            match sort {
                Sort::Filed => search.newest(conn, place, one_more)?,
                Sort::Due => search.earliest(conn, place, one_more)?,
            }
        }
        None => {
            let query = narrowed(requests::table.into_boxed(), &sight, &lens, (wanted, &known), as_of);
            let query = match sort {
                Sort::Filed => newest_first(query, place),
                Sort::Due => earliest_first(query, &lens, place),
            };
            query.limit(i64::try_from(one_more).map_err(Fault::internal)?).load(conn)?
        }
    };
    let shown = Names::of(conn, &rows)?;
    let mut items = Vec::with_capacity(rows.len());
    for row in rows {
        items.push(shown.item(actor, zone, &lens, as_of, row)?);
    }
    let place =
        |(item, due_at): &(RequestItem, Key)| Place { list, key: due_at.of(sort), id: item.id, as_of };
    Ok(Page::cut(items, limit, "requests", place)?.map(|(item, _)| item))
}

/// From this many shares on, pages are found by testing one request after another whether it has one: the next of them is
/// never far. With fewer, all of them are looked up and sorted.
const MANY_SHARES: i64 = 5000;

/// What the conditions of a list are chosen by.
fn known(conn: &mut Conn, sight: &Sight, wanted: &Wanted, sort: Sort) -> Result<Known, Fault> {
    let categories = match wanted.category {
        Some(category) => promises::within(conn, category)?,
        None => Vec::new(),
    };
    let is_searched = wanted.words.is_some();
    let many_shares = is_searched || has_many_shares(conn, &sight.units_of_interest(wanted.unit))?;
    Ok(Known { categories, many_shares, is_found: is_searched || sort == Sort::Due })
}

fn has_many_shares(conn: &mut Conn, units: &[Id]) -> Result<bool, Fault> {
    if units.is_empty() {
        return Ok(false);
    }
    let shares =
        assignments::table.filter(assignments::unit_id.eq_any(units)).select(assignments::request_id);
    Ok(shares.offset(MANY_SHARES - 1).limit(1).first::<Id>(conn).optional()?.is_some())
}

/// What tells one list from another: the first 32 bits of the SHA-256 of its filters and its order.
fn digest_of(wanted: &Wanted, sort: Sort) -> Result<u32, Fault> {
    let wanted = Wanted { sort: Some(sort), ..wanted.clone() };
    let digest = Sha256::digest(serde_json::to_vec(&wanted).map_err(Fault::internal)?);
    Ok(digest.iter().take(4).fold(0, |bits, byte| (bits << 8) | u32::from(*byte)))
}

/// What a row is sorted by.
struct Key {
    filed_at: Instant,
    due_at: Option<Instant>,
}

impl Key {
    fn of(&self, sort: Sort) -> Instant {
        match sort {
            Sort::Filed => self.filed_at,
            Sort::Due => self.due_at.unwrap_or(self.filed_at),
        }
    }
}

/// What the rows of a page refer to, each kind read in one query.
struct Names {
    assignments: HashMap<Id, Vec<AssignmentRow>>,
    units: HashMap<Id, Unit>,
    companies: HashMap<Id, Company>,
    categories: HashMap<Id, Category>,
}

impl Names {
    fn of(conn: &mut Conn, rows: &[RequestRow]) -> Result<Self, Fault> {
        let ids: Vec<Id> = rows.iter().map(|row| row.id).collect();
        let mut assignments: HashMap<Id, Vec<AssignmentRow>> = HashMap::new();
        let mut units = Vec::new();
        let of_page = assignments::table.filter(assignments::request_id.eq_any(ids)).order(assignments::id);
        for assignment in of_page.load::<AssignmentRow>(conn)? {
            units.push(assignment.unit_id);
            assignments.entry(assignment.request_id).or_default().push(assignment);
        }
        let companies: Vec<Id> = rows.iter().map(|row| row.company_id).collect();
        let categories: Vec<Id> = rows.iter().filter_map(|row| row.category_id).collect();
        Ok(Self {
            assignments,
            units: people::units(conn, &units)?,
            companies: people::companies(conn, &companies)?,
            categories: promises::categories(conn, &categories)?,
        })
    }

    fn item(
        &self,
        actor: &Actor,
        zone: Tz,
        lens: &Lens,
        as_of: Instant,
        row: RequestRow,
    ) -> Result<(RequestItem, Key), Fault> {
        let assignments = self.assignments.get(&row.id).map(Vec::as_slice).unwrap_or_default();
        let audience = access::audience(actor, &row, assignments)
            .ok_or_else(|| Fault::internal("a list holds a request its reader may not see"))?;
        let (warn_at, due_at) = lens.dates(&row, assignments);
        let light = match (warn_at, due_at) {
            (Some(warn_at), Some(due_at)) => match Light::of(warn_at, due_at, as_of) {
                Light::Red => ListLight::Red,
                Light::Yellow => ListLight::Yellow,
                Light::Green | Light::Hollow => ListLight::Green,
            },
            _ => ListLight::None,
        };
        let company = self.companies.get(&row.company_id).filter(|_| audience.knows_filer(row.confidence));
        let category = row.category_id.and_then(|id| self.categories.get(&id));
        let key = Key { filed_at: row.filed_at, due_at };
        let item = RequestItem {
            id: row.id,
            number: row.number,
            title: row.title,
            state: row.state,
            kind: row.kind,
            urgency: row.urgency,
            confidence: row.confidence,
            channel: row.channel,
            category: category.map(|category| NamedCode {
                id: category.id,
                code: category.code.clone(),
                name: category.name.clone(),
            }),
            company: company.map(|company| CompanyBrief {
                id: company.id,
                name: company.name.clone(),
                uscc: company.uscc.clone(),
            }),
            filed_at: LocalTime::new(row.filed_at, zone),
            light,
            due_at: due_at.map(|at| LocalTime::new(at, zone)),
            units: self.units_on(audience, assignments),
        };
        Ok((item, key))
    }

    fn units_on(&self, audience: Audience, assignments: &[AssignmentRow]) -> Vec<UnitOn> {
        let mut shown: Vec<&AssignmentRow> = assignments
            .iter()
            .filter(|assignment| assignment.is_live())
            .filter(|assignment| audience != Audience::Company || assignment.part == Part::Lead)
            .collect();
        shown.sort_by_key(|assignment| (assignment.part, assignment.id));
        let named = |assignment: &AssignmentRow| {
            let unit = self.units.get(&assignment.unit_id)?;
            Some(UnitOn { id: unit.id, name: unit.name.clone(), part: assignment.part })
        };
        shown.into_iter().filter_map(named).collect()
    }
}
