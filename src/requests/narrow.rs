//! What narrows and orders a list of requests: who may see what, and by whose dates it is lit.
//!
//! Nothing here runs a query; every function adds conditions to one. A filter never tells more than the list shows:
//! whoever may not know who filed cannot ask for it by company, and a company cannot ask who assists.

use super::access;
use super::list::{ListLight, Place, Wanted};
use super::store::{AssignmentRow, RequestRow};
use crate::db::Backend;
use crate::db::schema::{assignments, categories, requests};
use crate::domain::actor::Actor;
use crate::domain::ids::{Id, Instant};
use crate::domain::words::{AssignmentState, Channel, Confidence, Part};
use diesel::dsl::{case_when, min, not};
use diesel::prelude::*;
use diesel::sql_types::{Bool, Nullable};

/// Which requests an actor sees at all.
pub(super) struct Sight {
    everything: bool,
    own: Own,
    units: Vec<Id>,
}

/// Which requests an actor reads as their companies do.
#[derive(Clone, Default)]
pub(super) struct Own {
    /// Those of one's own companies.
    companies: Vec<Id>,
    /// What this person filed as a specialist, where no unit in reach has or had a share.
    filer: Option<Id>,
}

impl Own {
    fn is_empty(&self) -> bool {
        self.companies.is_empty() && self.filer.is_none()
    }
}

/// By whose dates a list is filtered, sorted and lit.
pub(super) enum Lens {
    /// Those of all staff.
    Staff,
    /// Those the company was promised where the request is read as its company does, else those of these units' shares.
    Own { own: Own, units: Vec<Id> },
}

impl Sight {
    /// What `actor` sees.
    pub(super) fn of(actor: &Actor) -> Self {
        let own = Own { companies: actor.companies(), filer: access::specialist(actor) };
        Self { everything: access::sees_all(actor), own, units: actor.reach() }
    }

    /// The ids one of which every request has to do with that is seen: companies, units, who filed it; `None` where all are.
    pub(super) fn own_ids(&self) -> Option<Vec<Id>> {
        let own = || self.own.companies.iter().chain(&self.own.filer).chain(&self.units).copied();
        (!self.everything).then(|| own().collect())
    }

    /// By whose dates a list is lit that asks for `unit`, or for none.
    pub(super) fn lens(&self, unit: Option<Id>) -> Lens {
        match unit {
            Some(unit) if self.everything => Lens::Own { own: Own::default(), units: vec![unit] },
            None if self.everything => Lens::Staff,
            Some(unit) if self.units.contains(&unit) => {
                Lens::Own { own: self.own.clone(), units: vec![unit] }
            }
            _ => Lens::Own { own: self.own.clone(), units: self.units.clone() },
        }
    }
}

/// A query of requests under way.
pub(super) type Query<'q> = requests::BoxedQuery<'q, Backend>;
type Condition = Box<dyn BoxableExpression<requests::table, Backend, SqlType = Nullable<Bool>>>;

/// The assignments of `$units`, or handed on to one of them; as [`access::is_in`].
macro_rules! of_units {
    ($units:expr) => {
        assignments::unit_id.eq_any($units.to_vec()).or(assignments::section_id.eq_any($units.to_vec()))
    };
}

/// The ids of requests on which one of `$units` has, or had, a share for which each condition holds.
macro_rules! with_share_of {
    ($units:expr $(, $condition:expr)*) => {
        requests::id.eq_any(
            assignments::table
                .filter(of_units!($units))
                $(.filter($condition))*
                .select(assignments::request_id),
        )
    };
}

/// The same requests, turned round.
macro_rules! without_share_of {
    ($units:expr $(, $condition:expr)*) => {
        requests::id.ne_all(
            assignments::table
                .filter(of_units!($units))
                $(.filter($condition))*
                .select(assignments::request_id),
        )
    };
}

/// The light as a comparison of two columns; the same arithmetic as [`Light::of`].
macro_rules! lit {
    ($light:expr, $as_of:expr, $warn_at:expr, $due_at:expr) => {{
        let condition: Condition = match $light {
            ListLight::Red => Box::new($due_at.lt($as_of)),
            ListLight::Yellow => Box::new($due_at.ge($as_of).and($warn_at.le($as_of))),
            ListLight::Green => Box::new($due_at.ge($as_of).and($warn_at.gt($as_of))),
            ListLight::None => Box::new($due_at.is_null().nullable()),
        };
        condition
    }};
}

/// The requests `wanted` that lie in `sight`, their lights judged at `as_of`.
pub(super) fn narrowed<'q>(
    mut query: Query<'q>,
    sight: &Sight,
    lens: &Lens,
    wanted: &Wanted,
    as_of: Instant,
) -> Query<'q> {
    if !sight.everything {
        query = query.filter(seen(sight));
    }
    if let Some(light) = wanted.light {
        query = query.filter(lit_as(lens, light, as_of));
    }
    if let Some(from) = wanted.due_from {
        query = query.filter(due_from(lens, from));
    }
    if let Some(before) = wanted.due_before {
        query = query.filter(due_before(lens, before));
    }
    if let Some(unit) = wanted.unit {
        query = query.filter(has_unit(sight, unit));
    }
    if let Some(company) = wanted.company {
        query = query.filter(requests::company_id.eq(company));
        if !sight.everything {
            query = query.filter(filer_known(sight));
        }
    }
    if let Some(category) = wanted.category {
        let or_within = categories::id.eq(category).nullable().or(categories::parent_id.eq(category));
        let under = categories::table.filter(or_within).select(categories::id.nullable());
        query = query.filter(requests::category_id.eq_any(under));
    }
    if let Some(state) = wanted.state {
        query = query.filter(requests::state.eq(state));
    }
    if let Some(kind) = wanted.kind {
        query = query.filter(requests::kind.eq(kind));
    }
    if let Some(urgency) = wanted.urgency {
        query = query.filter(requests::urgency.eq(urgency));
    }
    if let Some(channel) = wanted.channel {
        query = query.filter(requests::channel.eq(channel));
    }
    if let Some(from) = wanted.filed_from {
        query = query.filter(requests::filed_at.ge(from));
    }
    if let Some(before) = wanted.filed_before {
        query = query.filter(requests::filed_at.lt(before));
    }
    query
}

/// What one reads as its company does, and that on which a unit in reach has or had a share.
fn seen(sight: &Sight) -> Condition {
    match (sight.own.is_empty(), sight.units.as_slice()) {
        (_, []) => of_own(&sight.own, &[]),
        (true, units) => Box::new(with_share_of!(units).nullable()),
        // Whatever of one's own a unit in reach has a share of is seen by that share.
        (false, units) => Box::new(of_own(&sight.own, &[]).or(with_share_of!(units).nullable())),
    }
}

/// What one reads as its company does; `units` are those in reach.
fn of_own(own: &Own, units: &[Id]) -> Condition {
    let of_companies = requests::company_id.eq_any(own.companies.clone()).nullable();
    let Some(filer) = own.filer else { return Box::new(of_companies) };
    let own_ways: Vec<Channel> =
        Channel::ALL.iter().copied().filter(|channel| channel.is_of_company()).collect();
    let filed = requests::filed_by.eq(filer).and(requests::channel.ne_all(own_ways));
    let filed: Condition = match units {
        [] => Box::new(filed.nullable()),
        units => Box::new(filed.and(without_share_of!(units)).nullable()),
    };
    if own.companies.is_empty() { filed } else { Box::new(of_companies.or(filed)) }
}

/// Where the reader may know who filed, as [`Audience::knows_filer`] has it: what is read as its company does, open ones,
/// and hidden ones a unit in reach leads.
fn filer_known(sight: &Sight) -> Condition {
    let leads = with_share_of!(
        sight.units,
        assignments::part.eq(Part::Lead),
        assignments::state.ne_all([AssignmentState::Returned, AssignmentState::Closed])
    );
    let open = requests::confidence.eq(Confidence::Open).nullable();
    let hidden = requests::confidence.eq(Confidence::Hidden).and(leads).nullable();
    Box::new(of_own(&sight.own, &sight.units).or(open).or(hidden))
}

/// On which the unit has or had a share. Of its own requests a company learns who leads them now, and no more.
fn has_unit(sight: &Sight, unit: Id) -> Condition {
    let units = [unit];
    let with_share = with_share_of!(units);
    if sight.own.is_empty() {
        return Box::new(with_share.nullable());
    }
    let leads = with_share_of!(
        units,
        assignments::part.eq(Part::Lead),
        assignments::state.ne_all([AssignmentState::Returned, AssignmentState::Closed])
    );
    let not_own = not(of_own(&sight.own, &sight.units));
    Box::new(with_share.nullable().and(not_own.or(leads.nullable())))
}

fn lit_as(lens: &Lens, light: ListLight, as_of: Instant) -> Condition {
    match lens {
        Lens::Staff => lit!(light, as_of, requests::staff_warn_at, requests::staff_due_at),
        Lens::Own { own, units } => either(
            own,
            units,
            || lit!(light, as_of, requests::company_warn_at, requests::company_due_at),
            || lit_by_shares(units, light, as_of),
        ),
    }
}

/// The light of the least dates of the shares of `units` in one request.
fn lit_by_shares(units: &[Id], light: ListLight, as_of: Instant) -> Condition {
    let is_red = assignments::due_at.lt(as_of);
    let warns = assignments::warn_at.le(as_of);
    let runs = assignments::due_at.is_not_null();
    match light {
        ListLight::Red => Box::new(with_share_of!(units, is_red).nullable()),
        ListLight::Yellow => {
            Box::new(with_share_of!(units, warns).and(without_share_of!(units, is_red)).nullable())
        }
        ListLight::Green => Box::new(
            with_share_of!(units, runs)
                .and(without_share_of!(units, warns))
                .and(without_share_of!(units, is_red))
                .nullable(),
        ),
        ListLight::None => Box::new(with_share_of!(units).and(without_share_of!(units, runs)).nullable()),
    }
}

fn due_from(lens: &Lens, from: Instant) -> Condition {
    match lens {
        Lens::Staff => Box::new(requests::staff_due_at.ge(from)),
        Lens::Own { own, units } => either(
            own,
            units,
            || Box::new(requests::company_due_at.ge(from)),
            || {
                let runs = with_share_of!(units, assignments::due_at.is_not_null());
                Box::new(runs.and(without_share_of!(units, assignments::due_at.lt(from))).nullable())
            },
        ),
    }
}

fn due_before(lens: &Lens, before: Instant) -> Condition {
    match lens {
        Lens::Staff => Box::new(requests::staff_due_at.lt(before)),
        Lens::Own { own, units } => either(
            own,
            units,
            || Box::new(requests::company_due_at.lt(before)),
            || Box::new(with_share_of!(units, assignments::due_at.lt(before)).nullable()),
        ),
    }
}

/// The first condition on what is read as its company does, the second on all others.
fn either(
    own: &Own,
    units: &[Id],
    of_company: impl FnOnce() -> Condition,
    of_units: impl FnOnce() -> Condition,
) -> Condition {
    match (own.is_empty(), units) {
        (_, []) => of_company(),
        (true, _) => of_units(),
        (false, units) => {
            let others = not(of_own(own, units));
            Box::new(of_own(own, units).and(of_company()).or(others.and(of_units())))
        }
    }
}

/// The newest first, after `place`.
pub(super) fn newest_first<'q>(query: Query<'q>, place: Option<Place>) -> Query<'q> {
    let query = query.order((requests::filed_at.desc(), requests::id.desc()));
    match place {
        // Two conditions rather than one, so that the first can be read off the index.
        Some(Place { key, id, .. }) => query
            .filter(requests::filed_at.le(key))
            .filter(requests::filed_at.lt(key).or(requests::id.lt(id))),
        None => query,
    }
}

/// Orders by a due date, leaving out what has none, from the place on.
macro_rules! by_due {
    ($query:expr, $place:expr, $due_at:expr) => {{
        let query = $query.filter($due_at.is_not_null()).order(($due_at.asc(), requests::id.asc()));
        match $place {
            Some(Place { key, id, .. }) => {
                query.filter($due_at.ge(key)).filter($due_at.gt(key).or(requests::id.gt(id).nullable()))
            }
            None => query,
        }
    }};
}

/// The earliest due first, after `place`; what has no due date is left out.
pub(super) fn earliest_first<'q>(query: Query<'q>, lens: &Lens, place: Option<Place>) -> Query<'q> {
    match lens {
        Lens::Staff => by_due!(query, place, requests::staff_due_at),
        Lens::Own { own, units } => {
            let of_shares = || {
                assignments::table
                    .filter(assignments::request_id.eq(requests::id))
                    .filter(of_units!(units))
                    .select(min(assignments::due_at))
                    .single_value()
            };
            match (own.is_empty(), units.as_slice()) {
                (_, []) => by_due!(query, place, requests::company_due_at),
                (true, _) => {
                    let query = query.filter(with_share_of!(units, assignments::due_at.is_not_null()));
                    by_due!(query, place, of_shares())
                }
                (false, units) => {
                    let own = || of_own(own, units);
                    by_due!(query, place, case_when(own(), requests::company_due_at).otherwise(of_shares()))
                }
            }
        }
    }
}

impl Lens {
    /// The least warning and due date of a request that count.
    pub(super) fn dates(
        &self,
        row: &RequestRow,
        assignments: &[AssignmentRow],
    ) -> (Option<Instant>, Option<Instant>) {
        match self {
            Self::Staff => (row.staff_warn_at, row.staff_due_at),
            Self::Own { own, units } => {
                let shares = || assignments.iter().filter(|assignment| access::is_in(units, assignment));
                let is_filed = own.filer == Some(row.filed_by) && !row.channel.is_of_company();
                if own.companies.contains(&row.company_id) || (is_filed && shares().next().is_none()) {
                    return (row.company_warn_at, row.company_due_at);
                }
                let warn_at = shares().filter_map(|assignment| assignment.warn_at).min();
                (warn_at, shares().filter_map(|assignment| assignment.due_at).min())
            }
        }
    }
}
