//! Finding requests by words: what is asked of the index, and what of its hits the reader may find.
//!
//! The index ([`entries`]) knows every text of a request and no rights. So a hit is found only if the words stand in
//! what this reader is shown of it, by the same functions that show it: [`Audience::knows_filer`] and
//! [`access::sees_answer`].

mod entries;

pub(super) use entries::{check, index, index_filed};
pub use entries::{enlist, index_waiting};

use super::access::{self, Shown};
use super::list::{Place, Wanted};
use super::narrow::{Known, Lens, Sight, earliest_first, narrowed, newest_first};
use super::store::{AnswerRow, AssignmentRow, RequestRow};
use crate::db::Conn;
use crate::db::schema::{answers, assignments, requests, search_entries};
use crate::db::search::{self, Terms};
use crate::domain::actor::Actor;
use crate::domain::ids::{Id, Instant};
use crate::domain::search::{Folded, Query, scope, tokens};
use crate::fault::Fault;
use crate::people::{self, Company};
use diesel::prelude::*;
use std::collections::HashMap;

/// How many hits are looked at first; each further look takes four times as many.
const FIRST_LOOK: i64 = 64;

/// The most hits that are looked at in one go.
const LARGEST_LOOK: i64 = 1024;

/// One search: what for, by whom, and how its hits are narrowed.
pub(super) struct Search<'a> {
    pub(super) query: &'a Query,
    pub(super) actor: &'a Actor,
    pub(super) sight: &'a Sight,
    pub(super) lens: &'a Lens,
    pub(super) wanted: &'a Wanted,
    pub(super) known: &'a Known,
    pub(super) as_of: Instant,
}

impl Search<'_> {
    /// The first `count` requests found after `place`, the newest first. What is read of the index is what is looked at.
    pub(super) fn newest(
        &self,
        conn: &mut Conn,
        place: Option<Place>,
        count: usize,
    ) -> Result<Vec<RequestRow>, Fault> {
        let Some(terms) = self.terms() else { return Ok(Vec::new()) };
        let latest = [place.map(|place| place.key), self.wanted.filed_before];
        let mut below = latest.into_iter().flatten().min().map_or(i64::MAX, search::key_after);
        let mut found = Vec::new();
        for most in looks() {
            let keys = search::newest(conn, &terms, below, most)?;
            let hits = i64::try_from(keys.len()).map_err(Fault::internal)?;
            below = keys.last().copied().unwrap_or(below);
            let of_keys = search_entries::table.filter(search_entries::key.eq_any(keys));
            let query =
                self.narrowed().filter(requests::id.eq_any(of_keys.select(search_entries::request_id)));
            let rows = newest_first(query, place).load(conn)?;
            let behind = Behind::of(conn, &rows)?;
            found.extend(rows.into_iter().filter(|row| self.finds(row, &behind)));
            if hits < most || found.len() >= count {
                break;
            }
        }
        found.truncate(count);
        Ok(found)
    }

    /// The first `count` requests found after `place`, the earliest due first. Every hit of the index is read.
    pub(super) fn earliest(
        &self,
        conn: &mut Conn,
        place: Option<Place>,
        count: usize,
    ) -> Result<Vec<RequestRow>, Fault> {
        let Some(terms) = self.terms() else { return Ok(Vec::new()) };
        let having = search::having(&terms);
        let mut place = place;
        let mut found = Vec::new();
        for most in looks() {
            let query = self.narrowed().filter(having.clone());
            let rows: Vec<RequestRow> = earliest_first(query, self.lens, place).limit(most).load(conn)?;
            let hits = i64::try_from(rows.len()).map_err(Fault::internal)?;
            let behind = Behind::of(conn, &rows)?;
            place = rows.last().and_then(|row| {
                let (_, due_at) = self.lens.dates(row, behind.assignments_of(row.id));
                Some(Place { list: 0, key: due_at?, id: row.id, as_of: self.as_of })
            });
            found.extend(rows.into_iter().filter(|row| self.finds(row, &behind)));
            if hits < most || found.len() >= count {
                break;
            }
        }
        found.truncate(count);
        Ok(found)
    }

    /// What the index is asked for: the words, and that one of the reader's own has to do with it; `None` for who has
    /// none.
    fn terms(&self) -> Option<Terms> {
        let asked = [self.wanted.company, self.wanted.unit].into_iter().flatten().map(|id| vec![id]);
        let mut any: Vec<Vec<Id>> = asked.collect();
        any.extend(self.sight.own_ids());
        let tokens_of = |ids: Vec<Id>| -> Vec<String> { ids.into_iter().map(scope).collect() };
        let any: Vec<Vec<String>> = any.into_iter().map(tokens_of).collect();
        (!any.iter().any(Vec::is_empty)).then(|| Terms { all: self.query.tokens(), any })
    }

    fn narrowed<'q>(&self) -> super::narrow::Query<'q> {
        narrowed(requests::table.into_boxed(), self.sight, self.lens, (self.wanted, self.known), self.as_of)
    }

    /// Whether the words stand in what the reader is shown of this request.
    fn finds(&self, row: &RequestRow, behind: &Behind) -> bool {
        let assignments = behind.assignments_of(row.id);
        let Some(audience) = access::audience(self.actor, row, assignments) else { return false };
        let mut texts = texts_of(row);
        let company = behind.companies.get(&row.company_id).filter(|_| audience.knows_filer(row.confidence));
        texts.extend(company.map(|company| Folded::new(&company.name)));
        let reach = self.actor.reach();
        for answer in behind.answers.get(&row.id).into_iter().flatten() {
            let shown = access::sees_answer(audience, &reach, assignments, answer);
            if shown != Shown::Nothing {
                texts.extend(answer.content.0.public_texts().map(Folded::new));
            }
            if shown == Shown::Whole {
                texts.extend(answer.content.0.internal_note.as_deref().map(Folded::new));
            }
        }
        self.query.finds(&texts)
    }
}

/// How many hits are looked at in one go, and in the next.
fn looks() -> impl Iterator<Item = i64> {
    std::iter::successors(Some(FIRST_LOOK), |look| Some(look.saturating_mul(4).min(LARGEST_LOOK)))
}

/// The texts of a request that whoever sees it reads. Its number is found without its hyphen too.
fn texts_of(row: &RequestRow) -> Vec<Folded> {
    let without_hyphen = row.number.replace('-', "");
    let texts = [&row.number, &without_hyphen, &row.title, &row.body].into_iter().chain(&row.ground_text);
    texts.map(|text| Folded::new(text)).collect()
}

/// What stands behind the rows of a page, each kind read in one query.
struct Behind {
    assignments: HashMap<Id, Vec<AssignmentRow>>,
    answers: HashMap<Id, Vec<AnswerRow>>,
    companies: HashMap<Id, Company>,
}

impl Behind {
    fn of(conn: &mut Conn, rows: &[RequestRow]) -> Result<Self, Fault> {
        let mut behind =
            Self { assignments: HashMap::new(), answers: HashMap::new(), companies: HashMap::new() };
        if rows.is_empty() {
            return Ok(behind);
        }
        let ids: Vec<Id> = rows.iter().map(|row| row.id).collect();
        let of_rows = assignments::table.filter(assignments::request_id.eq_any(ids.clone()));
        for assignment in of_rows.order(assignments::id).load::<AssignmentRow>(conn)? {
            behind.assignments.entry(assignment.request_id).or_default().push(assignment);
        }
        let of_rows = answers::table.filter(answers::request_id.eq_any(ids));
        for answer in of_rows.order(answers::id).load::<AnswerRow>(conn)? {
            behind.answers.entry(answer.request_id).or_default().push(answer);
        }
        let companies: Vec<Id> = rows.iter().map(|row| row.company_id).collect();
        behind.companies = people::companies(conn, &companies)?;
        Ok(behind)
    }

    /// What stands behind a request that is being filed: its company.
    fn filed(company: &Company) -> Self {
        let companies = HashMap::from([(company.id, company.clone())]);
        Self { assignments: HashMap::new(), answers: HashMap::new(), companies }
    }

    fn assignments_of(&self, request: Id) -> &[AssignmentRow] {
        self.assignments.get(&request).map(Vec::as_slice).unwrap_or_default()
    }

    /// Everything the index keeps of a request: whoever may read it, and by which ids it is narrowed.
    fn tokens(&self, row: &RequestRow) -> String {
        let mut texts = texts_of(row);
        texts.extend(self.companies.get(&row.company_id).map(|company| Folded::new(&company.name)));
        for answer in self.answers.get(&row.id).into_iter().flatten() {
            let note = answer.content.0.internal_note.as_deref();
            texts.extend(answer.content.0.public_texts().chain(note).map(Folded::new));
        }
        let units = self.assignments_of(row.id).iter().flat_map(|row| [Some(row.unit_id), row.section_id]);
        let ids = units.flatten().chain([row.company_id, row.filed_by]);
        tokens(&texts, ids)
    }
}
