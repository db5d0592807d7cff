//! What narrows and orders a list of requests: who may see what, and by whose dates it is lit.
//!
//! Nothing here runs a query; every function adds conditions to one. So that a page costs the same however long the table
//! has grown, one condition says where to look and the others are [`tested`] of what is found there. A filter never tells more than the list shows:
//! whoever may not know who filed cannot ask for it by company, and a company cannot ask who assists.

use super::access;
use super::list::{ListLight, Place, Wanted};
use super::shares;
use super::store::{AssignmentRow, RequestRow};
use crate::db::schema::{assignments, requests};
use crate::db::{Backend, tested};
use crate::domain::actor::Actor;
use crate::domain::ids::{Id, Instant};
use crate::domain::words::{Channel, Confidence, RequestState};
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

    /// The units whose shares say what a list holds that asks for `unit`, or for none.
    pub(super) fn units_of_interest(&self, unit: Option<Id>) -> Vec<Id> {
        match unit {
            Some(unit) => vec![unit],
            None if self.everything => Vec::new(),
            None => self.units.clone(),
        }
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
pub(super) type Condition = Box<dyn BoxableExpression<requests::table, Backend, SqlType = Nullable<Bool>>>;

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

/// What is known of the database before a list is asked for.
pub(super) struct Known {
    /// The category that is wanted and its sub-classes.
    pub(super) categories: Vec<Id>,
    /// Whether the units asked for have so many shares that these are better tested for than looked up by.
    pub(super) many_shares: bool,
    /// Whether the order, or the words asked for, say where to look.
    pub(super) is_found: bool,
}

/// The requests `wanted` that lie in `sight`, their lights judged at `as_of`.
///
/// The conditions come in the order in which they say best where to look. The first that does is looked up; those after
/// it are tested of what is found.
pub(super) fn narrowed<'q>(
    mut query: Query<'q>,
    sight: &Sight,
    lens: &Lens,
    (wanted, known): (&Wanted, &Known),
    as_of: Instant,
) -> Query<'q> {
    let mut is_found = known.is_found;
    if !sight.everything {
        query = query.filter(seen(sight, known.many_shares));
        is_found |= sight.units.is_empty() || !known.many_shares;
    }
    if let Some(light) = wanted.light {
        query = query.filter(lit_as(lens, light, as_of));
        is_found |= light != ListLight::None;
    }
    if let Some(from) = wanted.due_from {
        query = query.filter(due_from(lens, from));
        is_found = true;
    }
    if let Some(before) = wanted.due_before {
        query = query.filter(due_before(lens, before));
        is_found = true;
    }
    if let Some(unit) = wanted.unit {
        query = query.filter(has_unit(sight, unit, known.many_shares));
        is_found |= !known.many_shares;
    }
    if let Some(company) = wanted.company {
        query = query.filter(requests::company_id.eq(company));
        is_found = true;
        if !sight.everything {
            query = query.filter(filer_known(sight));
        }
    }
    if let Some(state) = wanted.state {
        // Most requests are concluded: that tells less where to look than a category does.
        let may_be_found = state != RequestState::Concluded || wanted.category.is_none();
        let condition = requests::state.eq(state).nullable();
        query = query.filter(found_or_tested(&mut is_found, may_be_found, Box::new(condition)));
    }
    if wanted.category.is_some() {
        // Sub-classes of one class lie apart in the index, and would have to be sorted.
        query = match known.categories.as_slice() {
            [only] => {
                let condition = requests::category_id.eq(*only);
                query.filter(found_or_tested(&mut is_found, true, Box::new(condition)))
            }
            several => query.filter(tested(requests::category_id.eq_any(several.to_vec()))),
        };
    }
    if let Some(kind) = wanted.kind {
        let condition = requests::kind.eq(kind).nullable();
        query = query.filter(found_or_tested(&mut is_found, true, Box::new(condition)));
    }
    if let Some(urgency) = wanted.urgency {
        let condition = requests::urgency.eq(urgency).nullable();
        query = query.filter(found_or_tested(&mut is_found, true, Box::new(condition)));
    }
    if let Some(channel) = wanted.channel {
        let condition = requests::channel.eq(channel).nullable();
        query = query.filter(found_or_tested(&mut is_found, true, Box::new(condition)));
    }
    if let Some(from) = wanted.filed_from {
        query = query.filter(requests::filed_at.ge(from));
    }
    if let Some(before) = wanted.filed_before {
        query = query.filter(requests::filed_at.lt(before));
    }
    query
}

/// The condition itself where nothing is found yet and it `may_be_found`, else a test.
fn found_or_tested(is_found: &mut bool, may_be_found: bool, condition: Condition) -> Condition {
    if *is_found || !may_be_found {
        return Box::new(tested(condition));
    }
    *is_found = true;
    condition
}

/// What one reads as its company does, and that on which a unit in reach has or had a share.
fn seen(sight: &Sight, many_shares: bool) -> Condition {
    match (sight.own.is_empty(), sight.units.as_slice()) {
        (_, []) => of_own(&sight.own, &[]),
        (true, units) => shares::of(units, many_shares),
        // Whatever of one's own a unit in reach has a share of is seen by that share.
        (false, units) => Box::new(of_own(&sight.own, &[]).or(shares::of(units, many_shares))),
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
        units => Box::new(filed.nullable().and(not(shares::tested_for(units)))),
    };
    if own.companies.is_empty() { filed } else { Box::new(of_companies.or(filed)) }
}

/// Where the reader may know who filed, as [`Audience::knows_filer`] has it: what is read as its company does, open ones,
/// and hidden ones a unit in reach leads.
fn filer_known(sight: &Sight) -> Condition {
    let open = requests::confidence.eq(Confidence::Open).nullable();
    let hidden = requests::confidence.eq(Confidence::Hidden).nullable().and(shares::led_by(&sight.units));
    Box::new(of_own(&sight.own, &sight.units).or(open).or(hidden))
}

/// On which the unit has or had a share. Of its own requests a company learns who leads them now, and no more.
fn has_unit(sight: &Sight, unit: Id, many_shares: bool) -> Condition {
    let units = [unit];
    let with_share = shares::of(&units, many_shares);
    if sight.own.is_empty() {
        return with_share;
    }
    let not_own = not(of_own(&sight.own, &sight.units));
    Box::new(with_share.and(not_own.or(shares::led_by(&units))))
}

fn lit_as(lens: &Lens, light: ListLight, as_of: Instant) -> Condition {
    match lens {
        Lens::Staff => lit!(light, as_of, requests::staff_warn_at, requests::staff_due_at),
        Lens::Own { own, units } => either(
            own,
            units,
            || lit!(light, as_of, requests::company_warn_at, requests::company_due_at),
            || shares::lit(units, light, as_of),
        ),
    }
}

fn due_from(lens: &Lens, from: Instant) -> Condition {
    match lens {
        Lens::Staff => Box::new(requests::staff_due_at.ge(from)),
        Lens::Own { own, units } => either(
            own,
            units,
            || Box::new(requests::company_due_at.ge(from)),
            || shares::due_from(units, from),
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
            || shares::due_before(units, before),
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
                let of_units = assignments::unit_id.eq_any(units.clone());
                assignments::table
                    .filter(assignments::request_id.eq(requests::id))
                    .filter(tested(of_units.or(assignments::section_id.eq_any(units.clone()))))
                    .select(min(assignments::due_at))
                    .single_value()
            };
            match (own.is_empty(), units.as_slice()) {
                (_, []) => by_due!(query, place, requests::company_due_at),
                (true, _) => {
                    let query = query.filter(shares::that_run(units));
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
